/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <unistd.h>

#include "main.h"
#include "vi/types.gen.h"

static struct vx_arena arena;

static void
set_up(void)
{
    vx_arena_init(&arena, VI_MEMORY_MAX);
}

static void
tear_down(void)
{
    vx_arena_done(&arena);
}

static void *
decoded(const char *text, enum vi_id id)
{
    const char *why = NULL;
    struct vi_node *node = vi_read(vx_str_c(text), &arena, &why);
    void *object;

    ck_assert_msg(node != NULL, "%s", why);
    object = vi_decode(node, &vi_types[id], &arena);
    ck_assert_ptr_nonnull(object);
    return object;
}

START_TEST(types_are_found_by_name)
{
    for (size_t i = 0; i < VI_TYPES; i++)
        ck_assert_ptr_eq(vi_type_find(vx_str_c(vi_types[i].name)), &vi_types[i]);
    ck_assert_ptr_null(vi_type_find(VX_STR("Task")));
    ck_assert_ptr_null(vi_type_find(VX_STR("")));
    ck_assert(
        vi_type_extends(&vi_types[VI_TraversalSpec], &vi_types[VI_SelectionSpec]));
    ck_assert(
        !vi_type_extends(&vi_types[VI_SelectionSpec], &vi_types[VI_TraversalSpec]));
}

END_TEST

#define XSI "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'"
#define CHOICE(label, key)                                                             \
    "<choiceInfo><label>" label "</label><summary>" label "</summary><key>" key        \
    "</key></choiceInfo>"

/* The same question in spellings that hosts and simulators have. */
static const char *const questions[] = {
    "<val xmlns='urn:vim25'><id>1</id><text>a &lt;b&gt; &amp; c</text><choice>" CHOICE(
        "Append", "0")
        CHOICE("Replace", "1") "<defaultIndex>1</defaultIndex></choice></val>",
    "<v:val xmlns:v='urn:vim25' " XSI
    " xsi:type='v:VirtualMachineQuestionInfo'>\n <v:id>1</v:id>\n"
    "<v:later><v:id>9</v:id></v:later>"
    "<v:text><![CDATA[a <b> & c]]></v:text> <v:choice>\n" CHOICE(
        "Append", "0") "\n" CHOICE("Replace",
                                   "1") "<v:defaultIndex>\n1 "
                                        "</v:defaultIndex></v:choice> </v:val>",
    "<val " XSI " xmlns:x='urn:vim25' xsi:type='x:VirtualMachineQuestionInfo'>"
    "<choice><defaultIndex>1</defaultIndex>" CHOICE("Append", "0") CHOICE(
        "Replace", "1") "</choice><text>a &#60;b> &amp; c</text><id>1</id></val>",
};

START_TEST(reading_is_tolerant)
{
    const struct vi_VirtualMachineQuestionInfo *question =
        decoded(questions[_i], VI_VirtualMachineQuestionInfo);

    ck_assert_slice_eq(question->id, VX_STR("1"));
    ck_assert_slice_eq(question->text, VX_STR("a <b> & c"));
    ck_assert_uint_eq(question->choice->choiceInfo.count, 2);
    ck_assert_slice_eq(question->choice->choiceInfo.at[1]->label, VX_STR("Replace"));
    ck_assert_slice_eq(question->choice->choiceInfo.at[1]->key, VX_STR("1"));
    ck_assert(question->choice->defaultIndex.set);
    ck_assert_int_eq(question->choice->defaultIndex.value, 1);
    ck_assert(!question->choice->valueIsReadonly.set);
    ck_assert_uint_eq(question->message.count, 0);
}

END_TEST

START_TEST(every_member_may_be_missing)
{
    for (size_t i = 0; i < VI_TYPES; i++)
        if (vi_types[i].size)
            ck_assert_ptr_nonnull(decoded("<returnval/>", (enum vi_id)i));
}

END_TEST

