/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* --answers=FILE: what to say to which question. */
#include <stdio.h>
#include <stdlib.h>

#include "cli-pattern.h"
#include "vi.h"

#include "base/banned.h"

enum how { BY_DEFAULT, BY_KEY, BY_LABEL, REFUSE };

struct row {
    struct cli_pattern *pattern;
    enum how how;
    struct vx_str what; /* a slice of the file */
};

struct vi_answers {
    struct vx_buf text;
    struct row rows[256];
    size_t count;
};

static struct vx_str
next_line(struct vx_str *text)
{
    ptrdiff_t end = vx_str_find(*text, '\n');
    struct vx_str line = vx_str_of(text->s, end < 0 ? text->n : (size_t)end);

    *text = vx_str_skip(*text, end < 0 ? text->n : (size_t)end + 1);
    if (line.n && line.s[line.n - 1] == '\r')
        line.n--;
    return vx_str_trim(line);
}

static bool
take_choice(struct vx_str text, struct row *row)
{
    static const struct vx_str key = VX_STR("key:"), label = VX_STR("label:");

    if (vx_str_is(text, "default")) {
        row->how = BY_DEFAULT;
        return true;
    }
    if (vx_str_is(text, "refuse")) {
        row->how = REFUSE;
        return true;
    }
    row->how = vx_str_starts(text, key) ? BY_KEY : BY_LABEL;
    if (!vx_str_starts(text, key) && !vx_str_starts(text, label))
        return false;
    row->what = vx_str_trim(vx_str_skip(text, row->how == BY_KEY ? key.n : label.n));
    return row->what.n > 0;
}

/* "PATTERN => CHOICE"; the last arrow counts. */
static enum cli_exit
take_line(struct cli *cli, const char *file, unsigned number, struct vx_str line,
          struct vi_answers *answers)
{
    struct row *row = &answers->rows[answers->count];
    size_t at = line.n;
    char where[300];

    if (line.n == 0 || line.s[0] == '#')
        return CLI_GO_ON;
    while (at >= 2 && memcmp(line.s + at - 2, "=>", 2) != 0)
        at--;
    if (answers->count == VX_COUNT(answers->rows))
        return cli_trouble(cli, "%s: more than %zu answers", file,
                           VX_COUNT(answers->rows));
    if (at < 2 || !take_choice(vx_str_trim(vx_str_skip(line, at)), row))
        return cli_trouble(cli,
                           "%s:%u: expected PATTERN => default, refuse, key:KEY or "
                           "label:LABEL",
                           file, number);
    snprintf(where, sizeof(where), "%.200s:%u", file, number);
    answers->count++;
    return cli_pattern_new(cli, where, vx_str_trim(vx_str_of(line.s, at - 2)),
                           &row->pattern);
}

enum cli_exit
vi_answers_read(struct cli *cli, const char *file, struct vi_answers **ret)
{
    struct vi_answers *answers = calloc(1, sizeof(*answers));
    enum cli_exit status = CLI_GO_ON;
    struct vx_str left;
    const char *why;

    if (answers == NULL)
        return cli_trouble(cli, "out of memory");
    answers->text = VX_BUF(1 << 20);
    why = cli_read(file, &answers->text);
    if (why)
        status = cli_trouble(cli, "%s: %s", file, why);
    left = vx_buf_text(&answers->text);
    for (unsigned number = 1; left.n && status == CLI_GO_ON; number++)
        status = take_line(cli, file, number, next_line(&left), answers);
    *ret = answers;
    return status;
}

void
vi_answers_free(struct vi_answers *answers)
{
    if (answers == NULL)
        return;
    for (size_t i = 0; i < answers->count; i++)
        cli_pattern_free(answers->rows[i].pattern);
    vx_buf_done(&answers->text);
    free(answers);
}

static int
choice_of(const struct row *row, const struct vmx_vi_question *question)
{
    if (row->how == REFUSE)
        return -1;
    if (row->how == BY_DEFAULT)
        return question->default_choice;
    for (size_t i = 0; i < question->choice_count; i++) {
        const struct vmx_vi_choice *choice = &question->choices[i];

        if (vx_str_eq(row->what,
                      vx_str_c(row->how == BY_KEY ? choice->key : choice->label)))
            return (int)i;
    }
    return -1;
}

int
vi_decide(void *data, const struct vmx_vi_question *question)
{
    const struct vi_job *job = data;
    const struct vi_answers *answers = job->answers;

    for (size_t i = 0; answers && i < answers->count; i++) {
        const struct row *row = &answers->rows[i];

        if (cli_pattern_matches(row->pattern, vx_str_c(question->message_id))
            || cli_pattern_matches(row->pattern, vx_str_c(question->text)))
            return choice_of(row, question);
    }
    if (job->options->auto_answer || vmx_vi_auto_answer(job->vi))
        return question->default_choice;
    return -1;
}
