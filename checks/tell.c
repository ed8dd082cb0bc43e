// The closure as the verdict tells it: steps, consequences, the worst case, and what a report says of each reach.
// It decides nothing and changes no number.
#include <string.h>

#include "checks/judge.h"
#include "checks/sentence.h"

// ---- steps and consequences -------------------------------------------------------------------------

static void need(const struct ra_judge *j, struct ra_step *s, size_t reach)
{
    if (reach != RA_NO_INDEX)
        s->needs[s->n_needs++] = j->inv->reaches[reach]->id;
}

// What it builds on names the secret's place, and of a right the secret too.
static void fill_needs(const struct ra_judge *j, const struct ra_fact *f, struct ra_step *s)
{
    bool first = f->after == RA_NO_INDEX;
    if (f->grant != RA_NO_INDEX) {
        need(j, s, first ? f->place : RA_NO_INDEX);
        need(j, s, first && f->secret != f->place ? f->secret : RA_NO_INDEX);
        need(j, s, f->reach);
    } else if (f->place != RA_NO_INDEX) {
        need(j, s, f->reach);
        need(j, s, f->place != f->reach ? f->place : RA_NO_INDEX);
        need(j, s, f->secret != f->place ? f->secret : RA_NO_INDEX);
    } else {
        need(j, s, first || f->secret == RA_NO_INDEX ? f->reach : RA_NO_INDEX);
        need(j, s, f->secret != f->reach || s->n_needs == 0 ? f->secret : RA_NO_INDEX);
    }
    need(j, s, f->way);
}

static void fill_step(struct ra_judge *j, const struct ra_fact *f, struct ra_step *s)
{
    const struct ra_rule_row *row = ra_rule_row(f->rule);
    s->rule = row->name;
    s->needs = ra_new_array(j->arena, const char *, 4);
    if (f->after != RA_NO_INDEX)
        s->needs[s->n_needs++] = ra_fact_id(j->arena, j->inv, &j->worst.facts[f->after]);
    fill_needs(j, f, s);
    s->gives = ra_fact_id(j->arena, j->inv, f);
    s->certainty = f->certainty;
    s->when = row->when;
    s->sentence = ra_fact_words(j->arena, j->inv, f, row->clause);
}

// held is sorted by place, as the facts of READABLE are.
static enum ra_radius dormant_radius(const struct ra_judge *j, size_t place)
{
    enum ra_radius most = RA_RADIUS_NOTHING;
    size_t at;
    RA_SEARCH(at, j->worst.n_held, j->worst.held[at].place < place);
    for (; at < j->worst.n_held && j->worst.held[at].place == place; at++) {
        enum ra_radius r = j->opens[j->worst.held[at].secret];
        most = r > most ? r : most;
    }
    return most;
}

static int by_radius(const void *a, const void *b)
{
    const struct ra_consequence *x = a, *y = b;
    if (x->radius != y->radius)
        return x->radius > y->radius ? -1 : 1;
    return strcmp(x->id, y->id);
}

// What the collectors joined, place and secret above all, is a step too. No consequence points at one: they stand last.
static void tell_links(struct ra_judge *j)
{
    struct ra_verdict *v = j->v;
    for (size_t i = 0; i < j->inv->n_links; i++) {
        const struct ra_link *l = &j->inv->links[i];
        size_t from = ra_reach_index(j->inv, l->from), to = ra_reach_index(j->inv, l->to);
        if (from == RA_NO_INDEX || to == RA_NO_INDEX || !j->worst.active[from] || !j->worst.active[to])
            continue;
        bool seen = ra_judge_present(j, from) && ra_judge_present(j, to);
        struct ra_step *s = &v->steps[v->n_steps++];
        *s = (struct ra_step){.rule = l->rule, .gives = l->to, .n_needs = 1, .when = RA_WHEN_NOW,
                              .certainty = seen ? RA_CERTAINTY_CERTAIN : RA_CERTAINTY_LIKELY};
        s->needs = ra_new_array(j->arena, const char *, 1);
        s->needs[0] = l->from;
    }
}

void ra_tell_steps(struct ra_judge *j)
{
    struct ra_verdict *v = j->v;
    bool asleep = !ra_closure_awake(&j->worst);
    v->steps = ra_new_array(j->arena, struct ra_step, j->worst.n + j->inv->n_links + 1);
    v->consequences = ra_new_array(j->arena, struct ra_consequence, j->worst.n + 1);
    for (size_t i = 0; i < j->worst.n; i++) {
        const struct ra_fact *f = &j->worst.facts[i];
        fill_step(j, f, &v->steps[i]);
        const struct ra_fact *sure = ra_closure_find(&j->proved, f->rule, f->subject);
        struct ra_consequence *c = &v->consequences[i];
        *c = (struct ra_consequence){v->steps[i].gives, f->radius, f->severity, f->certainty, v->steps[i].when,
                                     sure != NULL, .step = i, .proved_radius = sure ? sure->radius : RA_RADIUS_NOTHING};
        c->dormant = asleep && f->rule == RA_RULE_READABLE;
        if (c->dormant)
            c->dormant_radius = dormant_radius(j, f->subject);
    }
    v->n_steps = v->n_consequences = j->worst.n;
    tell_links(j);
    if (v->n_consequences > 1)
        qsort(v->consequences, v->n_consequences, sizeof(*v->consequences), by_radius);
}

