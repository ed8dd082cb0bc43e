// The monotone fixpoint over rules.def: every consequence with its best derivation. It judges nothing and knows of the
// profile only its certainty and its source.
#include "checks/closure_ground.h"

#include <string.h>

#include "model/target.h"

#define RA_OF(k) (1u << RA_KIND_##k)
static const struct ra_rule_row rows[] = {
#define RA_RULE(n, name, subject, traits, kinds, unless, access, needs, after, gives, from, radius, certainty, when, \
                clause, worst)                                                                                       \
    {name, RA_SUBJECT_##subject, traits, kinds, unless, access, RA_CLASS_##needs, RA_RULE_##after, gives,            \
     RA_FROM_##from, RA_RADIUS_##radius, RA_CERTAINTY_##certainty, RA_WHEN_##when, clause, worst},
#include "checks/rules.def"
#undef RA_RULE
};

const struct ra_rule_row *ra_rule_row(enum ra_rule rule)
{
    return &rows[rule];
}

static bool unknown(const struct ra_ground *w, size_t i)
{
    return i != RA_NO_INDEX && w->inv->reaches[i]->state == RA_STATE_UNKNOWN;
}

static enum ra_radius opens(const struct ra_ground *w, size_t i)
{
    const struct ra_reach *r = w->inv->reaches[i];
    if (!w->c->worst)
        return r->least;
    return r->ceiling > r->least ? r->ceiling : r->least;
}

static enum ra_radius radius_of(const struct ra_ground *w, const struct ra_rule_row *row, size_t reach, size_t secret)
{
    enum ra_radius own;
    switch (row->from) {
    case RA_FROM_FIXED: return row->radius;
    case RA_FROM_REACH: return opens(w, reach);
    case RA_FROM_SECRET: return opens(w, secret);
    case RA_FROM_BOTH: own = opens(w, reach); return own > row->radius ? own : row->radius;
    }
    return row->radius;
}

// What counts beats what does not; then the wider, the graver, the surer; what came first (by id) stays.
static bool better(const struct ra_fact *x, const struct ra_fact *y)
{
    if (x->counts != y->counts)
        return x->counts;
    if (x->radius != y->radius)
        return x->radius > y->radius;
    if (x->severity != y->severity)
        return x->severity > y->severity;
    return x->certainty > y->certainty;
}

static size_t fact_index(const struct ra_closure *c, enum ra_rule rule, size_t subject)
{
    const size_t first = c->start[rule], n = c->start[rule + 1] - first;
    size_t at;
    RA_SEARCH(at, n, c->facts[first + at].subject < subject);
    return at < n && c->facts[first + at].subject == subject ? first + at : RA_NO_INDEX;
}

const struct ra_fact *ra_closure_find(const struct ra_closure *c, enum ra_rule rule, size_t subject)
{
    size_t i = fact_index(c, rule, subject);
    return i == RA_NO_INDEX ? NULL : &c->facts[i];
}

// What a fact inherits from what it needs: the weakest certainty, and blindness. Of a static target nobody asks how
// its secrets leave: whoever gets it has them.
static bool support(const struct ra_ground *w, const struct ra_rule_row *row, enum ra_class class, struct ra_fact *f)
{
    f->blind = unknown(w, f->reach) || unknown(w, f->secret) || unknown(w, f->place) || unknown(w, f->grant);
    if (f->blind && f->certainty > RA_CERTAINTY_LIKELY)
        f->certainty = RA_CERTAINTY_LIKELY;
    bool unasked = w->c->shipped && class == RA_CLASS_CHANNEL &&
                   (f->rule == RA_RULE_UNSEEN_SECRET || f->rule == RA_RULE_GRANTED);
    if (class != RA_CLASS_NOTHING && !unasked) {
        f->way = w->c->way[class];
        if (f->way == RA_NO_INDEX)
            return false;
        f->blind |= w->c->blind_way[class];
        if (unknown(w, f->way) && f->certainty > RA_CERTAINTY_LIKELY)
            f->certainty = RA_CERTAINTY_LIKELY;
    }
    if (row->after != RA_RULE_NONE) {
        bool shared = !strchr(rows[row->after].gives, '/');
        size_t of = row->subject == RA_SUBJECT_GRANT ? f->grant : f->subject;
        f->after = fact_index(w->c, row->after, shared ? RA_NO_INDEX : of);
        if (f->after == RA_NO_INDEX)
            return false;
        const struct ra_fact *before = &w->c->facts[f->after];
        f->blind |= before->blind;
        if (before->certainty < f->certainty)
            f->certainty = before->certainty;
    }
    return true;
}

