// Signatures of AWS requests, version 4. The secret is used and never sent. Pure: the time is the caller's.
// Source: AWS, "Signature Version 4 signing process"; checked against the vendor's published test suite.
#ifndef RA_PROVIDERS_SIGV4_H
#define RA_PROVIDERS_SIGV4_H

#include "base/arena.h"
#include "base/span.h"

struct ra_sigv4 {
    struct ra_span id, secret;
    const char *region, *service; // "us-east-1", "sts"
    const char *stamp;            // "20150830T123600Z"
};

// "Authorization: AWS4-HMAC-SHA256 ..." for a request. path and query as they are sent: encoded, the query sorted by the
// caller. headers: "name:value" in lower-case names, sorted, NULL-ended; those are what is signed. In `a`.
const char *ra_sigv4_authorization(struct ra_arena *a, const struct ra_sigv4 *key, const char *method, struct ra_span path,
                                   struct ra_span query, const char *const *headers, struct ra_span body);

// The one region of its partition that identities answer in, of any region; NULL: the usual partition's.
const char *ra_sigv4_home(const char *region);

#endif
