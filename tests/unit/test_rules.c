/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each rule by its examples: those of its row, put behind a file that has no findings,
 * and those of its folder, testdata/lint/CODE:
 *
 *     bad*.vmx    make the finding
 *     good*.vmx   do not
 *     fixed*.vmx  is what all fixes make of bad*.vmx; fixing it again changes nothing
 *     bad*.find   the findings of bad*.vmx, if more than one rule is to be seen, as
 *                 LINE:COLUMN CODE
 *
 * Files beside them stand beside the VMX.  A rule about an inventory has folders bad
 * and good. */
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/num.h"
#include "lint/lint.h"

#include "docs.h"

enum {
    PATH_ROOM = 1024,
};

static const char *const base[] = {
    ".encoding = \"UTF-8\"",  "config.version = \"8\"", "virtualHW.version = \"19\"",
    "displayName = \"base\"", "guestOS = \"other-64\"", "memsize = \"1024\"",
    "numvcpus = \"1\"",
};

/* ---- linting --------------------------------------------------------------------- */

/* What a descriptor says of its parent, in the one form that our files have. */
static const char *
parent_of(const char *path)
{
    static const char word[] = "parentFileNameHint=\"";
    static char parent[PATH_ROOM];
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);
    const char *at, *end;
    int error;

    if (vx_file_read(path, &text, &error) != VMX_OK || text.size == 0)
        return NULL;
    vx_buf_char(&text, '\0');
    at = strstr(text.data, word);
    end = at ? strchr(at + strlen(word), '"') : NULL;
    if (end == NULL)
        return NULL;
    at += strlen(word);
    (void)snprintf(parent, sizeof(parent), "%.*s", (int)(end - at), at);
    return parent;
}

static bool
stands_beside(void *closure, const char *path, struct vmx_file_facts *ret)
{
    const char *folder = closure;
    char whole[PATH_ROOM];
    struct stat status;

    ck_assert_int_lt(snprintf(whole, sizeof(whole), "%s/%s", folder, path),
                     (int)sizeof(whole));
    *ret = (struct vmx_file_facts){.there = stat(whole, &status) == 0};
    if (ret->there)
        ret->parent = parent_of(whole);
    return true;
}

/* A linter with all rules of the profile and this one.  What is wrong on a certain
 * target alone is looked for with that target. */
static struct vmx_linter *
linter_for(const struct vx_rule *rule, const char *profile)
{
    struct vmx_linter *linter = NULL;

    if (rule->profiles == VX_P_ESXI)
        profile = "esxi-7.0";
    ck_ok(vmx_linter_new(profile, &linter));
    if (vmx_linter_get(linter, &rule->told) == VMX_RULE_OFF)
        ck_assert_uint_eq(vmx_linter_set(linter, rule->told.code, VMX_RULE_ON), 1);
    return linter;
}

static struct vmx_findings *
lint(const struct vmx_linter *linter, struct vx_str text, const char *folder)
{
    struct vmx_lint_options options = VMX_LINT_OPTIONS;
    struct vmx_doc *doc = doc_of(text);
    struct vmx_findings *findings = NULL;

    options.name = "machine.vmx";
    options.file = folder ? stands_beside : NULL;
    options.closure = (void *)(uintptr_t)folder;
    ck_ok(vmx_lint(linter, doc, &options, &findings));
    vmx_doc_free(doc);
    return findings;
}

static size_t
count_of(const struct vmx_findings *findings, const struct vx_rule *rule)
{
    size_t count = 0;

    for (size_t i = 0; i < vmx_findings_count(findings); i++)
        count += vmx_findings_get(findings, i)->rule == &rule->told;
    return count;
}

/* ---- rows ------------------------------------------------------------------------ */

static struct vx_str
line_key(struct vx_str line)
{
    ptrdiff_t equals = vx_str_find(line, '=');

    return equals < 0 ? VX_STR("") : vx_str_trim(vx_str_of(line.s, (size_t)equals));
}

/* Does the example have a line of its own for this key? */
static bool
says(const char *example, struct vx_str key)
{
    struct vx_str rest = vx_str_c(example);

    while (rest.n) {
        ptrdiff_t end = vx_str_find(rest, '\n');
        struct vx_str line = vx_str_of(rest.s, end < 0 ? rest.n : (size_t)end);

        if (vx_str_ieq(line_key(line), key))
            return true;
        rest = end < 0 ? VX_STR("") : vx_str_skip(rest, (size_t)end + 1);
    }
    return false;
}

