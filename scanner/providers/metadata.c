// See metadata.h. An identity is told as a service that hands it out; what its keys may do is not asked, so that it counts
// as anything but where the scopes of its tokens narrow it. An answer that tells nothing leaves the unknown as it is.
#include "providers/metadata.h"

#include <errno.h>
#include <string.h>

#include "base/limits.h"

enum tells { ROLES, ACCOUNTS, JSON, TEXT, LISTENS };
enum told { NOTHING_THERE, HANDS_OUT, IS_THERE, DOES_NOT_SAY, NO_ANSWER };
enum { MOST_NAMES = 8, MOST_NAME_BYTES = 256 };

static const struct service {
    const char *id, *title, *address;
    enum ra_request request;
    enum tells tells;
    enum ra_radius ceiling;
    const char *variable;
} services[] = {
#define RA_METADATA(id, title, address, request, tells, ceiling, variable) \
    {id, title, address, RA_REQUEST_METADATA_##request, tells, RA_RADIUS_##ceiling, variable},
#include "providers/metadata.def"
#undef RA_METADATA
};

struct visit {
    const struct ra_asker *asker;
    const struct service *service;
    struct ra_provide provide;
    struct ra_answer answer;
    const char *names; // roles or accounts, ", " between
    const char *scopes;
    enum ra_radius ceiling;
};

// ---- which ------------------------------------------------------------------------------------------

static bool is_set(const struct ra_asker *asker, const char *name)
{
    size_t n = strlen(name);
    for (const char *const *v = asker->consent.env; v && *v; v++)
        if (strncmp(*v, name, n) == 0 && (*v)[n] == '=' && (*v)[n + 1])
            return true;
    return false;
}

// The clouds that the machine says it belongs to, or NULL.
static const char *named(const struct ra_asker *asker)
{
    const struct ra_reach *r = ra_reach_find(asker->seen, "unknown:metadata");
    const struct ra_detail *d = r ? ra_detail_find(r, "cloud") : NULL;
    return d ? d->text : NULL;
}

static bool in_list(const char *list, const char *id)
{
    struct ra_span rest = ra_span_of(list), one;
    while (ra_span_until(&rest, ',', &one))
        if (ra_span_is(one, id))
            return true;
    return false;
}

static bool wanted(const struct ra_asker *asker, const struct service *s)
{
    const char *list = named(asker);
    if (s->variable && !is_set(asker, s->variable))
        return false;
    return !list || in_list(list, s->id);
}

// A cloud that the machine names and nobody here can ask.
static bool unasked(const struct ra_asker *asker)
{
    const char *list = named(asker);
    struct ra_span rest = ra_span_of(list), one;
    while (list && ra_span_until(&rest, ',', &one)) {
        bool asked = false;
        for (size_t i = 0; i < RA_COUNT(services); i++)
            asked |= ra_span_is(one, services[i].id) && wanted(asker, &services[i]);
        if (!asked)
            return true;
    }
    return false;
}

// ---- consent ----------------------------------------------------------------------------------------

static void say(const struct ra_asker *asker, const char *line)
{
    if (asker->say)
        asker->say(asker->arg, line);
}

static bool tell_plan(const struct ra_asker *asker, struct ra_arena *a)
{
    size_t calls = 0;
    for (size_t i = 0; i < RA_COUNT(services); i++) {
        if (!wanted(asker, &services[i]))
            continue;
        calls += services[i].tells == ACCOUNTS ? 1 + MOST_NAMES : 1;
        say(asker, ra_strfmt(a, "--online=metadata: %s %s whether it gives this machine an identity (%s)",
                             asker->world->replay ? "recorded answers of" : "asks", services[i].address,
                             services[i].title));
    }
    if (!calls)
        say(asker, "--online=metadata: nothing to ask: 0 hosts, 0 requests");
    else if (!asker->world->replay)
        say(asker, ra_strfmt(a, "  at most %zu requests in all, without a credential and for none: names and scopes only. "
                             "They leave traces: the cloud may count them", calls));
    return calls > 0;
}

// ---- answers ----------------------------------------------------------------------------------------

// Of a role or an account: what their clouds allow in names.
static bool is_name(struct ra_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("+=,.@_:-", c))))
            return false;
    }
    return s.n > 0 && s.n <= MOST_NAME_BYTES;
}

