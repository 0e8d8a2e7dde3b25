/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/glob.h"
#include "base/num.h"

/* ---- orders ---------------------------------------------------------------------- */

static bool
take_number(const char *more, uint64_t *ret)
{
    return more && vx_num_u64(vx_str_c(more), ret);
}

static bool
take_word(char *out, size_t size, const char *more)
{
    if (more)
        snprintf(out, size, "%s", more);
    return more != NULL;
}

static bool
take_status(struct plan *plan, const char *more)
{
    uint64_t status = 0;

    if (!take_number(more, &status) || status < 200 || status > 599)
        return false;
    plan->status = (int)status;
    return true;
}

static bool
take_what(struct plan *plan, const char *what, const char *more)
{
    if (strcmp(what, "fault") == 0)
        return take_word(plan->fault, sizeof(plan->fault), more);
    if (strcmp(what, "status") == 0)
        return take_status(plan, more);
    if (strcmp(what, "delay") == 0)
        return take_number(more, &plan->delay_ms);
    plan->is_cut |= strcmp(what, "cut") == 0;
    plan->is_lost |= strcmp(what, "lost") == 0;
    if (plan->is_cut || plan->is_lost)
        return take_number(more, &plan->cut);
    if (strcmp(what, "type") == 0)
        return take_word(plan->type, sizeof(plan->type), more);
    if (strcmp(what, "redirect") == 0)
        return take_word(plan->location, sizeof(plan->location), more);
    if (strcmp(what, "huge") == 0)
        return take_number(more, &plan->huge);
    if (strcmp(what, "deep") == 0)
        return take_number(more, &plan->deep);
    plan->expires |= strcmp(what, "expire") == 0;
    plan->hangs |= strcmp(what, "hang") == 0;
    plan->is_garbage |= strcmp(what, "garbage") == 0;
    plan->is_empty |= strcmp(what, "empty") == 0;
    return !more
           && (plan->expires || plan->hangs || plan->is_garbage || plan->is_empty);
}

static bool
take_which(struct fault *fault, const char *which)
{
    struct vx_str number = vx_str_c(strchr(which, '@'));
    uint64_t nth = 0;

    if (number.n == 0) {
        fault->which = text_of("%s", which);
        return true;
    }
    fault->which = text_of("%.*s", (int)(number.s - which), which);
    number = vx_str_skip(number, 1);
    fault->and_later = number.n && number.s[number.n - 1] == '+';
    number.n -= fault->and_later;
    if (!vx_num_u64(number, &nth) || nth == 0 || nth > 1000000)
        return false;
    fault->nth = (unsigned)nth;
    return true;
}

static void
fault_free(struct fault *fault)
{
    free(fault->which);
    free(fault);
}

bool
fault_add(struct world *world, char *const *words, size_t count)
{
    struct fault *fault;

    if (count < 2 || count > 3)
        return false;
    fault = must(calloc(1, sizeof(*fault)));
    if (!take_which(fault, words[0])
        || !take_what(&fault->plan, words[1], count == 3 ? words[2] : NULL)) {
        fault_free(fault);
        return false;
    }
    fault->next = world->faults->first;
    world->faults->first = fault;
    return true;
}

void
faults_clear(struct world *world)
{
    while (world->faults->first) {
        struct fault *fault = world->faults->first;

        world->faults->first = fault->next;
        fault_free(fault);
    }
}

/* ---- requests -------------------------------------------------------------------- */

/* The newest order that fits counts. */
void
fault_plan(struct world *world, const char *which, struct plan *plan)
{
    bool found = false;

    *plan = (struct plan){.status = 0};
    for (struct fault *fault = world->faults->first; fault; fault = fault->next) {
        bool now;

        if (!vx_glob(vx_str_c(fault->which), vx_str_c(which)))
            continue;
        fault->seen++;
        now = fault->nth == 0 || fault->seen == fault->nth
              || (fault->and_later && fault->seen > fault->nth);
        if (now && !found)
            *plan = fault->plan;
        found |= now;
    }
}

/* Before the end of the first element: what is in it is read. */
static void
insert(struct vx_buf *body, const struct vx_buf *more)
{
    static const char mark[] = "</soapenv:Body>";
    struct vx_buf whole = VX_BUF((size_t)1 << 31);
    const char *at = memmem(body->data, body->size, mark, sizeof(mark) - 1);
    size_t before = at ? (size_t)(at - body->data) : body->size;

    vx_buf_add(&whole, body->data, before);
    vx_buf_str(&whole, vx_buf_text(more));
    vx_buf_add(&whole, body->data + before, body->size - before);
    vx_buf_done(body);
    *body = whole;
}

void
fault_spoil(const struct plan *plan, struct vx_buf *body)
{
    struct vx_buf more = VX_BUF((size_t)1 << 31);

    if (plan->is_empty || plan->is_garbage)
        body->size = 0;
    for (unsigned i = 0; plan->is_garbage && i < 3000; i++)
        vx_buf_char(body, (char)(i * 7919 >> 3));
    for (uint64_t i = 0; i < plan->huge; i += 16)
        vx_buf_lit(&more, "<x>1234567890</x>");
    for (uint64_t i = 0; i < plan->deep; i++)
        vx_buf_lit(&more, "<x>");
    for (uint64_t i = 0; i < plan->deep; i++)
        vx_buf_lit(&more, "</x>");
    if (more.size && body->size)
        insert(body, &more);
    vx_buf_done(&more);
}
