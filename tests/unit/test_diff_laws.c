/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The laws of comparing, over documents put together at random, and over our samples
 * and real files ($VMX_CORPUS, else ../shared/corpus beside the source) two by two. */
#include <dirent.h>
#include <stdio.h>

#include "base/file.h"
#include "docs.h"
#include "random.h"

enum {
    ROUNDS = 3000,
    ROUNDS_VALGRIND = 30,
    FILES_MAX = 2000,
};

/* ---- what is compared ------------------------------------------------------------ */

static void
diff_end(struct vmx_diff **diff)
{
    vmx_diff_free(*diff);
}

static void
patch_end(struct vmx_patch **patch)
{
    vmx_patch_free(*patch);
}

static void
text_end(char **text)
{
    free(*text);
}

#define AUTO_DIFF VX_AUTO(diff_end)
#define AUTO_PATCH VX_AUTO(patch_end)
#define AUTO_TEXT VX_AUTO(text_end)

static struct vmx_diff *
compare(struct vmx_doc *a, struct vmx_doc *b, bool all)
{
    struct vmx_diff_options options = VMX_DIFF_OPTIONS;
    struct vmx_diff *diff = NULL;

    options.all = all;
    ck_ok(vmx_diff_new(a, b, &options, &diff));
    return diff;
}

static struct vx_str
line_text(const struct vx_line *line)
{
    struct vx_str text = vx_str_of(line->text, line->size);

    while (text.n && (text.s[text.n - 1] == '\n' || text.s[text.n - 1] == '\r'))
        text.n--;
    return text;
}

/* ---- the laws -------------------------------------------------------------------- */

static void
same_is_empty(struct vmx_doc *a)
{
    struct vmx_doc *copy AUTO_DOC = NULL;
    struct vmx_diff *diff AUTO_DIFF = NULL;
    char *text AUTO_TEXT = NULL;
    size_t size;

    ck_ok(vmx_doc_emit(a, &text, &size));
    ck_ok(vmx_doc_parse(text, size, NULL, &copy));
    diff = compare(a, copy, true);
    ck_assert_uint_eq(vmx_diff_count(diff), 0);
}

static bool
same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool
is_mirror(const struct vmx_difference *a, const struct vmx_difference *b)
{
    static const enum vmx_change mirror[] = {
        [VMX_CHANGE_CHANGED] = VMX_CHANGE_CHANGED,
        [VMX_CHANGE_ADDED] = VMX_CHANGE_REMOVED,
        [VMX_CHANGE_REMOVED] = VMX_CHANGE_ADDED,
        [VMX_CHANGE_MOVED] = VMX_CHANGE_MOVED,
    };

    return mirror[a->change] == b->change && same_text(a->before, b->after)
           && same_text(a->after, b->before) && same_text(a->key, b->key_after)
           && same_text(a->key_after, b->key)
           && strcasecmp(a->device, b->device_after) == 0
           && strcasecmp(a->device_after, b->device) == 0 && a->concern == b->concern
           && a->apply == b->apply && a->whole == b->whole
           && a->line_before == b->line_after && a->line_after == b->line_before;
}

static void
arguments_mirror(struct vmx_doc *a, struct vmx_doc *b)
{
    struct vmx_diff *forth AUTO_DIFF = compare(a, b, true);
    struct vmx_diff *back AUTO_DIFF = compare(b, a, true);
    size_t count = vmx_diff_count(forth);

    ck_assert_uint_eq(count, vmx_diff_count(back));
    for (size_t i = 0; i < count; i++) {
        const struct vmx_difference *row = vmx_diff_get(forth, i);
        size_t at = 0;

        while (at < count && !is_mirror(row, vmx_diff_get(back, at)))
            at++;
        ck_assert_msg(at < count, "%s %s has no mirror", vmx_change_text(row->change),
                      row->key ? row->key : row->device);
    }
}

static bool
is_edited(struct vmx_patch *patch, struct vx_str key)
{
    for (size_t i = 0; i < vmx_patch_count(patch); i++)
        if (vx_str_ieq(vx_str_c(vmx_patch_edit(patch, i)->key), key))
            return true;
    return false;
}

