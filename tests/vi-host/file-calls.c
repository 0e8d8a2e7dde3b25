/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files of datastores: what is done to them by calls. */
#include <stdlib.h>

#include "base/glob.h"
#include "call.h"
#include "count.h"
#include "store.h"
#include "task.h"

static void
make_directory(struct call *call)
{
    char *datastore, *path, *parent;

    if (!store_parse(arg(call, "name"), &datastore, &path)) {
        call_fail(call, "InvalidDatastorePath", "Invalid datastore path '%s'.",
                  arg(call, "name"));
    } else if (!store_has(call->world, datastore)) {
        call_fail(call, "InvalidDatastore", "There is no datastore '%s'.", datastore);
    } else {
        parent = text_of("%s/x", path);
        if (store_has_folder(call->world, datastore, parent))
            call_fail(call, "FileAlreadyExists", "%s exists.", arg(call, "name"));
        else if (!arg_is_true(call, "createParentDirectories")
                 && !store_has_folder(call->world, datastore, path))
            call_fail(call, "FileNotFound", "%s has no parent.", arg(call, "name"));
        else
            store_make_folder(call->world, datastore, path);
        free(parent);
    }
    free(datastore);
    free(path);
}

static bool
is_there(const struct world *world, const char *datastore, const char *path)
{
    char *inner = text_of("%s/x", path);
    bool is = store_get(world, datastore, path)
              || (*path && store_has_folder(world, datastore, inner));

    free(inner);
    return is;
}

static const char *
do_delete(struct world *world, struct task *task)
{
    const char *fault = NULL;
    char *datastore, *path;

    if (!store_parse(task->args[0], &datastore, &path))
        fault = "InvalidDatastorePath";
    else if (!is_there(world, datastore, path))
        fault = "FileNotFound";
    else
        store_remove(world, datastore, path);
    if (fault == NULL) {
        count_up(world, "deletes");
        count_log(world, "deleted %s", task->args[0]);
    }
    free(datastore);
    free(path);
    return fault;
}

static const char *
do_copy(struct world *world, struct task *task)
{
    const struct file *from = store_find(world, task->args[0]);
    const char *fault = NULL;
    char *datastore, *path;

    if (!store_parse(task->args[1], &datastore, &path))
        fault = "InvalidDatastorePath";
    else if (from == NULL)
        fault = "FileNotFound";
    else if (store_get(world, datastore, path) && !task->args[2])
        fault = "FileAlreadyExists";
    else if (!store_has_folder(world, datastore, path))
        fault = "FileNotFound";
    else
        store_put(world, datastore, path, from->data, from->size);
    free(datastore);
    free(path);
    return fault;
}

static const char *
do_move(struct world *world, struct task *task)
{
    const char *fault = do_copy(world, task);
    char *datastore, *path;

    if (fault == NULL && store_parse(task->args[0], &datastore, &path)) {
        store_remove(world, datastore, path);
        free(datastore);
        free(path);
    }
    return fault;
}

static void
delete_file(struct call *call)
{
    struct task *task = task_start(call->world, NULL, call->method, do_delete);

    task->args[0] = text_of("%s", arg(call, "name"));
    put_ref(&call->out, "returnval", task->object);
}

static void
copy_file(struct call *call)
{
    const bool moves = strcmp(call->method, "MoveDatastoreFile_Task") == 0;
    struct task *task =
        task_start(call->world, NULL, call->method, moves ? do_move : do_copy);

    task->args[0] = text_of("%s", arg(call, "sourceName"));
    task->args[1] = text_of("%s", arg(call, "destinationName"));
    task->args[2] = arg_is_true(call, "force") ? text_of("force") : NULL;
    put_ref(&call->out, "returnval", task->object);
}

/* ---- search ---------------------------------------------------------------------- */

static const char *
class_of(const struct file *file)
{
    struct vx_str path = vx_str_c(file->path);

    if (file->is_folder)
        return "FolderFileInfo";
    if (vx_str_iends(path, VX_STR(".vmx")))
        return "VmConfigFileInfo";
    if (vx_str_iends(path, VX_STR(".vmdk")))
        return "VmDiskFileInfo";
    if (vx_str_iends(path, VX_STR(".iso")))
        return "IsoImageFileInfo";
    return vx_str_iends(path, VX_STR(".flp")) ? "FloppyImageFileInfo" : "FileInfo";
}

static void
put_file(struct vx_buf *out, const struct file *file, const char *name)
{
    vx_buf_printf(out, "<file xsi:type=\"%s\">", class_of(file));
    put_element(out, "path", name);
    vx_buf_printf(out, "<fileSize>%zu</fileSize>", file->size);
    vx_buf_lit(out, "<modification>2026-01-02T03:04:05.000000Z</modification>");
    if (strcmp(class_of(file), "VmDiskFileInfo") == 0)
        vx_buf_printf(out, "<capacityKb>%zu</capacityKb>", file->size / 1024);
    vx_buf_lit(out, "</file>");
}

