/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is asked of a host so that a machine becomes what a document says, read line by
 * line; and the exchange that asks for it. */
#include "replay.h"
#include "vi/plan.h"

#include <stdlib.h>

/* ---- the request ----------------------------------------------------------------- */

/* A machine that has all sorts of devices. */
#define NOW                                                                            \
    "config.version = \"8\"\nvirtualHW.version = \"19\"\ndisplayName = \"web\"\n"      \
    "guestOS = \"ubuntu-64\"\nmemSize = \"1024\"\nnumvcpus = \"2\"\n"                  \
    "annotation = \"old\"\nguestinfo.a = \"1\"\n"                                      \
    "RemoteDisplay.vnc.password = \"geheim\"\n"                                        \
    "scsi0.present = \"TRUE\"\nscsi0.virtualDev = \"pvscsi\"\n"                        \
    "scsi0:0.present = \"TRUE\"\nscsi0:0.fileName = \"web.vmdk\"\n"                    \
    "ide1:0.present = \"TRUE\"\nide1:0.deviceType = \"cdrom-image\"\n"                 \
    "ide1:0.fileName = \"/vmfs/volumes/5f00-1/a.iso\"\n"                               \
    "ethernet0.present = \"TRUE\"\nethernet0.virtualDev = \"vmxnet3\"\n"               \
    "ethernet0.networkName = \"VM Network\"\n"                                         \
    "ethernet0.addressType = \"static\"\n"                                             \
    "ethernet0.address = \"00:50:56:00:00:01\"\n"

#define CONNECTABLE                                                                    \
    "<connectable><startConnected>true</startConnected><allowGuestControl>true"        \
    "</allowGuestControl><connected>true</connected></connectable>"
#define DEVICE(type, key, rest)                                                        \
    "<VirtualDevice i:type='" type "'><key>" key                                       \
    "</key><deviceInfo><label>x</label><summary>y</summary></deviceInfo>" rest         \
    "</VirtualDevice>"
#define DEVICES                                                                        \
    "<v xmlns:i='http://www.w3.org/2001/XMLSchema-instance'>" DEVICE(                  \
        "VirtualIDEController", "201",                                                 \
        "<busNumber>1</busNumber><device>3000</device>")                               \
        DEVICE("ParaVirtualSCSIController", "1000",                                    \
               "<controllerKey>100</controllerKey><unitNumber>3</unitNumber>"          \
               "<busNumber>0</busNumber><device>2000</device><sharedBus>noSharing"     \
               "</sharedBus><scsiCtlrUnitNumber>7</scsiCtlrUnitNumber>")               \
            DEVICE("VirtualDisk", "2000",                                              \
                   "<backing i:type='VirtualDiskFlatVer2BackingInfo'><fileName>[ds] "  \
                   "web/web.vmdk</fileName><diskMode>persistent</diskMode><uuid>u"     \
                   "</uuid></backing><controllerKey>1000</controllerKey><unitNumber>0" \
                   "</unitNumber><capacityInKB>4096</capacityInKB>")                   \
                DEVICE("VirtualCdrom", "3000",                                         \
                       "<backing i:type='VirtualCdromIsoBackingInfo'><fileName>[iso] " \
                       "a.iso</fileName></backing>" CONNECTABLE                        \
                       "<controllerKey>201</controllerKey><unitNumber>0</unitNumber>") \
                    DEVICE(                                                            \
                        "VirtualVmxnet3", "4000",                                      \
                        "<backing i:type='VirtualEthernetCardNetworkBackingInfo'>"     \
                        "<deviceName>VM Network</deviceName></backing>" CONNECTABLE    \
                        "<controllerKey>100</controllerKey><unitNumber>7"              \
                        "</unitNumber><addressType>manual</addressType><macAddress>"   \
                        "00:50:56:00:00:01</macAddress><wakeOnLanEnabled>true"         \
                        "</wakeOnLanEnabled>") "</v>"

static const struct vi_member device_list = {
    .name = "device",
    .is = VI_IS_OBJECT,
    .type = VI_VirtualDevice,
    .many = 1,
};