// Lines that are names, without the slash of a directory. -1 where the text is something else.
static int names_of(struct ra_arena *a, struct ra_span body, const char *ret[MOST_NAMES])
{
    struct ra_span line;
    int n = 0;
    while (ra_span_line(&body, &line)) {
        line = ra_span_trim(line);
        if (ra_span_ends(line, "/"))
            line.n--;
        if (!line.n)
            continue;
        if (!is_name(line))
            return -1;
        if (n < MOST_NAMES)
            ret[n++] = ra_strndup(a, line);
    }
    return n;
}

static const char *joined(struct ra_arena *a, const char *const *items, size_t n)
{
    const char *text = n ? items[0] : NULL;
    for (size_t i = 1; i < n; i++)
        text = ra_strfmt(a, "%s, %s", text, items[i]);
    return text;
}

static enum told roles(struct visit *v)
{
    const char *names[MOST_NAMES];
    int n = names_of(v->provide.arena, v->answer.body, names);
    if (n > 0)
        v->names = joined(v->provide.arena, names, (size_t)n);
    return n > 0 ? HANDS_OUT : n == 0 ? NOTHING_THERE : DOES_NOT_SAY;
}

// The most that a token with this scope can do: what an unknown one means nobody knows.
static enum ra_radius most_of(struct ra_span scope)
{
    static const char *const narrow[] = {"logging.write", "monitoring.write", "monitoring", "trace.append",
                                         "servicecontrol", "service.management.readonly", "userinfo.email",
                                         "devstorage.none", "openid"};
    for (size_t i = 0; i < RA_COUNT(narrow); i++)
        if (ra_span_is(scope, narrow[i]))
            return RA_RADIUS_GRANT;
    return RA_RADIUS_ORGANIZATION;
}

static bool take_scopes(struct visit *v, const struct ra_answer *answer)
{
    static const char lead[] = "https://www.googleapis.com/auth/";
    struct ra_span rest = answer->body, line;
    struct ra_arena *a = v->provide.arena;
    bool any = false;
    if (answer->err || answer->status != 200)
        return false;
    while (ra_span_line(&rest, &line)) {
        line = ra_span_trim(line);
        if (ra_span_starts(line, lead))
            line = ra_span_cut(line, sizeof lead - 1, line.n);
        if (!line.n || !is_name(line))
            continue;
        enum ra_radius most = most_of(line);
        v->ceiling = most > v->ceiling ? most : v->ceiling;
        v->scopes = v->scopes ? ra_strfmt(a, "%s, %.*s", v->scopes, (int)line.n, line.p) : ra_strndup(a, line);
        any = true;
    }
    return any;
}

static enum told accounts(struct visit *v)
{
    struct ra_arena *a = v->provide.arena;
    const char *names[MOST_NAMES], *flavor = ra_answer_header(a, &v->answer, "metadata-flavor");
    if (!flavor || strcmp(flavor, "Google") != 0)
        return NOTHING_THERE;
    int n = names_of(a, v->answer.body, names);
    if (n <= 0)
        return n == 0 ? NOTHING_THERE : DOES_NOT_SAY;
    v->names = joined(a, names, (size_t)n);
    v->ceiling = RA_RADIUS_GRANT;
    bool all = n < MOST_NAMES;
    for (int i = 0; i < n; i++) {
        struct ra_answer scopes = ra_ask_one(&v->provide, RA_REQUEST_METADATA_GCP_SCOPES, names[i], NULL);
        all &= take_scopes(v, &scopes);
    }
    if (!all)
        v->ceiling = RA_RADIUS_ORGANIZATION;
    return HANDS_OUT;
}

