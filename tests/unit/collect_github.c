// GitHub's answers and what becomes of them: the table of meanings, each kind of token, roles, rules and bypass.
#include "github_table.h"

#include <errno.h>

static void meanings(void **state)
{
    (void)state;
    static const struct {
        unsigned status;
        const char *headers, *body;
        bool listed;
        enum ra_means means;
        bool stop;
        const char *why;
    } cases[] = {
        {200, "", "[]", false, RA_MEANS_YES, false, NULL},
        {204, "", "", false, RA_MEANS_YES, false, NULL},
        {304, "", "", false, RA_MEANS_YES, false, NULL},
        {200, "", "{\"login\": \"mo", false, RA_MEANS_UNTOLD, false, "cut off"},
        {200, "", "<html>", false, RA_MEANS_UNTOLD, false, "no JSON"},
        {401, "", "{\"message\": \"Bad credentials\"}", false, RA_MEANS_DEAD, true, "does not know"},
        {401, "", "{\"message\": \"Requires authentication\"}", false, RA_MEANS_UNTOLD, false, "another login"},
        {403, "X-GitHub-SSO: required; url=https://github.com/orgs/acme/sso\r\n", "{}", false, RA_MEANS_UNTOLD, false, "sign-on"},
        {403, "", "{\"message\": \"Resource not accessible by integration\"}", false, RA_MEANS_REFUSED, false, "permission"},
        {403, "", "{\"message\": \"Resource not accessible by personal access token\"}", false, RA_MEANS_REFUSED, false, NULL},
        {403, "X-Accepted-GitHub-Permissions: issues=read\r\n", "{\"message\": \"No\"}", false, RA_MEANS_REFUSED, false, NULL},
        {403, "", "{\"message\": \"Must have admin rights to Repository.\"}", false, RA_MEANS_REFUSED, false, "administrator"},
        {403, "", "{\"message\": \"`acme` forbids access via a personal access token (classic)\"}", false, RA_MEANS_UNTOLD, false, "policy"},
        {403, "", "{\"message\": \"the `acme` organization has an IP allow list enabled\"}", false, RA_MEANS_UNTOLD, false, "addresses"},
        {403, "", "{\"message\": \"the organization has enabled OAuth App access restrictions\"}", false, RA_MEANS_UNTOLD, false, "policy"},
        {403, "", "{\"message\": \"Upgrade to GitHub Pro or make this repository public\"}", false, RA_MEANS_UNTOLD, false, "plan"},
        {403, "", "{\"message\": \"Advanced Security must be enabled\"}", false, RA_MEANS_UNTOLD, false, "switched off"},
        {403, "X-RateLimit-Remaining: 0\r\n", "{\"message\": \"API rate limit exceeded\"}", false, RA_MEANS_UNTOLD, true, "quota"},
        {429, "Retry-After: 60\r\n", "{}", false, RA_MEANS_UNTOLD, true, "limits requests"},
        {403, "", "{\"message\": \"You have exceeded a secondary rate limit\"}", false, RA_MEANS_UNTOLD, true, "limits"},
        {403, "", "{\"message\": \"Maximum number of login attempts exceeded\"}", false, RA_MEANS_UNTOLD, true, "logins"},
        {403, "", "{\"message\": \"Forbidden\"}", false, RA_MEANS_UNTOLD, false, "does not know"},
        {404, "", "{\"message\": \"Not Found\"}", false, RA_MEANS_UNTOLD, false, "hidden"},
        {404, "", "{\"message\": \"Not Found\"}", true, RA_MEANS_REFUSED, false, "hidden"},
        {404, "", "{\"message\": \"Branch not protected\"}", false, RA_MEANS_UNPROTECTED, false, NULL},
        {409, "", "{\"message\": \"Git Repository is empty.\"}", false, RA_MEANS_YES, false, NULL},
        {422, "", "{\"message\": \"Validation failed\"}", false, RA_MEANS_UNTOLD, false, "understand"},
        {400, "", "{}", false, RA_MEANS_UNTOLD, false, "understand"},
        {301, "", "{}", false, RA_MEANS_UNTOLD, false, "moved"},
        {502, "", "<html>", false, RA_MEANS_UNTOLD, false, "could not"},
    };
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        struct ra_answer a = answer_of(cases[i].status, cases[i].headers, cases[i].body);
        struct ra_meaning m = ra_answer_means(&arena, "github", &a, cases[i].listed);
        if (m.means != cases[i].means || m.stop != cases[i].stop || (cases[i].why && (!m.why || !strstr(m.why, cases[i].why))))
            fail_msg("case %zu, %u %s: means %d, stop %d, %s", i, cases[i].status, cases[i].body, m.means, m.stop, m.why);
    }
    struct ra_answer none = {.err = ETIMEDOUT, .why = "it took too long"};
    assert_int_equal(ra_answer_means(&arena, "github", &none, true).means, RA_MEANS_UNTOLD);
    assert_string_equal(ra_answer_means(&arena, "github", &none, true).why, "it took too long");
}