static struct vmx_doc *
doc_of(const char *text)
{
    struct vmx_doc *doc = NULL;

    ck_assert_int_eq(vmx_doc_parse(text, strlen(text), NULL, &doc), VMX_OK);
    return doc;
}

/* The plan for a machine that says NOW; `edits` are lines "KEY VALUE", "-KEY". */
static struct vmx_vi_plan *
plan_for(const char *const *edits)
{
    struct vmx_vi_plan *plan = calloc(1, sizeof(*plan));
    struct vi_MachineConfig *config;
    const char *why = NULL;

    ck_assert_ptr_nonnull(plan);
    vx_arena_init(&plan->arena, VI_MEMORY_MAX);
    plan->text = VX_BUF(1 << 20);
    plan->now = doc_of(NOW);
    plan->wanted = doc_of(NOW);
    plan->folder = VX_STR("[ds] web");
    ck_assert(vi_store_add(plan, VX_STR("iso"), VX_STR("5f00-1")));
    for (; *edits; edits++) {
        const char *value = strchr(*edits, ' ');
        struct vx_str key = vx_str_of(*edits, value ? (size_t)(value - *edits) : 0);

        if (value)
            ck_assert_int_eq(
                vmx_doc_set(plan->wanted, vx_arena_dup(&plan->arena, key).s, value + 1),
                VMX_OK);
        else
            ck_assert_uint_ge(vmx_doc_remove_all(plan->wanted, *edits + 1), 1);
    }
    config = vi_make(VI_MachineConfig, &plan->arena);
    config->config_changeVersion = VX_STR("v7");
    vi_decode_value(vi_read(VX_STR(DEVICES), &plan->arena, &why), &device_list,
                    &config->config_hardware_device, &plan->arena);
    ck_assert_uint_eq(config->config_hardware_device.count, 5);
    plan->config = config;
    ck_assert_int_eq(vi_plan_make(plan), VMX_OK);
    return plan;
}

static void
end(struct vmx_vi_plan *plan)
{
    vmx_doc_free(plan->wanted);
    vmx_vi_plan_free(plan);
}

#define EDITS(...)                                                                     \
    {                                                                                  \
        __VA_ARGS__, NULL                                                              \
    }
#define DEVICE_CHANGE(operation, rest)                                                 \
    "<deviceChange xsi:type=\"VirtualDeviceConfigSpec\"><operation>" operation         \
    "</operation>" rest "</deviceChange>"
#define CONNECT(start, guest, now)                                                     \
    "<connectable xsi:type=\"VirtualDeviceConnectInfo\"><startConnected>" start        \
    "</startConnected><allowGuestControl>" guest "</allowGuestControl><connected>" now \
    "</connected></connectable>"