void ra_tell_worst(struct ra_judge *j)
{
    struct ra_worst *w = &j->v->worst;
    const struct ra_fact *worst = NULL, *proved = NULL;
    w->radius = j->worst_score.radius;
    w->score = j->worst_score.score;
    w->terms = j->worst_score.terms;
    w->path = ra_new_array(j->arena, size_t, 3);
    if (j->worst_score.fact != RA_NO_INDEX) {
        worst = &j->worst.facts[j->worst_score.fact];
        w->consequence = ra_fact_id(j->arena, j->inv, worst);
        if (worst->after != RA_NO_INDEX)
            w->path[w->n_path++] = worst->after;
        w->path[w->n_path++] = j->worst_score.fact;
    }
    w->sentence = ra_worst_words(j->arena, j->inv, worst);
    w->proved.radius = j->proved_score.radius;
    w->proved.score = j->proved_score.score;
    w->proved.terms = j->proved_score.terms;
    if (j->proved_score.fact != RA_NO_INDEX) {
        proved = &j->proved.facts[j->proved_score.fact];
        w->proved.consequence = ra_fact_id(j->arena, j->inv, proved);
    }
    w->proved.sentence = ra_worst_words(j->arena, j->inv, proved);
}

// ---- what a report says of each reach ---------------------------------------------------------------

static void see(struct ra_reach_view *view, enum ra_radius radius, enum ra_severity severity)
{
    view->radius = radius > view->radius ? radius : view->radius;
    view->severity = severity > view->severity ? severity : view->severity;
}

// A right sleeps like what gives it, until there is a way to use it.
static void see_sleeping_rights(const struct ra_judge *j, struct ra_reach_view *views)
{
    for (size_t i = 0; i < j->worst.n_given; i++) {
        size_t grant = j->worst.given[i].grant;
        if (ra_closure_find(&j->worst, RA_RULE_GRANTED, grant))
            continue;
        views[grant].dormant = true;
        see(&views[grant], j->opens[grant], ra_severity_of(j->opens[grant]) ? RA_SEVERITY_LOW : RA_SEVERITY_INFO);
    }
}

void ra_tell_reaches(struct ra_judge *j)
{
    const struct ra_inventory *inv = j->inv;
    struct ra_reach_view *views = ra_new_array(j->arena, struct ra_reach_view, inv->n_reaches + 1);
    bool asleep = !ra_closure_awake(&j->worst);
    j->v->reaches = views;
    for (size_t i = 0; i < j->worst.n; i++) {
        const struct ra_fact *f = &j->worst.facts[i];
        if (f->reach == RA_NO_INDEX || f->rule == RA_RULE_READABLE ||
            f->rule == RA_RULE_DISCLOSED || f->rule == RA_RULE_SHIPPED)
            continue;
        bool low = !f->counts && f->severity > RA_SEVERITY_LOW;
        see(&views[f->reach], f->radius, low ? RA_SEVERITY_LOW : f->severity);
    }
    for (size_t i = 0; i < inv->n_reaches; i++)
        if (j->worst.active[i] && inv->reaches[i]->kind == RA_KIND_EGRESS && inv->reaches[i]->traits & RA_TRAIT_CHANNEL)
            see(&views[i], RA_RADIUS_NOTHING, inv->reaches[i]->cap < RA_SEVERITY_MEDIUM ? inv->reaches[i]->cap
                                                                                       : RA_SEVERITY_MEDIUM);
    for (size_t i = 0; i < j->worst.n_held; i++) {
        const struct ra_reach *secret = inv->reaches[j->worst.held[i].secret];
        enum ra_radius radius = j->opens[j->worst.held[i].secret];
        enum ra_severity severity = ra_severity_of(radius) < secret->cap ? ra_severity_of(radius) : secret->cap;
        size_t both[] = {j->worst.held[i].place, j->worst.held[i].secret};
        for (size_t k = 0; k < 2; k++) {
            views[both[k]].dormant |= asleep && views[both[k]].radius <= RA_RADIUS_SANDBOX;
            see(&views[both[k]], asleep && !views[both[k]].dormant ? RA_RADIUS_SANDBOX : radius,
                asleep && severity > RA_SEVERITY_LOW ? RA_SEVERITY_LOW : severity);
        }
    }
    see_sleeping_rights(j, views);
}
