/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scalars that only disks have. */
#include "map/dev/disk.h"

#include "base/num.h"

#include "base/banned.h"

#define MAP __attribute__((unused)) struct vx_map *map
#define ROW __attribute__((unused)) const struct vx_row *row
#define MEMBER __attribute__((unused)) void *member

/* The disk whose member this is. */
#define DISK_OF(member, name)                                                          \
    ((const struct vx_disk *)(const void *)((const char *)(member)-offsetof(           \
        struct vx_disk, name)))

/* ---- kind ------------------------------------------------------------------------ */

static const struct vx_word type_words[] = {
    [VX_DISK_FILE] = {"disk", "disk"},
    [VX_DISK_BLOCK] = {"rawDisk", "disk"},
    [VX_DISK_LUN] = {"scsi-passthru", "lun"},
    [VX_DISK_CD_IMAGE] = {"cdrom-image", "cdrom"},
    [VX_DISK_CD_EMPTY] = {"cdrom-image", "cdrom"},
    [VX_DISK_CD_HOST] = {"atapi-cdrom", "cdrom"},
    [VX_DISK_CD_HOST_AUTO] = {"atapi-cdrom", "cdrom"},
    [VX_DISK_CD_HOST_EMPTY] = {"atapi-cdrom", "cdrom"},
    [VX_DISK_CD_RAW] = {"cdrom-raw", "lun"},
    [VX_DISK_CD_RAW_AUTO] = {"cdrom-raw", "lun"},
    [VX_DISK_CD_PASSTHRU] = {"scsi-passthru", "lun"},
    [VX_DISK_FLOPPY_FILE] = {NULL, "floppy"},
    [VX_DISK_FLOPPY_EMPTY] = {NULL, "floppy"},
    [VX_DISK_FLOPPY_HOST] = {NULL, "floppy"},
    [VX_DISK_FLOPPY_AUTO] = {NULL, "floppy"},
    [VX_DISK_FLOPPY_HOST_EMPTY] = {NULL, "floppy"},
    VX_WORDS_END,
};

/* A hard disk has a word of its bus; "disk" is good on all. */
static struct vx_str
type_to_text(const struct vx_disk *disk)
{
    if (disk->kind == VX_DISK_FILE && disk->bus == VX_DISK_BUS_SCSI)
        return VX_STR("scsi-hardDisk");
    if (disk->kind == VX_DISK_FILE
        && (disk->bus == VX_DISK_BUS_IDE || disk->bus == VX_DISK_BUS_SATA))
        return VX_STR("ata-hardDisk");
    return vx_str_c(type_words[disk->kind].vmx);
}

static enum vx_read
type_from_vmx(MAP, ROW, struct vx_str text, void *member)
{
    return vx_str_eq(text, type_to_text(DISK_OF(member, kind))) ? VX_READ_EXACT
                                                                : VX_READ_LOOSE;
}

static void
type_to_vmx(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_buf_str(out, type_to_text(DISK_OF(member, kind)));
}

/* The decision has asked it already. */
static bool
type_from_xml(MAP, ROW, struct vx_str text, MEMBER)
{
    return vx_word_of_xml(type_words, text) != 0;
}

static void
type_to_xml(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_buf_str(out, vx_str_c(type_words[*(const uint8_t *)member].xml));
}

const struct vx_codec vx_disk_type = {
    "a kind of disk", VX_T_BYTE, type_from_vmx, type_to_vmx, type_from_xml, type_to_xml,
};

/* Words by kind, in `arg`.  Unlike vx_decided, reading XML leaves the kind alone: many
 * kinds share a word, and the decision has told them apart. */
static enum vx_read
kind_from_vmx(MAP, const struct vx_row *row, struct vx_str text, void *member)
{
    return vx_decided.from_vmx(map, row, text, member);
}

static void
kind_to_vmx(MAP, const struct vx_row *row, const void *member, struct vx_buf *out)
{
    const struct vx_word *words = row->arg;

    vx_buf_str(out, vx_str_c(words[*(const uint8_t *)member].vmx));
}

static bool
kind_from_xml(MAP, const struct vx_row *row, struct vx_str text, void *member)
{
    const struct vx_word *words = row->arg;

    return vx_str_eq(text, vx_str_c(words[*(const uint8_t *)member].xml));
}

