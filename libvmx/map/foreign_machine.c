/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a foreign machine is as a whole: what its hypervisor alone understands, and
 * where on the old host it ran.  Firmware, CPUs and memory are read by their tables,
 * which know them as libvirt says them. */
#include "map/foreign_part.h"

#include "map/dev/dev.h"

#include "base/banned.h"

#define ALL "", NULL, NULL
#define QUIET VX_SAY_NOTHING, 0, 0, NULL, NULL
#define OF_HOST(what) VX_SAY_ONCE, VX_HOST_PLACEMENT, VMX_LOSS_INFORMATION, what, NULL
#define OTHERWISE(code, category, what, advice)                                        \
    VX_SAY_EACH, code, category, what, advice

static const struct vx_foreign_rule rules[] = {
    {"bootloader", ALL,
     OTHERWISE(
         VX_FOREIGN_START, VMX_LOSS_CRITICAL,
         "A program of the old host reads the guest's kernel, and VMware does not",
         "Install a boot loader in the guest before the machine is moved.")},
    {"bootloader_args", ALL, QUIET},

    {"iothreads", ALL, QUIET},
    {"iothreadids", ALL, QUIET},
    {"defaultiothread", ALL, QUIET},
    {"vcpus", ALL, QUIET},
    {"cputune/vcpupin", ALL, OF_HOST(NULL)},
    {"cputune/emulatorpin", ALL, OF_HOST(NULL)},
    {"cputune/iothreadpin", ALL, OF_HOST(NULL)},
    {"cputune/vcpusched", ALL, OF_HOST(NULL)},
    {"cputune/iothreadsched", ALL, OF_HOST(NULL)},
    {"cputune/emulatorsched", ALL, OF_HOST(NULL)},
    {"cputune/cachetune", ALL, OF_HOST(NULL)},
    {"cputune/memorytune", ALL, OF_HOST(NULL)},
    {"cputune/shares", ALL, OF_HOST("Weights mean something else on an ESXi host")},
    {"cputune/quota", ALL, OF_HOST("A limit of the time that each virtual CPU gets")},
    {"cputune/period", ALL, QUIET},
    {"cputune/emulator_period", ALL, QUIET},
    {"cputune/emulator_quota", ALL, QUIET},
    {"cputune/iothread_period", ALL, QUIET},
    {"cputune/iothread_quota", ALL, QUIET},
    {"numatune", ALL, OF_HOST(NULL)},
    {"blkiotune", ALL, OF_HOST("Weights and limits of the old host's devices")},
    {"memtune/hard_limit", ALL, OF_HOST("A limit of what the old host gave")},
    {"memtune/soft_limit", ALL, OF_HOST("A limit of what the old host gave")},
    {"memtune/swap_hard_limit", ALL, OF_HOST("A limit of what the old host gave")},
    {"memoryBacking/source", ALL, QUIET},
    {"memoryBacking/access", ALL, QUIET},
    {"memoryBacking/allocation", ALL, QUIET},
    {"memoryBacking/discard", ALL, QUIET},
    {"memoryBacking/hugepages", ALL,
     OF_HOST("VMware takes large pages by itself where it can")},
    {"maxMemory", ALL,
     OTHERWISE(VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION,
               "Memory could be added to the running machine",
               "Switch memory hot plug on in vSphere if it shall grow.")},
    {"cpu/cache", ALL, QUIET},
    {"cpu/vendor", ALL, QUIET},
    {"cpu/maxphysaddr", ALL, QUIET},

    {"features/pae", ALL, QUIET},
    {"features/hap", ALL, QUIET},
    {"features/ioapic", ALL, QUIET},
    {"features/gic", ALL, QUIET},
    {"features/viridian", ALL, QUIET},
    {"features/vmcoreinfo", ALL, QUIET},
    {"features/pvspinlock", ALL, QUIET},
    {"features/xen", ALL, QUIET},
    {"features/hyperv", ALL,
     OTHERWISE(VX_QEMU_OPTION, VMX_LOSS_INFORMATION,
               "Windows meets VMware's hypervisor in place of Hyper-V's", "None.")},

    {"clock/timer", ALL, QUIET}, /* VMware's are always the same */
    {"pm/suspend-to-mem", "", "enabled", "no", QUIET},
    {"pm/suspend-to-disk", "", "enabled", "no", QUIET},
    {"perf", ALL, QUIET},
    {"seclabel", ALL, QUIET},
    {"sysinfo", "", "type", "fwcfg",
     OTHERWISE(VX_QEMU_OPTION, VMX_LOSS_WARNING,
               "What the old host tells the guest at its first start",
               "Give it to the guest in guestinfo keys.")},
};

/* ---- CPUs and memory ------------------------------------------------------------- */

/* What the balloon has taken at the moment is no limit. */
static void
settle_memory(struct vx_foreign *f)
{
    struct vx_node *memory = vx_foreign_at(f->domain, "memory");
    struct vx_node *current = vx_foreign_at(f->domain, "currentMemory");

    if (current == NULL || memory == NULL || vx_str_eq(memory->text, current->text))
        return;
    vx_foreign_lose(f, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, current,
                    "The machine has all of its memory", NULL);
}