/* The next line that the patch does not speak of. */
static const struct vx_line *
next_untouched(struct vmx_patch *patch, const struct vmx_doc *doc, size_t *at)
{
    while (*at < doc->count) {
        const struct vx_line *line = &doc->lines[(*at)++];

        if (line->size && !(line->kind == VX_LINE_BLANK && line_text(line).n == 0)
            && (line->kind != VX_LINE_ENTRY || !is_edited(patch, vx_line_key(line))))
            return line;
    }
    return NULL;
}

static void
rest_is_kept(struct vmx_patch *patch, const struct vmx_doc *before,
             const struct vmx_doc *after)
{
    size_t a = 0, b = 0;

    for (;;) {
        const struct vx_line *old = next_untouched(patch, before, &a);
        const struct vx_line *new = next_untouched(patch, after, &b);

        ck_assert((old == NULL) == (new == NULL));
        if (old == NULL || new == NULL)
            break;
        ck_assert_slice_eq(line_text(old), line_text(new));
    }
}

static void
patch_leads_there(struct vmx_doc *a, struct vmx_doc *b, bool all)
{
    struct vmx_patch *made AUTO_PATCH = NULL, *patch AUTO_PATCH = NULL;
    struct vmx_doc *edited AUTO_DOC = NULL;
    struct vmx_diff *diff AUTO_DIFF = compare(a, b, all), *left AUTO_DIFF = NULL;
    char *text AUTO_TEXT = NULL;
    const char *written;
    size_t size;

    ck_ok(vmx_patch_between(a, b, all, &made));
    ck_assert_int_eq(vmx_patch_count(made) == 0, vmx_diff_count(diff) == 0);
    written = vmx_patch_text(made, &size);
    ck_ok(vmx_patch_parse(written, size, NULL, &patch));
    ck_ok(vmx_doc_emit(a, &text, &size));
    ck_ok(vmx_doc_parse(text, size, NULL, &edited));
    ck_ok(vmx_patch_apply(patch, edited, false));
    ck_assert_msg(
        vmx_patch_conflicts(patch) == 0, "%s does not fit what it was made of",
        vmx_patch_conflicts(patch) ? vmx_patch_conflict(patch, 0)->edit.key : "");
    left = compare(edited, b, all);
    ck_assert_msg(vmx_diff_count(left) == 0, "%s is left",
                  vmx_diff_count(left) && vmx_diff_get(left, 0)->key
                      ? vmx_diff_get(left, 0)->key
                      : "a device");
    rest_is_kept(patch, a, edited);
}

static struct vmx_doc *
with_comment(const struct vmx_doc *doc)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    char *own AUTO_TEXT = NULL;

    vx_buf_lit(&text, "# another copy\n");
    ck_ok(vmx_doc_emit(doc, &own, NULL));
    vx_buf_str(&text, vx_str_of(own, doc->size));
    return doc_of(vx_buf_text(&text));
}

static void
merge_is(struct vmx_doc *base, struct vmx_doc *ours, struct vmx_doc *theirs,
         struct vmx_doc *expected, bool bytes)
{
    struct vmx_doc *merged AUTO_DOC = NULL;
    struct vmx_diff *diff AUTO_DIFF = NULL;
    char *text AUTO_TEXT = NULL;
    size_t size, conflicts;

    ck_ok(vmx_merge(base, ours, theirs, &text, &size, &conflicts));
    ck_assert_uint_eq(conflicts, 0);
    if (bytes)
        ck_assert_doc(expected, vx_str_of(text, size));
    ck_ok(vmx_doc_parse(text, size, NULL, &merged));
    diff = compare(merged, expected, true);
    ck_assert_msg(vmx_diff_count(diff) == 0, "%s is left",
                  vmx_diff_count(diff) && vmx_diff_get(diff, 0)->key
                      ? vmx_diff_get(diff, 0)->key
                      : "a device");
}

static void
unchanged_side_yields(struct vmx_doc *a, struct vmx_doc *b)
{
    struct vmx_doc *copy AUTO_DOC = with_comment(a);

    merge_is(a, a, b, b, true);
    merge_is(a, b, a, b, true);
    merge_is(a, b, b, b, true);
    if (a->count && (a->lines[0].odd & VX_ODD_BOM))
        return; /* which is none behind a comment */
    merge_is(a, b, copy, b, false);
    merge_is(a, copy, b, b, false);
}

static void
hold_laws(struct vmx_doc *a, struct vmx_doc *b)
{
    same_is_empty(a);
    arguments_mirror(a, b);
    patch_leads_there(a, b, true);
    patch_leads_there(a, b, false);
    unchanged_side_yields(a, b);
}

