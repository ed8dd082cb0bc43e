// Holds the closure against the profile, and decides: the only place where pass, fail and incomplete are told apart.
#include <string.h>

#include "checks/judge.h"

// ---- the decision -----------------------------------------------------------------------------------

bool ra_finding_blocks(const struct ra_judge *j, const struct ra_finding *f)
{
    if (f->severity < j->profile->fail_on)
        return false;
    return f->status == RA_STATUS_FAIL || (f->status == RA_STATUS_UNKNOWN && !j->profile->unknown_warns);
}

struct reasons {
    const char **list;
    size_t n, cap;
};

static void reason(struct ra_judge *j, struct reasons *r, const char *text)
{
    r->list = ra_grow(j->arena, r->list, r->n, &r->cap, sizeof(*r->list));
    r->list[r->n++] = text;
}

static bool beyond(struct ra_judge *j, const struct ra_score *s, const char *what, struct reasons *r)
{
    const struct ra_profile *p = j->profile;
    if (s->radius > p->radius)
        reason(j, r, ra_strfmt(j->arena, "%s is %s, and the profile allows %s", what, ra_radius_name(s->radius),
                               ra_radius_name(p->radius)));
    else if (p->score >= 0 && s->score > p->score)
        reason(j, r, ra_strfmt(j->arena, "%s has score %d, and the profile allows %d", what, s->score, p->score));
    else
        return false;
    return true;
}

// One line for each check that has such findings.
static bool by_findings(struct ra_judge *j, enum ra_status status, const char *word, struct reasons *r)
{
    size_t n[RA_CHECK_COUNT] = {0};
    bool any = false;
    for (size_t i = 0; i < j->n_findings; i++) {
        const struct ra_finding *f = &j->findings[i].finding;
        if (f->status == status && f->severity >= j->profile->fail_on)
            n[j->findings[i].check]++;
    }
    for (size_t i = 0; i < RA_CHECK_COUNT; i++)
        if (n[i]) {
            any = true;
            reason(j, r, ra_strfmt(j->arena, "%s %s: %zu finding%s at or above %s", ra_check_row(i)->id, word, n[i],
                                   n[i] == 1 ? "" : "s", ra_severity_name(j->profile->fail_on)));
        }
    return any;
}

static bool gap(struct ra_judge *j, const char *collector, struct reasons *r)
{
    const char *line = ra_coverage_gap(j, collector);
    if (line)
        reason(j, r, ra_strfmt(j->arena, "must see %s", line));
    return line != NULL;
}

static bool gaps(struct ra_judge *j, struct reasons *r)
{
    bool any = false;
    for (size_t i = 0; i < j->profile->n_must_see; i++)
        any |= gap(j, j->profile->must_see[i], r);
    if (!j->profile->must_see_all)
        return any;
    for (size_t i = 0; i < j->inv->n_coverage; i++)
        any |= gap(j, j->inv->coverage[i]->collector, r);
    if (j->inv->n_coverage == 0) {
        reason(j, r, "must see something: nobody looked at anything");
        any = true;
    }
    return any;
}

static void decide(struct ra_judge *j)
{
    struct ra_verdict *v = j->v;
    struct reasons r = {0};
    const bool over = beyond(j, &j->proved_score, "the proved worst case", &r);
    bool fail = by_findings(j, RA_STATUS_FAIL, "fails", &r);
    for (size_t i = 0; i < v->n_missing; i++)
        reason(j, &r, ra_strfmt(j->arena, "missing: %s", v->missing[i]));
    fail |= v->n_missing > 0 || over;
    bool open = false;
    if (!j->profile->unknown_warns) {
        bool wider = j->worst_score.radius > j->proved_score.radius;
        struct reasons said = {0};
        open |= beyond(j, &j->worst_score, "the assumed worst case", wider || !over ? &r : &said);
        open |= by_findings(j, RA_STATUS_UNKNOWN, "is unknown", &r);
    }
    open |= gaps(j, &r);
    v->reasons = r.list;
    v->n_reasons = r.n;
    v->verdict = fail ? RA_VERDICT_FAIL : open ? RA_VERDICT_INCOMPLETE : RA_VERDICT_PASS;
    v->exit_status = fail ? 1 : open ? 3 : 0;
}

static int status_rank(enum ra_status s)
{
    switch (s) {
    case RA_STATUS_FAIL: return 0;
    case RA_STATUS_UNKNOWN: return 1;
    case RA_STATUS_WAIVED: return 2;
    case RA_STATUS_PASS: return 3;
    case RA_STATUS_NOT_APPLICABLE: return 4;
    }
    return 5;
}

static int by_weight(const void *a, const void *b)
{
    const struct ra_finding *x = a, *y = b;
    if (x->status != y->status)
        return status_rank(x->status) - status_rank(y->status);
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    int c = strcmp(x->check, y->check);
    if (c || !x->n_reaches || !y->n_reaches)
        return c ? c : x->n_reaches != y->n_reaches ? (x->n_reaches ? 1 : -1) : strcmp(x->message, y->message);
    return strcmp(x->reaches[0], y->reaches[0]);
}

static void fill_findings(struct ra_judge *j)
{
    struct ra_verdict *v = j->v;
    v->findings = ra_new_array(j->arena, struct ra_finding, j->n_findings + 1);
    for (size_t i = 0; i < j->n_findings; i++)
        v->findings[i] = j->findings[i].finding;
    v->n_findings = j->n_findings;
    if (v->n_findings > 1)
        qsort(v->findings, v->n_findings, sizeof(*v->findings), by_weight);
}

static void find_no_box(struct ra_judge *j)
{
    j->no_box = j->inv->target.box.kind && strcmp(j->inv->target.box.kind, "none") == 0;
    for (size_t i = 0; i < j->inv->n_reaches; i++)
        j->no_box |= ra_judge_present(j, i) && j->inv->reaches[i]->traits & RA_TRAIT_NO_BOX;
}

void ra_evaluate(struct ra_arena *a, const struct ra_inventory *inv, const struct ra_profile *profile,
                 struct ra_verdict *ret)
{
    inv = ra_profile_applied(a, inv, profile);
    struct ra_judge j = {.arena = a, .inv = inv, .profile = profile, .v = ret};
    *ret = (struct ra_verdict){.profile = {profile->name, ra_strdup(a, profile->digest),
                                           profile->unknown_warns ? "warn" : "incomplete",
                                           profile->source_private ? "private" : "public", profile->supervision,
                                           profile->radius, profile->score, profile->fail_on}};
    j.waiver_used = ra_new_array(a, bool, profile->n_waive + 1);
    ra_closure_make(a, inv, profile, false, &j.proved);
    ra_closure_make(a, inv, profile, true, &j.worst);
    ra_score_make(a, inv, &j.proved, &j.proved_score);
    ra_score_make(a, inv, &j.worst, &j.worst_score);
    j.opens = ra_reaches_open(a, inv);
    find_no_box(&j);
    ra_tell_steps(&j);
    ra_tell_worst(&j);
    ra_tell_reaches(&j);
    ra_check_secrets(&j);
    ra_check_grants(&j);
    ra_check_consequences(&j);
    ra_check_surfaces(&j);
    ra_check_agents(&j);
    ra_check_declared(&j);
    ra_check_self(&j);
    ra_check_blind(&j);
    ra_check_profile(&j);
    ra_waivers_finish(&j);
    ra_trifecta(&j);
    decide(&j);
    ra_cuts(&j);
    fill_findings(&j);
}
