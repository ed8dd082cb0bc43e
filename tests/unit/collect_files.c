// The files and env collectors on recorded machines: every planted secret is found under its id, alive or not as it
// was planted, and nothing else is. Every secret is put together while the test runs.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above first
#include <cmocka.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "catalogue/places.h"
#include "catalogue/recognise.h"
#include "collect/collect.h"

int ra_collect_files(struct ra_collect *c, struct ra_error *err);
int ra_collect_env(struct ra_collect *c, struct ra_error *err);

#define HOME "/home/dev"
#define TREE HOME "/project"
#define NOW 1700000000

struct machine {
    struct ra_arena arena;
    char dir[64];
    struct ra_inventory inv;
    struct ra_collect c;
    const char *environment, *box;
};

static char *below(struct machine *m, const char *path)
{
    char *full = ra_strfmt(&m->arena, "%s/root%s", m->dir, path);
    for (char *p = full, *slash = p + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = 0;
        mkdir(p, 0755);
    }
    return full;
}

static void put_at(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void put(struct machine *m, const char *path, const char *text)
{
    put_at(below(m, path), text);
}

static void begin(struct machine *m)
{
    memset(m, 0, sizeof *m);
    snprintf(m->dir, sizeof m->dir, "%s", "/tmp/reachaudit-files-XXXXXX");
    assert_non_null(mkdtemp(m->dir));
    m->environment = "HOME=" HOME "\n";
    m->box = "bubblewrap";
    put(m, "/etc/passwd", "dev:x:1000:1000::" HOME ":/bin/sh\nann:x:1001:1001::/home/ann:/bin/sh\n");
    put(m, "/proc/self/mountinfo", "20 1 0:20 / / rw - tmpfs tmpfs rw\n21 20 8:1 /home " HOME " rw - ext4 /dev/x rw\n");
    mkdir(below(m, HOME), 0755);
    mkdir(below(m, TREE), 0755);
}

static void look(struct machine *m, const char *name, int (*run)(struct ra_collect *, struct ra_error *))
{
    struct ra_error err = {0};
    put_at(ra_strfmt(&m->arena, "%s/self", m->dir), "pid=7\nppid=1\nuid=1000\neuid=1000\ngid=1000\negid=1000\ncwd=" TREE
                                                    "\nnow=1700000000\n");
    put_at(ra_strfmt(&m->arena, "%s/environ", m->dir), m->environment);
    put_at(ra_strfmt(&m->arena, "%s/readonly", m->dir), "/proc\n");
    ra_inventory_init(&m->inv, &m->arena);
    m->inv.target.box.kind = m->box;
    ra_scrub_set_shapes(ra_recognise_for_scrub);
    m->c = (struct ra_collect){.arena = &m->arena, .inv = &m->inv, .name = name, .home = HOME, .worktree = TREE,
                               .now_s = NOW};
    m->c.host = ra_host_recorded(&m->arena, m->dir, &err);
    if (!m->c.host)
        fail_msg("recorded host: %s", err.text);
    m->c.cover = ra_coverage_add(&m->inv, name);
    m->c.cover->status = RA_RUN_RAN;
    assert_int_equal(run(&m->c, &err), 0);
    ra_inventory_freeze(&m->inv);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    return remove(path);
}

static void end(struct machine *m)
{
    ra_host_close(m->c.host);
    ra_scrub_forget_all();
    nftw(m->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    ra_arena_free(&m->arena);
}

// n characters of no pattern, the same on every run.
static char *chars(struct machine *m, size_t n, unsigned seed)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    char *p = ra_alloc(&m->arena, n + 1);
    uint64_t x = 0x9e3779b97f4a7c15ull * (seed + 1);
    for (size_t i = 0; i < n; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        p[i] = alphabet[(x >> 20) % (sizeof alphabet - 1)];
    }
    return p;
}

// The secrets that the place with this id holds, and whether any of them is alive.
static size_t held(const struct machine *m, const char *id, bool *ret_live)
{
    size_t n = 0;
    *ret_live = false;
    for (size_t i = 0; i < m->inv.n_links; i++) {
        if (strcmp(m->inv.links[i].from, id) != 0)
            continue;
        const struct ra_reach *r = ra_reach_find(&m->inv, m->inv.links[i].to);
        assert_non_null(r);
        *ret_live |= (r->traits & RA_TRAIT_LIVE) != 0;
        n++;
    }
    return n;
}

static void expect(const struct machine *m, const char *id, bool live)
{
    bool is_live;
    const struct ra_reach *place = ra_reach_find(&m->inv, id);
    if (!place)
        fail_msg("not found: %s", id);
    assert_true(place->access & RA_READ);
    if (!held(m, id, &is_live))
        fail_msg("holds nothing: %s", id);
    if (is_live != live)
        fail_msg("%s: should be %s", id, live ? "alive" : "dead");
}

static size_t secrets(const struct machine *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->inv.n_reaches; i++)
        n += ra_kind_is_secret(m->inv.reaches[i]->kind);
    return n;
}

