// Where a request may go: strict reading and building of URLs, and which host a credential belongs to. Whatever is not
// plainly one host is none: no user part, no percent sign, no trailing dot, no other alphabet in a host.
#ifndef RA_PROVIDERS_URL_H
#define RA_PROVIDERS_URL_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"
#include "providers/provider.h"

struct ra_url {
    bool plain;       // http
    const char *host; // lower case; an IPv6 address in brackets
    unsigned port;    // the scheme's own where none is written
    bool port_written;
    struct ra_span rest; // path and query, from the first '/'; empty where there is none
};

// An absolute http or https URL, without fragment. Strings in `a`; ret->rest borrows from `text`.
bool ra_url_parse(struct ra_arena *a, const char *text, struct ra_url *ret);
// "host", "host:port", "[address]:port": scheme https.
bool ra_url_parse_host(struct ra_arena *a, const char *text, struct ra_url *ret);
// 127.0.0.0/8, ::1 or localhost, as written.
bool ra_url_loopback(const struct ra_url *url);
// Is it an address, written as one, where a request of a "metadata-..." row may go without https?
bool ra_url_metadata(const char *provider, const struct ra_url *url);
bool ra_url_same_origin(const struct ra_url *a, const struct ra_url *b);
// May a credential of `host` go to this URL? https, or plain http to this machine or a metadata service; the host itself at its own port
// (any port of this machine's own is no exception), or one that hosts.def makes of it.
bool ra_url_belongs(struct ra_arena *a, const char *provider, enum ra_base base, const char *host,
                    const struct ra_url *url);
// Appends `text` as one path segment; with keep_slashes as several. False where a segment is empty, "." or "..".
bool ra_url_encode(struct ra_buf *to, const char *text, bool keep_slashes);
// base + the row's path with its arguments. False where an argument is missing or cannot stand in a path.
bool ra_url_build(struct ra_buf *to, const char *base, const struct ra_request_row *row, const char *const *args,
                  size_t n_args, size_t *ret_used);

#endif
