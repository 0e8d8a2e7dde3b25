/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows how a library is loaded, and says so in the ELF file; what is called in it, its
 * users know. */
#include "xml/load.h"

#include <dlfcn.h>

#include "base/banned.h"

/* What packagers' tools read instead of DT_NEEDED: the ELF note that systemd's
 * "ELF Dlopen Metadata" specifies. */
#define NOTE                                                                           \
    "[{\"feature\":\"xml\",\"description\":\"Reading domain XML and target domains\"," \
    "\"priority\":\"recommended\",\"soname\":[\"" VX_LIBXML_SONAME "\"]},"             \
    "{\"feature\":\"xslt\",\"description\":\"Target domains\","                        \
    "\"priority\":\"recommended\",\"soname\":[\"" VX_LIBXSLT_SONAME "\"]}]"

__attribute__((used, section(".note.dlopen"))) _Alignas(4) static const struct {
    uint32_t owner_size, text_size, type;
    char owner[4], text[sizeof(NOTE)];
} note = {4, sizeof(NOTE), 0x407c0c0a, "FDO", NOTE};

bool
vx_load(const char *soname, const char *const *names, void **functions, size_t count)
{
    void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    size_t found = 0;

    if (library == NULL)
        return false;
    while (found < count && dlsym(library, names[found]))
        found++;
    if (found == count)
        for (size_t i = 0; i < count; i++)
            functions[i] = dlsym(library, names[i]);
    dlclose(library); /* it stays: RTLD_NODELETE */
    return found == count;
}