/* What is asked for, between the version and the end. */
static const struct {
    const char *edits[8];
    const char *text;
} requests[] = {
    /* Order of the description, whatever that of the file is. */
    {EDITS("memSize 2048", "annotation new & old", "displayName a/b"),
     "<name>a%2fb</name><annotation>new &amp; old</annotation>"
     "<memoryMB>2048</memoryMB>"},
    {EDITS("guestOS windows9-64"), "<guestId>windows9_64Guest</guestId>"},
    {EDITS("uuid.bios 56 4d 1a 2b 3c 4d 5e 6f-70 81 92 a3 b4 C5 d6 e7"),
     "<uuid>564d1a2b-3c4d-5e6f-7081-92a3b4c5d6e7</uuid>"},
    {EDITS("-annotation", "-guestinfo.a", "guestinfo.b 2"),
     "<annotation></annotation>"
     "<extraConfig xsi:type=\"OptionValue\"><key>guestinfo.a</key>"
     "<value xsi:type=\"xsd:string\"></value></extraConfig>"
     "<extraConfig xsi:type=\"OptionValue\"><key>guestinfo.b</key>"
     "<value xsi:type=\"xsd:string\">2</value></extraConfig>"},
    {EDITS("sched.cpu.max unlimited", "sched.cpu.shares high", "sched.mem.max 900",
           "sched.mem.shares 77", "sched.cpu.affinity 0,2-3"),
     "<cpuAllocation xsi:type=\"ResourceAllocationInfo\">"
     "<shares xsi:type=\"SharesInfo\"><shares>0</shares><level>high</level></shares>"
     "</cpuAllocation>"
     "<memoryAllocation xsi:type=\"ResourceAllocationInfo\"><limit>900</limit>"
     "<shares xsi:type=\"SharesInfo\"><shares>77</shares><level>custom</level></shares>"
     "</memoryAllocation>"
     "<cpuAffinity xsi:type=\"VirtualMachineAffinityInfo\">"
     "<affinitySet>0</affinitySet><affinitySet>2</affinitySet>"
     "<affinitySet>3</affinitySet></cpuAffinity>"},
    {EDITS("vhv.enable TRUE", "tools.syncTime yes", "firmware efi",
           "powerType.powerOff soft", "monitor.virtual_mmu hardware",
           "bios.bootRetry.delay 20"),
     "<tools xsi:type=\"ToolsConfigInfo\"><syncTimeWithHost>true</syncTimeWithHost>"
     "</tools><flags xsi:type=\"VirtualMachineFlagInfo\"><virtualMmuUsage>on"
     "</virtualMmuUsage></flags>"
     "<powerOpInfo xsi:type=\"VirtualMachineDefaultPowerOpInfo\">"
     "<powerOffType>soft</powerOffType></powerOpInfo>"
     "<bootOptions xsi:type=\"VirtualMachineBootOptions\">"
     "<bootRetryDelay>20000</bootRetryDelay></bootOptions>"
     "<firmware>efi</firmware><nestedHVEnabled>true</nestedHVEnabled>"},
    /* An edited device is as the host has it, but for the edit. */
    {EDITS("ethernet0.networkName DMZ", "ethernet0.startConnected FALSE"),
     DEVICE_CHANGE(
         "edit",
         "<device xsi:type=\"VirtualVmxnet3\"><key>4000</key>"
         "<deviceInfo "
         "xsi:type=\"Description\"><label>x</label><summary>y</summary></deviceInfo>"
         "<backing xsi:type=\"VirtualEthernetCardNetworkBackingInfo\">"
         "<deviceName>DMZ</deviceName></backing>" CONNECT(
             "false", "true",
             "true") "<controllerKey>100</controllerKey><unitNumber>7</unitNumber>"
                     "<addressType>manual</addressType><macAddress>00:50:56:00:00:01</"
                     "macAddress>"
                     "<wakeOnLanEnabled>true</wakeOnLanEnabled></device>")},
    {EDITS("scsi0:0.mode independent-persistent", "sched.scsi0:0.shares low"),
     DEVICE_CHANGE(
         "edit",
         "<device xsi:type=\"VirtualDisk\"><key>2000</key>"
         "<deviceInfo "
         "xsi:type=\"Description\"><label>x</label><summary>y</summary></deviceInfo>"
         "<backing xsi:type=\"VirtualDiskFlatVer2BackingInfo\">"
         "<fileName>[ds] web/web.vmdk</fileName>"
         "<diskMode>independent_persistent</diskMode><uuid>u</uuid></backing>"
         "<controllerKey>1000</controllerKey><unitNumber>0</unitNumber>"
         "<capacityInKB>4096</capacityInKB>"
         "<storageIOAllocation xsi:type=\"StorageIOAllocationInfo\">"
         "<shares xsi:type=\"SharesInfo\"><shares>0</shares><level>low</level></shares>"
         "</storageIOAllocation></device>")},
    {EDITS("ide1:0.fileName /vmfs/volumes/5f00-1/new/b.iso"),
     DEVICE_CHANGE(
         "edit",
         "<device xsi:type=\"VirtualCdrom\"><key>3000</key>"
         "<deviceInfo "
         "xsi:type=\"Description\"><label>x</label><summary>y</summary></deviceInfo>"
         "<backing xsi:type=\"VirtualCdromIsoBackingInfo\">"
         "<fileName>[iso] new/b.iso</fileName></backing>" CONNECT(
             "true", "true", "true") "<controllerKey>201</controllerKey>"
                                     "<unitNumber>0</unitNumber></device>")},
    {EDITS("ide1:0.deviceType atapi-cdrom", "ide1:0.clientDevice TRUE",
           "-ide1:0.fileName"),
     DEVICE_CHANGE(
         "edit",
         "<device xsi:type=\"VirtualCdrom\"><key>3000</key>"
         "<deviceInfo "
         "xsi:type=\"Description\"><label>x</label><summary>y</summary></deviceInfo>"
         "<backing xsi:type=\"VirtualCdromRemoteAtapiBackingInfo\">"
         "<deviceName></deviceName><useAutoDetect>false</useAutoDetect>"
         "</backing>" CONNECT("true", "true",
                              "true") "<controllerKey>201</controllerKey>"
                                      "<unitNumber>0</unitNumber></device>")},
    /* A controller comes before what is on it, and has a key that is new. */
    {EDITS("scsi1:2.present TRUE", "scsi1:2.fileName data.vmdk", "scsi1.present TRUE",
           "scsi1.virtualDev lsisas1068", "scsi1.sharedBus physical",
           "scsi1:2.sharing multi-writer"),
     DEVICE_CHANGE("add",
                   "<device xsi:type=\"VirtualLsiLogicSASController\"><key>-1</key>"
                   "<busNumber>1</busNumber><sharedBus>physicalSharing</sharedBus>"
                   "</device>")
         DEVICE_CHANGE("add",
                       "<device xsi:type=\"VirtualDisk\"><key>-2</key>"
                       "<backing xsi:type=\"VirtualDiskFlatVer2BackingInfo\">"
                       "<fileName>[ds] web/data.vmdk</fileName>"
                       "<diskMode>persistent</diskMode>"
                       "<sharing>sharingMultiWriter</sharing></backing>"
                       "<controllerKey>-1</controllerKey><unitNumber>2</unitNumber>"
                       "<capacityInKB>0</capacityInKB></device>")},
    {EDITS("ethernet1.present TRUE", "ethernet1.virtualDev e1000e",
           "ethernet1.networkName LAN", "ethernet1.addressType generated",
           "ethernet1.shares 5"),
     DEVICE_CHANGE("add",
                   "<device xsi:type=\"VirtualE1000e\"><key>-1</key>"
                   "<backing xsi:type=\"VirtualEthernetCardNetworkBackingInfo\">"
                   "<deviceName>LAN</deviceName></backing>" CONNECT(
                       "true", "true", "true") "<addressType>generated</addressType>"
                                               "<resourceAllocation xsi:type="
                                               "\"VirtualEthernetCardResource"
                                               "Allocation\"><share xsi:type="
                                               "\"SharesInfo\"><shares>5</shares>"
                                               "<level>custom</level></share>"
                                               "</resourceAllocation></device>")},
    {EDITS("serial0.present TRUE", "serial0.fileType network",
           "serial0.fileName telnet://:7001", "serial0.network.endPoint server"),
     DEVICE_CHANGE("add", "<device xsi:type=\"VirtualSerialPort\"><key>-1</key>"
                          "<backing xsi:type=\"VirtualSerialPortURIBackingInfo\">"
                          "<serviceURI>telnet://:7001</serviceURI>"
                          "<direction>server</direction></backing>" CONNECT(
                              "true", "true",
                              "true") "<yieldOnPoll>false</yieldOnPoll></device>")},
    {EDITS("serial0.present TRUE", "serial0.fileType pipe", "serial0.fileName com1",
           "serial0.pipe.endPoint server", "serial0.tryNoRxLoss TRUE",
           "serial0.startConnected FALSE", "serial0.yieldOnMsrRead TRUE"),
     DEVICE_CHANGE("add", "<device xsi:type=\"VirtualSerialPort\"><key>-1</key>"
                          "<backing xsi:type=\"VirtualSerialPortPipeBackingInfo\">"
                          "<pipeName>com1</pipeName><endpoint>server</endpoint>"
                          "<noRxLoss>true</noRxLoss></backing>" CONNECT(
                              "false", "true",
                              "false") "<yieldOnPoll>true</yieldOnPoll></device>")},
    {EDITS("floppy0.present TRUE", "floppy0.fileType file", "floppy0.fileName a.flp"),
     DEVICE_CHANGE("add", "<device xsi:type=\"VirtualFloppy\"><key>-1</key>"
                          "<backing xsi:type=\"VirtualFloppyImageBackingInfo\">"
                          "<fileName>[ds] web/a.flp</fileName></backing>" CONNECT(
                              "true", "true", "true") "</device>")},
    /* A disk of another file is another disk; one at another place has moved. */
    {EDITS("scsi0:0.fileName other.vmdk"),
     DEVICE_CHANGE("remove",
                   "<device xsi:type=\"VirtualDisk\"><key>2000</key>"
                   "<deviceInfo xsi:type=\"Description\"><label>x</label>"
                   "<summary>y</summary></deviceInfo>"
                   "<backing xsi:type=\"VirtualDiskFlatVer2BackingInfo\">"
                   "<fileName>[ds] web/web.vmdk</fileName>"
                   "<diskMode>persistent</diskMode><uuid>u</uuid></backing>"
                   "<controllerKey>1000</controllerKey><unitNumber>0</unitNumber>"
                   "<capacityInKB>4096</capacityInKB></device>")
         DEVICE_CHANGE("add",
                       "<device xsi:type=\"VirtualDisk\"><key>-1</key>"
                       "<backing xsi:type=\"VirtualDiskFlatVer2BackingInfo\">"
                       "<fileName>[ds] web/other.vmdk</fileName>"
                       "<diskMode>persistent</diskMode></backing>"
                       "<controllerKey>1000</controllerKey><unitNumber>0</unitNumber>"
                       "<capacityInKB>0</capacityInKB></device>")},
    {EDITS("-scsi0:0.*", "scsi0:4.present TRUE", "scsi0:4.fileName web.vmdk"),
     DEVICE_CHANGE(
         "edit",
         "<device xsi:type=\"VirtualDisk\"><key>2000</key>"
         "<deviceInfo "
         "xsi:type=\"Description\"><label>x</label><summary>y</summary></deviceInfo>"
         "<backing xsi:type=\"VirtualDiskFlatVer2BackingInfo\">"
         "<fileName>[ds] web/web.vmdk</fileName><diskMode>persistent</diskMode>"
         "<uuid>u</uuid></backing><controllerKey>1000</controllerKey>"
         "<unitNumber>4</unitNumber><capacityInKB>4096</capacityInKB></device>")},
    /* Secrets: one that is set is sent, one that is not told stays. */
    {EDITS("RemoteDisplay.vnc.password neu"),
     "<extraConfig xsi:type=\"OptionValue\"><key>RemoteDisplay.vnc.password</key>"
     "<value xsi:type=\"xsd:string\">(redacted)</value></extraConfig>"},
    {EDITS("-RemoteDisplay.vnc.password"), ""},
    {EDITS("RemoteDisplay.vnc.password (redacted)"), ""},
};

