/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libvmx-vi: virtual machines on ESX hosts and in vCenter, by the VI interface.
 *
 * A session belongs to one thread at a time.  Every call has a deadline, and none waits
 * for a question: what the host asks goes to a function of the caller's, which may
 * refuse.  The library prints nothing, keeps no state outside its objects, and tells no
 * one the password: it is wiped when the session ends. */
#ifndef VMX_VI_H
#define VMX_VI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__) && __GNUC__ >= 4
#define VMX_API __attribute__((visibility("default")))
#else
#define VMX_API
#endif

/* ---- status ---------------------------------------------------------------------- */

/* vmx_vi_message() tells more of all but the first. */
enum vmx_vi_status {
    VMX_VI_OK = 0,
    VMX_VI_ERR_NOMEM = -1,
    VMX_VI_ERR_MISUSE = -2,   /* the caller broke a rule of this header */
    VMX_VI_ERR_URI = -3,      /* no URI of a host */
    VMX_VI_ERR_CONNECT = -4,  /* no connection, or it broke */
    VMX_VI_ERR_TRUST = -5,    /* the certificate is not trusted: vmx_vi_seen_pin() */
    VMX_VI_ERR_PROTOCOL = -6, /* an answer that is none */
    VMX_VI_ERR_LOGIN = -7,    /* user or password */
    VMX_VI_ERR_FAULT = -8,    /* the host refuses: vmx_vi_fault() */
    VMX_VI_ERR_TIMEOUT = -9,  /* the deadline has passed */
    VMX_VI_ERR_STOPPED = -10, /* the caller wanted to stop */
    VMX_VI_ERR_NOT_FOUND = -11,
    VMX_VI_ERR_AMBIGUOUS = -12,
    VMX_VI_ERR_STATE = -13,    /* the machine is in no state for it */
    VMX_VI_ERR_QUESTION = -14, /* the machine asks, and nobody answers */
    VMX_VI_ERR_BUSY = -15,     /* another task is pending */
    VMX_VI_ERR_CHANGED = -16,  /* the file is no longer the one that it was */
    VMX_VI_ERR_INPUT = -17,    /* a file that is no VMX */
    VMX_VI_ERR_EXISTS = -18,   /* there is such a file already */
};

/* ---- sessions -------------------------------------------------------------------- */

struct vmx_vi;

/* Zero or NULL asks for what is said here. */
struct vmx_vi_options {
    size_t size;          /* of this structure */
    const char *uri;      /* esx://, vpx:// or gsx://, as libvirt has them */
    const char *user;     /* instead of that of the URI; root, or administrator */
    const char *password; /* none: "" */
    const char *ca_file;  /* PEM: whom to trust instead of those the system trusts */
    const char *pin; /* "sha256//BASE64" of the public key: that key and no other, and
                        no authority is asked */
    uint32_t timeout_ms;        /* of a call; a minute */
    int (*stopped)(void *data); /* asked often: shall all end now? */
    void *data;
};

/* A session that is not connected yet.  All of `options` is copied.  The caller ends it
 * with vmx_vi_free(), which does not fail; on VMX_VI_ERR_URI, too, there is one, so
 * that it can tell why.  NULL without memory. */
VMX_API struct vmx_vi *vmx_vi_new(const struct vmx_vi_options *options);

/* Another session with the same host and user, for another thread, which is not
 * connected yet; as vmx_vi_new(). */
VMX_API struct vmx_vi *vmx_vi_dup(const struct vmx_vi *vi);

/* Whom to log in as, for programs that ask when they know the host: `user` NULL keeps
 * the one that vmx_vi_user() tells.  Both are copied. */
VMX_API enum vmx_vi_status vmx_vi_set_login(struct vmx_vi *vi, const char *user,
                                            const char *password);

/* Connects and logs in; the status of vmx_vi_new() when that found something. */
VMX_API enum vmx_vi_status vmx_vi_login(struct vmx_vi *vi);

/* Logs out, with a deadline of some seconds, and frees all.  NULL is fine. */
VMX_API void vmx_vi_free(struct vmx_vi *vi);

/* What became of the last call, for a person; valid until the next one. */
VMX_API const char *vmx_vi_message(const struct vmx_vi *vi);
/* The type of the fault of the last call, as "NotFound", or "". */
VMX_API const char *vmx_vi_fault(const struct vmx_vi *vi);
/* After VMX_VI_ERR_TRUST: what vmx_vi_options.pin would have to be, or "". */
VMX_API const char *vmx_vi_seen_pin(const struct vmx_vi *vi);
/* The host as the URI names it; the user; whether the URI has auto_answer=1; and what
 * is odd in the URI, or "". */
