// The command line: each option is read as written in options.def, and each mistake names the option.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cli/cli.h"

static struct ra_arena arena;
static struct ra_options got;
static struct ra_error err;

static int parse(enum ra_on on, const char *const *args)
{
    int n = 0;
    char *argv[16] = {0};
    for (; args[n]; n++)
        argv[n] = ra_strdup(&arena, args[n]);
    err = (struct ra_error){0};
    return ra_options_parse(&arena, n, argv, on, &got, &err);
}
#define PARSE(on, ...) parse(RA_ON_##on, (const char *const[]){__VA_ARGS__, NULL})

static int teardown(void **state)
{
    (void)state;
    ra_arena_free(&arena);
    return 0;
}

static void both_spellings(void **state)
{
    (void)state;
    assert_int_equal(PARSE(AUDIT, "--profile=airgapped", "--only", "env,files,env", "--now=2026-11-21"), 0);
    assert_string_equal(got.profile, "airgapped");
    assert_int_equal(got.only.n, 2);
    assert_string_equal(got.only.items[1], "files");
    assert_int_equal(got.now_s, 1795219200);
    assert_int_equal(PARSE(AUDIT, "--now", "2026-11-21T01:00:00+01:00", "-v", "--stamp", "--no-connect"), 0);
    assert_int_equal(got.now_s, 1795219200);
    assert_true(got.verbose && got.stamp && got.no_connect);
}

static void defaults(void **state)
{
    (void)state;
    assert_int_equal(PARSE(AUDIT, "self"), 0);
    assert_int_equal(got.now_s, -1);
    assert_null(got.profile);
    assert_int_equal(got.n_outputs, 0);
    assert_int_equal(ra_options_target(&got, &err), 0);
    assert_string_equal(got.target_kind, "self");
    assert_int_equal(PARSE(AUDIT, "recorded:/a/b:c"), 0);
    assert_int_equal(ra_options_target(&got, &err), 0);
    assert_string_equal(got.target_kind, "recorded");
    assert_string_equal(got.target_at, "/a/b:c");
}

static void formats(void **state)
{
    (void)state;
    assert_int_equal(PARSE(AUDIT, "--format", "json=a=b", "--format=text", "--format", "json=c"), 0);
    assert_int_equal(got.n_outputs, 3);
    assert_string_equal(got.outputs[0].file, "a=b");
    assert_null(got.outputs[1].file);
    assert_string_equal(got.outputs[1].format->name, "text");
    assert_int_equal(PARSE(AUDIT, "--format", "json=-", "--format=text"), RA_E_USAGE);
}

static void online(void **state)
{
    (void)state;
    assert_int_equal(PARSE(AUDIT, "--online", "self"), 0); // the bare word takes nothing after it
    assert_int_equal(got.online.n, 1);
    assert_string_equal(got.online.items[0], "tokens");
    assert_int_equal(got.args.n, 1);
    assert_int_equal(PARSE(AUDIT, "--online=ssh,mcp", "--host", "git.corp.test:8443", "--host=[::1]:1"), 0);
    assert_int_equal(got.online.n, 2);
    assert_int_equal(got.hosts.n, 2);
}

static void gate_keeps_the_command_whole(void **state)
{
    (void)state;
    assert_int_equal(PARSE(GATE, "--refuse=77", "--", "ls", "--profile", "-v", "--"), 0);
    assert_int_equal(got.refuse, 77);
    assert_null(got.profile);
    assert_string_equal(got.command[0], "ls");
    assert_string_equal(got.command[3], "--");
    assert_null(got.command[4]);
}

