/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What libxml2 and libxslt say while they work for us, made into diagnostics.
 *
 * libxml2 has its channels by thread, and libxslt has most by context.  Two of libxslt
 * are for the whole process: the error function that the compiler of stylesheets
 * calls, and the loader of further documents.  While at least one thread listens, they
 * lead here; what another thread's own use of libxslt brings is handed to what stood
 * there before, which comes back when nobody listens any more. */
#ifndef VX_TARGET_LISTEN_H
#define VX_TARGET_LISTEN_H

#include "diag/diag.h"
#include "target/library.h"

#if LIBXML_VERSION >= 21200
#define VX_XML_ERROR const xmlError
#else
#define VX_XML_ERROR xmlError
#endif

struct vx_listener {
    const struct vx_xsl *xsl;
    struct vmx_diags *diags;
    enum vx_code code; /* of errors */
    const char *name;  /* of the document at work, which needs no naming; may be NULL */
    bool includes;     /* further stylesheets may be read */
    size_t errors;
    bool limit; /* one of the errors is VX_STYLESHEET_LIMIT */

    struct vx_buf text;    /* a message that has not ended yet */
    struct vx_buf detail;  /* what libxml2 said, which explains the next error */
    struct vx_buf message; /* the last of the stylesheet's own */
    struct vx_buf place;   /* of the next error */
    const char *other;     /* in `place`: a document that is not `name`, or NULL */
    uint32_t line;
    bool placed;

    struct vx_listener *outer; /* of this thread */
    xmlStructuredErrorFunc structured;
    void *structured_context;
    xmlGenericErrorFunc generic;
    void *generic_context;
};

/* Begins to listen in this thread; `listener` stays where it is until the end. */
void vx_listen(struct vx_listener *listener, const struct vx_xsl *xsl,
               struct vmx_diags *diags, enum vx_code code, const char *name);
/* Ends it; `listener` can still be asked for `errors`.  The stylesheet's last message
 * is an error of `stopped` when that is a code, and information else. */
void vx_listen_end(struct vx_listener *listener, enum vx_code stopped);

/* For xsltSetTransformErrorFunc(); the context is of no account. */
void vx_listen_error(void *context, const char *format, ...) VX_PRINTF(2, 3);
/* For libxml2's structured channels; `context` is a parser's or nothing. */
void vx_listen_structured(void *context, VX_XML_ERROR *error);

#endif
