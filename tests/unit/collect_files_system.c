// Networks, mounts and disks of the machine, and secrets left behind in transcripts and temporary directories.
#include "collect_files_host.h"

static const struct variant networks[] = {
    {"/etc/wireguard/wg0.conf", "[Interface]\nPrivateKey = %s\nAddress = 10.0.0.1/32\n[Peer]\nPublicKey = x\n", "file:/etc/wireguard/wg0.conf#Interface", ALIVE},
    {HOME "/office.ovpn", "client\nremote vpn.test 1194\nauth-user-pass office.login\ntls-auth ta.key 1\n", "file:~/office.ovpn", NOTHING},
    {HOME "/office.login", "ann\n%s\n", "file:~/office.login", ALIVE},
    {HOME "/inline.ovpn", "client\n<auth-user-pass>\nann\n%s\n</auth-user-pass>\n", "file:~/inline.ovpn#auth-user-pass", ALIVE},
    {HOME "/ask.ovpn", "client\nauth-user-pass\n", "file:~/ask.ovpn", NOTHING},
    {"/etc/NetworkManager/system-connections/home.nmconnection", "[wifi-security]\nkey-mgmt=wpa-psk\npsk=%s\n",
     "file:/etc/NetworkManager/system-connections/home.nmconnection#wifi-security", ALIVE},
    {"/etc/fstab", "# x\n//nas.test/a /mnt cifs credentials=/etc/nas.cred,uid=0 0 0\n/dev/sda1 / ext4 defaults 0 1\n", "file:/etc/fstab", NOTHING},
    {"/etc/nas.cred", "username=a\npassword=%s\n", "file:/etc/nas.cred#password", ALIVE},
    {"/etc/crypttab", "data UUID=1 /etc/disk.key luks\nswap /dev/sda2 /dev/urandom swap\n", "file:/etc/crypttab", NOTHING},
    {"/etc/disk.key", "%s", "file:/etc/disk.key", ALIVE},
    {"/var/lib/tailscale/tailscaled.state", "{\"_machinekey\":\"%s\"}", "file:/var/lib/tailscale/tailscaled.state", ALIVE},
    {"/etc/redis/redis.conf", "# requirepass foobared\nport 6379\nrequirepass %s\n", "file:/etc/redis/redis.conf#L3", ALIVE},
    {HOME "/.config/remmina/a.remmina", "[remmina]\nserver=x.test\npassword=.\n", "file:~/.config/remmina/a.remmina", NOTHING},
    {"/proc/keys", "1f2e I--Q--- 1 perm 1f3f0000 1000 65534 keyring _uid: 1\n2a3b I--Q--- 1 perm 3f010000 1000 1000 user krb: 12\n", "file:/proc/keys", NOTHING},
};

static void networks_and_disks(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    told_as(&r, networks, RA_COUNT(networks));
    assert_int_equal(detail(&r, "file:/proc/keys", "keys")->number, 1);
    recording_close(&r);
}

static void git_names_programs(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    put(&r, HOME "/.gitconfig",
        "[user]\n\tsigningkey = ~/keys/sign\n[credential \"https://forge.test\"]\n\thelper = !vend-token\n[include]\n\tpath = more.conf\n");
    put(&r, HOME "/more.conf", ra_strfmt(&r.arena, "[url \"https://me:%s@forge.test/\"]\n\tinsteadOf = x:\n", characters(&r, 30, 1)));
    put(&r, HOME "/keys/sign", ra_strfmt(&r.arena, "-----BEGIN RSA %s KEY-----\n%s\n-----END RSA %s KEY-----\n", "PRIVATE", characters(&r, 64, 2), "PRIVATE"));
    home_look(&r);
    const struct ra_reach *helper = reach(&r, "file:~/.gitconfig#credential.helper");
    assert_string_equal(helper->ref, "G003");
    assert_string_equal(detail(&r, "file:~/.gitconfig#credential.helper", "helper")->text, "!vend-token");
    assert_string_equal(reach(&r, "file:~/.gitconfig#user.signingkey")->ref, "K029");
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/keys/sign", ALIVE});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/more.conf#forge.test", ALIVE});
    recording_close(&r);
}

static size_t count_held(struct recording *r, const char *prefix)
{
    size_t n = 0;
    for (size_t i = 0; i < r->inv.n_links; i++)
        n += strcmp(r->inv.links[i].rule, "holds") == 0 && strncmp(r->inv.links[i].from, prefix, strlen(prefix)) == 0;
    return n;
}

