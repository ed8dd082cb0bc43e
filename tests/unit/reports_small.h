// A small inventory and a verdict over it, put together by hand: what the tests of the reports print.
#ifndef RA_TESTS_REPORTS_SMALL_H
#define RA_TESTS_REPORTS_SMALL_H

#include <errno.h>

#include "reports/report.h"

struct small {
    struct ra_arena arena;
    struct ra_inventory inv;
    struct ra_verdict v;
};

static struct ra_step small_steps[2];
static const char *small_needs[][2] = {{"env:API", NULL}, {"so:readable/env:API", "egress:route/default/eth0"}};
static const char *small_reaches[] = {"env:API", "token:generic:0123456789ab"};
static struct ra_consequence small_consequences[2];
static struct ra_finding small_findings[2];
static struct ra_cut small_cuts[1];
static const char *small_cut_ids[] = {"secret/disclosed"};
static const char *small_reasons[] = {"a live secret can be sent out"};
static size_t small_path[] = {0, 1};

static inline void small_verdict(struct ra_verdict *v)
{
    small_steps[0] = (struct ra_step){"readable", small_needs[0], 1, "so:readable/env:API", RA_CERTAINTY_CERTAIN, RA_WHEN_NOW,
                                      "the token can be read in the variable API"};
    small_steps[1] = (struct ra_step){"disclosed", small_needs[1], 2, "so:disclosed/env:API", RA_CERTAINTY_LIKELY,
                                      RA_WHEN_LATER, "a default route carries it out"};
    small_consequences[0] = (struct ra_consequence){.id = "so:disclosed/env:API", .radius = RA_RADIUS_ORGANIZATION,
        .severity = RA_SEVERITY_CRITICAL, .certainty = RA_CERTAINTY_LIKELY, .when = RA_WHEN_LATER, .proved = true, .step = 1};
    small_consequences[1] = (struct ra_consequence){.id = "so:readable/env:API", .radius = RA_RADIUS_SANDBOX,
        .severity = RA_SEVERITY_LOW, .certainty = RA_CERTAINTY_CERTAIN, .when = RA_WHEN_NOW, .proved = true, .step = 0};
    small_findings[0] = (struct ra_finding){.check = "secret/disclosed", .ref = "K001", .title = "A live secret can leave",
        .status = RA_STATUS_FAIL, .severity = RA_SEVERITY_CRITICAL, .certainty = RA_CERTAINTY_LIKELY,
        .radius = RA_RADIUS_ORGANIZATION, .reaches = small_reaches, .n_reaches = 2, .path = small_path, .n_path = 2,
        .message = "The token in API can be sent out.", .remedy = "Start without API.", .profile_line = 7};
    small_findings[1] = (struct ra_finding){.check = "box/no-seccomp", .title = "No system call filter",
        .status = RA_STATUS_PASS, .message = "", .remedy = ""};
    small_cuts[0] = (struct ra_cut){"Start without API.", small_cut_ids, 1};
    *v = (struct ra_verdict){
        .verdict = RA_VERDICT_FAIL, .exit_status = 1,
        .profile = {.name = "overnight", .digest = "00", .unknown = "incomplete", .source = "private",
                    .supervision = "none", .radius = RA_RADIUS_GRANT, .score = -1, .fail_on = RA_SEVERITY_MEDIUM},
        .worst = {.radius = RA_RADIUS_ORGANIZATION, .score = 97, .consequence = "so:disclosed/env:API",
                  .sentence = "the worst iteration could send out the token in API", .path = small_path, .n_path = 2,
                  .proved = {.radius = RA_RADIUS_GRANT, .score = 40},
                  .legs = {{"private_data", RA_STATE_PRESENT, small_reaches, 2}, {"untrusted_input", RA_STATE_UNKNOWN, NULL, 0},
                           {"way_out", RA_STATE_PRESENT, NULL, 0}, {"unsupervised", RA_STATE_ABSENT, NULL, 0}}},
        .steps = small_steps, .n_steps = 2, .consequences = small_consequences, .n_consequences = 2,
        .findings = small_findings, .n_findings = 2, .cut_exact = true, .cuts = small_cuts, .n_cuts = 1,
        .reasons = small_reasons, .n_reasons = 1,
    };
}

static inline void small_make(struct small *s, const char *hostile)
{
    struct ra_inventory *inv = &s->inv;
    *s = (struct small){0};
    ra_inventory_init(inv, &s->arena);
    inv->tool_version = "0";
    inv->target = (struct ra_target_facts){.kind = "self", .locator = "self", .uid = 1000, .gid = -1,
        .worktree = "/work", .box = {"bubblewrap", true, "a marker"}};
    inv->asked.connect = true;
    struct ra_evidence e = {.collector = "env", .method = RA_METHOD_OBSERVED, .source = {.call = "environ"}};
    struct ra_reach *r = ra_reach_add(inv, RA_KIND_ENV, "env:API", hostile, RA_STATE_PRESENT, e);
    r->access = RA_READ;
    ra_reach_text(inv, r, "note", hostile);
    ra_reach_number(inv, r, "length", 40);
    ra_reach_flag(inv, r, "exported", true);
    e.outcome = EACCES;
    ra_unknown_add(inv, "sockets", RA_RADIUS_PERSON, 0, "a look from outside", e);
    struct ra_coverage *c = ra_coverage_add(inv, "env");
    c->looked = 12;
    c->status = RA_RUN_PARTIAL;
    ra_coverage_not_seen(inv, c, "/proc/1/environ: EACCES");
    ra_inventory_freeze(inv);
    small_verdict(&s->v);
    s->v.reaches = ra_new_array(&s->arena, struct ra_reach_view, inv->n_reaches);
    s->v.reaches[0].radius = RA_RADIUS_ORGANIZATION;
    s->v.reaches[0].dormant = true;
}

#endif
