/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The CPU that the guest sees: sockets and cores, features, NUMA nodes. */
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"
#include "map/remember.h"
#include "model/cpuid.h"
#include "model/guestos.h"

#include "base/num.h"

#include "base/banned.h"

#define M(name) VX_M(vx_vm, cpu.name)

static const char *const policy_words[] = {
    [VX_POLICY_FORCE] = "force",       [VX_POLICY_REQUIRE] = "require",
    [VX_POLICY_OPTIONAL] = "optional", [VX_POLICY_DISABLE] = "disable",
    [VX_POLICY_FORBID] = "forbid",
};

/* ---- elements -------------------------------------------------------------------- */

/* libvirt refuses features without a model, and its VMX writer refuses every mode but
 * this one: the oldest model fills the place and means nothing. */
static void
write_model(struct vx_map *map)
{
    vx_xml_attrs(&map->xml, " match='minimum'");
    vx_xml_at(&map->xml, "cpu/model");
    vx_xml_attrs(&map->xml, " fallback='allow'");
    vx_xml_text(&map->xml,
                map->vm.arch == VX_ARCH_I686 ? VX_STR("kvm32") : VX_STR("kvm64"));
}

/* A <cpu> always has a topology: libvirt's VMX writer refuses one without. */
static void
write_topology(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
               void *model)
{
    const struct vx_vm *vm = model;
    const struct vx_cpu *cpu = &vm->cpu;
    struct vx_xml *xml = &map->xml;

    if (cpu->cores_per_socket.set && cpu->cores_per_socket.v == 1)
        vx_map_default(map, slot[row->key]);
    if (cpu->cores < 2 && cpu->policies == NULL && cpu->nodes == 0)
        return;
    vx_xml_at(xml, "cpu");
    if (cpu->policies)
        write_model(map);
    vx_xml_at(xml, "cpu/topology");
    vx_xml_attr_uint(xml, "sockets", vm->vcpus / cpu->cores);
    vx_xml_attr_uint(xml, "dies", 1);
    vx_xml_attr_uint(xml, "cores", cpu->cores);
    vx_xml_attr_uint(xml, "threads", 1);
    if ((int64_t)cpu->cores == cpu->cores_per_socket.v)
        vx_map_said(map, slot[row->key], false);
}

static void
write_features(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
               void *model)
{
    const struct vx_cpu *cpu = &((const struct vx_vm *)model)->cpu;
    uint32_t base = map->xml.base;
    size_t count = vx_cpuid_count();

    if (cpu->nested == VX_NO)
        vx_map_default(map, slot[row->key]);
    if (cpu->policies == NULL)
        return;
    vx_xml_at(&map->xml, "cpu");
    for (size_t i = 0; i < count; i++) {
        if (cpu->policies[i] == VX_POLICY_NONE)
            continue;
        vx_xml_begin(&map->xml, "feature");
        vx_xml_attr_c(&map->xml, "policy", policy_words[cpu->policies[i]]);
        vx_xml_attr_c(&map->xml, "name", vx_cpuid_at(i)->name);
        vx_xml_end(&map->xml, base);
    }
}

static void
write_cell(struct vx_map *map, uint64_t id, uint64_t cpus)
{
    struct vx_xml *xml = &map->xml;

    vx_xml_attr_uint(xml, "id", id);
    vx_xml_attr_open(xml, "cpus");
    vx_buf_uint(xml->out, id * cpus);
    if (cpus > 1) {
        vx_buf_char(xml->out, '-');
        vx_buf_uint(xml->out, id * cpus + cpus - 1);
    }
    vx_buf_char(xml->out, '\'');
    vx_xml_attr_uint(xml, "memory", map->vm.memory_mib * 1024 / map->vm.cpu.nodes);
    vx_xml_attrs(xml, " unit='KiB'");
}

