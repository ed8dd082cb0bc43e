// One finding for each right that the run could use at a service, with everything that gives it. The secret has a
// finding of its own, which is about losing it; this one is about what it lets one do.
#include "checks/judge.h"
#include "checks/sentence.h"

// given: all of one right, sorted by who gives it, so that whoever gives it twice stands together.
static size_t givers(const struct ra_given *given, size_t n, size_t *ret)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++) {
        size_t giver = given[i].secret != RA_NO_INDEX ? given[i].secret : given[i].place;
        if (!found || ret[found - 1] != giver)
            ret[found++] = giver;
    }
    return found;
}

static void report(struct ra_judge *j, const struct ra_fact *f, const struct ra_given *given, size_t n)
{
    const struct ra_fact *sure = ra_closure_find(&j->proved, f->rule, f->subject);
    size_t *reaches = ra_new_array(j->arena, size_t, n + 1), *facts = ra_new_array(j->arena, size_t, 1);
    reaches[0] = f->grant;
    facts[0] = (size_t)(f - j->worst.facts);
    struct ra_draft d = {.check = RA_CHECK_SECRET_GRANT, .severity = f->severity, .certainty = f->certainty,
                         .radius = f->radius, .reaches = reaches, .n_reaches = 1 + givers(given, n, reaches + 1),
                         .facts = facts, .n_facts = 1};
    d.status = !f->counts || f->radius <= RA_RADIUS_SANDBOX ? RA_STATUS_PASS
               : sure && sure->counts                       ? RA_STATUS_FAIL
                                                            : RA_STATUS_UNKNOWN;
    d.message = ra_strfmt(j->arena, "The run %s %s.", ra_judge_present(j, f->grant) ? "could" : "may be able to",
                          ra_fact_words(j->arena, j->inv, f, ra_rule_row(f->rule)->worst));
    const struct ra_grant_radius *set = ra_grant_radius_of(j->arena, j->profile, j->inv->reaches[f->grant]);
    if (set)
        d.message = ra_strfmt(j->arena, "%s Line %u of the profile says how far that reaches: %s.", d.message, set->line,
                              set->reason);
    ra_judge_add(j, &d);
}

void ra_check_grants(struct ra_judge *j)
{
    const struct ra_closure *c = &j->worst;
    size_t at = 0;
    for (size_t i = c->start[RA_RULE_GRANTED]; i < c->start[RA_RULE_GRANTED + 1]; i++) {
        size_t end;
        while (c->given[at].grant != c->facts[i].grant) // a right that nobody can use from here
            at++;
        for (end = at; end < c->n_given && c->given[end].grant == c->facts[i].grant;)
            end++;
        report(j, &c->facts[i], c->given + at, end - at);
        at = end;
    }
}
