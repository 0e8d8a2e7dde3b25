/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diff-match.h"
#include "batch.h"
#include "cli-files.h"
#include "diff-chosen.h"

#include <errno.h>
#include <stdlib.h>

#include "base/banned.h"

/* One file of one folder. */
struct entry {
    char *path, *key;
    bool after; /* which folder */
};

struct entries {
    struct entry *items;
    size_t count, room;
};

static void
entries_done(struct entries *entries)
{
    for (size_t i = 0; i < entries->count; i++) {
        free(entries->items[i].path);
        free(entries->items[i].key);
    }
    free(entries->items);
}

static bool
add_entry(struct entries *entries, const char *path, const char *key, bool after)
{
    size_t room = entries->room ? entries->room * 2 : 64;
    struct entry *items = entries->items;
    struct entry made = {strdup(path), strdup(key), after};

    if (entries->count == entries->room && made.path && made.key) {
        items = realloc(items, room * sizeof(*items));
        if (items) {
            entries->items = items;
            entries->room = room;
        }
    }
    if (made.path == NULL || made.key == NULL || items == NULL) {
        free(made.path);
        free(made.key);
        return false;
    }
    items[entries->count++] = made;
    return true;
}

/* ---- the keys -------------------------------------------------------------------- */

/* What a thread makes of a file. */
struct slot {
    struct vx_buf path, key;
    size_t relative, name, stem;
    int error;
    bool after;
    const char *why;
};

struct search {
    struct cli *cli;
    const struct diff_folders *folders;
    struct cli_files *files;
    struct entries *entries;
    struct diff_chosen *chosen;
    bool after, trouble, failed;
};

static bool
next_file(void *context, void *item)
{
    struct search *search = context;
    struct slot *slot = item;
    struct cli_input input;

    if (!cli_files_next(search->files, &input))
        return false;
    if (slot->path.ceiling == 0)
        slot->path = slot->key = VX_BUF(VMX_MAX_TEXT);
    batch_buf_reset(&slot->path);
    batch_buf_reset(&slot->key);
    slot->error = input.error;
    slot->relative = input.relative;
    slot->name = input.name;
    slot->stem = input.stem;
    slot->after = search->after;
    slot->why = NULL;
    vx_buf_str(&slot->path, vx_str_c(input.path));
    vx_buf_char(&slot->path, '\0');
    search->failed |= slot->path.failed;
    return !search->failed;
}

static void
put_uuid(struct vx_buf *out, const char *text)
{
    for (; text && *text; text++)
        if (vx_hex_digit((unsigned char)*text) >= 0)
            vx_buf_char(out, (char)vx_lower((unsigned char)*text));
}

/* Only the path needs no look into the file. */
static void
find_key(void *context, void *item, unsigned worker)
{
    const struct search *search = context;
    struct slot *slot = item;
    struct diff_input input VX_AUTO(diff_input_done) = {.file = slot->path.data,
                                                        .name = slot->path.data};

    (void)worker;
    if (slot->error)
        return;
    if (search->folders->match == DIFF_BY_PATH) {
        vx_buf_str(&slot->key, vx_str_c(slot->path.data + slot->relative));
        return;
    }
    slot->why = diff_input_read(&input, search->folders->how);
    if (slot->why) {
        vx_buf_str(&slot->key, vx_str_c(slot->why)); /* it lives as long as the input */
        return;
    }
    if (search->folders->match == DIFF_BY_UUID)
        put_uuid(&slot->key, vmx_doc_get(input.doc, "uuid.bios"));
    else
        vx_buf_str(&slot->key, vx_str_c(vmx_doc_get(input.doc, "displayName")));
    if (slot->key.size == 0 && search->folders->match == DIFF_BY_NAME)
        vx_buf_add(&slot->key, slot->path.data + slot->name, slot->stem);
}

/* By its path, or by what is in it; what cannot be read may be what was meant. */
static bool
is_chosen(const struct search *search, const struct slot *slot)
{
    if (search->folders->match == DIFF_BY_PATH)
        return diff_chosen_has(search->chosen, slot->path.data + slot->relative);
    return slot->error || slot->why || diff_chosen_has(search->chosen, slot->key.data);
}

static bool
take_key(void *context, void *item)
{
    struct search *search = context;
    struct slot *slot = item;

    vx_buf_char(&slot->key, '\0');
    if (!slot->path.failed && !slot->key.failed && !is_chosen(search, slot))
        return true;
    if (slot->error || slot->why) {
        cli_trouble(search->cli, "%s: %s", slot->path.data,
                    slot->error ? strerror(slot->error) : slot->key.data);
        search->trouble = true;
        return true;
    }
    search->failed |=
        slot->key.failed
        || !add_entry(search->entries, slot->path.data, slot->key.data, slot->after);
    return !search->failed;
}