static void
kind_to_xml(MAP, const struct vx_row *row, const void *member, struct vx_buf *out)
{
    const struct vx_word *words = row->arg;

    vx_buf_str(out, vx_str_c(words[*(const uint8_t *)member].xml));
}

const struct vx_codec vx_disk_kind = {
    "a kind of disk", VX_T_BYTE, kind_from_vmx, kind_to_vmx, kind_from_xml, kind_to_xml,
};

/* ---- mode ------------------------------------------------------------------------ */

static const struct vx_word modes[] = {
    [VX_MODE_PERSISTENT] = {"persistent", NULL},
    [VX_MODE_INDEPENDENT] = {"independent-persistent", "no"},
    [VX_MODE_INDEPENDENT_TRANSIENT] = {"independent-nonpersistent", "no"},
    [VX_MODE_TRANSIENT] = {"nonpersistent", NULL},
    [VX_MODE_UNDOABLE] = {"undoable", NULL},
    [VX_MODE_APPEND] = {"append", NULL},
    VX_WORDS_END,
};

static enum vx_read
mode_from_vmx(struct vx_map *map, const struct vx_row *row, struct vx_str text,
              void *member)
{
    enum vx_read read;

    (void)row;
    read = vx_enum.from_vmx(map, &(struct vx_row){.arg = modes}, text, member);
    /* <transient/> alone reads back as independent-nonpersistent, as libvirt has it. */
    return read == VX_READ_EXACT && *(uint8_t *)member == VX_MODE_TRANSIENT
               ? VX_READ_LOOSE
               : read;
}

static void
mode_to_vmx(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_buf_str(out, vx_str_c(modes[*(const uint8_t *)member].vmx));
}

/* With <transient/> it is the independent-nonpersistent one, as disk_back.c sees to. */
static bool
mode_from_xml(MAP, ROW, struct vx_str text, void *member)
{
    uint8_t mode = vx_word_of_xml(modes, text);

    if (mode)
        *(uint8_t *)member = mode;
    return mode != 0;
}

static void
mode_to_xml(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_buf_str(out, vx_str_c(modes[*(const uint8_t *)member].xml));
}

const struct vx_codec vx_disk_snapshot = {
    "a disk mode", VX_T_BYTE, mode_from_vmx, mode_to_vmx, mode_from_xml, mode_to_xml,
};

static enum vx_read
transient_from_vmx(MAP, ROW, struct vx_str text, void *member)
{
    uint8_t mode = vx_word_of_vmx(modes, text);

    if (mode == VX_MODE_TRANSIENT || mode == VX_MODE_INDEPENDENT_TRANSIENT)
        *(uint8_t *)member = VX_YES;
    return VX_READ_LOOSE; /* the row of the mode itself tells what is exact */
}

static void
transient_to_vmx(MAP, ROW, const void *member, struct vx_buf *out)
{
    uint8_t mode = DISK_OF(member, transient)->mode;

    vx_buf_str(out, vx_str_c(modes[mode ? mode : VX_MODE_INDEPENDENT_TRANSIENT].vmx));
}

static bool
transient_from_xml(MAP, ROW, __attribute__((unused)) struct vx_str text, void *member)
{
    *(uint8_t *)member = VX_YES;
    return true;
}

static void
no_text(MAP, ROW, __attribute__((unused)) const void *member,
        __attribute__((unused)) struct vx_buf *out)
{
}

const struct vx_codec vx_disk_transient = {
    "a disk mode",    VX_T_BYTE,          transient_from_vmx,
    transient_to_vmx, transient_from_xml, no_text,
};

/* ---- truths with words of their own ---------------------------------------------- */

/* Cache modes but these two say what no VMX can. */
const struct vx_word vx_disk_caches[] = {
    [VX_NO] = {NULL, "default"},
    [VX_YES] = {NULL, "writethrough"},
    VX_WORDS_END,
};

const struct vx_word vx_disk_discards[] = {
    [VX_NO] = {NULL, "unmap"},
    [VX_YES] = {NULL, "ignore"},
    VX_WORDS_END,
};

/* 1 in every file that has it; a rate of 1 is libvirt's word for "does not turn". */
static enum vx_read
ssd_from_vmx(MAP, ROW, struct vx_str text, void *member)
{
    enum vx_read read = vx_bool_parse(text, member);

    if (read == VX_READ_BAD)
        return read;
    return text.n == 1 ? VX_READ_EXACT : VX_READ_LOOSE;
}

