// Logins of clouds and clusters: long-lived, temporary, renewable, expired, sealed, and what only looks like one.
#include "collect_files_host.h"

#define AWS(name) HOME "/.aws/" name

static const struct variant aws[] = {
    {AWS("credentials"),
     "[long]\naws_access_key_id = AKIAQWERTYUIOPASDFGH\naws_secret_access_key = %s\n"
     "[docs]\naws_secret_access_key = your-secret-key-here\n[ref]\naws_secret_access_key = ${SECRET}\n",
     "file:~/.aws/credentials#long", ALIVE},
    {AWS("config"), "[profile ci]\ncredential_process = /usr/bin/vend\nrole_arn = arn:aws:iam::1:role/x\n",
     "file:~/.aws/config", NOTHING},
    {AWS("sso/cache/1.json"), "{\"accessToken\":\"%s\",\"expiresAt\":\"2033-01-01T00:00:00Z\"}",
     "file:~/.aws/sso/cache/1.json#accessToken", ALIVE},
    {AWS("sso/cache/2.json"), "{\"accessToken\":\"%s\",\"expiresAt\":\"2020-01-01T00:00:00Z\"}",
     "file:~/.aws/sso/cache/2.json#accessToken", DEAD},
    {AWS("sso/cache/3.json"),
     "{\"refreshToken\":\"%s\",\"expiresAt\":\"2020-01-01T00:00:00Z\",\"registrationExpiresAt\":\"2033-01-01T00:00:00Z\"}",
     "file:~/.aws/sso/cache/3.json#refreshToken", ALIVE},
    {AWS("sso/cache/4.json"), "{\"refreshToken\":\"%s\",\"registrationExpiresAt\":\"2020-01-01T00:00:00Z\"}",
     "file:~/.aws/sso/cache/4.json#refreshToken", DEAD},
    {AWS("sso/cache/botocore-client-id-x.json"), "{\"clientId\":\"x\",\"clientSecret\":\"%s\"}",
     "file:~/.aws/sso/cache/botocore", NOTHING},
    {AWS("cli/cache/1.json"), "{\"Credentials\":{\"SecretAccessKey\":\"%s\",\"Expiration\":\"2020-01-01T00:00:00Z\"}}",
     "file:~/.aws/cli/cache/1.json#Credentials.SecretAccessKey", DEAD},
    {HOME "/.passwd-s3fs", "# keys\nAKIAQWERTYUIOPASDFGH:%s\n", "file:~/.passwd-s3fs#L2", ALIVE},
    {HOME "/Downloads/dev_accessKeys.csv", "Access key ID,Secret access key\nAKIAQWERTYUIOPASDFGH,%s\n",
     "file:~/Downloads/dev_accessKeys.csv#L2", ALIVE},
};

static void aws_logins(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    told_as(&r, aws, RA_COUNT(aws));
    assert_true(detail(&r, "file:~/.aws/config#ci", "credential_process")->number);
    recording_close(&r);
}

// Temporary keys: by the date that the login helper writes, else by the age of the file.
static void temporary_keys_end(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    static const struct variant rows[] = {
        {AWS("credentials"),
         "[dated]\naws_session_token = %s\nx_security_token_expires = 2020-01-01T00:00:00Z\n"
         "[plain]\naws_access_key_id = AKIAQWERTYUIOPASDFGH\n",
         "file:~/.aws/credentials#dated", DEAD},
    };
    told_as(&r, rows, 1);
    recording_close(&r);
    for (int old = 0; old < 2; old++) {
        home_open(&r);
        put(&r, AWS("credentials"),
            ra_strfmt(&r.arena, "[mfa]\naws_access_key_id = ASIAQWERTYUIOPASDFGH\naws_secret_access_key = %s\n",
                      characters(&r, 40, 1)));
        age(&r, AWS("credentials"), old ? NOW - 40 * 3600 : NOW - 3600);
        home_look(&r);
        expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.aws/credentials#mfa", old ? DEAD : ALIVE});
        recording_close(&r);
    }
}

