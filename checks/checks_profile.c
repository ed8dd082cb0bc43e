// What the profile itself asks for: nothing that it denies, everything that the task needs.
#include "checks/judge.h"
#include "checks/sentence.h"
#include "model/tools.h"

static void denied(struct ra_judge *j, size_t i)
{
    const struct ra_profile *p = j->profile;
    const struct ra_reach *r = j->inv->reaches[i];
    unsigned line = ra_judge_matched(j, p->deny, p->n_deny, i, false);
    if (!line)
        return;
    size_t *reach = ra_new_array(j->arena, size_t, 1);
    reach[0] = i;
    bool present = ra_judge_present(j, i);
    struct ra_draft d = {.check = RA_CHECK_DENIED, .status = present ? RA_STATUS_FAIL : RA_STATUS_UNKNOWN,
                         .severity = p->fail_on, .certainty = present ? RA_CERTAINTY_CERTAIN : RA_CERTAINTY_LIKELY,
                         .radius = r->least, .reaches = reach, .n_reaches = 1, .line = line, .fixed = true};
    d.message = ra_strfmt(j->arena, "%s %s, and line %u of the profile denies it.", ra_reach_words(j->arena, r),
                          present ? "is within reach" : "may be within reach", line);
    ra_judge_add(j, &d);
}

static const char *need_words(struct ra_judge *j, const struct ra_matcher *m)
{
    return ra_strfmt(j->arena, "%s%s%s%s%s", m->any_kind ? "anything" : ra_kind_row(m->kind)->name,
                     m->locator ? " " : "", m->locator ? m->locator : "", m->role ? " with role " : "",
                     m->role ? m->role : "");
}

// A program that no reach names is proved missing only where somebody looked for it by that name, in all of PATH.
static bool may_be_a_program(struct ra_judge *j, const struct ra_matcher *m)
{
    if (!m->any_kind && m->kind != RA_KIND_PROGRAM)
        return false;
    return !m->locator || !ra_tool_known(m->locator) || ra_coverage_gap(j, "cloud");
}

// Missing is proved where neither a present nor an unknown reach fits.
static void needed(struct ra_judge *j, const struct ra_matcher *m)
{
    bool maybe = false;
    for (size_t i = 0; i < j->inv->n_reaches; i++) {
        if (!j->worst.active[i] || !ra_judge_matched(j, m, 1, i, false))
            continue;
        if (ra_judge_present(j, i))
            return;
        maybe = true;
    }
    maybe |= may_be_a_program(j, m);
    const char *what = need_words(j, m);
    struct ra_draft d = {.check = RA_CHECK_MISSING, .status = maybe ? RA_STATUS_UNKNOWN : RA_STATUS_FAIL,
                         .severity = j->profile->fail_on, .line = m->line, .fixed = true,
                         .certainty = maybe ? RA_CERTAINTY_LIKELY : RA_CERTAINTY_CERTAIN};
    d.it = m->any_kind ? what : ra_strfmt(j->arena, "the %s", what);
    d.message = ra_strfmt(j->arena, "The task needs %s, which %s.", d.it, maybe ? "may be missing" : "is not there");
    ra_judge_add(j, &d);
    if (!maybe)
        j->v->missing[j->v->n_missing++] = what;
}

void ra_check_profile(struct ra_judge *j)
{
    for (size_t i = 0; j->profile->n_deny && i < j->inv->n_reaches; i++)
        if (j->worst.active[i])
            denied(j, i);
    j->v->missing = ra_new_array(j->arena, const char *, j->profile->n_needs + 1);
    for (size_t i = 0; i < j->profile->n_needs; i++)
        needed(j, &j->profile->needs[i]);
}
