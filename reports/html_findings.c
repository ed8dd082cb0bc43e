// All findings, those alike under one heading; buttons that the script brings to life show only some. Without the
// script there are no buttons and nothing is hidden.
#include "reports/html.h"

#include <string.h>

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

static bool same(const char *x, const char *y)
{
    return strcmp(x ? x : "", y ? y : "") == 0;
}

// Neighbours that differ in nothing but what they are about stand under one heading.
static bool alike(const struct ra_finding *x, const struct ra_finding *y)
{
    return x->status == y->status && x->severity == y->severity && same(x->check, y->check) &&
           same(x->title, y->title) && same(x->remedy, y->remedy);
}

static void note(const struct ra_html *h, const char *label, const char *text)
{
    ra_buf_printf(h->out, "<p>%s", label);
    ra_html_prose(h, text);
    ra_buf_puts(h->out, "</p>");
}

// How it comes about stands in the list of the picture.
static void finding(const struct ra_html *h, const struct ra_finding *f)
{
    struct ra_buf *out = h->out;
    ra_buf_puts(out, "<li class=\"one\">");
    if (f->message && *f->message)
        note(h, "", f->message);
    ra_html_ids(h, f->reaches, f->n_reaches, 6, f->n_reaches);
    if (f->waiver)
        note(h, "Waived: ", f->waiver);
    ra_buf_printf(out, "<p class=\"origin\">%s, %s", ra_certainty_name(f->certainty), ra_radius_name(f->radius));
    if (f->profile_line)
        ra_buf_printf(out, ", line %u of the profile", f->profile_line);
    if (f->ref) {
        ra_buf_puts(out, ", ");
        ra_html_code(h, f->ref);
    }
    ra_buf_puts(out, "</p></li>\n");
}

static size_t group(const struct ra_html *h, size_t at)
{
    struct ra_buf *out = h->out;
    const struct ra_finding *f = &h->v->findings[at];
    const char *status = ra_status_name(f->status), *severity = ra_severity_name(f->severity);
    size_t end = at + 1;
    while (end < h->v->n_findings && alike(f, &h->v->findings[end]))
        end++;
    ra_buf_printf(out, "<li data-status=\"%s\" data-severity=\"%s\"><p class=\"marks\"><span class=\"status\">%s</span> "
                  "<span class=\"severity\">%s</span></p><div><h3>", status, severity, status, severity);
    ra_html_prose(h, f->title);
    ra_buf_puts(out, "</h3><p class=\"origin\">");
    ra_html_code(h, f->check);
    if (end - at > 1)
        ra_buf_printf(out, " %zu times", end - at);
    ra_buf_puts(out, "</p>");
    if (f->remedy && *f->remedy) {
        ra_buf_puts(out, "<p class=\"remedy\"><strong>What to do:</strong> ");
        ra_html_prose(h, f->remedy);
        ra_buf_puts(out, "</p>");
    }
    ra_buf_puts(out, "<ul class=\"each\">\n");
    for (; at < end; at++)
        finding(h, &h->v->findings[at]);
    ra_buf_puts(out, "</ul></div></li>\n");
    return end;
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
    for (size_t i = 0; i < n;)
        i = group(h, i);
    if (n)
        ra_buf_puts(h->out, "</ul>\n");
    ra_html_close(h);
}
