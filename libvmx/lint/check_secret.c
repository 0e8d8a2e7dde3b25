/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 541 to 549: what a file holds that not everybody who reads it should know.  No
 * message has any of it. */
#include "lint/check.h"

#include "base/banned.h"

/* ---- by key ---------------------------------------------------------------------- */

static void
tell_stored(struct vx_lint *lint, const struct vx_rule *rule, struct vx_line *line)
{
    if (line && line->value_size)
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: %s; whoever reads the file has it",
                     VX_ARG(vx_line_key(line)), rule->arg.text);
}

/* One or two keys that hold something when they are not empty. */
void
vx_check_stored_secret(struct vx_lint *lint, const struct vx_rule *rule)
{
    tell_stored(lint, rule, vx_lint_key(lint, (enum vx_machine_prop)rule->arg.prop));
    if (rule->arg.sub)
        tell_stored(lint, rule, vx_lint_key(lint, (enum vx_machine_prop)rule->arg.sub));
}

void
vx_check_first_boot_data(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const uint16_t props[] = {VX_M_guestinfo_userdata, VX_M_guestinfo_vendordata,
                                     VX_M_guestinfo_ignition_config_data,
                                     VX_M_guestinfo_talos_config};

    for (size_t i = 0; i < VX_COUNT(props); i++)
        tell_stored(lint, rule, vx_lint_key(lint, (enum vx_machine_prop)props[i]));
}

/* Does the row of the line's key begin so? */
static bool
is_of(const struct vx_line *line, struct vx_str prefix)
{
    const struct vx_key_entry *entry;

    if (line->entry == VX_KEY_NO_ENTRY)
        return false;
    entry = &vx_key_entries[line->entry];
    return vx_str_starts(vx_str_of(vx_key_text + entry->norm, entry->len), prefix);
}

/* Is the key a secret by the catalogue, and not by the sound of its name? */
static bool
is_known_secret(const struct vx_line *line)
{
    return vx_key_entries[line->entry].flags & VX_KEY_SECRET;
}

void
vx_check_guest_login(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_line *line = vx_lint_next(lint, NULL); line;
         line = vx_lint_next(lint, line))
        if (line->secret && is_of(line, VX_STR("guest.commands."))
            && is_known_secret(line))
            tell_stored(lint, rule, line);
}

/* guestinfo keys whose names speak of a password; the reader knows them already. */
void
vx_check_secret_name(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_line *line = vx_lint_next(lint, NULL); line;
         line = vx_lint_next(lint, line))
        if (line->secret && line->entry != VX_KEY_NO_ENTRY && !is_known_secret(line))
            tell_stored(lint, rule, line);
}

/* ---- by value -------------------------------------------------------------------- */

/* `text` up to `at` ends in one of the words that are followed by a secret. */
static bool
speaks_of_secret(struct vx_str before)
{
    static const struct vx_str words[] = {
        {"password", 8}, {"passwd", 6}, {"passphrase", 10}, {"secret", 6},
        {"api_key", 7},  {"apikey", 6}, {"access_key", 10}, {"token", 5},
    };

    /* A blank or a quote or two: a value may be a megabyte of them. */
    for (int i = 0; i < 3 && before.n && strchr(" \t\"'", before.s[before.n - 1]); i++)
        before.n--;
    for (size_t i = 0; i < VX_COUNT(words); i++)
        if (vx_str_iends(before, words[i]))
            return true;
    return false;
}

/* Words that stand where a secret would, and are none. */
static bool
is_placeholder(struct vx_str after)
{
    static const struct vx_str words[] = {
        {"none", 4}, {"n/a", 3}, {"not ", 4}, {"see ", 4}, {"ask ", 4}};

    while (after.n && strchr(" \t\"'", after.s[0]))
        after = vx_str_skip(after, 1);
    if (after.n == 0 || strchr("\r\n<>{}[]()*$%,;&", after.s[0]))
        return true;
    for (size_t i = 0; i < VX_COUNT(words); i++)
        if (vx_str_istarts(after, words[i]))
            return true;
    return false;
}

/* "scheme://user:word@host", of which `text` is what stands behind the first colon. */
static bool
has_login(struct vx_str text)
{
    size_t at = 2, colon = 0;

    if (!vx_str_starts(text, VX_STR("//")))
        return false;
    for (; at < text.n && text.s[at] > ' ' && text.s[at] != '/'; at++)
        if (text.s[at] == ':')
            colon = at;
        else if (text.s[at] == '@')
            return colon > 2 && at > colon + 1;
    return false;
}

/* The properties of an OVF environment: key="password" value="...". */
static bool
is_ovf_property(struct vx_str after)
{
    return vx_str_istarts(after, VX_STR(" oe:value=\""))
           && after.n > sizeof(" oe:value=\"") - 1
           && after.s[sizeof(" oe:value=\"") - 1] != '"';
}

/* What is told at a colon, an equals sign or, in an OVF environment, a quote. */
static const char *
secret_at(struct vx_str text, size_t at)
{
    struct vx_str before = vx_str_of(text.s, at), after = vx_str_skip(text, at + 1);

    if (text.s[at] == ':' && has_login(after))
        return "an address with a password";
    if (text.s[at] == '"')
        return is_ovf_property(after) && speaks_of_secret(before)
                   ? "a password of the OVF environment"
                   : NULL;
    return speaks_of_secret(before) && !is_placeholder(after) ? "a password" : NULL;
}

/* What `text` gives away, or NULL. */
static const char *
secret_in(struct vx_str text)
{
    if (text.n && memmem(text.s, text.n, "PRIVATE KEY-----", 16))
        return "a private key";
    for (size_t at = 0; at < text.n; at++)
        if (text.s[at] == ':' || text.s[at] == '=' || text.s[at] == '"') {
            const char *found = secret_at(text, at);

            if (found)
                return found;
        }
    return NULL;
}

static bool
is_free_text(const struct vx_line *line)
{
    return line->entry == vx_machine_key[VX_M_annotation]
           || line->entry == vx_machine_key[VX_M_machine_id]
           || is_of(line, VX_STR("guestinfo."));
}

void
vx_check_secret_text(struct vx_lint *lint, const struct vx_rule *rule)
{
    for (struct vx_line *line = vx_lint_next(lint, NULL); line;
         line = vx_lint_next(lint, line)) {
        const char *what;

        if (line->secret || !is_free_text(line))
            continue;
        what = secret_in(vx_lint_value(lint, line));
        if (what)
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: the text has %s; whoever reads the file has it",
                         VX_ARG(vx_line_key(line)), what);
    }
}
