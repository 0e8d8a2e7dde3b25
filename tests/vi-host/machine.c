/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "inventory.h"
#include "vmx.h"

/* ---- what a VMX says ------------------------------------------------------------- */

static const char *
value(struct vmx_doc *doc, const char *key, const char *otherwise)
{
    const char *text = vmx_doc_get(doc, key);

    return text ? text : otherwise;
}

/* "56 4d 2e 90 ...-c1 08" as the API writes it. */
static void
set_uuid(struct world *world, struct object *object, const char *name, const char *text)
{
    char uuid[40];
    size_t size = 0;

    for (; *text && size < 36; text++) {
        if (vx_hex_digit((unsigned char)*text) < 0)
            continue;
        if (size == 8 || size == 13 || size == 18 || size == 23)
            uuid[size++] = '-';
        uuid[size++] = *text;
    }
    uuid[size] = '\0';
    if (size == 36)
        set_string(world, object, name, uuid);
    else
        unset(world, object, name);
}

/* "debian11-64" is debian11_64Guest, and "ubuntu-64" ubuntu64Guest. */
static void
set_guest(struct world *world, struct object *object, const char *guest)
{
    char *id = text_of("%sGuest", guest);
    size_t size = 0;

    for (size_t i = 0; id[i]; i++)
        if (id[i] != '-')
            id[size++] = id[i];
        else if (i && vx_is_digit((unsigned char)id[i - 1]))
            id[size++] = '_';
    id[size] = '\0';
    set_string(world, object, "config.guestId", id);
    set_string(world, object, "config.guestFullName", guest);
    free(id);
}

static void
set_extra(struct world *world, struct object *object, struct vmx_doc *doc)
{
    struct vx_buf xml = VX_BUF(TEXT_MAX);

    for (size_t i = 0; i < vmx_doc_count(doc); i++) {
        vx_buf_lit(&xml, "<OptionValue xsi:type=\"OptionValue\">");
        put_element(&xml, "key", vmx_doc_key(doc, i));
        vx_buf_lit(&xml, "<value xsi:type=\"xsd:string\">");
        put_escaped(&xml, vmx_doc_value(doc, i));
        vx_buf_lit(&xml, "</value></OptionValue>");
    }
    vx_buf_char(&xml, '\0');
    set_xml(world, object, "config.extraConfig", "ArrayOfOptionValue", must(xml.data));
    vx_buf_done(&xml);
}

static int64_t
number(struct vmx_doc *doc, const char *key, int64_t otherwise)
{
    vmx_doc_get_int(doc, key, &otherwise);
    return otherwise;
}

static void
set_config(struct world *world, struct object *object, struct vmx_doc *doc)
{
    char *version = text_of("vmx-%02d", (int)number(doc, "virtualHW.version", 8));

    set_string(world, object, "config.version", version);
    free(version);
    set_uuid(world, object, "config.uuid", value(doc, "uuid.bios", ""));
    set_uuid(world, object, "config.instanceUuid", value(doc, "vc.uuid", ""));
    set_guest(world, object, value(doc, "guestOS", "other"));
    set_string(world, object, "config.annotation", value(doc, "annotation", ""));
    set_number(world, object, "config.hardware.numCPU", "xsd:int",
               number(doc, "numvcpus", 1));
    set_number(world, object, "config.hardware.memoryMB", "xsd:int",
               number(doc, "memSize", 32));
    set_number(world, object, "config.hardware.numCoresPerSocket", "xsd:int",
               number(doc, "cpuid.coresPerSocket", 1));
    set_number(world, object, "config.memoryAllocation.limit", "xsd:long",
               number(doc, "sched.mem.max", -1));
    set_extra(world, object, doc);
}

static struct vmx_doc *
doc_of(const struct world *world, const char *vmx)
{
    const struct file *file = store_find(world, vmx);
    struct vmx_doc *doc = NULL;

    if (file)
        vmx_doc_parse(file->data, file->size, NULL, &doc);
    return doc;
}

/* "web-01" of "[ds] web-01/web-01.vmx". */
static char *
base_of(const char *vmx)
{
    const char *slash = strrchr(vmx, '/');
    size_t size;

    slash = slash ? slash + 1 : strchr(vmx, ' ') ? strchr(vmx, ' ') + 1 : vmx;
    size = strlen(slash);
    return text_of("%.*s", (int)(size > 4 ? size - 4 : size), slash);
}

bool
machine_read(struct world *world, struct machine *machine)
{
    struct vmx_doc *doc = doc_of(world, machine->vmx);
    char *base;

    if (doc == NULL)
        return false;
    base = base_of(machine->vmx);
    set_string(world, machine->object, "name", value(doc, "displayName", base));
    set_string(world, machine->object, "config.name", value(doc, "displayName", base));
    set_config(world, machine->object, doc);
    set_string(world, machine->object, "config.files.vmPathName", machine->vmx);
    vmx_doc_free(doc);
    free(base);
    return true;
}

