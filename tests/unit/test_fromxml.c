/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* XML → model: what is refused, what is found where, and the law that what the rows
 * write is read as the same model. */
#include "map/back.h"
#include "map/fromxml.h"

#include "rows.h"

/* ---- reading --------------------------------------------------------------------- */

static enum vmx_status
read_status(struct vx_str text, uint32_t *line)
{
    struct vmx_diags *diags = vmx_diags_new();
    const struct vmx_diag *diag;
    struct vx_node *root = NULL;
    struct vx_arena arena;
    enum vmx_status status;

    vx_arena_init(&arena, (size_t)1 << 30);
    status = vx_xml_read(text, &arena, diags, &root);
    ck_assert_int_eq(root != NULL, status == VMX_OK);
    diag = vmx_diags_get(diags, 0);
    if (line)
        *line = diag ? diag->line : 0;
    ck_assert(status != VMX_ERR_INPUT || diag);
    vmx_diags_free(diags);
    vx_arena_done(&arena);
    return status;
}

/* Element inside element. */
static enum vmx_status
nested_status(size_t depth)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);

    for (size_t i = 0; i < depth; i++)
        vx_buf_lit(&text, "<a>");
    for (size_t i = 0; i < depth; i++)
        vx_buf_lit(&text, "</a>");
    return read_status(vx_buf_text(&text), NULL);
}

START_TEST(only_plain_xml_is_read)
{
    static const struct {
        const char *text;
        enum vmx_status status;
        uint32_t line;
    } samples[] = {
        {"<a/>", VMX_OK, 0},
        {"<?xml version='1.0'?>\n<!-- c -->\n<a b='&lt;&#65;'><![CDATA[<]]></a>\n",
         VMX_OK, 0},
        {"", VMX_ERR_INPUT, 0},
        {"plain", VMX_ERR_INPUT, 1},
        {"<a>\n<b>\n</b>\n", VMX_ERR_INPUT, 4},
        {"<a>&unknown;</a>", VMX_ERR_INPUT, 1},
        {"<!DOCTYPE a>\n<a/>", VMX_ERR_INPUT, 1},
        {"\n<!DOCTYPE a [<!ENTITY e 'x'>]>\n<a>&e;</a>", VMX_ERR_INPUT, 2},
        {"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", VMX_ERR_INPUT, 1},
        {"<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;</a>",
         VMX_ERR_INPUT, 1},
        {"<a b='\xFF'/>", VMX_ERR_INPUT, 1},
        {"<a/><b/>", VMX_ERR_INPUT, 1},
    };

    for (size_t i = 0; i < VX_COUNT(samples); i++) {
        uint32_t line = 0;
        enum vmx_status status = read_status(vx_str_c(samples[i].text), &line);

        ck_assert_msg(status == samples[i].status && line == samples[i].line,
                      "\"%s\" gives %d in line %u", samples[i].text, status, line);
    }
}

END_TEST

START_TEST(depth_and_size_have_ceilings)
{
    struct vx_str huge = {"<a/>", VMX_MAX_TEXT + 1};

    ck_assert_int_eq(nested_status(VX_XML_NESTING_MAX), VMX_OK);
    ck_assert_int_eq(nested_status(VX_XML_NESTING_MAX + 1), VMX_ERR_LIMIT);
    ck_assert_int_eq(nested_status(20000), VMX_ERR_LIMIT);
    ck_assert_int_eq(read_status(huge, NULL), VMX_ERR_LIMIT);
}

END_TEST

/* ---- places ---------------------------------------------------------------------- */

/* A document in a test, with the world that its values go to. */
struct sample {
    struct world world;
    struct vx_back back;
    struct vx_node *root;
};

static void
sample_init(struct sample *sample, struct vx_str text)
{
    world_init(&sample->world);
    sample->world.map.back = &sample->back;
    sample->back = (struct vx_back){.vmware = true};
    ck_ok(vx_xml_read(text, &sample->world.arena, NULL, &sample->root));
}

static void
sample_done(struct sample *sample)
{
    world_done(&sample->world);
}

#define SAMPLE(name, literal)                                                          \
    struct sample name VX_AUTO(sample_done);                                           \
    sample_init(&name, VX_STR(literal))

static struct vx_str
value_at(struct sample *sample, const char *path, const char *with, const char *attr)
{
    return vx_xml_value(vx_xml_find(sample->root, path, with), attr);
}

