// Answers of GitLab that are odd, cut or missing: none of them takes a right away that the token may have.
#include "answer_table.h"

#define SELF "/personal_access_tokens/self"
#define PUSH "/info/refs?service=git-receive-pack"
#define PROJECT(visible, permissions, more)                                                                        \
    "{\"path_with_namespace\":\"acme/app\",\"default_branch\":\"main\",\"visibility\":\"" visible "\",\"archived\":false," \
    "\"namespace\":{\"kind\":\"group\",\"full_path\":\"acme\"},\"permissions\":{" permissions "}" more "}"
#define LEVEL(n) "\"project_access\":{\"access_level\":" n "},\"group_access\":null"

static void server(const char *projects, unsigned push, const char *says)
{
    begin("gitlab", "forge.test", "personal");
    when(SELF, 200, "", "{\"scopes\":[\"api\"]}");
    when("/api/v4/user", 200, "", "{\"username\":\"mona\",\"is_admin\":false}");
    when("/api/v4/projects?", 200, "", projects);
    when("/repository/branches/main", 200, "", "{\"name\":\"main\",\"protected\":true,\"can_push\":true}");
    when("/protected_branches/main", 200, "", "{\"allow_force_push\":false}");
    when(PUSH, push, "", says);
    ra_provide_gitlab(&provide);
}

// A project that is listed as one of the account's own is one, however it got in: null is not "no member".
static void levels_that_are_not_shown(void **state)
{
    (void)state;
    server("[" PROJECT("private", "\"project_access\":null,\"group_access\":null", "") "]", 500, "");
    expect("forge.test/acme/app:administration=write", UNKNOWN);
    expect("forge.test/acme/app:contents=write", UNKNOWN);
    server("[" PROJECT("private", LEVEL("30"), ",\"shared_with_groups\":[{\"group_access_level\":40}]") "]", 500, "");
    expect("forge.test/acme/app:administration=write", UNKNOWN);
    server("[" PROJECT("private", LEVEL("30"), ",\"shared_with_groups\":[]") "]", 500, "");
    expect("forge.test/acme/app:administration=write", DENIED);
}

// Every login reads what is internal.
static void internal_projects(void **state)
{
    (void)state;
    server("[" PROJECT("internal", LEVEL("10"), "") "]", 403, "You are not allowed to push code");
    expect("forge.test/acme/app:contents=read", PRESENT);
}

static void git_that_is_shut(void **state)
{
    (void)state;
    server("[" PROJECT("private", LEVEL("30"), "") "]", 403, "Git access over HTTP is not allowed");
    expect("forge.test/acme/app:contents=write", UNKNOWN);
    server("[" PROJECT("private", LEVEL("30"), "") "]", 403, "no");
    expect("forge.test/acme/app:contents=write", UNKNOWN); // scope and level give it
    server("[" PROJECT("private", LEVEL("20"), "") "]", 403, "no");
    expect("forge.test/acme/app:contents=write", DENIED);
}

static void lists_that_are_none(void **state)
{
    (void)state;
    static const char *const lists[] = {"{}", "[{}]", "[7]"};
    for (size_t i = 0; i < RA_COUNT(lists); i++) {
        server(lists[i], 404, "");
        expect("forge.test/mona:other-projects=use", UNKNOWN);
    }
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(levels_that_are_not_shown), cmocka_unit_test(internal_projects),
                                       cmocka_unit_test(git_that_is_shut), cmocka_unit_test(lists_that_are_none)};
    return cmocka_run_group_tests(tests, NULL, end);
}
