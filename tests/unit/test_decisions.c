/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Laws of the decisions, over all combinations of what they ask: both directions reach
 * the same kinds, agree on them, and no case stands in the table for nothing. */
#include "map/map.h"

#include "main.h"

enum {
    CASES = 64,
    KINDS = 256,
    CLASSES = 31, /* bit 31 is VX_NEVER's */
};

/* One direction of a decision. */
struct side {
    const struct vx_decision *decision;
    const struct vx_facet *facets;
    uint8_t count;
    bool xml;
};

/* What all combinations of classes came to. */
struct reached {
    bool kinds[KINDS];
    bool cases[CASES];
};

static struct side
side_of(const struct vx_decision *decision, bool xml)
{
    return (struct side){
        decision,
        xml ? decision->xml : decision->vmx,
        xml ? decision->xml_count : decision->vmx_count,
        xml,
    };
}

static const uint32_t *
masks_of(const struct side *side, const struct vx_case *c)
{
    return side->xml ? c->xml : c->vmx;
}

static bool
is_never(const struct side *side, const struct vx_case *c)
{
    for (uint8_t i = 0; i < side->count; i++)
        if (masks_of(side, c)[i] == VX_NEVER)
            return true;
    return false;
}

/* Counts up like an odometer; false when all wheels are back at 0. */
static bool
next_combination(const struct side *side, uint8_t *classes)
{
    for (uint8_t i = 0; i < side->count; i++) {
        if (++classes[i] < side->facets[i].classes)
            return true;
        classes[i] = 0;
    }
    return false;
}

/* The same table with the number of each case in the place of its kind tells which case
 * held. */
static struct reached
walk(const struct side *side)
{
    static struct vx_case numbered[CASES]; /* large for a frame */
    struct vx_decision by_case = *side->decision;
    struct reached reached = {0};
    uint8_t classes[VX_FACETS] = {0};

    for (uint8_t i = 0; i < by_case.case_count; i++) {
        numbered[i] = side->decision->cases[i];
        numbered[i].kind = (uint8_t)(i + 1);
    }
    by_case.cases = numbered;
    do {
        uint8_t held = vx_decide_classes(&by_case, side->xml, classes);

        reached.kinds[vx_decide_classes(side->decision, side->xml, classes)] = true;
        if (held)
            reached.cases[held - 1] = true;
    } while (next_combination(side, classes));
    return reached;
}

/* The classes by which a case is told: the last one of each mask, nothing where it asks
 * nothing. */
static void
canonical(const struct side *side, const struct vx_case *c, uint8_t *classes)
{
    for (uint8_t i = 0; i < side->count; i++) {
        uint8_t class = side->facets[i].classes;

        classes[i] = 0;
        while (masks_of(side, c)[i] && class -- > 0)
            if (masks_of(side, c)[i] >> class & 1) {
                classes[i] = class;
                break;
            }
    }
}

/* ---- laws ------------------------------------------------------------------------ */

static void
check_facets(const struct vx_device *device, const struct side *side)
{
    ck_assert_uint_le(side->count, VX_FACETS);
    for (uint8_t i = 0; i < side->count; i++) {
        const struct vx_facet *facet = &side->facets[i];
        uint8_t words = 0;

        ck_assert_msg(facet->classes >= 2 && facet->classes <= CLASSES,
                      "%s: facet %u has %u classes", device->name, i, facet->classes);
        while (facet->words && facet->words[words])
            words++;
        ck_assert_msg(facet->classify || !facet->words || facet->classes == words + 2,
                      "%s: facet %u has %u words and %u classes", device->name, i,
                      words, facet->classes);
        ck_assert_msg(facet->same <= i, "%s: facet %u equals one behind it",
                      device->name, i);
    }
}

static void
check_masks(const struct vx_device *device, const struct side *side)
{
    for (uint8_t n = 0; n < side->decision->case_count; n++) {
        const struct vx_case *c = &side->decision->cases[n];

        if (is_never(side, c))
            continue;
        for (uint8_t i = 0; i < side->count; i++) {
            uint32_t mask = masks_of(side, c)[i],
                     all = (1u << side->facets[i].classes) - 1;

            ck_assert_msg(mask == 0 || (mask & all),
                          "%s: case %u asks for no class there is", device->name, n);
        }
    }
}