/* ---- at random ------------------------------------------------------------------- */

static const char *const keys[] = {
    "memSize",       "numvcpus",         "vhv.enable",         "firmware",
    "uuid.bios",     "displayName",      "annotation",         "cleanShutdown",
    "vm.genid",      "unheard.of",       "guestinfo.secret",   ".encoding",
    "sound.present", "sound.virtualDev", "pciBridge0.present", "pciBridge0:1.pxm",
};

static const char *const devices[] = {"scsi0:0",   "scsi0:1", "SATA0:1", "ethernet0",
                                      "ethernet1", "scsi0",   "floppy0", "usb:1"};

static const char *const properties[] = {
    "present", "present",    "fileName",      "mode",    "address",
    "vnet",    "virtualDev", "pciSlotNumber", "unheard", "generatedAddress",
};

static const char *const values[] = {
    "TRUE",
    "FALSE",
    "true",
    "no",
    "1",
    "01",
    "0",
    "",
    "a.vmdk",
    "b.vmdk",
    "efi",
    "EFI",
    "x",
    "a|22b",
    "00:50:56:00:00:01",
    "00:50:56:00:00:02",
    "16",
    "\xC3\xA9",
    "|E9",
};

#define PICK(random, list) (list)[vx_random_below((random), VX_COUNT(list))]

static void
put_key(struct vx_random *random, struct vx_buf *out)
{
    if (vx_random_below(random, 3) == 0) {
        vx_buf_str(out, vx_str_c(PICK(random, keys)));
        return;
    }
    if (vx_random_below(random, 20) == 0) {
        vx_buf_lit(out, "sched.scsi0:1.shares");
        return;
    }
    vx_buf_printf(out, "%s.%s", PICK(random, devices), PICK(random, properties));
}

static struct vmx_doc *
any_doc(struct vx_random *random)
{
    static const char *const ends[] = {"\n", "\n", "\r\n", "\n# note\n", "\n\n"};
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1 << 16);

    for (size_t n = vx_random_below(random, 14); n; n--) {
        size_t start = text.size;

        put_key(random, &text);
        if (vx_str_ieq(vx_str_of(text.data + start, text.size - start),
                       VX_STR(".encoding")))
            vx_buf_lit(&text, " = \"UTF-8\"");
        else
            vx_buf_printf(&text, " = \"%s\"", PICK(random, values));
        if (n > 1 || vx_random_below(random, 4))
            vx_buf_str(&text, vx_str_c(PICK(random, ends)));
    }
    ck_assert(!text.failed);
    return doc_of(vx_buf_text(&text));
}

START_TEST(random_pairs)
{
    int rounds = getenv("VMX_VALGRIND") ? ROUNDS_VALGRIND : ROUNDS;
    struct vx_random random = VX_RANDOM;

    for (int i = 0; i < rounds; i++) {
        struct vmx_doc *a AUTO_DOC = any_doc(&random), *b AUTO_DOC = any_doc(&random);

        hold_laws(a, b);
    }
}

END_TEST

/* ---- files ----------------------------------------------------------------------- */

static struct vmx_doc *docs[FILES_MAX];
static size_t doc_count;

static void
read_folder(const char *folder, int depth)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    while (dir && (entry = readdir(dir)) != NULL && doc_count < FILES_MAX) {
        struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
        char path[1024];
        int error;

        if (entry->d_name[0] == '.'
            || snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name)
                   >= (int)sizeof(path))
            continue;
        if (entry->d_type == DT_DIR && depth)
            read_folder(path, depth - 1);
        else if (vx_str_iends(vx_str_c(entry->d_name), VX_STR(".vmx"))
                 && vx_file_read(path, &text, &error) == VMX_OK && text.size)
            docs[doc_count++] = doc_of(vx_buf_text(&text));
    }
    if (dir)
        closedir(dir);
}

