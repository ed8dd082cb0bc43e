// All findings, one item each; buttons that the script brings to life show only some. Without the script there are no
// buttons and nothing is hidden.
#include "reports/html.h"

enum { STATUSES = RA_STATUS_NOT_APPLICABLE + 1, SEVERITIES = RA_SEVERITY_CRITICAL + 1 };

static void button(const struct ra_html *h, const char *group, const char *value, size_t n)
{
    if (n)
        ra_buf_printf(h->out, "<button type=\"button\" aria-pressed=\"false\" data-%s=\"%s\">%s <span>%zu</span></button>",
                      group, value, value, n);
}

static void filters(const struct ra_html *h)
{
    size_t status[STATUSES] = {0}, severity[SEVERITIES] = {0};
    for (size_t i = 0; i < h->v->n_findings; i++) {
        status[h->v->findings[i].status]++;
        severity[h->v->findings[i].severity]++;
    }
    ra_buf_puts(h->out, "<div id=\"filters\" hidden><div role=\"group\" aria-label=\"Status\">");
    static const enum ra_status order[] = {RA_STATUS_FAIL, RA_STATUS_UNKNOWN, RA_STATUS_WAIVED, RA_STATUS_PASS,
                                           RA_STATUS_NOT_APPLICABLE};
    for (size_t i = 0; i < RA_COUNT(order); i++)
        button(h, "status", ra_status_name(order[i]), status[order[i]]);
    ra_buf_puts(h->out, "</div><div role=\"group\" aria-label=\"Severity\">");
    for (int i = SEVERITIES - 1; i >= 0; i--)
        button(h, "severity", ra_severity_name((enum ra_severity)i), severity[i]);
    ra_buf_puts(h->out, "</div><p id=\"shown\" role=\"status\"></p></div>\n");
}

static void steps(const struct ra_html *h, const struct ra_finding *f)
{
    if (!f->n_path)
        return;
    ra_buf_puts(h->out, "<ol>");
    for (size_t i = 0; i < f->n_path; i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        ra_phrase_step(&b, &h->v->steps[f->path[i]]);
        ra_buf_puts(h->out, "<li>");
        ra_html_prose(h, b.p);
        ra_buf_puts(h->out, "</li>");
    }
    ra_buf_puts(h->out, "</ol>");
}

static void more(const struct ra_html *h, const struct ra_finding *f)
{
    bool remedy = f->remedy && *f->remedy;
    if (!remedy && !f->n_path)
        return;
    ra_buf_puts(h->out, "<details><summary>What to do<span class=\"vh\"> about ");
    ra_escape_xml(h->out, f->n_reaches ? f->reaches[0] : f->check);
    ra_buf_puts(h->out, "</span></summary>");
    if (remedy) {
        ra_buf_puts(h->out, "<p>");
        ra_html_prose(h, f->remedy);
        ra_buf_puts(h->out, "</p>");
    }
    steps(h, f);
    ra_buf_puts(h->out, "</details>");
}

static void note(const struct ra_html *h, const char *label, const char *text)
{
    ra_buf_printf(h->out, "<p>%s", label);
    ra_html_prose(h, text);
    ra_buf_puts(h->out, "</p>");
}

static void finding(const struct ra_html *h, const struct ra_finding *f)
{
    struct ra_buf *out = h->out;
    const char *status = ra_status_name(f->status), *severity = ra_severity_name(f->severity);
    ra_buf_printf(out, "<li data-status=\"%s\" data-severity=\"%s\"><p class=\"marks\"><span class=\"status\">%s</span> "
                  "<span class=\"severity\">%s</span></p><div><h3>", status, severity, status, severity);
    ra_html_prose(h, f->title);
    ra_buf_puts(out, "</h3>");
    if (f->message && *f->message)
        note(h, "", f->message);
    ra_html_ids(h, f->reaches, f->n_reaches, 6);
    if (f->waiver)
        note(h, "Waived: ", f->waiver);
    ra_buf_puts(out, "<p class=\"origin\">");
    ra_html_code(h, f->check);
    if (f->ref) {
        ra_buf_puts(out, " ");
        ra_html_code(h, f->ref);
    }
    ra_buf_printf(out, " %s, %s", ra_certainty_name(f->certainty), ra_radius_name(f->radius));
    if (f->profile_line)
        ra_buf_printf(out, ", line %u of the profile", f->profile_line);
    ra_buf_puts(out, "</p>");
    more(h, f);
    ra_buf_puts(out, "</div></li>\n");
}

void ra_html_findings(const struct ra_html *h)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf looked = {0};
    size_t n = h->v->n_findings;
    ra_phrase_looked(&looked, h->inv, NULL);
    ra_html_open(h, "findings", "Findings");
    if (n)
        ra_buf_printf(h->out, "<p class=\"lead\">%zu finding%s, after looking at %s.</p>\n", n, n == 1 ? "" : "s", looked.p);
    else
        ra_buf_printf(h->out, "<p class=\"lead\">None, after looking at %s.</p>\n", looked.p);
    if (n > 1)
        filters(h);
    if (n)
        ra_buf_puts(h->out, "<ul class=\"findings\">\n");
    for (size_t i = 0; i < n; i++)
        finding(h, &h->v->findings[i]);
    if (n)
        ra_buf_puts(h->out, "</ul>\n");
    ra_html_close(h);
}
