// From when to when is a certificate valid? Names, keys and signatures are not looked at. Source: RFC 5280, section 4.1.
#ifndef RA_PARSE_X509_H
#define RA_PARSE_X509_H

#include "base/arena.h"
#include "base/span.h"

struct ra_x509 {
    int64_t not_before_s, not_after_s; // unix seconds
};
// One certificate in DER; false where it is none.
bool ra_x509_parse(struct ra_span der, struct ra_x509 *ret);
// The first certificate in `text`: armoured (RFC 7468) or bare DER.
bool ra_x509_first(struct ra_arena *a, struct ra_span text, struct ra_x509 *ret);

#endif
