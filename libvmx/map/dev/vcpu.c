/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Virtual CPUs: how many, on which CPUs and nodes of the host they run, and their share
 * of it. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"
#include "map/remember.h"

#include "base/num.h"

#include "base/banned.h"

#define MAP __attribute__((unused)) struct vx_map *map
#define ROW __attribute__((unused)) const struct vx_row *row

#define M(name) VX_M(vx_vm, vcpu.name)

enum {
    VCPUS_MAX = 65535, /* of libvirt's schema */
    CPUS_MAX = 16384,  /* libvirt's sets of CPUs and nodes end there */
    WORDS = CPUS_MAX / 64,
    SHARES_MIN = 2, /* libvirt's range of weights */
    SHARES_MAX = 262144,
    PERIOD_US = 100000,
    QUOTA_MIN_US = 1000,
};

#define QUOTA_MAX_US ((uint64_t)17592186044415)

/* ---- sets of host CPUs ----------------------------------------------------------- */

struct set {
    uint64_t word[WORDS];
};

static void
set_range(struct set *set, uint64_t first, uint64_t last, bool value)
{
    for (uint64_t w = first / 64; w <= last / 64; w++) {
        uint64_t mask = UINT64_MAX;

        if (w == first / 64)
            mask &= UINT64_MAX << first % 64;
        if (w == last / 64)
            mask &= UINT64_MAX >> (63 - last % 64);
        set->word[w] = value ? set->word[w] | mask : set->word[w] & ~mask;
    }
}

static bool
in_set(const struct set *set, unsigned cpu)
{
    return set->word[cpu / 64] >> cpu % 64 & 1;
}

/* "3", "4-7", and in XML "^5" for all but 5; blanks around numbers. */
static bool
add_item(struct set *set, struct vx_str item)
{
    ptrdiff_t dash = vx_str_find(item, '-');
    bool without = item.n && item.s[0] == '^';
    uint64_t first, last;

    if (without)
        item = vx_str_skip(item, 1);
    if (dash < 0 || without) {
        if (!vx_num_u64(vx_str_trim(item), &first))
            return false;
        last = first;
    } else if (!vx_num_u64(vx_str_trim(vx_str_of(item.s, (size_t)dash)), &first)
               || !vx_num_u64(vx_str_trim(vx_str_skip(item, (size_t)dash + 1)),
                              &last)) {
        return false;
    }
    if (first > last || last >= CPUS_MAX)
        return false;
    set_range(set, first, last, !without);
    return true;
}

static bool
parse_set(struct vx_str text, struct set *set)
{
    ptrdiff_t comma;
    bool any = false;

    *set = (struct set){{0}};
    do {
        comma = vx_str_find(text, ',');
        if (!add_item(set,
                      vx_str_trim(comma < 0 ? text : vx_str_of(text.s, (size_t)comma))))
            return false;
        if (comma >= 0)
            text = vx_str_skip(text, (size_t)comma + 1);
    } while (comma >= 0);
    for (int w = 0; w < WORDS; w++)
        any |= set->word[w] != 0;
    return any;
}

/* "0,2-3", or without ranges "0,2,3". */
static void
format_set(struct vx_buf *out, const struct set *set, bool ranges)
{
    bool more = false;

    for (unsigned cpu = 0; cpu < CPUS_MAX; cpu++) {
        unsigned last = cpu;

        if (set->word[cpu / 64] == 0) {
            cpu |= 63;
            continue;
        }
        if (!in_set(set, cpu))
            continue;
        while (ranges && last + 1 < CPUS_MAX && in_set(set, last + 1))
            last++;
        if (more)
            vx_buf_char(out, ',');
        more = true;
        vx_buf_uint(out, cpu);
        if (last > cpu) {
            vx_buf_char(out, '-');
            vx_buf_uint(out, last);
        }
        cpu = last;
    }
}

bool
vx_cpus_range(struct vx_str text, uint64_t *ret_first, uint64_t *ret_count)
{
    struct set set;
    unsigned first = 0, end, count = 0;

    if (!parse_set(text, &set))
        return false;
    while (!in_set(&set, first))
        first++;
    end = first;
    while (end < CPUS_MAX && in_set(&set, end))
        end++;
    for (int w = 0; w < WORDS; w++)
        count += (unsigned)__builtin_popcountll(set.word[w]);
    *ret_first = first;
    *ret_count = count;
    return count == end - first;
}