START_TEST(places_are_found)
{
    SAMPLE(s, "<d t='x' e=''><!-- --><os><type arch='i686'>h<!-- -->vm</type></os>"
              "<q:os xmlns:q='urn:q'/><entry name='a'>1</entry><entry name='b' n='2'>"
              "&lt;2</entry><empty/></d>");

    ck_assert_slice_eq(value_at(&s, "", NULL, "t"), VX_STR("x"));
    ck_assert_slice_eq(value_at(&s, "", NULL, "e"), VX_STR(""));
    ck_assert_slice_eq(value_at(&s, "os/type", NULL, "arch"), VX_STR("i686"));
    ck_assert_slice_eq(value_at(&s, "os/type", NULL, NULL), VX_STR("hvm"));
    ck_assert_slice_eq(value_at(&s, "entry", NULL, NULL), VX_STR("1"));
    ck_assert_slice_eq(value_at(&s, "entry", " name='b'", NULL), VX_STR("<2"));
    ck_assert_slice_eq(value_at(&s, "entry", " name='b' n='2'", NULL), VX_STR("<2"));
    ck_assert_slice_eq(value_at(&s, "empty", NULL, NULL), VX_STR(""));
    /* What libvirt fills in need not be there; a name must be. */
    ck_assert_slice_eq(value_at(&s, "os/type", " arch='i686' machine='pc'", NULL),
                       VX_STR("hvm"));
    ck_assert_ptr_null(value_at(&s, "os/type", " arch='x86_64'", NULL).s);
    ck_assert_ptr_null(value_at(&s, "os/type", " name='x'", NULL).s);
    ck_assert_ptr_null(value_at(&s, "entry", " name='c'", NULL).s);
    ck_assert_ptr_null(value_at(&s, "os/type/arch", NULL, NULL).s);
    ck_assert_ptr_null(value_at(&s, "os", NULL, "type").s);
    ck_assert_ptr_null(value_at(&s, "none/type", NULL, NULL).s);
}

END_TEST

/* ---- decisions ------------------------------------------------------------------- */

START_TEST(decisions_ask_xml)
{
    static const struct {
        const char *text;
        uint8_t link;
    } samples[] = {
        {"<interface type='bridge'><source bridge='Blue'/></interface>",
         VX_LINK_BRIDGE},
        {"<interface type='bridge'><source bridge='VMnet0'/></interface>",
         VX_LINK_BRIDGED},
        {"<interface type='bridge'><source bridge='vmnet1'/></interface>",
         VX_LINK_HOSTONLY},
        {"<interface type='bridge'><source bridge='V7'/><target dev='V7'/></interface>",
         VX_LINK_VNET},
        {"<interface type='bridge'><source bridge='V7'/><target dev='V8'/></interface>",
         VX_LINK_CUSTOM},
        {"<interface type='user'/>", VX_LINK_NAT},
        {"<interface type='vds'/>", VX_LINK_VDS},
        {"<interface/>", VX_LINK_NULL},
    };

    for (size_t i = 0; i < VX_COUNT(samples); i++) {
        struct sample sample VX_AUTO(sample_done);
        uint8_t link;

        sample_init(&sample, vx_str_c(samples[i].text));
        link = vx_decide_xml(&sample.world.map, vx_device_nic.decision, sample.root);
        ck_assert_msg(link == samples[i].link, "%s is %u", samples[i].text, link);
    }
}

END_TEST

START_TEST(an_interface_is_read)
{
    SAMPLE(s,
           "<interface type='bridge'><mac address='00:50:56:11:22:33' type='static'/>"
           "<source bridge='VM Network'/><model type='vmxnet3'/><link state='down'/>"
           "<mtu size='none'/></interface>");
    struct vx_nic *nic = new_model(&s.world, &vx_device_nic);

    s.world.map.diags = vmx_diags_new();
    ck_assert(vx_device_from_xml(&s.world.map, &vx_device_nic, s.root, NULL, nic));
    ck_assert_uint_eq(vmx_diags_count(s.world.map.diags), 1);
    vmx_diags_free(s.world.map.diags);
    ck_assert_uint_eq(nic->link, VX_LINK_BRIDGE);
    ck_assert_uint_eq(nic->mac_kind, VX_MAC_STATIC);
    ck_assert(nic->mac.set && nic->mac.b[5] == 0x33);
    ck_assert_slice_eq(nic->network, VX_STR("VM Network"));
    ck_assert_uint_eq(nic->model, VX_NIC_MODEL_VMXNET3);
    ck_assert_uint_eq(nic->connected, VX_NO);
    ck_assert(!nic->mtu.set);
}

