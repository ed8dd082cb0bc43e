// OpenMetrics 1.0, for a textfile collector or a push gateway: the verdict, the worst case and its proved part, findings,
// reaches and coverage as numbers. No label names a secret, a place or a finding: what grows with the audited machine
// stands in the numbers, so that a fleet's series stay as few as the words of this program.
// Source: OpenMetrics 1.0.0, text format.
#include <inttypes.h>
#include <string.h>

#include "reports/parts.h"

static void family(struct ra_buf *out, const char *name, const char *type, const char *help)
{
    ra_buf_printf(out, "# TYPE reachaudit_%s %s\n# HELP reachaudit_%s %s\n", name, type, name, help);
}

static void label(struct ra_buf *out, const char *before, const char *name, const char *value)
{
    ra_buf_printf(out, "%s%s=\"", before, name);
    ra_escape_label(out, value);
    ra_buf_putc(out, '"');
}

static void gauge(struct ra_buf *out, const char *name, const char *help, int64_t value)
{
    family(out, name, "gauge", help);
    ra_buf_printf(out, "reachaudit_%s %" PRId64 "\n", name, value);
}

// One of `n` words is true. `key` and `of`: another label in front, or NULL.
static void one_of(struct ra_buf *out, const char *name, const char *key, const char *of, const char *const *words,
                   size_t n, size_t which)
{
    for (size_t i = 0; i < n; i++) {
        ra_buf_printf(out, "reachaudit_%s", name);
        if (key)
            label(out, "{", key, of);
        ra_buf_printf(out, "%sreachaudit_%s=\"%s\"} %d\n", key ? "," : "{", name, words[i], i == which);
    }
}

#define WORD(n, s) s,
static const char *const verdicts[] = {RA_VERDICTS(WORD)};
static const char *const radii[] = {RA_RADII(WORD)};
static const char *const runs[] = {RA_RUNS(WORD)};
#undef WORD

static void about(struct ra_buf *out, const struct ra_inventory *inv, const struct ra_verdict *v)
{
    family(out, "audit", "info", "What was audited, by which version, under which profile.");
    ra_buf_puts(out, "reachaudit_audit_info");
    label(out, "{", "version", inv->tool_version);
    label(out, ",", "target", inv->target.locator ? inv->target.locator : "self");
    label(out, ",", "kind", inv->target.kind ? inv->target.kind : "self");
    if (inv->target.hostname)
        label(out, ",", "hostname", inv->target.hostname);
    label(out, ",", "profile", v->profile.name);
    ra_buf_puts(out, "} 1\n");
    if (inv->stamp && inv->now_s >= 0) {
        family(out, "audit_time_seconds", "gauge", "When the audit was made, in Unix time.");
        ra_buf_puts(out, "# UNIT reachaudit_audit_time_seconds seconds\n");
        ra_buf_printf(out, "reachaudit_audit_time_seconds %" PRId64 "\n", inv->now_s);
    }
}

static void verdict(struct ra_buf *out, const struct ra_verdict *v)
{
    family(out, "verdict", "stateset", "Whether the worst case is within the profile.");
    one_of(out, "verdict", NULL, NULL, verdicts, RA_COUNT(verdicts), (size_t)v->verdict);
    gauge(out, "exit_status", "0 pass, 1 fail, 3 incomplete.", v->exit_status);
    family(out, "worst_case_radius", "stateset", "Who has to clean up, with every unknown at its worst.");
    one_of(out, "worst_case_radius", NULL, NULL, radii, RA_COUNT(radii), (size_t)v->worst.radius);
    gauge(out, "worst_case_score", "The worst case from 0 to 100, with every unknown at its worst.", v->worst.score);
    family(out, "proved_radius", "stateset", "Who has to clean up, from what was measured alone.");
    one_of(out, "proved_radius", NULL, NULL, radii, RA_COUNT(radii), (size_t)v->worst.proved.radius);
    gauge(out, "proved_score", "The worst case from 0 to 100, from what was measured alone.", v->worst.proved.score);
}

