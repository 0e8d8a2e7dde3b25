/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A session with a host: logged in, asked, logged out. */
#ifndef VX_VI_SESSION_H
#define VX_VI_SESSION_H

#include "vi/transport.h"
#include "vi/types.gen.h"

enum {
    VI_TIMEOUT_MS = 60000,
    VI_LOGOUT_MS = 5000,
};

struct vmx_vi {
    struct vx_arena arena; /* lives as long as the session */
    struct vi_uri uri;
    enum vmx_vi_status broken; /* what was wrong from the beginning */
    struct vi_transport *transport;
    const char *uri_text, *ca_file, *pin; /* NULL as given */
    struct vx_str user;
    char *password; /* wiped in the end */
    uint32_t timeout_ms;
    int (*stopped)(void *data);
    void *data;
    const struct vi_ServiceContent *content;
    struct vx_str action;  /* of SOAP, once the version of the host is known */
    unsigned version;      /* of the API: 601 for 6.1 */
    bool logged_in;        /* as far as we know */
    bool may_be_logged_in; /* nobody told */
    unsigned logins;       /* that were taken: the password was good once */
    bool centre_checked;   /* vi_check_centre() */
    bool tidies;           /* what was made is taken away: nobody stops that */
    struct vx_buf message; /* C text */
    struct vx_str fault;   /* type, in `fault_text` */
    char fault_text[80];
};

/* A session over `transport`, which it closes: as vmx_vi_new(). */
struct vmx_vi *vi_new(const struct vmx_vi_options *options,
                      struct vi_transport *transport);

/* Makes the message of the session; returns `status`. */
enum vmx_vi_status vi_fail(struct vmx_vi *vi, enum vmx_vi_status status,
                           const char *format, ...) VX_PRINTF(3, 4);
/* The type of a fault, for vmx_vi_fault(). */
void vi_note_fault(struct vmx_vi *vi, struct vx_str type);
/* Nothing to tell. */
enum vmx_vi_status vi_well(struct vmx_vi *vi);

/* Calls the method that is the type of `call` on `self`.  What it returns is read into
 * `arena`: *ret is the structure, the string, number or reference that the description
 * says, the array of a list (vi_results), or NULL for nothing.  A call that only reads
 * is made again after a new login when the session has expired. */
enum vmx_vi_status vi_call(struct vmx_vi *vi, struct vi_ref self, const void *call,
                           struct vx_arena *arena, void **ret);

/* Is the host managed by the vCenter that its URI names? */
enum vmx_vi_status vi_check_centre(struct vmx_vi *vi);

/* As any list of a structure. */
struct vi_results {
    void *at;
    size_t count;
};

/* The same with a deadline of its own. */
enum vmx_vi_status vi_call_within(struct vmx_vi *vi, struct vi_ref self,
                                  const void *call, uint32_t timeout_ms,
                                  struct vx_arena *arena, void **ret);

/* Was the last call refused with this type of fault? */
static inline bool
vi_fault_is(const struct vmx_vi *vi, const char *type)
{
    return vi->fault.n && vx_str_eq(vi->fault, vx_str_c(type));
}

/* `text` as C text in the arena, "" where there is none. */
static inline const char *
vi_c(struct vx_str text)
{
    return text.s ? text.s : "";
}

/* Monotonic. */
uint64_t vi_now_ms(void);

/* Does the caller want to stop? */
static inline bool
vi_stopped(const struct vmx_vi *vi)
{
    return !vi->tidies && vi->stopped && vi->stopped(vi->data);
}

#endif
