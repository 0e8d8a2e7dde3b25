/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Metadata that no converter wrote: whatever it says, each of its elements is one line
 * of the file or none. */
#include "base/buf.h"

#include "docs.h"

#define HEAD                                                                           \
    "<domain type='vmware'><name>m</name><uuid>00000000-0000-0000-0000-000000000000"   \
    "</uuid><memory unit='MiB'>512</memory><vcpu>1</vcpu><os><type arch='x86_64'>hvm"  \
    "</type></os><metadata><vmx:config xmlns:vmx='urn:libvmx:config:1'"
#define TAIL "</vmx:config></metadata></domain>"

/* The keys that the domain asks for by itself. */
#define OWN                                                                            \
    "displayName = \"m\"\nguestOS = \"other-64\"\nmemSize = \"512\"\nv = \"8\"\n"

#define KEYS                                                                           \
    "<vmx:key name='displayName'/><vmx:key name='guestOS'/><vmx:key name='memSize'/>"  \
    "<vmx:key name='v' text='8'/>"

struct remembered {
    const char *attrs, *lines; /* of the metadata */
    struct vx_str expected;    /* before OWN */
    const char *code;          /* of the row in the loss report; NULL: none */
};

#define EXPECT(text)                                                                   \
    {                                                                                  \
        text, sizeof(text) - 1                                                         \
    }

static const struct remembered cases[] = {
    {"", "<vmx:key name='a' text='1'/>", EXPECT("a = \"1\"\n"), NULL},
    /* Values that would be more than one line, or take the next one with them. */
    {"", "<vmx:key name='a' text='x&quot;&#10;b = &quot;y'/>",
     EXPECT("a = \"\"\"x\"\nb = \"y\"\"\"\n"), NULL},
    {"", "<vmx:key name='a' text='x&#13;y'/>", EXPECT("a = \"\"\"x\ry\"\"\"\n"), NULL},
    {"", "<vmx:key name='a' text='x&quot;; b = &quot;y'/>",
     EXPECT("a = \"\"\"x\"; b = \"y\"\"\"\n"), NULL},
    {"", "<vmx:key name='a' text='x&quot; # &quot;&quot;&quot;'/>",
     EXPECT("a = \"x|22 # |22|22|22\"\n"), NULL},
    {"", "<vmx:key name='a' text='&quot;'/>", EXPECT("a = \"|22\"\n"), NULL},
    {"", "<vmx:key name='a' text='&quot;&quot;'/>", EXPECT("a = \"|22|22\"\n"), NULL},
    {"", "<vmx:key name='a' text='&quot;&quot;&quot;'/>", EXPECT("a = \"|22|22|22\"\n"),
     NULL},
    {"", "<vmx:key name='a' text='x &quot;y&quot; z'/>", EXPECT("a = \"x \"y\" z\"\n"),
     NULL},
    {"", "<vmx:key name='a' base64='eAB5'/>", EXPECT("a = \"x\0y\"\n"), NULL},
    {"", "<vmx:key name='a' base64='eAoieQ=='/>", EXPECT("a = \"\"\"x\n\"y\"\"\"\n"),
     NULL},
    {"", "<vmx:key name='a' base64='!'/>", EXPECT("a = \"\"\n"), NULL},
    /* Names. */
    {"", "<vmx:key name='&lt;' text='1'/>", EXPECT("< = \"1\"\n"), NULL},
    {"", "<vmx:key name=\"a'b\" text='1'/>", EXPECT("a'b = \"1\"\n"), NULL},
    {"", "<vmx:key name='a = &quot;b' text='1'/>", EXPECT(""), "VMX1522"},
    {"", "<vmx:key name='a&#10;b' text='1'/>", EXPECT(""), "VMX1522"},
    {"", "<vmx:key name='' text='1'/>", EXPECT(""), "VMX1522"},
    {"", "<vmx:key name='#a' text='1'/>", EXPECT(""), "VMX1522"},
    {"", "<vmx:key name='//a' text='1'/>", EXPECT(""), "VMX1522"},
    {"", "<vmx:key name=' a' text='1'/>", EXPECT(""), "VMX1522"},
    {"", "<vmx:key name='a;b=1;c' text='1'/>", EXPECT(""), "VMX1522"},
    {"", "<vmx:key text='1'/>", EXPECT(""), NULL},
    /* An element that has no text says what the domain asks for, once. */
    {"", "<vmx:key name='numvcpus'/>", EXPECT("numvcpus = \"1\"\n"), NULL},
    {"", "<vmx:key name='sound.present'/>", EXPECT(""), NULL},
    {"", KEYS "<vmx:key name='memSize'/>", EXPECT(""), NULL},
    /* Statements. */
    {"", "<vmx:line text='# c'/><vmx:line/>", EXPECT("# c\n\n"), NULL},
    {"", "<vmx:line text=';'/><vmx:key name='a' text='1'/>", EXPECT(";a = \"1\"\n"),
     NULL},
    {"", "<vmx:line text='a = &quot;1&quot;; b = &quot;2&quot;'/>", EXPECT(""),
     "VMX1522"},
    {"", "<vmx:line text='# c&#10;b = &quot;2&quot;'/>", EXPECT(""), "VMX1522"},
    {"", "<vmx:line text='a = &quot;&quot;&quot;'/>", EXPECT("a = \"|22\"\n"), NULL},
    {"", "<vmx:line text='a = &quot;&quot;&quot;b'/>", EXPECT("a = \"\"\n"), NULL},
    /* Encodings: what a charset lacks is escaped, and no name of one loses the machine.
     */
    {"", "<vmx:key name='.encoding' text='GBK'/><vmx:key name='a' text='\u4e2d'/>",
     EXPECT(".encoding = \"GBK\"\na = \"\xD6\xD0\"\n"), NULL},
    {"",
     "<vmx:key name='.encoding' text='windows-1252'/><vmx:key name='a' text='x\u4e2d'/>"
     "<vmx:line text='# \u00e4'/>",
     EXPECT(".encoding = \"windows-1252\"\na = \"x|E4|B8|AD\"\n# \xC3\xA4\n"), NULL},
    {"", "<vmx:key name='.encoding' text='UTF-16'/><vmx:key name='a' base64='5A=='/>",
     EXPECT(".encoding = \"UTF-16\"\na = \"\xE4\"\n"), NULL},
    /* The element's own attributes. */
    {" eol='x' final-eol='' bom='maybe'", "", EXPECT("\xEF\xBB\xBF"), NULL},
    {" base='a&#10;b'", "", EXPECT(""), NULL},
    {" base='[]' libvirt='-1' host-mhz='99999999999999999999' name='&#10;'", "",
     EXPECT(""), NULL},
};

