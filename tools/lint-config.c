/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows folders and what was found in them, and not what a setting means.
 *
 * The folders of the last file are remembered, so that one walk through a tree looks
 * into each folder once. */
#include "lint-config.h"
#include "lint-path.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

#define NAME ".vmxlint"
#define REPOSITORY ".git"

enum {
    ARENA_CEILING = 1 << 28,
    LAYERS_MAX = 256,
};

/* A setup, by the layers that it is the sum of. */
struct cached {
    struct cached *next;
    struct lint_setup *setup;
    size_t count;
    const struct lint_layer **layers;
};

/* One file that was found. */
struct config {
    struct config *outer; /* the next above that counts, or NULL */
    struct config *next;  /* of all */
    const char *path;
    size_t folder; /* bytes of a path in front of what its sections see */
    bool read;
    struct lint_vmxlint file;
    struct cached *cached;
};

/* A folder on the way to the last file. */
struct folder {
    size_t size;           /* of its path, with the slash */
    struct config *config; /* the innermost that counts there, or NULL */
};

struct lint_configs {
    struct cli *cli;
    const struct lint_options *options;
    struct vx_arena arena;
    struct lint_layer command_line;
    struct config *all;
    struct config none;   /* where there is no file: its setups */
    struct config *given; /* --config */
    struct vx_buf here;   /* the working folder, with a slash */
    struct vx_buf path;   /* of this file, absolute */
    struct vx_buf last;   /* of the one before */
    struct vx_buf probe;
    struct folder folders[PATH_MAX / 2];
    size_t depth;
};

/* ---- finding --------------------------------------------------------------------- */

/* The last path is kept, to know which folders both have. */
static void
set_path(struct lint_configs *configs, const char *path)
{
    struct vx_buf spare = configs->last;

    configs->last = configs->path;
    configs->path = spare;
    lint_path_absolute(&configs->path, vx_buf_text(&configs->here), path);
}

static bool
holds(struct lint_configs *configs, struct vx_str folder, const char *name)
{
    configs->probe.size = 0;
    vx_buf_str(&configs->probe, folder);
    vx_buf_str(&configs->probe, vx_str_c(name));
    vx_buf_char(&configs->probe, '\0');
    return !configs->probe.failed && access(configs->probe.data, F_OK) == 0;
}

static struct config *
config_new(struct lint_configs *configs, struct config *outer, struct vx_str path,
           size_t folder)
{
    struct vx_str here = vx_buf_text(&configs->here);
    struct config *made = vx_arena_zero(&configs->arena, sizeof(*made));

    if (made == NULL)
        return NULL;
    if (vx_str_starts(path, here))
        path = vx_str_skip(path, here.n);
    made->path = vx_arena_dup(&configs->arena, path).s;
    made->outer = outer;
    made->folder = folder;
    made->next = configs->all;
    configs->all = made;
    return made;
}

static struct config *
look_into(struct lint_configs *configs, struct vx_str folder, struct config *outer)
{
    bool found = holds(configs, folder, NAME);
    struct vx_str path = vx_buf_text(&configs->probe);

    if (found)
        outer = config_new(configs, outer, vx_str_of(path.s, path.n - 1), folder.n);
    if (holds(configs, folder, REPOSITORY)) {
        if (found && outer)
            outer->outer = NULL;
        return found ? outer : NULL;
    }
    return outer;
}

/* What the paths of this file and the one before begin with alike. */
static size_t
common(struct vx_str a, struct vx_str b)
{
    size_t n = 0;

    while (n < a.n && n < b.n && a.s[n] == b.s[n])
        n++;
    return n;
}

/* In the innermost folder, which is `bare`, there is nothing to look for. */
static struct config *
find(struct lint_configs *configs, bool bare)
{
    struct vx_str path = vx_buf_text(&configs->path);
    size_t same = common(path, vx_buf_text(&configs->last)), at;
    size_t innermost = path.n;

    while (bare && innermost && path.s[innermost - 1] != '/')
        innermost--;
    while (configs->depth && configs->folders[configs->depth - 1].size > same)
        configs->depth--;
    at = configs->depth ? configs->folders[configs->depth - 1].size : 0;
    for (; at < path.n; at++) {
        struct folder *folder = &configs->folders[configs->depth];

        if (path.s[at] != '/' || configs->depth == VX_COUNT(configs->folders))
            continue;
        folder->size = at + 1;
        folder->config = configs->depth ? folder[-1].config : NULL;
        if (!bare || folder->size != innermost)
            folder->config =
                look_into(configs, vx_str_of(path.s, at + 1), folder->config);
        configs->depth++;
    }
    return configs->depth ? configs->folders[configs->depth - 1].config : NULL;
}

/* ---- adding up ------------------------------------------------------------------- */

static enum cli_exit
read_config(struct lint_configs *configs, struct config *config)
{
    enum cli_exit status;

    if (config->read)
        return CLI_GO_ON;
    status =
        lint_vmxlint_read(configs->cli, &configs->arena, config->path, &config->file);
    config->read = true;
    if (config->file.root)
        config->outer = NULL;
    return status;
}

