// The laws of the judge on random inventories and profiles. More reach never lowers a number; order never changes a
// byte; a collector that fails (its reaches gone, its unknown there instead) never lowers the worst case and never
// turns another verdict into pass. Own generator, so that a printed seed is enough to see a failure again.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/evaluate.h"
#include "checks/profile_init.h"

#define RA_COLLECTOR(n, title, ceiling, traits, targets) {#n, RA_RADIUS_##ceiling, traits},
static const struct {
    const char *name;
    enum ra_radius ceiling;
    unsigned traits;
} collectors[] = {
#include "collect/collectors.def"
};
#undef RA_COLLECTOR
enum { COLLECTORS = sizeof(collectors) / sizeof(collectors[0]), MAX_SPECS = 64, MAX_LINKS = 64 };

// What each collector tells of, and what is learnt from a service of the secrets that it found.
static const enum ra_kind kinds[][4] = {
    {RA_KIND_ENV, RA_KIND_TOKEN, RA_KIND_PASSWORD, RA_KIND_GRANT},
    {RA_KIND_PROCESS, RA_KIND_CAPABILITY, RA_KIND_BOX, RA_KIND_FD},
    {RA_KIND_FILE, RA_KIND_TOKEN, RA_KIND_KEY, RA_KIND_PASSWORD},
    {RA_KIND_PROGRAM, RA_KIND_TOKEN, RA_KIND_GRANT, RA_KIND_GRANT},
    {RA_KIND_SOCKET, RA_KIND_KEY, RA_KIND_SOCKET, RA_KIND_GRANT},
    {RA_KIND_MOUNT, RA_KIND_DEVICE, RA_KIND_MOUNT, RA_KIND_MOUNT},
    {RA_KIND_EGRESS, RA_KIND_SERVICE, RA_KIND_EGRESS, RA_KIND_SERVICE},
    {RA_KIND_WORKTREE, RA_KIND_FILE, RA_KIND_WORKTREE, RA_KIND_FILE},
    {RA_KIND_AGENT, RA_KIND_TOKEN, RA_KIND_AGENT, RA_KIND_AGENT},
};
_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == COLLECTORS, "one row a collector");

struct spec {
    unsigned collector;
    enum ra_kind kind;
    unsigned name; // number in the id
    enum ra_state state;
    unsigned access, traits;
    enum ra_radius least, ceiling;
};
struct link {
    unsigned from, to; // specs
    enum { HOLDS, GIVES, USES } rule;
};
struct world {
    struct spec specs[MAX_SPECS];
    struct link links[MAX_LINKS];
    size_t n, n_links;
    enum ra_run runs[COLLECTORS];
    bool boxed, at_rest;
};
struct numbers {
    enum ra_radius worst, proved;
    int worst_score, proved_score;
    enum ra_judgement verdict;
};

static uint64_t rng;
static unsigned roll(unsigned n) // 0..n-1; xorshift64*
{
    rng ^= rng >> 12;
    rng ^= rng << 25;
    rng ^= rng >> 27;
    return (unsigned)((rng * 2685821657736338717u) >> 33) % n;
}

// ---- random worlds ----------------------------------------------------------------------------------

static const unsigned channel_traits = RA_TRAIT_CHANNEL | RA_TRAIT_OPEN_ROUTE | RA_TRAIT_PROXY | RA_TRAIT_ROUTE;

static unsigned some_traits(unsigned collector)
{
    unsigned traits = 0, n = 1 + roll(3);
    while (n-- > 0)
        traits |= 1u << roll(RA_TRAIT_COUNT);
    if (roll(3) == 0)
        traits |= RA_TRAIT_LIVE;
    // A collector whose unknown cannot be a way out never tells of one.
    unsigned may = collectors[collector].traits & channel_traits;
    if (may & RA_TRAIT_OPEN_ROUTE)
        may |= RA_TRAIT_PROXY | RA_TRAIT_ROUTE;
    traits &= ~(channel_traits & ~may);
    return traits & (RA_TRAIT_OPEN_ROUTE | RA_TRAIT_PROXY | RA_TRAIT_ROUTE) ? traits | RA_TRAIT_CHANNEL : traits; // routes carry bytes
}

