// Where a URL of the settings leads: scheme, host and port, and nothing else. What stands before an '@', and what
// follows the host, may be a secret and is dropped here.
#ifndef RA_COLLECT_ADDRESS_H
#define RA_COLLECT_ADDRESS_H

#include "base/arena.h"
#include "base/span.h"

struct ra_address {
    char *scheme, *host; // scheme: as written, or NULL where there is none
    unsigned port;       // 0 where none is written
};
// "[scheme://][user[:password]@]host[:port][/...]"; everything up to the last '@' is the user's, since people write
// passwords with '/' in them. false: what is left is no host and port, and is not to be shown. Lives in `a`.
bool ra_address_parse(struct ra_arena *a, struct ra_span text, struct ra_address *ret);
char *ra_address_text(struct ra_arena *a, const struct ra_address *at); // "https://host:8443", IPv6 in brackets

#endif
