// The score: the radius gives the band; severity, certainty and the number of consequences at that radius give the
// place in it. A consequence that rests on something unknown counts as certain and as many, for more than one may
// hide there: losing sight must never lower the score.
#include "checks/score.h"

#include <string.h>

static size_t steps(const struct ra_closure *c, size_t i)
{
    size_t n = 0;
    for (; i != RA_NO_INDEX; i = c->facts[i].after)
        n++;
    return n;
}

// The graver, the surer, what nobody can restore, the shorter, then the first by id.
static bool worse(struct ra_arena *a, const struct ra_inventory *inv, const struct ra_closure *c, size_t i, size_t j)
{
    const struct ra_fact *x = &c->facts[i], *y = &c->facts[j];
    if (x->severity != y->severity)
        return x->severity > y->severity;
    if (x->certainty != y->certainty)
        return x->certainty > y->certainty;
    if ((x->rule == RA_RULE_LOST_FOR_GOOD) != (y->rule == RA_RULE_LOST_FOR_GOOD))
        return x->rule == RA_RULE_LOST_FOR_GOOD;
    size_t of_x = steps(c, i), of_y = steps(c, j);
    if (of_x != of_y)
        return of_x < of_y;
    if (x->rule == y->rule)
        return x->subject < y->subject;
    return strcmp(ra_fact_id(a, inv, x), ra_fact_id(a, inv, y)) < 0;
}

void ra_score_make(struct ra_arena *a, const struct ra_inventory *inv, const struct ra_closure *c,
                   struct ra_score *ret)
{
    *ret = (struct ra_score){.fact = RA_NO_INDEX};
    for (size_t i = 0; i < c->n; i++)
        if (c->facts[i].counts && c->facts[i].radius > ret->radius)
            ret->radius = c->facts[i].radius;
    if (ret->radius == RA_RADIUS_NOTHING)
        return;
    enum ra_severity severity = RA_SEVERITY_INFO;
    bool certain = false, blind = false;
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++) {
        const struct ra_fact *f = &c->facts[i];
        if (!f->counts || f->radius != ret->radius)
            continue;
        n++;
        severity = f->severity > severity ? f->severity : severity;
        certain |= f->certainty == RA_CERTAINTY_CERTAIN;
        blind |= f->blind;
        if (ret->fact == RA_NO_INDEX || worse(a, inv, c, i, ret->fact))
            ret->fact = i;
    }
    ret->terms = (struct ra_score_terms){severity, certain || blind, blind && n < 4 ? 4 : n};
    ret->score = ra_score_of(ret->radius, ret->terms.severity, ret->terms.certain, ret->terms.n);
}
