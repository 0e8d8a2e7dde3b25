/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names in a VMX and in a VMDK are data: in the script they stand between single
 * quotes, or without what could end a comment, and begin as no option and no protocol
 * does. */
#include "disk-plan.h"

#include "base/utf8.h"
#include "cli-report.h"

#include "base/banned.h"

enum { SECTOR = 512 };

static const char *const state_words[MOVE_STATES] = {
    [MOVE_READY] = "ready",         [MOVE_MISSING] = "missing",
    [MOVE_ELSEWHERE] = "elsewhere", [MOVE_DEVICE] = "device",
    [MOVE_BROKEN] = "broken",       [MOVE_DROPPED] = "dropped",
    [MOVE_EMPTY] = "empty",
};

/* ---- shell ----------------------------------------------------------------------- */

static void
put_quoted(struct vx_buf *out, struct vx_str text)
{
    ptrdiff_t quote;

    vx_buf_char(out, '\'');
    while ((quote = vx_str_find(text, '\'')) >= 0) {
        vx_buf_add(out, text.s, (size_t)quote);
        vx_buf_lit(out, "'\\''");
        text = vx_str_skip(text, (size_t)quote + 1);
    }
    vx_buf_str(out, text);
    vx_buf_char(out, '\'');
}

/* For who reads: what could end the line of a comment, or deceive, is replaced, and a
 * quote, so that the text may stand between two. */
static void
put_plain(struct vx_buf *out, struct vx_str text)
{
    size_t size;

    for (; text.n; text = vx_str_skip(text, size)) {
        uint32_t c = vx_utf8_first(text, &size);

        if (c == VX_UTF8_BAD || c == '\'' || vx_utf8_unsafe(c))
            vx_buf_char(out, '?');
        else
            vx_buf_add(out, text.s, size);
    }
}

/* A path that neither the shell's programs nor QEMU take for anything else. */
static void
put_target(struct vx_buf *out, const struct vmx_disk *disk)
{
    struct vx_str path = vx_str_c(disk->path);

    if (disk->path == NULL) {
        vx_buf_lit(out, "\"$pool\"/");
        put_quoted(out, vx_str_c(disk->volume));
        return;
    }
    if (path.n == 0 || path.s[0] != '/')
        vx_buf_lit(out, "./");
    put_quoted(out, path);
}

static void
put_source(struct vx_buf *out, const struct move *move)
{
    vx_buf_lit(out, "\"$from\"/");
    put_quoted(out, move->file);
}

static bool
is_block(const struct vmx_disk *disk)
{
    return disk->path && vx_str_starts(vx_str_c(disk->path), VX_STR("/dev/"));
}

static struct vx_str
format_of(const struct vmx_disk *disk)
{
    return disk->format ? vx_str_c(disk->format) : VX_STR("qcow2");
}

static void
put_command(struct vx_buf *out, const struct move *move)
{
    if (disk_is_image(move->disk)) {
        vx_buf_lit(out, "cp -- ");
    } else {
        vx_buf_lit(out, "qemu-img convert ");
        if (is_block(move->disk))
            vx_buf_lit(out, "-n ");
        vx_buf_lit(out, "-f vmdk -O ");
        put_quoted(out, format_of(move->disk));
        vx_buf_char(out, ' ');
    }
    put_source(out, move);
    vx_buf_char(out, ' ');
    put_target(out, move->disk);
}

/* "it is not there: disk.vmdk" */
static void
put_reason(struct vx_buf *out, const struct move *move)
{
    vx_buf_str(out, vx_str_c(move->why));
    if (move->what.n) {
        vx_buf_lit(out, ": ");
        put_plain(out, move->what);
    }
}

/* What would be done with the disk, were it here. */
static void
put_hint(struct vx_buf *out, const struct move *move)
{
    const struct vmx_disk *disk = move->disk;

    vx_buf_lit(out, "\n#   to do: ");
    if (disk_is_image(disk)) {
        vx_buf_lit(out, "cp -- FILE ");
    } else {
        vx_buf_lit(out, "qemu-img convert -O ");
        put_plain(out, format_of(disk));
        vx_buf_str(out,
                   move->state == MOVE_DEVICE ? VX_STR(" DEVICE ") : VX_STR(" FILE "));
    }
    put_plain(out, vx_str_c(disk->path ? disk->path : disk->volume));
}

/* What is known, for who reads the script. */
static void
put_story(struct vx_buf *out, const struct move *move)
{
    const struct vmdk *disk = move->chain;

    vx_buf_lit(out, "\n# ");
    put_plain(out, vx_str_c(move->disk->key));
    vx_buf_lit(out, " (");
    vx_buf_str(out, vx_str_c(state_words[move->state]));
    vx_buf_lit(out, "): ");
    put_plain(out, move->disk->source ? vx_str_c(move->disk->source) : VX_STR("-"));
    if (disk && disk->state == VMDK_OK) {
        vx_buf_lit(out, ", ");
        put_plain(out, disk->type);
        vx_buf_printf(out, ", %llu MiB",
                      (unsigned long long)(disk->sectors / ((1 << 20) / SECTOR)));
    }
    for (; disk && disk->hint.n; disk = disk->parent) {
        vx_buf_lit(out, "\n#   on ");
        put_plain(out, disk->hint);
        if (disk->parent == NULL)
            break;
    }
    if (move->why) {
        vx_buf_lit(out, "\n#   ");
        put_reason(out, move);
    }
    if (move->state == MOVE_MISSING)
        vx_buf_lit(out, "\n#   so that what it stands on is not known: once it is "
                        "there, make the plan anew");
    if (move->state == MOVE_ELSEWHERE || move->state == MOVE_DEVICE
        || move->state == MOVE_BROKEN)
        put_hint(out, move);
    vx_buf_char(out, '\n');
}

