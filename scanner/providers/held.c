// Records of held credentials: thirteen strings, each after its length. Read back without trust in any length.
#include "providers/held.h"

#include <string.h>

enum { TEXTS = 8, VALUES = 5 };

static void put(struct ra_buf *to, struct ra_span s)
{
    uint32_t n = (uint32_t)s.n;
    ra_buf_add(to, &n, sizeof n);
    ra_buf_span(to, s);
}

static bool take(struct ra_span *rest, struct ra_span *ret)
{
    uint32_t n;
    if (rest->n < sizeof n)
        return false;
    memcpy(&n, rest->p, sizeof n);
    if (n > rest->n - sizeof n)
        return false;
    *ret = ra_span_cut(*rest, sizeof n, n);
    *rest = ra_span_cut(*rest, sizeof n + n, rest->n);
    return true;
}

void ra_held_put(struct ra_buf *to, const struct ra_held *h)
{
    const char *texts[TEXTS] = {h->provider, h->type, h->secret, h->place, h->host, h->user, h->path, h->scope};
    struct ra_span values[VALUES] = {h->value.value, h->value.id, h->value.session, h->value.certificate, h->value.ca};
    for (size_t i = 0; i < VALUES; i++)
        if (values[i].n > RA_HELD_MAX_BYTES)
            return;
    for (size_t i = 0; i < TEXTS; i++)
        put(to, ra_span_of(texts[i]));
    for (size_t i = 0; i < VALUES; i++)
        put(to, values[i]);
}

bool ra_held_next(struct ra_arena *a, struct ra_span *rest, struct ra_held *ret)
{
    struct ra_span all = *rest, s;
    const char *texts[TEXTS];
    struct ra_span values[VALUES];
    if (!all.n)
        return false;
    for (size_t i = 0; i < TEXTS; i++) {
        if (!take(&all, &s))
            return false;
        texts[i] = s.n ? ra_strndup(a, s) : NULL;
    }
    for (size_t i = 0; i < VALUES; i++)
        if (!take(&all, &values[i]))
            return false;
    *ret = (struct ra_held){.provider = texts[0] ? texts[0] : "", .type = texts[1], .secret = texts[2], .place = texts[3],
                            .host = texts[4], .user = texts[5], .path = texts[6], .scope = texts[7],
                            .value = {values[0], values[1], values[2], values[3], values[4]}};
    *rest = all;
    return true;
}

// ---- what stands in URLs ----------------------------------------------------------------------------

static struct ra_span authority_end(struct ra_span s)
{
    size_t n = 0;
    while (n < s.n && !strchr("/?#\"' \t", s.p[n]))
        n++;
    return ra_span_cut(s, 0, n);
}

// Where `inner` begins within `outer`; false where it is no part of it.
static bool offset(struct ra_span outer, struct ra_span inner, size_t *ret)
{
    if (inner.p < outer.p || inner.p + inner.n > outer.p + outer.n)
        return false;
    *ret = (size_t)(inner.p - outer.p);
    return true;
}

const char *ra_held_url_host(struct ra_arena *a, struct ra_span url, struct ra_span secret)
{
    size_t at;
    if (!offset(url, secret, &at))
        return NULL;
    struct ra_span rest = ra_span_cut(url, at + secret.n, url.n);
    if (rest.n && rest.p[0] == ':') // the token is the user's name: https://TOKEN:x-oauth-basic@host
        while (rest.n && rest.p[0] != '@' && rest.p[0] != '/')
            rest = ra_span_cut(rest, 1, rest.n);
    if (!rest.n || rest.p[0] != '@' || ra_span_find(ra_span_cut(url, 0, at), RA_SPAN("://")) < 0)
        return NULL;
    struct ra_span host = authority_end(ra_span_cut(rest, 1, rest.n));
    return host.n ? ra_strndup(a, host) : NULL;
}

const char *ra_held_url_user(struct ra_arena *a, struct ra_span url, struct ra_span secret)
{
    size_t at;
    if (!offset(url, secret, &at))
        return NULL;
    struct ra_span before = ra_span_cut(url, 0, at);
    ptrdiff_t scheme = ra_span_find(before, RA_SPAN("://"));
    if (scheme < 0 || !ra_span_ends(before, ":") || (size_t)scheme + 3 >= before.n - 1)
        return NULL;
    return ra_strndup(a, ra_span_cut(before, (size_t)scheme + 3, before.n - (size_t)scheme - 4));
}

