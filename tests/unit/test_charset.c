/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "text/charset.h"

#include "main.h"
#include "random.h"

static struct vx_arena arena;

static void
arena_begin(void)
{
    vx_arena_init(&arena, (size_t)256 << 20);
}

static void
arena_end(void)
{
    vx_arena_done(&arena);
}

static void
close_charset(struct vx_charset **charset)
{
    vx_charset_close(*charset);
}

/* ---- names ----------------------------------------------------------------------- */

static const char *const utf8_names[] = {"UTF-8", "utf-8",   "UTF8",
                                         "Utf8",  " utf-8 ", "utf-8\t"};

static const char *const other_names[] = {
    "windows-1252", "Windows-1252",   "WINDOWS-1250",  "windows-874",
    "windows-932",  "windows-936",    "windows-949",   "windows-949-2000",
    "windows-950",  "Shift_JIS",      "sjis",          "MS_Kanji",
    "GBK",          "gb2312",         "GB18030",       "Big5",
    "EUC-KR",       "EUC-JP",         "ISO-8859-1",    "iso-8859-15",
    "US-ASCII",     "ks_c_5601-1987", " windows-1252",
};

static const char *const unknown_names[] = {
    "",
    " ",
    "nonsense",
    "windows-",
    "windows-99999",
    "windows-1252//TRANSLIT",
    "windows-1252//IGNORE",
    "ASCII//TRANSLIT",
    "/",
    "//",
    "windows-1252,",
    "a b",
    "windows-1252\n",
    "../../tmp/x",
    "windows\\1252",
    "w\xc3\xbcndows",
    "UTF-8//IGNORE",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    /* An ASCII byte means something else there, by itself or after an escape. */
    "UTF-16",
    "UTF-16LE",
    "utf-16be",
    "UTF-32",
    "UCS-2",
    "UCS-4",
    "UNICODE",
    "WCHAR_T",
    "ISO-2022-JP",
    "iso-2022-kr",
    "ISO-2022-CN",
    "CSISO2022JP",
    "UTF-7",
    "utf7",
    "UTF-7-IMAP",
    "HZ",
    "HZ-GB-2312",
    "EBCDIC-US",
    "IBM037",
    "CP500",
    "JOHAB",
    "JAVA",
    "char",
};

START_TEST(names_of_utf8)
{
    ck_assert_int_eq(vx_charset_kind(vx_str_c(utf8_names[_i])), VX_CHARSET_UTF8);
    ck_assert_ptr_null(vx_charset_open(vx_str_c(utf8_names[_i])));
}

END_TEST

START_TEST(names_of_others)
{
    struct vx_charset *charset VX_AUTO(close_charset) =
        vx_charset_open(vx_str_c(other_names[_i]));

    ck_assert_ptr_nonnull(charset);
    ck_assert_int_eq(vx_charset_kind(vx_str_c(other_names[_i])), VX_CHARSET_OTHER);
    for (int c = 0; c < 0x80; c++) {
        /* The two bytes behind are something in each of the charsets but ASCII, and
         * take the short way for texts in ASCII away. */
        char bytes[3] = {(char)c, '\xb0', '\xa1'};
        struct vx_str text = {bytes, strcmp(other_names[_i], "US-ASCII") ? 3 : 1};
        struct vx_str utf8 = vx_charset_decode(charset, &arena, text);
        struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF(10);

        ck_assert_ptr_nonnull(utf8.s);
        ck_assert_int_eq(utf8.s[0], c);
        ck_assert(vx_charset_encode(charset, &buf, utf8));
        ck_assert_slice_eq(vx_buf_text(&buf), text);
    }
}

END_TEST

START_TEST(names_unknown)
{
    ck_assert_int_eq(vx_charset_kind(vx_str_c(unknown_names[_i])), VX_CHARSET_UNKNOWN);
    ck_assert_ptr_null(vx_charset_open(vx_str_c(unknown_names[_i])));
}

END_TEST