static struct spec some_spec(unsigned first_name)
{
    struct spec s = {.collector = roll(COLLECTORS)};
    s.name = first_name + 10 * s.collector + roll(8);
    s.kind = kinds[s.collector][roll(4)];
    s.traits = some_traits(s.collector);
    if (s.kind == RA_KIND_GRANT && roll(3) == 0)
        s.traits |= RA_TRAIT_REWRITES | RA_TRAIT_OWN_REMOTE;
    s.state = roll(5) == 0 ? RA_STATE_UNKNOWN : roll(6) == 0 ? RA_STATE_DENIED : RA_STATE_PRESENT;
    s.access = roll(1u << RA_ACCESS_BITS);
    enum ra_radius most = collectors[s.collector].ceiling;
    s.ceiling = (enum ra_radius)roll(most + 1);
    s.least = (enum ra_radius)roll(s.ceiling + 1);
    if (roll(12) == 0) { // a part of the surface that was not seen
        s.kind = RA_KIND_UNKNOWN;
        s.state = RA_STATE_UNKNOWN;
        s.ceiling = most;
        s.least = RA_RADIUS_NOTHING;
        s.traits = collectors[s.collector].traits;
    }
    return s;
}

// A secret or a socket that signs gives a right, which reaches no further than whoever finds the giver may see.
static bool may_give(const struct world *w, unsigned from, unsigned to)
{
    enum ra_kind kind = w->specs[from].kind;
    return w->specs[to].kind == RA_KIND_GRANT && (ra_kind_is_secret(kind) || kind == RA_KIND_SOCKET) &&
           collectors[w->specs[to].collector].ceiling <= collectors[w->specs[from].collector].ceiling;
}

static void link_more(struct world *w, unsigned from, unsigned to, int rule)
{
    if (w->n_links < MAX_LINKS)
        w->links[w->n_links++] = (struct link){from, to, rule};
}

static void link_some(struct world *w)
{
    while (w->n_links < MAX_LINKS && roll(30) != 0) {
        unsigned from = roll((unsigned)w->n), to = roll((unsigned)w->n);
        if (may_give(w, from, to))
            link_more(w, from, to, GIVES);
        else if (w->specs[from].collector == w->specs[to].collector) // whoever reads the place finds its secret
            link_more(w, from, to, roll(5) ? HOLDS : USES);
    }
    for (unsigned to = 0; to < w->n; to++) // what was asked about is told with who gave it
        for (unsigned tries = roll(8), from; tries > 0; tries--)
            if (may_give(w, from = roll((unsigned)w->n), to))
                link_more(w, from, to, GIVES);
}

static void some_world(struct world *w)
{
    *w = (struct world){.n = 1 + roll(24), .boxed = roll(4) != 0, .at_rest = roll(4) == 0};
    for (size_t i = 0; i < w->n; i++)
        w->specs[i] = some_spec(0);
    for (size_t i = roll(4); i > 0; i--) { // two collectors tell of the same thing, and agree
        struct spec s = w->specs[roll((unsigned)w->n)];
        unsigned other = roll(COLLECTORS);
        if (s.kind == RA_KIND_GRANT && collectors[other].ceiling < RA_RADIUS_ORGANIZATION)
            continue; // told of under two collectors, it may reach as far as either says
        if (s.kind == RA_KIND_UNKNOWN || s.traits & channel_traits || collectors[other].ceiling < s.ceiling)
            continue;
        s.collector = other;
        w->specs[w->n++] = s;
    }
    link_some(w);
    for (size_t i = 0; i < COLLECTORS; i++)
        w->runs[i] = roll(12) == 0 ? (enum ra_run)roll(5) : RA_RUN_RAN;
}

