/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 4xx: CPUs and memory, and what the host sets aside for them. */
#include "lint/device.h"

#include "base/banned.h"

/* The memory that the machine has, 0 when nothing tells. */
static int64_t
memory_of(const struct vx_lint *lint)
{
    int64_t size;

    return vx_lint_int(lint, vx_lint_key(lint, VX_M_memSize), &size) && size > 0 ? size
                                                                                 : 0;
}

static int64_t
vcpus_of(const struct vx_lint *lint)
{
    int64_t count;

    return vx_lint_int(lint, vx_lint_key(lint, VX_M_numvcpus), &count) && count > 0
               ? count
               : 1;
}

/* A limit that is one: neither -1 nor "unlimited". */
static bool
limit_of(const struct vx_lint *lint, struct vx_line *line, int64_t *ret)
{
    return vx_lint_int(lint, line, ret) && *ret >= 0;
}

/* ---- maxima ---------------------------------------------------------------------- */

/* The vendor documents the limits of these; of the others they are common knowledge. */
static bool
is_documented(unsigned hw)
{
    return hw == 4 || (hw >= 7 && hw <= 11) || (hw >= 13 && hw <= 15)
           || (hw >= 17 && hw <= 19);
}

void
vx_check_vcpus_max(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_numvcpus);
    unsigned most = lint->hardware ? lint->hardware->vcpus : 0;
    struct vx_finding *found;

    if (most == 0 || vcpus_of(lint) <= most)
        return;
    found = vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: hardware version %u has no more than %u virtual CPUs",
                         VX_KEY_ARG(line), lint->hw, most);
    if (!is_documented(lint->hw))
        vx_lint_soften(lint, found);
}

void
vx_check_memory_max(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_memSize);
    uint64_t most = lint->hardware ? lint->hardware->memory_mib : 0;
    struct vx_finding *found;

    if (most == 0 || (uint64_t)memory_of(lint) <= most)
        return;
    found = vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: hardware version %u has no more than %llu MiB",
                         VX_KEY_ARG(line), lint->hw, (unsigned long long)most);
    if (!is_documented(lint->hw))
        vx_lint_soften(lint, found);
}

void
vx_check_memory_multiple(struct vx_lint *lint, const struct vx_rule *rule)
{
    enum { GRAIN = 4 };
    struct vx_line *line = vx_lint_key(lint, VX_M_memSize);
    long long size = memory_of(lint), more = GRAIN - size % GRAIN;
    struct vx_finding *found;

    if (more == GRAIN || size > INT64_MAX - more)
        return;
    found = vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: %lld MiB are no multiple of 4; expected %lld",
                         VX_KEY_ARG(line), size, size + more);
    if (found)
        found->text = vx_arena_printf(lint->arena, "%lld", size + more);
}

/* ---- topology -------------------------------------------------------------------- */

void
vx_check_topology(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_cpuid_coresPerSocket);
    int64_t cores, vcpus = vcpus_of(lint);

    if (vx_lint_int(lint, line, &cores) && cores > 0 && vcpus % cores)
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: %lld cores per socket do not divide %lld virtual CPUs",
                     VX_KEY_ARG(line), (long long)cores, (long long)vcpus);
}

void
vx_check_smt(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_cpuid_numSMT);
    int64_t threads, cores, vcpus = vcpus_of(lint);

    if (!vx_lint_int(lint, line, &threads) || threads < 2)
        return;
    if (!vx_lint_int(lint, vx_lint_key(lint, VX_M_cpuid_coresPerSocket), &cores)
        || cores < 1)
        cores = threads;
    if (vcpus % threads || cores % threads)
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: %lld threads of a core do not divide %lld virtual CPUs, "
                     "%lld a socket",
                     VX_KEY_ARG(line), (long long)threads, (long long)vcpus,
                     (long long)cores);
}