static bool
add_layer(const struct lint_layer *layers[LAYERS_MAX], size_t *count,
          const struct lint_layer *layer)
{
    if (*count == LAYERS_MAX)
        return false;
    layers[(*count)++] = layer;
    return true;
}

/* Innermost first, so that each is read before what it hides. */
static enum cli_exit
collect(struct lint_configs *configs, struct config *config,
        const struct lint_layer *layers[LAYERS_MAX], size_t *count)
{
    struct vx_str path = vx_buf_text(&configs->path);
    enum cli_exit status = CLI_GO_ON;
    bool fits = add_layer(layers, count, &configs->command_line);

    for (; config && fits && status == CLI_GO_ON; config = config->outer) {
        status = read_config(configs, config);
        for (size_t i = config->file.count; i-- > 0 && status == CLI_GO_ON && fits;) {
            struct lint_section *section = &config->file.sections[i];

            if (cli_pattern_matches(section->glob, vx_str_skip(path, config->folder)))
                fits = add_layer(layers, count, &section->layer);
        }
        fits = fits && add_layer(layers, count, &config->file.layer);
    }
    if (!fits)
        return cli_trouble(configs->cli, "more than %d layers of settings", LAYERS_MAX);
    for (size_t i = 0; i < *count / 2; i++) {
        const struct lint_layer *swap = layers[i];

        layers[i] = layers[*count - 1 - i];
        layers[*count - 1 - i] = swap;
    }
    return status;
}

static struct lint_setup *
find_cached(const struct config *config, const struct lint_layer **layers, size_t count)
{
    for (const struct cached *c = config->cached; c; c = c->next)
        if (c->count == count
            && memcmp(c->layers, layers, count * sizeof(*layers)) == 0)
            return c->setup;
    return NULL;
}

static enum cli_exit
add_up(struct lint_configs *configs, struct config *config,
       const struct lint_layer **layers, size_t count, const struct lint_setup **ret)
{
    struct cached *made = vx_arena_zero(&configs->arena, sizeof(*made));
    enum cli_exit status;

    if (made)
        made->layers = vx_arena_array(&configs->arena, count, sizeof(*layers));
    if (made == NULL || made->layers == NULL)
        return cli_trouble(configs->cli, "out of memory");
    status = lint_setup_new(configs->cli, layers, count, &made->setup);
    if (status != CLI_GO_ON)
        return status;
    memcpy(made->layers, layers, count * sizeof(*layers));
    made->count = count;
    made->next = config->cached;
    config->cached = made;
    *ret = made->setup;
    return CLI_GO_ON;
}

enum cli_exit
lint_configs_get(struct lint_configs *configs, const char *path, bool bare,
                 const struct lint_setup **ret)
{
    const struct lint_layer *layers[LAYERS_MAX];
    struct config *config = configs->given;
    size_t count = 0;
    enum cli_exit status;

    set_path(configs, path);
    if (config == NULL && !configs->options->no_config)
        config = find(configs, bare);
    if (configs->path.failed || configs->arena.failed)
        return cli_trouble(configs->cli, "%s: out of memory", path);
    status = collect(configs, config, layers, &count);
    if (status != CLI_GO_ON)
        return status;
    if (config == NULL)
        config = &configs->none;
    *ret = find_cached(config, layers, count);
    return *ret ? CLI_GO_ON : add_up(configs, config, layers, count, ret);
}

/* ---- the run --------------------------------------------------------------------- */

enum cli_exit
lint_configs_new(struct cli *cli, const struct lint_options *options,
                 struct lint_configs **ret)
{
    struct lint_configs *configs = calloc(1, sizeof(*configs));
    enum cli_exit status;

    if (configs == NULL)
        return cli_trouble(cli, "out of memory");
    configs->cli = cli;
    configs->options = options;
    configs->here = configs->path = configs->last = configs->probe =
        VX_BUF(LINT_PATH_CEILING);
    vx_arena_init(&configs->arena, ARENA_CEILING);
    configs->none.read = true;
    *ret = configs;
    lint_path_here(&configs->here);
    if (configs->here.failed)
        return cli_trouble(cli, "out of memory");
    status = lint_layer_options(cli, options, &configs->arena, &configs->command_line);
    if (status == CLI_GO_ON && options->config) {
        configs->given =
            config_new(configs, NULL, vx_str_c(options->config), configs->here.size);
        status = configs->given ? read_config(configs, configs->given)
                                : cli_trouble(cli, "out of memory");
    }
    return status;
}

void
lint_configs_free(struct lint_configs *configs)
{
    if (configs == NULL)
        return;
    configs->none.next = configs->all;
    for (struct config *config = &configs->none; config; config = config->next) {
        for (struct cached *c = config->cached; c; c = c->next)
            lint_setup_free(c->setup);
        lint_vmxlint_done(&config->file);
    }
    vx_buf_done(&configs->here);
    vx_buf_done(&configs->path);
    vx_buf_done(&configs->last);
    vx_buf_done(&configs->probe);
    vx_arena_done(&configs->arena);
    free(configs);
}
