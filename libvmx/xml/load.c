/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows how a library is loaded, and says so in the ELF file; what is called in it, its
 * users know. */
#include "xml/load.h"

#include <dlfcn.h>
#include <pthread.h>

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

/* As the library's own references to the name are resolved: what the program itself
 * has comes first, which matters for a variable.  A program that is linked with the
 * library, too, has a copy of it that all use. */
static void *
look_up(void *library, const char *name)
{
    void *global = dlsym(RTLD_DEFAULT, name);

    return global ? global : dlsym(library, name);
}

/* libxml2 sets itself up at first use, but not when two threads come at once. */
static void
set_up_libxml(void)
{
    void *library = dlopen(VX_LIBXML_SONAME, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    void (*init)(void) = NULL;

    if (library == NULL)
        return;
    *(void **)&init = look_up(library, "xmlInitParser");
    if (init)
        init();
    dlclose(library);
}

bool
vx_load(const char *soname, const char *const *names, void **functions, size_t count)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    void *library = dlopen(soname, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    size_t found = 0;

    if (library == NULL)
        return false;
    pthread_once(&once, set_up_libxml);
    while (found < count && look_up(library, names[found]))
        found++;
    if (found == count)
        for (size_t i = 0; i < count; i++)
            functions[i] = look_up(library, names[i]);
    dlclose(library); /* it stays: RTLD_NODELETE */
    return found == count;
}
