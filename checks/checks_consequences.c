// Findings that say what follows from a reach: each consequence of the worst closure goes to the check that knows
// what to do about its kind. What is only possible fails strict profiles alone; what waits for a person to use the
// result is told for that moment.
#include <string.h>

#include "checks/judge.h"
#include "checks/sentence.h"

#define OF(k) (1u << RA_KIND_##k)
// First match: rule, kinds (0 = any), traits (0 = any), check.
static const struct {
    enum ra_rule rule;
    unsigned kinds, traits;
    enum ra_check_id check;
} routes[] = {
    {RA_RULE_SIGNED, 0, 0, RA_CHECK_SOCKET_SIGNER},
    {RA_RULE_HOST_ROOT, OF(SOCKET), 0, RA_CHECK_SOCKET_CONTROL},
    {RA_RULE_HOST_ROOT, OF(CAPABILITY), 0, RA_CHECK_CAPABILITY_HOST},
    {RA_RULE_HOST_ROOT, OF(DEVICE), 0, RA_CHECK_DEVICE_HOST},
    {RA_RULE_HOST_ROOT, OF(MOUNT), 0, RA_CHECK_MOUNT_HOST},
    {RA_RULE_HOST_ROOT, OF(FD), 0, RA_CHECK_FD_INHERITED},
    {RA_RULE_HOST_ROOT, 0, 0, RA_CHECK_PROCESS_ROOT},
    {RA_RULE_HOST_USER, OF(SOCKET), 0, RA_CHECK_SOCKET_CONTROL},
    {RA_RULE_HOST_USER, OF(CAPABILITY), 0, RA_CHECK_CAPABILITY_HOST},
    {RA_RULE_HOST_USER, OF(DEVICE), 0, RA_CHECK_DEVICE_HOST},
    {RA_RULE_HOST_USER, 0, 0, RA_CHECK_PROCESS_ROOT},
    {RA_RULE_HOST_DISCLOSED, OF(CAPABILITY), 0, RA_CHECK_CAPABILITY_HOST},
    {RA_RULE_HOST_DISCLOSED, OF(DEVICE), 0, RA_CHECK_DEVICE_HOST},
    {RA_RULE_HOST_DISCLOSED, OF(FD), 0, RA_CHECK_FD_INHERITED},
    {RA_RULE_HOST_DISCLOSED, OF(PROCESS), 0, RA_CHECK_PROCESS_ROOT},
    {RA_RULE_HOST_DISCLOSED, 0, 0, RA_CHECK_MOUNT_HOST},
    {RA_RULE_HOME_DISCLOSED, 0, 0, RA_CHECK_MOUNT_HOME},
    {RA_RULE_HOME_LOST, 0, 0, RA_CHECK_MOUNT_HOME},
    {RA_RULE_SOURCE, 0, 0, RA_CHECK_SOURCE_DISCLOSED},
    {RA_RULE_LOST_FOR_GOOD, 0, 0, RA_CHECK_WORK_FOR_GOOD},
    {RA_RULE_WORK_LOST, 0, 0, RA_CHECK_WORK_AT_RISK},
    {RA_RULE_LIMITS_LIFTED, 0, 0, RA_CHECK_AGENT_LIMITS},
    {RA_RULE_PERSISTS, OF(MOUNT), 0, RA_CHECK_MOUNT_WRITABLE},
    {RA_RULE_PERSISTS, 0, 0, RA_CHECK_START_UP},
    {RA_RULE_PLANTED, 0, 0, RA_CHECK_WORK_PLANTED},
    {RA_RULE_ACCOUNT, 0, 0, RA_CHECK_BOX_NONE},
    {RA_RULE_MEMORY, 0, 0, RA_CHECK_PROCESS_MEMORY},
    {RA_RULE_SERVICE, 0, 0, RA_CHECK_NETWORK_SERVICE},
    {RA_RULE_CLOUD, 0, 0, RA_CHECK_NETWORK_SERVICE},
    {RA_RULE_OUTSIDE_SOCKET, 0, RA_TRAIT_SIGNER, RA_CHECK_SOCKET_SIGNER},
    {RA_RULE_OUTSIDE_SOCKET, 0, 0, RA_CHECK_SOCKET_OUTSIDE},
    {RA_RULE_KERNEL, 0, 0, RA_CHECK_BOX_WEAK},
};

