/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The functions of the formats, for the table of them. */
#ifndef VX_TOOLS_LINT_FORMATS_H
#define VX_TOOLS_LINT_FORMATS_H

#include "lint-sink.h"

void lint_text_file(struct lint_sink *sink, const struct lint_file *file);
void lint_gcc_file(struct lint_sink *sink, const struct lint_file *file);

void lint_json_begin(struct lint_sink *sink);
void lint_json_file(struct lint_sink *sink, const struct lint_file *file);
void lint_json_end(struct lint_sink *sink, const struct lint_totals *totals);
void lint_jsonl_file(struct lint_sink *sink, const struct lint_file *file);

void lint_sarif_begin(struct lint_sink *sink);
void lint_sarif_file(struct lint_sink *sink, const struct lint_file *file);
void lint_sarif_end(struct lint_sink *sink, const struct lint_totals *totals);

void lint_github_file(struct lint_sink *sink, const struct lint_file *file);

void lint_gitlab_begin(struct lint_sink *sink);
void lint_gitlab_file(struct lint_sink *sink, const struct lint_file *file);
void lint_gitlab_end(struct lint_sink *sink, const struct lint_totals *totals);

void lint_junit_begin(struct lint_sink *sink);
void lint_junit_file(struct lint_sink *sink, const struct lint_file *file);
void lint_junit_end(struct lint_sink *sink, const struct lint_totals *totals);

#endif
