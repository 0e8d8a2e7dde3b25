/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An entry is kept as the text of its line without the count, which is made the same
 * way of a finding and of what was read; so any two that say the same are equal bytes.
 */
#include "lint-baseline.h"

#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/json.h"
#include "lint-path.h"

#include "base/banned.h"

#define MARK "vmx-lint-baseline"
#define VERSION 1

enum {
    ARENA_CEILING = 1 << 30,
    FIRST_ROOM = 1024, /* a power of two */
    BUCKETS = 4096,    /* of paths; the same */
    MEMBERS = 4,
};

struct path {
    struct path *next;  /* with the same bucket */
    struct vx_str text; /* below the folder, as it was read or is shown */
    bool seen;          /* its file was looked at */
};

struct entry {
    struct vx_str text; /* {"path":"a.vmx", ... : no count, no bracket */
    struct path *path;
    uint64_t hash, count, left;
    bool shared; /* about several machines: not met when the others were not there */
};

struct lint_baseline {
    const char *file;
    struct vx_arena arena;
    struct vx_buf here, folder, path, line;
    struct entry **table; /* by hash, open */
    size_t room, count;
    struct path *paths[BUCKETS];
    struct vx_str below; /* the path that findings are about */
    struct path *now;    /* of the findings that follow; NULL: no entry has it */
    bool failed;
};

/* ---- table ----------------------------------------------------------------------- */

static uint64_t
hash_of(struct vx_str text)
{
    return vx_hash_text(VX_HASH_START, text);
}

static struct entry **
place_of(struct entry **table, size_t room, uint64_t hash, struct vx_str text)
{
    size_t at = (size_t)hash & (room - 1);

    while (table[at] && (table[at]->hash != hash || !vx_str_eq(table[at]->text, text)))
        at = (at + 1) & (room - 1);
    return &table[at];
}

static bool
grow(struct lint_baseline *baseline)
{
    size_t room = baseline->room ? 2 * baseline->room : FIRST_ROOM;
    struct entry **table;

    if (2 * baseline->count < baseline->room)
        return true;
    table = calloc(room, sizeof(struct entry *));
    if (table == NULL)
        return false;
    for (size_t i = 0; i < baseline->room; i++) {
        struct entry *entry = baseline->table[i];

        if (entry)
            *place_of(table, room, entry->hash, entry->text) = entry;
    }
    free(baseline->table);
    baseline->table = table;
    baseline->room = room;
    return true;
}

/* The entry that the text in `line` is of, or NULL. */
static struct entry *
find(struct lint_baseline *baseline)
{
    struct vx_str text = vx_buf_text(&baseline->line);

    if (baseline->room == 0)
        return NULL;
    return *place_of(baseline->table, baseline->room, hash_of(text), text);
}

static struct entry *
find_or_add(struct lint_baseline *baseline, struct path *path)
{
    struct entry *entry = find(baseline);

    if (entry || baseline->line.failed || !grow(baseline))
        return entry;
    entry = vx_arena_zero(&baseline->arena, sizeof(*entry));
    if (entry == NULL)
        return NULL;
    entry->text = vx_arena_dup(&baseline->arena, vx_buf_text(&baseline->line));
    if (entry->text.s == NULL)
        return NULL;
    entry->hash = hash_of(entry->text);
    entry->path = path;
    *place_of(baseline->table, baseline->room, entry->hash, entry->text) = entry;
    baseline->count++;
    return entry;
}

static struct path *
find_path(const struct lint_baseline *baseline, struct vx_str text)
{
    struct path *path = baseline->paths[hash_of(text) % BUCKETS];

    while (path && !vx_str_eq(path->text, text))
        path = path->next;
    return path;
}

static struct path *
find_or_add_path(struct lint_baseline *baseline, struct vx_str text)
{
    struct path **bucket = &baseline->paths[hash_of(text) % BUCKETS];
    struct path *path = find_path(baseline, text);

    if (path)
        return path;
    path = vx_arena_zero(&baseline->arena, sizeof(*path));
    if (path == NULL)
        return NULL;
    path->text = vx_arena_dup(&baseline->arena, text);
    path->next = *bucket;
    *bucket = path;
    return path->text.s ? path : NULL;
}

/* ---- text of an entry ------------------------------------------------------------ */

static const char *const members[MEMBERS] = {"path", "code", "key", "fingerprint"};

static void
put_text(struct vx_buf *out, const char *text, bool fold)
{
    struct vx_buf folded = VX_BUF(VMX_MAX_TEXT);

    for (; fold && *text; text++)
        vx_buf_char(&folded, (char)vx_lower((unsigned char)*text));
    vx_buf_char(out, '"');
    vx_json_text(out, fold ? vx_buf_text(&folded) : vx_str_c(text));
    vx_buf_char(out, '"');
    out->failed |= folded.failed;
    vx_buf_done(&folded);
}

