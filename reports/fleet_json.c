// The fleet for programs, schema "reachaudit-fleet/1": fields in this order, described by
// reachaudit-fleet-1.schema.json. Optional fields are left out. Nothing is left out for its number.
#include "reports/fleet_json.h"

#include "model/write.h"

static void counts(struct ra_json_out *w, const struct ra_fleet *f)
{
    ra_write_count(w, "reports", f->n_rows + f->n_unread);
    ra_json_key(w, "verdicts");
    ra_json_open(w, '{');
    for (enum ra_judgement v = RA_VERDICT_PASS; v <= RA_VERDICT_INCOMPLETE; v++)
        ra_write_count(w, ra_verdict_name(v), f->by_verdict[v]);
    ra_write_count(w, "unread", f->n_unread);
    ra_json_close(w, '}');
    ra_json_key(w, "radii");
    ra_json_open(w, '{');
    for (enum ra_radius r = RA_RADIUS_NOTHING; r <= RA_RADIUS_ORGANIZATION; r++)
        ra_write_count(w, ra_radius_name(r), f->by_radius[r]);
    ra_json_close(w, '}');
}

static void target(struct ra_json_out *w, const struct ra_fleet_row *row)
{
    ra_json_key(w, "target");
    ra_json_open(w, '{');
    ra_json_kstr(w, "kind", row->kind);
    ra_json_kstr(w, "locator", row->locator);
    ra_write_optional(w, "hostname", row->hostname);
    ra_write_optional(w, "worktree", row->worktree);
    ra_json_kstr(w, "box", row->box);
    ra_json_close(w, '}');
}

static void worst_case(struct ra_json_out *w, const struct ra_fleet_row *row)
{
    ra_json_key(w, "worst_case");
    ra_json_open(w, '{');
    ra_json_kstr(w, "radius", ra_radius_name(row->radius));
    ra_json_kint(w, "score", row->score);
    ra_json_kstr(w, "sentence", row->sentence);
    ra_json_kstr(w, "consequence", row->consequence);
    ra_json_key(w, "proved");
    ra_json_open(w, '{');
    ra_json_kstr(w, "radius", ra_radius_name(row->proved_radius));
    ra_json_kint(w, "score", row->proved_score);
    ra_json_close(w, '}');
    ra_json_close(w, '}');
}

static void findings(struct ra_json_out *w, const struct ra_fleet_row *row)
{
    ra_json_key(w, "findings");
    ra_json_open(w, '{');
    ra_write_count(w, "fail", row->fails);
    ra_write_count(w, "unknown", row->unknowns);
    ra_write_count(w, "waived", row->waived);
    ra_json_key(w, "gravest");
    ra_json_open(w, '[');
    for (size_t i = 0; i < row->n_tops; i++) {
        const struct ra_fleet_top *top = &row->tops[i];
        ra_json_open(w, '{');
        ra_json_kstr(w, "check", top->check);
        ra_json_kstr(w, "title", top->title);
        ra_json_kstr(w, "status", ra_status_name(top->status));
        ra_json_kstr(w, "severity", ra_severity_name(top->severity));
        ra_write_optional(w, "reach", top->reach);
        ra_json_close(w, '}');
    }
    ra_json_close(w, ']');
    ra_json_close(w, '}');
}

void ra_fleet_json_row(struct ra_json_out *w, const struct ra_fleet_row *row)
{
    ra_json_kstr(w, "report", row->report);
    if (row->now_s >= 0) {
        char when[RA_STAMP_BYTES];
        ra_report_stamp(row->now_s, when);
        ra_json_kstr(w, "stamp", when);
    }
    target(w, row);
    ra_json_key(w, "profile");
    ra_json_open(w, '{');
    ra_json_kstr(w, "name", row->profile);
    ra_json_kstr(w, "digest", row->digest);
    ra_json_kstr(w, "radius", ra_radius_name(row->limit));
    ra_json_close(w, '}');
    ra_json_kstr(w, "verdict", ra_verdict_name(row->verdict));
    ra_json_kint(w, "exit_status", row->exit_status);
    worst_case(w, row);
    findings(w, row);
    ra_json_key(w, "to_pass");
    ra_json_open(w, '{');
    ra_write_count(w, "steps", row->n_remedies);
    ra_write_optional(w, "first", row->remedy);
    ra_json_close(w, '}');
}

void ra_fleet_json_unread(struct ra_json_out *w, const struct ra_fleet_unread *u)
{
    ra_json_kstr(w, "report", u->report);
    if (u->line) {
        ra_json_kint(w, "line", u->line);
        ra_json_kint(w, "column", u->column);
    }
    ra_json_kstr(w, "reason", u->reason);
}

void ra_fleet_json_head(struct ra_json_out *w, const struct ra_fleet *f)
{
    ra_json_key(w, "tool");
    ra_json_open(w, '{');
    ra_json_kstr(w, "name", "reachaudit");
    ra_json_kstr(w, "version", f->tool_version);
    ra_json_close(w, '}');
    ra_json_kstr(w, "verdict", ra_verdict_name(f->verdict));
    ra_json_kint(w, "exit_status", f->exit_status);
    counts(w, f);
}

void ra_fleet_json(const struct ra_fleet *f, const struct ra_report_options *o, struct ra_buf *out)
{
    (void)o;
    struct ra_json_out writer = ra_json_out_to(out, false), *w = &writer;
    ra_json_open(w, '{');
    ra_json_kstr(w, "schema", RA_FLEET_SCHEMA);
    ra_fleet_json_head(w, f);
    ra_json_key(w, "members");
    ra_json_open(w, '[');
    for (size_t i = 0; i < f->n_rows; i++) {
        ra_json_open(w, '{');
        ra_fleet_json_row(w, f->rows[i]);
        ra_json_close(w, '}');
    }
    ra_json_close(w, ']');
    ra_json_key(w, "unread");
    ra_json_open(w, '[');
    for (size_t i = 0; i < f->n_unread; i++) {
        ra_json_open(w, '{');
        ra_fleet_json_unread(w, &f->unread[i]);
        ra_json_close(w, '}');
    }
    ra_json_close(w, ']');
    ra_json_close(w, '}');
}
