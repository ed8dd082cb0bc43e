// netrc(5): machine, default, login, password, account; macdef bodies skipped.
#ifndef RA_PARSE_NETRC_H
#define RA_PARSE_NETRC_H

#include <stdbool.h>

#include "base/span.h"

struct ra_netrc {
    struct ra_span rest; // start: the whole input
    unsigned line;       // start: 1
    bool mid_line;       // start: false
};
struct ra_netrc_entry {
    struct ra_span machine, login, password; // empty where missing; machine "" with is_default
    bool is_default;
    unsigned line; // of `machine`
};
bool ra_netrc_next(struct ra_netrc *it, struct ra_netrc_entry *ret);

#endif
