/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An inventory that no one has: ESXi machines of 80 to 200 lines, each other than all
 * others, the same bytes for the same seed.
 *
 *   generate COUNT FOLDER          machines 1 to COUNT as FOLDER/000001.vmx and on
 *   generate --tree COUNT FOLDER   the same as datastores hold them, each machine in a
 *                                  folder of its own: FOLDER/store-00/NAME/NAME.vmx
 *   generate --tar COUNT           that tree as an archive on standard output
 *   generate --one SEED            one machine on standard output
 *
 * Names, UUIDs and MAC addresses are given once, up to a million machines. */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    LINES_MIN = 80,
    LINES_MAX = 200,
    PATH_ROOM = 1024,
    STORE_MACHINES = 500, /* in one datastore */
    TAR_BLOCK = 512,
    TAR_NAME = 100,
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* One machine while it is written. */
struct machine {
    FILE *out;
    uint64_t seed, random;
    unsigned lines, disks, nics;
    unsigned cpus, memory_mib, hw;
    char name[64], folder[160];
    const char *guest;
    bool efi, snapshot;
};

/* A number below `limit`, by xorshift64*. */
static unsigned
pick(struct machine *m, unsigned limit)
{
    m->random ^= m->random >> 12;
    m->random ^= m->random << 25;
    m->random ^= m->random >> 27;
    return (unsigned)((m->random * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % limit;
}

static bool
chance(struct machine *m, unsigned percent)
{
    return pick(m, 100) < percent;
}

#define PICK(m, array) ((array)[pick((m), COUNT(array))])

/* `key = "value"`, with the value as it stands in the file. */
static void put(struct machine *m, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void
put(struct machine *m, const char *key, const char *format, ...)
{
    va_list args;

    fprintf(m->out, "%s = \"", key);
    va_start(args, format);
    vfprintf(m->out, format, args);
    va_end(args);
    fputs("\"\n", m->out);
    m->lines++;
}

/* A key of a numbered device. */
#define PUT(m, number, prefix, key, ...)                                               \
    do {                                                                               \
        char put_key[64];                                                              \
        snprintf(put_key, sizeof(put_key), prefix "%u" key, (number));                 \
        put((m), put_key, __VA_ARGS__);                                                \
    } while (0)

static void
put_uuid(struct machine *m, const char *key, const char *head)
{
    char text[48];
    size_t at = (size_t)snprintf(text, sizeof(text), "%s", head);

    for (unsigned i = 2; i < 16; i++)
        at += (size_t)snprintf(
            text + at, sizeof(text) - at, "%c%02x", i == 8 ? '-' : ' ',
            i > 12 ? (unsigned)(m->seed >> 8 * (15 - i)) & 255 : pick(m, 256));
    put(m, key, "%s", text);
}

/* ---- the machine ----------------------------------------------------------------- */

static void
decide(struct machine *m)
{
    static const char *const roles[] = {
        "web",  "mail",   "ledger",  "build",     "files",  "proxy", "queue", "print",
        "wiki", "backup", "monitor", "directory", "orders", "cache", "video", "lab"};
    static const char *const sites[] = {"north", "south", "harbour",
                                        "hill",  "lake",  "mill"};
    static const char *const guests[] = {
        "ubuntu-64",   "debian11-64",     "centos8-64",
        "rhel8-64",    "sles15-64",       "windows2019srv-64",
        "windows9-64", "other4xlinux-64", "freebsd13-64"};
    static const unsigned versions[] = {11, 13, 14, 15, 17, 18, 19, 20};
    const char *role = PICK(m, roles), *site = PICK(m, sites);

    m->hw = PICK(m, versions);
    m->guest = PICK(m, guests);
    m->cpus = 1u << pick(m, 5);
    m->memory_mib = 1024u << pick(m, 7);
    m->disks = 1 + pick(m, 8);
    m->nics = 1 + pick(m, 4);
    m->efi = chance(m, 50);
    m->snapshot = chance(m, 30);
    snprintf(m->name, sizeof(m->name), "%s-%s-%06" PRIu64, site, role, m->seed);
    snprintf(m->folder, sizeof(m->folder), "/vmfs/volumes/%08x-%08x-%04x-246e96%06x/%s",
             0x5e000000 + pick(m, 0x1ffffff), pick(m, 0x7fffffff), pick(m, 0xffff),
             pick(m, 0xffffff), m->name);
}

static void
put_head(struct machine *m)
{
    put(m, ".encoding", "UTF-8");
    put(m, "config.version", "8");
    put(m, "virtualHW.version", "%u", m->hw);
    put(m, "nvram", "%s.nvram", m->name);
    put(m, "pciBridge0.present", "TRUE");
    put(m, "svga.present", "TRUE");
    for (unsigned i = 4; i < 8; i++) {
        PUT(m, i, "pciBridge", ".present", "TRUE");
        PUT(m, i, "pciBridge", ".virtualDev", "pcieRootPort");
        PUT(m, i, "pciBridge", ".functions", "8");
    }
    put(m, "vmci0.present", "TRUE");
    put(m, "hpet0.present", "TRUE");
    put(m, "floppy0.present", "FALSE");
}

static void
put_annotation(struct machine *m)
{
    static const char *const notes[] = {
        "Owner: platform team|0APatch window: Sunday 02:00 to 06:00",
        "Do not move: licence is bound to |22host 7|22",
        "Built from template; ask before deleting|0A|0ATicket 4711",
        "R|C3|A9seau de production, b|C3|A2timent nord",
        "Costs|7Ccentre|7C9120",
    };

    put(m, "displayName", "%s", m->name);
    if (chance(m, 60))
        put(m, "annotation", "%s", PICK(m, notes));
    put(m, "guestOS", "%s", m->guest);
}

static void
put_cpu_and_memory(struct machine *m)
{
    put(m, "numvcpus", "%u", m->cpus);
    if (m->cpus > 1)
        put(m, "cpuid.coresPerSocket", "%u",
            m->cpus > 2 && chance(m, 50) ? m->cpus / 2 : 1);
    put(m, "memSize", "%u", m->memory_mib);
    if (m->efi) {
        put(m, "firmware", "efi");
        if (chance(m, 40))
            put(m, "uefi.secureBoot.enabled", "TRUE");
    }
    if (chance(m, 40)) {
        put(m, "vcpu.hotadd", "TRUE");
        put(m, "mem.hotadd", "TRUE");
    }
    if (chance(m, 15))
        put(m, "vhv.enable", "TRUE");
}

static void
put_scheduling(struct machine *m)
{
    static const char *const weights[] = {"normal", "normal", "normal",
                                          "high",   "low",    "1500"};

    put(m, "sched.cpu.units", "mhz");
    put(m, "sched.cpu.affinity", "all");
    put(m, "sched.cpu.min", "%u", chance(m, 20) ? 500 * (1 + pick(m, 8)) : 0);
    put(m, "sched.cpu.shares", "%s", PICK(m, weights));
    put(m, "sched.mem.min", "0");
    put(m, "sched.mem.minSize", "0");
    put(m, "sched.mem.shares", "%s", PICK(m, weights));
    if (chance(m, 20))
        put(m, "sched.cpu.max", "%u", 1000 * (1 + pick(m, 8)));
    if (chance(m, 10))
        put(m, "sched.mem.pin", "TRUE");
}

static void
put_power(struct machine *m)
{
    put(m, "powerType.powerOff", "default");
    put(m, "powerType.suspend", "soft");
    put(m, "powerType.reset", "default");
    put(m, "tools.upgrade.policy", "%s",
        chance(m, 50) ? "manual" : "upgradeAtPowerCycle");
    put(m, "toolScripts.afterPowerOn", "TRUE");
    put(m, "toolScripts.afterResume", "TRUE");
    put(m, "toolScripts.beforeSuspend", "TRUE");
    put(m, "toolScripts.beforePowerOff", "TRUE");
    put(m, "tools.syncTime", "%s", chance(m, 10) ? "TRUE" : "FALSE");
    put(m, "vm.createDate", "16%02u%08u0000", pick(m, 100), pick(m, 100000000));
}

/* ---- devices --------------------------------------------------------------------- */

static void
put_disk(struct machine *m, unsigned number)
{
    unsigned bus = number / 5, unit = number % 5;
    char prefix[32], key[64], child[16] = "", suffix[16] = "";
    const char *folder = chance(m, 20) ? m->folder : NULL;

    if (number)
        snprintf(suffix, sizeof(suffix), "_%u", number);
    if (m->snapshot)
        snprintf(child, sizeof(child), "-%06u", 1 + pick(m, 9));
    snprintf(prefix, sizeof(prefix), "scsi%u:%u", bus, unit);

#define DISK(name, ...)                                                                \
    do {                                                                               \
        snprintf(key, sizeof(key), "%s" name, prefix);                                 \
        put(m, key, __VA_ARGS__);                                                      \
    } while (0)

    DISK(".deviceType", "scsi-hardDisk");
    DISK(".fileName", "%s%s%s%s%s.vmdk", folder ? folder : "", folder ? "/" : "",
         m->name, suffix, child);
    snprintf(key, sizeof(key), "sched.%s.shares", prefix);
    put(m, key, "normal");
    if (chance(m, 15)) {
        snprintf(key, sizeof(key), "sched.%s.throughputCap", prefix);
        put(m, key, "%u", 500 * (1 + pick(m, 10)));
    }
    if (chance(m, 15))
        DISK(".mode", "independent-persistent");
    if (chance(m, 15))
        DISK(".ctkEnabled", "TRUE");
    DISK(".present", "TRUE");
    DISK(".redo", "%s", "");
#undef DISK
}

static void
put_disks(struct machine *m)
{
    static const char *const models[] = {"pvscsi", "pvscsi", "lsisas1068", "lsilogic"};
    const char *model = PICK(m, models);

    for (unsigned bus = 0; bus <= (m->disks - 1) / 5; bus++) {
        PUT(m, bus, "scsi", ".virtualDev", "%s", model);
        PUT(m, bus, "scsi", ".present", "TRUE");
        PUT(m, bus, "scsi", ".pciSlotNumber", "%u", bus ? 1184 : 160);
        if (strcmp(model, "lsilogic") != 0)
            PUT(m, bus, "scsi", ".sasWWID", "50 05 05 6%x %02x %02x %02x %x0",
                pick(m, 16), pick(m, 256), pick(m, 256), pick(m, 256), pick(m, 16));
    }
    for (unsigned i = 0; i < m->disks; i++)
        put_disk(m, i);
}

static void
put_nic(struct machine *m, unsigned number)
{
    static const char *const networks[] = {
        "VM Network", "Production 120", "Backup", "DMZ", "Storage 40", "Lab/isolated"};
    static const char *const models[] = {"vmxnet3", "vmxnet3", "vmxnet3", "e1000e",
                                         "e1000"};
    bool fixed = chance(m, 15);
    /* An odd factor: other addresses for others, in no order that one sees. */
    unsigned serial = ((unsigned)m->seed * 4 + number) * 0x9e3779b1U & 0x3fffff;

    PUT(m, number, "ethernet", ".allowGuestConnectionControl", "FALSE");
    PUT(m, number, "ethernet", ".virtualDev", "%s", PICK(m, models));
    PUT(m, number, "ethernet", ".networkName", "%s", PICK(m, networks));
    PUT(m, number, "ethernet", ".addressType", "%s", fixed ? "static" : "vpx");
    if (fixed)
        PUT(m, number, "ethernet", ".address", "00:50:56:%02x:%02x:%02x", serial >> 16,
            serial >> 8 & 255, serial & 255);
    else
        PUT(m, number, "ethernet", ".generatedAddress", "00:50:56:%02x:%02x:%02x",
            128 + (serial >> 16), serial >> 8 & 255, serial & 255);
    PUT(m, number, "ethernet", ".uptCompatibility", "TRUE");
    PUT(m, number, "ethernet", ".present", "TRUE");
    PUT(m, number, "ethernet", ".pciSlotNumber", "%u",
        number < 3 ? 192 + 32 * number : 1216);
    if (chance(m, 10))
        PUT(m, number, "ethernet", ".startConnected", "FALSE");
}

static void
put_drive(struct machine *m)
{
    bool image = chance(m, 25);

    put(m, "sata0.present", "TRUE");
    put(m, "sata0.pciSlotNumber", "32");
    put(m, "sata0:0.startConnected", "%s", image ? "TRUE" : "FALSE");
    put(m, "sata0:0.deviceType", "%s", image ? "cdrom-image" : "cdrom-raw");
    if (!image)
        put(m, "sata0:0.clientDevice", "TRUE");
    if (image)
        put(m, "sata0:0.fileName", "%.40s/images/install-%u.iso", m->folder,
            pick(m, 40));
    else
        put(m, "sata0:0.fileName", "emptyBackingString");
    put(m, "sata0:0.present", "TRUE");
}

/* ---- housekeeping ---------------------------------------------------------------- */

static void
put_snapshot(struct machine *m)
{
    if (!m->snapshot)
        return;
    put(m, "snapshot.redoNotWithParent", "FALSE");
    put(m, "checkpoint.vmState", "%s", "");
    put(m, "checkpoint.vmState.readOnly", "FALSE");
    put(m, "sched.swap.hostLocal", "disabled");
}

static void
put_guestinfo(struct machine *m)
{
    if (chance(m, 70))
        put(m, "guestOS.detailed.data",
            "architecture='X86' bitness='64' distroName='Guest %u' "
            "distroVersion='%u.%u' "
            "familyName='Linux' kernelVersion='5.%u.0'",
            pick(m, 100), pick(m, 20), pick(m, 12), pick(m, 20));
    if (chance(m, 40))
        put(m, "guestinfo.metadata.encoding", "base64");
    if (chance(m, 40))
        put(m, "guestinfo.appInfo",
            "{  |0A|22version|22:|22%u|22, |0A|22updateCounter|22:|22%u|22 |0A}",
            pick(m, 9), pick(m, 999));
    if (chance(m, 50))
        put(m, "guestinfo.vmtools.versionNumber", "%u", 11000 + pick(m, 1500));
}

static void
put_tail(struct machine *m)
{
    put_uuid(m, "uuid.bios", "42 1a");
    put_uuid(m, "uuid.location", "56 4d");
    put_uuid(m, "vc.uuid", "50 1a");
    put(m, "extendedConfigFile", "%s.vmxf", m->name);
    put(m, "migrate.hostLog", "%s-%08x.hlog", m->name, pick(m, 0x7fffffff));
    put(m, "sched.swap.derivedName", "%s/%s-%08x.vswp", m->folder, m->name,
        pick(m, 0x7fffffff));
    if (m->cpus > 1) {
        put(m, "numa.autosize.cookie", "%u0012", m->cpus);
        put(m, "numa.autosize.vcpu.maxPerVirtualNode", "%u", m->cpus);
    }
    put(m, "pciBridge0.pciSlotNumber", "17");
    for (unsigned i = 4; i < 8; i++)
        PUT(m, i, "pciBridge", ".pciSlotNumber", "%u", 17 + i);
    put(m, "svga.vramSize", "%u", 4194304u << pick(m, 3));
    put(m, "vmci0.id", "%d", (int)pick(m, 0x7fffffff) - 0x40000000);
    put(m, "monitor.phys_bits_used", "%u", m->hw < 14 ? 42 : 45);
    put(m, "vmotion.checkpointFBSize", "4194304");
    put(m, "cleanShutdown", "%s", chance(m, 50) ? "TRUE" : "FALSE");
    put(m, "softPowerOff", "%s", chance(m, 50) ? "TRUE" : "FALSE");
    if (chance(m, 50))
        put(m, "migrate.encryptionMode", "opportunistic");
    if (chance(m, 30))
        put(m, "tools.guest.desktop.autolock", "FALSE");
}

static struct machine
machine_of(uint64_t seed)
{
    struct machine m = {
        .seed = seed,
        .random = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) | 1,
    };

    decide(&m);
    return m;
}

static void
write_machine(struct machine *m, FILE *out)
{
    m->out = out;
    put_head(m);
    put_cpu_and_memory(m);
    put_power(m);
    put_disks(m);
    put_drive(m);
    for (unsigned i = 0; i < m->nics; i++)
        put_nic(m, i);
    put_annotation(m);
    put_scheduling(m);
    put_snapshot(m);
    put_guestinfo(m);
    put_tail(m);
    if (m->lines < LINES_MIN || m->lines > LINES_MAX) {
        fprintf(stderr, "generate: machine %" PRIu64 " has %u lines\n", m->seed,
                m->lines);
        exit(EXIT_FAILURE);
    }
}

/* ---- files ----------------------------------------------------------------------- */

static _Noreturn void
fail(const char *path)
{
    perror(path);
    exit(EXIT_FAILURE);
}

static void
make_folder(const char *path)
{
    if (mkdir(path, 0777) < 0 && errno != EEXIST)
        fail(path);
}

static void
write_file(const char *folder, bool tree, uint64_t seed)
{
    struct machine m = machine_of(seed);
    char path[PATH_ROOM];
    FILE *out;

    if (tree) {
        snprintf(path, sizeof(path), "%s/store-%02" PRIu64, folder,
                 seed / STORE_MACHINES);
        make_folder(path);
        snprintf(path, sizeof(path), "%s/store-%02" PRIu64 "/%s", folder,
                 seed / STORE_MACHINES, m.name);
        make_folder(path);
        snprintf(path, sizeof(path), "%s/store-%02" PRIu64 "/%s/%s.vmx", folder,
                 seed / STORE_MACHINES, m.name, m.name);
    } else {
        snprintf(path, sizeof(path), "%s/%06" PRIu64 ".vmx", folder, seed);
    }
    out = fopen(path, "wb");
    if (out == NULL)
        fail(path);
    write_machine(&m, out);
    if (ferror(out) || fclose(out) != 0)
        fail(path);
}

/* ---- an archive ------------------------------------------------------------------ */

static void
put_header(const char *path, size_t size)
{
    char block[TAR_BLOCK] = {0};
    unsigned sum = 0;

    snprintf(block, TAR_NAME, "%s", path);
    memcpy(block + 100,
           "0000644\0"
           "0000000\0"
           "0000000",
           23);
    snprintf(block + 124, 12, "%011zo", size);
    memcpy(block + 136, "00000000000\0        0", 21);
    memcpy(block + 257, "ustar\00000", 8);
    for (size_t i = 0; i < sizeof(block); i++)
        sum += (unsigned char)block[i];
    snprintf(block + 148, 8, "%06o", sum);
    fwrite(block, 1, sizeof(block), stdout);
}

static void
write_archive(uint64_t count)
{
    static const char zeros[2 * TAR_BLOCK];
    char *text = NULL, path[TAR_NAME];
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    for (uint64_t seed = 1; out && seed <= count; seed++) {
        struct machine m = machine_of(seed);

        rewind(out);
        write_machine(&m, out);
        if (fflush(out) != 0)
            fail("memory");
        snprintf(path, sizeof(path), "store-%02" PRIu64 "/%.32s/%.32s.vmx",
                 seed / STORE_MACHINES, m.name, m.name);
        put_header(path, size);
        fwrite(text, 1, size, stdout);
        fwrite(zeros, 1, (TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK, stdout);
    }
    fwrite(zeros, 1, sizeof(zeros), stdout);
    if (out == NULL || fclose(out) != 0 || fflush(stdout) != 0)
        fail("standard output");
    free(text);
}

int
main(int argc, char **argv)
{
    bool tree = argc == 4 && strcmp(argv[1], "--tree") == 0;
    uint64_t number;

    if (argc != 3 + tree) {
        fputs("usage: generate [--tree] COUNT FOLDER\n"
              "       generate --tar COUNT\n"
              "       generate --one SEED\n",
              stderr);
        return 2;
    }
    if (strcmp(argv[1], "--tar") == 0) {
        write_archive(strtoull(argv[2], NULL, 10));
        return EXIT_SUCCESS;
    }
    if (strcmp(argv[1], "--one") == 0) {
        struct machine m = machine_of(strtoull(argv[2], NULL, 10));

        write_machine(&m, stdout);
        return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    number = strtoull(argv[1 + tree], NULL, 10);
    for (uint64_t seed = 1; seed <= number; seed++)
        write_file(argv[2 + tree], tree, seed);
    return EXIT_SUCCESS;
}
