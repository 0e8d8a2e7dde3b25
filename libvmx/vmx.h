/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* libvmx: what a VMware configuration means outside VMware.
 *
 * Read from top to bottom this header is the manual:
 *
 *   1. status          did the call do its work?
 *   2. diagnostics     what is the input like?
 *   3. documents       a .vmx file, kept to the byte, read and edited by key
 *   4. conversion      a document in, libvirt domain XML and a loss report out
 *   5. targets         the domain that another host defines, by a stylesheet
 *   6. lint            what is wrong, odd or unwise in a document, and fixes
 *   7. edits           what a key takes, devices that come and go, what has changed
 *   8. differences     what two documents mean that is not the same
 *   9. patches         edits of keys, made of two documents and applied to a third;
 *                      three-way merges
 *  10. releases
 *
 * Strings are UTF-8 and NUL-terminated unless a size stands beside them.  Objects are
 * opaque, owned by one thread at a time, and ended by their _free(), which takes NULL.
 * Any other argument may be NULL only where its comment says so.
 * The library has no global state, prints nothing and never ends the process; what
 * targets need of libxslt's is told there.
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

/* Is it a VMX at all?  Any bytes parse; one has a key that VMware knows and does not
 * begin as a disk, an OVF or a picture does.  If not, an error in `diags` (may be NULL)
 * says what it is. */
VMX_API bool vmx_doc_is_vmx(const struct vmx_doc *doc, struct vmx_diags *diags);

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
/* The same for every key that `pattern` matches as a shell's would: "*", "?", "[0-9]",
 * "[!a]".  How many entries are gone. */
VMX_API size_t vmx_doc_remove_all(struct vmx_doc *doc, const char *pattern);

/* The entries in file order, duplicates included: their number, and the key of each as
 * it is written, or NULL past the end.  Borrowed as above. */
VMX_API size_t vmx_doc_count(const struct vmx_doc *doc);
VMX_API const char *vmx_doc_key(struct vmx_doc *doc, size_t index);
/* The value of that entry, decoded as by vmx_doc_get(), which tells the first's. */
VMX_API const char *vmx_doc_value(struct vmx_doc *doc, size_t index);

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

/* ---- 5. Targets ------------------------------------------------------------------ */

/* An XSLT stylesheet that makes of our domain XML what another host shall have.  It
 * reads the newest form of the XML with all metadata, and in that an element
 * <target xmlns='urn:libvmx:target:1'>: what is known of the guest system, every key
 * with its decoded value, and the map file: vmx-target(7).
 *
 * Once its parameters and map are set, several threads may use one target at the same
 * time.  Each needs 1 MiB of stack.
 *
 * Needs libxml2 and libxslt, which are loaded by the first call and stay.  libxslt has
 * two functions for the whole process, for errors while it compiles and for loading
 * documents; while a call of this section runs they are ours, which hand on what is not
 * meant for us. */
struct vmx_target;

/* A target of the stylesheet `text`, which is copied; `name` is its file, as messages
 * and relative includes have it.  Without text: the built-in target called `name`,
 * "kvm".  An include must be a local file, and is read now; while it runs a stylesheet
 * reads and writes nothing.
 *
 * VMX_OK; VMX_ERR_INPUT when there is no such target, or the stylesheet cannot be used;
 * VMX_ERR_LIBRARY; VMX_ERR_NOMEM; VMX_ERR_MISUSE.  On success the caller ends *ret with
 * vmx_target_free(); on failure it is untouched. */
VMX_API enum vmx_status vmx_target_new(const char *name, const char *text, size_t size,
                                       struct vmx_diags *diags,
                                       struct vmx_target **ret);
VMX_API void vmx_target_free(struct vmx_target *target);

/* The names of the parameters that the stylesheet takes, by number from 0; NULL past
 * the last.  Borrowed until the target is freed. */
