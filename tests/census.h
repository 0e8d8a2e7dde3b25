/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where did every key go?  The result of a conversion, read by libxml2 and held against
 * the document: what is kept stands in the metadata with its text, what is lost in the
 * loss report, and each key in one place only.  For tests and fuzzers; a finding is one
 * line of text, NULL is none. */
#ifndef VX_TESTS_CENSUS_H
#define VX_TESTS_CENSUS_H

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <stdio.h>
#include <string.h>

#include "doc/doc.h"

#define CENSUS_URI "urn:libvmx:config:1"

static char census_message[512];

static inline const char *
census_finding(const char *what, const struct vx_line *line)
{
    struct vx_str key = line ? vx_line_key(line) : VX_STR("");

    snprintf(census_message, sizeof(census_message), "%s: %.*s (line %u)", what,
             (int)(key.n < 200 ? key.n : 200), key.s, line ? line->number : 0);
    return census_message;
}

/* ---- the metadata, read back ----------------------------------------------------- */

/* The first element of our namespace below `node`, and the next behind one. */
static inline xmlNode *
census_next(xmlNode *node, const char *name)
{
    while (node
           && (node->type != XML_ELEMENT_NODE || !node->ns
               || strcmp((const char *)node->ns->href, CENSUS_URI)
               || (name && strcmp((const char *)node->name, name))))
        node = node->next;
    return node;
}

static inline xmlNode *
census_config(xmlDoc *xml)
{
    xmlNode *node = xmlDocGetRootElement(xml);

    for (node = node ? node->children : NULL; node; node = node->next)
        if (node->type == XML_ELEMENT_NODE
            && !strcmp((const char *)node->name, "metadata"))
            return census_next(node->children, "config");
    return NULL;
}

static inline int
census_digit(char c)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) : -1;
}

/* Is `text` the base64 of `bytes`? */
static inline bool
census_is_base64(const char *text, struct vx_str bytes)
{
    size_t at = 0, bits = 0, n = strlen(text);
    uint32_t word = 0;

    if (n != (bytes.n + 2) / 3 * 4)
        return false;
    for (; *text && *text != '='; text++) {
        int digit = census_digit(*text);

        if (digit < 0)
            return false;
        word = word << 6 | (uint32_t)digit;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            if (at == bytes.n || (unsigned char)bytes.s[at++] != (word >> bits & 0xFF))
                return false;
        }
    }
    return at == bytes.n;
}

/* Does the element hold `text`, or the bytes `raw`?  With neither attribute: `bare`. */
static inline bool
census_holds(xmlNode *node, struct vx_str text, struct vx_str raw, bool bare)
{
    xmlChar *plain = xmlGetNoNsProp(node, (const xmlChar *)"text");
    xmlChar *coded = xmlGetNoNsProp(node, (const xmlChar *)"base64");
    bool holds = plain && coded ? false
                 : plain        ? vx_str_eq(vx_str_c((const char *)plain), text)
                 : coded        ? census_is_base64((const char *)coded, raw)
                                : bare;

    xmlFree(plain);
    xmlFree(coded);
    return holds;
}

static inline bool
census_is_key(xmlNode *node, struct vmx_doc *doc, struct vx_line *line, bool bare)
{
    xmlChar *name;
    bool same;

    if (!node || strcmp((const char *)node->name, "key"))
        return false;
    name = xmlGetNoNsProp(node, (const xmlChar *)"name");
    same = name && vx_str_eq(vx_str_c((const char *)name), vx_line_key(line));
    xmlFree(name);
    return same && census_holds(node, vx_doc_text(doc, line), vx_line_raw(line), bare);
}

static inline bool
census_is_line(xmlNode *node, const struct vx_line *line)
{
    struct vx_str bytes = vx_str_of(line->text, line->size);

    while (bytes.n && (bytes.s[bytes.n - 1] == '\n' || bytes.s[bytes.n - 1] == '\r'))
        bytes.n--;
    return node && !strcmp((const char *)node->name, "line")
           && census_holds(node, bytes, bytes, bytes.n == 0);
}

/* ---- the loss report ------------------------------------------------------------- */

