// The fleet as SARIF 2.1.0: one run a report, worst first, with the findings that a row keeps and how many more there are;
// the first run names what could not be read. Code scanning takes few runs in one file; other readers take any number.
// Source: Static Analysis Results Interchange Format (SARIF) Version 2.1.0, OASIS.
#include <inttypes.h>
#include <string.h>

#include "model/write.h"
#include "reports/fleet.h"
#include "reports/parts.h"
#include "reports/sarif.h"

#define SCHEMA "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

static void message(struct ra_json_out *w, const char *key, const char *text)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf safe = {0};
    ra_escape_message(&safe, text);
    ra_json_key(w, key);
    ra_json_open(w, '{');
    ra_json_kstr(w, "text", ra_buf_view(&safe).p);
    ra_json_close(w, '}');
}

static void described(struct ra_json_out *w, const struct ra_fleet_top *top)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    size_t known = ra_check_text_find(top->check);
    message(w, "shortDescription", top->title);
    message(w, "fullDescription", known == RA_NO_CHECK ? top->title : ra_check_text(known)->catches);
    ra_buf_printf(&b, "`reachaudit explain %s` says what it catches and what to do.", top->check);
    message(w, "help", b.p);
}

// The checks that the run's results name, each once.
static void rules(struct ra_json_out *w, const struct ra_fleet_row *row)
{
    ra_json_key(w, "rules");
    ra_json_open(w, '[');
    for (size_t i = 0; row && i < row->n_tops; i++) {
        size_t first = 0;
        while (strcmp(row->tops[first].check, row->tops[i].check) != 0)
            first++;
        if (first < i)
            continue;
        ra_json_open(w, '{');
        ra_json_kstr(w, "id", row->tops[i].check);
        described(w, &row->tops[i]);
        ra_json_close(w, '}');
    }
    ra_json_close(w, ']');
}

// `row` is the report that the run tells, or NULL.
static void tool(struct ra_json_out *w, const struct ra_fleet *f, const struct ra_fleet_row *row)
{
    ra_json_key(w, "tool");
    ra_json_open(w, '{');
    ra_json_key(w, "driver");
    ra_json_open(w, '{');
    ra_json_kstr(w, "name", "reachaudit");
    ra_json_kstr(w, "version", f->tool_version);
    rules(w, row);
    ra_json_close(w, '}');
    ra_json_close(w, '}');
}

static void automation(struct ra_json_out *w, const char *report)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf id = {0};
    ra_buf_printf(&id, "reachaudit/%s", report);
    ra_json_key(w, "automationDetails");
    ra_json_open(w, '{');
    ra_json_kstr(w, "id", id.p);
    ra_json_close(w, '}');
}

static void notification(struct ra_json_out *w, const char *level, const char *text)
{
    ra_json_open(w, '{');
    ra_json_kstr(w, "level", level);
    message(w, "message", text);
    ra_json_close(w, '}');
}

static void invocation(struct ra_json_out *w, const struct ra_fleet_row *row)
{
    ra_json_key(w, "invocations");
    ra_json_open(w, '[');
    ra_json_open(w, '{');
    ra_json_kint(w, "exitCode", row->exit_status);
    ra_json_kstr(w, "exitCodeDescription", ra_verdict_name(row->verdict));
    ra_json_kbool(w, "executionSuccessful", row->verdict != RA_VERDICT_INCOMPLETE);
    ra_json_key(w, "toolExecutionNotifications");
    ra_json_open(w, '[');
    if (row->verdict == RA_VERDICT_INCOMPLETE)
        notification(w, "warning", "Not everything was seen; the report says what.");
    if (row->fails + row->unknowns > row->n_tops) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        ra_buf_printf(&b, "%" PRIu64 " more findings stand in the report itself.", row->fails + row->unknowns - row->n_tops);
        notification(w, "note", b.p);
    }
    ra_json_close(w, ']');
    ra_json_close(w, '}');
    ra_json_close(w, ']');
}

