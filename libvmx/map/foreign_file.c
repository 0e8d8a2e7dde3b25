/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the disks of a foreign machine are to be: each in a file of its own beside the
 * VMX, named as its source is, so that one folder holds the whole machine.  Paths of
 * the old host mean nothing on the new one. */
#include "map/foreign_part.h"

#include "base/utf8.h"

#include "base/banned.h"

enum { NAME_MAX_BYTES = 200 }; /* a datastore holds 255, with what is put behind */

/* Text for "%.*s", whole. */
#define WHOLE(text) (int)(text).n, ((text).s ? (text).s : "")

/* ---- names ----------------------------------------------------------------------- */

static struct vx_str
last_part(struct vx_str path)
{
    size_t start = path.n;

    while (start && path.s[start - 1] != '/')
        start--;
    return path.n ? vx_str_skip(path, start) : VX_STR("");
}

/* Suffixes that tell the format of an image and are no part of its name. */
static struct vx_str
without_suffix(struct vx_str name)
{
    static const char *const suffixes[] = {
        ".qcow2", ".qcow", ".qed", ".img",  ".raw", ".vdi", ".vhd", ".vhdx",
        ".hdd",   ".dsk",  ".bin", ".vmdk", ".iso", ".flp", ".dmg", ".log",
    };

    for (size_t i = 0; i < VX_COUNT(suffixes); i++)
        if (name.n > strlen(suffixes[i]) && vx_str_iends(name, vx_str_c(suffixes[i])))
            return vx_str_of(name.s, name.n - strlen(suffixes[i]));
    return name;
}

/* What datastores or Windows take for something else, and what no name should have. */
static struct vx_str
made_plain(struct vx_foreign *f, struct vx_str name)
{
    struct vx_buf plain VX_AUTO(vx_buf_done) = VX_BUF(4 * NAME_MAX_BYTES);
    struct vx_str copy;
    size_t size;

    for (; name.n && plain.size < NAME_MAX_BYTES; name = vx_str_skip(name, size)) {
        uint32_t c = vx_utf8_first(name, &size);

        if (c == VX_UTF8_BAD || vx_utf8_unsafe(c)
            || (c < 128 && strchr("\"*<>:|?\\/[]", (int)c)))
            vx_buf_char(&plain, '_');
        else
            vx_buf_add(&plain, name.s, size);
    }
    f->map->arena->failed |= plain.failed;
    copy = vx_arena_dup(f->map->arena, vx_buf_text(&plain));
    return copy.s ? copy : VX_STR("");
}

struct vx_given {
    struct vx_str name, path; /* of the source */
};

static bool
is_given(const struct vx_foreign_files *files, struct vx_str name)
{
    for (size_t i = 0; i < files->count; i++)
        if (vx_str_ieq(files->given[i].name, name))
            return true;
    return false;
}

/* Two drives may hold one image; disks are never the same. */
static struct vx_str
given_for(const struct vx_foreign_files *files, struct vx_str path, const char *suffix)
{
    for (size_t i = 0; i < files->count; i++)
        if (vx_str_eq(files->given[i].path, path)
            && vx_str_iends(files->given[i].name, vx_str_c(suffix)))
            return files->given[i].name;
    return VX_STR_NONE;
}

static void
give(struct vx_foreign *f, struct vx_foreign_files *files, struct vx_str name,
     struct vx_str path)
{
    if (files->count == files->room) {
        size_t room = files->room * 2 + 16;
        struct vx_given *given = vx_arena_array(f->map->arena, room, sizeof(*given));

        if (given == NULL)
            return;
        if (files->count)
            memcpy(given, files->given, files->count * sizeof(*given));
        files->given = given;
        files->room = room;
    }
    files->given[files->count++] = (struct vx_given){name, path};
}

struct vx_str
vx_foreign_file_name(struct vx_foreign *f, struct vx_foreign_files *files,
                     struct vx_str path, const char *suffix)
{
    struct vx_str stem = made_plain(f, without_suffix(last_part(path))), name;