START_TEST(names_with_bytes_that_no_name_has)
{
    ck_assert_int_eq(vx_charset_kind(VX_STR("UTF-8\0")), VX_CHARSET_UNKNOWN);
    ck_assert_int_eq(vx_charset_kind(VX_STR("windows-1252\0")), VX_CHARSET_UNKNOWN);
    ck_assert_int_eq(vx_charset_kind(VX_STR_NONE), VX_CHARSET_UNKNOWN);
    vx_charset_close(NULL);
}

END_TEST

/* ---- round trips ----------------------------------------------------------------- */

/* How many pairs the vendor's own table gives a character that another pair has too:
 * 398 in code page 932 (Microsoft knowledge base 170559); in Big5 the two numerals of
 * ETEN and its box drawings.  Those come back as the other pair. */
static const struct {
    const char *name;
    int doubles, least; /* pairs and single bytes, at least so many in the charset */
} returning[] = {
    {"Shift_JIS", 398, 11000}, {"GBK", 0, 21000},         {"GB2312", 0, 21000},
    {"Big5", 10, 13000},       {"EUC-KR", 0, 17000},      {"windows-1252", 0, 16000},
    {"windows-1255", 0, 8000}, {"windows-1258", 0, 8000}, {"ISO-8859-1", 0, 32000},
};

START_TEST(every_pair_comes_back)
{
    struct vx_charset *charset VX_AUTO(close_charset) =
        vx_charset_open(vx_str_c(returning[_i].name));
    struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF(100);
    int decoded = 0, doubles = 0;

    for (int pair = 0x80; pair < 0x10000; pair = pair == 0xff ? 0x8000 : pair + 1) {
        char bytes[2] = {(char)(pair >> 8), (char)pair};
        struct vx_str text =
            pair < 0x100 ? vx_str_of(bytes + 1, 1) : vx_str_of(bytes, 2);
        struct vx_str utf8 = vx_charset_decode(charset, &arena, text);

        if (!utf8.s)
            continue;
        decoded++;
        ck_assert(vx_utf8_valid(utf8));
        buf.size = 0;
        ck_assert(vx_charset_encode(charset, &buf, utf8));
        ck_assert_slice_eq(vx_charset_decode(charset, &arena, vx_buf_text(&buf)), utf8);
        doubles += !vx_str_eq(vx_buf_text(&buf), text);
    }
    ck_assert_int_eq(doubles, returning[_i].doubles);
    ck_assert_int_ge(decoded, returning[_i].least);
    ck_assert(!arena.failed);
}

END_TEST

static const struct {
    const char *name, *bytes, *utf8;
} samples[] = {
    {"Shift_JIS", "C:\\\x83\x5c~", "C:\\\xe3\x82\xbd~"}, /* half of it is a backslash */
    {"Shift_JIS", "\x83\x7c", "\xe3\x83\x9d"},           /* and of this a bar */
    {"Shift_JIS", "\x87\x40", "\xe2\x91\xa0"},           /* only Microsoft has it */
    {"GBK", "\xd6\xd0\xce\xc4", "\xe4\xb8\xad\xe6\x96\x87"},
    {"Big5", "\xa4\xa4\xa4\xe5", "\xe4\xb8\xad\xe6\x96\x87"},
    {"EUC-KR", "\xb0\xa1", "\xea\xb0\x80"},
    {"EUC-KR", "\x81\x41", "\xea\xb0\x82"}, /* only Microsoft has it */
    {"windows-1252", "caf\xe9 \x80", "caf\xc3\xa9 \xe2\x82\xac"},
    {"windows-1251", "\xcf\xf0", "\xd0\x9f\xd1\x80"},
    {"ISO-8859-1", "\x80\xff", "\xc2\x80\xc3\xbf"},
};

START_TEST(known_texts)
{
    struct vx_charset *charset VX_AUTO(close_charset) =
        vx_charset_open(vx_str_c(samples[_i].name));
    struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF(100);

    ck_assert_slice_eq(vx_charset_decode(charset, &arena, vx_str_c(samples[_i].bytes)),
                       vx_str_c(samples[_i].utf8));
    vx_buf_lit(&buf, "before");
    ck_assert(vx_charset_encode(charset, &buf, vx_str_c(samples[_i].utf8)));
    ck_assert_slice_eq(vx_str_skip(vx_buf_text(&buf), 6), vx_str_c(samples[_i].bytes));
}

