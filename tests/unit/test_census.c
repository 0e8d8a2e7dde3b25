/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Nothing is lost silently: over all our samples, and over real files where there are
 * any ($VMX_CORPUS, else ../shared/corpus beside the source). */
#include <dirent.h>

#include "../census.h"
#include "base/file.h"

#include "docs.h"

#define DEPTH 4

struct tally {
    size_t files, entries, counts[VMX_FATES], refused;
};

static const struct {
    bool metadata, secrets;
} ways[] = {{true, false}, {true, true}, {false, false}, {false, true}};

static void
count_file(struct tally *tally, const char *path, struct vx_str text)
{
    struct vmx_doc *doc AUTO_DOC = doc_of(text);

    tally->files++;
    tally->entries += vmx_doc_count(doc);
    for (size_t i = 0; i < VX_COUNT(ways); i++) {
        struct vmx_convert_options options = VMX_CONVERT_OPTIONS;
        struct vmx_result *result = NULL;
        const char *finding;

        options.no_metadata = !ways[i].metadata;
        options.with_secrets = ways[i].secrets;
        options.base = "[datastore1] vm";
        if (vmx_convert_to_xml(doc, &options, NULL, &result) == VMX_ERR_INPUT) {
            tally->refused += i == 0;
            continue;
        }
        ck_assert_ptr_nonnull(result);
        finding = census_check(doc, result, ways[i].metadata, ways[i].secrets);
        for (int fate = 0; i == 0 && fate < VMX_FATES; fate++)
            tally->counts[fate] += vmx_result_count(result, (enum vmx_fate)fate);
        vmx_result_free(result);
        ck_assert_msg(!finding, "%s (metadata %d, secrets %d): %s", path,
                      ways[i].metadata, ways[i].secrets, finding);
    }
}

static void
count_folder(struct tally *tally, const char *folder, int depth)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    while (dir && (entry = readdir(dir)) != NULL) {
        struct vx_str name = vx_str_c(entry->d_name);
        struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
        char path[1024];
        int error;

        if (name.s[0] == '.'
            || snprintf(path, sizeof(path), "%s/%s", folder, name.s)
                   >= (int)sizeof(path))
            continue;
        if (entry->d_type == DT_DIR && depth)
            count_folder(tally, path, depth - 1);
        else if (vx_str_iends(name, VX_STR(".vmx"))
                 && vx_file_read(path, &text, &error) == VMX_OK)
            count_file(tally, path, vx_str_of(text.data ? text.data : "", text.size));
    }
    if (dir)
        closedir(dir);
}

static void
tell(const char *what, const struct tally *tally)
{
    printf("%s: %zu files, %zu keys: %zu mapped, %zu kept, %zu runtime, %zu lost; "
           "%zu files refused\n",
           what, tally->files, tally->entries, tally->counts[VMX_FATE_MAPPED],
           tally->counts[VMX_FATE_KEPT], tally->counts[VMX_FATE_RUNTIME],
           tally->counts[VMX_FATE_LOST], tally->refused);
}

static void
census(const char *folder, struct tally *tally)
{
    const char *top = getenv("abs_top_srcdir");
    char path[1024];

    snprintf(path, sizeof(path), "%s/%s", top ? top : ".", folder);
    count_folder(tally, path, DEPTH);
}

START_TEST(samples)
{
    struct tally tally = {0};

    census("testdata", &tally);
    census("tests/fuzz/seeds", &tally);
    tell("samples", &tally);
    ck_assert_uint_gt(tally.files, 10);
    ck_assert_uint_gt(tally.counts[VMX_FATE_MAPPED], 0);
    ck_assert_uint_gt(tally.counts[VMX_FATE_KEPT], 0);
}

END_TEST

START_TEST(real_files)
{
    const char *given = getenv("VMX_CORPUS");
    struct tally tally = {0};

    if (given) {
        count_folder(&tally, given, DEPTH);
        tell(given, &tally);
        ck_assert_uint_gt(tally.files, 0);
        return;
    }
    census("../shared/corpus", &tally);
    tell("real files", &tally);
    if (tally.files == 0)
        printf("no real files are here: set VMX_CORPUS to a folder of them\n");
}

END_TEST

/* The census itself finds what is wrong. */
START_TEST(the_census_can_fail)
{
    struct vmx_doc *doc AUTO_DOC =
        DOC("config.version = \"8\"\nvirtualHW.version = \"8\"\nsome.key = \"1\"\n");
    struct vmx_doc *other AUTO_DOC =
        DOC("config.version = \"8\"\nvirtualHW.version = \"8\"\nsome.key = \"2\"\n");
    struct vmx_doc *fewer AUTO_DOC = DOC("config.version = \"8\"\nsome.key = \"1\"\n");
    struct vmx_result *result = NULL;

    ck_ok(vmx_convert_to_xml(doc, NULL, NULL, &result));
    ck_assert_ptr_null(census_check(doc, result, true, false));
    ck_assert_ptr_nonnull(census_check(other, result, true, false));
    ck_assert_ptr_nonnull(census_check(fewer, result, true, false));
    ck_assert_ptr_nonnull(census_check(doc, result, false, false));
    vmx_result_free(result);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("census");
    TCase *c = tcase_create("census");

    tcase_add_test(c, samples);
    tcase_add_test(c, real_files);
    tcase_add_test(c, the_census_can_fail);
    suite_add_tcase(s, c);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
