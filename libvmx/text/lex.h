/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One statement of a VMX file into its parts.  Never fails and never drops a byte: the
 * statements of a text, put end to end, are the text.  What a key or a value means is
 * not known here.  The grammar is libvirt's, and beyond it what VMware's own readers
 * and the files in the field have. */
#ifndef VX_TEXT_LEX_H
#define VX_TEXT_LEX_H

#include "text/name.h"

enum vx_line_kind {
    VX_LINE_BLANK,
    VX_LINE_COMMENT, /* "#", or "//" as some writers have it */
    VX_LINE_ENTRY,   /* key and value */
    VX_LINE_BAD,     /* no assignment at all */
};

enum vx_quote {
    VX_QUOTE_NONE,
    VX_QUOTE_DOUBLE, /* "…" */
    VX_QUOTE_SINGLE, /* '…' */
    VX_QUOTE_TRIPLE, /* """…""", which may span lines */
};

enum vx_eol {
    VX_EOL_NONE, /* the file ends here */
    VX_EOL_LF,
    VX_EOL_CRLF,
    VX_EOL_CR,
    VX_EOL_SEMICOLON, /* another statement follows on the line */
};

/* What is odd about a statement. */
enum {
    VX_ODD_BOM = 1,           /* a byte order mark stands in front */
    VX_ODD_NO_EQUALS = 2,     /* key "value" */
    VX_ODD_UNQUOTED = 4,      /* key = value */
    VX_ODD_NO_VALUE = 8,      /* key = */
    VX_ODD_UNTERMINATED = 16, /* the closing quote is missing */
    VX_ODD_INNER_QUOTE = 32,  /* key = "a "b" c": read up to the last quote */
    VX_ODD_TRAILING = 64,     /* key = "value" rubbish */
    VX_ODD_SLASHES = 128,     /* a comment that begins with // */
    VX_ODD_KEY = 256,         /* a name that libvirt's reader refuses */
    VX_ODD_CHARSET = 512,     /* the value does not decode */
    VX_ODD_ESCAPE = 1024,     /* a | or % that begins no escape */
};

/* A statement owns all its bytes, by lengths from `text`: editing one disturbs no
 * other. */
struct vx_line {
    const char *text;
    uint32_t size;              /* all bytes, separator or line end included */
    uint32_t key, key_size;     /* the name; offsets count from `text` */
    uint32_t value, value_size; /* what stands between the quotes */
    uint32_t number, column; /* of the first byte, from 1; 0 when it was never read */
    uint32_t offset;         /* in the text it was read from */
    uint8_t kind, quote, eol;
    bool plain;   /* the value is its own meaning: ASCII without | or controls */
    uint16_t odd; /* VX_ODD_ bits */

    /* Filled in by the document. */
    bool secret;          /* the value is not to be told */
    uint16_t entry;       /* in the key catalogue: see doc/key.h */
    uint16_t index, unit; /* the first two numbers in the key */
    uint32_t hash;        /* of the key, once the document is indexed */
    uint32_t winner; /* line + 1 of the duplicate that counts; 0 when it is this, or
                        while nobody has looked */
};

/* What bytes a text holds. */
enum {
    VX_HAS_HIGH = 1,    /* above 0x7F */
    VX_HAS_CONTROL = 2, /* control characters that are neither TAB nor line end */
    VX_HAS_PIPE = 4,
};

struct vx_lexer {
    const char *text, *at, *end;
    const char *line_start; /* of the physical line `at` is in */
    const char *next_lf, *next_cr;
    uint32_t number;
    unsigned has;   /* VX_HAS_ bits of what was read; may tell too much */
    bool no_triple; /* no """ stands anywhere behind `at` */
};

/* Bytes that may be read, and are 0, behind the text that vx_lex_next() is given. */
#define VX_LEX_PAD 64

void vx_lex_init(struct vx_lexer *lexer, struct vx_str text);
/* The next statements, up to `room`; how many, 0 at the end of the text.  The keys'
 * normal forms come along in `names`; a name's size is 0 where the caller must scan it.
 */
size_t vx_lex_next(struct vx_lexer *lexer, struct vx_line *lines, struct vx_name *names,
                   size_t room);

/* Reads the one statement that `text` is, for a line that was made by an edit; place
 * and offset are 0. */
void vx_lex_one(struct vx_str text, struct vx_line *line);

static inline struct vx_str
vx_line_key(const struct vx_line *line)
{
    return vx_str_of(line->text + line->key, line->key_size);
}

/* The value's bytes as they stand in the file. */
static inline struct vx_str
vx_line_raw(const struct vx_line *line)
{
    return vx_str_of(line->text + line->value, line->value_size);
}

#endif