/* The canonical text of a set, in the arena. */
static struct vx_str
set_text(struct vx_map *map, const struct set *set)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);

    format_set(&text, set, true);
    map->arena->failed |= text.failed;
    return vx_arena_dup(map->arena, vx_buf_text(&text));
}

/* VMware takes ranges; libvirt writes, and reads, numbers alone. */
static void
cpus_to_vmx(MAP, ROW, const void *member, struct vx_buf *out)
{
    const struct vx_str *cpus = member;
    struct set set;

    if (!vx_str_eq(*cpus, VX_STR("all")) && parse_set(*cpus, &set))
        format_set(out, &set, false);
    else
        vx_buf_str(out, *cpus);
}

static bool
is_list(const struct set *set, struct vx_str text)
{
    struct vx_buf usual VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);

    format_set(&usual, set, false);
    return vx_str_eq(vx_buf_text(&usual), text);
}

static enum vx_read
cpus_from_vmx(struct vx_map *map, ROW, struct vx_str text, void *member)
{
    struct vx_str *cpus = member;
    struct set set;

    if (vx_str_ieq(vx_str_trim(text), VX_STR("all"))) {
        *cpus = VX_STR("all");
        return vx_str_eq(text, *cpus) ? VX_READ_EXACT : VX_READ_LOOSE;
    }
    if (vx_str_find(text, '^') >= 0 || !parse_set(text, &set))
        return VX_READ_BAD;
    *cpus = set_text(map, &set);
    return is_list(&set, text) ? VX_READ_EXACT : VX_READ_LOOSE;
}

static bool
cpus_from_xml(struct vx_map *map, ROW, struct vx_str text, void *member)
{
    struct set set;

    if (!parse_set(text, &set))
        return false;
    *(struct vx_str *)member = set_text(map, &set);
    return true;
}

static void
cpus_to_xml(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_buf_str(out, *(const struct vx_str *)member);
}

static const struct vx_codec cpus = {
    "all, or numbers and ranges such as 0,2-3",
    VX_T_STR,
    cpus_from_vmx,
    cpus_to_vmx,
    cpus_from_xml,
    cpus_to_xml,
};

/* ---- counts and weights ---------------------------------------------------------- */

static bool
count_in_range(const struct vx_int *number)
{
    return number->v > 0 && number->v <= VCPUS_MAX;
}

static enum vx_read
count_from_vmx(struct vx_map *map, const struct vx_row *row, struct vx_str text,
               void *member)
{
    struct vx_int number = {0, false};
    enum vx_read read = vx_integer.from_vmx(map, row, text, &number);

    if (read == VX_READ_BAD || !count_in_range(&number))
        return VX_READ_BAD;
    *(struct vx_int *)member = number;
    return read;
}

static void
number_to_text(MAP, ROW, const void *member, struct vx_buf *out)
{
    vx_buf_int(out, ((const struct vx_int *)member)->v);
}

static bool
count_from_xml(struct vx_map *map, const struct vx_row *row, struct vx_str text,
               void *member)
{
    struct vx_int number = {0, false};

    if (!vx_integer.from_xml(map, row, text, &number) || !count_in_range(&number))
        return false;
    *(struct vx_int *)member = number;
    return true;
}

static const struct vx_codec count = {
    "a number of virtual CPUs, 1 to 65535",
    VX_T_INT,
    count_from_vmx,
    number_to_text,
    count_from_xml,
    number_to_text,
};

/* VMware's words are a weight for each virtual CPU. */
static const struct {
    struct vx_str word;
    int64_t each;
} weights[] = {
    {{"low", 3}, 500},
    {{"normal", 6}, 1000},
    {{"high", 4}, 2000},
};

static int64_t
weight(struct vx_map *map, size_t i)
{
    return weights[i].each * map->vm.vcpu.count.v;
}

static bool
shares_in_range(int64_t shares)
{
    return shares >= SHARES_MIN && shares <= SHARES_MAX;
}

static void
shares_to_vmx(struct vx_map *map, ROW, const void *member, struct vx_buf *out)
{
    const struct vx_int *shares = member;

    for (size_t i = 0; i < VX_COUNT(weights); i++)
        if (shares->v == weight(map, i)) {
            vx_buf_str(out, weights[i].word);
            return;
        }
    vx_buf_int(out, shares->v);
}