// Everything of w, and more: access, traits, radii, states that were denied, new reaches, new links.
static void more_reach(const struct world *w, struct world *ret)
{
    *ret = *w;
    for (size_t i = 0; i < ret->n; i++) {
        struct spec *s = &ret->specs[i];
        if (roll(4) == 0)
            s->access |= roll(1u << RA_ACCESS_BITS);
        if (roll(4) == 0 && s->kind != RA_KIND_UNKNOWN)
            s->traits |= 1u << roll(RA_TRAIT_COUNT);
        if (roll(6) == 0 && s->ceiling < RA_RADIUS_ORGANIZATION)
            s->ceiling++;
        if (roll(6) == 0 && s->least < s->ceiling)
            s->least++;
    }
    for (size_t more = roll(8); more > 0 && ret->n < MAX_SPECS; more--)
        ret->specs[ret->n++] = some_spec(1000);
    // A place that was refused is open now, in every telling of it.
    size_t opened = roll((unsigned)w->n);
    bool unknown = false;
    for (size_t i = 0; i < w->n; i++)
        if (w->specs[i].kind == w->specs[opened].kind && w->specs[i].name == w->specs[opened].name)
            unknown |= w->specs[i].state == RA_STATE_UNKNOWN;
    if (!unknown && ret->specs[opened].state == RA_STATE_DENIED)
        ret->specs[opened].state = RA_STATE_PRESENT;
    for (size_t i = w->n; i < ret->n; i++) { // a new place gives a secret that was known, or a new one
        unsigned to = roll((unsigned)ret->n);
        if (ret->specs[i].state == RA_STATE_PRESENT && roll(2) && ret->n_links < MAX_LINKS && to != i) {
            ret->specs[i].access |= RA_READ;
            link_more(ret, (unsigned)i, to, may_give(ret, (unsigned)i, to) ? GIVES : roll(5) ? HOLDS : USES);
        }
    }
    for (size_t i = roll(3); i > 0; i--) { // a right more, or one more that gives it
        unsigned from = roll((unsigned)ret->n), to = roll((unsigned)ret->n);
        if (may_give(ret, from, to))
            link_more(ret, from, to, GIVES);
    }
}

static void shuffled(const struct world *w, struct world *ret)
{
    unsigned at[MAX_SPECS];
    *ret = *w;
    for (unsigned i = 0; i < w->n; i++)
        at[i] = i;
    for (unsigned i = (unsigned)w->n; i > 1; i--) {
        unsigned k = roll(i), held = at[i - 1];
        at[i - 1] = at[k];
        at[k] = held;
    }
    for (unsigned i = 0; i < w->n; i++)
        ret->specs[at[i]] = w->specs[i];
    for (size_t i = 0; i < w->n_links; i++) {
        struct link l = {at[w->links[i].from], at[w->links[i].to], w->links[i].rule};
        ret->links[w->n_links - 1 - i] = l;
    }
}

// ---- from a world to a verdict ------------------------------------------------------------------------

static struct ra_reach *tell(struct ra_arena *a, struct ra_inventory *inv, const struct spec *s)
{
    struct ra_evidence e = {collectors[s->collector].name, RA_METHOD_OBSERVED, 0, {0}};
    if (s->kind == RA_KIND_UNKNOWN)
        return ra_unknown_add(inv, ra_strfmt(a, "%s/%u", collectors[s->collector].name, s->name), s->ceiling, s->traits,
                              NULL, e);
    char *id = ra_id(a, s->kind, ra_strfmt(a, "/n%u", s->name), NULL);
    struct ra_reach *r = ra_reach_add(inv, s->kind, id, id, s->state, e);
    r->access |= s->access;
    r->traits |= s->traits;
    r->cap = (enum ra_severity)((s->name * 7 + (unsigned)s->kind) % 9 < 5 ? 4 : (s->name + (unsigned)s->kind) % 5);
    if (s->name % 5 == 0)
        r->role = "agent-session";
    ra_reach_radius(r, s->least, s->ceiling);
    return r;
}

static void build(struct ra_arena *a, const struct world *w, int failed, struct ra_inventory *ret)
{
    const char *ids[MAX_SPECS] = {0};
    ra_inventory_init(ret, a);
    ret->now_s = 1800000000;
    ret->target = (struct ra_target_facts){.kind = w->at_rest ? "rootfs" : "self", .locator = "x", .uid = 1, .gid = 1,
                                           .worktree = "/w", .home = "/home/u",
                                           .box = {.kind = w->boxed ? "bubblewrap" : "none"}};
    for (size_t i = 0; i < COLLECTORS; i++)
        ra_coverage_add(ret, collectors[i].name)->status = (int)i == failed ? RA_RUN_FAILED : w->runs[i];
    for (size_t i = 0; i < w->n; i++)
        if ((int)w->specs[i].collector != failed)
            ids[i] = tell(a, ret, &w->specs[i])->id;
    for (size_t i = 0; i < w->n_links; i++)
        if (ids[w->links[i].from] && ids[w->links[i].to])
            ra_link_add(ret, w->links[i].rule == GIVES ? "gives" : w->links[i].rule == USES ? "uses" : "holds", ids[w->links[i].from], ids[w->links[i].to]);
    if (failed >= 0)
        ra_unknown_add(ret, collectors[failed].name, collectors[failed].ceiling, collectors[failed].traits, NULL,
                       (struct ra_evidence){collectors[failed].name, RA_METHOD_INFERRED, 5, {0}});
    ra_inventory_freeze(ret);
}

