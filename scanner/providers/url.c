// Strict URLs. Sources: RFC 3986; RFC 6761 section 6.3 (localhost).
#include "providers/url.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

enum { PORT_HTTP = 80, PORT_HTTPS = 443 };

// Letters, digits, '-' and '.', no empty label, no dot at the end; or an address in brackets.
static bool good_host(struct ra_span h)
{
    if (h.n > 2 && h.p[0] == '[' && h.p[h.n - 1] == ']') {
        char text[INET6_ADDRSTRLEN];
        struct in6_addr address;
        if (h.n - 2 >= sizeof text)
            return false;
        memcpy(text, h.p + 1, h.n - 2);
        text[h.n - 2] = 0;
        return inet_pton(AF_INET6, text, &address) == 1;
    }
    if (h.n == 0 || h.n > 253)
        return false;
    for (size_t i = 0; i < h.n; i++) {
        unsigned char c = (unsigned char)h.p[i];
        bool dot = c == '.';
        if (c >= 0x80 || !(isalnum(c) || c == '-' || dot))
            return false;
        if (dot && (i == 0 || i + 1 == h.n || h.p[i - 1] == '.'))
            return false;
    }
    return true;
}

static char *lower(struct ra_arena *a, struct ra_span s)
{
    char *text = ra_strndup(a, s);
    for (char *p = text; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return text;
}

static bool authority(struct ra_arena *a, struct ra_span s, struct ra_url *ret)
{
    struct ra_span host = s;
    uint64_t port = ret->plain ? PORT_HTTP : PORT_HTTPS;
    size_t colon = s.n;
    for (size_t i = s.n; i > 0 && s.p[i - 1] != ']'; i--)
        if (s.p[i - 1] == ':')
            colon = i - 1;
    ret->port_written = colon < s.n;
    if (ret->port_written) {
        host = ra_span_cut(s, 0, colon);
        struct ra_span digits = ra_span_cut(s, colon + 1, s.n);
        if (digits.n > 5 || !ra_span_u64(digits, 10, &port) || port == 0 || port > 65535)
            return false;
    }
    if (!good_host(host))
        return false;
    ret->host = lower(a, host);
    ret->port = (unsigned)port;
    return true;
}

// Characters of RFC 3986 that may stand in a path or query as they are.
static bool good_rest(struct ra_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c <= ' ' || c >= 0x7f || strchr("\"<>\\^`{|}#", c))
            return false;
    }
    return true;
}

bool ra_url_parse(struct ra_arena *a, const char *text, struct ra_url *ret)
{
    struct ra_span s = ra_span_of(text);
    *ret = (struct ra_url){.plain = ra_span_starts_nocase(s, "http://")};
    if (!ret->plain && !ra_span_starts_nocase(s, "https://"))
        return false;
    s = ra_span_cut(s, ret->plain ? 7 : 8, s.n);
    size_t end = 0;
    while (end < s.n && s.p[end] != '/' && s.p[end] != '?')
        end++;
    ret->rest = ra_span_cut(s, end, s.n);
    return authority(a, ra_span_cut(s, 0, end), ret) && good_rest(ret->rest);
}

bool ra_url_parse_host(struct ra_arena *a, const char *text, struct ra_url *ret)
{
    *ret = (struct ra_url){0};
    return text && authority(a, ra_span_of(text), ret);
}

