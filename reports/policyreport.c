// A PolicyReport for Kubernetes, as JSON that `kubectl apply` takes: the verdict first, then what was not seen, then each
// finding. Nothing passes that the gate would not pass: what could not be judged is an error, what the profile does not
// count a warning, what it waives or what does not apply is skipped.
#include "reports/policyreport.h"

#include "reports/parts.h"
#include "reports/phrases.h"

enum { MOST_REACHES = 8 };

static const char category[] = "coding agent reach";

static void verdict(struct ra_policy_report *p, const struct ra_inventory *inv, const struct ra_verdict *v, int64_t at_s)
{
    static const enum ra_policy_result result[] = {RA_POLICY_PASS, RA_POLICY_FAIL, RA_POLICY_ERROR};
    RA_CLEANUP(ra_buf_free) struct ra_buf sentence = {0}, target = {0};
    ra_report_sentence(v, &sentence);
    ra_phrase_target(&target, inv);
    if (!ra_policy_result_open(p, &(struct ra_policy_row){.policy = v->profile.name, .rule = "verdict", .category = category,
                                                          .result = result[v->verdict], .severity = ra_policy_severity(v->worst.radius),
                                                          .message = sentence.p, .at_s = at_s}))
        return;
    ra_policy_property(p, "verdict", ra_verdict_name(v->verdict));
    ra_policy_number(p, "exit_status", (size_t)v->exit_status);
    ra_policy_property(p, "radius", ra_radius_name(v->worst.radius));
    ra_policy_number(p, "score", (size_t)v->worst.score);
    ra_policy_property(p, "proved_radius", ra_radius_name(v->worst.proved.radius));
    ra_policy_number(p, "proved_score", (size_t)v->worst.proved.score);
    ra_policy_property(p, "limit", ra_radius_name(v->profile.radius));
    ra_policy_property(p, "target", target.p);
    ra_policy_property(p, "version", inv->tool_version);
    if (v->n_cuts)
        ra_policy_property(p, "to_pass", v->cuts[0].remedy);
    ra_policy_result_close(p);
}

static enum ra_policy_result judge(const struct ra_verdict *v, const struct ra_finding *f)
{
    switch (f->status) {
    case RA_STATUS_PASS:
        return RA_POLICY_PASS;
    case RA_STATUS_FAIL:
        return ra_finding_counts(v, f) ? RA_POLICY_FAIL : RA_POLICY_WARN;
    case RA_STATUS_UNKNOWN:
        return ra_finding_counts(v, f) && v->verdict != RA_VERDICT_PASS ? RA_POLICY_ERROR : RA_POLICY_WARN;
    case RA_STATUS_WAIVED:
    case RA_STATUS_NOT_APPLICABLE:
        return RA_POLICY_SKIP;
    }
    return RA_POLICY_ERROR;
}

static void finding(struct ra_policy_report *p, const struct ra_verdict *v, const struct ra_finding *f, int64_t at_s)
{
    if (!ra_policy_result_open(p, &(struct ra_policy_row){.policy = v->profile.name, .rule = f->check, .category = category,
                                                          .result = judge(v, f), .severity = f->severity,
                                                          .message = f->message && *f->message ? f->message : f->title,
                                                          .at_s = at_s}))
        return;
    ra_policy_property(p, "status", ra_status_name(f->status));
    ra_policy_property(p, "certainty", ra_certainty_name(f->certainty));
    ra_policy_property(p, "radius", ra_radius_name(f->radius));
    ra_policy_number(p, "reaches", f->n_reaches);
    for (size_t i = 0; i < f->n_reaches && i < MOST_REACHES; i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf key = {0};
        ra_buf_printf(&key, "reach_%zu", i + 1);
        ra_policy_property(p, key.p, f->reaches[i]);
    }
    if (f->remedy && *f->remedy)
        ra_policy_property(p, "remedy", f->remedy);
    if (f->status == RA_STATUS_WAIVED)
        ra_policy_property(p, "waiver", f->waiver ? f->waiver : "");
    ra_policy_result_close(p);
}

static void gap(struct ra_policy_report *p, const struct ra_inventory *inv, const struct ra_verdict *v,
                const struct ra_coverage *c, int64_t at_s)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf why = {0}, rule = {0};
    if (!ra_surface_gap(&why, inv, c, 3))
        return;
    ra_buf_printf(&rule, "coverage/%s", c->collector);
    enum ra_policy_result result = v->verdict == RA_VERDICT_PASS ? RA_POLICY_WARN : RA_POLICY_ERROR;
    if (!ra_policy_result_open(p, &(struct ra_policy_row){.policy = v->profile.name, .rule = rule.p, .category = category,
                                                          .result = result, .severity = RA_SEVERITY_MEDIUM,
                                                          .message = ra_buf_view(&why).p, .at_s = at_s}))
        return;
    ra_policy_property(p, "status", ra_run_name(c->status));
    ra_policy_number(p, "not_seen", c->n_not_seen);
    ra_policy_result_close(p);
}

void ra_report_policyreport(const struct ra_inventory *inv, const struct ra_verdict *v, const struct ra_report_options *o,
                            struct ra_buf *out)
{
    (void)o;
    int64_t at_s = inv->stamp ? inv->now_s : -1;
    struct ra_policy_report p;
    ra_policy_open(&p, out, inv->target.hostname);
    verdict(&p, inv, v, at_s);
    for (size_t i = 0; i < inv->n_coverage; i++)
        gap(&p, inv, v, inv->coverage[i], at_s);
    for (size_t i = 0; i < v->n_findings; i++)
        finding(&p, v, &v->findings[i], at_s);
    ra_policy_close(&p);
}
