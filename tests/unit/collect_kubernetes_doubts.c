// Rights that the questions about a cluster do not name: they are read from its rules, or unknown, and never left out.
#include "answer_table.h"

#define MAY "selfsubjectaccessreviews"
#define RULES "selfsubjectrulesreviews"
#define WHO "selfsubjectreviews"
#define RULE(verbs, group, resources, more) \
    "{\"verbs\":[" verbs "],\"apiGroups\":[\"" group "\"],\"resources\":[" resources "]" more "}"
#define TOLD(rules) "{\"status\":{\"incomplete\":false,\"resourceRules\":[" rules "]}}"
#define FORBIDDEN "{\"kind\":\"Status\",\"reason\":\"Forbidden\"}"
#define BASIC RULE("\"create\"", "authorization.k8s.io", "\"selfsubjectaccessreviews\",\"selfsubjectrulesreviews\"", "")

static void cluster(const char *rules)
{
    begin("kubernetes", "k8s.test:6443", "token");
    when(MAY, 201, "", "{\"status\":{\"allowed\":false}}");
    when(RULES, 201, "", rules);
    when(WHO, 201, "", "{\"status\":{\"userInfo\":{\"username\":\"dev\"}}}");
    when("/api/v1/namespaces", 403, "", FORBIDDEN);
    ra_provide_kubernetes(&provide);
    assert_true(asking.told);
}

// A review without a name is refused where a rule is of named things alone.
static void named_things(void **state)
{
    (void)state;
    cluster(TOLD(RULE("\"get\"", "", "\"secrets\"", ",\"resourceNames\":[\"database\"]")));
    expect("k8s.test:6443/default:secrets=read", PRESENT);
    cluster(TOLD(RULE("\"impersonate\"", "", "\"users\"", ",\"resourceNames\":[\"root\"]")));
    expect("k8s.test:6443:identities=impersonate", UNKNOWN);
}

static void what_no_question_names(void **state)
{
    (void)state;
    static const char *const changes[] = {
        TOLD(RULE("\"patch\"", "apps", "\"statefulsets\"", "")), TOLD(RULE("\"update\"", "", "\"configmaps\"", "")),
        TOLD(RULE("\"*\"", "argoproj.io", "\"applications\"", "")), TOLD(RULE("\"create\"", "", "\"pods/eviction\"", "")),
        TOLD(RULE("\"get\",\"deletecollection\"", "", "\"pods\"", ""))};
    for (size_t i = 0; i < RA_COUNT(changes); i++) {
        cluster(changes[i]);
        expect("k8s.test:6443/default:resources=change", PRESENT);
        assert_int_equal(grant("k8s.test:6443/default:resources=change")->least, RA_RADIUS_ORGANIZATION);
    }
    cluster(TOLD(RULE("\"watch\"", "", "\"secrets\"", "")));
    expect("k8s.test:6443/default:secrets=read", PRESENT);
    cluster(TOLD(RULE("\"get\"", "", "\"pods\"", "")));
    expect("k8s.test:6443/default:workloads=read", PRESENT);
    cluster(TOLD(BASIC));
    expect("k8s.test:6443/default:resources=change", ABSENT);
    expect("k8s.test:6443/default:workloads=read", ABSENT);
}

static void rules_that_are_not_whole(void **state)
{
    (void)state;
    cluster("{\"status\":{\"incomplete\":true,\"resourceRules\":[]}}");
    expect("k8s.test:6443/default:resources=change", UNKNOWN);
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(named_things), cmocka_unit_test(what_no_question_names),
                                       cmocka_unit_test(rules_that_are_not_whole)};
    return cmocka_run_group_tests(tests, NULL, end);
}
