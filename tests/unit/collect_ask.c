// Where a request may go, what is in it, and who a credential belongs to.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "providers/where.h"

static struct ra_arena a;

// ---- the table of requests --------------------------------------------------------------------------

static bool is_query(const char *body)
{
    // A GraphQL document that is a query, or AWS actions that only ask.
    static const char *const fine[] = {"{\"query\":\"query ", "{\"query\":\"{", "{\"query\":\"query{", "{\"query\":\"query(", "Action=Get",
                                       "Action=Simulate", "Action=List", "Action=Describe",
                                       "{\"apiVersion\":\"authorization.k8s.io/v1\",\"kind\":\"SelfSubject",
                                       "{\"kind\":\"SelfSubject", "{\"apiVersion\":\"authentication.k8s.io/v1\",\"kind\":\"SelfSubjectReview\""};
    if (strstr(body, "mutation"))
        return false;
    for (size_t i = 0; i < RA_COUNT(fine); i++)
        if (strncmp(body, fine[i], strlen(fine[i])) == 0)
            return true;
    return false;
}

static void test_no_request_changes_anything(void **state)
{
    (void)state;
    assert_true(RA_REQUEST_COUNT > 1);
    for (size_t i = 0; i < RA_REQUEST_COUNT; i++) {
        const struct ra_request_row *r = &ra_requests[i];
        bool reads = strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0;
        bool asks = strcmp(r->method, "POST") == 0 && r->body && is_query(r->body);
        if (!reads && !asks)
            fail_msg("%s: %s is no request that only reads", r->name, r->method);
        if (reads && r->body)
            fail_msg("%s: a body with %s", r->name, r->method);
        if (!r->effect || strlen(r->effect) < 8 || !strchr(r->effect, '.'))
            fail_msg("%s: no document says that it changes nothing", r->name);
        if (r->path[0] && r->path[0] != '/' && r->path[0] != '?')
            fail_msg("%s: a path that begins with no slash could name another host", r->name);
        if (strstr(r->path, "token=") || strstr(r->path, "key=") || strstr(r->path, "access_token="))
            fail_msg("%s: no credential stands in a URL", r->name);
        if ((r->auth == RA_AUTH_HEADER) != (r->with && r->auth != RA_AUTH_BASIC && r->auth != RA_AUTH_SIGV4))
            fail_msg("%s: a header's name belongs to HEADER", r->name);
        static const char *const never[] = {"/pages/health", "generate-report", "/stats/", "/revoke", "/tarball", "/zipball"};
        for (size_t k = 0; k < RA_COUNT(never); k++)
            if (strstr(r->path, never[k]))
                fail_msg("%s: %s has effects", r->name, never[k]);
        for (size_t k = 0; k < i; k++)
            if (strcmp(ra_requests[k].name, r->name) == 0)
                fail_msg("%s: twice", r->name);
    }
}

// ---- URLs -------------------------------------------------------------------------------------------

static void test_url_is_one_plain_host(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "https://github.com@evil.test/", "https://user:pw@github.com/", "https://github.com./", "https://.github.com/",
        "https://git..hub.com/", "https://github.com:/", "https://github.com:0/", "https://github.com:65536/",
        "https://github.com:443x/", "https://g\xC3\xADthub.com/", "https://github.com%2e/", "https://github.com\\@evil.test/",
        "https:///user", "https:/github.com/", "//github.com/", "ftp://github.com/", "file:///etc/passwd", "https://a b/",
        "https://github.com/a b", "https://github.com/a\nb", "https://github.com/#x", "https://github.com/\x7f",
        "https://[::1/", "https://[::1]x/", "https://[fe80::1%25eth0]/", "javascript:alert(1)", "", "https://"};
    static const char *const good[][2] = {{"https://API.GitHub.com/user?x=1", "api.github.com"},
                                          {"HTTPS://ghe.corp.test:8443/api/v3", "ghe.corp.test"},
                                          {"https://[::1]:8443/", "[::1]"}, {"https://xn--gthub-zsa.com", "xn--gthub-zsa.com"},
                                          {"http://127.0.0.1:1/", "127.0.0.1"}};
    struct ra_url url;
    for (size_t i = 0; i < RA_COUNT(bad); i++)
        if (ra_url_parse(&a, bad[i], &url))
            fail_msg("taken for a URL: %s (host %s)", bad[i], url.host);
    for (size_t i = 0; i < RA_COUNT(good); i++) {
        assert_true(ra_url_parse(&a, good[i][0], &url));
        assert_string_equal(url.host, good[i][1]);
    }
    assert_true(ra_url_parse(&a, "https://ghe.corp.test:8443/api/v3?x", &url));
    assert_int_equal(url.port, 8443);
    assert_true(ra_span_is(url.rest, "/api/v3?x"));
}

