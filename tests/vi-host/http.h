/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The host on the wire, and the address where it is told what to be. */
#ifndef VX_TESTS_VI_HOST_HTTP_H
#define VX_TESTS_VI_HOST_HTTP_H

#include "world.h"

struct http;

/* Listens on 127.0.0.1, at ports that the system chooses where `port` is 0; over TLS
 * when there are a certificate and a key, in PEM.  NULL when it cannot. */
struct http *http_begin(struct world *world, uint16_t port, const char *certificate,
                        const char *key);
uint16_t http_port(const struct http *http);
uint16_t http_control_port(const struct http *http);
/* world->stopping is set before. */
void http_end(struct http *http);

/* A key and a certificate that it signed itself, for 127.0.0.1, both in PEM, and the
 * pin of the key; false when that fails. */
bool certificate_make(char **ret_certificate, char **ret_key, char *pin, size_t size);

#endif