static bool
read_shares(struct vx_map *map, struct vx_str text, int64_t *ret)
{
    for (size_t i = 0; i < VX_COUNT(weights); i++)
        if (vx_str_ieq(text, weights[i].word)) {
            *ret = weight(map, i);
            return true;
        }
    return vx_num_clamp(text, ret);
}

/* What libvirt would refuse stays a key. */
static enum vx_read
shares_from_vmx(struct vx_map *map, const struct vx_row *row, struct vx_str text,
                void *member)
{
    char bytes[32];
    struct vx_buf usual = {
        .data = bytes, .room = sizeof(bytes), .ceiling = sizeof(bytes)};
    struct vx_int *shares = member;
    int64_t number;

    if (!read_shares(map, vx_str_trim(text), &number))
        return VX_READ_BAD;
    if (!shares_in_range(number)) {
        vx_map_loss(map, VX_CPU_SHARES, VMX_LOSS_INFORMATION,
                    map->slots.machine[VX_M_sched_cpu_shares], NULL, NULL);
        return VX_READ_LOOSE;
    }
    *shares = (struct vx_int){number, true};
    shares_to_vmx(map, row, shares, &usual);
    return vx_str_eq(vx_buf_text(&usual), text) ? VX_READ_EXACT : VX_READ_LOOSE;
}

static bool
shares_from_xml(MAP, ROW, struct vx_str text, void *member)
{
    struct vx_int *shares = member;
    int64_t number;

    if (!vx_num_i64(vx_str_trim(text), &number) || !shares_in_range(number))
        return false;
    *shares = (struct vx_int){number, true};
    return true;
}

static const struct vx_codec shares = {
    "low, normal, high or a number",
    VX_T_INT,
    shares_from_vmx,
    shares_to_vmx,
    shares_from_xml,
    number_to_text,
};

/* ---- elements -------------------------------------------------------------------- */

static bool
in_mhz(struct vx_map *map)
{
    struct vx_str units = vx_map_value(map, map->slots.machine[VX_M_sched_cpu_units]);

    return units.s == NULL || vx_str_ieq(units, VX_STR("mhz"));
}

/* The time in a period that `limit` MHz are on a host of map->host_mhz; 0 when that
 * cannot be said. */
static uint64_t
quota(struct vx_map *map, int64_t limit)
{
    uint64_t time;

    if (map->host_mhz == 0 || limit <= 0 || !in_mhz(map)
        || vx_mul_overflows((uint64_t)limit, (uint64_t)PERIOD_US, &time))
        return 0;
    time /= map->host_mhz;
    return time > QUOTA_MAX_US ? 0 : time < QUOTA_MIN_US ? QUOTA_MIN_US : time;
}

/* Without the clock that it was counted with the limit is no number again, so its text
 * stays. */
static void
write_limit(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
            void *model)
{
    const struct vx_int *limit = &((const struct vx_vm *)model)->vcpu.limit_mhz;
    uint64_t time;

    if (!limit->set)
        return;
    if (limit->v < 0) {
        vx_map_default(map, slot[row->key]);
        return;
    }
    time = quota(map, limit->v);
    if (time == 0) {
        vx_map_loss(map, VX_CPU_LIMIT, VMX_LOSS_WARNING, slot[row->key], NULL, NULL);
        return;
    }
    vx_xml_at(&map->xml, "cputune/global_period");
    vx_xml_text_uint(&map->xml, PERIOD_US);
    vx_xml_at(&map->xml, "cputune/global_quota");
    vx_xml_text_uint(&map->xml, time);
    vx_map_said(map, slot[row->key], false);
    vx_dev_inexact(map, slot[row->key]);
}

static void
write_pins(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
           void *model)
{
    const struct vx_pin *pin = ((const struct vx_vm *)model)->vcpu.pins;
    uint32_t base = map->xml.base;

    (void)row;
    (void)slot;
    if (pin == NULL)
        return;
    vx_xml_at(&map->xml, "cputune");
    for (; pin; pin = pin->next) {
        vx_xml_begin(&map->xml, "vcpupin");
        vx_xml_attr_uint(&map->xml, "vcpu", pin->vcpu);
        vx_xml_attr(&map->xml, "cpuset", pin->cpus);
        vx_xml_end(&map->xml, base);
    }
}

static const char vcpu[] = "vcpu";