VMX_API const char *vmx_target_param(const struct vmx_target *target, size_t index);
/* Gives a parameter a value, which is text whatever it holds; the last one counts.
 * VMX_OK; VMX_ERR_MISUSE when the stylesheet takes none of that name, or `value` is
 * no text that XML can hold; VMX_ERR_LIMIT past 64 parameters; VMX_ERR_NOMEM. */
VMX_API enum vmx_status vmx_target_set_param(struct vmx_target *target,
                                             const char *name, const char *value);
/* Gives the target a map file, vmx-map(5), in place of the one it had.  Diagnostics are
 * about `text`.  VMX_OK; VMX_ERR_INPUT when it does not fit its grammar;
 * VMX_ERR_NOMEM; VMX_ERR_MISUSE. */
VMX_API enum vmx_status vmx_target_set_map(struct vmx_target *target, const char *text,
                                           size_t size, struct vmx_diags *diags);

/* VMX → target: as vmx_convert_to_xml(), and then the stylesheet.  The loss report has
 * the rows of both.  Of `options`, `libvirt` and `no_metadata` are about the result.
 *
 * Also VMX_ERR_INPUT when the stylesheet fails or refuses the machine, and
 * VMX_ERR_LIMIT when it comes to no end or its result is above VMX_MAX_TEXT. */
VMX_API enum vmx_status vmx_convert_to_target(struct vmx_doc *doc,
                                              const struct vmx_convert_options *options,
                                              const struct vmx_target *target,
                                              struct vmx_diags *diags,
                                              struct vmx_result **ret);

/* A drive of the old machine and what the target made of it, as its stylesheet tells in
 * <disk xmlns='urn:libvmx:target:1'>: vmx-target(7).  Strings are NULL where there is
 * nothing to tell, and live as long as the result. */
struct vmx_disk {
    const char *key;    /* "scsi0:1", "floppy0"; never NULL */
    const char *device; /* "disk", "cdrom", "floppy", "lun"; never NULL */
    const char *source; /* as in our domain XML; NULL: the drive is empty */
    const char *target; /* "vdb"; NULL: the new machine has no such drive */
    const char *path;   /* the new file or device, or ... */
    const char *pool;   /* ... the storage pool and the volume in it */
    const char *volume;
    const char *format; /* "qcow2", "raw", "vmdk" */
};

VMX_API size_t vmx_result_disks(const struct vmx_result *result);
/* Row `index` from 0; NULL past the end. */
VMX_API const struct vmx_disk *vmx_result_disk(const struct vmx_result *result,
                                               size_t index);

/* ---- 6. Lint --------------------------------------------------------------------- */

/* A rule: what vmx-lint can find, each with a page in vmx-rules(7).  A constant. */
struct vmx_rule {
    const char *code; /* "VMX101": API, never reused */
    const char *name; /* "duplicate-key" */
    enum vmx_severity severity;
    const char *category;   /* "file", "syntax", "structure", "value", "device",
                               "machine", "security", "portability", "inventory",
                               "style" */
    const char *confidence; /* "certain", "likely", "possible" */
    const char *title, *why, *remedy;
    const char *bad, *good; /* lines of a file, with \n between them */
    const char *tags;       /* ids of baselines, with blanks between them, or "" */
    bool fixable;           /* for some of its findings there is a fix */
};

/* Rule `index` from 0, by number; NULL past the last. */
VMX_API const struct vmx_rule *vmx_rule(size_t index);
/* By code or name (ASCII case ignored); NULL when there is none. */
VMX_API const struct vmx_rule *vmx_rule_find(const char *word);
/* Does the rule belong to a profile? */
VMX_API bool vmx_rule_in(const struct vmx_rule *rule, const char *profile);
/* The names of the profiles, by number from 0; NULL past the last. */
VMX_API const char *vmx_profile(size_t index);

/* Which rules count, and how much.  Once it is set up, several threads may use one at
 * the same time. */
struct vmx_linter;

/* A linter with the rules of `profiles`, names with commas between them; NULL: of
 * "default".  VMX_OK, VMX_ERR_MISUSE for a name that is none, VMX_ERR_NOMEM.  The
 * caller ends *ret with vmx_linter_free(). */