    if (stem.n == 0)
        stem = made_plain(f, f->name);
    if (stem.n == 0)
        stem = VX_STR("disk");
    name = vx_arena_printf(f->map->arena, "%.*s%s", WHOLE(stem), suffix);
    /* As VMware numbers the disks of a machine. */
    for (unsigned i = 1; name.s && is_given(files, name); i++)
        name =
            vx_arena_printf(f->map->arena, "%.*s_%u%s", (int)stem.n, stem.s, i, suffix);
    give(f, files, name, path);
    return name;
}

/* ---- sources --------------------------------------------------------------------- */

/* How qemu-img reads it. */
enum reading { READ_PATH, READ_VOLUME, READ_NETWORK, READ_NVME, READ_NOT };

/* What a source is; the attribute that names it best. */
struct source {
    const char *type;
    const char *attr;
    bool has_name; /* its last part is a name that people gave */
    enum reading read;
    const char *what; /* NULL for a file */
};

static const struct source sources[] = {
    {"file", "file", true, READ_PATH, NULL},
    {"block", "dev", false, READ_PATH, "a device of the old host"},
    {"volume", "volume", true, READ_VOLUME, "a volume of a pool of the old host"},
    {"network", "name", true, READ_NETWORK, "on the network"},
    {"nvme", "namespace", false, READ_NVME, "an NVMe device of the old host"},
    {"dir", "dir", false, READ_NOT, "a folder of the old host, shown as a disk"},
    {"vhostuser", "path", false, READ_NOT, "served by a program of the old host"},
    {"vhostvdpa", "dev", false, READ_NOT, "a device of the old host"},
};

static const struct source *
source_of(const struct vx_node *disk)
{
    struct vx_str type = vx_xml_peek(disk, "type");

    for (size_t i = 0; i < VX_COUNT(sources); i++)
        if (vx_str_eq(type, vx_str_c(sources[i].type)))
            return &sources[i];
    return &sources[0];
}

/* The source is this file, and nothing else. */
static void
set_file(struct vx_foreign *f, struct vx_node *disk, struct vx_str name)
{
    struct vx_node *source = vx_edit_child(f, disk, "source");

    vx_edit_set(f, disk, "type", VX_STR("file"));
    if (source == NULL)
        return;
    source->attrs = NULL;
    vx_edit_hide_all(source, NULL);
    vx_edit_set(f, source, "file", name);
}

/* ---- what makes a vmdk of it ----------------------------------------------------- */

static bool
is_word(struct vx_str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!vx_is_alpha((unsigned char)text.s[i])
            && !vx_is_digit((unsigned char)text.s[i]) && text.s[i] != '-')
            return false;
    return text.n > 0;
}

/* For a shell: 'it'\''s' */
static void
put_quoted(struct vx_buf *out, struct vx_str text)
{
    vx_buf_char(out, '\'');
    for (size_t i = 0; i < text.n; i++)
        if (text.s[i] == '\'')
            vx_buf_lit(out, "'\\''");
        else
            vx_buf_char(out, text.s[i]);
    vx_buf_char(out, '\'');
}

/* As qemu-img names what is on the network: rbd:pool/image, nbd://host:10809/name. */
static struct vx_str
network_url(struct vx_foreign *f, struct vx_node *source)
{
    struct vx_node *host = vx_foreign_at(source, "host");
    struct vx_str protocol = vx_xml_peek(source, "protocol");
    struct vx_str name = vx_xml_peek(source, "name");
    struct vx_str server = vx_xml_peek(host, "name"), port = vx_xml_peek(host, "port");

    if (vx_str_eq(protocol, VX_STR("rbd")) || server.n == 0)
        return vx_arena_printf(f->map->arena, "%.*s:%.*s", WHOLE(protocol),
                               WHOLE(name));
    return vx_arena_printf(f->map->arena, "%.*s://%.*s%s%.*s/%.*s", WHOLE(protocol),
                           WHOLE(server), port.n ? ":" : "", WHOLE(port), WHOLE(name));
}

/* Without the 0x that libvirt writes. */
static struct vx_str
hex_digits(const struct vx_node *address, const char *attr)
{
    struct vx_str text = vx_xml_peek(address, attr);

    return vx_str_istarts(text, VX_STR("0x")) ? vx_str_skip(text, 2) : text;
}