static void one_private(const char *role)
{
    when(LIST, 200, "", ra_strfmt(&arena, "[" REPO("acme/app", "true", "%s") "]", role));
    when("/repos/acme/app/rules/branches/main?per_page=100", 200, "", "[]");
    when("/repos/acme/app/branches/main", 200, "", "{\"name\": \"main\", \"protected\": false}");
    when("/user/memberships/orgs?state=active&per_page=100", 200, "", "[]");
    may_push(true);
}

static void classic_with_everything(void **state)
{
    (void)state;
    begin("classic-pat", "delete_repo, gist, repo, workflow, admin:org");
    one_private(ADMIN);
    ra_provide_github(&provide);
    assert_true(asking.told);
    expect("acme/app:contents=read", PRESENT);
    expect("acme/app:contents=write", PRESENT);
    expect("acme/app:default-branch=push", PRESENT);
    expect("acme/app:default-branch=land", PRESENT);
    expect("acme/app:default-branch=rewrite", PRESENT);
    expect("acme/app:repository=delete", PRESENT);
    expect("acme/app:workflows=write", PRESENT);
    expect("acme/app:administration=write", PRESENT);
    expect("acme/app:secrets=write", PRESENT);
    expect("mona:gists=write", PRESENT);
    expect("mona:packages=write", ABSENT);
    expect("acme:organization=administer", ABSENT); // a member of none
    assert_string_equal(fact("login"), "mona");
    assert_string_equal(fact("private repositories"), "1");
    const struct ra_reach *push = ra_reach_find(&inv, "grant:github:acme/app:default-branch=rewrite");
    assert_int_equal(push->least, RA_RADIUS_ORGANIZATION); // acme is not mona
    assert_true(push->traits & RA_TRAIT_REWRITES);
    assert_true(push->traits & RA_TRAIT_OWN_REMOTE);
}

static void role_bounds_scopes(void **state)
{
    (void)state;
    begin("classic-pat", "delete_repo, repo, workflow");
    one_private(READER);
    may_push(false);
    ra_provide_github(&provide);
    expect("acme/app:contents=read", PRESENT);
    expect("acme/app:contents=write", DENIED);
    expect("acme/app:default-branch=push", DENIED);
    expect("acme/app:repository=delete", DENIED);
    expect("acme/app:workflows=write", ABSENT); // excluded, told in one detail
    const struct ra_detail *excluded =
        ra_detail_find(ra_reach_find(&inv, "grant:github:acme/app:contents=read"), "excluded");
    assert_non_null(excluded);
    assert_non_null(strstr(excluded->text, "workflows=write"));
    expect("acme/app:issues=write", PRESENT);
}

static void scopes_without_repo(void **state)
{
    (void)state;
    begin("classic-pat", "");
    when(LIST, 200, "", "[" REPO("mona/site", "false", ADMIN) "]");
    ra_provide_github(&provide);
    assert_true(asking.told);
    expect("mona/site:contents=write", ABSENT);
    assert_string_equal(fact("scopes"), "none");
    begin("oauth", "repo, frobnicate:everything");
    one_private(ADMIN);
    ra_provide_github(&provide);
    expect("frobnicate:everything:scope=unknown", UNKNOWN);
    assert_int_equal(ra_reach_find(&inv, "grant:github:frobnicate:everything:scope=unknown")->ceiling, RA_RADIUS_ORGANIZATION);
    // Without the scope an existing workflow may still run what is pushed.
    expect("acme/app:workflows=write", UNKNOWN);
    expect("acme/app:repository=delete", DENIED);
}