static void
write_cells(struct vx_map *map, const struct vx_row *row, const uint32_t *slot,
            void *model)
{
    const struct vx_vm *vm = model;
    uint32_t base = map->xml.base;

    if (vm->cpu.cores_per_node.set && vm->cpu.cores_per_node.v == 0)
        vx_map_default(map, slot[row->key]);
    if (vm->cpu.nodes == 0)
        return;
    vx_xml_at(&map->xml, "cpu/numa");
    for (uint64_t id = 0; id < vm->cpu.nodes; id++) {
        vx_xml_begin(&map->xml, "cell");
        write_cell(map, id, vm->vcpus / vm->cpu.nodes);
        vx_xml_end(&map->xml, base);
    }
    vx_map_said(map, slot[row->key], false);
}

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_M_cpuid_coresPerSocket),   VX_HOOK(write_topology), .codec = &vx_integer, M(cores_per_socket)},
  {VX_K(VX_M_vhv_enable),             VX_HOOK(write_features), .codec = &vx_bool,    M(nested)},
  {VX_K(VX_M_numa_vcpu_coresPerNode), VX_HOOK(write_cells),    .codec = &vx_integer, M(cores_per_node)},
};

/* clang-format on */

/* ---- what the keys mean together ------------------------------------------------- */

static void
find_cores(struct vx_map *map, struct vx_vm *vm)
{
    int64_t cores = vm->cpu.cores_per_socket.v;

    vm->cpu.cores = 1;
    if (cores < 2)
        return;
    if ((int64_t)vm->vcpus % cores == 0)
        vm->cpu.cores = (uint64_t)cores;
    else
        vx_map_diag(map, VX_TOPOLOGY, map->slots.machine[VX_M_cpuid_coresPerSocket],
                    "%lld cores per socket do not divide %llu virtual CPUs",
                    (long long)cores, (unsigned long long)vm->vcpus);
}

static void
find_nodes(struct vx_map *map, struct vx_vm *vm)
{
    int64_t each = vm->cpu.cores_per_node.v;
    uint64_t nodes;

    if (each <= 0)
        return;
    nodes = vm->vcpus % (uint64_t)each ? 0 : vm->vcpus / (uint64_t)each;
    if (nodes && vm->memory_mib * 1024 % nodes == 0)
        vm->cpu.nodes = nodes;
    else
        vx_map_loss(map, VX_NUMA, VMX_LOSS_INFORMATION,
                    map->slots.machine[VX_M_numa_vcpu_coresPerNode], NULL, NULL);
}

/* A VMX does not tell the vendor of the CPU, and requiring both extensions would start
 * nowhere. */
static void
find_nested(struct vx_map *map, struct vx_vm *vm)
{
    bool intel, amd;

    if (vm->cpu.nested != VX_YES || vm->arch == VX_ARCH_AARCH64)
        return;
    intel = vx_cpuid_demand(map, 0x1, 2, 5, VX_POLICY_OPTIONAL);
    amd = vx_cpuid_demand(map, 0x80000001, 2, 2, VX_POLICY_OPTIONAL);
    if (intel || amd)
        vx_map_said(map, map->slots.machine[VX_M_vhv_enable], false);
}

static void
report_threads(struct vx_map *map, uint32_t slot)
{
    int64_t threads = 0;

    if (slot == 0 || !vx_map_int(map, slot, &threads))
        return;
    if (threads > 1)
        vx_map_loss(map, VX_SMT, VMX_LOSS_INFORMATION, slot, NULL, NULL);
    else
        vx_map_default(map, slot);
}

static void
cpu_in(struct vx_map *map, struct vx_instance *i, void *model)
{
    struct vx_vm *vm = model;

    (void)i;
    find_cores(map, vm);
    find_nodes(map, vm);
    if (map->slots.cpuid && vm->arch != VX_ARCH_AARCH64)
        vx_cpuid_read(map);
    find_nested(map, vm);
    report_threads(map, map->slots.machine[VX_M_cpuid_numSMT]);
}

/* ---- the way back ---------------------------------------------------------------- */

