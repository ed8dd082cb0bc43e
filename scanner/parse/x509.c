// The validity of X.509 certificates. Trusts nothing: a certificate that lies about its dates is refused by the one
// who checks its signature.
#include "parse/x509.h"

#include <stdio.h>

#include "parse/der.h"
#include "parse/keys.h"

enum { MAX_CERTIFICATE = 64 * 1024 }; // base64 digits; chains stand behind the first

// YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ. Two digits below 50 are of this century. Source: RFC 5280, section 4.1.2.5.
static bool time_of(struct ra_span *s, int64_t *ret_s)
{
    struct ra_span body;
    unsigned char tag;
    char text[24];
    if (!ra_der_next(s, &tag, &body))
        return false;
    bool utc = tag == RA_DER_UTC_TIME && body.n == 13, whole = tag == RA_DER_TIME && body.n == 15;
    if (!utc && !whole)
        return false;
    const char *d = body.p + (whole ? 4 : 2);
    const char *century = whole ? body.p : body.p[0] < '5' ? "20" : "19";
    snprintf(text, sizeof text, "%.2s%.2s-%.2s-%.2sT%.2s:%.2s:%.2s%c", century, whole ? body.p + 2 : body.p, d, d + 2,
             d + 4, d + 6, d + 8, d[10]);
    return ra_rfc3339(ra_span_of(text), ret_s);
}

bool ra_x509_parse(struct ra_span der, struct ra_x509 *ret)
{
    struct ra_span certificate, to_be_signed, skipped, validity;
    struct ra_x509 found;
    if (!ra_der_take(&der, RA_DER_SEQUENCE, &certificate) ||
        !ra_der_take(&certificate, RA_DER_SEQUENCE, &to_be_signed))
        return false;
    ra_der_take(&to_be_signed, RA_DER_CONTEXT_0, &skipped); // the version, left out by the first one
    if (!ra_der_take(&to_be_signed, RA_DER_INTEGER, &skipped) ||   // serial number
        !ra_der_take(&to_be_signed, RA_DER_SEQUENCE, &skipped) ||  // algorithm
        !ra_der_take(&to_be_signed, RA_DER_SEQUENCE, &skipped) ||  // issuer
        !ra_der_take(&to_be_signed, RA_DER_SEQUENCE, &validity) || // from, to
        !time_of(&validity, &found.not_before_s) || !time_of(&validity, &found.not_after_s))
        return false;
    *ret = found;
    return true;
}

bool ra_x509_first(struct ra_arena *a, struct ra_span text, struct ra_x509 *ret)
{
    static const struct ra_span begin = {"-----BEGIN CERTIFICATE-----", 27};
    ptrdiff_t at = ra_span_find(text, begin);
    size_t n;
    if (at < 0)
        return ra_x509_parse(text, ret);
    struct ra_span digits = ra_span_cut(text, (size_t)at + begin.n, MAX_CERTIFICATE);
    ptrdiff_t end = ra_span_find(digits, RA_SPAN("-----"));
    char *der = end < 0 ? NULL : ra_base64_decode(a, ra_span_cut(digits, 0, (size_t)end), &n);
    return der && ra_x509_parse((struct ra_span){der, n}, ret);
}
