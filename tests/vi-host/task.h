/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Tasks that take their time, machines, and what machines ask meanwhile.  While a
 * machine asks, the time of its tasks stands still. */
#ifndef VX_TESTS_VI_HOST_TASK_H
#define VX_TESTS_VI_HOST_TASK_H

#include "world.h"

enum { CHOICES_MAX = 40 };

struct choice {
    char *key, *label;
    char *fault; /* the task then ends with it; NULL: it goes on */
};

struct question {
    struct question *next;
    char *id, *text, *message;
    struct choice choices[CHOICES_MAX];
    size_t count;
    int preset;     /* the default, or -1 */
    uint64_t at_ms; /* of the task that asks */
};

struct machine {
    struct machine *next;
    struct object *object;
    char *vmx;                /* "[datastore] folder/file.vmx" */
    char *spec;               /* of the last ReconfigVM_Task, as XML */
    struct question *current; /* pending now */
    struct question *coming;  /* asked by the task that runs next */
};

struct task {
    struct task *next;
    struct object *object;
    struct machine *machine; /* or NULL */
    char *method;
    char *fault;  /* that it ends with, or NULL */
    char *result; /* an element <result>, or NULL */
    uint64_t ms, elapsed;
    bool running, ended, cancelable, cancelled;
    /* What it does in the end; the fault, or NULL. */
    const char *(*work)(struct world *world, struct task *task);
    char *args[3]; /* of it */
};

/* How tasks of a method will go. */
struct habit {
    struct habit *next;
    char *method; /* "*": all */
    char *fault;
    uint64_t ms;
    bool is_fixed; /* cannot be cancelled */
    bool once;
};

struct tasks {
    struct task *first;
    struct habit *habits;
    pthread_t clock;
    bool ticks;
    uint64_t now;
};

uint64_t now_ms(void);

/* Starts it, on a machine or on none; on a machine that has a question to ask at once,
 * that is asked now. */
struct task *task_start(struct world *world, struct machine *machine,
                        const char *method,
                        const char *(*work)(struct world *, struct task *));
/* The fault, or NULL. */
const char *task_cancel(struct world *world, struct task *task);
/* Ends and forgets all tasks as if nobody had started them, and takes back what
 * machines ask or are about to. */
void tasks_forget(struct world *world);
/* How tasks of `method` go from now on; an older one is forgotten. */
void task_habit(struct world *world, const struct habit *habit);

/* Pending from now on. */
void question_ask(struct world *world, struct machine *machine,
                  struct question *question);
/* The fault, or NULL. */
const char *question_answer(struct world *world, struct machine *machine,
                            const char *id, const char *key);
/* NULL is fine. */
void question_free(struct question *question);

/* A thread of its own, until tasks_done(). */
void tasks_begin(struct world *world);
void tasks_done(struct world *world);

#endif