static const char *rule(const char *type, const char *more)
{
    return ra_strfmt(&arena, "[{\"type\": \"%s\", \"ruleset_id\": 7%s}]", type, more);
}

static void rulesets(void **state)
{
    (void)state;
    static const char one[] = ", \"parameters\": {\"required_approving_review_count\": 1}",
                      none[] = ", \"parameters\": {\"required_approving_review_count\": 0}",
                      text[] = ", \"parameters\": {\"required_approving_review_count\": \"0\"}";
    static const struct {
        const char *type, *more, *bypass;
        enum ra_state push, land, rewrite;
    } cases[] = {
        {"pull_request", one, "never", RA_STATE_DENIED, RA_STATE_DENIED, RA_STATE_DENIED},
        {"pull_request", none, "never", RA_STATE_DENIED, RA_STATE_PRESENT, RA_STATE_DENIED},
        {"pull_request", text, "never", RA_STATE_DENIED, RA_STATE_UNKNOWN, RA_STATE_DENIED},
        {"pull_request", "", "never", RA_STATE_DENIED, RA_STATE_UNKNOWN, RA_STATE_DENIED},
        {"pull_request", one, "always", RA_STATE_PRESENT, RA_STATE_PRESENT, RA_STATE_PRESENT},
        {"pull_request", one, "exempt", RA_STATE_PRESENT, RA_STATE_PRESENT, RA_STATE_PRESENT},
        {"pull_request", one, "pull_requests_only", RA_STATE_DENIED, RA_STATE_PRESENT, RA_STATE_DENIED},
        {"pull_request", one, NULL, RA_STATE_UNKNOWN, RA_STATE_UNKNOWN, RA_STATE_UNKNOWN},
        {"update", "", "never", RA_STATE_DENIED, RA_STATE_DENIED, RA_STATE_DENIED},
        {"required_status_checks", "", "never", RA_STATE_DENIED, RA_STATE_UNKNOWN, RA_STATE_DENIED},
        {"non_fast_forward", "", "never", RA_STATE_PRESENT, RA_STATE_PRESENT, RA_STATE_DENIED},
        {"required_linear_history", "", "never", RA_STATE_PRESENT, RA_STATE_PRESENT, RA_STATE_PRESENT},
        {"of_a_later_year", "", "never", RA_STATE_UNKNOWN, RA_STATE_UNKNOWN, RA_STATE_UNKNOWN},
    };
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        begin("classic-pat", "repo"); // no workflow scope: no run of a workflow that approves
        one_private(PUSHER);
        when("/repos/acme/app/rules/branches/main?per_page=100", 200, "", rule(cases[i].type, cases[i].more));
        if (cases[i].bypass)
            when("/repos/acme/app/rulesets/7", 200, "",
                 ra_strfmt(&arena, "{\"id\": 7, \"current_user_can_bypass\": \"%s\"}", cases[i].bypass));
        ra_provide_github(&provide);
        expect("acme/app:contents=write", PRESENT);
        struct {
            const char *right;
            enum ra_state want;
        } each[] = {{"push", cases[i].push}, {"land", cases[i].land}, {"rewrite", cases[i].rewrite}};
        for (size_t k = 0; k < RA_COUNT(each); k++) {
            enum ra_state got = state_of(ra_strfmt(&arena, "acme/app:default-branch=%s", each[k].right));
            if (got == RA_STATE_ABSENT && each[k].want == RA_STATE_DENIED)
                got = RA_STATE_DENIED; // told in "excluded"
            if (got != each[k].want)
                fail_msg("case %zu %s %s: %s is %s", i, cases[i].type, cases[i].bypass ? cases[i].bypass : "-", each[k].right,
                         ra_state_name(got));
        }
    }
}

