/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>

#include "docs.h"

/* One edit: `value` NULL removes. */
struct edit {
    struct vx_str before;
    const char *key, *value;
    struct vx_str after;
};

#define EDIT(before, key, value, after)                                                \
    {                                                                                  \
        {before, sizeof(before) - 1}, key, value,                                      \
        {                                                                              \
            after, sizeof(after) - 1                                                   \
        }                                                                              \
    }

static void
check_edit(const struct edit *edit)
{
    struct vmx_doc *doc AUTO_DOC = doc_of(edit->before), *again AUTO_DOC = NULL;
    bool same = vx_str_eq(edit->before, edit->after);

    if (edit->value) {
        ck_ok(vmx_doc_set(doc, edit->key, edit->value));
        ck_assert_str_eq(vmx_doc_get(doc, edit->key), edit->value);
    } else {
        ck_assert(vmx_doc_remove(doc, edit->key) == !same);
        if (!same)
            ck_assert_ptr_null(vmx_doc_get(doc, edit->key));
    }
    ck_assert_doc(doc, edit->after);
    ck_assert(doc->edited == !same);

    /* What was written is read as it was meant. */
    again = doc_of(edit->after);
    ck_assert_uint_eq(again->entries, doc->entries);
    ck_assert_uint_eq(again->size, doc->size);
    ck_assert(again->valid == doc->valid && again->escapes == doc->escapes);
    ck_assert_int_eq(again->charset_kind, doc->charset_kind);
    for (size_t i = 0; i < doc->entries; i++) {
        const char *key = vmx_doc_key(doc, i);

        ck_assert_str_eq(key, vmx_doc_key(again, i));
        ck_assert_str_eq(vmx_doc_get(doc, key), vmx_doc_get(again, key));
    }
    if (edit->value && !same) {
        ck_ok(vmx_doc_set(doc, edit->key, edit->value));
        ck_assert_doc(doc, edit->after);
    }
}

/* ---- a key that is there --------------------------------------------------------- */