// Only what its shape makes certain, each once; examples and passwords by name are part of the talk.
static void transcripts(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    char *token = ra_strfmt(&r.arena, "glpat-%s", characters(&r, 24, 1));
    put(&r, HOME "/.claude/projects/-home/1.jsonl",
        ra_strfmt(&r.arena,
                  "{\"text\":\"export AWS_SECRET=hunter2 and AKIAIOSFODNN7EXAMPLE\"}\n{\"text\":\"DB_PASSWORD=%s\"}\n"
                  "{\"text\":\"postgres://user:password@localhost/x\"}\n{\"text\":\"glpat-%s\"}\n{\"text\":\"glpat-%s again\"}\n",
                  characters(&r, 20, 2), characters(&r, 24, 3), characters(&r, 24, 3)));
    put(&r, HOME "/.codex/sessions/2023/11/14/a.jsonl", "{\"text\":\"no secret\"}\n");
    put(&r, TREE "/.aider.chat.history.md", ra_strfmt(&r.arena, "> git clone\nuse %s\n", token));
    home_look(&r);
    assert_int_equal(count_held(&r, "file:~/.claude/projects"), 1);
    expect_variant(&r, &(struct variant){NULL, NULL, "file:~/.claude/projects/-home/1.jsonl#L4", ALIVE});
    assert_int_equal(count_held(&r, "file:~/.codex"), 0);
    assert_int_equal(count_held(&r, "file:~/project/.aider"), 1);
    assert_int_equal(r.c.cover->status, RA_RUN_RAN);
    recording_close(&r);
}

static void too_many_transcripts_are_named(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    for (int i = 0; i < RA_MAX_TRANSCRIPTS + 1; i++)
        put(&r, ra_strfmt(&r.arena, HOME "/.claude/projects/x/%d.jsonl", i), "{}\n");
    home_look(&r);
    assert_int_equal(r.c.cover->status, RA_RUN_PARTIAL);
    reach(&r, "unknown:files/transcripts");
    recording_close(&r);
}

static void temporary_files(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    put(&r, "/tmp/tmp.a1", ra_strfmt(&r.arena, "-----BEGIN EC %s KEY-----\n%s\n-----END EC %s KEY-----\n", "PRIVATE", characters(&r, 64, 1), "PRIVATE"));
    put(&r, "/tmp/tmp.b2", ra_strfmt(&r.arena, "apiVersion: v1\nkind: Config\nclusters: []\nusers:\n- name: u\n  user:\n    token: %s\n", characters(&r, 40, 2)));
    put(&r, "/tmp/out.log", "password: hunter22hunter22\nall went well\n");
    put(&r, "/dev/shm/x", ra_strfmt(&r.arena, "%s%s\n", "glpat-", characters(&r, 24, 3)));
    put(&r, "/var/tmp/strangers", "secret");
    put(&r, "/tmp/big.bin", "");
    assert_int_equal(truncate(at_root(&r, "/tmp/big.bin"), 1l << 24), 0);
    assert_int_equal(mkfifo(at_root(&r, "/tmp/pipe"), 0600), 0);
    put_link(&r, "/tmp/link", "/etc/passwd");
    side(&r, "errors", "/var/tmp/strangers EACCES\n");
    home_look(&r);
    expect_variant(&r, &(struct variant){NULL, NULL, "file:/tmp/tmp.a1#L1", ALIVE});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:/tmp/tmp.b2#u", ALIVE});
    expect_variant(&r, &(struct variant){NULL, NULL, "file:/dev/shm/x#L1", ALIVE});
    no_reach(&r, "file:/tmp/out.log");
    no_reach(&r, "file:/var/tmp");
    no_reach(&r, "file:/tmp/big");
    no_reach(&r, "unknown:files");
    recording_close(&r);
}

static void a_temporary_file_that_cannot_be_looked_at_is_unknown(void **state)
{
    (void)state;
    struct recording r;
    home_open(&r);
    put(&r, "/tmp/x", "x");
    side(&r, "errors", "/tmp/x EIO\n");
    home_look(&r);
    assert_int_equal(r.c.cover->status, RA_RUN_PARTIAL);
    recording_close(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(networks_and_disks),
        cmocka_unit_test(git_names_programs),
        cmocka_unit_test(transcripts),
        cmocka_unit_test(too_many_transcripts_are_named),
        cmocka_unit_test(temporary_files),
        cmocka_unit_test(a_temporary_file_that_cannot_be_looked_at_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
