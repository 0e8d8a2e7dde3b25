/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Rules 7xx over many machines: what each must have for itself becomes a number, and
 * numbers that two machines have are told when the machines are read again.  So an
 * inventory of any size costs some bytes a machine, and no text of any but its path. */
#include "lint/device.h"
#include "lint/findings.h"
#include "lint/suppress.h"
#include "map/convert.h"

#include <stdlib.h>

#include "base/hash.h"

#include "base/banned.h"

/* Of one machine. */
struct fact {
    uint32_t high, low; /* of its hash: three words, so that the array has no holes */
    uint32_t machine;
};

struct vmx_inventory {
    const struct vmx_linter *linter;
    struct fact *facts;
    size_t count, room;
    char *paths; /* one behind the other, with their NULs */
    size_t path_bytes, path_byte_room;
    uint32_t *path_at; /* by machine: where in `paths` */
    size_t machines, path_room;
    uint32_t *concerned; /* machines; NULL until somebody asks */
    size_t concerned_count;
};

/* ---- what a machine must have for itself ----------------------------------------- */

struct collector {
    struct vx_lint *lint;
    struct vx_str folder; /* of the VMX, with its slash */
    void (*found)(struct collector *collector, const struct vx_rule *rule,
                  struct vx_line *line, uint64_t hash);
    struct vmx_inventory *inventory;
    bool failed;
    struct vx_str path; /* of the VMX */
};

static uint64_t
hash_start(const struct vx_rule *rule)
{
    return vx_hash_byte(vx_hash_byte(VX_HASH_START, (unsigned char)(rule->code >> 8)),
                        (unsigned char)rule->code);
}

/* Letters and digits alone, so that an id counts however it is grouped. */
static uint64_t
hash_id(uint64_t hash, struct vx_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = vx_lower((unsigned char)text.s[i]);

        if (vx_is_alpha(c) || vx_is_digit(c))
            hash = vx_hash_byte(hash, c);
    }
    return hash;
}

/* "a//b" and "a/./b" are "a/b"; ".." stays, since a link may be behind it. */
static uint64_t
hash_path(uint64_t hash, struct vx_str folder, struct vx_str name)
{
    bool absolute = name.n && (name.s[0] == '/' || name.s[0] == '[');

    if (!absolute)
        hash = vx_hash_text(hash, folder);
    while (name.n) {
        ptrdiff_t slash = vx_str_find(name, '/');
        struct vx_str part = vx_str_of(name.s, slash < 0 ? name.n : (size_t)slash);

        if (part.n && !vx_str_eq(part, VX_STR(".")))
            hash = vx_hash_byte(vx_hash_text(hash, part), '/');
        name = slash < 0 ? VX_STR("") : vx_str_skip(name, (size_t)slash + 1);
    }
    return hash;
}

/* An id that is all zeros is none. */
static bool
says_something(struct vx_str id)
{
    for (size_t i = 0; i < id.n; i++)
        if (vx_is_alpha((unsigned char)id.s[i])
            || (vx_is_digit((unsigned char)id.s[i]) && id.s[i] != '0'))
            return true;
    return false;
}

static void
collect_key(struct collector *collector, enum vx_code code, enum vx_machine_prop prop)
{
    const struct vx_rule *rule = vx_rule_of(code);
    struct vx_line *line = vx_lint_key(collector->lint, prop);
    struct vx_str value = vx_lint_value(collector->lint, line);

    if (line && vx_lint_wants(collector->lint, rule) && says_something(value))
        collector->found(collector, rule, line, hash_id(hash_start(rule), value));
}

static void
collect_name(struct collector *collector)
{
    const struct vx_rule *rule = vx_rule_of(VX_SAME_NAME);
    struct vx_line *line = vx_lint_key(collector->lint, VX_M_displayName);
    struct vx_str value = vx_lint_value(collector->lint, line);

    if (value.n && vx_lint_wants(collector->lint, rule))
        collector->found(collector, rule, line, vx_hash_text(hash_start(rule), value));
}

static void
collect_nics(struct collector *collector)
{
    struct vx_lint *lint = collector->lint;
    const struct vx_rule *rule = vx_rule_of(VX_SAME_MAC);
    struct vx_instance *nic = NULL;

    while (vx_lint_wants(collector->lint, rule)
           && (nic = vx_lint_device(lint, VX_KIND_NIC, nic)) != NULL) {
        struct vx_line *fixed = vx_lint_line(lint, nic->slot[VX_NIC_address]);
        struct vx_line *line =
            fixed ? fixed : vx_lint_line(lint, nic->slot[VX_NIC_generatedAddress]);
        struct vx_str mac = vx_lint_value(lint, line);

        if (says_something(mac))
            collector->found(collector, rule, line, hash_id(hash_start(rule), mac));
    }
}

