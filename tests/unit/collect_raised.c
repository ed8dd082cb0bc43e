// What a plain user is denied proves nothing where the run may become root; and what a mount shows of a home is known by
// its root field.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "collect/files_paths.h"
#include "collect/raised.h"

struct world {
    struct ra_arena arena;
    struct ra_inventory inv;
};

static struct ra_reach *add(struct world *w, enum ra_kind kind, const char *id, enum ra_state state, int outcome)
{
    struct ra_evidence e = {"files", RA_METHOD_ATTEMPTED, outcome, {.call = "open"}};
    return ra_reach_add(&w->inv, kind, id, NULL, state, e);
}

static const struct {
    enum ra_kind kind;
    const char *id;
} led_out[] = {{RA_KIND_MOUNT, "mount:/home/ann"},
               {RA_KIND_MOUNT, "mount:/etc#write"},
               {RA_KIND_DEVICE, "device:/dev/sda"},
               {RA_KIND_SOCKET, "socket:/srv/x"}};

static void fill(struct world *w)
{
    memset(w, 0, sizeof *w);
    ra_inventory_init(&w->inv, &w->arena);
    add(w, RA_KIND_SOCKET, "socket:/run/docker.sock", RA_STATE_DENIED, EACCES)->traits |= RA_TRAIT_HOST_ROOT;
    add(w, RA_KIND_FILE, "file:/run/secrets/deploy", RA_STATE_DENIED, EACCES);
    add(w, RA_KIND_FILE, "file:/etc/frozen", RA_STATE_DENIED, EROFS);
    add(w, RA_KIND_PROCESS, "process:1#environ", RA_STATE_DENIED, EACCES);
    for (size_t i = 0; i < RA_COUNT(led_out); i++)
        add(w, led_out[i].kind, led_out[i].id, RA_STATE_DENIED, EACCES);
    add(w, RA_KIND_MOUNT, "mount:/frozen#write", RA_STATE_DENIED, EROFS);
}

static void expect_led_out(struct world *w, enum ra_state state)
{
    for (size_t i = 0; i < RA_COUNT(led_out); i++)
        assert_int_equal(ra_reach_find(&w->inv, led_out[i].id)->state, state);
    assert_int_equal(ra_reach_find(&w->inv, "mount:/frozen#write")->state, RA_STATE_DENIED);
}

static const struct ra_reach *found(struct world *w)
{
    ra_raised_look(&w->inv);
    return ra_reach_find(&w->inv, "unknown:password:files-of-root");
}

static enum ra_state docker(struct world *w)
{
    return ra_reach_find(&w->inv, "socket:/run/docker.sock")->state;
}

static void without_root_a_denial_stands(void **state)
{
    (void)state;
    struct world w;
    fill(&w);
    assert_null(found(&w));
    ra_reach_radius(add(&w, RA_KIND_PROCESS, "process:self#sudo", RA_STATE_PRESENT, 0), RA_RADIUS_NOTHING,
                    RA_RADIUS_NOTHING); // rules that are harmless
    assert_null(found(&w));
    assert_int_equal(docker(&w), RA_STATE_DENIED);
    expect_led_out(&w, RA_STATE_DENIED);
    ra_arena_free(&w.arena);
}

static void root_opens_what_was_denied(void **state)
{
    (void)state;
    for (int surely = 0; surely < 2; surely++) {
        struct world w;
        fill(&w);
        if (surely)
            ra_reach_radius(add(&w, RA_KIND_PROCESS, "process:self#doas", RA_STATE_PRESENT, 0), RA_RADIUS_SANDBOX,
                            RA_RADIUS_SANDBOX);
        else
            add(&w, RA_KIND_UNKNOWN, "unknown:sudo", RA_STATE_UNKNOWN, EACCES);
        const struct ra_reach *files = found(&w);
        assert_non_null(files);
        assert_int_equal(files->ceiling, RA_RADIUS_ORGANIZATION);
        assert_int_equal(ra_detail_find(files, "places")->number, 2); // a read-only file system binds root too
        assert_string_equal(ra_detail_find(files, "first")->text, "/run/secrets/deploy");
        assert_string_equal(files->title, surely ? "a file that doas lets it read" : "a file that sudo may let it read");
        assert_string_equal(files->settled_by, surely ? "the same audit as root: doas -n reachaudit"
                                                      : "the same audit as root: sudo -n reachaudit");
        assert_int_equal(docker(&w), RA_STATE_UNKNOWN);
        expect_led_out(&w, RA_STATE_UNKNOWN);
        assert_int_equal(ra_reach_find(&w.inv, "file:/etc/frozen")->state, RA_STATE_DENIED);
        ra_arena_free(&w.arena);
    }
}

static void mounts_are_known_by_what_they_show(void **state)
{
    (void)state;
    static const struct {
        const char *root, *pattern, *want;
    } rows[] = {
        {"/home/u/.aws", "~/.aws/credentials", "/m/credentials"},
        {"/u/.aws", "~/.aws/sso/cache/*.json", "/m/sso/cache/*.json"}, // a /home of its own
        {"/home/u/.config/gh", "$XC/gh/hosts.yml", "/m/hosts.yml"},
        {"/home/u/.config", "$XC/gh/hosts.yml", "/m/gh/hosts.yml"},
        {"/home/u/.netrc", "~/.netrc", "/m"},
        {"/home/u/.config/google-chrome/Default", "$XC/google-chrome/*/Cookies", "/m/Cookies"},
        {"/home/u/.aws2", "~/.aws/credentials", NULL},
        {"/home/u/.aws/credentials/more", "~/.aws/credentials", NULL},
        {"/srv/site.pem", "~/*.pem", NULL}, // a plain name tells no home
        {"/", "~/.netrc", NULL},
        {"/home/u/.aws", "/etc/shadow", NULL},
        {"/home/u/project", "$W/.env", NULL},
    };
    struct ra_arena a = {0};
    struct ra_collect c = {.arena = &a};
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        struct ra_mount m = {.root = (char *)(uintptr_t)rows[i].root, .point = (char *)(uintptr_t)"/m"};
        const char *below = ra_place_below_home(&a, rows[i].pattern);
        const char *got = below ? ra_place_in_mount(&c, below, &m) : NULL;
        if (rows[i].want && got)
            assert_string_equal(got, rows[i].want);
        else if (got || rows[i].want)
            fail_msg("%s of %s: %s", rows[i].pattern, rows[i].root, got ? got : "nothing");
    }
    ra_arena_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_root_a_denial_stands),
        cmocka_unit_test(root_opens_what_was_denied),
        cmocka_unit_test(mounts_are_known_by_what_they_show),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
