// What does a wipe of one repository cost, in one sentence? Words only: the numbers come from the probe.
#include "collect/git_internal.h"

static const char *bytes(struct ra_arena *a, uint64_t n)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB"};
    size_t unit = 0;
    uint64_t tenths = n > UINT64_MAX / 10 ? UINT64_MAX : n * 10;
    for (; tenths >= 9995 && unit + 1 < RA_COUNT(units); unit++)
        tenths = (tenths + 500) / 1000;
    if (unit == 0)
        return ra_strfmt(a, "%llu byte%s", (unsigned long long)n, n == 1 ? "" : "s");
    return ra_strfmt(a, "%llu.%llu %s", (unsigned long long)(tenths / 10), (unsigned long long)(tenths % 10), units[unit]);
}

struct parts {
    struct ra_arena *a;
    const char *items[8];
    size_t n;
};

static void part(struct parts *p, uint64_t n, const char *one, const char *many)
{
    if (n && p->n < RA_COUNT(p->items))
        p->items[p->n++] = ra_strfmt(p->a, "%llu %s", (unsigned long long)n, n == 1 ? one : many);
}

const char *ra_git_cost_words(struct ra_arena *a, const struct ra_git_cost *cost)
{
    struct parts p = {.a = a};
    part(&p, cost->commits, "commit", "commits");
    if (p.n)
        p.items[0] = ra_strfmt(a, "%s%s on %llu branch%s", cost->more ? "at least " : "", p.items[0],
                               (unsigned long long)cost->branches, cost->branches == 1 ? "" : "es");
    part(&p, cost->stashes, "stash", "stashes");
    part(&p, cost->modified, "changed file", "changed files");
    part(&p, cost->untracked, "untracked file", "untracked files");
    if (cost->untracked)
        p.items[p.n - 1] = ra_strfmt(a, "%s (%s)", p.items[p.n - 1], bytes(a, cost->untracked_bytes));
    for (size_t i = 0; i < cost->n_notable && i < RA_COUNT(cost->notable); i++)
        p.items[p.n++] = cost->notable[i];
    if (cost->n_notable > RA_COUNT(cost->notable))
        part(&p, cost->n_notable - RA_COUNT(cost->notable), "more such file", "more such files");
    struct ra_buf out RA_CLEANUP(ra_buf_free) = {0};
    for (size_t i = 0; i < p.n; i++) {
        ra_buf_puts(&out, i == 0 ? "" : i + 1 == p.n ? " and " : ", ");
        ra_buf_puts(&out, p.items[i]);
    }
    return out.n ? ra_strndup(a, ra_buf_view(&out)) : NULL;
}