/* clang-format off */
static const struct edit changes[] = {
    /* Place, spelling, spacing, quotes and what follows stay. */
    EDIT("a = \"1\"\nB.c=\"2\"\nd = \"3\"\n", "b.C", "x", "a = \"1\"\nB.c=\"x\"\nd = \"3\"\n"),
    EDIT("  a\t =\"1\"  # why\r\n", "A", "22", "  a\t =\"22\"  # why\r\n"),
    EDIT("a = \"1\"", "a", "", "a = \"\""),
    EDIT("a = \"\"\rb = \"\"\r", "a", "1", "a = \"1\"\rb = \"\"\r"),
    EDIT("a = \"1\"; b = \"2\" ;c=\"3\"\n", "b", "x", "a = \"1\"; b = \"x\" ;c=\"3\"\n"),
    EDIT("\xEF\xBB\xBF""a = \"1\"\n", "a", "2", "\xEF\xBB\xBF""a = \"2\"\n"),
    EDIT("a = \"1\"\n\xEF\xBB\xBF""b = \"1\"\n", "\xEF\xBB\xBF""b", "2", "a = \"1\"\n\xEF\xBB\xBF""b = \"2\"\n"),
    /* Of duplicates the one that counts. */
    EDIT("a = \"1\"\nA = \"2\"\n", "A", "3", "a = \"3\"\nA = \"2\"\n"),

    /* Equal meaning is no edit. */
    EDIT("a = \"1\"\n", "a", "1", "a = \"1\"\n"),
    EDIT("a = 1\n", "a", "1", "a = 1\n"),
    EDIT("a \"1\"\n", "a", "1", "a \"1\"\n"),
    EDIT("a = \"1\n", "a", "1", "a = \"1\n"),
    EDIT("a =\n", "a", "", "a =\n"),
    EDIT("a = \"x|22y\"\n", "a", "x\"y", "a = \"x|22y\"\n"),
    EDIT("a = \"|41\"\n", "a", "A", "a = \"|41\"\n"),
    EDIT("a = \"50|\"\n", "a", "50|", "a = \"50|\"\n"),
    EDIT("displayName = \"a/b\"\n", "displayName", "a/b", "displayName = \"a/b\"\n"),
    EDIT("displayName = \"%41%\"\n", "displayname", "A%", "displayName = \"%41%\"\n"),
    EDIT("a = \"\xe4\"\n", "a", "\xc3\xa4", "a = \"\xe4\"\n"),
    EDIT("a = \"|e4\"\n", "a", "\xc3\xa4", "a = \"|e4\"\n"),

    /* Other quotes, kept as long as the value fits. */
    EDIT("a = '1'\n", "a", "2 #;", "a = '2 #;'\n"),
    EDIT("a = '1'\n", "a", "it's", "a = \"it's\"\n"),
    EDIT("a = '1'\n", "a", "\"", "a = '|22'\n"),
    EDIT("a = \"\"\"x\ny\"\"\" # z\n", "a", "1\n\"2\"", "a = \"\"\"1|0A|222|22\"\"\" # z\n"),
    EDIT("a = \"\"\"x\"\"\"", "a", "", "a = \"\"\"\"\"\""),
    EDIT("a = TRUE\n", "a", "FALSE", "a = FALSE\n"),
    EDIT("a=TRUE # b\n", "a", "2|", "a=2|7C # b\n"),
    EDIT("a = TRUE \n", "a", "a b", "a = \"a b\" \n"),
    EDIT("a = TRUE\n", "a", "", "a = \"\"\n"),
    EDIT("a = TRUE\n", "a", "'x", "a = \"'x\"\n"),
    EDIT("a = TRUE\n", "a", "#x", "a = \"#x\"\n"),
    EDIT("a = TRUE\n", "a", "x;", "a = \"x;\"\n"),

    /* What is odd about the line is mended where the value is. */
    EDIT("a =\n", "a", "x", "a = \"x\"\n"),
    EDIT("a=\n", "a", "x", "a=\"x\"\n"),
    EDIT("a = # c\n", "a", "x", "a = \"x\"# c\n"),
    EDIT("a \"1\"\n", "a", "x", "a \"x\"\n"),
    EDIT("a = \"1 # c\nb = \"2\"\n", "a", "x", "a = \"x\"\nb = \"2\"\n"),
    EDIT("a = '1\n", "a", "x", "a = 'x'\n"),
    EDIT("a = \"1 \"2\" 3\"\n", "a", "x", "a = \"x\"\n"),
    EDIT("a = \"1\" rubbish\n", "a", "x", "a = \"x\" rubbish\n"),
    /* … or was ignored and would now be read. */
    EDIT("a = \"1\"\" rubbish\nb = \"\"\"2\"\"\"\n", "a", "", "a = \"\"\nb = \"\"\"2\"\"\"\n"),

    /* Escapes. */
    EDIT("a = \"\"\n", "a", "\"|\t\n\r\x01\x1f\x7f%'#;", "a = \"|22|7C|09|0A|0D|01|1F|7F%'#;\"\n"),
    EDIT("displayName = \"\"\n", "displayName", "50% |22%7c", "displayName = \"50%25 |7C22%257c\"\n"),
    EDIT("a = \"\xc3\xa4\"\n", "a", "\xe2\x82\xac", "a = \"\xe2\x82\xac\"\n"),
    EDIT("a = \"\xff\"\nb = \"\"\n", "b", "\xc3\xa4", "a = \"\xff\"\nb = \"\xc3\xa4\"\n"),
    EDIT("a = \"\xff\"\n", "a", "x", "a = \"x\"\n"),
    EDIT("a = \"|7c\"\n", "a", "x", "a = \"x\"\n"),

    /* The file's own bytes. */
    EDIT(".encoding = \"windows-1252\"\na = \"\xe4\"\n", "a", "\xe2\x82\xac\xc3\xbc", ".encoding = \"windows-1252\"\na = \"\x80\xfc\"\n"),
    EDIT(".encoding = \"Shift_JIS\"\na = \"\"\n", "a", "\xe3\x82\xbd\xe3\x83\x9d|", ".encoding = \"Shift_JIS\"\na = \"\x83\x5c\x83\x7c|7C\"\n"),
    EDIT(".encoding = \"GBK\"\na = \"\"\n", "a", "\xe4\xb8\xad\xe6\x96\x87", ".encoding = \"GBK\"\na = \"\xd6\xd0\xce\xc4\"\n"),
    EDIT(".encoding = \"Big5\"\na = \"\"\n", "a", "\xe4\xb8\xad\xe6\x96\x87", ".encoding = \"Big5\"\na = \"\xa4\xa4\xa4\xe5\"\n"),
    EDIT(".encoding = \"UTF-8\"\na = \"1\"\n", ".encoding", "windows-1252", ".encoding = \"windows-1252\"\na = \"1\"\n"),
    EDIT(".encoding = \"UTF-8\"\na = \"\xc3\xa4\"\n", ".encoding", "utf8", ".encoding = \"utf8\"\na = \"\xc3\xa4\"\n"),
    EDIT(".encoding = \"GBK\"\na = \"\xd6\xd0\"\n", ".encoding", "GBK", ".encoding = \"GBK\"\na = \"\xd6\xd0\"\n"),
};

/* ---- a new key ------------------------------------------------------------------- */