static inline bool
census_reported(struct vmx_result *result, const struct vx_line *line, bool redacted)
{
    for (size_t i = 0; i < vmx_result_losses(result); i++) {
        const struct vmx_loss *loss = vmx_result_loss(result, i);

        /* A name with a NUL in it is cut there. */
        if (loss->key && loss->line == line->number
            && strlen(loss->key) <= line->key_size
            && !memcmp(loss->key, line->text + line->key, strlen(loss->key)))
            return loss->what && loss->code && loss->value
                   && (!redacted || !strcmp(loss->value, "(redacted)"));
    }
    return false;
}

/* ---- all of it ------------------------------------------------------------------- */

/* The metadata has each entry that is mapped or kept, and each other line that tells no
 * secret, in order. */
static inline const char *
census_metadata(struct vmx_doc *doc, struct vmx_result *result, xmlNode *config,
                bool secrets)
{
    xmlNode *node = census_next(config->children, NULL);
    size_t entry = 0;

    while (node && !strcmp((const char *)node->name, "device"))
        node = census_next(node->next, NULL);
    for (size_t i = 0; i < doc->count; i++) {
        struct vx_line *line = &doc->lines[i];
        enum vmx_fate fate = VMX_FATE_KEPT;

        if (line->kind == VX_LINE_ENTRY) {
            fate = vmx_result_fate(result, entry++);
            if (fate != VMX_FATE_MAPPED && fate != VMX_FATE_KEPT)
                continue;
            if (!census_is_key(node, doc, line, fate == VMX_FATE_MAPPED)
                && !census_is_line(node, line))
                return census_finding("not in the metadata as it is", line);
        } else if (line->secret && !secrets) {
            continue;
        } else if (!census_is_line(node, line)) {
            return census_finding("a line is not in the metadata", line);
        }
        node = census_next(node->next, NULL);
    }
    if (node)
        return "there is more in the metadata than in the file";
    if (census_next(config->next, NULL))
        return "there are two elements of ours";
    return NULL;
}

static inline const char *
census_fates(const struct vmx_doc *doc, struct vmx_result *result, bool metadata,
             bool secrets)
{
    size_t counts[VMX_FATES] = {0}, entry = 0, all = 0;

    for (size_t i = 0; i < doc->count; i++) {
        const struct vx_line *line = &doc->lines[i];
        enum vmx_fate fate;

        if (line->kind != VX_LINE_ENTRY)
            continue;
        fate = vmx_result_fate(result, entry++);
        counts[fate]++;
        if (fate == VMX_FATE_LOST
            && !census_reported(result, line, line->secret && !secrets))
            return census_finding("lost without a word", line);
        if (fate == VMX_FATE_LOST && metadata && (secrets || !line->secret))
            return census_finding("lost though there is metadata", line);
        if (fate == VMX_FATE_KEPT && !metadata)
            return census_finding("kept without metadata", line);
        if (fate != VMX_FATE_LOST && line->secret && !secrets)
            return census_finding("a secret was told", line);
    }
    for (int fate = 0; fate < VMX_FATES; fate++) {
        if (counts[fate] != vmx_result_count(result, (enum vmx_fate)fate))
            return "the counts are not those of the entries";
        all += counts[fate];
    }
    return all == vmx_doc_count(doc) ? NULL : "the fates do not add up";
}

/* Checks `result`, made of `doc` with these options. */
static inline const char *
census_check(struct vmx_doc *doc, struct vmx_result *result, bool metadata,
             bool secrets)
{
    size_t size;
    const char *text = vmx_result_text(result, &size), *finding;
    xmlDoc *xml = xmlReadMemory(text, (int)size, "domain.xml", "UTF-8",
                                XML_PARSE_NONET | XML_PARSE_NOERROR
                                    | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
    xmlNode *config;

    if (!xml)
        return "the XML is not well-formed";
    if (strlen(text) != size)
        return "there is a NUL in the XML";
    config = census_config(xml);
    finding = census_fates(doc, result, metadata, secrets);
    if (!finding && metadata)
        finding = config ? census_metadata(doc, result, config, secrets)
                         : "there is no metadata";
    if (!finding && !metadata && config)
        finding = "there is metadata though none was wanted";
    xmlFreeDoc(xml);
    return finding;
}

#endif
