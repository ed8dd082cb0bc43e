// Takes URLs of settings apart, so that no more of them is shown than where they lead. Resolves nothing.
#include "collect/address.h"

#include <string.h>

static bool only(struct ra_span s, const char *more)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80;
        if (!plain && !(c && strchr(more, c)))
            return false;
    }
    return s.n > 0;
}

static struct ra_span before(struct ra_span s, const char *ends)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] && strchr(ends, s.p[i]))
            return ra_span_cut(s, 0, i);
    return s;
}

bool ra_address_parse(struct ra_arena *a, struct ra_span text, struct ra_address *ret)
{
    struct ra_span s = ra_span_trim(text), host;
    ptrdiff_t at = ra_span_find(s, RA_SPAN("://"));
    uint64_t number = 0;
    *ret = (struct ra_address){0};
    if (at >= 0) {
        if (!only(ra_span_cut(s, 0, (size_t)at), "+.-"))
            return false;
        ret->scheme = ra_strndup(a, ra_span_cut(s, 0, (size_t)at));
        s = ra_span_cut(s, (size_t)at + 3, s.n);
    }
    while ((at = ra_span_chr(s, '@')) >= 0)
        s = ra_span_cut(s, (size_t)at + 1, s.n);
    s = before(s, "/?#");
    bool bracket = s.n && s.p[0] == '[';
    if (bracket)
        s = ra_span_cut(s, 1, s.n);
    host = before(s, bracket ? "]" : ":");
    s = ra_span_cut(s, host.n + (bracket ? 1 : 0), s.n);
    if (!only(host, bracket ? ":.%" : "._-") || (bracket && ra_span_chr(host, ':') < 0) || (s.n && s.p[0] != ':'))
        return false;
    if (s.n > 1 && (!ra_span_u64(ra_span_cut(s, 1, s.n), 10, &number) || number > 65535))
        return false;
    ret->host = ra_strndup(a, host);
    ret->port = (unsigned)number;
    return true;
}

char *ra_address_text(struct ra_arena *a, const struct ra_address *at)
{
    char *host = ra_strfmt(a, strchr(at->host, ':') ? "%s%s[%s]" : "%s%s%s", at->scheme ? at->scheme : "",
                           at->scheme ? "://" : "", at->host);
    return at->port ? ra_strfmt(a, "%s:%u", host, at->port) : host;
}