START_TEST(a_request_is_made_of_differences)
{
    static const char begin[] =
        "<spec xsi:type=\"VirtualMachineConfigSpec\"><changeVersion>v7</changeVersion>";
    struct vmx_vi_plan *plan = plan_for(requests[_i].edits);
    const char *text = vmx_vi_plan_text(plan);
    struct vx_buf wanted = VX_BUF(1 << 16);

    vx_buf_printf(&wanted, "%s%s</spec>", begin, requests[_i].text);
    vx_buf_char(&wanted, '\0');
    ck_assert_ptr_nonnull(text);
    ck_assert_str_eq(text, wanted.data);
    ck_assert_uint_eq(vmx_vi_plan_by(plan, VMX_VI_BY_FILE), 0);
    ck_assert_int_eq(plan->asks, requests[_i].text[0] != '\0');
    vx_buf_done(&wanted);
    end(plan);
}

END_TEST

/* What the API cannot say is told, and nothing of it is asked. */
static const struct {
    const char *edits[8];
    const char *why;
} refusals[] = {
    {EDITS("virtualHW.version 21"), "task of its own"},
    {EDITS("-memSize"), "cannot take it away"},
    {EDITS("guestOS something"), "no word"},
    {EDITS("numvcpus many"), "no number"},
    {EDITS("numvcpus 4294967297"), "too large"},
    {EDITS("vhv.enable perhaps"), "no boolean"},
    {EDITS("sched.cpu.affinity 5-1"), "no list of processors"},
    {EDITS("bios.bootOrder hdd"), "not written by this release"},
    {EDITS("ethernet0.virtualDev e1000"), "cannot change the model"},
    {EDITS("scsi0:0.vendorID x"), "not written with it"},
    {EDITS("ide1:0.fileName /vmfs/volumes/other/b.iso"), "in no datastore"},
    {EDITS("ide1:0.fileName C:\\b.iso"), "no file of a datastore"},
    {EDITS("pciPassthru0.present TRUE"), "such devices are not written"},
    {EDITS("scsi2:0.present TRUE", "scsi2:0.fileName x.vmdk"), "no such controller"},
    {EDITS("scsi2.present TRUE"), "which model"},
    {EDITS("serial0.present TRUE", "serial0.fileType thinprint"),
     "such a port is not written"},
};