static void mistakes_name_the_option(void **state)
{
    (void)state;
    static const struct {
        enum ra_on on;
        const char *args[4], *want;
    } rows[] = {
        {RA_ON_AUDIT, {"--bogus=1"}, "--bogus: unknown option"},
        {RA_ON_AUDIT, {"-x"}, "-x: unknown option"},
        {RA_ON_AUDIT, {"--pro=overnight"}, "--pro: unknown option"}, // no abbreviations: a script must not change meaning
        {RA_ON_AUDIT, {"--refuse", "3"}, "--refuse: not an option of this command"},
        {RA_ON_LIST, {"-v"}, "-v: not an option of this command"},
        {RA_ON_AUDIT, {"--only"}, "--only: needs a value, C,.."},
        {RA_ON_AUDIT, {"--stamp=1"}, "--stamp: takes no value"},
        {RA_ON_AUDIT, {"--only="}, "--only: an empty name in the list"},
        {RA_ON_AUDIT, {"--skip", "fils"}, "--skip: unknown collector \"fils\"; `list collectors` names them"},
        {RA_ON_AUDIT, {"--format", "pdf"}, "--format: unknown format \"pdf\"; `list reports` names them"},
        {RA_ON_AUDIT, {"--profile", ""}, "--profile: an empty name"},
        {RA_ON_AUDIT, {"--host", "-a"}, "--host: \"-a\" is no host name or host:port"},
        {RA_ON_AUDIT, {"--now", "2026-13-01"}, "--now: \"2026-13-01\" is no date as 2026-11-21 or 2026-11-21T10:00:00Z"},
        {RA_ON_GATE, {"--refuse", "256"}, "--refuse: \"256\" is no exit status from 1 to 255"},
        {RA_ON_GATE, {"--refuse", "-1"}, "--refuse: \"-1\" is no exit status from 1 to 255"},
        {RA_ON_AUDIT, {"-q", "-v"}, "-v and -q: only one of them"},
        {RA_ON_AUDIT, {"--only=env", "--skip=git"}, "--only and --skip: only one of them"},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        assert_int_equal(parse(rows[i].on, rows[i].args), RA_E_USAGE);
        assert_string_equal(err.text, rows[i].want);
    }
}

static void targets_of_other_kinds(void **state)
{
    (void)state;
    assert_int_equal(PARSE(AUDIT, "rootfs:/a:b"), 0);
    assert_int_equal(ra_options_target(&got, &err), 0);
    assert_string_equal(got.target_kind, "rootfs");
    assert_string_equal(got.target_at, "/a:b");
    assert_int_equal(PARSE(SNAPSHOT, "pid:17"), 0);
    assert_int_equal(ra_options_target(&got, &err), 0);
    assert_string_equal(got.target_kind, "pid");
    assert_string_equal(got.target_at, "17");
    static const char *const wrong[] = {"pid:", "pid:0", "pid:-1", "pid:1x", "pid:4294967297", "rootfs:", "self:", "pid",
                                        "rootfs"};
    for (size_t i = 0; i < RA_COUNT(wrong); i++) {
        PARSE(AUDIT, wrong[i]);
        assert_int_equal(ra_options_target(&got, &err), RA_E_USAGE);
        assert_memory_equal(err.text, wrong[i], strlen(wrong[i]));
    }
}

static void targets_not_built(void **state)
{
    (void)state;
    static const char *const kinds[] = {"docker:x", "podman:x", "docker-archive:f", "oci-archive:f",
                                        "oci:d", "compose:f", "kubernetes:f", "devcontainer:f", "dockerfile:f", "run:x"};
    for (size_t i = 0; i < RA_COUNT(kinds); i++) {
        assert_int_equal(PARSE(AUDIT, kinds[i]), 0);
        assert_true(ra_is_target(kinds[i]));
        assert_int_equal(ra_options_target(&got, &err), RA_E_USAGE);
        assert_non_null(strstr(err.text, "is not built yet"));
    }
    assert_false(ra_is_target("selfish"));
}

static void help_fits_a_screen(void **state)
{
    (void)state;
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    ra_help(&b);
    struct ra_span rest = ra_buf_view(&b), line;
    size_t lines = 0;
    while (ra_span_line(&rest, &line)) {
        assert_true(line.n <= 80);
        lines++;
    }
    assert_in_range(lines, 15, 24);
    for (size_t i = 0; i < ra_n_commands; i++) {
        ra_buf_clear(&b);
        ra_help_command(&ra_commands[i], &b);
        rest = ra_buf_view(&b);
        while (ra_span_line(&rest, &line))
            assert_true(line.n <= 80);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_spellings), cmocka_unit_test(defaults), cmocka_unit_test(formats), cmocka_unit_test(online),
        cmocka_unit_test(gate_keeps_the_command_whole), cmocka_unit_test(mistakes_name_the_option),
        cmocka_unit_test(targets_of_other_kinds), cmocka_unit_test(targets_not_built), cmocka_unit_test(help_fits_a_screen)};
    return cmocka_run_group_tests(tests, NULL, teardown);
}
