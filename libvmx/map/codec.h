/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every scalar in its two spellings. */
#ifndef VX_MAP_CODEC_H
#define VX_MAP_CODEC_H

#include "map/map.h"

/* A word in both spellings; an array of them, indexed by the enum, is a row's `arg`.
 * Either may be NULL where one side cannot say it.  Entry 0 is "not said". */
struct vx_word {
    const char *vmx, *xml;
};

#define VX_WORDS_END                                                                   \
    {                                                                                  \
        "", ""                                                                         \
    } /* behind the entry with the highest index */

extern const struct vx_codec vx_text;        /* struct vx_str, as it is */
extern const struct vx_codec vx_bool;        /* enum vx_tri: TRUE FALSE ↔ yes no */
extern const struct vx_codec vx_bool_onoff;  /* ↔ on off */
extern const struct vx_codec vx_bool_updown; /* ↔ up down */
extern const struct vx_codec vx_bool_words; /* TRUE FALSE ↔ the XML words of `arg`, an
                                             array indexed by enum vx_tri */
extern const struct vx_codec vx_enum;       /* by `arg`; an unknown word is bad */
extern const struct vx_codec vx_decided;    /* a byte that a decision set: `arg` is its
                                               words, the VMX text only tells whether it
                                               is the canonical one */
extern const struct vx_codec vx_integer; /* decimal on both sides; "unlimited" is -1 */
extern const struct vx_codec vx_mac;
extern const struct vx_codec vx_uuid;

/* Halves of the above, for codecs that differ in the others. */
void vx_text_to_vmx(struct vx_map *map, const struct vx_row *row, const void *member,
                    struct vx_buf *out);
bool vx_text_from_xml(struct vx_map *map, const struct vx_row *row, struct vx_str text,
                      void *member);
void vx_text_to_xml(struct vx_map *map, const struct vx_row *row, const void *member,
                    struct vx_buf *out);
bool vx_bool_from_xml(struct vx_map *map, const struct vx_row *row, struct vx_str text,
                      void *member);
void vx_bool_to_xml(struct vx_map *map, const struct vx_row *row, const void *member,
                    struct vx_buf *out);
void vx_integer_to_text(struct vx_map *map, const struct vx_row *row,
                        const void *member, struct vx_buf *out);

/* `text` where the row has it: as an attribute it comes back byte for byte, while the
 * text of an element is as libvirt prints it. */
void vx_row_text(const struct vx_row *row, struct vx_buf *out, struct vx_str text);

/* The words of vx_bool_word(); TRUE and FALSE are exact. */
enum vx_read vx_bool_parse(struct vx_str text, uint8_t *ret);
/* 32 hex digits, blanks and dashes between pairs. */
bool vx_uuid_parse(struct vx_str text, uint8_t ret[16]);
bool vx_mac_parse(struct vx_str text, uint8_t ret[6]);
/* xx xx xx xx xx xx xx xx-xx xx xx xx xx xx xx xx */
void vx_uuid_to_vmx(struct vx_buf *out, const uint8_t uuid[16]);
/* xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx */
void vx_uuid_to_xml(struct vx_buf *out, const uint8_t uuid[16]);
void vx_mac_format(struct vx_buf *out, const uint8_t mac[6]);

/* The place in a word table of `text` (ASCII case ignored), 0 when it has none. */
uint8_t vx_word_of_vmx(const struct vx_word *words, struct vx_str text);
uint8_t vx_word_of_xml(const struct vx_word *words, struct vx_str text);

#endif
