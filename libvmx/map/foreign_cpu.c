/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Processors and memory of a foreign machine.  How many and how much there are carries
 * over, and which model the guest sees does not: it sees the CPU of the ESXi host.
 * Where the old host ran them says nothing on another. */
#include "map/foreign_part.h"

#include "base/num.h"

#include "base/banned.h"

/* ---- rules
 * -------------------------------------------------------------------------------- */

#define PINS VX_SAY_ONCE, VX_HOST_PLACEMENT, VMX_LOSS_INFORMATION, NULL, NULL
#define HOST_ONLY(why) VX_SAY_ONCE, VX_HOST_PLACEMENT, VMX_LOSS_INFORMATION, why, NULL

static const struct vx_foreign_rule rules[] = {
    {"iothreads", "", NULL, NULL, VX_SAY_NOTHING, 0, 0, NULL, NULL},
    {"iothreadids", "", NULL, NULL, VX_SAY_NOTHING, 0, 0, NULL, NULL},
    {"defaultiothread", "", NULL, NULL, VX_SAY_NOTHING, 0, 0, NULL, NULL},
    {"vcpus", "", NULL, NULL, VX_SAY_NOTHING, 0, 0, NULL, NULL},
    {"cputune/vcpupin", "", NULL, NULL, PINS},
    {"cputune/emulatorpin", "", NULL, NULL, PINS},
    {"cputune/iothreadpin", "", NULL, NULL, PINS},
    {"cputune/vcpusched", "", NULL, NULL, PINS},
    {"cputune/iothreadsched", "", NULL, NULL, PINS},
    {"cputune/emulatorsched", "", NULL, NULL, PINS},
    {"cputune/cachetune", "", NULL, NULL, PINS},
    {"cputune/memorytune", "", NULL, NULL, PINS},
    {"cputune/shares", "", NULL, NULL,
     HOST_ONLY("Weights of machines mean something else on an ESXi host")},
    {"cputune/period", "", NULL, NULL, VX_SAY_NOTHING, 0, 0, NULL, NULL},
    {"cputune/quota", "", NULL, NULL,
     HOST_ONLY("A limit of the time that each virtual CPU gets")},
    {"cputune/emulator_period", "", NULL, NULL, VX_SAY_NOTHING, 0, 0, NULL, NULL},
    {"cputune/emulator_quota", "", NULL, NULL, VX_SAY_NOTHING, 0, 0, NULL, NULL},
    {"cputune/iothread_period", "", NULL, NULL, VX_SAY_NOTHING, 0, 0, NULL, NULL},
    {"cputune/iothread_quota", "", NULL, NULL, VX_SAY_NOTHING, 0, 0, NULL, NULL},
    {"numatune", "", NULL, NULL, PINS},
    {"blkiotune", "", NULL, NULL,
     HOST_ONLY("Weights and limits of the old host's devices")},
    {"memtune/hard_limit", "", NULL, NULL,
     HOST_ONLY("A limit of what the old host gave")},
    {"memtune/soft_limit", "", NULL, NULL,
     HOST_ONLY("A limit of what the old host gave")},
    {"memtune/swap_hard_limit", "", NULL, NULL,
     HOST_ONLY("A limit of what the old host gave")},
    {"memoryBacking/source", "", NULL, NULL, VX_SAY_NOTHING, 0, 0, NULL, NULL},
    {"memoryBacking/access", "", NULL, NULL, VX_SAY_NOTHING, 0, 0, NULL, NULL},
    {"memoryBacking/allocation", "", NULL, NULL, VX_SAY_NOTHING, 0, 0, NULL, NULL},
    {"memoryBacking/discard", "", NULL, NULL, VX_SAY_NOTHING, 0, 0, NULL, NULL},
    {"memoryBacking/hugepages", "", NULL, NULL, VX_SAY_NOTHING, 0, 0, NULL, NULL},
    {"maxMemory", "", NULL, NULL, VX_SAY_ONCE, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION,
     "Memory could be added to the running machine",
     "Switch on memory hot plug in vSphere if the machine shall grow while it runs."},
    {"cpu/model", "", NULL, NULL, VX_SAY_NOTHING, 0, 0, NULL, NULL},
    {"cpu/vendor", "", NULL, NULL, VX_SAY_NOTHING, 0, 0, NULL, NULL},
    {"cpu/cache", "", NULL, NULL, VX_SAY_NOTHING, 0, 0, NULL, NULL},
    {"cpu/maxphysaddr", "", NULL, NULL, VX_SAY_NOTHING, 0, 0, NULL, NULL},
};

/* ---- memory
 * -----------------------------------------------------------------------------------
 */

/* What the balloon has taken away at the moment is no limit. */
static void
settle_memory(struct vx_foreign *f)
{
    struct vx_node *memory = vx_peek_at(f->domain, "memory");
    struct vx_node *current = vx_peek_at(f->domain, "currentMemory");

    if (current == NULL)
        return;
    if (memory && vx_str_eq(memory->text, current->text)) {
        vx_edit_hide(current);
        return;
    }
    vx_foreign_lose(f, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, current,
                    "The machine has all of its memory", NULL);
}

/* ---- CPUs
 * ---------------------------------------------------------------------------------------
 */

enum {
    VCPUS_MAX = 65536
}; /* more than any product has; products of four fit 64 bits */

/* At least 1; what is no number is left to the table. */
static uint64_t
count_of(struct vx_str text, uint64_t absent)
{
    uint64_t number;

    return vx_num_u64(text, &number) && number > 0 && number <= VCPUS_MAX ? number
                                                                          : absent;
}

