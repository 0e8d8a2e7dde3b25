/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be done to machines. */
#include <libxml/xmlsave.h>
#include <stdlib.h>

#include "call.h"
#include "count.h"
#include "inventory.h"
#include "vmx.h"

static struct machine *
machine_of(struct call *call)
{
    if (call->self->machine == NULL)
        call_fail(call, "InvalidArgument", "%s is no machine.", call->self->ref);
    return call->self->machine;
}

static const char *
state_of(const struct machine *machine)
{
    return prop_text(machine->object, "runtime.powerState");
}

static void
put_task(struct call *call, const struct task *task)
{
    put_ref(&call->out, "returnval", task->object);
}

/* ---- power ----------------------------------------------------------------------- */

static const char *
do_on(struct world *world, struct task *task)
{
    if (strcmp(state_of(task->machine), "poweredOn") == 0)
        return "InvalidPowerState";
    machine_power(world, task->machine, "poweredOn");
    return NULL;
}

static const char *
do_off(struct world *world, struct task *task)
{
    machine_power(world, task->machine, "poweredOff");
    return NULL;
}

static const char *
do_suspend(struct world *world, struct task *task)
{
    machine_power(world, task->machine, "suspended");
    return NULL;
}

static const char *
do_reset(struct world *world, struct task *task)
{
    (void)world;
    return strcmp(state_of(task->machine), "poweredOn") == 0 ? NULL
                                                             : "InvalidPowerState";
}

/* From which state it goes: the first letters of it. */
static void
power(struct call *call, const char *from,
      const char *(*work)(struct world *, struct task *))
{
    struct machine *machine = machine_of(call);
    const char *state = machine ? state_of(machine) : "";

    if (machine == NULL)
        return;
    if (strstr(from, state) == NULL)
        call_fail(call, "InvalidPowerState",
                  "The attempted operation cannot be performed in the current state "
                  "(%s).",
                  state);
    else
        put_task(call, task_start(call->world, machine, call->method, work));
}

static void
power_on(struct call *call)
{
    power(call, "poweredOff suspended", do_on);
}

static void
power_off(struct call *call)
{
    power(call, "poweredOn suspended", do_off);
}

static void
suspend(struct call *call)
{
    power(call, "poweredOn", do_suspend);
}

static void
reset(struct call *call)
{
    power(call, "poweredOn", do_reset);
}

/* Guests take their time: the call ends at once. */
static void
guest(struct call *call, const char *(*work)(struct world *, struct task *))
{
    struct machine *machine = machine_of(call);

    if (machine == NULL)
        return;
    if (strcmp(state_of(machine), "poweredOn") != 0)
        call_fail(call, "InvalidPowerState", "The machine is not on.");
    else
        task_start(call->world, machine, call->method, work);
}

static void
shutdown_guest(struct call *call)
{
    guest(call, do_off);
}

static void
reboot_guest(struct call *call)
{
    guest(call, do_reset);
}

/* ---- questions and tasks --------------------------------------------------------- */

static void
answer(struct call *call)
{
    struct machine *machine = machine_of(call);
    const char *fault;

    if (machine == NULL)
        return;
    fault = question_answer(call->world, machine, arg(call, "questionId"),
                            arg(call, "answerChoice"));
    count_up(call->world, fault ? "answers-refused" : "answers");
    if (fault)
        call_fail(call, fault, "A specified parameter was not correct: questionId");
}

static void
cancel(struct call *call)
{
    const char *fault = call->self->task ? task_cancel(call->world, call->self->task)
                                         : "InvalidArgument";

    if (fault)
        call_fail(call, fault, "The task cannot be cancelled.");
}

/* ---- configurations -------------------------------------------------------------- */

static void
write_back(struct world *world, struct machine *machine, struct vmx_doc *doc)
{
    struct file *file = store_find(world, machine->vmx);
    char *text = NULL;
    size_t size = 0;

    if (file && vmx_doc_emit(doc, &text, &size) == VMX_OK)
        store_put(world, file->datastore, file->path, text, size);
    free(text);
    machine_read(world, machine);
}

