/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The catalogue is a hash table over normal forms.  Wildcards are prefixes that end in
 * a dot, so the hash at each dot, longest first, finds the family of a name that has no
 * row of its own. */
#include "doc/key.h"

#include "base/auto.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/banned.h"

#define MIX 0x9E3779B97F4A7C15u /* 2^64 divided by the golden ratio */

enum { SLOT_BITS = 12 };

_Static_assert(VX_KEY_SLOTS == 1 << SLOT_BITS, "the highest bits of a hash are a slot");

const struct vx_str vx_bus_words[VX_BUSES] = {
    [VX_BUS_SCSI] = {"scsi", 4},     [VX_BUS_SATA] = {"sata", 4},
    [VX_BUS_IDE] = {"ide", 3},       [VX_BUS_NVME] = {"nvme", 4},
    [VX_BUS_FLOPPY] = {"floppy", 6},
};

static inline uint32_t
word_at(const unsigned char *at)
{
    uint32_t word;

    memcpy(&word, at, 4);
    return vx_le32(word);
}

/* Where the search for the first `size` bytes of a normal form begins; see keys.gen.h.
 * Looks at no other byte, but for those that are missing to the first four. */
static inline uint32_t
hash_catalogue(const unsigned char *normal, uint32_t size)
{
    uint32_t tail = size - 4, first = word_at(normal), middle, last;

    if (VX_LIKELY(size >= 4)) {
        middle = word_at(normal + tail / 2);
        last = word_at(normal + tail);
    } else {
        first &= ~(0xFFFFFFFFu << 8 * size);
        middle = last = first;
    }
    return (size + 0x9E3779B1u * first + 0x85EBCA77u * last + 0xC2B2AE3Du * middle)
           >> (32 - SLOT_BITS);
}

/* Do the numbers in the name fit a row such as e1000.noOprom, or one for devices, whose
 * indexes must be plain numbers?  Asked only where one of the two is the case. */
static bool
numbers_fit(const struct vx_name *name, const struct vx_key_entry *entry)
{
    for (uint32_t i = 0; i < entry->numbers && i < VX_NAME_NUMBERS; i++) {
        if (entry->fixed >> i & 1) {
            if (name->numbers[i] != entry->fixed_value)
                return false;
        } else if ((name->padded >> i & 1) && entry->kind != VX_KIND_CPUID) {
            return false;
        }
    }
    return true;
}

/* As memcmp() != 0, for texts of which most are 8 to 40 bytes long. */
#ifdef __SSE2__
static inline bool
blocks_differ(const char *a, const unsigned char *b)
{
    __m128i x = _mm_loadu_si128((const __m128i *)(const void *)a);
    __m128i y = _mm_loadu_si128((const __m128i *)(const void *)b);

    return _mm_movemask_epi8(_mm_cmpeq_epi8(x, y)) != 0xFFFF;
}

static inline bool
differ(const char *a, const unsigned char *b, uint32_t size)
{
    uint64_t x[2], y[2];

    if (VX_LIKELY(size >= 16)) {
        for (uint32_t at = 16; at < size; at += 16)
            if (blocks_differ(a + at - 16, b + at - 16))
                return true;
        return blocks_differ(a + size - 16, b + size - 16);
    }
    if (VX_UNLIKELY(size < 8))
        return memcmp(a, b, size) != 0;
    memcpy(&x[0], a, 8);
    memcpy(&y[0], b, 8);
    memcpy(&x[1], a + size - 8, 8);
    memcpy(&y[1], b + size - 8, 8);
    return ((x[0] ^ y[0]) | (x[1] ^ y[1])) != 0;
}
#else
static inline bool
differ(const char *a, const unsigned char *b, uint32_t size)
{
    return memcmp(a, b, size) != 0;
}
#endif

static inline uint32_t
probe(const struct vx_name *name, uint32_t hash, uint32_t size, bool wild)
{
    for (uint32_t at = hash;; at = (at + 1) % VX_KEY_SLOTS) {
        uint32_t slot = vx_key_table[at];
        const struct vx_key_entry *entry;

        if (slot == 0)
            return VX_KEY_NO_ENTRY;
        entry = &vx_key_entries[slot - 1];
        if (entry->len == size && !(entry->flags & VX_KEY_WILD) == !wild
            && !differ(vx_key_text + entry->norm, name->normal, size)
            && ((entry->fixed | name->padded) == 0 || numbers_fit(name, entry)))
            return slot - 1;
    }
}

