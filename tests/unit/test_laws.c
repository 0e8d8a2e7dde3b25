/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What holds for every byte string: a document gives its bytes back, and an edit
 * touches what it edits.  The inputs are random, and mutations of seeds; the same in
 * every run. */
#include <dirent.h>
#include <stdio.h>

#include "base/file.h"

#include "docs.h"
#include "random.h"

#define ROUNDS 1000000
#define ROUNDS_VALGRIND 20000
#define TEXT_MAX 600
#define SEED_MAX 65536
#define FOLDERS_DEPTH 4

static const char *const seeds[] = {
    "",
    "a = \"1\"\n",
    "#!/usr/bin/vmware\n.encoding = \"UTF-8\"\nconfig.version = \"8\"\n"
    "virtualHW.version = \"19\"\nmemsize = \"4096\"\ndisplayName = \"a%20b|7cc\"\n"
    "scsi0:1.fileName = \"disk.vmdk\"\r\nscsi0:1.present = \"TRUE\"\r\n",
    "a = \"1\"; b = '2' ; c=\"\"\"3\n4\"\"\" # x\nd=5\ne \"6\"\nf =\ng = \"7\n",
    "\xef\xbb\xbf\x61 = \"1\"\r\rb = \"x \"y\" z\"\nrubbish\n// c\n<<<<<<< HEAD\n",
    ".encoding = \"Shift_JIS\"\nannotation = \"\x83\x7c\x83\x5c|0a\"\ndisplayName = "
    "\"\x83\x7c\"\n",
    ".encoding = \"windows-1252\"\ndisplayName = \"\xe4\x80%41\"\nA = \"1\"\na = "
    "\"2\"\n",
    ".encoding = \"nonsense\"\ndisplayName = \"\xe4\"\nethernet0.address = "
    "00:50:56:00:00:01\n",
};

/* Pieces that make a mutation mean something. */
static const char *const pieces[] = {
    "\"",
    "\"\"\"",
    "'",
    "=",
    " = ",
    ";",
    "#",
    "//",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "|",
    "|22",
    "%",
    "%7c",
    "\xef\xbb\xbf",
    "\xff",
    "\xc3\xa4",
    "a",
    "A",
    "0",
    "scsi0:1.",
    ".encoding = \"GBK\"\n",
    ".encoding",
    "displayName",
    "a = \"1\"\n",
    "\x83\x7c",
    "b = \"\"",
};

static size_t
rounds(void)
{
    return getenv("VMX_VALGRIND") ? ROUNDS_VALGRIND : ROUNDS;
}

/* ---- inputs ---------------------------------------------------------------------- */

struct pool {
    struct vx_str *texts;
    size_t count;
};

static struct pool pool;

static void
pool_add(struct vx_str text)
{
    char *copy = malloc(text.n + 1);

    pool.texts = realloc(pool.texts, (pool.count + 1) * sizeof(*pool.texts));
    ck_assert(copy && pool.texts);
    memcpy(copy, text.s, text.n);
    pool.texts[pool.count++] = vx_str_of(copy, text.n);
}

static void
pool_add_file(const char *path)
{
    struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF(SEED_MAX);
    int error;

    if (vx_file_read(path, &buf, &error) == VMX_OK)
        pool_add(vx_str_of(buf.data ? buf.data : "", buf.size));
}

static void
pool_add_folder(const char *folder, int depth)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    while (dir && (entry = readdir(dir)) != NULL) {
        char path[1024];
        struct vx_str name = vx_str_c(entry->d_name);

        if (name.s[0] == '.'
            || snprintf(path, sizeof(path), "%s/%s", folder, name.s)
                   >= (int)sizeof(path))
            continue;
        if (vx_str_iends(name, VX_STR(".vmx")))
            pool_add_file(path);
        else if (depth && entry->d_type == DT_DIR)
            pool_add_folder(path, depth - 1);
    }
    if (dir)
        closedir(dir);
}

static int
by_text(const void *a, const void *b)
{
    const struct vx_str *x = a, *y = b;
    size_t n = x->n < y->n ? x->n : y->n;
    int order = n ? memcmp(x->s, y->s, n) : 0;

    return order ? order : (x->n > y->n) - (x->n < y->n);
}

static void
pool_fill(void)
{
    const char *top = getenv("abs_top_srcdir");
    char path[1024];

    for (size_t i = 0; i < VX_COUNT(seeds); i++)
        pool_add(vx_str_c(seeds[i]));
    snprintf(path, sizeof(path), "%s/testdata", top ? top : ".");
    pool_add_folder(path, FOLDERS_DEPTH);
    /* Folders come in any order. */
    qsort(pool.texts, pool.count, sizeof(*pool.texts), by_text);
}

