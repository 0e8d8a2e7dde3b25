/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What no program that reads a tree can do without: each file is opened, read and
 * closed.
 *
 *   floor [-j N] FOLDER
 *
 * prints how many files there are, their bytes, and in microseconds the time that it
 * took to find them and the time to read them, with N processes.  The order is that of
 * the folders on the disk. */
#include "bench.h"

#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    FOLDERS_OPEN = 32,
    JOBS_MAX = 64,
    ROOM = 1 << 20, /* a file that is larger takes some reads more */
};

/* Of nftw(), which hands nothing on. */
static char **paths;
static size_t path_count;
static uint64_t byte_count;

static int
take(const char *path, const struct stat *st, int kind, struct FTW *place)
{
    (void)place;
    if (kind != FTW_F)
        return 0;
    if ((path_count & (path_count - 1)) == 0) {
        char **more =
            realloc(paths, (path_count ? 2 * path_count : 1) * sizeof(*paths));

        if (more == NULL)
            bench_fail("out of memory", path);
        paths = more;
    }
    paths[path_count] = strdup(path);
    if (paths[path_count++] == NULL)
        bench_fail("out of memory", path);
    byte_count += (uint64_t)st->st_size;
    return 0;
}

/* Every `step`th file from `first` on. */
static void
read_files(size_t first, size_t step)
{
    char *room = malloc(ROOM);

    if (room == NULL)
        bench_fail("out of memory", "floor");
    for (size_t i = first; i < path_count; i += step) {
        int fd = open(paths[i], O_RDONLY | O_CLOEXEC);
        ssize_t n;

        if (fd < 0)
            bench_fail("cannot be opened", paths[i]);
        do
            n = read(fd, room, ROOM);
        while (n == ROOM);
        if (n < 0)
            bench_fail("cannot be read", paths[i]);
        close(fd);
    }
    free(room);
}

static void
read_all(size_t jobs)
{
    int status;

    for (size_t i = 1; i < jobs; i++) {
        pid_t pid = fork();

        if (pid < 0)
            bench_fail("no process", "floor");
        if (pid == 0) {
            read_files(i, jobs);
            _exit(EXIT_SUCCESS);
        }
    }
    read_files(0, jobs);
    for (size_t i = 1; i < jobs; i++)
        if (wait(&status) < 0 || status != 0)
            bench_fail("a process failed", "floor");
}

int
main(int argc, char **argv)
{
    bool told = argc == 4 && strcmp(argv[1], "-j") == 0;
    size_t jobs = told ? strtoul(argv[2], NULL, 10) : 1;
    double begin = bench_now(), found, ended;

    if (argc != (told ? 4 : 2) || jobs == 0 || jobs > JOBS_MAX) {
        fputs("usage: floor [-j N] FOLDER\n", stderr);
        return 2;
    }
    if (nftw(argv[argc - 1], take, FOLDERS_OPEN, FTW_PHYS) != 0)
        bench_fail("cannot be walked", argv[argc - 1]);
    found = bench_now();
    read_all(jobs);
    ended = bench_now();
    printf("%zu %llu %.0f %.0f\n", path_count, (unsigned long long)byte_count,
           (found - begin) * 1e6, (ended - found) * 1e6);
    for (size_t i = 0; i < path_count; i++)
        free(paths[i]);
    free(paths);
    return EXIT_SUCCESS;
}