// path, the text with %s for a secret of 36 characters, the place's id, alive
static const struct planted {
    const char *path, *text, *id;
    bool live;
} planted[] = {
    {HOME "/.aws/credentials", "[work]\naws_access_key_id = AKIAQ\naws_secret_access_key = %sabcd\n", "file:~/.aws/credentials#work", true},
    {HOME "/.aws/cli/cache/1.json", "{\"Credentials\":{\"SecretAccessKey\":\"%s\",\"Expiration\":\"2020-01-01T00:00:00Z\"}}", "file:~/.aws/cli/cache/1.json#Credentials.SecretAccessKey", false},
    {HOME "/.aws/sso/cache/2.json", "{\"accessToken\":\"%s\",\"expiresAt\":\"2033-01-01T00:00:00UTC\"}", "file:~/.aws/sso/cache/2.json#accessToken", true},
    {HOME "/.config/gcloud/application_default_credentials.json", "{\"type\":\"authorized_user\",\"client_id\":\"x\",\"refresh_token\":\"%s\"}", "file:~/.config/gcloud/application_default_credentials.json#refresh_token", true},
    {HOME "/.azure/msal_token_cache.json", "{\"AccessToken\":{\"k\":{\"secret\":\"%s\",\"expires_on\":\"1600000000\"}}}", "file:~/.azure/msal_token_cache.json#AccessToken", false},
    {HOME "/.kube/config", "users:\n- name: admin\n  user:\n    token: %s\n", "file:~/.kube/config#admin", true},
    {HOME "/.docker/config.json", "{\"auths\":{\"hub.test\":{\"identitytoken\":\"%s\"}},\"credsStore\":\"pass\"}", "file:~/.docker/config.json#hub.test", true},
    {HOME "/.config/gh/hosts.yml", "forge.test:\n    user: a\n    users:\n        a:\n            oauth_token: %s\n", "file:~/.config/gh/hosts.yml#forge.test/a", true},
    {HOME "/.git-credentials", "https://dev:%s@forge.test\n", "file:~/.git-credentials#forge.test", true},
    {HOME "/.gitconfig", "[http \"https://forge.test/\"]\n\textraheader = AUTHORIZATION: basic %s\n", "file:~/.gitconfig#http.https://forge.test/.extraheader", true},
    {HOME "/.netrc", "machine api.test\nlogin bot\npassword %s\n", "file:~/.netrc#api.test", true},
    {HOME "/.npmrc", "registry=https://npm.test/\n//npm.test/:_authToken=%s\n//other.test/:_authToken=${NPM}\n", "file:~/.npmrc#npm.test", true},
    {HOME "/.yarnrc.yml", "npmAuthToken: \"%s\"\n", "file:~/.yarnrc.yml#npmAuthToken", true},
    {HOME "/.pypirc", "[corp]\nusername = a\npassword = %s\n", "file:~/.pypirc#corp", true},
    {HOME "/.cargo/credentials.toml", "[registries.corp]\ntoken = \"%s\"\n", "file:~/.cargo/credentials.toml#registries.corp.token", true},
    {HOME "/.gem/credentials", "---\n:rubygems_api_key: %s\n", "file:~/.gem/credentials#rubygems_api_key", true},
    {HOME "/.composer/auth.json", "{\"http-basic\":{\"repo.test\":{\"username\":\"a\",\"password\":\"%s\"}}}", "file:~/.composer/auth.json#repo.test", true},
    {HOME "/.m2/settings.xml", "<settings>\n<server><id>nexus</id><password>%s</password></server>\n</settings>\n", "file:~/.m2/settings.xml#nexus", true},
    {HOME "/.gradle/gradle.properties", "org.gradle.daemon=true\nnexusPassword=%s\n", "file:~/.gradle/gradle.properties#nexusPassword", true},
    {HOME "/.terraform.d/credentials.tfrc.json", "{\"credentials\":{\"app.test\":{\"token\":\"%s\"}}}", "file:~/.terraform.d/credentials.tfrc.json#credentials.app.test.token", true},
    {HOME "/.vault-token", "%s\n", "file:~/.vault-token", true},
    {HOME "/.config/hcloud/cli.toml", "active_context = \"a\"\n[[contexts]]\nname = \"prod\"\ntoken = \"%s\"\n", "file:~/.config/hcloud/cli.toml#contexts.prod.token", true},
    {HOME "/.local/share/com.vercel.cli/auth.json", "{\"token\":\"%s\"}", "file:~/.local/share/com.vercel.cli/auth.json#token", true},
    {HOME "/.fly/config.yml", "access_token: %s\n", "file:~/.fly/config.yml#access_token", true},
    {HOME "/.pgpass", "# hosts\ndb.test:5432:app:me:%s\n", "file:~/.pgpass#db.test:5432", true},
    {HOME "/.my.cnf", "[client]\nuser=me\npassword=%s\n", "file:~/.my.cnf#client", true},
    {HOME "/.databrickscfg", "[DEFAULT]\nhost = https://x.test\ntoken = %s\n", "file:~/.databrickscfg#DEFAULT", true},
    {HOME "/.kaggle/kaggle.json", "{\"username\":\"a\",\"key\":\"%s\"}", "file:~/.kaggle/kaggle.json#key", true},
    {HOME "/.config/ngrok/ngrok.yml", "version: \"2\"\nauthtoken: %s\n", "file:~/.config/ngrok/ngrok.yml#authtoken", true},
    {HOME "/.config/rclone/rclone.conf", "[drive]\ntype = webdav\npass = %s\n", "file:~/.config/rclone/rclone.conf#drive", true},
    {"/home/ann/.config/rclone/rclone.conf", "# Encrypted\nRCLONE_ENCRYPT_V0:\n%s\n", "file:/home/ann/.config/rclone/rclone.conf", false},
    {"/home/ann/.netrc", "default login a password %s\n", "file:/home/ann/.netrc#default", true},
    {HOME "/.gnupg/private-keys-v1.d/1.key", "(21:protected-private-key(3:rsa %s))", "file:~/.gnupg/private-keys-v1.d/1.key", false},
    {HOME "/.gnupg/private-keys-v1.d/2.key", "(11:private-key(3:rsa %s))", "file:~/.gnupg/private-keys-v1.d/2.key", true},
    {HOME "/.local/share/keyrings/a.keyring", "[keyring]\ndisplay-name=a\n[1]\nsecret=%s\n", "file:~/.local/share/keyrings/a.keyring", true},
    {HOME "/.local/share/keyrings/b.keyring", "GnomeKeyring\n\r%s", "file:~/.local/share/keyrings/b.keyring", false},
    {HOME "/.bashrc", "alias ll='ls -l'\nexport CORP_API_TOKEN=%s\n", "file:~/.bashrc#CORP_API_TOKEN", true},
    {HOME "/.bash_history", "ls\ngit clone https://me:%s@forge.test/a\n", "file:~/.bash_history#L2", true},
    {HOME "/.zsh_history", ": 1700000000:0;ls\n: 1700000001:0;deploy --token %s --fast\n", "file:~/.zsh_history#L2", true},
    {TREE "/.env", "DEBUG=1\nAPP_URL=https://x.test\nDB_PASSWORD=%s\n", "file:~/project/.env#DB_PASSWORD", true},
    {TREE "/app.tfstate", "{\"resources\":[{\"name\":\"db\",\"attributes\":{\"password\":\"%s\"}}]}", "file:~/project/app.tfstate#resources.db.attributes.password", true},
    {HOME "/.mcp-auth/v1/x_tokens.json", "{\"access_token\":\"%s\",\"token_type\":\"Bearer\"}", "file:~/.mcp-auth/v1/x_tokens.json#access_token", true},
    {HOME "/.config/cursor/auth.json", "{\"a\": [%s", "file:~/.config/cursor/auth.json", true},
    {HOME "/.erlang.cookie", "%s", "file:~/.erlang.cookie", true},
};