/* The name below `folder`, or NULL when it is elsewhere or deeper. */
static const char *
name_in(const struct file *file, const char *datastore, const char *folder)
{
    size_t size = strlen(folder);
    const char *name = file->path;

    if (strcmp(file->datastore, datastore) != 0)
        return NULL;
    if (size) {
        if (strncmp(name, folder, size) != 0 || name[size] != '/')
            return NULL;
        name += size + 1;
    }
    return *name && strchr(name, '/') == NULL ? name : NULL;
}

/* One line of `patterns` fits, or there is none. */
static bool
fits(const char *name, const char *patterns)
{
    const char *at = patterns;

    if (*patterns == '\0')
        return true;
    while (*at) {
        size_t size = strcspn(at, "\n");
        struct vx_str pattern = vx_str_of(at, size);

        if (vx_glob(pattern, vx_str_c(name)))
            return true;
        at += size + (at[size] == '\n');
    }
    return false;
}

static void
put_folder(struct world *world, struct vx_buf *out, const char *datastore,
           const char *path, const char *patterns)
{
    vx_buf_lit(out, "<folderPath>");
    vx_buf_printf(out, "[");
    put_escaped(out, datastore);
    vx_buf_lit(out, "] ");
    put_escaped(out, path);
    vx_buf_printf(out, "%s</folderPath>", *path ? "/" : "");
    for (const struct file *at = world->store->files; at; at = at->next) {
        const char *name = name_in(at, datastore, path);

        if (name && fits(name, patterns))
            put_file(out, at, name);
    }
}

static void
put_result(struct world *world, struct task *task, const char *datastore,
           const char *path, bool deep)
{
    struct vx_buf xml = VX_BUF(TEXT_MAX);

    if (!deep) {
        vx_buf_lit(&xml, "<result xsi:type=\"HostDatastoreBrowserSearchResults\">");
        put_folder(world, &xml, datastore, path, task->args[1]);
    } else {
        vx_buf_lit(&xml, "<result xsi:type=\"ArrayOfHostDatastoreBrowserSearch"
                         "Results\">");
        for (const struct file *at = world->store->files; at; at = at->next)
            if (at->is_folder && strcmp(at->datastore, datastore) == 0) {
                vx_buf_lit(&xml, "<HostDatastoreBrowserSearchResults xsi:type="
                                 "\"HostDatastoreBrowserSearchResults\">");
                put_folder(world, &xml, datastore, at->path, task->args[1]);
                vx_buf_lit(&xml, "</HostDatastoreBrowserSearchResults>");
            }
    }
    vx_buf_lit(&xml, "</result>");
    vx_buf_char(&xml, '\0');
    task->result = must(xml.data);
}

static const char *
search(struct world *world, struct task *task, bool deep)
{
    const char *fault = NULL;
    char *datastore, *path;

    if (!store_parse(task->args[0], &datastore, &path))
        fault = "InvalidDatastorePath";
    else if (!store_has(world, datastore))
        fault = "InvalidDatastore";
    else if (*path && !is_there(world, datastore, path))
        fault = "FileNotFound";
    else
        put_result(world, task, datastore, path, deep);
    free(datastore);
    free(path);
    return fault;
}

static const char *
do_search(struct world *world, struct task *task)
{
    return search(world, task, false);
}

static const char *
do_search_deep(struct world *world, struct task *task)
{
    return search(world, task, true);
}

static void
search_files(struct call *call)
{
    const bool deep = strcmp(call->method, "SearchDatastore_Task") != 0;
    const xmlNode *spec = node_child(call->node, "searchSpec");
    struct task *task =
        task_start(call->world, NULL, call->method, deep ? do_search_deep : do_search);
    struct vx_buf patterns = VX_BUF(TEXT_MAX);

    for (const xmlNode *at = node_child(spec, "matchPattern"); at; at = node_next(at)) {
        vx_buf_str(&patterns, vx_str_c(node_text(at)));
        vx_buf_char(&patterns, '\n');
    }
    vx_buf_char(&patterns, '\0');
    task->args[0] = text_of("%s", arg(call, "datastorePath"));
    task->args[1] = must(patterns.data);
    put_ref(&call->out, "returnval", task->object);
}

static void
refresh(struct call *call)
{
    (void)call;
}

const struct method file_methods[] = {
    {"CopyDatastoreFile_Task", copy_file, false},
    {"DeleteDatastoreFile_Task", delete_file, false},
    {"MakeDirectory", make_directory, false},
    {"MoveDatastoreFile_Task", copy_file, false},
    {"RefreshDatastore", refresh, false},
    {"SearchDatastoreSubFolders_Task", search_files, false},
    {"SearchDatastore_Task", search_files, false},
    {NULL, NULL, false},
};
