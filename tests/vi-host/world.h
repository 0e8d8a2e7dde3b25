/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a host has: objects with properties, told in XML.  All is behind one lock; each
 * change has a number, so that whoever waits for news can tell what is new to it. */
#ifndef VX_TESTS_VI_HOST_WORLD_H
#define VX_TESTS_VI_HOST_WORLD_H

#include <pthread.h>

#include "base/buf.h"

enum {
    BUCKETS = 1024,
    TEXT_MAX = 1 << 30, /* of any one text */
};

struct object;

struct prop {
    struct prop *next;
    char *name;  /* as it is asked for: "runtime.powerState" */
    char *type;  /* xsi:type of the value: "xsd:string" */
    char *value; /* its inner XML; NULL: it is not set now, or has references */
    struct object **refs; /* what it refers to */
    size_t ref_count;
    bool is_list;     /* of references */
    uint64_t changed; /* when: world.version */
};

struct object {
    struct object *next, *bucket;
    char *type, *ref;
    struct prop *props;
    struct machine *machine; /* of a VirtualMachine */
    struct task *task;       /* of a Task */
    uint64_t seen;           /* by the last walk */
    bool gone;
};

struct world {
    pthread_mutex_t lock;
    pthread_cond_t news;
    uint64_t version, walk;
    bool stopping;
    struct object *first, **last, **buckets;
    bool is_vcenter;
    unsigned page; /* objects of one page, 0: all */
    const char *user, *password, *api;
    const char *datacenter; /* inventory path of it, as in dcPath */
    struct object *service, *root, *vm_folder, *pool, *host, *tasks;
    struct store *store;
    struct sessions *sessions;
    struct faults *faults;
    struct counters *counters;
    struct tasks *queue;
    struct machine *machines;
    unsigned next_ref;
};

void world_init(struct world *world);
/* The objects; what the other modules have, they free. */
void world_done(struct world *world);

void lock(struct world *world);
void unlock(struct world *world);

/* A new object, and the one that is called so, or NULL. */
struct object *object_new(struct world *world, const char *type, const char *ref);
struct object *object_get(const struct world *world, const char *ref);
/* It is no more: nobody finds or refers to it. */
void object_drop(struct world *world, struct object *object);
/* Is what is of `type` also of `wanted`? */
bool type_is(const char *type, const char *wanted);

struct prop *prop_get(const struct object *object, const char *name);
/* The value as text, or "". */
const char *prop_text(const struct object *object, const char *name);

void set_xml(struct world *world, struct object *object, const char *name,
             const char *type, const char *xml);
/* The same of plain text. */
void set_text(struct world *world, struct object *object, const char *name,
              const char *type, const char *text);
void set_string(struct world *world, struct object *object, const char *name,
                const char *text);
void set_number(struct world *world, struct object *object, const char *name,
                const char *type, int64_t number);
void set_bool(struct world *world, struct object *object, const char *name, bool value);
void set_ref(struct world *world, struct object *object, const char *name,
             struct object *target);
/* Makes a list of it, if it is none yet; NULL adds none. */
void add_ref(struct world *world, struct object *object, const char *name,
             struct object *target);
void drop_ref(struct world *world, struct object *object, const char *name,
              const struct object *target);
void unset(struct world *world, struct object *object, const char *name);

/* <val>, or nothing when it is not set. */
bool prop_put(struct vx_buf *out, const struct prop *prop);
/* Text in XML, in an element. */
void put_escaped(struct vx_buf *out, const char *text);
void put_element(struct vx_buf *out, const char *name, const char *text);

/* A formatted copy, which the caller frees. */
char *text_of(const char *format, ...) VX_PRINTF(1, 2);
/* Of what must not fail: a test without memory is no test. */
void *must(void *memory);

#endif