START_TEST(what_cannot_be_said_is_told)
{
    struct vmx_vi_plan *plan = plan_for(refusals[_i].edits);
    const struct vmx_vi_step *step = vmx_vi_plan_step(plan, 0);

    ck_assert_ptr_nonnull(step);
    ck_assert_int_eq(step->means, VMX_VI_BY_FILE);
    ck_assert_msg(strstr(step->what, refusals[_i].why) != NULL, "%s", step->what);
    ck_assert_uint_eq(vmx_vi_plan_by(plan, VMX_VI_BY_FILE), vmx_vi_plan_count(plan));
    ck_assert(!plan->asks);
    ck_assert_ptr_null(vmx_vi_plan_step(plan, vmx_vi_plan_count(plan)));
    end(plan);
}

END_TEST

/* ---- the exchange ---------------------------------------------------------------- */

#define VIEW(type, props) "<returnval><obj type='" type "'>x</obj>" props "</returnval>"
#define PROP(name, value) "<propSet><name>" name "</name><val>" value "</val></propSet>"
#define CONFIG                                                                         \
    {                                                                                  \
        "RetrieveProperties", "<pathSet>config.changeVersion</pathSet>",               \
            VIEW("VirtualMachine", PROP("config.changeVersion", "v7")                  \
                                       PROP("runtime.powerState", "poweredOff"))       \
    }
