/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the catalogue says against the keys and values of a file: one pass over its
 * lines, made when the first rule asks, that all rules about keys and values share. */
#ifndef VX_LINT_SURVEY_H
#define VX_LINT_SURVEY_H

#include "lint/lint.h"

/* Why something is odd.  Each line has one reason at most, so that one fault is told
 * once. */
enum vx_why {
    /* a key that the catalogue has not */
    VX_WHY_ZEROS,      /* known without leading zeros in its numbers */
    VX_WHY_MISSPELLED, /* nearly a known one */
    VX_WHY_API_NAME,   /* the API's name for a known one */
    VX_WHY_OTHER_FILE, /* of a file that stands beside a VMX, which `better` names */
    VX_WHY_PROPERTY,   /* of a device that is known */
    VX_WHY_UNKNOWN,
    /* a value that does not fit its key */
    VX_WHY_EMPTY,
    VX_WHY_BLANKS,  /* fits without the blanks around it */
    VX_WHY_WRAPPED, /* fits without the second pair of quotes */
    VX_WHY_HEX,
    VX_WHY_UNIT, /* a number with a unit */
    VX_WHY_BOOLEAN,
    VX_WHY_NUMBER,
    VX_WHY_RANGE,
    VX_WHY_WORD,
    VX_WHY_MAC,
    VX_WHY_UUID,
    VX_WHY_OTHER,
    /* a value that is read, and written otherwise by products */
    VX_WHY_BOOLEAN_SPELLING,
    VX_WHY_WORD_CASE,
    VX_WHY_NUMBER_SPELLING,
    VX_WHY_BYTES_SPELLING, /* of a MAC address or a UUID */
};

struct vx_odd {
    struct vx_odd *next; /* in file order */
    struct vx_line *line;
    enum vx_why why;
    struct vx_str better; /* the key, or the value, that was probably meant, or none */
};

struct vx_survey {
    struct vx_odd *keys, *values;
};

/* Without memory it is empty, and the arena has failed. */
const struct vx_survey *vx_lint_survey(struct vx_lint *lint);

/* Why the value of `line` is odd, and what is better; false when it is not. */
bool vx_misfit(struct vx_lint *lint, struct vx_line *line, struct vx_odd *ret);
/* The same for a key that is not known. */
void vx_stranger(struct vx_lint *lint, struct vx_line *line, struct vx_odd *ret);

/* Does the value say what the absence of the key would? */
bool vx_says_default(const struct vx_lint *lint, struct vx_line *line);

#endif