static void
collect_vnc(struct collector *collector)
{
    struct vx_lint *lint = collector->lint;

    if (vx_lint_bool(lint, vx_lint_key(lint, VX_M_RemoteDisplay_vnc_enabled), false))
        collect_key(collector, VX_SAME_VNC_PORT, VX_M_RemoteDisplay_vnc_port);
}

static void
collect_disks(struct collector *collector)
{
    struct vx_lint *lint = collector->lint;
    const struct vx_rule *rule = vx_rule_of(VX_SAME_DISK);
    struct vx_instance *disk = NULL;

    while (vx_lint_wants(collector->lint, rule)
           && (disk = vx_lint_device(lint, VX_KIND_DISK, disk)) != NULL) {
        struct vx_line *line = vx_lint_line(lint, disk->slot[VX_DISK_fileName]);
        struct vx_str name = vx_lint_value(lint, line);

        if (vx_lint_is_vmdk(lint, disk))
            collector->found(collector, rule, line,
                             hash_path(hash_start(rule), collector->folder, name));
    }
}

static void
collect_nvram(struct collector *collector)
{
    struct vx_lint *lint = collector->lint;
    const struct vx_rule *rule = vx_rule_of(VX_SAME_NVRAM);
    struct vx_line *line = vx_lint_key(lint, VX_M_nvram);
    struct vx_str name = vx_lint_value(lint, line);

    if (name.n && vx_lint_wants(collector->lint, rule))
        collector->found(collector, rule, line,
                         hash_path(hash_start(rule), collector->folder, name));
}

static void
collect(struct collector *collector)
{
    struct vx_str path = collector->path;

    while (path.n && path.s[path.n - 1] != '/')
        path.n--;
    collector->folder = path;
    collect_key(collector, VX_SAME_BIOS_UUID, VX_M_uuid_bios);
    collect_key(collector, VX_SAME_INSTANCE_UUID, VX_M_vc_uuid);
    collect_name(collector);
    collect_nics(collector);
    collect_vnc(collector);
    collect_disks(collector);
    collect_nvram(collector);
}

/* The devices of `doc`, without looking for anything else. */
static enum vmx_status
begin(struct vx_lint *lint)
{
    struct vx_slots *slots = vx_arena_zero(lint->arena, sizeof(*slots));
    enum vmx_status status;

    if (slots == NULL)
        return VMX_ERR_NOMEM;
    status = vx_slots_fill(slots, lint->doc, lint->arena);
    if (status == VMX_OK)
        vx_lint_take_slots(lint, slots);
    return status;
}

/* ---- the index ------------------------------------------------------------------- */

struct vmx_inventory *
vmx_inventory_new(const struct vmx_linter *linter)
{
    struct vmx_inventory *inventory = calloc(1, sizeof(*inventory));

    if (inventory == NULL)
        return NULL;
    inventory->linter = linter;
    return inventory;
}

void
vmx_inventory_free(struct vmx_inventory *inventory)
{
    if (inventory == NULL)
        return;
    free(inventory->paths);
    free(inventory->facts);
    free(inventory->path_at);
    free(inventory->concerned);
    free(inventory);
}

/* Room for `more` of `size` bytes; by a sixteenth, since it is to be small. */
static bool
grow(void **array, size_t count, size_t more, size_t *room, size_t size)
{
    size_t wanted = *room + *room / 16 + 64 + more;
    void *bigger;

    if (*room - count >= more)
        return true;
    if (wanted > UINT32_MAX)
        return false;
    bigger = realloc(*array, wanted * size);
    if (bigger == NULL)
        return false;
    *array = bigger;
    *room = wanted;
    return true;
}

static void
keep(struct collector *collector, const struct vx_rule *rule, struct vx_line *line,
     uint64_t hash)
{
    struct vmx_inventory *inventory = collector->inventory;
    void *facts = inventory->facts;

    (void)rule;
    (void)line;
    if (!grow(&facts, inventory->count, 1, &inventory->room, sizeof(struct fact))) {
        collector->failed = true;
        return;
    }
    inventory->facts = facts;
    inventory->facts[inventory->count++] = (struct fact){
        (uint32_t)(hash >> 32), (uint32_t)hash, (uint32_t)inventory->machines};
}

