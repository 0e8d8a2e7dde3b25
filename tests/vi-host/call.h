/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One call of a method: what is asked, by whom, and what is answered. */
#ifndef VX_TESTS_VI_HOST_CALL_H
#define VX_TESTS_VI_HOST_CALL_H

#include <libxml/tree.h>

#include "world.h"

struct session {
    struct session *next;
    char key[40];
    bool open;
};

struct sessions {
    struct session *first;
    struct filter *filters;
    struct rest *rests; /* pages that were not asked for yet */
    unsigned count;
};

struct call {
    struct world *world;
    const char *method;
    struct session *session; /* NULL: not logged in */
    bool new_session;        /* the reply tells its cookie */
    struct object *self;
    const xmlNode *node; /* the method's element */
    const char *fault;   /* its type; NULL: all is well */
    char why[200];
    struct vx_buf out; /* what is inside the response */
    int fd;            /* of the connection: is somebody still there? */
};

/* By the name of the cookie or "", and the one of a call; NULL when it has expired. */
struct session *session_get(const struct world *world, const char *key);
struct session *session_open(struct world *world);
void session_close(struct world *world, struct session *session);
unsigned sessions_open(const struct world *world);
void sessions_done(struct world *world);

/* ---- what is asked --------------------------------------------------------------- */

/* Elements by their local names; NULL when there is none, or no more. */
const xmlNode *node_child(const xmlNode *node, const char *name);
const xmlNode *node_next(const xmlNode *node);
/* The text in it; "" of NULL. */
const char *node_text(const xmlNode *node);
/* The same of an element of the call. */
const char *arg(const struct call *call, const char *name);
bool arg_is_true(const struct call *call, const char *name);
/* The object that an element of the call names; a fault when there is none. */
struct object *arg_object(struct call *call, const char *name);

/* ---- what is answered ------------------------------------------------------------ */

void call_fail(struct call *call, const char *fault, const char *format, ...)
    VX_PRINTF(3, 4);
void put_ref(struct vx_buf *out, const char *element, const struct object *object);

/* Has the other end gone? */
bool call_is_over(const struct call *call);

/* Answers the request in `body`; the HTTP status.  `out` becomes the whole reply, *plan
 * what is to go wrong with it, and `new_cookie` what a new session is known by, or "".
 */
struct plan;
int soap_answer(struct world *world, struct vx_str body, const char *cookie, int fd,
                struct vx_buf *out, struct plan *plan, char *new_cookie,
                size_t cookie_size);

/* ---- methods, by what they are about --------------------------------------------- */

struct method {
    const char *name;
    void (*run)(struct call *call);
    bool without_login;
};

extern const struct method session_methods[], property_methods[], machine_methods[],
    file_methods[];

#endif
