// What a secret says of itself becomes details of its reach, and its ceiling where the token itself is bound to less.
#ifndef RA_COLLECT_CLAIMS_H
#define RA_COLLECT_CLAIMS_H

#include "catalogue/recognise.h"
#include "collect/collect.h"

struct ra_claims {
    struct {
        const char *key, *value;
    } facts[8];
    size_t n;
    bool has_expiry;
    int64_t expires_s;
    enum ra_radius ceiling; // the most that it opens, by its own limits
};
// `around`: the text that the secret stands in (a URL, a line). All texts in the collector's arena.
void ra_claims_of(struct ra_collect *c, const struct ra_secret_fact *f, struct ra_span around, struct ra_claims *ret);

#endif
