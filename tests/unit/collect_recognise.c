// Shapes and names: what is a secret, what is none. Every secret here is put together while the test runs.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "catalogue/recognise.h"

static struct ra_arena arena;

// n characters of an alphabet, the same on every run, of no pattern.
static char *body(const char *alphabet, size_t n, unsigned seed)
{
    char *p = ra_alloc(&arena, n + 1);
    uint64_t x = 0x9e3779b97f4a7c15ull * (seed + 1);
    for (size_t i = 0; i < n; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        p[i] = alphabet[(x >> 20) % strlen(alphabet)];
    }
    return p;
}
#define ALNUM "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
#define URLSAFE ALNUM "-_"
#define HEX "0123456789abcdef"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

static bool value(const char *v, struct ra_secret_fact *f)
{
    memset(f, 0, sizeof *f);
    return ra_recognise_value(ra_span_of(v), f);
}

static bool named(const char *n, const char *v, struct ra_secret_fact *f)
{
    memset(f, 0, sizeof *f);
    return ra_recognise_named(ra_span_of(n), ra_span_of(v), f);
}

struct shape_case {
    const char *a, *b; // prefix in two parts
    size_t n;
    const char *alphabet, *provider, *type;
};

static void shapes_are_found(void **state)
{
    (void)state;
    static const struct shape_case cases[] = {
        {"gh", "p_", 36, ALNUM, "github", "classic-pat"},
        {"gh", "o_", 36, ALNUM, "github", "oauth"},
        {"gh", "u_", 36, ALNUM, "github", "app-user"},
        {"gh", "r_", 76, ALNUM, "github", "refresh"},
        {"gh", "s_", 36, ALNUM, "github", "installation"},
        {"github", "_pat_", 82, ALNUM "_", "github", "fine-grained-pat"},
        {"npm", "_", 36, ALNUM, "npm", "access-token"},
        {"glp", "at-", 20, URLSAFE, "gitlab", "personal"},
        {"xox", "b-", 52, ALNUM "-", "slack", "bot"},
        {"xox", "p-", 70, ALNUM "-", "slack", "user"},
        {"sk-ant", "-api03-", 95, URLSAFE, "anthropic", "api-key"},
        {"sk-ant", "-oat01-", 95, URLSAFE, "anthropic", "oauth-access"},
        {"sk-ant", "-admin01-", 95, URLSAFE, "anthropic", "admin-key"},
        {"sk-", "proj-", 120, URLSAFE, "openai", "project-key"},
        {"sk-", "svcacct-", 120, URLSAFE, "openai", "service-account-key"},
        {"AI", "za", 35, URLSAFE, "google", "api-key"},
        {"ya", "29.", 80, URLSAFE, "google", "access-token"},
        {"1/", "/0", 60, URLSAFE, "google", "refresh-token"},
        {"h", "f_", 34, ALNUM, "huggingface", "access-token"},
        {"dop", "_v1_", 64, HEX, "digitalocean", "personal"},
        {"hv", "s.", 90, URLSAFE, "vault", "service"},
        {"da", "pi", 32, HEX, "databricks", "personal"},
        {"dp", ".pt.", 43, ALNUM, "doppler", "personal"},
        {"sk_", "live_", 24, ALNUM, "stripe", "secret-live"},
        {"rk_", "test_", 24, ALNUM, "stripe", "restricted-test"},
        {"tskey", "-auth-", 30, ALNUM "-", "tailscale", "auth-key"},
        {"dckr", "_pat_", 27, URLSAFE, "docker", "personal-access-token"},
        {"lin", "_api_", 40, ALNUM, "linear", "api-key"},
        {"PM", "AK-", 59, HEX "-", "postman", "api-key"},
        {"gl", "sa_", 41, ALNUM, "grafana", "service-account"},
        {"pu", "l-", 40, HEX, "pulumi", "access-token"},
        {"pypi-", "AgE", 150, URLSAFE, "pypi", "api-token"},
        {"AGE-", "SECRET-KEY-1", 58, UPPER, "age", "identity"},
    };
    for (size_t i = 0; i < RA_COUNT(cases); i++) {
        struct ra_secret_fact f;
        char *t = ra_strfmt(&arena, "%s%s%s", cases[i].a, cases[i].b, body(cases[i].alphabet, cases[i].n, (unsigned)i));
        if (t[strlen(t) - 1] == '-' || t[strlen(t) - 1] == '_')
            t[strlen(t) - 1] = 'k';
        if (!value(t, &f))
            fail_msg("not found: %s%s", cases[i].a, cases[i].b);
        assert_string_equal(f.provider, cases[i].provider);
        assert_string_equal(f.type, cases[i].type);
        assert_int_equal(f.value.n, strlen(t));
        assert_true(f.random && !f.placeholder && !f.identifier);
        size_t at, n;
        char *line = ra_strfmt(&arena, "export X='%s'; ls", t);
        assert_true(ra_recognise_next(ra_span_of(line), 0, &at, &n, &f));
        assert_int_equal(at, 10);
        assert_int_equal(n, strlen(t));
    }
}

