// Waivers: which one covers a finding, and what became of each. They hide nothing: a waived finding stays in the
// report, an expired waiver is a finding, an unused one is told.
#include <string.h>

#include "checks/judge.h"
#include "checks/profile_internal.h"

static bool expired(const struct ra_judge *j, const struct ra_waiver *w)
{
    // Without a clock no date can be trusted to lie ahead.
    return w->expires_s != INT64_MAX && (j->inv->now_s < 0 || j->inv->now_s >= w->expires_s);
}

static bool matches(struct ra_judge *j, const char *pattern, const char *id)
{
    return ra_pattern_is_all(pattern) || ra_pattern_matches(pattern, id) ||
           ra_pattern_matches(pattern, ra_id_decode(j->arena, id));
}

// The reach that the finding is about, or every place where it was found.
static bool covers(struct ra_judge *j, const struct ra_waiver *w, const struct ra_draft *d)
{
    const char *check = ra_check_row((size_t)d->check)->id;
    if (!ra_pattern_is_all(w->check) && !ra_pattern_matches(w->check, check))
        return false;
    if (d->n_reaches == 0)
        return ra_pattern_is_all(w->reach);
    if (matches(j, w->reach, j->inv->reaches[d->reaches[0]]->id))
        return true;
    for (size_t i = 1; i < d->n_reaches; i++)
        if (!matches(j, w->reach, j->inv->reaches[d->reaches[i]]->id))
            return false;
    return d->n_reaches > 1;
}

const struct ra_waiver *ra_waiver_for(struct ra_judge *j, const struct ra_draft *d)
{
    for (size_t i = 0; i < j->profile->n_waive; i++) {
        const struct ra_waiver *w = &j->profile->waive[i];
        if (expired(j, w) || !covers(j, w, d))
            continue;
        j->waiver_used[i] = true;
        return w;
    }
    return NULL;
}

static void tell(struct ra_judge *j, const struct ra_waiver *w, bool over)
{
    struct ra_draft d = {.check = over ? RA_CHECK_WAIVER_EXPIRED : RA_CHECK_WAIVER_UNUSED,
                         .status = over ? RA_STATUS_FAIL : RA_STATUS_PASS,
                         .severity = over ? RA_SEVERITY_MEDIUM : RA_SEVERITY_INFO, .certainty = RA_CERTAINTY_CERTAIN,
                         .line = w->line, .fixed = true};
    d.message = over ? ra_strfmt(j->arena, "The waiver of %s for %s expired on %s.", w->check, w->reach, w->expires)
                     : ra_strfmt(j->arena, "The waiver of %s for %s matches no finding.", w->check, w->reach);
    ra_judge_add(j, &d);
}

void ra_waivers_finish(struct ra_judge *j)
{
    struct ra_verdict *v = j->v;
    size_t n = j->profile->n_waive;
    for (size_t i = 0; i < n; i++)
        if (expired(j, &j->profile->waive[i]))
            tell(j, &j->profile->waive[i], true);
    v->waivers = ra_new_array(j->arena, struct ra_waiver_used, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct ra_waiver *w = &j->profile->waive[i];
        const char *status = expired(j, w) ? "expired" : j->waiver_used[i] ? "used" : "unused";
        v->waivers[v->n_waivers++] =
            (struct ra_waiver_used){w->check, w->reach, w->reason, w->owner, w->expires, status, w->line};
        if (strcmp(status, "unused") == 0)
            tell(j, w, false);
    }
    v->overrides =
        ra_new_array(j->arena, struct ra_override_used, j->profile->n_overrides + j->profile->n_grants + 1);
    for (size_t i = 0; i < j->profile->n_overrides; i++) {
        const struct ra_override *o = &j->profile->overrides[i];
        v->overrides[v->n_overrides++] =
            (struct ra_override_used){.check = o->check, .severity = ra_severity_name(o->severity), .reason = o->reason,
                                      .line = o->line};
    }
    for (size_t i = 0; i < j->profile->n_grants; i++) {
        const struct ra_grant_radius *g = &j->profile->grants[i];
        v->overrides[v->n_overrides++] =
            (struct ra_override_used){.grant = g->locator, .radius = ra_radius_name(g->radius), .reason = g->reason,
                                      .line = g->line};
    }
}