static void findings(struct ra_buf *out, const struct ra_verdict *v)
{
    struct ra_tally t = ra_tally(v);
    family(out, "findings", "gauge", "Findings by status and severity.");
    for (int i = 0; i < RA_N_STATUSES; i++)
        for (int k = 0; k < RA_N_SEVERITIES; k++)
            ra_buf_printf(out, "reachaudit_findings{status=\"%s\",severity=\"%s\"} %zu\n",
                          ra_status_name((enum ra_status)i), ra_severity_name((enum ra_severity)k), t.by[i][k]);
}

static size_t with(const struct ra_verdict *v, const char *check, enum ra_status status)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n_findings; i++)
        n += v->findings[i].status == status && strcmp(v->findings[i].check, check) == 0;
    return n;
}

static void by_check(struct ra_buf *out, const struct ra_verdict *v)
{
    family(out, "check_findings", "gauge", "Findings of each check that found any, by status.");
    for (size_t i = 0; ra_check_text(i); i++)
        for (int k = 0; k < RA_N_STATUSES; k++) {
            size_t n = with(v, ra_check_text(i)->id, (enum ra_status)k);
            if (n)
                ra_buf_printf(out, "reachaudit_check_findings{check=\"%s\",status=\"%s\"} %zu\n", ra_check_text(i)->id,
                              ra_status_name((enum ra_status)k), n);
        }
}

static void reaches(struct ra_buf *out, const struct ra_inventory *inv, const struct ra_verdict *v)
{
    static const enum ra_state listed[] = {RA_STATE_PRESENT, RA_STATE_DENIED, RA_STATE_UNKNOWN};
    size_t n[RA_STATE_UNKNOWN + 1] = {0}, dormant = 0;
    for (size_t i = 0; i < inv->n_reaches; i++) {
        n[inv->reaches[i]->state]++;
        dormant += v->reaches[i].dormant;
    }
    family(out, "reaches", "gauge", "Things that the process could touch, by state.");
    for (size_t i = 0; i < RA_COUNT(listed); i++)
        ra_buf_printf(out, "reachaudit_reaches{state=\"%s\"} %zu\n", ra_state_name(listed[i]), n[listed[i]]);
    gauge(out, "dormant_reaches", "Reaches that could act only if there were a way out.", (int64_t)dormant);
}

static void coverage(struct ra_buf *out, const struct ra_inventory *inv)
{
    family(out, "coverage", "stateset", "How far each surface was looked at.");
    for (size_t i = 0; i < inv->n_coverage; i++)
        one_of(out, "coverage", "collector", inv->coverage[i]->collector, runs, RA_COUNT(runs),
               (size_t)inv->coverage[i]->status);
    family(out, "looked_places", "gauge", "Places that were looked at.");
    for (size_t i = 0; i < inv->n_coverage; i++) {
        ra_buf_puts(out, "reachaudit_looked_places");
        label(out, "{", "collector", inv->coverage[i]->collector);
        ra_buf_printf(out, "} %" PRIu64 "\n", inv->coverage[i]->looked);
    }
    family(out, "surface_seen", "gauge", "1 where the surface was seen whole, or the target has none; 0 where not.");
    for (size_t i = 0; i < inv->n_coverage; i++) {
        ra_buf_puts(out, "reachaudit_surface_seen");
        label(out, "{", "collector", inv->coverage[i]->collector);
        ra_buf_printf(out, "} %d\n", !ra_surface_gap(NULL, inv, inv->coverage[i], 0));
    }
    family(out, "not_seen", "gauge", "What was not seen, in lines of the report.");
    for (size_t i = 0; i < inv->n_coverage; i++) {
        ra_buf_puts(out, "reachaudit_not_seen");
        label(out, "{", "collector", inv->coverage[i]->collector);
        ra_buf_printf(out, "} %zu\n", inv->coverage[i]->n_not_seen);
    }
}

void ra_report_openmetrics(const struct ra_inventory *inv, const struct ra_verdict *v, const struct ra_report_options *o,
                           struct ra_buf *out)
{
    (void)o;
    about(out, inv, v);
    verdict(out, v);
    findings(out, v);
    by_check(out, v);
    reaches(out, inv, v);
    coverage(out, inv);
    ra_buf_puts(out, "# EOF\n");
}