static bool closed(int err)
{
    return err == ECONNREFUSED || err == ENETUNREACH || err == EHOSTUNREACH || err == EACCES || err == EPERM;
}

static enum told weigh(struct visit *v)
{
    const struct ra_answer *answer = &v->answer;
    if (answer->err)
        return closed(answer->err) ? NOTHING_THERE : NO_ANSWER;
    if (v->service->tells == LISTENS)
        return HANDS_OUT;
    if (answer->status == 404 || answer->status == 410)
        return NOTHING_THERE;
    if (answer->status != 200)
        return DOES_NOT_SAY;
    switch (v->service->tells) {
    case ROLES: return roles(v);
    case ACCOUNTS: return accounts(v);
    case JSON: return answer->json ? IS_THERE : NOTHING_THERE;
    case TEXT: return answer->body.n && ra_span_chr(answer->body, '<') < 0 ? IS_THERE : NOTHING_THERE;
    case LISTENS: return HANDS_OUT;
    }
    return DOES_NOT_SAY;
}

// ---- what is told -----------------------------------------------------------------------------------

static void hands_out(struct visit *v, struct ra_evidence e)
{
    struct ra_inventory *inv = v->provide.inv;
    const struct service *s = v->service;
    const char *at = ra_strfmt(v->provide.arena, "%s:80/tcp", s->address);
    struct ra_reach *r = ra_reach_add(inv, RA_KIND_SERVICE, ra_id(v->provide.arena, RA_KIND_SERVICE, at, NULL), at,
                                      RA_STATE_PRESENT, e);
    r->traits |= RA_TRAIT_IDENTITY;
    r->access |= RA_CONNECT;
    r->cap = RA_SEVERITY_CRITICAL;
    r->ref = "V72";
    r->title = ra_strfmt(v->provide.arena, "metadata service of %s", s->title);
    ra_reach_radius(r, RA_RADIUS_GRANT, v->ceiling);
    ra_reach_text(inv, r, "cloud", s->id);
    ra_reach_text(inv, r, s->tells == ACCOUNTS ? "accounts" : "role", v->names);
    ra_reach_text(inv, r, "scopes", v->scopes);
}

static const char *reason(const struct visit *v)
{
    switch (v->answer.status) {
    case 200: return v->service->tells == ROLES || v->service->tells == ACCOUNTS
                         ? "its answer is no list of names"
                         : "whether the machine has an identity is told only by asking for a token";
    case 401: return "it tells only who opens a session first, which was not done";
    case 403: return "it refused to tell";
    default: return ra_strfmt(v->provide.arena, "it answered with status %u", v->answer.status);
    }
}

// `known`: who answers there.
static void does_not_say(struct visit *v, bool known, struct ra_evidence e)
{
    struct ra_inventory *inv = v->provide.inv;
    struct ra_arena *a = v->provide.arena;
    const struct service *s = v->service;
    const char *settled = known ? ra_strfmt(a, "see at %s itself which identity this machine has", s->title)
                                : ra_strfmt(a, "find out who answers at %s", s->address);
    struct ra_reach *r = ra_unknown_add(inv, ra_strfmt(a, "metadata/%s", known ? s->id : s->address),
                                        known ? s->ceiling : RA_RADIUS_ORGANIZATION, 0, settled, e);
    r->access |= RA_CONNECT;
    r->ref = "V72";
    r->title = known ? ra_strfmt(a, "the identity that %s may give this machine", s->title)
                     : ra_strfmt(a, "the identity that %s may give this machine", s->address);
    ra_reach_text(inv, r, "reason", reason(v));
}

// ---- the round --------------------------------------------------------------------------------------

struct round {
    const struct ra_asker *asker;
    struct ra_arena *arena;
    struct ra_inventory inv;
    enum told told[RA_COUNT(services)];
    bool asked[RA_COUNT(services)];
};

