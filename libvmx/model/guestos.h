/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Guest systems: what is known of a word of the guestOS key.  The table advises; a word
 * that is not in it is as good as any other. */
#ifndef VX_MODEL_GUESTOS_H
#define VX_MODEL_GUESTOS_H

#include "base/str.h"

enum vx_arch {
    VX_ARCH_I686,
    VX_ARCH_X86_64,
    VX_ARCH_AARCH64,
};

/* Does the system bring virtio drivers? */
enum vx_virtio {
    VX_VIRTIO_UNKNOWN,
    VX_VIRTIO_NO,
    VX_VIRTIO_YES,
};

/* The machine type that suits the system. */
enum vx_machine {
    VX_MACHINE_I440FX,
    VX_MACHINE_Q35,
    VX_MACHINE_VIRT, /* of aarch64 */
};

/* A row of schemas/guestos.tsv.  Texts are constants. */
struct vx_guestos_row {
    const char *word;   /* as VMX writes it */
    const char *vim;    /* the guestId of the API, or NULL */
    const char *osinfo; /* the id in the libosinfo database, or NULL */
    unsigned bits;      /* 32 or 64 */
    enum vx_arch arch;
    const char *family; /* "linux", "windows", "bsd", "macos", "other" ... */
    bool reversible;    /* `vim` leads back to `word` and to no other */
    enum vx_virtio virtio;
    enum vx_machine machine;
    bool chosen; /* `osinfo` and `arch` lead back to `word` */
};

/* The row of `word`, ASCII case ignored; NULL when there is none. */
const struct vx_guestos_row *vx_guestos_find(struct vx_str word);

/* The row that a guestId of the API leads back to, ASCII case ignored; NULL when there
 * is none.  Looks through all rows. */
const struct vx_guestos_row *vx_guestos_find_vim(struct vx_str id);

/* The architecture `word` means.  A word that is not in the table is aarch64 when it
 * begins with "arm-", x86_64 when it ends in "-64", else i686. */
enum vx_arch vx_guestos_arch(struct vx_str word);

/* The word for a system of which only the architecture is known. */
const char *vx_guestos_any(enum vx_arch arch);
/* The word that an id and an architecture lead back to: of that very id, of the series
 * that its release belongs to, of the system; NULL when none does. */
const char *vx_guestos_back(struct vx_str osinfo, enum vx_arch arch);

#endif