END_TEST

/* ---- a model that was written is read -------------------------------------------- */

enum { ROWS_MAX = 64 };

/* The rows of a device without the hooks, which write what only they can read. */
struct table {
    const struct vx_device *device;
    struct vx_row *rows;
    size_t count;
};

static struct table
table_of(const struct vx_device *device)
{
    static struct vx_row rows[ROWS_MAX];
    struct table table = {.device = device, .rows = rows};

    for (size_t i = 0; i < device->row_count; i++)
        if (row_has_place(&device->rows[i]) || device->rows[i].place == VX_PLACE_FLAG) {
            ck_assert_uint_lt(table.count, ROWS_MAX);
            table.rows[table.count++] = device->rows[i];
        }
    return table;
}

static bool
same_place(const struct vx_row *a, const struct vx_row *b)
{
    return a->place == b->place && strcmp(a->elem, b->elem) == 0
           && strcmp(a->attr ? a->attr : "", b->attr ? b->attr : "") == 0
           && strcmp(a->with ? a->with : "", b->with ? b->with : "") == 0;
}

/* Of rows that may write to one place only the first in force holds in a model. */
static bool
is_place_taken(const struct table *table, const struct vx_row *row, const void *model)
{
    for (const struct vx_row *other = table->rows; other < row; other++)
        if (!row_is_guarded_off(other, model) && same_place(other, row))
            return true;
    return false;
}

/* Rows that find in their place what another has written. */
static size_t
taken_places(const struct table *table, const void *model)
{
    size_t taken = 0;

    for (const struct vx_row *row = table->rows; row < table->rows + table->count;
         row++)
        taken += is_place_taken(table, row, model);
    return taken;
}

/* The row itself, for messages and exceptions, which know it by its place in the table.
 */
static const struct vx_row *
original(const struct table *table, const struct vx_row *row)
{
    size_t i = 0;

    while (memcmp(&table->device->rows[i], row, sizeof(*row)) != 0)
        i++;
    return &table->device->rows[i];
}

static bool
fill_by_xml(struct world *world, const struct table *table, const struct vx_row *row,
            void *model)
{
    char *member = member_at(row, model);
    const struct vx_row *known = original(table, row);
    size_t size = member_size(row->codec);

    for (int attempt = 0; attempt < 50; attempt++) {
        if (row->codec == &vx_decided)
            *(uint8_t *)member =
                (uint8_t)(1
                          + vx_random_below(&world->random,
                                            words_count(row->arg) - 1u));
        else if (row->place == VX_PLACE_FLAG)
            *(uint8_t *)member = vx_random_below(&world->random, 2) ? VX_YES : VX_NO;
        else if (!member_from(world, table->device, known, any_text(world, row), false,
                              model)) {
            memset(member, 0, size);
            continue;
        }
        if (has_xml_word(row, member) && fits_xml(world, row, model)
            && !row_is_guarded_off(row, model))
            return true;
        memset(member, 0, size);
    }
    return false;
}

static void
fill_table(struct world *world, const struct table *table, void *model)
{
    settle_model(world, table->device, model);
    for (const struct vx_row *row = table->rows; row < table->rows + table->count;
         row++)
        if (!row_is_guarded_off(row, model) && !is_place_taken(table, row, model)
            && !vx_member_set(row->codec, member_at(row, model))
            && vx_random_below(&world->random, 4))
            fill_by_xml(world, table, row, model);
}

static struct vx_str
write_table(struct world *world, const struct table *table, void *model)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);
    const uint32_t *slot = vx_arena_array(&world->arena, VX_M_PROPS, sizeof(*slot));

    ck_assert_ptr_nonnull(slot);
    vx_xml_init(&world->map.xml, &text);
    vx_xml_begin(&world->map.xml,
                 table->device->element ? table->device->element : "domain");
    vx_rows_write(&world->map, table->rows, table->count, slot, model);
    vx_xml_end(&world->map.xml, 0);
    ck_assert(!text.failed);
    return world_keep(world, &text);
}