/* The longest wildcard that ends in a dot. */
static uint32_t
lookup_wild(const struct vx_name *name)
{
    const unsigned char *start = name->normal, *dot = start + name->size;

    while ((dot = memrchr(start, '.', (size_t)(dot - start))) != NULL) {
        uint32_t size = (uint32_t)(dot + 1 - start);
        uint32_t slot = probe(name, hash_catalogue(start, size), size, true);

        if (slot != VX_KEY_NO_ENTRY)
            return slot;
    }
    return VX_KEY_NO_ENTRY;
}

/* The family of a name that has no row of its own: the longest wildcard. */
static uint32_t
lookup_family(const struct vx_name *name)
{
    uint32_t wild = lookup_wild(name);
    uint32_t size = wild == VX_KEY_NO_ENTRY ? 0 : vx_key_entries[wild].len;

    for (uint32_t i = 0; i < VX_KEY_PREFIXES; i++) {
        const struct vx_key_entry *entry = &vx_key_entries[vx_key_prefixes[i]];

        if (entry->len <= size)
            break; /* so are those that follow */
        if (name->size >= entry->len
            && memcmp(vx_key_text + entry->norm, name->normal, entry->len) == 0)
            return vx_key_prefixes[i];
    }
    return wild;
}

/* Multiplies by the seed and folds the product, so that which bits of a word meet which
 * is not known to whoever writes the keys. */
static inline uint64_t
mix(uint64_t hash, uint64_t word, uint64_t seed)
{
#ifdef __SIZEOF_INT128__
    __extension__ unsigned __int128 product = hash ^ word;

    product *= seed;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t a = (hash ^ word) * seed, b = (hash ^ word >> 32) * (seed ^ MIX);

    return a ^ b >> 32 ^ b << 32;
#endif
}

/* 0x20 in each byte that is an ASCII letter in upper case; others differ by it and are
 * other keys. */
static inline uint64_t
upper_bits(uint64_t word)
{
    const uint64_t ones = 0x0101010101010101u, low = word & ones * 0x7F;
    const uint64_t from_a = low + ones * (0x80 - 'A'),
                   past_z = low + ones * (0x7F - 'Z');

    return (from_a & ~past_z & ~word & ones * 0x80) >> 2;
}

uint32_t
vx_key_hash(struct vx_str text, uint64_t seed)
{
    uint64_t hash = seed ^ text.n * MIX, word;

    seed |= 1;
    for (; text.n >= 8; text = vx_str_skip(text, 8)) {
        memcpy(&word, text.s, 8);
        hash = mix(hash, word | upper_bits(word), seed);
    }
    word = 0;
    if (text.n) /* no text at all has no place */
        memcpy(&word, text.s, text.n);
    hash = mix(hash, word | upper_bits(word), seed);
    hash *= MIX;
    return (uint32_t)(hash >> 32);
}

/* The words that guest agents and installers use for what must not be told. */
static bool
names_secret(const struct vx_name *name)
{
    static const char *const words[] = {"password", "passwd", "passphrase",
                                        "rootpw",   "pwd",    "secret",
                                        "token",    "key",    "credential"};

    for (size_t i = 0; i < VX_COUNT(words); i++)
        if (memmem(name->normal, name->size, words[i], strlen(words[i])))
            return true;
    return false;
}

bool
vx_key_tells_secret(struct vx_str text)
{
    static const char *const words[] = {"password", "passwd",      "secret",
                                        "keysafe",  "datafilekey", "encryption.",
                                        "vtpm.ek"};

    for (; text.n; text = vx_str_skip(text, 1))
        for (size_t i = 0; i < VX_COUNT(words); i++)
            if (vx_lower((unsigned char)text.s[0]) == (unsigned char)words[i][0]
                && vx_str_istarts(text, vx_str_c(words[i])))
                return true;
    return false;
}