static struct ra_fact begin(enum ra_rule rule, size_t reach)
{
    bool shared = !strchr(rows[rule].gives, '/');
    return (struct ra_fact){.rule = rule, .subject = shared ? RA_NO_INDEX : reach, .reach = reach,
                            .secret = RA_NO_INDEX, .place = RA_NO_INDEX, .grant = RA_NO_INDEX, .way = RA_NO_INDEX,
                            .after = RA_NO_INDEX, .certainty = rows[rule].certainty};
}

// Keeps a supported fact, or joins it to what was derived before of the same subject.
static void keep(struct ra_ground *w, struct ra_fact f)
{
    const struct ra_rule_row *row = &rows[f.rule];
    struct ra_closure *c = w->c;
    f.radius = f.reach == RA_NO_INDEX ? row->radius : radius_of(w, row, f.reach, f.secret);
    f.severity = ra_severity_of(f.radius);
    size_t capped = f.grant != RA_NO_INDEX ? f.grant : f.secret != RA_NO_INDEX ? f.secret : f.reach;
    if (capped != RA_NO_INDEX && f.severity > w->inv->reaches[capped]->cap)
        f.severity = w->inv->reaches[capped]->cap;
    f.counts = f.certainty >= w->profile->certainty;
    struct ra_fact *last = c->n > c->start[f.rule] ? &c->facts[c->n - 1] : NULL;
    if (last && last->subject == f.subject) { // another derivation of the same consequence
        bool blind = last->blind || f.blind;
        if (better(&f, last))
            *last = f;
        last->blind = blind;
        return;
    }
    c->facts = ra_grow(w->arena, c->facts, c->n, &w->cap, sizeof(*c->facts));
    c->facts[c->n++] = f;
}

static void derive(struct ra_ground *w, enum ra_rule rule, size_t reach, size_t secret)
{
    struct ra_fact f = begin(rule, reach);
    f.secret = secret;
    if (support(w, &rows[rule], rows[rule].needs, &f))
        keep(w, f);
}

// A right is used by whoever holds what gives it, from wherever that can be taken: a signer's, only from here.
static void derive_granted(struct ra_ground *w, const struct ra_given *g)
{
    struct ra_fact f = begin(RA_RULE_GRANTED, g->grant);
    f.secret = g->secret;
    f.place = g->place;
    f.grant = g->grant;
    if (!support(w, &rows[RA_RULE_GRANTED], g->class, &f))
        return;
    f.blind |= g->blind;
    keep(w, f);
}

static void derive_used(struct ra_ground *w, enum ra_rule rule, const struct ra_used *u)
{
    struct ra_fact f = begin(rule, u->user);
    f.secret = u->secret;
    f.place = u->place;
    if (support(w, &rows[rule], rows[rule].needs, &f))
        keep(w, f);
}

// The tree can be wrecked here, and what would restore it there.
static void derive_for_good(struct ra_ground *w, const struct ra_fact *granted)
{
    size_t tree = fact_index(w->c, RA_RULE_WORKTREE, RA_NO_INDEX);
    if (tree == RA_NO_INDEX)
        return;
    const struct ra_fact before = w->c->facts[tree];
    struct ra_fact f = begin(RA_RULE_LOST_FOR_GOOD, before.reach);
    f.secret = granted->secret;
    f.place = granted->place;
    f.grant = granted->grant;
    f.way = granted->way;
    if (before.certainty < f.certainty)
        f.certainty = before.certainty;
    if (!support(w, &rows[RA_RULE_LOST_FOR_GOOD], RA_CLASS_NOTHING, &f))
        return;
    f.blind |= before.blind;
    keep(w, f);
}

static void run_grants(struct ra_ground *w, enum ra_rule rule)
{
    const unsigned traits = rows[rule].traits;
    if (rule == RA_RULE_GRANTED)
        for (size_t i = 0; i < w->c->n_given; i++)
            derive_granted(w, &w->c->given[i]);
    const size_t end = rule == RA_RULE_GRANTED ? 0 : w->c->start[RA_RULE_GRANTED + 1];
    for (size_t i = w->c->start[RA_RULE_GRANTED]; i < end; i++) {
        const struct ra_fact granted = w->c->facts[i]; // the array may move
        if ((w->inv->reaches[granted.grant]->traits & traits) == traits)
            derive_for_good(w, &granted);
    }
}

// unknown:token:…/scope is about one credential, which is worth nothing without a way out.
static bool about_secret(const struct ra_reach *r)
{
    if (ra_kind_is_secret(r->kind))
        return true;
    const char *what = r->kind == RA_KIND_UNKNOWN ? strchr(r->id, ':') : NULL;
    for (int k = 0; what && k < RA_KIND_COUNT; k++) {
        const char *name = ra_kind_row((enum ra_kind)k)->name;
        size_t n = strlen(name);
        if (ra_kind_is_secret((enum ra_kind)k) && strncmp(what + 1, name, n) == 0 && what[1 + n] == ':')
            return true;
    }
    return false;
}

