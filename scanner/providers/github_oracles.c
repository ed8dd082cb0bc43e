// Which permissions has a token that no header and no map tells of? One repository is asked, not all: a fine-grained
// token has one set for all its repositories. Each question is a GET whose answer needs the permission. Only few have a
// question that proves *write*; of the others a proved read leaves write untold, a refused read refuses write.
// The header X-Accepted-GitHub-Permissions says what an answer needed, and wins over this table.
#include "providers/github.h"

#include <string.h>
#include <strings.h>

// public: the permission is needed for public repositories too. hides: 404 also means that there is none of it.
static const struct oracle {
    enum ra_request request;
    enum ra_gh_permission permission;
    enum ra_gh_level level;
    bool public, hides;
} on_repo[] = {
    {RA_REQUEST_GITHUB_COMMITS, RA_GH_CONTENTS, RA_GH_READ, false, false},
    {RA_REQUEST_GITHUB_ACTIONS, RA_GH_ADMINISTRATION, RA_GH_READ, true, false},
    {RA_REQUEST_GITHUB_CREATION_CAP, RA_GH_ADMINISTRATION, RA_GH_WRITE, true, true},
    {RA_REQUEST_GITHUB_SECRETS, RA_GH_SECRETS, RA_GH_READ, true, false},
    {RA_REQUEST_GITHUB_VARIABLES, RA_GH_VARIABLES, RA_GH_READ, true, false},
    {RA_REQUEST_GITHUB_DEPENDABOT_SECRETS, RA_GH_DEPENDABOT_SECRETS, RA_GH_READ, true, false},
    {RA_REQUEST_GITHUB_AGENT_SECRETS, RA_GH_AGENT_SECRETS, RA_GH_READ, true, true},
    {RA_REQUEST_GITHUB_AGENT_VARIABLES, RA_GH_AGENT_VARIABLES, RA_GH_READ, true, true},
    {RA_REQUEST_GITHUB_ENVIRONMENT_SECRETS, RA_GH_ENVIRONMENTS, RA_GH_READ, true, true},
    {RA_REQUEST_GITHUB_CODESPACES_SECRETS, RA_GH_CODESPACES_SECRETS, RA_GH_WRITE, true, false},
    {RA_REQUEST_GITHUB_ARTIFACTS, RA_GH_ACTIONS, RA_GH_READ, false, false},
    {RA_REQUEST_GITHUB_DEPLOYMENTS, RA_GH_DEPLOYMENTS, RA_GH_READ, false, false},
    {RA_REQUEST_GITHUB_ISSUES, RA_GH_ISSUES, RA_GH_READ, false, true},
    {RA_REQUEST_GITHUB_PULLS, RA_GH_PULLS, RA_GH_READ, false, false},
    {RA_REQUEST_GITHUB_HOOKS, RA_GH_HOOKS, RA_GH_READ, true, false},
    {RA_REQUEST_GITHUB_PAGES, RA_GH_PAGES, RA_GH_READ, false, true},
    {RA_REQUEST_GITHUB_CODE_SCANNING, RA_GH_CODE_ALERTS, RA_GH_READ, false, true},
    {RA_REQUEST_GITHUB_DEPENDABOT_ALERTS, RA_GH_VULNERABILITIES, RA_GH_READ, false, true},
    {RA_REQUEST_GITHUB_SECRET_ALERTS, RA_GH_SECRET_ALERTS, RA_GH_READ, false, true},
    {RA_REQUEST_GITHUB_CODESPACES, RA_GH_CODESPACES, RA_GH_READ, false, false},
    {RA_REQUEST_GITHUB_CODESPACES_NEW, RA_GH_CODESPACES, RA_GH_WRITE, false, true},
}, on_org[] = {
    {RA_REQUEST_GITHUB_ORG_ACTIONS, RA_GH_ORG_ADMINISTRATION, RA_GH_READ, true, false},
    {RA_REQUEST_GITHUB_ORG_RULESETS, RA_GH_ORG_ADMINISTRATION, RA_GH_WRITE, true, true},
    {RA_REQUEST_GITHUB_ORG_TEAMS, RA_GH_MEMBERS, RA_GH_READ, true, false},
    {RA_REQUEST_GITHUB_ORG_SECRETS, RA_GH_ORG_SECRETS, RA_GH_READ, true, false},
    {RA_REQUEST_GITHUB_ORG_VARIABLES, RA_GH_ORG_VARIABLES, RA_GH_READ, true, false},
    {RA_REQUEST_GITHUB_ORG_ROLES, RA_GH_ORG_ROLES, RA_GH_READ, true, true},
    {RA_REQUEST_GITHUB_ORG_REPO_ROLES, RA_GH_ORG_REPO_ROLES, RA_GH_READ, true, true},
    {RA_REQUEST_GITHUB_ORG_RUNNERS, RA_GH_ORG_RUNNERS, RA_GH_READ, true, false},
    {RA_REQUEST_GITHUB_ORG_HOOKS, RA_GH_ORG_HOOKS, RA_GH_READ, true, false},
}, on_user[] = {
    {RA_REQUEST_GITHUB_USER_KEYS, RA_GH_KEYS, RA_GH_READ, true, false},
    {RA_REQUEST_GITHUB_USER_SIGNING_KEYS, RA_GH_SIGNING_KEYS, RA_GH_READ, true, false},
    {RA_REQUEST_GITHUB_USER_GPG_KEYS, RA_GH_GPG_KEYS, RA_GH_READ, true, false},
    {RA_REQUEST_GITHUB_USER_SECRETS, RA_GH_USER_SECRETS, RA_GH_READ, true, false},
};