static struct vx_buf
file_with(const char *example)
{
    struct vx_buf text = VX_BUF(1 << 20);

    for (size_t i = 0; i < VX_COUNT(base); i++)
        if (!says(example, line_key(vx_str_c(base[i]))))
            vx_buf_printf(&text, "%s\n", base[i]);
    if (example[0])
        vx_buf_printf(&text, "%s\n", example);
    return text;
}

static size_t
count_in_example(const struct vx_rule *rule, const char *example)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = file_with(example);
    struct vmx_linter *linter = linter_for(rule, "default");
    struct vmx_findings *findings = lint(linter, vx_buf_text(&text), NULL);
    size_t count = count_of(findings, rule);

    vmx_findings_free(findings);
    vmx_linter_free(linter);
    return count;
}

START_TEST(row_is_well_formed)
{
    const struct vx_rule *rule = &vx_rules[_i];

    ck_assert_ptr_eq(vmx_rule_find(rule->told.code), &rule->told);
    ck_assert_ptr_eq(vmx_rule_find(rule->told.name), &rule->told);
    ck_assert_ptr_eq(vmx_rule((size_t)_i), &rule->told);
    ck_assert_msg(rule->source != VX_BY_CHECK || rule->check, "%s has no check",
                  rule->told.code);
    ck_assert_msg(_i == 0 || vx_rules[_i - 1].code < rule->code, "%s is out of order",
                  rule->told.code);
    ck_assert_int_eq(rule->told.fixable, rule->fix != NULL);
}

END_TEST

START_TEST(row_shows_itself)
{
    const struct vx_rule *rule = &vx_rules[_i];

    if (rule->told.bad[0])
        ck_assert_msg(count_in_example(rule, rule->told.bad),
                      "%s is not found in its bad example", rule->told.code);
    if (rule->told.good[0])
        ck_assert_msg(!count_in_example(rule, rule->told.good),
                      "%s is found in its good example", rule->told.code);
}

END_TEST

START_TEST(base_has_no_findings)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = file_with("");
    struct vmx_linter *linter = linter_for(&vx_rules[0], "default");
    struct vmx_findings *findings = lint(linter, vx_buf_text(&text), NULL);

    for (size_t i = 0; i < vmx_findings_count(findings); i++)
        ck_abort_msg("%s: %s", vmx_findings_get(findings, i)->rule->code,
                     vmx_findings_get(findings, i)->message);
    vmx_findings_free(findings);
    vmx_linter_free(linter);
}

END_TEST

/* ---- folders --------------------------------------------------------------------- */

static const char *
lint_folder(void)
{
    static char path[PATH_ROOM];
    const char *source = getenv("abs_top_srcdir");

    ck_assert_int_lt(
        snprintf(path, sizeof(path), "%s/testdata/lint", source ? source : "."),
        (int)sizeof(path));
    return path;
}

static struct vx_buf
read_file(const char *path)
{
    struct vx_buf text = VX_BUF(VMX_MAX_TEXT);
    int error = 0;

    ck_assert_msg(vx_file_read(path, &text, &error) == VMX_OK, "%s cannot be read",
                  path);
    return text;
}

static char *
fixed_text(const struct vmx_linter *linter, struct vx_str text, const char *folder,
           size_t *ret_size)
{
    struct vmx_lint_options options = VMX_LINT_OPTIONS;
    struct vmx_doc *doc = doc_of(text);
    char *fixed = NULL;

    options.file = stands_beside;
    options.closure = (void *)(uintptr_t)folder;
    ck_ok(
        vmx_lint_fix(linter, doc, &options, true, NULL, NULL, &fixed, ret_size, NULL));
    vmx_doc_free(doc);
    return fixed;
}

/* Fixing `text` gives `wanted`. */
static void
check_fix(const struct vmx_linter *linter, struct vx_str text, struct vx_str wanted,
          const char *folder, const char *what)
{
    size_t size = 0;
    char *fixed = fixed_text(linter, text, folder, &size);

    ck_assert_msg(vx_str_eq(vx_str_of(fixed, size), wanted), "%s: became\n%.*s", what,
                  (int)size, fixed);
    free(fixed);
}

