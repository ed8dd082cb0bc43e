// Keys, key stores, wallets, tickets: plain, locked, locked with what opens them in reach, and public halves.
#include "collect_files_host.h"

static char *pem(struct recording *r, const char *label, const char *headers, unsigned seed)
{
    return ra_strfmt(&r->arena, "-----BEGIN %s-----\n%s%s\n-----END %s-----\n", label, headers, characters(r, 64, seed), label);
}

static const struct {
    const char *path, *before, *word, *headers; // label: before + "PRIVATE KEY" in two words
    enum state_told told;
} pems[] = {
    {HOME "/.ssh/id_rsa", "RSA ", "", "", ALIVE},
    {HOME "/.ssh/old_rsa", "RSA ", "", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n", DEAD},
    {TREE "/server.key", "EC ", "", "", ALIVE},
    {TREE "/client.pem", "ENCRYPTED ", "", "", DEAD},
    {TREE "/cosign.key", "ENCRYPTED SIGSTORE ", "", "", DEAD},
    {"/etc/nebula/host.key", "NEBULA X25519 ", "", "", ALIVE},
    {HOME "/AuthKey_AB.p8", "", "", "", ALIVE},
    {"/var/lib/dkms/mok.key", "", "", "", ALIVE},
    {HOME "/Downloads/new.pem", "RSA ", "", "", ALIVE},
    {TREE "/ops/deploy_key", "OPENSSH ", "", "", ALIVE}, // cannot be told: not safe
};

static void armoured_keys(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    for (unsigned i = 0; i < RA_COUNT(pems); i++)
        put(&r, pems[i].path, pem(&r, ra_strfmt(&r.arena, "%s%s KEY", pems[i].before, "PRIVATE"), pems[i].headers, i));
    put(&r, HOME "/.ssh/id_rsa.pub", "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7 dev\n");
    put(&r, TREE "/ca.pem", pem(&r, "CERTIFICATE", "", 90));
    put(&r, TREE "/README.key", "where the keys are kept\n");
    home_look(&r);
    for (size_t i = 0; i < RA_COUNT(pems); i++)
        expect_variant(&r, &(struct variant){NULL, NULL, ra_file_id(&r.c, pems[i].path, NULL), pems[i].told});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.ssh/id_rsa.pub", NOTHING});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/project/ca.pem", NOTHING});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/project/README.key", NOTHING});
    recording_close(&r);
}

// Valid until the end of the year; the least form that has dates.
static char *x509(struct recording *r, const char *year)
{
    char hex[256];
    size_t n = (size_t)snprintf(hex, sizeof hex, "302E302CA00302010202010130003000301E170D");
    for (const char *c = "200101000000Z"; *c; c++)
        n += (size_t)snprintf(hex + n, sizeof hex - n, "%02x", (unsigned)*c);
    n += (size_t)snprintf(hex + n, sizeof hex - n, "170D");
    const char *until = ra_strfmt(&r->arena, "%s1231235959Z", year);
    for (const char *c = until; *c; c++)
        n += (size_t)snprintf(hex + n, sizeof hex - n, "%02x", (unsigned)*c);
    return ra_strdup(&r->arena, hex);
}

static void put_hex(struct recording *r, const char *path, const char *hex)
{
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    uint64_t v;
    for (; *hex; hex += 2) {
        assert_true(ra_span_u64((struct ra_span){hex, 2}, 16, &v));
        ra_buf_putc(&b, (char)v);
    }
    put_bytes(r, path, b.p, b.n);
}

static void key_stores(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    put_hex(&r, TREE "/app.jks", "feedfeed000000020000000100000001");
    put_hex(&r, HOME "/trust.jks", "feedfeed000000020000000100000002");
    put_hex(&r, HOME "/odd.p12", "00112233"); // of the name, of no known form
    put_hex(&r, HOME "/vault.kdbx", "03d9a29a67fb4bb5");
    put_hex(&r, HOME "/.config/JetBrains/IDEA2023/c.kdbx", "03d9a29a67fb4bb5");
    put(&r, HOME "/.config/JetBrains/IDEA2023/c.pwd", "encryption: BUILT_IN\nvalue: !!binary AAAA\n");
    put_hex(&r, TREE "/.git/git-crypt/keys/default", "0047495443525950544b455900000002");
    put(&r, HOME "/.minisign/minisign.key",
        ra_strfmt(&r.arena, "untrusted comment: minisign\nRWRT%s%s%s\n", characters(&r, 64, 1), characters(&r, 64, 2), characters(&r, 32, 3)));
    put(&r, TREE "/open.sec",
        ra_strfmt(&r.arena, "untrusted comment: minisign\nRWQAAA%s%s%s\n", characters(&r, 64, 4), characters(&r, 64, 5), characters(&r, 32, 6)));
    home_look(&r);
    static const struct variant rows[] = {
        {NULL, NULL, "file:~/project/app.jks", DEAD},
        {NULL, NULL, "file:~/trust.jks", NOTHING},
        {NULL, NULL, "file:~/odd.p12", ALIVE},
        {NULL, NULL, "file:~/vault.kdbx", DEAD},
        {NULL, NULL, "file:~/.config/JetBrains/IDEA2023/c.kdbx", ALIVE},
        {NULL, NULL, "file:~/project/.git/git-crypt/keys/default", ALIVE},
        {NULL, NULL, "file:~/.minisign/minisign.key", DEAD},
        {NULL, NULL, "file:~/project/open.sec", ALIVE},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++)
        expect_variant(&r, &rows[i]);
    assert_string_equal(told(&r, "file:~/.config/JetBrains/IDEA2023/c.kdbx", "opened_by"), "c.pwd");
    recording_close(&r);
}