END_TEST

START_TEST(long_texts)
{
    struct vx_charset *charset VX_AUTO(close_charset) =
        vx_charset_open(VX_STR("windows-1252"));
    struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF(100000);
    static char euros[50000];
    struct vx_str utf8;

    memset(euros, '\x80', sizeof(euros));
    utf8 = vx_charset_decode(charset, &arena, vx_str_of(euros, sizeof(euros)));
    ck_assert_uint_eq(utf8.n, 3 * sizeof(euros));
    ck_assert(vx_charset_encode(charset, &buf, utf8));
    ck_assert(vx_str_eq(vx_buf_text(&buf), vx_str_of(euros, sizeof(euros))));
}

END_TEST

/* ---- refusals -------------------------------------------------------------------- */

START_TEST(decodes_all_or_nothing)
{
    static const char *const bad[][2] = {
        {"Shift_JIS", "ab\x83"}, {"Shift_JIS", "\x83 b"}, {"Shift_JIS", "a\xff"},
        {"GBK", "\xd6"},         {"Big5", "ok\xa4"},      {"windows-1252", "a\x81z"},
        {"US-ASCII", "\xe9"},
    };

    for (size_t i = 0; i < VX_COUNT(bad); i++) {
        struct vx_charset *charset VX_AUTO(close_charset) =
            vx_charset_open(vx_str_c(bad[i][0]));

        ck_assert_ptr_null(vx_charset_decode(charset, &arena, vx_str_c(bad[i][1])).s);
        /* A failure leaves no state behind. */
        ck_assert_slice_eq(vx_charset_decode(charset, &arena, VX_STR("ok")),
                           VX_STR("ok"));
        ck_assert_ptr_null(vx_charset_decode(charset, &arena, VX_STR_NONE).s);
        ck_assert_str_eq(vx_charset_decode(charset, &arena, VX_STR("")).s, "");
    }
    ck_assert(!arena.failed);
}

END_TEST

START_TEST(encodes_all_or_nothing)
{
    static const char *const bad[][2] = {
        {"windows-1252", "a\xe4\xb8\xad"}, /* a Chinese character */
        {"ISO-8859-1", "\xe2\x82\xac"},    /* the euro */
        {"Big5", "\xf0\x9f\x98\x80"},      /* an emoji */
        {"US-ASCII", "\xc3\xa9"},          /* e acute */
        {"windows-1252", "\xc3"},          /* half a character */
        {"windows-1252", "\xed\xa0\x80"},  /* a surrogate */
        {"windows-1252", "a\xf3\xa0\x81\x81"} /* a tag, which glibc drops in silence */,
    };

    for (size_t i = 0; i < VX_COUNT(bad); i++) {
        struct vx_charset *charset VX_AUTO(close_charset) =
            vx_charset_open(vx_str_c(bad[i][0]));
        struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF(1000);

        vx_buf_lit(&buf, "kept");
        ck_assert(!vx_charset_encode(charset, &buf, vx_str_c(bad[i][1])));
        ck_assert_slice_eq(vx_buf_text(&buf), VX_STR("kept"));
        ck_assert(!buf.failed);
        ck_assert(vx_charset_encode(charset, &buf, VX_STR("!")));
        ck_assert_slice_eq(vx_buf_text(&buf), VX_STR("kept!"));
    }
}

END_TEST

START_TEST(encode_minds_the_ceiling)
{
    struct vx_charset *charset VX_AUTO(close_charset) =
        vx_charset_open(VX_STR("windows-1252"));
    struct vx_buf buf VX_AUTO(vx_buf_done) = VX_BUF(3);

    vx_buf_lit(&buf, "ab");
    ck_assert(vx_charset_encode(charset, &buf, VX_STR("\xc3\xa9")));
    ck_assert_slice_eq(vx_buf_text(&buf), VX_STR("ab\xe9"));
    ck_assert(!vx_charset_encode(charset, &buf, VX_STR("\xc3\xa9")));
    ck_assert(buf.failed);
    ck_assert_slice_eq(vx_buf_text(&buf), VX_STR("ab\xe9"));
}

