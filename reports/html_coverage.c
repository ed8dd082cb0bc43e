// What was looked at and what was not seen, as a table and a list; the sum behind the score.
#include "reports/html.h"

#include <inttypes.h>

static void row(const struct ra_html *h, const struct ra_coverage *c)
{
    ra_buf_puts(h->out, "<tr><th scope=\"row\">");
    ra_escape_xml(h->out, c->collector);
    const char *status = ra_phrase_never_there(h->inv, c) ? "not there" : ra_run_name(c->status);
    ra_buf_printf(h->out, "</th><td class=\"%s\">%s</td><td>%" PRIu64 "</td><td>%" PRIu64 "</td><td>%" PRIu64 "</td><td>%" PRIu64
                  "</td></tr>\n", c->status == RA_RUN_RAN ? "ran" : "gap", status, c->looked, c->present, c->denied, c->unknown);
}

static void gap(const struct ra_html *h, const struct ra_coverage *c, const char *text)
{
    ra_buf_puts(h->out, "<li><strong>");
    ra_escape_xml(h->out, c->collector);
    ra_buf_puts(h->out, "</strong> ");
    ra_html_prose(h, text);
    ra_buf_puts(h->out, "</li>\n");
}

static void gaps(const struct ra_html *h)
{
    ra_buf_puts(h->out, "<h3>Not seen</h3><ul class=\"plain\">\n");
    for (size_t i = 0; i < h->inv->n_coverage; i++) {
        const struct ra_coverage *c = h->inv->coverage[i];
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        if (ra_phrase_gap(&b, h->inv, c))
            gap(h, c, b.p);
        for (size_t k = 0; k < c->n_not_seen; k++)
            gap(h, c, c->not_seen[k]);
    }
    ra_buf_puts(h->out, "</ul>\n");
}

void ra_html_coverage(const struct ra_html *h)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf looked = {0};
    size_t n_gaps;
    ra_phrase_looked(&looked, h->inv, &n_gaps);
    ra_html_open(h, "coverage", "What was looked at");
    ra_buf_printf(h->out, "<p class=\"lead\">Looked at %s%s</p>\n", looked.p,
                  n_gaps ? "; not everything was seen." : "; nothing was left out.");
    if (h->inv->n_coverage) {
        ra_buf_puts(h->out, "<table><caption>Places by surface</caption><thead><tr><th scope=\"col\">Surface</th>"
                            "<th scope=\"col\">Status</th><th scope=\"col\">Looked</th><th scope=\"col\">Present</th>"
                            "<th scope=\"col\">Denied</th><th scope=\"col\">Unknown</th></tr></thead><tbody>\n");
        for (size_t i = 0; i < h->inv->n_coverage; i++)
            row(h, h->inv->coverage[i]);
        ra_buf_puts(h->out, "</tbody></table>\n");
    }
    if (n_gaps)
        gaps(h);
    ra_html_close(h);
}

// ---- the score ------------------------------------------------------------------------------------

static void sum(const struct ra_html *h, const char *label, enum ra_radius radius, int score,
                const struct ra_score_terms *terms)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0}, why = {0};
    ra_phrase_sum(&b, radius, score, terms);
    ra_buf_printf(h->out, "<div><dt>%s</dt><dd><code>%s</code>", label, b.p);
    if (terms->n) {
        ra_phrase_terms(&why, radius, terms);
        ra_buf_printf(h->out, " <span>%s</span>", why.p);
    }
    ra_buf_puts(h->out, "</dd></div>\n");
}

void ra_html_score(const struct ra_html *h)
{
    const struct ra_worst *w = &h->v->worst;
    ra_html_open(h, "score", "The score");
    ra_buf_printf(h->out, "<p>%s</p>\n<dl class=\"facts\">\n", ra_phrase_score);
    sum(h, "Proved", w->proved.radius, w->proved.score, &w->proved.terms);
    sum(h, "Worst case", w->radius, w->score, &w->terms);
    ra_buf_puts(h->out, "</dl>\n");
    ra_html_close(h);
}
