// A recorded home for the files collector: files are put into it, each with a secret made on the spot, and what was
// told of every one is compared: alive, dead (expired or locked), or no secret at all.
#ifndef RA_TESTS_COLLECT_FILES_HOST_H
#define RA_TESTS_COLLECT_FILES_HOST_H

#include <utime.h>

#include "collect_recorded.h"

int ra_collect_files(struct ra_collect *c, struct ra_error *err);

#define HOME "/home/dev"
#define TREE HOME "/project"
#define NOW 1700000000 // 2023-11-14

enum state_told { ALIVE, DEAD, NOTHING };
// %s in text: 40 characters of no pattern. id: the place; NOTHING: no place whose id begins so holds a secret.
struct variant {
    const char *path, *text, *id;
    enum state_told told;
};

static inline char *characters(struct recording *r, size_t n, unsigned seed)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    char *p = ra_alloc(&r->arena, n + 1);
    uint64_t x = 0x9e3779b97f4a7c15ull * (seed + 1);
    for (size_t i = 0; i < n; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        p[i] = alphabet[(x >> 20) % (sizeof alphabet - 1)];
    }
    return p;
}

static inline void home_open(struct recording *r)
{
    recording_open(r);
    side(r, "self", "pid=7\nppid=1\nuid=1000\neuid=1000\ngid=1000\negid=1000\ncwd=" TREE "\nnow=1700000000\n");
    side(r, "environ", "HOME=" HOME "\n");
    side(r, "readonly", "/proc\n");
    put(r, "/etc/passwd", "dev:x:1000:1000::" HOME ":/bin/sh\n");
    put(r, "/proc/self/mountinfo", "20 1 0:20 / / rw - ext4 /dev/x rw\n");
    put(r, "/proc/self/stat", "7 (reachaudit) S 1 7 7 0 -1\n");
    put_dir(r, TREE);
}

static inline void home_look(struct recording *r)
{
    struct ra_error err = {0};
    ra_inventory_init(&r->inv, &r->arena);
    r->inv.target.box = (struct ra_box){"none", true, "as recorded"};
    ra_scrub_set_shapes(ra_recognise_for_scrub);
    r->c = (struct ra_collect){.arena = &r->arena, .inv = &r->inv, .name = "files", .home = HOME, .worktree = TREE,
                               .now_s = NOW};
    r->c.host = recording_host(r);
    r->c.cover = ra_coverage_add(&r->inv, "files");
    r->c.cover->status = RA_RUN_RAN;
    if (ra_collect_files(&r->c, &err))
        fail_msg("%s", err.text);
    ra_inventory_freeze(&r->inv);
}

static inline void put_variant(struct recording *r, const struct variant *v, unsigned seed)
{
    const char *at = strstr(v->text, "%s");
    put(r, v->path, at ? ra_strfmt(&r->arena, "%.*s%s%s", (int)(at - v->text), v->text, characters(r, 40, seed), at + 2)
                       : v->text);
}

// The first secret that the place holds; NULL where it holds none.
static inline const struct ra_reach *held_by(struct recording *r, const char *id)
{
    for (size_t i = 0; i < r->inv.n_links; i++)
        if (strcmp(r->inv.links[i].rule, "holds") == 0 && strcmp(r->inv.links[i].from, id) == 0)
            return ra_reach_find(&r->inv, r->inv.links[i].to);
    return NULL;
}

static inline void expect_variant(struct recording *r, const struct variant *v)
{
    if (v->told == NOTHING) {
        for (size_t i = 0; i < r->inv.n_links; i++)
            if (strncmp(r->inv.links[i].from, v->id, strlen(v->id)) == 0)
                fail_msg("taken for a secret: %s", r->inv.links[i].from);
        return;
    }
    const struct ra_reach *place = reach(r, v->id), *secret = held_by(r, v->id);
    if (!secret)
        fail_msg("holds nothing: %s", v->id);
    assert_true(place->access & RA_READ);
    if (((secret->traits & RA_TRAIT_LIVE) != 0) != (v->told == ALIVE))
        fail_msg("%s should be %s", v->id, v->told == ALIVE ? "alive" : "dead");
    if (v->told == DEAD && !ra_detail_find(secret, "protection") && !ra_detail_find(secret, "expires"))
        fail_msg("%s does not say why it is dead", v->id);
}

// Puts all, looks once, compares all, and checks that no secret was told beyond them and none leaked.
static inline void told_as(struct recording *r, const struct variant *v, size_t n)
{
    size_t secrets = 0, places = 0;
    for (size_t i = 0; i < n; i++)
        put_variant(r, &v[i], (unsigned)i);
    home_look(r);
    for (size_t i = 0; i < n; i++) {
        expect_variant(r, &v[i]);
        places += v[i].told != NOTHING;
    }
    for (size_t i = 0; i < r->inv.n_links; i++)
        secrets += strcmp(r->inv.links[i].rule, "holds") == 0;
    if (secrets != places)
        for (size_t i = 0; i < r->inv.n_links; i++)
            print_message("  %s holds %s\n", r->inv.links[i].from, r->inv.links[i].to);
    assert_int_equal(secrets, places);
    assert_int_equal(r->c.cover->status, RA_RUN_RAN);
    struct ra_buf json RA_CLEANUP(ra_buf_free) = {0};
    ra_inventory_write(&r->inv, &json);
    for (size_t i = 0; i < n; i++)
        if (ra_span_find(ra_buf_view(&json), ra_span_of(characters(r, 40, (unsigned)i))) >= 0)
            fail_msg("printed: the secret of %s", v[i].path);
}

static inline const struct ra_detail *detail(struct recording *r, const char *id, const char *key)
{
    const struct ra_detail *d = ra_detail_find(reach(r, id), key);
    if (!d)
        fail_msg("%s has no %s", id, key);
    return d;
}

// The detail of the secret that a place holds.
static inline const char *told(struct recording *r, const char *place, const char *key)
{
    const struct ra_reach *secret = held_by(r, place);
    const struct ra_detail *d = secret ? ra_detail_find(secret, key) : NULL;
    if (!d)
        fail_msg("%s: its secret has no %s", place, key);
    return d->type == RA_DETAIL_TEXT ? d->text : "";
}

static inline void age(struct recording *r, const char *path, int64_t mtime_s)
{
    struct utimbuf t = {mtime_s, mtime_s};
    assert_int_equal(utime(at_root(r, path), &t), 0);
}

#endif
