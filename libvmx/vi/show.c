/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Facts of machines and hosts, in the order of their views. */
#include <stdio.h>

#include "vi/property.h"

#include "base/banned.h"

struct teller {
    vmx_vi_fact *fact;
    void *data;
    struct vx_arena arena;
};

static void
tell(struct teller *teller, const char *name, struct vx_str value)
{
    if (value.s)
        value = vx_arena_dup(&teller->arena, value);
    if (value.s)
        teller->fact(teller->data, name, value.s);
}

static void
tell_number(struct teller *teller, const char *name, struct vi_number number,
            bool boolean)
{
    if (!number.set)
        return;
    if (boolean)
        tell(teller, name, number.value ? VX_STR("true") : VX_STR("false"));
    else
        tell(teller, name,
             vx_arena_printf(&teller->arena, "%lld", (long long)number.value));
}

static void
tell_view(struct teller *teller, const void *view)
{
    const struct vi_type *type = ((const struct vi_object *)view)->type;

    for (size_t i = 0; i < type->count; i++) {
        const struct vi_member *member = &type->members[i];
        const void *place = (const char *)view + member->offset;

        if (member->is == VI_IS_STRING)
            tell(teller, member->name, *(const struct vx_str *)place);
        else if (member->is == VI_IS_WORD)
            tell(teller, member->name, ((const struct vi_word *)place)->text);
        else if (member->is == VI_IS_REF)
            tell(teller, member->name, ((const struct vi_ref *)place)->value);
        else if (member->is == VI_IS_NUMBER || member->is == VI_IS_BOOLEAN)
            tell_number(teller, member->name, *(const struct vi_number *)place,
                        member->is == VI_IS_BOOLEAN);
    }
}

enum vmx_vi_status
vmx_vi_show(struct vmx_vi *vi, const struct vmx_vi_machine *machine, vmx_vi_fact *fact,
            void *data)
{
    struct teller teller = {.fact = fact, .data = data};
    struct vi_ref ref = {VX_STR("VirtualMachine"), vx_str_c(machine->ref)};
    const struct vi_MachineDetails *details;
    enum vmx_vi_status status;
    void *view;

    vx_arena_init(&teller.arena, VI_MEMORY_MAX);
    status = vi_get(vi, ref, VI_MachineDetails, &teller.arena, &view);
    if (status == VMX_VI_OK) {
        details = view;
        tell(&teller, "place", vx_str_c(machine->place));
        tell_view(&teller, details);
        if (details->runtime_question)
            tell(&teller, "question", details->runtime_question->text);
    }
    vx_arena_done(&teller.arena);
    return status;
}

static bool
tell_host(void *data, struct vi_ref ref, const void *view)
{
    struct teller *teller = data;

    tell(teller, "ref", ref.value);
    tell_view(teller, view);
    return true;
}

enum vmx_vi_status
vmx_vi_hosts(struct vmx_vi *vi, vmx_vi_fact *fact, void *data)
{
    static const struct vi_hop hops[] = {
        {"folders", "Folder", "childEntity", {"folders", "datacenters", "hosts"}},
        {"datacenters", "Datacenter", "hostFolder", {"folders"}},
        {"hosts", "ComputeResource", "host", {NULL}},
    };
    static const enum vi_id view = VI_HostDetails;
    struct vi_query query = {
        .views = &view,
        .view_count = 1,
        .hops = hops,
        .hop_count = VX_COUNT(hops),
    };
    struct teller teller = {.fact = fact, .data = data};
    enum vmx_vi_status status;

    if (vi->content == NULL)
        return vi_fail(vi, VMX_VI_ERR_MISUSE, "not logged in");
    query.from = vi->content->rootFolder;
    vx_arena_init(&teller.arena, VI_MEMORY_MAX);
    tell(&teller, "product", vi->content->about->fullName);
    tell(&teller, "api", vi->content->about->apiVersion);
    status = vi_query(vi, &query, tell_host, &teller);
    vx_arena_done(&teller.arena);
    return status;
}