static void test_a_credential_belongs_to_its_own_host(void **state)
{
    (void)state;
    static const struct {
        const char *host, *url;
        enum ra_base base;
        bool yes;
    } rows[] = {
        {"github.com", "https://api.github.com/user", RA_BASE_API, true},
        {"github.com", "https://github.com/a/b.git/info/refs", RA_BASE_WEB, true},
        {"GitHub.com", "https://API.github.com/user", RA_BASE_API, true},
        {"github.com", "https://api.github.com:443/user", RA_BASE_API, true},
        {"acme.ghe.com", "https://api.acme.ghe.com/user", RA_BASE_API, true},
        {"ghe.corp.test", "https://ghe.corp.test/api/v3/user", RA_BASE_API, true},
        {"ghe.corp.test:8443", "https://ghe.corp.test:8443/api/v3/user", RA_BASE_API, true},
        {"127.0.0.1:8080", "http://127.0.0.1:8080/", RA_BASE_API, true},
        {"localhost:8080", "http://localhost:8080/", RA_BASE_API, true},
        {"github.com", "https://api.github.com/user", RA_BASE_WEB, false},
        {"github.com", "http://api.github.com/user", RA_BASE_API, false},
        {"github.com", "https://api.github.com:8443/user", RA_BASE_API, false},
        {"github.com", "https://github.com.evil.test/", RA_BASE_API, false},
        {"github.com", "https://evilgithub.com/", RA_BASE_API, false},
        {"github.com", "https://api.github.com.evil.test/", RA_BASE_API, false},
        {"github.com", "https://xn--gthub-zsa.com/", RA_BASE_API, false},
        {"github.com", "https://gist.github.com/", RA_BASE_API, false},
        {"github.com.", "https://api.github.com/", RA_BASE_API, false},
        {"acme.ghe.com", "https://api.evil.ghe.com/", RA_BASE_API, false},
        {"acme.ghe.com", "https://api.github.com/", RA_BASE_API, false},
        {"a.b.ghe.com", "https://api.a.b.ghe.com/", RA_BASE_API, false},
        {"ghe.com", "https://api.ghe.com/", RA_BASE_API, false},
        {"github.com", "https://api.acme.ghe.com/", RA_BASE_API, false},
        {"github.com:8443", "https://api.github.com/", RA_BASE_API, false},
        {"ghe.corp.test:8443", "https://ghe.corp.test/", RA_BASE_API, false},
        {"ghe.corp.test", "https://ghe.corp.test:8443/", RA_BASE_API, false},
        {"ghe.corp.test", "http://ghe.corp.test/", RA_BASE_API, false},
        {"127.0.0.1:8080", "http://127.0.0.1:8081/", RA_BASE_API, false},
        {"127.0.0.1", "http://127.0.0.2/", RA_BASE_API, false},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        struct ra_url url;
        assert_true(ra_url_parse(&a, rows[i].url, &url));
        if (ra_url_belongs(&a, "github", rows[i].base, rows[i].host, &url) != rows[i].yes)
            fail_msg("%s to %s: not %d", rows[i].host, rows[i].url, rows[i].yes);
    }
}

