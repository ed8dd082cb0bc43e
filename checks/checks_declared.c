// Declared against measured: a setting promises a sandbox, a rule, a proxy or a managed policy, and what was measured
// says otherwise. Such a promise is evidence for a reach that is there anyway and has its own finding, so none of these
// is above low and none has a radius: nothing is counted twice. What holds is no finding; a proxy alone is told.
#include <string.h>

#include "checks/judge.h"
#include "checks/sentence.h"

enum { MOST = 32 }; // reaches named in one finding

static const char *fact(const struct ra_reach *r, const char *key)
{
    const struct ra_detail *d = ra_detail_find(r, key);
    return d && d->type == RA_DETAIL_TEXT ? d->text : "";
}

static bool claims(const struct ra_judge *j, size_t i, const char *what)
{
    return ra_judge_present(j, i) && strcmp(fact(j->inv->reaches[i], "claim"), what) == 0;
}

// "claude-code/user:~/.claude/settings.json#sandbox.enabled (line 3, column 16)"
static const char *place(struct ra_judge *j, const struct ra_reach *r)
{
    for (size_t i = 0; i < r->n_evidence; i++)
        if (r->evidence[i].source.line)
            return ra_strfmt(j->arena, "%s (line %u, column %u)", ra_reach_words(j->arena, r), r->evidence[i].source.line,
                             r->evidence[i].source.column);
    return ra_reach_words(j->arena, r);
}

static void add(struct ra_judge *j, enum ra_check_id check, enum ra_status status, const size_t *reaches, size_t n,
                const char *message, const char *remedy)
{
    struct ra_draft d = {.check = check, .status = status, .severity = RA_SEVERITY_LOW,
                         .certainty = status == RA_STATUS_UNKNOWN ? RA_CERTAINTY_LIKELY : RA_CERTAINTY_CERTAIN,
                         .n_reaches = n, .message = message, .remedy = remedy};
    size_t *copy = ra_new_array(j->arena, size_t, n + 1);
    memcpy(copy, reaches, n * sizeof *copy);
    d.reaches = copy;
    ra_judge_add(j, &d);
}

// The way out that breaks a promise about the network: a present one, else one that nobody knows, else none.
static size_t open_route(const struct ra_judge *j)
{
    size_t best = RA_NO_INDEX;
    for (size_t i = 0; i < j->inv->n_reaches; i++) {
        if (!j->worst.active[i] || !(j->inv->reaches[i]->traits & RA_TRAIT_OPEN_ROUTE) ||
            j->inv->reaches[i]->kind == RA_KIND_FD)
            continue;
        if (ra_judge_present(j, i))
            return i;
        best = best == RA_NO_INDEX ? i : best;
    }
    return best;
}

// ---- sandbox, managed policy ----------------------------------------------------------------------

static void sandbox(struct ra_judge *j, size_t i)
{
    const struct ra_reach *r = j->inv->reaches[i];
    bool open = strcmp(fact(r, "outcome"), "open") == 0;
    const char *message = ra_strfmt(j->arena, open ? "%s promises a sandbox, and none is active: %s."
                                                   : "%s promises a sandbox, which was not measured: %s.",
                                    place(j, r), fact(r, "measured"));
    add(j, RA_CHECK_SANDBOX_INACTIVE, open ? RA_STATUS_FAIL : RA_STATUS_UNKNOWN, &i, 1, message,
        open || strcmp(r->id, "env:IS_SANDBOX") == 0
            ? NULL
            : "Measure it from inside: let the agent run `reachaudit` as one of its own commands");
}

static void managed(struct ra_judge *j, size_t i)
{
    const struct ra_reach *r = j->inv->reaches[i];
    bool open = strcmp(fact(r, "outcome"), "open") == 0;
    add(j, RA_CHECK_MANAGED_WRITABLE, open ? RA_STATUS_FAIL : RA_STATUS_UNKNOWN, &i, 1,
        ra_strfmt(j->arena, "%s counts as managed by somebody else, and the run %s rewrite it: %s.", r->locator,
                  open ? "can" : "may", fact(r, "measured")), NULL);
}

// ---- rules ------------------------------------------------------------------------------------------

