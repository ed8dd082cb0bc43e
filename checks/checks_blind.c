// What was not seen. It counts at its ceiling, is never allowed by a profile, and says what would settle it.
#include <string.h>

#include "checks/judge.h"
#include "checks/sentence.h"
#include "model/target.h"

static const struct {
    const char *name;
    unsigned targets;
} surfaces[] = {
#define RA_COLLECTOR(n, title, ceiling, traits, targets) {#n, targets},
#include "collect/collectors.def"
#undef RA_COLLECTOR
};

// A static target of a kind that has no such surface; whoever runs always has it.
static bool never_there(const char *kind, const char *collector)
{
    for (size_t i = 0; ra_target_is_static(kind) && i < RA_COUNT(surfaces); i++)
        if (strcmp(surfaces[i].name, collector) == 0)
            return !(surfaces[i].targets & ra_target_kind_find(kind)->class);
    return false;
}

const char *ra_coverage_gap(struct ra_judge *j, const char *collector)
{
    const struct ra_target_facts *t = &j->inv->target;
    for (size_t i = 0; i < j->inv->n_coverage; i++) {
        const struct ra_coverage *c = j->inv->coverage[i];
        if (strcmp(c->collector, collector) != 0)
            continue;
        if (c->status == RA_RUN_RAN && c->n_not_seen == 0)
            return NULL;
        if (c->status == RA_RUN_UNSUPPORTED && never_there(t->kind, collector))
            return NULL;
        const char *why = c->reason ? c->reason : c->n_not_seen ? c->not_seen[0] : NULL;
        return ra_strfmt(j->arena, "%s: %s%s%s", collector, ra_run_name(c->status), why ? ", " : "", why ? why : "");
    }
    return ra_strfmt(j->arena, "%s: nobody looked", collector);
}

// An unseen surface may hide what the profile denies, or what it made graver than the tables say.
static enum ra_severity at_least(const struct ra_judge *j)
{
    enum ra_severity s = j->profile->n_deny ? j->profile->fail_on : RA_SEVERITY_INFO;
    for (size_t i = 0; i < j->profile->n_overrides; i++)
        if (strcmp(j->profile->overrides[i].check, ra_check_row(RA_CHECK_BLIND)->id) != 0 &&
            j->profile->overrides[i].severity > s)
            s = j->profile->overrides[i].severity;
    return s;
}

static void report(struct ra_judge *j, size_t fact, enum ra_severity least)
{
    const struct ra_fact *f = &j->worst.facts[fact];
    const struct ra_reach *r = j->inv->reaches[f->reach];
    size_t *lists = ra_new_array(j->arena, size_t, 2);
    lists[0] = f->reach;
    lists[1] = fact;
    struct ra_draft d = {.check = RA_CHECK_BLIND, .status = RA_STATUS_UNKNOWN,
                         .severity = f->severity > least ? f->severity : least, .certainty = f->certainty,
                         .radius = f->radius, .reaches = lists, .n_reaches = 1, .facts = lists + 1, .n_facts = 1,
                         .fixed = true};
    const char *what = r->kind == RA_KIND_UNKNOWN ? strchr(r->id, ':') + 1 : ra_reach_words(j->arena, r);
    d.message = ra_strfmt(j->arena, "Not seen: %s. It counts as %s.", what, ra_radius_name(f->radius));
    if (r->settled_by)
        d.remedy = ra_strfmt(j->arena, "Settle it: %s", r->settled_by);
    ra_judge_add(j, &d);
}

// A collector with a gap and without an unknown reach of its own would be silence.
static void silent(struct ra_judge *j, const struct ra_coverage *c, enum ra_severity least)
{
    const char *gap = ra_coverage_gap(j, c->collector);
    size_t n = strlen(c->collector);
    if (!gap)
        return;
    for (size_t i = 0; i < j->inv->n_reaches; i++) {
        const struct ra_reach *r = j->inv->reaches[i];
        if (r->kind == RA_KIND_UNKNOWN && strncmp(r->id + strlen("unknown:"), c->collector, n) == 0)
            return;
    }
    struct ra_draft d = {.check = RA_CHECK_BLIND, .status = RA_STATUS_UNKNOWN,
                         .severity = least > RA_SEVERITY_HIGH ? least : RA_SEVERITY_HIGH,
                         .certainty = RA_CERTAINTY_LIKELY, .radius = RA_RADIUS_PERSON, .fixed = true};
    d.message = ra_strfmt(j->arena, "Not seen: %s.", gap);
    ra_judge_add(j, &d);
}

// Reaches of other kinds are told here only where no other check speaks of them, and the scope of a secret only
// where the secret has no finding of its own: there it counts at its ceiling already.
static bool spoken_of(const struct ra_judge *j, const bool *spoken, const bool *about, size_t reach)
{
    size_t secret = ra_scope_of(j->inv, reach);
    if (secret != RA_NO_INDEX)
        return about[secret];
    return j->inv->reaches[reach]->kind != RA_KIND_UNKNOWN && spoken[reach];
}

void ra_check_blind(struct ra_judge *j)
{
    bool *spoken = ra_new_array(j->arena, bool, j->inv->n_reaches + 1);
    bool *about = ra_new_array(j->arena, bool, j->inv->n_reaches + 1);
    enum ra_severity least = at_least(j);
    for (size_t i = 0; i < j->n_findings; i++)
        if (j->findings[i].check == RA_CHECK_SECRET_DISCLOSED)
            about[j->findings[i].reaches[0]] = true;
    for (size_t i = 0; i < j->n_findings; i++)
        for (size_t k = 0; k < j->findings[i].n_reaches; k++)
            spoken[j->findings[i].reaches[k]] |= j->findings[i].finding.status != RA_STATUS_PASS;
    for (size_t i = j->worst.start[RA_RULE_UNSEEN_SECRET]; i < j->worst.start[RA_RULE_UNSEEN + 1]; i++)
        if (!spoken_of(j, spoken, about, j->worst.facts[i].reach))
            report(j, i, least);
    for (size_t i = 0; i < j->inv->n_coverage; i++)
        silent(j, j->inv->coverage[i], least);
}
