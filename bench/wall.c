/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two commands in turn, many times each:
 *
 *   wall COUNT COMMAND [ARGUMENT...] -- COMMAND [ARGUMENT...]
 *
 * prints the medians of their wall times in microseconds, and of the first its peak
 * memory in KiB and the median of its processor time in microseconds.  What they write
 * is thrown away. */
#include "bench.h"

#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct command {
    char **argv;
    double *us, *cpu_us;
    long peak_kib;
};

static double
microseconds(struct timeval time)
{
    return (double)time.tv_sec * 1e6 + (double)time.tv_usec;
}

static void
run(struct command *command, size_t round)
{
    posix_spawn_file_actions_t actions;
    double begin = bench_now();
    struct rusage usage;
    int status;
    pid_t pid;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (posix_spawn(&pid, command->argv[0], &actions, NULL, command->argv, environ) != 0
        || wait4(pid, &status, 0, &usage) != pid || status != 0)
        bench_fail("failed", command->argv[0]);
    command->us[round] = (bench_now() - begin) * 1e6;
    command->cpu_us[round] =
        microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
    if (usage.ru_maxrss > command->peak_kib)
        command->peak_kib = usage.ru_maxrss;
    posix_spawn_file_actions_destroy(&actions);
}

int
main(int argc, char **argv)
{
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    struct command commands[2] = {{.argv = argv + 2}};

    for (int i = 3; i < argc && commands[1].argv == NULL; i++)
        if (strcmp(argv[i], "--") == 0) {
            argv[i] = NULL;
            commands[1].argv = argv + i + 1;
        }
    if (count == 0 || commands[1].argv == NULL || commands[1].argv[0] == NULL)
        return 2;
    for (int i = 0; i < 2; i++) {
        commands[i].us = calloc(count, sizeof(double));
        commands[i].cpu_us = calloc(count, sizeof(double));
        if (commands[i].us == NULL || commands[i].cpu_us == NULL)
            bench_fail("out of memory", "wall");
    }
    for (size_t round = 0; round < count; round++)
        for (int i = 0; i < 2; i++)
            run(&commands[i], round);
    printf("%.0f %.0f %ld %.0f\n", bench_median(commands[0].us, count),
           bench_median(commands[1].us, count), commands[0].peak_kib,
           bench_median(commands[0].cpu_us, count));
    for (int i = 0; i < 2; i++) {
        free(commands[i].us);
        free(commands[i].cpu_us);
    }
    return EXIT_SUCCESS;
}