static const struct variant others[] = {
    {HOME "/.config/gcloud/application_default_credentials.json",
     "{\"type\":\"external_account\",\"credential_source\":{\"executable\":{\"command\":\"/opt/vend --json\"}}}",
     "file:~/.config/gcloud/application_default_credentials.json", NOTHING},
    {TREE "/my-service-account.json", "{\"type\":\"authorized_user\",\"refresh_token\":\"%s\"}",
     "file:~/project/my-service-account.json#refresh_token", ALIVE},
    {HOME "/.config/gcloud/credentials.db", "SQLite format 3 {\"refresh_token\": \"%s\"}",
     "file:~/.config/gcloud/credentials.db", ALIVE},
    {HOME "/.azure/msal_token_cache.bin", "sealed %s", "file:~/.azure/msal_token_cache.bin", DEAD},
    {HOME "/.azure/msal_token_cache.json", "{\"RefreshToken\":{\"k\":{\"secret\":\"%s\"}}}",
     "file:~/.azure/msal_token_cache.json#RefreshToken", ALIVE},
    {HOME "/.IdentityService/msal.cache", "{\"RefreshToken\":{\"k\":{\"secret\":\"%s\"}}}",
     "file:~/.IdentityService/msal.cache#RefreshToken", ALIVE},
    {HOME "/.IdentityService/msalV2.cache", "sealed %s", "file:~/.IdentityService/msalV2.cache", DEAD},
    {HOME "/.azure/azuredevops/personalAccessTokens", "[azdevops-cli:https://dev.test/x]\nPersonal Access Token = %s\n",
     "file:~/.azure/azuredevops/personalAccessTokens#azdevops-cli:https://dev.test/x", ALIVE},
    {HOME "/.oci/config", "[DEFAULT]\nuser=x\nkey_file=~/keys/oci.key\npass_phrase=%s\n", "file:~/.oci/config#DEFAULT", ALIVE},
    {HOME "/.config/rclone/rclone.conf", "RCLONE_ENCRYPT_V0:\n%s\n", "file:~/.config/rclone/rclone.conf", DEAD},
    {HOME "/.civo.json", "{\"apikeys\":{\"work\":\"%s\"},\"meta\":{\"current_apikey\":\"work\"}}",
     "file:~/.civo.json#apikeys.work", ALIVE},
    {HOME "/.config/.wrangler/config/default.toml", "oauth_token = \"%s\"\nexpiration_time = \"2020-01-01T00:00:00Z\"\n",
     "file:~/.config/.wrangler/config/default.toml#oauth_token", DEAD},
    {HOME "/.edgerc", "[default]\nclient_secret = %s\nhost = x.test\n", "file:~/.edgerc#default", ALIVE},
    {HOME "/.config/borg/keys/x", "BORG_KEY 00\n%s\n", "file:~/.config/borg/keys/x", DEAD},
    {HOME "/.restic-password", "%s\n", "file:~/.restic-password", ALIVE},
    {HOME "/.config/restic/env", "export RESTIC_PASSWORD='%s'\n", "file:~/.config/restic/env#RESTIC_PASSWORD", ALIVE},
};

static void other_clouds(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    told_as(&r, others, RA_COUNT(others));
    assert_non_null(strstr(detail(&r, "file:~/.config/gcloud/application_default_credentials.json#credential_source", "plugin")->text, "/opt/vend"));
    recording_close(&r);
}

static void access_tokens_of_an_old_file_are_dead(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    put(&r, HOME "/.config/gcloud/access_tokens.db", "SQLite format 3 access_token ya29");
    age(&r, HOME "/.config/gcloud/access_tokens.db", NOW - 7200);
    put(&r, HOME "/.config/gcloud/credentials.db", "SQLite format 3 and no account");
    home_look(&r);
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.config/gcloud/access_tokens.db", DEAD});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.config/gcloud/credentials.db", NOTHING});
    recording_close(&r);
}

static void variables_open_what_is_encrypted(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    side(&r, "environ", "HOME=" HOME "\nRCLONE_CONFIG_PASS=x\nBORG_PASSPHRASE=x\n");
    put(&r, HOME "/.config/rclone/rclone.conf", "RCLONE_ENCRYPT_V0:\nAAAA\n");
    put(&r, HOME "/.config/borg/keys/x", "BORG_KEY 00\nAAAA\n");
    home_look(&r);
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.config/rclone/rclone.conf", ALIVE});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.config/borg/keys/x", ALIVE});
    assert_non_null(told(&r, "file:~/.config/borg/keys/x", "opened_by"));
    recording_close(&r);
}

