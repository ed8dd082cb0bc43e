// What tokens say of themselves: macaroons made here byte by byte, key ids, signatures in URLs; and rubbish.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "parse/claims.h"

static struct ra_arena a;

static void base64(struct ra_buf *to, struct ra_span s)
{
    static const char abc[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (size_t i = 0; i < s.n; i += 3) {
        unsigned v = 0;
        for (size_t k = 0; k < 3; k++)
            v = v << 8 | (i + k < s.n ? (unsigned char)s.p[i + k] : 0);
        for (size_t k = 0; k < 4 && i + k <= s.n; k++)
            ra_buf_putc(to, abc[v >> (18 - 6 * k) & 63]);
    }
}

static void field(struct ra_buf *to, char type, const char *text)
{
    size_t n = strlen(text);
    ra_buf_putc(to, type);
    if (n > 127)
        ra_buf_putc(to, (char)(0x80 | (n & 0x7f)));
    ra_buf_putc(to, (char)(n > 127 ? n >> 7 : n));
    ra_buf_puts(to, text);
}

static const char *token(const char *const *caveats)
{
    struct ra_buf raw RA_CLEANUP(ra_buf_free) = {0}, text RA_CLEANUP(ra_buf_free) = {0};
    ra_buf_putc(&raw, 2);
    field(&raw, 1, "index.test");
    field(&raw, 2, "identifier");
    ra_buf_putc(&raw, 0);
    for (; *caveats; caveats++) {
        field(&raw, 2, *caveats);
        ra_buf_putc(&raw, 0);
    }
    ra_buf_putc(&raw, 0);
    field(&raw, 6, "a signature");
    ra_buf_puts(&text, "pypi-");
    base64(&text, ra_buf_view(&raw));
    return ra_strndup(&a, ra_buf_view(&text));
}

static void macaroons(void **state)
{
    (void)state;
    static const struct {
        const char *caveats[4], *projects;
        bool other;
        int64_t expires_s;
    } cases[] = {
        {{NULL}, NULL, false, 0},
        {{"[3, \"user\"]"}, NULL, false, 0},
        {{"[1, [\"left\", \"right\"]]", "[0, 2000, 1000]", "[0, 1500, 1000]"}, "left, right", false, 1500},
        {{"[2, [\"3f1c\"]]"}, "3f1c", false, 0},
        {{"{\"version\": 1, \"permissions\": \"user\"}"}, NULL, false, 0},
        {{"{\"version\": 1, \"permissions\": {\"projects\": [\"left\"]}}"}, "left", false, 0},
        {{"{\"nbf\": 1, \"exp\": 99}"}, NULL, false, 99},
        {{"[4, \"github\"]"}, NULL, true, 0},
        {{"[9, 1]"}, NULL, true, 0},
        {{"not json"}, NULL, true, 0},
    };
    struct ra_pypi t;
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        assert_true(ra_pypi_parse(&a, ra_span_of(token(cases[i].caveats)), &t));
        assert_string_equal(t.host, "index.test");
        assert_string_equal(t.projects ? t.projects : "", cases[i].projects ? cases[i].projects : "");
        assert_int_equal(t.other, cases[i].other);
        assert_int_equal(t.has_expiry, cases[i].expires_s != 0);
        assert_int_equal(t.has_expiry ? t.expires_s : 0, cases[i].expires_s);
    }
    const char *whole = token((const char *const[]){"[1, [\"left\"]]", NULL});
    for (size_t n = 0; n + 24 < strlen(whole); n++) // cut short is none
        assert_false(ra_pypi_parse(&a, ra_span_cut(ra_span_of(whole), 0, n), &t));
    static const char *const bad[] = {"", "pypi-", "pypi-AAAA", "pypi-AgEKa", "pypi-$$$$", "AgEI"};
    for (size_t i = 0; i < RA_COUNT(bad); i++)
        assert_false(ra_pypi_parse(&a, ra_span_of(bad[i]), &t));
    ra_arena_free(&a);
}

static void key_ids(void **state)
{
    (void)state;
    char account[13];
    assert_true(ra_aws_account(RA_SPAN("ASIA" "QNZGKIQY56JQ7WML"), account)); // a published example
    assert_string_equal(account, "029608264753");
    static const char *const bad[] = {"", "AKIA", ("AKIAIOSFODNN7" "AAAAAAA"), "AKIA1111111111111111", "AKIAQNZGKIQY56JQ7WM",
                                      "AKIAqnzgkiqy56jq7wml"};
    for (size_t i = 0; i < RA_COUNT(bad); i++)
        assert_false(ra_aws_account(ra_span_of(bad[i]), account));
}

static void signatures(void **state)
{
    (void)state;
    struct ra_sas s;
    assert_true(ra_sas_parse(&a, RA_SPAN("curl 'https://acct.blob.test/c?sv=2022-11-02&sr=c&sp=rl&se=2026-11-21T10%3A00%3A00Z&sig=x%3D' -o f"), &s));
    assert_string_equal(s.account, "acct");
    assert_string_equal(s.permissions, "rl");
    assert_string_equal(s.resource, "c");
    assert_true(s.has_expiry);
    assert_int_equal(s.expires_s, 1795255200);
    assert_true(ra_sas_parse(&a, RA_SPAN("SharedAccessSignature=sv=2022&ss=bf&srt=sco&sp=rwdlac&sig=x"), &s));
    assert_string_equal(s.services, "bf");
    assert_null(s.account);
    assert_false(s.has_expiry);
    assert_true(ra_sas_parse(&a, RA_SPAN("?sv=2022&si=policy&sr=b&sig=x"), &s));
    assert_string_equal(s.policy, "policy");
    assert_null(s.permissions);
    static const char *const bad[] = {"", "sig=", "?sig=x&sp=r", "sv=1&sp=r", "?sv=2022&sig=x"};
    for (size_t i = 0; i < RA_COUNT(bad); i++)
        assert_false(ra_sas_parse(&a, ra_span_of(bad[i]), &s));
    ra_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(macaroons), cmocka_unit_test(key_ids), cmocka_unit_test(signatures)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