/* What of a ConfigSpec is one key of a VMX. */
static const struct {
    const char *member, *key;
} members[] = {
    {"name", "displayName"},
    {"annotation", "annotation"},
    {"numCPUs", "numvcpus"},
    {"numCoresPerSocket", "cpuid.coresPerSocket"},
    {"memoryMB", "memSize"},
    {"memoryHotAddEnabled", "mem.hotadd"},
    {"cpuHotAddEnabled", "vcpu.hotadd"},
};

static const char *
vmx_value(const char *text)
{
    if (strcmp(text, "true") == 0)
        return "TRUE";
    return strcmp(text, "false") == 0 ? "FALSE" : text;
}

/* extraConfig: a key without a value leaves. */
static void
apply_extra(struct vmx_doc *doc, const xmlNode *spec)
{
    for (const xmlNode *at = node_child(spec, "extraConfig"); at; at = node_next(at)) {
        const char *key = node_text(node_child(at, "key"));
        const char *value = node_text(node_child(at, "value"));

        if (*value)
            vmx_doc_set(doc, key, value);
        else
            vmx_doc_remove(doc, key);
    }
}

static void
apply(struct vmx_doc *doc, const xmlNode *spec)
{
    for (size_t i = 0; i < VX_COUNT(members); i++) {
        const xmlNode *member = node_child(spec, members[i].member);

        if (member)
            vmx_doc_set(doc, members[i].key, vmx_value(node_text(member)));
    }
    apply_extra(doc, spec);
}