// ---- Kubernetes ----

static char *base64(struct recording *r, const char *text, size_t n)
{
    static const char abc[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    struct ra_buf out RA_CLEANUP(ra_buf_free) = {0};
    for (size_t i = 0; i < n; i += 3) {
        unsigned char b[3] = {0};
        size_t m = n - i < 3 ? n - i : 3;
        memcpy(b, text + i, m);
        unsigned v = (unsigned)b[0] << 16 | (unsigned)b[1] << 8 | b[2];
        for (size_t d = 0; d <= m; d++)
            ra_buf_putc(&out, abc[v >> (18 - 6 * d) & 63]);
        ra_buf_add(&out, "==", 3 - m);
    }
    return ra_strndup(&r->arena, ra_buf_view(&out));
}

// A certificate of the least form that has dates, valid until the end of `year`.
static char *certificate(struct recording *r, const char *year)
{
    char der[64];
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    static const char head[] = "\x30\x2E\x30\x2C\xA0\x03\x02\x01\x02\x02\x01\x01\x30\x00\x30\x00\x30\x1E\x17\x0D";
    ra_buf_add(&b, head, sizeof head - 1);
    ra_buf_puts(&b, "200101000000Z");
    ra_buf_add(&b, "\x17\x0D", 2);
    ra_buf_puts(&b, year);
    ra_buf_puts(&b, "1231235959Z");
    assert_true(b.n <= sizeof der);
    memcpy(der, b.p, b.n);
    return base64(r, der, b.n);
}

static void kube_users(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    struct ra_arena *a = &r.arena;
    char *pem[3];
    for (unsigned i = 0; i < 3; i++) {
        char *key = ra_strfmt(a, "-----BEGIN %s KEY-----\n%s\n-----END %s KEY-----\n", "PRIVATE", characters(&r, 64, i), "PRIVATE");
        pem[i] = base64(&r, key, strlen(key));
    }
    put(&r, HOME "/keys/k8s.key", ra_strfmt(a, "-----BEGIN RSA %s KEY-----\n%s\n-----END RSA %s KEY-----\n", "PRIVATE",
                                            characters(&r, 64, 9), "PRIVATE"));
    put(&r, HOME "/.kube/config",
        ra_strfmt(a,
                  "apiVersion: v1\nkind: Config\nclusters:\n- name: far\n  cluster: {server: 'https://k8s.test'}\n"
                  "- name: near\n  cluster: {server: 'https://127.0.0.1:6443'}\n"
                  "contexts:\n- name: a\n  context: {cluster: far, user: fresh}\n"
                  "- name: b\n  context: {cluster: near, user: kind}\n"
                  "users:\n- name: fresh\n  user:\n    client-key-data: %s\n    client-certificate-data: %s\n"
                  "- name: stale\n  user:\n    client-key-data: %s\n    client-certificate-data: %s\n"
                  "- name: kind\n  user:\n    client-key-data: %s\n"
                  "- name: named\n  user:\n    client-key: ../keys/k8s.key\n"
                  "- name: plugin\n  user:\n    exec:\n      command: aws\n"
                  "- name: ref\n  user:\n    token: ${TOKEN}\n",
                  pem[0], certificate(&r, "33"), pem[1], certificate(&r, "21"), pem[2]));
    home_look(&r);
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.kube/config#fresh", ALIVE});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.kube/config#stale", DEAD});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.kube/config#ref", NOTHING});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/keys/k8s.key", ALIVE}); // followed
    assert_string_equal(detail(&r, "file:~/.kube/config#plugin", "plugin")->text, "aws");
    assert_int_equal(held_by(&r, "file:~/.kube/config#fresh")->ceiling, RA_RADIUS_ORGANIZATION);
    assert_int_equal(held_by(&r, "file:~/.kube/config#kind")->ceiling, RA_RADIUS_PERSON);
    recording_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(aws_logins),
        cmocka_unit_test(temporary_keys_end),
        cmocka_unit_test(other_clouds),
        cmocka_unit_test(access_tokens_of_an_old_file_are_dead),
        cmocka_unit_test(variables_open_what_is_encrypted),
        cmocka_unit_test(kube_users),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