/* ---- machines -------------------------------------------------------------------- */

static void
set_state(struct world *world, struct object *object, struct object *folder)
{
    set_ref(world, object, "parent", folder);
    set_ref(world, object, "runtime.host", world->host);
    set_text(world, object, "runtime.connectionState", "VirtualMachineConnectionState",
             "connected");
    set_bool(world, object, "config.template", false);
    set_text(world, object, "configStatus", "ManagedEntityStatus", "green");
    set_text(world, object, "overallStatus", "ManagedEntityStatus", "green");
    add_ref(world, object, "recentTask", NULL);
}

struct machine *
machine_new(struct world *world, const char *vmx, struct object *folder,
            const char *name)
{
    struct machine *machine = must(calloc(1, sizeof(*machine)));
    struct machine **last = &world->machines;
    char *ref = text_of(world->is_vcenter ? "vm-%u" : "%u", world->next_ref++);

    machine->vmx = text_of("%s", vmx);
    machine->object = object_new(world, "VirtualMachine", ref);
    free(ref);
    if (!machine_read(world, machine)) {
        machine->object->gone = true;
        free(machine->vmx);
        free(machine);
        return NULL;
    }
    while (*last)
        last = &(*last)->next;
    *last = machine;
    machine->object->machine = machine;
    if (name)
        set_string(world, machine->object, "name", name);
    set_state(world, machine->object, folder);
    machine_power(world, machine, "poweredOff");
    add_ref(world, folder, "childEntity", machine->object);
    add_ref(world, world->host, "vm", machine->object);
    return machine;
}

void
machine_power(struct world *world, struct machine *machine, const char *state)
{
    const bool on = strcmp(state, "poweredOn") == 0;

    set_text(world, machine->object, "runtime.powerState", "VirtualMachinePowerState",
             state);
    set_string(world, machine->object, "guest.toolsRunningStatus",
               on ? "guestToolsRunning" : "guestToolsNotRunning");
}

struct machine *
machine_get(const struct world *world, const char *name)
{
    for (struct machine *machine = world->machines; machine; machine = machine->next)
        if (!machine->object->gone
            && (strcmp(prop_text(machine->object, "name"), name) == 0
                || strcmp(machine->object->ref, name) == 0))
            return machine;
    return NULL;
}

void
machine_drop(struct world *world, struct machine *machine)
{
    object_drop(world, machine->object);
}

void
machines_done(struct world *world)
{
    while (world->machines) {
        struct machine *machine = world->machines;

        world->machines = machine->next;
        question_free(machine->current);
        while (machine->coming) {
            struct question *question = machine->coming;

            machine->coming = question->next;
            question_free(question);
        }
        free(machine->vmx);
        free(machine->spec);
        free(machine);
    }
}

/* ---- many ------------------------------------------------------------------------ */

static char *
generated(unsigned i)
{
    return text_of(".encoding = \"UTF-8\"\n"
                   "config.version = \"8\"\n"
                   "virtualHW.version = \"19\"\n"
                   "displayName = \"gen-%04u\"\n"
                   "annotation = \"one of many|0Anumber %u\"\n"
                   "guestOS = \"debian11-64\"\n"
                   "memSize = \"%u\"\n"
                   "numvcpus = \"%u\"\n"
                   "uuid.bios = \"56 4d 00 00 00 00 40 00-80 00 00 00 %02x %02x %02x "
                   "%02x\"\n"
                   "scsi0.present = \"TRUE\"\n"
                   "scsi0.virtualDev = \"pvscsi\"\n"
                   "scsi0:0.present = \"TRUE\"\n"
                   "scsi0:0.deviceType = \"scsi-hardDisk\"\n"
                   "scsi0:0.fileName = \"gen-%04u.vmdk\"\n"
                   "ethernet0.present = \"TRUE\"\n"
                   "ethernet0.virtualDev = \"vmxnet3\"\n"
                   "ethernet0.networkName = \"VM Network\"\n"
                   "ethernet0.addressType = \"static\"\n"
                   "ethernet0.address = \"00:50:56:00:%02x:%02x\"\n",
                   i, i, 1024 * (1 + i % 8), 1 + i % 4, i >> 24, i >> 16 & 255,
                   i >> 8 & 255, i & 255, i, i >> 8 & 255, i & 255);
}

void
machines_generate(struct world *world, unsigned count)
{
    for (unsigned i = 1; i <= count; i++) {
        char *text = generated(i);
        char *path = text_of("gen-%04u/gen-%04u.vmx", i, i);
        char *vmx = text_of("[%s] %s", world->store->datastores[0], path);

        store_put(world, world->store->datastores[0], path, text, strlen(text));
        machine_new(world, vmx, world->vm_folder, NULL);
        free(vmx);
        free(path);
        free(text);
    }
}
