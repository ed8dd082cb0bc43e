// GitLab's answers: scope within level within the branch; tokens for git alone; what is not told.
#include "answer_table.h"

#define SELF "/personal_access_tokens/self"
#define PUSH "/info/refs?service=git-receive-pack"
#define ADVERTISED "Content-Type: application/x-git-receive-pack-advertisement\r\n"
#define PROJECT(name, kind, level, visible)                                                                            \
    "{\"path_with_namespace\":\"" name "\",\"default_branch\":\"main\",\"visibility\":\"" visible "\",\"archived\":false," \
    "\"namespace\":{\"kind\":\"" kind "\",\"full_path\":\"acme\"},\"permissions\":{\"project_access\":{\"access_level\":" level \
    "},\"group_access\":null}}"
#define SCOPE(list) "{\"scopes\":[" list "],\"expires_at\":\"2027-01-01\",\"active\":true}"

static void server(const char *scopes, const char *projects)
{
    begin("gitlab", "forge.test", "personal");
    when(SELF, 200, "", scopes);
    when("/api/v4/user", 200, "", "{\"username\":\"mona\",\"is_admin\":false}");
    when("/api/v4/projects?", 200, "", projects);
    when(PUSH, 200, ADVERTISED, "");
    when("/repository/branches/main", 200, "", "{\"name\":\"main\",\"protected\":true,\"can_push\":true}");
    when("/protected_branches/main", 200, "", "{\"allow_force_push\":false}");
}

static void scope_within_level(void **state)
{
    (void)state;
    server(SCOPE("\"api\""), "[" PROJECT("acme/app", "group", "40", "private") "]");
    ra_provide_gitlab(&provide);
    expect("forge.test/acme/app:contents=read", PRESENT);
    expect("forge.test/acme/app:default-branch=push", PRESENT);
    expect("forge.test/acme/app:default-branch=rewrite", DENIED); // the branch does not let it
    expect("forge.test/acme/app:administration=write", PRESENT);
    expect("forge.test/acme/app:repository=delete", DENIED);
    expect("forge.test/mona:keys=write", PRESENT);
    expect("forge.test/mona:site=administer", DENIED);
    expect("forge.test/mona:other-projects=use", ABSENT);
    assert_int_equal(grant("forge.test/acme/app:default-branch=push")->least, RA_RADIUS_ORGANIZATION);
    assert_true(grant("forge.test/acme/app:default-branch=push")->traits & RA_TRAIT_OWN_REMOTE);
    assert_true(asking.told);
    assert_string_equal(fact("scopes"), "api");
    assert_string_equal(fact("expires"), "2027-01-01");

    server(SCOPE("\"read_api\", \"read_user\""), "[" PROJECT("acme/app", "group", "50", "private") "]");
    when(PUSH, 403, "", "You are not allowed to push code");
    ra_provide_gitlab(&provide);
    expect("forge.test/acme/app:contents=read", PRESENT);
    expect("forge.test/acme/app:contents=write", DENIED);
    expect("forge.test/acme/app:administration=write", DENIED); // the level is, the scope is not
    expect("forge.test/mona:keys=write", DENIED);
}

static void for_git_alone(void **state)
{
    (void)state;
    server("", "");
    when("/api/v4/", 403, "", "{\"error\":\"insufficient_scope\"}");
    ra_provide_gitlab(&provide);
    expect("forge.test/acme/app:contents=write", PRESENT);
    expect("forge.test/acme/app:default-branch=push", UNKNOWN);
    expect("forge.test/acme/app:administration=write", UNKNOWN);
    expect("forge.test:other-projects=use", UNKNOWN);
    assert_true(asking.told);
}

static void own_and_unprotected(void **state)
{
    (void)state;
    server(SCOPE("\"write_repository\""), "[" PROJECT("acme/app", "user", "50", "public") "]");
    when("/api/v4/user", 200, "", "{\"username\":\"acme\",\"is_admin\":true}");
    when("/repository/branches/main", 200, "", "{\"name\":\"main\",\"protected\":false,\"can_push\":true}");
    ra_provide_gitlab(&provide);
    expect("forge.test/acme/app:contents=read", ABSENT); // everybody's
    expect("forge.test/acme/app:default-branch=rewrite", PRESENT);
    expect("forge.test/acme/app:repository=delete", DENIED);
    expect("forge.test/acme:site=administer", DENIED); // not by this scope
    assert_int_equal(grant("forge.test/acme/app:default-branch=push")->least, RA_RADIUS_PERSON);
    static const char *const odd[] = {"{\"name\":\"other\",\"protected\":false,\"can_push\":true}", "{}", "<html>"};
    for (size_t i = 0; i < RA_COUNT(odd); i++) {
        server(SCOPE("\"api\", \"frobnicate\""), "[" PROJECT("acme/app", "group", "30", "private") "]");
        when("/repository/branches/main", 200, "", odd[i]);
        ra_provide_gitlab(&provide);
        expect("forge.test/acme/app:default-branch=push", UNKNOWN);
        expect("frobnicate:scope=unknown", UNKNOWN);
    }
}

static void dead_and_alone(void **state)
{
    (void)state;
    static const struct {
        unsigned status;
        const char *body;
        bool dead;
    } cases[] = {{401, "{\"error\":\"invalid_token\",\"error_description\":\"Token was revoked.\"}", true},
                 {401, "{\"error\":\"invalid_token\",\"error_description\":\"Token is expired.\"}", true},
                 {401, "{\"message\":\"401 Unauthorized\"}", false},
                 {0, "", false},
                 {500, "", false}};
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        server("", "");
        when("/api/v4/", cases[i].status, "", cases[i].body);
        when(PUSH, 401, "", "HTTP Basic: Access denied");
        ra_provide_gitlab(&provide);
        assert_int_equal(asking.dead, cases[i].dead);
        assert_false(asking.told);
        if (!cases[i].dead)
            assert_true(fact("not asked further")[0]);
    }
    static const char *const kinds[] = {"runner", "trigger", "deploy", "scim", "ci-job"};
    for (size_t i = 0; i < RA_COUNT(kinds); i++) {
        begin("gitlab", "forge.test", kinds[i]);
        ra_provide_gitlab(&provide);
        assert_int_equal(n_asked, 0);
        assert_false(asking.told);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(scope_within_level), cmocka_unit_test(for_git_alone),
                                       cmocka_unit_test(own_and_unprotected), cmocka_unit_test(dead_and_alone)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
