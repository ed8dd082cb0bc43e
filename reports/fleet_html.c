// The fleet as one file that works offline: the verdict, how many reports at each radius, then every report, worst first.
// Its policy allows one style by digest and no script. Without -v the worst of them; how many more there are is said.
#include <inttypes.h>
#include <string.h>

#include "base/digest.h"
#include "reports/fleet.h"
#include "reports/html.h"

enum { MOST = 1000 };

static void head(struct ra_buf *out, const struct ra_fleet *f)
{
    char digest[44];
    RA_CLEANUP(ra_buf_free) struct ra_buf style = {0};
    for (size_t i = 0; ra_html_style[i]; i++) {
        ra_buf_puts(&style, ra_html_style[i]);
        ra_buf_putc(&style, '\n');
    }
    ra_sha256_base64(ra_buf_view(&style), digest);
    ra_buf_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    ra_buf_printf(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-%s='; "
                  "base-uri 'none'; form-action 'none'\">\n", digest);
    ra_buf_puts(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n");
    ra_buf_printf(out, "<title>%s: %zu reports (reachaudit)</title>\n<style>", ra_verdict_name(f->verdict),
                  f->n_rows + f->n_unread);
    ra_buf_span(out, ra_buf_view(&style));
    ra_buf_puts(out, "</style>\n</head>\n");
}

static void banner(struct ra_buf *out, const struct ra_fleet *f)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf line = {0};
    ra_fleet_sentence(f, &line);
    const char *colon = strchr(line.p, ':');
    ra_buf_printf(out, "<body class=\"%s\">\n<header>\n<p class=\"brand\">reachaudit <span>", ra_verdict_name(f->verdict));
    ra_escape_xml(out, f->tool_version);
    ra_buf_printf(out, "</span></p>\n<h1><span class=\"word\">%.*s<span class=\"vh\">:</span></span>", (int)(colon - line.p),
                  line.p);
    ra_escape_xml(out, colon + 1);
    ra_buf_puts(out, "</h1>\n</header>\n<main>\n");
}

static void numbers(struct ra_buf *out, const struct ra_fleet *f)
{
    ra_buf_puts(out, "<section aria-labelledby=\"radii\"><h2 id=\"radii\">Worst cases</h2>\n<table>"
                     "<thead><tr><th scope=\"col\">radius</th><th scope=\"col\">who has to clean up</th>"
                     "<th scope=\"col\">reports</th></tr></thead><tbody>\n");
    for (int r = RA_RADIUS_ORGANIZATION; r >= RA_RADIUS_NOTHING; r--)
        ra_buf_printf(out, "<tr><th scope=\"row\">%s</th><td>%s</td><td>%" PRIu64 "</td></tr>\n",
                      ra_radius_name((enum ra_radius)r), ra_radius_phrase((enum ra_radius)r), f->by_radius[r]);
    ra_buf_puts(out, "</tbody></table></section>\n");
}

static void more(struct ra_buf *out, size_t n, size_t shown)
{
    if (n > shown)
        ra_buf_printf(out, "<p class=\"lead\">and %zu more, none worse; -v shows all.</p>\n", n - shown);
}

static void unread(const struct ra_html *h, const struct ra_fleet *f, size_t most)
{
    if (!f->n_unread)
        return;
    ra_buf_puts(h->out, "<section aria-labelledby=\"unread\"><h2 id=\"unread\">Could not be read, so the fleet does not "
                        "pass</h2>\n<ul class=\"plain\">\n");
    for (size_t i = 0; i < f->n_unread && i < most; i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf why = {0};
        ra_fleet_reason(&f->unread[i], &why);
        ra_buf_puts(h->out, "<li>");
        ra_html_code(h, f->unread[i].report);
        ra_buf_puts(h->out, ": ");
        ra_escape_xml(h->out, why.p);
        ra_buf_puts(h->out, "</li>\n");
    }
    ra_buf_puts(h->out, "</ul>\n");
    if (f->n_unread > most)
        ra_buf_printf(h->out, "<p class=\"lead\">and %zu more; -v shows all.</p>\n", f->n_unread - most);
    ra_buf_puts(h->out, "</section>\n");
}

static void tops(const struct ra_html *h, const struct ra_fleet_row *row)
{
    struct ra_buf *out = h->out;
    if (!row->n_tops)
        return;
    ra_buf_printf(out, "<details><summary>%" PRIu64 " failing, %" PRIu64 " unknown; the gravest</summary><ul>\n", row->fails,
                  row->unknowns);
    for (size_t i = 0; i < row->n_tops; i++) {
        ra_buf_printf(out, "<li>%s %s: ", ra_status_name(row->tops[i].status), ra_severity_name(row->tops[i].severity));
        ra_html_prose(h, row->tops[i].title);
        ra_buf_putc(out, ' ');
        if (row->tops[i].reach)
            ra_html_code(h, row->tops[i].reach);
        ra_buf_puts(out, " <span class=\"origin\">");
        ra_escape_xml(out, row->tops[i].check);
        ra_buf_puts(out, "</span></li>\n");
    }
    ra_buf_puts(out, "</ul></details>\n");
}

static void member(const struct ra_html *h, const struct ra_fleet_row *row)
{
    struct ra_buf *out = h->out;
    RA_CLEANUP(ra_buf_free) struct ra_buf target = {0};
    ra_fleet_target(row, &target);
    ra_buf_printf(out, "<li data-status=\"%s\"><p class=\"marks\"><span class=\"status\">%s</span>"
                  "<span class=\"severity\">%s %d</span></p><div><h3>",
                  row->verdict == RA_VERDICT_INCOMPLETE ? "unknown" : ra_verdict_name(row->verdict),
                  ra_verdict_name(row->verdict), ra_radius_name(row->radius), row->score);
    ra_html_code(h, row->report);
    ra_buf_puts(out, "</h3>\n<p>");
    ra_html_prose(h, row->sentence);
    ra_buf_puts(out, ".</p>\n<p class=\"origin\">");
    ra_escape_xml(out, target.p);
    ra_buf_puts(out, "; box ");
    ra_escape_xml(out, row->box);
    ra_buf_puts(out, "; profile ");
    ra_escape_xml(out, row->profile);
    ra_buf_printf(out, "; proved %s %d</p>\n", ra_radius_name(row->proved_radius), row->proved_score);
    if (row->remedy) {
        ra_buf_printf(out, "<p>To pass, the first of %" PRIu64 ": ", row->n_remedies);
        ra_html_prose(h, row->remedy);
        ra_buf_puts(out, "</p>\n");
    }
    tops(h, row);
    ra_buf_puts(out, "</div></li>\n");
}

void ra_fleet_html(const struct ra_fleet *f, const struct ra_report_options *o, struct ra_buf *out)
{
    const struct ra_html h = {.out = out};
    size_t most = o->verbose ? SIZE_MAX : MOST;
    head(out, f);
    banner(out, f);
    unread(&h, f, most);
    numbers(out, f);
    ra_buf_puts(out, "<section aria-labelledby=\"members\"><h2 id=\"members\">Reports, worst first</h2>\n");
    if (f->n_rows)
        ra_buf_puts(out, "<ol class=\"findings\">\n");
    for (size_t i = 0; i < f->n_rows && i < most; i++)
        member(&h, f->rows[i]);
    ra_buf_puts(out, f->n_rows ? "</ol>\n" : "<p>None could be read.</p>\n");
    more(out, f->n_rows, most);
    ra_buf_printf(out, "</section>\n</main>\n<footer><p>Exit status %d (%s).</p></footer>\n</body>\n</html>\n", f->exit_status,
                  ra_verdict_name(f->verdict));
}