static bool
keep_path(struct vmx_inventory *inventory, struct vx_str path)
{
    void *at = inventory->path_at, *bytes = inventory->paths;
    bool grown =
        grow(&at, inventory->machines, 1, &inventory->path_room, sizeof(uint32_t));

    inventory->path_at = at;
    grown = grown
            && grow(&bytes, inventory->path_bytes, path.n + 1,
                    &inventory->path_byte_room, 1);
    inventory->paths = bytes;
    if (!grown)
        return false;
    inventory->path_at[inventory->machines] = (uint32_t)inventory->path_bytes;
    memcpy(inventory->paths + inventory->path_bytes, path.s, path.n + 1);
    inventory->path_bytes += path.n + 1;
    return true;
}

enum vmx_status
vmx_inventory_add(struct vmx_inventory *inventory, struct vmx_doc *doc,
                  const char *path)
{
    struct vx_arena arena;
    struct vx_lint lint = {.doc = doc, .arena = &arena};
    struct collector collector = {
        .lint = &lint, .found = keep, .inventory = inventory, .path = vx_str_c(path)};
    enum vmx_status status;

    if (inventory == NULL || doc == NULL || path == NULL || inventory->concerned)
        return VMX_ERR_MISUSE;
    lint.linter = inventory->linter;
    vx_arena_init(&arena, SIZE_MAX);
    status = begin(&lint);
    if (status == VMX_OK) {
        collect(&collector);
        if (collector.failed || !keep_path(inventory, collector.path))
            status = VMX_ERR_NOMEM;
    }
    vx_arena_done(&arena);
    if (status == VMX_OK)
        inventory->machines++;
    return status;
}

/* ---- what two have --------------------------------------------------------------- */

static int
compare_facts(const struct fact *a, const struct fact *b)
{
    if (a->high != b->high)
        return a->high < b->high ? -1 : 1;
    if (a->low != b->low)
        return a->low < b->low ? -1 : 1;
    return a->machine < b->machine ? -1 : a->machine > b->machine;
}

static bool
bit_of(const struct fact *fact, unsigned bit)
{
    uint32_t word = bit < 32 ? fact->high : bit < 64 ? fact->low : fact->machine;

    return word >> (31 - bit % 32) & 1;
}

enum {
    FACT_BITS = 96,
    FEW = 16, /* to be sorted one by one */
};

static void
sort_few(struct fact *facts, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct fact moved = facts[i];
        size_t at = i;

        for (; at && compare_facts(&moved, &facts[at - 1]) < 0; at--)
            facts[at] = facts[at - 1];
        facts[at] = moved;
    }
}

/* By one bit after the other, in place: qsort() would take as much memory again. */
static void
sort_facts(struct fact *facts, size_t count, unsigned bit)
{
    while (count > FEW && bit < FACT_BITS) {
        size_t ones = count, at = 0;

        while (at < ones)
            if (bit_of(&facts[at], bit)) {
                struct fact moved = facts[--ones];

                facts[ones] = facts[at];
                facts[at] = moved;
            } else {
                at++;
            }
        bit++;
        sort_facts(facts, ones, bit);
        facts += ones;
        count -= ones;
    }
    sort_few(facts, count);
}

static bool
same_hash(const struct fact *a, const struct fact *b)
{
    return a->high == b->high && a->low == b->low;
}

/* Marks the machines of each group of equal facts that are of more than one. */
static void
mark_groups(const struct vmx_inventory *inventory, uint8_t *marked)
{
    const struct fact *facts = inventory->facts;
    size_t end;

    for (size_t from = 0; from < inventory->count; from = end) {
        end = from + 1;
        while (end < inventory->count && same_hash(&facts[from], &facts[end]))
            end++;
        if (facts[from].machine != facts[end - 1].machine)
            for (size_t i = from; i < end; i++)
                marked[facts[i].machine] = 1;
    }
}

static bool
find_concerned(struct vmx_inventory *inventory)
{
    uint8_t *marked = calloc(inventory->machines + 1, 1);
    size_t count = 0;

    if (marked == NULL)
        return false;
    sort_facts(inventory->facts, inventory->count, 0);
    mark_groups(inventory, marked);
    for (size_t i = 0; i < inventory->machines; i++)
        count += marked[i];
    inventory->concerned = calloc(count + 1, sizeof(uint32_t));
    for (size_t i = 0; inventory->concerned && i < inventory->machines; i++)
        if (marked[i])
            inventory->concerned[inventory->concerned_count++] = (uint32_t)i;
    free(marked);
    return inventory->concerned != NULL;
}