VMX_API enum vmx_status vmx_linter_new(const char *profiles, struct vmx_linter **ret);
VMX_API void vmx_linter_free(struct vmx_linter *linter);

/* What to do with a rule. */
enum vmx_rule_state {
    VMX_RULE_OFF,
    VMX_RULE_ON, /* with the severity it has */
    VMX_RULE_STYLE,
    VMX_RULE_INFO,
    VMX_RULE_WARNING,
    VMX_RULE_ERROR, /* on, with another severity */
};

/* Sets the state of all rules that `word` means: a code, a name, a family as "3xx", a
 * category, a profile, a tag, or "all"; ASCII case ignored.  How many those are: 0 for
 * a word that means none. */
VMX_API size_t vmx_linter_set(struct vmx_linter *linter, const char *word,
                              enum vmx_rule_state state);
VMX_API enum vmx_rule_state vmx_linter_get(const struct vmx_linter *linter,
                                           const struct vmx_rule *rule);

/* What stands beside the VMX, as vmx_lint_options.file tells. */
struct vmx_file_facts {
    bool there;
    const char *parent; /* of a VMDK: the file it was a snapshot of, as it names it, or
                           NULL; valid until the next call */
};

/* How to lint.  Start from VMX_LINT_OPTIONS. */
struct vmx_lint_options {
    size_t size;      /* of this structure: VMX_LINT_OPTIONS sets it */
    const char *name; /* of the file, as "vm.vmx"; may be NULL */
    /* Tells of a file that the VMX or one of its disks names, by the path as it is
     * written, relative to the VMX's folder.  False when nothing can be told of it.
     * NULL: rules about files find nothing. */
    bool (*file)(void *closure, const char *path, struct vmx_file_facts *ret);
    void *closure;
};

#define VMX_LINT_OPTIONS                                                               \
    {                                                                                  \
        sizeof(struct vmx_lint_options), NULL, NULL, NULL                              \
    }

enum vmx_fix {
    VMX_FIX_NONE,
    VMX_FIX_SAFE,   /* what the file means stays */
    VMX_FIX_UNSAFE, /* what the file means changes, or may */
};

enum vmx_suppression {
    VMX_NOT_SUPPRESSED,
    VMX_SUPPRESSED, /* by a comment `# vmx-lint: disable=CODE` in the file */
};

/* One finding.  Strings live as long as the list.  The structure may grow at its end.
 */
struct vmx_finding {
    const struct vmx_rule *rule;
    enum vmx_severity
        severity;        /* as the linter says, or lower where the ground is weak */
    const char *message; /* one line, without place, code or control characters */
    const char *key;     /* as it is written; NULL when it is about no single key */
    size_t offset;       /* of the blamed bytes; 0 and 0 for the whole */
    size_t length;
    uint32_t line;         /* from 1; 0 when it has no place */
    uint32_t column;       /* in bytes, from 1 */
    uint32_t related_line; /* of the other line that it is about, or 0 */
    enum vmx_fix fix;
    enum vmx_suppression suppression;
    uint64_t fingerprint; /* of rule, key and value, and not of the place: it survives
                             lines that move */
    bool secret;          /* the line must not be shown: it holds a password or key */
};

struct vmx_findings;

/* Looks for all that the linter's rules can find.  `options` may be NULL.  Findings are
 * sorted by place and then by code; no more than VMX_MAX_FINDINGS are kept.  What is no
 * VMX, or wholly encrypted, has one finding that says so.
 *
 * VMX_OK, VMX_ERR_NOMEM, VMX_ERR_MISUSE for options that lack members; VMX_ERR_LIBRARY
 * when a rule is on that tries a conversion for KVM (17xx, in the profile migrate-kvm),
 * and libxml2 or libxslt cannot be loaded.
 * The caller ends *ret with vmx_findings_free(), before or after `doc`. */
