/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows what makes two conversions the same. */
#include "convert-journal.h"

#include <errno.h>
#include <stdio.h>

#include "batch.h"
#include "seen.h"

#include "base/banned.h"

#define NAME OUT_NAME_OWN ".journal"

enum {
    OPTIONS_CEILING = 1 << 30,
    FLAG_WARNED = 1,
    FLAG_FOUND = 2,
    FLAG_RENAMED = 4,
};

/* ---- options --------------------------------------------------------------------- */

static void
put_text(struct vx_buf *out, const char *text)
{
    vx_buf_str(out, vx_str_c(text ? text : "\1"));
    vx_buf_char(out, '\0');
}

/* What is in a file that an option names.  One that cannot be read ends the run
 * elsewhere. */
static void
put_file(struct vx_buf *out, const char *file)
{
    if (file)
        (void)cli_read(file, out);
    vx_buf_char(out, '\0');
}

/* All that a result depends on beside its input, as a hash. */
static uint64_t
options_hash(const struct convert *run)
{
    struct vx_buf all VX_AUTO(vx_buf_done) = VX_BUF(OPTIONS_CEILING);
    const struct convert_options *options = run->options;
    const char *dot = options->report ? strrchr(options->report, '.') : NULL;

    put_text(&all, vmx_version());
    put_text(&all, PACKAGE_VERSION);
    put_text(&all, options->to);
    if (run->target && options->to && strchr(options->to, '.'))
        put_file(&all, options->to);
    put_file(&all, options->map);
    for (size_t i = 0; i < options->params.count; i++)
        put_text(&all, options->params.items[i]);
    put_text(&all, options->base);
    put_text(&all, options->name);
    put_text(&all, dot);
    put_text(&all, options->suggest_map ? "map" : NULL);
    vx_buf_printf(&all, "%u %u %u %d %d %d %d %d", (unsigned)run->convert.libvirt,
                  (unsigned)options->host_mhz, (unsigned)options->hw_version,
                  options->no_metadata, options->with_secrets, options->strict,
                  options->fail_on, options->from);
    return seen_hash(vx_buf_text(&all));
}

/* Each shard has a journal, for they may run at one time:
 * ".vmx-convert-1-of-4.journal".
 */
static void
put_shard(const char *shard, char *name, size_t room)
{
    const char *slash = shard ? strchr(shard, '/') : NULL;

    if (slash)
        snprintf(name, room, OUT_NAME_OWN "-%.*s-of-%.20s.journal",
                 slash - shard < 20 ? (int)(slash - shard) : 20, shard, slash + 1);
}

enum cli_exit
convert_journal_open(struct cli *cli, const struct convert *run, struct out_tree *tree,
                     struct journal **ret)
{
    const struct convert_options *options = run->options;
    uint64_t id = 0, left = 0;
    char name[64] = NAME;
    int number;

    put_shard(options->shard, name, sizeof(name));
    number = journal_open(tree->root, name, options_hash(run), options->resume, ret,
                          &id, &left);

    if (number == EWOULDBLOCK)
        return cli_trouble(cli, "%s: another run writes there", options->folder);
    if (number == 0 && left)
        number = out_tree_sweep(tree, left);
    if (number)
        return cli_trouble(cli, "%s/%s: %s", options->folder, NAME, strerror(number));
    out_tree_set_id(tree, id);
    return CLI_GO_ON;
}

/* ---- machines -------------------------------------------------------------------- */

bool
convert_journal_knows(struct journal *journal, const struct out_tree *tree,
                      struct convert_slot *slot)
{
    const struct cli_input *input = &slot->item.input;
    struct journal_entry *done = &slot->done;

    slot->known.ceiling = OPTIONS_CEILING;
    batch_buf_reset(&slot->known);
    if (!journal_find(journal, vx_str_of(input->path, input->size), &slot->known, done))
        return false;
    convert_slot_look(slot);
    if (done->size != slot->size || done->changed != slot->changed
        || done->moved != slot->moved)
        return false;
    slot->output.size = 0;
    vx_buf_str(&slot->output, done->output);
    vx_buf_char(&slot->output, '\0');
    slot->output.size -= !slot->output.failed;
    slot->warned = done->flags & FLAG_WARNED;
    slot->status = done->flags & FLAG_FOUND ? CLI_FOUND : CLI_WELL;
    slot->renamed = done->flags & FLAG_RENAMED;
    return !slot->output.failed
           && out_tree_size(tree, slot->output.data) == (int64_t)done->written;
}

void
convert_journal_add(struct journal *journal, const struct convert_slot *slot)
{
    const struct cli_input *input = &slot->item.input;
    const struct journal_entry entry = {
        .flags = (slot->warned ? FLAG_WARNED : 0U)
                 | (slot->status == CLI_WELL ? 0U : FLAG_FOUND)
                 | (slot->renamed ? FLAG_RENAMED : 0U),
        .size = slot->size,
        .changed = slot->changed,
        .moved = slot->moved,
        .written = slot->written_size,
        .input = vx_str_of(input->path, input->size),
        .wanted = vx_buf_text(&slot->wanted),
        .output = vx_buf_text(&slot->output),
        .row = vx_buf_text(&slot->row),
        .facts = vx_buf_text(&slot->facts),
    };

    journal_put(journal, &entry);
}