static void rules_that_cannot_be_read(void **state)
{
    (void)state;
    begin("classic-pat", "repo");
    one_private(PUSHER);
    when("/repos/acme/app/rules/branches/main?per_page=100", 404, "", "{\"message\": \"Not Found\"}");
    ra_provide_github(&provide);
    expect("acme/app:default-branch=push", UNKNOWN);
    begin("classic-pat", "repo");
    one_private(PUSHER);
    when("/repos/acme/app/rules/branches/main?per_page=100", 200,
         "Link: <" API "/repositories/1/rules/branches/main?page=2>; rel=\"next\"\r\n", "[]");
    ra_provide_github(&provide);
    expect("acme/app:default-branch=push", UNKNOWN); // more rules than were read
    begin("classic-pat", "repo");
    one_private(PUSHER);
    when("/repos/acme/app/branches/main", 200, "", "{\"name\": \"trunk\", \"protected\": false}");
    ra_provide_github(&provide);
    expect("acme/app:default-branch=push", UNKNOWN); // the answer is about another branch
}

static void protection(void **state)
{
    (void)state;
    static const char open[] = "\"allow_force_pushes\": {\"enabled\": true}, ";
    static const struct {
        const char *role, *body;
        enum ra_state push, rewrite;
    } cases[] = {
        {PUSHER, "\"enforce_admins\": {\"enabled\": false}, \"required_pull_request_reviews\": {\"required_approving_review_count\": 1}",
         RA_STATE_DENIED, RA_STATE_DENIED},
        {ADMIN, "\"enforce_admins\": {\"enabled\": false}, \"required_pull_request_reviews\": {\"required_approving_review_count\": 1}",
         RA_STATE_PRESENT, RA_STATE_PRESENT},
        {ADMIN, "\"enforce_admins\": {\"enabled\": true}, \"required_status_checks\": {}", RA_STATE_DENIED, RA_STATE_DENIED},
        {ADMIN, "\"enforce_admins\": {\"enabled\": false}, \"lock_branch\": {\"enabled\": true}", RA_STATE_DENIED, RA_STATE_DENIED},
        {PUSHER, "\"restrictions\": {\"users\": [{\"login\": \"Mona\"}], \"teams\": [], \"apps\": []}", RA_STATE_PRESENT, RA_STATE_PRESENT},
        {PUSHER, "\"restrictions\": {\"users\": [], \"teams\": [{\"slug\": \"x\"}], \"apps\": []}", RA_STATE_UNKNOWN, RA_STATE_UNKNOWN},
        {PUSHER, "\"restrictions\": {\"users\": [], \"teams\": [], \"apps\": []}", RA_STATE_DENIED, RA_STATE_DENIED},
    };
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        begin("classic-pat", "repo, workflow");
        one_private(cases[i].role);
        when("/repos/acme/app/branches/main", 200, "", "{\"name\": \"main\", \"protected\": true}");
        when("/repos/acme/app/branches/main/protection", 200, "", ra_strfmt(&arena, "{%s%s}", open, cases[i].body));
        ra_provide_github(&provide);
        enum ra_state push = state_of("acme/app:default-branch=push"), rewrite = state_of("acme/app:default-branch=rewrite");
        if (push != cases[i].push || rewrite != cases[i].rewrite)
            fail_msg("case %zu: push %s, rewrite %s", i, ra_state_name(push), ra_state_name(rewrite));
    }
    // Hidden protection is not none; "Branch not protected" is none.
    for (int told = 0; told < 2; told++) {
        begin("classic-pat", "repo");
        one_private(PUSHER);
        when("/repos/acme/app/branches/main", 200, "", "{\"name\": \"main\", \"protected\": true}");
        when("/repos/acme/app/branches/main/protection", 404, "",
             told ? "{\"message\": \"Branch not protected\"}" : "{\"message\": \"Not Found\"}");
        ra_provide_github(&provide);
        assert_int_equal(state_of("acme/app:default-branch=push"), told ? RA_STATE_PRESENT : RA_STATE_UNKNOWN);
    }
}

#define NODE(rule)                                                                                                     \
    "{\"data\": {\"viewer\": {\"login\": \"mona\", \"repositories\": {\"totalCount\": 1, \"pageInfo\": "               \
    "{\"hasNextPage\": false, \"endCursor\": \"x\"}, \"nodes\": [{\"nameWithOwner\": \"acme/app\", "                   \
    "\"defaultBranchRef\": {\"name\": \"main\", \"refUpdateRule\": " rule "}}]}}}}"

