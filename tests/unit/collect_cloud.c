// Programs in PATH and what their files say of logins, on recorded machines.
#include "collect_recorded.h"

#include "catalogue/clis.h"
#include "model/tools.h"

collector ra_collect_cloud;

static struct recording rec;

static void program(const char *path)
{
    put(&rec, path, "#!/bin/sh\n");
    assert_int_equal(chmod(at_root(&rec, path), 0755), 0);
}

static int open_one(void **state)
{
    (void)state;
    recording_open(&rec);
    rec.c.home = "/home/u";
    side(&rec, "environ", "PATH=/usr/local/bin:/usr/bin\nHOME=/home/u\n");
    put_dir(&rec, "/usr/bin");
    return 0;
}

static int close_one(void **state)
{
    (void)state;
    recording_close(&rec);
    return 0;
}

static void run(void)
{
    recording_run(&rec, "cloud", "none", ra_collect_cloud);
}

static const struct ra_detail *detail(const char *id, const char *key)
{
    return ra_detail_find(reach(&rec, id), key);
}

static void says(const char *id, const char *key, const char *text)
{
    const struct ra_detail *d = detail(id, key);
    if (!d || !d->text || strcmp(d->text, text) != 0)
        fail_msg("%s.%s is '%s', not '%s'", id, key, d && d->text ? d->text : "(none)", text);
}

static void says_not(const char *id, const char *key)
{
    if (detail(id, key))
        fail_msg("%s has %s", id, key);
}

static void logged_in(const char *id, bool yes)
{
    const struct ra_detail *d = detail(id, "logged_in");
    if (!d || d->number != yes)
        fail_msg("%s: logged_in %s", id, d ? "the other way round" : "missing");
}

static void every_login_has_its_rows(void **state)
{
    (void)state;
    size_t clis = 0;
    for (size_t i = 0; i < ra_n_tools; i++) {
        assert_true(!ra_tools[i].login || ra_cli_row(ra_tools[i].name));
        assert_true(i == 0 || strcmp(ra_tools[i - 1].name, ra_tools[i].name) < 0);
        clis += ra_tools[i].login;
    }
    for (size_t i = 0; i < ra_n_cli_rows; i++) {
        if (ra_cli_rows[i].type == RA_CLI_ROW_CLI) {
            assert_true(ra_tool_known(ra_cli_rows[i].text));
            clis--;
        }
        if (ra_cli_rows[i].type == RA_CLI_ROW_FACT)
            assert_true(ra_cli_rows[i - 1].type == RA_CLI_ROW_FACT || ra_cli_rows[i - 1].type == RA_CLI_ROW_FILE);
    }
    assert_int_equal(clis, 0);
}

static void what_is_in_path(void **state)
{
    (void)state;
    program("/usr/bin/npm");
    program("/usr/local/bin/npm");
    program("/usr/bin/aws");
    put(&rec, "/usr/local/bin/git", "no program");
    assert_int_equal(chmod(at_root(&rec, "/usr/local/bin/git"), 0644), 0);
    put_dir(&rec, "/usr/bin/make");
    put_link(&rec, "/usr/bin/node", "/nowhere");
    put_link(&rec, "/usr/bin/python3", "npm");
    program("/opt/gh");
    run();
    assert_string_equal(reach(&rec, "program:npm")->locator, "/usr/local/bin/npm");
    assert_int_equal(reach(&rec, "program:npm")->access, RA_EXECUTE);
    assert_int_equal(reach(&rec, "program:npm")->ceiling, RA_RADIUS_NOTHING);
    assert_int_equal(reach(&rec, "program:git")->state, RA_STATE_DENIED);
    assert_string_equal(reach(&rec, "program:python3")->locator, "/usr/bin/python3");
    logged_in("program:aws", false);
    no_reach(&rec, "program:make");
    no_reach(&rec, "program:node");
    no_reach(&rec, "program:gh");
    no_reach(&rec, "unknown:");
    assert_int_equal(rec.c.cover->status, RA_RUN_RAN);
}

static void a_directory_of_path_that_cannot_be_seen(void **state)
{
    (void)state;
    program("/usr/bin/npm");
    put_dir(&rec, "/usr/local/bin");
    side(&rec, "errors", "/usr/local/bin EIO\n");
    run();
    assert_int_equal(reach(&rec, "program:npm")->state, RA_STATE_PRESENT);
    assert_int_equal(reach(&rec, "unknown:cloud//usr/local/bin")->ceiling, RA_RADIUS_ORGANIZATION);
    assert_int_equal(rec.c.cover->status, RA_RUN_PARTIAL);
}

static void a_closed_directory_runs_nothing(void **state)
{
    (void)state;
    program("/usr/local/bin/npm");
    side(&rec, "errors", "/usr/local/bin EACCES\n");
    run();
    no_reach(&rec, "program:npm");
    no_reach(&rec, "unknown:");
    assert_int_equal(rec.c.cover->denied, 2);
}