static struct ra_matcher some_matcher(void)
{
    static const char *const locators[] = {NULL, NULL, "**", "/n*", "/n1", "file:/n3"};
    struct ra_matcher m = {.any_kind = roll(6) == 0, .kind = (enum ra_kind)roll(RA_KIND_COUNT),
                           .locator = locators[roll(6)], .line = 1 + roll(90)};
    m.role = roll(4) == 0 ? "agent-session" : NULL;
    m.access = roll(4) == 0 ? 1 + roll((1u << RA_ACCESS_BITS) - 1) : 0;
    return m;
}

static struct ra_matcher *some_matchers(struct ra_arena *a, size_t *n)
{
    *n = roll(3) == 0 ? 1 + roll(3) : 0;
    struct ra_matcher *list = ra_new_array(a, struct ra_matcher, *n + 1);
    for (size_t i = 0; i < *n; i++)
        list[i] = some_matcher();
    return list;
}

static void some_profile(struct ra_arena *a, struct ra_profile *p)
{
    *p = (struct ra_profile){.name = "p", .radius = (enum ra_radius)roll(6), .score = roll(3) ? -1 : (int)roll(101),
                             .fail_on = (enum ra_severity)roll(5),
                             .certainty = roll(4) ? RA_CERTAINTY_LIKELY : RA_CERTAINTY_POSSIBLE,
                             .unknown_warns = roll(5) == 0, .source_private = roll(4) != 0,
                             .supervision = roll(2) ? "none" : "full", .must_see_all = roll(2) == 0};
    p->must_see = ra_new_array(a, const char *, COLLECTORS);
    for (size_t i = 0; !p->must_see_all && i < COLLECTORS; i++)
        if (roll(3) == 0)
            p->must_see[p->n_must_see++] = collectors[i].name;
    p->allow = some_matchers(a, &p->n_allow);
    p->deny = some_matchers(a, &p->n_deny);
    p->needs = some_matchers(a, &p->n_needs);
    static const char *const checks[] = {"secret/*", "mount/*", "network/egress", "socket/**"};
    p->n_waive = roll(3) == 0;
    p->waive = ra_new_array(a, struct ra_waiver, 1);
    p->waive[0] = (struct ra_waiver){checks[roll(4)], "*", "known", "us", "2027-01-01",
                                     roll(2) ? 1700000000 : 1900000000, 7};
    static const char *const changed[] = {"secret/disclosed", "network/egress", "box/weak", "socket/outside"};
    p->n_overrides = roll(3) == 0;
    p->overrides = ra_new_array(a, struct ra_override, 1);
    p->overrides[0] = (struct ra_override){changed[roll(4)], (enum ra_severity)roll(5), "so", 9};
    static const char *const rights[] = {"**", "/n*", "/n7", "/n44", "**4"};
    p->n_grants = roll(3) == 0 ? 1 + roll(2) : 0;
    p->grants = ra_new_array(a, struct ra_grant_radius, 2);
    for (size_t i = 0; i < p->n_grants; i++)
        p->grants[i] = (struct ra_grant_radius){rights[roll(5)], (enum ra_radius)roll(6), "we know", 11};
}

static struct numbers numbers_of(const struct ra_verdict *v)
{
    return (struct numbers){v->worst.radius, v->worst.proved.radius, v->worst.score, v->worst.proved.score, v->verdict};
}

static struct numbers judge(struct ra_arena *a, const struct world *w, int failed, const struct ra_profile *p,
                            struct ra_verdict *ret, struct ra_inventory *ret_inv)
{
    build(a, w, failed, ret_inv);
    ra_evaluate(a, ret_inv, p, ret);
    return numbers_of(ret);
}

