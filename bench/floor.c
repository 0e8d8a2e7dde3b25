/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What no program that reads a tree can do without: each file is opened, read and
 * closed.
 *
 *   floor [-j N] FOLDER
 *   floor [-j N] FOLDER SIZES NEW
 *
 * The second one writes, too: for each file one below NEW, in folders of the same
 * names, by a temporary name and a rename.  It has as many bytes as the file below
 * SIZES that is called the same but for the suffix .xml.
 *
 * prints how many files there are, their bytes, and in microseconds the time that it
 * took to find them and the time to read them, with N processes, and the processor time
 * of both.  The order is that of the folders on the disk. */
#include "bench.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    FOLDERS_OPEN = 32,
    JOBS_MAX = 64,
    PATH_ROOM = 1024,
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

static size_t *sizes; /* of what is written; NULL: nothing */
static const char *new_folder;
static size_t old_size; /* of the name of the folder that is read */

/* The name below `folder` of what is made of `path`. */
static void
name_new(const char *path, const char *folder, char *ret)
{
    const char *below = path + old_size, *dot = strrchr(below, '.');

    int n;

    if (dot == NULL)
        bench_fail("has no suffix", path);
    n = snprintf(ret, PATH_ROOM, "%s%.*s.xml", folder, (int)(dot - below), below);
    if (n < 0 || n >= PATH_ROOM)
        bench_fail("has a long name", path);
}

static void
take_sizes(const char *folder)
{
    char name[PATH_ROOM];
    struct stat st;

    sizes = calloc(path_count, sizeof(*sizes));
    for (size_t i = 0; sizes && i < path_count; i++) {
        name_new(paths[i], folder, name);
        if (stat(name, &st) != 0 || st.st_size > ROOM)
            bench_fail("was not written, or is too large", name);
        sizes[i] = (size_t)st.st_size;
    }
}

/* The folders that `name` is in and the last name was not. */
static void
make_folders(char *name, char *last)
{
    for (char *slash = name + strlen(new_folder); (slash = strchr(slash, '/'));
         slash++) {
        *slash = '\0';
        if (strncmp(name, last, (size_t)(slash - name)) != 0
            || last[slash - name] != '/')
            mkdir(name, 0777);
        *slash = '/';
    }
    memcpy(last, name, strlen(name) + 1);
}

static void
write_file(const char *name, const char *room, size_t size, size_t number)
{
    const char *slash = strrchr(name, '/');
    char temp[PATH_ROOM + 32];
    int fd;

    snprintf(temp, sizeof(temp), "%.*s/.new-%zu", (int)(slash - name), name, number);
    fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 || write(fd, room, size) != (ssize_t)size || close(fd) != 0
        || rename(temp, name) != 0)
        bench_fail("cannot be written", name);
}

/* Every `step`th file from `first` on. */
static void
read_files(size_t first, size_t step)
{
    char *room = calloc(1, ROOM), name[PATH_ROOM], last[PATH_ROOM] = "";

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
        if (sizes) {
            name_new(paths[i], new_folder, name);
            make_folders(name, last);
            write_file(name, room, sizes[i], first);
        }
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

/* In microseconds, that of processes that have ended, too. */
static double
processor_time(void)
{
    double sum = 0;

    for (int i = 0; i < 2; i++) {
        struct rusage usage;

        getrusage(i ? RUSAGE_CHILDREN : RUSAGE_SELF, &usage);
        sum += (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6
               + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
    }
    return sum;
}

int
main(int argc, char **argv)
{
    bool told = argc > 3 && strcmp(argv[1], "-j") == 0;
    size_t jobs = told ? strtoul(argv[2], NULL, 10) : 1;
    char **operands = argv + (told ? 3 : 1);
    int count = argc - (told ? 3 : 1);
    double begin = bench_now(), found, ended, cpu_found, cpu_read;

    if ((count != 1 && count != 3) || jobs == 0 || jobs > JOBS_MAX) {
        fputs("usage: floor [-j N] FOLDER [SIZES NEW]\n", stderr);
        return 2;
    }
    if (nftw(operands[0], take, FOLDERS_OPEN, FTW_PHYS) != 0)
        bench_fail("cannot be walked", operands[0]);
    found = bench_now() - begin;
    cpu_found = processor_time();
    if (count == 3) {
        old_size = strlen(operands[0]);
        new_folder = operands[2];
        take_sizes(operands[1]);
    }
    begin = bench_now();
    cpu_read = processor_time();
    if (count == 3)
        mkdir(new_folder, 0777);
    read_all(jobs);
    ended = bench_now();
    printf("%zu %llu %.0f %.0f %.0f\n", path_count, (unsigned long long)byte_count,
           found * 1e6, (ended - begin) * 1e6, cpu_found + processor_time() - cpu_read);
    for (size_t i = 0; i < path_count; i++)
        free(paths[i]);
    free(paths);
    free(sizes);
    return EXIT_SUCCESS;
}