/* What cannot be done is said when the script runs, too, and is its failure. */
static void
put_complaint(struct vx_buf *out, const struct move *move)
{
    vx_buf_lit(out, "complain '");
    put_plain(out, vx_str_c(move->disk->key));
    vx_buf_lit(out, ": ");
    put_reason(out, move);
    vx_buf_lit(out, "'\n");
}

static void
put_pool(struct vx_buf *out, const struct vmx_disk *disk)
{
    if (disk->path)
        return;
    vx_buf_lit(out, "in_pool ");
    put_quoted(out, vx_str_c(disk->pool));
    vx_buf_lit(out, " && ");
}

static void
put_move(struct vx_buf *out, const struct move *move)
{
    put_story(out, move);
    switch (move->state) {
    case MOVE_EMPTY:
    case MOVE_DROPPED:
        return;
    case MOVE_READY:
    case MOVE_MISSING:
        put_pool(out, move->disk);
        vx_buf_lit(out, "ready_for ");
        put_source(out, move);
        vx_buf_char(out, ' ');
        put_target(out, move->disk);
        vx_buf_str(out, vx_str_c(is_block(move->disk) ? " device" : ""));
        vx_buf_lit(out, " &&\n    ");
        put_command(out, move);
        vx_buf_lit(out, " || status=1\n");
        return;
    case MOVE_ELSEWHERE:
    case MOVE_DEVICE:
    case MOVE_BROKEN:
    case MOVE_STATES:
        put_complaint(out, move);
    }
}

/* What the lines of all disks call. */
static void
put_functions(struct vx_buf *out)
{
    vx_buf_lit(out,
               "status=0\n"
               "complain() {\n"
               "    printf '%s\\n' \"$1\" >&2\n"
               "    status=1\n"
               "}\n"
               "ready_for() { # SOURCE TARGET [device]\n"
               "    if [ ! -e \"$1\" ]; then\n"
               "        complain \"$1 is not there\"\n"
               "        return 1\n"
               "    elif [ -e \"$2\" ] && [ -z \"${3-}\" ]; then\n"
               "        complain \"$2 is there already\"\n"
               "        return 1\n"
               "    fi\n"
               "    mkdir -p -- \"${2%/*}\"\n"
               "}\n"
               "in_pool() { # POOL\n"
               "    pool=$(virsh pool-dumpxml --pool=\"$1\" |\n"
               "        sed -n 's:^ *<path>\\(.*\\)</path>$:\\1:p')\n"
               "    [ -n \"$pool\" ] || complain \"$1 is no pool that has a folder\"\n"
               "    [ -n \"$pool\" ]\n"
               "}\n");
}

void
disk_plan_script(struct vx_buf *out, const struct disk_plan *plan)
{
    vx_buf_lit(out, "#!/bin/sh\n# What to do for the disks of ");
    put_plain(out, vx_str_c(plan->file));
    vx_buf_lit(out, ".\n# Usage: sh THIS [FOLDER that holds the disks]\n"
                    "from=");
    put_quoted(out, plan->folder);
    vx_buf_lit(out, "\n[ $# -eq 0 ] || from=$1\n"
                    "case $from in\n/* | . | ./*) ;;\n*) from=./$from ;;\nesac\n");
    put_functions(out);
    for (size_t i = 0; i < plan->count; i++)
        put_move(out, &plan->moves[i]);
    vx_buf_lit(out, "\nexit $status\n");
}

/* ---- the script of many machines ------------------------------------------------- */

void
disk_plan_head(struct vx_buf *out, bool json)
{
    if (json) {
        vx_buf_char(out, '[');
        return;
    }
    vx_buf_lit(out, "#!/bin/sh\n# What to do for the disks of many machines.\n"
                    "# Usage: sh THIS [FOLDER that holds the folders of the machines]\n"
                    "root=${1-}\n");
    put_functions(out);
    vx_buf_lit(out, "machine() { # FOLDER, AND WHERE IT IS BELOW $root\n"
                    "    from=$1\n"
                    "    [ -z \"$root\" ] || from=$root/$2.\n"
                    "    case $from in\n    /* | . | ./*) ;;\n    *) from=./$from ;;\n"
                    "    esac\n}\n");
}

