// "Before you use the result": what the run could leave in its work for whoever uses it, with what to look at first.
// It takes no part in the verdict, and is said whatever the verdict is.
#include "reports/text.h"

#include "reports/phrases.h"

void ra_text_before_use(struct ra_text *t, const struct ra_verdict *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n_findings; i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        if (!ra_phrase_advice(&b, v, i, t->verbose ? v->n_findings : RA_TEXT_MOST))
            continue;
        if (n++ == 0)
            ra_text_heading(t, "Before you use the result");
        ra_text_item(t, "  -", 4, RA_TINT_NONE, b.p);
    }
}
