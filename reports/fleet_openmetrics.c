// The fleet in OpenMetrics: how many reports by verdict and radius, and unless -q was given the verdict and the worst
// case of each by the name of its report.
// Source: OpenMetrics 1.0.0, text format.
#include <inttypes.h>

#include "reports/fleet.h"

static void family(struct ra_buf *out, const char *name, const char *help)
{
    ra_buf_printf(out, "# TYPE reachaudit_%s gauge\n# HELP reachaudit_%s %s\n", name, name, help);
}

static void sums(struct ra_buf *out, const struct ra_fleet *f)
{
    family(out, "fleet_exit_status", "0 pass, 1 fail, 3 incomplete.");
    ra_buf_printf(out, "reachaudit_fleet_exit_status %d\n", f->exit_status);
    family(out, "fleet_reports", "Reports by verdict; unread ones keep the fleet from passing.");
    for (enum ra_judgement v = RA_VERDICT_PASS; v <= RA_VERDICT_INCOMPLETE; v++)
        ra_buf_printf(out, "reachaudit_fleet_reports{verdict=\"%s\"} %" PRIu64 "\n", ra_verdict_name(v), f->by_verdict[v]);
    ra_buf_printf(out, "reachaudit_fleet_reports{verdict=\"unread\"} %zu\n", f->n_unread);
    family(out, "fleet_worst_cases", "Reports by the radius of their worst case.");
    for (enum ra_radius r = RA_RADIUS_NOTHING; r <= RA_RADIUS_ORGANIZATION; r++)
        ra_buf_printf(out, "reachaudit_fleet_worst_cases{radius=\"%s\"} %" PRIu64 "\n", ra_radius_name(r), f->by_radius[r]);
}

static int exit_status(const struct ra_fleet_row *r)
{
    return r->exit_status;
}
static int radius(const struct ra_fleet_row *r)
{
    return (int)r->radius;
}
static int score(const struct ra_fleet_row *r)
{
    return r->score;
}
static int proved_score(const struct ra_fleet_row *r)
{
    return r->proved_score;
}

static void each(struct ra_buf *out, const struct ra_fleet *f, const char *name, const char *help,
                 int (*value)(const struct ra_fleet_row *r))
{
    family(out, name, help);
    for (size_t i = 0; i < f->n_rows; i++) {
        // The place keeps two reports apart whose names look the same once they are fit to be shown.
        ra_buf_printf(out, "reachaudit_%s{place=\"%zu\",report=\"", name, i + 1);
        ra_escape_label(out, f->rows[i]->report);
        ra_buf_printf(out, "\"} %d\n", value(f->rows[i]));
    }
}

void ra_fleet_openmetrics(const struct ra_fleet *f, const struct ra_report_options *o, struct ra_buf *out)
{
    sums(out, f);
    if (!o->quiet) {
        each(out, f, "member_exit_status", "0 pass, 1 fail, 3 incomplete.", exit_status);
        each(out, f, "member_worst_case_radius", "From 0, nothing, to 5, organization.", radius);
        each(out, f, "member_worst_case_score", "From 0 to 100, with every unknown at its worst.", score);
        each(out, f, "member_proved_score", "From 0 to 100, from what was measured alone.", proved_score);
    }
    ra_buf_puts(out, "# EOF\n");
}