static void held(struct ra_gh_set *set, enum ra_gh_permission permission, enum ra_gh_level level, struct ra_evidence from)
{
    struct ra_gh_bound *b = &set->of[permission];
    if (level <= b->least)
        return;
    b->least = level;
    if (b->most < level)
        b->most = RA_GH_WRITE; // of two answers that contradict each other the larger counts
    b->why = "reading is proved, and no question proves writing";
    b->from = from;
}

static void refused(struct ra_gh_set *set, enum ra_gh_permission permission, enum ra_gh_level level,
                    struct ra_evidence from)
{
    struct ra_gh_bound *b = &set->of[permission];
    enum ra_gh_level most = level == RA_GH_READ ? RA_GH_NO : RA_GH_READ;
    if (most < b->most && most >= b->least) {
        b->most = most;
        b->from = from;
    }
}

// "a=read,b=write; c=read": any of the sets would do, all of a set are needed.
static bool header_names(struct ra_span header, const struct oracle *o)
{
    struct ra_span set, item;
    while (header.n && ra_span_until(&header, ';', &set))
        while (set.n && ra_span_until(&set, ',', &item)) {
            ptrdiff_t at = ra_span_chr(item, '=');
            struct ra_span name = ra_span_trim(ra_span_cut(item, 0, at < 0 ? item.n : (size_t)at));
            struct ra_span level = at < 0 ? RA_SPAN("") : ra_span_trim(ra_span_cut(item, (size_t)at + 1, item.n));
            if (ra_span_is(name, ra_gh_permissions[o->permission].name) && ra_gh_level_parse(level) == o->level)
                return true;
        }
    return false;
}

// The one permission that the header names, where it names just one: the answer is about that one.
static bool header_only(struct ra_span header, enum ra_gh_permission *permission, enum ra_gh_level *level)
{
    ptrdiff_t at = ra_span_chr(header, '=');
    if (at < 0 || ra_span_chr(header, ',') >= 0 || ra_span_chr(header, ';') >= 0 ||
        !ra_gh_permission_parse(ra_span_trim(ra_span_cut(header, 0, (size_t)at)), permission))
        return false;
    *level = ra_gh_level_parse(ra_span_trim(ra_span_cut(header, (size_t)at + 1, header.n)));
    return true;
}