static void visit(struct round *r, size_t at, struct visit *v)
{
    const struct service *s = &services[at];
    struct ra_credential *none = ra_new(r->arena, struct ra_credential);
    *none = (struct ra_credential){.provider = ra_requests[s->request].provider, .host = s->address};
    const struct ra_credential_value no_value = {.value = {NULL, 0}};
    *v = (struct visit){.asker = r->asker, .service = s, .ceiling = s->ceiling,
                        .provide = {.arena = r->arena, .inv = &r->inv, .seen = r->asker->seen, .credential = none,
                                    .now_s = r->asker->now_s}};
    v->provide.base[RA_BASE_API] = ra_strfmt(r->arena, "http://%s", s->address);
    v->provide.asking = ra_asking_open(r->asker->world, none, &no_value, (unsigned)at + 1);
    v->answer = ra_ask_one(&v->provide, s->request, NULL, NULL);
    r->told[at] = weigh(v);
    r->asked[at] = true;
    ra_asking_close(v->provide.asking);
}

static struct ra_evidence evidence(struct visit *v)
{
    struct ra_evidence e = ra_answered(&v->provide, v->service->request, &v->answer);
    e.collector = "metadata";
    return e;
}

// An address that does not answer one question answers none; it is left alone.
static bool silent(const struct round *r, const char *address)
{
    for (size_t i = 0; i < RA_COUNT(services); i++)
        if (r->asked[i] && r->told[i] == NO_ANSWER && strcmp(services[i].address, address) == 0)
            return true;
    return false;
}

static bool answers(const struct round *r, const char *address)
{
    for (size_t i = 0; i < RA_COUNT(services); i++)
        if (r->asked[i] && (r->told[i] == HANDS_OUT || r->told[i] == IS_THERE) &&
            (!address || strcmp(services[i].address, address) == 0))
            return true;
    return false;
}

// What refuses one cloud's question may be another cloud: only where none of them answers plainly is it told.
static bool tell_unsure(struct round *r, struct visit *visits)
{
    bool all = true;
    for (size_t i = 0; i < RA_COUNT(services); i++) {
        all &= !r->asked[i] || r->told[i] != NO_ANSWER;
        if (r->asked[i] && r->told[i] == DOES_NOT_SAY && !answers(r, services[i].address))
            does_not_say(&visits[i], named(r->asker) != NULL, evidence(&visits[i]));
    }
    return all;
}

static bool ask_all(struct round *r)
{
    struct visit *visits = ra_new_array(r->arena, struct visit, RA_COUNT(services));
    for (size_t i = 0; i < RA_COUNT(services); i++) {
        struct visit *v = &visits[i];
        if (!wanted(r->asker, &services[i]) || silent(r, services[i].address))
            continue;
        visit(r, i, v);
        if (r->told[i] == HANDS_OUT)
            hands_out(v, evidence(v));
        else if (r->told[i] == IS_THERE)
            does_not_say(v, true, evidence(v));
    }
    return tell_unsure(r, visits) || answers(r, NULL);
}

void ra_metadata_ask(const struct ra_asker *asker, bool may)
{
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    struct round r = {.asker = asker, .arena = &a};
    if (!may) {
        say(asker, "--online=metadata: only this process's own way there can be tried, not another target's: 0 hosts, "
                   "0 requests");
        return;
    }
    if (!tell_plan(asker, &a) || asker->dry_run)
        return;
    ra_inventory_init(&r.inv, &a);
    r.inv.tool_version = asker->seen->tool_version;
    r.inv.target = asker->seen->target;
    r.inv.now_s = asker->now_s;
    bool all = ask_all(&r) && !unasked(asker);
    ra_inventory_freeze(&r.inv);
    if (asker->found)
        asker->found(asker->arg, &r.inv);
    if (all && asker->settled)
        asker->settled(asker->arg, "unknown:metadata", false);
}