// Random digits of which few differ: still a token. The same few in a pattern are none.
static void uneven_hex_is_found(void **state)
{
    (void)state;
    static const char *const bodies[] = {"f452b1b515ba00af222bd2f0bddbb2db", "9cc814424922a22fac4c3a4c4c44a5a4",
                                         "284afdf26e4600044db0024b22222224"};
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    for (size_t i = 0; i <= RA_COUNT(bodies); i++) {
        struct ra_secret_fact f = {0};
        ra_buf_clear(&b);
        ra_buf_printf(&b, "%s%s%s", "da", "pi", i < RA_COUNT(bodies) ? bodies[i] : "deadbeefdeadbeefdeadbeefdeadbeef");
        bool found = ra_recognise_value(ra_buf_view(&b), &f) && !f.placeholder;
        assert_int_equal(found, i < RA_COUNT(bodies));
    }
}

static void long_installation_token(void **state)
{
    (void)state;
    struct ra_secret_fact f;
    char *jwt = ra_strfmt(&arena, "ey%s.ey%s.%s", body(URLSAFE, 60, 1), body(URLSAFE, 300, 2), body(URLSAFE, 84, 3));
    char *t = ra_strfmt(&arena, "gh%s%s_%s8", "s_", "1234567", jwt);
    assert_true(value(t, &f));
    assert_string_equal(f.provider, "github");
    assert_int_equal(f.value.n, strlen(t));
    char *sentence = ra_strfmt(&arena, "the token is %s.", t);
    assert_true(value(sentence, &f));
    assert_int_equal(f.value.n, strlen(t));
}

// CRC-32 and base 62 by the book, apart from the code under test.
static char *with_checksum(const char *prefix, const char *thirty)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    uint32_t table[256], crc = 0xffffffffu;
    for (uint32_t i = 0; i < 256; i++) {
        table[i] = i;
        for (int b = 0; b < 8; b++)
            table[i] = table[i] & 1 ? 0xedb88320u ^ (table[i] >> 1) : table[i] >> 1;
    }
    for (const char *p = thirty; *p; p++)
        crc = table[(crc ^ (unsigned char)*p) & 255] ^ (crc >> 8);
    crc = ~crc;
    char six[7] = "000000";
    for (int i = 5; i >= 0; i--, crc /= 62)
        six[i] = digits[crc % 62];
    return ra_strfmt(&arena, "%s%s%s", prefix, thirty, six);
}

static void checksum_changes_confidence_only(void **state)
{
    (void)state;
    struct ra_secret_fact f;
    char prefix[] = {'g', 'h', 'p', '_', 0};
    char *t = with_checksum(prefix, body(ALNUM, 30, 7));
    assert_true(value(t, &f));
    assert_string_equal(f.confidence, "high");
    t[39] = t[39] == 'a' ? 'b' : 'a';
    assert_true(value(t, &f));
    assert_string_equal(f.confidence, "medium");
}