static const struct edit inserts[] = {
    /* Behind the last key of its device, else of its first word, else of its sort. */
    EDIT("scsi0:1.present = \"TRUE\"\nscsi0:1.mode = \"x\"\nmemsize = \"4\"\n", "scsi0:1.fileName", "f",
         "scsi0:1.present = \"TRUE\"\nscsi0:1.mode = \"x\"\nscsi0:1.fileName = \"f\"\nmemsize = \"4\"\n"),
    EDIT("ethernet0.dvs.portId = \"1\"\nethernet0.present = \"x\"\nb = \"2\"\n", "ethernet0.dvs.switchId", "f",
         "ethernet0.dvs.portId = \"1\"\nethernet0.dvs.switchId = \"f\"\nethernet0.present = \"x\"\nb = \"2\"\n"),
    EDIT("ethernet0.present = \"x\"\nb = \"2\"\n", "ethernet0.dvs.switchId", "f",
         "ethernet0.present = \"x\"\nethernet0.dvs.switchId = \"f\"\nb = \"2\"\n"),
    EDIT("scsi0.present = \"x\"\nscsi0:0.mode = \"x\"\nscsiX = \"\"\n", "scsi0:1.mode", "y",
         "scsi0.present = \"x\"\nscsi0:0.mode = \"x\"\nscsi0:1.mode = \"y\"\nscsiX = \"\"\n"),
    EDIT("SCSI0:1.mode = \"x\"\nb = \"2\"\n", "scsi0:1.redo", "",
         "SCSI0:1.mode = \"x\"\nscsi0:1.redo = \"\"\nb = \"2\"\n"),
    EDIT("scsi0:1.mode = \"x\"\nscsi0:10.mode = \"2\"\n", "scsi0:1.redo", "",
         "scsi0:1.mode = \"x\"\nscsi0:1.redo = \"\"\nscsi0:10.mode = \"2\"\n"),
    EDIT("usb.present = \"x\"\nb = \"2\"\n", "usb_xhci.present", "y",
         "usb.present = \"x\"\nb = \"2\"\nusb_xhci.present = \"y\"\n"),
    EDIT("a = \"1\"\n# end\n\n", "b", "2", "a = \"1\"\n# end\n\nb = \"2\"\n"),

    /* Its spacing, quote, line end. */
    EDIT("  a.b=\t'1'\r\nc = \"\"\n", "a.c", "x", "  a.b=\t'1'\r\n  a.c=\t'x'\r\nc = \"\"\n"),
    EDIT("  a.b=\t'1'\r\nc = \"\"\n", "a.c", "it's", "  a.b=\t'1'\r\n  a.c=\t\"it's\"\r\nc = \"\"\n"),
    EDIT("a = TRUE\rb = 1\r", "c", "x", "a = TRUE\rb = 1\rc = x\r"),
    EDIT("a = TRUE\n", "c", "x y", "a = TRUE\nc = \"x y\"\n"),
    EDIT("a = \"\"\"x\ny\"\"\"\n", "b", "z", "a = \"\"\"x\ny\"\"\"\nb = \"z\"\n"),
    EDIT("a \"1\"\n", "b", "2", "a \"1\"\nb = \"2\"\n"),
    EDIT("a=\n", "b", "2", "a=\nb = \"2\"\n"),
    EDIT("a = \"1\" # note\n", "b", "2", "a = \"1\" # note\nb = \"2\"\n"),

    /* Statements on one line. */
    EDIT("a.a = \"1\"; b.a = \"2\"\nc = \"3\"\n", "a.b", "x", "a.a = \"1\"; b.a = \"2\"\na.b = \"x\"\nc = \"3\"\n"),
    EDIT("a.a = \"1\";\tb.a = \"2\"\nc = \"3\"\n", "b.b", "x", "a.a = \"1\";\tb.a = \"2\"\nb.b = \"x\"\nc = \"3\"\n"),
    EDIT("a = \"1\";", "b", "2", "a = \"1\"; b = \"2\""),

    /* No last line end: none either way. */
    EDIT("a = \"1\"", "b", "2", "a = \"1\"\nb = \"2\""),
    EDIT("a = \"1\"\r\nb = \"2\"", "c", "3", "a = \"1\"\r\nb = \"2\"\r\nc = \"3\""),
    EDIT("a.b = \"1\"\r\nb = \"2\"", "a.c", "3", "a.b = \"1\"\r\na.c = \"3\"\r\nb = \"2\""),
    EDIT("# nothing", "a", "1", "# nothing\na = \"1\""),
    EDIT("a = \"\"\"\"\"\"", "b", "2", "a = \"\"\"\"\"\"\nb = \"2\""),

    /* Nothing to copy from. */
    EDIT("", "a", "1", "a = \"1\"\n"),
    EDIT("\n", "a", "1", "\na = \"1\"\n"),
    EDIT("#\r\n", "a", "1", "#\r\na = \"1\"\r\n"),
    EDIT("\xEF\xBB\xBF", "a", "1", "\xEF\xBB\xBF""a = \"1\"\n"),

    /* Escapes and bytes as in a change. */
    EDIT("", "displayName", "a%", "displayName = \"a%25\"\n"),
    EDIT("", "displayName", "a/b\\c%d|e\"f", "displayName = \"a%2fb%5cc%25d|7Ce|22f\"\n"),
    EDIT("", "DISPLAYNAME", "a%", "DISPLAYNAME = \"a%25\"\n"),
    EDIT("", "a", "\xc3\xa4", "a = \"\xc3\xa4\"\n"),
    EDIT(".encoding = \"windows-1252\"\n", "a", "\xc3\xa4", ".encoding = \"windows-1252\"\na = \"\xe4\"\n"),
    EDIT("", ".encoding", "GBK", ".encoding = \"GBK\"\n"),
    EDIT("a = \"\xc3\xa4\"\n", ".encoding", "UTF-8", "a = \"\xc3\xa4\"\n.encoding = \"UTF-8\"\n"),
};

