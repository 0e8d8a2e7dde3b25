/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Serial ports: serialN ↔ <serial>, and the <console> that libvirt makes of the first
 * one. */
#include "model/serial.h"
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"
#include "map/path.h"
#include "map/uri.h"

#include "base/banned.h"

#define S(member) VX_M(vx_serial, member)
#define KIND(mask) VX_IF(vx_serial, kind, mask)

enum {
    PORTS = 32, /* four before hardware version 11 */
};

/* The canonical fileType of each kind. */
static const struct vx_word kinds[] = {
    [VX_PORT_DEV] = {"device", "dev"},
    [VX_PORT_FILE] = {"file", "file"},
    [VX_PORT_PIPE] = {"pipe", "pipe"},
    [VX_PORT_UNIX] = {"pipe", "unix"},
    [VX_PORT_TCP] = {"network", "tcp"},
    [VX_PORT_UDP] = {"network", "udp"},
    [VX_PORT_NULL] = {"network", "null"},
    [VX_PORT_PRINTER] = {"thinprint", NULL},
    VX_WORDS_END,
};

static const struct vx_word ends[] = {
    [VX_END_SERVER] = {"server", "bind"},
    [VX_END_CLIENT] = {"client", "connect"},
    VX_WORDS_END,
};

static const struct vx_word protocols[] = {
    [VX_SCHEME_RAW] = {NULL, "raw"},         [VX_SCHEME_TELNET] = {NULL, "telnet"},
    [VX_SCHEME_TELNETS] = {NULL, "telnets"}, [VX_SCHEME_TLS] = {NULL, "tls"},
    [VX_SCHEME_UDP] = {NULL, NULL},          VX_WORDS_END,
};

/* The answer to the question about a file that is there already. */
static const struct vx_word answers[] = {
    [VX_NO] = {"Replace", "off"},
    [VX_YES] = {"Append", "on"},
    VX_WORDS_END,
};

/* ---- what a port is connected to ------------------------------------------------ */

static const char *const type_words[] = {"device",  "file",      "pipe",
                                         "network", "thinprint", NULL};
static const char *const end_words[] = {"server", "client", NULL};
static const char *const xml_words[] = {"dev", "file", "pipe", "unix",
                                        "tcp", "udp",  "null", NULL};

enum { T_ABSENT, T_DEVICE, T_FILE, T_PIPE, T_NETWORK, T_PRINTER };

enum { F_ABSENT, F_EMPTY, F_TCP, F_TCP_ANY, F_UDP, F_UDP_ANY, F_OTHER };

enum { E_ABSENT, E_SERVER, E_CLIENT, E_OTHER };

enum { X_ABSENT, X_DEV, X_FILE, X_PIPE, X_UNIX, X_TCP, X_UDP, X_NULL, X_OTHER };

enum {
    NOT_GIVEN = VX_IS(0),
    NAMED = ~(VX_IS(F_ABSENT) | VX_IS(F_EMPTY)),
};

static uint8_t
file_class(__attribute__((unused)) struct vx_map *map, struct vx_str text)
{
    struct vx_uri uri;
    bool anywhere;

    if (text.s == NULL)
        return F_ABSENT;
    if (text.n == 0)
        return F_EMPTY;
    if (!vx_uri_parse(text, &uri))
        return F_OTHER;
    anywhere = uri.host.n == 0;
    if (uri.scheme == VX_SCHEME_UDP)
        return anywhere ? F_UDP_ANY : F_UDP;
    return anywhere ? F_TCP_ANY : F_TCP;
}

static const struct vx_facet vmx_asks[] = {
    {.key = VX_SERIAL_fileType, .words = type_words, .classes = 7},
    {.key = VX_SERIAL_fileName, .classify = file_class, .classes = 7},
    {.key = VX_SERIAL_network_endPoint, .words = end_words, .classes = 4},
    {.key = VX_SERIAL_vspc, .classes = 2},
};

static const struct vx_facet xml_asks[] = {
    {.elem = "", .attr = "type", .words = xml_words, .classes = 9},
};

/* With a concentrator (vspc) the fileName is only the name under which the port is
 * announced there.  A client must know whom to call; a server need not. */
