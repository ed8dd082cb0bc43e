// Where does a credential belong, and may that host be asked? A vendor's own fixed host always may. A host that only a
// file names may be another's trap, whatever the file: it is asked only where the user names it (--host).
#ifndef RA_PROVIDERS_WHERE_H
#define RA_PROVIDERS_WHERE_H

#include "providers/held.h"

struct ra_consent {
    const char *const *hosts; // of --host: "name" or "name:port"
    size_t n_hosts;
    const char *const *env;   // the target's environment, NULL-ended; may be NULL
};

struct ra_whereabouts {
    bool fixed; // the vendor's own host
    bool sure;  // the credential is this host's and no other's: where it does not know it, it is dead
};

// "host[:port]" as the place, what stands beside the value, or the environment says, else the provider's home, else
// NULL: nobody says.
const char *ra_where(struct ra_arena *a, const struct ra_held *held, const struct ra_provider *provider,
                     const struct ra_consent *consent, struct ra_whereabouts *ret);
// The path of the service there, as the same source says it; NULL = none.
const char *ra_where_path(struct ra_arena *a, const struct ra_held *held, const struct ra_consent *consent);
// Does --host name it? A name without a port names every port of the host.
bool ra_consented(struct ra_arena *a, const struct ra_consent *consent, const char *host);

#endif