/* A key is NULL for what is about no single one. */
static void
set_line(struct lint_baseline *baseline, const char *const values[MEMBERS])
{
    struct vx_buf *line = &baseline->line;

    line->size = 0;
    for (int i = 0; i < MEMBERS; i++) {
        vx_buf_printf(line, "%s\"%s\":", i ? "," : "{", members[i]);
        if (values[i])
            put_text(line, values[i], i == 2);
        else
            vx_buf_lit(line, "null");
    }
}

static void
set_line_of(struct lint_baseline *baseline, const struct vmx_finding *told)
{
    struct vx_buf print = VX_BUF(64);

    vx_buf_hex(&print, told->fingerprint, 16);
    vx_buf_char(&print, '\0');
    set_line(baseline,
             (const char *const[]){baseline->now->text.s, told->rule->code, told->key,
                                   print.failed ? "" : print.data});
    vx_buf_done(&print);
}

/* ---- begin and end --------------------------------------------------------------- */

enum cli_exit
lint_baseline_new(struct cli *cli, const char *path, struct lint_baseline **ret)
{
    struct lint_baseline *baseline = calloc(1, sizeof(*baseline));

    if (baseline == NULL)
        return cli_trouble(cli, "out of memory");
    vx_arena_init(&baseline->arena, ARENA_CEILING);
    baseline->file = path;
    baseline->here = baseline->folder = baseline->path = VX_BUF(LINT_PATH_CEILING);
    baseline->line = VX_BUF(VMX_MAX_TEXT);
    lint_path_here(&baseline->here);
    lint_path_absolute(&baseline->folder, vx_buf_text(&baseline->here), path);
    while (baseline->folder.size
           && baseline->folder.data[baseline->folder.size - 1] != '/')
        baseline->folder.size--;
    *ret = baseline;
    return CLI_GO_ON;
}

void
lint_baseline_free(struct lint_baseline *baseline)
{
    if (baseline == NULL)
        return;
    vx_buf_done(&baseline->here);
    vx_buf_done(&baseline->folder);
    vx_buf_done(&baseline->path);
    vx_buf_done(&baseline->line);
    free(baseline->table);
    vx_arena_done(&baseline->arena);
    free(baseline);
}

/* ---- reading --------------------------------------------------------------------- */

static bool
is_head(const json_t *row)
{
    const json_t *version = json_object_get(row, MARK);

    return json_is_integer(version) && json_integer_value(version) == VERSION;
}

static bool
is_shared(const char *code)
{
    const struct vmx_rule *rule = vmx_rule_find(code);

    return rule && strcmp(rule->category, "inventory") == 0;
}

static bool
take_row(struct lint_baseline *baseline, const json_t *row)
{
    const char *values[MEMBERS];
    json_int_t count = json_integer_value(json_object_get(row, "count"));
    struct entry *entry = NULL;
    struct path *path;

    for (int i = 0; i < MEMBERS; i++) {
        const json_t *value = json_object_get(row, members[i]);

        values[i] = json_string_value(value);
        if (values[i] == NULL && !(i == 2 && json_is_null(value)))
            return false;
    }
    if (count < 1 || json_object_size(row) != MEMBERS + 1)
        return false;
    path = find_or_add_path(baseline, vx_str_c(values[0]));
    set_line(baseline, values);
    if (path)
        entry = find_or_add(baseline, path);
    if (entry == NULL)
        return false;
    entry->count += (uint64_t)count;
    entry->left = entry->count;
    entry->shared = is_shared(values[1]);
    return true;
}

static enum cli_exit
take_lines(struct lint_baseline *baseline, struct cli *cli, struct vx_str text)
{
    unsigned number = 0;

    while (text.n) {
        ptrdiff_t end = vx_str_find(text, '\n');
        struct vx_str line = vx_str_of(text.s, end < 0 ? text.n : (size_t)end);
        json_error_t error;
        json_t *row = json_loadb(line.s, line.n, JSON_REJECT_DUPLICATES, &error);
        bool well = row && (number == 0 ? is_head(row) : take_row(baseline, row));

        json_decref(row);
        number++;
        if (!well)
            return cli_trouble(cli, "%s:%u: %s", baseline->file, number,
                               number == 1 ? "not a baseline of vmx-lint's"
                                           : "not an entry of a baseline");
        text = vx_str_skip(text, line.n + (end >= 0));
    }
    return number ? CLI_GO_ON
                  : cli_trouble(cli, "%s: not a baseline of vmx-lint's: it is empty",
                                baseline->file);
}

