// Protection of the classic kind on default branches. One GraphQL query tells for a hundred repositories what binds
// this very account (refUpdateRule; null means "does not bind", not "no protection"). Where it did not answer, the
// branch is asked, and its protection where the account is an administrator. A branch that the answer names otherwise
// is no evidence: an old name leads to the new default branch.
#include "providers/github.h"

#include <string.h>
#include <strings.h>

enum { MOST_QUERIES = 3 };

static void all(struct ra_gh_rules *to, enum ra_gh_hold hold, const char *why)
{
    ra_gh_hold(&to->push, hold, why);
    ra_gh_hold(&to->force, hold, why);
    ra_gh_hold(&to->merge, hold, why);
}

static bool has_items(const struct ra_json *v)
{
    return v && v->type == RA_JSON_ARRAY && v->child;
}

// ---- GraphQL ----

static void read_update_rule(struct ra_gh_rules *to, const struct ra_json *rule)
{
    const struct ra_json *can = ra_json_get(rule, "viewerCanPush"), *force = ra_json_get(rule, "allowsForcePushes");
    const struct ra_json *reviews = ra_json_get(rule, "requiredApprovingReviewCount");
    int64_t n = 0;
    bool counted = ra_json_i64(reviews, &n), checks = has_items(ra_json_get(rule, "requiredStatusCheckContexts"));
    if (!can || (can->type != RA_JSON_TRUE && can->type != RA_JSON_FALSE)) {
        all(to, RA_GH_UNSURE, "whether protection binds this account was not told");
        return;
    }
    bool pull = counted || checks;
    const char *why = checks ? "protection asks for checks" : "protection asks for a pull request";
    if (!ra_json_is_true(can) || pull)
        ra_gh_hold(&to->push, RA_GH_BINDS, ra_json_is_true(can) ? why : "protection keeps this account from pushing");
    else if (ra_json_is_true(ra_json_get(rule, "requiresSignatures")))
        ra_gh_hold(&to->push, RA_GH_UNSURE, "protection asks for signed commits");
    if (!force || force->type == RA_JSON_FALSE || !ra_json_is_true(can) || pull)
        ra_gh_hold(&to->force, force ? RA_GH_BINDS : RA_GH_UNSURE, "protection forbids force-pushes");
    if (n > 0)
        ra_gh_hold(&to->merge, RA_GH_BINDS, "protection asks for somebody else's approval");
    else if (checks)
        ra_gh_hold(&to->merge, RA_GH_UNSURE, "protection asks for checks, which run what the run itself writes");
}

// Which looked-at repositories it told; the others are asked one by one.
static void read_nodes(struct ra_gh *g, const struct ra_json *nodes, bool *told)
{
    for (const struct ra_json *node = nodes ? nodes->child : NULL; node; node = node->next) {
        const char *full = ra_strndup(g->p->arena, ra_json_text(ra_json_get(node, "nameWithOwner")));
        const struct ra_json *ref = ra_json_get(node, "defaultBranchRef"), *rule = ra_json_get(ref, "refUpdateRule");
        for (size_t i = 0; i < g->n_repos; i++) {
            struct ra_gh_repo *r = g->repos[i];
            if (!r->rules || strcasecmp(r->full, full) != 0 || !rule ||
                !ra_span_is(ra_json_text(ra_json_get(ref, "name")), r->branch))
                continue;
            told[i] = true;
            if (rule->type == RA_JSON_OBJECT)
                read_update_rule(r->rules, rule);
        }
    }
}

static void ask_graphql(struct ra_gh *g, bool *told)
{
    struct ra_answer answer = ra_gh_ask_one(g, RA_REQUEST_GITHUB_GRAPHQL, NULL, NULL);
    for (unsigned page = 1;; page++) {
        const struct ra_json *list = ra_json_at(answer.json, "data.viewer.repositories");
        if (ra_gh_means(g, &answer, false).means != RA_MEANS_YES || !list)
            return; // an older server does not know a field: then nothing is told, and each branch is asked
        read_nodes(g, ra_json_get(list, "nodes"), told);
        struct ra_span cursor = ra_json_text(ra_json_at(list, "pageInfo.endCursor"));
        if (page == MOST_QUERIES || cursor.n == 0 || !ra_json_is_true(ra_json_at(list, "pageInfo.hasNextPage")))
            return;
        answer = ra_gh_ask_one(g, RA_REQUEST_GITHUB_GRAPHQL_NEXT, ra_strndup(g->p->arena, cursor), NULL);
    }
}

// ---- the branch and its protection ----

static bool on(const struct ra_json *protection, const char *name)
{
    return ra_json_is_true(ra_json_get(ra_json_get(protection, name), "enabled"));
}

// Is this account among those that a list names? Teams and apps cannot be looked into.
static enum ra_gh_hold unless_listed(struct ra_gh *g, const struct ra_json *lists)
{
    const struct ra_json *users = ra_json_get(lists, "users");
    for (const struct ra_json *u = users ? users->child : NULL; u; u = u->next)
        if (g->account && ra_span_is_nocase(ra_json_text(ra_json_get(u, "login")), g->account))
            return RA_GH_FREE;
    if (!users || has_items(ra_json_get(lists, "teams")) || has_items(ra_json_get(lists, "apps")))
        return RA_GH_UNSURE;
    return RA_GH_BINDS;
}

