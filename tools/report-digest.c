/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts are compared, counted and written as they are in the report, that is escaped:
 * an apostrophe ends a value, a line an element. */
#include "report-digest.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/num.h"
#include "base/xmlw.h"
#include "seen.h"
#include "vmx.h"

#include "base/banned.h"

enum {
    DIGEST_CEILING = 1 << 30, /* bytes of names, and of counts */
    TAG_MAX = 64,
    MEMORY_MAX = 1 << 30, /* MiB: more is a mistake in a VMX */
};

/* A value and who has it. */
struct value {
    const char *of;
    size_t at, size;                /* in `text` */
    size_t extra_at, extra_n;       /* attributes beside, as they are written */
    uint64_t machines, items, last; /* `last` is the machine that was counted last */
    size_t first_link, last_link;   /* of a disk: its machines, from 1 */
};

struct link {
    uint64_t machine;
    size_t next;
};

struct report_digest {
    struct seen *seen; /* of a kind and a text: its value, from 1 */
    struct vx_buf values, links, text, key;

    struct sum {
        uint64_t n, machines;
    } memory_mib, disk_mib;

    bool lost;
};

struct report_digest *
report_digest_new(void)
{
    struct report_digest *digest = calloc(1, sizeof(*digest));

    if (digest == NULL)
        return NULL;
    digest->values = VX_BUF(DIGEST_CEILING);
    digest->links = VX_BUF(DIGEST_CEILING);
    digest->text = VX_BUF(DIGEST_CEILING);
    digest->key = VX_BUF(DIGEST_CEILING);
    digest->seen = seen_new();
    if (digest->seen)
        return digest;
    free(digest);
    return NULL;
}

void
report_digest_free(struct report_digest *digest)
{
    if (digest == NULL)
        return;
    seen_free(digest->seen);
    vx_buf_done(&digest->values);
    vx_buf_done(&digest->links);
    vx_buf_done(&digest->text);
    vx_buf_done(&digest->key);
    free(digest);
}

/* ---- counting -------------------------------------------------------------------- */

static struct value *
value_at(struct report_digest *digest, size_t row)
{
    return (struct value *)(void *)digest->values.data + row;
}

static struct link *
link_at(struct report_digest *digest, size_t row)
{
    return (struct link *)(void *)digest->links.data + row;
}

static size_t
keep(struct report_digest *digest, struct vx_str text)
{
    size_t at = digest->text.size;

    vx_buf_str(&digest->text, text);
    return at;
}

/* The value `of` that reads `text`, made when it is new; NULL without memory. */
static struct value *
find(struct report_digest *digest, const char *of, struct vx_str text, bool *ret_new)
{
    size_t count = digest->values.size / sizeof(struct value);
    struct value value = {.of = of, .size = text.n};
    uint64_t hash, row;

    digest->key.size = 0;
    vx_buf_str(&digest->key, vx_str_c(of));
    vx_buf_char(&digest->key, '\0');
    vx_buf_str(&digest->key, text);
    hash = seen_hash(vx_buf_text(&digest->key));
    row = seen_get(digest->seen, hash);
    *ret_new = row == 0;
    if (row)
        return value_at(digest, row - 1);
    value.at = keep(digest, text);
    vx_buf_add(&digest->values, &value, sizeof(value));
    digest->lost |= digest->values.failed || digest->text.failed || digest->key.failed;
    if (digest->lost)
        return NULL;
    seen_put(digest->seen, hash, count + 1);
    return value_at(digest, count);
}

static void
count_at(struct value *value, uint64_t machine)
{
    value->machines += value->last != machine;
    value->last = machine;
    value->items++;
}

static void
count(struct report_digest *digest, uint64_t machine, const char *of,
      struct vx_str text)
{
    bool made;
    struct value *value = find(digest, of, text, &made);

    if (value)
        count_at(value, machine);
}

/* ---- rows ------------------------------------------------------------------------ */

struct vx_str
report_attr(struct vx_str tag, const char *name)
{
    char wanted[TAG_MAX];
    const char *at;
    ptrdiff_t end;
    int n = snprintf(wanted, sizeof(wanted), " %s='", name);

    at = memmem(tag.s, tag.n, wanted, (size_t)n);
    if (at == NULL)
        return VX_STR_NONE;
    tag = vx_str_skip(tag, (size_t)(at - tag.s) + (size_t)n);
    end = vx_str_find(tag, '\'');
    return end < 0 ? VX_STR_NONE : vx_str_of(tag.s, (size_t)end);
}

static void
add_sum(struct sum *sum, uint64_t number)
{
    if (vx_add_overflows(sum->n, number, &sum->n))
        sum->n = UINT64_MAX;
    sum->machines++;
}