/* `bad` is "bad-2.vmx"; its fixed file is "fixed-2.vmx". */
static bool
check_fixed(const struct vx_rule *rule, const struct vmx_linter *linter,
            const char *folder, const char *bad, struct vx_str text)
{
    char path[PATH_ROOM];
    struct stat status;

    ck_assert_int_lt(snprintf(path, sizeof(path), "%s/fixed%s", folder, bad + 3),
                     (int)sizeof(path));
    if (stat(path, &status) != 0)
        return false;
    ck_assert_msg(rule->fix != NULL, "%s: %s has no fix", path, rule->told.code);

    struct vx_buf fixed VX_AUTO(vx_buf_done) = read_file(path);

    check_fix(linter, text, vx_buf_text(&fixed), folder, path);
    check_fix(linter, vx_buf_text(&fixed), vx_buf_text(&fixed), folder, path);
    return true;
}

/* Each finding that bad.find names is there at its place, and no other. */
static void
check_places(const struct vmx_findings *findings, const char *folder, const char *bad)
{
    char path[PATH_ROOM], line[200];
    struct vx_buf told VX_AUTO(vx_buf_done) = VX_BUF(1 << 20);
    struct stat status;

    ck_assert_int_lt(snprintf(path, sizeof(path), "%s/%.*s.find", folder,
                              (int)(strlen(bad) - 4), bad),
                     (int)sizeof(path));
    if (stat(path, &status) != 0)
        return;
    for (size_t i = 0; i < vmx_findings_count(findings); i++) {
        const struct vmx_finding *found = vmx_findings_get(findings, i);

        (void)snprintf(line, sizeof(line), "%u:%u %s\n", found->line, found->column,
                       found->rule->code);
        vx_buf_str(&told, vx_str_c(line));
    }

    struct vx_buf wanted VX_AUTO(vx_buf_done) = read_file(path);

    ck_assert_msg(vx_str_eq(vx_buf_text(&told), vx_buf_text(&wanted)),
                  "%s: found are\n%.*s", path, (int)told.size, told.data);
}

/* A fix shows in a file without findings of other rules' fixes: only this rule is on.
 */
static bool
check_case(const struct vx_rule *rule, const char *folder, const char *name)
{
    char path[PATH_ROOM];
    struct vmx_linter *linter = linter_for(rule, "default");
    struct vmx_linter *alone = linter_for(rule, "default");
    struct vmx_findings *findings;
    bool is_bad = strncmp(name, "bad", 3) == 0, fixed = false;

    ck_assert_int_lt(snprintf(path, sizeof(path), "%s/%s", folder, name),
                     (int)sizeof(path));

    struct vx_buf text VX_AUTO(vx_buf_done) = read_file(path);
    struct vx_str bytes = vx_str_of(text.data ? text.data : "", text.size);

    vmx_linter_set(alone, "all", VMX_RULE_OFF);
    vmx_linter_set(alone, rule->told.code, VMX_RULE_ON);
    findings = lint(linter, bytes, folder);
    ck_assert_msg((count_of(findings, rule) > 0) == is_bad, "%s: %s was%s found", path,
                  rule->told.code, is_bad ? " not" : "");
    if (is_bad) {
        check_places(findings, folder, name);
        fixed = check_fixed(rule, alone, folder, name, bytes);
    }
    vmx_findings_free(findings);
    vmx_linter_free(alone);
    vmx_linter_free(linter);
    return fixed;
}

/* How many files of a folder begin with `what` and end in .vmx, each of which is tried;
 * or, with a slash behind it, is there a folder of that name? */
static size_t
check_cases(const struct vx_rule *rule, const char *folder, const char *what,
            bool *fixed)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    size_t count = 0;

    ck_assert_msg(dir != NULL, "%s has no folder %s", rule->told.code, folder);
    while ((entry = readdir(dir)) != NULL) {
        if (strncmp(entry->d_name, what, strlen(what)) != 0
            || !vx_str_iends(vx_str_c(entry->d_name), VX_STR(".vmx")))
            continue;
        count++;
        *fixed |= check_case(rule, folder, entry->d_name);
    }
    closedir(dir);
    return count;
}