static bool
is_secret(const struct vx_line *line, const struct vx_name *name)
{
    uint32_t flags = line->entry == VX_KEY_NO_ENTRY ? (uint32_t)VX_KEY_IMPLICIT
                                                    : vx_key_entries[line->entry].flags;

    if (VX_LIKELY(
            !(flags & (VX_KEY_SECRET | VX_KEY_WILD | VX_KEY_PREFIX | VX_KEY_IMPLICIT))))
        return false; /* a name that the catalogue has is told or not told there */
    if (flags & VX_KEY_SECRET)
        return true;
    if (name->size >= 8 && memcmp(name->normal + name->size - 8, "password", 8) == 0)
        return true;
    if (VX_UNLIKELY(memcmp(name->normal, "guestinf", 8) == 0) && names_secret(name))
        return true;
    return VX_UNLIKELY(name->odd || name->normal[name->size - 1] == ':')
           && vx_key_tells_secret(vx_line_key(line));
}

static void
learn_any(struct vx_line *line, const struct vx_name *name)
{
    uint32_t slot = VX_KEY_NO_ENTRY;

    if (VX_LIKELY(line->key_size <= VX_NAME_MAX))
        slot = probe(name, hash_catalogue(name->normal, name->size), name->size, false);
    if (VX_UNLIKELY(slot == VX_KEY_NO_ENTRY))
        slot = lookup_family(name);

    line->entry = (uint16_t)slot;
    line->index = name->padded & 1 ? VX_NO_NUMBER : name->numbers[0];
    line->unit = name->padded & 2 ? VX_NO_NUMBER : name->numbers[1];
    line->secret = is_secret(line, name);
    if (VX_UNLIKELY(name->odd))
        line->odd |= VX_ODD_KEY;
}

/* What a row of the catalogue must not say, to be all there is to know. */
enum {
    SPECIAL =
        VX_KEY_SECRET | VX_KEY_WILD | VX_KEY_PREFIX | VX_KEY_IMPLICIT | VX_KEY_READER,
};

/* A name that the lexer read whole, which is then neither odd nor has it padded
 * numbers, and whose row says nothing special; false, with nothing done, for any other.
 */
static inline bool
learn_usual(struct vx_line *line, const struct vx_name *name)
{
    uint32_t size = name->size, at, slot;
    const struct vx_key_entry *entry;

    if (VX_UNLIKELY(size < 4))
        return false;
    for (at = hash_catalogue(name->normal, size);; at = (at + 1) % VX_KEY_SLOTS) {
        slot = vx_key_table[at];
        if (VX_UNLIKELY(slot == 0))
            return false;
        entry = &vx_key_entries[slot - 1];
        if (entry->len == size
            && !differ(vx_key_text + entry->norm, name->normal, size))
            break;
    }
    if ((entry->flags & SPECIAL) | entry->fixed)
        return false;
    line->entry = (uint16_t)(slot - 1);
    line->index = name->numbers[0];
    line->unit = name->numbers[1];
    line->secret = false;
    return true;
}

void
vx_key_learn(struct vx_line *line)
{
    struct vx_name name;

    vx_name_scan(vx_line_key(line), &name);
    learn_any(line, &name);
}

uint64_t
vx_key_learn_all(struct vx_line *lines, struct vx_name *names, size_t count)
{
    uint64_t special = 0;

    for (size_t i = 0; i < count; i++) {
        if (VX_LIKELY(learn_usual(&lines[i], &names[i])))
            continue;
        special |= (uint64_t)1 << i;
        if (lines[i].kind != VX_LINE_ENTRY)
            continue;
        if (names[i].size == 0)
            vx_name_scan(vx_line_key(&lines[i]), &names[i]);
        learn_any(&lines[i], &names[i]);
    }
    return special;
}

bool
vx_key_writable(struct vx_str text)
{
    if (text.n == 0 || text.n > 4096)
        return false;
    if (vx_is_blank((unsigned char)text.s[0])
        || vx_is_blank((unsigned char)text.s[text.n - 1]) || text.s[0] == '#'
        || text.s[0] == ';' || (text.n > 1 && text.s[0] == '/' && text.s[1] == '/'))
        return false;
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.s[i] < 0x20 || text.s[i] == '=' || text.s[i] == '"'
            || text.s[i] == '\'')
            return false;
    return true;
}