static void
pool_empty(void)
{
    for (size_t i = 0; i < pool.count; i++)
        free((char *)(uintptr_t)pool.texts[i].s);
    free(pool.texts);
    pool = (struct pool){NULL, 0};
}

static struct vx_random random_state;

static size_t
below(size_t limit)
{
    return vx_random_below(&random_state, limit);
}

static void
seed_random(const char *law)
{
    random_state = VX_RANDOM;
    for (; *law; law++)
        random_state.state = random_state.state * 31 + (unsigned char)*law;
    printf("seed %#llx\n", (unsigned long long)random_state.state);
}

/* Puts a piece at `at`, over what stands there or between it. */
static size_t
mutate(char *text, size_t n, size_t room)
{
    struct vx_str piece = vx_str_c(pieces[below(VX_COUNT(pieces))]);
    size_t at = n ? below(n + 1) : 0, cut = below(4) ? 0 : below(n - at + 1);

    if (below(4) == 0) {
        if (n)
            text[below(n)] = (char)below(256);
        return n;
    }
    if (cut > 8 && below(8))
        cut = below(8);
    if (n - cut + piece.n > room)
        return n;
    memmove(text + at + piece.n, text + at + cut, n - at - cut);
    memcpy(text + at, piece.s, piece.n);
    return n - cut + piece.n;
}

/* A window of a seed, mutated, or noise; at most TEXT_MAX bytes. */
static struct vx_str
any_text(char *room)
{
    struct vx_str from = pool.texts[below(pool.count)];
    size_t n = 0;

    if (below(8) == 0) {
        n = below(64);
        if (below(2))
            vx_random_fill(&random_state, room, n, "ab=\"\"\"'; #\r\n\n|%/\t.", 18);
        else
            vx_random_fill(&random_state, room, n, NULL, 0);
        return vx_str_of(room, n);
    }
    if (from.n > TEXT_MAX / 2) {
        size_t at = below(from.n - TEXT_MAX / 2);

        from = vx_str_of(from.s + at, 64 + below(TEXT_MAX / 2 - 64));
    }
    memcpy(room, from.s, from.n);
    n = from.n;
    for (size_t left = below(6); left > 0; left--)
        n = mutate(room, n, TEXT_MAX);
    return vx_str_of(room, n);
}

/* ---- laws ------------------------------------------------------------------------ */

static void
assert_emits(const struct vmx_doc *doc, struct vx_str text)
{
    char *out = NULL;
    size_t size = 0, entries = 0;

    ck_ok(vmx_doc_emit(doc, &out, &size));
    if (!vx_str_eq(vx_str_of(out, size), text))
        ck_assert_slice_eq(vx_str_of(out, size), text);
    free(out);
    for (size_t i = 0; i < doc->count; i++)
        entries += doc->lines[i].kind == VX_LINE_ENTRY;
    if (entries != doc->entries)
        ck_assert_uint_eq(entries, doc->entries);
}

START_TEST(bytes_in_are_bytes_out)
{
    char room[TEXT_MAX];

    seed_random("bytes");
    for (size_t round = 0; round < rounds(); round++) {
        struct vx_str text = any_text(room);
        struct vmx_doc *doc AUTO_DOC = doc_of(text);

        assert_emits(doc, text);
    }
}

END_TEST

/* Keys, values and facts are those of a document that is read from the bytes. */
static void
assert_reads_as_it_is(struct vmx_doc *doc)
{
    struct vmx_doc *again AUTO_DOC = NULL;
    char *out = NULL;
    size_t size, at = 0;

    ck_ok(vmx_doc_emit(doc, &out, &size));
    again = doc_of(vx_str_of(out, size));
    ck_assert_msg(again->entries == doc->entries, "other keys: \"%.*s\"", (int)size,
                  out);
    ck_assert(again->valid == doc->valid && again->escapes == doc->escapes);
    ck_assert(again->charset_kind == doc->charset_kind && doc->size == size);
    for (size_t i = 0; i < doc->count; i++) {
        struct vx_line *line = &doc->lines[i], *other;

        if (line->kind != VX_LINE_ENTRY)
            continue;
        while (again->lines[at].kind != VX_LINE_ENTRY)
            at++;
        other = &again->lines[at++];
        ck_assert_slice_eq(vx_line_key(line), vx_line_key(other));
        ck_assert_slice_eq(vx_line_raw(line), vx_line_raw(other));
        ck_assert_slice_eq(vx_doc_value(doc, line), vx_doc_value(again, other));
        ck_assert(!line->winner == !other->winner);
        /* The mark of a removed first line stands in a line of its own until then. */
        ck_assert_msg(line->entry == other->entry
                          && (line->odd | VX_ODD_BOM) == (other->odd | VX_ODD_BOM),
                      "odd %x, not %x: \"%.*s\"", line->odd, other->odd, (int)size,
                      out);
    }
    free(out);
}