// Plain http leaves this machine for the addresses of metadata services alone, and only for their own rows.
static void test_metadata_addresses(void **state)
{
    (void)state;
    const struct {
        const char *provider, *host, *url;
        bool yes;
    } rows[] = {
        {"metadata-aws", "169.254.169.254", "http://169.254.169.254", true},
        {"metadata-alibaba", "100.100.100.200", "http://100.100.100.200", true},
        {"metadata-aws", "[fd00:ec2::254]", "http://[fd00:ec2::254]", true},
        {"github", "169.254.169.254", "http://169.254.169.254", false},
        {"metadata-aws", "169.254.169.254", "http://169.254.169.254:8080", false},
        {"metadata-aws", "169.254.169.254", "http://169.254.170.2", false},
        {"metadata-aws", "192.0.2.1", "http://192.0.2.1", false},
        {"metadata-aws", "169.254.169.254.corp.test", "http://169.254.169.254.corp.test", false},
        {"metadata-aws", "169.253.169.254", "http://169.253.169.254", false},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        struct ra_url url;
        assert_true(ra_url_parse(&a, rows[i].url, &url));
        if (ra_url_belongs(&a, rows[i].provider, RA_BASE_API, rows[i].host, &url) != rows[i].yes)
            fail_msg("%s, %s to %s: not %d", rows[i].provider, rows[i].host, rows[i].url, rows[i].yes);
    }
}

static void test_url_building(void **state)
{
    (void)state;
    static const struct ra_request_row row = {.path = "/repos/{}/contents/{/}?ref={}"};
    const struct {
        const char *args[3], *is; // NULL: refused
    } rows[] = {
        {{"app", "a/b", "main"}, "https://h/repos/app/contents/a/b?ref=main"},
        {{"a/b", "c", "d"}, "https://h/repos/a%2Fb/contents/c?ref=d"},
        {{"a?b#c", "d e/f%", "\xC3\xA9&x=1"}, "https://h/repos/a%3Fb%23c/contents/d%20e/f%25?ref=%C3%A9%26x%3D1"},
        {{"..", "c", "d"}, NULL}, {{".", "c", "d"}, NULL}, {{"", "c", "d"}, NULL},
        {{"a", "../../user", "d"}, NULL}, {{"a", "b//c", "d"}, NULL}, {{"a", "b/./c", "d"}, NULL},
        {{"a", "b", NULL}, NULL}, {{"a\r\nHost: evil", "b", "c"}, "https://h/repos/a%0D%0AHost%3A%20evil/contents/b?ref=c"},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
        size_t used;
        bool done = ra_url_build(&text, "https://h", &row, rows[i].args, 3, &used);
        assert_int_equal(done, rows[i].is != NULL);
        if (done)
            assert_string_equal(text.p, rows[i].is);
    }
}

// ---- answers ----------------------------------------------------------------------------------------

static void test_headers_and_next(void **state)
{
    (void)state;
    struct ra_answer answer = {.headers = RA_SPAN("HTTP/1.1 200 OK\r\nX-One: 1\r\nx-one:  2 \r\nEmpty:\r\n"
        "Link: <https://h/a?page=1,2>; rel=\"prev\", <https://h/a?page=3;x>; title=\"next\"; rel=\"last next\"\r\n\r\n")};
    assert_string_equal(ra_answer_header(&a, &answer, "X-ONE"), "2");
    assert_string_equal(ra_answer_header(&a, &answer, "empty"), "");
    assert_null(ra_answer_header(&a, &answer, "one"));
    assert_string_equal(ra_answer_next(&a, &answer), "https://h/a?page=3;x");
    static const char *const none[] = {"Link: <https://h/a>; rel=\"prev\"\r\n", "Link: https://h/a; rel=next\r\n",
                                       "Link: <https://h/a\r\n", "Link: <>\r\n", "X: <https://h>; rel=next\r\n", ""};
    for (size_t i = 0; i < RA_COUNT(none); i++) {
        answer.headers = ra_span_of(none[i]);
        assert_null(ra_answer_next(&a, &answer));
    }
    answer.headers = RA_SPAN("link: <https://h/b>; rel=next\r\n");
    assert_string_equal(ra_answer_next(&a, &answer), "https://h/b");
}

