/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli-complete.h"

#include "base/banned.h"

static bool
has_words(const struct cli_option *option)
{
    return option->kind == CLI_WORD || option->kind == CLI_COMPLETION;
}

static void
put_commands(struct vx_buf *out, const struct cli_tool *tool)
{
    struct vx_str words = vx_str_c(tool->commands), word;

    for (bool first = true; cli_next_word(&words, &word); first = false) {
        if (!first)
            vx_buf_char(out, ' ');
        vx_buf_str(out, word);
    }
}

/* Those of a choice without the last, which stands for a file. */
static void
put_words(struct vx_buf *out, const struct cli_option *option)
{
    struct vx_str words = vx_str_c(option->argument), word;

    for (bool first = true; cli_next_word(&words, &word); first = false) {
        if (option->kind == CLI_CHOICE && words.s == NULL)
            return;
        if (!first)
            vx_buf_char(out, ' ');
        vx_buf_str(out, word);
    }
}

/* ".xsl", of the "FILE.xsl" that a choice ends with. */
static const char *
suffix(const struct cli_option *option)
{
    const char *dot = strrchr(option->argument, '.');

    return dot ? dot : "";
}

/* Both spellings of an option, as a case label: "-o | --output". */
static void
put_label(struct vx_buf *out, const struct cli_option *option)
{
    if (option->letter)
        vx_buf_printf(out, "-%c | ", option->letter);
    vx_buf_printf(out, "--%s", option->name);
}

static void
put_bash_argument(struct vx_buf *out, const struct cli_option *option)
{
    if (!cli_needs_argument(option))
        return;
    vx_buf_lit(out, "    ");
    put_label(out, option);
    vx_buf_lit(out, ")\n        ");
    if (has_words(option)) {
        vx_buf_lit(out, "mapfile -t COMPREPLY < <(compgen -W '");
        put_words(out, option);
        vx_buf_lit(out, "' -- \"$word\")\n");
    } else if (option->kind == CLI_CHOICE) {
        vx_buf_lit(out, "mapfile -t COMPREPLY < <(\n            compgen -W '");
        put_words(out, option);
        vx_buf_printf(out,
                      "' -- \"$word\"\n"
                      "            compgen -f -X '!*%s' -- \"$word\"\n        )\n",
                      suffix(option));
    } else if (option->kind == CLI_FILE) {
        vx_buf_lit(out, "mapfile -t COMPREPLY < <(compgen -f -- \"$word\")\n");
    } else {
        vx_buf_lit(out, "COMPREPLY=()\n");
    }
    vx_buf_lit(out, "        return\n        ;;\n");
}

static void
put_bash_files(struct vx_buf *out, const struct cli_tool *tool)
{
    struct vx_str globs = vx_str_c(tool->glob);

    vx_buf_lit(out, "    mapfile -t COMPREPLY < <(\n        compgen -d -- \"$word\"\n");
    if (tool->commands) {
        vx_buf_lit(out, "        compgen -W '");
        put_commands(out, tool);
        vx_buf_lit(out, "' -- \"$word\"\n");
    }
    while (globs.n) {
        ptrdiff_t blank = vx_str_find(globs, ' ');
        struct vx_str glob = blank < 0 ? globs : vx_str_of(globs.s, (size_t)blank);

        vx_buf_printf(out, "        compgen -f -X '!%.*s' -- \"$word\"\n", (int)glob.n,
                      glob.s);
        globs = vx_str_skip(globs, glob.n + (blank >= 0));
    }
    vx_buf_lit(out, "    )\n");
}

/* bash takes "--to=xml" for three words. */
static void
put_bash(struct vx_buf *out, const struct cli_tool *tool)
{
    vx_buf_printf(out,
                  "# %s: completions for bash.\n"
                  "_cli_%.3s_%s() {\n"
                  "    local word=${COMP_WORDS[COMP_CWORD]} "
                  "before=${COMP_WORDS[COMP_CWORD - 1]}\n"
                  "    if [ \"$word\" = = ]; then\n        word=\n"
                  "    elif [ \"$before\" = = ]; then\n"
                  "        before=${COMP_WORDS[COMP_CWORD - 2]}\n    fi\n"
                  "    case $before in\n",
                  tool->name, tool->name, tool->name + 4);
    for (size_t i = 0; i < tool->option_count; i++)
        put_bash_argument(out, &tool->options[i]);
    vx_buf_lit(out, "    esac\n    if [ \"${word:0:1}\" = - ]; then\n"
                    "        mapfile -t COMPREPLY < <(compgen -W '");
    for (size_t i = 0; i < tool->option_count; i++)
        vx_buf_printf(out, "%s--%s%s", i ? " " : "", tool->options[i].name,
                      cli_needs_argument(&tool->options[i]) ? "=" : "");
    vx_buf_printf(out, "' -- \"$word\")\n"
                       "        [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace\n"
                       "        return\n    fi\n");
    put_bash_files(out, tool);
    vx_buf_printf(out, "}\ncomplete -o filenames -F _cli_%.3s_%s %s\n", tool->name,
                  tool->name + 4, tool->name);
}