static struct vmx_result *
convert(const char *xml, struct vmx_diags *diags)
{
    struct vmx_result *result = NULL;

    ck_ok(vmx_convert_to_vmx(xml, strlen(xml), NULL, diags, &result));
    return result;
}

START_TEST(one_line_or_none)
{
    const struct remembered *c = &cases[_i];
    bool own = strstr(c->lines, "'memSize'") == NULL;
    struct vx_buf xml VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);
    struct vx_buf expected VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);
    struct vmx_result *result;
    struct vx_str text;
    bool open_end = strstr(c->attrs, "final-eol") != NULL;

    vx_buf_printf(&xml, HEAD "%s>%s%s" TAIL, c->attrs, c->lines, own ? KEYS : "");
    vx_buf_char(&xml, '\0');
    vx_buf_str(&expected, c->expected);
    vx_buf_lit(&expected, OWN);
    expected.size -= open_end;
    result = convert(xml.data, NULL);
    text.s = vmx_result_text(result, &text.n);
    ck_assert_slice_eq(text, vx_buf_text(&expected));
    ck_assert_uint_eq(vmx_result_losses(result), c->code ? 1 : 0);
    if (c->code)
        ck_assert_str_eq(vmx_result_loss(result, 0)->code, c->code);
    vmx_result_free(result);
}

END_TEST

