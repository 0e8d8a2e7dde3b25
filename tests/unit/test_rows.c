/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Laws of the tables, looped over vx_devices[]: codecs are true inverses, a document
 * that was written from a model tells it again, and every row is plausible by itself.
 * A rule that a row cannot keep is broken here by name, with the reason. */
#include "rows.h"

static size_t
rounds(size_t usual)
{
    return getenv("VMX_VALGRIND") ? usual / 2 : getenv("VMX_FULL") ? usual * 10 : usual;
}

/* ---- codecs ---------------------------------------------------------------------- */

static void
check_vmx_side(struct world *world, const struct vx_device *device,
               const struct vx_row *row, void *model)
{
    char wrote[MEMBER_ROOM], *member = member_at(row, model);
    size_t size = member_size(row->codec);
    struct vx_str text = row_to_vmx(world, row, model), again;
    enum vx_read read;

    memcpy(wrote, member, size);
    if (!row_is_decided(device, row))
        memset(member, 0, size);
    read = row->codec->from_vmx(&world->map, row, text, member);
    ck_assert_msg(read != VX_READ_BAD, "%s: wrote \"%.*s\" and does not read it",
                  row_name(device, row), (int)text.n, text.s);
    ck_assert_msg(
        member_eq(row->codec, wrote, member) || is_excepted(unstable, device, row),
        "%s: \"%.*s\" is another member", row_name(device, row), (int)text.n, text.s);
    ck_assert_msg(read == VX_READ_EXACT || !can_be_exact(world, row, text)
                      || is_excepted(inexact, device, row),
                  "%s: wrote \"%.*s\" and does not find it exact",
                  row_name(device, row), (int)text.n, text.s);
    ck_assert_msg(read == VX_READ_LOOSE || can_be_exact(world, row, text),
                  "%s: \"%.*s\" is exact, and XML gives another", row_name(device, row),
                  (int)text.n, text.s);
    again = row_to_vmx(world, row, model);
    ck_assert_msg(vx_str_eq(text, again), "%s: \"%.*s\" becomes \"%.*s\"",
                  row_name(device, row), (int)text.n, text.s, (int)again.n, again.s);
}

/* Do both rows write a part of the same member? */
static bool
is_part(const struct vx_row *row, const struct vx_row *other)
{
    return (other == row || row_has_place(other)) && other->member == row->member
           && other->guard_mask == row->guard_mask && other->guard == row->guard
           && other->codec->type == row->codec->type;
}

static bool
is_in_parts(const struct vx_device *device, const struct vx_row *row)
{
    size_t parts = row->codec == &vx_uri ? 2 : 0; /* members of the address */

    if (row_is_byte(row))
        return false;
    for (size_t i = 0; i < device->row_count; i++)
        parts += is_part(row, &device->rows[i]);
    return parts > 1;
}

/* Rows that write a member in parts read it together. */
static void
check_xml_side(struct world *world, const struct vx_device *device,
               const struct vx_row *row, void *model)
{
    char wrote[MEMBER_ROOM], read[MEMBER_ROOM], *member = member_at(row, model);
    size_t size = member_size(row->codec);
    struct vx_str text = row_to_xml(world, row, model), again;

    memcpy(wrote, member, size);
    memset(read, 0, sizeof(read));
    if (row_is_decided(device, row))
        memcpy(read, wrote, size);
    for (const struct vx_row *part = device->rows;
         part < device->rows + device->row_count; part++) {
        struct vx_str said;

        if (!is_part(row, part))
            continue;
        memcpy(member, wrote, size);
        if (!has_xml_word(part, member))
            continue;
        said = row_to_xml(world, part, model);
        memcpy(member, read, size);
        ck_assert_msg(part->codec->from_xml(&world->map, part, said, member)
                          || is_excepted(one_way, device, part),
                      "%s: wrote '%.*s' and does not read it", row_name(device, part),
                      (int)said.n, said.s);
        memcpy(read, member, size);
    }
    again = row_to_xml(world, row, model);
    ck_assert_msg(vx_str_eq(text, again), "%s: '%.*s' becomes '%.*s'",
                  row_name(device, row), (int)text.n, text.s, (int)again.n, again.s);
    ck_assert_msg(member_eq(row->codec, wrote, read) || row_is_decided(device, row)
                      || is_excepted(one_way, device, row),
                  "%s: '%.*s' is another member", row_name(device, row), (int)text.n,
                  text.s);
    memcpy(member, wrote, size);
}

