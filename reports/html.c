// The report for people as one file that works offline: the sentence, the blast-radius picture, the path, the checklist,
// the findings. Its policy allows one style and one script by digest and nothing else; text from outside is escaped and
// is never an address. Without the script everything is there; the script only filters the findings.
#include "reports/html.h"

#include <string.h>

#include "base/digest.h"

// ---- what every part uses --------------------------------------------------------------------------

void ra_html_open(const struct ra_html *h, const char *id, const char *title)
{
    ra_buf_printf(h->out, "\n<section id=\"%s\" aria-labelledby=\"%s-title\"><h2 id=\"%s-title\">%s</h2>\n", id, id, id, title);
}

void ra_html_close(const struct ra_html *h)
{
    ra_buf_puts(h->out, "</section>\n");
}

static void part(const struct ra_html *h, struct ra_span s)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    ra_buf_span(&b, s);
    if (b.n)
        ra_escape_xml(h->out, b.p);
}

void ra_html_prose(const struct ra_html *h, const char *text)
{
    struct ra_span rest = ra_span_of(text);
    while (rest.n) {
        ptrdiff_t from = ra_span_chr(rest, '`');
        struct ra_span after = from < 0 ? (struct ra_span){"", 0} : ra_span_cut(rest, (size_t)from + 1, rest.n);
        ptrdiff_t to = ra_span_chr(after, '`');
        if (from < 0 || to < 0) {
            part(h, rest);
            return;
        }
        part(h, ra_span_cut(rest, 0, (size_t)from));
        ra_buf_puts(h->out, "<code>");
        part(h, ra_span_cut(after, 0, (size_t)to));
        ra_buf_puts(h->out, "</code>");
        rest = ra_span_cut(after, (size_t)to + 1, after.n);
    }
}

void ra_html_code(const struct ra_html *h, const char *text)
{
    ra_buf_puts(h->out, "<code>");
    ra_escape_xml(h->out, text);
    ra_buf_puts(h->out, "</code>");
}

static void id_items(const struct ra_html *h, const char *const *ids, size_t n)
{
    ra_buf_puts(h->out, "<ul class=\"ids\">");
    for (size_t i = 0; i < n; i++) {
        ra_buf_puts(h->out, "<li>");
        ra_html_code(h, ids[i]);
        ra_buf_puts(h->out, "</li>");
    }
    ra_buf_puts(h->out, "</ul>");
}

void ra_html_ids(const struct ra_html *h, const char *const *ids, size_t n, size_t most, size_t all)
{
    if (!n)
        return;
    most = n == most + 1 ? n : most; // a summary for one line saves nothing
    id_items(h, ids, n < most ? n : most);
    if (n <= most)
        return;
    size_t rest = n - most, listed = n < all ? rest : all - most;
    ra_buf_printf(h->out, "<details><summary>%zu more</summary>", rest);
    id_items(h, ids + most, listed);
    if (rest > listed)
        ra_buf_printf(h->out, "<p>and %zu more</p>", rest - listed);
    ra_buf_puts(h->out, "</details>");
}

void ra_html_item(const struct ra_html *h, const struct ra_buf *phrase)
{
    ra_buf_puts(h->out, "<li>");
    ra_html_prose(h, ra_buf_view(phrase).p);
    ra_buf_puts(h->out, "</li>\n");
}

// ---- the document ---------------------------------------------------------------------------------

static void gather(struct ra_buf *out, const char *const *lines)
{
    for (size_t i = 0; lines[i]; i++) {
        ra_buf_puts(out, lines[i]);
        ra_buf_putc(out, '\n');
    }
}

// Source: CSP Level 3, section 2.3.1: digests of the element's text, in padded base64.
static void policy(struct ra_buf *out, struct ra_span style, struct ra_span script)
{
    char of_style[44], of_script[44];
    ra_sha256_base64(style, of_style);
    ra_sha256_base64(script, of_script);
    ra_buf_printf(out, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-%s='; "
                  "script-src 'sha256-%s='; base-uri 'none'; form-action 'none'\">\n", of_style, of_script);
}