VMX_API enum vmx_status vmx_lint(const struct vmx_linter *linter, struct vmx_doc *doc,
                                 const struct vmx_lint_options *options,
                                 struct vmx_findings **ret);
#define VMX_MAX_FINDINGS 100000
VMX_API void vmx_findings_free(struct vmx_findings *findings);

VMX_API size_t vmx_findings_count(const struct vmx_findings *findings);
/* Finding `index` from 0; NULL past the end. */
VMX_API const struct vmx_finding *vmx_findings_get(const struct vmx_findings *findings,
                                                   size_t index);
/* How many were found past those kept. */
VMX_API size_t vmx_findings_dropped(const struct vmx_findings *findings);

/* An edit that a fix makes: the bytes from `offset` on give way to `text`. */
struct vmx_fix_edit {
    size_t offset, length;
    const char *text; /* in the file's own bytes */
    size_t size;
};

/* Edit `index` of the fix of `finding`, from 0; NULL past the last. */
VMX_API const struct vmx_fix_edit *vmx_finding_edit(const struct vmx_finding *finding,
                                                    size_t index);

/* Makes the edits of all findings that have a safe fix, and are not suppressed; with
 * `unsafe` those of the others too; and lints again, until nothing is left to fix.  All
 * other bytes stay.  The new text, to be freed with free(), goes to *ret_text, its size
 * to *ret_size, the number of fixes made to *ret_fixed (may be NULL).  `accept` (may be
 * NULL) tells which findings count.
 *
 * VMX_OK, and otherwise as vmx_lint(). */
VMX_API enum vmx_status
vmx_lint_fix(const struct vmx_linter *linter, struct vmx_doc *doc,
             const struct vmx_lint_options *options, bool unsafe,
             bool (*accept)(void *closure, const struct vmx_finding *finding),
             void *accept_closure, char **ret_text, size_t *ret_size,
             size_t *ret_fixed);

/* What many machines have in common and must not: the index of one run over an
 * inventory.  Add every machine, then ask for the findings of those that are
 * concerned. */
struct vmx_inventory;

/* NULL when out of memory.  The linter must outlive it. */
VMX_API struct vmx_inventory *vmx_inventory_new(const struct vmx_linter *linter);
VMX_API void vmx_inventory_free(struct vmx_inventory *inventory);

/* Remembers what `doc`, the machine in the file `path`, must have for itself: under 200
 * bytes.  VMX_OK or VMX_ERR_NOMEM. */
VMX_API enum vmx_status vmx_inventory_add(struct vmx_inventory *inventory,
                                          struct vmx_doc *doc, const char *path);

/* The path of the `index`th machine, from 0 in the order in which they were added, that
 * seems to share something with another; NULL past the last.  What was added later does
 * not count once this was called. */
VMX_API const char *vmx_inventory_concerned(struct vmx_inventory *inventory,
                                            size_t index);
/* The findings about it; `doc` is the same machine, read again. */
VMX_API enum vmx_status vmx_inventory_lint(struct vmx_inventory *inventory,
                                           size_t index, struct vmx_doc *doc,
                                           struct vmx_findings **ret);

/* ---- 7. Edits -------------------------------------------------------------------- */

/* Does the UTF-8 `value` suit `key`, as far as the catalogue of keys knows?  What is
 * against it is said in `diags` (may be NULL); a key that is not in the catalogue takes
 * anything, with a warning.
 *
 * VMX_OK; VMX_ERR_INPUT when it does not suit; VMX_ERR_MISUSE when `key` is no key
 * name; VMX_ERR_NOMEM. */
VMX_API enum vmx_status vmx_key_check(const char *key, const char *value,
                                      struct vmx_diags *diags);
/* "string", "bool", "int", "enum", "uuid", "mac", "path", "size"; NULL when the
 * catalogue does not have the key.  A constant string. */
VMX_API const char *vmx_key_type(const char *key);
/* Is its value a password, a key or the like, which no output shows unasked? */
VMX_API bool vmx_key_is_secret(const char *key);
/* The guestId that vSphere's API has for a word of the key guestOS (ASCII case
 * ignored): "ubuntu64Guest" for "ubuntu-64".  A constant string; NULL when none is
 * known.
 */
