/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory: its size, what the host gives and guarantees, and how it backs it.  VMX
 * counts in MiB, XML in KiB. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"
#include "map/units.h"

#include "base/num.h"

#include "base/banned.h"

#define MAP __attribute__((unused)) struct vx_map *map
#define ROW __attribute__((unused)) const struct vx_row *row

#define M(name) VX_M(vx_vm, memory.name)
#define KIB .with = " unit='KiB'"
#define MIB_MAX ((int64_t)8796093022207) /* libvirt counts bytes in 63 bits */

/* ---- sizes ----------------------------------------------------------------------- */

static enum vx_read
mib_from_vmx(struct vx_map *map, const struct vx_row *row, struct vx_str text,
             void *member)
{
    struct vx_int number = {0, false};
    enum vx_read read = vx_integer.from_vmx(map, row, text, &number);

    if (read == VX_READ_BAD || number.v <= 0 || number.v > MIB_MAX)
        return VX_READ_BAD;
    *(struct vx_int *)member = number;
    return read;
}

/* Bounded before: by mib_from_vmx(), or by the memory of the machine. */
static void
mib_to_xml(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_buf_uint(out, (uint64_t)((const struct vx_int *)member)->v * 1024);
}

/* libvirt rounds up to whole MiB. */
static bool
mib_from_xml(MAP, ROW, struct vx_str text, void *member)
{
    struct vx_int *number = member;
    uint64_t kib;

    if (!vx_units_kib(text, VX_STR("KiB"), &kib) || kib == 0
        || kib > (uint64_t)MIB_MAX * 1024)
        return false;
    *number = (struct vx_int){(int64_t)((kib + 1023) / 1024), true};
    return true;
}

static void
mib_to_vmx(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_buf_int(out, ((const struct vx_int *)member)->v);
}

static const struct vx_codec mib = {
    "a size of memory in MiB",
    VX_T_INT,
    mib_from_vmx,
    mib_to_vmx,
    mib_from_xml,
    mib_to_xml,
};

/* As `mib`, but 0, negative numbers and "unlimited" are fine: memory_in() knows them.
 */
static enum vx_read
amount_from_vmx(struct vx_map *map, const struct vx_row *row, struct vx_str text,
                void *member)
{
    return vx_integer.from_vmx(map, row, text, member);
}

static const struct vx_codec amount = {
    "a number of MiB", VX_T_INT, amount_from_vmx, mib_to_vmx, mib_from_xml, mib_to_xml,
};

/* ---- switches -------------------------------------------------------------------- */

/* sched.mem.pshare.enable: the member is its opposite, since FALSE is what says
 * something. */
static enum vx_read
unshared_from_vmx(MAP, ROW, struct vx_str text, void *member)
{
    uint8_t shared = VX_UNSET;
    enum vx_read read = vx_bool_parse(text, &shared);

    if (read != VX_READ_BAD)
        *(uint8_t *)member = shared == VX_YES ? VX_NO : VX_YES;
    return read;
}

static void
unshared_to_vmx(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_buf_str(out,
               *(const uint8_t *)member == VX_YES ? VX_STR("FALSE") : VX_STR("TRUE"));
}

static bool
unshared_from_xml(MAP, ROW, struct vx_str text, void *member)
{
    *(uint8_t *)member = vx_str_eq(text, VX_STR("no")) ? VX_NO : VX_YES;
    return true;
}

static void
unshared_to_xml(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_buf_str(out, *(const uint8_t *)member == VX_YES ? VX_STR("yes") : VX_STR("no"));
}

static const struct vx_codec unshared = {
    "TRUE or FALSE", VX_T_BOOL,         unshared_from_vmx,
    unshared_to_vmx, unshared_from_xml, unshared_to_xml,
};

static const struct vx_word allocations[] = {
    [VX_NO] = {NULL, "ondemand"},
    [VX_YES] = {NULL, "immediate"},
    VX_WORDS_END,
};

/* ---- elements -------------------------------------------------------------------- */

/* libvirt always has a <currentMemory>.  A limit at or above the memory says nothing.
 */
