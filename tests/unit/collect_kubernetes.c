// What a cluster's reviews tell: everything, one namespace, rules told in part, reviews refused.
#include "answer_table.h"

#define MAY "selfsubjectaccessreviews"
#define RULES "selfsubjectrulesreviews"
#define WHO "selfsubjectreviews"
#define NO "{\"status\":{\"allowed\":false}}"
#define YES "{\"status\":{\"allowed\":true}}"
#define ASKED(resource, sub, verb, ns) \
    "\"resource\":\"" resource "\",\"subresource\":\"" sub "\",\"verb\":\"" verb "\",\"namespace\":\"" ns "\""
#define FORBIDDEN "{\"kind\":\"Status\",\"reason\":\"Forbidden\"}"
#define TOLD(rules) "{\"status\":{\"incomplete\":false,\"resourceRules\":[" rules "]}}"

static void cluster(const char *rules)
{
    begin("kubernetes", "k8s.test:6443", "token");
    when(MAY, 201, "", NO);
    when(RULES, 201, "", rules);
    when(WHO, 201, "", "{\"status\":{\"userInfo\":{\"username\":\"dev\",\"groups\":[\"team\",\"system:authenticated\"]}}}");
    when("/api/v1/namespaces", 403, "", FORBIDDEN);
}

static void administrator(void **state)
{
    (void)state;
    cluster(TOLD(""));
    when(ASKED("*", "", "*", ""), 201, "", YES);
    ra_provide_kubernetes(&provide);
    expect("k8s.test:6443:cluster=administer", PRESENT);
    assert_int_equal(grant("k8s.test:6443:cluster=administer")->least, RA_RADIUS_ORGANIZATION);
    expect("k8s.test:6443:secrets=read", ABSENT); // it is all in the one
    assert_true(asking.told);
    assert_int_equal(n_asked, 2);
    assert_string_equal(fact("login"), "dev");
    begin("kubernetes", "127.0.0.1:6443", "token");
    when(MAY, 201, "", YES);
    when(WHO, 404, "", "{}");
    ra_provide_kubernetes(&provide);
    assert_int_equal(grant("127.0.0.1:6443:cluster=administer")->least, RA_RADIUS_PERSON);
}

static void one_namespace(void **state)
{
    (void)state;
    cluster(TOLD("{\"verbs\":[\"get\",\"list\"],\"apiGroups\":[\"\"],\"resources\":[\"secrets\",\"pods\"]},"
                 "{\"verbs\":[\"create\"],\"apiGroups\":[\"\"],\"resources\":[\"*/exec\"]}"));
    credential.scope = "team-a";
    when(ASKED("secrets", "", "get", "team-a"), 201, "", YES);
    when(ASKED("pods", "exec", "create", "team-a"), 201, "", YES);
    ra_provide_kubernetes(&provide);
    expect("k8s.test:6443:cluster=administer", DENIED);
    expect("k8s.test:6443:secrets=read", DENIED);
    expect("k8s.test:6443/team-a:secrets=read", PRESENT);
    expect("k8s.test:6443/team-a:pods=enter", PRESENT);
    expect("k8s.test:6443:roles=grant", DENIED);
    expect("k8s.test:6443/team-a:roles=grant", ABSENT);
    expect("k8s.test:6443:other-namespaces=use", UNKNOWN);
    expect_says(reason("k8s.test:6443:other-namespaces=use"), "may not list namespaces");
    assert_true(n_asked < 20); // what is in no rule is not asked
}

static void other_namespaces(void **state)
{
    (void)state;
    cluster(TOLD("{\"verbs\":[\"list\"],\"apiGroups\":[\"\"],\"resources\":[\"namespaces\"]}"));
    when("/api/v1/namespaces", 200, "", "{\"items\":[{\"metadata\":{\"name\":\"default\"}},{\"metadata\":{\"name\":\"prod\"}}]}");
    when("\"namespace\":\"prod\"}}", 201, "", TOLD("{\"verbs\":[\"*\"],\"apiGroups\":[\"*\"],\"resources\":[\"*\"]}"));
    ra_provide_kubernetes(&provide);
    expect("k8s.test:6443/prod:secrets=read", PRESENT);
    expect("k8s.test:6443/prod:workloads=run", PRESENT);
    expect("k8s.test:6443:other-namespaces=use", ABSENT);
    cluster(TOLD(""));
    when("/api/v1/namespaces", 200, "", "{\"items\":[{\"metadata\":{\"name\":\"prod\"}}]}");
    when("\"namespace\":\"prod\"}}", 201, "", "{\"status\":{\"incomplete\":true,\"resourceRules\":[]}}");
    ra_provide_kubernetes(&provide);
    expect("k8s.test:6443:other-namespaces=use", UNKNOWN);
}

static void told_in_part(void **state)
{
    (void)state;
    static const char *const partly[] = {
        "{\"status\":{\"incomplete\":true,\"resourceRules\":[]}}", "{\"status\":{\"resourceRules\":[]}}", "{}",
        "{\"status\":{\"incomplete\":false,\"resourceRules\":[],\"evaluationError\":\"webhook\"}}"};
    for (size_t i = 0; i < RA_COUNT(partly); i++) {
        cluster(partly[i]);
        when(ASKED("nodes", "proxy", "get", ""), 201, "", YES);
        when(ASKED("users", "", "impersonate", ""), 201, "", "{\"status\":{\"allowed\":false,\"evaluationError\":\"x\"}}");
        when(ASKED("clusterrolebindings", "", "create", ""), 500, "", "{}");
        ra_provide_kubernetes(&provide);
        expect("k8s.test:6443:nodes=command", PRESENT);
        expect("k8s.test:6443:identities=impersonate", UNKNOWN);
        expect("k8s.test:6443:roles=grant", UNKNOWN);
        expect("k8s.test:6443:secrets=read", DENIED); // by its own review
        assert_true(asking.told);
    }
}

static void refused(void **state)
{
    (void)state;
    cluster(TOLD(""));
    when(MAY, 403, "", FORBIDDEN);
    when(RULES, 403, "", FORBIDDEN);
    ra_provide_kubernetes(&provide);
    expect("k8s.test:6443:cluster=administer", UNKNOWN);
    expect("k8s.test:6443:secrets=read", UNKNOWN);
    expect("k8s.test:6443/default:secrets=read", UNKNOWN);
    static const struct {
        unsigned status;
        const char *body, *says;
    } ends[] = {{401, "{\"reason\":\"Unauthorized\"}", "did not take the login"},
                {0, "", "out of reach"},
                {201, "{\"status\":{\"userInfo\":{\"username\":\"system:anonymous\"}}}", "nobody's"}};
    for (size_t i = 0; i < RA_COUNT(ends); i++) {
        cluster(TOLD(""));
        when(WHO, ends[i].status, "", ends[i].body);
        ra_provide_kubernetes(&provide);
        assert_false(asking.told);
        assert_false(asking.dead);
        assert_int_equal(n_asked, 1);
        expect_says(fact("not asked further"), ends[i].says);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(administrator), cmocka_unit_test(one_namespace),
                                       cmocka_unit_test(other_namespaces), cmocka_unit_test(told_in_part),
                                       cmocka_unit_test(refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
