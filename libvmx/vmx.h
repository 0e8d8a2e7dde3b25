/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libvmx: what a VMware configuration means outside VMware.
 *
 * Read from top to bottom this header is the manual:
 *
 *   1. status          did the call do its work?
 *   2. diagnostics     what is the input like?
 *   3. documents       a .vmx file, kept to the byte, read and edited by key
 *   4. conversion      a document in, libvirt domain XML and a loss report out
 *
 * Strings are UTF-8 and NUL-terminated unless a size stands beside them.  Objects are
 * opaque, owned by one thread at a time, and ended by their _free(), which takes NULL.
 * Any other argument may be NULL only where its comment says so.
 * The library has no global state, prints nothing and never ends the process.
 * Link with `pkg-config --libs libvmx`. */
#ifndef LIBVMX_VMX_H
#define LIBVMX_VMX_H

#include <stdbool.h>
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

/* ---- 1. Status ------------------------------------------------------------------- */

/* Can the call do its work?  What the *input* is like is told in diagnostics. */
enum vmx_status {
    VMX_OK = 0,
    VMX_ERR_NOMEM = -1,
    VMX_ERR_IO = -2,      /* reading or writing failed; nothing here does either yet */
    VMX_ERR_INPUT = -3,   /* unusable: at least one diagnostic is an error */
    VMX_ERR_LIMIT = -4,   /* larger than the ceilings below */
    VMX_ERR_MISUSE = -5,  /* the caller broke a rule of this header */
    VMX_ERR_LIBRARY = -6, /* a library that reads XML cannot be loaded */
};

/* What a status means, in a few words; a constant string. */
VMX_API const char *vmx_status_text(enum vmx_status status);

/* The version of the library that runs, as "0.1.0". */
VMX_API const char *vmx_version(void);

/* Ceilings: input above them is refused with VMX_ERR_LIMIT, never half read. */
#define VMX_MAX_TEXT ((size_t)64 << 20) /* bytes of one document */
#define VMX_MAX_LINES 1000000           /* its lines */

/* ---- 2. Diagnostics -------------------------------------------------------------- */

/* A list of findings about one input, in the order of discovery.  A list that is NULL
 * has none and takes none. */
struct vmx_diags;

enum vmx_severity {
    VMX_SEVERITY_STYLE,   /* works; could be written better */
    VMX_SEVERITY_INFO,    /* works; worth knowing */
    VMX_SEVERITY_WARNING, /* odd; read as it was probably meant */
    VMX_SEVERITY_ERROR,   /* something could not be used */
};

/* One finding.  Strings are borrowed from the list and live as long as it.  The
 * structure may grow at its end. */
struct vmx_diag {
    const char *code; /* "VMX004": API, never reused */
    const char *name; /* "unterminated-quote": the same, readable */
    enum vmx_severity severity;
    const char *message; /* one line, without place, code or control characters */
    const char *remedy;  /* what to do; NULL when the message says it all */
    size_t offset;       /* of the blamed bytes in the input; 0 and 0 for the whole */
    size_t length;
    uint32_t line;   /* from 1; 0 when the finding has no place */
    uint32_t column; /* in bytes, from 1 */
};

/* An empty list, which the caller ends; NULL when out of memory. */
VMX_API struct vmx_diags *vmx_diags_new(void);
VMX_API void vmx_diags_free(struct vmx_diags *diags);

/* How many are kept.  Past VMX_MAX_DIAGS they are only counted. */
VMX_API size_t vmx_diags_count(const struct vmx_diags *diags);
#define VMX_MAX_DIAGS 1000

/* The `index`th from 0, or NULL.  Borrowed until the list is freed. */
VMX_API const struct vmx_diag *vmx_diags_get(const struct vmx_diags *diags,
                                             size_t index);

/* How many findings were at least `severity`, those past the limit included. */
VMX_API size_t vmx_diags_at_least(const struct vmx_diags *diags,
                                  enum vmx_severity severity);

/* "style", "info", "warning", "error"; a constant string. */
VMX_API const char *vmx_severity_text(enum vmx_severity severity);

/* The page of `code`, "VMX004" or "unterminated-quote" (ASCII case ignored): title, why
 * and remedy, some lines of text.  A constant string; NULL for what is no code. */
VMX_API const char *vmx_explain(const char *code);

/* ---- 3. Documents ---------------------------------------------------------------- */

/* A .vmx file.  What was read and not edited is written back byte for byte. */
struct vmx_doc;

