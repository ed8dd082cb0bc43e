// Signs a request with an AWS key pair: the secret never leaves. Source: AWS Identity and Access Management, "Create a
// signed AWS API request" (Signature Version 4).
#include <string.h>
#include <time.h>

#include "base/digest.h"
#include "providers/ask.h"

struct names { // in the order of the alphabet, as the canonical form wants them
    struct ra_buf canonical, signed_;
};

static void header(struct names *h, const char *name, struct ra_span value)
{
    ra_buf_printf(&h->canonical, "%s:", name);
    ra_buf_span(&h->canonical, value);
    ra_buf_putc(&h->canonical, '\n');
    ra_buf_printf(&h->signed_, "%s%s", h->signed_.n ? ";" : "", name);
}

static void canonical(const struct ra_sigv4 *s, const char *date, struct names *h, char ret_hex[65])
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    char body[65];
    struct ra_span query = s->rest, path;
    ra_span_until(&query, '?', &path);
    if (s->content_type)
        header(h, "content-type", ra_span_of(s->content_type));
    header(h, "host", ra_span_of(s->host));
    header(h, "x-amz-date", ra_span_of(date));
    if (s->session.n)
        header(h, "x-amz-security-token", s->session);
    ra_sha256_hex(s->body, body);
    ra_buf_printf(&text, "%s\n", s->method);
    ra_buf_span(&text, path.n ? path : RA_SPAN("/"));
    ra_buf_putc(&text, '\n');
    ra_buf_span(&text, query);
    ra_buf_putc(&text, '\n');
    ra_buf_span(&text, ra_buf_view(&h->canonical));
    ra_buf_putc(&text, '\n');
    ra_buf_span(&text, ra_buf_view(&h->signed_));
    ra_buf_printf(&text, "\n%s", body);
    ra_sha256_hex(ra_buf_view(&text), ret_hex);
}

static void derive(const struct ra_sigv4 *s, struct ra_span day, unsigned char key[32])
{
    struct ra_buf first RA_CLEANUP(ra_buf_free) = {0};
    const struct ra_span steps[] = {ra_span_of(s->region), ra_span_of(s->service), RA_SPAN("aws4_request")};
    ra_buf_puts(&first, "AWS4");
    ra_buf_span(&first, s->secret);
    ra_hmac_sha256(ra_buf_view(&first), day, key);
    for (size_t i = 0; i < RA_COUNT(steps); i++)
        ra_hmac_sha256((struct ra_span){(const char *)key, 32}, steps[i], key);
}

void ra_sigv4_headers(struct ra_arena *a, const struct ra_sigv4 *s, const char **list, size_t *n)
{
    struct names h = {0};
    char date[32], hex[65], signature[65];
    unsigned char key[32];
    struct tm tm;
    time_t now = (time_t)s->now_s;
    gmtime_r(&now, &tm);
    strftime(date, sizeof date, "%Y%m%dT%H%M%SZ", &tm);
    struct ra_span day = {date, 8};
    canonical(s, date, &h, hex);
    const char *scope = ra_strfmt(a, "%.8s/%s/%s/aws4_request", date, s->region, s->service);
    const char *text = ra_strfmt(a, "AWS4-HMAC-SHA256\n%s\n%s\n%s", date, scope, hex);
    derive(s, day, key);
    ra_hmac_sha256((struct ra_span){(const char *)key, sizeof key}, ra_span_of(text), key);
    for (size_t i = 0; i < sizeof key; i++)
        snprintf(signature + 2 * i, 3, "%02x", key[i]);
    list[(*n)++] = ra_strfmt(a, "Authorization: AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s",
                             ra_strndup(a, s->id), scope, ra_strndup(a, ra_buf_view(&h.signed_)), signature);
    list[(*n)++] = ra_strfmt(a, "X-Amz-Date: %s", date);
    if (s->session.n)
        list[(*n)++] = ra_strfmt(a, "X-Amz-Security-Token: %s", ra_strndup(a, s->session));
    explicit_bzero(key, sizeof key);
    ra_buf_free(&h.canonical);
    ra_buf_free(&h.signed_);
}

const char *ra_aws_home(const char *region, const char *otherwise)
{
    if (region && strncmp(region, "cn-", 3) == 0)
        return "cn-north-1";
    return region && strncmp(region, "us-gov-", 7) == 0 ? "us-gov-west-1" : otherwise;
}
