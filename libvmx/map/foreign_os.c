/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a foreign machine starts, and what it is for its guest: firmware, architecture,
 * clock, and the features of its hypervisor. */
#include "map/foreign_part.h"

#include "base/banned.h"

/* ---- rules
 * --------------------------------------------------------------------------------- */

#define QUIET VX_SAY_NOTHING, 0, 0, NULL, NULL

static const struct vx_foreign_rule rules[] = {
    {"os/kernel", "", NULL, NULL, VX_SAY_EACH, VX_FOREIGN_START, VMX_LOSS_CRITICAL,
     "The old host gives the guest its kernel, and VMware does not",
     "Install a boot loader in the guest before the machine is moved."},
    {"os/initrd", "", NULL, NULL, VX_SAY_EACH, VX_FOREIGN_START, VMX_LOSS_INFORMATION,
     NULL, NULL},
    {"os/cmdline", "", NULL, NULL, VX_SAY_EACH, VX_FOREIGN_START, VMX_LOSS_INFORMATION,
     NULL, "Give the boot loader these arguments."},
    {"os/dtb", "", NULL, NULL, VX_SAY_EACH, VX_FOREIGN_START, VMX_LOSS_INFORMATION,
     NULL, NULL},
    {"bootloader", "", NULL, NULL, VX_SAY_EACH, VX_FOREIGN_START, VMX_LOSS_CRITICAL,
     "A program of the old host reads the guest's kernel, and VMware does not",
     "Install a boot loader in the guest before the machine is moved."},
    {"bootloader_args", "", NULL, NULL, QUIET},

    {"features/acpi", "", NULL, NULL, QUIET},
    {"features/apic", "", NULL, NULL, QUIET},
    {"features/pae", "", NULL, NULL, QUIET},
    {"features/hap", "", NULL, NULL, QUIET},
    {"features/smm", "", NULL, NULL, QUIET},
    {"features/ioapic", "", NULL, NULL, QUIET},
    {"features/gic", "", NULL, NULL, QUIET},
    {"features/viridian", "", NULL, NULL, QUIET},
    {"features/vmcoreinfo", "", NULL, NULL, QUIET},
    /* Off hides VMware's backdoor in QEMU; here the Tools need it. */
    {"features/vmport", "", NULL, NULL, QUIET},
    {"features/pvspinlock", "", NULL, NULL, QUIET},
    {"features/xen", "", NULL, NULL, QUIET},
    {"features/hyperv", "", NULL, NULL, VX_SAY_ONCE, VX_QEMU_OPTION,
     VMX_LOSS_INFORMATION, "Windows meets VMware's hypervisor and not Hyper-V's", NULL},

    {"clock/timer", "", NULL, NULL, QUIET},
    {"pm/suspend-to-mem", "", "enabled", "no", QUIET},
    {"pm/suspend-to-disk", "", "enabled", "no", QUIET},
    {"perf", "", NULL, NULL, QUIET},
    {"sysinfo", "", "type", "fwcfg", VX_SAY_EACH, VX_QEMU_OPTION, VMX_LOSS_WARNING,
     "What the old host gives the guest at its first start",
     "Give the guest its configuration through guestinfo keys."},
};

/* ---- the type of machine
 * ------------------------------------------------------------------ */

static bool
is_one_of(struct vx_str text, const char *const *words)
{
    for (; *words; words++)
        if (vx_str_eq(text, vx_str_c(*words)))
            return true;
    return false;
}

static void
settle_arch(struct vx_foreign *f, struct vx_node *type)
{
    static const char *const own[] = {"i686", "x86_64", "aarch64", NULL};
    static const char *const narrow[] = {"armv6l", "armv7l", "armv7b", "mips",
                                         "mipsel", "ppc",    "ppcemb", "riscv32",
                                         "sh4",    "m68k",   "sparc",  NULL};
    struct vx_str arch = vx_peek(type, "arch");

    if (arch.n == 0)
        vx_edit_set(f, type, "arch", VX_STR("x86_64"));
    else if (!is_one_of(arch, own)) {
        vx_foreign_note(f, VX_FOREIGN_ARCH, VMX_LOSS_CRITICAL, type, "arch", NULL,
                        NULL);
        vx_edit_set(f, type, "arch",
                    is_one_of(arch, narrow) ? VX_STR("i686") : VX_STR("x86_64"));
    } else if (vx_str_eq(arch, VX_STR("aarch64")))
        vx_foreign_note(f, VX_FOREIGN_ARCH, VMX_LOSS_WARNING, type, "arch",
                        "Only ESXi on Arm runs this machine", NULL);
    f->wide = !vx_xml_attr_is(type, "arch", "i686");
    vx_edit_drop(type, "machine");
}

static void
settle_type(struct vx_foreign *f, struct vx_node *os)
{
    struct vx_node *type = vx_edit_child(f, os, "type");

    if (type == NULL)
        return;
    settle_arch(f, type);
    if (type->text.n && !vx_str_eq(type->text, VX_STR("hvm")))
        vx_foreign_note(f, VX_FOREIGN_START, VMX_LOSS_CRITICAL, type, NULL,
                        "The guest runs under Xen without a machine around it",
                        "Give the guest a kernel and a boot loader for real machines "
                        "before it is moved.");
    type->text = VX_STR("hvm");
}