static void structures_are_found(void **state)
{
    (void)state;
    struct ra_secret_fact f;
    char *jwt = ra_strfmt(&arena, "ey%s.ey%s.%s", "JhbGciOiJIUzI1NiJ9", "JzdWIiOiJhIn0aaaa", body(URLSAFE, 43, 5));
    assert_true(value(jwt, &f));
    assert_string_equal(f.provider, "jwt");
    char *pem = ra_strfmt(&arena, "-----BEGIN %s KEY-----\n%s\n-----END %s KEY-----\n", "RSA PRIVATE", body(ALNUM, 200, 6),
                          "RSA PRIVATE");
    assert_true(value(pem, &f));
    assert_int_equal(f.class, RA_SECRET_KEY);
    assert_int_equal(f.value.n, strlen(pem) - 1);
    assert_true(value("postgres://app:s3cr:et@db.corp.test:5432/x", &f));
    assert_int_equal(f.class, RA_SECRET_PASSWORD);
    assert_true(ra_span_is(f.value, "s3cr:et"));
    assert_int_equal(f.ceiling, RA_RADIUS_ORGANIZATION);
    assert_true(value("redis://:hunter2@127.0.0.1:6379/0", &f));
    assert_true(ra_span_is(f.value, "hunter2"));
    assert_int_equal(f.ceiling, RA_RADIUS_PERSON);
    char *url = ra_strfmt(&arena, "https://gh%s%s:x-oauth-basic@forge.test/a.git", "p_", body(ALNUM, 36, 8));
    assert_true(value(url, &f));
    assert_string_equal(f.provider, "github");
    char *channel = ra_strfmt(&arena, "https://conda.corp.test/t/ab-%s/main", "12345678-1234-4abc-8def-1234567890ab");
    assert_true(value(channel, &f));
    assert_string_equal(f.provider, "anaconda");
    assert_false(value(ra_strfmt(&arena, "if text.startswith(\"-----BEGIN %s KEY-----\"): # and the rest of the line\n", "PRIVATE"), &f));
    char *atlas = ra_strfmt(&arena, "%s.atlas%s.%s", body(ALNUM, 14, 9), "v1", body(ALNUM, 67, 10));
    assert_true(value(atlas, &f));
    assert_string_equal(f.provider, "terraform");
    assert_int_equal(f.value.n, strlen(atlas));
}

static void key_ids_are_no_secrets(void **state)
{
    (void)state;
    struct ra_secret_fact f;
    char *id = ra_strfmt(&arena, "AK%s%s", "IA", body(UPPER, 16, 11));
    assert_false(value(id, &f));
    assert_true(f.identifier);
    assert_false(named("AWS_ACCESS_KEY_ID", id, &f));
    size_t at, n;
    assert_true(ra_recognise_for_scrub(ra_span_of(id), 0, &at, &n)); // yet not for show
    char *secret = body(ALNUM "+/", 40, 12);
    assert_true(named("aws_secret_access_key", secret, &f));
    assert_string_equal(f.provider, "aws");
    assert_true(f.random);
    char *both = ra_strfmt(&arena, "%s gh%s%s", id, "p_", body(ALNUM, 36, 13));
    assert_true(value(both, &f)); // the id before it hides nothing
    assert_string_equal(f.provider, "github");
}

static void names_tell_secrets(void **state)
{
    (void)state;
    struct ra_secret_fact f;
    static const char *const names[] = {"DB_PASSWORD", "STRIPE_API_KEY", "MY_APP_SECRET", "SMTP_PASS", "clientSecret",
                                        "//registry.corp.test/:_authToken", "PGPASSWORD", "access_token", "MYSQL_PWD",
                                        "RESTIC_PASSWORD", "SECRET_KEY_BASE", "api-key", "TOKEN2", "CORP_APIKEY"};
    for (size_t i = 0; i < RA_COUNT(names); i++)
        if (!named(names[i], "vT7kq2XwPz91LmNc", &f))
            fail_msg("name not taken: %s", names[i]);
    assert_true(named("DB_PASSWORD", "hunter2", &f));
    assert_int_equal(f.class, RA_SECRET_PASSWORD);
    assert_true(named("AZURE_STORAGE_CONNECTION_STRING", "AccountName=a;AccountKey=Zm9vYmFyYmF6cXV4MTIzNA==", &f));
    assert_true(ra_span_is(f.value, "Zm9vYmFyYmF6cXV4MTIzNA=="));
    assert_true(named("CLOUD_KEY", "vT7kq2XwPz91LmNc8b", &f));
    assert_string_equal(f.confidence, "low");
    assert_true(ra_recognise_name(RA_SPAN("DB_PASSWORD")));
}

