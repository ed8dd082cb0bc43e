// The fleet as one PolicyReport: a result a report, worst first, and an error for each that could not be read.
#include "reports/fleet.h"
#include "reports/policyreport.h"

static const char category[] = "coding agent reach";

static void member(struct ra_policy_report *p, const struct ra_fleet_row *row)
{
    static const enum ra_policy_result result[] = {RA_POLICY_PASS, RA_POLICY_FAIL, RA_POLICY_ERROR};
    RA_CLEANUP(ra_buf_free) struct ra_buf target = {0};
    ra_fleet_target(row, &target);
    if (!ra_policy_result_open(p, &(struct ra_policy_row){.policy = row->profile, .rule = "verdict", .category = category,
                                                          .result = result[row->verdict], .severity = ra_policy_severity(row->radius),
                                                          .message = row->sentence, .at_s = row->now_s}))
        return;
    ra_policy_property(p, "report", row->report);
    ra_policy_property(p, "verdict", ra_verdict_name(row->verdict));
    ra_policy_property(p, "radius", ra_radius_name(row->radius));
    ra_policy_number(p, "score", (size_t)row->score);
    ra_policy_property(p, "proved_radius", ra_radius_name(row->proved_radius));
    ra_policy_number(p, "proved_score", (size_t)row->proved_score);
    ra_policy_property(p, "target", target.p);
    ra_policy_number(p, "fails", row->fails);
    ra_policy_number(p, "unknowns", row->unknowns);
    if (row->remedy)
        ra_policy_property(p, "to_pass", row->remedy);
    ra_policy_result_close(p);
}

static void unread(struct ra_policy_report *p, const struct ra_fleet_unread *u)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf why = {0};
    ra_fleet_reason(u, &why);
    if (!ra_policy_result_open(p, &(struct ra_policy_row){.policy = "reachaudit", .rule = "unread", .category = category,
                                                          .result = RA_POLICY_ERROR, .severity = RA_SEVERITY_HIGH,
                                                          .message = why.p, .at_s = -1}))
        return;
    ra_policy_property(p, "report", u->report);
    ra_policy_result_close(p);
}

void ra_fleet_policyreport(const struct ra_fleet *f, const struct ra_report_options *o, struct ra_buf *out)
{
    (void)o;
    struct ra_policy_report p;
    ra_policy_open(&p, out, "fleet");
    for (size_t i = 0; i < f->n_unread; i++)
        unread(&p, &f->unread[i]);
    for (size_t i = 0; i < f->n_rows; i++)
        member(&p, f->rows[i]);
    ra_policy_close(&p);
}