VMX_API const char *vmx_guest_id(const char *word);

/* A device to be added.  Start from VMX_DEVICE; what is NULL is chosen. */
struct vmx_device {
    size_t size;            /* of this structure: VMX_DEVICE sets it */
    const char *file;       /* the disk, the image in the drive, the file of the port */
    const char *bus;        /* "scsi", "sata", "ide", "nvme" */
    const char *model;      /* of the adapter or SCSI controller: "vmxnet3", "pvscsi" */
    const char *network;    /* ESXi: the port group */
    const char *connection; /* Workstation: "bridged", "nat", "hostonly" */
    const char *mac;        /* a static address; NULL: the host makes one */
    const char *at;         /* the place: "scsi0:1", "ethernet2" */
    bool force;             /* of what is against it, heed only what cannot be */
};

#define VMX_DEVICE                                                                     \
    {                                                                                  \
        sizeof(struct vmx_device), NULL, NULL, NULL, NULL, NULL, NULL, NULL, false     \
    }

/* Adds a "disk", "cdrom", "floppy", "nic", "serial" port or "controller".
 *
 * A drive goes to the lowest free place of the controller that the machine's disks use,
 * then of others of its bus; when all are full, or there is none, a controller is added
 * with it.  What the guest system and the hardware version have decides over models,
 * and how many places there are.  A place that is switched off is taken when no other
 * is left, and its old keys go.
 *
 * VMX_OK, with the device's name in *ret_name (may be NULL; borrowed until the document
 * is freed); VMX_ERR_INPUT with an error in `diags` (may be NULL) when it cannot be
 * added, or the file's encoding cannot hold a name: nothing is changed then;
 * VMX_ERR_MISUSE; VMX_ERR_NOMEM and VMX_ERR_LIMIT, which may leave part of it. */
VMX_API enum vmx_status vmx_doc_add_device(struct vmx_doc *doc, const char *kind,
                                           const struct vmx_device *device,
                                           struct vmx_diags *diags,
                                           const char **ret_name);
/* Removes "scsi0:1", "ethernet0", "usb_xhci": every key of it, those under "sched."
 * too, and its place in the boot order.  A controller that has devices goes only by
 * `force`, and they with it.
 *
 * VMX_OK; VMX_ERR_INPUT with an error in `diags` (may be NULL) when there is no such
 * device, or it has others; VMX_ERR_MISUSE; VMX_ERR_NOMEM. */
VMX_API enum vmx_status vmx_doc_remove_device(struct vmx_doc *doc, const char *name,
                                              bool force, struct vmx_diags *diags);

/* What makes `now` of `before`, as diff -u writes it, with their names in the first two
 * lines; empty when they are the same bytes.  Without `with_secrets` a secret is shown
 * as "(redacted)", and one that changed as such.  The caller frees *ret_text, whose
 * bytes are *ret_size (may be NULL).  VMX_OK, VMX_ERR_NOMEM, VMX_ERR_MISUSE. */
VMX_API enum vmx_status vmx_doc_diff(struct vmx_doc *before, struct vmx_doc *now,
                                     const char *name_before, const char *name_now,
                                     bool with_secrets, char **ret_text,
                                     size_t *ret_size);

/* ---- 8. Differences -------------------------------------------------------------- */

/* How to compare.  Start from VMX_DIFF_OPTIONS. */
struct vmx_diff_options {
    size_t size;          /* of this structure: VMX_DIFF_OPTIONS sets it */
    bool all;             /* what the host writes or has assigned, too */
    bool bytes;           /* how a statement is written counts, and nothing is hidden */
    bool before_redacted; /* one that was made of domain XML may lack its secrets: */
    bool after_redacted;  /* that they are missing there is no difference */
    bool canonical;       /* tell values in one spelling: TRUE for yes, 1 for 01 */
};

