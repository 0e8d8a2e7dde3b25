/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store.h"

#include <stdlib.h>

bool
store_parse(const char *text, char **ret_datastore, char **ret_path)
{
    const char *end = text[0] == '[' ? strchr(text, ']') : NULL;
    size_t size;

    *ret_datastore = *ret_path = NULL;
    if (end == NULL)
        return false;
    *ret_datastore = text_of("%.*s", (int)(end - text - 1), text + 1);
    for (end++; *end == ' ';)
        end++;
    *ret_path = text_of("%s", end);
    for (size = strlen(*ret_path); size && (*ret_path)[size - 1] == '/';)
        (*ret_path)[--size] = '\0';
    return true;
}

bool
store_has(const struct world *world, const char *datastore)
{
    for (size_t i = 0; world->store->datastores[i]; i++)
        if (strcmp(world->store->datastores[i], datastore) == 0)
            return true;
    return false;
}

static struct file *
entry(const struct world *world, const char *datastore, const char *path)
{
    for (struct file *file = world->store->files; file; file = file->next)
        if (strcmp(file->path, path) == 0 && strcmp(file->datastore, datastore) == 0)
            return file;
    return NULL;
}

struct file *
store_get(const struct world *world, const char *datastore, const char *path)
{
    struct file *file = entry(world, datastore, path);

    return file && !file->is_folder ? file : NULL;
}

struct file *
store_find(const struct world *world, const char *text)
{
    char *datastore, *path;
    struct file *file = NULL;

    if (store_parse(text, &datastore, &path))
        file = store_get(world, datastore, path);
    free(datastore);
    free(path);
    return file;
}

/* What is above it; the caller's. */
static char *
folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return text_of("%.*s", slash ? (int)(slash - path) : 0, path);
}

bool
store_has_folder(const struct world *world, const char *datastore, const char *path)
{
    char *folder = folder_of(path);
    const struct file *file = entry(world, datastore, folder);
    bool is = store_has(world, datastore) && (!*folder || (file && file->is_folder));

    free(folder);
    return is;
}

static struct file *
add(struct world *world, const char *datastore, const char *path)
{
    struct file *file = must(calloc(1, sizeof(*file)));

    file->datastore = text_of("%s", datastore);
    file->path = text_of("%s", path);
    file->next = world->store->files;
    world->store->files = file;
    return file;
}

void
store_make_folder(struct world *world, const char *datastore, const char *path)
{
    char *above;

    if (*path == '\0' || entry(world, datastore, path))
        return;
    above = folder_of(path);
    store_make_folder(world, datastore, above);
    free(above);
    add(world, datastore, path)->is_folder = true;
}

struct file *
store_put(struct world *world, const char *datastore, const char *path,
          const char *data, size_t size)
{
    struct file *file = store_get(world, datastore, path);
    char *folder = folder_of(path);

    store_make_folder(world, datastore, folder);
    free(folder);
    if (file == NULL)
        file = add(world, datastore, path);
    free(file->data);
    file->data = must(malloc(size + 1));
    memcpy(file->data, size ? data : "", size);
    file->data[size] = '\0';
    file->size = size;
    file->written = time(NULL);
    file->generation = ++world->store->generation;
    return file;
}

static void
file_free(struct file *file)
{
    free(file->datastore);
    free(file->path);
    free(file->data);
    free(file);
}

void
store_remove(struct world *world, const char *datastore, const char *path)
{
    struct file **at = &world->store->files;
    size_t size = strlen(path);

    while (*at) {
        struct file *file = *at;

        if (strcmp(file->datastore, datastore) == 0
            && strncmp(file->path, path, size) == 0
            && (file->path[size] == '\0' || file->path[size] == '/')) {
            *at = file->next;
            file_free(file);
        } else {
            at = &file->next;
        }
    }
}

void
store_done(struct world *world)
{
    while (world->store->files) {
        struct file *file = world->store->files;

        world->store->files = file->next;
        file_free(file);
    }
}