static void ordinary_values_are_left_alone(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"SSH_AUTH_SOCK", "/tmp/ssh-abc/agent.12"},
        {"XDG_SESSION_ID", "c21234567890"},
        {"DBUS_SESSION_BUS_ADDRESS", "unix:path=/run/user/1000/bus"},
        {"COLORTERM", "truecolor"},
        {"XAUTHORITY", "/home/ann/.Xauthority"},
        {"GPG_AGENT_INFO", "/run/user/1000/gnupg/S.gpg-agent:0:1"},
        {"SIGNING_PUBLIC_KEY", "vT7kq2XwPz91LmNc"},
        {"GITHUB_TOKEN_FILE", "/run/secrets/gh"},
        {"DB_PASSWORD", "${DB_PASSWORD}"},
        {"DB_PASSWORD", "$DB_PASS"},
        {"DB_PASSWORD", "changeme"},
        {"DB_PASSWORD", "password"},
        {"DB_PASSWORD", "var.db_password"},
        {"DB_PASSWORD", "getpass.getpass("},
        {"DB_PASSWORD", "$2b$12$vT7kq2XwPz91LmNcvT7kq2XwPz91LmNcvT7kq2XwPz91LmNc"},
        {"SECRET_KEY", "os.environ['SECRET_KEY']"},
        {"API_TOKEN", "credentials('deploy-id-of-production-1')"},
        {"TOKEN", "tokenizer.eos_token"},
        {"DATABASE_URL", "postgres://postgres:postgres@localhost/test"},
        {"FORUM", "https://forum.corp.test/t/how-to-keep-a-token-safe-in-2024/1234"},
        {"API_TOKEN", "<your token>"},
        {"API_TOKEN", "your-api-token-here"},
        {"API_TOKEN", "xxxxxxxxxxxxxxxx"},
        {"SECRET_KEY", "/etc/app/secret.key"},
        {"TOKEN_TTL", "3600"},
        {"MAX_TOKENS", "128000"},
        {"API_TOKEN", "true"},
        {"TOKENIZERS_PARALLELISM", "false"},
        {"PWD", "/home/ann/src/app"},
        {"GIT_AUTHOR_NAME", "Ann Author"},
        {"AUTH", "required"},
        {"GIT_ASKPASS", "/usr/lib/git-core/askpass"},
        {"TOKEN_URL", "https://login.corp.test/token"},
        {"SENTRY_DSN", "https://0123456789abcdef0123456789abcdef@o1.ingest.test/2"},
        {"SESSION_MANAGER", "local/host:@/tmp/.ICE-unix/1,unix/host:/tmp/.ICE-unix/1"},
        {"LS_COLORS", "rs=0:di=01;34"},
        {"API_KEY", "op://vault/item/field"},
        {"CACHE_KEY", "vT7kq2XwPz91LmNc"},
        {"PATH", "/usr/local/bin:/usr/bin"},
        {"HTTP_PROXY", "http://proxy.corp.test:3128"},
        {"KEYBOARD", "us"},
        {"GIT_COMMIT", "0123456789abcdef0123456789abcdef01234567"},
        {"SHLVL", "1"},
        {"MONKEY", "vT7kq2XwPz91LmNc"},
        {"PRIMARY_KEY", "7f9c2ba4e88f827d"},
        {"DATABASE_URL", "postgres://db.corp.test/app"},
        {"DATABASE_URL", "postgres://app:${PW}@db.corp.test/app"},
        {"ACCESS_TOKEN_LIFETIME", "3600s"},
        {"API_TOKEN", "aaaaaaaaaaaaaaaaaaaaaaaa"},
        {"DB_PASSWORD", ""},
        {"AUTH_METHOD", "password"},
        {"MY_SECRET", "encrypted:BDb7t3QkTRp2rx1fYcW0"},
    };
    for (size_t i = 0; i < RA_COUNT(pairs); i++) {
        struct ra_secret_fact f;
        if (named(pairs[i][0], pairs[i][1], &f))
            fail_msg("taken for a secret: %s", pairs[i][0]);
    }
}

