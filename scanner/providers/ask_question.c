// What a request carries: the row's constant headers, the credential in the form that the row says, and the body. The
// only place that writes a credential anywhere.
#include <string.h>
#include <time.h>

#include "providers/ask.h"
#include "providers/sigv4.h"

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
        return NULL; // several headers: see sign
    }
    return NULL;
}

#define FORM "application/x-www-form-urlencoded; charset=utf-8"

// The time is the machine's own, whatever --now says: the service compares it with its clock.
static size_t sign(struct ra_arena *a, const struct ra_asking *asking, const struct ra_request_row *row, const struct ra_url *url,
                   struct ra_span body, const char **list)
{
    char stamp[32];
    time_t now = time(NULL);
    struct tm utc;
    strftime(stamp, sizeof stamp, "%Y%m%dT%H%M%SZ", gmtime_r(&now, &utc));
    const struct ra_sigv4 key = {ra_buf_view(&asking->id), ra_buf_view(&asking->value),
                                 ra_sigv4_home(asking->credential->scope), row->with, stamp};
    struct ra_span path = url->rest, query = {"", 0};
    ptrdiff_t mark = ra_span_chr(path, '?');
    if (mark >= 0) {
        query = ra_span_cut(path, (size_t)mark + 1, path.n);
        path = ra_span_cut(path, 0, (size_t)mark);
    }
    size_t n = 0, k = 0;
    const char *lines[5] = {NULL}, *session = ra_strndup(a, ra_buf_view(&asking->session));
    bool usual = url->port == (url->plain ? 80u : 443u);
    if (body.n)
        lines[k++] = "content-type:" FORM;
    lines[k++] = usual ? ra_strfmt(a, "host:%s", url->host) : ra_strfmt(a, "host:%s:%u", url->host, url->port);
    lines[k++] = ra_strfmt(a, "x-amz-date:%s", stamp);
    if (session[0])
        lines[k++] = ra_strfmt(a, "x-amz-security-token:%s", session);
    list[n++] = ra_strfmt(a, "X-Amz-Date: %s", stamp);
    if (session[0])
        list[n++] = ra_strfmt(a, "X-Amz-Security-Token: %s", session);
    list[n++] = ra_sigv4_authorization(a, &key, row->method, path.n ? path : RA_SPAN("/"), query, lines, body);
    return n;
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
    if (in_header && !can_stand(ra_buf_view(&asking->value)))
        return NULL;
    if (row->auth == RA_AUTH_SIGV4 && (!can_stand(ra_buf_view(&asking->id)) ||
                                       (asking->session.n && !can_stand(ra_buf_view(&asking->session)))))
        return NULL;
    for (size_t i = 0; i < RA_COUNT(constant); i++)
        if (strcmp(constant[i].provider, row->provider) == 0)
            list[n++] = constant[i].text;
    const char *own = credential(a, asking, row);
    if (own)
        list[n++] = own;
    if (row->auth == RA_AUTH_SIGV4)
        n += sign(a, asking, row, url, body, list + n);
    if (body.n)
        list[n++] = body.p[0] == '{' ? "Content-Type: application/json"
                                     : "Content-Type: " FORM;
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
