/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is in an archive is read here, since that can only be done in order; files are
 * read by those who convert them. */
#include "convert-input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "batch.h"
#include "tar-read.h"

#include "base/banned.h"

enum {
    NAME_CEILING = 1 << 17,
};

struct convert_input {
    struct cli *cli;
    const struct convert *run;
    const char *const *suffixes;
    struct cli_files *files; /* NULL: archives */
    char **operands;
    size_t count, next;
    struct tar_reader *tar; /* of the operand before `next`, or NULL */
    int fd;                 /* of that, or -1 */
};

/* What a folder or an archive is looked through for. */
static const char *const *
suffixes_for(enum convert_to to)
{
    static const char *const vmx[] = {".vmx", ".vmtx", NULL};
    static const char *const xml[] = {".xml", NULL};

    return to == CONVERT_TO_VMX ? xml : vmx;
}

enum cli_exit
convert_input_open(struct cli *cli, const struct convert *run, char **operands,
                   size_t count, struct convert_input **ret)
{
    const struct convert_options *options = run->options;
    struct convert_input *input = calloc(1, sizeof(*input));
    enum cli_exit status = CLI_GO_ON;

    if (input == NULL)
        return cli_trouble(cli, "out of memory");
    *input = (struct convert_input){
        .cli = cli,
        .run = run,
        .suffixes = suffixes_for(run->to),
        .operands = operands,
        .count = count,
        .fd = -1,
    };
    if (options->from == CONVERT_FROM_FILES)
        status = cli_files_new(cli, &options->files, operands, count, input->suffixes,
                               &input->files);
    else if (options->files.files_from)
        status = cli_usage(cli, "--files-from and --from=tar exclude each other");
    *ret = input;
    return status;
}

/* ---- archives -------------------------------------------------------------------- */

static void
close_archive(struct convert_input *input)
{
    tar_reader_free(input->tar);
    if (input->fd > STDIN_FILENO)
        close(input->fd);
    input->tar = NULL;
    input->fd = -1;
}

void
convert_input_close(struct convert_input *input)
{
    if (input == NULL)
        return;
    close_archive(input);
    cli_files_free(input->files);
    free(input);
}

/* NULL, or why not. */
static const char *
open_archive(struct convert_input *input, const char *path)
{
    bool standard = strcmp(path, "-") == 0;

    input->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (input->fd < 0)
        return strerror(errno);
    input->tar = tar_reader_new(input->fd);
    return input->tar ? NULL : "out of memory";
}

static size_t
suffix_of(const struct convert_input *input, struct vx_str name)
{
    for (const char *const *suffix = input->suffixes; *suffix; suffix++)
        if (vx_str_iends(name, vx_str_c(*suffix)))
            return strlen(*suffix);
    return 0;
}

/* The item has the name of the archive for what is about the whole. */
static void
describe(struct convert_slot *slot, struct vx_str name, bool whole)
{
    struct cli_item *item = &slot->item;
    size_t last = name.n;

    item->path.ceiling = NAME_CEILING;
    batch_buf_reset(&item->path);
    vx_buf_str(&item->path, name);
    vx_buf_char(&item->path, '\0');
    while (last && name.s[last - 1] != '/')
        last--;
    item->input = (struct cli_input){
        .path = item->path.failed ? "" : item->path.data,
        .size = item->path.failed ? 0 : name.n,
        .relative = whole ? last : 0,
        .name = last,
    };
    if (item->path.failed)
        item->input = (struct cli_input){.path = "", .error = ENOMEM};
    item->fraction = -1;
}

static bool
next_member(struct convert_input *input, struct convert_slot *slot)
{
    struct tar_member member;
    const char *why = NULL;

    do {
        if (!tar_next(input->tar, &member))
            return false;
    } while (!suffix_of(input, vx_str_of(member.name, member.name_size)));
    describe(slot, vx_str_of(member.name, member.name_size), false);
    convert_slot_begin(slot, input->run, input->cli);
    if (member.size > VMX_MAX_TEXT)
        why = "larger than vmx-limits(7) allows";
    else if (!tar_read(input->tar, &slot->job.text) && !tar_failure(input->tar))
        return false; /* a signal */
    else if (slot->job.text.failed)
        why = "out of memory";
    convert_slot_loaded(slot, why ? why : tar_failure(input->tar));
    return true;
}

/* An archive that cannot be read, or not to its end, is an input that failed. */
static bool
next_of_archives(struct convert_input *input, struct convert_slot *slot)
{
    for (;;) {
        const char *why = NULL, *path;

        if (input->tar && next_member(input, slot))
            return true;
        if (batch_signal())
            return false;
        if (input->tar == NULL && input->next == input->count)
            return false;
        if (input->tar == NULL) {
            path = input->operands[input->next++];
            why = open_archive(input, path);
            if (why == NULL)
                continue;
        } else {
            path = input->operands[input->next - 1];
            why = tar_failure(input->tar);
        }
        close_archive(input);
        if (why) {
            describe(slot, vx_str_c(path), true);
            convert_slot_begin(slot, input->run, input->cli);
            convert_slot_loaded(slot, why);
            return true;
        }
    }
}

bool
convert_input_next(struct convert_input *input, struct convert_slot *slot)
{
    if (input->files == NULL)
        return next_of_archives(input, slot);
    if (!cli_item_next(input->files, &slot->item))
        return false;
    convert_slot_begin(slot, input->run, input->cli);
    return true;
}