// ---- what must hold --------------------------------------------------------------------------------------

static void text(struct ra_buf *b, const char *s)
{
    ra_buf_printf(b, "%s|", s ? s : "-");
}

static void print_findings(struct ra_buf *b, const struct ra_verdict *v)
{
    for (size_t i = 0; i < v->n_findings; i++) {
        const struct ra_finding *f = &v->findings[i];
        ra_buf_printf(b, "%s %d %d %d %d %u %d ", f->check, (int)f->status, (int)f->severity, (int)f->certainty,
                      (int)f->radius, f->profile_line, (int)f->later);
        text(b, f->message);
        text(b, f->remedy);
        text(b, f->waiver);
        for (size_t k = 0; k < f->n_reaches; k++)
            text(b, f->reaches[k]);
        for (size_t k = 0; k < f->n_path; k++)
            ra_buf_printf(b, " %zu", f->path[k]);
        ra_buf_putc(b, '\n');
    }
    for (size_t i = 0; i < v->n_cuts; i++) {
        text(b, v->cuts[i].remedy);
        for (size_t k = 0; k < v->cuts[i].n_cuts; k++)
            text(b, v->cuts[i].cuts[k]);
    }
    ra_buf_printf(b, "%d\n", (int)v->cut_exact);
}

static void print(struct ra_buf *b, const struct ra_inventory *inv, const struct ra_verdict *v)
{
    ra_buf_printf(b, "%d %d %d %d %d %d\n", (int)v->verdict, v->exit_status, (int)v->worst.radius, v->worst.score,
                  (int)v->worst.proved.radius, v->worst.proved.score);
    text(b, v->worst.sentence);
    text(b, v->worst.consequence);
    text(b, v->worst.proved.sentence);
    for (size_t i = 0; i < v->n_steps; i++) {
        const struct ra_step *s = &v->steps[i];
        ra_buf_printf(b, "%s > %s %d %s ", s->rule, s->gives, (int)s->certainty, s->sentence);
        for (size_t k = 0; k < s->n_needs; k++)
            text(b, s->needs[k]);
    }
    for (size_t i = 0; i < v->n_consequences; i++) {
        const struct ra_consequence *c = &v->consequences[i];
        ra_buf_printf(b, "\n%s %d %d %d %d %d %d %zu", c->id, (int)c->radius, (int)c->severity, (int)c->certainty,
                      (int)c->proved, (int)c->dormant, (int)c->dormant_radius, c->step);
    }
    for (size_t i = 0; i < inv->n_reaches; i++)
        ra_buf_printf(b, "\n%s %d %d %d", inv->reaches[i]->id, (int)v->reaches[i].radius, (int)v->reaches[i].severity,
                      (int)v->reaches[i].dormant);
    for (size_t i = 0; i < v->n_reasons; i++)
        text(b, v->reasons[i]);
    for (int i = 0; i < 4; i++)
        for (size_t k = 0; k < v->worst.legs[i].n_reaches; k++)
            text(b, v->worst.legs[i].reaches[k]);
    print_findings(b, v);
}

static int broken(uint64_t seed, const char *law, struct numbers before, struct numbers after, int failed)
{
    fprintf(stderr, "seed %llu: %s%s%s: worst %s %d -> %s %d, proved %s %d -> %s %d, %s -> %s\n",
            (unsigned long long)seed, law, failed >= 0 ? " " : "", failed >= 0 ? collectors[failed].name : "",
            ra_radius_name(before.worst), before.worst_score, ra_radius_name(after.worst), after.worst_score,
            ra_radius_name(before.proved), before.proved_score, ra_radius_name(after.proved), after.proved_score,
            ra_verdict_name(before.verdict), ra_verdict_name(after.verdict));
    return 1;
}

static int sane(uint64_t seed, const struct ra_verdict *v, struct numbers n)
{
    bool ok = n.worst >= n.proved && n.worst_score >= n.proved_score && n.worst_score <= 100 && n.proved_score >= 0;
    for (size_t i = 0; i < v->n_findings; i++)
        for (size_t k = 0; k < v->findings[i].n_path; k++)
            ok &= v->findings[i].path[k] < v->n_steps;
    for (size_t i = 0; i < v->n_steps; i++)
        ok &= v->steps[i].n_needs <= 4 && v->steps[i].gives != NULL;
    return ok ? 0 : broken(seed, "not sane", n, n, -1);
}