static void
write_current(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
              void *model)
{
    const struct vx_memory *memory = &((const struct vx_vm *)model)->memory;
    int64_t mib_now = memory->size.v;

    if (memory->limit.set && memory->limit.v > 0 && memory->limit.v < mib_now) {
        mib_now = memory->limit.v;
        vx_map_said(map, slot[row->key], false);
        vx_map_loss(map, VX_MEMORY_LIMIT, VMX_LOSS_WARNING, slot[row->key], NULL, NULL);
    } else if (memory->limit.set && memory->limit.v) {
        vx_map_default(map, slot[row->key]);
    }
    vx_xml_at(&map->xml, "currentMemory");
    vx_xml_attrs(&map->xml, row->with);
    vx_xml_text_uint(&map->xml, (uint64_t)mib_now * 1024);
}

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_M_memSize),                      VX_TEXT("memory"),                      .codec = &mib, M(size), KIB, .absent = "32"},
  {VX_K(VX_M_sched_mem_max),                VX_HOOK(write_current),                 .codec = &amount, M(limit), KIB},
  {VX_K(VX_M_sched_mem_minSize),            VX_TEXT("memtune/min_guarantee"),       .codec = &amount, M(reserved), KIB, .usual = "0"},
  /* VMware writes both, so the element sets both members. */
  {VX_K(VX_M_sched_mem_min),                VX_SELF,                                .codec = &amount, M(reserved_twin)},
  {VX_K(VX_M_sched_mem_lpage_enable1GPage), VX_FLAG("memoryBacking/hugepages/page"), .codec = &vx_bool, M(huge_pages), .with = " size='1' unit='GiB'"},
  {VX_K(VX_M_sched_mem_pshare_enable),      VX_FLAG("memoryBacking/nosharepages"),  .codec = &unshared, M(unshared)},
  {VX_K(VX_M_sched_mem_pin),                VX_FLAG("memoryBacking/locked"),        .codec = &vx_bool, M(locked)},
  {VX_K(VX_M_sched_mem_prealloc),           VX_ATTR("memoryBacking/allocation", "mode"), .codec = &vx_bool_words, .arg = allocations, M(prealloc), .usual = "ondemand"},
};

/* clang-format on */

/* ---- what several keys say together ---------------------------------------------- */

/* A reservation that means nothing is none, and one above the memory is all of it. */
static void
bound(struct vx_map *map, struct vx_int *amount_mib, int64_t most, uint32_t slot)
{
    if (!amount_mib->set)
        return;
    if (amount_mib->v <= 0) {
        amount_mib->set = false;
        vx_map_default(map, slot);
    } else if (amount_mib->v > most) {
        amount_mib->v = most;
        if (slot)
            map->state[slot - 1] &= (uint8_t)~VX_LINE_EXACT;
    }
}

static void
join_reservations(struct vx_map *map, struct vx_memory *memory, const uint32_t *slot)
{
    struct vx_int *one = &memory->reserved, *twin = &memory->reserved_twin;
    bool told = one->set;

    bound(map, one, memory->size.v, slot[VX_M_sched_mem_minSize]);
    bound(map, twin, memory->size.v, slot[VX_M_sched_mem_min]);
    if (!told) {
        *one = *twin;
    } else if (twin->set && !(one->set && one->v == twin->v)) {
        vx_map_diag(map, VX_RESERVATION_DIFFERS, slot[VX_M_sched_mem_min],
                    "%lld MiB are reserved, and sched.mem.minSize has another number",
                    (long long)twin->v);
        twin->set = false;
    }
}

/* The way back writes multiples of 4 alone, as VMware wants them. */
static void
odd_size(struct vx_map *map, uint32_t slot, int64_t size)
{
    vx_map_diag(map, VX_MEMORY_MULTIPLE, slot, "%lld MiB are no multiple of 4",
                (long long)size);
    vx_dev_inexact(map, slot);
}

static void
memory_in(struct vx_map *map, struct vx_instance *i, void *model)
{
    struct vx_vm *vm = model;
    const uint32_t *slot = map->slots.machine;

    (void)i;
    vm->memory_mib = (uint64_t)vm->memory.size.v;
    if (slot[VX_M_memSize] == 0)
        vx_map_diag(map, VX_MEMORY_MISSING, 0, "memSize is missing: 32 MiB");
    else if (vm->memory.size.v % 4)
        odd_size(map, slot[VX_M_memSize], vm->memory.size.v);
    if (slot[VX_M_sched_mem_min] | slot[VX_M_sched_mem_minSize])
        join_reservations(map, &vm->memory, slot);
    if (slot[VX_M_mem_hotadd]) {
        if (vx_map_bool(map, slot[VX_M_mem_hotadd], false))
            vx_map_loss(map, VX_HOT_ADD, VMX_LOSS_INFORMATION, slot[VX_M_mem_hotadd],
                        NULL, NULL);
        else
            vx_map_default(map, slot[VX_M_mem_hotadd]);
    }
    if (vx_str_ieq(vx_map_value(map, slot[VX_M_sched_mem_shares]), VX_STR("normal")))
        vx_map_default(map, slot[VX_M_sched_mem_shares]);
}