static void certificates_beside_end_keys(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    char *label = ra_strfmt(&r.arena, "%s KEY", "PRIVATE");
    put(&r, "/etc/letsencrypt/live/a.test/privkey.pem", pem(&r, label, "", 1));
    put_hex(&r, "/etc/letsencrypt/live/a.test/cert.pem", x509(&r, "33"));
    put(&r, "/etc/letsencrypt/live/b.test/privkey.pem", pem(&r, label, "", 2));
    put_hex(&r, "/etc/letsencrypt/live/b.test/cert.pem", x509(&r, "21"));
    put(&r, HOME "/.tsh/keys/x.test/ann", pem(&r, label, "", 3));
    put_hex(&r, HOME "/.tsh/keys/x.test/ann-x509.pem", x509(&r, "21"));
    put(&r, TREE "/cert.pem", "");
    put(&r, TREE "/key.pem", pem(&r, label, "", 4));
    home_look(&r);
    expect_variant(&r, &(struct variant){NULL, NULL, "file:/etc/letsencrypt/live/a.test/privkey.pem", ALIVE});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:/etc/letsencrypt/live/b.test/privkey.pem", DEAD});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.tsh/keys/x.test/ann", DEAD});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/project/key.pem", ALIVE});
    recording_close(&r);
}

static void passwords_beside_open_key_stores(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    put_hex(&r, TREE "/app.jks", "feedfeed000000020000000100000001");
    put(&r, TREE "/key.properties", ra_strfmt(&r.arena, "storePassword=%s\n", characters(&r, 20, 1)));
    home_look(&r);
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/project/app.jks", ALIVE});
    recording_close(&r);
}

static const struct variant stores[] = {
    {HOME "/.config/solana/id.json", "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32]",
     "file:~/.config/solana/id.json", ALIVE},
    {HOME "/.ethereum/keystore/UTC--1", "{\"crypto\":{\"kdf\":\"scrypt\",\"ciphertext\":\"%s\"},\"version\":3}",
     "file:~/.ethereum/keystore/UTC--1", DEAD},
    {HOME "/.near-credentials/mainnet/a.json", "{\"account_id\":\"a\",\"private_key\":\"ed25519:%s\"}",
     "file:~/.near-credentials/mainnet/a.json#private_key", ALIVE},
    {HOME "/.sui/sui_config/sui.keystore", "[]", "file:~/.sui/sui_config/sui.keystore", NOTHING},
    {HOME "/.electrum/wallets/a", "{\"keystore\":{\"seed\":\"%s\"},\"use_encryption\":false}", "file:~/.electrum/wallets/a", ALIVE},
    {HOME "/.electrum/wallets/b", "QklFM%s", "file:~/.electrum/wallets/b", DEAD},
    {HOME "/.bitcoin/wallet.dat", "bytes \x04mkey bytes %s", "file:~/.bitcoin/wallet.dat", DEAD},
    {TREE "/jwks.json", "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"abc\"},{\"kty\":\"EC\",\"d\":\"%s\"}]}",
     "file:~/project/jwks.json#keys.2", ALIVE},
    {TREE "/public.jwk", "{\"kty\":\"RSA\",\"n\":\"%s\"}", "file:~/project/public.jwk", NOTHING},
    {HOME "/actions-runner/.credentials", "{\"scheme\":\"OAuth\",\"data\":{\"clientId\":\"x\"}}", "file:~/actions-runner/.credentials#", NOTHING},
    {HOME "/actions-runner/.credentials_rsaparams", "{\"d\":\"%s\",\"p\":\"x\",\"q\":\"y\"}",
     "file:~/actions-runner/.credentials_rsaparams", ALIVE},
    {HOME "/.age/work", "age-encryption.org/v1\n-> scrypt abc 18\n%s\n", "file:~/.age/work", DEAD},
    {HOME "/.gnupg/private-keys-v1.d/card.key", "(20:shadowed-private-key(3:rsa %s))", "file:~/.gnupg/private-keys-v1.d/card.key", DEAD},
};

static void wallets_and_signing_keys(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    told_as(&r, stores, RA_COUNT(stores));
    recording_close(&r);
}

