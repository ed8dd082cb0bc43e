// Plans and runs the asking; see asker.h. In the order of the places that hold the credentials, so that the same state
// gives the same requests.
#include "providers/asker.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

struct job {
    struct ra_held held;
    const struct ra_provider *provider;
    const char *host; // NULL: nobody says where it belongs
    bool may;         // and it may be asked
    bool named;       // by --host
    bool sure;        // nobody else's
    bool told, dead;
};
struct plan {
    struct ra_arena *arena;
    struct job *jobs;
    size_t n, cap;
    const char **remotes;
    size_t n_remotes, cap_remotes;
};

static const struct ra_provider *provider_of(const char *name)
{
    for (size_t i = 0; i < ra_n_providers; i++)
        if (strcmp(ra_providers[i].name, name) == 0)
            return &ra_providers[i];
    return NULL;
}

// ---- the plan ---------------------------------------------------------------------------------------

static int compare(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

static int by_place(const void *x, const void *y)
{
    const struct job *a = x, *b = y;
    int c = compare(a->held.place, b->held.place);
    if (!c)
        c = compare(a->held.secret, b->held.secret);
    if (!c)
        c = compare(a->host, b->host);
    return c ? c : compare(a->held.path, b->held.path);
}

static int by_name(const void *x, const void *y)
{
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

// The same secret of the same host in two places is asked about once, but not by another authority, which could be
// anybody's. Two passwords that one place holds have one id.
static void drop_twins(struct plan *p)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->n; i++) {
        size_t k = 0;
        while (k < kept && (compare(p->jobs[k].held.secret, p->jobs[i].held.secret) != 0 ||
                            compare(p->jobs[k].host, p->jobs[i].host) != 0 ||
                            compare(p->jobs[k].held.path, p->jobs[i].held.path) != 0 ||
                            !ra_span_eq(p->jobs[k].held.value.value, p->jobs[i].held.value.value) ||
                            !ra_span_eq(p->jobs[k].held.value.ca, p->jobs[i].held.value.ca)))
            k++;
        if (k == kept)
            p->jobs[kept++] = p->jobs[i];
    }
    p->n = kept;
}

static void add_remote(struct plan *p, const char *name)
{
    size_t kept = p->n_remotes ? p->n_remotes + 1 : 0; // the NULL at the end too
    p->remotes = ra_grow(p->arena, p->remotes, kept, &p->cap_remotes, sizeof *p->remotes);
    p->remotes[p->n_remotes++] = name;
}

// A login that no service of the table knows belongs to git where the working tree has a remote on its host. Logins by
// a host's name alone are those of every port, for git.
static const char *of_remote(struct plan *p, const char *host)
{
    struct ra_url login, url;
    if (!host || !ra_url_parse_host(p->arena, host, &login))
        return NULL;
    for (size_t i = 0; i < p->n_remotes; i++) {
        const char *end = strchr(p->remotes[i], '/');
        const char *name = ra_strndup(p->arena, (struct ra_span){p->remotes[i], (size_t)(end - p->remotes[i])});
        if (ra_url_parse_host(p->arena, name, &url) && strcmp(url.host, login.host) == 0 &&
            (!login.port_written || login.port == url.port))
            return name;
    }
    return NULL;
}

static void plan_one(const struct ra_asker *asker, struct plan *p, const struct ra_held *h)
{
    struct ra_whereabouts at;
    const struct ra_provider *provider = provider_of(h->provider), *git = provider_of("git");
    if (!h->secret || !h->place || !ra_reach_find(asker->seen, h->secret))
        return;
    const char *host = ra_where(p->arena, h, provider ? provider : git, &asker->consent, &at);
    if (!provider || provider == git) {
        provider = git;
        host = of_remote(p, host);
        if (!host)
            return;
    }
    p->jobs = ra_grow(p->arena, p->jobs, p->n, &p->cap, sizeof *p->jobs);
    struct job *job = &p->jobs[p->n++];
    *job = (struct job){.held = *h, .provider = provider, .host = host};
    job->held.path = ra_where_path(p->arena, h, &asker->consent);
    job->sure = at.sure;
    job->named = host && ra_consented(p->arena, &asker->consent, host);
    job->may = host && (at.fixed || job->named);
}