static void test_body_is_json_whatever_the_argument(void **state)
{
    (void)state;
    static const struct ra_request_row row = {.body = "{\"query\":\"query($o:String!){x}\",\"variables\":{\"o\":\"{}\"}}"};
    static const struct ra_request_row simple = {.body = "{\"o\":\"{}\",\"p\":\"{}\"}"};
    const char *args[] = {"a\"b\\c\n\x01", "d"};
    struct ra_span text = ra_ask_body(&a, &simple, args, 2);
    assert_true(ra_span_is(text, "{\"o\":\"a\\\"b\\\\c\\u000a\\u0001\",\"p\":\"d\"}"));
    (void)row;
    assert_int_equal(ra_ask_body(&a, &(struct ra_request_row){0}, args, 2).n, 0);
}

// ---- signing ----------------------------------------------------------------------------------------

// AWS's own examples: "Signature Version 4 test suite", get-vanilla, post-x-www-form-urlencoded, post-sts-token.
static void test_sigv4_of_the_vendors_examples(void **state)
{
    (void)state;
    static const char secret[] = "wJalrXUtnFEMI/K7MDENG" "+bPxRfiCYEXAMPLEKEY";
    static const struct {
        const char *method, *type, *body, *names, *signature;
    } rows[] = {
        {"GET", NULL, "", "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
        {"POST", NULL, "", "host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
        {"POST", "application/x-www-form-urlencoded", "Param1=value1", "content-type;host;x-amz-date",
         "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        const char *list[3] = {NULL};
        size_t n = 0;
        const struct ra_sigv4 s = {.id = RA_SPAN("AKIDEXAMPLE"), .secret = ra_span_of(secret), .method = rows[i].method,
                                   .host = "example.amazonaws.com", .rest = RA_SPAN("/"), .content_type = rows[i].type,
                                   .body = ra_span_of(rows[i].body), .now_s = 1440938160, .region = "us-east-1",
                                   .service = "service"};
        ra_sigv4_headers(&a, &s, list, &n);
        assert_int_equal(n, 2);
        assert_string_equal(list[0], ra_strfmt(&a, "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/"
                                               "service/aws4_request, SignedHeaders=%s, Signature=%s", rows[i].names,
                                               rows[i].signature));
        assert_string_equal(list[1], "X-Amz-Date: 20150830T123600Z");
    }
}

// ---- records, hosts ---------------------------------------------------------------------------------

static void test_records_come_back_or_not_at_all(void **state)
{
    (void)state;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    struct ra_held h;
    ra_held_put(&b, &(struct ra_held){.provider = "github", .secret = "token:github:1", .place = "env:X",
                                      .value = {.value = RA_SPAN("one\0two"), .id = RA_SPAN("id")}});
    ra_held_put_remote(&b, RA_SPAN("git@github.com:acme/app.git"));
    struct ra_span rest = ra_buf_view(&b);
    assert_true(ra_held_next(&a, &rest, &h));
    assert_string_equal(h.secret, "token:github:1");
    assert_null(h.host);
    assert_true(ra_span_eq(h.value.value, RA_SPAN("one\0two")));
    assert_true(ra_span_is(h.value.id, "id"));
    assert_true(ra_held_next(&a, &rest, &h));
    assert_string_equal(h.provider, "");
    assert_string_equal(h.place, "github.com/acme/app");
    assert_true(ra_held_next(&a, &rest, &h)); // and as SSH logs in to it
    assert_string_equal(h.provider, "ssh");
    assert_string_equal(h.user, "git");
    assert_false(ra_held_next(&a, &rest, &h));
    size_t first = 0;
    rest = ra_buf_view(&b);
    ra_held_next(&a, &rest, &h);
    first = b.n - rest.n;
    for (size_t n = 1; n < b.n; n++) {
        rest = (struct ra_span){b.p, n};
        assert_int_equal(ra_held_next(&a, &rest, &h), n >= first);
        if (n < first)
            assert_int_equal(rest.n, n); // not taken: the bytes are no record
    }
}

static void test_remotes(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"https://user:pw@github.com/acme/app.git", "github.com/acme/app"}, {"https://ghe.test:8443/a/b/", "ghe.test:8443/a/b"},
        {"ssh://git@github.com:22/a/b", "github.com/a/b"}, {"git@ssh.github.com:a/b.git", "github.com/a/b"},
        {"ssh://git@ssh.github.com:443/a/b", "github.com/a/b"}, {"/srv/git/app.git", NULL}, {"../app", NULL},
        {"file:///srv/app.git", NULL}, {"https://github.com/", NULL}, {"", NULL}, {"./a:b/c", NULL}};
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
        struct ra_held h = {0};
        ra_held_put_remote(&b, ra_span_of(rows[i][0]));
        struct ra_span rest = ra_buf_view(&b);
        bool any = ra_held_next(&a, &rest, &h);
        if (any != (rows[i][1] != NULL) || (any && strcmp(h.place, rows[i][1]) != 0))
            fail_msg("%s: %s", rows[i][0], any ? h.place : "nothing");
    }
}