static void read_reviews(struct ra_gh *g, struct ra_gh_rules *to, const struct ra_json *reviews)
{
    const struct ra_json *bypass = ra_json_get(reviews, "bypass_pull_request_allowances");
    const char *why = "protection asks for a pull request";
    int64_t n;
    enum ra_gh_hold hold = bypass ? unless_listed(g, bypass) : RA_GH_BINDS;
    ra_gh_hold(&to->push, hold, why);
    ra_gh_hold(&to->force, hold, why);
    if (hold == RA_GH_FREE)
        return;
    if (!ra_json_i64(ra_json_get(reviews, "required_approving_review_count"), &n) || n < 0)
        ra_gh_hold(&to->merge, RA_GH_UNSURE, "how many approvals protection asks for was not told");
    else if (n > 0)
        ra_gh_hold(&to->merge, hold, "protection asks for somebody else's approval");
}

static void read_protection(struct ra_gh *g, struct ra_gh_repo *r, const struct ra_json *protection)
{
    struct ra_gh_rules *to = r->rules;
    const struct ra_json *admins = ra_json_at(protection, "enforce_admins.enabled");
    const struct ra_json *reviews = ra_json_get(protection, "required_pull_request_reviews");
    const struct ra_json *force = ra_json_at(protection, "allow_force_pushes.enabled");
    const struct ra_json *restrictions = ra_json_get(protection, "restrictions");
    if (on(protection, "lock_branch")) {
        all(to, RA_GH_BINDS, "protection locks the branch");
        return;
    }
    bool above = admins && admins->type == RA_JSON_FALSE && r->role_told && r->role == RA_GH_ROLE_ADMIN;
    if (!force)
        ra_gh_hold(&to->force, RA_GH_UNSURE, "whether protection allows force-pushes was not told");
    else if (!ra_json_is_true(force)) // whether that holds for administrators whom nothing else binds: not settled
        ra_gh_hold(&to->force, above ? RA_GH_UNSURE : RA_GH_BINDS, "protection forbids force-pushes");
    if (above)
        return; // the rest does not bind administrators
    if (reviews && reviews->type == RA_JSON_OBJECT)
        read_reviews(g, to, reviews);
    if (ra_json_get(protection, "required_status_checks")) {
        ra_gh_hold(&to->push, RA_GH_BINDS, "protection asks for checks");
        ra_gh_hold(&to->force, RA_GH_BINDS, "protection asks for checks");
        ra_gh_hold(&to->merge, RA_GH_UNSURE, "protection asks for checks, which run what the run itself writes");
    }
    if (on(protection, "required_signatures"))
        ra_gh_hold(&to->push, RA_GH_UNSURE, "protection asks for signed commits");
    if (restrictions && restrictions->type == RA_JSON_OBJECT)
        all(to, unless_listed(g, restrictions), "protection lets only some accounts push");
}

static void ask_protection(struct ra_gh *g, struct ra_gh_repo *const *of, size_t n)
{
    struct ra_question *questions = ra_new_array(g->p->arena, struct ra_question, n + 1);
    struct ra_answer *answers = ra_new_array(g->p->arena, struct ra_answer, n + 1);
    for (size_t i = 0; i < n; i++)
        questions[i] = (struct ra_question){.request = RA_REQUEST_GITHUB_PROTECTION, .args = {of[i]->full, of[i]->branch}};
    ra_gh_ask(g, questions, n, answers);
    for (size_t i = 0; i < n; i++) {
        struct ra_meaning m = ra_gh_means(g, &answers[i], false);
        of[i]->rules->from = ra_answered(g->p, RA_REQUEST_GITHUB_PROTECTION, &answers[i]);
        if (m.means == RA_MEANS_YES)
            read_protection(g, of[i], answers[i].json);
        else if (m.means != RA_MEANS_UNPROTECTED) // then what protects it are rulesets, which were read
            all(of[i]->rules, RA_GH_UNSURE, "the branch is protected, and how was not told");
    }
}

static void read_branch(struct ra_gh *g, struct ra_gh_repo *r, const struct ra_answer *answer, bool *protected)
{
    struct ra_meaning m = ra_gh_means(g, answer, false);
    const struct ra_json *flag = ra_json_get(answer->json, "protected");
    *protected = false;
    if (m.means != RA_MEANS_YES || !flag)
        all(r->rules, RA_GH_UNSURE, m.why ? m.why : "whether the branch is protected was not told");
    else if (!ra_span_is(ra_json_text(ra_json_get(answer->json, "name")), r->branch))
        all(r->rules, RA_GH_UNSURE, "the answer was about another branch");
    else
        *protected = flag->type != RA_JSON_FALSE;
}

void ra_gh_protection(struct ra_gh *g)
{
    struct ra_arena *a = g->p->arena;
    bool *told = ra_new_array(a, bool, g->n_repos + 1);
    struct ra_question *questions = ra_new_array(a, struct ra_question, g->n_repos + 1);
    struct ra_answer *answers = ra_new_array(a, struct ra_answer, g->n_repos + 1);
    struct ra_gh_repo **of = ra_new_array(a, struct ra_gh_repo *, g->n_repos + 1);
    size_t n = 0, protected = 0;
    bool any = false;
    for (size_t i = 0; i < g->n_repos; i++)
        any |= g->repos[i]->rules != NULL;
    if (any && g->kind != RA_GH_INSTALLATION) // an installation has no viewer whose repositories could be listed
        ask_graphql(g, told);
    for (size_t i = 0; i < g->n_repos; i++)
        if (g->repos[i]->rules && !told[i]) {
            questions[n] = (struct ra_question){.request = RA_REQUEST_GITHUB_BRANCH,
                                                .args = {g->repos[i]->full, g->repos[i]->branch}};
            of[n++] = g->repos[i];
        }
    ra_gh_ask(g, questions, n, answers);
    for (size_t i = 0; i < n; i++) {
        bool is;
        read_branch(g, of[i], &answers[i], &is);
        if (is)
            of[protected++] = of[i];
    }
    ask_protection(g, of, protected);
}