static void
check_member(struct world *world, const struct vx_device *device,
             const struct vx_row *row, void *model)
{
    const void *member = member_at(row, model);

    if (row->key >= 0 && has_vmx_word(row, member))
        check_vmx_side(world, device, row, model);
    if (row_has_place(row) && has_xml_word(row, member) && fits_xml(world, row, model))
        check_xml_side(world, device, row, model);
}

/* Another row has set the byte: every word. */
static void
check_set_words(struct world *world, const struct vx_device *device,
                const struct vx_row *row)
{
    for (uint8_t i = 1; i < words_count(row->arg); i++) {
        void *model = new_model(world, device);

        *(uint8_t *)member_at(row, model) = i;
        check_member(world, device, row, model);
    }
}

/* A decision has set the byte: every kind that the row counts for. */
static size_t
check_kinds(struct world *world, const struct vx_device *device,
            const struct vx_row *row)
{
    size_t reached = 0;

    for (uint8_t i = 0; device->decision && i < device->decision->case_count; i++) {
        void *model = new_model(world, device);

        *((uint8_t *)model + device->decided) = device->decision->cases[i].kind;
        if (row->member != device->decided || row_is_guarded_off(row, model)
            || device->decision->cases[i].kind == 0) /* no device */
            continue;
        reached++;
        if (has_vmx_word(row, member_at(row, model)))
            check_member(world, device, row, model);
    }
    return reached;
}

/* Every word of the row must be met. */
static void
check_words(const struct vx_device *device, const struct vx_row *row, uint64_t met)
{
    const struct vx_word *words = row_words(row);

    for (uint8_t i = 1; words && i < words_count(words); i++)
        ck_assert_msg(met >> i & 1 || (words[i].vmx == NULL && words[i].xml == NULL)
                          || is_excepted(unreached, device, row),
                      "%s: no text reads as word %u, \"%s\"", row_name(device, row), i,
                      words[i].vmx ? words[i].vmx : words[i].xml);
}

static void
check_codec(struct world *world, const struct vx_device *device,
            const struct vx_row *row)
{
    size_t count = rounds(500), reached = 0;
    uint64_t met = 0;

    if (row->codec == &vx_decided
        && (!device->decision || row->member != device->decided)) {
        check_set_words(world, device, row);
        return;
    }
    if (row_is_decided(device, row)) {
        ck_assert_msg(check_kinds(world, device, row) > 0, "%s: counts for no kind",
                      row_name(device, row));
        return;
    }
    for (size_t i = 0; i < count; i++) {
        void *model = new_model(world, device);
        bool xml = i % 2 && row_has_place(row) && !is_in_parts(device, row);

        world->map.base = i & 2 ? VX_STR("[store] vm") : VX_STR_NONE;
        if (!member_from(world, device, row, nth_text(world, row, i / 2), xml, model))
            continue;
        reached++;
        if (row_is_byte(row))
            met |= (uint64_t)1 << (*(uint8_t *)member_at(row, model) & 63);
        check_member(world, device, row, model);
    }
    ck_assert_msg(reached > 0 || is_excepted(unreached, device, row),
                  "%s: no text reads as it", row_name(device, row));
    check_words(device, row, met);
}

START_TEST(codecs_are_inverses)
{
    const struct vx_device *device = vx_devices[_i];

    for (size_t i = 0; i < device->row_count; i++) {
        static struct world world; /* too large for the stack */

        world_init(&world);
        if (device->rows[i].codec)
            check_codec(&world, device, &device->rows[i]);
        ck_assert(!world.arena.failed);
        world_done(&world);
    }
}

END_TEST

static int
props_of(const struct vx_device *device)
{
    static const int counts[VX_KINDS] = {
        [VX_KIND_DISK] = VX_DISK_PROPS,         [VX_KIND_CONTROLLER] = VX_CTRL_PROPS,
        [VX_KIND_NIC] = VX_NIC_PROPS,           [VX_KIND_SERIAL] = VX_SERIAL_PROPS,
        [VX_KIND_PARALLEL] = VX_PARALLEL_PROPS, [VX_KIND_FOLDER] = VX_FOLDER_PROPS,
        [VX_KIND_PASSTHRU] = VX_PASSTHRU_PROPS, [VX_KIND_USBDEV] = VX_USBDEV_PROPS,
        [VX_KIND_AUTOUSB] = VX_AUTOUSB_PROPS,   [VX_KIND_MACHINE] = VX_M_PROPS,
    };

    return counts[device->kind];
}

/* ---- a document tells the model -------------------------------------------------- */

/* A document that is written for one device. */
struct writing {
    const struct vx_device *device;
    struct vmx_doc *doc;
    unsigned sub, numbers[2];
};

