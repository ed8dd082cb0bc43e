// The fleet as annotations on GitHub, which shows ten of each level for a step and drops the rest without a word: the
// verdict, then the worst reports, in one warning what could not be read, and last how many are not shown.
// Source: GitHub Docs, "Workflow commands for GitHub Actions" and the limits on annotations.
#include <string.h>

#include "reports/fleet.h"

enum { MOST = 9, MOST_UNREAD = 20 };

static void annotation(struct ra_buf *out, const char *level, const char *title, const char *text)
{
    ra_buf_printf(out, "::%s title=", level);
    ra_escape_property(out, title);
    ra_buf_puts(out, "::");
    ra_escape_command(out, text);
    ra_buf_putc(out, '\n');
}

static void unread(struct ra_buf *out, const struct ra_fleet *f)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    for (size_t i = 0; i < f->n_unread && i < MOST_UNREAD; i++) {
        ra_buf_printf(&b, "%s%s: ", i ? "; " : "", f->unread[i].report);
        ra_fleet_reason(&f->unread[i], &b);
    }
    if (f->n_unread > MOST_UNREAD)
        ra_buf_printf(&b, "; and %zu more", f->n_unread - MOST_UNREAD);
    if (b.n)
        annotation(out, "warning", "reachaudit: could not be read", b.p);
}

static void member(struct ra_buf *out, const struct ra_fleet_row *row)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf title = {0}, text = {0};
    ra_buf_printf(&title, "%s: %s %d", ra_verdict_name(row->verdict), ra_radius_name(row->radius), row->score);
    ra_buf_printf(&text, "%s: %s", row->report, row->sentence);
    if (row->remedy)
        ra_buf_printf(&text, ". To pass: %s", row->remedy);
    annotation(out, row->verdict == RA_VERDICT_FAIL ? "error" : "warning", title.p, text.p);
}

void ra_fleet_github(const struct ra_fleet *f, const struct ra_report_options *o, struct ra_buf *out)
{
    (void)o;
    RA_CLEANUP(ra_buf_free) struct ra_buf line = {0}, title = {0}, end = {0};
    size_t shown[3] = {0}, dropped = 0;
    ra_fleet_sentence(f, &line);
    const char *colon = strchr(line.p, ':');
    ra_buf_printf(&title, "reachaudit: %.*s", (int)(colon - line.p), line.p);
    annotation(out, f->verdict == RA_VERDICT_PASS ? "notice" : "error", title.p, colon + 2);
    unread(out, f);
    for (size_t i = 0; i < f->n_rows; i++) {
        enum ra_judgement v = f->rows[i]->verdict;
        if (v == RA_VERDICT_PASS)
            continue;
        if (shown[v] == MOST) {
            dropped++;
            continue;
        }
        shown[v]++;
        member(out, f->rows[i]);
    }
    ra_buf_printf(&end, "%zu reports merged.", f->n_rows + f->n_unread);
    if (dropped)
        ra_buf_printf(&end, " %zu more that do not pass %s not shown here; the other formats have %s.", dropped,
                      dropped == 1 ? "is" : "are", dropped == 1 ? "it" : "them");
    annotation(out, "notice", "reachaudit", end.p);
}
