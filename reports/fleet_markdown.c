// The fleet as Markdown, short enough for a comment: the verdict, what could not be read, then a table of reports, worst
// first, by whole rows; how many are left out is said.
#include "reports/fleet.h"

enum { WHOLE = 60000, UNREAD = 8000 }; // bytes, of which no text has fewer than characters; a forge takes 65,536

static void code(struct ra_buf *out, const char *text)
{
    ra_escape_code(out, text);
}

static void unread(struct ra_buf *out, const struct ra_fleet *f)
{
    size_t shown = 0, begin = out->n;
    if (f->n_unread)
        ra_buf_puts(out, "**Could not be read, so the fleet does not pass:**\n\n");
    for (; shown < f->n_unread; shown++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf item = {0}, why = {0};
        ra_fleet_reason(&f->unread[shown], &why);
        ra_buf_puts(&item, "- ");
        code(&item, f->unread[shown].report);
        ra_buf_puts(&item, ": ");
        ra_escape_markdown(&item, why.p);
        ra_buf_putc(&item, '\n');
        if (out->n - begin + item.n > UNREAD)
            break;
        ra_buf_span(out, ra_buf_view(&item));
    }
    if (shown < f->n_unread)
        ra_buf_printf(out, "\nand %zu more\n", f->n_unread - shown);
    if (f->n_unread)
        ra_buf_putc(out, '\n');
}

static void row(struct ra_buf *out, const struct ra_fleet_row *r)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf target = {0};
    ra_fleet_target(r, &target);
    ra_buf_printf(out, "| %s | %s | %d | %s %d | ", ra_verdict_name(r->verdict), ra_radius_name(r->radius), r->score,
                  ra_radius_name(r->proved_radius), r->proved_score);
    code(out, r->report);
    ra_buf_puts(out, " | ");
    ra_escape_markdown(out, r->sentence);
    ra_buf_puts(out, " | ");
    ra_escape_markdown(out, target.p);
    ra_buf_puts(out, " | ");
    code(out, r->profile);
    ra_buf_puts(out, " |\n");
}

void ra_fleet_markdown(const struct ra_fleet *f, const struct ra_report_options *o, struct ra_buf *out)
{
    (void)o;
    RA_CLEANUP(ra_buf_free) struct ra_buf line = {0};
    size_t shown = 0;
    ra_fleet_sentence(f, &line);
    ra_buf_printf(out, "## reachaudit: %s\n\n", line.p);
    unread(out, f);
    if (f->n_rows)
        ra_buf_puts(out, "| verdict | radius | score | proved | report | worst case | target | profile |\n"
                         "|---|---|---|---|---|---|---|---|\n");
    for (; shown < f->n_rows; shown++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf item = {0};
        row(&item, f->rows[shown]);
        if (out->n + item.n > WHOLE)
            break;
        ra_buf_span(out, ra_buf_view(&item));
    }
    if (shown < f->n_rows)
        ra_buf_printf(out, "\nand %zu more, none worse; the other formats have them\n", f->n_rows - shown);
    ra_buf_printf(out, "\nExit status %d.\n", f->exit_status);
}