/* A name or a description that the file's charset cannot say. */
START_TEST(what_the_charset_lacks)
{
    static const char *const charsets[] = {"UTF-16", "nonsense", "GBK", "windows-1252",
                                           "Shift_JIS"};
    struct vx_buf xml VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);
    struct vmx_doc *doc AUTO_DOC = NULL;
    struct vmx_result *result;
    size_t size;

    vx_buf_printf(&xml,
                  "<domain type='vmware'><name>\u00e4\u20ac\u0e01</name>"
                  "<description>\u0e01\u00e4</description>"
                  "<memory unit='MiB'>512</memory><metadata>"
                  "<vmx:config xmlns:vmx='urn:libvmx:config:1'>"
                  "<vmx:key name='.encoding' text='%s'/>"
                  "<vmx:key name='displayName'/></vmx:config></metadata></domain>",
                  charsets[_i]);
    vx_buf_char(&xml, '\0');
    result = convert(xml.data, NULL);
    vmx_result_text(result, &size);
    ck_ok(vmx_doc_parse(vmx_result_text(result, NULL), size, NULL, &doc));
    ck_assert_str_eq(vmx_doc_get(doc, ".encoding"), charsets[_i]);
    ck_assert_str_eq(vmx_doc_get(doc, "displayName"), "\u00e4\u20ac\u0e01");
    ck_assert_str_eq(vmx_doc_get(doc, "annotation"), "\u0e01\u00e4");
    vmx_result_free(result);
}

END_TEST

/* A base that is no folder is as none, and it is said. */
START_TEST(a_base_that_is_none)
{
    struct vmx_diags *diags = vmx_diags_new();
    struct vmx_result *result = convert(HEAD " base='x'>" KEYS TAIL, diags);

    ck_assert_uint_ge(vmx_diags_count(diags), 1);
    ck_assert_str_eq(vmx_diags_get(diags, 0)->code, "VMX1523");
    vmx_result_free(result);
    vmx_diags_free(diags);
}

END_TEST

/* Metadata that is no VMX by itself. */
START_TEST(no_machine)
{
    struct vmx_result *result =
        convert(HEAD "><vmx:key name='a' text='1'/>" TAIL, NULL);

    ck_assert_ptr_nonnull(strstr(vmx_result_text(result, NULL), "a = \"1\"\n"));
    ck_assert_ptr_nonnull(strstr(vmx_result_text(result, NULL), "memSize = \"512\"\n"));
    vmx_result_free(result);
}

END_TEST

/* More devices than any machine has, with names and numbers that none has. */
START_TEST(a_crowd)
{
    enum { MANY = 5000 };

    static const char *const names[] = {"ethernet", "scsi0:", "pciPassthru", "serial",
                                        "usb.autoConnect.device"};
    struct vx_buf xml VX_AUTO(vx_buf_done) = VX_BUF(1 << 24);
    struct vmx_result *result;

    vx_buf_lit(&xml, HEAD ">");
    for (unsigned i = 0; i < MANY; i++)
        vx_buf_printf(&xml,
                      "<vmx:device name='%s%u' mac='00:00:00:00:00:01' source='x'/>",
                      names[i % VX_COUNT(names)], i * 33);
    vx_buf_lit(&xml, "<vmx:device/><vmx:device name=''/><vmx:device name='&#10;'/>"
                     "<vmx:device name='ethernet4294967296' mac=''/>");
    for (unsigned i = 0; i < MANY; i++)
        vx_buf_printf(&xml, "<vmx:key name='%s%u.present' text='TRUE'/>",
                      names[i % VX_COUNT(names)], i * 33);
    vx_buf_lit(&xml, KEYS TAIL);
    vx_buf_char(&xml, '\0');
    result = convert(xml.data, NULL);
    ck_assert_ptr_nonnull(strstr(vmx_result_text(result, NULL), "memSize = \"512\"\n"));
    vmx_result_free(result);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("remember");
    TCase *c = tcase_create("remember");

    tcase_add_loop_test(c, one_line_or_none, 0, VX_COUNT(cases));
    tcase_add_loop_test(c, what_the_charset_lacks, 0, 5);
    tcase_add_test(c, a_base_that_is_none);
    tcase_add_test(c, no_machine);
    tcase_add_test(c, a_crowd);
    suite_add_tcase(s, c);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
