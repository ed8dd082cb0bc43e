// Percent escapes, RFC 3986 section 2.1: read by ids and by the scrubber alike.
#ifndef RA_MODEL_PERCENT_H
#define RA_MODEL_PERCENT_H

#include "base/span.h"

static inline int ra_hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// The byte of the escape at s.p[i], or -1 where there is none.
static inline int ra_percent_at(struct ra_span s, size_t i)
{
    if (i + 2 >= s.n || s.p[i] != '%')
        return -1;
    int hi = ra_hex_value(s.p[i + 1]), lo = ra_hex_value(s.p[i + 2]);
    return hi < 0 || lo < 0 ? -1 : hi * 16 + lo;
}

#endif