bool ra_url_loopback(const struct ra_url *url)
{
    struct in_addr address;
    if (strcmp(url->host, "localhost") == 0 || strcmp(url->host, "[::1]") == 0)
        return true;
    return inet_pton(AF_INET, url->host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

bool ra_url_metadata(const char *provider, const struct ra_url *url)
{
    struct in_addr address;
    if (strncmp(provider, "metadata-", 9) != 0 || !url->plain || url->port != PORT_HTTP)
        return false;
    if (strcmp(url->host, "[fd00:ec2::254]") == 0 || strcmp(url->host, "100.100.100.200") == 0)
        return true;
    return inet_pton(AF_INET, url->host, &address) == 1 && ntohl(address.s_addr) >> 16 == 0xa9fe;
}

bool ra_url_same_origin(const struct ra_url *a, const struct ra_url *b)
{
    return a->plain == b->plain && a->port == b->port && strcmp(a->host, b->host) == 0;
}

// ---- whose host is it? ----------------------------------------------------------------------------

static const struct {
    const char *provider;
    enum ra_base base;
    const char *of, *to;
} rules[] = {
#define RA_BELONGS(provider, base, of, to) {provider, RA_BASE_##base, of, to},
#include "providers/hosts.def"
#undef RA_BELONGS
};

// Does `host` fit the pattern? *label: what "{}" stands for; given where its .p is set.
static bool fits(const char *pattern, const char *host, struct ra_span *label)
{
    const char *hole = strstr(pattern, "{}");
    if (!hole)
        return strcmp(pattern, host) == 0;
    size_t before = (size_t)(hole - pattern), n = strlen(host), after = strlen(hole + 2);
    if (n <= before + after || memcmp(host, pattern, before) != 0 || strcmp(host + n - after, hole + 2) != 0)
        return false;
    struct ra_span found = {host + before, n - before - after};
    if (ra_span_chr(found, '.') >= 0 || (label->p && !ra_span_eq(*label, found)))
        return false;
    *label = found;
    return true;
}

bool ra_url_belongs(struct ra_arena *a, const char *provider, enum ra_base base, const char *host,
                    const struct ra_url *url)
{
    struct ra_url own;
    if (!ra_url_parse_host(a, host, &own) || (url->plain && !ra_url_loopback(url) && !ra_url_metadata(provider, url)))
        return false;
    if (strcmp(own.host, url->host) == 0)
        return own.port == url->port || (!own.port_written && url->plain && url->port == PORT_HTTP);
    if (url->plain || url->port != PORT_HTTPS || own.port != PORT_HTTPS)
        return false;
    for (size_t i = 0; i < RA_COUNT(rules); i++) {
        struct ra_span label = {0};
        if (rules[i].base == base && strcmp(rules[i].provider, provider) == 0 && fits(rules[i].of, own.host, &label) &&
            fits(rules[i].to, url->host, &label))
            return true;
    }
    return false;
}

// ---- building -------------------------------------------------------------------------------------

bool ra_url_encode(struct ra_buf *to, const char *text, bool keep_slashes)
{
    size_t start = to->n;
    struct ra_span rest = ra_span_of(text), part;
    while (ra_span_until(&rest, keep_slashes ? '/' : 0, &part)) {
        if (part.n == 0 || ra_span_is(part, ".") || ra_span_is(part, ".."))
            return false;
        if (to->n > start)
            ra_buf_putc(to, '/');
        for (size_t i = 0; i < part.n; i++) {
            unsigned char c = (unsigned char)part.p[i];
            if (c < 0x80 && (isalnum(c) || strchr("-._~", c)))
                ra_buf_putc(to, (char)c);
            else
                ra_buf_printf(to, "%%%02X", c);
        }
    }
    return to->n > start;
}

bool ra_url_build(struct ra_buf *to, const char *base, const struct ra_request_row *row, const char *const *args,
                  size_t n_args, size_t *ret_used)
{
    ra_buf_puts(to, base);
    *ret_used = 0;
    for (const char *p = row->path; *p; p++) {
        bool slashes = strncmp(p, "{/}", 3) == 0;
        if (!slashes && strncmp(p, "{}", 2) != 0) {
            ra_buf_putc(to, *p);
            continue;
        }
        p += slashes ? 2 : 1;
        if (*ret_used >= n_args || !args[*ret_used] || !ra_url_encode(to, args[(*ret_used)++], slashes))
            return false;
    }
    return true;
}