static void make_plan(const struct ra_asker *asker, struct plan *p, struct ra_span held)
{
    struct ra_held h;
    for (struct ra_span rest = held; ra_held_next(p->arena, &rest, &h);)
        if (!h.provider[0] && h.place)
            add_remote(p, h.place);
    while (ra_held_next(p->arena, &held, &h))
        if (h.provider[0])
            plan_one(asker, p, &h);
    if (p->n)
        qsort(p->jobs, p->n, sizeof *p->jobs, by_place);
    drop_twins(p);
    if (p->n_remotes)
        qsort(p->remotes, p->n_remotes, sizeof *p->remotes, by_name);
    size_t may = 0;
    for (size_t i = 0; i < p->n; i++)
        if (p->jobs[i].may && ++may > RA_ASK_MAX_CREDENTIALS)
            p->jobs[i].may = false;
}

// ---- consent ----------------------------------------------------------------------------------------

static void say(const struct ra_asker *asker, const char *line)
{
    if (asker->say)
        asker->say(asker->arg, line);
}

static const char *tokens(struct ra_arena *a, size_t n)
{
    return n == 1 ? "1 credential" : ra_strfmt(a, "%zu credentials", n);
}

// Other jobs of the same host, and whether this is the first of them.
static size_t of_host(const struct plan *p, size_t at, bool may, bool *ret_first)
{
    size_t n = 0;
    *ret_first = true;
    for (size_t i = 0; i < p->n; i++)
        if (p->jobs[i].may == may && compare(p->jobs[i].host, p->jobs[at].host) == 0) {
            n++;
            *ret_first &= i >= at;
        }
    return n;
}

static const char *without_login(struct ra_arena *a, const char *proxy)
{
    const char *scheme = strstr(proxy, "://"), *at = strrchr(proxy, '@');
    return at ? ra_strfmt(a, "%.*s%s", scheme ? (int)(scheme + 3 - proxy) : 0, proxy, at + 1) : proxy;
}

static size_t tell_plan(const struct ra_asker *asker, const struct plan *p)
{
    struct ra_arena *a = p->arena;
    size_t asked = 0;
    bool first, proxied = false;
    for (size_t i = 0; i < p->n; i++) {
        struct ra_url url;
        if (!p->jobs[i].may)
            continue;
        asked++;
        size_t n = of_host(p, i, true, &first);
        if (ra_url_parse_host(a, p->jobs[i].host, &url) && ra_ask_proxy(a, asker->world, &url))
            proxied = true;
        if (first)
            say(asker, ra_strfmt(a, "--online=tokens: %s %s about %s", asker->world->replay ? "recorded answers of" : "asks",
                                 p->jobs[i].host, tokens(a, n)));
    }
    for (size_t i = 0; i < p->n; i++) {
        size_t n = p->jobs[i].may ? 0 : of_host(p, i, false, &first);
        if (n && first && p->jobs[i].host)
            say(asker, ra_strfmt(a, "--online=tokens: %s of %s not asked about; --host %s allows it", tokens(a, n),
                                 p->jobs[i].host, p->jobs[i].host));
        else if (n && first)
            say(asker, ra_strfmt(a, "--online=tokens: %s not asked about: nothing says which host", tokens(a, n)));
    }
    if (asked && !asker->world->replay && asker->world->ca.n && asker->world->ca_name)
        say(asker, ra_strfmt(a, "  hosts that the system's authorities do not know are tried with those of SSL_CERT_FILE, %s",
                             asker->world->ca_name));
    if (!asked)
        say(asker, "--online=tokens: nothing to ask: 0 hosts, 0 requests");
    else if (!asker->world->replay)
        say(asker, ra_strfmt(a, "  at most %u requests in all%s; each only reads. They leave traces: the date of last use "
                             "of each credential moves, audit logs show the requests, and an address that a service does "
                             "not allow may be reported", asker->world->max_calls,
                             proxied ? ra_strfmt(a, ", through the proxy %s", without_login(a, asker->world->https_proxy))
                                     : ""));
    return asked;
}

// ---- asking -----------------------------------------------------------------------------------------

