/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "batch.h"
#include "cli-progress.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "main.h"

enum {
    COUNT = 20000,
    COUNT_VALGRIND = 1000,
};

static uint64_t
most(void)
{
    return getenv("VMX_VALGRIND") ? COUNT_VALGRIND : COUNT;
}

/* A run over the numbers from 0 to `count`, which checks the rules as it goes. */
struct numbers {
    uint64_t count, asked, got, worked;
    uint64_t stop_after; /* deliver() says so */
    uint64_t raise_at;   /* work() sends SIGTERM */
    uint64_t slow;       /* every so many items one takes long */
    unsigned jobs;
    atomic_ulong begun, ended;
    atomic_flag busy[BATCH_JOBS_MAX];
    pthread_t caller;
    uint64_t pause_at;        /* next() takes long */
    uint64_t raise_got;       /* deliver() sends SIGTERM */
    unsigned long at_raise;   /* `begun` then */
    atomic_bool foreign;      /* another thread has worked */
    atomic_bool foreign_late; /* also after `pause_at` */
};

struct slot {
    uint64_t number, square;
    unsigned uses;
    bool worked;
};

static void
wait_us(long us)
{
    const struct timespec wait = {0, us * 1000};

    nanosleep(&wait, NULL);
}

static bool
next(void *context, void *item)
{
    struct numbers *run = context;
    struct slot *slot = item;

    ck_assert(pthread_equal(pthread_self(), run->caller));
    if (run->asked == run->count)
        return false;
    if (run->pause_at && run->asked == run->pause_at)
        wait_us(100000);
    slot->number = run->asked++;
    slot->worked = false;
    /* No further ahead than the window. */
    ck_assert_uint_le(run->asked - run->got, (uint64_t)run->jobs * BATCH_WINDOW);
    return true;
}

static void
work(void *context, void *item, unsigned worker)
{
    struct numbers *run = context;
    struct slot *slot = item;

    ck_assert_uint_lt(worker, run->jobs);
    ck_assert(!atomic_flag_test_and_set(&run->busy[worker]));
    ck_assert(!slot->worked);
    atomic_fetch_add(&run->begun, 1);
    if (!pthread_equal(pthread_self(), run->caller)) {
        atomic_store(&run->foreign, true);
        if (slot->number > run->pause_at)
            atomic_store(&run->foreign_late, true);
    }
    if (run->slow && slot->number % run->slow == 0)
        wait_us(300);
    slot->square = slot->number * slot->number;
    slot->worked = true;
    slot->uses++;
    if (slot->number + 1 == run->raise_at)
        kill(getpid(), SIGTERM);
    atomic_fetch_add(&run->ended, 1);
    atomic_flag_clear(&run->busy[worker]);
}

static bool
deliver(void *context, void *item)
{
    struct numbers *run = context;
    const struct slot *slot = item;

    ck_assert(pthread_equal(pthread_self(), run->caller));
    ck_assert(slot->worked);
    ck_assert_uint_eq(slot->number, run->got);
    ck_assert_uint_eq(slot->square, run->got * run->got);
    run->got++;
    if (run->got == run->raise_got) {
        run->at_raise = atomic_load(&run->begun);
        kill(getpid(), SIGTERM); /* which comes before this returns */
    }
    return run->got != run->stop_after;
}

static enum batch_end
run_numbers(struct numbers *run, int *ret_signal)
{
    const struct batch batch = {
        .jobs = run->jobs,
        .slot_size = sizeof(struct slot),
        .context = run,
        .next = next,
        .work = work,
        .deliver = deliver,
    };

    run->caller = pthread_self();
    return batch_run(&batch, ret_signal);
}

static const unsigned jobs[] = {1, 2, 3, 8, 60};

START_TEST(all_come_in_order)
{
    const uint64_t counts[] = {0, 1, 2, 15, 16, 17, 127, 128, 129, most()};

    for (size_t i = 0; i < VX_COUNT(counts); i++) {
        struct numbers run = {.count = counts[i], .jobs = jobs[_i], .slow = 97};
        int number = 0;

        ck_assert_int_eq(run_numbers(&run, &number), BATCH_DONE);
        ck_assert_uint_eq(run.got, counts[i]);
        ck_assert_uint_eq(run.begun, counts[i]);
        ck_assert_uint_eq(run.ended, counts[i]);
        if (jobs[_i] == 1 || counts[i] < 2)
            ck_assert(!run.foreign);
        else if (counts[i] == most())
            ck_assert(run.foreign);
        ck_assert_int_eq(number, 0);
    }
}

END_TEST