/* Parses `size` bytes into a document that gives back every one of them.
 *
 * Every byte string parses: a bad line does not stop the parse, it stays as it is and
 * is reported.  `text` is copied.  `diags` may be NULL.
 *
 * Returns VMX_OK, VMX_ERR_NOMEM or VMX_ERR_LIMIT; VMX_ERR_MISUSE when `text` is NULL
 * and `size` is not 0.  On success the caller owns *ret_doc and ends it with
 * vmx_doc_free(); on failure *ret_doc is untouched. */
VMX_API enum vmx_status vmx_doc_parse(const char *text, size_t size,
                                      struct vmx_diags *diags,
                                      struct vmx_doc **ret_doc);
VMX_API void vmx_doc_free(struct vmx_doc *doc);

/* The document's bytes, NUL-terminated, to be freed with free(); their number, without
 * the NUL, in *ret_size (may be NULL).  VMX_OK or VMX_ERR_NOMEM. */
VMX_API enum vmx_status vmx_doc_emit(const struct vmx_doc *doc, char **ret_text,
                                     size_t *ret_size);

/* The unescaped UTF-8 value of `key` (ASCII case ignored), or NULL if absent.  Of
 * duplicates the first counts.  A value that holds a NUL ends there; bytes that do not
 * decode are read as windows-1252.  NULL too when out of memory.  Borrowed: valid until
 * `doc` is next changed or freed. */
VMX_API const char *vmx_doc_get(struct vmx_doc *doc, const char *key);

/* Typed reading.  True when the key is present and its value is of the type: true,
 * false, yes, no, on, off, 1, 0 in any case; a decimal integer.  *ret (may be NULL) is
 * written only then. */
VMX_API bool vmx_doc_get_bool(struct vmx_doc *doc, const char *key, bool *ret);
VMX_API bool vmx_doc_get_int(struct vmx_doc *doc, const char *key, int64_t *ret);

/* Gives `key` the UTF-8 `value`.  A present key keeps its place, spelling, spacing and
 * quotes, and an equal value changes nothing; a new one goes behind the last key of its
 * device, written as its neighbour is.  What must be escaped is escaped; the bytes are
 * those of the file's encoding.
 *
 * VMX_OK; VMX_ERR_MISUSE when `key` is no key name, or is .encoding and `value` no
 * known charset or another than the one that bytes outside ASCII are in; VMX_ERR_INPUT
 * when the file's encoding cannot hold `value`; VMX_ERR_NOMEM; VMX_ERR_LIMIT.  Whatever
 * fails leaves the document as it was. */
VMX_API enum vmx_status vmx_doc_set(struct vmx_doc *doc, const char *key,
                                    const char *value);
/* As vmx_doc_set() with "TRUE" or "FALSE", or with a decimal integer; what already
 * means `value` stays as it is written. */
VMX_API enum vmx_status vmx_doc_set_bool(struct vmx_doc *doc, const char *key,
                                         bool value);
VMX_API enum vmx_status vmx_doc_set_int(struct vmx_doc *doc, const char *key,
                                        int64_t value);

/* Removes `key`, duplicates included, with its line.  True when there was one; an
 * .encoding that bytes outside ASCII are in stays, and false is returned. */
VMX_API bool vmx_doc_remove(struct vmx_doc *doc, const char *key);

/* The entries in file order, duplicates included: their number, and the key of each as
 * it is written, or NULL past the end.  Borrowed as above. */
VMX_API size_t vmx_doc_count(const struct vmx_doc *doc);
VMX_API const char *vmx_doc_key(struct vmx_doc *doc, size_t index);

/* ---- 4. Conversion --------------------------------------------------------------- */

/* How to convert.  Start from VMX_CONVERT_OPTIONS, so that members added later have
 * their defaults: `struct vmx_convert_options o = VMX_CONVERT_OPTIONS;` */
struct vmx_convert_options {
    size_t size;         /* of this structure: VMX_CONVERT_OPTIONS sets it */
    const char *name;    /* the machine's name when the file has none; may be NULL */
    const char *base;    /* "[DATASTORE] DIR" that the file lies in; NULL: unknown */
    uint32_t libvirt;    /* oldest release to read the XML, as 9000000 for 9.0.0;
                            0: the newest */
    bool no_metadata;    /* leave the <metadata> element out */
    bool with_secrets;   /* keep passwords and keys */
    uint32_t host_mhz;   /* clock of a core of the old host, for CPU limits; 0:
                            unknown */
    uint32_t hw_version; /* virtualHW.version of a VMX to be made; 0: the one that the
                            domain remembers, else the lowest that suffices */
};