static void copy_in(struct ra_inventory *to, const struct ra_reach *secret, const struct ra_reach *place)
{
    struct ra_reach *both[] = {NULL, NULL};
    struct ra_inventory from = {.target = {.uid = -1, .gid = -1}, .now_s = -1, .reaches = both};
    memcpy(&both[0], &secret, sizeof secret); // merging only reads
    from.n_reaches = 1;
    if (place) {
        memcpy(&both[1], &place, sizeof place);
        from.n_reaches = 2;
    }
    ra_inventory_merge(to, &from);
}

void ra_asker_inventory(const struct ra_asker *asker, struct ra_arena *a, const struct ra_reach *secret,
                        const struct ra_reach *place, struct ra_inventory *ret)
{
    ra_inventory_init(ret, a);
    ret->tool_version = asker->seen->tool_version;
    ret->target = asker->seen->target;
    ret->now_s = asker->now_s;
    copy_in(ret, secret, place);
}

static void ask_one(const struct ra_asker *asker, const struct plan *p, struct job *job, unsigned ordinal)
{
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    struct ra_inventory inv;
    const struct ra_reach *secret = ra_reach_find(asker->seen, job->held.secret);
    const struct ra_reach *place = ra_reach_find(asker->seen, job->held.place);
    ra_asker_inventory(asker, &a, secret, place, &inv);
    const struct ra_credential credential = {
        .provider = job->provider->name, .secret = secret, .place = place ? place : secret, .host = job->host,
        .user = job->held.user, .type = job->held.type, .path = job->held.path, .scope = job->held.scope};
    struct ra_provide provide = {
        .arena = &a, .inv = &inv, .seen = asker->seen, .credential = &credential, .remotes = p->remotes,
        .max_objects = RA_ASK_MAX_OBJECTS, .now_s = asker->now_s};
    provide.asking = ra_asking_open(asker->world, &credential, &job->held.value, ordinal);
    job->provider->ask(&provide);
    const char *why;
    bool dead = ra_asking_dead(provide.asking), believed = ra_asking_believed(provide.asking, job->named, &why);
    job->told = ra_asking_told(provide.asking) && believed && (job->sure || !dead);
    job->dead = dead && believed && job->sure;
    if (!believed)
        ra_credential_fact(&provide, "not believed", ra_strfmt(&a, "answers of %s: %s", job->host, why));
    ra_asking_close(provide.asking);
    ra_inventory_freeze(&inv);
    if (asker->found)
        asker->found(asker->arg, &inv);
}

// All that is known of a secret's places was told; one place that was not asked keeps its scope unknown.
static void settle(const struct ra_asker *asker, const struct plan *p, size_t at)
{
    bool all = true, dead = true;
    for (size_t i = 0; i < p->n; i++)
        if (strcmp(p->jobs[i].held.secret, p->jobs[at].held.secret) == 0) {
            all &= p->jobs[i].told || p->jobs[i].dead;
            dead &= p->jobs[i].dead;
        }
    if (all && asker->settled)
        asker->settled(asker->arg, p->jobs[at].held.secret, dead);
}

// The last job of its value? Then nobody needs it any more.
static void spend(const struct ra_asker *asker, const struct plan *p, size_t at)
{
    struct ra_span value = p->jobs[at].held.value.value;
    for (size_t i = at + 1; i < p->n; i++)
        if (p->jobs[i].may && ra_span_eq(p->jobs[i].held.value.value, value))
            return;
    if (asker->spent && value.n)
        asker->spent(asker->arg, value);
}

void ra_asker_run(const struct ra_asker *asker, struct ra_span held)
{
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    struct plan p = {.arena = &a};
    make_plan(asker, &p, held);
    if (!p.remotes)
        p.remotes = ra_new_array(&a, const char *, 1);
    if (!tell_plan(asker, &p) || asker->dry_run)
        return;
    for (size_t i = 0; i < p.n; i++)
        if (p.jobs[i].may) {
            ask_one(asker, &p, &p.jobs[i], (unsigned)i + 1);
            spend(asker, &p, i);
        }
    for (size_t i = 0; i < p.n; i++)
        if (p.jobs[i].may)
            settle(asker, &p, i);
}