/* ---- the way back ---------------------------------------------------------------- */

/* The element's amount in KiB; 0 when it is not there or says none. */
static uint64_t
kib_of(struct vx_map *map, struct vx_node *domain, const char *path)
{
    struct vx_node *element = vx_xml_find(domain, path, " unit='KiB'");
    struct vx_str text = vx_xml_value(element, NULL);
    uint64_t kib = 0;

    if (element && !vx_units_kib(text, VX_STR("KiB"), &kib))
        vx_back_diag(map, VX_BAD_XML_VALUE, element, "\"%.*s\" is no size",
                     VX_ARG(text));
    return kib;
}

/* What the host gives the machine at most: currentMemory, or else the hard limit.
 * libvirt's own writer also says so when nothing but the rounding of memSize made a
 * difference. */
static void
back_limit(struct vx_map *map, struct vx_node *domain, struct vx_memory *memory)
{
    uint64_t size = kib_of(map, domain, "memory");
    uint64_t now = kib_of(map, domain, "currentMemory");
    uint64_t hard = kib_of(map, domain, "memtune/hard_limit");

    if (now == 0 || now >= size)
        now = hard;
    if (now == 0 || now >= size)
        return;
    memory->limit = (struct vx_int){(int64_t)((now + 1023) / 1024), true};
    if (memory->limit.v >= memory->size.v)
        memory->limit.set = false;
}

static void
back_reservation(struct vx_map *map, struct vx_node *domain, struct vx_memory *memory)
{
    if (!memory->reserved.set)
        return;
    if (memory->size.set && memory->reserved.v > memory->size.v) {
        vx_back_diag(map, VX_XML_VALUE_LIMIT,
                     vx_xml_find(domain, "memtune/min_guarantee", NULL),
                     "more than the memory of the machine; all of it is reserved");
        memory->reserved.v = memory->size.v;
    }
    memory->reserved_twin = memory->reserved;
}

/* Units have made KiB of these, and nobody else asks for them. */
static void
report_limits(struct vx_map *map, struct vx_node *domain)
{
    static const char *const others[] = {"memtune/soft_limit",
                                         "memtune/swap_hard_limit"};

    for (size_t i = 0; i < VX_COUNT(others); i++) {
        struct vx_node *element = vx_xml_find(domain, others[i], NULL);

        if (element)
            vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, element, NULL,
                         NULL, NULL);
    }
}

/* VMware knows pages of 1 GiB as a wish, and of any other size none. */
static void
back_pages(struct vx_map *map, struct vx_node *domain, struct vx_memory *memory)
{
    static const char other_pages[] =
        "Pages of another size than 1 GiB, which VMware uses by itself where it can";
    struct vx_node *pages = vx_xml_find(domain, "memoryBacking/hugepages", NULL);
    struct vx_node *page = pages ? vx_xml_child(pages, "page") : NULL;
    uint64_t kib;

    if (pages && page == NULL)
        vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, pages, NULL,
                     other_pages, NULL);
    for (; page; page = vx_xml_next(page, "page")) {
        struct vx_str size = vx_xml_value(page, "size");

        if (vx_units_kib(size, vx_xml_value(page, "unit"), &kib) && kib == 1 << 20)
            memory->huge_pages = VX_YES;
        else
            vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, page, NULL,
                         other_pages, NULL);
    }
}

static void
memory_in_xml(struct vx_map *map, struct vx_node *domain, struct vx_seat *seat,
              void *model)
{
    struct vx_vm *vm = model;
    struct vx_int *size = &vm->memory.size;

    (void)seat;
    back_pages(map, domain, &vm->memory);
    report_limits(map, domain);
    size->v = size->v > MIB_MAX - 3 ? MIB_MAX / 4 * 4 : (size->v + 3) / 4 * 4;
    back_limit(map, domain, &vm->memory);
    back_reservation(map, domain, &vm->memory);
    vm->memory_mib = (uint64_t)size->v;
    if (!size->set)
        vx_back_diag(map, VX_DOMAIN_INCOMPLETE, domain,
                     "the size of the memory is missing; VMware gives 32 MiB");
}

const struct vx_device vx_device_memory = {
    .name = "memory",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .in = memory_in,
    .in_xml = memory_in_xml,
};