static void head(const struct ra_html *h, struct ra_span style, struct ra_span script)
{
    struct ra_buf *out = h->out;
    ra_buf_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    policy(out, style, script);
    ra_buf_puts(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
                     "<title>");
    ra_buf_printf(out, "%s: worst case %s (reachaudit)", ra_verdict_name(h->v->verdict), ra_radius_name(h->v->worst.radius));
    ra_buf_puts(out, "</title>\n<style>");
    ra_buf_span(out, style);
    ra_buf_puts(out, "</style>\n</head>\n");
}

static void banner(const struct ra_html *h)
{
    struct ra_buf *out = h->out;
    RA_CLEANUP(ra_buf_free) struct ra_buf line = {0};
    ra_report_sentence(h->v, &line); // safe for a terminal; what is special to HTML is left
    const char *colon = strchr(line.p, ':');
    ra_buf_printf(out, "<body class=\"%s\">\n<header>\n<p class=\"brand\">reachaudit", ra_verdict_name(h->v->verdict));
    if (h->inv->tool_version) {
        ra_buf_puts(out, " <span>");
        ra_escape_xml(out, h->inv->tool_version);
        ra_buf_puts(out, "</span>");
    }
    ra_buf_puts(out, "</p>\n<h1><span class=\"word\">");
    part(h, (struct ra_span){line.p, (size_t)(colon - line.p)});
    ra_buf_puts(out, "<span class=\"vh\">: </span></span><span class=\"says\">");
    ra_escape_xml(out, colon + 2);
    ra_buf_puts(out, "</span></h1>\n");
    ra_html_facts(h);
    ra_buf_puts(out, "<nav aria-label=\"In this report\"><ul><li><a href=\"#picture\">Blast radius</a></li>"
                     "<li><a href=\"#path\">How</a></li>");
    if (h->v->n_cuts)
        ra_buf_puts(out, "<li><a href=\"#cut\">To pass</a></li>");
    ra_buf_puts(out, "<li><a href=\"#findings\">Findings</a></li><li><a href=\"#coverage\">Coverage</a></li>"
                     "<li><a href=\"#score\">Score</a></li></ul></nav>\n</header>\n<main>\n");
}

static void foot(const struct ra_html *h, struct ra_span script)
{
    ra_buf_printf(h->out, "</main>\n<footer><p>Exit status %d (%s).</p></footer>\n<script>", h->v->exit_status,
                  ra_verdict_name(h->v->verdict));
    ra_buf_span(h->out, script);
    ra_buf_puts(h->out, "</script>\n</body>\n</html>\n");
}

void ra_report_html(const struct ra_inventory *inv, const struct ra_verdict *v, const struct ra_report_options *o,
                    struct ra_buf *out)
{
    (void)o; // one file for every reader: width, colour and length are the browser's
    const struct ra_html h = {out, inv, v};
    RA_CLEANUP(ra_buf_free) struct ra_buf style = {0}, script = {0};
    gather(&style, ra_html_style);
    gather(&script, ra_html_script);
    head(&h, ra_buf_view(&style), ra_buf_view(&script));
    banner(&h);
    ra_buf_puts(out, "<div class=\"two\">");
    ra_html_picture(&h);
    ra_buf_puts(out, "<div>");
    ra_html_path(&h);
    ra_html_numbers(&h);
    ra_buf_puts(out, "</div></div>");
    ra_html_trifecta(&h);
    ra_html_cut(&h);
    ra_html_unknown(&h);
    ra_html_findings(&h);
    ra_html_later(&h);
    ra_html_coverage(&h);
    ra_html_exceptions(&h);
    ra_html_score(&h);
    foot(&h, ra_buf_view(&script));
}
