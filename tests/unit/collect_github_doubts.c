// Answers of GitHub that are odd, cut or missing: none of them takes a right away that the token may have.
#include "github_table.h"

#define NOT_YOURS "{\"message\": \"Resource not accessible by personal access token\"}"
#define MEMBERSHIPS "/user/memberships/orgs?state=active&per_page=100"
#define INSTALLATIONS "/user/installations?per_page=100"

static void one(const char *name, const char *role)
{
    when(LIST, 200, "", ra_strfmt(&arena, "[" REPO("%s", "true", "%s") "]", name, role));
    when(MEMBERSHIPS, 200, "", "[]");
    when("/repos/acme/app/actions/permissions", 200, "", "{\"enabled\": true}");
    when("/repos/acme/app/commits?per_page=1", 200, "", "[]");
    may_push(true);
}

// A header that is there and empty says nothing of a token that has permissions instead of scopes.
static void empty_scopes_of_no_scoped_token(void **state)
{
    (void)state;
    begin("fine-grained-pat", "");
    one("acme/app", ADMIN);
    ra_provide_github(&provide);
    expect("acme/app:administration=write", UNKNOWN);
    assert_null(strstr(fact("kind"), "scopes"));
    begin("installation", "");
    one("acme/app", ADMIN);
    when("/installation/repositories?per_page=100", 200, "", "{\"repositories\": [" REPO("acme/app", "true", ADMIN) "]}");
    ra_provide_github(&provide);
    expect("acme/app:administration=write", UNKNOWN);
    begin("app-user", "");
    when(INSTALLATIONS, 200, "", "{\"installations\": [{\"id\": 5, \"permissions\": {\"administration\": \"write\"}}]}");
    when("/user/installations/5/repositories?per_page=100", 200, "",
         "{\"repositories\": [" REPO("acme/app", "true", ADMIN) "]}");
    ra_provide_github(&provide);
    expect("acme/app:administration=write", PRESENT);
}

static void lists_that_are_none(void **state)
{
    (void)state;
    static const char *const lists[] = {"{}", "[{\"private\": true}]", "[{\"full_name\": \"a/b/c\"}]", "[5]",
                                        "{\"message\": \"soon\"}"};
    for (size_t i = 0; i < RA_COUNT(lists); i++) {
        begin("classic-pat", "repo");
        when(LIST, 200, "", lists[i]);
        ra_provide_github(&provide);
        if (state_of("mona:repositories=unlisted") != RA_STATE_UNKNOWN)
            fail_msg("taken for a whole list: %s", lists[i]);
    }
    static const char *const installations[] = {"{}", "{\"installations\": [{\"permissions\": {}}]}"};
    for (size_t i = 0; i < RA_COUNT(installations); i++) {
        begin("app-user", NULL);
        when(INSTALLATIONS, 200, "", installations[i]);
        ra_provide_github(&provide);
        if (state_of("mona:repositories=unlisted") != RA_STATE_UNKNOWN)
            fail_msg("taken for a whole list: %s", installations[i]);
    }
    begin("app-user", NULL);
    when(INSTALLATIONS, 200, "", "{\"installations\": [{\"id\": 5}]}"); // what it was given is not told
    when("/user/installations/5/repositories?per_page=100", 200, "",
         "{\"repositories\": [" REPO("acme/app", "true", ADMIN) "]}");
    ra_provide_github(&provide);
    expect("acme/app:administration=write", UNKNOWN);
}

// Whose a repository is, nobody said: then it is other people's.
static void account_that_is_not_told(void **state)
{
    (void)state;
    begin("classic-pat", "repo, site_admin");
    when("/user", 200, "", "{}");
    one("acme/app", ADMIN);
    ra_provide_github(&provide);
    expect("acme/app:administration=write", PRESENT);
    assert_int_equal(ra_reach_find(&inv, "grant:github:acme/app:administration=write")->least, RA_RADIUS_ORGANIZATION);
    expect("acme:site=administer", PRESENT);
}

static void organizations_that_are_not_told(void **state)
{
    (void)state;
    begin("classic-pat", "admin:org");
    when(LIST, 200, "", "[]");
    when(MEMBERSHIPS, 502, "", "<html>");
    ra_provide_github(&provide);
    expect("more-organizations:organization=administer", UNKNOWN);
    begin("classic-pat", "admin:org");
    when(LIST, 200, "", "[]");
    when(MEMBERSHIPS, 200, "", "[{\"role\": \"overlord\", \"organization\": {\"login\": \"acme\"}}]");
    ra_provide_github(&provide);
    expect("more-organizations:organization=administer", UNKNOWN);
}

// An app may have been given rights over the account itself, installed or not.
static void app_without_installations(void **state)
{
    (void)state;
    begin("app-user", NULL);
    when(INSTALLATIONS, 200, "", "{\"installations\": []}");
    when("/user/keys?per_page=1", 200, "", "[]");
    when("/user/gpg_keys?per_page=1", 403, "", NOT_YOURS);
    when("/user/ssh_signing_keys?per_page=1", 403, "", NOT_YOURS);
    ra_provide_github(&provide);
    expect("mona:keys=write", UNKNOWN);
    expect("mona:signing-keys=write", ABSENT);
}

// Asked of a public repository, the answer is about its owner's: the token may be bound to another owner.
static void public_sample_of_another_owner(void **state)
{
    (void)state;
    begin("fine-grained-pat", NULL);
    when(LIST, 200, "", "[" REPO("mona/site", "false", ADMIN) ", " REPO("acme/app", "false", ADMIN) "]");
    static const char *const of[] = {"actions/permissions", "actions/secrets?per_page=1", "hooks?per_page=1"};
    for (size_t i = 0; i < RA_COUNT(of); i++)
        when_at(ra_strfmt(&arena, "GET " API "/repos/mona/site/%s", of[i]), 403, "", NOT_YOURS);
    may_push(true);
    ra_provide_github(&provide);
    expect("acme/app:administration=write", UNKNOWN);
    expect("acme/app:secrets=write", UNKNOWN);
}

// Something between us and git answered, or git alone is shut: the interface for programs may still write.
static void git_that_refuses(void **state)
{
    (void)state;
    begin("fine-grained-pat", NULL);
    one("acme/app", ADMIN);
    when_at(PUSH_LINE("acme/app"), 403, "Content-Type: text/html; charset=utf-8\r\n", "<html>Blocked by policy</html>");
    ra_provide_github(&provide);
    expect("acme/app:contents=write", UNKNOWN);
    begin("classic-pat", "repo");
    one("acme/app", ADMIN);
    may_push(false);
    ra_provide_github(&provide);
    expect("acme/app:contents=write", UNKNOWN);
    expect("acme/app:default-branch=push", UNKNOWN);
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
        cmocka_unit_test(empty_scopes_of_no_scoped_token), cmocka_unit_test(lists_that_are_none),
        cmocka_unit_test(account_that_is_not_told),        cmocka_unit_test(organizations_that_are_not_told),
        cmocka_unit_test(app_without_installations),       cmocka_unit_test(public_sample_of_another_owner),
        cmocka_unit_test(git_that_refuses),
    };
    return cmocka_run_group_tests(tests, NULL, end);
}