static void texts_are_left_alone(void **state)
{
    (void)state;
    char *masked = ra_strfmt(&arena, "gh%s%s", "p_", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
    char *words = ra_strfmt(&arena, "sk-ant-%s", "api03-put-your-own-key-into-this-place");
    char *example = ra_strfmt(&arena, "AK%s", "IAIOSFODNN7EXAMPLE");
    char *pem = ra_strfmt(&arena, "-----BEGIN %s KEY-----", "PRIVATE");
    const char *const texts[] = {"npm_config_registry=https://registry.corp.test/",
                                 "task-sk-proj",
                                 "https://user@host.test/x",
                                 "https://host.test/a@b:c",
                                 "eyJhbGciOiJIUzI1NiJ9",
                                 "git@forge.test:acme/app.git",
                                 "-----BEGIN CERTIFICATE-----",
                                 "risk-admin-of-the-whole-house",
                                 "ssh://git@forge.test:22/a",
                                 "postgres://user:password@db.test/x",
                                 "amqp://me:$password@db.test/x",
                                 "hf_servingcellpriorityparametersdesc",
                                 masked,
                                 words,
                                 example,
                                 pem};
    for (size_t i = 0; i < RA_COUNT(texts); i++) {
        struct ra_secret_fact f;
        if (value(texts[i], &f))
            fail_msg("taken for a secret: text %zu", i);
    }
}

// No byte string makes a matcher read outside it (run under the sanitizers as well).
static void rubbish_is_survived(void **state)
{
    (void)state;
    static const char *const seeds[] = {"gh", "p_", "ey", "J", ".", "://", "@", ":", "-----BEGIN ", "PRIVATE KEY-----",
                                        ".atlasv1.", "sk-", "AKIA", "\\n", "%3D", "\xff", "=", ";"};
    uint64_t x = 88172645463325252ull;
    for (int round = 0; round < 3000; round++) {
        struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
        for (int i = 0; i < 12; i++) {
            x ^= x << 13, x ^= x >> 7, x ^= x << 17;
            if (x & 1)
                ra_buf_puts(&b, seeds[(x >> 8) % RA_COUNT(seeds)]);
            else
                ra_buf_puts(&b, body(ALNUM, (x >> 8) % 40, (unsigned)x));
        }
        struct ra_secret_fact f;
        size_t at = 0, n = 0, from = 0;
        while (ra_recognise_next(ra_buf_view(&b), from, &at, &n, &f)) {
            assert_true(at >= from && n > 0 && at + n <= b.n);
            from = at + n;
        }
        ra_recognise_named(ra_span_cut(ra_buf_view(&b), 0, 20), ra_buf_view(&b), &f);
        if (round % 100 == 0)
            ra_arena_free(&arena);
    }
}

static bool embeds(const char *before, const char *secret, const char *after, const char *want_name)
{
    char *text = ra_strfmt(&arena, "%s%s%s", before, secret, after);
    struct ra_secret_fact f;
    struct ra_span name;
    size_t next = 0;
    return ra_recognise_embedded(ra_span_of(text), 0, &next, &name, &f) && ra_span_is(name, want_name) &&
           ra_span_is(f.value, secret) && next <= strlen(text);
}

static void wrapped_secrets_are_found(void **state)
{
    (void)state;
    const char *password = body(ALNUM, 14, 5), *key = body(ALNUM "+/", 86, 6);
    assert_true(embeds("{\"user\":\"u\",\"password\":\"", password, "\"}", "password"));
    assert_true(embeds("{\\\"password\\\": \\\"", password, "\\\"}", "password"));
    assert_true(embeds("users: [{name: a, token: ", body(ALNUM, 30, 7), "}]", "token"));
    assert_true(embeds("jdbc:postgresql://db.test/app?user=a&password=", password, "", "password"));
    assert_true(embeds("Server=db.test;User Id=u;Password=", password, ";Encrypt=1", "Password"));
    assert_true(embeds("AccountName=a;AccountKey=", key, ";EndpointSuffix=x.test", "AccountKey"));
    assert_true(embeds("//registry.test/:_authToken=", body(ALNUM, 36, 8), "", "_authToken"));
    static const char *const plain[] = {"di=01;34:ln=01;36:*.key=00;36", "unix:path=/run/user/1/bus,guid=0123456789abcdef",
                                        "{\"password\": null, \"token\": \"${TOKEN}\"}", "https://host.test:8443/x?a=b",
                                        "{\"password\":\"changeme\"}", "12:30:45", "password=", "="};
    for (size_t i = 0; i < RA_COUNT(plain); i++) {
        struct ra_secret_fact f;
        struct ra_span name;
        size_t next = 0;
        if (ra_recognise_embedded(ra_span_of(plain[i]), 0, &next, &name, &f))
            fail_msg("found something in %s", plain[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(wrapped_secrets_are_found),
        cmocka_unit_test(shapes_are_found),
        cmocka_unit_test(uneven_hex_is_found),
        cmocka_unit_test(long_installation_token),
        cmocka_unit_test(checksum_changes_confidence_only),
        cmocka_unit_test(structures_are_found),
        cmocka_unit_test(key_ids_are_no_secrets),
        cmocka_unit_test(names_tell_secrets),
        cmocka_unit_test(ordinary_values_are_left_alone),
        cmocka_unit_test(texts_are_left_alone),
        cmocka_unit_test(rubbish_is_survived),
    };
    int rc = cmocka_run_group_tests(tests, NULL, NULL);
    ra_arena_free(&arena);
    return rc;
}
