/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The law of the round trip over machines that nobody wrote: lines of our samples, put
 * together at random, with values that are not theirs. */
#include <dirent.h>
#include <unistd.h>

#include "../roundtrip.h"
#include "base/file.h"

#include "docs.h"
#include "random.h"

enum {
    ROUNDS = 4000,
    ROUNDS_VALGRIND = 60,
    LINES_MAX = 20000,
    RUNS = 12,
    RUN_MAX = 14,
};

static struct vx_random luck = VX_RANDOM;

/* ---- lines to draw from ---------------------------------------------------------- */

static struct vx_arena arena;
static struct vx_line *lines;
static size_t line_count;

static void
take_file(const char *path)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    struct vmx_doc *doc AUTO_DOC = NULL;
    int error;

    ck_ok(vx_file_read(path, &text, &error));
    doc = doc_of(vx_arena_dup(&arena, vx_buf_text(&text)));
    for (size_t i = 0; i < doc->count && line_count < LINES_MAX; i++)
        if (doc->lines[i].kind == VX_LINE_ENTRY) {
            lines[line_count] = doc->lines[i];
            lines[line_count++].text =
                vx_arena_dup(&arena, vx_str_of(doc->lines[i].text, doc->lines[i].size))
                    .s;
        }
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* In an order that no file system chooses. */
static void
setup(void)
{
    enum { CASES = 2000 };

    static char names[CASES][64];
    const char *top = getenv("abs_top_srcdir");
    char folder[1000], path[1200];
    struct dirent *entry;
    size_t count = 0;
    DIR *dir;

    vx_arena_init(&arena, (size_t)1 << 30);
    lines = vx_arena_array(&arena, LINES_MAX, sizeof(*lines));
    snprintf(folder, sizeof(folder), "%s/testdata/convert", top ? top : ".");
    dir = opendir(folder);
    ck_assert_ptr_nonnull(dir);
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.' && count < CASES
            && strlen(entry->d_name) < sizeof(names[0]))
            memcpy(names[count++], entry->d_name, strlen(entry->d_name) + 1);
    closedir(dir);
    qsort(names, count, sizeof(names[0]), by_name);
    for (size_t i = 0; i < count; i++) {
        snprintf(path, sizeof(path), "%s/%s/in.vmx", folder, names[i]);
        if (access(path, R_OK) == 0)
            take_file(path);
    }
    ck_assert_uint_gt(line_count, 1000);
}

static void
teardown(void)
{
    vx_arena_done(&arena);
}

/* ---- machines -------------------------------------------------------------------- */

static const char *const values[] = {
    "TRUE", "FALSE",     "true", "yes",      "",
    "0",    "1",         "-1",   "2",        "4294967296",
    "0x10", "x",         " ",    "|22a|0Ab", "08",
    "a|",   "/a/b.vmdk", "auto", "1.5",      "00:50:56:00:00:01",
    "\xE4",
};

static void
put_name(struct vx_buf *out, struct vx_str name)
{
    bool other = vx_random_below(&luck, 8) == 0;

    for (size_t i = 0; i < name.n; i++)
        if (other && vx_is_digit((unsigned char)name.s[i]))
            vx_buf_uint(out, vx_random_below(&luck, 5));
        else
            vx_buf_char(out, name.s[i]);
}

static void
put_machine(struct vx_buf *out)
{
    if (vx_random_below(&luck, 4))
        vx_buf_lit(out, ".encoding = \"UTF-8\"\n");
    vx_buf_lit(out, "config.version = \"8\"\n");
    vx_buf_printf(out, "virtualHW.version = \"%zu\"\n", 4 + vx_random_below(&luck, 18));
    for (size_t run = 1 + vx_random_below(&luck, RUNS); run > 0; run--) {
        size_t at = vx_random_below(&luck, line_count);

        for (size_t n = vx_random_below(&luck, RUN_MAX); n > 0; n--, at++) {
            const struct vx_line *line = &lines[at % line_count], *donor = line;

            if (vx_str_ieq(vx_line_key(line), VX_STR(".encoding"))
                || !vx_utf8_valid(vx_str_of(line->text, line->size))
                || vx_str_istarts(vx_line_key(line), VX_STR("encryption")))
                continue;
            put_name(out, vx_line_key(line));
            vx_buf_lit(out, " = \"");
            if (vx_random_below(&luck, 8) == 0)
                donor = &lines[vx_random_below(&luck, line_count)];
            if (vx_random_below(&luck, 8) == 0)
                vx_buf_str(out,
                           vx_str_c(values[vx_random_below(&luck, VX_COUNT(values))]));
            else if (vx_utf8_valid(vx_line_raw(donor)))
                vx_buf_str(out, vx_line_raw(donor));
            vx_buf_lit(out, "\"\n");
        }
    }
}

