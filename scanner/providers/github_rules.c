// What binds this account on a default branch: rulesets first (github_protection.c has the classic kind). The stricter
// of two sources counts; what could not be read is "unsure", never "free". A rule that this account may bypass does not
// bind it; one whose bypass is not told makes what it forbids unsure.
#include "providers/github.h"

#include <string.h>

enum { MOST_RULESETS = 15 };

void ra_gh_hold(struct ra_gh_item *item, enum ra_gh_hold hold, const char *why)
{
    if (hold > item->hold)
        *item = (struct ra_gh_item){hold, why};
}

#define NO RA_GH_FREE
#define MAYBE RA_GH_UNSURE
#define YES RA_GH_BINDS
static const struct effect {
    const char *type;
    enum ra_gh_hold push, force, merge;
    const char *why;
} effects[] = {
    {"pull_request", YES, YES, NO, "a ruleset asks for a pull request"}, // how many approvals: see approvals()
    {"update", YES, YES, YES, "a ruleset lets only some accounts update the branch"},
    {"merge_queue", YES, YES, MAYBE, "a ruleset asks for the merge queue"},
    {"required_status_checks", YES, YES, MAYBE, "a ruleset asks for checks, which run what the run itself writes"},
    {"required_deployments", YES, YES, MAYBE, "a ruleset asks for deployments first"},
    {"workflows", YES, YES, MAYBE, "a ruleset asks for workflows first"},
    {"code_scanning", YES, YES, MAYBE, "a ruleset asks for code scanning first"},
    {"code_quality", YES, YES, MAYBE, "a ruleset asks for code quality first"},
    {"required_signatures", MAYBE, MAYBE, NO, "a ruleset asks for signed commits"},
    {"commit_message_pattern", MAYBE, MAYBE, MAYBE, "a ruleset asks for a form that the run may be able to meet"},
    {"commit_author_email_pattern", MAYBE, MAYBE, MAYBE, "a ruleset asks for a form that the run may be able to meet"},
    {"committer_email_pattern", MAYBE, MAYBE, MAYBE, "a ruleset asks for a form that the run may be able to meet"},
    {"branch_name_pattern", NO, NO, NO, NULL},
    {"tag_name_pattern", NO, NO, NO, NULL},
    {"file_path_restriction", MAYBE, MAYBE, MAYBE, "a ruleset keeps some files from being changed"},
    {"file_extension_restriction", MAYBE, MAYBE, MAYBE, "a ruleset keeps some files from being changed"},
    {"max_file_size", NO, NO, NO, NULL},
    {"max_file_path_length", NO, NO, NO, NULL},
    {"non_fast_forward", NO, YES, NO, "a ruleset forbids force-pushes"},
    {"required_linear_history", NO, NO, NO, NULL},
    {"deletion", NO, NO, NO, NULL},
    {"creation", NO, NO, NO, NULL},
    {"copilot_code_review", NO, NO, NO, NULL},
};
static const struct effect unknown_rule = {"", MAYBE, MAYBE, MAYBE, "a ruleset has a rule that this program does not know"};

static const struct effect *effect_of(struct ra_span type)
{
    for (size_t i = 0; i < RA_COUNT(effects); i++)
        if (ra_span_is(type, effects[i].type))
            return &effects[i];
    return &unknown_rule;
}

struct ruleset {
    const char *repo, *id;
    struct ra_span bypass; // always, exempt, pull_requests_only, never; empty: not told
};
struct rulesets {
    struct ruleset of[MOST_RULESETS];
    size_t n;
};

static struct ruleset *ruleset_of(struct rulesets *all, const char *id)
{
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->of[i].id, id) == 0)
            return &all->of[i];
    return NULL;
}

static const char *id_of(struct ra_gh *g, const struct ra_json *rule)
{
    int64_t id;
    return ra_json_i64(ra_json_get(rule, "ruleset_id"), &id) ? ra_strfmt(g->p->arena, "%lld", (long long)id) : NULL;
}

// An organization's ruleset has one id in all its repositories; whether the account may bypass it is asked once.
static void collect(struct ra_gh *g, struct rulesets *all, const struct ra_gh_repo *r, const struct ra_json *rules)
{
    for (const struct ra_json *i = rules->child; i; i = i->next) {
        const struct effect *e = effect_of(ra_json_text(ra_json_get(i, "type")));
        const char *id = id_of(g, i);
        if (id && all->n < MOST_RULESETS && !ruleset_of(all, id) && (e->push || e->force || e->merge))
            all->of[all->n++] = (struct ruleset){.repo = r->full, .id = id};
    }
}

static void ask_bypass(struct ra_gh *g, struct rulesets *all)
{
    struct ra_question questions[MOST_RULESETS];
    struct ra_answer answers[MOST_RULESETS];
    for (size_t i = 0; i < all->n; i++)
        questions[i] = (struct ra_question){.request = RA_REQUEST_GITHUB_RULESET, .args = {all->of[i].repo, all->of[i].id}};
    ra_gh_ask(g, questions, all->n, answers);
    for (size_t i = 0; i < all->n; i++)
        if (ra_gh_means(g, &answers[i], false).means == RA_MEANS_YES)
            all->of[i].bypass = ra_json_text(ra_json_get(answers[i].json, "current_user_can_bypass"));
}