static const char *
path_of(const struct vmx_inventory *inventory, uint32_t machine)
{
    return inventory->paths + inventory->path_at[machine];
}

const char *
vmx_inventory_concerned(struct vmx_inventory *inventory, size_t index)
{
    if (inventory->concerned == NULL && !find_concerned(inventory))
        return NULL;
    return index < inventory->concerned_count
               ? path_of(inventory, inventory->concerned[index])
               : NULL;
}

/* The first fact with this hash. */
static size_t
first_fact(const struct vmx_inventory *inventory, uint64_t hash)
{
    struct fact wanted = {(uint32_t)(hash >> 32), (uint32_t)hash, 0};
    size_t from = 0, to = inventory->count;

    while (from < to) {
        size_t middle = (from + to) / 2;

        if (compare_facts(&inventory->facts[middle], &wanted) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* A disk that is meant to be shared. */
static bool
is_meant(struct vx_lint *lint, const struct vx_line *line)
{
    const struct vx_instance *disk =
        vx_slots_find(lint->slots, VX_KIND_DISK, vx_key_entries[line->entry].sub,
                      line->index, line->unit);
    const struct vx_instance *controller =
        vx_slots_find(lint->slots, VX_KIND_CONTROLLER, vx_key_entries[line->entry].sub,
                      line->index, 0);
    struct vx_line *sharing =
        disk ? vx_lint_line(lint, disk->slot[VX_DISK_sharing]) : NULL;
    struct vx_line *bus =
        controller ? vx_lint_line(lint, controller->slot[VX_CTRL_sharedBus]) : NULL;

    return (sharing && vx_lint_is(lint, sharing, "multi-writer"))
           || (bus && !vx_lint_is(lint, bus, "none"));
}

static void
tell_shared(struct collector *collector, const struct vx_rule *rule,
            struct vx_line *line, uint64_t hash)
{
    const struct vmx_inventory *inventory = collector->inventory;
    struct fact wanted = {(uint32_t)(hash >> 32), (uint32_t)hash, 0};
    const char *other = NULL;
    uint32_t last = UINT32_MAX;
    size_t others = 0;

    if (rule->code == VX_SAME_DISK && is_meant(collector->lint, line))
        return;
    for (size_t i = first_fact(inventory, hash);
         i < inventory->count && same_hash(&inventory->facts[i], &wanted); i++) {
        const char *path = path_of(inventory, inventory->facts[i].machine);

        if (inventory->facts[i].machine == last
            || vx_str_eq(vx_str_c(path), collector->path))
            continue;
        last = inventory->facts[i].machine;
        if (others++ == 0)
            other = path;
    }
    if (others == 1)
        vx_lint_tell(collector->lint, rule, line, VX_PART_VALUE,
                     "%.*s: %.*s has the same", VX_ARG(vx_line_key(line)), 200, other);
    else if (others)
        vx_lint_tell(collector->lint, rule, line, VX_PART_VALUE,
                     "%.*s: %.*s and %zu more have the same", VX_ARG(vx_line_key(line)),
                     200, other, others - 1);
}

enum vmx_status
vmx_inventory_lint(struct vmx_inventory *inventory, size_t index, struct vmx_doc *doc,
                   struct vmx_findings **ret)
{
    struct vmx_findings *findings VX_AUTO(vx_findings_drop) = vx_findings_new();
    struct vx_lint lint = {.doc = doc, .findings = findings, .inventory = true};
    struct collector collector = {
        .lint = &lint, .found = tell_shared, .inventory = inventory};
    const char *path = inventory ? vmx_inventory_concerned(inventory, index) : NULL;
    enum vmx_status status;

    if (path == NULL || doc == NULL || ret == NULL)
        return VMX_ERR_MISUSE;
    if (findings == NULL)
        return VMX_ERR_NOMEM;
    lint.linter = inventory->linter;
    lint.arena = &findings->arena;
    collector.path = vx_str_c(path);
    status = begin(&lint);
    if (status == VMX_OK) {
        collect(&collector);
        status = vx_suppress(&lint);
    }
    if (status == VMX_OK)
        status = vx_findings_finish(findings);
    if (status != VMX_OK)
        return status;
    *ret = findings;
    findings = NULL;
    return VMX_OK;
}