static void
settle_cpuset(struct vx_foreign *f)
{
    struct vx_node *vcpu = vx_foreign_at(f->domain, "vcpu");

    if (vx_xml_peek(vcpu, "cpuset").s == NULL)
        return;
    vx_foreign_note(f, VX_HOST_PLACEMENT, VMX_LOSS_INFORMATION, vcpu, "cpuset", NULL,
                    NULL);
    vx_edit_drop(vcpu, "cpuset");
}

static bool
is_nested(const struct vx_node *feature)
{
    return (vx_xml_attr_is(feature, "name", "vmx")
            || vx_xml_attr_is(feature, "name", "svm"))
           && !vx_xml_attr_is(feature, "policy", "disable")
           && !vx_xml_attr_is(feature, "policy", "forbid");
}

/* The bit that tells a guest of a hypervisor is a key by itself. */
static void
hide_hypervisor(struct vx_foreign *f)
{
    struct vx_node *node = vx_edit_child(f, f->domain, "features");

    node = node ? vx_edit_child(f, node, "kvm") : NULL;
    node = node ? vx_edit_child(f, node, "hidden") : NULL;
    if (node)
        vx_edit_set(f, node, "state", VX_STR("on"));
}

/* Features round off a model, and VMware has no models: all that is left of them is
 * whether the guest may be a host itself.  A domain that was made of a VMX has its
 * masks there. */
static void
settle_features(struct vx_foreign *f)
{
    struct vx_node *feature = vx_foreign_at(f->domain, "cpu/feature");

    for (; feature; feature = vx_xml_next(feature, "feature"))
        if (vx_xml_attr_is(feature, "name", "hypervisor")
            && vx_xml_attr_is(feature, "policy", "disable")) {
            hide_hypervisor(f);
            vx_edit_hide(feature);
        } else if (f->config == NULL && !is_nested(feature))
            vx_edit_hide(feature);
}

/* A single node is none. */
static void
settle_cells(struct vx_foreign *f)
{
    struct vx_node *numa = vx_foreign_at(f->domain, "cpu/numa");
    struct vx_node *cell = vx_foreign_at(numa, "cell");

    if (cell && vx_xml_next(cell, "cell") == NULL)
        vx_edit_hide(numa);
}

/* What hides KVM hides VMware as well; the other children are KVM's alone. */
static void
settle_kvm(struct vx_foreign *f)
{
    struct vx_node *kvm = vx_foreign_at(f->domain, "features/kvm");

    for (struct vx_node *child = kvm ? kvm->children : NULL; child; child = child->next)
        if (!vx_str_eq(child->name, VX_STR("hidden"))
            || !vx_xml_attr_is(child, "state", "on"))
            vx_edit_hide(child);
}

/* ---- the guest ------------------------------------------------------------------- */

static struct vx_node *
in_space(struct vx_node *child, struct vx_str space)
{
    while (child && !vx_str_eq(child->space, space))
        child = child->next;
    return child;
}

/* By libosinfo's id; without one by what only Windows has a use for. */
static bool
is_windows(struct vx_foreign *f)
{
    const struct vx_str space = VX_STR("http://libosinfo.org/xmlns/libvirt/domain/1.0");
    struct vx_node *metadata = vx_foreign_at(f->domain, "metadata");
    struct vx_node *info = metadata ? in_space(metadata->children, space) : NULL;
    struct vx_node *os = info ? in_space(info->children, space) : NULL;
    struct vx_str id = vx_xml_peek(os, "id");

    if (id.n)
        return vx_str_starts(id, VX_STR("http://microsoft.com/"));
    return vx_foreign_at(f->domain, "features/hyperv") != NULL;
}

static void
learn_guest(struct vx_foreign *f)
{
    struct vx_node *type = vx_foreign_at(f->domain, "os/type");
    struct vx_node *loader = vx_foreign_at(f->domain, "os/loader");
    struct vx_str firmware = vx_xml_peek(vx_foreign_at(f->domain, "os"), "firmware");

    f->windows = is_windows(f);
    f->wide = !vx_xml_attr_is(type, "arch", "i686");
    f->efi = firmware.n ? vx_str_eq(firmware, VX_STR("efi"))
                        : loader && vx_loader_is_efi(loader);
    if (vx_xml_attr_is(type, "arch", "aarch64"))
        vx_foreign_note(f, VX_FOREIGN_ARCH, VMX_LOSS_WARNING, type, "arch",
                        "Only ESXi on Arm runs this machine", "None.");
}

void
vx_foreign_machine(struct vx_foreign *f)
{
    learn_guest(f);
    settle_memory(f);
    settle_cpuset(f);
    settle_features(f);
    settle_cells(f);
    settle_kvm(f);
    vx_foreign_rules(f, rules, VX_COUNT(rules));
}
