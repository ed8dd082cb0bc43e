// The monotone fixpoint over rules.def: every consequence with its best derivation. Reaches are indexed by trait, so
// that a rule visits only those it may concern; it judges nothing and knows no profile but its certainty and source.
#include "checks/closure.h"

#include <string.h>

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

enum ra_severity ra_severity_of(enum ra_radius radius)
{
    switch (radius) {
    case RA_RADIUS_NOTHING: return RA_SEVERITY_INFO;
    case RA_RADIUS_SANDBOX:
    case RA_RADIUS_WORKTREE: return RA_SEVERITY_LOW;
    case RA_RADIUS_GRANT: return RA_SEVERITY_MEDIUM;
    case RA_RADIUS_PERSON: return RA_SEVERITY_HIGH;
    case RA_RADIUS_ORGANIZATION: return RA_SEVERITY_CRITICAL;
    }
    return RA_SEVERITY_CRITICAL;
}

size_t ra_reach_index(const struct ra_inventory *inv, const char *id)
{
    size_t low = 0, high = inv->n_reaches;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int c = strcmp(inv->reaches[mid]->id, id);
        if (c == 0)
            return mid;
        if (c < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return RA_NO_INDEX;
}

// Whoever commands the host through a socket or a capability needs no other way out for bytes. Both are told by
// collectors whose unknown is a channel too, so that losing sight of them wakes as much.
bool ra_reach_in_class(const struct ra_reach *r, enum ra_class class)
{
    bool own = (r->kind == RA_KIND_SOCKET || r->kind == RA_KIND_CAPABILITY) &&
               r->traits & (RA_TRAIT_HOST_ROOT | RA_TRAIT_HOST_USER);
    switch (class) {
    case RA_CLASS_NOTHING: return false;
    case RA_CLASS_CHANNEL: return own || r->traits & RA_TRAIT_CHANNEL;
    case RA_CLASS_ROUTE: return r->traits & (RA_TRAIT_OPEN_ROUTE | RA_TRAIT_PROXY);
    case RA_CLASS_COUNT: return false;
    }
    return false;
}

struct work {
    struct ra_arena *arena;
    const struct ra_inventory *inv;
    const struct ra_profile *profile;
    struct ra_closure *c;
    size_t cap;
    size_t *by_trait[RA_TRAIT_COUNT], n_by_trait[RA_TRAIT_COUNT];
};

static void find_active(struct work *w)
{
    const struct ra_inventory *inv = w->inv;
    w->c->active = ra_new_array(w->arena, bool, inv->n_reaches + 1);
    for (size_t i = 0; i < inv->n_reaches; i++) {
        enum ra_state s = inv->reaches[i]->state;
        w->c->active[i] = s == RA_STATE_PRESENT || (w->c->worst && s == RA_STATE_UNKNOWN);
        for (unsigned t = 0; w->c->active[i] && t < RA_TRAIT_COUNT; t++)
            w->n_by_trait[t] += inv->reaches[i]->traits >> t & 1;
    }
    for (unsigned t = 0; t < RA_TRAIT_COUNT; t++) {
        w->by_trait[t] = ra_new_array(w->arena, size_t, w->n_by_trait[t] + 1);
        w->n_by_trait[t] = 0;
    }
    for (size_t i = 0; i < inv->n_reaches; i++)
        for (unsigned t = 0; w->c->active[i] && t < RA_TRAIT_COUNT; t++)
            if (inv->reaches[i]->traits >> t & 1)
                w->by_trait[t][w->n_by_trait[t]++] = i;
}

static bool unknown(const struct work *w, size_t i)
{
    return i != RA_NO_INDEX && w->inv->reaches[i]->state == RA_STATE_UNKNOWN;
}

// Present members first: they make a step certain. Among equals the first by id.
static void find_ways(struct work *w)
{
    for (int class = 0; class < RA_CLASS_COUNT; class++) {
        size_t best = RA_NO_INDEX;
        for (size_t i = 0; i < w->inv->n_reaches; i++) {
            if (!w->c->active[i] || !ra_reach_in_class(w->inv->reaches[i], (enum ra_class)class))
                continue;
            w->c->blind_way[class] |= unknown(w, i);
            if (best == RA_NO_INDEX || (unknown(w, best) && !unknown(w, i)))
                best = i;
        }
        w->c->way[class] = best;
    }
}

// A file gives its secret only to who may read it; the other kinds of places were found by reading them.
static bool place_gives(const struct work *w, size_t i)
{
    const struct ra_reach *r = w->inv->reaches[i];
    return w->c->active[i] && (r->kind != RA_KIND_FILE || r->access & RA_READ || r->state == RA_STATE_UNKNOWN);
}

static bool live_secret(const struct work *w, size_t i)
{
    const struct ra_reach *r = w->inv->reaches[i];
    return w->c->active[i] && ra_kind_is_secret(r->kind) && r->traits & RA_TRAIT_LIVE;
}

static int by_place(const void *a, const void *b)
{
    const struct ra_held *x = a, *y = b;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return x->secret < y->secret ? -1 : x->secret > y->secret;
}

// A live secret of which no place is told (LIVE says that its value was read) stands for its own place.
static void find_held(struct work *w)
{
    const struct ra_inventory *inv = w->inv;
    bool *placed = ra_new_array(w->arena, bool, inv->n_reaches + 1);
    struct ra_held *held = ra_new_array(w->arena, struct ra_held, inv->n_links + inv->n_reaches + 1);
    size_t n = 0;
    for (size_t i = 0; i < inv->n_links; i++) {
        const struct ra_link *l = &inv->links[i];
        if (strcmp(l->rule, "holds") != 0)
            continue;
        size_t place = ra_reach_index(inv, l->from), secret = ra_reach_index(inv, l->to);
        if (place == RA_NO_INDEX || secret == RA_NO_INDEX)
            continue;
        placed[secret] = true;
        if (place_gives(w, place) && live_secret(w, secret))
            held[n++] = (struct ra_held){place, secret};
    }
    for (size_t i = 0; i < inv->n_reaches; i++)
        if (live_secret(w, i) && !placed[i])
            held[n++] = (struct ra_held){i, i};
    if (n > 1)
        qsort(held, n, sizeof(*held), by_place);
    w->c->held = held;
    w->c->n_held = n;
}

static enum ra_radius opens(const struct work *w, size_t i)
{
    const struct ra_reach *r = w->inv->reaches[i];
    if (!w->c->worst)
        return r->least;
    return r->ceiling > r->least ? r->ceiling : r->least;
}

static enum ra_radius radius_of(const struct work *w, const struct ra_rule_row *row, size_t reach, size_t secret)
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
    size_t low = c->start[rule], high = c->start[rule + 1];
    while (low < high) {
        size_t mid = low + (high - low) / 2, s = c->facts[mid].subject;
        if (s == subject)
            return mid;
        if (s < subject)
            low = mid + 1;
        else
            high = mid;
    }
    return RA_NO_INDEX;
}