#define FILE_IS(text)                                                                  \
    {                                                                                  \
        "/folder/web/web.vmx?", "dsName=ds", "=200" text                               \
    }
#define STORES                                                                         \
    {                                                                                  \
        "RetrievePropertiesEx", "<pathSet>summary.url</pathSet>",                      \
            "<returnval><objects><obj type='Datastore'>d1</obj>" PROP("summary.name",  \
                                                                      "iso")           \
                PROP("summary.url",                                                    \
                     "ds:///vmfs/volumes/5f00-1/") "</objects></returnval>"            \
    }
#define BUSY                                                                           \
    {                                                                                  \
        "RetrieveProperties", "<pathSet>recentTask</pathSet>",                         \
            VIEW("VirtualMachine", PROP("runtime.powerState", "poweredOff"))           \
    }
#define FILTER                                                                         \
    {"CreatePropertyCollector", NULL,                                                  \
     "<returnval type='PropertyCollector'>pc2</returnval>"},                           \
    {                                                                                  \
        "CreateFilter", ">t-1<", "<returnval type='PropertyFilter'>f</returnval>"      \
    }
#define ENDS(changes)                                                                  \
    {"WaitForUpdatesEx", NULL,                                                         \
     "<returnval><version>1</version><filterSet><filter>f</filter><objectSet>"         \
     "<kind>enter</kind><obj type='Task'>t-1</obj>" changes                            \
     "</objectSet></filterSet></returnval>"},                                          \
    {                                                                                  \
        "DestroyPropertyCollector", ">pc2<", ""                                        \
    }
#define CHANGE(name, value)                                                            \
    "<changeSet><name>" name "</name><op>assign</op><val>" value "</val></changeSet>"