static uint64_t weighty; // additions that had to be noticed
static uint64_t granted, for_good; // cases in which a right could be used; in which it ended the tree

// ---- profile init --------------------------------------------------------------------------------------

// Is `id` more than the way in a counted consequence of radius grant or more: its subject, or its secret?
static bool weighs(const struct ra_verdict *v, const char *id, bool way, enum ra_certainty certainty)
{
    for (size_t i = 0; i < v->n_consequences; i++) {
        const struct ra_consequence *c = &v->consequences[i];
        const struct ra_step *s = &v->steps[c->step];
        const char *slash = strchr(c->id, '/'), *bare = strchr(id, ':') + 1;
        bool secret = !way && (strncmp(id, "token:", 6) == 0 || strncmp(id, "key:", 4) == 0 ||
                               strncmp(id, "password:", 9) == 0);
        bool named = slash && (strcmp(slash + 1, id) == 0 || strcmp(slash + 1, bare) == 0);
        for (size_t k = 0; k < s->n_needs; k++) // one for all subjects names its subject first, and then the way
            if ((slash ? named || secret : k == 0) && c->radius >= RA_RADIUS_GRANT && c->certainty >= certainty && strcmp(s->needs[k], id) == 0)
                return true;
    }
    return false;
}

// One more reach: something new; a new place of a secret that is there; a new secret in a place that is there.
static void one_more(const struct world *w, struct world *ret)
{
    *ret = *w;
    struct spec s = some_spec(3000);
    unsigned other = roll((unsigned)w->n);
    if (s.least < RA_RADIUS_GRANT && collectors[s.collector].ceiling >= RA_RADIUS_GRANT && s.kind != RA_KIND_UNKNOWN)
        s.least = RA_RADIUS_GRANT;
    if (s.ceiling < s.least)
        s.ceiling = s.least;
    ret->specs[ret->n] = s;
    if (roll(2) && ret->n_links < MAX_LINKS) {
        bool secret = ra_kind_is_secret(s.kind);
        ret->specs[ret->n].access |= RA_READ;
        ret->specs[ret->n].traits |= secret ? RA_TRAIT_LIVE : 0u;
        unsigned new = (unsigned)ret->n;
        if (may_give(ret, other, new) || may_give(ret, new, other))
            link_more(ret, may_give(ret, other, new) ? other : new, may_give(ret, other, new) ? new : other, GIVES);
        else
            link_more(ret, secret ? other : new, secret ? new : other, HOLDS);
    }
    ret->n++;
}

static int init_broken(uint64_t seed, const char *what, const char *text)
{
    fprintf(stderr, "seed %llu: profile init: %s\n%s\n", (unsigned long long)seed, what, text ? text : "");
    return 1;
}

// What is printed passes on the same state, whatever the order; it is refused exactly where it is too wide; and
// nothing of radius grant or more can be added to the state without being noticed.
static int init_case(uint64_t seed, struct ra_arena *a, struct world *w)
{
    struct world other;
    struct ra_inventory inv;
    struct ra_profile p;
    struct ra_verdict v;
    struct ra_error err = {0};
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0}, again RA_CLEANUP(ra_buf_free) = {0};
    for (size_t i = 0; i < COLLECTORS; i++)
        w->runs[i] = RA_RUN_RAN;
    build(a, w, -1, &inv);
    if (ra_profile_init(a, &inv, RA_RADIUS_ORGANIZATION, &text, &err))
        return init_broken(seed, "nothing is printed", err.text);
    if (ra_profile_read(a, ra_buf_view(&text), (struct ra_span){0}, NULL, &p, &err))
        return init_broken(seed, "it cannot be read", text.p);
    ra_evaluate(a, &inv, &p, &v);
    if (v.verdict != RA_VERDICT_PASS)
        return init_broken(seed, "it does not pass", text.p);
    if (ra_profile_init(a, &inv, RA_RADIUS_GRANT, &again, &err) != (p.radius > RA_RADIUS_GRANT ? RA_E_USAGE : 0))
        return init_broken(seed, "the limit is not kept", text.p);
    shuffled(w, &other);
    build(a, &other, -1, &inv);
    ra_buf_clear(&again);
    ra_profile_init(a, &inv, RA_RADIUS_ORGANIZATION, &again, &err);
    if (!ra_span_eq(ra_buf_view(&text), ra_buf_view(&again)))
        return init_broken(seed, "the order shows", text.p);
    for (int i = 0; i < 6; i++) {
        one_more(w, &other);
        build(a, &other, -1, &inv);
        ra_evaluate(a, &inv, &p, &v);
        struct ra_inventory scratch;
        ra_inventory_init(&scratch, a);
        const char *id = tell(a, &scratch, &other.specs[other.n - 1])->id;
        bool way = other.specs[other.n - 1].traits & channel_traits;
        weighty += weighs(&v, id, way, p.certainty);
        if (v.verdict == RA_VERDICT_PASS && weighs(&v, id, way, p.certainty))
            return init_broken(seed, ra_strfmt(a, "%s goes unnoticed", id), text.p);
    }
    return 0;
}