/* What has begun is finished, and no more is delivered. */
START_TEST(the_receiver_can_stop)
{
    struct numbers run = {.count = most(), .jobs = jobs[_i], .stop_after = 500};
    int number = 0;

    ck_assert_int_eq(run_numbers(&run, &number), BATCH_STOPPED);
    ck_assert_uint_eq(run.got, 500);
    ck_assert_uint_eq(run.begun, run.ended);
    ck_assert_uint_le(run.begun, 500 + (uint64_t)jobs[_i] * BATCH_WINDOW);
}

END_TEST

static void
old_handler(int number)
{
    (void)number;
}

/* What was begun is delivered, nothing else, and the old handler is there again. */
START_TEST(a_signal_ends_the_run)
{
    const struct sigaction old = {.sa_handler = old_handler};
    struct numbers run = {.count = most(), .jobs = jobs[_i], .raise_at = most() / 2};
    struct sigaction after;
    int number = 0;

    ck_assert_int_eq(sigaction(SIGTERM, &old, NULL), 0);
    ck_assert_int_eq(run_numbers(&run, &number), BATCH_INTERRUPTED);
    ck_assert_int_eq(number, SIGTERM);
    ck_assert_uint_ge(run.got, most() / 2);
    ck_assert_uint_eq(run.begun, run.got);
    ck_assert_uint_eq(run.ended, run.got);
    ck_assert_uint_lt(run.got, most());
    ck_assert_int_eq(sigaction(SIGTERM, NULL, &after), 0);
    ck_assert(after.sa_handler == old_handler);
    signal(SIGTERM, SIG_DFL);

    /* The next run knows nothing of it. */
    run = (struct numbers){.count = 1000, .jobs = jobs[_i]};
    ck_assert_int_eq(run_numbers(&run, &number), BATCH_DONE);
}

END_TEST

/* Nothing is begun after it but what was in hand, at most 16 items a thread. */
START_TEST(a_signal_begins_nothing)
{
    struct numbers run = {
        .count = most(), .jobs = jobs[_i], .raise_got = 200, .slow = 1};
    int number = 0;

    ck_assert_int_eq(run_numbers(&run, &number), BATCH_INTERRUPTED);
    ck_assert_uint_ge(run.got, 200);
    ck_assert_uint_eq(run.begun, run.got);
    ck_assert_uint_le(run.begun, run.at_raise + (jobs[_i] - 1) * 16UL);
}

END_TEST

/* When items are slow to come, threads sleep, and are woken when there are more. */
START_TEST(sleepers_are_woken)
{
    struct numbers run = {.count = 1000, .jobs = 2, .pause_at = 500, .slow = 1};
    int number = 0;

    ck_assert_int_eq(run_numbers(&run, &number), BATCH_DONE);
    ck_assert(run.foreign_late);
}

END_TEST

START_TEST(an_ignored_signal_stays_ignored)
{
    struct numbers run = {.count = most(), .jobs = 2, .raise_at = most() / 2};
    int number = 0;

    signal(SIGTERM, SIG_IGN);
    ck_assert_int_eq(run_numbers(&run, &number), BATCH_DONE);
    signal(SIGTERM, SIG_DFL);
    ck_assert_uint_eq(run.got, most());
}

END_TEST

/* A run of one item is ended by the first signal: it may wait for a terminal. */
START_TEST(one_item_is_not_protected)
{
    struct numbers run = {.count = 1, .jobs = 2, .raise_at = 1};
    int status, number = 0;
    pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        signal(SIGTERM, SIG_DFL); /* check has one of its own */
        run_numbers(&run, &number);
        _exit(0);
    }
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
}

END_TEST

/* ---- slots ----------------------------------------------------------------------- */

struct buffers {
    unsigned left;
    atomic_uint made;
};

struct buffer_slot {
    struct vx_buf buf;
    bool giant;
};

static bool
next_buffer(void *context, void *item)
{
    struct buffers *run = context;
    struct buffer_slot *slot = item;

    slot->giant = run->left % 1000 == 500;
    return run->left && run->left--;
}

static void
fill_buffer(void *context, void *item, unsigned worker)
{
    struct buffers *run = context;
    struct buffer_slot *slot = item;

    (void)worker;
    slot->buf.ceiling = (size_t)8 << 20;
    batch_buf_reset(&slot->buf);
    if (slot->buf.data == NULL)
        atomic_fetch_add(&run->made, 1);
    if (slot->giant)
        (void)vx_buf_room(&slot->buf, (size_t)4 << 20);
    vx_buf_lit(&slot->buf, "text");
}

static bool
see_buffer(void *context, void *item)
{
    const struct buffer_slot *slot = item;

    (void)context;
    ck_assert_slice_eq(vx_buf_text(&slot->buf), VX_STR("text"));
    return true;
}

