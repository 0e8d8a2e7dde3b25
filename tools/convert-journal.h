/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Machines that need not be converted again: --resume. */
#ifndef VX_TOOLS_CONVERT_JOURNAL_H
#define VX_TOOLS_CONVERT_JOURNAL_H

#include "convert-slot.h"
#include "journal.h"

/* The journal of a run into `tree`, which learns the run's number.  CLI_GO_ON, or all
 * is said. */
enum cli_exit convert_journal_open(struct cli *cli, const struct convert *run,
                                   struct out_tree *tree, struct journal **ret);

/* Was the machine converted before, and are input and result as they were?  Then
 * slot->done tells of it.  On the calling thread. */
bool convert_journal_knows(struct journal *journal, const struct out_tree *tree,
                           struct convert_slot *slot);
/* Remembers a machine whose result was written. */
void convert_journal_add(struct journal *journal, const struct convert_slot *slot);

#endif
