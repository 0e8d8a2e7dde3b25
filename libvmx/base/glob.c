/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/glob.h"

#include "base/banned.h"

/* The bracket that `pattern` begins with, from its first byte to its last; no bytes
 * when it is not closed.  A bracket may begin with the one that closes: []a]. */
static struct vx_str
bracket(struct vx_str pattern)
{
    size_t at = 1;

    if (at < pattern.n && (pattern.s[at] == '!' || pattern.s[at] == '^'))
        at++;
    for (at++; at < pattern.n; at++)
        if (pattern.s[at] == ']')
            return vx_str_of(pattern.s, at + 1);
    return vx_str_of(pattern.s, 0);
}

static bool
in_bracket(struct vx_str set, char c)
{
    bool negated = set.s[1] == '!' || set.s[1] == '^', found = false;
    unsigned char wanted = vx_lower((unsigned char)c);
    size_t end = set.n - 1;

    for (size_t at = negated ? 2 : 1; at < end; at++) {
        unsigned char low = vx_lower((unsigned char)set.s[at]), high = low;

        if (at + 2 < end && set.s[at + 1] == '-') {
            at += 2;
            high = vx_lower((unsigned char)set.s[at]);
        }
        found = found || (wanted >= low && wanted <= high);
    }
    return found != negated;
}

/* Does the pattern's first element, which is no star, match `c`?  Its bytes in *size.
 */
static bool
one(struct vx_str pattern, char c, size_t *size)
{
    struct vx_str set = pattern.s[0] == '[' ? bracket(pattern) : VX_STR_NONE;

    *size = set.n ? set.n : 1;
    if (set.n)
        return in_bracket(set, c);
    return pattern.s[0] == '?' || vx_same_letter(pattern.s[0], c);
}

bool
vx_glob(struct vx_str pattern, struct vx_str text)
{
    struct vx_str star = VX_STR_NONE, behind = VX_STR_NONE; /* to try again from */
    size_t size;

    while (text.n) {
        if (pattern.n && pattern.s[0] == '*') {
            pattern = star = vx_str_skip(pattern, 1);
            behind = text;
        } else if (pattern.n && one(pattern, text.s[0], &size)) {
            pattern = vx_str_skip(pattern, size);
            text = vx_str_skip(text, 1);
        } else if (star.s) {
            pattern = star; /* the last star takes one byte more */
            text = behind = vx_str_skip(behind, 1);
        } else {
            return false;
        }
    }
    while (pattern.n && pattern.s[0] == '*')
        pattern = vx_str_skip(pattern, 1);
    return pattern.n == 0;
}

bool
vx_glob_any(struct vx_str pattern)
{
    for (size_t i = 0; i < pattern.n; i++)
        if (pattern.s[i] == '*' || pattern.s[i] == '?'
            || (pattern.s[i] == '[' && bracket(vx_str_skip(pattern, i)).n))
            return true;
    return false;
}
