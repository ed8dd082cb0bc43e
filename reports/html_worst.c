// The parts about the worst case: who was audited, the path in words, proved beside assumed, the trifecta.
#include "reports/html.h"

#define FACT(h, label, say, ...)                                        \
    do {                                                                \
        RA_CLEANUP(ra_buf_free) struct ra_buf said = {0};                \
        say(&said, __VA_ARGS__);                                        \
        ra_buf_printf((h)->out, "<div><dt>%s</dt><dd>", label);          \
        ra_html_prose(h, said.p);                                       \
        ra_buf_puts((h)->out, "</dd></div>\n");                          \
    } while (0)

void ra_html_facts(const struct ra_html *h)
{
    ra_buf_puts(h->out, "<dl class=\"facts\">\n");
    FACT(h, "Audited", ra_phrase_target, h->inv);
    FACT(h, "Box", ra_phrase_box, &h->inv->target.box);
    FACT(h, "Profile", ra_phrase_profile, &h->v->profile);
    ra_buf_puts(h->out, "</dl>\n");
}

// ---- the path -------------------------------------------------------------------------------------

// The list of the picture holds them all.
static void alone(const struct ra_html *h)
{
    enum { MOST = 12 };
    const struct ra_verdict *v = h->v;
    size_t n = 0, shown = 0;
    for (size_t i = 0; i < v->n_consequences; i++)
        n += ra_phrase_fails_alone(v, &v->consequences[i]);
    if (!n)
        return;
    ra_buf_printf(h->out, "<details><summary>%zu other%s would be enough to fail alone</summary><ul>", n,
                  n == 1 ? "" : "s, and each of them");
    for (size_t i = 0; i < v->n_consequences && shown < MOST; i++) {
        const struct ra_consequence *c = &v->consequences[i];
        if (!ra_phrase_fails_alone(v, c))
            continue;
        const char *sentence = c->step < v->n_steps ? v->steps[c->step].sentence : NULL;
        ra_buf_puts(h->out, "<li>");
        ra_html_prose(h, sentence ? sentence : c->id);
        ra_buf_printf(h->out, " (%s)</li>", ra_radius_name(c->radius));
        shown++;
    }
    if (n > shown)
        ra_buf_printf(h->out, "<li>and %zu more, among those of the picture in words</li>", n - shown);
    ra_buf_puts(h->out, "</ul></details>\n");
}

static void chain(const struct ra_html *h, const char *label, const char *const *ids, size_t n)
{
    if (!n)
        return;
    ra_buf_printf(h->out, "<p class=\"from\">%s", label);
    for (size_t i = 0; i < n; i++) {
        ra_buf_puts(h->out, " ");
        ra_html_code(h, ids[i]);
    }
    ra_buf_puts(h->out, "</p>");
}

void ra_html_path(const struct ra_html *h)
{
    const struct ra_verdict *v = h->v;
    ra_html_open(h, "path", "How it would happen");
    if (!v->worst.n_path)
        ra_buf_puts(h->out, "<p>Nothing follows from what was found.</p>\n");
    else
        ra_buf_puts(h->out, "<ol class=\"path\">\n");
    for (size_t i = 0; i < v->worst.n_path; i++) {
        const struct ra_step *s = &v->steps[v->worst.path[i]];
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        ra_phrase_step(&b, s);
        ra_buf_puts(h->out, "<li><span>");
        ra_html_prose(h, b.p);
        ra_buf_puts(h->out, "</span>");
        chain(h, "from", s->needs, s->n_needs);
        chain(h, "follows", &s->gives, 1);
        ra_buf_puts(h->out, "</li>\n");
    }
    if (v->worst.n_path)
        ra_buf_puts(h->out, "</ol>\n");
    alone(h);
    ra_html_close(h);
}

// ---- the numbers ----------------------------------------------------------------------------------

static void number(const struct ra_html *h, const char *label, enum ra_radius radius, int score, const char *how)
{
    ra_buf_printf(h->out, "<div class=\"%s\"><dt>%s</dt><dd><strong>%s</strong> <span>%s</span> <span>score %d of 100, "
                  "%s</span></dd></div>\n",
                  radius > h->v->profile.radius ? "beyond" : "within", label, ra_radius_name(radius),
                  ra_radius_phrase(radius), score, how);
}

static void reasons(const struct ra_html *h)
{
    const struct ra_verdict *v = h->v;
    if (v->verdict == RA_VERDICT_PASS || !v->n_reasons)
        return;
    ra_buf_printf(h->out, "<h3>%s</h3><ul class=\"reasons\">\n", ra_phrase_why(v));
    for (size_t i = 0; i < v->n_reasons; i++) {
        ra_buf_puts(h->out, "<li>");
        ra_html_prose(h, v->reasons[i]);
        ra_buf_puts(h->out, "</li>\n");
    }
    ra_buf_puts(h->out, "</ul>\n");
}

void ra_html_numbers(const struct ra_html *h)
{
    const struct ra_worst *w = &h->v->worst;
    ra_html_open(h, "numbers", "Proved beside assumed");
    ra_buf_puts(h->out, "<dl class=\"numbers\">\n");
    number(h, "Proved", w->proved.radius, w->proved.score, "from what was measured alone");
    number(h, "Worst case", w->radius, w->score, "with every unknown at its worst");
    ra_buf_puts(h->out, "</dl>\n");
    reasons(h);
    ra_html_close(h);
}

void ra_html_trifecta(const struct ra_html *h)
{
    const struct ra_worst *w = &h->v->worst;
    ra_html_open(h, "trifecta", "The lethal trifecta, and who is watching");
    ra_buf_puts(h->out, "<ul class=\"legs\">\n");
    for (size_t i = 0; i < RA_COUNT(w->legs); i++) {
        bool yes = w->legs[i].state == RA_STATE_PRESENT || w->legs[i].state == RA_STATE_UNKNOWN;
        ra_buf_printf(h->out, "<li class=\"%s\"><h3>%s</h3><p>%s</p>", yes ? "yes" : "no", ra_phrase_leg(i),
                      ra_phrase_leg_state(w, i));
        ra_html_ids(h, w->legs[i].reaches, w->legs[i].n_reaches, 3, 60);
        ra_buf_puts(h->out, "</li>\n");
    }
    ra_buf_puts(h->out, "</ul>\n");
    ra_html_close(h);
}
