// HTTP to a service that the user consented to ask: one batch of requests, at most RA_HTTP_CONCURRENT at once.
// Every default of the library is set by hand: https only (plain http to this machine itself, and to a cloud's metadata
// service where the request says so), certificates checked,
// no redirect followed, no cookie, no netrc, no proxy but the one given, nothing read from our own environment.
// Knows nothing of credentials: whoever asks has put them into the headers, for the right host.
#ifndef RA_HOST_HTTP_H
#define RA_HOST_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

struct ra_http_request {
    const char *method;         // "GET", "HEAD", "POST"
    const char *url;            // absolute, already encoded
    const char *const *headers; // "Name: value", NULL-ended; without CR and LF
    struct ra_span body;        // POST only
    const char *proxy;          // URL with its own credentials, or NULL: straight
    struct ra_span ca;          // PEM: trusted instead of the system's file, or empty
    bool link_local;            // plain http may go to the addresses of metadata services too
    bool only_ca;               // and nothing else is trusted (a cluster's own CA)
    struct ra_span certificate, key; // PEM of a client, or empty
    bool (*enough)(struct ra_span body); // true: what has come tells all; the transfer is stopped
};

struct ra_http_answer {
    int err;         // 0 = a whole answer, or as much as was enough; else see ra_answer in providers/provider.h
    const char *why; // err only: plain words, static
    bool untrusted;  // err only: nobody that is trusted vouches for the server; nothing was sent
    unsigned status;
    struct ra_buf headers, body; // the caller frees: ra_http_answer_free
};

struct ra_http; // connections, kept between batches

// Only once a process; the library starts no thread and opens no file before the first request.
struct ra_http *ra_http_open(void); // NULL where the library does not start
// Fills ret[0..n), which must be zero. Gives up what is not answered at `until_ms` (ra_now_ms). Never hangs.
void ra_http_run(struct ra_http *h, const struct ra_http_request *requests, size_t n, int64_t until_ms,
                 struct ra_http_answer *ret);
void ra_http_answer_free(struct ra_http_answer *answer);
// Ends every connection; what the library held of requests is wiped with its memory, and the stack below us too.
void ra_http_close(struct ra_http *h);

#endif