#define VMX_DIFF_OPTIONS                                                               \
    {                                                                                  \
        sizeof(struct vmx_diff_options), false, false, false, false, false             \
    }

/* Two documents compared by what they mean, device by device.  Spelling, order,
 * encoding and comments are no difference, nor are a default and its absence, a device
 * that is not present and none.  A disk is known by its file and a network card by its
 * address, so that one at another place has moved. */
struct vmx_diff;

enum vmx_change {
    VMX_CHANGE_CHANGED,
    VMX_CHANGE_ADDED,
    VMX_CHANGE_REMOVED,
    VMX_CHANGE_MOVED, /* of devices alone */
};

/* Whose business a key is. */
enum vmx_concern {
    VMX_CONCERN_CONFIGURATION,
    VMX_CONCERN_IDENTITY, /* which machine it is: names, UUIDs, addresses, files */
    VMX_CONCERN_HOST,     /* assigned by the host, and kept */
    VMX_CONCERN_RUNTIME,  /* written anew by the host */
};

/* What a running machine needs for the change, by vSphere's API. */
enum vmx_apply {
    VMX_APPLY_LIVE,        /* nothing */
    VMX_APPLY_POWER_CYCLE, /* is set at once, and counts from the next start */
    VMX_APPLY_POWER_OFF,   /* is set while the machine is off */
    VMX_APPLY_NOT_BY_VI,   /* the API does not set it: an edit of the file */
};

/* One difference: of a key, or of a device as a whole.  The keys of a device that came
 * or left follow it.  Strings are UTF-8 and live as long as the vmx_diff; the structure
 * may grow at its end. */
struct vmx_difference {
    enum vmx_change change;
    enum vmx_concern concern;
    enum vmx_apply apply;
    const char *device;       /* "scsi0:1"; "" for the machine itself */
    const char *device_after; /* its place afterwards; as `device` unless it moved */
    const char *mark;         /* what the device is known by; NULL: its place */
    bool whole;               /* the device came or left with this key */
    const char *key;          /* as it is written; NULL: the device as a whole */
    const char *key_after;    /* as `key` unless the device moved */
    const char *before;       /* without escapes; "(redacted)"; NULL: absent */
    const char *after;
    bool secret;
    const char *vi;       /* field of VirtualMachineConfigSpec; NULL: extraConfig */
    uint32_t line_before; /* from 1; 0 when absent */
    uint32_t line_after;
};

/* Compares.  `options` may be NULL for the usual ones.  The documents keep what was
 * decoded, and say the same as before; they may be freed before *ret.
 *
 * VMX_OK, VMX_ERR_NOMEM, VMX_ERR_MISUSE.  On success the caller ends *ret with
 * vmx_diff_free(); on failure it is untouched. */
VMX_API enum vmx_status vmx_diff_new(struct vmx_doc *before, struct vmx_doc *after,
                                     const struct vmx_diff_options *options,
                                     struct vmx_diff **ret);
VMX_API void vmx_diff_free(struct vmx_diff *diff);

/* The differences, the machine's first, then by device: their number, and one of them
 * from 0; NULL past the end. */
VMX_API size_t vmx_diff_count(const struct vmx_diff *diff);
VMX_API const struct vmx_difference *vmx_diff_get(const struct vmx_diff *diff,
                                                  size_t index);
/* How many were not told, being the host's business. */
VMX_API size_t vmx_diff_hidden(const struct vmx_diff *diff);

/* "changed", "added", ...; "configuration", ...; "live", "power cycle", "power off",
 * "not by VI": constant strings. */
VMX_API const char *vmx_change_text(enum vmx_change change);
VMX_API const char *vmx_concern_text(enum vmx_concern concern);
VMX_API const char *vmx_apply_text(enum vmx_apply apply);

/* ---- 9. Patches ------------------------------------------------------------------ */

/* A list of edits: what keys said and what they shall say.  What they say is compared
 * by meaning, so that a patch fits a document that spells things in another way.
 * Passwords and keys are in it as they are in the files. */