static void location(struct ra_json_out *w, const char *report)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf uri = {0};
    if (report[0] == '/')
        ra_buf_puts(&uri, "file://"); // two slashes alone would begin the name of a host
    ra_escape_path(&uri, report);
    ra_json_key(w, "locations");
    ra_json_open(w, '[');
    ra_json_open(w, '{');
    ra_json_key(w, "physicalLocation");
    ra_json_open(w, '{');
    ra_json_key(w, "artifactLocation");
    ra_json_open(w, '{');
    ra_json_kstr(w, "uri", uri.p);
    ra_json_close(w, '}');
    ra_json_close(w, '}');
    ra_json_close(w, '}');
    ra_json_close(w, ']');
}

static void result(struct ra_json_out *w, const struct ra_fleet_row *row, const struct ra_fleet_top *top)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf text = {0};
    bool fails = top->status == RA_STATUS_FAIL;
    ra_buf_printf(&text, "%s%s%s.", top->title, top->reach ? ": " : "", top->reach ? top->reach : "");
    ra_json_open(w, '{');
    ra_json_kstr(w, "ruleId", top->check);
    ra_json_kstr(w, "kind", fails ? "fail" : "open");
    ra_json_kstr(w, "level", fails ? ra_sarif_level(top->severity) : "none");
    message(w, "message", text.p);
    location(w, row->report);
    ra_json_close(w, '}');
}

static void properties(struct ra_json_out *w, const struct ra_fleet_row *row)
{
    ra_json_key(w, "properties");
    ra_json_open(w, '{');
    ra_json_kstr(w, "verdict", ra_verdict_name(row->verdict));
    ra_json_kstr(w, "profile", row->profile);
    ra_json_kstr(w, "radius", ra_radius_name(row->radius));
    ra_json_kint(w, "score", row->score);
    ra_json_kstr(w, "sentence", row->sentence);
    ra_write_optional(w, "hostname", row->hostname);
    ra_json_kstr(w, "target", row->locator);
    ra_json_close(w, '}');
}

static void member(struct ra_json_out *w, const struct ra_fleet *f, const struct ra_fleet_row *row)
{
    ra_json_open(w, '{');
    tool(w, f, row);
    automation(w, row->report);
    invocation(w, row);
    ra_json_key(w, "results");
    ra_json_open(w, '[');
    for (size_t i = 0; i < row->n_tops; i++)
        result(w, row, &row->tops[i]);
    ra_json_close(w, ']');
    properties(w, row);
    ra_json_close(w, '}');
}

static void unread(struct ra_json_out *w, const struct ra_fleet *f)
{
    ra_json_open(w, '{');
    tool(w, f, NULL);
    automation(w, "unread");
    ra_json_key(w, "invocations");
    ra_json_open(w, '[');
    ra_json_open(w, '{');
    ra_json_kbool(w, "executionSuccessful", false);
    ra_json_key(w, "toolExecutionNotifications");
    ra_json_open(w, '[');
    for (size_t i = 0; i < f->n_unread; i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        ra_buf_printf(&b, "%s: ", f->unread[i].report);
        ra_fleet_reason(&f->unread[i], &b);
        notification(w, "error", b.p);
    }
    ra_json_close(w, ']');
    ra_json_close(w, '}');
    ra_json_close(w, ']');
    ra_json_key(w, "results");
    ra_json_open(w, '[');
    ra_json_close(w, ']');
    ra_json_close(w, '}');
}

void ra_fleet_sarif(const struct ra_fleet *f, const struct ra_report_options *o, struct ra_buf *out)
{
    (void)o;
    struct ra_json_out writer = ra_json_out_to(out, false), *w = &writer;
    ra_json_open(w, '{');
    ra_json_kstr(w, "$schema", SCHEMA);
    ra_json_kstr(w, "version", "2.1.0");
    ra_json_key(w, "runs");
    ra_json_open(w, '[');
    if (f->n_unread)
        unread(w, f);
    for (size_t i = 0; i < f->n_rows; i++)
        member(w, f, f->rows[i]);
    ra_json_close(w, ']');
    ra_json_close(w, '}');
}