static const char *
do_reconfigure(struct world *world, struct task *task)
{
    struct machine *machine = task->machine;
    const struct file *file = store_find(world, machine->vmx);
    xmlDoc *spec = xmlReadMemory(task->args[0], (int)strlen(task->args[0]), NULL, NULL,
                                 XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    struct vmx_doc *doc = NULL;
    const char *fault = "InvalidVmConfig";

    if (file && spec && vmx_doc_parse(file->data, file->size, NULL, &doc) == VMX_OK) {
        apply(doc, xmlDocGetRootElement(spec));
        write_back(world, machine, doc);
        fault = NULL;
    }
    vmx_doc_free(doc);
    xmlFreeDoc(spec);
    return fault;
}

/* An element as a document of its own, with the namespaces it needs. */
static char *
xml_of(const xmlNode *node)
{
    xmlDoc *doc = must(xmlNewDoc((const xmlChar *)"1.0"));
    xmlChar *text = NULL;
    char *copy;
    int size = 0;

    xmlDocSetRootElement(doc, must(xmlDocCopyNode((xmlNode *)(uintptr_t)node, doc, 1)));
    xmlReconciliateNs(doc, xmlDocGetRootElement(doc));
    xmlDocDumpMemory(doc, &text, &size);
    copy = text_of("%s", (const char *)must(text));
    xmlFree(text);
    xmlFreeDoc(doc);
    return copy;
}

static void
reconfigure(struct call *call)
{
    struct machine *machine = machine_of(call);
    const xmlNode *spec = node_child(call->node, "spec");
    struct task *task;

    if (machine == NULL)
        return;
    if (spec == NULL) {
        call_fail(call, "InvalidArgument", "There is no spec.");
        return;
    }
    free(machine->spec);
    machine->spec = xml_of(spec);
    task = task_start(call->world, machine, call->method, do_reconfigure);
    task->args[0] = text_of("%s", machine->spec);
    put_task(call, task);
}

static void
reload(struct call *call)
{
    struct machine *machine = machine_of(call);

    if (machine && !machine_read(call->world, machine))
        call_fail(call, "InvalidVmConfig", "The configuration cannot be read.");
}

/* ---- coming and leaving ---------------------------------------------------------- */

static bool
is_registered(const struct world *world, const char *vmx)
{
    for (const struct machine *at = world->machines; at; at = at->next)
        if (!at->object->gone && strcmp(at->vmx, vmx) == 0)
            return true;
    return false;
}

static const char *
do_register(struct world *world, struct task *task)
{
    struct object *folder = object_get(world, task->args[1]);
    struct machine *machine;

    if (is_registered(world, task->args[0]))
        return "AlreadyExists";
    if (folder == NULL || store_find(world, task->args[0]) == NULL)
        return "NotFound";
    machine = machine_new(world, task->args[0], folder, task->args[2]);
    if (machine == NULL)
        return "InvalidVmConfig";
    task->result = text_of("<result xsi:type=\"ManagedObjectReference\" "
                           "type=\"VirtualMachine\">%s</result>",
                           machine->object->ref);
    return NULL;
}

static void
register_machine(struct call *call)
{
    struct task *task;

    if (strcmp(call->self->type, "Folder") != 0) {
        call_fail(call, "InvalidArgument", "%s is no folder.", call->self->ref);
        return;
    }
    task = task_start(call->world, NULL, call->method, do_register);
    task->args[0] = text_of("%s", arg(call, "path"));
    task->args[1] = text_of("%s", call->self->ref);
    task->args[2] =
        node_child(call->node, "name") ? text_of("%s", arg(call, "name")) : NULL;
    put_task(call, task);
}

static void
unregister(struct call *call)
{
    struct machine *machine = machine_of(call);

    if (machine && strcmp(state_of(machine), "poweredOn") == 0)
        call_fail(call, "InvalidPowerState", "The machine is on.");
    else if (machine)
        machine_drop(call->world, machine);
}

/* ---- search ---------------------------------------------------------------------- */

static struct object *
by_uuid(const struct world *world, const char *uuid, const char *name)
{
    for (const struct machine *at = world->machines; at; at = at->next)
        if (!at->object->gone
            && vx_str_ieq(vx_str_c(prop_text(at->object, name)), vx_str_c(uuid)))
            return at->object;
    return NULL;
}

static void
find_by_uuid(struct call *call)
{
    struct object *found = by_uuid(
        call->world, arg(call, "uuid"),
        arg_is_true(call, "instanceUuid") ? "config.instanceUuid" : "config.uuid");

    if (found && arg_is_true(call, "vmSearch"))
        put_ref(&call->out, "returnval", found);
}

static bool
is_at(const struct object *object, const char *path)
{
    const struct prop *parent = prop_get(object, "parent");
    size_t size = strlen(prop_text(object, "name")), all = strlen(path);
    char *above;
    bool is;

    if (parent == NULL || parent->ref_count == 0)
        return all == 0;
    if (all < size || strcmp(path + all - size, prop_text(object, "name")) != 0)
        return false;
    if (all > size && path[all - size - 1] != '/')
        return false;
    above = text_of("%.*s", (int)(all > size ? all - size - 1 : 0), path);
    is = is_at(parent->refs[0], above);
    free(above);
    return is;
}

static void
find_by_path(struct call *call)
{
    for (const struct object *at = call->world->first; at; at = at->next)
        if (!at->gone && type_is(at->type, "ManagedEntity")
            && is_at(at, arg(call, "inventoryPath"))) {
            put_ref(&call->out, "returnval", at);
            return;
        }
}

static void
find_nothing(struct call *call)
{
    (void)call;
}

const struct method machine_methods[] = {
    {"AnswerVM", answer, false},
    {"CancelTask", cancel, false},
    {"FindByInventoryPath", find_by_path, false},
    {"FindByIp", find_nothing, false},
    {"FindByUuid", find_by_uuid, false},
    {"PowerOffVM_Task", power_off, false},
    {"PowerOnVM_Task", power_on, false},
    {"RebootGuest", reboot_guest, false},
    {"ReconfigVM_Task", reconfigure, false},
    {"RegisterVM_Task", register_machine, false},
    {"Reload", reload, false},
    {"ResetVM_Task", reset, false},
    {"ShutdownGuest", shutdown_guest, false},
    {"SuspendVM_Task", suspend, false},
    {"UnregisterVM", unregister, false},
    {NULL, NULL, false},
};
