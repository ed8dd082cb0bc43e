// The blast-radius picture as inline SVG, and the same as a list for whoever cannot see it. Places nothing itself.
#include "reports/html.h"

#include <string.h>

#include "reports/html_rings.h"

enum { DIAMOND = 36, BETWEEN = 100 }; // a reach in the centre, and the way to the next

static const char *const mark_class[] = {
    [RA_MARK_PROVED] = "proved", [RA_MARK_ASSUMED] = "assumed", [RA_MARK_ASLEEP] = "asleep", [RA_MARK_POSSIBLE] = "possible"};

struct picture {
    const struct ra_html *h;
    const struct ra_rings *rings;
    const char **reaches; // what the worst path begins with
    size_t n_reaches;
};

// " name=\"12.3\"": tenths as a decimal.
static void number(struct ra_buf *out, const char *name, int tenths)
{
    ra_buf_printf(out, " %s=\"%s%d.%d\"", name, tenths < 0 ? "-" : "", (tenths < 0 ? -tenths : tenths) / 10,
                  (tenths < 0 ? -tenths : tenths) % 10);
}

static bool beyond(const struct ra_html *h, enum ra_radius ring)
{
    return ring > h->v->profile.radius;
}

// ---- the ground -----------------------------------------------------------------------------------

static void rings(const struct picture *p)
{
    struct ra_buf *out = p->h->out;
    for (int at = RA_RINGS - 1; at >= 0; at--)
        ra_buf_printf(out, "<circle class=\"ring r%d%s\" cx=\"200\" cy=\"200\" r=\"%d\"/>", at,
                      beyond(p->h, (enum ra_radius)at) ? " beyond" : "", ra_ring_outer((enum ra_radius)at) / 10);
    ra_buf_printf(out, "<circle class=\"limit\" cx=\"200\" cy=\"200\" r=\"%d\"/>", ra_ring_outer(p->h->v->profile.radius) / 10);
    for (int at = 0; at < RA_RINGS; at++) {
        int inner = at ? ra_ring_outer((enum ra_radius)(at - 1)) : 200, middle = (inner + ra_ring_outer((enum ra_radius)at)) / 2;
        ra_buf_puts(out, "<text class=\"name\" x=\"200\"");
        number(out, "y", RA_RING_CENTRE - middle + 40);
        ra_buf_printf(out, ">%s", ra_radius_name((enum ra_radius)at));
        if (p->rings->more[at])
            ra_buf_printf(out, "<tspan class=\"more\"> +%zu</tspan>", p->rings->more[at]);
        ra_buf_puts(out, "</text>");
    }
}

static void limit(const struct picture *p)
{
    const char *name = ra_radius_name(p->h->v->profile.radius);
    int y = 200 + ra_ring_outer(p->h->v->profile.radius) / 10, width = (int)(strlen(name) + 7) * 6 + 10;
    ra_buf_printf(p->h->out, "<rect class=\"pill\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"16\" rx=\"8\"/>"
                  "<text class=\"pill-text\" x=\"200\" y=\"%d\">limit: %s</text>",
                  200 - width / 2, y - 8, width, y + 4, name);
}

// ---- dots and path --------------------------------------------------------------------------------

static void tip(const struct picture *p, const char *lead, const char *id)
{
    ra_buf_printf(p->h->out, "<title>%s", lead);
    ra_escape_xml(p->h->out, id);
    ra_buf_puts(p->h->out, "</title>");
}

static void diamond(struct ra_buf *out, const char *class, int x, int y, int r)
{
    ra_buf_printf(out, "<rect class=\"%s\"", class);
    number(out, "x", x - r * 7 / 10);
    number(out, "y", y - r * 7 / 10);
    number(out, "width", r * 14 / 10);
    number(out, "height", r * 14 / 10);
    ra_buf_printf(out, " transform=\"rotate(45 %d.%d %d.%d)\"", x / 10, x % 10, y / 10, y % 10);
}

static void dot(const struct picture *p, const struct ra_dot *d)
{
    struct ra_buf *out = p->h->out;
    if (!d->shown || d->step)
        return;
    RA_CLEANUP(ra_buf_free) struct ra_buf class = {0};
    ra_buf_printf(&class, "dot %s%s", mark_class[d->mark], beyond(p->h, d->ring) ? " beyond" : "");
    if (d->mark == RA_MARK_POSSIBLE) {
        diamond(out, class.p, d->x, d->y, RA_DOT);
        ra_buf_puts(out, ">");
        tip(p, "", d->c->id);
        ra_buf_puts(out, "</rect>");
        return;
    }
    ra_buf_printf(out, "<circle class=\"%s\"", class.p);
    number(out, "cx", d->x);
    number(out, "cy", d->y);
    number(out, "r", RA_DOT);
    ra_buf_puts(out, ">");
    tip(p, "", d->c->id);
    ra_buf_puts(out, "</circle>");
}