static void
assert_read_eq(struct world *world, const struct table *table, void *wrote, void *read,
               struct vx_str text)
{
    for (const struct vx_row *row = table->rows; row < table->rows + table->count;
         row++) {
        const void *member = member_at(row, wrote);
        const struct vx_row *known = original(table, row);

        if (row_is_guarded_off(row, wrote) || is_place_taken(table, row, wrote)
            || row_is_decided(table->device, row)
            || is_excepted(one_way, table->device, known))
            continue;
        if (row->place == VX_PLACE_FLAG) {
            ck_assert_msg((*(const uint8_t *)member == VX_YES)
                              == (*(uint8_t *)member_at(row, read) == VX_YES),
                          "%s: another flag in %.*s", row_name(table->device, known),
                          (int)text.n, text.s);
            continue;
        }
        if (vx_member_set(row->codec, member)
            && (!has_xml_word(row, member) || !fits_xml(world, row, wrote)))
            continue;
        ck_assert_msg(member_eq(row->codec, member, member_at(row, read)),
                      "%s: another member from %.*s", row_name(table->device, known),
                      (int)text.n, text.s);
    }
}

/* What only the decision and the devices' own steps know. */
static void
copy_settled_bytes(const struct vx_device *device, const char *from, char *to)
{
    for (size_t i = 0; i < device->row_count; i++)
        if (device->rows[i].guard_mask && !guard_has_row(device, &device->rows[i]))
            to[device->rows[i].guard] = from[device->rows[i].guard];
    if (device->decision)
        to[device->decided] = from[device->decided];
}

static void
check_table(struct world *world, const struct table *table)
{
    bool machine = table->device->kind == VX_KIND_MACHINE;
    void *wrote = new_model(world, table->device), *read;
    struct vx_node *root = NULL;
    struct vx_str text;
    size_t bad;

    fill_table(world, table, wrote);
    text = write_table(world, table, wrote);
    if (machine) {
        wrote = vx_arena_alloc(&world->arena, sizeof(world->map.vm));
        ck_assert_ptr_nonnull(wrote);
        memcpy(wrote, &world->map.vm, sizeof(world->map.vm));
    }
    read = new_model(world, table->device);
    copy_settled_bytes(table->device, wrote, read);
    ck_assert_msg(vx_xml_read(text, &world->arena, NULL, &root) == VMX_OK,
                  "%s: not well-formed: %.*s", table->device->name, (int)text.n,
                  text.s);
    bad = vx_rows_from_xml(&world->map, table->rows, table->count, root, read);
    ck_assert_msg(bad <= taken_places(table, wrote), "%s: bad value in %.*s",
                  table->device->name, (int)text.n, text.s);
    if (machine) { /* codecs ask the conversion's machine: both are it in turn */
        struct vx_vm *copy = vx_arena_alloc(&world->arena, sizeof(*copy));

        ck_assert_ptr_nonnull(copy);
        *copy = world->map.vm;
        read = copy;
    }
    assert_read_eq(world, table, wrote, read, text);
}

START_TEST(xml_tells_what_rows_say)
{
    struct table table = table_of(vx_devices[_i]);
    size_t count = getenv("VMX_VALGRIND") ? 10 : getenv("VMX_FULL") ? 3000 : 300;
    struct vx_random random = VX_RANDOM;

    for (size_t i = 0; i < count; i++) {
        struct world world AUTO_WORLD;

        world_init(&world);
        world.random = random;
        check_table(&world, &table);
        random = world.random;
    }
}

END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("fromxml");
    TCase *reading = tcase_create("reading"), *laws = tcase_create("laws");
    int devices = 0;

    while (vx_devices[devices])
        devices++;
    tcase_add_test(reading, only_plain_xml_is_read);
    tcase_add_test(reading, depth_and_size_have_ceilings);
    tcase_add_test(reading, places_are_found);
    tcase_add_test(reading, decisions_ask_xml);
    tcase_add_test(reading, an_interface_is_read);
    tcase_add_loop_test(laws, xml_tells_what_rows_say, 0, devices);
    suite_add_tcase(suite, reading);
    suite_add_tcase(suite, laws);
    return suite;
}

int
main(void)
{
    return vx_test_main(suite());
}