/* ---- no key ---------------------------------------------------------------------- */

static const struct edit removals[] = {
    EDIT("a = \"1\"\nb = \"2\"\nc = \"3\"\n", "B", NULL, "a = \"1\"\nc = \"3\"\n"),
    EDIT("a = \"1\"\nb = \"2\"\nA = \"3\"\n", "a", NULL, "b = \"2\"\n"),
    EDIT("a = \"1\" # why\n", "a", NULL, ""),
    EDIT("a = \"\"\"1\n2\n\"\"\"\nb = \"2\"\n", "a", NULL, "b = \"2\"\n"),
    EDIT("a = \"1\"\n", "b", NULL, "a = \"1\"\n"),
    EDIT("a = \"1\"\n\n# c\nnonsense\n", "a", NULL, "\n# c\nnonsense\n"),
    /* Of two statements on a line its own. */
    EDIT("a = \"1\"; b = \"2\"\n", "a", NULL, " b = \"2\"\n"),
    EDIT("a = \"1\"; b = \"2\"\nc = \"3\"\n", "b", NULL, "a = \"1\";\nc = \"3\"\n"),
    EDIT("a = \"1\"; b = \"2\" # c\r\n", "b", NULL, "a = \"1\";\r\n"),
    EDIT("a = \"1\"; b = \"2\"; c = \"3\"\n", "b", NULL, "a = \"1\"; c = \"3\"\n"),
    EDIT("a = \"1\"; A = \"2\"\nc = \"3\"\n", "a", NULL, "c = \"3\"\n"),
    EDIT("a = \"1\"; b = \"2\"", "b", NULL, "a = \"1\";"),
    /* A file without last line end stays one. */
    EDIT("a = \"1\"\r\nb = \"2\"", "b", NULL, "a = \"1\""),
    EDIT("a = \"1\"\r\nb = \"2\"", "a", NULL, "b = \"2\""),
    EDIT("a = \"1\"", "a", NULL, ""),
    EDIT("\na = \"1\"", "a", NULL, ""),
    /* Byte order marks stay, and none appears. */
    EDIT("\xEF\xBB\xBF""a = \"1\"\nb = \"2\"\n", "a", NULL, "\xEF\xBB\xBF""b = \"2\"\n"),
    EDIT("\xEF\xBB\xBF""a = \"1\"", "a", NULL, "\xEF\xBB\xBF"),
    EDIT("a = \"1\"\n\xEF\xBB\xBF""b = \"2\"\n", "a", NULL, "\n\xEF\xBB\xBF""b = \"2\"\n"),
    /* The charset, while it says nothing. */
    EDIT(".encoding = \"GBK\"\na = \"1\"\n", ".encoding", NULL, "a = \"1\"\n"),
    EDIT(".encoding = \"UTF-8\"\na = \"\xc3\xa4\"\n", ".encoding", NULL, "a = \"\xc3\xa4\"\n"),
    EDIT(".encoding = \"GBK\"\na = \"\xd6\xd0\"\n", ".encoding", NULL, ".encoding = \"GBK\"\na = \"\xd6\xd0\"\n"),
    EDIT("a = \"\xff\"\nb = \"|7c\"\nc = \"\"\n", "b", NULL, "a = \"\xff\"\nc = \"\"\n"),
    EDIT("a = \"\xff\"\nb = \"|7c\"\nc = \"\"\n", "a", NULL, "b = \"|7c\"\nc = \"\"\n"),
};

/* clang-format on */

START_TEST(a_change_keeps_what_it_does_not_mean)
{
    check_edit(&changes[_i]);
}

