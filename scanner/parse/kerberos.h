// Kerberos' files: until when do the tickets of a cache last, and does a key table hold keys? Sources: MIT Kerberos,
// "Credential cache file format" and "Keytab file format".
#ifndef RA_PARSE_KERBEROS_H
#define RA_PARSE_KERBEROS_H

#include "base/span.h"

struct ra_tickets {
    unsigned n;     // tickets; settings kept among them are none
    bool granting;  // one of them gets further tickets (krbtgt)
    int64_t ends_s; // the latest end, unix seconds; 0 where n is 0
};
// A cache of version 3 or 4. False where it is none or is cut; *ret then holds the tickets before the fault.
bool ra_tickets_parse(struct ra_span file, struct ra_tickets *ret);
// Entries of a key table (version 2); false where it is none.
bool ra_keytab_parse(struct ra_span file, unsigned *ret_keys);

#endif
