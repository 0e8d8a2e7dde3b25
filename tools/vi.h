/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the parts of vmx-vi share. */
#ifndef VX_TOOLS_VI_H
#define VX_TOOLS_VI_H

#include "cli.h"
#include "vi/vmx-vi.h"

struct vi_options {
    const char *url, *ca_file, *pin, *password_file, *answers, *output, *sha256,
        *datastore;
    uint32_t wait, timeout, jobs;
    const char *to, *map, *report; /* fetch */
    struct cli_list params;
    bool all, auto_answer, verbose, quiet, replace, no_read_back, dry_run;
    int format;
};

struct vi_answers;
struct vi_fetching;

struct vi_job {
    struct cli *cli;
    const struct vi_options *options;
    struct vmx_vi *vi;
    struct vmx_vi_list *list;   /* once it was asked for */
    struct vi_answers *answers; /* of --answers, or NULL */
    const char *power;          /* the word behind "power" */
    struct vi_fetching *fetching;
    char **args;
    int count;
};

struct vi_command {
    const char *word;
    int least, most; /* operands behind it; -1: any number */
    enum cli_exit (*run)(struct vi_job *job);
};

/* NULL when there is no such command. */
const struct vi_command *vi_command_find(const char *word);

enum cli_exit vi_cp(struct vi_job *job);
enum cli_exit vi_fetch(struct vi_job *job);
enum cli_exit vi_push(struct vi_job *job);

/* ---- what is said ---------------------------------------------------------------- */

/* From here on `out` goes to standard output, or to standard error. */
void vi_results(struct vi_job *job);
void vi_messages(struct vi_job *job);

/* `what`: error: the message of the session.  The status that it means. */
enum cli_exit vi_failed(struct vi_job *job, const char *what,
                        enum vmx_vi_status status);
/* The same with another message. */
enum cli_exit vi_failed_as(struct vi_job *job, const char *what,
                           enum vmx_vi_status status, const char *message);

/* ---- machines -------------------------------------------------------------------- */

/* Asks for the list, once. */
enum cli_exit vi_need_list(struct vi_job *job);

/* Runs `each` for the machines that the operands name, or for --all: all but templates.
 * One that fails stops no other; a signal stops all.  The worst status counts. */
enum cli_exit vi_each_machine(struct vi_job *job, char **names, int count,
                              enum cli_exit (*each)(struct vi_job *job,
                                                    const struct vmx_vi_machine *));

/* One machine of many, worked on by any thread and delivered in order. */
struct vi_item {
    const struct vmx_vi_machine *machine; /* NULL: `name` is none */
    const char *name;
    enum vmx_vi_status status;
    int changed;
    char message[2048];      /* of the session */
    void *own;               /* of who works; kept for the next machine, ... */
    void (*drop)(void *own); /* ... until this ends it */
};

/* The same by several threads, each with a session of its own; `work` sets the status,
 * and `deliver` tells it. */
enum cli_exit
vi_many_machines(struct vi_job *job, char **names, int count,
                 enum vmx_vi_status (*work)(struct vi_job *job, struct vmx_vi *vi,
                                            struct vi_item *item),
                 enum cli_exit (*deliver)(struct vi_job *job, struct vi_item *item));

/* ---- secrets, signals, answers --------------------------------------------------- */

/* Finds the password and gives it to the session. */
enum cli_exit vi_find_login(struct vi_job *job);

/* Was SIGINT, SIGTERM or SIGHUP received? */
int vi_was_stopped(void *data);

/* Reads the rows of --answers; CLI_GO_ON with *ret. */
enum cli_exit vi_answers_read(struct cli *cli, const char *file,
                              struct vi_answers **ret);
void vi_answers_free(struct vi_answers *answers);

/* vmx_vi_decide: by --answers, then by --auto-answer.  `data` is the job. */
int vi_decide(void *data, const struct vmx_vi_question *question);

#endif