const char *ra_held_url_path(struct ra_arena *a, const char *url)
{
    struct ra_span s = ra_span_of(url);
    ptrdiff_t at = ra_span_find(s, RA_SPAN("://"));
    s = ra_span_cut(s, at < 0 ? 0 : (size_t)at + 3, s.n);
    at = ra_span_chr(s, '/');
    s = at < 0 ? (struct ra_span){"", 0} : ra_span_cut(s, (size_t)at, s.n);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '?' || s.p[i] == '#')
            s.n = i;
    while (s.n && s.p[s.n - 1] == '/')
        s.n--;
    return s.n ? ra_strndup(a, s) : NULL;
}

static struct ra_span without_user(struct ra_span s)
{
    for (ptrdiff_t at; (at = ra_span_chr(s, '@')) >= 0;)
        s = ra_span_cut(s, (size_t)at + 1, s.n);
    return s;
}

// The form that SSH logs in by: user, port, and the path as the server's command gets it. Source: git-clone(1), "GIT URLS".
static void put_ssh(struct ra_buf *to, struct ra_arena *a, struct ra_span authority, struct ra_span path, const char *name,
                    bool scheme)
{
    ptrdiff_t at = ra_span_chr(authority, '@');
    struct ra_span user = at > 0 ? ra_span_cut(authority, 0, (size_t)at) : (struct ra_span){"", 0};
    struct ra_span host = at >= 0 ? ra_span_cut(authority, (size_t)at + 1, authority.n) : authority;
    bool home = ra_span_starts(path, "~");
    ra_held_put(to, &(struct ra_held){.provider = "ssh", .place = name, .host = ra_strndup(a, host),
                                      .user = user.n ? ra_strndup(a, user) : NULL,
                                      .path = ra_strfmt(a, "%s%s", scheme && !home ? "/" : "", ra_strndup(a, path))});
}

// https://user@host:port/owner/name.git, ssh://git@host:22/owner/name, git@host:owner/name.
void ra_held_put_remote(struct ra_buf *to, struct ra_span url)
{
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    ptrdiff_t scheme = ra_span_find(url, RA_SPAN("://"));
    bool web = ra_span_starts_nocase(url, "http");
    bool ssh = scheme < 0 || ra_span_starts_nocase(url, "ssh://") || ra_span_starts_nocase(url, "git+ssh://") ||
               ra_span_starts_nocase(url, "ssh+git://");
    struct ra_span rest = scheme >= 0 ? ra_span_cut(url, (size_t)scheme + 3, url.n) : url, host, path;
    if (scheme >= 0) {
        host = authority_end(rest);
        path = ra_span_cut(rest, host.n + 1, rest.n);
    } else {
        ptrdiff_t colon = ra_span_chr(rest, ':'), slash = ra_span_chr(rest, '/');
        if (colon <= 0 || (slash >= 0 && slash < colon))
            return; // a path of this machine
        host = ra_span_cut(rest, 0, (size_t)colon);
        path = ra_span_cut(rest, (size_t)colon + 1, rest.n);
    }
    struct ra_span authority = host, written = path;
    host = without_user(host);
    ptrdiff_t port = ra_span_chr(host, ':');
    if (!web && port >= 0) // of ssh, which is not where the service's interface listens
        host = ra_span_cut(host, 0, (size_t)port);
    while (path.n && path.p[0] == '/')
        path = ra_span_cut(path, 1, path.n);
    while (path.n && path.p[path.n - 1] == '/')
        path.n--;
    if (ra_span_ends(path, ".git"))
        path.n -= 4;
    if (!host.n || ra_span_chr(path, '/') < 0)
        return;
    const char *at = ra_span_is_nocase(host, "ssh.github.com") ? "github.com" : ra_strndup(&a, host);
    const char *name = ra_strfmt(&a, "%s/%s", at, ra_strndup(&a, path));
    ra_held_put(to, &(struct ra_held){.provider = "", .place = name});
    if (ssh)
        put_ssh(to, &a, authority, written, name, scheme >= 0);
}
