/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An empty program, linked to what vmx-convert is linked to: what the loader takes. */
#include "vmx.h"

/* A linker may leave out a library that nothing is asked of. */
const char *(*volatile vx_linked)(void);

int
main(void)
{
    vx_linked = vmx_version;
    return 0;
}