VMX_API const char *vmx_vi_host_name(const struct vmx_vi *vi);
VMX_API const char *vmx_vi_user(const struct vmx_vi *vi);
VMX_API int vmx_vi_auto_answer(const struct vmx_vi *vi);
VMX_API const char *vmx_vi_uri_remark(const struct vmx_vi *vi);

/* ---- inventory ------------------------------------------------------------------- */

/* Texts are "" where the host says nothing. */
struct vmx_vi_machine {
    const char *ref;  /* its managed object: "vm-42" */
    const char *name; /* as a person writes it */
    const char *uuid; /* of its BIOS, or "" */
    const char *path; /* of its VMX: "[datastore] folder/file.vmx" */
    const char
        *place; /* inventory path: "DC0/vm/folder/name", names as the API has them */
    const char *state; /* poweredOn, poweredOff, suspended, or what the host says */
    const char *connection; /* connected, orphaned, inaccessible ... */
    const char *datacenter; /* its inventory path, for datastores */
    int asks;               /* a question is pending */
    int is_template;
};

struct vmx_vi_list;

/* All machines of the host, or of the folder or datacenter that a vpx URI names; in the
 * order of their places.  The caller ends the list with vmx_vi_list_free(). */
VMX_API enum vmx_vi_status vmx_vi_list(struct vmx_vi *vi, struct vmx_vi_list **ret);
VMX_API void vmx_vi_list_free(struct vmx_vi_list *list);
VMX_API size_t vmx_vi_list_count(const struct vmx_vi_list *list);
VMX_API const struct vmx_vi_machine *vmx_vi_list_get(const struct vmx_vi_list *list,
                                                     size_t index);
/* The machine with this name, UUID, managed object or inventory path.
 * VMX_VI_ERR_NOT_FOUND, or VMX_VI_ERR_AMBIGUOUS, whose message has the candidates. */
VMX_API enum vmx_vi_status vmx_vi_find(struct vmx_vi *vi,
                                       const struct vmx_vi_list *list, const char *text,
                                       const struct vmx_vi_machine **ret);

/* One fact after the other, until it returns other than zero. */
typedef void vmx_vi_fact(void *data, const char *name, const char *value);

/* Tells what is known of a machine, or of the host (with vpx: of all hosts). */
VMX_API enum vmx_vi_status vmx_vi_show(struct vmx_vi *vi,
                                       const struct vmx_vi_machine *machine,
                                       vmx_vi_fact *fact, void *data);
VMX_API enum vmx_vi_status vmx_vi_hosts(struct vmx_vi *vi, vmx_vi_fact *fact,
                                        void *data);

/* ---- questions and tasks --------------------------------------------------------- */

enum {
    VMX_VI_CHOICES_MAX = 32,
};

struct vmx_vi_question {
    const char *machine, *id;
    const char *text;
    const char *message_id; /* as "msg.uuid.altered", or "" */
    size_t choice_count;

    struct vmx_vi_choice {
        const char *key, *label;
    } choices[VMX_VI_CHOICES_MAX];

    int default_choice; /* -1 for none */
};

/* The index of a choice; below zero: it is not answered. */
typedef int vmx_vi_decide(void *data, const struct vmx_vi_question *question);

/* Calls `decide` with what the machine asks, if it asks something, and answers.
 * *ret_asked is then 1; `decide` may be NULL, which answers nothing. */
VMX_API enum vmx_vi_status vmx_vi_answer(struct vmx_vi *vi,
                                         const struct vmx_vi_machine *machine,
                                         vmx_vi_decide *decide, void *data,
                                         int *ret_asked);

struct vmx_vi_task {
    const char *ref, *name, *entity, *state;
    int progress; /* per cent, or -1 */
    int cancelable;
    const char *error; /* or "" */
};

/* The tasks that the host remembers. */
VMX_API enum vmx_vi_status
vmx_vi_tasks(struct vmx_vi *vi,
             void (*each)(void *data, const struct vmx_vi_task *task), void *data);
VMX_API enum vmx_vi_status vmx_vi_cancel(struct vmx_vi *vi, const char *task);

/* ---- power ----------------------------------------------------------------------- */

enum vmx_vi_power {
    VMX_VI_POWER_ON,
    VMX_VI_POWER_OFF,
    VMX_VI_POWER_SHUTDOWN, /* the guest is asked to */
    VMX_VI_POWER_REBOOT,   /* the same */
    VMX_VI_POWER_RESET,
    VMX_VI_POWER_SUSPEND,
    VMX_VI_POWER_RESUME,
};

struct vmx_vi_run {
    size_t size;           /* of this structure */
    uint32_t wait_ms;      /* for the task; 0: ten minutes */
    vmx_vi_decide *decide; /* NULL: every question is refused */
    void *data;
    int wait_for_guest; /* shutdown: until the machine is off */
};

