/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Parallel ports: parallelN ↔ <parallel>. */
#include "model/parallel.h"
#include "map/back.h"
#include "map/codec.h"
#include "map/dev/dev.h"
#include "map/path.h"
#include "model/serial.h"

#include "base/banned.h"

#define P(member) VX_M(vx_parallel, member)
#define KIND(value) VX_IF(vx_parallel, kind, VX_IS(value))

enum {
    PORTS = 3,
};

static const struct vx_word kinds[] = {
    [VX_PORT_DEV] = {"device", "dev"},
    [VX_PORT_FILE] = {"file", "file"},
    [VX_PORT_NULL] = {"device", "null"},
    VX_WORDS_END,
};

static const char *const type_words[] = {"device", "file", NULL};
static const char *const xml_words[] = {"dev", "file", "null", NULL};

enum { T_ABSENT, T_DEVICE, T_FILE, T_OTHER };

enum { F_ABSENT, F_EMPTY, F_NAME };

enum { X_ABSENT, X_DEV, X_FILE, X_NULL, X_OTHER };

static uint8_t
file_class(__attribute__((unused)) struct vx_map *map, struct vx_str text)
{
    if (text.s == NULL)
        return F_ABSENT;
    return text.n ? F_NAME : F_EMPTY;
}

static const struct vx_facet vmx_asks[] = {
    {.key = VX_PARALLEL_fileType, .words = type_words, .classes = 4},
    {.key = VX_PARALLEL_fileName, .classify = file_class, .classes = 3},
};

static const struct vx_facet xml_asks[] = {
    {.elem = "", .attr = "type", .words = xml_words, .classes = 5},
};

/* clang-format off */
static const struct vx_case cases[] = {
  /* kind           fileType, fileName                                type */
  {VX_PORT_DEV,    {VX_IS(T_ABSENT) | VX_IS(T_DEVICE), VX_IS(F_NAME)}, {VX_IS(X_DEV)}},
  {VX_PORT_FILE,   {VX_IS(T_FILE), VX_IS(F_NAME)},                     {VX_IS(X_FILE)}},
  {VX_PORT_NULL,   {0},                                                {VX_IS(X_NULL)}},
};

static const struct vx_row rows[] = {
  {VX_K(VX_PARALLEL_present),        VX_SELF},
  {VX_K(VX_PARALLEL_startConnected), VX_HOOK(vx_hook_usual_yes), .codec = &vx_bool, P(connected)}, /* no element says FALSE */
  {VX_K(VX_PARALLEL_bidirectional),  VX_HOOK(vx_hook_usual_yes), .codec = &vx_bool, P(bidirectional)},
  {VX_K(VX_PARALLEL_fileType),       VX_ATTR("", "type"),        .codec = &vx_decided, .arg = kinds, P(kind), .tells = true},
  {VX_K(VX_PARALLEL_fileName),       VX_ATTR("source", "path"),  .codec = &vx_text, P(path), KIND(VX_PORT_DEV)},
  {VX_K(VX_PARALLEL_fileName),       VX_ATTR("source", "path"),  .codec = &vx_path, P(path), KIND(VX_PORT_FILE)},
  {VX_NOKEY,                         VX_ATTR("target", "port"),  .codec = &vx_integer, P(port)}, /* the number in the keys */
};
/* clang-format on */

static const struct vx_decision decision = {
    vmx_asks, xml_asks, VX_COUNT(vmx_asks), VX_COUNT(xml_asks), VX_COUNT(cases), cases,
};

static void
report_null(struct vx_map *map, const struct vx_instance *i)
{
    uint32_t type = i->slot[VX_PARALLEL_fileType], name = i->slot[VX_PARALLEL_fileName];

    if (type && vx_word_of_vmx(kinds, vx_map_value(map, type)) == 0)
        vx_map_loss(map, VX_PORT_TYPE, VMX_LOSS_WARNING, type, NULL, NULL);
    else
        vx_map_loss(map, VX_PORT_NO_TARGET, VMX_LOSS_WARNING,
                    name ? name : i->slot[VX_PARALLEL_present], NULL, NULL);
}

static bool
parallel_accept(struct vx_map *map, struct vx_instance *i, void *model)
{
    struct vx_parallel *parallel = model;

    if (i->index >= PORTS) {
        vx_map_loss(map, VX_PORT_NUMBER, VMX_LOSS_WARNING, i->slot[VX_PARALLEL_present],
                    NULL, NULL);
        return false;
    }
    if (parallel->kind == VX_PORT_NULL)
        report_null(map, i);
    parallel->port = (struct vx_int){i->index, true};
    return true;
}

static void
parallel_in(struct vx_map *map, struct vx_instance *i, void *model)
{
    const struct vx_parallel *parallel = model;

    if (parallel->kind == VX_PORT_DEV
        && vx_str_ieq(parallel->path, VX_STR("auto detect")))
        vx_map_loss(map, VX_PORT_AUTODETECT, VMX_LOSS_INFORMATION,
                    i->slot[VX_PARALLEL_fileName], NULL, NULL);
}

/* Was the port one that leads to nothing that XML can say?  Then its keys say it. */
static bool
was_null(struct vx_map *map, const struct vx_seat *seat)
{
    struct vx_str text;

    return seat->placed && vx_remembered(map, seat, VX_PARALLEL_present, &text)
           && (!vx_remembered(map, seat, VX_PARALLEL_fileName, &text) || text.s);
}

static bool
parallel_accept_xml(struct vx_map *map, struct vx_node *element, struct vx_seat *seat,
                    void *model)
{
    const struct vx_parallel *parallel = model;

    if (!vx_port_accept(map, element, seat, PORTS))
        return false;
    if (parallel->kind == VX_PORT_NONE)
        vx_port_refuse(map, element, seat, NULL);
    else if (parallel->kind == VX_PORT_NULL && !was_null(map, seat))
        vx_port_refuse(map, element, seat, "A port that leads to nothing; left out");
    return !seat->refused;
}

static void
parallel_in_xml(struct vx_map *map, struct vx_node *element, struct vx_seat *seat,
                void *model)
{
    const struct vx_parallel *parallel = model;

    if (parallel->kind != VX_PORT_NULL && parallel->path.n == 0)
        vx_port_refuse(map, element, seat, "A port without a path; left out");
}

const struct vx_device vx_device_parallel = {
    .name = "parallel",
    .element = "parallel",
    .kind = VX_KIND_PARALLEL,
    .present = VX_PARALLEL_present,
    .size = sizeof(struct vx_parallel),
    .decision = &decision,
    .decided = offsetof(struct vx_parallel, kind),
    .rows = rows,
    .row_count = VX_COUNT(rows),
    .accept = parallel_accept,
    .in = parallel_in,
    .accept_xml = parallel_accept_xml,
    .in_xml = parallel_in_xml,
};
