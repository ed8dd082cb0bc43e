// Services that tell a token in an answer or two: Slack, Anthropic, OpenAI, Hugging Face.
#include "answer_table.h"

static void slack_is(const char *headers, const char *body)
{
    begin("slack", "slack.com", "bot");
    when("GET https://slack.com/api/auth.test", 200, headers, body);
    ra_provide_slack(&provide);
}
#define WHO "{\"ok\":true,\"team\":\"acme\",\"user\":\"bot\"}"

static void slack_scopes(void **state)
{
    (void)state;
    slack_is("x-oauth-scopes: chat:write,channels:history, users:read,team:read\r\n", WHO);
    expect("acme:messages=read", PRESENT);
    expect("acme:messages=write", PRESENT);
    expect("acme:workspace=administer", DENIED);
    expect("acme:channels=manage", DENIED);
    assert_true(asking.told);
    slack_is("x-oauth-scopes: admin.users:write,frobnicate:all\r\n", WHO);
    expect("acme:workspace=administer", PRESENT);
    expect("acme/frobnicate:all:scope=unknown", UNKNOWN);
    slack_is("", WHO);
    expect("acme:scope=unknown", UNKNOWN);
    static const struct {
        const char *body;
        bool dead;
    } ends[] = {{"{\"ok\":false,\"error\":\"token_revoked\"}", true},   {"{\"ok\":false,\"error\":\"account_inactive\"}", true},
                {"{\"ok\":false,\"error\":\"token_expired\"}", true},   {"{\"ok\":false,\"error\":\"invalid_auth\"}", false},
                {"{\"ok\":false,\"error\":\"ekm_access_denied\"}", false}, {"{}", false}, {"<html>", false}};
    for (size_t i = 0; i < RA_COUNT(ends); i++) {
        slack_is("x-oauth-scopes: admin\r\n", ends[i].body);
        assert_int_equal(asking.dead, ends[i].dead);
        assert_false(asking.told);
    }
    begin("slack", "slack.com", "webhook");
    ra_provide_slack(&provide);
    assert_int_equal(n_asked, 0);
}

static void keys_of_models(void **state)
{
    (void)state;
    begin("anthropic", "api.anthropic.com", "api-key");
    when("/v1/models", 200, "anthropic-organization-id: org-1\r\n", "{\"data\":[]}");
    when("/v1/messages/batches", 200, "", "{\"data\":[]}");
    ra_provide_anthropic(&provide);
    expect("data=read", PRESENT);
    expect("models=use", PRESENT);
    assert_string_equal(fact("organization"), "org-1");
    begin("anthropic", "api.anthropic.com", "admin-key");
    when("/v1/organizations/me", 200, "", "{\"name\":\"Acme\"}");
    when("/v1/organizations/users", 403, "", "{\"error\":{\"type\":\"permission_error\"}}");
    ra_provide_anthropic(&provide);
    expect("Acme:organization=administer", DENIED);
    begin("anthropic", "api.anthropic.com", "api-key");
    when("/v1/models", 401, "", "{\"error\":{\"type\":\"authentication_error\",\"message\":\"invalid x-api-key\"}}");
    ra_provide_anthropic(&provide);
    assert_true(asking.dead);
    begin("anthropic", "api.anthropic.com", "oauth-access");
    ra_provide_anthropic(&provide);
    assert_int_equal(n_asked, 0);

    begin("openai", "api.openai.com", "project-key");
    when("https://api.openai.com/v1/models", 200, "openai-organization: acme\r\n", "{\"data\":[]}");
    when("https://api.openai.com/v1/files", 403, "", "{\"error\":{\"message\":\"Missing scopes: api.files.read\"}}");
    ra_provide_openai(&provide);
    expect("data=read", DENIED);
    expect("models=use", UNKNOWN);
    expect("other-endpoints=use", UNKNOWN);
    begin("openai", "api.openai.com", "project-key"); // restricted, and alive
    when("/v1/models", 403, "", "{\"error\":{\"message\":\"You have insufficient permissions. Missing scopes: api.model.read\"}}");
    when("/v1/files", 200, "", "{\"data\":[]}");
    ra_provide_openai(&provide);
    expect("data=read", PRESENT);
    begin("openai", "api.openai.com", "admin-key");
    when("/v1/organization/projects", 200, "", "{\"data\":[]}");
    ra_provide_openai(&provide);
    expect("organization=administer", PRESENT);
    begin("openai", "api.openai.com", "user-key");
    when("/v1/models", 401, "", "{\"error\":{\"code\":\"invalid_api_key\"}}");
    ra_provide_openai(&provide);
    assert_true(asking.dead);
    begin("openai", "gateway.test", "user-key");
    credential.path = "/proxy/v1";
    when("https://gateway.test/proxy/v1/models", 200, "", "{\"data\":[]}");
    ra_provide_openai(&provide);
    assert_true(asking.told);
}

static void hub(const char *body)
{
    begin("huggingface", "huggingface.co", NULL);
    when("/api/whoami-v2", 200, "", body);
    ra_provide_huggingface(&provide);
}

static void hugging_face(void **state)
{
    (void)state;
    hub("{\"name\":\"mona\",\"orgs\":[{\"name\":\"acme\",\"roleInOrg\":\"write\"},{\"name\":\"lab\",\"roleInOrg\":\"contributor\"}],"
        "\"auth\":{\"accessToken\":{\"role\":\"write\"}}}");
    expect("mona:repositories=write", PRESENT);
    assert_int_equal(grant("mona:repositories=write")->least, RA_RADIUS_PERSON);
    expect("acme:repositories=write", PRESENT);
    assert_int_equal(grant("acme:repositories=write")->least, RA_RADIUS_ORGANIZATION);
    expect("lab:repositories=write", UNKNOWN);
    hub("{\"name\":\"mona\",\"orgs\":[{\"name\":\"acme\",\"roleInOrg\":\"admin\"}],\"auth\":{\"accessToken\":{\"role\":\"read\"}}}");
    expect("acme:repositories=write", DENIED);
    expect("mona:repositories=read", PRESENT);
    expect("acme:organization=administer", ABSENT);
    hub("{\"name\":\"mona\",\"auth\":{\"accessToken\":{\"role\":\"fineGrained\",\"fineGrained\":{\"global\":[\"discussion.write\"],\"scoped\":["
        "{\"entity\":{\"type\":\"model\",\"name\":\"acme/m\"},\"permissions\":[\"repo.write\",\"repo.frobnicate\"]},"
        "{\"entity\":{\"type\":\"user\",\"name\":\"mona\"},\"permissions\":[\"repo.content.read\"]}]}}}}");
    expect("acme/m:repositories=write", PRESENT);
    assert_int_equal(grant("acme/m:repositories=write")->least, RA_RADIUS_ORGANIZATION);
    expect("acme/m/repo.frobnicate:scope=unknown", UNKNOWN);
    expect("mona:repositories=read", PRESENT);
    expect("mona:account=write", PRESENT);
    static const char *const odd[] = {"{}", "{\"auth\":{\"accessToken\":{\"role\":\"fineGrained\"}}}", "[]",
                                      "{\"name\":\"mona\",\"auth\":{\"accessToken\":{\"role\":\"new\"}}}"};
    for (size_t i = 0; i < RA_COUNT(odd); i++) {
        hub(odd[i]);
        assert_false(asking.told);
        assert_true(fact("not asked further")[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(slack_scopes), cmocka_unit_test(keys_of_models),
                                       cmocka_unit_test(hugging_face)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