static void
drop_slot(void *item)
{
    struct slot *slot = item;

    vx_buf_done(&slot->path);
    vx_buf_done(&slot->key);
}

/* All files of one folder. */
static enum cli_exit
list_folder(struct search *search, char *folder)
{
    static const char *const suffixes[] = {".vmx", ".vmtx", ".xml", NULL};
    static const struct cli_files_options none = {.files_from = NULL};
    struct batch batch = {
        .jobs = search->folders->match == DIFF_BY_PATH
                    ? 1
                    : batch_jobs(search->folders->jobs),
        .slot_size = sizeof(struct slot),
        .context = search,
        .next = next_file,
        .work = find_key,
        .deliver = take_key,
        .drop = drop_slot,
    };
    enum cli_exit status =
        cli_files_new(search->cli, &none, &folder, 1, suffixes, &search->files);
    int number = 0;
    enum batch_end end;

    if (status != CLI_GO_ON)
        return status;
    end = batch_run(&batch, &number);
    cli_files_free(search->files);
    if (end == BATCH_INTERRUPTED)
        return cli_trouble(search->cli, "interrupted");
    return search->failed || end == BATCH_NO_MEMORY
               ? cli_trouble(search->cli, "out of memory")
               : CLI_GO_ON;
}

/* ---- pairs ----------------------------------------------------------------------- */

static int
compare_entries(const void *a, const void *b)
{
    const struct entry *one = a, *two = b;
    int order = strcmp(one->key, two->key);

    if (order == 0)
        order = (int)one->after - (int)two->after;
    return order ? order : strcmp(one->path, two->path);
}

/* The texts go over from the entries. */
static bool
add_pair(struct diff_pairs *pairs, struct entry *before, struct entry *after)
{
    size_t room = pairs->room ? pairs->room * 2 : 64;
    struct entry *any = before ? before : after;

    if (pairs->count == pairs->room) {
        struct diff_pair *items = realloc(pairs->items, room * sizeof(*items));

        if (items == NULL)
            return false;
        pairs->items = items;
        pairs->room = room;
    }
    pairs->items[pairs->count++] = (struct diff_pair){
        before ? before->path : NULL, after ? after->path : NULL, any->key};
    any->key = NULL;
    if (before)
        before->path = NULL;
    if (after)
        after->path = NULL;
    return true;
}

/* Of those that have one key, the first goes with the first; one that has none stays
 * alone. */
static bool
pair_key(struct diff_pairs *pairs, struct entry *items, size_t count)
{
    size_t olds = 0, news, most;
    bool alone = *items->key == '\0';

    while (olds < count && !items[olds].after)
        olds++;
    news = count - olds;
    if (alone) {
        for (size_t i = 0; i < count; i++)
            if (!add_pair(pairs, items[i].after ? NULL : &items[i],
                          items[i].after ? &items[i] : NULL))
                return false;
        return true;
    }
    most = olds > news ? olds : news;
    for (size_t i = 0; i < most; i++)
        if (!add_pair(pairs, i < olds ? &items[i] : NULL,
                      i < news ? &items[olds + i] : NULL))
            return false;
    return true;
}

static bool
join(struct diff_pairs *pairs, struct entries *entries)
{
    size_t first = 0;

    if (entries->count)
        qsort(entries->items, entries->count, sizeof(*entries->items), compare_entries);
    while (first < entries->count) {
        size_t end = first + 1;

        while (end < entries->count
               && strcmp(entries->items[end].key, entries->items[first].key) == 0)
            end++;
        if (!pair_key(pairs, &entries->items[first], end - first))
            return false;
        first = end;
    }
    return true;
}

enum cli_exit
diff_pairs_find(struct cli *cli, const struct diff_folders *folders,
                struct diff_pairs *pairs)
{
    struct entries entries VX_AUTO(entries_done) = {.items = NULL};
    struct diff_chosen chosen VX_AUTO(diff_chosen_done) = {.names = NULL};
    struct search search = {
        .cli = cli, .folders = folders, .entries = &entries, .chosen = &chosen};
    enum cli_exit status =
        diff_chosen_read(cli, folders->files_from, folders->null, &chosen);

    if (status == CLI_GO_ON)
        status = list_folder(&search, folders->before);
    if (status == CLI_GO_ON) {
        search.after = true;
        status = list_folder(&search, folders->after);
    }
    if (status != CLI_GO_ON)
        return status;
    pairs->trouble = diff_chosen_missing(cli, &chosen) || search.trouble;
    return join(pairs, &entries) ? CLI_GO_ON : cli_trouble(cli, "out of memory");
}

void
diff_pairs_done(struct diff_pairs *pairs)
{
    for (size_t i = 0; i < pairs->count; i++) {
        free(pairs->items[i].before);
        free(pairs->items[i].after);
        free(pairs->items[i].name);
    }
    free(pairs->items);
}