/* Inside '…' and inside zsh's […] and :…:. */
static void
put_zsh_text(struct vx_buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'') {
            vx_buf_lit(out, "'\\''");
            continue;
        }
        if (strchr("[]:\\", *text))
            vx_buf_char(out, '\\');
        vx_buf_char(out, *text);
    }
}

static void
put_zsh_option(struct vx_buf *out, const struct cli_option *option)
{
    const char *equals = cli_needs_argument(option) ? "="
                         : option->argument         ? "=-"
                                                    : "";

    vx_buf_lit(out, " \\\n    ");
    if (option->letter)
        vx_buf_printf(out, "'(-%c --%s)'{-%c%s,--%s%s}'[", option->letter, option->name,
                      option->letter, option->argument ? "+" : "", option->name,
                      equals);
    else
        vx_buf_printf(out, "'--%s%s[", option->name, equals);
    put_zsh_text(out, option->help);
    vx_buf_char(out, ']');
    if (option->argument) {
        vx_buf_str(out, cli_needs_argument(option) ? VX_STR(":") : VX_STR("::"));
        put_zsh_text(out, has_words(option) ? option->name : option->argument);
        vx_buf_char(out, ':');
        if (has_words(option)) {
            vx_buf_char(out, '(');
            put_words(out, option);
            vx_buf_char(out, ')');
        } else if (option->kind == CLI_CHOICE) {
            vx_buf_lit(out, "{_alternative \"words:word:(");
            put_words(out, option);
            vx_buf_printf(out, ")\" \"files:file:_files -g \\*%s\"}", suffix(option));
        } else if (option->kind == CLI_FILE) {
            vx_buf_lit(out, "_files");
        }
    }
    vx_buf_char(out, '\'');
}

static void
put_zsh(struct vx_buf *out, const struct cli_tool *tool)
{
    vx_buf_printf(out, "#compdef %s\n_arguments -s", tool->name);
    for (size_t i = 0; i < tool->option_count; i++)
        put_zsh_option(out, &tool->options[i]);
    if (tool->commands) {
        vx_buf_lit(out, " \\\n    '*:operand:{_alternative \"commands:command:(");
        put_commands(out, tool);
        vx_buf_printf(out, ")\" \"files:file:_files -g \\\"%s\\\"\"}'\n", tool->glob);
        return;
    }
    vx_buf_printf(out, " \\\n    '*:file:_files -g \"%s\"'\n", tool->glob);
}

static void
put_fish(struct vx_buf *out, const struct cli_tool *tool)
{
    vx_buf_printf(out, "# %s: completions for fish.\n", tool->name);
    if (tool->commands) {
        vx_buf_printf(out, "complete -c %s -a '", tool->name);
        put_commands(out, tool);
        vx_buf_lit(out, "'\n");
    }
    for (size_t i = 0; i < tool->option_count; i++) {
        const struct cli_option *option = &tool->options[i];

        vx_buf_printf(out, "complete -c %s -l %s", tool->name, option->name);
        if (option->letter)
            vx_buf_printf(out, " -s %c", option->letter);
        if (has_words(option)) {
            vx_buf_lit(out, " -x -a '");
            put_words(out, option);
            vx_buf_char(out, '\'');
        } else if (option->kind == CLI_CHOICE) {
            vx_buf_lit(out, " -x -a '");
            put_words(out, option);
            vx_buf_printf(out, " (__fish_complete_suffix %s)'", suffix(option));
        } else if (cli_needs_argument(option)) {
            vx_buf_printf(out, " %s", option->kind == CLI_FILE ? "-r -F" : "-x");
        }
        vx_buf_lit(out, " -d '");
        for (const char *at = option->help; *at; at++)
            vx_buf_printf(out, "%s%c", *at == '\'' || *at == '\\' ? "\\" : "", *at);
        vx_buf_lit(out, "'\n");
    }
}

void
cli_complete(struct vx_buf *out, const struct cli_tool *tool, int shell)
{
    /* In the order of the words in CLI_COMMON. */
    static void (*const writers[])(struct vx_buf *, const struct cli_tool *) = {
        put_bash,
        put_zsh,
        put_fish,
    };

    if ((size_t)shell < VX_COUNT(writers))
        writers[shell](out, tool);
}
