/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file of a disk plan for many machines: their parts in the order of the inputs. It
 * is in its place when it is whole. */
#ifndef VX_TOOLS_PLAN_BOOK_H
#define VX_TOOLS_PLAN_BOOK_H

#include "whole-file.h"

struct plan_book {
    struct whole_file to;
    bool json, any;
};

/* CLI_GO_ON, or all is said. */
enum cli_exit plan_book_open(struct plan_book *book, struct cli *cli, const char *path);
/* `part` as disk_plan_part() makes it; may be none. */
void plan_book_add(struct plan_book *book, struct vx_str part);
/* Puts the file in its place, or drops it when the run was not `whole`.  False when
 * that failed. */
bool plan_book_close(struct plan_book *book, bool whole);

#endif