/* nvme://0000:01:00.0/1 */
static struct vx_str
nvme_url(struct vx_foreign *f, struct vx_node *source)
{
    const struct vx_node *address = vx_foreign_at(source, "address");
    struct vx_str name = vx_xml_peek(source, "namespace");

    return vx_arena_printf(f->map->arena, "nvme://%.*s:%.*s:%.*s.%.*s/%.*s",
                           WHOLE(hex_digits(address, "domain")),
                           WHOLE(hex_digits(address, "bus")),
                           WHOLE(hex_digits(address, "slot")),
                           WHOLE(hex_digits(address, "function")), WHOLE(name));
}

/* The volume's path is for libvirt to tell. */
static void
put_volume(struct vx_buf *out, struct vx_node *source)
{
    vx_buf_lit(out, "\"$(virsh vol-path --pool ");
    put_quoted(out, vx_xml_peek(source, "pool"));
    vx_buf_char(out, ' ');
    put_quoted(out, vx_xml_peek(source, "volume"));
    vx_buf_lit(out, ")\"");
}

/* The qemu-img line; NULL for what qemu-img does not read.  What it makes is the kind
 * of vmdk that every product of VMware's imports; of a chain of images it is the whole.
 */
static const char *
conversion(struct vx_foreign *f, struct vx_node *disk, const struct source *kind,
           struct vx_str format, struct vx_str name)
{
    struct vx_node *source = vx_foreign_at(disk, "source");
    struct vx_buf out VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);

    vx_buf_lit(&out, "qemu-img convert -p ");
    if (is_word(format))
        vx_buf_printf(&out, "-f %.*s ", WHOLE(format));
    vx_buf_lit(&out, "-O vmdk -o subformat=streamOptimized ");
    switch (kind->read) {
    case READ_PATH:
        put_quoted(&out, vx_xml_peek(source, kind->attr));
        break;
    case READ_VOLUME:
        put_volume(&out, source);
        break;
    case READ_NETWORK:
        put_quoted(&out, network_url(f, source));
        break;
    case READ_NVME:
        put_quoted(&out, nvme_url(f, source));
        break;
    case READ_NOT:
        return NULL;
    }
    vx_buf_char(&out, ' ');
    put_quoted(&out, name);
    vx_buf_lit(&out, ", and import the result into the folder of the machine.");
    f->map->arena->failed |= out.failed;
    return vx_arena_dup(f->map->arena, vx_buf_text(&out)).s;
}

/* ---- what does not come along ---------------------------------------------------- */

static void
tell_encryption(struct vx_foreign *f, struct vx_node *disk)
{
    static const char *const places[] = {"encryption", "source/encryption"};

    for (size_t i = 0; i < VX_COUNT(places); i++) {
        struct vx_node *found = vx_foreign_at(disk, places[i]);

        if (found)
            vx_foreign_lose(f, VX_FOREIGN_ENCRYPTION, VMX_LOSS_CRITICAL, found, NULL,
                            NULL);
    }
}

/* Of a chain the images below the first. */
static void
tell_chain(struct vx_foreign *f, struct vx_node *disk)
{
    struct vx_node *below = vx_foreign_at(disk, "backingStore");
    struct vx_node *job = vx_foreign_at(disk, "mirror");

    if (vx_foreign_at(below, "source"))
        vx_foreign_note(
            f, VX_DISK_TO_CONVERT, VMX_LOSS_WARNING, below->children, NULL,
            "The image is a layer on top of others",
            "Convert the top image where all layers are in place; the result has the "
            "contents of all.");
    if (job)
        vx_foreign_note(f, VX_DISK_TO_CONVERT, VMX_LOSS_WARNING, job, NULL,
                        "A copy of this disk was being made",
                        "Convert the machine when the job has ended.");
    vx_edit_hide_all(disk, "backingStore");
    vx_edit_hide_all(disk, "mirror");
}

/* ---- drives ---------------------------------------------------------------------- */

static bool
is_vmware_path(struct vx_str path)
{
    return vx_str_starts(path, VX_STR("[")) || vx_str_starts(path, VX_STR("/vmfs/"));
}

