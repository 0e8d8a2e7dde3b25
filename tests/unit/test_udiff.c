/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/udiff.h"

#include <stdio.h>

#include "base/num.h"
#include "main.h"
#include "random.h"

static struct vx_buf
diff_of(struct vx_str a, struct vx_str b)
{
    struct vx_buf out = VX_BUF((size_t)64 << 20);

    vx_udiff(&out, a, b, "a", "b");
    ck_assert(!out.failed);
    return out;
}

/* ---- by example ------------------------------------------------------------------ */

static const struct {
    const char *a, *b, *diff;
} examples[] = {
    {"", "", ""},
    {"one\n", "one\n", ""},
    {"one\n", "two\n", "--- a\n+++ b\n@@ -1 +1 @@\n-one\n+two\n"},
    {"", "one\ntwo\n", "--- a\n+++ b\n@@ -0,0 +1,2 @@\n+one\n+two\n"},
    {"one\n", "", "--- a\n+++ b\n@@ -1 +0,0 @@\n-one\n"},
    {"one", "one\n",
     "--- a\n+++ b\n@@ -1 +1 @@\n-one\n\\ No newline at end of file\n+one\n"},
    {"one\r\ntwo", "one\r\n2",
     "--- a\n+++ b\n@@ -1,2 +1,2 @@\n one\r\n-two\n\\ No newline at end of file\n+2\n"
     "\\ No newline at end of file\n"},
    /* Three lines around; those in front and behind stay away. */
    {"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n",
     "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"},
    /* Six lines between two changes: one hunk; seven: two. */
    {"x\n1\n2\n3\n4\n5\n6\ny\n", "1\n2\n3\n4\n5\n6\n",
     "--- a\n+++ b\n@@ -1,8 +1,6 @@\n-x\n 1\n 2\n 3\n 4\n 5\n 6\n-y\n"},
    {"x\n1\n2\n3\n4\n5\n6\n7\ny\n", "1\n2\n3\n4\n5\n6\n7\n",
     "--- a\n+++ b\n@@ -1,4 +1,3 @@\n-x\n 1\n 2\n 3\n@@ -6,4 +5,3 @@\n 5\n 6\n "
     "7\n-y\n"},
    /* What is removed stands before what takes its place. */
    {"k\na\nb\nz\n", "k\nc\nd\nz\n",
     "--- a\n+++ b\n@@ -1,4 +1,4 @@\n k\n-a\n-b\n+c\n+d\n z\n"},
};

START_TEST(is_written_as_diff_writes_it)
{
    struct vx_buf out VX_AUTO(vx_buf_done) =
        diff_of(vx_str_c(examples[_i].a), vx_str_c(examples[_i].b));

    ck_assert_slice_eq(vx_buf_text(&out), vx_str_c(examples[_i].diff));
}

END_TEST

START_TEST(names_are_quoted_as_patch_reads_them)
{
    struct vx_buf out VX_AUTO(vx_buf_done) = VX_BUF(1000);

    vx_udiff(&out, VX_STR("1\n"), VX_STR("2\n"), "my vm.vmx", "a\n\"b\"\\");
    ck_assert_slice_eq(
        vx_buf_text(&out),
        VX_STR("--- my vm.vmx\t\n+++ \"a\\012\\\"b\\\"\\\\\"\n@@ -1 +1 @@\n-1\n+2\n"));
}

END_TEST

/* ---- by its law ------------------------------------------------------------------ */

static struct vx_str
next_line(struct vx_str *text)
{
    ptrdiff_t end = vx_str_find(*text, '\n');
    struct vx_str line = end < 0 ? *text : vx_str_of(text->s, (size_t)end + 1);

    *text = vx_str_skip(*text, line.n);
    return line;
}

/* The first number of "-1,2" or "+1,2" behind `mark`. */
static uint64_t
number_behind(struct vx_str line, char mark, bool *empty)
{
    struct vx_str at = vx_str_skip(line, (size_t)vx_str_find(line, mark) + 1);
    size_t digits = 0;
    uint64_t number;

    while (vx_is_digit((unsigned char)at.s[digits]))
        digits++;
    ck_assert(vx_num_u64(vx_str_of(at.s, digits), &number));
    *empty = at.s[digits] == ',' && at.s[digits + 1] == '0';
    return number;
}

