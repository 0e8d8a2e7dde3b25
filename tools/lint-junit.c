/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* JUnit's XML: a suite for each file, a case for each finding.  One at or over the
 * threshold is a failure, one below it has passed with its text, one that is silenced
 * was skipped.  A file without findings has one case that passed. */
#include "lint-formats.h"
#include "lint-path.h"

#include "base/xmlw.h"

#include "base/banned.h"

static void
put_attribute(struct vx_buf *out, const char *name, const char *text)
{
    vx_xml_exact_attr(out, name, vx_str_c(text));
}

/* "12:7: warning: text". */
static void
put_text(struct vx_buf *out, const struct lint_entry *entry)
{
    const struct vmx_finding *told = entry->told;

    if (told->line)
        vx_buf_printf(out, "%u:%u: ", told->line, told->column);
    vx_buf_printf(out, "%s: ", vmx_severity_text(entry->severity));
    vx_xml_escape(out, vx_str_c(told->message));
    if (*told->rule->remedy) {
        vx_buf_char(out, '\n');
        vx_xml_escape(out, vx_str_c(told->rule->remedy));
    }
}

static void
begin_case(struct vx_buf *out, const char *path, const char *code, const char *name)
{
    vx_buf_lit(out, "    <testcase");
    put_attribute(out, "classname", path);
    vx_buf_printf(out, " name='%s%s%s' time='0'", code, *code ? " " : "", name);
}

static void
put_case(struct vx_buf *out, const char *path, const struct lint_entry *entry)
{
    const struct vmx_finding *told = entry->told;

    begin_case(out, path, told->rule->code, told->rule->name);
    vx_buf_lit(out, ">\n");
    if (entry->mute != LINT_SAID) {
        vx_buf_printf(out, "      <skipped message='%s'/>\n",
                      entry->mute == LINT_IN_SOURCE ? "silenced by a comment"
                                                    : "known to the baseline");
    } else if (entry->fails) {
        vx_buf_printf(out, "      <failure type='%s'",
                      vmx_severity_text(entry->severity));
        put_attribute(out, "message", told->message);
        vx_buf_char(out, '>');
        put_text(out, entry);
        vx_buf_lit(out, "</failure>\n");
    } else {
        vx_buf_lit(out, "      <system-out>");
        put_text(out, entry);
        vx_buf_lit(out, "</system-out>\n");
    }
    vx_buf_lit(out, "    </testcase>\n");
}

static void
begin_suite(struct vx_buf *out, const struct lint_file *file, const char *path)
{
    size_t failures = 0, skipped = 0;
    size_t cases = file->count + (file->failure || file->count == 0);

    for (size_t i = 0; i < file->count; i++) {
        failures += file->entries[i].fails;
        skipped += file->entries[i].mute != LINT_SAID;
    }
    vx_buf_lit(out, "  <testsuite");
    put_attribute(out, "name", path);
    vx_buf_printf(out,
                  " tests='%zu' failures='%zu' errors='%d' skipped='%zu' time='0'>\n",
                  cases, failures, file->failure != NULL, skipped);
}

void
lint_junit_begin(struct lint_sink *sink)
{
    vx_buf_lit(&sink->to.out, "<?xml version='1.0' encoding='UTF-8'?>\n"
                              "<testsuites name='vmx-lint'>\n");
}

void
lint_junit_file(struct lint_sink *sink, const struct lint_file *file)
{
    struct vx_buf *out = &sink->to.out;
    const char *path = lint_path_plain(file->path);

    begin_suite(out, file, path);
    if (file->failure) {
        begin_case(out, path, "", "read");
        vx_buf_lit(out, ">\n      <error type='error'");
        put_attribute(out, "message", file->failure);
        vx_buf_lit(out, "/>\n    </testcase>\n");
    } else if (file->count == 0) {
        begin_case(out, path, "", "clean");
        vx_buf_lit(out, "/>\n");
    }
    for (size_t i = 0; i < file->count; i++)
        put_case(out, path, &file->entries[i]);
    vx_buf_lit(out, "  </testsuite>\n");
}

void
lint_junit_end(struct lint_sink *sink, const struct lint_totals *totals)
{
    (void)totals;
    vx_buf_lit(&sink->to.out, "</testsuites>\n");
}