static void badge(const struct picture *p, const struct ra_dot *d)
{
    struct ra_buf *out = p->h->out;
    ra_buf_printf(out, "<g class=\"badge %s%s\">", mark_class[d->mark], beyond(p->h, d->ring) ? " beyond" : "");
    RA_CLEANUP(ra_buf_free) struct ra_buf lead = {0};
    ra_buf_printf(&lead, "Step %u: ", d->step);
    tip(p, lead.p, d->c->id);
    ra_buf_puts(out, "<circle");
    number(out, "cx", d->x);
    number(out, "cy", d->y);
    number(out, "r", RA_BADGE);
    ra_buf_puts(out, "/><text");
    number(out, "x", d->x);
    number(out, "y", d->y + 38);
    ra_buf_printf(out, ">%u</text></g>", d->step);
}

static void reach_at(const struct picture *p, size_t i, int *ret_x, int *ret_y)
{
    *ret_x = RA_RING_CENTRE + (2 * (int)i - (int)p->n_reaches + 1) * BETWEEN / 2;
    *ret_y = RA_RING_CENTRE + 70;
}

static void line(const struct picture *p, const char *class, const struct ra_dot *to, int x, int y)
{
    ra_buf_printf(p->h->out, "<line class=\"%s %s%s\"", class, mark_class[to->mark],
                  beyond(p->h, to->ring) ? " beyond" : "");
    number(p->h->out, "x1", x);
    number(p->h->out, "y1", y);
    number(p->h->out, "x2", to->x);
    number(p->h->out, "y2", to->y);
    ra_buf_puts(p->h->out, "/>");
}

// Each need of a step is a line to it: strong from where the path begins and from the step before, else thin.
static void lines(const struct picture *p)
{
    const struct ra_verdict *v = p->h->v;
    for (unsigned at = 1; at <= v->worst.n_path; at++) {
        const struct ra_step *s = &v->steps[v->worst.path[at - 1]];
        const struct ra_dot *to = ra_rings_step(p->rings, at);
        for (size_t k = 0; to && k < s->n_needs; k++) {
            int x, y;
            for (size_t i = 0; i < p->n_reaches; i++)
                if (strcmp(p->reaches[i], s->needs[k]) == 0) {
                    reach_at(p, i, &x, &y);
                    line(p, at == 1 && k == 0 ? "way" : "feed", to, x, y);
                }
            for (unsigned from = 1; from < at; from++) {
                const struct ra_dot *d = ra_rings_step(p->rings, from);
                if (d && strcmp(d->c->id, s->needs[k]) == 0)
                    line(p, "way", to, d->x, d->y);
            }
        }
    }
}

static void reaches(const struct picture *p)
{
    for (size_t i = 0; i < p->n_reaches; i++) {
        int x, y;
        reach_at(p, i, &x, &y);
        diamond(p->h->out, "reach", x, y, DIAMOND);
        ra_buf_puts(p->h->out, ">");
        tip(p, "The run can touch ", p->reaches[i]);
        ra_buf_puts(p->h->out, "</rect>");
    }
}

// Only so many stand in the centre; the list of the path names all.
static void gather(struct picture *p, struct ra_arena *a)
{
    enum { MOST = 4 };
    const struct ra_verdict *v = p->h->v;
    p->reaches = ra_new_array(a, const char *, MOST);
    for (size_t i = 0; i < v->worst.n_path; i++) {
        const struct ra_step *s = &v->steps[v->worst.path[i]];
        for (size_t k = 0; k < s->n_needs && p->n_reaches < MOST; k++) {
            bool known = strncmp(s->needs[k], "so:", 3) == 0;
            for (size_t j = 0; j < p->n_reaches && !known; j++)
                known = strcmp(p->reaches[j], s->needs[k]) == 0;
            if (!known)
                p->reaches[p->n_reaches++] = s->needs[k];
        }
    }
}

// ---- in words -------------------------------------------------------------------------------------

static void describe(const struct picture *p)
{
    struct ra_buf *out = p->h->out;
    ra_buf_puts(out, "<title id=\"rings-title\">Blast radius</title><desc id=\"rings-desc\">Six rings, from nothing in the "
                     "centre to organization at the edge. ");
    for (int at = RA_RINGS - 1; at >= 0; at--)
        if (p->rings->in[at])
            ra_buf_printf(out, "%s: %zu consequence%s. ", ra_radius_name((enum ra_radius)at), p->rings->in[at],
                          p->rings->in[at] == 1 ? "" : "s");
    ra_buf_printf(out, "The profile's limit is %s; the worst case is %s. The list below the picture says the same.</desc>",
                  ra_radius_name(p->h->v->profile.radius), ra_radius_name(p->h->v->worst.radius));
}