static void odd_elements(void **state)
{
    (void)state;
    side(&rec, "self", "pid=7\nppid=1\nuid=1000\neuid=1000\ngid=1000\negid=1000\ncwd=/home/u/project\nnow=1000\n");
    side(&rec, "environ", "PATH=/usr/bin::node_modules/.bin:/usr/bin:/absent\n");
    program("/home/u/project/node_modules/.bin/tsc");
    program("/home/u/project/make");
    run();
    says("env:PATH", "relative_to", "/home/u/project");
    assert_string_equal(reach(&rec, "program:tsc")->locator, "/home/u/project/node_modules/.bin/tsc");
    assert_string_equal(reach(&rec, "program:make")->locator, "/home/u/project/make");
    no_reach(&rec, "unknown:");
}

static void too_many_elements(void **state)
{
    (void)state;
    struct ra_buf path RA_CLEANUP(ra_buf_free) = {0};
    ra_buf_puts(&path, "PATH=/usr/bin");
    for (int i = 0; i < RA_MAX_PATH_DIRS; i++) {
        put_dir(&rec, ra_strfmt(&rec.arena, "/d%d", i));
        ra_buf_printf(&path, ":/d%d", i);
    }
    ra_buf_putc(&path, '\n');
    side(&rec, "environ", path.p);
    run();
    reach(&rec, "unknown:cloud/PATH");
}

static void no_path(void **state)
{
    (void)state;
    side(&rec, "environ", "HOME=/home/u\n");
    program("/usr/bin/npm");
    run();
    reach(&rec, "program:npm");
    no_reach(&rec, "unknown:");
}

static void aws(void **state)
{
    (void)state;
    program("/usr/bin/aws");
    // The account of this retired id is published in talks about the format.
    put(&rec, "/home/u/.aws/credentials",
        "[default]\naws_access_key_id = ASIA" "QNZGKIQY56JQ7WML\naws_secret_access_key = 0a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b\n"
        "[tool]\ncredential_process = /opt/bin/vend --token k33pm3out\n");
    put(&rec, "/home/u/.aws/config", "[profile prod]\nrole_arn = arn:aws:iam::029608264753:role/admin\n[sso-session corp]\n"
                                     "sso_region = eu-west-1\n");
    run();
    logged_in("program:aws", true);
    says("program:aws", "profiles", "default, tool, prod");
    says("program:aws", "identities", "account 029608264753, arn:aws:iam::029608264753:role/admin");
    says("program:aws", "contexts", "corp");
    says("program:aws", "runs", "/opt/bin/vend");
    says("program:aws", "via", "~/.aws/credentials");
    no_reach(&rec, "token:");
    no_reach(&rec, "password:");
}

static void ended_and_renewable(void **state)
{
    (void)state;
    program("/usr/bin/aws");
    program("/usr/bin/wrangler");
    put(&rec, "/home/u/.aws/sso/cache/a.json", "{\"accessToken\": \"abc\", \"expiresAt\": \"1970-01-01T00:01:40Z\"}");
    put(&rec, "/home/u/.config/.wrangler/config/default.toml",
        "oauth_token = \"abc\"\nexpiration_time = \"1970-01-01T00:01:40Z\"\nrefresh_token = \"def\"\n");
    run();
    logged_in("program:aws", false);
    assert_int_equal(detail("program:aws", "expires")->number, 100);
    logged_in("program:wrangler", true);
    assert_int_equal(detail("program:wrangler", "expires")->number, 100);
}

static void kubernetes(void **state)
{
    (void)state;
    program("/usr/bin/kubectl");
    side(&rec, "environ", "PATH=/usr/bin\nKUBECONFIG=/home/u/a:/home/u/b:/home/u/none\n");
    put(&rec, "/home/u/a", "users:\n- name: eks\n  user:\n    exec:\n      command: aws\n      args: [eks, get-token]\n"
                           "contexts:\n- name: prod\ncurrent-context: prod\n");
    put(&rec, "/home/u/b", "users:\n- name: robot\n  user:\n    token: abc\ncontexts:\n- name: dev\n");
    put(&rec, "/home/u/.kube/config", "users:\n- name: unused\n  user: {token: abc}\n");
    run();
    logged_in("program:kubectl", true);
    says("program:kubectl", "identities", "eks, robot");
    says("program:kubectl", "contexts", "prod, dev");
    says("program:kubectl", "current", "prod");
    says("program:kubectl", "runs", "aws");
    says("program:kubectl", "via", "~/a, ~/b");
}

