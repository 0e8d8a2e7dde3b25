/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "diff-chosen.h"

#include <stdlib.h>
#include <string.h>

#include "base/banned.h"

enum {
    LIST_CEILING = 1 << 30,
};

struct diff_name {
    const char *text;
    bool asked;
};

static int
compare_names(const void *a, const void *b)
{
    const struct diff_name *one = a, *two = b;

    return strcmp(one->text, two->text);
}

/* The ends of names become NUL.  False without memory. */
static bool
split(struct diff_chosen *chosen, char end)
{
    char *at = chosen->text.data, *last = at + chosen->text.size, *stop;
    size_t most = 0;

    for (const char *c = at; c < last; c++)
        most += *c == end;
    chosen->names = calloc(most + 1, sizeof(*chosen->names));
    if (chosen->names == NULL)
        return false;
    for (; at < last; at = stop + 1) {
        stop = memchr(at, end, (size_t)(last - at));
        if (stop == NULL)
            stop = last;
        *stop = '\0';
        if (*at)
            chosen->names[chosen->count++] = (struct diff_name){.text = at};
    }
    qsort(chosen->names, chosen->count, sizeof(*chosen->names), compare_names);
    return true;
}

enum cli_exit
diff_chosen_read(struct cli *cli, const char *list, bool null,
                 struct diff_chosen *chosen)
{
    const char *why;

    *chosen = (struct diff_chosen){.any = list, .text = VX_BUF(LIST_CEILING)};
    if (list == NULL)
        return CLI_GO_ON;
    why = cli_read(list, &chosen->text);
    if (why)
        return cli_trouble(cli, "--files-from=%s: %s", list, why);
    vx_buf_char(&chosen->text, '\0');
    if (chosen->text.failed)
        return cli_trouble(cli, "out of memory");
    chosen->text.size--;
    return split(chosen, null ? '\0' : '\n') ? CLI_GO_ON
                                             : cli_trouble(cli, "out of memory");
}

void
diff_chosen_done(struct diff_chosen *chosen)
{
    vx_buf_done(&chosen->text);
    free(chosen->names);
}

bool
diff_chosen_has(struct diff_chosen *chosen, const char *name)
{
    size_t low = 0, high = chosen->count;
    bool has = !chosen->any;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (strcmp(chosen->names[middle].text, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < chosen->count && strcmp(chosen->names[low].text, name) == 0; low++)
        has = chosen->names[low].asked = true;
    return has;
}

bool
diff_chosen_missing(struct cli *cli, const struct diff_chosen *chosen)
{
    bool missing = false;

    for (size_t i = 0; i < chosen->count; i++)
        if (!chosen->names[i].asked) {
            cli_trouble(cli, "%s: in neither folder", chosen->names[i].text);
            missing = true;
        }
    return missing;
}