#define PLACED .with = " placement='static'"
#define STRICT .with = " mode='strict'"

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_M_sched_cpu_affinity), VX_ATTR(vcpu, "cpuset"),                 .codec = &cpus,   M(cpus), PLACED, .usual = "all"},
  {VX_K(VX_M_numvcpus),           VX_TEXT(vcpu),                           .codec = &count,  M(count), PLACED, .absent = "1"},
  /* Words of the weight count the CPUs, so that row comes first. */
  {VX_K(VX_M_sched_cpu_shares),   VX_TEXT("cputune/shares"),               .codec = &shares, M(shares)},
  {VX_K(VX_M_sched_cpu_max),      VX_HOOK(write_limit),                    .codec = &vx_integer, M(limit_mhz)},
  /* No element reserves CPU: vcpu_in() reports it. */
  {VX_K(VX_M_sched_cpu_min),      VX_KEPT,                                 .codec = &vx_integer, M(reserved_mhz)},
  {VX_NOKEY,                      VX_HOOK(write_pins)},
  {VX_K(VX_M_sched_mem_affinity), VX_ATTR("numatune/memory", "nodeset"),   .codec = &cpus,   M(memory_nodes), STRICT, .usual = "all"},
  /* numatune binds memory and no CPUs, so the element alone means the key above: see
   * back_nodes(). */
  {VX_K(VX_M_numa_nodeAffinity),  VX_ATTR("numatune/memory", "nodeset"),   .codec = &cpus,   M(nodes), STRICT, .usual = "all", VX_IF(vx_vm, vcpu.memory_bound, VX_IS(0))},
};

/* clang-format on */

/* ---- what no row can tell -------------------------------------------------------- */

/* A virtual CPU that the machine has not got stays a key: libvirt would ignore it. */
static struct vx_pin *
read_pin(struct vx_map *map, const struct vx_instance *i, int64_t vcpus)
{
    uint32_t slot = i->slot[VX_VCPU_affinity];
    struct vx_str text = vx_map_value(map, slot), set = VX_STR_NONE;
    struct vx_pin *pin;
    enum vx_read read;

    if (text.s == NULL || i->index >= vcpus)
        return NULL;
    read = cpus.from_vmx(map, NULL, text, &set);
    if (read == VX_READ_BAD)
        vx_map_diag(map, VX_BAD_VALUE, slot, "\"%.*s\" is not %s", VX_ARG(text),
                    cpus.what);
    else if (vx_str_eq(set, VX_STR("all")))
        vx_map_default(map, slot);
    if (set.s == NULL || vx_str_eq(set, VX_STR("all")))
        return NULL;
    pin = vx_arena_alloc(map->arena, sizeof(*pin));
    if (pin == NULL)
        return NULL;
    *pin = (struct vx_pin){NULL, i->index, set};
    vx_map_said(map, slot, read == VX_READ_EXACT);
    return pin;
}

static void
read_pins(struct vx_map *map, struct vx_vcpu *model)
{
    struct vx_pin **end = &model->pins;

    for (const struct vx_instance *i = map->slots.first[VX_KIND_VCPU]; i; i = i->next) {
        *end = read_pin(map, i, model->count.v);
        if (*end)
            end = &(*end)->next;
    }
}

/* Keys whose usual word says what their absence would. */
static void
pass_defaults(struct vx_map *map, const uint32_t *slot)
{
    static const struct {
        uint16_t key;
        struct vx_str word;
    } usual[] = {
        {VX_M_sched_cpu_units, {"mhz", 3}},
        {VX_M_sched_cpu_latencySensitivity, {"normal", 6}},
        {VX_M_sched_cpu_htsharing, {"any", 3}},
    };

    for (size_t i = 0; i < VX_COUNT(usual); i++)
        if (slot[usual[i].key]
            && vx_str_ieq(vx_map_value(map, slot[usual[i].key]), usual[i].word))
            vx_map_default(map, slot[usual[i].key]);
}