static void test_where_a_credential_belongs(void **state)
{
    (void)state;
    static const struct ra_provider github = {.name = "github", .home = "github.com"};
    static const char *const no_env[] = {NULL};
    static const char *const server[] = {"GITHUB_API_URL=https://ghe.corp.test/api/v3", NULL};
    static const char *const home[] = {"GITHUB_API_URL=https://api.github.com", NULL};
    static const char *const gh[] = {"GH_HOST=ghe.corp.test:8443", NULL};
    static const char *const evil[] = {"GITHUB_API_URL=https://api.github.com@evil.test/", NULL};
    const struct {
        const char *place, *beside;
        const char *const *env;
        const char *host;
        bool fixed;
    } rows[] = {
        {"env:GITHUB_TOKEN", NULL, no_env, "github.com", true},
        {"env:GITHUB_TOKEN", NULL, home, "github.com", true},
        {"env:GITHUB_TOKEN", NULL, server, "ghe.corp.test", false},
        {"env:GITHUB_TOKEN", NULL, gh, "ghe.corp.test:8443", false},
        {"env:GH_ENTERPRISE_TOKEN", NULL, gh, "ghe.corp.test:8443", false},
        {"env:GH_ENTERPRISE_TOKEN", NULL, no_env, NULL, false},
        {"file:~/.config/gh/hosts.yml#github.com", NULL, server, "github.com", true},
        {"file:~/.config/gh/hosts.yml#github.com/mona", NULL, no_env, "github.com", true},
        {"file:~/.config/gh/hosts.yml#ghe.corp.test", NULL, no_env, "ghe.corp.test", false},
        {"file:~/.config/gh/hosts.yml#acme.ghe.com", NULL, no_env, "acme.ghe.com", false},
        {"file:~/.git-credentials#evil.test:8443", NULL, no_env, "evil.test:8443", false},
        {"file:~/.netrc#api.github.com", NULL, no_env, "github.com", true},
        {"file:~/.netrc#default", NULL, no_env, "github.com", true},
        {"file:~/.mcp.json#mcpServers.github.env.GITHUB_TOKEN", NULL, no_env, "github.com", true},
        {"file:~/project/.git/config#remote.origin.url", "github.com", no_env, "github.com", true},
        {"file:~/project/.git/config#remote.origin.url", "github.com.evil.test", no_env, "github.com.evil.test", false},
        {"file:~/project/.git/config#remote.origin.url", "github.com@evil.test", no_env, NULL, false},
        {"file:~/project/.git/config#remote.origin.url", "github.com.", no_env, NULL, false},
        {"file:~/project/.git/config#remote.origin.url", "github.com:8443", no_env, "github.com:8443", false},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        const struct ra_held held = {.provider = "github", .place = rows[i].place, .host = rows[i].beside};
        const struct ra_consent consent = {.env = rows[i].env};
        struct ra_whereabouts at;
        const char *host = ra_where(&a, &held, &github, &consent, &at);
        if ((host == NULL) != (rows[i].host == NULL) || (host && strcmp(host, rows[i].host) != 0) || at.fixed != rows[i].fixed)
            fail_msg("%s: %s, fixed %d", rows[i].place, host ? host : "nowhere", at.fixed);
    }
    struct ra_whereabouts at;
    const struct ra_held held = {.provider = "github", .place = "env:GITHUB_TOKEN"};
    const char *host = ra_where(&a, &held, &github, &(struct ra_consent){.env = evil}, &at);
    assert_null(host); // something is said, and it is no host
    // Where only we assume github.com, it cannot say that a token is dead: another server's looks alike.
    assert_string_equal(ra_where(&a, &held, &github, &(struct ra_consent){.env = no_env}, &at), "github.com");
    assert_false(at.sure); // gh sends it to subdomains of ghe.com too
    const struct ra_held other = {.provider = "github", .place = "env:DEPLOY_TOKEN"};
    assert_string_equal(ra_where(&a, &other, &github, &(struct ra_consent){.env = no_env}, &at), "github.com");
    assert_false(at.sure);
    assert_non_null(ra_where(&a, &other, &github, &(struct ra_consent){.env = server}, &at));
    assert_true(at.sure);
}