static void sample(struct ra_buf *out, const char *shape, const char *says)
{
    ra_buf_printf(out, "<li><svg class=\"sample\" viewBox=\"0 0 20 20\" aria-hidden=\"true\" focusable=\"false\">%s</svg>"
                  "<span>%s</span></li>", shape, says);
}

static void legend(const struct picture *p)
{
    struct ra_buf *out = p->h->out;
    ra_buf_puts(out, "<ul class=\"legend\">");
    sample(out, "<circle class=\"dot proved\" cx=\"10\" cy=\"10\" r=\"5\"/>", "proved");
    sample(out, "<circle class=\"dot assumed\" cx=\"10\" cy=\"10\" r=\"5\"/>", "assumed: unknowns at their worst");
    sample(out, "<circle class=\"dot asleep\" cx=\"10\" cy=\"10\" r=\"5\"/>", "asleep: no way out was found");
    sample(out, "<rect class=\"dot possible\" x=\"6\" y=\"6\" width=\"8\" height=\"8\" transform=\"rotate(45 10 10)\"/>",
           "possible only, with a flaw or a person&#39;s help");
    sample(out, "<rect class=\"reach\" x=\"6\" y=\"6\" width=\"8\" height=\"8\" transform=\"rotate(45 10 10)\"/>",
           "what the worst path starts from");
    sample(out, "<line class=\"limit\" x1=\"1\" y1=\"10\" x2=\"19\" y2=\"10\"/>", "the profile&#39;s limit; beyond it, red");
    ra_buf_puts(out, "</ul>");
}

static void words(const struct picture *p, const struct ra_dot *d)
{
    struct ra_buf *out = p->h->out;
    const struct ra_step *s = d->c->step < p->h->v->n_steps ? &p->h->v->steps[d->c->step] : NULL;
    ra_buf_puts(out, "<li>");
    ra_html_code(p->h, d->c->id);
    ra_buf_puts(out, " ");
    if (s && s->sentence)
        ra_html_prose(p->h, s->sentence);
    if (d->mark == RA_MARK_ASSUMED && d->c->proved)
        ra_buf_printf(out, "; proved as far as %s", ra_radius_name(d->c->proved_radius));
    if (d->step)
        ra_buf_printf(out, "; step %u of the worst path", d->step);
    ra_buf_puts(out, "</li>");
}

static void words_marked(const struct picture *p, enum ra_radius ring, enum ra_mark mark)
{
    size_t n = 0;
    for (size_t i = 0; i < p->rings->n; i++) {
        const struct ra_dot *d = &p->rings->dots[i];
        if (d->ring != ring || d->mark != mark)
            continue;
        if (n++ == 0)
            ra_buf_printf(p->h->out, "<p>%s</p><ul>", ra_mark_phrase(mark));
        words(p, d);
    }
    if (n)
        ra_buf_puts(p->h->out, "</ul>");
}

static void list(const struct picture *p)
{
    struct ra_buf *out = p->h->out;
    ra_buf_printf(out, "<details class=\"words\"><summary>The picture in words: %zu consequence%s</summary>", p->rings->n,
                  p->rings->n == 1 ? "" : "s");
    for (int at = RA_RINGS - 1; at >= 0; at--) {
        if (!p->rings->in[at])
            continue;
        ra_buf_printf(out, "<h3>%s <span>(%s): %zu</span></h3>", ra_radius_name((enum ra_radius)at),
                      ra_radius_phrase((enum ra_radius)at), p->rings->in[at]);
        for (int mark = 0; mark < RA_MARKS; mark++)
            words_marked(p, (enum ra_radius)at, (enum ra_mark)mark);
    }
    ra_buf_puts(out, "</details>");
}

void ra_html_picture(const struct ra_html *h)
{
    RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
    struct ra_rings placed;
    struct picture p = {.h = h, .rings = &placed};
    ra_rings_place(&a, h->v, &placed);
    gather(&p, &a);
    ra_html_open(h, "picture", "Blast radius");
    ra_buf_puts(h->out, "<figure><svg class=\"picture\" viewBox=\"0 0 400 406\" role=\"img\" "
                        "aria-labelledby=\"rings-title rings-desc\">");
    describe(&p);
    rings(&p);
    lines(&p);
    for (size_t i = 0; i < placed.n; i++)
        dot(&p, &placed.dots[i]);
    reaches(&p);
    limit(&p);
    for (size_t i = 0; i < placed.n; i++)
        if (placed.dots[i].step && placed.dots[i].shown)
            badge(&p, &placed.dots[i]);
    ra_buf_puts(h->out, "</svg><figcaption>");
    legend(&p);
    ra_buf_puts(h->out, "</figcaption></figure>");
    list(&p);
    ra_html_close(h);
}