/* Does it and waits for the end.
 *
 * When the machine asks something before, nothing is started: what `decide` chooses is
 * answered, and then the task that was waiting goes on, so that VMX_VI_ERR_BUSY is
 * returned; VMX_VI_ERR_QUESTION when it chooses nothing.  A question that comes later
 * is answered, or else the task is cancelled; the message has question and choices.
 * *ret_changed is 0 when it was so already. */
VMX_API enum vmx_vi_status vmx_vi_power(struct vmx_vi *vi,
                                        const struct vmx_vi_machine *machine,
                                        enum vmx_vi_power power,
                                        const struct vmx_vi_run *run, int *ret_changed);

/* ---- push ------------------------------------------------------------------------ */

struct vmx_doc; /* of vmx.h */
struct vmx_difference;

/* By which means a machine comes to say what a document says. */
enum vmx_vi_means {
    VMX_VI_BY_FIELD,  /* a field of VirtualMachineConfigSpec */
    VMX_VI_BY_DEVICE, /* a device that is added, removed or edited */
    VMX_VI_BY_EXTRA,  /* extraConfig */
    VMX_VI_KEPT,      /* a secret that the document does not tell: the host's stays */
    VMX_VI_BY_FILE,   /* none: only another file says it */
};

/* One difference between the machine's file and the document.  Strings live as long as
 * the plan. */
struct vmx_vi_step {
    const struct vmx_difference *difference; /* of vmx.h */
    enum vmx_vi_means means;
    const char *what; /* the field; "edit VirtualDisk 2000"; why it is none */
};

struct vmx_vi_plan;

/* Reads what the machine is and plans what is to be asked of the host, so that the
 * machine becomes what `wanted` says.  Nothing is changed on the host.  Secrets that
 * `wanted` lacks are no difference.  `wanted` must outlive the plan, and not change;
 * the caller ends the plan with vmx_vi_plan_free(). */
VMX_API enum vmx_vi_status vmx_vi_plan_new(struct vmx_vi *vi,
                                           const struct vmx_vi_machine *machine,
                                           struct vmx_doc *wanted,
                                           struct vmx_vi_plan **ret);
VMX_API void vmx_vi_plan_free(struct vmx_vi_plan *plan);
/* The steps, in the order of the differences; NULL past the last. */
VMX_API size_t vmx_vi_plan_count(const struct vmx_vi_plan *plan);
VMX_API const struct vmx_vi_step *vmx_vi_plan_step(const struct vmx_vi_plan *plan,
                                                   size_t index);
/* How many steps are made by these means. */
VMX_API size_t vmx_vi_plan_by(const struct vmx_vi_plan *plan, enum vmx_vi_means means);
/* What the file on the host says; borrowed. */
VMX_API struct vmx_doc *vmx_vi_plan_now(struct vmx_vi_plan *plan);
/* The request that vmx_vi_reconfigure() would make, for a person: XML, in which the
 * values of secrets are "(redacted)".  NULL without memory; borrowed. */
VMX_API const char *vmx_vi_plan_text(struct vmx_vi_plan *plan);

/* Asks for all that the API can say and waits for the end, with questions as
 * vmx_vi_power().  A machine that was changed since the plan was made is left as it is:
 * VMX_VI_ERR_FAULT with ConcurrentAccess. */
VMX_API enum vmx_vi_status vmx_vi_reconfigure(struct vmx_vi *vi,
                                              const struct vmx_vi_machine *machine,
                                              struct vmx_vi_plan *plan,
                                              const struct vmx_vi_run *run);

/* Puts another file in the place of the machine's, which must be off, and has the host
 * read it: the document of the plan with the secrets that only the host's file has. The
 * old file comes back when the host cannot read the new one. */
VMX_API enum vmx_vi_status vmx_vi_replace(struct vmx_vi *vi,
                                          const struct vmx_vi_machine *machine,
                                          struct vmx_vi_plan *plan,
                                          const struct vmx_vi_run *run);

/* Where the file of a new machine goes: "[ds] NAME/NAME.vmx" for "[ds]", "[ds]
 * folder/NAME.vmx" for "[ds] folder", the name spelt as a file.  The caller frees it;
 * NULL when `where` is no such path, or without memory. */
VMX_API char *vmx_vi_new_path(const char *where, const char *name);

/* A file that a document names for a device: its path, and whether it is there
 * (VMX_VI_OK, VMX_VI_ERR_NOT_FOUND), or why nobody can tell. */
typedef void vmx_vi_file_seen(void *data, const char *device, const char *path,
                              int is_disk, enum vmx_vi_status status,
                              const char *message);

/* Looks for the files of disks and drives of `doc`, whose own file is, or will be, at
 * `path`. */
