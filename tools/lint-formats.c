/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The formats, in the order of their words in LINT_FORMATS. */
#include "lint-formats.h"

#include "base/banned.h"

/* clang-format off */
const struct lint_format lint_formats[LINT_FORMAT_COUNT] = {
    {"text",   NULL,              lint_text_file,   NULL},
    {"gcc",    NULL,              lint_gcc_file,    NULL},
    {"json",   lint_json_begin,   lint_json_file,   lint_json_end},
    {"jsonl",  NULL,              lint_jsonl_file,  NULL},
    {"sarif",  lint_sarif_begin,  lint_sarif_file,  lint_sarif_end},
    {"github", NULL,              lint_github_file, NULL},
    {"gitlab", lint_gitlab_begin, lint_gitlab_file, lint_gitlab_end},
    {"junit",  lint_junit_begin,  lint_junit_file,  lint_junit_end},
};