END_TEST

START_TEST(a_new_key_is_written_as_its_neighbour)
{
    check_edit(&inserts[_i]);
}

END_TEST

START_TEST(removal_takes_the_line)
{
    check_edit(&removals[_i]);
}

END_TEST

/* What was inserted and removed never was. */
START_TEST(removal_undoes_insertion)
{
    const struct edit *edit = &inserts[_i];
    struct vmx_doc *doc AUTO_DOC = doc_of(edit->before);

    ck_ok(vmx_doc_set(doc, edit->key, edit->value));
    ck_assert(vmx_doc_remove(doc, edit->key));
    ck_assert_doc(doc, edit->before);
}

END_TEST

/* ---- refused --------------------------------------------------------------------- */

static const struct {
    struct vx_str text;
    const char *key, *value;
    enum vmx_status status;
} refused[] = {
    {{"", 0}, "", "x", VMX_ERR_MISUSE},
    {{"", 0}, " a", "x", VMX_ERR_MISUSE},
    {{"", 0}, "a ", "x", VMX_ERR_MISUSE},
    {{"", 0}, "a=b", "x", VMX_ERR_MISUSE},
    {{"", 0}, "a\"b", "x", VMX_ERR_MISUSE},
    {{"", 0}, "a'b", "x", VMX_ERR_MISUSE},
    {{"", 0}, "a\nb", "x", VMX_ERR_MISUSE},
    {{"", 0}, "#a", "x", VMX_ERR_MISUSE},
    {{"", 0}, "//a", "x", VMX_ERR_MISUSE},
    {{"", 0}, ";a", "x", VMX_ERR_MISUSE},
    {{"", 0},
     "\xEF\xBB\xBF"
     "a",
     "x",
     VMX_ERR_MISUSE},
    {{"", 0}, "\xff", "x", VMX_ERR_MISUSE},
    {{"", 0}, NULL, "x", VMX_ERR_MISUSE},
    {{"", 0}, "a", NULL, VMX_ERR_MISUSE},
    {{".encoding = \"GBK\"\n", 18}, "\xc3\xa4", "x", VMX_ERR_MISUSE},
    /* A character that the charset has not. */
    {{".encoding = \"windows-1252\"\na = \"1\"\n", 35},
     "a",
     "\xe4\xb8\xad",
     VMX_ERR_INPUT},
    {{".encoding = \"windows-1252\"\na = \"1\"\n", 35},
     "b",
     "\xe4\xb8\xad",
     VMX_ERR_INPUT},
    {{".encoding = \"x-none\"\na = \"1\"\n", 29}, "a", "\xc3\xa4", VMX_ERR_INPUT},
    /* Bytes that mean something else in another charset; a charset that is none. */
    {{"a = \"\xc3\xa4\"\n", 9}, ".encoding", "GBK", VMX_ERR_MISUSE},
    {{"# \xc3\xa4\n", 5}, ".encoding", "GBK", VMX_ERR_MISUSE},
    {{".encoding = \"GBK\"\n# \xd6\xd0\n", 23}, ".encoding", "UTF-8", VMX_ERR_MISUSE},
    {{"a = \"1\"\n", 8}, ".encoding", "UTF-16", VMX_ERR_MISUSE},
    {{"a = \"1\"\n", 8}, ".encoding", "", VMX_ERR_MISUSE},
    {{"a = \"1\"\n", 8}, ".encoding", "\xc3\xa4", VMX_ERR_MISUSE},
};

START_TEST(a_refused_edit_changes_nothing)
{
    struct vmx_doc *doc AUTO_DOC = doc_of(refused[_i].text);

    ck_assert_int_eq(vmx_doc_set(doc, refused[_i].key, refused[_i].value),
                     refused[_i].status);
    ck_assert_doc(doc, refused[_i].text);
    ck_assert(!doc->edited);
}

END_TEST

START_TEST(no_document)
{
    ck_assert_int_eq(vmx_doc_set(NULL, "a", "b"), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_doc_set_bool(NULL, "a", true), VMX_ERR_MISUSE);
    ck_assert_int_eq(vmx_doc_set_int(NULL, "a", 1), VMX_ERR_MISUSE);
    ck_assert(!vmx_doc_remove(NULL, "a"));
    ck_assert_ptr_null(vmx_doc_get(NULL, "a"));
    ck_assert_ptr_null(vmx_doc_key(NULL, 0));
    ck_assert_uint_eq(vmx_doc_count(NULL), 0);
}

END_TEST