/* All machines of a folder as one inventory; how many of them have the finding. */
static size_t
count_concerned(const struct vx_rule *rule, const char *folder, size_t *ret_machines)
{
    struct vmx_linter *linter = linter_for(rule, "default");
    struct vmx_inventory *inventory = vmx_inventory_new(linter);
    struct dirent **entries = NULL;
    int machines = scandir(folder, &entries, NULL, alphasort);
    size_t concerned = 0;
    const char *path;

    ck_assert_msg(machines > 0, "%s is not there", folder);
    *ret_machines = 0;
    for (int i = 0; i < machines; i++) {
        char name[PATH_ROOM];

        (void)snprintf(name, sizeof(name), "%s/%s", folder, entries[i]->d_name);
        if (vx_str_iends(vx_str_c(name), VX_STR(".vmx"))) {
            struct vx_buf text VX_AUTO(vx_buf_done) = read_file(name);
            struct vmx_doc *doc AUTO_DOC = doc_of(vx_buf_text(&text));

            ck_ok(vmx_inventory_add(inventory, doc, name));
            (*ret_machines)++;
        }
        free(entries[i]);
    }
    free(entries);
    for (size_t i = 0; (path = vmx_inventory_concerned(inventory, i)) != NULL; i++) {
        struct vx_buf text VX_AUTO(vx_buf_done) = read_file(path);
        struct vmx_doc *doc AUTO_DOC = doc_of(vx_buf_text(&text));
        struct vmx_findings *findings = NULL;

        ck_ok(vmx_inventory_lint(inventory, i, doc, &findings));
        concerned += count_of(findings, rule);
        vmx_findings_free(findings);
    }
    vmx_inventory_free(inventory);
    vmx_linter_free(linter);
    return concerned;
}

START_TEST(inventory_shows_rule)
{
    const struct vx_rule *rule = &vx_rules[_i];
    char folder[PATH_ROOM];
    size_t machines;

    if (rule->source != VX_BY_INVENTORY)
        return;
    (void)snprintf(folder, sizeof(folder), "%s/%s/bad", lint_folder(), rule->told.code);
    ck_assert_uint_ne(count_concerned(rule, folder, &machines), 0);
    ck_assert_uint_eq(count_concerned(rule, folder, &machines), machines);
    (void)snprintf(folder, sizeof(folder), "%s/%s/good", lint_folder(),
                   rule->told.code);
    ck_assert_uint_eq(count_concerned(rule, folder, &machines), 0);
    ck_assert_uint_gt(machines, 1);
}

END_TEST

START_TEST(folder_shows_rule)
{
    const struct vx_rule *rule = &vx_rules[_i];
    char folder[PATH_ROOM];
    bool fixed = false;

    if (rule->source == VX_BY_INVENTORY)
        return;
    ck_assert_int_lt(
        snprintf(folder, sizeof(folder), "%s/%s", lint_folder(), rule->told.code),
        (int)sizeof(folder));
    ck_assert_msg(check_cases(rule, folder, "bad", &fixed), "%s: no bad.vmx", folder);
    ck_assert_msg(check_cases(rule, folder, "good", &fixed), "%s: no good.vmx", folder);
    ck_assert_msg(fixed == (rule->fix != NULL), "%s: %s fixed.vmx", folder,
                  fixed ? "should have no" : "no");
}

END_TEST

/* ---- numbers --------------------------------------------------------------------- */

START_TEST(rules_are_many)
{
    size_t rules = 0, checks = 0;

    for (size_t i = 0; i < vx_rule_count; i++) {
        bool first = vx_rules[i].check != NULL;

        rules += vx_rules[i].source != VX_BY_CONVERSION
                 && vx_rules[i].source != VX_BY_TARGET;
        for (size_t j = 0; first && j < i; j++)
            first = vx_rules[j].check != vx_rules[i].check;
        checks += first;
    }
    printf("%zu rules, %zu of them about portability, by %zu checks\n", vx_rule_count,
           vx_rule_count - rules, checks);
    ck_assert_uint_ge(rules, 120);
    ck_assert_uint_ge(checks, 60);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("rules");
    TCase *rows = tcase_create("rows"), *folders = tcase_create("folders");

    tcase_add_loop_test(rows, row_is_well_formed, 0, (int)vx_rule_count);
    tcase_add_loop_test(rows, row_shows_itself, 0, (int)vx_rule_count);
    tcase_add_test(rows, base_has_no_findings);
    tcase_add_test(rows, rules_are_many);
    suite_add_tcase(s, rows);
    tcase_add_loop_test(folders, folder_shows_rule, 0, (int)vx_rule_count);
    tcase_add_loop_test(folders, inventory_shows_rule, 0, (int)vx_rule_count);
    tcase_set_timeout(folders, 60);
    suite_add_tcase(s, folders);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