static int one_case(uint64_t seed)
{
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    struct world w, other;
    struct ra_profile p;
    struct ra_verdict v, u;
    struct ra_inventory inv, inv2;
    rng = seed * 0x9e3779b97f4a7c15u + 1;
    some_world(&w);
    some_profile(&a, &p);
    struct numbers n = judge(&a, &w, -1, &p, &v, &inv), m;
    int bad = sane(seed, &v, n);
    bool any = false;
    for (size_t i = 0; i < v.n_consequences; i++) {
        any |= strncmp(v.consequences[i].id, "so:granted/", 11) == 0;
        for_good += strcmp(v.consequences[i].id, "so:lost-for-good") == 0;
    }
    granted += any;

    more_reach(&w, &other);
    m = judge(&a, &other, -1, &p, &u, &inv2);
    if (m.worst < n.worst || m.proved < n.proved || m.worst_score < n.worst_score || m.proved_score < n.proved_score)
        bad |= broken(seed, "more reach", n, m, -1);

    struct ra_buf first RA_CLEANUP(ra_buf_free) = {0}, second RA_CLEANUP(ra_buf_free) = {0};
    shuffled(&w, &other);
    m = judge(&a, &other, -1, &p, &u, &inv2);
    print(&first, &inv, &v);
    print(&second, &inv2, &u);
    if (!ra_span_eq(ra_buf_view(&first), ra_buf_view(&second)))
        bad |= broken(seed, "order", n, m, -1);

    int failed = (int)roll(COLLECTORS);
    m = judge(&a, &w, failed, &p, &u, &inv2);
    if (m.worst < n.worst || m.worst_score < n.worst_score)
        bad |= broken(seed, "failed", n, m, failed);
    // "unknown: warn" forgives what was not seen, but for the surfaces that must be seen.
    bool forgiven = p.unknown_warns && !p.must_see_all;
    if (n.verdict != RA_VERDICT_PASS && m.verdict == RA_VERDICT_PASS && !forgiven)
        bad |= broken(seed, "opened by", n, m, failed);
    return bad | init_case(seed, &a, &w);
}

int main(int argc, char **argv)
{
    uint64_t from = 1, count = 3000;
    for (int i = 1; i + 1 < argc; i += 2) {
        uint64_t *to = strcmp(argv[i], "--count") == 0 ? &count : strcmp(argv[i], "--seed") == 0 ? &from : NULL;
        if (!to || !ra_span_u64(ra_span_of(argv[i + 1]), 10, to)) {
            fprintf(stderr, "usage: %s [--seed N] [--count N]\n", argv[0]);
            return 2;
        }
    }
    size_t bad = 0;
    for (uint64_t seed = from; seed < from + count && bad < 20; seed++)
        bad += (size_t)one_case(seed);
    printf("%llu cases from seed %llu, %zu broken; %llu additions had to be noticed; rights in %llu, the tree lost for "
           "good in %llu\n",
           (unsigned long long)count, (unsigned long long)from, bad, (unsigned long long)weighty,
           (unsigned long long)granted, (unsigned long long)for_good);
    bool idle = count >= 1000 && (weighty < count || granted < count / 20 || for_good < count / 500);
    return bad || idle ? 1 : 0;
}
