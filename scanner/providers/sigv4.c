// Signature version 4: canonical request, string to sign, a key derived day by day.
#include "providers/sigv4.h"

#include <string.h>

#include "base/buf.h"
#include "base/digest.h"

static struct ra_span bytes(const unsigned char sum[RA_SHA256_BYTES])
{
    return (struct ra_span){(const char *)sum, RA_SHA256_BYTES};
}

static void signed_names(struct ra_buf *to, const char *const *headers)
{
    for (size_t i = 0; headers[i]; i++)
        ra_buf_printf(to, "%s%.*s", i ? ";" : "", (int)strcspn(headers[i], ":"), headers[i]);
}

static void signing_key(const struct ra_sigv4 *k, unsigned char ret[RA_SHA256_BYTES])
{
    struct ra_buf first RA_CLEANUP(ra_buf_free) = {0};
    const char *const rest[] = {k->region, k->service, "aws4_request"};
    ra_buf_puts(&first, "AWS4");
    ra_buf_span(&first, k->secret);
    ra_hmac_sha256(ra_buf_view(&first), ra_span_cut(ra_span_of(k->stamp), 0, 8), ret);
    for (size_t i = 0; i < RA_COUNT(rest); i++)
        ra_hmac_sha256(bytes(ret), ra_span_of(rest[i]), ret);
}

const char *ra_sigv4_authorization(struct ra_arena *a, const struct ra_sigv4 *k, const char *method, struct ra_span path,
                                   struct ra_span query, const char *const *headers, struct ra_span body)
{
    struct ra_buf request RA_CLEANUP(ra_buf_free) = {0}, text RA_CLEANUP(ra_buf_free) = {0}, names RA_CLEANUP(ra_buf_free) = {0};
    unsigned char sum[RA_SHA256_BYTES];
    char hash[65];
    signed_names(&names, headers);
    ra_buf_printf(&request, "%s\n%.*s\n%.*s\n", method, (int)path.n, path.p, (int)query.n, query.p);
    for (size_t i = 0; headers[i]; i++)
        ra_buf_printf(&request, "%s\n", headers[i]);
    ra_sha256_hex(body, hash);
    ra_buf_printf(&request, "\n%s\n%s", names.p ? names.p : "", hash);

    const char *scope = ra_strfmt(a, "%.8s/%s/%s/aws4_request", k->stamp, k->region, k->service);
    ra_sha256_hex(ra_buf_view(&request), hash);
    ra_buf_printf(&text, "AWS4-HMAC-SHA256\n%s\n%s\n%s", k->stamp, scope, hash);
    signing_key(k, sum);
    ra_hmac_sha256(bytes(sum), ra_buf_view(&text), sum);
    for (size_t i = 0; i < sizeof sum; i++)
        hash[2 * i] = "0123456789abcdef"[sum[i] >> 4], hash[2 * i + 1] = "0123456789abcdef"[sum[i] & 15];
    hash[64] = 0;
    explicit_bzero(sum, sizeof sum);
    return ra_strfmt(a, "Authorization: AWS4-HMAC-SHA256 Credential=%.*s/%s, SignedHeaders=%s, Signature=%s", (int)k->id.n,
                     k->id.p, scope, names.p ? names.p : "", hash);
}

const char *ra_sigv4_home(const char *region)
{
    if (region && strncmp(region, "cn-", 3) == 0)
        return "cn-north-1";
    return region && strncmp(region, "us-gov-", 7) == 0 ? "us-gov-west-1" : "us-east-1";
}