START_TEST(a_type_may_be_extended)
{
    const struct vi_HostDatastoreBrowserSearchResults *found =
        decoded("<r " XSI "><file xsi:type='VmDiskFileInfo'><path>a.vmdk</path>"
                "<fileSize>9223372036854775807</fileSize><capacityKb>8</capacityKb>"
                "<thin>1</thin></file><file xsi:type='NewFileInfo'><path>b</path>"
                "<fileSize>9223372036854775808</fileSize></file>"
                "<file xsi:type='UserSession'><path>c</path></file></r>",
                VI_HostDatastoreBrowserSearchResults);
    const struct vi_VmDiskFileInfo *disk = (void *)found->file.at[0];

    ck_assert_uint_eq(found->file.count, 3);
    ck_assert_ptr_eq(disk->is.type, &vi_types[VI_VmDiskFileInfo]);
    ck_assert_int_eq(disk->fileSize.value, INT64_MAX);
    ck_assert_int_eq(disk->capacityKb.value, 8);
    ck_assert(disk->thin.set && disk->thin.value == 1);
    /* One that nobody knows is what was expected, and one that does not fit, too. */
    ck_assert_ptr_eq(found->file.at[1]->is.type, &vi_types[VI_FileInfo]);
    ck_assert_slice_eq(found->file.at[1]->is.wire, VX_STR("NewFileInfo"));
    ck_assert(!found->file.at[1]->fileSize.set);
    ck_assert_ptr_eq(found->file.at[2]->is.type, &vi_types[VI_FileInfo]);
    ck_assert_slice_eq(found->file.at[2]->path, VX_STR("c"));
}

END_TEST

START_TEST(words_that_are_new_are_no_error)
{
    const struct vi_TaskInfo *info =
        decoded("<i><state>paused</state><cancelable>maybe</cancelable>"
                "<entity type='VirtualMachine'> vm-9 </entity></i>",
                VI_TaskInfo);

    ck_assert_int_eq(info->state.value, -1);
    ck_assert_slice_eq(info->state.text, VX_STR("paused"));
    ck_assert(!info->cancelable.set);
    ck_assert_slice_eq(info->entity.value, VX_STR("vm-9"));
    ck_assert_slice_eq(info->entity.type, VX_STR("VirtualMachine"));
}

END_TEST

/* An array says the type of its items, or does not. */
START_TEST(arrays_are_read)
{
    static const char *const texts[] = {
        "<val " XSI " xsi:type='ArrayOfManagedObjectReference'><ManagedObjectReference "
        "xsi:type='ManagedObjectReference' type='Task'>t-1</ManagedObjectReference>"
        "<ManagedObjectReference type='Task'>t-2</ManagedObjectReference></val>",
        "<val>\n<ref type='Task'>t-1</ref>\n<ref type='Task'>t-2</ref></val>",
    };
    const struct vi_type *view = &vi_types[VI_MachineBusy];
    const char *why;

    for (size_t i = 0; i < VX_COUNT(texts); i++) {
        struct vi_MachineBusy busy = {0};
        struct vi_node *node = vi_read(vx_str_c(texts[i]), &arena, &why);

        ck_assert_str_eq(view->members[3].name, "recentTask");
        vi_decode_value(node, &view->members[3], &busy.recentTask, &arena);
        ck_assert_uint_eq(busy.recentTask.count, 2);
        ck_assert_slice_eq(busy.recentTask.at[1].value, VX_STR("t-2"));
    }
}

END_TEST

START_TEST(messages_that_are_none_are_refused)
{
    static const char *const texts[] = {
        "",
        "x",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "<a>&nbsp;</a>",
        "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
        "<!DOCTYPE a SYSTEM 'http://example.com/a.dtd'><a/>",
        "<a b='1' b='2'/>",
        "<x:a/><",
    };
    const char *why;

    for (size_t i = 0; i < VX_COUNT(texts); i++) {
        why = NULL;
        ck_assert_msg(vi_read(vx_str_c(texts[i]), &arena, &why) == NULL, "%s",
                      texts[i]);
        ck_assert_ptr_nonnull(why);
    }
}

END_TEST

START_TEST(limits_hold)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1 << 24);
    const char *why = NULL;

    for (int i = 0; i <= VI_DEPTH_MAX; i++)
        vx_buf_lit(&text, "<a>");
    ck_assert_ptr_null(vi_read(vx_buf_text(&text), &arena, &why));
    ck_assert_str_eq(why, "the message is nested too deeply");

    text.size = 0;
    vx_buf_lit(&text, "<a>");
    for (int i = 0; i <= VI_ELEMENTS_MAX; i++)
        vx_buf_lit(&text, "<b/>");
    vx_buf_lit(&text, "</a>");
    ck_assert_ptr_null(vi_read(vx_buf_text(&text), &arena, &why));
    ck_assert_str_eq(why, "the message has too many elements");
}

