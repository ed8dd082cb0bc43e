// Tags and lengths of ASN.1's distinguished encoding. Does not know what the values mean.
#include "parse/der.h"

enum { LENGTH_BYTES = 4 };

bool ra_der_next(struct ra_span *s, unsigned char *ret_tag, struct ra_span *ret_body)
{
    if (s->n < 2 || ((unsigned char)s->p[0] & 0x1F) == 0x1F)
        return false;
    size_t n = (unsigned char)s->p[1], head = 2;
    if (n & 0x80) {
        size_t more = n & 0x7F;
        if (more == 0 || more > LENGTH_BYTES || s->n < 2 + more) // 0: indefinite, of BER only
            return false;
        n = 0;
        for (size_t i = 0; i < more; i++)
            n = n << 8 | (unsigned char)s->p[2 + i];
        head += more;
    }
    if (n > s->n - head)
        return false;
    *ret_tag = (unsigned char)s->p[0];
    *ret_body = ra_span_cut(*s, head, n);
    *s = ra_span_cut(*s, head + n, s->n);
    return true;
}

bool ra_der_take(struct ra_span *s, unsigned char tag, struct ra_span *ret_body)
{
    struct ra_span rest = *s, body;
    unsigned char found;
    if (!ra_der_next(&rest, &found, &body) || found != tag)
        return false;
    *s = rest;
    *ret_body = body;
    return true;
}