START_TEST(random_machines)
{
    size_t rounds = getenv("VMX_VALGRIND") ? ROUNDS_VALGRIND : ROUNDS;
    size_t bad = 0;

    for (size_t i = 0; i < rounds; i++) {
        struct vmx_convert_options options = VMX_CONVERT_OPTIONS;
        struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
        struct vmx_doc *doc AUTO_DOC = NULL;
        const char *finding;

        options.base = i & 1 ? "[datastore1] vm" : NULL;
        options.libvirt = i & 2 ? 9000000 : 0;
        options.host_mhz = i & 4 ? 2400 : 0;
        options.name = i & 8 ? "n" : NULL;
        put_machine(&text);
        doc = doc_of(vx_buf_text(&text));
        finding = roundtrip_check(doc, &options);
        if (finding && bad++ < 20)
            printf("round %zu: %s\n%.*s\n", i, finding, (int)text.size, text.data);
    }
    ck_assert_uint_eq(bad, 0);
}

END_TEST

/* Files that once did not come back. */
static const char *const files[] = {
    "ethernet0.present = \"TRUE\"\nethernet0.generatedAddress = \"00:50:56:11:22:33\"\n"
    "ethernet1.present = \"TRUE\"\nethernet1.addressType = \"static\"\n"
    "ethernet1.address = \"00:00:00:00:00:00\"\n",
    "numa.nodeAffinity = \"2\"\nsched.mem.affinity = \"FALSE\"\n",
    "numa.nodeAffinity = \"2\"\nsched.mem.affinity = \"\xE4\"\n",
    "uuid.bios = \"\xE4\"\nvc.uuid = \"52 c3 ba 06 20 09 6e 7b-eb d3 5e 6c 44 16 b3 "
    "56\"\n",
    "cpuid.1.ecx = \"---R:----:----:----:----:----:----:----\"\n"
    "featMask.vm.cpuid.AVX = \"Max:0\"\n"
    "cpuid.1.ecx = \"---1:----:----:----:----:----:----:----\"\n",
    "g\xCC = \"\"\"x\"\na'b = \"1\"\nx = \"\"\"1\n2\"\"\"\n",
};

START_TEST(known_files)
{
    struct vmx_convert_options options = VMX_CONVERT_OPTIONS;
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    struct vmx_doc *doc AUTO_DOC = NULL;
    const char *finding;

    vx_buf_printf(&text, "config.version = \"8\"\nvirtualHW.version = \"19\"\n%s",
                  files[_i]);
    doc = doc_of(vx_buf_text(&text));
    finding = roundtrip_check(doc, &options);
    ck_assert_msg(!finding, "%s", finding);
}

END_TEST

/* A mark before a comment comes back once. */
START_TEST(one_mark)
{
    static const char text[] = "\xEF\xBB\xBF# c\nconfig.version = \"8\"\n";
    struct vmx_doc *doc AUTO_DOC = DOC("\xEF\xBB\xBF# c\nconfig.version = \"8\"\n");
    struct vmx_result *there = NULL, *back = NULL;

    ck_ok(vmx_convert_to_xml(doc, NULL, NULL, &there));
    ck_ok(vmx_convert_to_vmx(vmx_result_text(there, NULL),
                             strlen(vmx_result_text(there, NULL)), NULL, NULL, &back));
    ck_assert_str_eq(vmx_result_text(back, NULL), text);
    vmx_result_free(there);
    vmx_result_free(back);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("roundtrip");
    TCase *c = tcase_create("roundtrip");

    tcase_set_timeout(c, 600);
    tcase_add_unchecked_fixture(c, setup, teardown);
    tcase_add_test(c, random_machines);
    tcase_add_loop_test(c, known_files, 0, VX_COUNT(files));
    tcase_add_test(c, one_mark);
    suite_add_tcase(s, c);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
