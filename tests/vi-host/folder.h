/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files over HTTP: /folder/PATH?dcPath=DATACENTER&dsName=DATASTORE. */
#ifndef VX_TESTS_VI_HOST_FOLDER_H
#define VX_TESTS_VI_HOST_FOLDER_H

#include "store.h"

enum { HEADERS_MAX = 8 };

struct reply {
    int status;
    struct vx_buf body;
    const char *type;

    struct {
        const char *name; /* a literal */
        char *value;
    } headers[HEADERS_MAX];

    size_t header_count;
};

void reply_header(struct reply *reply, const char *name, const char *value);
void reply_done(struct reply *reply);

struct file_request {
    const char *method, *path;
    const char *datacenter, *datastore, *range; /* or NULL */
    struct vx_str body;
    bool may; /* there is a session, or a password */
};

void folder_answer(struct world *world, const struct file_request *request,
                   struct reply *reply);

#endif