/* Those that the machine starts with; the others could be added. */
static uint64_t
settle_vcpus(struct vx_foreign *f, uint64_t *most)
{
    struct vx_node *vcpu = vx_peek_at(f->domain, "vcpu");
    uint64_t current;

    *most = vcpu ? count_of(vcpu->text, 1) : 1;
    if (vcpu == NULL)
        return 1;
    if (vx_peek(vcpu, "cpuset").s)
        vx_foreign_note(f, VX_HOST_PLACEMENT, VMX_LOSS_INFORMATION, vcpu, "cpuset",
                        NULL, NULL);
    current = count_of(vx_peek(vcpu, "current"), *most);
    if (current < *most) {
        vx_foreign_note(
            f, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, vcpu, NULL,
            vx_foreign_text(f,
                            "The machine starts with %u virtual CPUs, and could get "
                            "more while it ran",
                            (unsigned)current),
            "Switch on CPU hot plug in vSphere if the machine shall grow while it "
            "runs.");
        vcpu->text = vx_arena_printf(f->map->arena, "%u", (unsigned)current);
    }
    vcpu->attrs = NULL;
    return current < *most ? current : *most;
}

static uint64_t
factor(const struct vx_node *topology, const char *attr)
{
    return count_of(vx_peek(topology, attr), 1);
}

static void
set_topology(struct vx_foreign *f, struct vx_node *topology, uint64_t sockets,
             uint64_t cores)
{
    topology->attrs = NULL;
    vx_edit_set(f, topology, "sockets",
                vx_arena_printf(f->map->arena, "%u", (unsigned)sockets));
    vx_edit_set(f, topology, "dies", VX_STR("1"));
    vx_edit_set(f, topology, "cores",
                vx_arena_printf(f->map->arena, "%u", (unsigned)cores));
    vx_edit_set(f, topology, "threads", VX_STR("1"));
}

/* VMware counts sockets and cores; the threads of a core are cores of their own. */
static void
settle_topology(struct vx_foreign *f, struct vx_node *cpu, uint64_t vcpus,
                uint64_t most)
{
    struct vx_node *topology = vx_peek_at(cpu, "topology");
    uint64_t cores, sockets, threads;

    if (topology == NULL)
        return;
    threads = factor(topology, "threads");
    sockets = factor(topology, "sockets");
    cores = factor(topology, "dies") * factor(topology, "clusters")
            * factor(topology, "cores");
    if (cores > VCPUS_MAX || sockets * cores * threads != most
        || vcpus % (cores * threads) != 0) {
        vx_foreign_lose(f, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, topology,
                        "The topology does not make up the virtual CPUs; each has a "
                        "socket of its own",
                        NULL);
        return;
    }
    if (threads > 1)
        vx_foreign_note(f, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, topology, "threads",
                        "Hyperthreads of a virtual core are now cores",
                        "Check licences that count cores.");
    set_topology(f, topology, vcpus / (cores * threads), cores * threads);
}

/* Nodes of a part of the CPUs are none; a single one says nothing. */
static void
settle_cells(struct vx_foreign *f, struct vx_node *cpu, uint64_t vcpus, uint64_t most)
{
    struct vx_node *numa = vx_peek_at(cpu, "numa"), *cell = vx_peek_at(numa, "cell");

    if (numa == NULL)
        return;
    if (cell == NULL || vx_xml_next(cell, "cell") == NULL)
        vx_edit_hide(numa);
    else if (vcpus != most)
        vx_foreign_lose(f, VX_NUMA, VMX_LOSS_INFORMATION, numa, NULL, NULL);
}

/* Only what lets the guest be a host itself is more than the model. */
static void
settle_features(struct vx_foreign *f, struct vx_node *cpu)
{
    struct vx_node *feature = vx_peek_at(cpu, "feature");

    for (; feature; feature = vx_xml_next(feature, "feature")) {
        bool nested = vx_xml_attr_is(feature, "name", "vmx")
                      || vx_xml_attr_is(feature, "name", "svm");

        if (vx_xml_attr_is(feature, "name", "hypervisor")
            && vx_xml_attr_is(feature, "policy", "disable")) {
            struct vx_node *node = vx_edit_child(f, f->domain, "features");

            node = node ? vx_edit_child(f, node, "kvm") : NULL;
            node = node ? vx_edit_child(f, node, "hidden") : NULL;
            if (node)
                vx_edit_set(f, node, "state", VX_STR("on"));
            vx_edit_hide(feature);
        } else if (!f->remembered
                   && (!nested || vx_xml_attr_is(feature, "policy", "disable")
                       || vx_xml_attr_is(feature, "policy", "forbid")))
            vx_edit_hide(feature);
    }
}

static void
tell_model(struct vx_foreign *f, struct vx_node *cpu)
{
    struct vx_node *model = vx_peek_at(cpu, "model");

    if (model && model->text.n)
        vx_foreign_note(f, VX_CPU_OF_HOST, VMX_LOSS_INFORMATION, model, NULL, NULL,
                        NULL);
    else if (vx_peek(cpu, "mode").n)
        vx_foreign_note(f, VX_CPU_OF_HOST, VMX_LOSS_INFORMATION, cpu, "mode", NULL,
                        NULL);
}

void
vx_foreign_cpu(struct vx_foreign *f)
{
    struct vx_node *cpu = vx_peek_at(f->domain, "cpu");
    uint64_t most, vcpus = settle_vcpus(f, &most);

    settle_memory(f);
    if (cpu) {
        tell_model(f, cpu);
        settle_topology(f, cpu, vcpus, most);
        settle_cells(f, cpu, vcpus, most);
        settle_features(f, cpu);
        cpu->attrs = NULL; /* mode, match, check: of the model */
    }
    vx_foreign_rules(f, rules, VX_COUNT(rules));
}
