/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a stylesheet reads beside the domain: what is known of the guest system, every
 * key with its decoded value, and the user's map. */
#include "target/target.h"

#include "model/guestos.h"

#include "base/banned.h"

static const char *const virtio_words[] = {
    [VX_VIRTIO_UNKNOWN] = "unknown",
    [VX_VIRTIO_NO] = "no",
    [VX_VIRTIO_YES] = "yes",
};

static const char *const machine_words[] = {
    [VX_MACHINE_I440FX] = "i440fx",
    [VX_MACHINE_Q35] = "q35",
    [VX_MACHINE_VIRT] = "virt",
};

static void
put_attribute(struct vx_buf *out, const char *name, struct vx_str value)
{
    if (value.s && vx_xml_holds(value))
        vx_xml_exact_attr(out, name, value);
}

/* What suits a system that nobody knows. */
static enum vx_machine
usual_machine(enum vx_arch arch)
{
    static const enum vx_machine machines[] = {
        [VX_ARCH_I686] = VX_MACHINE_I440FX,
        [VX_ARCH_X86_64] = VX_MACHINE_Q35,
        [VX_ARCH_AARCH64] = VX_MACHINE_VIRT,
    };

    return machines[arch];
}

static void
put_guest(struct vx_map *map, struct vx_buf *out)
{
    const struct vx_guestos_row *row = map->vm.os.row;
    enum vx_virtio virtio = row ? row->virtio : VX_VIRTIO_UNKNOWN;
    enum vx_machine machine =
        row ? row->machine : usual_machine((enum vx_arch)map->vm.arch);

    vx_buf_lit(out, "      <t:guest");
    put_attribute(out, "guestos", map->vm.os.guest);
    if (row) {
        put_attribute(out, "os", vx_str_c(row->osinfo));
        put_attribute(out, "family", vx_str_c(row->family));
    }
    put_attribute(out, "virtio", vx_str_c(virtio_words[virtio]));
    put_attribute(out, "machine", vx_str_c(machine_words[machine]));
    vx_buf_lit(out, "/>\n");
}

/* The key's name in the catalogue's spelling, so that a stylesheet need not know any
 * other: a pattern such as "ethernet[0-9].pciSlotNumber" with the key's numbers in it.
 * What the pattern does not say stays as it is written. */
static void
put_name(struct vx_buf *out, const struct vx_line *line)
{
    struct vx_str key = vx_line_key(line), left = key;
    const char *p;
    size_t start = out->size;

    if (line->entry == VX_KEY_NO_ENTRY
        || (vx_key_entries[line->entry].flags & VX_KEY_IMPLICIT)) {
        vx_xml_escape_exact(out, key);
        return;
    }
    for (p = vx_key_text + vx_key_entries[line->entry].pattern; *p && *p != '*';) {
        if (*p == '[') {
            while (left.n && vx_is_digit((unsigned char)left.s[0])) {
                vx_buf_char(out, left.s[0]);
                left = vx_str_skip(left, 1);
            }
            p = strchrnul(p, ']');
            p += *p == ']';
            continue;
        }
        if (left.n == 0
            || vx_lower((unsigned char)*p) != vx_lower((unsigned char)left.s[0]))
            break;
        vx_buf_char(out, *p++);
        left = vx_str_skip(left, 1);
    }
    if (*p && *p != '*') { /* not what the pattern says, after all */
        if (!out->failed)
            out->size = start;
        left = key;
    }
    vx_xml_escape_exact(out, left);
}

/* A # in `pattern` stands for a number, a * at its end for anything; letters in any
 * case. */
static bool
fits(struct vx_str name, struct vx_str pattern)
{
    size_t at = 0;

    for (size_t i = 0; i < pattern.n; i++) {
        if (pattern.s[i] == '*' && i + 1 == pattern.n)
            return true;
        if (pattern.s[i] == '#') {
            if (at == name.n || !vx_is_digit((unsigned char)name.s[at]))
                return false;
            while (at < name.n && vx_is_digit((unsigned char)name.s[at]))
                at++;
        } else if (at == name.n || !vx_same_letter(name.s[at++], pattern.s[i])) {
            return false;
        }
    }
    return at == name.n;
}

static bool
is_asked_for(const struct vmx_target *target, struct vx_str name)
{
    char first = name.n ? name.s[0] : '\0';

    for (size_t i = 0; i < target->key_count; i++) {
        struct vx_str pattern = target->keys[i]; /* has a byte at least */

        /* Most are told apart by their first byte. */
        if ((vx_same_letter(first, pattern.s[0]) || pattern.s[0] < 'A')
            && fits(name, pattern))
            return true;
    }
    return target->key_count == 0;
}

static void
put_keys(struct vx_map *map, const struct vmx_target *target, struct vx_buf *out)
{
    struct vmx_doc *doc = map->doc;

    for (size_t i = 0; i < doc->count; i++) {
        struct vx_line *line = &doc->lines[i];
        struct vx_str value;

        if (line->kind != VX_LINE_ENTRY || line->winner
            || !is_asked_for(target, vx_line_key(line))
            || ((line->odd & VX_ODD_KEY) && !vx_xml_holds(vx_line_key(line))))
            continue;
        value = vx_map_value(map, (uint32_t)i + 1);
        if (value.s == NULL || !vx_xml_holds(value))
            continue;
        vx_buf_lit(out, "      <t:key name='");
        put_name(out, line);
        vx_buf_lit(out, "' value='");
        vx_xml_escape_exact(out, value);
        vx_buf_lit(out, "'/>\n");
    }
}

void
vx_target_annotate(struct vx_map *map, const void *data)
{
    const struct vmx_target *target = data;
    struct vx_buf *out = map->xml.out;

    if (vx_doc_index(map->doc) != VMX_OK) { /* the winners of all duplicates */
        out->failed = true;
        return;
    }
    vx_buf_lit(out, "    <t:target xmlns:t='" VX_TARGET_URI "'>\n");
    put_guest(map, out);
    put_keys(map, target, out);
    vx_buf_str(out, vx_buf_text(&target->map));
    vx_buf_lit(out, "    </t:target>\n");
}
