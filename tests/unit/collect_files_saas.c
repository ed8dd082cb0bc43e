// Services, databases, browsers, agents: test or live, expired or renewable, closed, sealed, and empty ones.
#include "collect_files_host.h"

// A signed token that ends at `exp`; its signature is of no pattern.
static char *jwt(struct recording *r, const char *payload, unsigned seed)
{
    static const char abc[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *parts[] = {"{\"alg\":\"HS256\",\"typ\":\"JWT\"}", payload};
    struct ra_buf out RA_CLEANUP(ra_buf_free) = {0};
    for (size_t p = 0; p < 2; p++) {
        unsigned bits = 0, held = 0;
        for (const char *c = parts[p]; *c; c++)
            for (bits = bits << 8 | (unsigned char)*c, held += 8; held >= 6; held -= 6)
                ra_buf_putc(&out, abc[bits >> (held - 6) & 63]);
        if (held)
            ra_buf_putc(&out, abc[bits << (6 - held) & 63]);
        ra_buf_putc(&out, '.');
    }
    ra_buf_puts(&out, characters(r, 43, seed));
    return ra_strndup(&r->arena, ra_buf_view(&out));
}

static const struct variant services[] = {
    {HOME "/.local/share/com.vercel.cli/auth.json", "{\"token\":\"%s\"}", "file:~/.local/share/com.vercel.cli/auth.json#token", ALIVE},
    {HOME "/.config/netlify/config.json", "{\"users\":{\"1\":{\"auth\":{\"token\":\"%s\"}}}}", "file:~/.config/netlify/config.json#users.1.auth.token", ALIVE},
    {HOME "/.railway/config.json", "{\"projects\":{},\"user\":{\"token\":\"%s\"}}", "file:~/.railway/config.json#user.token", ALIVE},
    {HOME "/.config/configstore/firebase-tools.json", "{\"tokens\":{\"refresh_token\":\"%s\",\"expires_at\":1600000000000}}",
     "file:~/.config/configstore/firebase-tools.json#tokens.refresh_token", ALIVE},
    {HOME "/.slack/credentials.json", "{\"T1\":{\"token\":\"%s\",\"exp\":1600000000}}", "file:~/.slack/credentials.json#T1.token", DEAD},
    {HOME "/.sfdx/ann@x.test.json", "{\"accessToken\":\"0123456789abcdef0123456789abcdef:0123456789abcdef0123456789abcdef\"}",
     "file:~/.sfdx/ann@x.test.json#accessToken", DEAD},
    {HOME "/.sf/open.json", "{\"accessToken\":\"%s\"}", "file:~/.sf/open.json#accessToken", ALIVE},
    {HOME "/.databricks/token-cache.json", "{\"tokens\":{\"https://x.test\":{\"access_token\":\"%s\",\"expiry\":\"2020-01-01T00:00:00Z\"}}}",
     "file:~/.databricks/token-cache.json#tokens.https://x.test.access_token", DEAD},
    {HOME "/.databrickscfg", "[DEFAULT]\nhost = https://x.test\ntoken = %s\n", "file:~/.databrickscfg#DEFAULT", ALIVE},
    {HOME "/.cache/snowflake/credential_cache_v1.json", "{\"tokens\":{\"0a1b\":\"%s\"}}", "file:~/.cache/snowflake/credential_cache_v1.json#tokens.0a1b", ALIVE},
    {HOME "/.dbt/profiles.yml", "x:\n  outputs:\n    dev:\n      user: a\n      password: \"{{ env_var('PW') }}\"\n    prod:\n      password: %s\n",
     "file:~/.dbt/profiles.yml#x.outputs.prod.password", ALIVE},
    {HOME "/.config/io.datasette.llm/keys.json", "{\"// Note\":\"x\",\"mistral\":\"%s\"}", "file:~/.config/io.datasette.llm/keys.json#mistral", ALIVE},
    {HOME "/.local/share/opencode/auth.json", "{\"p\":{\"type\":\"api\",\"key\":\"%s\"}}", "file:~/.local/share/opencode/auth.json#p.key", ALIVE},
    {HOME "/.cache/huggingface/token", "%s\n", "file:~/.cache/huggingface/token", ALIVE},
    {HOME "/.kaggle/kaggle.json", "{\"username\":\"a\",\"key\":\"%s\"}", "file:~/.kaggle/kaggle.json#key", ALIVE},
    {HOME "/.hex/hex.config", "{<<\"$repos\">>,#{auth_key => <<\"%s\">>}}.\n", "file:~/.hex/hex.config", ALIVE},
    {HOME "/.mozilla/firefox/a.default/logins.json", "{\"nextId\":1,\"logins\":[]}", "file:~/.mozilla/firefox/a.default/logins.json", NOTHING},
    {HOME "/.mozilla/firefox/b.default/logins.json", "{\"logins\":[{\"encryptedPassword\":\"%s\"}]}", "file:~/.mozilla/firefox/b.default/logins.json", DEAD},
    {HOME "/.mozilla/firefox/c.default/logins.json", "{\"logins\":[{\"encryptedPassword\":\"%s\"}]}", "file:~/.mozilla/firefox/c.default/logins.json", ALIVE},
    {HOME "/.mozilla/firefox/c.default/key4.db", "SQLite format 3", "file:~/.mozilla/firefox/c.default/key4.db", NOTHING},
    {HOME "/.config/google-chrome/Default/Cookies", "SQLite format 3", "file:~/.config/google-chrome/Default/Cookies", ALIVE},
    {HOME "/.config/Signal/config.json", "{\"encryptedKey\":\"%s\"}", "file:~/.config/Signal/config.json#encryptedKey", DEAD},
    {TREE "/storageState.json", "{\"cookies\":[{\"name\":\"s\",\"value\":\"%s\",\"expires\":1600000000.5}],\"origins\":[]}",
     "file:~/project/storageState.json#cookies", DEAD},
    {TREE "/playwright/.auth/user.json", "{\"cookies\":[{\"name\":\"s\",\"value\":\"%s\",\"expires\":-1}]}", "file:~/project/playwright/.auth/user.json#cookies", ALIVE},
    {TREE "/playwright/.auth/empty.json", "{\"cookies\":[],\"origins\":[]}", "file:~/project/playwright/.auth/empty.json", NOTHING},
    {HOME "/.config/Cursor/User/globalStorage/state.vscdb", "SQLite format 3 and nobody logged in", "file:~/.config/Cursor", NOTHING},
    {HOME "/.local/share/kiro-cli/data.sqlite3", "SQLite format 3 {\"access_token\":\"%s\"}", "file:~/.local/share/kiro-cli/data.sqlite3", ALIVE},
    {HOME "/.psql_history", "\\d\nselect 1;\n", "file:~/.psql_history", NOTHING},
    {HOME "/.msmtprc", "account x\npasswordeval pass show mail\npassword %s\n", "file:~/.msmtprc#L3", ALIVE},
};

static void sessions_of_services(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    told_as(&r, services, RA_COUNT(services));
    recording_close(&r);
}

static void tokens_that_end(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    const char *past = "{\"exp\":1600000000}", *future = "{\"exp\":2000000000}";
    put(&r, HOME "/.config/argocd/config",
        ra_strfmt(&r.arena, "users:\n- name: old\n  auth-token: %s\n- name: new\n  auth-token: %s\n", jwt(&r, past, 1), jwt(&r, future, 2)));
    put(&r, HOME "/.bluemix/config.json", ra_strfmt(&r.arena, "{\"IAMToken\":\"Bearer %s\"}", jwt(&r, past, 3)));
    put(&r, HOME "/.codex/auth.json",
        ra_strfmt(&r.arena, "{\"tokens\":{\"access_token\":\"%s\",\"refresh_token\":\"%s\"}}", jwt(&r, past, 4), characters(&r, 60, 5)));
    put(&r, "/var/run/secrets/kubernetes.io/serviceaccount/token", jwt(&r, future, 6));
    put(&r, HOME "/nats.creds",
        ra_strfmt(&r.arena, "-----BEGIN NATS USER JWT-----\n%s\n------END NATS USER JWT------\n-----BEGIN USER NKEY SEED-----\n%s\n", jwt(&r, past, 7),
                  characters(&r, 58, 8)));
    home_look(&r);
    static const struct variant rows[] = {
        {NULL, NULL, "file:~/.config/argocd/config#users.old.auth-token", DEAD},
        {NULL, NULL, "file:~/.config/argocd/config#users.new.auth-token", ALIVE},
        {NULL, NULL, "file:~/.bluemix/config.json#IAMToken", DEAD},
        {NULL, NULL, "file:~/.codex/auth.json#tokens.access_token", DEAD},
        {NULL, NULL, "file:~/.codex/auth.json#tokens.refresh_token", ALIVE},
        {NULL, NULL, "file:/var/run/secrets/kubernetes.io/serviceaccount/token", ALIVE},
        {NULL, NULL, "file:~/nats.creds", DEAD},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++)
        expect_variant(&r, &rows[i]);
    recording_close(&r);
}

static void stripe_keys(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    put(&r, HOME "/.config/stripe/config.toml",
        ra_strfmt(&r.arena,
                  "[default]\ntest_mode_api_key = '%s%s'\ntest_mode_key_expires_at = '2033-01-01'\n"
                  "live_mode_api_key = '%s*********abcd'\n[old]\nlive_mode_api_key = '%s%s'\nlive_mode_key_expires_at = '2020-01-01'\n",
                  "rk_" "test_", characters(&r, 40, 1), "rk_" "live_", "rk_" "live_", characters(&r, 40, 2)));
    home_look(&r);
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.config/stripe/config.toml#default.test_mode_api_key", ALIVE});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.config/stripe/config.toml#default.live_mode_api_key", NOTHING});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.config/stripe/config.toml#old.live_mode_api_key", DEAD});
    assert_int_equal(held_by(&r, "file:~/.config/stripe/config.toml#default.test_mode_api_key")->ceiling, RA_RADIUS_GRANT);
    recording_close(&r);
}

static void servers_that_run_or_ended(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    put(&r, HOME "/.local/share/jupyter/runtime/jpserver-7.json", ra_strfmt(&r.arena, "{\"pid\":7,\"token\":\"%s\"}", characters(&r, 40, 1)));
    put(&r, HOME "/.local/share/jupyter/runtime/jpserver-99.json", ra_strfmt(&r.arena, "{\"pid\":99,\"token\":\"%s\"}", characters(&r, 40, 2)));
    put(&r, HOME "/.config/google-chrome/DevToolsActivePort", "9222\n/devtools/browser/x\n");
    home_look(&r);
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.local/share/jupyter/runtime/jpserver-7.json#token", ALIVE});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.local/share/jupyter/runtime/jpserver-99.json#token", DEAD});
    assert_int_equal(detail(&r, "file:~/.config/google-chrome/DevToolsActivePort", "port")->number, 9222);
    recording_close(&r);
}

static void password_file_of_postgresql(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    put(&r, HOME "/.pgpass", ra_strfmt(&r.arena, "db.test:5432:*:app:%s\n", characters(&r, 20, 1)));
    assert_int_equal(chmod(at_root(&r, HOME "/.pgpass"), 0644), 0);
    put(&r, TREE "/data.sqlite3", "SQLite format 3\0 rows");
    put(&r, TREE "/dump.sql", "create table a;\n");
    home_look(&r);
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.pgpass#db.test:5432", ALIVE}); // libpq refuses it, cat does not
    assert_non_null(told(&r, "file:~/.pgpass#db.test:5432", "mode"));
    assert_string_equal(detail(&r, "file:~/project/data.sqlite3", "form")->text, "sqlite");
    assert_int_equal(detail(&r, "file:~/project/dump.sql", "bytes")->number, 16);
    recording_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sessions_of_services),      cmocka_unit_test(tokens_that_end),
        cmocka_unit_test(stripe_keys),               cmocka_unit_test(servers_that_run_or_ended),
        cmocka_unit_test(password_file_of_postgresql),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
