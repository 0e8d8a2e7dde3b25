/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Findings and losses, as lines for a person and as JSON for a program. */
#ifndef VX_TOOLS_CLI_REPORT_H
#define VX_TOOLS_CLI_REPORT_H

#include "cli.h"

/* ---- text ------------------------------------------------------------------------ */

/* "FILE:12:7: "; 0 is left out. */
void cli_put_place(struct cli *cli, const char *file, uint32_t line, uint32_t column);
/* `word` in the colour of `severity`. */
void cli_put_severity(struct cli *cli, enum vmx_severity severity, const char *word);
/* " [CODE]" and the end of the line. */
void cli_put_code(struct cli *cli, const char *code);

/* `FILE: error: why`. */
void cli_failure(struct cli *cli, const char *file, const char *why);

/* `FILE:LINE:COL: severity: text [CODE]`, from a warning on; all when verbose, errors
 * alone when quiet. */
void cli_diags(struct cli *cli, const char *file, const struct vmx_diags *diags);

/* `FILE:LINE: lost (category): KEY = "VALUE": what. Advice [CODE]`, as above. */
void cli_losses(struct cli *cli, const char *file, struct vmx_result *result);

/* ---- JSON ------------------------------------------------------------------------ */

/* Members and elements separate themselves.  `key` is NULL in an array and for the
 * outermost value. */
void cli_json_begin(struct cli *cli, const char *key, char bracket);
void cli_json_end(struct cli *cli, char bracket);
void cli_json_text(struct cli *cli, const char *key, const char *text); /* or null */
void cli_json_number(struct cli *cli, const char *key, uint64_t number);
void cli_json_bool(struct cli *cli, const char *key, bool value);

/* One object for each, in an array that is open; both may be NULL. */
void cli_json_diags(struct cli *cli, const struct vmx_diags *diags);
void cli_json_losses(struct cli *cli, struct vmx_result *result);

#endif