/* An attribute that counts something; 1 when it is not there or is none. */
static int64_t
count_of(struct vx_map *map, struct vx_node *element, const char *attr)
{
    struct vx_str text = vx_xml_value(element, attr);
    int64_t count;

    if (text.s == NULL)
        return 1;
    if (vx_num_i64(vx_str_trim(text), &count) && count > 0 && count <= UINT16_MAX)
        return count;
    vx_back_diag(map, VX_BAD_XML_VALUE, element, "%s \"%.*s\" is not a number of them",
                 attr, VX_ARG(text));
    return 1;
}

/* Dies and clusters are no word of VMX, and threads one of doubtful meaning: what is in
 * a socket counts as its cores.  A single one is no news of a file that did not say so.
 */
static void
back_topology(struct vx_map *map, struct vx_node *cpu, struct vx_vm *vm)
{
    static const char *const inside[] = {"dies", "clusters", "threads"};
    struct vx_node *topology = vx_xml_find(cpu, "topology", NULL);
    int64_t sockets = count_of(map, topology, "sockets");
    int64_t cores = count_of(map, topology, "cores");

    if (topology == NULL)
        return;
    for (size_t i = 0; i < VX_COUNT(inside) && cores <= UINT16_MAX; i++) {
        int64_t count = count_of(map, topology, inside[i]);

        if (count > 1)
            vx_back_loss(map, VX_CPU_LAYOUT, VMX_LOSS_INFORMATION, topology, inside[i],
                         "They become cores of the socket", NULL);
        cores *= count;
    }
    if (sockets * cores != vm->vcpu.most || vm->vcpu.count.v % cores)
        vx_back_diag(map, VX_CPU_LAYOUT, topology,
                     "%lld sockets of %lld CPUs are not the %lld of the machine",
                     (long long)sockets, (long long)cores, (long long)vm->vcpu.count.v);
    else if (cores > 1 || map->back->config == NULL
             || vx_remember_key(map, VX_STR("cpuid.coresPerSocket")))
        vm->cpu.cores_per_socket = (struct vx_int){cores, true};
}

/* ESXi always gives the guest the host's CPU, so only a model of the domain's own is
 * worth a word; kvm64 and kvm32 are how features alone are written. */
static void
back_model(struct vx_map *map, struct vx_node *cpu)
{
    struct vx_str mode = vx_xml_value(cpu, "mode");
    struct vx_node *model = vx_xml_find(cpu, "model", NULL);
    struct vx_str name = vx_str_trim(vx_xml_value(model, NULL));

    vx_xml_value(cpu, "match");
    vx_xml_value(cpu, "check");
    vx_xml_value(cpu, "migratable");
    vx_xml_value(model, "fallback");
    if (mode.s && !vx_str_eq(mode, VX_STR("custom"))) {
        vx_back_loss(map, VX_CPU_MODEL, VMX_LOSS_INFORMATION, cpu, "mode", NULL, NULL);
        vx_xml_pass(model); /* the host's, spelled out */
    } else if (name.n && !vx_str_eq(name, VX_STR("kvm64"))
               && !vx_str_eq(name, VX_STR("kvm32"))) {
        vx_back_loss(map, VX_CPU_MODEL, VMX_LOSS_INFORMATION, model, NULL, NULL, NULL);
    }
}

static uint8_t
policy_of_word(struct vx_str word)
{
    for (size_t policy = VX_POLICY_FORCE; policy < VX_COUNT(policy_words); policy++)
        if (vx_str_eq(word, vx_str_c(policy_words[policy])))
            return (uint8_t)policy;
    return word.s ? VX_POLICY_NONE : VX_POLICY_REQUIRE; /* libvirt's default */
}

static bool
is_virtualisation(struct vx_str name)
{
    return vx_str_eq(name, VX_STR("vmx")) || vx_str_eq(name, VX_STR("svm"));
}

/* On another hypervisor a feature that the guest must have is one that the model lacks;
 * ESXi gives all that the host has, and a demand for what it does not know would keep
 * the machine from starting. */
