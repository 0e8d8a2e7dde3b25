/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the machines of a report have in common, counted row by row: so a page tells of
 * all of them, also of those that it has no room for.  Nothing but rows of the XML
 * report as convert-row.c writes them is understood. */
#ifndef VX_TOOLS_REPORT_DIGEST_H
#define VX_TOOLS_REPORT_DIGEST_H

#include "base/buf.h"

struct report_digest;

/* NULL without memory. */
struct report_digest *report_digest_new(void);
/* NULL is fine. */
void report_digest_free(struct report_digest *digest);

/* Row `number`, which is what stands behind that. */
void report_digest_add(struct report_digest *digest, uint64_t number,
                       struct vx_str row);

/* An element for each value that some machine has, with how many have it:
 *
 *	<count of='guest' value='debian11-64' machines='7' items='7'/>
 *
 * of readiness, failure (why), guest, hardware, firmware, memory, disks (how many),
 * size (of all of them, in GiB), code (with how bad it is), datastore, and portgroup,
 * opaque, vmnet or network; one for each disk of more than one machine:
 *
 *	<shared disk='/vmfs/volumes/store/a.vmdk' count='2' machines='3 8'/>
 *
 * and how much those that say it have in all:
 *
 *	<sum of='memory_mib' n='3584' machines='7'/>
 *
 * The most used come first.  To be called once, at the end.  False without memory. */
bool report_digest_put(struct report_digest *digest, struct vx_buf *out);

/* The value of an attribute in a start tag of the report, escaped as it stands there;
 * nothing when it is not there. */
struct vx_str report_attr(struct vx_str tag, const char *name);

#endif