/* An odd key that the file has can be changed all the same. */
START_TEST(odd_keys_of_the_file)
{
    struct vmx_doc *doc AUTO_DOC =
        DOC("a'b = \"1\"\n\xff = \"2\"\n9 = \"3\"\na b = \"4\"\n");

    ck_ok(vmx_doc_set(doc, "a'b", "x"));
    ck_ok(vmx_doc_set(doc, "\xff", "x"));
    ck_ok(vmx_doc_set(doc, "9", "x"));
    ck_ok(vmx_doc_set(doc, "a b", "x"));
    ck_assert_doc(doc, VX_STR("a'b = \"x\"\n\xff = \"x\"\n9 = \"x\"\na b = \"x\"\n"));
}

END_TEST

/* ---- any bytes ------------------------------------------------------------------- */

START_TEST(values_of_any_bytes)
{
    struct vmx_doc *doc AUTO_DOC = DOC("a = \"\"\ndisplayName = \"\"\n");
    struct vx_str value = VX_STR("x\0|%7c\"\xe4\xc3\xa4\xff");

    ck_ok(vx_doc_set(doc, VX_STR("a"), value));
    ck_ok(vx_doc_set(doc, VX_STR("displayName"), value));
    ck_ok(vx_doc_set(doc, VX_STR("b"), value));
    ck_assert_doc(doc, VX_STR("a = \"x|00|7C%7c|22|E4\xc3\xa4|FF\"\n"
                              "displayName = \"x|00|7C%257c|22|E4\xc3\xa4|FF\"\n"
                              "b = \"x|00|7C%7c|22|E4\xc3\xa4|FF\"\n"));
    /* What is no UTF-8 is read as windows-1252. */
    for (size_t i = 0; i < doc->count; i++)
        ck_assert_slice_eq(vx_doc_value(doc, &doc->lines[i]),
                           VX_STR("x\0|%7c\"\xc3\xa4\xc3\xa4\xc3\xbf"));
    ck_assert_str_eq(vmx_doc_get(doc, "a"), "x");
    doc->edited = false;
    ck_ok(vx_doc_set(doc, VX_STR("a"), value));
    ck_assert(!doc->edited);
}

END_TEST

/* ---- types ----------------------------------------------------------------------- */

START_TEST(truth)
{
    static const char *const words[][2] = {
        {"true", "false"}, {"YES", "No"}, {"on", "OFF"}, {"1", "0"}};
    struct vmx_doc *doc AUTO_DOC = DOC("a = \"\"\n");
    bool value = true;

    ck_assert(!vmx_doc_get_bool(doc, "a", &value) && value);
    ck_assert(!vmx_doc_get_bool(doc, "b", &value) && value);
    for (size_t i = 0; i < VX_COUNT(words); i++)
        for (int no = 0; no < 2; no++) {
            ck_ok(vmx_doc_set(doc, "a", words[i][no]));
            value = no;
            ck_assert(vmx_doc_get_bool(doc, "a", &value) && value == !no);
            /* What means it already stays. */
            ck_ok(vmx_doc_set_bool(doc, "a", !no));
            ck_assert_str_eq(vmx_doc_get(doc, "a"), words[i][no]);
        }
    ck_ok(vmx_doc_set_bool(doc, "a", true));
    ck_ok(vmx_doc_set_bool(doc, "b", false));
    ck_assert_doc(doc, VX_STR("a = \"TRUE\"\nb = \"FALSE\"\n"));
    for (const char *const *odd =
             (const char *const[]){"2", "yes ", "truee", "t", NULL};
         *odd; odd++) {
        ck_ok(vmx_doc_set(doc, "a", *odd));
        ck_assert(!vmx_doc_get_bool(doc, "a", &value));
    }
}

END_TEST

START_TEST(numbers)
{
    struct vmx_doc *doc AUTO_DOC = DOC("a = \"007\"\nb = \"x\"\n");
    int64_t value = 42;

    ck_assert(vmx_doc_get_int(doc, "a", &value));
    ck_assert_int_eq(value, 7);
    ck_ok(vmx_doc_set_int(doc, "a", 7));
    ck_assert_str_eq(vmx_doc_get(doc, "a"), "007");
    ck_ok(vmx_doc_set_int(doc, "a", 8));
    ck_ok(vmx_doc_set_int(doc, "b", INT64_MIN));
    ck_ok(vmx_doc_set_int(doc, "c", INT64_MAX));
    ck_assert_doc(doc, VX_STR("a = \"8\"\nb = \"-9223372036854775808\"\n"
                              "c = \"9223372036854775807\"\n"));
    ck_assert(vmx_doc_get_int(doc, "b", &value) && value == INT64_MIN);
    ck_assert(vmx_doc_get_int(doc, "c", &value) && value == INT64_MAX);
    for (const char *const *odd =
             (const char *const[]){"", "1 ", "0x1", "1.5", "9223372036854775808", NULL};
         *odd; odd++) {
        ck_ok(vmx_doc_set(doc, "a", *odd));
        value = 42;
        ck_assert(!vmx_doc_get_int(doc, "a", &value) && value == 42);
    }
}