static void weigh(struct ra_gh *g, struct ra_gh_set *set, const struct oracle *o, const struct ra_answer *answer,
                  bool shown)
{
    struct ra_meaning m = ra_gh_means(g, answer, shown && !o->hides);
    struct ra_evidence from = ra_answered(g->p, o->request, answer);
    enum ra_gh_permission permission = o->permission;
    enum ra_gh_level level = o->level;
    struct ra_span header = ra_span_of(answer->err ? NULL : ra_answer_header(g->p->arena, answer,
                                                                             "X-Accepted-GitHub-Permissions"));
    bool ours = header.n == 0 || header_names(header, o);
    if (!ours) {
        ra_credential_fact(g->p, "table outdated", ra_strfmt(g->p->arena, "GitHub asks other permissions for %s",
                                                             ra_requests[o->request].path));
        ours = header_only(header, &permission, &level);
    }
    if (!ours)
        return;
    bool alternatives = ra_span_chr(header, ';') >= 0; // one of them is held, and perhaps not this one
    if (m.means == RA_MEANS_YES && alternatives)
        set->of[permission].why = "one of several permissions that would do is held";
    else if (m.means == RA_MEANS_YES)
        held(set, permission, level, from);
    else if (m.means == RA_MEANS_REFUSED)
        refused(set, permission, level, from);
    else if (set->of[permission].least == RA_GH_NO && set->of[permission].most == RA_GH_WRITE && m.why)
        set->of[permission].why = m.why;
}

// One batch of all that is asked once, so that no part waits for the last answer of another.
struct batch {
    struct ra_question *questions;
    const struct oracle **asked;
    struct ra_gh_set **sets;
    size_t n;
};

static void add_all(struct ra_gh *g, struct batch *b, struct ra_gh_set *set, const struct oracle *oracles, size_t n,
                    const char *object, bool only_public)
{
    enum { MOST = RA_COUNT(on_repo) + RA_COUNT(on_org) + RA_COUNT(on_user) };
    if (!b->questions) {
        b->questions = ra_new_array(g->p->arena, struct ra_question, MOST);
        b->asked = ra_new_array(g->p->arena, const struct oracle *, MOST);
        b->sets = ra_new_array(g->p->arena, struct ra_gh_set *, MOST);
    }
    for (size_t i = 0; i < n; i++)
        if (!only_public || oracles[i].public) {
            b->asked[b->n] = &oracles[i];
            b->sets[b->n] = set;
            b->questions[b->n++] = (struct ra_question){.request = oracles[i].request, .args = {object}};
        }
}

static void ask_all(struct ra_gh *g, struct batch *b)
{
    struct ra_answer *answers = ra_new_array(g->p->arena, struct ra_answer, b->n + 1);
    ra_gh_ask(g, b->questions, b->n, answers);
    for (size_t i = 0; i < b->n; i++)
        weigh(g, b->sets[i], b->asked[i], &answers[i], true);
}

static const struct ra_gh_repo *sample_of(struct ra_gh *g)
{
    const struct ra_gh_repo *best = NULL;
    for (size_t i = 0; i < g->n_repos; i++) {
        const struct ra_gh_repo *r = g->repos[i];
        if (r->listed && (!best || (r->is_private && !best->is_private) ||
                          (r->is_private == best->is_private && r->role > best->role)))
            best = r;
    }
    return best;
}

// Whose organization a fine-grained token is bound to: the owner of the first private repository that is not the
// account's own. A token has one resource owner.
static const char *organization_of(struct ra_gh *g)
{
    for (size_t i = 0; i < g->n_repos; i++)
        if (g->repos[i]->is_private && g->repos[i]->others && g->repos[i]->listed)
            return g->repos[i]->owner;
    return NULL;
}

// Asked of a public repository, a refusal may mean that the token is bound to another owner.
static void doubt_other_owners(struct ra_gh *g, const struct ra_gh_repo *sample)
{
    bool others = false;
    for (size_t i = 0; i < g->n_repos; i++)
        others |= g->repos[i]->role >= RA_GH_ROLE_PUSH && strcasecmp(g->repos[i]->owner, sample->owner) != 0;
    for (size_t i = 0; others && i < RA_GH_PERMISSION_COUNT; i++)
        if (g->on_private.of[i].least == RA_GH_NO && g->on_private.of[i].most < RA_GH_WRITE) {
            g->on_private.of[i].most = RA_GH_WRITE;
            g->on_private.of[i].why = "asked of a public repository, whose owner may be another one than the token's";
        }
}