static void
ssd_to_text(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_buf_char(out, *(const uint8_t *)member == VX_YES ? '1' : '0');
}

/* What turns, at any speed, needs no key. */
static bool
ssd_from_xml(MAP, ROW, struct vx_str text, void *member)
{
    uint64_t rate;

    if (!vx_num_u64(text, &rate) || (rate > 1 && rate < 1025) || rate > 65534)
        return false;
    if (rate <= 1)
        *(uint8_t *)member = rate ? VX_YES : VX_NO;
    return true;
}

const struct vx_codec vx_disk_ssd = {
    "0 or 1", VX_T_BYTE, ssd_from_vmx, ssd_to_text, ssd_from_xml, ssd_to_text,
};

/* The API's spellings are met in files, too. */
static enum vx_read
sharing_from_vmx(MAP, ROW, struct vx_str text, void *member)
{
    static const struct vx_str yes[] = {{"multi-writer", 12},
                                        {"sharingMultiWriter", 18}};
    static const struct vx_str no[] = {
        {"sharing-none", 12}, {"sharingNone", 11}, {"none", 4}};

    for (size_t i = 0; i < VX_COUNT(yes); i++)
        if (vx_str_ieq(text, yes[i])) {
            *(uint8_t *)member = VX_YES;
            return vx_str_eq(text, yes[0]) ? VX_READ_EXACT : VX_READ_LOOSE;
        }
    for (size_t i = 0; i < VX_COUNT(no); i++)
        if (vx_str_ieq(text, no[i])) {
            *(uint8_t *)member = VX_NO;
            return vx_str_eq(text, no[0]) ? VX_READ_EXACT : VX_READ_LOOSE;
        }
    return VX_READ_BAD;
}

static void
sharing_to_vmx(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_buf_str(out, *(const uint8_t *)member == VX_YES ? VX_STR("multi-writer")
                                                       : VX_STR("sharing-none"));
}

const struct vx_codec vx_disk_sharing = {
    "\"multi-writer\" or \"sharing-none\"",
    VX_T_BYTE,
    sharing_from_vmx,
    sharing_to_vmx,
    transient_from_xml,
    no_text,
};

static void
bool_to_vmx(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_buf_str(out,
               *(const uint8_t *)member == VX_YES ? VX_STR("TRUE") : VX_STR("FALSE"));
}

static enum vx_read
shared_from_vmx(MAP, ROW, struct vx_str text, void *member)
{
    return vx_bool_parse(text, member) == VX_READ_BAD ? VX_READ_BAD : VX_READ_LOOSE;
}

const struct vx_codec vx_disk_shared = {
    "TRUE or FALSE", VX_T_BOOL,          shared_from_vmx,
    bool_to_vmx,     transient_from_xml, no_text,
};

/* ---- what the guest reads -------------------------------------------------------- */

static bool
is_within(const struct vx_disk_limit *limit, struct vx_str text)
{
    if (text.n == 0 || text.n > limit->bytes)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.s[i];

        if (c < ' ' || c > '~')
            return false;
        if (limit->charset && !vx_is_alpha(c) && !vx_is_digit(c)
            && strchr(limit->charset, c) == NULL)
            return false;
    }
    return true;
}

static enum vx_read
word_from_vmx(MAP, const struct vx_row *row, struct vx_str text, void *member)
{
    if (!is_within(row->arg, text))
        return VX_READ_LOOSE; /* kept: the schema would refuse the element */
    *(struct vx_str *)member = text;
    return VX_READ_EXACT;
}

static void
word_to_vmx(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_buf_str(out, *(const struct vx_str *)member);
}

static bool
word_from_xml(MAP, const struct vx_row *row, struct vx_str text, void *member)
{
    if (!is_within(row->arg, text))
        return false;
    *(struct vx_str *)member = text;
    return true;
}

static void
word_to_xml(MAP, const struct vx_row *row, const void *member, struct vx_buf *out)
{
    vx_row_text(row, out, *(const struct vx_str *)member);
}

const struct vx_codec vx_disk_word = {
    "as short and plain as libvirt wants it",
    VX_T_STR,
    word_from_vmx,
    word_to_vmx,
    word_from_xml,
    word_to_xml,
};

