// The parts that tell what to do: the cut as a checklist, what would settle the unknown, what waits for whoever uses the
// result, what is asleep, which exceptions the profile makes and what the task needs.
#include "reports/html.h"

void ra_html_cut(const struct ra_html *h)
{
    const struct ra_verdict *v = h->v;
    if (!v->n_cuts)
        return;
    ra_html_open(h, "cut", v->cut_exact ? "To pass, do these (the smallest set)" : "To pass, do these");
    ra_buf_puts(h->out, "<ul class=\"checklist\">\n");
    for (size_t i = 0; i < v->n_cuts; i++) {
        ra_buf_puts(h->out, "<li><label><input type=\"checkbox\"> <span>");
        ra_html_prose(h, v->cuts[i].remedy);
        ra_buf_puts(h->out, "</span></label>");
        if (v->cuts[i].n_cuts)
            ra_buf_puts(h->out, "<div class=\"cuts\"><p>cuts</p>");
        ra_html_ids(h, v->cuts[i].cuts, v->cuts[i].n_cuts, 6, v->cuts[i].n_cuts);
        ra_buf_puts(h->out, v->cuts[i].n_cuts ? "</div></li>\n" : "</li>\n");
    }
    ra_buf_puts(h->out, "</ul>\n");
    ra_html_close(h);
}

// A section that is there only if it has items.
static void begin(const struct ra_html *h, size_t *n, const char *id, const char *title)
{
    if ((*n)++)
        return;
    ra_html_open(h, id, title);
    ra_buf_puts(h->out, "<ul class=\"plain\">\n");
}

static void end(const struct ra_html *h, size_t n)
{
    if (!n)
        return;
    ra_buf_puts(h->out, "</ul>\n");
    ra_html_close(h);
}

static void unknown(const struct ra_html *h, size_t at)
{
    const char *settled_by = h->inv->reaches[at]->settled_by;
    ra_buf_puts(h->out, "<li><ul class=\"ids\">");
    for (size_t i = at; i < h->inv->n_reaches; i++) {
        if (!ra_phrase_settles(h->inv, at, i))
            continue;
        ra_buf_puts(h->out, "<li>");
        ra_html_code(h, h->inv->reaches[i]->id);
        ra_buf_puts(h->out, "</li>");
    }
    ra_buf_printf(h->out, "</ul><p>may be as much as <strong>%s</strong>", ra_radius_name(ra_phrase_unknown_ceiling(h->inv, at)));
    if (settled_by) {
        ra_buf_puts(h->out, "; settled by: ");
        if (settled_by[0] == '-')
            ra_html_code(h, settled_by); // an option, whole
        else
            ra_html_prose(h, settled_by);
    }
    ra_buf_puts(h->out, "</p></li>\n");
}

void ra_html_unknown(const struct ra_html *h)
{
    size_t n = 0;
    for (size_t i = 0; i < h->inv->n_reaches; i++)
        if (ra_phrase_unknown_first(h->inv, i)) {
            begin(h, &n, "unknown", "To know more");
            unknown(h, i);
        }
    end(h, n);
}

static void before_use(const struct ra_html *h)
{
    size_t n = 0;
    for (size_t i = 0; i < h->v->n_findings; i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        if (!ra_phrase_advice(&b, h->v, i, h->v->n_findings))
            continue;
        begin(h, &n, "before-use", "Before you use the result");
        ra_html_item(h, &b);
    }
    end(h, n);
}

static void asleep(const struct ra_html *h)
{
    size_t n = 0;
    for (size_t i = 0; i < h->inv->n_reaches; i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        if (!ra_phrase_asleep(&b, h->inv, h->v, i))
            continue;
        begin(h, &n, "asleep", "Asleep: no way out was found, so these cannot act from here");
        ra_html_item(h, &b);
    }
    end(h, n);
}

void ra_html_later(const struct ra_html *h)
{
    before_use(h);
    asleep(h);
}

void ra_html_exceptions(const struct ra_html *h)
{
    const struct ra_verdict *v = h->v;
    size_t n = 0;
    for (size_t i = 0; i < v->n_missing; i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        begin(h, &n, "missing", "What the task needs and is not there");
        ra_buf_puts(&b, v->missing[i]);
        ra_html_item(h, &b);
    }
    end(h, n);
    n = 0;
    for (size_t i = 0; i < v->n_waivers + v->n_overrides; i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        begin(h, &n, "exceptions", "Exceptions that the profile makes");
        if (i < v->n_waivers)
            ra_phrase_waiver(&b, &v->waivers[i]);
        else
            ra_phrase_override(&b, &v->overrides[i - v->n_waivers]);
        ra_html_item(h, &b);
    }
    end(h, n);
}