/* "scsi[0-3]:[U].fileName" with the numbers of the device. */
static struct vx_str
key_of(const struct writing *writing, const struct vx_row *row, struct vx_buf *out)
{
    const char *pattern = key_name(writing->device, row, writing->sub);
    size_t number = 0;

    out->size = 0;
    for (; pattern && *pattern; pattern++) {
        if (*pattern != '[' || number == 2) {
            vx_buf_char(out, *pattern);
            continue;
        }
        vx_buf_uint(out, writing->numbers[number++]);
        while (*pattern != ']')
            pattern++;
    }
    return vx_buf_text(out);
}

static void
put_key(void *data, const struct vx_row *row, struct vx_str value)
{
    const struct writing *writing = data;
    struct vx_buf key VX_AUTO(vx_buf_done) = VX_BUF(256);

    ck_assert_msg(value.n || !row->codec || row->codec->type == VX_T_STR,
                  "%s: a key without a word", row_name(writing->device, row));
    if (key_name(writing->device, row, writing->sub))
        ck_ok(vx_doc_set(writing->doc, key_of(writing, row, &key), value));
}

/* Not one of those that VMX alone cannot tell. */
static bool
is_stable(struct world *world, const struct vx_device *device, const struct vx_row *row,
          void *model)
{
    char member[MEMBER_ROOM] = {0};
    struct vx_str text;

    if (!is_excepted(unstable, device, row))
        return true;
    text = row_to_vmx(world, row, model);
    row->codec->from_vmx(&world->map, row, text, member);
    return member_eq(row->codec, member, member_at(row, model));
}

/* A value for the member that leaves the row in force. */
static bool
fill_member(struct world *world, const struct vx_device *device,
            const struct vx_row *row, void *model)
{
    char before[MEMBER_ROOM], *member = member_at(row, model);
    size_t size = member_size(row->codec);

    memcpy(before, member, size);
    for (int attempt = 0; attempt < 100; attempt++) {
        if (member_from(world, device, row, any_text(world, row), false, model)
            && !row_is_guarded_off(row, model) && is_stable(world, device, row, model)
            && (row->codec->type == VX_T_STR || row_to_vmx(world, row, model).n))
            return true;
        memcpy(member, before, size);
    }
    return false;
}

/* Some rows read the same key in two ways; in a model only one of them holds. */
static bool
is_key_taken(const struct vx_device *device, const struct vx_row *row, void *model)
{
    for (const struct vx_row *other = device->rows; other < row; other++)
        if (other->key == row->key && other->codec && !row_is_guarded_off(other, model))
            return true;
    return false;
}

static void
fill_model(struct world *world, const struct writing *writing, void *model)
{
    const struct vx_device *device = writing->device;

    settle_model(world, device, model);
    for (const struct vx_row *row = device->rows;
         row < device->rows + device->row_count; row++) {
        if (row->key < 0 || row->codec == NULL || row_is_decided(device, row)
            || row_is_guarded_off(row, model)
            || vx_member_set(row->codec, member_at(row, model))
            || is_key_taken(device, row, model) || !key_name(device, row, writing->sub))
            continue;
        if (row->absent || vx_random_below(&world->random, 4))
            fill_member(world, device, row, model);
    }
}

/* What no key says, from the model that was written. */
static void
copy_settled(const struct vx_device *device, const char *from, char *to)
{
    for (const struct vx_row *row = device->rows;
         row < device->rows + device->row_count; row++)
        if (row->guard_mask && !guard_has_row(device, row))
            to[row->guard] = from[row->guard];
    if (device->decision)
        to[device->decided] = from[device->decided];
}

static void
start_document(struct writing *writing)
{
    static const char head[] = "# kept\n.encoding = \"UTF-8\"\n";
    struct vx_row present = {.key = writing->device->present};

    ck_ok(vmx_doc_parse(head, sizeof(head) - 1, NULL, &writing->doc));
    if (writing->device->present >= 0)
        put_key(writing, &present, VX_STR("TRUE"));
}

/* The slots of the device in the document as it would be read from a file. */
static const uint32_t *
slots_of(struct world *world, struct writing *writing)
{
    struct vx_instance *instance;
    char *text;
    size_t size;

    ck_ok(vmx_doc_emit(writing->doc, &text, &size));
    vmx_doc_free(writing->doc);
    ck_ok(vmx_doc_parse(text, size, NULL, &writing->doc));
    free(text);
    memset(&world->map.slots, 0, sizeof(world->map.slots));
    world->map.doc = writing->doc;
    world->map.state = vx_arena_array(&world->arena, writing->doc->count + 1, 1);
    ck_assert_ptr_nonnull(world->map.state);
    memset(&world->map.slots, 0, sizeof(world->map.slots));
    ck_ok(vx_slots_fill(&world->map.slots, writing->doc, &world->arena));
    if (writing->device->kind == VX_KIND_MACHINE)
        return world->map.slots.machine;
    instance = world->map.slots.first[writing->device->kind];
    return instance ? instance->slot : NULL;
}