/* clang-format off */
static const struct vx_case cases[] = {
  /* kind            fileType,                          fileName,           network.endPoint, vspc      type */
  {VX_PORT_DEV,     {VX_IS(T_ABSENT) | VX_IS(T_DEVICE), NAMED},                                        {VX_IS(X_DEV)}},
  {VX_PORT_FILE,    {VX_IS(T_FILE),                     NAMED},                                        {VX_IS(X_FILE)}},
  {VX_PORT_PIPE,    {VX_IS(T_PIPE),                     NAMED},                                        {VX_IS(X_PIPE)}},
  {VX_PORT_UNIX,    {VX_NEVER},                                                                        {VX_IS(X_UNIX)}},
  {VX_PORT_TCP,     {VX_IS(T_NETWORK), VX_IS(F_TCP),     0,                NOT_GIVEN},                 {VX_IS(X_TCP)}},
  {VX_PORT_TCP,     {VX_IS(T_NETWORK), VX_IS(F_TCP_ANY), ~VX_IS(E_CLIENT), NOT_GIVEN},                 {VX_NEVER}},
  {VX_PORT_UDP,     {VX_IS(T_NETWORK), VX_IS(F_UDP),     0,                NOT_GIVEN},                 {VX_IS(X_UDP)}},
  {VX_PORT_UDP,     {VX_IS(T_NETWORK), VX_IS(F_UDP_ANY), ~VX_IS(E_CLIENT), NOT_GIVEN},                 {VX_NEVER}},
  {VX_PORT_PRINTER, {VX_IS(T_PRINTER)},                                                                {VX_NEVER}},
  {VX_PORT_NULL,    {0},                                                                               {VX_IS(X_NULL)}},
};
/* clang-format on */

static const struct vx_decision decision = {
    vmx_asks, xml_asks, VX_COUNT(vmx_asks), VX_COUNT(xml_asks), VX_COUNT(cases), cases,
};

/* ---- the element ---------------------------------------------------------------- */

/* libvirt's reader wants to know where the answers of a UDP server go as well; port 0
 * is nowhere. */
static void
udp_answers(struct vx_map *map, __attribute__((unused)) const struct vx_row *row,
            __attribute__((unused)) const uint32_t *slot,
            __attribute__((unused)) void *model)
{
    vx_xml_at(&map->xml, "");
    vx_xml_at(&map->xml, "source");
    vx_xml_attrs(&map->xml, " mode='connect' service='0'");
}

enum {
    PATH = VX_IS(VX_PORT_DEV) | VX_IS(VX_PORT_PIPE) | VX_IS(VX_PORT_UNIX),
    NET = VX_IS(VX_PORT_TCP) | VX_IS(VX_PORT_UDP),
};

/* clang-format off */
static const struct vx_row rows[] = {
  {VX_K(VX_SERIAL_present),             VX_SELF},
  {VX_K(VX_SERIAL_startConnected),      VX_HOOK(vx_hook_usual_yes),  .codec = &vx_bool, S(connected)}, /* no element says FALSE */
  {VX_K(VX_SERIAL_hardwareFlowControl), VX_HOOK(vx_hook_usual_yes),  .codec = &vx_bool, S(flow_control)},
  {VX_K(VX_SERIAL_yieldOnMsrRead),      VX_HOOK(vx_hook_usual_no),   .codec = &vx_bool, S(yields)},
  {VX_K(VX_SERIAL_tryNoRxLoss),         VX_HOOK(vx_hook_usual_no),   .codec = &vx_bool, S(no_rx_loss)},
  {VX_K(VX_SERIAL_fileType),            VX_ATTR("", "type"),         .codec = &vx_decided, .arg = kinds, S(kind), .tells = true},

  {VX_K(VX_SERIAL_pipe_endPoint),       VX_ATTR("source", "mode"),   .codec = &vx_enum, .arg = ends, S(end), KIND(VX_IS(VX_PORT_UNIX))}, /* libvirt drops it from type pipe */
  {VX_K(VX_SERIAL_fileName),            VX_ATTR("source", "path"),   .codec = &vx_text, S(path), KIND(PATH)},
  {VX_K(VX_SERIAL_fileName),            VX_ATTR("source", "path"),   .codec = &vx_path, S(path), KIND(VX_IS(VX_PORT_FILE))},
  /* The key is the machine's, see serial_in() and console_put(). */
  {VX_NOKEY,                            VX_ATTR("source", "append"), .codec = &vx_enum, .arg = answers, S(append), KIND(VX_IS(VX_PORT_FILE))},
  {VX_K(VX_SERIAL_network_endPoint),    VX_ATTR("source", "mode"),   .codec = &vx_enum, .arg = ends, S(end), KIND(NET), .absent = "server"},
  {VX_K(VX_SERIAL_fileName),            VX_ATTR("source", "host"),   .codec = &vx_uri,  S(uri.host), KIND(NET)}, /* all of the uri: the host stands first */
  {VX_NOKEY,                            VX_ATTR("source", "service"), .codec = &vx_text, S(uri.service), KIND(NET)},
  {VX_NOKEY,                            VX_HOOK(udp_answers),        VX_IF(vx_serial, udp_bind, VX_IS(1))}, /* says nothing */
  {VX_NOKEY,                            VX_ATTR("protocol", "type"), .codec = &vx_enum, .arg = protocols, S(uri.scheme), KIND(VX_IS(VX_PORT_TCP))},
  /* Last, since a console has another.  The number in the keys, see vx_port_accept(). */
  {VX_NOKEY,                            VX_ATTR("target", "port"),   .codec = &vx_integer, S(port)},
};