static void graphql(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        enum ra_state push, rewrite;
    } cases[] = {
        {NODE("null"), RA_STATE_PRESENT, RA_STATE_PRESENT},
        {NODE("{\"viewerCanPush\": false, \"allowsForcePushes\": false}"), RA_STATE_DENIED, RA_STATE_DENIED},
        {NODE("{\"viewerCanPush\": true, \"allowsForcePushes\": false}"), RA_STATE_PRESENT, RA_STATE_DENIED},
        {NODE("{\"viewerCanPush\": true, \"allowsForcePushes\": true, \"requiredApprovingReviewCount\": 1}"), RA_STATE_DENIED,
         RA_STATE_DENIED},
        {NODE("{\"allowsForcePushes\": true}"), RA_STATE_UNKNOWN, RA_STATE_UNKNOWN},
        // An unknown field: nothing is told, and the branch is asked, which is protected and does not say how.
        {"{\"errors\": [{\"extensions\": {\"code\": \"undefinedField\"}, \"message\": \"Field 'refUpdateRule' doesn't exist\"}]}",
         RA_STATE_UNKNOWN, RA_STATE_UNKNOWN},
    };
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        begin("classic-pat", "repo");
        one_private(PUSHER);
        when_at("POST " API "/graphql", 200, "", cases[i].body);
        when("/repos/acme/app/branches/main", 200, "", "{\"name\": \"main\", \"protected\": true}");
        ra_provide_github(&provide);
        enum ra_state push = state_of("acme/app:default-branch=push"), rewrite = state_of("acme/app:default-branch=rewrite");
        if (push != cases[i].push || rewrite != cases[i].rewrite)
            fail_msg("case %zu: push %s, rewrite %s", i, ra_state_name(push), ra_state_name(rewrite));
    }
}

static void refuse(const char *path, const char *permission)
{
    when_at(ra_strfmt(&arena, "GET " API "%s", path), 403, ra_strfmt(&arena, "X-Accepted-GitHub-Permissions: %s\r\n", permission),
            "{\"message\": \"Resource not accessible by personal access token\"}");
}

static void fine_grained(void **state)
{
    (void)state;
    begin("fine-grained-pat", NULL);
    one_private(ADMIN); // the account's role; the token has far less
    may_push(false);
    refuse("/repos/acme/app/commits?per_page=1", "contents=read");
    refuse("/repos/acme/app/actions/permissions", "administration=read");
    static const char *const other[] = {"actions/secrets", "actions/variables", "dependabot/secrets", "codespaces/secrets",
                                        "agents/secrets", "agents/variables", "environments/production/secrets"};
    for (size_t i = 0; i < RA_COUNT(other); i++)
        when_at(ra_strfmt(&arena, "GET " API "/repos/acme/app/%s?per_page=1", other[i]), 403, "",
                "{\"message\": \"Resource not accessible by personal access token\"}");
    when("/repos/acme/app/issues?per_page=1", 200, "X-Accepted-GitHub-Permissions: issues=read; pull_requests=read\r\n", "[]");
    // Our table calls it by another name than GitHub: the header wins.
    when("/repos/acme/app/pulls?per_page=1", 200, "X-Accepted-GitHub-Permissions: statuses=read\r\n", "[]");
    ra_provide_github(&provide);
    assert_true(asking.told);
    expect("acme/app:contents=write", DENIED);
    expect("acme/app:default-branch=push", DENIED);
    expect("acme/app:repository=delete", DENIED);
    expect("acme/app:administration=write", ABSENT);
    expect("acme/app:secrets=write", ABSENT);
    expect("acme/app:workflows=write", ABSENT); // without contents nobody edits a workflow
    expect("acme/app:issues=write", UNKNOWN);
    assert_int_equal(ra_reach_find(&inv, "grant:github:acme/app:issues=write")->ceiling, RA_RADIUS_GRANT);
    expect("acme/app:checks=write", UNKNOWN);
    assert_non_null(strstr(fact("table outdated"), "/pulls"));
    expect("mona:packages=write", ABSENT);
    expect("mona:site=administer", ABSENT);
}

