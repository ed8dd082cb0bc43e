// One value after the other of ASN.1's distinguished encoding: definite lengths and one-byte tags only, which is all
// that certificates and key stores need. Private to scanner/parse. Source: ITU-T X.690, sections 8 and 10.
#ifndef RA_PARSE_DER_H
#define RA_PARSE_DER_H

#include "base/span.h"

enum {
    RA_DER_INTEGER = 0x02,
    RA_DER_OCTETS = 0x04,
    RA_DER_OID = 0x06,
    RA_DER_UTC_TIME = 0x17,
    RA_DER_TIME = 0x18,
    RA_DER_SEQUENCE = 0x30,
    RA_DER_CONTEXT_0 = 0xA0,
};
// Takes the value in front off *s: its tag and its contents, which borrow from *s. False, and *s untouched, at the
// end or where the bytes are no such value.
bool ra_der_next(struct ra_span *s, unsigned char *ret_tag, struct ra_span *ret_body);
// The same where the tag must be `tag`.
bool ra_der_take(struct ra_span *s, unsigned char tag, struct ra_span *ret_body);

#endif
