/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inventory.h"

#include <stdlib.h>

/* ---- entities -------------------------------------------------------------------- */

static struct object *
entity(struct world *world, const char *type, const char *ref, const char *name,
       struct object *parent)
{
    struct object *object = object_new(world, type, ref);

    set_string(world, object, "name", name);
    if (parent)
        set_ref(world, object, "parent", parent);
    if (strcmp(type, "Folder") == 0)
        add_ref(world, object, "childEntity", NULL);
    if (parent && strcmp(parent->type, "Folder") == 0)
        add_ref(world, parent, "childEntity", object);
    return object;
}

struct object *
entity_new(struct world *world, const char *type, const char *prefix, const char *name,
           struct object *parent)
{
    char *ref = text_of("%s%u", prefix, world->next_ref++);
    struct object *object = entity(world, type, ref, name, parent);

    free(ref);
    return object;
}

static struct object *
child(const struct object *folder, const char *name, size_t size)
{
    const struct prop *children = prop_get(folder, "childEntity");

    for (size_t i = 0; children && i < children->ref_count; i++) {
        const char *theirs = prop_text(children->refs[i], "name");

        if (strcmp(children->refs[i]->type, "Folder") == 0
            && strncmp(theirs, name, size) == 0 && theirs[size] == '\0')
            return children->refs[i];
    }
    return NULL;
}

struct object *
machine_folder(struct world *world, const char *path)
{
    struct object *folder = world->vm_folder;

    while (*path) {
        size_t size = strcspn(path, "/");
        struct object *inner = child(folder, path, size);

        if (inner == NULL) {
            char *name = text_of("%.*s", (int)size, path);

            inner = entity_new(world, "Folder", "group-v", name, folder);
            free(name);
        }
        folder = inner;
        path += size + (path[size] == '/');
    }
    return folder;
}

/* ---- hosts ----------------------------------------------------------------------- */

static void
set_hardware(struct world *world, struct object *host, const char *uuid)
{
    set_string(world, host, "summary.hardware.vendor", "Nobody");
    set_string(world, host, "summary.hardware.model", "Nothing 3000");
    set_string(world, host, "summary.hardware.uuid", uuid);
    set_string(world, host, "summary.hardware.cpuModel", "A CPU @ 2.50GHz");
    set_number(world, host, "summary.hardware.cpuMhz", "xsd:int", 2500);
    set_number(world, host, "summary.hardware.numCpuPkgs", "xsd:short", 2);
    set_number(world, host, "summary.hardware.numCpuCores", "xsd:short", 16);
    set_number(world, host, "summary.hardware.numCpuThreads", "xsd:short", 32);
    set_number(world, host, "summary.hardware.memorySize", "xsd:long",
               INT64_C(1) << 38);
    set_number(world, host, "summary.quickStats.overallMemoryUsage", "xsd:int", 20000);
    set_number(world, host, "hardware.cpuInfo.hz", "xsd:long", INT64_C(2500000000));
    set_number(world, host, "hardware.cpuInfo.numCpuPackages", "xsd:short", 2);
    set_number(world, host, "hardware.cpuInfo.numCpuCores", "xsd:short", 16);
    set_number(world, host, "hardware.cpuInfo.numCpuThreads", "xsd:short", 32);
    set_number(world, host, "hardware.memorySize", "xsd:long", INT64_C(1) << 38);
    set_number(world, host, "hardware.numaInfo.numNodes", "xsd:int", 2);
    set_string(world, host, "hardware.systemInfo.uuid", uuid);
    set_xml(world, host, "hardware.cpuFeature", "ArrayOfHostCpuIdInfo",
            "<HostCpuIdInfo xsi:type=\"HostCpuIdInfo\"><level>-2147483647</level>"
            "<vendor></vendor><eax>0000:0000:0000:0000:0000:0000:0000:0000</eax>"
            "<ebx>0000:0000:0000:0000:0000:0000:0000:0000</ebx>"
            "<ecx>0000:0000:0000:0000:0000:0000:0000:0000</ecx>"
            "<edx>0010:0000:0000:0000:0000:0000:0000:0000</edx></HostCpuIdInfo>");
}