struct vmx_patch;

/* One edit.  Strings are UTF-8, without escapes, and live as long as the patch. */
struct vmx_edit {
    const char *key;
    const char *before; /* NULL: the key was not there */
    const char *after;  /* NULL: the key is to leave */
};

/* The edits that make of `before` what `after` means.  What the host writes anew or has
 * assigned stays as it is unless `all`, or its device leaves; .encoding is how a file
 * is written, and no edit.  VMX_OK, VMX_ERR_NOMEM, VMX_ERR_MISUSE.  On success the
 * caller ends *ret with vmx_patch_free(); on failure it is untouched. */
VMX_API enum vmx_status vmx_patch_between(struct vmx_doc *before, struct vmx_doc *after,
                                          bool all, struct vmx_patch **ret);
/* Reads what vmx_patch_text() gave; `text` is copied.  VMX_ERR_INPUT too, with a
 * finding in `diags` (may be NULL), when it is no patch, and VMX_ERR_LIMIT. */
VMX_API enum vmx_status vmx_patch_parse(const char *text, size_t size,
                                        struct vmx_diags *diags,
                                        struct vmx_patch **ret);
VMX_API void vmx_patch_free(struct vmx_patch *patch);

/* The number of edits, and one of them from 0; NULL past the end, or when out of
 * memory. */
VMX_API size_t vmx_patch_count(const struct vmx_patch *patch);
VMX_API const struct vmx_edit *vmx_patch_edit(struct vmx_patch *patch, size_t index);

/* The patch as text, as vmx-diff(1) describes it; its bytes in *ret_size (may be NULL).
 * Borrowed; NULL when out of memory. */
VMX_API const char *vmx_patch_text(struct vmx_patch *patch, size_t *ret_size);

/* Makes the edits in `doc`, all of them or, with one that does not fit, none; `partly`
 * makes those that fit.  An edit whose result the document says already is done.
 *
 * VMX_OK, and then vmx_patch_conflicts() tells what did not fit; VMX_ERR_LIMIT;
 * VMX_ERR_NOMEM, after which some edits may be made; VMX_ERR_MISUSE. */
VMX_API enum vmx_status vmx_patch_apply(struct vmx_patch *patch, struct vmx_doc *doc,
                                        bool partly);

/* An edit that did not fit the document it was last applied to. */
struct vmx_conflict {
    struct vmx_edit edit;
    const char *found; /* what the document says; NULL: the key is not there */
    bool secret;       /* these values are not to be shown */
};

VMX_API size_t vmx_patch_conflicts(const struct vmx_patch *patch);
/* By number from 0; NULL past the end, or when out of memory.  Valid until the patch is
 * applied again or freed. */
VMX_API const struct vmx_conflict *vmx_patch_conflict(struct vmx_patch *patch,
                                                      size_t index);

/* Three-way: what `theirs` has changed since `base`, comments included, put into
 * `ours`, whose order and spelling stay.  What both have changed in two ways stands in
 * the result between "<<<<<<< ours", "||||||| base", "=======" and ">>>>>>> theirs"; of
 * what the host writes anew ours stays.  Where one side is the base, byte for byte, the
 * result is the other.
 *
 * VMX_OK, with the text, NUL-terminated, to be freed with free(), its bytes in
 * *ret_size and the number of conflicts in *ret_conflicts (either may be NULL);
 * VMX_ERR_NOMEM, VMX_ERR_LIMIT, VMX_ERR_MISUSE. */
VMX_API enum vmx_status vmx_merge(struct vmx_doc *base, struct vmx_doc *ours,
                                  struct vmx_doc *theirs, char **ret_text,
                                  size_t *ret_size, size_t *ret_conflicts);

/* ---- 10. Releases ---------------------------------------------------------------- */

/* "9.0", "9.0.0" or "11.5" as 9000000 or 11005000; 0 when `text` is no release. */
VMX_API uint32_t vmx_libvirt_release(const char *text);

#ifdef __cplusplus
}
#endif

#endif
