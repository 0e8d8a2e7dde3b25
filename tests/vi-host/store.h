/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Datastores: files in memory, in folders. */
#ifndef VX_TESTS_VI_HOST_STORE_H
#define VX_TESTS_VI_HOST_STORE_H

#include <time.h>

#include "world.h"

struct file {
    struct file *next;
    char *datastore, *path; /* "web-01/web-01.vmx" */
    char *data;
    size_t size;
    time_t written;
    unsigned generation; /* another one each time it is written */
    bool is_folder;
};

struct store {
    struct file *files;
    const char *datastores[8]; /* names, NULL at the end */
    unsigned generation;
};

/* Splits "[datastore] folder/file"; both are the caller's, even when it is none. */
bool store_parse(const char *text, char **ret_datastore, char **ret_path);

bool store_has(const struct world *world, const char *datastore);
/* NULL when there is none. */
struct file *store_get(const struct world *world, const char *datastore,
                       const char *path);
/* The same of "[datastore] folder/file". */
struct file *store_find(const struct world *world, const char *text);
/* Is there a folder for it? */
bool store_has_folder(const struct world *world, const char *datastore,
                      const char *path);
/* Puts `data` there, with its folders, in the place of what was there. */
struct file *store_put(struct world *world, const char *datastore, const char *path,
                       const char *data, size_t size);
void store_make_folder(struct world *world, const char *datastore, const char *path);
/* It, and what is in it. */
void store_remove(struct world *world, const char *datastore, const char *path);
void store_done(struct world *world);

#endif
