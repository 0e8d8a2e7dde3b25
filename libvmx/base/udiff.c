/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The greedy algorithm of Myers, "An O(ND) Difference Algorithm and Its Variations"
 * (1986), on what is left when the lines that begin and end both texts are put aside.
 * Knows lines and nothing of what is in them. */
#include "base/udiff.h"

#include "base/arena.h"

#include "base/banned.h"

enum {
    /* Each step remembers how far every diagonal came: this many steps are 8 MiB. */
    STEPS_MAX = 2000,
    /* What the search may cost, in steps times lines. */
    WORK_MAX = 1 << 29,
};

/* One of the two texts. */
struct side {
    struct vx_str *lines; /* line ends included */
    uint32_t *hash;
    bool *changed;
    size_t count;
};

struct search {
    const struct side *a, *b;
    size_t from;     /* lines at the beginning that are put aside */
    size_t n, m;     /* lines of either side to search */
    uint32_t **rows; /* by step: the line of `a` that diagonals -step, -step + 2, ...,
                        step have come to */
};

/* ---- lines ----------------------------------------------------------------------- */

static uint32_t
hash(struct vx_str line)
{
    uint32_t sum = 2166136261U;

    for (size_t i = 0; i < line.n; i++)
        sum = (sum ^ (unsigned char)line.s[i]) * 16777619U;
    return sum;
}

/* The line that `text` begins with. */
static struct vx_str
first_line(struct vx_str text)
{
    ptrdiff_t end = vx_str_find(text, '\n');

    return end < 0 ? text : vx_str_of(text.s, (size_t)end + 1);
}

static bool
split(struct vx_arena *arena, struct vx_str text, struct side *side)
{
    struct vx_str left = text;

    for (; left.n; left = vx_str_skip(left, first_line(left).n))
        side->count++;
    side->lines = vx_arena_array(arena, side->count + 1, sizeof(*side->lines));
    side->hash = vx_arena_array(arena, side->count + 1, sizeof(*side->hash));
    side->changed = vx_arena_array(arena, side->count + 1, sizeof(*side->changed));
    if (arena->failed)
        return false;
    left = text;
    for (size_t i = 0; i < side->count; i++) {
        side->lines[i] = first_line(left);
        side->hash[i] = hash(side->lines[i]);
        left = vx_str_skip(left, side->lines[i].n);
    }
    return true;
}

static bool
same(const struct side *a, size_t i, const struct side *b, size_t j)
{
    return a->hash[i] == b->hash[j] && vx_str_eq(a->lines[i], b->lines[j]);
}

/* ---- search ---------------------------------------------------------------------- */

/* Where the step before left off on the diagonal `index`, and one edit further. */
static size_t
step_from(const uint32_t *before, size_t step, size_t index)
{
    if (step == 0)
        return 0;
    if (index == 0 || (index < step && before[index - 1] < before[index]))
        return before[index];     /* a line of `b` is added */
    return before[index - 1] + 1; /* a line of `a` is removed */
}

/* The `step`th row.  True when the end of both sides is reached. */
static bool
search_step(const struct search *s, size_t step)
{
    uint32_t *row = s->rows[step];
    const uint32_t *before = step ? s->rows[step - 1] : NULL;

    for (size_t index = 0; index <= step; index++) {
        size_t x = step_from(before, step, index);
        size_t y = x + step - 2 * index;

        while (x < s->n && y < s->m && same(s->a, s->from + x, s->b, s->from + y))
            x++, y++;
        row[index] = (uint32_t)x;
        if (x >= s->n && y >= s->m)
            return true;
    }
    return false;
}

/* Goes the way back through the rows and marks the lines that an edit stands for. */
static void
mark_way(const struct search *s, size_t steps)
{
    size_t x = s->n, y = s->m;

    for (size_t step = steps; step > 0; step--) {
        size_t index = (step + x - y) / 2;
        const uint32_t *before = s->rows[step - 1];

        if (index == 0 || (index < step && before[index - 1] < before[index])) {
            x = before[index];
            y = x + step - 2 * index - 1;
            s->b->changed[s->from + y] = true;
        } else {
            x = before[index - 1];
            y = x + step + 1 - 2 * index;
            s->a->changed[s->from + x] = true;
        }
    }
}

static void
mark_all(const struct search *s)
{
    if (s->n)
        memset(s->a->changed + s->from, true, s->n);
    if (s->m)
        memset(s->b->changed + s->from, true, s->m);
}

static void
search(const struct search *s, struct vx_arena *arena)
{
    size_t lines = s->n + s->m, most = WORK_MAX / (lines + 1);

    if (most > STEPS_MAX)
        most = STEPS_MAX;
    for (size_t step = 0; step <= most; step++) {
        s->rows[step] = vx_arena_array(arena, step + 1, sizeof(**s->rows));
        if (arena->failed)
            return;
        if (search_step(s, step)) {
            mark_way(s, step);
            return;
        }
    }
    mark_all(s);
}