static void
drop_buffer(void *item)
{
    vx_buf_done(&((struct buffer_slot *)item)->buf);
}

/* Buffers live as long as their slot, except those of giants. */
START_TEST(slots_keep_what_they_own)
{
    struct buffers run = {.left = (unsigned)most()};
    const struct batch batch = {
        .jobs = 2,
        .slot_size = sizeof(struct buffer_slot),
        .context = &run,
        .next = next_buffer,
        .work = fill_buffer,
        .deliver = see_buffer,
        .drop = drop_buffer,
    };
    int number;

    ck_assert_int_eq(batch_run(&batch, &number), BATCH_DONE);
    ck_assert_uint_ge(run.made, 2 * BATCH_WINDOW);
    ck_assert_uint_le(run.made, 2 * BATCH_WINDOW + most() / 1000);
}

END_TEST

START_TEST(jobs_are_cores)
{
    ck_assert_uint_ge(batch_jobs(0), 1);
    ck_assert_uint_eq(batch_jobs(1), 1);
    ck_assert_uint_eq(batch_jobs(7), 7);
    ck_assert_uint_eq(batch_jobs(1000000), BATCH_JOBS_MAX);
}

END_TEST

/* ---- progress -------------------------------------------------------------------- */

START_TEST(line_says_what_is_known)
{
    static const struct {
        struct cli_progress progress;
        double seconds, fraction;
        const char *line;
    } cases[] = {
        {{.done = 1500}, 2, -1, "1500 done, 750/s"},
        {{.done = 1500}, 2, 0, "1500 done, 750/s"},
        {{.done = 1500, .failed = 3},
         10,
         0.25,
         "1500 done, 3 failed, 150/s, about 25 %, 0:30 left"},
        {{.done = 1}, 100, 0.02, "1 done, 0/s, about 2 %, 1:21:40 left"},
        {{.done = 9}, 3, 1, "9 done, 3/s, about 100 %, 0:00 left"},
        {{.done = 9}, 3, 1e-9, "9 done, 3/s"},
    };

    for (size_t i = 0; i < VX_COUNT(cases); i++) {
        struct vx_buf line VX_AUTO(vx_buf_done) = VX_BUF(1000);

        cli_progress_line(&cases[i].progress, cases[i].seconds, cases[i].fraction,
                          &line);
        ck_assert_slice_eq(vx_buf_text(&line), vx_str_c(cases[i].line));
    }
}

END_TEST

START_TEST(bytes_say_when_they_are_there)
{
    static const struct {
        uint64_t bytes, all, seen;
        double seconds;
        const char *line;
    } cases[] = {
        {0, 0, 0, 0, "0.0 of 0.0 MiB"},
        {1 << 20, 4 << 20, 0, 2, "1.0 of 4.0 MiB, 25 %"},
        {3 << 20, 4 << 20, 1 << 20, 2, "3.0 of 4.0 MiB, 75 %, 0.5 MiB/s, 0:02 left"},
        {5 << 20, 4 << 20, 1 << 20, 2, "5.0 of 4.0 MiB, 125 %"},
    };

    for (size_t i = 0; i < VX_COUNT(cases); i++) {
        struct vx_buf line VX_AUTO(vx_buf_done) = VX_BUF(1000);

        cli_progress_bytes_line(cases[i].bytes, cases[i].all, cases[i].seen,
                                cases[i].seconds, &line);
        ck_assert_slice_eq(vx_buf_text(&line), vx_str_c(cases[i].line));
    }
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("batch");
    TCase *pool = tcase_create("pool"), *slots = tcase_create("slots"),
          *progress = tcase_create("progress");

    tcase_add_loop_test(pool, all_come_in_order, 0, VX_COUNT(jobs));
    tcase_add_loop_test(pool, the_receiver_can_stop, 0, VX_COUNT(jobs));
    tcase_add_loop_test(pool, a_signal_ends_the_run, 0, VX_COUNT(jobs));
    tcase_add_loop_test(pool, a_signal_begins_nothing, 0, VX_COUNT(jobs));
    tcase_add_test(pool, sleepers_are_woken);
    tcase_add_test(pool, an_ignored_signal_stays_ignored);
    tcase_add_test(pool, one_item_is_not_protected);
    tcase_add_test(slots, slots_keep_what_they_own);
    tcase_add_test(slots, jobs_are_cores);
    tcase_add_test(progress, line_says_what_is_known);
    tcase_add_test(progress, bytes_say_when_they_are_there);
    suite_add_tcase(s, pool);
    suite_add_tcase(s, slots);
    suite_add_tcase(s, progress);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