static void installation(void **state)
{
    (void)state;
    begin("installation", NULL);
    when("/installation/repositories?per_page=100", 200, "",
         "{\"total_count\": 1, \"repositories\": [" REPO("acme/app", "true", READER) "]}");
    when("/repos/acme/app/rules/branches/main?per_page=100", 200, "", "[]");
    when("/repos/acme/app/branches/main", 200, "", "{\"name\": \"main\", \"protected\": false}");
    may_push(true);
    ra_provide_github(&provide);
    for (size_t i = 0; i < n_asked; i++) {
        assert_null(strstr(asked[i], "/user"));
        assert_null(strstr(asked[i], "/graphql"));
    }
    expect("acme/app:default-branch=push", PRESENT);
    expect("acme:keys=write", ABSENT);
}

static void app_user(void **state)
{
    (void)state;
    begin("app-user", NULL);
    when("/user/installations?per_page=100", 200, "",
         "{\"installations\": [{\"id\": 5, \"suspended_at\": null, \"permissions\": {\"contents\": \"write\", \"metadata\": "
         "\"read\", \"time_travel\": \"write\"}}, {\"id\": 6, \"suspended_at\": \"2026-01-01T00:00:00Z\", \"permissions\": {}}]}");
    when("/user/installations/5/repositories?per_page=100", 200, "",
         "{\"total_count\": 1, \"repositories\": [" REPO("acme/app", "true", ADMIN) "]}");
    when("/repos/acme/app/rules/branches/main?per_page=100", 200, "", "[]");
    when_at("POST " API "/graphql", 200, "", NODE("null"));
    may_push(true);
    ra_provide_github(&provide);
    expect("acme/app:default-branch=push", PRESENT);
    expect("acme/app:administration=write", ABSENT); // the app was not given it, whatever the user's role
    expect("acme/app:issues=write", ABSENT);
    expect("time_travel:scope=unknown", UNKNOWN);
    for (size_t i = 0; i < n_asked; i++)
        assert_null(strstr(asked[i], "/installations/6/"));
}

static void never_used(void **state)
{
    (void)state;
    static const char *const types[] = {"refresh", "oidc-mint", "actions-runtime"};
    for (size_t i = 0; i < RA_COUNT(types); i++) {
        begin(types[i], NULL);
        ra_provide_github(&provide);
        assert_int_equal(n_asked, 0);
        assert_false(asking.told);
        assert_true(fact("can mint")[0] || fact("can write")[0]);
    }
}

static void dead_or_silent(void **state)
{
    (void)state;
    begin("classic-pat", "repo");
    when("/rate_limit", 401, "", "{\"message\": \"Bad credentials\"}");
    ra_provide_github(&provide);
    assert_true(asking.dead);
    assert_int_equal(n_asked, 1); // never a second time
    begin("classic-pat", "repo");
    table[0].err = ETIMEDOUT;
    ra_provide_github(&provide);
    assert_false(asking.dead);
    assert_false(asking.told);
    assert_int_equal(n_asked, 1);
    begin("classic-pat", "repo");
    when("/rate_limit", 200, "X-RateLimit-Limit: 60\r\n", "{}");
    ra_provide_github(&provide);
    assert_false(asking.told);
}

static void hidden_organizations(void **state)
{
    (void)state;
    begin("classic-pat", "repo");
    one_private(ADMIN);
    when(LIST, 200, "X-GitHub-SSO: partial-results; organizations=21955855,20582480\r\n",
         "[" REPO("acme/app", "true", ADMIN) "]");
    ra_provide_github(&provide);
    expect("organization-21955855:organization=hidden", UNKNOWN);
    expect("organization-20582480:organization=hidden", UNKNOWN);
    assert_string_equal(fact("private repositories"), "at least 1");
}

static void push_refusals_that_pass(void **state)
{
    (void)state;
    static const struct {
        unsigned status;
        const char *headers, *body;
        enum ra_state state;
    } cases[] = {
        {200, ADVERTISED, "001f# service=git-receive-pack\n", RA_STATE_PRESENT},
        {200, "Content-Type: text/html\r\n", "<html>sign in</html>", RA_STATE_UNKNOWN},
        {403, "", "Write access to repository not granted.", RA_STATE_DENIED},
        {404, "", "Repository not found.", RA_STATE_DENIED},
        {403, "", "The 'acme' organization has enabled or enforced SAML SSO.", RA_STATE_UNKNOWN},
        {403, "X-GitHub-SSO: required; url=x\r\n", "no", RA_STATE_UNKNOWN},
        {401, "", "", RA_STATE_UNKNOWN},
        {500, "", "", RA_STATE_UNKNOWN},
    };
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        struct ra_answer a = answer_of(cases[i].status, cases[i].headers, cases[i].body);
        assert_int_equal(ra_push_told(&arena, &a).state, cases[i].state);
    }
    struct ra_answer cut = answer_of(200, ADVERTISED, "001f# service=git-receive-pack\n");
    cut.err = EMSGSIZE;
    assert_int_equal(ra_push_told(&arena, &cut).state, RA_STATE_PRESENT);
}