START_TEST(file_pairs)
{
    const char *top = getenv("abs_top_srcdir"), *corpus = getenv("VMX_CORPUS");
    char path[1024];

    ck_assert(snprintf(path, sizeof(path), "%s/testdata", top ? top : ".")
              < (int)sizeof(path));
    read_folder(path, 3);
    if (corpus == NULL) {
        ck_assert(
            snprintf(path, sizeof(path), "%s/../shared/corpus/vmx", top ? top : ".")
            < (int)sizeof(path));
        corpus = path;
    }
    read_folder(corpus, 3);
    ck_assert_uint_ge(doc_count, 100);
    for (size_t i = 0; i < doc_count; i++)
        hold_laws(docs[i], docs[(i + 1) % doc_count]);
    printf("%zu pairs of files\n", doc_count);
    for (size_t i = 0; i < doc_count; i++)
        vmx_doc_free(docs[i]);
}

END_TEST

/* ---- merges that meet ------------------------------------------------------------ */

static void
assert_merge(const char *base, const char *ours, const char *theirs, size_t conflicts,
             const char *expected)
{
    struct vmx_doc *a AUTO_DOC = doc_of(vx_str_c(base)),
                      *b AUTO_DOC = doc_of(vx_str_c(ours)),
                      *c AUTO_DOC = doc_of(vx_str_c(theirs));
    char *text AUTO_TEXT = NULL;
    size_t found;

    ck_ok(vmx_merge(a, b, c, &text, NULL, &found));
    ck_assert_str_eq(text, expected);
    ck_assert_uint_eq(found, conflicts);
}

START_TEST(merges)
{
    /* Both change, in different places. */
    assert_merge("memSize = \"1\"\nnumvcpus = \"1\"\n",
                 "memSize = \"2\"\nnumvcpus = \"1\"\n",
                 "memSize = \"1\"\nnumvcpus = \"4\"\n", 0,
                 "memSize = \"2\"\nnumvcpus = \"4\"\n");
    /* Both change alike, spelled in two ways. */
    assert_merge("memSize = \"1\"\n", "memSize = \"2\"\n# x\n", "MEMSIZE = 02\n", 0,
                 "memSize = \"2\"\n# x\n");
    /* In two ways. */
    assert_merge("a = \"1\"\r\nb = \"x\"\r\n", "a = \"2\"\r\nb = \"x\"\r\n",
                 "a = \"3\"\r\nb = \"x\"\r\n", 1,
                 "<<<<<<< ours\r\na = \"2\"\r\n||||||| base\r\na = \"1\"\r\n=======\r\n"
                 "a = \"3\"\r\n>>>>>>> theirs\r\nb = \"x\"\r\n");
    /* One changes what the other removes, and the other way. */
    assert_merge(
        "a = \"1\"\nb = \"x\"\n", "b = \"x\"\n", "a = \"3\"\nb = \"x\"\n", 1,
        "b = \"x\"\n<<<<<<< ours\n||||||| base\na = \"1\"\n=======\na = \"3\"\n"
        ">>>>>>> theirs\n");
    assert_merge("a = \"1\"\nb = \"x\"\n", "a = \"3\"\nb = \"x\"", "b = \"x\"\n", 1,
                 "<<<<<<< ours\na = \"3\"\n||||||| base\na = \"1\"\n=======\n"
                 ">>>>>>> theirs\nb = \"x\"");
    /* Comments of theirs come and go. */
    assert_merge("# of old\na = \"1\"\nb = \"x\"\n",
                 "# of old\na = \"2\"\nb = \"x\"\n# ours",
                 "a = \"1\"\n# new\n  # too\nb = \"y\"\n# last\n", 0,
                 "a = \"2\"\n# new\n# too\nb = \"y\"\n# ours\n# last\n");
    /* The host's own keys stay as ours has them. */
    assert_merge("vm.genid = \"1\"\na = \"1\"\n", "vm.genid = \"2\"\na = \"1\"\n",
                 "vm.genid = \"3\"\na = \"2\"\n", 0, "vm.genid = \"2\"\na = \"2\"\n");
    /* A property of a device that has left. */
    assert_merge(
        "ethernet0.present = \"TRUE\"\na = \"1\"\n", "a = \"1\"\n",
        "ethernet0.present = \"TRUE\"\nethernet0.vnet = \"v\"\na = \"1\"\n", 1,
        "a = \"1\"\n<<<<<<< ours\n||||||| base\n=======\nethernet0.vnet = \"v\"\n"
        ">>>>>>> theirs\n");
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("diff laws");
    TCase *t = tcase_create("laws");

    tcase_add_test(t, random_pairs);
    tcase_add_test(t, file_pairs);
    tcase_add_test(t, merges);
    suite_add_tcase(s, t);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