const struct ra_fact *ra_closure_find(const struct ra_closure *c, enum ra_rule rule, size_t subject)
{
    size_t i = fact_index(c, rule, subject);
    return i == RA_NO_INDEX ? NULL : &c->facts[i];
}

// What a fact inherits from what it needs: the weakest certainty, and blindness.
static bool support(const struct work *w, const struct ra_rule_row *row, struct ra_fact *f)
{
    f->blind = unknown(w, f->reach) || unknown(w, f->secret);
    if (f->blind && f->certainty > RA_CERTAINTY_LIKELY)
        f->certainty = RA_CERTAINTY_LIKELY;
    if (row->needs != RA_CLASS_NOTHING) {
        f->way = w->c->way[row->needs];
        if (f->way == RA_NO_INDEX)
            return false;
        f->blind |= w->c->blind_way[row->needs];
        if (unknown(w, f->way) && f->certainty > RA_CERTAINTY_LIKELY)
            f->certainty = RA_CERTAINTY_LIKELY;
    }
    if (row->after != RA_RULE_NONE) {
        bool shared = !strchr(rows[row->after].gives, '/');
        f->after = fact_index(w->c, row->after, shared ? RA_NO_INDEX : f->subject);
        if (f->after == RA_NO_INDEX)
            return false;
        const struct ra_fact *before = &w->c->facts[f->after];
        f->blind |= before->blind;
        if (before->certainty < f->certainty)
            f->certainty = before->certainty;
    }
    return true;
}

