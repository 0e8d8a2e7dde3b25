/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Items are numbered as they come, and their slots are a ring.  Three numbers go up:
 *
 *     delivered <= claimed <= filled <= delivered + window
 *
 * The calling thread fills and delivers, and works like the others in between: so one
 * job needs no thread, and two need one.  A thread takes a few items under the lock and
 * gives them back under the lock: as many as take half a millisecond, so that neither
 * the lock nor the wait for the last thread is felt. */
#include "batch.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/banned.h"

enum {
    CHUNK_MAX = 16,
    CHUNK_MAX_CALLER = 4, /* it has to fill and deliver, too */
    CHUNK_NS = 500000,
    LUMP = 16, /* items that are announced at once */
    CACHE_LINE = 64,
};

struct chunk {
    uint64_t first, count;
    uint64_t wanted, most; /* how many to take the next time */
};

struct pool {
    const struct batch *batch;
    unsigned char *slots;
    bool *done; /* by slot: given back, and not yet delivered */
    size_t stride, window;

    uint64_t delivered; /* of the calling thread, as is: */
    bool ended;         /* nothing will be filled any more */

    pthread_mutex_t lock; /* for all that follows, and for `done` */
    pthread_cond_t work;  /* there are items to claim, or it is the end */
    pthread_cond_t given; /* items were given back */
    uint64_t filled, claimed;
    bool closed; /* nothing will be claimed any more */
    bool caller_waits;
    unsigned idle;

    struct worker {
        struct pool *pool;
        pthread_t thread;
        unsigned number;
    } workers[BATCH_JOBS_MAX]; /* but the first, which is the calling thread */

    unsigned started;
};

/* ---- signals --------------------------------------------------------------------- */

/* The one thing that a signal can reach. */
static atomic_int caught;

struct held_signals {
    struct sigaction old[2];
    bool held;
};

static const int held_numbers[] = {SIGINT, SIGTERM};

static void
catch_signal(int number)
{
    atomic_store(&caught, number);
}

int
batch_signal(void)
{
    return atomic_load(&caught);
}

/* What the user has made the program ignore stays so.  No SA_RESTART: who waits for
 * input shall hear of it. */
static void
hold_signals(struct held_signals *held, bool patient)
{
    struct sigaction catching = {.sa_handler = catch_signal,
                                 .sa_flags = patient ? 0 : (int)SA_RESETHAND};

    if (held->held)
        return;
    held->held = true;
    sigemptyset(&catching.sa_mask);
    for (size_t i = 0; i < VX_COUNT(held_numbers); i++) {
        sigaction(held_numbers[i], NULL, &held->old[i]);
        if (held->old[i].sa_handler != SIG_IGN)
            sigaction(held_numbers[i], &catching, NULL);
    }
}

static void
release_signals(struct held_signals *held)
{
    if (held->held)
        for (size_t i = 0; i < VX_COUNT(held_numbers); i++)
            sigaction(held_numbers[i], &held->old[i], NULL);
    held->held = false;
}

/* ---- chunks ---------------------------------------------------------------------- */

static void *
slot_of(const struct pool *pool, uint64_t number)
{
    return pool->slots + number % pool->window * pool->stride;
}

/* Under the lock, as all that is named so. */
static void
locked_give(struct pool *pool, struct chunk *chunk)
{
    for (; chunk->count; chunk->first++, chunk->count--)
        pool->done[chunk->first % pool->window] = true;
    if (pool->caller_waits)
        pthread_cond_signal(&pool->given);
}

static bool
locked_take(struct pool *pool, struct chunk *chunk)
{
    uint64_t left = pool->filled - pool->claimed;

    if (pool->closed || left == 0 || batch_signal())
        return false;
    chunk->first = pool->claimed;
    chunk->count = left < chunk->wanted ? left : chunk->wanted;
    pool->claimed += chunk->count;
    return true;
}

static int64_t
nanoseconds(void)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void
work_chunk(const struct pool *pool, unsigned worker, struct chunk *chunk)
{
    const struct batch *batch = pool->batch;
    int64_t begin = nanoseconds(), spent;

    for (uint64_t i = 0; i < chunk->count; i++)
        batch->work(batch->context, slot_of(pool, chunk->first + i), worker);
    spent = nanoseconds() - begin;
    if (spent > CHUNK_NS)
        chunk->wanted = (chunk->wanted + 1) / 2;
    else if (spent < CHUNK_NS / 2 && chunk->wanted < chunk->most)
        chunk->wanted *= 2;
}