static void rule(struct ra_judge *j, size_t i)
{
    const struct ra_reach *r = j->inv->reaches[i];
    size_t all[4] = {i}, n = 1;
    for (int k = 1; k <= 3; k++) {
        size_t at = ra_reach_index(j->inv, fact(r, ra_strfmt(j->arena, "covers.%d", k)));
        if (at != RA_NO_INDEX)
            all[n++] = at;
    }
    bool open = strcmp(fact(r, "outcome"), "open") == 0;
    const char *message, *remedy = NULL;
    if (n == 1) {
        message = ra_strfmt(j->arena, "%s denies %s: %s.", place(j, r), fact(r, "promises"), fact(r, "measured"));
    } else {
        struct ra_draft files = {.reaches = all + 1, .n_reaches = n - 1};
        message = ra_strfmt(j->arena, "%s denies %s %s, and %s.", place(j, r), fact(r, "promises"),
                            ra_list_words(j->arena, j->inv, all + 1, n - 1), fact(r, "measured"));
        remedy = ra_judge_words(j, ra_remedy_text(RA_REMEDY_ENFORCE_RULE), &files);
    }
    add(j, RA_CHECK_RULE_UNENFORCED, open ? RA_STATUS_FAIL : RA_STATUS_UNKNOWN, all, n, message, remedy);
}

// A rule about the network, broken by a way out.
static void network(struct ra_judge *j, size_t i, size_t route)
{
    const struct ra_reach *r = j->inv->reaches[i];
    size_t all[2] = {i, route};
    if (route == RA_NO_INDEX)
        return; // it holds, whoever makes it hold
    bool open = ra_judge_present(j, route) && strcmp(fact(r, "outcome"), "asked") == 0;
    add(j, RA_CHECK_RULE_UNENFORCED, open ? RA_STATUS_FAIL : RA_STATUS_UNKNOWN, all, 2,
        ra_strfmt(j->arena, "%s denies %s, and %s %s: %s.", place(j, r), fact(r, "promises"),
                  ra_reach_words(j->arena, j->inv->reaches[route]),
                  open ? "is open" : ra_judge_present(j, route) ? "is open here" : "may be open", fact(r, "measured")),
        ra_judge_words(j, ra_remedy_text(RA_REMEDY_NO_NETWORK), &(struct ra_draft){0}));
}

// ---- proxies ------------------------------------------------------------------------------------------

// All that name a proxy, in one finding: the way around it is the same for all.
static void proxies(struct ra_judge *j, size_t route)
{
    size_t all[MOST] = {route}, n = route == RA_NO_INDEX ? 0 : 1, first = n;
    for (size_t i = 0; i < j->inv->n_reaches && n < MOST; i++)
        if (claims(j, i, "proxy"))
            all[n++] = i;
    if (n == first)
        return;
    const struct ra_reach *r = j->inv->reaches[all[first]];
    const char *names = ra_list_words(j->arena, j->inv, all + first, n - first);
    const char *verb = n - first == 1 ? "names" : "name";
    if (route == RA_NO_INDEX) {
        add(j, RA_CHECK_PROXY_UNENFORCED, RA_STATUS_PASS, all, n,
            ra_strfmt(j->arena, "%s %s a proxy (%s), and no route goes past it.", names, verb, fact(r, "proxy")), NULL);
        return;
    }
    bool open = ra_judge_present(j, route);
    add(j, RA_CHECK_PROXY_UNENFORCED, open ? RA_STATUS_FAIL : RA_STATUS_UNKNOWN, all, n,
        ra_strfmt(j->arena, "%s %s a proxy (%s), and %s %s past it: only what asks the proxy is filtered.", names, verb,
                  fact(r, "proxy"), ra_reach_words(j->arena, j->inv->reaches[route]), open ? "goes" : "may go"), NULL);
}

void ra_check_declared(struct ra_judge *j)
{
    size_t route = open_route(j);
    for (size_t i = 0; i < j->inv->n_reaches; i++) {
        if (claims(j, i, "sandbox"))
            sandbox(j, i);
        else if (claims(j, i, "managed"))
            managed(j, i);
        else if (claims(j, i, "rule"))
            rule(j, i);
        else if (claims(j, i, "network"))
            network(j, i, route);
    }
    proxies(j, route);
}