/* The bytes of `after` are those of `before` but for one stretch of them. */
static void
assert_one_stretch(struct vx_str before, struct vx_str after, size_t old, size_t new)
{
    size_t n = before.n < after.n ? before.n : after.n, head = 0, tail = 0;

    while (head < n && before.s[head] == after.s[head])
        head++;
    while (tail < n - head
           && before.s[before.n - 1 - tail] == after.s[after.n - 1 - tail])
        tail++;
    ck_assert_msg(before.n - head - tail <= old && after.n - head - tail <= new,
                  "\"%.*s\" became \"%.*s\"", (int)before.n, before.s, (int)after.n,
                  after.s);
}

static size_t
any_value(char *room)
{
    static const char letters[] = "aA1 \t\"'|%#;\n\\22e4";
    size_t n = below(24);

    vx_random_fill(&random_state, room, n, letters, sizeof(letters) - 1);
    if (n > 2 && below(4) == 0)
        memcpy(room + below(n - 1), "\xc3\xa4", 2);
    return n;
}

static const char *const new_keys[] = {"scsi0:1.mode", "ethernet0.present", "zz",
                                       "displayName",  "annotation",        "a.b",
                                       ".encoding"};

/* One edit of `text`, checked against all that it must not do. */
static void
edit_once(struct vx_str text)
{
    struct vmx_doc *doc AUTO_DOC = doc_of(text);
    char value_room[32], *out = NULL;
    struct vx_str value = vx_str_of(value_room, any_value(value_room));
    struct vx_line *line = doc->count ? &doc->lines[below(doc->count)] : NULL,
                   old = {0};
    struct vx_str key = vx_str_c(new_keys[below(VX_COUNT(new_keys))]);
    enum vmx_status status;
    size_t size;

    if (line && line->kind == VX_LINE_ENTRY && below(4))
        key = vx_line_key(line);
    line = vx_doc_find(doc, key);
    if (line)
        old = *line;
    if (line && below(4) == 0) {
        bool encoding = vx_str_ieq(key, VX_STR(".encoding"));

        ck_assert(vx_doc_remove(doc, key) || encoding);
        ck_assert(vx_doc_find(doc, key) == NULL || encoding);
        assert_reads_as_it_is(doc);
        return;
    }
    status = vx_doc_set(doc, key, value);
    ck_assert(status == VMX_OK || status == VMX_ERR_INPUT || status == VMX_ERR_MISUSE);
    if (status != VMX_OK) {
        ck_assert(!doc->edited);
        assert_emits(doc, text);
        return;
    }
    line = vx_doc_find(doc, key);
    ck_assert_ptr_nonnull(line);
    ck_assert(vx_str_eq(vx_doc_value(doc, line), value) || !vx_utf8_valid(value));
    ck_ok(vmx_doc_emit(doc, &out, &size));
    assert_one_stretch(text, vx_str_of(out, size), old.size, line->size + 2);
    free(out);
    assert_reads_as_it_is(doc);
}

START_TEST(an_edit_touches_what_it_edits)
{
    char room[TEXT_MAX];

    seed_random("edit");
    for (size_t round = 0; round < rounds() / 10; round++)
        edit_once(any_text(room));
}

END_TEST

/* A line as our own writer has it comes back when its value does. */
START_TEST(a_value_set_back_is_as_it_was)
{
    char room[TEXT_MAX], value[32];

    seed_random("back");
    for (size_t round = 0; round < rounds() / 20; round++) {
        struct vx_str text = any_text(room), before;
        struct vmx_doc *doc AUTO_DOC = doc_of(text);
        struct vx_line *line = doc->count ? &doc->lines[below(doc->count)] : NULL;

        if (line == NULL || line->kind != VX_LINE_ENTRY || line->winner || line->odd
            || line->quote == VX_QUOTE_SINGLE
            || vx_str_find(vx_line_raw(line), '|') >= 0
            || vx_str_find(vx_line_raw(line), '%') >= 0
            || (line->entry == vx_machine_key[VX_M_displayName] && !line->plain)
            || vx_str_find(vx_line_raw(line), '\n') >= 0
            || vx_str_find(vx_line_raw(line), '\r') >= 0)
            continue;
        before = vx_doc_value(doc, line);
        for (size_t i = 0; i < before.n; i++) /* controls are escaped when written */
            if ((unsigned char)before.s[i] < ' ' || before.s[i] == '"'
                || before.s[i] == 0x7F)
                before.s = NULL, before.n = 0;
        if (before.s == NULL || (line->odd & VX_ODD_CHARSET))
            continue;
        if (vx_doc_set(doc, vx_line_key(line), vx_str_of(value, any_value(value)))
            != VMX_OK)
            continue;
        if (doc->charset_kind == VX_CHARSET_UNKNOWN)
            continue;
        ck_ok(vx_doc_set(doc, vx_line_key(line), before));
        assert_emits(doc, text);
    }
}