static void
tell_disk(struct vx_foreign *f, struct vx_node *disk, const struct source *kind,
          struct vx_str name)
{
    struct vx_node *source = vx_foreign_at(disk, "source");
    struct vx_str path = vx_xml_peek(source, kind->attr);
    struct vx_str format = vx_xml_peek(vx_foreign_at(disk, "driver"), "type");

    if (path.s == NULL) {
        vx_foreign_note(f, VX_DISK_WITHOUT_FILE, VMX_LOSS_CRITICAL, disk, NULL,
                        vx_foreign_text(f, "A disk without a source, now %s", name.s),
                        "Make the disk, or remove it.");
        return;
    }
    if (format.n == 0) /* libvirt guesses no format */
        format = VX_STR("raw");
    if (kind->what)
        vx_foreign_note(f, VX_DISK_WITHOUT_FILE, VMX_LOSS_CRITICAL, source, kind->attr,
                        vx_foreign_text(f,
                                        "The disk is %s, and the machine now wants %s",
                                        kind->what, name.s),
                        conversion(f, disk, kind, format, name));
    else if (vx_str_eq(format, VX_STR("vmdk")))
        vx_foreign_note(
            f, VX_DISK_TO_CONVERT, VMX_LOSS_WARNING, source, kind->attr,
            vx_foreign_text(f, "A path of the old host; the machine now wants %s",
                            name.s),
            "Import the file into the folder of the machine.");
    else
        vx_foreign_note(
            f, VX_DISK_TO_CONVERT, VMX_LOSS_WARNING, source, kind->attr,
            vx_foreign_text(f, "The image is %.*s, and the machine now wants %s",
                            WHOLE(format), name.s),
            conversion(f, disk, kind, format, name));
}

void
vx_foreign_disk_file(struct vx_foreign *f, struct vx_foreign_files *files,
                     struct vx_node *disk)
{
    const struct source *kind = source_of(disk);
    struct vx_str path = vx_xml_peek(vx_foreign_at(disk, "source"), kind->attr), name;
    bool named = kind->has_name
                 && !vx_str_eq(vx_xml_peek(vx_foreign_at(disk, "source"), "protocol"),
                               VX_STR("iscsi")); /* its last part is a LUN */

    tell_encryption(f, disk);
    tell_chain(f, disk);
    if (kind->what == NULL && is_vmware_path(path)) {
        give(f, files, last_part(path), path);
        set_file(f, disk, path);
        return;
    }
    name = vx_foreign_file_name(f, files, named ? path : VX_STR(""), ".vmdk");
    if (name.s == NULL)
        return;
    tell_disk(f, disk, kind, name);
    vx_edit_hide_all(disk, "auth"); /* of the source */
    set_file(f, disk, name);
}

static void
set_empty(struct vx_foreign *f, struct vx_node *disk)
{
    vx_edit_set(f, disk, "type", VX_STR("file"));
    vx_edit_hide_all(disk, "source");
}

void
vx_foreign_image_file(struct vx_foreign *f, struct vx_foreign_files *files,
                      struct vx_node *disk, const char *suffix)
{
    const struct source *kind = source_of(disk);
    struct vx_node *source = vx_foreign_at(disk, "source");
    struct vx_str path = vx_xml_peek(source, kind->attr), name;

    if (path.n == 0) {
        set_empty(f, disk);
        return;
    }
    if (kind->what && !vx_str_eq(vx_str_c(kind->type), VX_STR("volume"))) {
        vx_foreign_note(
            f, VX_IMAGE_ELSEWHERE, VMX_LOSS_INFORMATION, source, kind->attr,
            vx_foreign_text(f, "The medium is %s; the drive is now empty", kind->what),
            NULL);
        set_empty(f, disk);
        return;
    }
    if (is_vmware_path(path)) {
        set_file(f, disk, path);
        return;
    }
    name = given_for(files, path, suffix);
    if (name.s == NULL)
        name = vx_foreign_file_name(f, files, path, suffix);
    if (name.s == NULL)
        return;
    vx_foreign_note(
        f, VX_IMAGE_ELSEWHERE, VMX_LOSS_INFORMATION, source, kind->attr,
        vx_foreign_text(f, "An image of the old host; the drive now wants %s", name.s),
        "Copy the image into the folder of the machine, or empty the drive.");
    set_file(f, disk, name);
}
