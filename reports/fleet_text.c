// The fleet for people, 80 columns: the verdict, how many of what, then every report, worst first. Without -v the first
// of them; how many more there are is said.
#include "reports/fleet.h"

#include <inttypes.h>
#include <string.h>

#include "reports/text.h"

enum { LABEL = 13, MOST = 40, COLUMNS = 30 };

static void headline(struct ra_text *t, const struct ra_fleet *f)
{
    static const enum ra_tint tint[] = {RA_TINT_GOOD, RA_TINT_BAD, RA_TINT_DOUBT};
    RA_CLEANUP(ra_buf_free) struct ra_buf line = {0}, word = {0};
    ra_fleet_sentence(f, &line);
    size_t n = strcspn(line.p, ":") + 1;
    ra_buf_add(&word, line.p, n);
    ra_text_item(t, word.p, 0, tint[f->verdict], line.p + n);
}

static void numbers(struct ra_text *t, const struct ra_fleet *f)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    for (int r = RA_RADIUS_ORGANIZATION; r >= RA_RADIUS_NOTHING; r--)
        if (f->by_radius[r])
            ra_buf_printf(&b, "%s%s %" PRIu64, b.n ? ", " : "", ra_radius_name((enum ra_radius)r), f->by_radius[r]);
    ra_buf_putc(t->out, '\n');
    ra_text_item(t, "Worst cases", LABEL, RA_TINT_NONE, b.n ? b.p : "none was read");
}

static void member(struct ra_text *t, const struct ra_fleet_row *row)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf target = {0}, lead = {0};
    ra_fleet_target(row, &target);
    ra_buf_printf(&lead, "  %-10s %-12s %3d", ra_verdict_name(row->verdict), ra_radius_name(row->radius), row->score);
    ra_text_item(t, lead.p, COLUMNS, RA_TINT_NONE, row->report);
    ra_text_itemf(t, "   ", 4, "%s.", row->sentence);
    ra_text_itemf(t, "   ", 4, "%s; box %s; profile %s; proved %s %d; findings: %" PRIu64 " fail, %" PRIu64 " unknown",
                  target.p, row->box, row->profile, ra_radius_name(row->proved_radius), row->proved_score, row->fails,
                  row->unknowns);
    if (row->remedy)
        ra_text_itemf(t, "   ", 4, "To pass, the first of %" PRIu64 ": %s", row->n_remedies, row->remedy);
    for (size_t i = 0; t->verbose && i < row->n_tops; i++)
        ra_text_itemf(t, "    -", 6, "%s %s: %s%s%s [%s]", ra_status_name(row->tops[i].status),
                      ra_severity_name(row->tops[i].severity), row->tops[i].title, row->tops[i].reach ? ": " : "",
                      row->tops[i].reach ? row->tops[i].reach : "", row->tops[i].check);
}

static void members(struct ra_text *t, const struct ra_fleet *f)
{
    size_t most = t->verbose ? f->n_rows : MOST;
    if (f->n_rows)
        ra_text_heading(t, "Worst first: verdict, radius, score, report");
    for (size_t i = 0; i < f->n_rows && i < most; i++)
        member(t, f->rows[i]);
    ra_text_more(t, f->n_rows, most);
}

static void unread(struct ra_text *t, const struct ra_fleet *f)
{
    size_t most = t->verbose ? f->n_unread : MOST;
    if (f->n_unread)
        ra_text_heading(t, "Could not be read, so the fleet does not pass");
    for (size_t i = 0; i < f->n_unread && i < most; i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        ra_fleet_reason(&f->unread[i], &b);
        ra_text_itemf(t, "  -", 4, "%s: %s", f->unread[i].report, b.p);
    }
    ra_text_more(t, f->n_unread, most);
}

void ra_fleet_text(const struct ra_fleet *f, const struct ra_report_options *o, struct ra_buf *out)
{
    struct ra_text t = {.out = out, .width = o->width, .colour = o->colour, .verbose = o->verbose};
    headline(&t, f);
    if (o->quiet)
        return;
    numbers(&t, f);
    unread(&t, f);
    members(&t, f);
    ra_buf_putc(out, '\n');
    ra_text_itemf(&t, "", 0, "Exit status %d (%s).", f->exit_status, ra_verdict_name(f->verdict));
}