END_TEST

START_TEST(keys_in_order_as_written)
{
    struct vmx_doc *doc AUTO_DOC =
        DOC("# c\nB = \"1\"\n\nb = \"2\"; a = \"3\"\nrubbish\n");

    ck_assert_uint_eq(vmx_doc_count(doc), 3);
    ck_assert_str_eq(vmx_doc_key(doc, 0), "B");
    ck_assert_str_eq(vmx_doc_key(doc, 1), "b");
    ck_assert_str_eq(vmx_doc_key(doc, 2), "a");
    ck_assert_ptr_null(vmx_doc_key(doc, 3));
    ck_assert(vmx_doc_remove(doc, vmx_doc_key(doc, 1)));
    ck_assert_uint_eq(vmx_doc_count(doc), 1);
    ck_assert_str_eq(vmx_doc_key(doc, 0), "a");
    ck_assert_ptr_null(vmx_doc_key(doc, 1));
}

END_TEST

START_TEST(a_value_is_given_out_once)
{
    struct vmx_doc *doc AUTO_DOC = DOC("a = \"x|22\"\nb = \"1\"\n");
    const char *value = vmx_doc_get(doc, "a");

    ck_assert_str_eq(value, "x\"");
    ck_assert_ptr_eq(vmx_doc_get(doc, "A"), value);
    /* A value of the document can be given to it again. */
    ck_ok(vmx_doc_set(doc, "b", vmx_doc_get(doc, "a")));
    ck_assert_doc(doc, VX_STR("a = \"x|22\"\nb = \"x|22\"\n"));
}

END_TEST

/* ---- ceilings -------------------------------------------------------------------- */

START_TEST(no_more_text_than_allowed)
{
    char *big = malloc(VMX_MAX_TEXT + 1);
    struct vmx_doc *doc AUTO_DOC = NULL;

    ck_assert_ptr_nonnull(big);
    memset(big, 'x', VMX_MAX_TEXT);
    memcpy(big, "a = \"\"\n#", 8);
    ck_ok(vmx_doc_parse(big, VMX_MAX_TEXT, NULL, &doc));
    ck_assert_int_eq(vmx_doc_set(doc, "a", "1"), VMX_ERR_LIMIT);
    ck_assert_int_eq(vmx_doc_set(doc, "b", ""), VMX_ERR_LIMIT);
    ck_assert_str_eq(vmx_doc_get(doc, "a"), "");
    vmx_doc_free(doc);

    doc = DOC("a = \"1\"\n");
    memset(big, 'x', VMX_MAX_TEXT);
    big[VMX_MAX_TEXT] = '\0';
    ck_assert_int_eq(vmx_doc_set(doc, "a", big), VMX_ERR_LIMIT);
    big[VMX_MAX_TEXT - 8] = '\0';
    ck_ok(vmx_doc_set(doc, "a", big));
    ck_assert_uint_eq(doc->size, VMX_MAX_TEXT - 1);
    free(big);
}

END_TEST

START_TEST(no_more_lines_than_allowed)
{
    char *lines = malloc(VMX_MAX_LINES);
    struct vmx_doc *doc AUTO_DOC = NULL;

    ck_assert_ptr_nonnull(lines);
    memset(lines, '\n', VMX_MAX_LINES);
    ck_ok(vmx_doc_parse(lines, VMX_MAX_LINES - 1, NULL, &doc));
    free(lines);
    ck_ok(vmx_doc_set(doc, "a", "1"));
    ck_assert_int_eq(vmx_doc_set(doc, "b", "1"), VMX_ERR_LIMIT);
    ck_ok(vmx_doc_set(doc, "a", "2"));
    ck_assert_uint_eq(doc->entries, 1);
}

END_TEST

/* The index grows with the keys. */
START_TEST(many_keys)
{
    enum { KEYS = 2000 };
    struct vmx_doc *doc AUTO_DOC = DOC("");
    char key[32];

    for (int i = 0; i < KEYS; i++) {
        snprintf(key, sizeof(key), "k%d.a", i);
        ck_ok(vmx_doc_set_int(doc, key, i));
    }
    ck_assert_uint_eq(vmx_doc_count(doc), KEYS);
    for (int i = 0; i < KEYS; i += 2) {
        snprintf(key, sizeof(key), "K%d.A", i);
        ck_assert(vmx_doc_remove(doc, key));
    }
    ck_assert_uint_eq(vmx_doc_count(doc), KEYS / 2);
    for (int i = 0; i < KEYS; i++) {
        int64_t value = -1;

        snprintf(key, sizeof(key), "k%d.a", i);
        ck_assert(vmx_doc_get_int(doc, key, &value) == i % 2);
        ck_assert_int_eq(value, i % 2 ? i : -1);
    }
}

