/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names are counted; there are few of them, however many machines. */
#include "suggest-map.h"

#include <stdlib.h>

#include "base/xmlw.h"
#include "seen.h"

#include "base/banned.h"

enum {
    NAMES_CEILING = 1 << 24, /* bytes: more names than this help nobody */
    MAP_CEILING = 1 << 28,
};

struct name {
    size_t at, size; /* in `text`, the letter first */
    uint64_t count;
};

struct suggestion {
    struct seen *seen; /* of a name: its row, from 1 */
    struct vx_buf names, text;
    uint64_t machines;
};

struct suggestion *
suggestion_new(void)
{
    struct suggestion *suggestion = calloc(1, sizeof(*suggestion));

    if (suggestion == NULL)
        return NULL;
    suggestion->names = VX_BUF(NAMES_CEILING);
    suggestion->text = VX_BUF(NAMES_CEILING);
    suggestion->seen = seen_new();
    if (suggestion->seen)
        return suggestion;
    free(suggestion);
    return NULL;
}

void
suggestion_free(struct suggestion *suggestion)
{
    if (suggestion == NULL)
        return;
    seen_free(suggestion->seen);
    vx_buf_done(&suggestion->names);
    vx_buf_done(&suggestion->text);
    free(suggestion);
}

static struct name *
names_of(const struct suggestion *suggestion, size_t *ret_count)
{
    *ret_count = suggestion->names.size / sizeof(struct name);
    return (struct name *)(void *)suggestion->names.data;
}

static void
count_name(struct suggestion *suggestion, struct vx_str fact)
{
    uint64_t hash = seen_hash(fact), row = seen_get(suggestion->seen, hash);
    size_t count;
    struct name *names = names_of(suggestion, &count), name;

    if (row) {
        names[row - 1].count++;
        return;
    }
    name = (struct name){suggestion->text.size, fact.n, 1};
    vx_buf_str(&suggestion->text, fact);
    vx_buf_add(&suggestion->names, &name, sizeof(name));
    if (!suggestion->text.failed && !suggestion->names.failed)
        seen_put(suggestion->seen, hash, count + 1);
}

void
suggestion_add(struct suggestion *suggestion, struct vx_str facts)
{
    suggestion->machines++;
    while (facts.n) {
        size_t size = strlen(facts.s);

        count_name(suggestion, vx_str_of(facts.s, size));
        facts = vx_str_skip(facts, size + 1);
    }
}

/* ---- the file -------------------------------------------------------------------- */

/* The most used first, and else by name. */
static int
by_use(const void *a, const void *b, void *text)
{
    const struct name *one = a, *two = b;
    size_t size = one->size < two->size ? one->size : two->size;
    int order;

    if (one->count != two->count)
        return one->count < two->count ? 1 : -1;
    order = memcmp((const char *)text + one->at, (const char *)text + two->at, size);
    return order ? order : (one->size > two->size) - (one->size < two->size);
}

static void
put_names(struct suggestion *suggestion, char letter, const char *element,
          const char *attribute, const char *rest, struct vx_buf *out)
{
    size_t count;
    const struct name *names = names_of(suggestion, &count);

    for (size_t i = 0; i < count; i++) {
        struct vx_str text =
            vx_str_of(suggestion->text.data + names[i].at, names[i].size);

        if (text.s[0] != letter || text.n == 1)
            continue;
        vx_buf_printf(out, "    <!-- %llu -->\n    <%s %s='",
                      (unsigned long long)names[i].count, element, attribute);
        vx_xml_escape_exact(out, vx_str_skip(text, 1));
        vx_buf_printf(out, "' %s/>\n", rest);
    }
}

bool
suggestion_write(struct suggestion *suggestion, struct cli *cli, const char *path)
{
    struct vx_buf out VX_AUTO(vx_buf_done) = VX_BUF(MAP_CEILING);
    size_t count;
    struct name *names = names_of(suggestion, &count);

    if (count)
        qsort_r(names, count, sizeof(*names), by_use, suggestion->text.data);
    vx_buf_printf(
        &out,
        "<?xml version='1.0' encoding='UTF-8'?>\n"
        "<!-- Made of %llu machines.  Before each entry stands how many cards "
        "or disks use it.\n"
        "     Put the new host's names where TO-DO stands: vmx-map(5). -->\n"
        "<map xmlns='urn:libvmx:map:1'>\n  <networks>\n",
        (unsigned long long)suggestion->machines);
    put_names(suggestion, 'n', "network", "name", "bridge='TO-DO'", &out);
    put_names(suggestion, 'p', "network", "portgroup", "bridge='TO-DO'", &out);
    put_names(suggestion, 'o', "network", "opaque", "bridge='TO-DO'", &out);
    put_names(suggestion, 'v', "network", "vmnet", "bridge='TO-DO'", &out);
    vx_buf_lit(&out, "    <default action='fail'/>\n  </networks>\n  <datastores>\n");
    put_names(suggestion, 'd', "datastore", "name", "folder='/TO-DO'", &out);
    vx_buf_lit(&out, "    <default folder='/TO-DO'/>\n  </datastores>\n</map>\n");
    if (out.failed || seen_error(suggestion->seen)) {
        cli_trouble(cli, "--suggest-map=%s: out of memory", path);
        return false;
    }
    return cli_write(cli, path, out.data, out.size);
}
