/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The CPU that the guest sees: sockets and cores, features, NUMA nodes. */
#include "map/codec.h"
#include "map/dev/dev.h"
#include "model/cpuid.h"
#include "model/guestos.h"

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

/* A <cpu> always has a topology: libvirt's VMX writer refuses one without.
 * back: cores, when there are 2 or more in a socket. */
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

/* back: vmx or svm alone, optional, forced or required, are vhv.enable; all else
 * becomes masks, unless the metadata knows a name. */
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

/* back: the number of CPUs of a cell, when all cells are equal. */
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

const struct vx_device vx_device_cpu = {
    .name = "cpu",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .in = cpu_in,
};