/* clang-format on */

static void
report_null(struct vx_map *map, const struct vx_instance *i)
{
    uint32_t vspc = i->slot[VX_SERIAL_vspc], name = i->slot[VX_SERIAL_fileName];
    uint8_t type =
        vx_word_of_vmx(kinds, vx_map_value(map, i->slot[VX_SERIAL_fileType]));

    if (vspc)
        vx_map_loss(map, VX_SERIAL_VSPC, VMX_LOSS_INFORMATION, vspc, NULL, NULL);
    else if (i->slot[VX_SERIAL_fileType] && type == 0)
        vx_map_loss(map, VX_PORT_TYPE, VMX_LOSS_WARNING, i->slot[VX_SERIAL_fileType],
                    NULL, NULL);
    else if (type == VX_PORT_TCP && name)
        vx_map_loss(map, VX_SERIAL_URI, VMX_LOSS_INFORMATION, name, NULL, NULL);
    else
        vx_map_loss(map, VX_PORT_NO_TARGET, VMX_LOSS_WARNING,
                    name ? name : i->slot[VX_SERIAL_present], NULL, NULL);
}

static bool
serial_accept(struct vx_map *map, struct vx_instance *i, void *model)
{
    struct vx_serial *serial = model;

    if (i->index >= PORTS) {
        vx_map_loss(map, VX_PORT_NUMBER, VMX_LOSS_WARNING, i->slot[VX_SERIAL_present],
                    NULL, NULL);
        return false;
    }
    if (serial->kind == VX_PORT_PRINTER) {
        vx_map_loss(map, VX_THINPRINT, VMX_LOSS_INFORMATION,
                    i->slot[VX_SERIAL_fileType], NULL, NULL);
        return false;
    }
    if (serial->kind == VX_PORT_NULL)
        report_null(map, i);
    serial->port = (struct vx_int){i->index, true};
    return true;
}

static void
serial_in(struct vx_map *map, struct vx_instance *i, void *model)
{
    struct vx_serial *serial = model;
    uint32_t answer = map->slots.machine[VX_M_answer_msg_serial_file_open];

    serial->udp_bind = serial->kind == VX_PORT_UDP && serial->end == VX_END_SERVER;
    if (serial->kind == VX_PORT_DEV && vx_str_ieq(serial->path, VX_STR("auto detect")))
        vx_map_loss(map, VX_PORT_AUTODETECT, VMX_LOSS_INFORMATION,
                    i->slot[VX_SERIAL_fileName], NULL, NULL);
    if (serial->kind != VX_PORT_FILE || answer == 0)
        return;
    serial->append = vx_word_of_vmx(answers, vx_map_value(map, answer));
    if (serial->append)
        vx_map_said(map, answer,
                    vx_str_eq(vx_map_value(map, answer),
                              vx_str_c(answers[serial->append].vmx)));
}

/* ---- the way back --------------------------------------------------------------- */