/* ---- limits ---------------------------------------------------------------------- */

static const struct {
    struct vx_str word;
    uint8_t shift;
} units[] = {{{"GBps", 4}, 30}, {{"MBps", 4}, 20}, {{"KBps", 4}, 10}};

/* The number in front of `unit`; false when it does not end so, or is no number. */
static bool
number_before(struct vx_str text, struct vx_str unit, int64_t *ret)
{
    if (!vx_str_iends(text, unit))
        return false;
    text.n -= unit.n;
    return vx_num_i64(vx_str_trim(text), ret) && *ret > 0;
}

static enum vx_read
bytes_from_vmx(MAP, ROW, struct vx_str text, void *member)
{
    struct vx_buf usual VX_AUTO(vx_buf_done) = VX_BUF(64);
    struct vx_int *cap = member;
    int64_t n;

    for (size_t i = 0; i < VX_COUNT(units); i++) {
        if (!number_before(text, units[i].word, &n)
            || vx_mul_overflows(n, (int64_t)1 << units[i].shift, &n))
            continue;
        *cap = (struct vx_int){n, true};
        vx_disk_bytes.to_vmx(map, row, cap, &usual);
        return !row->arg && vx_str_eq(text, vx_buf_text(&usual)) ? VX_READ_EXACT
                                                                 : VX_READ_LOOSE;
    }
    return VX_READ_LOOSE; /* operations, or no limit; the other codec tells */
}

/* In the largest unit that leaves no rest; there is none below 1024 bytes. */
static void
bytes_to_vmx(MAP, ROW, const void *member, struct vx_buf *out)
{
    int64_t n = ((const struct vx_int *)member)->v;
    size_t i = 0;

    while (i + 1 < VX_COUNT(units) && n % ((int64_t)1 << units[i].shift) != 0)
        i++;
    vx_buf_int(out, n >> units[i].shift);
    vx_buf_str(out, units[i].word);
}

static bool
bytes_from_xml(MAP, ROW, struct vx_str text, void *member)
{
    struct vx_int cap = {0, true};

    if (!vx_num_i64(vx_str_trim(text), &cap.v) || cap.v < 0 || cap.v % 1024 != 0)
        return false;
    if (cap.v) /* 0 is no limit */
        *(struct vx_int *)member = cap;
    return true;
}

static void
cap_to_text(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_buf_int(out, ((const struct vx_int *)member)->v);
}

const struct vx_codec vx_disk_bytes = {
    "a limit such as 10MBps", VX_T_INT,    bytes_from_vmx, bytes_to_vmx,
    bytes_from_xml,           cap_to_text,
};

static bool
is_no_cap(struct vx_str text)
{
    return vx_str_ieq(text, VX_STR("off")) || vx_str_ieq(text, VX_STR("unlimited"))
           || vx_str_eq(text, VX_STR("-1"));
}

static enum vx_read
ios_from_vmx(MAP, ROW, struct vx_str text, void *member)
{
    struct vx_int *cap = member;
    int64_t n;

    if (number_before(text, VX_STR(""), &n)) {
        *cap = (struct vx_int){n, true};
        return !row->arg && vx_is_digit((unsigned char)text.s[0]) && text.s[0] != '0'
                       && vx_is_digit((unsigned char)text.s[text.n - 1])
                   ? VX_READ_EXACT
                   : VX_READ_LOOSE;
    }
    if (number_before(text, VX_STR("IOPS"), &n)) {
        *cap = (struct vx_int){n, true};
        return VX_READ_LOOSE;
    }
    for (size_t i = 0; i < VX_COUNT(units); i++)
        if (number_before(text, units[i].word, &n))
            return VX_READ_LOOSE;
    return is_no_cap(text) ? VX_READ_LOOSE : VX_READ_BAD;
}

static bool
ios_from_xml(MAP, ROW, struct vx_str text, void *member)
{
    struct vx_int cap = {0, true};

    if (!vx_num_i64(vx_str_trim(text), &cap.v) || cap.v < 0)
        return false;
    if (cap.v)
        *(struct vx_int *)member = cap;
    return true;
}

const struct vx_codec vx_disk_ios = {
    "\"off\", or a limit such as 80, 80IOPS or 10MBps",
    VX_T_INT,
    ios_from_vmx,
    cap_to_text,
    ios_from_xml,
    cap_to_text,
};