END_TEST

/* Many edits of one document, which stays what it would be read as. */
START_TEST(edits_add_up)
{
    char room[TEXT_MAX], value[32];

    seed_random("many");
    for (size_t round = 0; round < rounds() / 500; round++) {
        struct vmx_doc *doc AUTO_DOC = doc_of(any_text(room));

        for (int edit = 0; edit < 20; edit++) {
            char name[16];
            struct vx_str key = vx_str_of(name, 0);

            if (doc->entries && below(2))
                key = vx_str_c(vmx_doc_key(doc, below(doc->entries)));
            else
                key = vx_str_of(name, (size_t)snprintf(name, sizeof(name), "k%zu.%zu",
                                                       below(3), below(4)));
            if (below(2))
                vx_doc_remove(doc, key);
            else
                vx_doc_set(doc, key, vx_str_of(value, any_value(value)));
        }
        assert_reads_as_it_is(doc);
    }
}

END_TEST

/* ---- keys ------------------------------------------------------------------------ */

/* Names that differ in the case of letters are one key, of the same meaning. */
START_TEST(case_is_no_difference)
{
    static const char *const names[] = {
        "scsi0:1.fileName", "ethernet10.generatedAddress", "guestinfo.some.key",
        "cpuid.1.eax",      "featMask.vm.cpuid.SSE3",      "memsize",
        ".encoding",        "usb_xhci:4.deviceType",       "sched.scsi0:0.shares",
        "e1000.noOprom",    "RemoteDisplay.vnc.key",       "sharedFolder12.present"};
    char text[128];

    seed_random("case");
    for (size_t round = 0; round < rounds() / 5; round++) {
        struct vx_str name = vx_str_c(names[below(VX_COUNT(names))]);
        struct vmx_doc *doc AUTO_DOC = NULL;
        const struct vx_line *one, *two;
        size_t n = name.n;

        memcpy(text, name.s, n);
        for (size_t left = below(4); left > 0; left--)
            text[below(n)] = "019.:_-aZ\xc3 "[below(11)];
        memcpy(text + n, " = \"\"\n", 6);
        memcpy(text + n + 6, text, n + 6);
        for (size_t i = 0; i < n; i++)
            if (vx_is_alpha((unsigned char)text[i]) && below(2))
                text[i] = (char)(text[i] ^ 0x20);
        doc = doc_of(vx_str_of(text, 2 * n + 12));
        ck_assert_uint_eq(doc->count, 2);
        one = &doc->lines[0];
        two = &doc->lines[1];
        if (one->kind != VX_LINE_ENTRY)
            continue;
        ck_assert_uint_eq(one->entry, two->entry);
        ck_assert_uint_eq(one->index, two->index);
        ck_assert_uint_eq(one->unit, two->unit);
        ck_assert_uint_eq(two->winner, 1);
        ck_assert_uint_eq(one->odd, two->odd);
    }
}

END_TEST

/* A name read with others behind it means what it means alone, and a lookup finds it.
 */
START_TEST(a_key_means_the_same_everywhere)
{
    char room[TEXT_MAX];

    seed_random("keys");
    for (size_t round = 0; round < rounds() / 20; round++) {
        struct vmx_doc *doc AUTO_DOC = doc_of(any_text(room));

        for (size_t i = 0; i < doc->count; i++) {
            const struct vx_line *line = &doc->lines[i];
            struct vx_line one;

            if (line->kind != VX_LINE_ENTRY)
                continue;
            ck_assert_ptr_eq(vx_doc_find(doc, vx_line_key(line)),
                             line->winner ? &doc->lines[line->winner - 1] : line);
            one = *line;
            vx_doc_learn(&one, doc->seed);
            ck_assert(one.entry == line->entry && one.hash == line->hash
                      && one.index == line->index && one.unit == line->unit);
        }
    }
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("laws");
    TCase *c = tcase_create("laws");

    tcase_add_unchecked_fixture(c, pool_fill, pool_empty);
    tcase_set_timeout(c, 600);
    tcase_add_test(c, bytes_in_are_bytes_out);
    tcase_add_test(c, an_edit_touches_what_it_edits);
    tcase_add_test(c, a_value_set_back_is_as_it_was);
    tcase_add_test(c, edits_add_up);
    tcase_add_test(c, case_is_no_difference);
    tcase_add_test(c, a_key_means_the_same_everywhere);
    suite_add_tcase(s, c);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