static void
assert_model_eq(struct writing *writing, void *wrote, void *read)
{
    const struct vx_device *device = writing->device;

    for (const struct vx_row *row = device->rows;
         row < device->rows + device->row_count; row++) {
        if (row->key < 0 || row->codec == NULL || row_is_guarded_off(row, wrote)
            || !key_name(device, row, writing->sub) || is_key_taken(device, row, wrote))
            continue;
        ck_assert_msg(!row_is_guarded_off(row, read), "%s: its guard reads otherwise",
                      row_name(device, row));
        ck_assert_msg(
            member_eq(row->codec, member_at(row, wrote), member_at(row, read)),
            "%s: the document tells another member", row_name(device, row));
    }
}

/* Writing what was read changes no byte. */
static void
assert_nothing_touched(struct world *world, struct writing *writing, void *read)
{
    char *before, *after;
    size_t before_size, after_size;

    ck_ok(vmx_doc_emit(writing->doc, &before, &before_size));
    vx_rows_keys(&world->map, writing->device->rows, writing->device->row_count, read,
                 put_key, writing);
    ck_ok(vmx_doc_emit(writing->doc, &after, &after_size));
    ck_assert_slice_eq(vx_str_of(after, after_size), vx_str_of(before, before_size));
    free(before);
    free(after);
}

/* One that has a key for the device itself. */
static unsigned
any_sub(struct world *world, const struct vx_device *device)
{
    const struct vx_row present = {.key = device->present};
    unsigned sub;

    do
        sub = (unsigned)vx_random_below(&world->random, subs_of(device));
    while (device->present >= 0 && key_name(device, &present, sub) == NULL);
    return sub;
}

static void
check_telling(struct world *world, const struct vx_device *device)
{
    struct writing writing = {
        .device = device,
        .sub = any_sub(world, device),
        .numbers = {(unsigned)vx_random_below(&world->random, 2),
                    (unsigned)vx_random_below(&world->random, 2)},
    };
    void *wrote = new_model(world, device), *read;
    const uint32_t *slot;

    fill_model(world, &writing, wrote);
    start_document(&writing);
    vx_rows_keys(&world->map, device->rows, device->row_count, wrote, put_key,
                 &writing);
    if (device->kind == VX_KIND_MACHINE) {
        struct vx_vm *copy = vx_arena_alloc(&world->arena, sizeof(*copy));

        ck_assert_ptr_nonnull(copy);
        *copy = world->map.vm;
        wrote = copy;
    }
    slot = slots_of(world, &writing);
    if (slot == NULL) { /* without a `present`, a device of which nothing is said */
        ck_assert_msg(device->present < 0, "%s: the device is not found", device->name);
        slot = vx_arena_array(&world->arena, (size_t)props_of(device), sizeof(*slot));
    }
    read = new_model(world, device);
    copy_settled(device, wrote, read);
    vx_rows_read(&world->map, device->rows, device->row_count, slot, read);
    assert_model_eq(&writing, wrote, read);
    assert_nothing_touched(world, &writing, read);
    vmx_doc_free(writing.doc);
}

START_TEST(vmx_tells_everything)
{
    size_t count = rounds(200);
    struct vx_random random = VX_RANDOM;

    for (size_t i = 0; i < count; i++) {
        static struct world world; /* too large for the stack */

        world_init(&world);
        world.random = random;
        check_telling(&world, vx_devices[_i]);
        random = world.random;
        world_done(&world);
    }
}

END_TEST

/* ---- rows by themselves ---------------------------------------------------------- */

static void
check_key(const struct vx_device *device, const struct vx_row *row)
{
    bool named = false;

    if (row->key == VX_NO_KEY)
        return;
    ck_assert_msg(row->key > 0 && row->key < props_of(device), "%s: key %d is none",
                  row_name(device, row), row->key);
    for (unsigned sub = 0; sub < subs_of(device); sub++)
        named |= key_name(device, row, sub) != NULL;
    ck_assert_msg(named, "%s: the catalogue has no such key", row_name(device, row));
}

