/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PCRE2, as the tools use it. */
#include "cli-pattern.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/banned.h"

enum {
    MATCH_LIMIT = 100000, /* steps */
    HEAP_LIMIT = 1024,    /* KiB */
    PATTERN_MAX = 4096,   /* bytes */
    MESSAGE_MAX = 256,
};

struct cli_pattern {
    pcre2_code *code;
    pcre2_match_context *limits;
    bool last_component;
};

static enum cli_exit
refuse(struct cli *cli, const char *where, struct vx_str text, int error, size_t at)
{
    PCRE2_UCHAR message[MESSAGE_MAX];

    if (pcre2_get_error_message(error, message, sizeof(message)) < 0)
        message[0] = '\0';
    return cli_trouble(cli, "%s: \"%.*s\": %s (at %zu)", where, (int)text.n, text.s,
                       (const char *)message, at);
}

static enum cli_exit
compile(struct cli *cli, const char *where, struct vx_str shown, struct vx_str text,
        uint32_t options, struct cli_pattern **ret)
{
    struct cli_pattern *pattern = calloc(1, sizeof(*pattern));
    PCRE2_SIZE at = 0;
    int error = 0;

    if (pattern == NULL)
        return cli_trouble(cli, "out of memory");
    pattern->limits = pcre2_match_context_create(NULL);
    pattern->code =
        pcre2_compile((PCRE2_SPTR)text.s, text.n, options, &error, &at, NULL);
    if (pattern->limits == NULL || pattern->code == NULL) {
        bool memory = pattern->limits == NULL;

        cli_pattern_free(pattern);
        return memory ? cli_trouble(cli, "out of memory")
                      : refuse(cli, where, shown, error, at);
    }
    pcre2_set_match_limit(pattern->limits, MATCH_LIMIT);
    pcre2_set_heap_limit(pattern->limits, HEAP_LIMIT);
    *ret = pattern;
    return CLI_GO_ON;
}

static enum cli_exit
check_size(struct cli *cli, const char *where, struct vx_str text)
{
    if (text.n && text.n <= PATTERN_MAX)
        return CLI_GO_ON;
    return cli_trouble(cli, "%s: a pattern has 1 to %d bytes", where, PATTERN_MAX);
}

enum cli_exit
cli_pattern_new(struct cli *cli, const char *where, struct vx_str text,
                struct cli_pattern **ret)
{
    enum cli_exit status = check_size(cli, where, text);

    return status == CLI_GO_ON ? compile(cli, where, text, text,
                                         PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C, ret)
                               : status;
}

enum cli_exit
cli_glob_new(struct cli *cli, const char *where, struct vx_str text,
             struct cli_pattern **ret)
{
    enum cli_exit status = check_size(cli, where, text);
    bool has_slash = vx_str_find(text, '/') >= 0;
    PCRE2_UCHAR *converted = NULL;
    PCRE2_SIZE size = 0;
    struct vx_str path = text;
    int error;

    if (status != CLI_GO_ON)
        return status;
    if (path.s[0] == '/')
        path = vx_str_skip(path, 1);
    error = pcre2_pattern_convert((PCRE2_SPTR)path.s, path.n, PCRE2_CONVERT_GLOB,
                                  &converted, &size, NULL);
    if (error)
        return refuse(cli, where, text, error, size);
    status =
        compile(cli, where, text, vx_str_of((const char *)converted, size), 0, ret);
    pcre2_converted_pattern_free(converted);
    if (status == CLI_GO_ON)
        (*ret)->last_component = !has_slash;
    return status;
}

void
cli_pattern_free(struct cli_pattern *pattern)
{
    if (pattern == NULL)
        return;
    pcre2_code_free(pattern->code);
    pcre2_match_context_free(pattern->limits);
    free(pattern);
}

static struct vx_str
last_component(struct vx_str path)
{
    const char *slash = path.n ? memrchr(path.s, '/', path.n) : NULL;

    return slash ? vx_str_skip(path, (size_t)(slash - path.s) + 1) : path;
}

bool
cli_pattern_matches(const struct cli_pattern *pattern, struct vx_str text)
{
    pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    int found;

    if (data == NULL)
        return false;
    if (pattern->last_component)
        text = last_component(text);
    found = pcre2_match(pattern->code, (PCRE2_SPTR)text.s, text.n, 0, 0, data,
                        pattern->limits);
    pcre2_match_data_free(data);
    return found >= 0;
}