static bool
is_of_vmware(const struct vx_map *map, uint8_t policy)
{
    return map->back->vmware || policy == VX_POLICY_DISABLE
           || policy == VX_POLICY_FORBID;
}

static void
back_feature(struct vx_map *map, struct vx_node *feature)
{
    struct vx_str name = vx_xml_value(feature, "name");
    struct vx_str word = vx_xml_value(feature, "policy");
    uint8_t policy = policy_of_word(word);
    const struct vx_cpuid_bit *bit = name.s ? vx_cpuid_find(name) : NULL;

    if (policy == VX_POLICY_NONE) {
        vx_back_diag(map, VX_BAD_XML_VALUE, feature, "\"%.*s\" is no policy",
                     VX_ARG(word));
        return;
    }
    if (is_virtualisation(name) && policy < VX_POLICY_DISABLE) {
        map->vm.cpu.nested = VX_YES;
        return;
    }
    if (bit == NULL || policy == VX_POLICY_OPTIONAL || !is_of_vmware(map, policy)
        || !vx_cpuid_has_key(map, bit)) {
        vx_back_loss(map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, feature, NULL, NULL,
                     NULL);
        return;
    }
    if (!vx_cpuid_back(map, bit, policy))
        vx_back_diag(map, VX_BAD_XML_VALUE, feature, "\"%.*s\" stands there twice",
                     VX_ARG(name));
}

static bool
is_cell(struct vx_node *cell, uint64_t place, uint64_t each, struct vx_str memory)
{
    struct vx_str id = vx_xml_value(cell, "id");
    uint64_t number = place, first, count;

    return (id.s == NULL || vx_num_u64(id, &number)) && number == place
           && vx_cpus_range(vx_xml_value(cell, "cpus"), &first, &count) && count == each
           && first == place * each && vx_str_eq(vx_xml_value(cell, "memory"), memory);
}

/* A VMX knows nodes of one size that follow each other. */
static void
back_cells(struct vx_map *map, struct vx_node *cpu, struct vx_vm *vm)
{
    struct vx_node *numa = vx_xml_find(cpu, "numa", NULL);
    struct vx_node *first = numa ? vx_xml_child(numa, "cell") : NULL;
    uint64_t start, each, place = 0;
    bool equal;

    if (first == NULL)
        return;
    equal = vx_cpus_range(vx_xml_value(first, "cpus"), &start, &each);
    for (struct vx_node *cell = first; cell && equal;
         cell = vx_xml_next(cell, "cell")) {
        vx_xml_value(cell, "unit");
        equal = is_cell(cell, place++, each, vx_xml_value(first, "memory"));
    }
    if (equal && place * each == vm->vcpus)
        vm->cpu.cores_per_node = (struct vx_int){(int64_t)each, true};
    else
        vx_back_loss(map, VX_CPU_LAYOUT, VMX_LOSS_INFORMATION, numa, NULL,
                     "Virtual NUMA nodes that are not all alike", NULL);
}

static void
cpu_in_xml(struct vx_map *map, struct vx_node *domain, struct vx_seat *seat,
           void *model)
{
    struct vx_vm *vm = model;
    struct vx_node *cpu = vx_xml_find(domain, "cpu", NULL);
    struct vx_node *feature = cpu ? vx_xml_child(cpu, "feature") : NULL;

    (void)seat;
    if (cpu == NULL)
        return;
    back_model(map, cpu);
    back_topology(map, cpu, vm);
    for (; feature; feature = vx_xml_next(feature, "feature"))
        back_feature(map, feature);
    back_cells(map, cpu, vm);
}

static void
cpu_put(struct vx_map *map, const struct vx_seat *seat, const void *model)
{
    (void)seat;
    (void)model;
    vx_cpuid_put(map);
}

const struct vx_device vx_device_cpu = {
    .name = "cpu",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .in = cpu_in,
    .in_xml = cpu_in_xml,
    .put = cpu_put,
};