void
disk_plan_script_part(struct vx_buf *out, const struct disk_plan *plan)
{
    vx_buf_lit(out, "\n# ---- ");
    put_plain(out, vx_str_c(plan->file));
    vx_buf_lit(out, "\nmachine ");
    put_quoted(out, plan->folder);
    vx_buf_char(out, ' ');
    put_quoted(out, plan->below);
    vx_buf_char(out, '\n');
    for (size_t i = 0; i < plan->count; i++)
        put_move(out, &plan->moves[i]);
}

void
disk_plan_end(struct vx_buf *out, bool json)
{
    vx_buf_str(out, json ? VX_STR("]\n") : VX_STR("\nexit $status\n"));
}

/* ---- JSON ------------------------------------------------------------------------ */

static void
json_str(struct cli *json, struct disk_plan *plan, const char *key, struct vx_str text)
{
    cli_json_text(json, key, text.s ? vx_arena_dup(&plan->arena, text).s : NULL);
}

static void
json_extents(struct cli *json, struct disk_plan *plan, const struct vmdk *disk)
{
    cli_json_begin(json, "extents", '[');
    for (const struct vmdk_extent *extent = disk->extents; extent;
         extent = extent->next) {
        cli_json_begin(json, NULL, '{');
        json_str(json, plan, "kind", extent->kind);
        json_str(json, plan, "file", extent->file);
        cli_json_number(json, "sectors", extent->sectors);
        cli_json_end(json, '}');
    }
    cli_json_end(json, ']');
}

static void
json_chain(struct cli *json, struct disk_plan *plan, const struct vmdk *disk)
{
    cli_json_begin(json, "chain", '[');
    for (; disk; disk = disk->parent) {
        cli_json_begin(json, NULL, '{');
        json_str(json, plan, "file", disk->name);
        json_str(json, plan, "type", disk->type);
        json_str(json, plan, "parent", disk->hint.n ? disk->hint : VX_STR_NONE);
        json_extents(json, plan, disk);
        cli_json_end(json, '}');
    }
    cli_json_end(json, ']');
}

static void
json_target(struct cli *json, const struct vmx_disk *disk)
{
    cli_json_begin(json, "target", '{');
    cli_json_text(json, "device", disk->target);
    cli_json_text(json, "path", disk->path);
    cli_json_text(json, "pool", disk->pool);
    cli_json_text(json, "volume", disk->volume);
    cli_json_text(json, "format", disk->format);
    cli_json_end(json, '}');
}

/* A path that begins so is no option, and names no protocol. */
static bool
is_plain_start(struct vx_str path)
{
    return vx_str_starts(path, VX_STR("/")) || vx_str_starts(path, VX_STR("./"))
           || vx_str_eq(path, VX_STR("."));
}

/* The script's words, without a shell to read them. */
static void
json_command(struct cli *json, struct disk_plan *plan, const struct move *move)
{
    bool slash = move->disk->path && move->disk->path[0] == '/';
    struct vx_str source, target;

    cli_json_begin(json, "command", '[');
    if (move->state <= MOVE_MISSING && move->disk->path) {
        bool image = disk_is_image(move->disk);

        source = vx_arena_printf(&plan->arena, "%s%.*s/%s",
                                 is_plain_start(plan->folder) ? "" : "./",
                                 (int)plan->folder.n, plan->folder.s, move->file.s);
        target =
            vx_arena_printf(&plan->arena, "%s%s", slash ? "" : "./", move->disk->path);
        cli_json_text(json, NULL, image ? "cp" : "qemu-img");
        if (image) {
            cli_json_text(json, NULL, "--");
        } else {
            cli_json_text(json, NULL, "convert");
            if (is_block(move->disk))
                cli_json_text(json, NULL, "-n");
            cli_json_text(json, NULL, "-f");
            cli_json_text(json, NULL, "vmdk");
            cli_json_text(json, NULL, "-O");
            json_str(json, plan, NULL, format_of(move->disk));
        }
        cli_json_text(json, NULL, source.s);
        cli_json_text(json, NULL, target.s);
    }
    cli_json_end(json, ']');
}

static void
json_move(struct cli *json, struct disk_plan *plan, const struct move *move)
{
    cli_json_begin(json, NULL, '{');
    cli_json_text(json, "key", move->disk->key);
    cli_json_text(json, "device", move->disk->device);
    cli_json_text(json, "source", move->disk->source);
    json_str(json, plan, "file", move->file);
    cli_json_text(json, "state", state_words[move->state]);
    cli_json_text(json, "why", move->why);
    json_str(json, plan, "what", move->what);
    if (move->chain && move->chain->sectors)
        cli_json_number(json, "sectors", move->chain->sectors);
    json_chain(json, plan, move->chain);
    json_target(json, move->disk);
    json_command(json, plan, move);
    cli_json_end(json, '}');
}

void
disk_plan_json(struct cli *json, struct disk_plan *plan)
{
    cli_json_begin(json, NULL, '{');
    cli_json_text(json, "file", plan->file);
    json_str(json, plan, "folder", plan->folder);
    cli_json_begin(json, "disks", '[');
    for (size_t i = 0; i < plan->count; i++)
        json_move(json, plan, &plan->moves[i]);
    cli_json_end(json, ']');
    cli_json_end(json, '}');
}
