// Holds the closure against the profile, and decides: the only place where pass, fail and incomplete are told apart.
#include <string.h>

#include "checks/judge.h"
#include "checks/sentence.h"

// ---- steps and consequences -------------------------------------------------------------------------

static void fill_step(struct ra_judge *j, const struct ra_fact *f, struct ra_step *s)
{
    const struct ra_rule_row *row = ra_rule_row(f->rule);
    s->rule = row->name;
    s->needs = ra_new_array(j->arena, const char *, 4);
    if (f->after != RA_NO_INDEX)
        s->needs[s->n_needs++] = ra_fact_id(j->arena, j->inv, &j->worst.facts[f->after]);
    if (f->reach != RA_NO_INDEX && (f->after == RA_NO_INDEX || f->secret == RA_NO_INDEX))
        s->needs[s->n_needs++] = j->inv->reaches[f->reach]->id;
    if (f->secret != RA_NO_INDEX && (f->secret != f->reach || s->n_needs == 0))
        s->needs[s->n_needs++] = j->inv->reaches[f->secret]->id;
    if (f->way != RA_NO_INDEX)
        s->needs[s->n_needs++] = j->inv->reaches[f->way]->id;
    s->gives = ra_fact_id(j->arena, j->inv, f);
    s->certainty = f->certainty;
    s->when = row->when;
    s->sentence = ra_fact_words(j->arena, j->inv, f, row->clause);
}

static enum ra_radius opened_by(const struct ra_reach *r)
{
    return r->ceiling > r->least ? r->ceiling : r->least;
}

// held is sorted by place, as the facts of READABLE are.
static enum ra_radius dormant_radius(const struct ra_judge *j, size_t place)
{
    enum ra_radius most = RA_RADIUS_NOTHING;
    size_t low = 0, high = j->worst.n_held;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (j->worst.held[mid].place < place)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low < j->worst.n_held && j->worst.held[low].place == place; low++) {
        enum ra_radius r = opened_by(j->inv->reaches[j->worst.held[low].secret]);
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

static void fill_consequences(struct ra_judge *j)
{
    struct ra_verdict *v = j->v;
    bool asleep = !ra_closure_awake(&j->worst);
    v->steps = ra_new_array(j->arena, struct ra_step, j->worst.n + 1);
    v->consequences = ra_new_array(j->arena, struct ra_consequence, j->worst.n + 1);
    for (size_t i = 0; i < j->worst.n; i++) {
        const struct ra_fact *f = &j->worst.facts[i];
        fill_step(j, f, &v->steps[i]);
        struct ra_consequence *c = &v->consequences[i];
        *c = (struct ra_consequence){v->steps[i].gives, f->radius, f->severity, f->certainty, v->steps[i].when,
                                     ra_closure_find(&j->proved, f->rule, f->subject) != NULL, .step = i};
        c->dormant = asleep && f->rule == RA_RULE_READABLE;
        if (c->dormant)
            c->dormant_radius = dormant_radius(j, f->subject);
    }
    v->n_steps = v->n_consequences = j->worst.n;
    if (v->n_consequences > 1)
        qsort(v->consequences, v->n_consequences, sizeof(*v->consequences), by_radius);
}

static void fill_worst(struct ra_judge *j)
{
    struct ra_worst *w = &j->v->worst;
    const struct ra_fact *worst = NULL, *proved = NULL;
    w->radius = j->worst_score.radius;
    w->score = j->worst_score.score;
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

static void fill_views(struct ra_judge *j)
{
    const struct ra_inventory *inv = j->inv;
    struct ra_reach_view *views = ra_new_array(j->arena, struct ra_reach_view, inv->n_reaches + 1);
    bool asleep = !ra_closure_awake(&j->worst);
    j->v->reaches = views;
    for (size_t i = 0; i < j->worst.n; i++) {
        const struct ra_fact *f = &j->worst.facts[i];
        if (f->reach == RA_NO_INDEX || f->rule == RA_RULE_READABLE || f->rule == RA_RULE_DISCLOSED ||
            f->rule == RA_RULE_SHIPPED)
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
        enum ra_radius radius = opened_by(secret);
        enum ra_severity severity = ra_severity_of(radius) < secret->cap ? ra_severity_of(radius) : secret->cap;
        size_t both[] = {j->worst.held[i].place, j->worst.held[i].secret};
        for (size_t k = 0; k < 2; k++) {
            views[both[k]].dormant |= asleep && views[both[k]].radius <= RA_RADIUS_SANDBOX;
            see(&views[both[k]], asleep && !views[both[k]].dormant ? RA_RADIUS_SANDBOX : radius,
                asleep && severity > RA_SEVERITY_LOW ? RA_SEVERITY_LOW : severity);
        }
    }
}

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
    bool fail = beyond(j, &j->proved_score, "the proved worst case", &r);
    fail |= by_findings(j, RA_STATUS_FAIL, "fails", &r);
    for (size_t i = 0; i < v->n_missing; i++)
        reason(j, &r, ra_strfmt(j->arena, "missing: %s", v->missing[i]));
    fail |= v->n_missing > 0;
    bool open = false;
    if (!j->profile->unknown_warns) {
        bool wider = j->worst_score.radius > j->proved_score.radius || j->worst_score.score > j->proved_score.score;
        struct reasons said = {0};
        open |= beyond(j, &j->worst_score, "the assumed worst case", wider ? &r : &said);
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
    find_no_box(&j);
    fill_consequences(&j);
    fill_worst(&j);
    fill_views(&j);
    ra_check_secrets(&j);
    ra_check_consequences(&j);
    ra_check_surfaces(&j);
    ra_check_agents(&j);
    ra_check_blind(&j);
    ra_check_profile(&j);
    ra_waivers_finish(&j);
    ra_trifecta(&j);
    decide(&j);
    ra_cuts(&j);
    fill_findings(&j);
}