static void
vcpu_in(struct vx_map *map, struct vx_instance *i, void *model)
{
    struct vx_vm *vm = model;
    const uint32_t *slot = map->slots.machine;

    (void)i;
    vm->vcpus = (uint64_t)vm->vcpu.count.v;
    if (vm->vcpu.memory_nodes.s && !vx_str_eq(vm->vcpu.memory_nodes, VX_STR("all")))
        vm->vcpu.memory_bound = 1;
    if (vm->vcpu.reserved_mhz.set) {
        if (vm->vcpu.reserved_mhz.v > 0)
            vx_map_loss(map, VX_CPU_RESERVATION, VMX_LOSS_INFORMATION,
                        slot[VX_M_sched_cpu_min], NULL, NULL);
        else
            vx_map_default(map, slot[VX_M_sched_cpu_min]);
    }
    if (slot[VX_M_vcpu_hotadd]) {
        if (vx_map_bool(map, slot[VX_M_vcpu_hotadd], false))
            vx_map_loss(map, VX_HOT_ADD, VMX_LOSS_INFORMATION, slot[VX_M_vcpu_hotadd],
                        NULL, NULL);
        else
            vx_map_default(map, slot[VX_M_vcpu_hotadd]);
    }
    pass_defaults(map, slot);
    if (map->slots.first[VX_KIND_VCPU])
        read_pins(map, &vm->vcpu);
}

/* ---- the way back ---------------------------------------------------------------- */

/* What libvirt adds when it reads a domain, and our rows ask for. */
static void
settle_placement(struct vx_map *map, struct vx_node *domain)
{
    struct vx_node *element = vx_xml_find(domain, "vcpu", NULL);
    struct vx_node *memory = vx_xml_find(domain, "numatune/memory", NULL);

    if (element) {
        if (vx_xml_attr_is(element, "placement", "auto"))
            vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, element,
                         "placement", NULL, NULL);
        vx_xml_set(map->arena, element, "placement", VX_STR("static"));
    }
    if (memory == NULL)
        return;
    if (vx_xml_value(memory, "mode").s == NULL)
        vx_xml_set(map->arena, memory, "mode", VX_STR("strict"));
    if (vx_xml_attr_is(memory, "placement", "static"))
        vx_xml_value(memory, "placement");
    if (!vx_xml_attr_is(memory, "mode", "strict"))
        vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, memory, NULL,
                     "Memory that is not bound strictly to its nodes", NULL);
}

static bool
vcpu_accept_xml(struct vx_map *map, struct vx_node *domain, struct vx_seat *seat,
                void *model)
{
    (void)seat;
    (void)model;
    settle_placement(map, domain);
    return true;
}

/* Virtual CPUs that are there at the start, when more may be added later. */
static void
back_current(struct vx_map *map, struct vx_node *domain, struct vx_vcpu *vcpus)
{
    struct vx_node *element = vx_xml_find(domain, vcpu, NULL);
    struct vx_str text = vx_xml_value(element, "current");
    struct vx_int now = {0, false};

    if (text.s == NULL)
        return;
    if (!count_from_xml(map, NULL, text, &now) || now.v > vcpus->count.v) {
        vx_back_diag(map, VX_BAD_XML_VALUE, element,
                     "current \"%.*s\" is not a number of the virtual CPUs",
                     VX_ARG(text));
        return;
    }
    if (now.v == vcpus->count.v)
        return;
    vcpus->count = now;
    vcpus->hot_add = VX_YES;
    vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, element, "current",
                 "The machine has this number at its start, and may be given as many "
                 "more as VMware allows",
                 NULL);
}

static bool
read_number(struct vx_node *domain, const char *path, int64_t *ret)
{
    struct vx_str text = vx_xml_at_path(domain, path, NULL);

    return text.n && vx_num_i64(vx_str_trim(text), ret);
}

/* The nearest number of MHz. */
static void
back_limit(struct vx_map *map, struct vx_node *domain, struct vx_vcpu *vcpus)
{
    struct vx_node *element = vx_xml_find(domain, "cputune/global_quota", NULL);
    int64_t period = PERIOD_US, time;

    read_number(domain, "cputune/global_period", &period);
    if (element == NULL)
        return;
    if (!read_number(domain, "cputune/global_quota", &time) || period <= 0
        || time > (int64_t)QUOTA_MAX_US) {
        vx_back_diag(map, VX_BAD_XML_VALUE, element, "a limit that is none");
    } else if (time >= QUOTA_MIN_US && map->host_mhz == 0) {
        vx_back_loss(map, VX_CPU_LIMIT, VMX_LOSS_WARNING, element, NULL,
                     "The limit is in MHz in a VMX, and the clock of the host is not "
                     "known",
                     "Give --host-mhz.");
    } else if (time >= QUOTA_MIN_US) {
        int64_t mhz;

        if (vx_mul_overflows(time, (int64_t)map->host_mhz, &mhz)
            || vx_add_overflows(mhz, period / 2, &mhz))
            return; /* no host has that many */
        vcpus->limit_mhz = (struct vx_int){mhz < period ? 1 : mhz / period, true};
    }
}