END_TEST

#define HEAD                                                                           \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                     \
    "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" "   \
    "xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "                                  \
    "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><soapenv:Body>"
#define TAIL "</soapenv:Body></soapenv:Envelope>"

static void
must_say(const void *call, const char *type, const char *expected)
{
    struct vx_buf out VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);
    struct vi_ref self = {vx_str_c(type), VX_STR("x-1")};
    const char *why = vi_encode_call(&out, self, call);

    ck_assert_msg(why == NULL, "%s", why);
    ck_assert_slice_eq(vx_buf_text(&out), vx_str_c(expected));
}

START_TEST(texts_are_escaped)
{
    struct vi_Login login = {
        .is.type = &vi_types[VI_Login],
        .userName = VX_STR("a<b&c\""),
        .password = VX_STR("]]>'\r"),
    };

    must_say(&login, "SessionManager",
             HEAD
             "<Login xmlns=\"urn:vim25\"><_this type=\"SessionManager\">x-1</_this>"
             "<userName>a&lt;b&amp;c&quot;</userName>"
             "<password>]]&gt;&apos;&#13;</password></Login>" TAIL);
}

END_TEST

START_TEST(members_keep_their_order)
{
    struct vi_TraversalSpec hop = {
        .is.type = &vi_types[VI_TraversalSpec],
        .name = VX_STR("n"),
        .type = VX_STR("Folder"),
        .path = VX_STR("childEntity"),
        .skip = {0, true},
    };
    struct vi_SelectionSpec *hops[] = {(void *)&hop};
    struct vi_ObjectSpec object = {
        .is.type = &vi_types[VI_ObjectSpec],
        .obj = {VX_STR("Folder"), VX_STR("ha&")},
        .selectSet = {hops, 1},
    };
    struct vi_ObjectSpec *objects[] = {&object};
    struct vx_str paths[] = {VX_STR("name"), VX_STR("config.uuid")};
    struct vi_PropertySpec property = {
        .is.type = &vi_types[VI_PropertySpec],
        .type = VX_STR("VirtualMachine"),
        .pathSet = {paths, 2},
    };
    struct vi_PropertySpec *properties[] = {&property};
    struct vi_PropertyFilterSpec spec = {
        .is.type = &vi_types[VI_PropertyFilterSpec],
        .propSet = {properties, 1},
        .objectSet = {objects, 1},
    };
    struct vi_CreateFilter call = {
        .is.type = &vi_types[VI_CreateFilter],
        .spec = &spec,
        .partialUpdates = {1, true},
    };

    must_say(
        &call, "PropertyCollector",
        HEAD
        "<CreateFilter xmlns=\"urn:vim25\"><_this "
        "type=\"PropertyCollector\">x-1</_this>"
        "<spec xsi:type=\"PropertyFilterSpec\"><propSet xsi:type=\"PropertySpec\">"
        "<type>VirtualMachine</type><pathSet>name</pathSet>"
        "<pathSet>config.uuid</pathSet></propSet><objectSet xsi:type=\"ObjectSpec\">"
        "<obj type=\"Folder\">ha&amp;</obj><selectSet xsi:type=\"TraversalSpec\">"
        "<name>n</name><type>Folder</type><path>childEntity</path><skip>false</skip>"
        "</selectSet></objectSet></spec><partialUpdates>true</partialUpdates>"
        "</CreateFilter>" TAIL);
    call.spec = NULL;
    {
        struct vx_buf out VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);
        struct vi_ref self = {VX_STR("PropertyCollector"), VX_STR("x")};

        ck_assert_str_eq(vi_encode_call(&out, self, &call), "spec");
    }
    property.pathSet.at[0] = VX_STR("a\x01");
    call.spec = &spec;
    {
        struct vx_buf out VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);
        struct vi_ref self = {VX_STR("PropertyCollector"), VX_STR("x")};

        ck_assert_ptr_nonnull(vi_encode_call(&out, self, &call));
    }
    /* Nor does a host tell of each object that others have. */
    {
        const struct vi_Logout logout = {.is.type = &vi_types[VI_Logout]};
        struct vx_buf out = VX_BUF(1 << 16);

        ck_assert_ptr_nonnull(vi_encode_call(&out, (struct vi_ref){0}, &logout));
        vx_buf_done(&out);
    }
}

