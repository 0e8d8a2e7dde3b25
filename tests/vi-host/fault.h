/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What goes wrong on order. */
#ifndef VX_TESTS_VI_HOST_FAULT_H
#define VX_TESTS_VI_HOST_FAULT_H

#include "world.h"

/* What becomes of one request; all zero: nothing goes wrong. */
struct plan {
    char fault[64]; /* it is not done, and this is why */
    int status;     /* it is not done, and this is the status of HTTP */
    bool expires;   /* the session is no more, before it is done */
    /* It is done, and its reply is */
    uint64_t delay_ms;    /* late */
    bool hangs;           /* never sent */
    bool is_cut, is_lost; /* cut after so many bytes: of the body, or of all of it */
    uint64_t cut;
    char type[64];      /* of another type */
    char location[256]; /* elsewhere */
    bool is_garbage, is_empty;
    uint64_t huge, deep; /* so large, so deep */
};

struct fault {
    struct fault *next;
    char *which;    /* method of SOAP or of HTTP, as a pattern */
    unsigned nth;   /* this one alone, 0: each */
    bool and_later; /* those behind it, too */
    unsigned seen;  /* so far */
    struct plan plan;
};

struct faults {
    struct fault *first;
};

/* "WHICH[@N[+]] WHAT [MORE]"; false when it is none. */
bool fault_add(struct world *world, char *const *words, size_t count);
void faults_clear(struct world *world);

/* What becomes of a request that is called so. */
void fault_plan(struct world *world, const char *which, struct plan *plan);
/* Does what can be done to the body of a reply. */
void fault_spoil(const struct plan *plan, struct vx_buf *body);

#endif