VMX_API enum vmx_vi_status vmx_vi_check_files(struct vmx_vi *vi, const char *datacenter,
                                              const char *path, struct vmx_doc *doc,
                                              vmx_vi_file_seen *seen, void *data);

/* Makes a machine of the `size` bytes of a VMX: makes the folder of `path`, uploads and
 * registers.  `name` NULL: the host takes that of the file.  What was made is taken
 * away when the machine cannot be registered; the message has what could not be.
 *
 * VMX_VI_ERR_EXISTS when there is such a file: it stays as it is. */
VMX_API enum vmx_vi_status vmx_vi_register(struct vmx_vi *vi, const char *datacenter,
                                           const char *path, const char *name,
                                           const char *text, size_t size,
                                           const struct vmx_vi_run *run);

/* ---- files ----------------------------------------------------------------------- */

/* `datacenter` is its inventory path, and `path` "[datastore] folder/file". */

/* Takes a piece of a file; other than zero ends the transfer. */
typedef int vmx_vi_sink(void *data, const char *bytes, size_t size);
/* Puts at most `room` bytes of a file, from byte `from` on, and returns how many; not
 * above zero: it cannot, which ends the transfer.  Bytes may be asked for again. */
typedef ptrdiff_t vmx_vi_source(void *data, uint64_t from, char *bytes, size_t room);

/* Reads a file from byte `from` on; at most `most` bytes, more is VMX_VI_ERR_PROTOCOL.
 * For small files: it must come within the deadline of a call. */
VMX_API enum vmx_vi_status vmx_vi_read(struct vmx_vi *vi, const char *datacenter,
                                       const char *path, uint64_t from, uint64_t most,
                                       vmx_vi_sink *sink, void *data);

#define VMX_VI_SIZE_UNKNOWN UINT64_MAX

enum {
    VMX_VI_VERSION_MAX = 400,
};

struct vmx_vi_file {
    size_t size;    /* of this structure */
    uint64_t bytes; /* VMX_VI_SIZE_UNKNOWN when the host does not tell */
    /* Another text when the file is another: its ETag and its date, "" when the host
     * tells neither. */
    char version[VMX_VI_VERSION_MAX];
};

/* Is there such a file?  VMX_VI_ERR_NOT_FOUND. */
VMX_API enum vmx_vi_status vmx_vi_stat(struct vmx_vi *vi, const char *datacenter,
                                       const char *path, struct vmx_vi_file *file);

/* Reads a file of any size from byte `from` on, as long as bytes come.  From the
 * middle it reads only what is still the file that `file` tells, of vmx_vi_stat(): size
 * and version must be known and the same, else it is VMX_VI_ERR_CHANGED and `sink` has
 * seen nothing.  When all is well `sink` has had each byte up to the end of the file.
 */
VMX_API enum vmx_vi_status vmx_vi_download(struct vmx_vi *vi, const char *datacenter,
                                           const char *path, uint64_t from,
                                           const struct vmx_vi_file *file,
                                           vmx_vi_sink *sink, void *data);

/* Writes a file of `bytes` bytes, in a folder that there is; in the place of one that
 * is there.  When it fails, part of it may be left behind. */
VMX_API enum vmx_vi_status vmx_vi_upload(struct vmx_vi *vi, const char *datacenter,
                                         const char *path, uint64_t bytes,
                                         vmx_vi_source *source, void *data);

/* The inventory path of the datacenter whose datastore "[datastore] path" is in; valid
 * as long as the session.  VMX_VI_ERR_NOT_FOUND, or VMX_VI_ERR_AMBIGUOUS with the
 * candidates, when the path of a vpx URI names none of them. */
VMX_API enum vmx_vi_status vmx_vi_datacenter(struct vmx_vi *vi, const char *path,
                                             const char **ret);

/* The host takes a file away.  Within some seconds, and even when the caller wants to
 * stop: so that what was begun does not stay. */
VMX_API enum vmx_vi_status vmx_vi_remove(struct vmx_vi *vi, const char *datacenter,
                                         const char *path);
/* It gives a file another name; `replace` says whether that may be one that there is.
 */
VMX_API enum vmx_vi_status vmx_vi_move(struct vmx_vi *vi, const char *datacenter,
                                       const char *from, const char *to, int replace);
/* It copies a file, which does not pass through us.  Of `run`, which may be NULL, only
 * the time to wait counts. */
VMX_API enum vmx_vi_status vmx_vi_copy(struct vmx_vi *vi, const char *from_datacenter,
                                       const char *from, const char *to_datacenter,
                                       const char *to, int replace,
                                       const struct vmx_vi_run *run);

#ifdef __cplusplus
}
#endif

#endif