/* What there is to move, in all; disks by size are told in GiB, rounded up. */
static void
add_sizes(struct report_digest *digest, uint64_t number, struct vx_str tag)
{
    struct vx_buf gib VX_AUTO(vx_buf_done) = VX_BUF(TAG_MAX);
    uint64_t memory, bytes;

    if (vx_num_u64(report_attr(tag, "memory_mib"), &memory) && memory < MEMORY_MAX)
        add_sum(&digest->memory_mib, memory);
    if (!vx_num_u64(report_attr(tag, "disk_bytes"), &bytes))
        return;
    add_sum(&digest->disk_mib, bytes >> 20);
    vx_buf_uint(&gib, (bytes >> 30) + (bytes % (1U << 30) != 0));
    count(digest, number, "size", vx_buf_text(&gib));
}

/* The machine itself.  What could not be read has no guest and no memory. */
static void
add_machine(struct report_digest *digest, uint64_t number, struct vx_str tag)
{
    static const struct {
        const char *of, *attr, *absent;
    } facts[] = {
        {"guest", "guest", "?"},          {"hardware", "hardware", "?"},
        {"firmware", "firmware", "bios"}, {"memory", "memory_mib", "?"},
        {"disks", "disk_count", "0"},
    };
    struct vx_str readiness = report_attr(tag, "readiness");
    bool known = report_attr(tag, "guest").n || report_attr(tag, "memory_mib").n
                 || report_attr(tag, "hardware").n;

    count(digest, number, "readiness", readiness);
    if (vx_str_is(report_attr(tag, "status"), "failed"))
        count(digest, number, "failure", report_attr(tag, "reason"));
    for (size_t i = 0; known && i < VX_COUNT(facts); i++) {
        struct vx_str text = report_attr(tag, facts[i].attr);

        count(digest, number, facts[i].of, text.n ? text : vx_str_c(facts[i].absent));
    }
    if (known)
        add_sizes(digest, number, tag);
}

/* " name='text'", of one paragraph of the page of a code. */
static void
put_page(struct vx_buf *out, const char *name, struct vx_str *page)
{
    const char *end = memmem(page->s, page->n, "\n\n", 2);
    size_t n = end ? (size_t)(end - page->s) : page->n;

    vx_xml_exact_attr(out, name, vx_str_trim(vx_str_of(page->s, n)));
    *page = vx_str_skip(*page, end ? n + 2 : n);
}

/* What a code says of any machine. */
static void
describe(struct report_digest *digest, size_t row, struct vx_str code,
         struct vx_str how_bad)
{
    struct vx_buf name VX_AUTO(vx_buf_done) = VX_BUF(TAG_MAX);
    size_t at = digest->text.size;
    const char *explained;
    struct vx_str page;

    vx_xml_exact_attr(&digest->text, "code", code);
    vx_xml_exact_attr(&digest->text, "grade", how_bad);
    vx_buf_str(&name, code);
    vx_buf_char(&name, '\0');
    explained = name.failed ? NULL : vmx_explain(name.data);
    if (explained) {
        page = vx_str_c(explained);
        put_page(&digest->text, "page", &page);
        put_page(&digest->text, "title", &page);
        put_page(&digest->text, "why", &page);
        put_page(&digest->text, "remedy", &page);
    }
    digest->lost |= digest->text.failed;
    value_at(digest, row)->extra_at = at;
    value_at(digest, row)->extra_n = digest->text.size - at;
}

/* A loss or a finding: what it is of, and how bad it is, are one value. */
static void
add_code(struct report_digest *digest, uint64_t number, struct vx_str tag,
         const char *grade)
{
    struct vx_buf both VX_AUTO(vx_buf_done) = VX_BUF(TAG_MAX);
    struct vx_str code = report_attr(tag, "code"), how_bad = report_attr(tag, grade);
    struct value *value;
    bool made;

    vx_buf_str(&both, code);
    vx_buf_char(&both, ' ');
    vx_buf_str(&both, how_bad);
    value = find(digest, "code", vx_buf_text(&both), &made);
    if (value == NULL)
        return;
    count_at(value, number);
    if (made)
        describe(digest, (size_t)(value - value_at(digest, 0)), code, how_bad);
}

/* Where a disk lies, in one spelling: "[store] a/b.vmdk" is
 * "/vmfs/volumes/store/a/b.vmdk", and what is no path from a root begins in the folder
 * of the machine. */
static void
put_disk(struct vx_buf *out, struct vx_str machine, struct vx_str file)
{
    const char *slash = machine.n ? memrchr(machine.s, '/', machine.n) : NULL;
    ptrdiff_t end = vx_str_starts(file, VX_STR("[")) ? vx_str_find(file, ']') : -1;

    if (end > 0) {
        vx_buf_lit(out, "/vmfs/volumes/");
        vx_buf_add(out, file.s + 1, (size_t)end - 1);
        vx_buf_char(out, '/');
        file = vx_str_trim(vx_str_skip(file, (size_t)end + 1));
    } else if (slash && !vx_str_starts(file, VX_STR("/"))) {
        vx_buf_add(out, machine.s, (size_t)(slash - machine.s) + 1);
    }
    vx_buf_str(out, file);
}