static void
set_host(struct world *world, struct object *host, const char *name)
{
    set_text(world, host, "runtime.connectionState", "HostSystemConnectionState",
             "connected");
    set_bool(world, host, "runtime.inMaintenanceMode", false);
    set_string(world, host, "config.network.dnsConfig.hostName", name);
    set_string(world, host, "config.network.dnsConfig.domainName", "example.org");
    set_number(world, host, "capability.maxSupportedVcpus", "xsd:int", 128);
    set_string(world, host, "summary.config.product.fullName",
               "VMware ESXi 6.7.0 build-1");
    set_xml(world, host, "configManager", "HostConfigManager",
            "<storageSystem type=\"HostStorageSystem\">storageSystem</storageSystem>"
            "<networkSystem type=\"HostNetworkSystem\">networkSystem</networkSystem>"
            "<autoStartManager type=\"HostAutoStartManager\">ha-autostart-mgr"
            "</autoStartManager>");
    add_ref(world, host, "vm", NULL);
    add_ref(world, host, "datastore", NULL);
    add_ref(world, host, "network", NULL);
}

static struct object *
host_new(struct world *world, const char *ref, const char *name, struct object *parent,
         const char *uuid)
{
    struct object *host = entity(world, "HostSystem", ref, name, parent);

    set_hardware(world, host, uuid);
    set_host(world, host, "host-1");
    add_ref(world, parent, "host", host);
    return host;
}

/* ---- datastores ------------------------------------------------------------------ */

static void
datastore_new(struct world *world, const char *ref, const char *name,
              struct object *datacenter, struct object *host)
{
    struct object *object = entity(world, "Datastore", ref, name, NULL);
    struct object *browser;
    char *browser_ref = text_of("browser-%s", ref);
    char *mount = text_of("<DatastoreHostMount xsi:type=\"DatastoreHostMount\">"
                          "<key type=\"HostSystem\">%s</key><mountInfo>"
                          "<path>/vmfs/volumes/%s</path><accessMode>readWrite"
                          "</accessMode><accessible>true</accessible></mountInfo>"
                          "</DatastoreHostMount>",
                          host->ref, ref);
    size_t count = 0;

    browser = object_new(world, "HostDatastoreBrowser", browser_ref);
    set_ref(world, object, "browser", browser);
    set_string(world, object, "summary.name", name);
    set_bool(world, object, "summary.accessible", true);
    set_number(world, object, "summary.capacity", "xsd:long", INT64_C(1) << 40);
    set_number(world, object, "summary.freeSpace", "xsd:long", INT64_C(1) << 39);
    set_xml(world, object, "host", "ArrayOfDatastoreHostMount", mount);
    free(browser_ref);
    free(mount);
    add_ref(world, datacenter, "datastore", object);
    add_ref(world, host, "datastore", object);
    while (world->store->datastores[count])
        count++;
    world->store->datastores[count] = name;
}

static void
services(struct world *world)
{
    object_new(world, "SessionManager",
               world->is_vcenter ? "SessionManager" : "ha-sessionmgr");
    object_new(world, "PropertyCollector",
               world->is_vcenter ? "propertyCollector" : "ha-property-collector");
    object_new(world, "SearchIndex",
               world->is_vcenter ? "SearchIndex" : "ha-searchindex");
    object_new(world, "FileManager",
               world->is_vcenter ? "FileManager" : "ha-nfc-file-manager");
    object_new(world, "VirtualDiskManager",
               world->is_vcenter ? "virtualDiskManager" : "ha-vdiskmanager");
    object_new(world, "HostAutoStartManager", "ha-autostart-mgr");
    object_new(world, "HostNetworkSystem", "networkSystem");
    object_new(world, "HostStorageSystem", "storageSystem");
    world->tasks = object_new(world, "TaskManager",
                              world->is_vcenter ? "TaskManager" : "ha-taskmgr");
    add_ref(world, world->tasks, "recentTask", NULL);
    world->service = object_new(world, "ServiceInstance", "ServiceInstance");
}