struct entry { // one consequence on its way to a finding
    enum ra_check_id check;
    size_t reach, fact;
};

static bool route(const struct ra_judge *j, const struct ra_fact *f, enum ra_check_id *ret)
{
    if (f->reach == RA_NO_INDEX)
        return false;
    const struct ra_reach *r = j->inv->reaches[f->reach];
    for (size_t i = 0; i < RA_COUNT(routes); i++)
        if (routes[i].rule == f->rule && (!routes[i].kinds || routes[i].kinds >> r->kind & 1) &&
            (r->traits & routes[i].traits) == routes[i].traits) {
            *ret = routes[i].check;
            return true;
        }
    return false;
}

static int by_check(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    if (x->check != y->check)
        return x->check < y->check ? -1 : 1;
    if (x->reach != y->reach)
        return x->reach < y->reach ? -1 : 1;
    return x->fact < y->fact ? -1 : x->fact > y->fact;
}

// Among the consequences of one finding: what counts first, then the wider, then the surer.
static bool before(const struct ra_fact *x, const struct ra_fact *y)
{
    if (x->counts != y->counts)
        return x->counts;
    if (x->radius != y->radius)
        return x->radius > y->radius;
    return x->certainty > y->certainty;
}

// What a wipe of the whole repository costs, in one sentence; on one of its losses only.
static const char *cost(struct ra_judge *j, const struct ra_reach *r)
{
    const struct ra_detail *d = ra_detail_find(r, "cost");
    if (!d || d->type != RA_DETAIL_TEXT)
        return "";
    return r->role ? ra_strfmt(j->arena, " A wipe of %s costs %s.", r->locator, d->text)
                   : ra_strfmt(j->arena, " A wipe costs %s.", d->text);
}

static void report(struct ra_judge *j, const struct entry *entries, size_t n)
{
    size_t *facts = ra_new_array(j->arena, size_t, n), *reach = ra_new_array(j->arena, size_t, 1);
    const struct ra_fact *top = &j->worst.facts[entries[0].fact];
    bool proved = false;
    for (size_t i = 0; i < n; i++) {
        const struct ra_fact *f = &j->worst.facts[entries[i].fact];
        const struct ra_fact *sure = ra_closure_find(&j->proved, f->rule, f->subject);
        facts[i] = entries[i].fact;
        proved |= sure && sure->counts;
        if (before(f, top))
            top = f;
    }
    reach[0] = entries[0].reach;
    struct ra_draft d = {.check = entries[0].check, .status = proved ? RA_STATUS_FAIL : RA_STATUS_UNKNOWN,
                         .severity = top->severity, .certainty = top->certainty, .radius = top->radius,
                         .reaches = reach, .n_reaches = 1, .facts = facts, .n_facts = n,
                         .later = top->certainty == RA_CERTAINTY_POSSIBLE &&
                                  ra_rule_row(top->rule)->when == RA_WHEN_LATER};
    if (!top->counts || top->radius <= RA_RADIUS_SANDBOX) {
        d.status = RA_STATUS_PASS;
        d.severity = d.severity > RA_SEVERITY_LOW ? RA_SEVERITY_LOW : d.severity;
    }
    d.message = ra_strfmt(j->arena, "The run could %s.%s",
                          ra_fact_words(j->arena, j->inv, top, ra_rule_row(top->rule)->worst),
                          d.check == RA_CHECK_WORK_AT_RISK ? cost(j, j->inv->reaches[reach[0]]) : "");
    if (d.check == RA_CHECK_WORK_AT_RISK)
        d.remedy = ra_save_words(j, reach, 1);
    ra_judge_add(j, &d);
}

void ra_check_consequences(struct ra_judge *j)
{
    struct entry *entries = ra_new_array(j->arena, struct entry, j->worst.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < j->worst.n; i++)
        if (route(j, &j->worst.facts[i], &entries[n].check)) {
            entries[n].reach = j->worst.facts[i].reach;
            entries[n++].fact = i;
        }
    if (n > 1)
        qsort(entries, n, sizeof(*entries), by_check);
    for (size_t at = 0, end; at < n; at = end) {
        for (end = at; end < n && entries[end].check == entries[at].check && entries[end].reach == entries[at].reach;)
            end++;
        report(j, entries + at, end - at);
    }
}
