/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Gives a fuzzer the files it is named, or all of its seeds: each as it is, and
 * cut short, so that the options that hang on the size differ. */
#include <dirent.h>
#include <string.h>

#include "base/file.h"
#include "fuzz.h"

#define CUTS 64

#ifndef SEEDS
#define SEEDS "tests/fuzz/seeds"
#endif

static int
replay(const char *path)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(VMX_MAX_TEXT);
    uint8_t *copy;
    int error;

    if (vx_file_read(path, &text, &error) != VMX_OK) {
        fprintf(stderr, "%s: %s\n", path, strerror(error));
        return 1;
    }
    for (size_t cut = 0; cut < CUTS && cut <= text.size; cut++) {
        /* Of exactly this size, so that a sanitizer sees what is read behind it. */
        copy = malloc(text.size - cut ? text.size - cut : 1);
        MUST(copy);
        if (text.size > cut)
            memcpy(copy, text.data, text.size - cut);
        LLVMFuzzerTestOneInput(copy, text.size - cut);
        free(copy);
    }
    return 0;
}

static int
replay_seeds(void)
{
    const char *top = getenv("abs_top_srcdir");
    char folder[1000], path[1400];
    int failed = 0, files = 0;
    struct dirent *entry;
    DIR *dir;

    snprintf(folder, sizeof(folder), "%s/" SEEDS, top ? top : ".");
    dir = opendir(folder);
    while (dir && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        failed |= replay(path);
        files++;
    }
    if (dir)
        closedir(dir);
    printf("%d seeds\n", files);
    return failed || files == 0;
}

int
main(int argc, char **argv)
{
    int failed = 0;

    if (argc < 2)
        return replay_seeds();
    for (int i = 1; i < argc; i++)
        failed |= replay(argv[i]);
    return failed;
}