/* Was the port one that leads to nothing that XML can say?  Then its keys say it. */
static bool
was_null(struct vx_map *map, const struct vx_seat *seat)
{
    static const int16_t asks[] = {VX_SERIAL_fileType, VX_SERIAL_fileName,
                                   VX_SERIAL_network_endPoint, VX_SERIAL_vspc};
    uint8_t classes[VX_COUNT(asks)];
    struct vx_str text;

    if (!vx_remembered(map, seat, VX_SERIAL_present, &text))
        return false;
    for (size_t i = 0; i < VX_COUNT(asks); i++) {
        bool told = vx_remembered(map, seat, asks[i], &text);

        if (told && text.s == NULL && asks[i] != VX_SERIAL_fileType)
            return false; /* elements said it, so there was more than nothing */
        if (told && text.s == NULL)
            text = VX_STR("network"); /* the word for a null port */
        classes[i] = vx_facet_class(NULL, &vmx_asks[i], text);
    }
    return vx_decide_classes(&decision, false, classes) == VX_PORT_NULL;
}

static bool
serial_accept_xml(struct vx_map *map, struct vx_node *element, struct vx_seat *seat,
                  void *model)
{
    const struct vx_serial *serial = model;

    if (!vx_port_accept(map, element, seat, PORTS))
        return false;
    if (serial->kind == VX_PORT_NONE)
        vx_port_refuse(map, element, seat, NULL);
    else if (serial->kind == VX_PORT_NULL && !(seat->placed && was_null(map, seat)))
        vx_port_refuse(map, element, seat, "A port that leads to nothing; left out");
    return !seat->refused;
}

/* A port that sends has the address of its peer in a second source; a port that is none
 * is libvirt's own. */
static void
read_udp(struct vx_map *map, struct vx_node *element, struct vx_serial *serial)
{
    struct vx_node *source = vx_xml_child(element, "source"), *mine = NULL,
                   *peer = NULL;

    for (; source; source = vx_xml_next(source, "source")) {
        struct vx_node **which =
            vx_str_eq(vx_xml_value(source, "mode"), VX_STR("bind")) ? &mine : &peer;

        vx_xml_value(source, "host");
        vx_xml_value(source, "service");
        if (*which == NULL)
            *which = source;
    }
    if (peer && mine && vx_str_eq(vx_xml_value(peer, "service"), VX_STR("0")))
        peer = NULL;
    if (peer && mine)
        vx_back_loss(
            map, VX_UNREAD_ELEMENT, VMX_LOSS_INFORMATION, mine, "service",
            "The port sends, and VMware chooses the address that it sends from", NULL);
    serial->end = peer ? VX_END_CLIENT : VX_END_SERVER;
    serial->uri =
        (struct vx_uri){vx_xml_value(peer ? peer : mine, "host"),
                        vx_xml_value(peer ? peer : mine, "service"), VX_SCHEME_UDP};
}

/* The address must be one that is read as it was meant. */
static bool
settle_uri(struct vx_map *map, struct vx_serial *serial)
{
    struct vx_buf text VX_AUTO(vx_buf_done) = VX_BUF(4096);
    struct vx_uri read;

    if (serial->uri.scheme == VX_SCHEME_NONE)
        serial->uri.scheme = VX_SCHEME_RAW;
    if (serial->uri.host.s == NULL)
        serial->uri.host = VX_STR(""); /* anywhere */
    if (serial->uri.service.s == NULL
        || (serial->uri.host.n == 0 && serial->end == VX_END_CLIENT))
        return false;
    vx_uri_format(&text, &serial->uri);
    if (text.failed || !vx_uri_parse(vx_buf_text(&text), &read)
        || !vx_str_eq(read.host, serial->uri.host))
        return false;
    serial->uri.service = vx_arena_dup(map->arena, read.service);
    return true;
}

static void
serial_in_xml(struct vx_map *map, struct vx_node *element, struct vx_seat *seat,
              void *model)
{
    struct vx_serial *serial = model;

    if (VX_IS(serial->kind) & NET || serial->kind == VX_PORT_UNIX) {
        if (serial->end == VX_END_NONE)
            serial->end = VX_END_CLIENT; /* libvirt's usual */
    }
    if (serial->kind == VX_PORT_UDP)
        read_udp(map, element, serial);
    if (VX_IS(serial->kind) & NET && !settle_uri(map, serial))
        vx_port_refuse(map, element, seat,
                       "A port without an address that VMware can take; left out");
    if (VX_IS(serial->kind) & (PATH | VX_IS(VX_PORT_FILE)) && serial->path.n == 0)
        vx_port_refuse(map, element, seat, "A port without a path; left out");
}