static void every_planted_secret_is_found(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    for (size_t i = 0; i < RA_COUNT(planted); i++) {
        const struct planted *p = &planted[i];
        const char *at = strstr(p->text, "%s");
        assert_non_null(at);
        put(&m, p->path, ra_strfmt(&m.arena, "%.*s%s%s", (int)(at - p->text), p->text, chars(&m, 36, (unsigned)i), at + 2));
    }
    look(&m, "files", ra_collect_files);
    for (size_t i = 0; i < RA_COUNT(planted); i++)
        expect(&m, planted[i].id, planted[i].live);
    assert_int_equal(secrets(&m), RA_COUNT(planted)); // and nothing else
    assert_int_equal(m.c.cover->status, RA_RUN_RAN);
    assert_non_null(ra_reach_find(&m.inv, "file:~/.docker/config.json#credsStore"));
    struct ra_buf json RA_CLEANUP(ra_buf_free) = {0};
    ra_inventory_write(&m.inv, &json);
    for (size_t i = 0; i < RA_COUNT(planted); i++)
        if (ra_span_find(ra_buf_view(&json), ra_span_of(chars(&m, 36, (unsigned)i))) >= 0)
            fail_msg("printed: the secret of %s", planted[i].id);
    end(&m);
}

static void sessions_of_agents(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    put(&m, HOME "/.claude/.credentials.json",
        ra_strfmt(&m.arena, "{\"claudeAiOauth\":{\"accessToken\":\"sk-%s%s\",\"refreshToken\":\"sk-%s%s\",\"expiresAt\":%s}}",
                  "ant-oat01-", chars(&m, 80, 1), "ant-ort01-", chars(&m, 80, 2), "1600000000000"));
    put(&m, HOME "/.codex/auth.json",
        ra_strfmt(&m.arena, "{\"OPENAI_API_KEY\":\"sk-%s%s\",\"tokens\":{\"refresh_token\":\"%s\"}}", "proj-",
                  chars(&m, 60, 3), chars(&m, 60, 4)));
    look(&m, "files", ra_collect_files);
    expect(&m, "file:~/.claude/.credentials.json#claudeAiOauth.accessToken", false);
    expect(&m, "file:~/.claude/.credentials.json#claudeAiOauth.refreshToken", true);
    expect(&m, "file:~/.codex/auth.json#tokens.refresh_token", true);
    expect(&m, "file:~/.codex/auth.json#OPENAI_API_KEY", true);
    size_t sessions = 0;
    for (size_t i = 0; i < m.inv.n_reaches; i++) {
        const struct ra_reach *r = m.inv.reaches[i];
        if (!ra_kind_is_secret(r->kind))
            continue;
        bool session = r->role && strcmp(r->role, "agent-session") == 0;
        sessions += session;
        assert_true(session ? r->ceiling == RA_RADIUS_GRANT : strncmp(r->id, "token:openai:", 13) == 0);
    }
    assert_int_equal(sessions, 3);
    end(&m);
}