static void test_consent_names_hosts(void **state)
{
    (void)state;
    static const char *const hosts[] = {"ghe.corp.test", "OTHER.test:8443"};
    const struct ra_consent consent = {.hosts = hosts, .n_hosts = 2};
    assert_true(ra_consented(&a, &consent, "ghe.corp.test"));
    assert_true(ra_consented(&a, &consent, "ghe.corp.test:8443"));
    assert_true(ra_consented(&a, &consent, "other.test:8443"));
    static const char *const not[] = {"other.test", "other.test:8444", "a.ghe.corp.test", "ghe.corp.test.evil.test",
                                      "evil.test", "xghe.corp.test", "ghe.corp.test@evil.test"};
    for (size_t i = 0; i < RA_COUNT(not); i++)
        if (ra_consented(&a, &consent, not[i]))
            fail_msg("consented: %s", not[i]);
}

static int drop(void **state)
{
    (void)state;
    ra_arena_free(&a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_no_request_changes_anything, drop),
        cmocka_unit_test_teardown(test_url_is_one_plain_host, drop),
        cmocka_unit_test_teardown(test_a_credential_belongs_to_its_own_host, drop),
        cmocka_unit_test_teardown(test_metadata_addresses, drop),
        cmocka_unit_test_teardown(test_url_building, drop),
        cmocka_unit_test_teardown(test_headers_and_next, drop),
        cmocka_unit_test_teardown(test_body_is_json_whatever_the_argument, drop),
        cmocka_unit_test_teardown(test_sigv4_of_the_vendors_examples, drop),
        cmocka_unit_test_teardown(test_records_come_back_or_not_at_all, drop),
        cmocka_unit_test_teardown(test_remotes, drop),
        cmocka_unit_test_teardown(test_where_a_credential_belongs, drop),
        cmocka_unit_test_teardown(test_consent_names_hosts, drop),
        cmocka_unit_test_teardown(test_metadata_addresses, drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
