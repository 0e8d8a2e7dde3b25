/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Any bytes are a reply that is read or refused, and a URI that is read or refused. */
#include "fuzz.h"
#include "vi/types.gen.h"
#include "vi/uri.h"

/* What was read can be said again, or something in it is missing. */
static void
decode_all(const struct vi_node *node, struct vx_arena *arena)
{
    for (size_t i = 0; i < VI_TYPES; i++) {
        struct vx_buf out = VX_BUF(1 << 24);
        void *object;

        if (vi_types[i].size == 0)
            continue;
        object = vi_decode(node, &vi_types[i], arena);
        MUST(object || arena->failed);
        if (object)
            vi_encode(&out, "x", object);
        vx_buf_done(&out);
    }
}

static void
read_uri(struct vx_str text, struct vx_arena *arena)
{
    struct vi_uri uri;

    if (vi_uri_parse(text, arena, &uri) != NULL)
        return;
    MUST(uri.port && uri.host.n && uri.host.s[uri.host.n] == '\0');
    MUST(uri.user.s == NULL || strlen(uri.user.s) == uri.user.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vx_str text = fuzz_text(data, size);
    struct vx_arena arena;
    const char *why = NULL;
    struct vi_node *node;

    vx_arena_init(&arena, VI_MEMORY_MAX);
    node = vi_read(text, &arena, &why);
    MUST((node == NULL) == (why != NULL));
    for (struct vi_node *at = node; at; at = at->children)
        decode_all(at, &arena);
    read_uri(text, &arena);
    vx_arena_done(&arena);
    return 0;
}
