// What a request carries: the row's constant headers, the credential in the form that the row says, and the body. The
// only place that writes a credential anywhere.
#include <string.h>

#include "base/io.h"
#include "providers/ask.h"

static const struct {
    const char *provider, *text;
} constant[] = {
#define RA_HEADER(provider, text) {provider, text},
#include "providers/headers.def"
#undef RA_HEADER
};

static void base64(struct ra_buf *to, struct ra_span s)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < s.n; i += 3) {
        unsigned v = 0;
        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (i + k < s.n ? (unsigned char)s.p[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            ra_buf_putc(to, i + k <= s.n ? digits[v >> (18 - 6 * k) & 63] : '=');
    }
}

static const char *keep(struct ra_arena *a, struct ra_buf *text)
{
    const char *kept = ra_strndup(a, ra_buf_view(text));
    ra_buf_free(text);
    return kept;
}

static const char *basic(struct ra_arena *a, const struct ra_asking *asking, const char *user)
{
    struct ra_buf pair = {0}, text = {0};
    ra_buf_puts(&pair, user ? user : asking->credential->user ? asking->credential->user : "");
    ra_buf_putc(&pair, ':');
    ra_buf_span(&pair, ra_buf_view(&asking->value));
    ra_buf_puts(&text, "Authorization: Basic ");
    base64(&text, ra_buf_view(&pair));
    ra_buf_free(&pair);
    return keep(a, &text);
}

static const char *bare(struct ra_arena *a, const struct ra_asking *asking, const char *before)
{
    struct ra_buf text = {0};
    ra_buf_puts(&text, before);
    ra_buf_span(&text, ra_buf_view(&asking->value));
    return keep(a, &text);
}

static const char *credential(struct ra_arena *a, const struct ra_asking *asking, const struct ra_request_row *row)
{
    switch (row->auth) {
    case RA_AUTH_NONE:
        return NULL;
    case RA_AUTH_BEARER:
        return bare(a, asking, "Authorization: Bearer ");
    case RA_AUTH_BASIC:
        return basic(a, asking, row->with);
    case RA_AUTH_HEADER:
        return bare(a, asking, ra_strfmt(a, "%s: ", row->with));
    case RA_AUTH_CLIENT:
        return asking->certificate.n ? NULL : bare(a, asking, "Authorization: Bearer ");
    case RA_AUTH_LOGIN:
        return asking->credential->user ? basic(a, asking, NULL) : bare(a, asking, "Authorization: Bearer ");
    case RA_AUTH_SIGV4:
        return NULL; // several headers: ask_sigv4.c
    }
    return NULL;
}

// sts.eu-west-1.amazonaws.com says service and region; a global name stands for us-east-1, and so does a host of
// another name, whose service the row names. Source: AWS General Reference, "AWS service endpoints".
static void sign(struct ra_arena *a, const struct ra_asking *asking, const struct ra_request_row *row,
                 const struct ra_url *url, const char *type, struct ra_span body, const char **list, size_t *n)
{
    struct ra_span rest = ra_span_of(url->host), service, region;
    bool aws = ra_span_ends(rest, ".amazonaws.com") && ra_span_until(&rest, '.', &service) &&
               ra_span_until(&rest, '.', &region);
    bool regional = aws && !ra_span_is(region, "amazonaws");
    bool usual = url->port == (url->plain ? 80 : 443);
    const struct ra_sigv4 s = {
        .id = ra_buf_view(&asking->id), .secret = ra_buf_view(&asking->value), .session = ra_buf_view(&asking->session),
        .method = row->method, .host = usual ? url->host : ra_strfmt(a, "%s:%u", url->host, url->port), .rest = url->rest,
        .content_type = type, .body = body, .now_s = ra_unix_now_s(),
        .region = ra_aws_home(asking->credential->scope, regional ? ra_strndup(a, region) : "us-east-1"),
        .service = row->with ? row->with : aws ? ra_strndup(a, service) : "sts"};
    ra_sigv4_headers(a, &s, list, n);
}

static bool can_stand(struct ra_span value)
{
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] < ' ' || value.p[i] == 0x7f)
            return false;
    return value.n > 0;
}

const char *const *ra_ask_headers(struct ra_arena *a, const struct ra_asking *asking, const struct ra_request_row *row,
                                  const struct ra_url *url, struct ra_span body)
{
    enum { OWN = 8 };
    const char **list = ra_new_array(a, const char *, RA_COUNT(constant) + OWN);
    size_t n = 0;
    bool in_header = row->auth != RA_AUTH_NONE && !(row->auth == RA_AUTH_CLIENT && asking->certificate.n);
    const char *type = !body.n ? NULL : body.p[0] == '{' ? "application/json"
                                                          : "application/x-www-form-urlencoded; charset=utf-8";
    if (in_header && !can_stand(ra_buf_view(&asking->value)))
        return NULL;
    if (row->auth == RA_AUTH_SIGV4 &&
        (!can_stand(ra_buf_view(&asking->id)) || (asking->session.n && !can_stand(ra_buf_view(&asking->session)))))
        return NULL;
    for (size_t i = 0; i < RA_COUNT(constant); i++)
        if (strcmp(constant[i].provider, row->provider) == 0)
            list[n++] = constant[i].text;
    const char *own = credential(a, asking, row);
    if (own)
        list[n++] = own;
    if (type)
        list[n++] = ra_strfmt(a, "Content-Type: %s", type);
    if (row->auth == RA_AUTH_SIGV4)
        sign(a, asking, row, url, type, body, list, &n);
    return list;
}

static void put_json(struct ra_buf *to, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < ' ' || c == 0x7f)
            ra_buf_printf(to, "\\u%04x", c);
        else if (c == '"' || c == '\\')
            ra_buf_printf(to, "\\%c", c);
        else
            ra_buf_putc(to, (char)c);
    }
}

struct ra_span ra_ask_body(struct ra_arena *a, const struct ra_request_row *row, const char *const *args, size_t n)
{
    struct ra_buf text = {0};
    size_t used = 0;
    for (const char *p = row->body ? row->body : ""; *p; p++) {
        if (strncmp(p, "{}", 2) != 0) {
            ra_buf_putc(&text, *p);
            continue;
        }
        const char *arg = used < n && args[used] ? args[used] : "";
        if (row->body[0] == '{')
            put_json(&text, arg);
        else
            ra_url_encode(&text, arg, false);
        used++;
        p++;
    }
    size_t size = text.n;
    return (struct ra_span){keep(a, &text), size};
}