static bool
has_pin(const struct vx_vcpu *vcpus, uint64_t number)
{
    const struct vx_pin *pin = vcpus->pins;

    while (pin && pin->vcpu != number)
        pin = pin->next;
    return pin != NULL;
}

/* Elements with numbers that the machine has not got are nothing to libvirt, too. */
static void
back_pin(struct vx_map *map, struct vx_node *element, struct vx_vcpu *vcpus)
{
    struct vx_str number = vx_xml_value(element, "vcpu");
    struct vx_str text = vx_xml_value(element, "cpuset"), set = VX_STR_NONE;
    struct vx_pin *pin;
    uint64_t index;

    if (number.s == NULL || !vx_num_u64(number, &index) || text.s == NULL
        || !cpus_from_xml(map, NULL, text, &set)) {
        vx_back_diag(
            map, VX_BAD_XML_VALUE, element,
            "vcpu \"%.*s\" and cpuset \"%.*s\" are no virtual CPU and its CPUs",
            VX_ARG(number), VX_ARG(text));
        return;
    }
    if ((int64_t)index >= vcpus->count.v || index > VX_INDEX_MAX
        || has_pin(vcpus, index)) {
        vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, element, NULL, NULL,
                     NULL);
        return;
    }
    pin = vx_arena_alloc(map->arena, sizeof(*pin));
    if (pin == NULL)
        return;
    *pin = (struct vx_pin){vcpus->pins, (uint32_t)index, set};
    vcpus->pins = pin;
}

/* Did the key say what the element says? */
static bool
tells_nodes(struct vx_map *map, struct vx_node *key)
{
    struct vx_str text = key ? vx_remember_text_of(key) : VX_STR_NONE, nodes;

    return key
           && (text.s == NULL
               || (cpus_from_vmx(map, NULL, text, &nodes) != VX_READ_BAD
                   && !vx_str_eq(nodes, VX_STR("all"))));
}

/* The element says where memory lies, and the key where both memory and CPUs do: only
 * one who remembers the key means it. */
static void
back_nodes(struct vx_map *map, struct vx_vcpu *vcpus)
{
    if (vcpus->memory_nodes.s == NULL
        || tells_nodes(map, vx_remember_key(map, VX_STR("sched.mem.affinity")))
        || !vx_remember_key(map, VX_STR("numa.nodeAffinity")))
        return;
    vcpus->nodes = vcpus->memory_nodes;
    vcpus->memory_nodes = VX_STR_NONE;
}

static void
vcpu_in_xml(struct vx_map *map, struct vx_node *domain, struct vx_seat *seat,
            void *model)
{
    struct vx_vm *vm = model;
    struct vx_node *tune = vx_xml_find(domain, "cputune", NULL);
    struct vx_node *pin = tune ? vx_xml_child(tune, "vcpupin") : NULL;

    (void)seat;
    if (!vm->vcpu.count.set)
        vm->vcpu.count = (struct vx_int){1, true};
    vm->vcpu.most = (uint32_t)vm->vcpu.count.v;
    back_current(map, domain, &vm->vcpu);
    vm->vcpus = (uint64_t)vm->vcpu.count.v;
    back_limit(map, domain, &vm->vcpu);
    for (; pin; pin = vx_xml_next(pin, "vcpupin"))
        back_pin(map, pin, &vm->vcpu);
    back_nodes(map, &vm->vcpu);
}

static void
vcpu_put(struct vx_map *map, const struct vx_seat *seat, const void *model)
{
    const struct vx_vcpu *vcpus = &((const struct vx_vm *)model)->vcpu;
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);

    (void)seat;
    if (vcpus->hot_add == VX_YES)
        vx_put_bool(map, NULL, VX_M_vcpu_hotadd, true);
    for (const struct vx_pin *pin = vcpus->pins; pin; pin = pin->next) {
        text.size = 0;
        cpus_to_vmx(map, NULL, &pin->cpus, &text);
        map->arena->failed |= text.failed;
        vx_put_at(map, VX_KIND_VCPU, 0, (uint16_t)pin->vcpu, 0, VX_VCPU_affinity,
                  vx_buf_text(&text));
    }
}

const struct vx_device vx_device_vcpu = {
    .name = "vcpu",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .in = vcpu_in,
    .accept_xml = vcpu_accept_xml,
    .in_xml = vcpu_in_xml,
    .put = vcpu_put,
};