/* What libvirt gives every port, and a pipe that does not tell its end. */
static void
serial_put(struct vx_map *map, const struct vx_seat *seat, const void *model)
{
    const struct vx_serial *serial = model;

    if (serial->kind == VX_PORT_PIPE)
        vx_put(map, seat, VX_SERIAL_pipe_endPoint, VX_STR("client"));
    if (serial->kind == VX_PORT_PIPE || serial->kind == VX_PORT_UNIX)
        vx_put_bool(map, seat, VX_SERIAL_tryNoRxLoss, false);
    vx_put_bool(map, seat, VX_SERIAL_yieldOnMsrRead, true);
}

const struct vx_device vx_device_serial = {
    .name = "serial",
    .element = "serial",
    .kind = VX_KIND_SERIAL,
    .present = VX_SERIAL_present,
    .size = sizeof(struct vx_serial),
    .decision = &decision,
    .decided = offsetof(struct vx_serial, kind),
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = serial_accept,
    .in = serial_in,
    .accept_xml = serial_accept_xml,
    .in_xml = serial_in_xml,
    .put = serial_put,
};

/* ---- the console ---------------------------------------------------------------- */

/* libvirt adds it to every document that has a serial port. */
static void
console(struct vx_map *map, __attribute__((unused)) const struct vx_row *row,
        __attribute__((unused)) const uint32_t *slot,
        __attribute__((unused)) void *model)
{
    const struct vx_instance *i = map->slots.first[VX_KIND_SERIAL];
    uint32_t base = map->xml.base;

    while (i && i->model == NULL)
        i = i->next;
    if (i == NULL)
        return;
    vx_xml_begin(&map->xml, "console");
    vx_rows_write(map, rows, VX_COUNT(rows) - 1, i->slot, i->model);
    vx_xml_at(&map->xml, "target");
    vx_xml_attrs(&map->xml, " type='serial'");
    vx_xml_attr_uint(&map->xml, "port", i->index);
    vx_xml_end(&map->xml, base);
}

/* The first console is the first serial port once more; without serial ports it is one
 * itself.  Others are none of a serial port, and stay to be reported. */
static void
console_in_xml(struct vx_map *map, struct vx_node *element,
               __attribute__((unused)) struct vx_seat *none,
               __attribute__((unused)) void *model)
{
    struct vx_node *first = vx_xml_child(element, "console"), *target;
    struct vx_str kind;

    (void)map;
    if (first == NULL)
        return;
    target = vx_xml_child(first, "target");
    kind = vx_xml_value(target, "type");
    if (kind.s && !vx_str_eq(kind, VX_STR("serial")))
        return;
    if (vx_xml_child(element, "serial"))
        vx_xml_pass(first);
    else
        first->name = VX_STR("serial");
}

/* One answer for the files of all ports. */
static void
console_put(struct vx_map *map, __attribute__((unused)) const struct vx_seat *none,
            __attribute__((unused)) const void *model)
{
    uint8_t answer = VX_UNSET;

    for (struct vx_seat *seat = vx_seat_of(map, VX_KIND_SERIAL, NULL); seat;
         seat = vx_seat_of(map, VX_KIND_SERIAL, seat)) {
        const struct vx_serial *serial = seat->model;

        if (answer == VX_UNSET)
            answer = serial->append;
        else if (serial->append != VX_UNSET && serial->append != answer)
            vx_back_loss(map, VX_APPEND_DIFFERS, VMX_LOSS_INFORMATION,
                         vx_xml_find(seat->element, "source", NULL), "append", NULL,
                         NULL);
    }
    if (answer != VX_UNSET)
        vx_put(map, NULL, VX_M_answer_msg_serial_file_open,
               vx_str_c(answers[answer].vmx));
}

static const struct vx_row console_rows[] = {{VX_NOKEY, VX_HOOK(console)}};

const struct vx_device vx_device_console = {
    .name = "console",
    .kind = VX_KIND_MACHINE,
    .present = VX_NO_KEY,
    .rows = console_rows,
    .row_count = VX_COUNT(console_rows),
    .in_xml = console_in_xml,
    .put = console_put,
};
