/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Grammar: each sentence of it with an expectation written by hand. */
#include "docs.h"
#include "random.h"

enum { B = VX_LINE_BLANK, C = VX_LINE_COMMENT, E = VX_LINE_ENTRY, X = VX_LINE_BAD };

enum {
    N = VX_QUOTE_NONE,
    D = VX_QUOTE_DOUBLE,
    S = VX_QUOTE_SINGLE,
    T = VX_QUOTE_TRIPLE
};

enum {
    END = VX_EOL_NONE,
    LF = VX_EOL_LF,
    CRLF = VX_EOL_CRLF,
    CR = VX_EOL_CR,
    SEMI = VX_EOL_SEMICOLON,
};

struct statement {
    uint8_t kind;
    struct vx_str key, value;
    uint8_t quote, eol;
    uint16_t odd;
    uint32_t number, column;
};

#define ENTRY(key, value, ...)                                                         \
    {                                                                                  \
        E, {key, sizeof(key) - 1}, {value, sizeof(value) - 1}, __VA_ARGS__             \
    }
#define OTHER(kind, eol, ...)                                                          \
    {                                                                                  \
        kind, {"", 0}, {"", 0}, N, eol, __VA_ARGS__                                    \
    }

#define STATEMENTS_MAX 4

/* clang-format off */
static const struct {
    struct vx_str text;
    struct statement expected[STATEMENTS_MAX];
} cases[] = {
#define TEXT(literal) {literal, sizeof(literal) - 1}
    /* key = "value"; blanks are spaces and TABs, and none is needed. */
    {TEXT("a = \"1\"\n"), {ENTRY("a", "1", D, LF, 0, 1, 1)}},
    {TEXT("a=\"1\"\n"), {ENTRY("a", "1", D, LF, 0, 1, 1)}},
    {TEXT(" \ta\t= \t\"1\" \t\n"), {ENTRY("a", "1", D, LF, 0, 1, 1)}},
    {TEXT("a = \"\"\n"), {ENTRY("a", "", D, LF, 0, 1, 1)}},
    {TEXT("a = \" 1 \"\n"), {ENTRY("a", " 1 ", D, LF, 0, 1, 1)}},
    {TEXT("scsi0:1.fileName = \"x.vmdk\"\n"), {ENTRY("scsi0:1.fileName", "x.vmdk", D, LF, 0, 1, 1)}},
    {TEXT(".encoding = \"UTF-8\"\n"), {ENTRY(".encoding", "UTF-8", D, LF, 0, 1, 1)}},
    /* A long name and a long value. */
    {TEXT("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = \"1\"\n"),
     {ENTRY("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "1", D, LF, 0, 1, 1)}},
    {TEXT("a = \"0123456789012345678901234567890123456789\"\n"),
     {ENTRY("a", "0123456789012345678901234567890123456789", D, LF, 0, 1, 1)}},

    /* A line ends in LF, CRLF, CR, or with the file; mixed as they come. */
    {TEXT("a = \"1\"\r\nb = \"2\"\rc = \"3\"\nd = \"4\""),
     {ENTRY("a", "1", D, CRLF, 0, 1, 1), ENTRY("b", "2", D, CR, 0, 2, 1),
      ENTRY("c", "3", D, LF, 0, 3, 1), ENTRY("d", "4", D, END, 0, 4, 1)}},
    {TEXT("a = \"1\"\r"), {ENTRY("a", "1", D, CR, 0, 1, 1)}},
    {TEXT("\r\r\n\n"), {OTHER(B, CR, 0, 1, 1), OTHER(B, CRLF, 0, 2, 1), OTHER(B, LF, 0, 3, 1)}},
    {TEXT("\n\r"), {OTHER(B, LF, 0, 1, 1), OTHER(B, CR, 0, 2, 1)}},
    {TEXT(" \t"), {OTHER(B, END, 0, 1, 1)}},

    /* Comments, also in front of the first key and behind a value. */
    {TEXT("#!/usr/bin/vmware\n"), {OTHER(C, LF, 0, 1, 1)}},
    {TEXT("  # a = \"1\"\n"), {OTHER(C, LF, 0, 1, 1)}},
    {TEXT("#"), {OTHER(C, END, 0, 1, 1)}},
    {TEXT("// x\n"), {OTHER(C, LF, VX_ODD_SLASHES, 1, 1)}},
    {TEXT("a = \"1\" # b = \"2\"; c\n"), {ENTRY("a", "1", D, LF, 0, 1, 1)}},
    {TEXT("a = \"1\"# \"\n"), {ENTRY("a", "1", D, LF, 0, 1, 1)}},
    {TEXT("a = \"1 # 2\"\n"), {ENTRY("a", "1 # 2", D, LF, 0, 1, 1)}},
    {TEXT("/ = \"1\"\n"), {ENTRY("/", "1", D, LF, VX_ODD_KEY, 1, 1)}},

    /* Statements on one line. */
    {TEXT("a = \"1\" ; b = \"2\"\n"), {ENTRY("a", "1", D, SEMI, 0, 1, 1), ENTRY("b", "2", D, LF, 0, 1, 10)}},
    {TEXT("a=\"1\";b=\"2\";\n"), {ENTRY("a", "1", D, SEMI, 0, 1, 1), ENTRY("b", "2", D, SEMI, 0, 1, 7), OTHER(B, LF, 0, 1, 13)}},
    {TEXT("a = \"1\"; # c\n"), {ENTRY("a", "1", D, SEMI, 0, 1, 1), OTHER(C, LF, 0, 1, 9)}},
    {TEXT("; a = \"1\""), {OTHER(B, SEMI, 0, 1, 1), ENTRY("a", "1", D, END, 0, 1, 2)}},
    {TEXT("a = \"1;2\"\n"), {ENTRY("a", "1;2", D, LF, 0, 1, 1)}},
    {TEXT("a = '1'; b = \"\"\"2\"\"\"; c = \"3\""),
     {ENTRY("a", "1", S, SEMI, 0, 1, 1), ENTRY("b", "2", T, SEMI, 0, 1, 9), ENTRY("c", "3", D, END, 0, 1, 22)}},

    /* No backslash escapes, and no line goes on in the next. */
    {TEXT("a = \"C:\\x\\\"\n"), {ENTRY("a", "C:\\x\\", D, LF, 0, 1, 1)}},
    {TEXT("a = \"1\" \\\nb = \"2\"\n"), {ENTRY("a", "1", D, LF, VX_ODD_TRAILING, 1, 1), ENTRY("b", "2", D, LF, 0, 2, 1)}},

    /* Single quotes. */
    {TEXT("a = '1 \"2\" # 3'\n"), {ENTRY("a", "1 \"2\" # 3", S, LF, 0, 1, 1)}},
    {TEXT("a = ''\n"), {ENTRY("a", "", S, LF, 0, 1, 1)}},
    /* Three quotes span lines; the line behind them is counted right. */
    {TEXT("a = \"\"\"1\n2\"3\r\n\"\"\" # x\nb = \"2\""),
     {ENTRY("a", "1\n2\"3\r\n", T, LF, 0, 1, 1), ENTRY("b", "2", D, END, 0, 4, 1)}},
    {TEXT("a = \"\"\"1\n22\"\"\"; b = \"2\"\n"), {ENTRY("a", "1\n22", T, SEMI, 0, 1, 1), ENTRY("b", "2", D, LF, 0, 2, 7)}},
    {TEXT("a = \"\"\"\"\"\""), {ENTRY("a", "", T, END, 0, 1, 1)}},
    {TEXT("a = \"\"\"\"\"\"\n"), {ENTRY("a", "", T, LF, 0, 1, 1)}},
    {TEXT("a = \"\"\"x\"\"\" y\n"), {ENTRY("a", "x", T, LF, VX_ODD_TRAILING, 1, 1)}},
    {TEXT("a = \"\"\"x\nb = \"2\"\n"), {ENTRY("a", "", D, LF, VX_ODD_TRAILING, 1, 1), ENTRY("b", "2", D, LF, 0, 2, 1)}},

    /* What libvirt refuses and others write: no quotes. */
    {TEXT("memsize = 64\n"), {ENTRY("memsize", "64", N, LF, VX_ODD_UNQUOTED, 1, 1)}},
    {TEXT("a = TRUE \t# x\n"), {ENTRY("a", "TRUE", N, LF, VX_ODD_UNQUOTED, 1, 1)}},
    {TEXT("a = x#y\n"), {ENTRY("a", "x#y", N, LF, VX_ODD_UNQUOTED, 1, 1)}},
    {TEXT("a = x \"y\"\n"), {ENTRY("a", "x \"y\"", N, LF, VX_ODD_UNQUOTED, 1, 1)}},
    {TEXT("a = [1, 2]\n"), {ENTRY("a", "[1, 2]", N, LF, VX_ODD_UNQUOTED, 1, 1)}},
    {TEXT("a = \xe2\x80\x9cx\xe2\x80\x9d\n"), {ENTRY("a", "\xe2\x80\x9cx\xe2\x80\x9d", N, LF, VX_ODD_UNQUOTED, 1, 1)}},
    {TEXT("a = b = \"c\"\n"), {ENTRY("a", "b = \"c\"", N, LF, VX_ODD_UNQUOTED, 1, 1)}},
    /* No value, no =, no end, more than the end. */
    {TEXT("a =\n"), {ENTRY("a", "", N, LF, VX_ODD_NO_VALUE, 1, 1)}},
    {TEXT("a =  # x\n"), {ENTRY("a", "", N, LF, VX_ODD_NO_VALUE, 1, 1)}},
    {TEXT("a ="), {ENTRY("a", "", N, END, VX_ODD_NO_VALUE, 1, 1)}},
    {TEXT("a \"1\"\n"), {ENTRY("a", "1", D, LF, VX_ODD_NO_EQUALS, 1, 1)}},
    {TEXT("a\"1\"\n"), {OTHER(X, LF, 0, 1, 1)}},
    {TEXT("a = \"1 # x\nb = \"2\"\n"), {ENTRY("a", "1 # x", D, LF, VX_ODD_UNTERMINATED, 1, 1), ENTRY("b", "2", D, LF, 0, 2, 1)}},
    {TEXT("a = \""), {ENTRY("a", "", D, END, VX_ODD_UNTERMINATED, 1, 1)}},
    {TEXT("a = '1\n"), {ENTRY("a", "1", S, LF, VX_ODD_UNTERMINATED, 1, 1)}},
    {TEXT("a = \"1 \"2\" 3\" \n"), {ENTRY("a", "1 \"2\" 3", D, LF, VX_ODD_INNER_QUOTE, 1, 1)}},
    {TEXT("a = \"1\" \"2\"\n"), {ENTRY("a", "1\" \"2", D, LF, VX_ODD_INNER_QUOTE, 1, 1)}},
    {TEXT("a = \"1\" 2\n"), {ENTRY("a", "1", D, LF, VX_ODD_TRAILING, 1, 1)}},
    {TEXT("a = \"1\"2\r\n"), {ENTRY("a", "1", D, CRLF, VX_ODD_TRAILING, 1, 1)}},

    /* Names: a letter or dot first, then letters, digits and _ : . - */
    {TEXT("aZ09_:.- = \"1\"\n"), {ENTRY("aZ09_:.-", "1", D, LF, 0, 1, 1)}},
    {TEXT("9 = \"1\"\n"), {ENTRY("9", "1", D, LF, VX_ODD_KEY, 1, 1)}},
    {TEXT("_a = \"1\"\n"), {ENTRY("_a", "1", D, LF, VX_ODD_KEY, 1, 1)}},
    {TEXT("-a = \"1\"\n"), {ENTRY("-a", "1", D, LF, VX_ODD_KEY, 1, 1)}},
    {TEXT("a/b = \"1\"\n"), {ENTRY("a/b", "1", D, LF, VX_ODD_KEY, 1, 1)}},
    {TEXT("a b = \"1\"\n"), {ENTRY("a b", "1", D, LF, VX_ODD_KEY, 1, 1)}},
    {TEXT("a+b = \"1\"\n"), {ENTRY("a+b", "1", D, LF, VX_ODD_KEY, 1, 1)}},
    {TEXT("a[0] = \"1\"\n"), {ENTRY("a[0]", "1", D, LF, VX_ODD_KEY, 1, 1)}},
    {TEXT("\xc3\xa4 = \"1\"\n"), {ENTRY("\xc3\xa4", "1", D, LF, VX_ODD_KEY, 1, 1)}},
    {TEXT("a\0b = \"1\"\n"), {ENTRY("a\0b", "1", D, LF, VX_ODD_KEY, 1, 1)}},
    {TEXT("it's = \"1\"\n"), {ENTRY("it's", "1", D, LF, VX_ODD_KEY, 1, 1)}},

    /* No assignment at all. */
    {TEXT("nonsense\n"), {OTHER(X, LF, 0, 1, 1)}},
    {TEXT("some nonsense \"x\n"), {OTHER(X, LF, 0, 1, 1)}},
    {TEXT("= \"1\"\n"), {OTHER(X, LF, 0, 1, 1)}},
    {TEXT("=======\n"), {OTHER(X, LF, 0, 1, 1)}},
    {TEXT("<<<<<<< HEAD\n"), {OTHER(X, LF, 0, 1, 1)}},
    {TEXT("\"a\" = \"1\"\n"), {OTHER(X, LF, 0, 1, 1)}},
    {TEXT("it's \"x\"\n"), {OTHER(X, LF, 0, 1, 1)}},
    {TEXT("\0"), {OTHER(X, END, 0, 1, 1)}},

    /* A byte order mark, only where the file begins. */
    {TEXT("\xef\xbb\xbf" "a = \"1\"\n"), {ENTRY("a", "1", D, LF, VX_ODD_BOM, 1, 1)}},
    {TEXT("\xef\xbb\xbf"), {OTHER(B, END, VX_ODD_BOM, 1, 1)}},
    {TEXT("\xef\xbb\xbf# x\n"), {OTHER(C, LF, VX_ODD_BOM, 1, 1)}},
    {TEXT("\n\xef\xbb\xbf" "a = \"1\"\n"), {OTHER(B, LF, 0, 1, 1), ENTRY("\xef\xbb\xbf" "a", "1", D, LF, VX_ODD_KEY, 2, 1)}},

    /* NULs are bytes as others. */
    {TEXT("a = \"1\0002\"\0\nb = \"2\"\n"), {ENTRY("a", "1\0002", D, LF, VX_ODD_TRAILING, 1, 1), ENTRY("b", "2", D, LF, 0, 2, 1)}},
#undef TEXT
};

/* clang-format on */

START_TEST(statements)
{
    struct vmx_doc *doc AUTO_DOC = doc_of(cases[_i].text);
    size_t count = 0;
    uint32_t offset = 0;

    while (count < STATEMENTS_MAX && cases[_i].expected[count].number)
        count++;
    ck_assert_uint_eq(doc->count, count);
    for (size_t i = 0; i < count; i++) {
        const struct statement *expected = &cases[_i].expected[i];
        const struct vx_line *line = &doc->lines[i];

        ck_assert_uint_eq(line->kind, expected->kind);
        if (line->kind == VX_LINE_ENTRY) {
            ck_assert_slice_eq(vx_line_key(line), expected->key);
            ck_assert_slice_eq(vx_line_raw(line), expected->value);
        }
        ck_assert_uint_eq(line->quote, expected->quote);
        ck_assert_uint_eq(line->eol, expected->eol);
        ck_assert_uint_eq(line->odd, expected->odd);
        ck_assert_uint_eq(line->number, expected->number);
        ck_assert_uint_eq(line->column, expected->column);
        ck_assert_uint_eq(line->offset, offset);
        offset += line->size;
    }
    ck_assert_uint_eq(offset, cases[_i].text.n);
    ck_assert_doc(doc, cases[_i].text);
}

END_TEST

/* Each prefix of each text is its own text to the byte: nothing behind it is read. */
START_TEST(prefixes)
{
    for (size_t n = 0; n <= cases[_i].text.n; n++) {
        char *copy = malloc(n + 1);
        struct vmx_doc *doc AUTO_DOC = NULL;

        ck_assert_ptr_nonnull(copy);
        memcpy(copy, cases[_i].text.s, n);
        copy[n] = '"'; /* not of the text */
        ck_ok(vmx_doc_parse(copy, n, NULL, &doc));
        ck_assert_doc(doc, vx_str_of(copy, n));
        free(copy);
    }
}

END_TEST

/* A statement that is lexed alone is the same. */
START_TEST(alone)
{
    struct vmx_doc *doc AUTO_DOC = doc_of(cases[_i].text);

    for (size_t i = 0; i < doc->count; i++) {
        const struct vx_line *line = &doc->lines[i];
        struct vx_line one;

        if (i
            && vx_str_starts(vx_str_of(line->text, line->size), VX_STR("\xef\xbb\xbf")))
            continue;
        vx_lex_one(vx_str_of(line->text, line->size), &one);
        ck_assert_uint_eq(one.size, line->size);
        ck_assert_uint_eq(one.kind, line->kind);
        ck_assert_slice_eq(vx_line_key(&one), vx_line_key(line));
        ck_assert_slice_eq(vx_line_raw(&one), vx_line_raw(line));
        ck_assert(one.quote == line->quote && one.eol == line->eol);
        ck_assert(one.number == 0 && one.column == 0 && one.offset == 0);
    }
}

END_TEST

/* A line that is nearly one as VMware writes it. */
static size_t
nearly_usual(struct vx_random *random, char *text)
{
    static const char names[] = "abcdefghijklmnopqrstuvwxyzABCXYZ.:_-0123456789";
    static const char odd[] = "=\"' \t|%#;/\\<&\x01\x7f\xc3\xa9\0[@";
    size_t n = 1 + vx_random_below(random, 50), value;

    vx_random_fill(random, text, n, names, sizeof(names) - 1);
    memcpy(text + n, vx_random_below(random, 8) ? " = \"" : "= \"", 4);
    n += 4;
    value = vx_random_below(random, 60);
    vx_random_fill(random, text + n, value, names, sizeof(names) - 1);
    n += value;
    if (vx_random_below(random, 3) == 0)
        text[vx_random_below(random, n)] =
            odd[vx_random_below(random, sizeof(odd) - 1)];
    memcpy(text + n, vx_random_below(random, 4) ? "\"\r\n" : "\"\n", 3);
    return n + 3;
}

/* The lexer has a short way for usual lines and a long one for all; both see the same.
 */
START_TEST(both_ways_agree)
{
    struct vx_random random = VX_RANDOM;
    size_t usual = 0;

    for (int i = 0; i < 50000; i++) {
        char text[256 + VX_LEX_PAD] = {0};
        struct vx_lexer lexer;
        struct vx_line line, one;
        struct vx_name name, scanned;

        vx_lex_init(&lexer, vx_str_of(text, nearly_usual(&random, text)));
        if (!vx_lex_next(&lexer, &line, &name, 1) || name.size == 0)
            continue;
        usual++;
        vx_lex_one(vx_str_of(line.text, line.size), &one);
        ck_assert(one.kind == line.kind && one.size == line.size
                  && one.odd == line.odd);
        ck_assert(one.quote == line.quote && one.eol == line.eol);
        ck_assert(one.plain == line.plain);
        ck_assert_slice_eq(vx_line_key(&one), vx_line_key(&line));
        ck_assert_slice_eq(vx_line_raw(&one), vx_line_raw(&line));
        vx_name_scan(vx_line_key(&line), &scanned);
        ck_assert(scanned.size == name.size && scanned.odd == name.odd);
        ck_assert_mem_eq(scanned.normal, name.normal, name.size);
        ck_assert(scanned.padded == name.padded);
        ck_assert_mem_eq(scanned.numbers, name.numbers, sizeof(name.numbers));
    }
#ifdef __SSE2__
    ck_assert_uint_gt(usual, 10000);
#endif
}

END_TEST

/* Time grows with the size, whatever stands in the text. */
START_TEST(hostile_texts_take_no_time)
{
    static const char *const units[] = {"a = \"\"\"x\n", "\"", "'", "\r",
                                        "a=\"",          "#",  ";", "a = \"\"\"",
                                        "= \n",          " ",  "\n"};
    size_t size = (size_t)1 << 20, unit = strlen(units[_i]);
    char *text = malloc(size);
    struct vmx_doc *doc = NULL;
    enum vmx_status status;

    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < size; i++)
        text[i] = units[_i][i % unit];
    status = vmx_doc_parse(text, size, NULL, &doc);
    ck_assert(status == VMX_OK || status == VMX_ERR_LIMIT);
    if (status == VMX_OK)
        ck_assert_doc(doc, vx_str_of(text, size));
    vmx_doc_free(doc);
    free(text);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("lex");
    TCase *c = tcase_create("lex");

    tcase_add_loop_test(c, statements, 0, VX_COUNT(cases));
    tcase_add_loop_test(c, prefixes, 0, VX_COUNT(cases));
    tcase_add_loop_test(c, alone, 0, VX_COUNT(cases));
    tcase_add_test(c, both_ways_agree);
    tcase_add_loop_test(c, hostile_texts_take_no_time, 0, 11);
    suite_add_tcase(s, c);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