/* Applies a diff; *ret_changed is the number of its plus and minus lines. */
static void
apply(struct vx_str a, struct vx_str diff, struct vx_buf *out, size_t *ret_changed)
{
    uint64_t line_number = 1;

    *ret_changed = 0;
    if (diff.n) {
        ck_assert_slice_eq(next_line(&diff), VX_STR("--- a\n"));
        ck_assert_slice_eq(next_line(&diff), VX_STR("+++ b\n"));
    }
    while (diff.n) {
        struct vx_str line = next_line(&diff), text = vx_str_skip(line, 1);
        bool empty;
        uint64_t start;

        if (line.s[0] == '@') {
            start = number_behind(line, '-', &empty);
            for (start += empty; line_number < start; line_number++)
                vx_buf_str(out, next_line(&a));
            continue;
        }
        if (diff.n && diff.s[0] == '\\') {
            text.n--;
            next_line(&diff);
        }
        *ret_changed += line.s[0] != ' ';
        if (line.s[0] != '+') {
            ck_assert_slice_eq(next_line(&a), text);
            line_number++;
        }
        if (line.s[0] != '-')
            vx_buf_str(out, text);
    }
    vx_buf_str(out, a);
}

enum { LINES = 24 };

static struct vx_str
any_text(struct vx_random *random, char *text, size_t room)
{
    size_t n = 0, lines = vx_random_below(random, LINES);

    ck_assert_uint_ge(room, LINES * 2);
    for (size_t i = 0; i < lines; i++) {
        text[n++] = (char)('a' + vx_random_below(random, 4));
        text[n++] = '\n';
    }
    if (n && vx_random_below(random, 3) == 0)
        n--;
    return vx_str_of(text, n);
}

/* The length of the longest common subsequence of lines, by the book. */
static size_t
common_lines(struct vx_str a, struct vx_str b)
{
    uint8_t best[LINES + 1][LINES + 1] = {0};
    size_t i = 0, j = 0;

    for (struct vx_str left = a; left.n; i++) {
        struct vx_str line = next_line(&left);

        j = 0;
        for (struct vx_str other = b; other.n; j++)
            if (vx_str_eq(line, next_line(&other)))
                best[i + 1][j + 1] = (uint8_t)(best[i][j] + 1);
            else
                best[i + 1][j + 1] =
                    best[i][j + 1] > best[i + 1][j] ? best[i][j + 1] : best[i + 1][j];
    }
    return best[i][j];
}

static size_t
line_count(struct vx_str text)
{
    size_t count = 0;

    for (; text.n; count++)
        next_line(&text);
    return count;
}

START_TEST(applied_it_gives_the_other_text_with_the_fewest_changes)
{
    struct vx_random random = VX_RANDOM;
    char a_text[LINES * 2], b_text[LINES * 2];
    size_t changed;

    for (int round = 0; round < 5000; round++) {
        struct vx_str a = any_text(&random, a_text, sizeof(a_text));
        struct vx_str b = any_text(&random, b_text, sizeof(b_text));
        struct vx_buf diff VX_AUTO(vx_buf_done) = diff_of(a, b);
        struct vx_buf got VX_AUTO(vx_buf_done) = VX_BUF(10000);

        apply(a, vx_buf_text(&diff), &got, &changed);
        ck_assert_slice_eq(vx_buf_text(&got), b);
        ck_assert_uint_eq(changed,
                          line_count(a) + line_count(b) - 2 * common_lines(a, b));
    }
}

END_TEST

START_TEST(what_differs_everywhere_has_a_bound)
{
    struct vx_buf a VX_AUTO(vx_buf_done) = VX_BUF((size_t)8 << 20);
    struct vx_buf b VX_AUTO(vx_buf_done) = VX_BUF((size_t)8 << 20);
    struct vx_buf got VX_AUTO(vx_buf_done) = VX_BUF((size_t)8 << 20);
    struct vx_buf diff;
    size_t changed;

    for (unsigned i = 0; i < 100000; i++) {
        vx_buf_printf(&a, "%u\n", i);
        vx_buf_printf(&b, "%u\n", i % 5 ? 3 * i : i);
    }
    diff = diff_of(vx_buf_text(&a), vx_buf_text(&b));
    apply(vx_buf_text(&a), vx_buf_text(&diff), &got, &changed);
    ck_assert_slice_eq(vx_buf_text(&got), vx_buf_text(&b));
    vx_buf_done(&diff);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("udiff");
    TCase *t = tcase_create("udiff");

    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, is_written_as_diff_writes_it, 0, VX_COUNT(examples));
    tcase_add_test(t, names_are_quoted_as_patch_reads_them);
    tcase_add_test(t, applied_it_gives_the_other_text_with_the_fewest_changes);
    tcase_add_test(t, what_differs_everywhere_has_a_bound);
    suite_add_tcase(s, t);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
