// Small inventories for the tests of the judge: one line a reach.
#ifndef RA_TESTS_CHECKS_SMALL_H
#define RA_TESTS_CHECKS_SMALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "checks/evaluate.h"

static struct ra_arena small_arena;
static struct ra_inventory small_inv;
static struct ra_verdict small_verdict;

static void small_start(const char *box)
{
    static const char *const names[] = {
#define RA_COLLECTOR(n, ...) #n,
#include "collect/collectors.def"
#undef RA_COLLECTOR
    };
    ra_inventory_init(&small_inv, &small_arena);
    small_inv.now_s = 1800000000; // 2027-01-15
    small_inv.target = (struct ra_target_facts){.kind = "self", .locator = "self", .uid = 1000, .gid = 1000,
                                                .worktree = "/home/u/project", .home = "/home/u",
                                                .box = {.kind = box, .shared_kernel = true, .evidence = "a test"}};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct ra_coverage *c = ra_coverage_add(&small_inv, names[i]);
        c->status = RA_RUN_RAN;
        c->looked = 50;
    }
}

static RA_UNUSED struct ra_coverage *small_coverage(const char *collector)
{
    return ra_coverage_add(&small_inv, collector); // the one there is
}

// `id` is whole ("env:X"); its kind is its prefix.
static RA_UNUSED struct ra_reach *small_add(const char *id, enum ra_state state, unsigned access, unsigned traits,
                                            enum ra_radius least, enum ra_radius ceiling)
{
    enum ra_kind kind;
    const char *colon = strchr(id, ':');
    char *prefix = ra_strndup(&small_arena, (struct ra_span){id, (size_t)(colon - id)});
    assert_true(ra_kind_parse(prefix, &kind));
    struct ra_evidence e = {"env", RA_METHOD_OBSERVED, 0, {.path = "/proc/self/environ"}};
    struct ra_reach *r = ra_reach_add(&small_inv, kind, ra_id(&small_arena, kind, colon + 1, NULL), colon + 1, state, e);
    r->access |= access;
    r->traits |= traits;
    ra_reach_radius(r, least, ceiling);
    return r;
}

static RA_UNUSED struct ra_reach *small_unknown(const char *what, enum ra_radius ceiling, unsigned traits)
{
    return ra_unknown_add(&small_inv, what, ceiling, traits, NULL,
                          (struct ra_evidence){"network", RA_METHOD_INFERRED, 5, {0}});
}

// A secret in a place, live, least grant, ceiling as given.
static RA_UNUSED void small_secret(const char *place, const char *secret, enum ra_radius ceiling)
{
    small_add(place, RA_STATE_PRESENT, RA_READ, 0, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
    struct ra_reach *r = small_add(secret, RA_STATE_PRESENT, RA_READ, RA_TRAIT_LIVE | RA_TRAIT_REMOTE, RA_RADIUS_GRANT,
                                   ceiling);
    const char *colon = strchr(place, ':');
    enum ra_kind kind;
    assert_true(ra_kind_parse(ra_strndup(&small_arena, (struct ra_span){place, (size_t)(colon - place)}), &kind));
    ra_link_add(&small_inv, "holds", ra_id(&small_arena, kind, colon + 1, NULL), r->id);
}

static RA_UNUSED void small_route(void)
{
    small_add("egress:route/default/eth0", RA_STATE_PRESENT, RA_SEND, RA_TRAIT_CHANNEL | RA_TRAIT_OPEN_ROUTE,
              RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
}

static RA_UNUSED void small_tree(void)
{
    small_add("mount:/home/u/project", RA_STATE_PRESENT, RA_READ | RA_WRITE, RA_TRAIT_WORK | RA_TRAIT_PRIVATE_SOURCE,
              RA_RADIUS_WORKTREE, RA_RADIUS_WORKTREE);
}

static RA_UNUSED void small_judge(const char *profile)
{
    struct ra_profile p;
    struct ra_error err = {0};
    struct ra_profile_vars vars = {"/home/u/project", "/home/u"};
    const char *text = ra_profile_builtin_text(profile);
    if (ra_profile_read(&small_arena, ra_span_of(text ? text : profile), (struct ra_span){0}, &vars, &p, &err))
        fail_msg("%u:%u %s", err.line, err.column, err.text);
    ra_inventory_freeze(&small_inv);
    ra_evaluate(&small_arena, &small_inv, &p, &small_verdict);
}

static RA_UNUSED const struct ra_finding *small_finding(const char *check)
{
    for (size_t i = 0; i < small_verdict.n_findings; i++)
        if (strcmp(small_verdict.findings[i].check, check) == 0)
            return &small_verdict.findings[i];
    return NULL;
}

static RA_UNUSED const struct ra_consequence *small_so(const char *id)
{
    for (size_t i = 0; i < small_verdict.n_consequences; i++)
        if (strcmp(small_verdict.consequences[i].id, id) == 0)
            return &small_verdict.consequences[i];
    return NULL;
}

static RA_UNUSED int small_teardown(void **state)
{
    (void)state;
    ra_arena_free(&small_arena);
    return 0;
}

#endif