static void
check_alive(const struct vx_device *device, const struct side *side)
{
    struct reached reached = walk(side);

    for (uint8_t n = 0; n < side->decision->case_count; n++)
        ck_assert_msg(reached.cases[n] || is_never(side, &side->decision->cases[n]),
                      "%s: case %u (kind %u) is never reached from %s", device->name, n,
                      side->decision->cases[n].kind, side->xml ? "XML" : "VMX");
}

/* Every case of the kind says that this side never leads to it. */
static bool
is_elsewhere(const struct side *side, unsigned kind)
{
    for (uint8_t n = 0; n < side->decision->case_count; n++)
        if (side->decision->cases[n].kind == kind
            && !is_never(side, &side->decision->cases[n]))
            return false;
    return true;
}

static void
check_both_ways(const struct vx_device *device)
{
    struct side vmx = side_of(device->decision, false);
    struct side xml = side_of(device->decision, true);
    struct reached from_vmx = walk(&vmx), from_xml = walk(&xml);

    for (unsigned kind = 1; kind < KINDS; kind++) {
        ck_assert_msg(!from_vmx.kinds[kind] || from_xml.kinds[kind]
                          || is_elsewhere(&xml, kind),
                      "%s: kind %u is reached from VMX alone", device->name, kind);
        ck_assert_msg(!from_xml.kinds[kind] || from_vmx.kinds[kind]
                          || is_elsewhere(&vmx, kind),
                      "%s: kind %u is reached from XML alone", device->name, kind);
    }
}

/* What an element of this kind says leads back to the kind. */
static void
check_agree(const struct vx_device *device, const struct side *side)
{
    for (uint8_t n = 0; n < side->decision->case_count; n++) {
        const struct vx_case *c = &side->decision->cases[n];
        uint8_t classes[VX_FACETS] = {0};

        if (is_never(side, c))
            continue;
        canonical(side, c, classes);
        ck_assert_msg(vx_decide_classes(side->decision, side->xml, classes) == c->kind,
                      "%s: case %u of kind %u decides for kind %u from %s",
                      device->name, n, c->kind,
                      vx_decide_classes(side->decision, side->xml, classes),
                      side->xml ? "XML" : "VMX");
    }
}

static unsigned
each_decision(void (*check)(const struct vx_device *, const struct side *))
{
    unsigned count = 0;

    for (const struct vx_device *const *d = vx_devices; *d; d++) {
        if ((*d)->decision == NULL)
            continue;
        ck_assert_uint_le((*d)->decision->case_count, CASES);
        for (int xml = 0; xml < 2; xml++) {
            struct side side = side_of((*d)->decision, xml);

            check(*d, &side);
        }
        count++;
    }
    return count;
}

START_TEST(facets_are_sound)
{
    ck_assert_uint_gt(each_decision(check_facets), 0);
    each_decision(check_masks);
}

END_TEST

START_TEST(no_case_is_dead)
{
    each_decision(check_alive);
}

END_TEST

START_TEST(both_sides_reach_the_same_kinds)
{
    for (const struct vx_device *const *d = vx_devices; *d; d++)
        if ((*d)->decision)
            check_both_ways(*d);
}

END_TEST

static void
check_agree_xml(const struct vx_device *device, const struct side *side)
{
    if (side->xml)
        check_agree(device, side);
}

START_TEST(an_element_leads_back_to_its_kind)
{
    each_decision(check_agree_xml);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("decisions");
    TCase *laws = tcase_create("laws");

    tcase_add_test(laws, facets_are_sound);
    tcase_add_test(laws, no_case_is_dead);
    tcase_add_test(laws, both_sides_reach_the_same_kinds);
    tcase_add_test(laws, an_element_leads_back_to_its_kind);
    suite_add_tcase(s, laws);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