static void variables_and_references(void **state)
{
    (void)state;
    program("/usr/bin/npm");
    program("/usr/bin/op");
    program("/usr/bin/terraform");
    side(&rec, "environ", "PATH=/usr/bin\nOP_SESSION_corp=abcdefgh\nTF_TOKEN_app_corp_test=\n");
    put(&rec, "/home/u/.npmrc", "//npm.corp.test/:_authToken=${NPM_TOKEN}\nregistry=https://npm.corp.test/\n");
    run();
    logged_in("program:npm", false);
    says("program:npm", "contexts", "https://npm.corp.test/");
    logged_in("program:op", true);
    says("program:op", "via", "$OP_SESSION_corp");
    logged_in("program:terraform", false);
}

static void helpers_are_named(void **state)
{
    (void)state;
    program("/usr/bin/git");
    put(&rec, "/home/u/.gitconfig", "[user]\n\temail = dev@corp.test\n[credential]\n\thelper = libsecret\n"
                                    "[credential \"https://forge.corp.test\"]\n\thelper = !f() { echo password=k33pm3out; }; f\n"
                                    "[core]\n\tsshCommand = /opt/ssh -v\n");
    run();
    says("program:git", "runs", "git-credential-libsecret, a shell command, /opt/ssh");
    says("program:git", "identities", "dev@corp.test");
    says_not("program:git", "logged_in"); // nobody asked the helper
}

static void unparsed(void **state)
{
    (void)state;
    program("/usr/bin/doctl");
    put(&rec, "/home/u/.config/doctl/config.yaml", "a: [\n");
    run();
    says("program:doctl", "problem", "~/.config/doctl/config.yaml could not be parsed");
    says_not("program:doctl", "logged_in");
}

#define HOSTS "github.com:\n    user: dev\n    git_protocol: https\nforge.corp.test:\n    user: dev\n    oauth_token: abc\n"

static void keyring_behind_a_bus(void **state)
{
    (void)state;
    program("/usr/bin/gh");
    side(&rec, "environ", "PATH=/usr/bin\nDBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus,guid=1\n");
    put_socket(&rec, "/run/user/1000/bus");
    side(&rec, "sockets", "/run/user/1000/bus ok 1 1000\n");
    put(&rec, "/home/u/.config/gh/hosts.yml", HOSTS);
    run();
    const struct ra_reach *r = reach(&rec, "password:program:gh#github.com");
    assert_int_equal(r->state, RA_STATE_UNKNOWN);
    assert_string_equal(r->settled_by, "gh auth token");
    expect_traits(&rec, r->id, RA_TRAIT_REMOTE | RA_TRAIT_LIVE, 0);
    no_reach(&rec, "password:program:gh#forge.corp.test"); // the file shows it
    says("program:gh", "contexts", "github.com, forge.corp.test");
    logged_in("program:gh", true); // at the other host
    assert_int_equal(rec.inv.n_links, 1);
    assert_string_equal(rec.inv.links[0].from, "program:gh");
}

static void keyring_without_a_bus(void **state)
{
    (void)state;
    program("/usr/bin/gh");
    put(&rec, "/home/u/.config/gh/hosts.yml", "github.com:\n    users:\n        dev:\n    user: dev\n");
    run();
    says("program:gh", "login", "kept by a keyring or a helper");
    says_not("program:gh", "logged_in");
    assert_int_equal(reach(&rec, "password:program:gh#github.com")->state, RA_STATE_PRESENT);
    expect_traits(&rec, "password:program:gh#github.com", RA_TRAIT_REMOTE, RA_TRAIT_LIVE);
}

static void docker_store(void **state)
{
    (void)state;
    program("/usr/bin/docker");
    program("/usr/bin/docker-credential-vend");
    put(&rec, "/home/u/.docker/config.json",
        "{\"auths\": {\"a.corp.test\": {}, \"b.corp.test\": {\"auth\": \"dTpw\"}, \"c.corp.test\": {}},"
        " \"credsStore\": \"pass\", \"credHelpers\": {\"c.corp.test\": \"vend\"}}");
    run();
    logged_in("program:docker", true);
    says("program:docker", "runs", "docker-credential-pass, docker-credential-vend");
    expect_traits(&rec, "password:program:docker#a.corp.test", RA_TRAIT_REMOTE, RA_TRAIT_LIVE); // no such helper
    expect_traits(&rec, "password:program:docker#c.corp.test", RA_TRAIT_REMOTE | RA_TRAIT_LIVE, 0);
    no_reach(&rec, "password:program:docker#b.corp.test");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, open_one, close_one)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_login_has_its_rows),
        T(what_is_in_path), T(a_directory_of_path_that_cannot_be_seen), T(a_closed_directory_runs_nothing),
        T(odd_elements), T(too_many_elements), T(no_path), T(aws), T(ended_and_renewable), T(kubernetes),
        T(variables_and_references), T(helpers_are_named), T(unparsed), T(keyring_behind_a_bus),
        T(keyring_without_a_bus), T(docker_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