#define VMX_CONVERT_OPTIONS                                                            \
    {                                                                                  \
        sizeof(struct vmx_convert_options), NULL, NULL, 0, false, false, 0, 0          \
    }

/* The result of one conversion. */
struct vmx_result;

/* VMX → domain XML.
 *
 * One odd key never costs the machine: it is reported in `diags` (may be NULL) and in
 * the loss report.  Only input that is no VMX, or is wholly encrypted, fails.
 * `options` may be NULL for the usual ones.  `doc` keeps what was decoded on the way,
 * and says and emits the same as before.
 *
 * Returns VMX_OK, VMX_ERR_INPUT, VMX_ERR_NOMEM, or VMX_ERR_MISUSE when `options` lacks
 * members or its base is no datastore folder.  On success the caller ends *ret with
 * vmx_result_free(), before or after `doc`; on failure it is untouched. */
VMX_API enum vmx_status vmx_convert_to_xml(struct vmx_doc *doc,
                                           const struct vmx_convert_options *options,
                                           struct vmx_diags *diags,
                                           struct vmx_result **ret);
VMX_API void vmx_result_free(struct vmx_result *result);

/* Domain XML → VMX.
 *
 * A domain that vmx_convert_to_xml() made gives its VMX back: every key that is not
 * written anew by the host, in its old order and spelling.  What was edited in the
 * domain since changes the keys that say it, and those alone.  Any other domain of
 * libvirt's, of KVM too, gives a new VMX.
 *
 * One odd element never costs the machine: what no key can say is in the loss report,
 * with the element's path for a key.  Of `options` (may be NULL) name, libvirt and
 * no_metadata mean nothing here; without a base the one that the domain remembers
 * counts.  `xml` is copied.
 *
 * Returns VMX_OK, VMX_ERR_INPUT when it is no domain XML, VMX_ERR_LIMIT, VMX_ERR_NOMEM,
 * VMX_ERR_LIBRARY, VMX_ERR_MISUSE as above.  On success the caller ends *ret with
 * vmx_result_free(); its counts of fates are 0. */
VMX_API enum vmx_status vmx_convert_to_vmx(const char *xml, size_t size,
                                           const struct vmx_convert_options *options,
                                           struct vmx_diags *diags,
                                           struct vmx_result **ret);

/* The converted text, NUL-terminated; its bytes in *ret_size (may be NULL).  Borrowed
 * from the result. */
VMX_API const char *vmx_result_text(const struct vmx_result *result, size_t *ret_size);

/* What became of a key. */
enum vmx_fate {
    VMX_FATE_MAPPED,  /* an element says it */
    VMX_FATE_KEPT,    /* kept word for word in <metadata> */
    VMX_FATE_RUNTIME, /* the host writes it anew by itself: left out */
    VMX_FATE_LOST,    /* left out, and named in the loss report */
};

#define VMX_FATES 4

/* How many of the document's entries met `fate`.  The four add up to
 * vmx_doc_count(). */
VMX_API size_t vmx_result_count(const struct vmx_result *result, enum vmx_fate fate);
/* The same for one entry, by its index in the document; VMX_FATE_LOST past the end. */
VMX_API enum vmx_fate vmx_result_fate(const struct vmx_result *result, size_t entry);

enum vmx_loss_category {
    VMX_LOSS_INFORMATION,
    VMX_LOSS_WARNING,
    VMX_LOSS_CRITICAL, /* will not boot, or loses data */
};

/* A row of the loss report: something lost or changed on the way.  Strings live as
 * long as the result. */
struct vmx_loss {
    const char *code; /* as in diagnostics */
    const char *name;
    enum vmx_loss_category category;
    const char *key;   /* as written in the file; NULL when it is about no single key */
    const char *value; /* NULL without key; "(redacted)" for a secret */
    const char *what;  /* what became of it */
    const char *advice; /* what the migrator should do; may be NULL */
    uint32_t line;      /* from 1; 0 without key */
};

VMX_API size_t vmx_result_losses(const struct vmx_result *result);
/* Row `index` from 0; NULL past the end, or when out of memory. */
VMX_API const struct vmx_loss *vmx_result_loss(struct vmx_result *result, size_t index);
/* "information", "warning", "critical"; a constant string. */
VMX_API const char *vmx_loss_category_text(enum vmx_loss_category category);

/* "9.0", "9.0.0" or "11.5" as 9000000 or 11005000; 0 when `text` is no release. */
VMX_API uint32_t vmx_libvirt_release(const char *text);

#ifdef __cplusplus
}
#endif

#endif
