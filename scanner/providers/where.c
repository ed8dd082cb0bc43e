// Hosts of credentials, by where.def. Text of files is taken as a name, never as leave to ask.
#include "providers/where.h"

#include <string.h>

struct of_place {
    const char *provider, *place;
};
#define RA_WHERE(provider, variable, tokens) {provider, variable, tokens},
#define RA_NOT_HOME(provider, place)
#define RA_ELSEWHERE(provider, home_is_a_guess)
#define RA_PART(end)
static const struct {
    const char *provider, *variable, *place;
} from_env[] = {
#include "providers/where.def"
};
#undef RA_WHERE
#define RA_WHERE(provider, variable, tokens)
#undef RA_NOT_HOME
#define RA_NOT_HOME(provider, place) {provider, place},
static const struct of_place not_home[] = {
#include "providers/where.def"
};
#undef RA_NOT_HOME
#define RA_NOT_HOME(provider, place)
#undef RA_ELSEWHERE
#define RA_ELSEWHERE(provider, home_is_a_guess) {provider, home_is_a_guess},
static const struct elsewhere {
    const char *provider;
    bool home_is_a_guess;
} elsewhere[] = {
#include "providers/where.def"
};
#undef RA_ELSEWHERE
#define RA_ELSEWHERE(provider, home_is_a_guess)
#undef RA_PART
#define RA_PART(end) end,
static const char *const parts[] = {
#include "providers/where.def"
};

// "https://user@host:port/path", "//host/path", "host:port/path" -> "host:port"; NULL where that is no host.
static const char *plain_host(struct ra_arena *a, const char *text)
{
    struct ra_span s = ra_span_trim(ra_span_of(text));
    ptrdiff_t at = ra_span_find(s, RA_SPAN("://"));
    struct ra_url url;
    bool plain = ra_span_starts_nocase(s, "http://");
    if (at >= 0)
        s = ra_span_cut(s, (size_t)at + 3, s.n);
    else if (ra_span_starts(s, "//"))
        s = ra_span_cut(s, 2, s.n);
    size_t n = 0;
    while (n < s.n && s.p[n] != '/' && s.p[n] != '?' && s.p[n] != '#')
        n++;
    const char *host = ra_strndup(a, ra_span_cut(s, 0, n));
    if (strchr(host, '@') || !ra_url_parse_host(a, host, &url))
        return NULL;
    if (plain && !url.port_written)
        return ra_strfmt(a, "%s:80", url.host);
    return url.port_written && url.port != 443 ? ra_strfmt(a, "%s:%u", url.host, url.port) : url.host;
}

static const char *host_of_place(struct ra_arena *a, const char *id, bool *ret_said)
{
    char *path = ra_strdup(a, id), *part = strchr(path, '#');
    if (strncmp(path, "file:", 5) != 0 || !part)
        return NULL;
    *part++ = 0;
    for (size_t i = 0; i < RA_COUNT(parts); i++)
        if (ra_span_ends(ra_span_of(path), parts[i])) {
            *ret_said = strpbrk(part, ".:") || strcmp(part, "localhost") == 0;
            return *ret_said ? plain_host(a, ra_id_decode(a, part)) : NULL;
        }
    return NULL;
}

static const char *variable(const char *const *env, const char *name)
{
    size_t n = strlen(name);
    for (; env && *env; env++)
        if (strncmp(*env, name, n) == 0 && (*env)[n] == '=' && (*env)[n + 1])
            return *env + n + 1;
    return NULL;
}

static const char *variable_of(const struct ra_held *held, const struct ra_consent *consent)
{
    for (size_t i = 0; i < RA_COUNT(from_env); i++) {
        const char *value;
        if (strcmp(from_env[i].provider, held->provider) != 0 ||
            (from_env[i].place[0] && strcmp(from_env[i].place, held->place) != 0))
            continue;
        if ((value = variable(consent->env, from_env[i].variable)))
            return value;
    }
    return NULL;
}

// *ret_said: a variable speaks of it, whatever it says.
static const char *of_environment(struct ra_arena *a, const struct ra_held *held, const struct ra_consent *consent,
                                  bool *ret_said)
{
    const char *value = variable_of(held, consent);
    *ret_said |= value != NULL;
    return value ? plain_host(a, value) : NULL;
}

static bool listed(const struct of_place *rows, size_t n, const struct ra_held *held)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].provider, held->provider) == 0 && strcmp(rows[i].place, held->place) == 0)
            return true;
    return false;
}

static const struct elsewhere *run_by_others(const char *provider) // NULL: by the vendor alone
{
    for (size_t i = 0; i < RA_COUNT(elsewhere); i++)
        if (strcmp(elsewhere[i].provider, provider) == 0)
            return &elsewhere[i];
    return NULL;
}

// The home itself, or a host that hosts.def makes of it and whose name is fixed.
static bool is_home(struct ra_arena *a, const struct ra_provider *provider, const char *host)
{
    struct ra_url url, home;
    if (!provider->home || !ra_url_parse_host(a, host, &url) || !ra_url_parse_host(a, provider->home, &home))
        return false;
    for (enum ra_base b = 0; b < RA_BASE_COUNT; b++)
        if (ra_url_belongs(a, provider->name, b, provider->home, &url))
            return true;
    return false;
}

const char *ra_where(struct ra_arena *a, const struct ra_held *held, const struct ra_provider *provider,
                     const struct ra_consent *consent, struct ra_whereabouts *ret)
{
    const char *host = held->host ? plain_host(a, held->host) : NULL;
    bool said = held->host != NULL; // and where it is no host, nobody else is believed
    const struct elsewhere *others = run_by_others(provider->name);
    *ret = (struct ra_whereabouts){0};
    if (!host && !said && held->place)
        host = host_of_place(a, held->place, &said);
    if (!host && !said && held->place)
        host = of_environment(a, held, consent, &said);
    ret->sure = host || !others;
    if (!host && !said && held->place && !listed(not_home, RA_COUNT(not_home), held))
        host = provider->home;
    if (!host)
        return NULL;
    bool home = is_home(a, provider, host);
    ret->fixed = home && (said || !others || !others->home_is_a_guess);
    return home ? provider->home : host; // api.github.com is github.com's
}

const char *ra_where_path(struct ra_arena *a, const struct ra_held *held, const struct ra_consent *consent)
{
    bool said = held->host || !held->place;
    if (!said)
        host_of_place(a, held->place, &said);
    const char *value = said ? NULL : variable_of(held, consent);
    return value ? ra_held_url_path(a, value) : held->path;
}

bool ra_consented(struct ra_arena *a, const struct ra_consent *consent, const char *host)
{
    struct ra_url is, named;
    if (!ra_url_parse_host(a, host, &is))
        return false;
    for (size_t i = 0; i < consent->n_hosts; i++)
        if (ra_url_parse_host(a, consent->hosts[i], &named) && strcmp(named.host, is.host) == 0 &&
            (!named.port_written || named.port == is.port))
            return true;
    return false;
}