static bool concerns(const struct ra_ground *w, const struct ra_rule_row *row, size_t i)
{
    const struct ra_reach *r = w->inv->reaches[i];
    unsigned access = r->state == RA_STATE_UNKNOWN ? ~0u : r->access; // nobody knows what an unknown refuses
    return (r->traits & row->traits) == row->traits && (access & row->access) == row->access &&
           !(r->traits & row->unless) && (!row->kinds || row->kinds >> r->kind & 1);
}

static void run_unseen(struct ra_ground *w, enum ra_rule rule, bool secrets)
{
    for (size_t i = 0; i < w->inv->n_reaches; i++) {
        const struct ra_reach *r = w->inv->reaches[i];
        if (!w->c->active[i] || !unknown(w, i) || about_secret(r) != secrets || opens(w, i) == RA_RADIUS_NOTHING)
            continue;
        // Harms nobody unless the tree can be written: WORK_LOST; nor unless someone who gives it is held: GRANTED.
        if (r->kind == RA_KIND_WORKTREE || r->kind == RA_KIND_GRANT)
            continue;
        derive(w, rule, i, RA_NO_INDEX);
    }
}

static void run(struct ra_ground *w, enum ra_rule rule)
{
    const struct ra_rule_row *row = &rows[rule];
    const char *box = w->inv->target.box.kind;
    unsigned t = 0;
    if (rule == RA_RULE_SOURCE && !w->profile->source_private)
        return;
    if (rule == (w->c->shipped ? RA_RULE_DISCLOSED : RA_RULE_SHIPPED))
        return;
    switch (row->subject) {
    case RA_SUBJECT_BOX:
        if (box && strcmp(box, "none") != 0 && strcmp(box, "unknown") != 0)
            derive(w, rule, RA_NO_INDEX, RA_NO_INDEX);
        break;
    case RA_SUBJECT_HELD:
        for (size_t i = 0; i < w->c->n_held; i++)
            if ((w->inv->reaches[w->c->held[i].secret]->traits & row->traits) == row->traits)
                derive(w, rule, w->c->held[i].place, w->c->held[i].secret);
        break;
    case RA_SUBJECT_GRANT: run_grants(w, rule); break;
    case RA_SUBJECT_USER:
        for (size_t i = 0; i < w->c->n_used; i++)
            derive_used(w, rule, &w->c->used[i]);
        break;
    case RA_SUBJECT_UNSEEN: run_unseen(w, rule, false); break;
    case RA_SUBJECT_UNSEEN_SECRET: run_unseen(w, rule, true); break;
    case RA_SUBJECT_REACH:
        while (!(row->traits >> t & 1))
            t++;
        for (size_t i = 0; i < w->n_by_trait[t]; i++)
            if (concerns(w, row, w->by_trait[t][i]))
                derive(w, rule, w->by_trait[t][i], RA_NO_INDEX);
        break;
    }
}

void ra_closure_make(struct ra_arena *a, const struct ra_inventory *inv, const struct ra_profile *profile, bool worst,
                     struct ra_closure *ret)
{
    *ret = (struct ra_closure){.worst = worst, .shipped = ra_target_is_static(inv->target.kind)};
    struct ra_ground w = {.arena = a, .inv = inv, .profile = profile, .c = ret};
    ra_ground_find(&w);
    for (int rule = 0; rule < RA_RULE_COUNT; rule++) {
        ret->start[rule] = ret->start[rule + 1] = ret->n;
        run(&w, (enum ra_rule)rule);
        ret->start[rule + 1] = ret->n;
    }
}

bool ra_closure_awake(const struct ra_closure *c)
{
    return c->shipped || c->way[RA_CLASS_CHANNEL] != RA_NO_INDEX;
}

enum ra_rule ra_closure_discloses(const struct ra_closure *c)
{
    return c->shipped ? RA_RULE_SHIPPED : RA_RULE_DISCLOSED;
}

const char *ra_fact_id(struct ra_arena *a, const struct ra_inventory *inv, const struct ra_fact *f)
{
    const char *gives = rows[f->rule].gives;
    if (f->subject == RA_NO_INDEX)
        return ra_strfmt(a, "so:%s", gives);
    const struct ra_reach *r = inv->reaches[f->subject];
    const char *what = r->kind == RA_KIND_UNKNOWN ? strchr(r->id, ':') : NULL; // so:unseen/network
    return ra_strfmt(a, "so:%s%s", gives, what ? what + 1 : r->id);
}