/* ---- firmware
 * -------------------------------------------------------------------------------- */

static bool
has_word(struct vx_str text, const char *word)
{
    struct vx_str wanted = vx_str_c(word);

    for (; text.n >= wanted.n; text = vx_str_skip(text, 1))
        if (vx_str_istarts(text, wanted))
            return true;
    return false;
}

static bool
has_any_word(struct vx_str text, const char *const *words)
{
    for (; *words; words++)
        if (has_word(text, *words))
            return true;
    return false;
}

/* The firmware that a loader is, by what distributions call it. */
static bool
is_efi(struct vx_foreign *f, struct vx_node *loader)
{
    static const char *const efis[] = {"ovmf", "edk2",      "aavmf",
                                       "efi",  "tianocore", NULL};
    static const char *const others[] = {"bios", "hvmloader", "qboot", NULL};

    if (has_any_word(loader->text, efis))
        return true;
    if (has_any_word(loader->text, others))
        return false;
    if (vx_xml_attr_is(loader, "type", "pflash"))
        return true;
    if (loader->text.n)
        vx_foreign_note(f, VX_FOREIGN_START, VMX_LOSS_WARNING, loader, NULL,
                        "A firmware that is not known; the machine has VMware's BIOS",
                        NULL);
    return false;
}

/* With the vendors' keys in its variables, a firmware that can verify does. */
static bool
is_secure(struct vx_node *os, const struct vx_node *loader)
{
    static const char *const words[] = {"secboot", ".ms.", "secure", NULL};
    struct vx_node *nvram = vx_peek_at(os, "nvram");

    return vx_xml_attr_is(loader, "secure", "yes")
           || (loader && has_any_word(loader->text, words))
           || has_any_word(vx_peek(nvram, "template"), words);
}

static void
settle_secure_boot(struct vx_foreign *f, struct vx_node *os, struct vx_node *loader)
{
    struct vx_node *firmware = vx_edit_child(f, os, "firmware"), *feature;

    feature = firmware ? vx_peek_at(firmware, "feature") : NULL;
    for (; feature; feature = vx_xml_next(feature, "feature"))
        if (vx_xml_attr_is(feature, "name", "secure-boot"))
            return; /* it is said */
    if (firmware == NULL || !is_secure(os, loader))
        return;
    feature = vx_edit_add(f, firmware, "feature");
    if (feature == NULL)
        return;
    vx_edit_set(f, feature, "enabled", VX_STR("yes"));
    vx_edit_set(f, feature, "name", VX_STR("secure-boot"));
}

static void
settle_firmware(struct vx_foreign *f, struct vx_node *os)
{
    struct vx_node *loader = vx_peek_at(os, "loader");
    struct vx_node *nvram = vx_peek_at(os, "nvram");

    if (vx_peek(os, "firmware").n == 0 && loader && is_efi(f, loader))
        vx_edit_set(f, os, "firmware", VX_STR("efi"));
    f->efi = vx_xml_attr_is(os, "firmware", "efi");
    if (f->efi)
        settle_secure_boot(f, os, loader);
    if (f->efi && nvram)
        vx_foreign_note(f, VX_EFI_VARIABLES, VMX_LOSS_CRITICAL, nvram, NULL, NULL,
                        NULL);
    vx_edit_hide(loader);
    vx_edit_hide(nvram);
}

/* ---- the guest system
 * -------------------------------------------------------------------------- */

static struct vx_node *
in_space(struct vx_node *child, struct vx_str space)
{
    while (child && !vx_str_eq(child->space, space))
        child = child->next;
    return child;
}

static bool
is_windows(struct vx_foreign *f)
{
    const struct vx_str libosinfo =
        VX_STR("http://libosinfo.org/xmlns/libvirt/domain/1.0");
    struct vx_node *metadata = vx_peek_at(f->domain, "metadata");
    struct vx_node *info = metadata ? in_space(metadata->children, libosinfo) : NULL;
    struct vx_node *os = info ? in_space(info->children, libosinfo) : NULL;

    if (vx_peek(os, "id").n)
        return vx_str_starts(vx_peek(os, "id"), VX_STR("http://microsoft.com/"));
    return vx_peek_at(f->domain, "features/hyperv") != NULL;
}

/* ---- KVM's own
 * -------------------------------------------------------------------------------------
 */

/* What hides KVM hides VMware as well; its other children are KVM's alone. */
static void
settle_kvm(struct vx_foreign *f)
{
    struct vx_node *kvm = vx_peek_at(f->domain, "features/kvm");

    for (struct vx_node *child = kvm ? kvm->children : NULL; child; child = child->next)
        if (!vx_str_eq(child->name, VX_STR("hidden"))
            || !vx_xml_attr_is(child, "state", "on"))
            vx_edit_hide(child);
}

void
vx_foreign_os(struct vx_foreign *f)
{
    struct vx_node *os = vx_edit_child(f, f->domain, "os");

    f->windows = is_windows(f);
    if (os == NULL)
        return;
    settle_type(f, os);
    settle_firmware(f, os);
    settle_kvm(f);
    vx_foreign_rules(f, rules, VX_COUNT(rules));
}
