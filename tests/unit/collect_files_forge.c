// Logins of forges: either half may be the token. And what is told of a cluster is where it is, and no more of its URL.
#include "collect_files_host.h"

static char *base64(struct recording *r, const char *text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t n = strlen(text), at = 0;
    char *out = ra_alloc(&r->arena, n * 2 + 8);
    for (size_t i = 0; i < n; i += 3) {
        unsigned bits = 0;
        for (size_t k = 0; k < 3; k++)
            bits = bits << 8 | (i + k < n ? (unsigned char)text[i + k] : 0);
        for (size_t k = 0; k < 4; k++)
            out[at++] = k <= n - i ? digits[bits >> (18 - 6 * k) & 63] : '=';
    }
    out[at] = 0;
    return out;
}

#define HEADER "file:~/.gitconfig#http.https://github.com/.extraheader"

static const struct ra_reach *header(struct recording *r, const char *format, const char *prefix, unsigned seed)
{
    home_open(r);
    char *secret = ra_strfmt(&r->arena, "%s%s", prefix, characters(r, 36, seed));
    const char *mark = strchr(format, '*');
    char *login = ra_strfmt(&r->arena, "%.*s%s%s", (int)(mark - format), format, secret, mark + 1);
    put(r, HOME "/.gitconfig", ra_strfmt(&r->arena, "[http \"https://github.com/\"]\n\textraheader = AUTHORIZATION: basic %s\n",
                                         base64(r, login)));
    home_look(r);
    return held_by(r, HEADER);
}

static void a_token_is_either_half_of_a_header(void **state)
{
    (void)state;
    static const char *const forms[] = {"*:", "*:x-oauth-basic", "x-access-token:*"};
    static const char prefix[] = {'g', 'h', 'p', '_', 0};
    struct recording r;
    for (size_t i = 0; i < RA_COUNT(forms); i++) {
        const struct ra_reach *got = header(&r, forms[i], prefix, (unsigned)i);
        if (!got || strncmp(got->id, "token:github:", 13) != 0 || !(got->traits & RA_TRAIT_LIVE))
            fail_msg("%s: %s", forms[i], got ? got->id : "nothing");
        recording_close(&r);
    }
    const struct ra_reach *got = header(&r, "*:", "", 9); // of no known shape
    assert_non_null(got);
    assert_true(got->traits & RA_TRAIT_LIVE);
    recording_close(&r);
}

static void netrc_too(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    char *token[2] = {ra_strfmt(&r.arena, "gh%s%s", "p_", characters(&r, 36, 1)), characters(&r, 40, 2)};
    put(&r, HOME "/.netrc", ra_strfmt(&r.arena, "machine github.com login %s\nmachine forge.test login %s password x-oauth-basic\n"
                                      "machine plain.test login bob\n", token[0], token[1]));
    home_look(&r);
    assert_int_equal(strncmp(held_by(&r, "file:~/.netrc#github.com")->id, "token:github:", 13), 0);
    assert_int_equal(ra_detail_find(held_by(&r, "file:~/.netrc#forge.test"), "length")->number, 40);
    no_reach(&r, "file:~/.netrc#plain.test");
    recording_close(&r);
}

static void a_cluster_is_told_by_where_it_is(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    put(&r, HOME "/.kube/config",
        ra_strfmt(&r.arena,
                  "clusters:\n- {name: a, cluster: {server: 'https://admin:hunter2@a.test:6443/x?token=hunter2'}}\n"
                  "- {name: b, cluster: {server: 'admin:hunter2@b.test:6443'}}\n"
                  "- {name: near, cluster: {server: 'https://127.0.0.1:6443'}}\n"
                  "- {name: far, cluster: {server: 'https://127.0.0.1.far.test'}}\n"
                  "- {name: user, cluster: {server: 'https://localhost@far.test'}}\n"
                  "contexts:\n- {context: {cluster: a, user: u}}\n- {context: {cluster: b, user: u}}\n"
                  "- {context: {cluster: near, user: near}}\n- {context: {cluster: far, user: far}}\n"
                  "- {context: {cluster: user, user: also}}\n"
                  "- {context: {cluster: c, user: u}}\n- {context: {cluster: d, user: u}}\n- {context: {cluster: a, user: u}}\n"
                  "users:\n- {name: u, user: {token: %s}}\n- {name: near, user: {token: %s}}\n"
                  "- {name: far, user: {token: %s}}\n- {name: also, user: {token: %s}}\n",
                  characters(&r, 40, 1), characters(&r, 40, 2), characters(&r, 40, 3), characters(&r, 40, 4)));
    home_look(&r);
    assert_string_equal(told(&r, "file:~/.kube/config#u", "cluster"),
                        "a at https://a.test:6443, b at b.test:6443, c and 1 more");
    assert_int_equal(held_by(&r, "file:~/.kube/config#near")->ceiling, RA_RADIUS_PERSON);
    assert_int_equal(held_by(&r, "file:~/.kube/config#far")->ceiling, RA_RADIUS_ORGANIZATION); // a name, not loopback
    assert_int_equal(held_by(&r, "file:~/.kube/config#also")->ceiling, RA_RADIUS_ORGANIZATION);
    recording_close(&r);
}

// A megabyte of contexts of one user who is listed again and again: near linear in time and memory.
static void many_contexts_of_one_user(void **state)
{
    (void)state;
    enum { CONTEXTS = 6000, USERS = 3000 };
    struct recording r;
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    home_open(&r);
    ra_buf_puts(&text, "contexts:\n");
    for (int i = 0; i < CONTEXTS; i++)
        ra_buf_printf(&text, "- {context: {cluster: c%d, user: u}}\n", i);
    ra_buf_puts(&text, "clusters:\n");
    for (int i = 0; i < CONTEXTS; i++)
        ra_buf_printf(&text, "- {name: c%d, cluster: {server: s%d}}\n", i, i);
    ra_buf_puts(&text, "users:\n");
    for (int i = 0; i < USERS; i++)
        ra_buf_printf(&text, "- {name: u, user: {token: %s}}\n", characters(&r, 40, 7));
    put_bytes(&r, HOME "/.kube/config", text.p, text.n);
    home_look(&r);
    assert_string_equal(told(&r, "file:~/.kube/config#u", "cluster"), "c0 at s0, c1 at s1, c2 at s2 and 5997 more");
    recording_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_is_either_half_of_a_header),
        cmocka_unit_test(netrc_too),
        cmocka_unit_test(a_cluster_is_told_by_where_it_is),
        cmocka_unit_test(many_contexts_of_one_user),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
