/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The patterns of --ignore, --only and --ignore-file. */
#include "diff.h"

#include <stdlib.h>

#include "base/banned.h"

enum {
    PATTERNS_MAX = 1000,
};

static enum cli_exit
add_pattern(struct cli *cli, struct diff_patterns *patterns, const char *where,
            struct vx_str text)
{
    struct cli_pattern **items = patterns->items;

    if (items == NULL)
        items = calloc(PATTERNS_MAX, sizeof(*items));
    if (items == NULL)
        return cli_trouble(cli, "out of memory");
    patterns->items = items;
    if (patterns->count == PATTERNS_MAX)
        return cli_usage(cli, "%s: %d patterns are enough", where, PATTERNS_MAX);
    return cli_pattern_new(cli, where, text, &items[patterns->count]) == CLI_GO_ON
               ? (patterns->count++, CLI_GO_ON)
               : CLI_TROUBLE;
}

enum cli_exit
diff_patterns_add(struct cli *cli, struct diff_patterns *patterns, const char *where,
                  const struct cli_list *list)
{
    enum cli_exit status = CLI_GO_ON;

    for (size_t i = 0; i < list->count && status == CLI_GO_ON; i++)
        status = add_pattern(cli, patterns, where, vx_str_c(list->items[i]));
    return status;
}

enum cli_exit
diff_patterns_read(struct cli *cli, struct diff_patterns *patterns, const char *file)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    const char *why = cli_read(file, &text);
    struct vx_str rest = vx_buf_text(&text);
    enum cli_exit status = CLI_GO_ON;

    if (why)
        return cli_trouble(cli, "%s: %s", file, why);
    while (rest.n && status == CLI_GO_ON) {
        ptrdiff_t end = vx_str_find(rest, '\n');
        struct vx_str line = end < 0 ? rest : vx_str_of(rest.s, (size_t)end);

        rest = vx_str_skip(rest, line.n + 1);
        if (line.n && line.s[line.n - 1] == '\r')
            line.n--;
        line = vx_str_trim(line);
        if (line.n && line.s[0] != '#')
            status = add_pattern(cli, patterns, file, line);
    }
    return status;
}

bool
diff_patterns_match(const struct diff_patterns *patterns, struct vx_str text)
{
    for (size_t i = 0; i < patterns->count; i++)
        if (cli_pattern_matches(patterns->items[i], text))
            return true;
    return false;
}

void
diff_patterns_done(struct diff_patterns *patterns)
{
    for (size_t i = 0; i < patterns->count; i++)
        cli_pattern_free(patterns->items[i]);
    free(patterns->items);
}