static void derive(struct work *w, enum ra_rule rule, size_t reach, size_t secret)
{
    const struct ra_rule_row *row = &rows[rule];
    struct ra_closure *c = w->c;
    bool shared = !strchr(row->gives, '/');
    struct ra_fact f = {.rule = rule, .subject = shared ? RA_NO_INDEX : reach, .reach = reach, .secret = secret,
                        .way = RA_NO_INDEX, .after = RA_NO_INDEX, .certainty = row->certainty};
    if (!support(w, row, &f))
        return;
    f.radius = reach == RA_NO_INDEX ? row->radius : radius_of(w, row, reach, secret);
    f.severity = ra_severity_of(f.radius);
    size_t capped = secret != RA_NO_INDEX ? secret : reach;
    if (capped != RA_NO_INDEX && f.severity > w->inv->reaches[capped]->cap)
        f.severity = w->inv->reaches[capped]->cap;
    f.counts = f.certainty >= w->profile->certainty;
    struct ra_fact *last = c->n > c->start[rule] ? &c->facts[c->n - 1] : NULL;
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

static bool concerns(const struct work *w, const struct ra_rule_row *row, size_t i)
{
    const struct ra_reach *r = w->inv->reaches[i];
    unsigned access = r->state == RA_STATE_UNKNOWN ? ~0u : r->access; // nobody knows what an unknown refuses
    return (r->traits & row->traits) == row->traits && (access & row->access) == row->access &&
           !(r->traits & row->unless) && (!row->kinds || row->kinds >> r->kind & 1);
}

static void run_unseen(struct work *w, enum ra_rule rule, bool secrets)
{
    for (size_t i = 0; i < w->inv->n_reaches; i++) {
        const struct ra_reach *r = w->inv->reaches[i];
        if (!w->c->active[i] || !unknown(w, i) || about_secret(r) != secrets || opens(w, i) == RA_RADIUS_NOTHING)
            continue;
        if (r->kind == RA_KIND_WORKTREE) // harms nobody unless the tree can be written: see WORK_LOST
            continue;
        derive(w, rule, i, RA_NO_INDEX);
    }
}

static void run(struct work *w, enum ra_rule rule)
{
    const struct ra_rule_row *row = &rows[rule];
    const char *box = w->inv->target.box.kind;
    unsigned t = 0;
    if (rule == RA_RULE_SOURCE && !w->profile->source_private)
        return;
    switch (row->subject) {
    case RA_SUBJECT_BOX:
        if (box && strcmp(box, "none") != 0 && strcmp(box, "unknown") != 0)
            derive(w, rule, RA_NO_INDEX, RA_NO_INDEX);
        break;
    case RA_SUBJECT_HELD:
        for (size_t i = 0; i < w->c->n_held; i++)
            derive(w, rule, w->c->held[i].place, w->c->held[i].secret);
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
    *ret = (struct ra_closure){.worst = worst};
    struct work w = {.arena = a, .inv = inv, .profile = profile, .c = ret};
    find_active(&w);
    find_ways(&w);
    find_held(&w);
    for (int rule = 0; rule < RA_RULE_COUNT; rule++) {
        ret->start[rule] = ret->start[rule + 1] = ret->n;
        run(&w, (enum ra_rule)rule);
        ret->start[rule + 1] = ret->n;
    }
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
