// The wire between the git probe and its collector: four fields a fact, each ended by NUL (a path, a branch and
// a remote can hold every other byte). The reader takes what it knows and stops at anything else.
#include <string.h>

#include "collect/git_internal.h"

static const char *const words[] = {
#define X(n, s) [RA_GIT_##n] = s,
    RA_GIT_FACTS(X)
#undef X
};

void ra_git_fact_put(struct ra_buf *out, enum ra_git_fact_kind kind, uint64_t number, const char *name,
                     const char *text)
{
    ra_buf_printf(out, "%s%c%llu%c", words[kind], 0, (unsigned long long)number, 0);
    ra_buf_puts(out, name ? name : "");
    ra_buf_putc(out, 0);
    ra_buf_puts(out, text ? text : "");
    ra_buf_putc(out, 0);
}

static bool field(struct ra_span *rest, struct ra_span *ret)
{
    ptrdiff_t at = ra_span_chr(*rest, 0);
    if (at < 0)
        return false;
    *ret = ra_span_cut(*rest, 0, (size_t)at);
    *rest = ra_span_cut(*rest, (size_t)at + 1, rest->n);
    return true;
}

bool ra_git_fact_next(struct ra_span *rest, struct ra_git_fact *ret)
{
    struct ra_span after = *rest, word, number;
    struct ra_git_fact fact = {0};
    if (!field(&after, &word) || !field(&after, &number) || !field(&after, &fact.name) || !field(&after, &fact.text))
        return false;
    size_t kind = 0;
    while (kind < RA_COUNT(words) && !ra_span_is(word, words[kind]))
        kind++;
    if (kind == RA_COUNT(words) || !ra_span_u64(number, 10, &fact.number))
        return false;
    fact.kind = (enum ra_git_fact_kind)kind;
    *rest = after;
    *ret = fact;
    return true;
}