/* ---- an ESX host ----------------------------------------------------------------- */

static struct object *
datacenter_new(struct world *world, const char *ref, const char *name,
               struct object *parent, const char *vm_folder, const char *host_folder)
{
    struct object *datacenter = entity(world, "Datacenter", ref, name, parent);
    struct object *folder;

    world->vm_folder = folder = entity(world, "Folder", vm_folder, "vm", datacenter);
    set_ref(world, datacenter, "vmFolder", folder);
    folder = entity(world, "Folder", host_folder, "host", datacenter);
    set_ref(world, datacenter, "hostFolder", folder);
    add_ref(world, datacenter, "datastore", NULL);
    add_ref(world, datacenter, "network", NULL);
    return datacenter;
}

static void
network_new(struct world *world, const char *ref, const char *name,
            struct object *datacenter, struct object *host)
{
    struct object *network = entity(world, "Network", ref, name, NULL);

    add_ref(world, datacenter, "network", network);
    add_ref(world, host, "network", network);
}

void
inventory_esx(struct world *world)
{
    struct object *datacenter, *compute;

    services(world);
    world->datacenter = "ha-datacenter";
    world->root = entity(world, "Folder", "ha-folder-root", "ha-folder-root", NULL);
    datacenter = datacenter_new(world, "ha-datacenter", "ha-datacenter", world->root,
                                "ha-folder-vm", "ha-folder-host");
    compute = entity(world, "ComputeResource", "ha-compute-res", "esx.example.org",
                     object_get(world, "ha-folder-host"));
    world->pool = entity(world, "ResourcePool", "ha-root-pool", "Resources", compute);
    set_ref(world, compute, "resourcePool", world->pool);
    world->host = host_new(world, "ha-host", "esx.example.org", compute,
                           "11111111-2222-4333-8444-555555555555");
    datastore_new(world, "5a000001-00000001-0001-000000000001", "datastore1",
                  datacenter, world->host);
    datastore_new(world, "5a000002-00000002-0002-000000000002", "nfs (2) & more",
                  datacenter, world->host);
    datastore_new(world, "5a000003-00000003-0003-000000000003", "data-02", datacenter,
                  world->host);
    network_new(world, "HaNetwork-VM Network", "VM Network", datacenter, world->host);
}

/* ---- a vCenter ------------------------------------------------------------------- */

void
inventory_vcenter(struct world *world)
{
    struct object *folder, *datacenter, *cluster;

    world->is_vcenter = true;
    services(world);
    world->datacenter = "Europe/DC 0";
    world->root = entity(world, "Folder", "group-d1", "Datacenters", NULL);
    folder = entity(world, "Folder", "group-d2", "Europe", world->root);
    datacenter =
        datacenter_new(world, "datacenter-3", "DC 0", folder, "group-v4", "group-h5");
    cluster = entity(world, "ClusterComputeResource", "domain-c6", "Cluster",
                     object_get(world, "group-h5"));
    world->pool = entity(world, "ResourcePool", "resgroup-7", "Resources", cluster);
    set_ref(world, cluster, "resourcePool", world->pool);
    world->host = host_new(world, "host-8", "host-1.example.org", cluster,
                           "11111111-2222-4333-8444-555555555551");
    host_new(world, "host-9", "host-2.example.org", cluster,
             "11111111-2222-4333-8444-555555555552");
    datastore_new(world, "datastore-10", "datastore1", datacenter, world->host);
    datastore_new(world, "datastore-11", "nfs (2) & more", datacenter, world->host);
    datastore_new(world, "datastore-12", "data-02", datacenter, world->host);
    network_new(world, "network-13", "VM Network", datacenter, world->host);
    world->next_ref = 100;
}
