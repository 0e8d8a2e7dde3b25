/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the catalogue says of a key beyond what finds it: which values it takes, since
 * when, who says so.  A cold table beside vx_key_entries, in the same order, that no
 * conversion touches; texts are offsets, so that nothing is relocated. */
#ifndef VX_DOC_FACTS_H
#define VX_DOC_FACTS_H

#include "base/buf.h"
#include "doc/key.h"

enum vx_product {
    VX_PRODUCT_BOTH,
    VX_PRODUCT_ESX,
    VX_PRODUCT_WS, /* Workstation, Fusion, Player, GSX, Server */
};

/* When a change takes effect. */
enum vx_apply {
    VX_APPLY_UNKNOWN,
    VX_APPLY_LIVE,
    VX_APPLY_POWER_CYCLE,
    VX_APPLY_POWER_OFF,
};

enum {
    VX_FACT_DEPRECATED = 1, /* no current product wants it any more */
    VX_FACT_OPEN = 2,       /* there are more values than those that are told */
    VX_FACT_BORROWED = 4,   /* from the row of another bus, whose words may differ */
};

/* Texts are for vx_fact(). */
struct vx_key_facts {
    uint32_t meaning;  /* what the key is for */
    uint32_t note;     /* of its values: what neither words nor ranges can tell */
    uint32_t fallback; /* the value that absence means; empty: decided by the host */
    uint32_t vi;       /* field of VirtualMachineConfigSpec that sets it */
    uint32_t words;    /* word_count texts, one behind the other */
    uint16_t instead;  /* entry that says it now, or VX_KEY_NO_ENTRY */
    uint16_t ranges;   /* range_count of vx_facts_ranges, from here on */
    uint8_t word_count, range_count;
    char evidence; /* 'H' seen, 'D' documented, 'C' hearsay; 0 for an implicit entry */
    uint8_t product; /* enum vx_product */
    uint8_t min_hw;  /* first virtual hardware version that has it, or 0 */
    uint8_t apply;   /* enum vx_apply */
    uint8_t flags;   /* VX_FACT_* */
};

/* A bound that is not known is INT64_MIN, or INT64_MAX. */
struct vx_range {
    int64_t min, max;
    uint32_t unit; /* a text */
};

extern const char vx_facts_text[];
extern const struct vx_range vx_facts_ranges[];
extern const struct vx_key_facts vx_facts[VX_KEY_ENTRIES];

/* The facts of an entry; NULL for VX_KEY_NO_ENTRY. */
const struct vx_key_facts *vx_key_facts(uint16_t entry);

/* A text of the facts, which may be empty. */
static inline const char *
vx_fact(uint32_t text)
{
    return vx_facts_text + text;
}

/* Does a value suit its key? */
enum vx_fit {
    VX_FITS,         /* as products write it, or nothing is known against it */
    VX_LOOSE,        /* read as what is meant, and written otherwise by products */
    VX_BAD_TYPE,     /* no number, no address, ... */
    VX_OUT_OF_RANGE, /* a number that is not allowed */
    VX_NOT_A_WORD,   /* none of the words */
};

/* `value` has its escapes decoded.  Of a key without an entry everything fits. */
enum vx_fit vx_key_fits(uint16_t entry, struct vx_str value);

/* Appends what a value is expected to be, to follow "expected": "TRUE or FALSE",
 * "a number from 1 to 10 (ms)". */
void vx_key_expects(uint16_t entry, struct vx_buf *out);

/* The pattern as the catalogue writes it: "scsi[0-3]:[U].fileName". */
static inline const char *
vx_key_pattern(uint16_t entry)
{
    return vx_key_text + vx_key_entries[entry].pattern;
}

#endif
