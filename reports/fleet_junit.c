// The fleet for the test page of a CI: one suite, a test a report, worst first. A report that fails is a failure; one
// that is incomplete or could not be read is an error.
#include <inttypes.h>

#include "reports/fleet.h"

static void attribute(struct ra_buf *out, const char *name, const char *value)
{
    ra_buf_printf(out, " %s=\"", name);
    ra_escape_xml(out, value);
    ra_buf_putc(out, '"');
}

static void open_case(struct ra_buf *out, const char *report)
{
    ra_buf_puts(out, "    <testcase classname=\"reachaudit.fleet\"");
    attribute(out, "name", report);
    ra_buf_puts(out, " time=\"0\">\n");
}

static void outcome(struct ra_buf *out, const char *tag, const char *type, const char *message)
{
    ra_buf_printf(out, "      <%s type=\"%s\"", tag, type);
    attribute(out, "message", message);
    ra_buf_puts(out, "/>\n");
}

static void line(struct ra_buf *out, const char *key, const char *value)
{
    ra_buf_printf(out, "%s: ", key);
    ra_escape_xml(out, value);
    ra_buf_putc(out, '\n');
}

static void member(struct ra_buf *out, const struct ra_fleet_row *row)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf target = {0};
    ra_fleet_target(row, &target);
    open_case(out, row->report);
    if (row->verdict == RA_VERDICT_FAIL)
        outcome(out, "failure", "fail", row->sentence);
    else if (row->verdict == RA_VERDICT_INCOMPLETE)
        outcome(out, "error", "incomplete", row->sentence);
    ra_buf_puts(out, "      <system-out>");
    line(out, "verdict", ra_verdict_name(row->verdict));
    line(out, "worst case", row->sentence);
    line(out, "target", target.p);
    line(out, "box", row->box);
    line(out, "profile", row->profile);
    ra_buf_printf(out, "radius: %s\nscore: %d\nproved radius: %s\nproved score: %d\nfindings: %" PRIu64 " fail, %" PRIu64
                  " unknown\n",
                  ra_radius_name(row->radius), row->score, ra_radius_name(row->proved_radius), row->proved_score,
                  row->fails, row->unknowns);
    for (size_t i = 0; i < row->n_tops; i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        const struct ra_fleet_top *top = &row->tops[i];
        ra_buf_printf(&b, "%s %s: %s%s%s", ra_status_name(top->status), ra_severity_name(top->severity), top->check,
                      top->reach ? ": " : "", top->reach ? top->reach : "");
        line(out, "finding", b.p);
    }
    if (row->remedy)
        line(out, "to pass", row->remedy);
    ra_buf_puts(out, "</system-out>\n    </testcase>\n");
}

void ra_fleet_junit(const struct ra_fleet *f, const struct ra_report_options *o, struct ra_buf *out)
{
    (void)o;
    size_t n = f->n_rows + f->n_unread;
    uint64_t errors = f->by_verdict[RA_VERDICT_INCOMPLETE] + f->n_unread;
    ra_buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<testsuites name=\"reachaudit\" tests=\"%zu\" failures=\"%" PRIu64 "\" errors=\"%" PRIu64 "\" time=\"0\">\n"
                  "  <testsuite name=\"reachaudit.fleet\" tests=\"%zu\" failures=\"%" PRIu64 "\" errors=\"%" PRIu64
                  "\" skipped=\"0\" time=\"0\">\n",
                  n, f->by_verdict[RA_VERDICT_FAIL], errors, n, f->by_verdict[RA_VERDICT_FAIL], errors);
    for (size_t i = 0; i < f->n_unread; i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf why = {0};
        ra_fleet_reason(&f->unread[i], &why);
        open_case(out, f->unread[i].report);
        outcome(out, "error", "unread", why.p);
        ra_buf_puts(out, "    </testcase>\n");
    }
    for (size_t i = 0; i < f->n_rows; i++)
        member(out, f->rows[i]);
    ra_buf_puts(out, "  </testsuite>\n</testsuites>\n");
}