static const struct replay_line all_well[] = {
    MEET,
    LOGIN,
    CONFIG,
    FILE_IS(NOW),
    STORES,
    BUSY,
    {"ReconfigVM_Task", "<memoryMB>2048</memoryMB>",
     "<returnval type='Task'>t-1</returnval>"},
    FILTER,
    ENDS(CHANGE("info.state", "success")),
    LOGOUT,
};

static const struct replay_line changed_by_others[] = {
    MEET,
    LOGIN,
    CONFIG,
    FILE_IS(NOW),
    STORES,
    BUSY,
    {"ReconfigVM_Task", "<changeVersion>v7</changeVersion>",
     "<returnval type='Task'>t-1</returnval>"},
    FILTER,
    ENDS(CHANGE("info.state", "error") CHANGE(
        "info.error", "<fault xmlns:i='http://www.w3.org/2001/XMLSchema-instance' "
                      "i:type='ConcurrentAccess'/><localizedMessage>too late"
                      "</localizedMessage>")),
    LOGOUT,
};

static const struct replay_line no_vmx[] = {
    MEET, LOGIN, CONFIG, FILE_IS("<html>not a VMX</html>"), LOGOUT,
};

static const struct {
    const struct replay_line *lines;
    size_t count;
    enum vmx_vi_status planned, done;
    const char *message;
} exchanges[] = {
    {all_well, VX_COUNT(all_well), VMX_VI_OK, VMX_VI_OK, ""},
    {changed_by_others, VX_COUNT(changed_by_others), VMX_VI_OK, VMX_VI_ERR_FAULT,
     "ConcurrentAccess: too late"},
    {no_vmx, VX_COUNT(no_vmx), VMX_VI_ERR_INPUT, VMX_VI_OK, "is no VMX"},
};

START_TEST(a_machine_is_asked_to_change)
{
    struct replay replay = {
        .base = {.send = replay_send, .close = replay_close},
        .lines = exchanges[_i].lines,
        .count = exchanges[_i].count,
    };
    const struct vmx_vi_machine machine = {
        .ref = "9",
        .name = "web",
        .path = "[ds] web/web.vmx",
        .datacenter = "ha-datacenter",
    };
    const struct vmx_vi_run run = {.size = sizeof(run), .wait_ms = 5000};
    struct vmx_vi *vi = replay_session(&replay, "esx://h/");
    struct vmx_doc *wanted = doc_of(NOW);
    struct vmx_vi_plan *plan = NULL;

    ck_assert_int_eq(vmx_doc_set(wanted, "memSize", "2048"), VMX_OK);
    ck_assert_int_eq(vmx_vi_login(vi), VMX_VI_OK);
    ck_assert_int_eq(vmx_vi_plan_new(vi, &machine, wanted, &plan),
                     exchanges[_i].planned);
    if (plan) {
        ck_assert_uint_eq(vmx_vi_plan_count(plan), 1);
        ck_assert_int_eq(vmx_vi_plan_step(plan, 0)->means, VMX_VI_BY_FIELD);
        ck_assert_str_eq(vmx_vi_plan_step(plan, 0)->what, "memoryMB");
        ck_assert_str_eq(vmx_doc_get(vmx_vi_plan_now(plan), "memSize"), "1024");
        ck_assert_int_eq(vmx_vi_reconfigure(vi, &machine, plan, &run),
                         exchanges[_i].done);
    }
    ck_assert_msg(strstr(vmx_vi_message(vi), exchanges[_i].message) != NULL, "%s",
                  vmx_vi_message(vi));
    vmx_vi_plan_free(plan);
    vmx_doc_free(wanted);
    replay_done(&replay, vi);
}

END_TEST

static Suite *
suite(void)
{
    Suite *s = suite_create("vi_plan");
    TCase *tcase = tcase_create("request");

    tcase_add_loop_test(tcase, a_request_is_made_of_differences, 0, VX_COUNT(requests));
    tcase_add_loop_test(tcase, what_cannot_be_said_is_told, 0, VX_COUNT(refusals));
    suite_add_tcase(s, tcase);
    tcase = tcase_create("exchange");
    tcase_add_loop_test(tcase, a_machine_is_asked_to_change, 0, VX_COUNT(exchanges));
    suite_add_tcase(s, tcase);
    return s;
}

int
main(void)
{
    return vx_test_main(suite());
}