/* From 0.6.0 on; minor and micro numbers of libvirt stay small. */
static void
check_since(const struct vx_device *device, const struct vx_row *row)
{
    uint32_t major = row->since / 1000000, minor = row->since / 1000 % 1000,
             micro = row->since % 1000;

    ck_assert_msg(
        row->since == 0
            || (row->since >= 6000 && major <= 12 && minor <= 12 && micro <= 12),
        "%s: since %u", row_name(device, row), row->since);
}

static void
check_shape(const struct vx_device *device, const struct vx_row *row)
{
    const char *name = row_name(device, row);
    size_t room = device->kind == VX_KIND_MACHINE ? sizeof(struct vx_vm) : device->size;

    switch ((enum vx_place)row->place) {
    case VX_PLACE_ATTR:
        ck_assert_msg(row->attr != NULL, "%s: no attribute", name);
        ck_assert_msg(row->elem && row->codec, "%s: no element, or no codec", name);
        break;
    case VX_PLACE_TEXT:
        ck_assert_msg(row->elem && row->codec, "%s: no element, or no codec", name);
        break;
    case VX_PLACE_FLAG:
        ck_assert_msg(row->elem && row_is_byte(row), "%s: no flag", name);
        break;
    case VX_PLACE_HOOK:
        ck_assert_msg(row->hook != NULL, "%s: no hook", name);
        break;
    case VX_PLACE_NONE: /* what is kept alone and read by nothing needs no row */
        ck_assert_msg(row->codec && row->key >= 0, "%s: reads nothing, writes nothing",
                      name);
        break;
    case VX_PLACE_SELF:
        ck_assert_msg(row->key >= 0, "%s: no key", name);
        break;
    }
    if (row->codec)
        ck_assert_msg(row->member + member_size(row->codec) <= room,
                      "%s: its member is outside the model", name);
    if (row->codec)
        ck_assert_msg(row->set_at == vx_set_at[row->codec->type],
                      "%s: its member is not what the codec reads", name);
    ck_assert_msg(row->absent == NULL || row->codec, "%s: absent without codec", name);
}

static bool
same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static void
check_place(const struct vx_device *device, const struct vx_row *row)
{
    for (const struct vx_row *other = device->rows; other < row; other++) {
        if (row->place != other->place || row->guard_mask || other->guard_mask)
            continue;
        if ((!row_has_place(row) && row->place != VX_PLACE_FLAG)
            || !same_text(row->elem, other->elem) || !same_text(row->attr, other->attr)
            || !same_text(row->with, other->with))
            continue;
        ck_assert_msg(is_excepted(shared_place, device, row),
                      "%s: row %d writes there, too", row_name(device, row),
                      row_number(device, other));
    }
}

START_TEST(rows_are_plausible)
{
    const struct vx_device *device = vx_devices[_i];

    for (const struct vx_row *row = device->rows;
         row < device->rows + device->row_count; row++) {
        check_key(device, row);
        check_since(device, row);
        check_shape(device, row);
        check_place(device, row);
    }
}

END_TEST

/* An exception that names no row has outlived its reason. */
static void
check_exceptions(const struct exception *exceptions)
{
    for (; exceptions->device; exceptions++) {
        const struct exception one[] = {*exceptions, {NULL, NULL, NULL}};
        bool found = false;

        for (const struct vx_device *const *device = vx_devices; *device; device++)
            for (size_t i = 0; i < (*device)->row_count; i++)
                found |= is_excepted(one, *device, &(*device)->rows[i]);
        ck_assert_msg(found && exceptions->reason[0],
                      "%s: %s is no row, or has no reason", exceptions->device,
                      exceptions->row);
    }
}

START_TEST(exceptions_are_rows)
{
    check_exceptions(inexact);
    check_exceptions(one_way);
    check_exceptions(unstable);
    for (size_t i = 0; i < VX_COUNT(limits); i++)
        check_exceptions((const struct exception[]){limits[i].row, {NULL, NULL, NULL}});
    check_exceptions(unreached);
    check_exceptions(shared_place);
}

END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("rows");
    TCase *laws = tcase_create("laws");
    int devices = 0;

    while (vx_devices[devices])
        devices++;
    tcase_add_loop_test(laws, rows_are_plausible, 0, devices);
    tcase_add_loop_test(laws, codecs_are_inverses, 0, devices);
    tcase_add_loop_test(laws, vmx_tells_everything, 0, devices);
    tcase_add_test(laws, exceptions_are_rows);
    suite_add_tcase(suite, laws);
    return suite;
}

int
main(void)
{
    return vx_test_main(suite());
}