void
vx_check_numa_width(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const enum vx_machine_prop props[] = {VX_M_numa_vcpu_maxPerVirtualNode,
                                                 VX_M_numa_vcpu_coresPerNode};

    int64_t width, vcpus = vcpus_of(lint);

    for (size_t i = 0; i < VX_COUNT(props); i++) {
        struct vx_line *line = vx_lint_key(lint, props[i]);

        if (vx_lint_int(lint, line, &width) && width > 0 && width < vcpus
            && vcpus % width)
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: nodes of %lld do not divide %lld virtual CPUs, so they "
                         "are unequal",
                         VX_KEY_ARG(line), (long long)width, (long long)vcpus);
    }
}

void
vx_check_ceiling(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, (enum vx_machine_prop)rule->arg.prop);
    struct vx_line *now = vx_lint_key(lint, (enum vx_machine_prop)rule->arg.sub);
    int64_t ceiling, size;

    if (vx_lint_int(lint, line, &ceiling) && vx_lint_int(lint, now, &size)
        && ceiling < size)
        vx_lint_tell(lint, rule, line, VX_PART_VALUE, "%.*s: %lld is below %.*s, %lld",
                     VX_KEY_ARG(line), (long long)ceiling, VX_KEY_ARG(now),
                     (long long)size);
}

void
vx_check_hotadd_numa(struct vx_lint *lint, const struct vx_rule *rule)
{
    enum { VNUMA_SINCE = 9, KEEPS_BOTH = 20 };
    struct vx_line *line = vx_lint_key(lint, VX_M_vcpu_hotadd);

    if (vx_lint_bool(lint, line, false) && vcpus_of(lint) >= VNUMA_SINCE
        && lint->hw < KEEPS_BOTH
        && !vx_lint_bool(lint, vx_lint_key(lint, VX_M_numa_allowHotadd), false))
        vx_lint_tell(lint, rule, line, VX_PART_LINE,
                     "%.*s: a guest of %lld virtual CPUs then sees no NUMA nodes",
                     VX_KEY_ARG(line), (long long)vcpus_of(lint));
}

/* ---- reservations and limits ----------------------------------------------------- */

/* Is all memory set aside, or else: how much is? */
static bool
is_reserved(const struct vx_lint *lint, int64_t *reserved)
{
    struct vx_line *min = vx_lint_key(lint, VX_M_sched_mem_min);

    *reserved = 0;
    if (min == NULL)
        min = vx_lint_key(lint, VX_M_sched_mem_minSize);
    if (vx_lint_bool(lint, vx_lint_key(lint, VX_M_sched_mem_pin), false))
        return true;
    if (!vx_lint_int(lint, min, reserved))
        *reserved = 0;
    return memory_of(lint) == 0 || *reserved >= memory_of(lint);
}

static void
tell_unreserved(struct vx_lint *lint, const struct vx_rule *rule, struct vx_line *line)
{
    int64_t reserved;

    if (!is_reserved(lint, &reserved))
        vx_lint_tell(lint, rule, line, VX_PART_LINE,
                     "%.*s: it wants all memory reserved, and %lld of %lld MiB are; "
                     "expected sched.mem.min = \"%lld\"",
                     VX_KEY_ARG(line), (long long)reserved, (long long)memory_of(lint),
                     (long long)memory_of(lint));
}

/* The key of arg.prop with the value arg.text, or TRUE for none. */
void
vx_check_wants_memory(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, (enum vx_machine_prop)rule->arg.prop);

    if (rule->arg.text ? vx_lint_is(lint, line, rule->arg.text)
                       : vx_lint_bool(lint, line, false))
        tell_unreserved(lint, rule, line);
}

void
vx_check_passthru_memory(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_instance *d = vx_lint_device(lint, VX_KIND_PASSTHRU, NULL);

    if (d)
        tell_unreserved(lint, rule, vx_lint_line(lint, d->slot[VX_PASSTHRU_present]));
}

void
vx_check_latency_cpu(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_sched_cpu_latencySensitivity);
    int64_t reserved;

    if (vx_lint_is(lint, line, "high")
        && (!vx_lint_int(lint, vx_lint_key(lint, VX_M_sched_cpu_min), &reserved)
            || reserved <= 0))
        vx_lint_tell(lint, rule, line, VX_PART_LINE,
                     "%.*s: \"high\" wants the CPUs reserved, and sched.cpu.min "
                     "reserves none",
                     VX_KEY_ARG(line));
}