static void *
run_worker(void *arg)
{
    const struct worker *worker = arg;
    struct pool *pool = worker->pool;
    struct chunk chunk = {.wanted = 1, .most = CHUNK_MAX};

    pthread_mutex_lock(&pool->lock);
    for (;;) {
        locked_give(pool, &chunk);
        if (locked_take(pool, &chunk)) {
            pthread_mutex_unlock(&pool->lock);
            work_chunk(pool, worker->number, &chunk);
            pthread_mutex_lock(&pool->lock);
        } else if (pool->closed) {
            break;
        } else {
            pool->idle++;
            pthread_cond_wait(&pool->work, &pool->lock);
            pool->idle--;
        }
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* ---- the calling thread ---------------------------------------------------------- */

/* Signals are for the calling thread, which may wait for input.  Where the system gives
 * no more threads, there are fewer. */
static void
start_workers(struct pool *pool, unsigned jobs)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (pool->started = 1; pool->started < jobs; pool->started++) {
        struct worker *worker = &pool->workers[pool->started];

        worker->pool = pool;
        worker->number = pool->started;
        if (pthread_create(&worker->thread, NULL, run_worker, worker) != 0)
            break;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void
end_workers(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->closed = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    while (pool->started > 1)
        pthread_join(pool->workers[--pool->started].thread, NULL);
}

/* A single item is worth no thread. */
static void
announce(struct pool *pool, uint64_t count)
{
    const unsigned jobs = pool->batch->jobs;

    if (count == 0)
        return;
    pthread_mutex_lock(&pool->lock);
    pool->filled += count;
    if (pool->idle)
        pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    if (pool->started == 0 && pool->filled > 1)
        start_workers(pool, pool->ended && pool->filled < jobs ? (unsigned)pool->filled
                                                               : jobs);
}

/* Nobody else writes `filled`, so that it is read without the lock. */
static void
fill(struct pool *pool, struct held_signals *held)
{
    const struct batch *batch = pool->batch;
    uint64_t number = pool->filled, end = pool->delivered + pool->window;

    while (!pool->ended && number < end) {
        if (number)
            hold_signals(held, batch->patient);
        pool->ended =
            batch_signal() || !batch->next(batch->context, slot_of(pool, number));
        if (!pool->ended)
            number++;
        else if (number == 1)
            release_signals(held); /* there is no second one */
        if (pool->ended || number == end || number - pool->filled == LUMP)
            announce(pool, number - pool->filled);
    }
}

static bool
take(struct pool *pool, struct chunk *chunk)
{
    bool taken;

    pthread_mutex_lock(&pool->lock);
    taken = locked_take(pool, chunk);
    pthread_mutex_unlock(&pool->lock);
    return taken;
}

/* How many items from `delivered` on are ready.  Waits for the first of them when there
 * is nothing else to do. */
static uint64_t
give_and_wait(struct pool *pool, struct chunk *mine)
{
    uint64_t number = pool->delivered;

    pthread_mutex_lock(&pool->lock);
    locked_give(pool, mine);
    for (;;) {
        while (number < pool->claimed && pool->done[number % pool->window])
            pool->done[number++ % pool->window] = false;
        if (number > pool->delivered || number == pool->claimed
            || (pool->filled > pool->claimed && !batch_signal()))
            break;
        pool->caller_waits = true;
        pthread_cond_wait(&pool->given, &pool->lock);
        pool->caller_waits = false;
    }
    pthread_mutex_unlock(&pool->lock);
    return number - pool->delivered;
}

static enum batch_end
run(struct pool *pool, struct held_signals *held)
{
    const struct batch *batch = pool->batch;
    struct chunk mine = {.wanted = 1, .most = CHUNK_MAX_CALLER};

    for (;;) {
        bool busy;
        uint64_t count;

        fill(pool, held);
        busy = take(pool, &mine);
        if (busy)
            work_chunk(pool, 0, &mine);
        count = give_and_wait(pool, &mine);
        if (!busy && count == 0 && pool->ended)
            return batch_signal() ? BATCH_INTERRUPTED : BATCH_DONE;
        for (; count; count--, pool->delivered++)
            if (!batch->deliver(batch->context, slot_of(pool, pool->delivered)))
                return BATCH_STOPPED;
    }
}

/* ---- interface ------------------------------------------------------------------- */

unsigned
batch_jobs(unsigned asked)
{
    cpu_set_t cores;
    unsigned jobs = asked;

    CPU_ZERO(&cores);
    if (jobs == 0 && sched_getaffinity(0, sizeof(cores), &cores) == 0)
        jobs = (unsigned)CPU_COUNT(&cores);
    if (jobs == 0)
        jobs = 1;
    return jobs < BATCH_JOBS_MAX ? jobs : BATCH_JOBS_MAX;
}

static void
pool_done(struct pool *pool)
{
    const struct batch *batch = pool->batch;

    for (size_t i = 0; batch->drop && i < pool->window; i++)
        batch->drop(slot_of(pool, i));
    pthread_mutex_destroy(&pool->lock);
    pthread_cond_destroy(&pool->work);
    pthread_cond_destroy(&pool->given);
    free(pool->slots);
    free(pool->done);
    free(pool);
}

static struct pool *
pool_new(const struct batch *batch)
{
    size_t window = batch->jobs == 1 ? 1 : (size_t)batch->jobs * BATCH_WINDOW;
    size_t stride = (batch->slot_size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    struct pool *pool = calloc(1, sizeof(*pool));
    bool *done = calloc(window, sizeof(*done));
    unsigned char *slots = aligned_alloc(CACHE_LINE, window * stride);

    if (!pool || !done || !slots) {
        free(pool);
        free(done);
        free(slots);
        return NULL;
    }
    memset(slots, 0, window * stride);
    *pool = (struct pool){.batch = batch,
                          .slots = slots,
                          .done = done,
                          .stride = stride,
                          .window = window};
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->work, NULL);
    pthread_cond_init(&pool->given, NULL);
    return pool;
}

enum batch_end
batch_run(const struct batch *batch, int *ret_signal)
{
    struct held_signals held = {.held = false};
    struct pool *pool = pool_new(batch);
    enum batch_end end;

    if (!pool)
        return BATCH_NO_MEMORY;
    atomic_store(&caught, 0);
    end = run(pool, &held);
    end_workers(pool);
    release_signals(&held);
    if (end == BATCH_INTERRUPTED)
        *ret_signal = batch_signal();
    pool_done(pool);
    return end;
}
