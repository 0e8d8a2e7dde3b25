/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcenter= of an esx URI: the host must be managed by that vCenter. */
#include <arpa/inet.h>
#include <netdb.h>

#include "vi/property.h"

#include "base/banned.h"

enum { ADDRESS_MAX = 16 };

/* The bytes of an address; 0 for a family that has none. */
static size_t
bytes_of(const struct sockaddr *address, unsigned char bytes[ADDRESS_MAX])
{
    const struct sockaddr_in6 *six = (const void *)address;
    const struct sockaddr_in *four = (const void *)address;

    if (address->sa_family == AF_INET) {
        memcpy(bytes, &four->sin_addr, sizeof(four->sin_addr));
        return sizeof(four->sin_addr);
    }
    if (address->sa_family == AF_INET6) {
        memcpy(bytes, &six->sin6_addr, sizeof(six->sin6_addr));
        return sizeof(six->sin6_addr);
    }
    return 0;
}

/* Is `ip`, as the host spells it, one of the addresses of `name`? */
static bool
has_address(const char *name, const char *ip)
{
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    unsigned char wanted[ADDRESS_MAX], bytes[ADDRESS_MAX];
    struct addrinfo *all = NULL;
    size_t size = 0;
    bool found = false;

    if (inet_pton(AF_INET, ip, wanted) == 1)
        size = sizeof(struct in_addr);
    else if (inet_pton(AF_INET6, ip, wanted) == 1)
        size = sizeof(struct in6_addr);
    if (size == 0 || getaddrinfo(name, NULL, &hints, &all) != 0)
        return false;
    for (const struct addrinfo *at = all; at && !found; at = at->ai_next)
        found =
            bytes_of(at->ai_addr, bytes) == size && memcmp(bytes, wanted, size) == 0;
    freeaddrinfo(all);
    return found;
}

static bool
take(void *data, struct vi_ref ref, const void *view)
{
    const struct vi_HostManager *host = view;
    struct vx_buf *ip = data;

    (void)ref;
    if (ip->size == 0)
        vx_buf_str(ip, host->summary_managementServerIp);
    return !ip->failed;
}

static enum vmx_vi_status
ask(struct vmx_vi *vi, struct vx_buf *ip)
{
    static const struct vi_hop hops[] = {
        {"folders", "Folder", "childEntity", {"folders", "datacenters", "hosts"}},
        {"datacenters", "Datacenter", "hostFolder", {"folders"}},
        {"hosts", "ComputeResource", "host", {NULL}},
    };
    static const enum vi_id view = VI_HostManager;
    const struct vi_query query = {
        .from = vi->content->rootFolder,
        .views = &view,
        .view_count = 1,
        .hops = hops,
        .hop_count = VX_COUNT(hops),
    };
    enum vmx_vi_status status = vi_query(vi, &query, take, ip);

    vx_buf_char(ip, '\0');
    return status == VMX_VI_OK && ip->failed
               ? vi_fail(vi, VMX_VI_ERR_NOMEM, "out of memory")
               : status;
}

enum vmx_vi_status
vi_check_centre(struct vmx_vi *vi)
{
    struct vx_buf ip VX_AUTO(vx_buf_done) = VX_BUF(1000);
    const char *name = vi_c(vi->uri.vcenter);
    enum vmx_vi_status status = ask(vi, &ip);

    if (status != VMX_VI_OK)
        return status;
    if (ip.data[0] == '\0')
        return vi_fail(vi, VMX_VI_ERR_URI, "vcenter=%s: no vCenter manages %s", name,
                       vi->uri.host.s);
    if (strcmp(name, "*") == 0 || strcmp(name, ip.data) == 0
        || has_address(name, ip.data))
        return vi_well(vi);
    return vi_fail(
        vi, VMX_VI_ERR_URI,
        "vcenter=%s: %s is managed by the vCenter at %s, which is not one of "
        "its addresses",
        name, vi->uri.host.s, ip.data);
}