void
vx_check_hotadd_pinned(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_mem_hotadd);
    struct vx_instance *d = vx_lint_device(lint, VX_KIND_PASSTHRU, NULL);
    struct vx_line *pin = d ? vx_lint_line(lint, d->slot[VX_PASSTHRU_present])
                            : vx_lint_key(lint, VX_M_sched_cpu_latencySensitivity);

    if (vx_lint_bool(lint, line, false) && (d || vx_lint_is(lint, pin, "high")))
        vx_lint_tell(lint, rule, line, VX_PART_LINE,
                     "%.*s: no memory can be added while %.*s holds it in place",
                     VX_KEY_ARG(line), VX_KEY_ARG(pin));
}

void
vx_check_memory_limit(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_sched_mem_max);
    int64_t limit;

    if (limit_of(lint, line, &limit) && limit < memory_of(lint))
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: the guest has %lld MiB and gets %lld; the host swaps the "
                     "rest",
                     VX_KEY_ARG(line), (long long)memory_of(lint), (long long)limit);
}

void
vx_check_cpu_limit(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_sched_cpu_max);
    int64_t limit;

    if (limit_of(lint, line, &limit))
        vx_lint_tell(lint, rule, line, VX_PART_LINE,
                     "%.*s: %lld %s for all virtual CPUs together, however idle the "
                     "host is",
                     VX_KEY_ARG(line), (long long)limit,
                     vx_lint_is(lint, vx_lint_key(lint, VX_M_sched_cpu_units), "pct")
                         ? "percent"
                         : "MHz");
}

void
vx_check_reserved_too_much(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_sched_mem_min);
    int64_t reserved;

    if (vx_lint_int(lint, line, &reserved) && memory_of(lint)
        && reserved > memory_of(lint))
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: %lld MiB are reserved for a guest of %lld",
                     VX_KEY_ARG(line), (long long)reserved, (long long)memory_of(lint));
}

void
vx_check_reserved_above_limit(struct vx_lint *lint, const struct vx_rule *rule)
{
    static const struct {
        enum vx_machine_prop min, max;
    } pairs[] = {
        {VX_M_sched_cpu_min, VX_M_sched_cpu_max},
        {VX_M_sched_mem_min, VX_M_sched_mem_max},
    };

    int64_t min, max;

    for (size_t i = 0; i < VX_COUNT(pairs); i++) {
        struct vx_line *line = vx_lint_key(lint, pairs[i].min);
        struct vx_line *limit = vx_lint_key(lint, pairs[i].max);

        if (vx_lint_int(lint, line, &min) && limit_of(lint, limit, &max) && min > max)
            vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                         "%.*s: %lld are reserved, and %.*s allows %lld",
                         VX_KEY_ARG(line), (long long)min, VX_KEY_ARG(limit),
                         (long long)max);
    }
}

void
vx_check_reserved_twice(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_sched_mem_min);
    struct vx_line *old = vx_lint_key(lint, VX_M_sched_mem_minSize);
    int64_t a, b;

    if (vx_lint_int(lint, line, &a) && vx_lint_int(lint, old, &b) && a != b)
        vx_lint_tell(lint, rule, line, VX_PART_VALUE,
                     "%.*s: %lld, and %.*s is %lld; both name one reservation",
                     VX_KEY_ARG(line), (long long)a, VX_KEY_ARG(old), (long long)b);
}

void
vx_check_pin_unreserved(struct vx_lint *lint, const struct vx_rule *rule)
{
    struct vx_line *line = vx_lint_key(lint, VX_M_sched_mem_pin);
    struct vx_line *min = vx_lint_key(lint, VX_M_sched_mem_min);
    int64_t reserved;

    if (vx_lint_bool(lint, line, false) && vx_lint_int(lint, min, &reserved)
        && reserved < memory_of(lint))
        vx_lint_tell(lint, rule, min, VX_PART_VALUE,
                     "%.*s: %lld of %lld MiB, though %.*s locks all of them",
                     VX_KEY_ARG(min), (long long)reserved, (long long)memory_of(lint),
                     VX_KEY_ARG(line));
}
