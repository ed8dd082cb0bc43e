// Registries of packages and images: who, what it may publish, second factors; tokens that say what they grant.
#include "answer_table.h"

static void npm_is(const char *tfa, const char *tokens, const char *packages)
{
    begin("npm", "pkg.test", "access-token");
    when("/-/whoami", 200, "", "{\"username\":\"mona\"}");
    when("/-/npm/v1/user", tfa ? 200 : 404, "", tfa ? tfa : "{}");
    when("/-/npm/v1/tokens", tokens ? 200 : 404, "", tokens ? tokens : "{}");
    when("/-/user/mona/package", packages ? 200 : 404, "", packages ? packages : "{}");
    ra_provide_npm(&provide);
}
#define PUBLISH "pkg.test/mona:packages=write"
#define CREATE "pkg.test/mona:packages=create"
#define NO_CODE "{\"tfa\":null}"
#define WRITES "{\"objects\":[{\"readonly\":false}],\"urls\":{}}"
#define READS "{\"objects\":[{\"readonly\":true}],\"urls\":{}}"

static void npm_publishes(void **state)
{
    (void)state;
    npm_is(NO_CODE, WRITES, "{\"left\":\"write\",\"right\":\"read\"}");
    expect(PUBLISH, PRESENT);
    expect("pkg.test/mona:packages=read", PRESENT);
    assert_int_equal(grant(PUBLISH)->least, RA_RADIUS_ORGANIZATION);
    assert_int_equal(ra_detail_find(grant(PUBLISH), "packages")->number, 1);
    assert_true(asking.told);
    npm_is(NO_CODE, WRITES, "{}");
    expect(PUBLISH, DENIED); // nothing that anybody installs
    expect(CREATE, PRESENT);
    npm_is(NO_CODE, READS, "{\"left\":\"write\"}");
    expect(PUBLISH, DENIED);
    expect(CREATE, DENIED);
}

static void npm_untold(void **state)
{
    (void)state;
    static const struct {
        const char *tfa, *tokens, *packages, *says;
    } cases[] = {
        {"{\"tfa\":{\"mode\":\"auth-and-writes\"}}", WRITES, "{\"left\":\"write\"}", "one-time password"},
        {NULL, WRITES, "{\"left\":\"write\"}", "one-time password"},
        {NO_CODE, NULL, "{\"left\":\"write\"}", "only reads"},
        {NO_CODE, "{\"objects\":[{\"readonly\":true},{\"readonly\":false}]}", "{\"left\":\"write\"}", "which one"},
        {NO_CODE, "{\"objects\":[{\"readonly\":true}],\"urls\":{\"next\":\"/x\"}}", "{\"left\":\"write\"}", "only reads"},
        {NO_CODE, "{\"objects\":[{\"readonly\":true,\"permissions\":[]}]}", "{\"left\":\"write\"}", "only reads"},
        {NO_CODE, "{\"objects\":[]}", "{\"left\":\"write\"}", "only reads"},
        {NO_CODE, WRITES, NULL, "which packages"},
    };
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        npm_is(cases[i].tfa, cases[i].tokens, cases[i].packages);
        expect(PUBLISH, UNKNOWN);
        expect_says(reason(PUBLISH), cases[i].says);
        assert_true(asking.told);
    }
    static const struct {
        unsigned status;
        const char *body;
    } nobody[] = {{200, "{}"}, {401, "{}"}, {403, "{}"}, {0, ""}, {200, "<html>"}};
    for (size_t i = 0; i < RA_COUNT(nobody); i++) {
        begin("npm", "pkg.test", NULL);
        when("/-/whoami", nobody[i].status, "", nobody[i].body);
        ra_provide_npm(&provide);
        assert_false(asking.told);
        assert_false(asking.dead);
        assert_true(fact("not asked further")[0]);
    }
}

// {"access":[{"type":"repository","name":NAME,"actions":[...]}]} as a token's claims, in base64url.
static const char *token(const char *claims)
{
    static const char abc[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    size_t n = strlen(claims);
    for (size_t i = 0; i < n; i += 3) {
        unsigned v = 0;
        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (i + k < n ? (unsigned char)claims[i + k] : 0);
        for (size_t k = 0; k < 4 && i + k <= n; k++)
            ra_buf_putc(&text, abc[v >> (18 - 6 * k) & 63]);
    }
    return ra_strfmt(&arena, "{\"token\":\"eyJhbGciOiJSUzI1NiJ9.%s.c2ln\"}", text.p);
}

#define REALM(host) "WWW-Authenticate: Bearer realm=\"https://" host "/auth\",service=\"images.test\"\r\n"
static void images(const char *realm)
{
    begin("docker", "images.test", NULL);
    credential.user = "mona";
    when("/v2/", 401, realm, "{}");
}

static void docker_tokens(void **state)
{
    (void)state;
    images(REALM("images.test"));
    when("scope=registry%3Acatalog%3A%2A", 200, "", token("{\"access\":[]}"));
    when("scope=repository%3Aacme%2Fapp%3Apull%2Cpush%2Cdelete", 200, "",
         token("{\"access\":[{\"type\":\"repository\",\"name\":\"acme/app\",\"actions\":[\"pull\",\"push\"]}]}"));
    when("scope=repository%3Amona%2Fapp%3A", 200, "", token("{\"access\":[{\"type\":\"repository\",\"name\":\"x\",\"actions\":[\"*\"]}]}"));
    ra_provide_docker(&provide);
    expect("images.test/acme/app:images=write", PRESENT);
    expect("images.test/acme/app:images=delete", DENIED);
    expect("images.test/mona/app:images=write", DENIED); // the token speaks of another image
    expect("images.test:other-images=use", UNKNOWN);
    assert_true(asking.told);
    static const char *const opaque[] = {"{\"token\":\"opaque\"}", "{}", "[]"};
    for (size_t i = 0; i < RA_COUNT(opaque); i++) {
        images(REALM("images.test"));
        when("scope=", 200, "", opaque[i]);
        ra_provide_docker(&provide);
        expect("images.test/acme/app:images=write", UNKNOWN);
    }
}

static void docker_goes_nowhere_else(void **state)
{
    (void)state;
    static const char *const realms[] = {REALM("evil.test"), REALM("images.test.evil.test"), REALM("images.test:8443"),
                                         REALM("user@images.test"), "WWW-Authenticate: Bearer service=\"x\"\r\n",
                                         "WWW-Authenticate: Bearer realm=\"http://images.test/auth\"\r\n"};
    for (size_t i = 0; i < RA_COUNT(realms); i++) {
        images(realms[i]);
        ra_provide_docker(&provide);
        assert_int_equal(n_asked, 1);
        assert_false(asking.told);
        assert_true(fact("not asked further")[0]);
    }
}

static void docker_logins(void **state)
{
    (void)state;
    images("WWW-Authenticate: Basic realm=\"x\"\r\n");
    ra_provide_docker(&provide);
    assert_false(asking.told);
    begin("docker", "images.test", NULL);
    when("/v2/", 200, "", "{}"); // everybody
    ra_provide_docker(&provide);
    assert_false(asking.told);
    begin("docker", "images.test", "identity-token");
    ra_provide_docker(&provide);
    assert_int_equal(n_asked, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(npm_publishes), cmocka_unit_test(npm_untold), cmocka_unit_test(docker_tokens),
                                       cmocka_unit_test(docker_goes_nowhere_else), cmocka_unit_test(docker_logins)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