static void bases(void **state)
{
    (void)state;
    static const char *const cases[][4] = {
        {"github.com", "https://api.github.com", "https://github.com", "https://api.github.com"},
        {"api.github.com", "https://api.github.com", "https://github.com", "https://api.github.com"},
        {"octo.ghe.com", "https://api.octo.ghe.com", "https://octo.ghe.com", "https://api.octo.ghe.com"},
        {"ghe.corp.test:8443", "https://ghe.corp.test:8443/api/v3", "https://ghe.corp.test:8443", "https://ghe.corp.test:8443/api"},
    };
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        begin("oauth", "repo");
        credential.host = cases[i][0];
        struct ra_gh g = {.p = &provide};
        ra_gh_bases(&g);
        assert_string_equal(provide.base[RA_BASE_API], cases[i][1]);
        assert_string_equal(provide.base[RA_BASE_WEB], cases[i][2]);
        assert_string_equal(provide.base[RA_BASE_AUX], cases[i][3]);
        for (unsigned b = 0; b < RA_BASE_COUNT; b++) {
            struct ra_url url;
            assert_true(ra_url_parse(&arena, provide.base[b], &url));
            assert_true(ra_url_belongs(&arena, "github", (enum ra_base)b, cases[i][0], &url));
        }
    }
}

static void archived_is_read_only(void **state)
{
    (void)state;
    begin("classic-pat", "repo, workflow");
    one_private(ADMIN);
    when(LIST, 200, "", "[{\"full_name\": \"acme/app\", \"private\": true, \"archived\": true, \"default_branch\": \"main\", "
                        "\"permissions\": {" ADMIN "}}]");
    ra_provide_github(&provide);
    expect("acme/app:contents=write", DENIED);
    expect("acme/app:contents=read", PRESENT);
    expect("acme/app:administration=write", PRESENT); // it can be taken out of the archive
}

// What the program can send to GitHub: GETs, and queries by POST. No text of a change is in it.
static void only_questions(void **state)
{
    (void)state;
    size_t posts = 0;
    for (size_t i = 0; i < RA_REQUEST_COUNT; i++) {
        const struct ra_request_row *r = &ra_requests[i];
        if (strcmp(r->provider, "github") != 0)
            continue;
        assert_true(r->effect[0]);
        if (strcmp(r->method, "GET") == 0) {
            assert_null(r->body);
            continue;
        }
        posts++;
        assert_string_equal(r->method, "POST");
        assert_string_equal(r->path, "/graphql");
        assert_int_equal(strncmp(r->body, "{\"query\":\"query", 15), 0);
        assert_null(strstr(r->body, "mutation"));
    }
    assert_int_equal(posts, 2);
}

static int end(void **state)
{
    (void)state;
    ra_arena_free(&arena);
    arena = (struct ra_arena){0};
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(meanings), cmocka_unit_test(classic_with_everything), cmocka_unit_test(role_bounds_scopes),
        cmocka_unit_test(scopes_without_repo), cmocka_unit_test(rulesets), cmocka_unit_test(rules_that_cannot_be_read),
        cmocka_unit_test(protection), cmocka_unit_test(graphql), cmocka_unit_test(fine_grained),
        cmocka_unit_test(installation), cmocka_unit_test(app_user), cmocka_unit_test(never_used),
        cmocka_unit_test(dead_or_silent), cmocka_unit_test(hidden_organizations),
        cmocka_unit_test(push_refusals_that_pass), cmocka_unit_test(bases), cmocka_unit_test(archived_is_read_only),
        cmocka_unit_test(only_questions),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