// A count that is missing or no number is not told; it is not nought.
static void approvals(struct ra_gh_item *merge, const struct ra_json *rule, bool told)
{
    int64_t n;
    const struct ra_json *count = ra_json_at(rule, "parameters.required_approving_review_count");
    if (!ra_json_i64(count, &n) || n < 0)
        ra_gh_hold(merge, RA_GH_UNSURE, "how many approvals a ruleset asks for was not told");
    else if (n > 0)
        ra_gh_hold(merge, told ? RA_GH_BINDS : RA_GH_UNSURE, "a ruleset asks for somebody else's approval");
    if (ra_json_is_true(ra_json_at(rule, "parameters.require_code_owner_review")))
        ra_gh_hold(merge, RA_GH_UNSURE, "a ruleset asks for a code owner's approval");
}

static void apply(struct ra_gh_rules *to, const struct ra_json *rule, struct ra_span bypass)
{
    struct ra_span type = ra_json_text(ra_json_get(rule, "type"));
    const struct effect *e = effect_of(type);
    if (ra_span_is(bypass, "always") || ra_span_is(bypass, "exempt"))
        return;
    bool by_pull = ra_span_is(bypass, "pull_requests_only"), told = by_pull || ra_span_is(bypass, "never");
    const char *why = told ? e->why : "a ruleset binds, and whether this account may bypass it was not told";
    ra_gh_hold(&to->push, e->push == YES && !told ? MAYBE : e->push, why);
    ra_gh_hold(&to->force, e->force == YES && !told ? MAYBE : e->force, why);
    if (by_pull)
        return;
    ra_gh_hold(&to->merge, e->merge == YES && !told ? MAYBE : e->merge, why);
    if (ra_span_is(type, "pull_request"))
        approvals(&to->merge, rule, told);
}

static void unsure(struct ra_gh_rules *to, const char *why)
{
    ra_gh_hold(&to->push, RA_GH_UNSURE, why);
    ra_gh_hold(&to->force, RA_GH_UNSURE, why);
    ra_gh_hold(&to->merge, RA_GH_UNSURE, why);
}

static void weigh(struct ra_gh *g, struct rulesets *all, struct ra_gh_repo *r, const struct ra_answer *answer)
{
    struct ra_meaning m = ra_gh_means(g, answer, false);
    r->rules->from = ra_answered(g->p, RA_REQUEST_GITHUB_RULES, answer);
    if (m.means != RA_MEANS_YES || answer->json->type != RA_JSON_ARRAY) {
        unsure(r->rules, m.why ? m.why : "the branch's rules were not told");
        return;
    }
    for (const struct ra_json *i = answer->json->child; i; i = i->next) {
        const char *id = id_of(g, i);
        struct ruleset *set = id ? ruleset_of(all, id) : NULL;
        apply(r->rules, i, set ? set->bypass : RA_SPAN(""));
    }
    if (ra_answer_next(g->p->arena, answer))
        unsure(r->rules, "the branch has more rules than are read");
}

void ra_gh_rules(struct ra_gh *g)
{
    struct ra_arena *a = g->p->arena;
    struct ra_question *push = ra_new_array(a, struct ra_question, g->n_repos + 1);
    struct ra_question *rules = ra_new_array(a, struct ra_question, g->n_repos + 1);
    struct ra_answer *answers = ra_new_array(a, struct ra_answer, g->n_repos + 1);
    struct ra_gh_repo **of = ra_new_array(a, struct ra_gh_repo *, g->n_repos + 1);
    struct rulesets all = {.n = 0};
    size_t n = 0;
    for (size_t i = 0; i < g->n_repos; i++)
        if (g->repos[i]->looked) {
            of[n] = g->repos[i];
            push[n] = (struct ra_question){.request = RA_REQUEST_GITHUB_PUSH, .args = {g->repos[i]->full}};
            n++;
        }
    ra_gh_ask(g, push, n, answers);
    size_t branches = 0;
    for (size_t i = 0; i < n; i++) {
        of[i]->push = ra_push_told(a, &answers[i]);
        of[i]->push_from = ra_answered(g->p, RA_REQUEST_GITHUB_PUSH, &answers[i]);
        if (of[i]->push.state == RA_STATE_DENIED || of[i]->archived || !of[i]->branch)
            continue; // no rule matters to who may not push
        of[i]->rules = ra_new(a, struct ra_gh_rules);
        rules[branches] = (struct ra_question){.request = RA_REQUEST_GITHUB_RULES, .args = {of[i]->full, of[i]->branch}};
        of[branches++] = of[i];
    }
    ra_gh_ask(g, rules, branches, answers);
    for (size_t i = 0; i < branches; i++)
        if (ra_gh_means(g, &answers[i], false).means == RA_MEANS_YES)
            collect(g, &all, of[i], answers[i].json);
    ask_bypass(g, &all);
    for (size_t i = 0; i < branches; i++)
        weigh(g, &all, of[i], &answers[i]);
    ra_gh_protection(g);
}