static void
add_disk(struct report_digest *digest, uint64_t number, struct vx_str machine,
         struct vx_str tag)
{
    struct vx_buf path VX_AUTO(vx_buf_done) = VX_BUF(DIGEST_CEILING);
    struct link link = {number, 0};
    struct value *value;
    size_t count_before = digest->links.size / sizeof(link);
    bool made;

    put_disk(&path, machine, report_attr(tag, "file"));
    value = find(digest, "disk", vx_buf_text(&path), &made);
    if (value == NULL || value->last == number)
        return;
    count_at(value, number);
    vx_buf_add(&digest->links, &link, sizeof(link));
    if (digest->links.failed || path.failed) {
        digest->lost = true;
        return;
    }
    if (value->last_link)
        link_at(digest, value->last_link - 1)->next = count_before + 1;
    else
        value->first_link = count_before + 1;
    value->last_link = count_before + 1;
}

static void
add_element(struct report_digest *digest, uint64_t number, struct vx_str machine,
            struct vx_str tag)
{
    /* By which of its names a map, vmx-map(5), knows a network. */
    static const char *const places[] = {"portgroup", "opaque", "vmnet", "network",
                                         "datastore"};

    if (vx_str_starts(tag, VX_STR("<loss "))) {
        add_code(digest, number, tag, "category");
    } else if (vx_str_starts(tag, VX_STR("<finding "))) {
        add_code(digest, number, tag, "severity");
    } else {
        if (vx_str_starts(tag, VX_STR("<disk ")))
            add_disk(digest, number, machine, tag);
        for (size_t i = 0; i < VX_COUNT(places); i++) {
            struct vx_str text = report_attr(tag, places[i]);

            if (text.n && !vx_str_starts(tag, VX_STR("<image "))) {
                count(digest, number, places[i], text);
                return;
            }
        }
    }
}

void
report_digest_add(struct report_digest *digest, uint64_t number, struct vx_str row)
{
    struct vx_str machine = VX_STR_NONE;
    bool first = true;

    while (row.n && !digest->lost) {
        ptrdiff_t end = vx_str_find(row, '\n');
        struct vx_str line = end < 0 ? row : vx_str_of(row.s, (size_t)end);

        if (first) {
            machine = report_attr(line, "file");
            add_machine(digest, number, line);
        } else {
            add_element(digest, number, machine, vx_str_trim(line));
        }
        first = false;
        row = vx_str_skip(row, end < 0 ? row.n : (size_t)end + 1);
    }
}

/* ---- the elements ---------------------------------------------------------------- */

static void
put_shared(struct report_digest *digest, const struct value *value, struct vx_buf *out)
{
    vx_buf_lit(out, "  <shared disk='");
    vx_buf_add(out, digest->text.data + value->at, value->size);
    vx_buf_printf(out, "' count='%llu' machines='",
                  (unsigned long long)value->machines);
    for (size_t at = value->first_link; at; at = link_at(digest, at - 1)->next) {
        if (at != value->first_link)
            vx_buf_char(out, ' ');
        vx_buf_uint(out, link_at(digest, at - 1)->machine);
    }
    vx_buf_lit(out, "'/>\n");
}

static void
put_count(struct report_digest *digest, const struct value *value, struct vx_buf *out)
{
    vx_buf_printf(out, "  <count of='%s' value='", value->of);
    vx_buf_add(out, digest->text.data + value->at, value->size);
    vx_buf_printf(out, "' machines='%llu' items='%llu'",
                  (unsigned long long)value->machines,
                  (unsigned long long)value->items);
    vx_buf_add(out, digest->text.data + value->extra_at, value->extra_n);
    vx_buf_lit(out, "/>\n");
}

/* The most used first. */
static int
by_use(const void *a, const void *b, void *text)
{
    const struct value *one = a, *two = b;
    size_t size = one->size < two->size ? one->size : two->size;
    int order;

    if (one->machines != two->machines)
        return one->machines < two->machines ? 1 : -1;
    order = strcmp(one->of, two->of);
    if (order == 0)
        order =
            memcmp((const char *)text + one->at, (const char *)text + two->at, size);
    return order ? order : (one->size > two->size) - (one->size < two->size);
}

static void
put_sum(const char *of, const struct sum *sum, struct vx_buf *out)
{
    vx_buf_printf(out, "  <sum of='%s' n='%llu' machines='%llu'/>\n", of,
                  (unsigned long long)sum->n, (unsigned long long)sum->machines);
}

bool
report_digest_put(struct report_digest *digest, struct vx_buf *out)
{
    size_t count = digest->values.size / sizeof(struct value);

    if (count)
        qsort_r(value_at(digest, 0), count, sizeof(struct value), by_use,
                digest->text.data);
    put_sum("memory_mib", &digest->memory_mib, out);
    put_sum("disk_mib", &digest->disk_mib, out);
    for (size_t i = 0; i < count && !digest->lost; i++) {
        const struct value *value = value_at(digest, i);

        if (value->first_link == 0)
            put_count(digest, value, out);
        else if (value->machines > 1)
            put_shared(digest, value, out);
    }
    return !digest->lost && !out->failed && seen_error(digest->seen) == 0;
}