END_TEST

/* ---- by pattern, by number ------------------------------------------------------- */

START_TEST(removes_what_a_pattern_matches)
{
    struct vmx_doc *doc AUTO_DOC =
        DOC("\xEF\xBB\xBF"
            "ethernet0.pciSlotNumber = \"32\"\r\nx = \"1\"; "
            "Ethernet10.pcislotnumber = \"33\"\r\n# ethernet1.pciSlotNumber\r\n"
            "ethernet0.present = \"TRUE\"\r\nethernet0.pciSlotNumber = \"34\"");

    ck_assert_uint_eq(vmx_doc_remove_all(doc, "ethernet[0-9]*.pciSlotNumber"), 3);
    ck_assert_doc(doc, VX_STR("\xEF\xBB\xBF"
                              "x = \"1\";\r\n"
                              "# ethernet1.pciSlotNumber\r\n"
                              "ethernet0.present = \"TRUE\""));
    ck_assert_uint_eq(vmx_doc_remove_all(doc, "nothing*"), 0);
    ck_assert_uint_eq(vmx_doc_remove_all(doc, NULL), 0);
    ck_assert_uint_eq(vmx_doc_remove_all(NULL, "*"), 0);
    ck_assert_uint_eq(vmx_doc_remove_all(doc, "*"), 2);
    ck_assert_uint_eq(vmx_doc_count(doc), 0);
}

END_TEST

/* What says how its own bytes are to be read stays as long as there are such. */
START_TEST(a_pattern_spares_an_encoding_in_use)
{
    struct vmx_doc *doc AUTO_DOC =
        DOC(".encoding = \"windows-1252\"\n# \xE4\na = \"1\"\n");

    ck_assert_uint_eq(vmx_doc_remove_all(doc, "*"), 1);
    ck_assert_doc(doc, VX_STR(".encoding = \"windows-1252\"\n# \xE4\n"));
    ck_assert(!vmx_doc_remove(doc, ".encoding"));
}

END_TEST

START_TEST(each_entry_has_its_value)
{
    struct vmx_doc *doc AUTO_DOC =
        DOC("a = \"1\"\n# none\nA = \"x|41\"\n\nb = \"3\"; c = \"4\"\n");

    for (int round = 0; round < 2; round++) {
        ck_assert_str_eq(vmx_doc_value(doc, 0), "1");
        ck_assert_str_eq(vmx_doc_value(doc, 1), "xA");
        ck_assert_str_eq(vmx_doc_value(doc, 3), "4");
        ck_assert_str_eq(vmx_doc_value(doc, 2), "3");
        ck_assert_ptr_null(vmx_doc_value(doc, 4));
    }
    ck_assert(vmx_doc_remove(doc, "a"));
    ck_assert_str_eq(vmx_doc_value(doc, 1), "4");
    ck_assert_str_eq(vmx_doc_value(doc, 0), "3");
    ck_assert_ptr_null(vmx_doc_value(NULL, 0));
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("edit");
    TCase *c = tcase_create("edit");

    tcase_add_loop_test(c, a_change_keeps_what_it_does_not_mean, 0, VX_COUNT(changes));
    tcase_add_loop_test(c, a_new_key_is_written_as_its_neighbour, 0, VX_COUNT(inserts));
    tcase_add_loop_test(c, removal_takes_the_line, 0, VX_COUNT(removals));
    tcase_add_loop_test(c, removal_undoes_insertion, 0, VX_COUNT(inserts));
    tcase_add_loop_test(c, a_refused_edit_changes_nothing, 0, VX_COUNT(refused));
    tcase_add_test(c, no_document);
    tcase_add_test(c, odd_keys_of_the_file);
    tcase_add_test(c, values_of_any_bytes);
    tcase_add_test(c, removes_what_a_pattern_matches);
    tcase_add_test(c, a_pattern_spares_an_encoding_in_use);
    tcase_add_test(c, each_entry_has_its_value);
    suite_add_tcase(s, c);

    c = tcase_create("types");
    tcase_add_test(c, truth);
    tcase_add_test(c, numbers);
    tcase_add_test(c, keys_in_order_as_written);
    tcase_add_test(c, a_value_is_given_out_once);
    suite_add_tcase(s, c);

    c = tcase_create("ceilings");
    tcase_add_test(c, no_more_text_than_allowed);
    tcase_add_test(c, no_more_lines_than_allowed);
    tcase_add_test(c, many_keys);
    suite_add_tcase(s, c);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
