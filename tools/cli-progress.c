/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Knows one line of a terminal, and a clock. */
#include "cli-progress.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

#include "base/banned.h"

#define FIRST_AFTER 1.0 /* seconds */
#define THEN_EVERY 0.2

enum {
    LINE_CEILING = 1024,
    COLUMNS = 80, /* of a terminal that does not tell */
};

static double
now(void)
{
    struct timespec time = {0};

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static size_t
columns(void)
{
    struct winsize size = {0};

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
        return COLUMNS;
    return size.ws_col;
}

static void
put(struct vx_str text)
{
    int number;

    (void)vx_file_write_all(STDERR_FILENO, text, &number);
}

/* "0:42", "1:05:00". */
static void
put_time(struct vx_buf *out, double seconds)
{
    unsigned long left = (unsigned long)seconds;

    if (left >= 3600)
        vx_buf_printf(out, "%lu:%02lu:%02lu", left / 3600, left / 60 % 60, left % 60);
    else
        vx_buf_printf(out, "%lu:%02lu", left / 60, left % 60);
}

void
cli_progress_line(const struct cli_progress *progress, double seconds, double fraction,
                  struct vx_buf *out)
{
    double left = fraction > 0 ? seconds * (1 - fraction) / fraction : 0;

    vx_buf_uint(out, progress->done);
    vx_buf_lit(out, " done");
    if (progress->failed) {
        vx_buf_lit(out, ", ");
        vx_buf_uint(out, progress->failed);
        vx_buf_lit(out, " failed");
    }
    if (seconds > 0)
        vx_buf_printf(out, ", %.0f/s", (double)progress->done / seconds);
    if (fraction > 0 && fraction <= 1 && left < 360000) {
        vx_buf_printf(out, ", about %.0f %%, ", fraction * 100);
        put_time(out, left);
        vx_buf_lit(out, " left");
    }
}

void
cli_progress_bytes_line(uint64_t bytes, uint64_t all, uint64_t seen, double seconds,
                        struct vx_buf *out)
{
    const double mib = 1 << 20, rate = seconds > 0 ? (double)seen / seconds : 0;

    vx_buf_printf(out, "%.1f of %.1f MiB", (double)bytes / mib, (double)all / mib);
    if (all)
        vx_buf_printf(out, ", %.0f %%", 100 * (double)bytes / (double)all);
    if (rate <= 0 || bytes > all)
        return;
    vx_buf_printf(out, ", %.1f MiB/s, ", rate / mib);
    put_time(out, (double)(all - bytes) / rate);
    vx_buf_lit(out, " left");
}

void
cli_progress_begin(struct cli_progress *progress, bool wanted)
{
    const char *term = getenv("TERM");

    *progress = (struct cli_progress){.wanted = false};
    if (!wanted || !isatty(STDERR_FILENO) || !term || strcmp(term, "dumb") == 0)
        return;
    progress->wanted = true;
    progress->begin = now();
    progress->drawn = progress->begin + FIRST_AFTER - THEN_EVERY;
}

/* Is it time?  Then *ret_time is what it is. */
static bool
is_due(struct cli_progress *progress, double *ret_time)
{
    if (!progress->wanted || (*ret_time = now()) - progress->drawn < THEN_EVERY)
        return false;
    progress->drawn = *ret_time;
    return true;
}

static void
draw(struct cli_progress *progress, struct vx_str text)
{
    struct vx_buf line VX_AUTO(vx_buf_done) = VX_BUF(2 * LINE_CEILING);
    const size_t room = columns() - 1;

    if (text.n > room)
        text.n = room;
    vx_buf_lit(&line, "\r\033[K");
    vx_buf_str(&line, text);
    progress->shown = true;
    put(vx_buf_text(&line));
}

void
cli_progress_step(struct cli_progress *progress, bool failed, double fraction)
{
    struct vx_buf line VX_AUTO(vx_buf_done) = VX_BUF(LINE_CEILING);
    double time;

    progress->done++;
    progress->failed += failed;
    if (!is_due(progress, &time))
        return;
    cli_progress_line(progress, time - progress->begin, fraction, &line);
    draw(progress, vx_buf_text(&line));
}

void
cli_progress_bytes(struct cli_progress *progress, uint64_t bytes, uint64_t all)
{
    struct vx_buf line VX_AUTO(vx_buf_done) = VX_BUF(LINE_CEILING);
    double time;

    if (!progress->moved) {
        progress->first = bytes;
        progress->begin = now();
    }
    progress->moved = true;
    if (!is_due(progress, &time))
        return;
    cli_progress_bytes_line(bytes, all,
                            bytes > progress->first ? bytes - progress->first : 0,
                            time - progress->begin, &line);
    draw(progress, vx_buf_text(&line));
}

void
cli_progress_hide(struct cli_progress *progress)
{
    if (progress && progress->shown) {
        progress->shown = false;
        put(VX_STR("\r\033[K"));
    }
}