// A working machine without a secret: nothing is called one, and 300 places and more were looked at.
static void ordinary_files_are_left_alone(void **state)
{
    (void)state;
    static const char *const files[][2] = {
        {HOME "/.npmrc", "registry=https://npm.test/\n//npm.test/:_authToken=${NPM_TOKEN}\n"},
        {HOME "/.aws/config", "[profile a]\nregion = eu-west-1\nrole_arn = arn:aws:iam::1:role/x\n"},
        {HOME "/.gitconfig", "[user]\n\tname = Ann\n\temail = ann@corp.test\n[url \"git@forge.test:\"]\n\tinsteadOf = https://forge.test/\n"},
        {HOME "/.docker/config.json", "{\"auths\":{}}"},
        {HOME "/.ssh/known_hosts", "forge.test ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIabc\n"},
        {HOME "/.ssh/id_ed25519.pub", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIabc ann\n"},
        {HOME "/.config/gh/hosts.yml", "github.com:\n    user: a\n    git_protocol: https\n"},
        {HOME "/.bash_history", "ls -la\ncd src\ngit commit -m 'add token parser'\nexport TOKEN=$(cat token)\ncurl https://x.test/a?b=c\n"},
        {HOME "/.bashrc", "export PATH=$HOME/bin:$PATH\nexport EDITOR=vim\nexport API_TOKEN_FILE=~/.token\n"},
        {HOME "/.netrc", ""},
        {TREE "/.env.example", "DB_PASSWORD=s3cr3tPassw0rdOfExample9\n"},
        {TREE "/.env", "DEBUG=true\nPORT=8080\nDB_PASSWORD=changeme\nSECRET_KEY=<your key>\nTOKEN=${CI_TOKEN}\n"},
        {TREE "/compose.yaml", "services:\n  db:\n    image: postgres\n    environment:\n      - POSTGRES_PASSWORD=${PW}\n"},
        {HOME "/.pypirc", "[distutils]\nindex-servers = pypi\n"},
        {HOME "/.env/bin/activate", "VIRTUAL_ENV=/home/dev/.env\n"},
        {HOME "/.local/share/keyrings/c.keyring", "[keyring]\ndisplay-name=empty\n"},
    };
    struct machine m;
    begin(&m);
    for (size_t i = 0; i < RA_COUNT(files); i++)
        put(&m, files[i][0], files[i][1]);
    assert_int_equal(symlink("/dev/null", below(&m, HOME "/.zsh_history")), 0);
    look(&m, "files", ra_collect_files);
    for (size_t i = 0; i < m.inv.n_reaches; i++)
        if (ra_kind_is_secret(m.inv.reaches[i]->kind))
            fail_msg("taken for a secret: %s", m.inv.reaches[i]->id);
    assert_true(m.c.cover->looked > 300);
    assert_true(ra_n_places > 300);
    end(&m);
}

static bool not_seen(const struct machine *m, const char *text)
{
    for (size_t i = 0; i < m->c.cover->n_not_seen; i++)
        if (strstr(m->c.cover->not_seen[i], text))
            return true;
    return false;
}

static void odd_files_are_said_to_be_unseen(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    assert_int_equal(mkfifo(below(&m, HOME "/.netrc"), 0600), 0);
    assert_int_equal(symlink(".pgpass", below(&m, HOME "/.pgpass")), 0);
    put(&m, HOME "/.pypirc/file", "x");
    put(&m, TREE "/.env", ra_strfmt(&m.arena, "DB_PASSWORD=%s\n", chars(&m, 20, 1)));
    assert_int_equal(truncate(below(&m, TREE "/.env"), 1l << 30), 0);
    put(&m, HOME "/.docker/config.json", "\xff\xfe{{{{");
    look(&m, "files", ra_collect_files);
    assert_int_equal(m.c.cover->status, RA_RUN_PARTIAL);
    assert_true(not_seen(&m, "~/.netrc"));
    assert_true(not_seen(&m, "~/.pgpass"));
    assert_true(not_seen(&m, "~/.pypirc"));
    assert_true(not_seen(&m, "~/project/.env"));
    expect(&m, "file:~/project/.env#DB_PASSWORD", true);
    expect(&m, "file:~/.docker/config.json", true); // not understood: it may hold anything
    const struct ra_reach *r = ra_reach_find(&m.inv, "password:file:~/.docker/config.json");
    assert_non_null(r);
    assert_int_equal(r->ceiling, RA_RADIUS_ORGANIZATION);
    end(&m);
}

// Each place, its stars become "x".
static char *somewhere(struct machine *m, const char *pattern)
{
    static const char *const bases[][2] = {{"~", HOME}, {"$XC", HOME "/.config"}, {"$XD", HOME "/.local/share"},
                                           {"$XK", HOME "/.cache"}, {"$XS", HOME "/.local/state"}, {"$W", TREE}, {"/", "/"}};
    char *path = NULL;
    for (size_t i = 0; !path && i < RA_COUNT(bases); i++)
        if (strncmp(pattern, bases[i][0], strlen(bases[i][0])) == 0 && strncmp(pattern, "/proc", 5) != 0)
            path = ra_strfmt(&m->arena, "%s%s", bases[i][1], pattern + strlen(bases[i][0]));
    for (char *p = path; p && *p; p++)
        if (*p == '*')
            *p = 'x';
    return path && path[strlen(path) - 1] != '/' ? path : NULL;
}

// No reader is led astray by any text: cut, flipped and senseless ones end as reaches or as nothing.
static void rubbish_is_survived(void **state)
{
    (void)state;
    static const char *const bits[] = {"{", "}", "[", "]", "\"", ":", "=", "\n", "machine ", "password", " K 8\n", "V 9\n",
                                       "<", ">", "{x}", "://", "@", "users:\n- name: a\n", "token", "\xff", "-----BEGIN ",
                                       "PRIVATE KEY-----", "define('", "',", "eyJ", "\x05\x04", "\x05\x02", "\xfe\xed\xfe\xed", "\x30\x82", "BORG_KEY ",
                                       "<key>\n", "auth-user-pass ", "IdentityFile ", "Include *\n", "$ANSIBLE_VAULT;", "resources", "\"sensitive_attributes\":",
                                       "untrusted comment:", "encrypted:", "BEGIN NATS USER JWT", "\"crypto\":", "kind: Config\nclusters:\n", "AGE-SECRET-KEY-1", "$6$", "#", "\\"};
    uint64_t x = 88172645463325252ull;
    for (int round = 0; round < 6; round++) {
        struct machine m;
        begin(&m);
        for (size_t i = 0; i < ra_n_places; i++) {
            char *path = somewhere(&m, ra_places[i].pattern);
            struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
            struct stat st;
            for (int n = 0; n < 40; n++) {
                x ^= x << 13, x ^= x >> 7, x ^= x << 17;
                ra_buf_puts(&text, bits[(x >> 9) % RA_COUNT(bits)]);
            }
            if (path && lstat(below(&m, path), &st) != 0) {
                FILE *f = fopen(below(&m, path), "w");
                if (f) { // some places lie below others
                    fputs(text.p, f);
                    fclose(f);
                }
            }
        }
        look(&m, "files", ra_collect_files);
        assert_true(m.inv.n_reaches > 50);
        end(&m);
    }
}

static void closed_files_are_denied(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    put(&m, HOME "/.netrc", "machine a.test password b\n");
    mkdir(below(&m, "/home/ann"), 0755);
    put_at(ra_strfmt(&m.arena, "%s/errors", m.dir), HOME "/.netrc EACCES\n/home/ann/. EACCES\n/home/ann EACCES\n");
    look(&m, "files", ra_collect_files);
    const struct ra_reach *r = ra_reach_find(&m.inv, "file:~/.netrc"), *home = ra_reach_find(&m.inv, "file:/home/ann");
    assert_non_null(r);
    assert_int_equal(r->state, RA_STATE_DENIED);
    assert_non_null(home);
    assert_int_equal(home->state, RA_STATE_DENIED);
    assert_int_equal(secrets(&m), 0);
    end(&m);
}

static void own_home_closed_is_blindness(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    put_at(ra_strfmt(&m.arena, "%s/errors", m.dir), HOME " EACCES\n");
    look(&m, "files", ra_collect_files);
    assert_int_equal(m.c.cover->status, RA_RUN_PARTIAL);
    assert_non_null(ra_reach_find(&m.inv, "unknown:files/home"));
    end(&m);
}

static void start_up_files_run_later_only_where_they_last(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    put(&m, HOME "/dotfiles/profile", "umask 022\n");
    assert_int_equal(symlink("dotfiles/profile", below(&m, HOME "/.profile")), 0);
    put(&m, "/etc/crontab", "# jobs\n");
    put(&m, "/etc/rc.local", "# closed\n");
    chmod(below(&m, HOME "/dotfiles/profile"), 0666);
    chmod(below(&m, "/etc/crontab"), 0666);
    put_at(ra_strfmt(&m.arena, "%s/errors", m.dir), "/etc/rc.local EACCES\n");
    look(&m, "files", ra_collect_files);
    const struct ra_reach *lasting = ra_reach_find(&m.inv, "file:~/.profile"), *own = ra_reach_find(&m.inv, "file:/etc/crontab");
    assert_non_null(lasting);
    assert_true((lasting->access & RA_WRITE) && (lasting->traits & RA_TRAIT_RUNS_LATER));
    assert_int_equal(lasting->least, RA_RADIUS_PERSON);
    assert_non_null(own); // on the box's own tmpfs
    assert_false(own->traits & RA_TRAIT_RUNS_LATER);
    assert_int_equal(own->ceiling, RA_RADIUS_SANDBOX);
    end(&m);
}

// What a bare key opens is told by where it lies.
static void keys_open_what_their_place_says(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    char *pem = ra_strfmt(&m.arena, "-----BEGIN %s KEY-----\n%s\n-----END %s KEY-----\n", "PRIVATE", chars(&m, 64, 1), "PRIVATE");
    put(&m, HOME "/.minikube/ca.key", pem);
    put(&m, "/etc/ssl/private/ssl-cert-snakeoil.key", pem);
    look(&m, "files", ra_collect_files);
    expect(&m, "file:~/.minikube/ca.key", true);
    assert_int_equal(secrets(&m), 1);
    for (size_t i = 0; i < m.inv.n_reaches; i++)
        if (ra_kind_is_secret(m.inv.reaches[i]->kind))
            assert_int_equal(m.inv.reaches[i]->ceiling, RA_RADIUS_PERSON);
    end(&m);
}

static void variables_move_places(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    m.environment = "HOME=" HOME "\nXDG_CONFIG_HOME=/cfg\nKUBECONFIG=/k/a:/k/b\nCORP_TOKEN_FILE=/run/corp\n"
                    "AWS_SHARED_CREDENTIALS_FILE=/aws\n";
    char *secret = chars(&m, 36, 1);
    put(&m, "/cfg/gh/hosts.yml", ra_strfmt(&m.arena, "forge.test:\n    oauth_token: %s\n", secret));
    put(&m, "/k/b", ra_strfmt(&m.arena, "users:\n- name: u\n  user:\n    token: %s\n", secret));
    put(&m, "/run/corp", secret);
    put(&m, "/aws", ra_strfmt(&m.arena, "[a]\naws_secret_access_key=%s\n", secret));
    look(&m, "files", ra_collect_files);
    expect(&m, "file:/cfg/gh/hosts.yml#forge.test", true);
    expect(&m, "file:/k/b#u", true);
    expect(&m, "file:/run/corp", true);
    expect(&m, "file:/aws#a", true);
    end(&m);
}

static void second_roots_are_read_too(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    put(&m, "/proc/self/mountinfo", "20 1 0:20 / / rw - tmpfs tmpfs rw\n22 20 8:1 / /host ro - ext4 /dev/x ro\n");
    put(&m, "/host/etc/passwd", "eve:x:1002:1002::/srv/eve:/bin/sh\n");
    put(&m, "/host/srv/eve/.vault-token", chars(&m, 26, 1));
    put(&m, "/host/root/.vault-token", chars(&m, 26, 2));
    look(&m, "files", ra_collect_files);
    expect(&m, "file:/host/srv/eve/.vault-token", true);
    expect(&m, "file:/host/root/.vault-token", true);
    end(&m);
}

static void environment(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    char *token = chars(&m, 36, 1), *session = chars(&m, 80, 2);
    m.environment = ra_strfmt(&m.arena,
                              "HOME=" HOME "\nTERM=xterm\nGITHUB_TOKEN=gh%s%s\nDB_PASSWORD=hunter2\n"
                              "CLAUDE_CODE_OAUTH_TOKEN=sk-%s%s\nAWS_ACCESS_KEY_ID=AK%s\nSSH_AUTH_SOCK=/tmp/a\n"
                              "MIX={\"a\":\"gh%s%s\",\"b\":\"postgres://u:%s@db.test/x\"}\nLD_PRELOAD=/x.so\nEMPTY=\n"
                              "BAD\xff_TOKEN=%s\n",
                              "p_", token, "ant-oat01-", session, "IAQWERTYUIOPASDFGH", "p_", chars(&m, 36, 3),
                              chars(&m, 12, 4), chars(&m, 20, 5));
    look(&m, "env", ra_collect_env);
    expect(&m, "env:GITHUB_TOKEN", true);
    expect(&m, "env:DB_PASSWORD", true);
    expect(&m, "env:CLAUDE_CODE_OAUTH_TOKEN", true);
    expect(&m, "env:MIX", true);
    expect(&m, "env:BAD%FF_TOKEN", true);
    bool live;
    assert_int_equal(held(&m, "env:MIX", &live), 2);
    assert_null(ra_reach_find(&m.inv, "env:AWS_ACCESS_KEY_ID"));
    assert_null(ra_reach_find(&m.inv, "env:TERM"));
    assert_int_equal(held(&m, "env:SSH_AUTH_SOCK", &live), 0);
    assert_int_equal(held(&m, "env:LD_PRELOAD", &live), 0);
    assert_non_null(ra_reach_find(&m.inv, "env:LD_PRELOAD"));
    assert_int_equal(m.c.cover->looked, 11);
    assert_int_equal(secrets(&m), 6);
    end(&m);
}

static void an_empty_environment_is_seen_whole(void **state)
{
    (void)state;
    struct machine m;
    begin(&m);
    m.environment = "";
    look(&m, "env", ra_collect_env);
    assert_int_equal(m.c.cover->status, RA_RUN_RAN);
    assert_int_equal(m.inv.n_reaches, 0);
    end(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_planted_secret_is_found),
        cmocka_unit_test(sessions_of_agents),
        cmocka_unit_test(ordinary_files_are_left_alone),
        cmocka_unit_test(odd_files_are_said_to_be_unseen),
        cmocka_unit_test(rubbish_is_survived),
        cmocka_unit_test(closed_files_are_denied),
        cmocka_unit_test(own_home_closed_is_blindness),
        cmocka_unit_test(start_up_files_run_later_only_where_they_last),
        cmocka_unit_test(keys_open_what_their_place_says),
        cmocka_unit_test(variables_move_places),
        cmocka_unit_test(second_roots_are_read_too),
        cmocka_unit_test(environment),
        cmocka_unit_test(an_empty_environment_is_seen_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