static void never_for_apps(struct ra_gh *g)
{
    static const enum ra_gh_permission only[] = {RA_GH_PACKAGES_DELETE, RA_GH_BILLING, RA_GH_AUDIT_LOG, RA_GH_ENTERPRISE,
                                                 RA_GH_SITE};
    for (size_t i = 0; i < RA_COUNT(only); i++)
        g->on_rest.of[only[i]] = (struct ra_gh_bound){RA_GH_NO, RA_GH_NO, NULL, g->from};
}

void ra_gh_rights_of_user(struct ra_gh *g, struct ra_evidence from)
{
    for (size_t i = 0; i < RA_GH_PERMISSION_COUNT; i++)
        if (ra_gh_permissions[i].at == RA_GH_AT_USER)
            g->on_rest.of[i] = (struct ra_gh_bound){RA_GH_NO, RA_GH_WRITE, "no question of GitHub's proves it", from};
    never_for_apps(g);
    struct batch batch = {0};
    add_all(g, &batch, &g->on_rest, on_user, RA_COUNT(on_user), NULL, false);
    ask_all(g, &batch);
}

static void only_scopes_give(struct ra_gh *g)
{
    never_for_apps(g);
    // Fine-grained tokens have no permission for packages (known from practice), and only apps manage tokens; what an
    // app may do there cannot be asked.
    static const enum ra_gh_permission only_apps[] = {RA_GH_PACKAGES, RA_GH_ORG_TOKENS, RA_GH_ORG_TOKEN_REQUESTS};
    for (size_t i = 0; g->kind == RA_GH_FINE && i < RA_COUNT(only_apps); i++)
        g->on_rest.of[only_apps[i]] = (struct ra_gh_bound){RA_GH_NO, RA_GH_NO, NULL, g->from};
    if (g->kind != RA_GH_FINE) // an installation has no account whose keys it could change
        for (size_t i = 0; i < RA_GH_PERMISSION_COUNT; i++)
            if (ra_gh_permissions[i].at == RA_GH_AT_USER && i != RA_GH_PACKAGES)
                g->on_rest.of[i] = (struct ra_gh_bound){RA_GH_NO, RA_GH_NO, NULL, g->from};
}

void ra_gh_probe(struct ra_gh *g)
{
    const struct ra_gh_repo *sample = sample_of(g);
    bool told = g->on_private.of[RA_GH_CONTENTS].least == g->on_private.of[RA_GH_CONTENTS].most;
    if (g->kind == RA_GH_APP_USER || (g->kind == RA_GH_SCOPED && told))
        return;
    struct ra_gh_set *const sets[] = {&g->on_private, &g->on_public, &g->on_rest};
    for (size_t i = 0; g->kind != RA_GH_SCOPED && i < RA_COUNT(sets); i++)
        ra_gh_set_all(sets[i], RA_GH_NO, RA_GH_WRITE, "no question of GitHub's proves it", g->from);
    if (g->kind == RA_GH_SCOPED)
        return; // scopes that were not told: a probe of one repository would say nothing of the account
    only_scopes_give(g);
    struct batch batch = {0};
    const char *organization = organization_of(g);
    if (sample)
        add_all(g, &batch, &g->on_private, on_repo, RA_COUNT(on_repo), sample->full, !sample->is_private);
    if (organization)
        add_all(g, &batch, &g->on_rest, on_org, RA_COUNT(on_org), organization, false);
    if (g->kind == RA_GH_FINE)
        add_all(g, &batch, &g->on_rest, on_user, RA_COUNT(on_user), NULL, false);
    ask_all(g, &batch);
    if (sample) {
        g->on_private.asked_as = sample->role_told ? sample->role : RA_GH_ROLE_ADMIN;
        if (!sample->is_private)
            doubt_other_owners(g, sample);
        // Without contents nobody changes a workflow; who administers may delete.
        g->on_private.of[RA_GH_DELETE] = g->on_private.of[RA_GH_ADMINISTRATION];
        // A fine-grained token has one set for all repositories of its owner; of others it reads what is public.
        g->on_public = g->on_private;
    }
}