static bool
compare(struct vx_arena *arena, const struct side *a, const struct side *b)
{
    struct search s = {.a = a, .b = b, .n = a->count, .m = b->count};

    while (s.n && s.m && same(a, s.from, b, s.from))
        s.from++, s.n--, s.m--;
    while (s.n && s.m && same(a, s.from + s.n - 1, b, s.from + s.m - 1))
        s.n--, s.m--;
    if (s.n == 0 || s.m == 0) {
        mark_all(&s);
        return true;
    }
    s.rows = vx_arena_array(arena, STEPS_MAX + 1, sizeof(*s.rows));
    if (!arena->failed)
        search(&s, arena);
    return !arena->failed;
}

/* ---- output ---------------------------------------------------------------------- */

/* Lines [a, a_end) become lines [b, b_end). */
struct block {
    size_t a, b, a_end, b_end;
};

/* The first block that begins at `a` and `b` or behind them; false when there is none.
 */
static bool
next_block(const struct side *old, const struct side *new, size_t a, size_t b,
           struct block *ret)
{
    while (a < old->count && b < new->count && !old->changed[a] && !new->changed[b])
        a++, b++;
    ret->a = a;
    ret->b = b;
    while (a < old->count && old->changed[a])
        a++;
    while (b < new->count &&new->changed[b])
        b++;
    ret->a_end = a;
    ret->b_end = b;
    return a > ret->a || b > ret->b;
}

/* `block` and those behind it that share its context. */
static struct block
join(const struct side *old, const struct side *new, struct block block)
{
    struct block next;

    while (next_block(old, new, block.a_end, block.b_end, &next)
           && next.a - block.a_end <= 2 * VX_UDIFF_CONTEXT) {
        block.a_end = next.a_end;
        block.b_end = next.b_end;
    }
    return block;
}

/* With the lines around. */
static struct block
widen(const struct side *old, struct block block)
{
    size_t before = block.a, behind = old->count - block.a_end;

    before = before < VX_UDIFF_CONTEXT ? before : VX_UDIFF_CONTEXT;
    behind = behind < VX_UDIFF_CONTEXT ? behind : VX_UDIFF_CONTEXT;
    block.a -= before;
    block.b -= before;
    block.a_end += behind;
    block.b_end += behind;
    return block;
}

static void
put_line(struct vx_buf *out, char mark, struct vx_str line)
{
    vx_buf_char(out, mark);
    vx_buf_str(out, line);
    if (line.n && line.s[line.n - 1] != '\n')
        vx_buf_lit(out, "\n\\ No newline at end of file\n");
}

/* "12,3": a range without lines is named by the line before it. */
static void
put_range(struct vx_buf *out, size_t from, size_t end)
{
    vx_buf_uint(out, end > from ? from + 1 : from);
    if (end - from == 1)
        return;
    vx_buf_char(out, ',');
    vx_buf_uint(out, end - from);
}

static void
put_hunk(struct vx_buf *out, const struct side *old, const struct side *new,
         const struct block *hunk)
{
    size_t a = hunk->a, b = hunk->b;

    vx_buf_lit(out, "@@ -");
    put_range(out, a, hunk->a_end);
    vx_buf_lit(out, " +");
    put_range(out, b, hunk->b_end);
    vx_buf_lit(out, " @@\n");
    while (a < hunk->a_end || b < hunk->b_end) {
        while (a < hunk->a_end && old->changed[a])
            put_line(out, '-', old->lines[a++]);
        while (b < hunk->b_end && new->changed[b])
            put_line(out, '+', new->lines[b++]);
        for (; a < hunk->a_end && !old->changed[a] && !new->changed[b]; b++)
            put_line(out, ' ', old->lines[a++]);
    }
}

static void
put_name(struct vx_buf *out, struct vx_str mark, struct vx_str name)
{
    bool quoted = false;

    for (size_t i = 0; i < name.n && !quoted; i++)
        quoted = (unsigned char)name.s[i] < ' ' || name.s[i] == '"' || name.s[i] == '\\'
                 || name.s[i] == 0x7f;
    vx_buf_str(out, mark);
    if (quoted)
        vx_buf_char(out, '"');
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.s[i];

        if (quoted && (c < ' ' || c == 0x7f)) {
            vx_buf_printf(out, "\\%03o", c);
            continue;
        }
        if (quoted && (c == '"' || c == '\\'))
            vx_buf_char(out, '\\');
        vx_buf_char(out, (char)c);
    }
    if (quoted)
        vx_buf_char(out, '"');
    else if (vx_str_find(name, ' ') >= 0)
        vx_buf_char(out, '\t'); /* which ends a name for patch */
    vx_buf_char(out, '\n');
}

void
vx_udiff(struct vx_buf *out, struct vx_str a, struct vx_str b, const char *name_a,
         const char *name_b)
{
    struct vx_arena arena VX_AUTO(vx_arena_done) = {.ceiling = SIZE_MAX};
    struct side old = {0}, new = {0};
    struct block block = {0}, hunk;

    if (vx_str_eq(a, b))
        return;
    if (!split(&arena, a, &old) || !split(&arena, b, &new)
        || !compare(&arena, &old, &new)) {
        out->failed = true;
        return;
    }
    put_name(out, VX_STR("--- "), vx_str_c(name_a));
    put_name(out, VX_STR("+++ "), vx_str_c(name_b));
    while (next_block(&old, &new, block.a_end, block.b_end, &block)) {
        block = join(&old, &new, block);
        hunk = widen(&old, block);
        put_hunk(out, &old, &new, &hunk);
    }
}