enum cli_exit
lint_baseline_read(struct cli *cli, const char *path, struct lint_baseline **ret)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    const char *why = cli_read(path, &text);
    enum cli_exit status;

    if (why)
        return cli_trouble(cli, "%s: %s", path, why);
    status = lint_baseline_new(cli, path, ret);
    return status == CLI_GO_ON ? take_lines(*ret, cli, vx_buf_text(&text)) : status;
}

/* ---- findings -------------------------------------------------------------------- */

void
lint_baseline_file(struct lint_baseline *baseline, const char *path)
{
    struct vx_str folder = vx_buf_text(&baseline->folder), text;

    lint_path_absolute(&baseline->path, vx_buf_text(&baseline->here), path);
    text = vx_buf_text(&baseline->path);
    if (vx_str_starts(text, folder))
        text = vx_str_skip(text, folder.n);
    baseline->below = text;
    baseline->now = find_path(baseline, text);
    if (baseline->now)
        baseline->now->seen = true;
}

bool
lint_baseline_knows(struct lint_baseline *baseline, const struct vmx_finding *told)
{
    struct entry *entry;

    if (baseline->now == NULL)
        return false;
    set_line_of(baseline, told);
    entry = find(baseline);
    if (entry == NULL || entry->left == 0)
        return false;
    entry->left--;
    return true;
}

void
lint_baseline_add(struct lint_baseline *baseline, const struct vmx_finding *told)
{
    struct entry *entry = NULL;

    if (baseline->now == NULL)
        baseline->now = find_or_add_path(baseline, baseline->below);
    if (baseline->now) {
        set_line_of(baseline, told);
        entry = find_or_add(baseline, baseline->now);
    }
    if (entry)
        entry->count++;
    else
        baseline->failed = true;
}

/* ---- afterwards ------------------------------------------------------------------ */

static int
compare(const void *left, const void *right)
{
    struct vx_str a = (*(struct entry *const *)left)->text;
    struct vx_str b = (*(struct entry *const *)right)->text;
    int order = memcmp(a.s, b.s, a.n < b.n ? a.n : b.n);

    return order ? order : a.n < b.n ? -1 : a.n > b.n;
}

/* Makes an array of the table: nothing can be found or added after that. */
static void
sort(struct lint_baseline *baseline)
{
    size_t count = 0;

    for (size_t i = 0; i < baseline->room; i++)
        if (baseline->table[i])
            baseline->table[count++] = baseline->table[i];
    if (count > 1)
        qsort(baseline->table, count, sizeof(struct entry *), compare);
}

static bool
is_gone(struct lint_baseline *baseline, const struct path *path)
{
    struct vx_buf *name = &baseline->path;

    name->size = 0;
    if (path->text.n && path->text.s[0] != '/')
        vx_buf_str(name, vx_buf_text(&baseline->folder));
    vx_buf_str(name, path->text);
    vx_buf_char(name, '\0');
    return !name->failed && access(name->data, F_OK) != 0;
}

static bool
is_stale(struct lint_baseline *baseline, const struct entry *entry)
{
    return (entry->path->seen && !entry->shared) || is_gone(baseline, entry->path);
}

size_t
lint_baseline_stale(struct lint_baseline *baseline, struct cli *cli, bool tell)
{
    size_t stale = 0;

    sort(baseline);
    for (size_t i = 0; i < baseline->count; i++) {
        const struct entry *entry = baseline->table[i];

        if (entry->left == 0 || !is_stale(baseline, entry))
            continue;
        stale++;
        if (!tell)
            continue;
        vx_buf_str(&cli->out, vx_str_c(baseline->file));
        vx_buf_lit(&cli->out, ": matches nothing: ");
        cli_put_safe(cli, entry->text.s);
        vx_buf_lit(&cli->out, "}\n");
    }
    return stale;
}

size_t
lint_baseline_count(const struct lint_baseline *baseline)
{
    return baseline->count;
}

enum cli_exit
lint_baseline_write(struct lint_baseline *baseline, struct cli *cli)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF((size_t)1 << 32);

    vx_buf_printf(&text, "{\"%s\":%d}\n", MARK, VERSION);
    sort(baseline);
    for (size_t i = 0; i < baseline->count; i++) {
        vx_buf_str(&text, baseline->table[i]->text);
        vx_buf_lit(&text, ",\"count\":");
        vx_buf_uint(&text, baseline->table[i]->count);
        vx_buf_lit(&text, "}\n");
    }
    if (text.failed || baseline->failed)
        return cli_trouble(cli, "out of memory");
    return cli_write(cli, baseline->file, text.data, text.size) ? CLI_GO_ON
                                                                : CLI_TROUBLE;
}