END_TEST

START_TEST(words_and_values_are_said)
{
    struct vi_OptionValue option = {
        .is.type = &vi_types[VI_OptionValue],
        .key = VX_STR("k"),
        .value.text = VX_STR(""),
    };
    struct vi_OptionValue *options[] = {&option};
    struct vi_SharesInfo shares = {
        .is.type = &vi_types[VI_SharesInfo],
        .shares = {-1, true},
        .level.value = VI_SharesLevel_high,
    };
    struct vi_ResourceAllocationInfo cpu = {
        .is.type = &vi_types[VI_ResourceAllocationInfo],
        .shares = &shares,
    };
    struct vi_VirtualMachineConfigSpec spec = {
        .is.type = &vi_types[VI_VirtualMachineConfigSpec],
        .memoryMB = {4096, true},
        .cpuAllocation = &cpu,
        .extraConfig = {options, 1},
    };
    struct vi_ReconfigVM_Task call = {
        .is.type = &vi_types[VI_ReconfigVM_Task],
        .spec = &spec,
    };

    must_say(
        &call, "VirtualMachine",
        HEAD
        "<ReconfigVM_Task xmlns=\"urn:vim25\"><_this "
        "type=\"VirtualMachine\">x-1</_this>"
        "<spec xsi:type=\"VirtualMachineConfigSpec\"><memoryMB>4096</memoryMB>"
        "<cpuAllocation xsi:type=\"ResourceAllocationInfo\">"
        "<shares "
        "xsi:type=\"SharesInfo\"><shares>-1</shares><level>high</level></shares>"
        "</cpuAllocation><extraConfig xsi:type=\"OptionValue\"><key>k</key>"
        "<value "
        "xsi:type=\"xsd:string\"></value></extraConfig></spec></ReconfigVM_Task>" TAIL);
}

END_TEST

/* Hosts speak UTF-8; of what is none nothing comes on standard error. */
START_TEST(charsets_are_not_changed)
{
    static const struct {
        struct vx_str text;
        bool well;
    } cases[] = {
        {VX_STR("\xef\xbb\xbf<a/>"), true},
        {VX_STR("<?xml version='1.0' encoding='utf-8'?><a/>"), true},
        {VX_STR("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xc3\xa4</a>"), true},
        {VX_STR("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe4</a>"), false},
        {VX_STR("<?xml version='1.0' encoding='EUC-JP'?><a>\x8e\xff\xff</a>"), false},
        {VX_STR("\xff\xfe<\0a\0/\0>\0"), false},
        {VX_STR("\xff\xfe<\0a\0\0\xd8<\0/\0a\0>\0"), false},
        {VX_STR("\x4c\x6f\xa7\x94 ffff"), false},
    };

    FILE *said = tmpfile();
    int standard = dup(STDERR_FILENO);

    ck_assert_ptr_nonnull(said);
    dup2(fileno(said), STDERR_FILENO);
    for (size_t i = 0; i < VX_COUNT(cases); i++) {
        const char *why;
        bool well = vi_read(cases[i].text, &arena, &why) != NULL;

        ck_assert_msg(well == cases[i].well, "case %zu: %s", i, well ? "read" : why);
    }
    dup2(standard, STDERR_FILENO);
    close(standard);
    ck_assert_int_eq(lseek(fileno(said), 0, SEEK_END), 0);
    fclose(said);
}

END_TEST

static Suite *
suite(void)
{
    Suite *suite = suite_create("vi_soap");
    TCase *tests = tcase_create("soap");

    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, types_are_found_by_name);
    tcase_add_loop_test(tests, reading_is_tolerant, 0, VX_COUNT(questions));
    tcase_add_test(tests, every_member_may_be_missing);
    tcase_add_test(tests, a_type_may_be_extended);
    tcase_add_test(tests, words_that_are_new_are_no_error);
    tcase_add_test(tests, arrays_are_read);
    tcase_add_test(tests, messages_that_are_none_are_refused);
    tcase_add_test(tests, charsets_are_not_changed);
    tcase_add_test(tests, limits_hold);
    tcase_add_test(tests, texts_are_escaped);
    tcase_add_test(tests, members_keep_their_order);
    tcase_add_test(tests, words_and_values_are_said);
    suite_add_tcase(suite, tests);
    return suite;
}

int
main(void)
{
    return vx_test_main(suite());
}
