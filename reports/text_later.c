// "Before you use the result": what the run could leave in its work for whoever uses it, with what to look at first.
// It takes no part in the verdict, and is said whatever the verdict is.
#include "reports/text.h"

#include <string.h>

// What only a strict profile fails is said here to everybody: the result is used after the gate has opened.
static bool told_for_later(const struct ra_finding *f)
{
    return f->later && f->status != RA_STATUS_NOT_APPLICABLE;
}

static bool same_advice(const struct ra_finding *x, const struct ra_finding *y)
{
    return told_for_later(x) && told_for_later(y) && strcmp(x->check, y->check) == 0 &&
           strcmp(x->remedy ? x->remedy : "", y->remedy ? y->remedy : "") == 0;
}

static bool advised_before(const struct ra_verdict *v, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (same_advice(&v->findings[i], &v->findings[at]))
            return true;
    return false;
}

// One line for all the places that the same advice covers.
static void advice(struct ra_text *t, const struct ra_verdict *v, size_t at)
{
    const struct ra_finding *first = &v->findings[at];
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    ra_buf_printf(&b, "%s: ", first->title);
    size_t n = 0;
    for (size_t i = at; i < v->n_findings; i++) {
        if (!same_advice(first, &v->findings[i]))
            continue;
        if (++n > RA_TEXT_MOST && !t->verbose)
            continue;
        if (n > 1)
            ra_buf_puts(&b, ", ");
        ra_text_ids(&b, v->findings[i].reaches, v->findings[i].n_reaches, 2);
    }
    if (n > RA_TEXT_MOST && !t->verbose)
        ra_buf_printf(&b, " and %zu more", n - RA_TEXT_MOST);
    if (first->remedy && *first->remedy)
        ra_buf_printf(&b, ". %s", first->remedy);
    ra_text_item(t, "  -", 4, RA_TINT_NONE, b.p);
}

void ra_text_before_use(struct ra_text *t, const struct ra_verdict *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n_findings; i++) {
        if (!told_for_later(&v->findings[i]) || advised_before(v, i))
            continue;
        if (n++ == 0)
            ra_text_heading(t, "Before you use the result");
        advice(t, v, i);
    }
}