static void put_tickets(struct recording *r, const char *path, uint32_t end)
{
    char hex[400];
    const char *principal = "0000000100000001000000015800000001" "61"; // realm X, component a
    snprintf(hex, sizeof hex,
             "05040000%s%s0000000100000001000000015800000006" "6b7262746774" "0012" "0000000130"
             "0000000100000001%08x%08x0000000000" "00000000" "00000000" "0000000174" "00000000",
             principal, principal, end, end);
    put_hex(r, path, hex);
}

static void kerberos(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    put_tickets(&r, "/tmp/krb5cc_1000", NOW + 3600);
    put_tickets(&r, "/tmp/krb5cc_1001", NOW - 3600);
    put(&r, "/tmp/krb5cc_notes", "nothing\n");
    put_hex(&r, HOME "/svc.keytab", "05020000000441424344");
    put_hex(&r, "/etc/krb5.keytab", "0502");
    home_look(&r);
    expect_variant(&r, &(struct variant){NULL, NULL, "file:/tmp/krb5cc_1000", ALIVE});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:/tmp/krb5cc_1001", DEAD});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:/tmp/krb5cc_notes", NOTHING});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/svc.keytab", ALIVE});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:/etc/krb5.keytab", NOTHING});
    recording_close(&r);
}

static const char certificate[] = // ssh-keygen -s ca -n a,b -V 20200101:20300101; public
    "ssh-ed25519-cert-v01@openssh.com "
    "AAAAIHNzaC1lZDI1NTE5LWNlcnQtdjAxQG9wZW5zc2guY29tAAAAIKvkoltOU9Svrjj1rCt5mApzPSsAZY6/0kfIgTqWj/K9AAAAIG3dkQNI4juRzZaU"
    "QLrBKiwxVmRkWHime3HN67XzncYcAAAAAAAAAAAAAAABAAAAAmlkAAAACgAAAAFhAAAAAWIAAAAAXgvhAAAAAABw29iA ann@x.test\n";

static void settings_of_ssh(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    put(&r, HOME "/.ssh/config",
        "Include conf.d/*\nHost *\n  ForwardAgent yes\nHost a b\n  IdentityFile ~/keys/work\n  ProxyCommand nc %h 22\n");
    put(&r, HOME "/.ssh/conf.d/one", "Host c\n  IdentityFile=\"%d/keys/other\"\n");
    char *label = ra_strfmt(&r.arena, "RSA %s KEY", "PRIVATE");
    put(&r, HOME "/keys/work", pem(&r, label, "", 1));
    put(&r, HOME "/keys/other", pem(&r, label, "Proc-Type: 4,ENCRYPTED\n\n", 2));
    put(&r, HOME "/.ssh/known_hosts", "forge.test ssh-ed25519 AAAA\n|1|abc|def ssh-rsa AAAA\n# none\n");
    put(&r, HOME "/.ssh/id-cert.pub", certificate);
    home_look(&r);
    assert_int_equal(detail(&r, "file:~/.ssh/config", "hosts")->number, 2);
    assert_true(detail(&r, "file:~/.ssh/config", "forwards_agent")->number);
    assert_true(detail(&r, "file:~/.ssh/config", "runs_programs")->number);
    assert_int_equal(detail(&r, "file:~/.ssh/conf.d/one", "hosts")->number, 1);
    assert_int_equal(detail(&r, "file:~/.ssh/known_hosts", "hosts")->number, 2);
    assert_int_equal(detail(&r, "file:~/.ssh/known_hosts", "hashed")->number, 1);
    assert_true(detail(&r, "file:~/.ssh/id-cert.pub", "valid")->number);
    assert_int_equal(detail(&r, "file:~/.ssh/id-cert.pub", "expires")->number, 1893456000);
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/keys/work", ALIVE});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/keys/other", DEAD});
    recording_close(&r);
}

// Settings that name each other, or more files than anybody has, end.
static void following_ends(void **state)
{
    (void)state;
    struct recording r;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    home_open(&r);
    put(&r, HOME "/.ssh/config", "Include config\nInclude loop\n");
    ra_buf_puts(&b, "Include ~/.ssh/config\n");
    for (int i = 0; i < 400; i++)
        ra_buf_printf(&b, "IdentityFile key%d\n", i);
    put(&r, HOME "/.ssh/loop", b.p);
    home_look(&r);
    assert_int_equal(r.c.cover->status, RA_RUN_PARTIAL);
    reach(&r, "unknown:files/named");
    recording_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(armoured_keys),
        cmocka_unit_test(key_stores),
        cmocka_unit_test(certificates_beside_end_keys),
        cmocka_unit_test(passwords_beside_open_key_stores),
        cmocka_unit_test(wallets_and_signing_keys),
        cmocka_unit_test(kerberos),
        cmocka_unit_test(settings_of_ssh),
        cmocka_unit_test(following_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
