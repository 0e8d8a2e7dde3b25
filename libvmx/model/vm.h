/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A machine: what is true of it, in no file format.  Devices that come in numbers are
 * models of their own, owned by the conversion's arena and reached through their
 * instances. */
#ifndef VX_MODEL_VM_H
#define VX_MODEL_VM_H

#include "model/clock.h"
#include "model/cpu.h"
#include "model/disk.h"
#include "model/features.h"
#include "model/folder.h"
#include "model/graphics.h"
#include "model/identity.h"
#include "model/input.h"
#include "model/iommu.h"
#include "model/memballoon.h"
#include "model/memory.h"
#include "model/nic.h"
#include "model/os.h"
#include "model/pcihole.h"
#include "model/security.h"
#include "model/sound.h"
#include "model/sysinfo.h"
#include "model/tpm.h"
#include "model/types.h"
#include "model/usb.h"
#include "model/vcpu.h"
#include "model/video.h"
#include "model/watchdog.h"

struct vx_vm {
    /* Read first, by the tables of `identity`, `memory` and `os`; others ask. */
    int64_t hw;     /* virtualHW.version; 0 when it is missing or no number */
    uint64_t vcpus; /* at least 1 */
    uint64_t memory_mib;
    uint8_t arch; /* enum vx_arch */
    bool efi;

    struct vx_identity identity;
    struct vx_memory memory;
    struct vx_vcpu vcpu;
    struct vx_cpu cpu;
    struct vx_os os;
    struct vx_sysinfo sysinfo;
    struct vx_features features;
    struct vx_clock clock;
    struct vx_security security;
    struct vx_storage storage;
    struct vx_usb usb;
    struct vx_folders folders;
    struct vx_pcihole pcihole;
    struct vx_input input;
    struct vx_tpm tpm;
    struct vx_graphics graphics;
    struct vx_sound sound;
    struct vx_video video;
    struct vx_watchdog watchdog;
    struct vx_memballoon memballoon;
    struct vx_iommu iommu;
};

#endif
