// Who can push code that runs gets the secrets that it runs with: how many there are, and how many wait behind an
// environment that asks somebody first. Names and counts only. Asked of the first few repositories that can be pushed to;
// of the others these counts are not told.
#include "providers/github.h"

enum { QUESTIONS = 6 };

static int64_t total(const struct ra_json *answer)
{
    int64_t n;
    return ra_json_i64(ra_json_get(answer, "total_count"), &n) && n >= 0 ? n : -1;
}

// Reviewers, or a wait that somebody may use, or a policy on branches.
static int64_t guarded(const struct ra_json *answer)
{
    const struct ra_json *list = ra_json_get(answer, "environments");
    int64_t n = 0;
    for (const struct ra_json *e = list ? list->child : NULL; e; e = e->next) {
        const struct ra_json *rules = ra_json_get(e, "protection_rules");
        n += rules && rules->type == RA_JSON_ARRAY && rules->child;
    }
    return list ? n : -1;
}

// An unprotected branch beside the default one.
static bool has_other(const struct ra_json *branches, const char *but)
{
    for (const struct ra_json *b = branches ? branches->child : NULL; b; b = b->next)
        if (!ra_span_is(ra_json_text(ra_json_get(b, "name")), but))
            return true;
    return false;
}

static void read_answers(struct ra_gh *g, struct ra_gh_repo *r, const struct ra_answer *answers)
{
    bool yes[QUESTIONS];
    for (size_t i = 0; i < QUESTIONS; i++)
        yes[i] = ra_gh_means(g, &answers[i], false).means == RA_MEANS_YES;
    const struct ra_json *enabled = yes[0] ? ra_json_get(answers[0].json, "enabled") : NULL;
    r->actions_off = enabled && enabled->type == RA_JSON_FALSE;
    r->secrets = yes[1] ? total(answers[1].json) : -1;
    r->secrets_of_org = yes[2] ? total(answers[2].json) : -1;
    r->environments = yes[3] ? total(answers[3].json) : -1;
    r->guarded = yes[3] ? guarded(answers[3].json) : -1;
    // The code can be read, and has no such directory on its default branch. Other branches may have one.
    r->open_branches = yes[4] && has_other(answers[4].json, r->branch);
    r->no_open_branches = yes[4] && !r->open_branches;
    r->no_workflows = answers[5].status == 404 && !answers[5].err && r->no_open_branches;
}

// All in one batch, so that no repository waits for the last answer about another.
void ra_gh_runs(struct ra_gh *g)
{
    struct ra_gh_repo *of[RA_GH_IN_FULL];
    struct ra_question questions[RA_GH_IN_FULL * QUESTIONS] = {{0}};
    struct ra_answer answers[RA_GH_IN_FULL * QUESTIONS];
    size_t n = 0;
    for (size_t i = 0; i < g->n_repos && g->repos[i]->looked && i < RA_GH_IN_FULL; i++) {
        static const enum ra_request asked[QUESTIONS] = {
            RA_REQUEST_GITHUB_ACTIONS, RA_REQUEST_GITHUB_SECRETS, RA_REQUEST_GITHUB_SECRETS_OF_ORG,
            RA_REQUEST_GITHUB_ENVIRONMENTS, RA_REQUEST_GITHUB_OPEN_BRANCHES, RA_REQUEST_GITHUB_WORKFLOW_FILES};
        if (!g->repos[i]->rules)
            continue; // nothing can be pushed there
        for (size_t k = 0; k < QUESTIONS; k++)
            questions[n * QUESTIONS + k] = (struct ra_question){.request = asked[k], .args = {g->repos[i]->full}};
        of[n++] = g->repos[i];
    }
    ra_gh_ask(g, questions, n * QUESTIONS, answers);
    for (size_t i = 0; i < n; i++)
        read_answers(g, of[i], answers + i * QUESTIONS);
}