END_TEST

/* ---- without iconv --------------------------------------------------------------- */

START_TEST(windows1252_of_every_byte)
{
    struct vx_charset *charset VX_AUTO(close_charset) =
        vx_charset_open(VX_STR("windows-1252"));

    for (int c = 0; c < 256; c++) {
        char byte = (char)c;
        struct vx_str text = {&byte, 1}, own = vx_windows1252_decode(&arena, text);
        struct vx_str theirs = vx_charset_decode(charset, &arena, text);

        if (c == 0x81 || c == 0x8d || c == 0x8f || c == 0x90 || c == 0x9d) {
            char control[2] = {'\xc2', byte};

            ck_assert_ptr_null(theirs.s);
            ck_assert_slice_eq(own, vx_str_of(control, 2));
        } else {
            ck_assert_slice_eq(own, theirs);
        }
    }
    ck_assert_slice_eq(vx_windows1252_decode(&arena, VX_STR("\x80 \xe9|")),
                       VX_STR("\xe2\x82\xac \xc3\xa9|"));
    ck_assert_ptr_null(vx_windows1252_decode(&arena, VX_STR_NONE).s);
}

END_TEST

/* One byte of each kind at each place of texts of each length round the word sizes. */
START_TEST(ascii_and_utf8_by_words)
{
    char bytes[70];

    for (size_t n = 0; n < sizeof(bytes); n++)
        for (size_t at = 0; at <= n; at++) {
            memset(bytes, 'a', sizeof(bytes));
            ck_assert(vx_ascii(vx_str_of(bytes, n)));
            ck_assert(vx_utf8_valid(vx_str_of(bytes, n)));
            bytes[at] = '\x80';
            ck_assert_int_eq(vx_ascii(vx_str_of(bytes, n)), at == n);
            ck_assert_int_eq(vx_utf8_valid(vx_str_of(bytes, n)), at == n);
            if (at == 0)
                continue;
            bytes[at - 1] = '\xc3';
            ck_assert(!vx_ascii(vx_str_of(bytes, n)));
            ck_assert_int_eq(vx_utf8_valid(vx_str_of(bytes, n)), at < n);
        }
    ck_assert(vx_ascii(VX_STR_NONE));
    ck_assert(vx_utf8_valid(VX_STR_NONE));
    ck_assert(vx_utf8_valid(VX_STR("\0\x7f\xf4\x8f\xbf\xbf")));
    ck_assert(!vx_utf8_valid(VX_STR("\xf4\x90\x80\x80")));
    ck_assert(!vx_utf8_valid(VX_STR("\xc0\xaf")));
    ck_assert(!vx_utf8_valid(VX_STR("\xed\xbf\xbf")));
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("charset");
    TCase *c = tcase_create("charset");

    tcase_add_checked_fixture(c, arena_begin, arena_end);
    tcase_set_timeout(c, 60);
    tcase_add_loop_test(c, names_of_utf8, 0, VX_COUNT(utf8_names));
    tcase_add_loop_test(c, names_of_others, 0, VX_COUNT(other_names));
    tcase_add_loop_test(c, names_unknown, 0, VX_COUNT(unknown_names));
    tcase_add_test(c, names_with_bytes_that_no_name_has);
    tcase_add_loop_test(c, every_pair_comes_back, 0, VX_COUNT(returning));
    tcase_add_loop_test(c, known_texts, 0, VX_COUNT(samples));
    tcase_add_test(c, long_texts);
    tcase_add_test(c, decodes_all_or_nothing);
    tcase_add_test(c, encodes_all_or_nothing);
    tcase_add_test(c, encode_minds_the_ceiling);
    tcase_add_test(c, windows1252_of_every_byte);
    tcase_add_test(c, ascii_and_utf8_by_words);
    suite_add_tcase(s, c);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
