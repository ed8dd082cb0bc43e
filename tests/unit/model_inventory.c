// Adding, merging and freezing, one rule a test.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/inventory.h"
#include "model/scrub.h"

static struct ra_arena arena;
static struct ra_inventory inv, other;

static int fresh(void **state)
{
    (void)state;
    ra_inventory_init(&inv, &arena);
    ra_inventory_init(&other, &arena);
    return 0;
}

static int end(void **state)
{
    (void)state;
    ra_scrub_forget_all();
    ra_arena_free(&arena);
    return 0;
}

static struct ra_evidence seen(const char *collector, const char *path)
{
    return (struct ra_evidence){collector, RA_METHOD_OBSERVED, 0, {.path = path, .call = "open"}};
}

static struct ra_reach *file(struct ra_inventory *to, const char *path, enum ra_state state)
{
    return ra_reach_add(to, RA_KIND_FILE, ra_id(&arena, RA_KIND_FILE, path, NULL), path, state, seen("files", path));
}

static void a_new_reach_has_its_rows_defaults(void **state)
{
    (void)state;
    struct ra_reach *r = ra_reach_add(&inv, RA_KIND_TOKEN, "token:x:1", NULL, RA_STATE_PRESENT, seen("env", NULL));
    const struct ra_kind_row *row = ra_kind_row(RA_KIND_TOKEN);
    assert_int_equal(r->least, row->least);
    assert_int_equal(r->ceiling, row->ceiling);
    assert_int_equal(r->cap, row->cap);
    assert_string_equal(r->locator, "x:1");
    assert_int_equal(r->n_evidence, 1);
    assert_ptr_equal(ra_reach_find(&inv, "token:x:1"), r);
    assert_null(ra_reach_find(&inv, "token:x:2"));
}

static void what_is_added_is_copied(void **state)
{
    (void)state;
    char id[] = "file:/a", path[] = "/a", collector[] = "files", call[] = "open", key[] = "k", value[] = "v";
    struct ra_reach *r = ra_reach_add(&inv, RA_KIND_FILE, id, path, RA_STATE_PRESENT,
                                      (struct ra_evidence){collector, RA_METHOD_OBSERVED, 0, {path, 0, 0, call}});
    ra_reach_text(&inv, r, key, value);
    ra_link_add(&inv, key, id, path);
    ra_coverage_add(&inv, collector);
    id[0] = path[0] = collector[0] = call[0] = key[0] = value[0] = '?';
    assert_string_equal(r->id, "file:/a");
    assert_string_equal(r->locator, "/a");
    assert_string_equal(r->evidence[0].collector, "files");
    assert_string_equal(r->evidence[0].source.path, "/a");
    assert_string_equal(r->evidence[0].source.call, "open");
    assert_string_equal(ra_detail_find(r, "k")->text, "v");
    assert_string_equal(inv.links[0].rule, "k");
    assert_string_equal(inv.coverage[0]->collector, "files");
}

static void the_surer_state_wins(void **state)
{
    (void)state;
    static const enum ra_state by_sureness[] = {RA_STATE_ABSENT, RA_STATE_DENIED, RA_STATE_UNKNOWN, RA_STATE_PRESENT};
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 4; k++) {
            const char *path = ra_strfmt(&arena, "/%zu/%zu", i, k);
            file(&inv, path, by_sureness[i]);
            struct ra_reach *r = file(&inv, path, by_sureness[k]);
            assert_int_equal(r->state, by_sureness[i > k ? i : k]);
        }
}

static void radii_are_narrowed_once_then_widen(void **state)
{
    (void)state;
    struct ra_reach *r = ra_reach_add(&inv, RA_KIND_TOKEN, "token:x:1", NULL, RA_STATE_PRESENT, seen("env", NULL));
    ra_reach_radius(r, RA_RADIUS_NOTHING, RA_RADIUS_GRANT);
    assert_int_equal(r->ceiling, RA_RADIUS_GRANT);
    ra_reach_radius(r, RA_RADIUS_WORKTREE, RA_RADIUS_SANDBOX);
    assert_int_equal(r->least, RA_RADIUS_WORKTREE);
    assert_int_equal(r->ceiling, RA_RADIUS_GRANT);
    r = ra_reach_add(&other, RA_KIND_TOKEN, "token:x:1", NULL, RA_STATE_PRESENT, seen("env", NULL));
    ra_reach_radius(r, RA_RADIUS_SANDBOX, RA_RADIUS_PERSON);
    r->cap = RA_SEVERITY_LOW;
    ra_inventory_merge(&inv, &other);
    const struct ra_reach *both = ra_reach_find(&inv, "token:x:1");
    assert_int_equal(both->least, RA_RADIUS_WORKTREE);
    assert_int_equal(both->ceiling, RA_RADIUS_PERSON);
    assert_int_equal(both->cap, RA_SEVERITY_CRITICAL);
}

static void a_ceiling_below_least_is_lifted(void **state)
{
    (void)state;
    struct ra_reach *r = file(&inv, "/a", RA_STATE_PRESENT);
    r->least = RA_RADIUS_PERSON;
    r->ceiling = RA_RADIUS_NOTHING;
    ra_inventory_freeze(&inv);
    assert_int_equal(inv.reaches[0]->ceiling, RA_RADIUS_PERSON);
}

static void details_of_one_key_keep_the_smaller(void **state)
{
    (void)state;
    struct ra_reach *r = file(&inv, "/a", RA_STATE_PRESENT);
    ra_reach_text(&inv, r, "t", "b");
    ra_reach_text(&inv, r, "t", "a");
    ra_reach_text(&inv, r, "t", "c");
    ra_reach_text(&inv, r, "none", NULL);
    ra_reach_number(&inv, r, "n", 2);
    ra_reach_number(&inv, r, "n", -7);
    ra_reach_number(&inv, r, "mixed", 1);
    ra_reach_text(&inv, r, "mixed", "text");
    ra_reach_flag(&inv, r, "f", true);
    ra_reach_number(&inv, r, "huge", INT64_MAX);
    ra_reach_number(&inv, r, "exact", RA_EXACT_NUMBER);
    ra_inventory_freeze(&inv);
    assert_int_equal(r->n_details, 6);
    for (size_t i = 1; i < r->n_details; i++)
        assert_true(strcmp(r->details[i - 1].key, r->details[i].key) < 0);
    assert_string_equal(ra_detail_find(r, "t")->text, "a");
    assert_int_equal(ra_detail_find(r, "n")->number, -7);
    assert_string_equal(ra_detail_find(r, "mixed")->text, "text");
    assert_string_equal(ra_detail_find(r, "huge")->text, "9223372036854775807");
    assert_int_equal(ra_detail_find(r, "exact")->type, RA_DETAIL_NUMBER);
    assert_null(ra_detail_find(r, "none"));
}

static void evidence_is_sorted_and_unique(void **state)
{
    (void)state;
    struct ra_reach *r = file(&inv, "/a", RA_STATE_PRESENT);
    ra_reach_evidence(&inv, r, seen("env", "/z"));
    ra_reach_evidence(&inv, r, seen("files", "/a"));
    ra_reach_evidence(&inv, r, (struct ra_evidence){"files", RA_METHOD_OBSERVED, EACCES, {.path = "/a", .call = "open"}});
    ra_reach_evidence(&inv, r, (struct ra_evidence){"files", RA_METHOD_DECLARED, 0, {.path = "/a", .line = 3}});
    ra_reach_evidence(&inv, r, (struct ra_evidence){"files", RA_METHOD_OBSERVED, 99999, {0}});
    ra_inventory_freeze(&inv);
    assert_int_equal(r->n_evidence, 5);
    assert_string_equal(r->evidence[0].collector, "env");
    assert_int_equal(r->evidence[1].method, RA_METHOD_DECLARED);
    assert_null(r->evidence[2].source.path);
    assert_int_equal(r->evidence[2].outcome, -1);
    assert_int_equal(r->evidence[3].outcome, 0);
    assert_int_equal(r->evidence[4].outcome, EACCES);
}

static void freezing_sorts_and_drops(void **state)
{
    (void)state;
    file(&inv, "/b", RA_STATE_PRESENT);
    file(&inv, "/gone", RA_STATE_ABSENT);
    file(&inv, "/a", RA_STATE_DENIED);
    ra_link_add(&inv, "uses", "b", "c");
    ra_link_add(&inv, "holds", "b", "c");
    ra_link_add(&inv, "holds", "a", "c");
    ra_link_add(&inv, "holds", "b", "c");
    ra_coverage_add(&inv, "second");
    struct ra_coverage *c = ra_coverage_add(&inv, "first");
    assert_ptr_equal(ra_coverage_add(&inv, "first"), c);
    ra_coverage_not_seen(&inv, c, "y");
    ra_coverage_not_seen(&inv, c, "x");
    ra_coverage_not_seen(&inv, c, "y");
    ra_inventory_freeze(&inv);
    assert_true(inv.frozen);
    assert_int_equal(inv.n_reaches, 2);
    assert_string_equal(inv.reaches[0]->id, "file:/a");
    assert_non_null(ra_reach_find(&inv, "file:/b"));
    assert_null(ra_reach_find(&inv, "file:/gone"));
    assert_int_equal(inv.n_links, 3);
    assert_string_equal(inv.links[0].from, "a");
    assert_string_equal(inv.links[2].rule, "uses");
    assert_string_equal(inv.coverage[0]->collector, "second");
    assert_int_equal(c->n_not_seen, 2);
    assert_string_equal(c->not_seen[0], "x");
}

static void an_empty_inventory_freezes(void **state)
{
    (void)state;
    ra_inventory_freeze(&inv);
    assert_null(ra_reach_find(&inv, "file:/a"));
}

static void unknowns_name_what_was_not_seen(void **state)
{
    (void)state;
    struct ra_reach *r = ra_unknown_add(&inv, "token:github:1f3a/scope", RA_RADIUS_ORGANIZATION, RA_TRAIT_REMOTE,
                                        "--online=tokens", seen("env", NULL));
    assert_string_equal(r->id, "unknown:token:github:1f3a/scope");
    assert_int_equal(r->state, RA_STATE_UNKNOWN);
    assert_int_equal(r->least, RA_RADIUS_NOTHING);
    assert_int_equal(r->ceiling, RA_RADIUS_ORGANIZATION);
    assert_int_equal(r->traits, RA_TRAIT_REMOTE);
    assert_string_equal(r->settled_by, "--online=tokens");
    r = ra_unknown_add(&inv, "network", RA_RADIUS_WORKTREE, RA_TRAIT_CHANNEL, NULL, seen("network", NULL));
    assert_ptr_equal(ra_unknown_add(&inv, "network", RA_RADIUS_PERSON, RA_TRAIT_OPEN_ROUTE, "a", seen("env", NULL)), r);
    assert_int_equal(r->ceiling, RA_RADIUS_PERSON);
    assert_int_equal(r->traits, RA_TRAIT_CHANNEL | RA_TRAIT_OPEN_ROUTE);
    assert_string_equal(ra_unknown_add(&inv, "file:~/a#b#c", RA_RADIUS_PERSON, 0, NULL, seen("files", NULL))->id,
                        "unknown:file:~/a#b%23c");
}

static void merging_copies_and_counts(void **state)
{
    (void)state;
    struct ra_arena theirs = {0};
    ra_inventory_init(&other, &theirs);
    struct ra_reach *r = file(&other, "/a", RA_STATE_PRESENT);
    r->role = ra_strdup(&theirs, "launcher");
    r->access = RA_WRITE;
    ra_reach_text(&other, r, "k", "v");
    ra_link_add(&other, "holds", "x", "y");
    struct ra_coverage *c = ra_coverage_add(&other, "files");
    c->status = RA_RUN_PARTIAL;
    c->looked = 4;
    c->absent = UINT64_MAX;
    c->reason = ra_strdup(&theirs, "why");
    other.target.hostname = ra_strdup(&theirs, "box");
    other.target.uid = 1000;
    ra_inventory_freeze(&other);

    r = file(&inv, "/a", RA_STATE_DENIED);
    r->access = RA_READ;
    r->role = "worktree";
    c = ra_coverage_add(&inv, "files");
    c->looked = 3;
    c->absent = 1;
    ra_inventory_merge(&inv, &other);
    ra_inventory_merge(&inv, &other);
    ra_arena_free(&theirs);

    ra_inventory_freeze(&inv);
    assert_int_equal(inv.n_reaches, 1);
    assert_int_equal(r->state, RA_STATE_PRESENT);
    assert_int_equal(r->access, RA_READ | RA_WRITE);
    assert_string_equal(r->role, "launcher");
    assert_string_equal(ra_detail_find(r, "k")->text, "v");
    assert_int_equal(r->n_evidence, 1);
    assert_int_equal(inv.n_links, 1);
    assert_string_equal(inv.links[0].to, "y");
    assert_int_equal(c->looked, 11);
    assert_true(c->absent == UINT64_MAX);
    assert_int_equal(c->status, RA_RUN_PARTIAL);
    assert_string_equal(c->reason, "why");
    assert_string_equal(inv.target.hostname, "box");
    assert_int_equal(inv.target.uid, 1000);
}

static void what_is_learnt_late_is_taken_out_at_the_end(void **state)
{
    (void)state;
    const char *secret = ra_strfmt(&arena, "%s%s", "correct", "horse");
    const char *path = ra_strfmt(&arena, "/srv/%s/x", secret);
    struct ra_reach *r = file(&inv, path, RA_STATE_PRESENT);
    r->title = r->role = r->ref = r->settled_by = secret;
    ra_reach_text(&inv, r, "line", path);
    ra_link_add(&inv, "holds", r->id, ra_strfmt(&arena, "password:%s", r->id));
    struct ra_coverage *c = ra_coverage_add(&inv, "files");
    c->reason = path;
    ra_coverage_not_seen(&inv, c, path);
    inv.target.worktree = inv.target.home = inv.target.hostname = inv.target.locator = inv.target.box.evidence = path;
    inv.target.box.kind = "none";
    const char *hosts[] = {secret};
    inv.asked.hosts = hosts;
    inv.asked.n_hosts = 1;

    ra_scrub_learn(ra_span_of(secret));
    struct ra_reach *same = file(&inv, path, RA_STATE_UNKNOWN); // now under its scrubbed id
    same->access |= RA_WRITE;
    ra_inventory_freeze(&inv);
    assert_int_equal(inv.n_reaches, 1);
    assert_string_equal(inv.reaches[0]->id, "file:/srv/[secret]/x");
    assert_int_equal(inv.reaches[0]->access, RA_WRITE);
    assert_string_equal(inv.links[0].to, "password:file:/srv/[secret]/x");
    struct ra_buf out = {0};
    ra_inventory_write(&inv, &out);
    assert_null(strstr(out.p, secret));
    ra_buf_free(&out);
}

static void adding_to_a_frozen_inventory_aborts(void **state)
{
    (void)state;
    ra_inventory_freeze(&inv);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGABRT, SIG_DFL);
        file(&inv, "/a", RA_STATE_PRESENT);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void many_reaches_are_found_again(void **state)
{
    (void)state;
    enum { N = 20000 };
    for (int i = 0; i < N; i++)
        file(&inv, ra_strfmt(&arena, "/%d", (i * 7919) % N), RA_STATE_PRESENT);
    assert_int_equal(inv.n_reaches, N);
    for (int i = 0; i < N; i++)
        assert_non_null(ra_reach_find(&inv, ra_strfmt(&arena, "file:/%d", i)));
    ra_inventory_freeze(&inv);
    for (int i = 0; i < N; i++)
        assert_non_null(ra_reach_find(&inv, ra_strfmt(&arena, "file:/%d", i)));
    assert_null(ra_reach_find(&inv, "file:/x"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, fresh, end)
    const struct CMUnitTest tests[] = {
        TEST(a_new_reach_has_its_rows_defaults),
        TEST(what_is_added_is_copied),
        TEST(the_surer_state_wins),
        TEST(radii_are_narrowed_once_then_widen),
        TEST(a_ceiling_below_least_is_lifted),
        TEST(details_of_one_key_keep_the_smaller),
        TEST(evidence_is_sorted_and_unique),
        TEST(freezing_sorts_and_drops),
        TEST(an_empty_inventory_freezes),
        TEST(unknowns_name_what_was_not_seen),
        TEST(merging_copies_and_counts),
        TEST(what_is_learnt_late_is_taken_out_at_the_end),
        TEST(adding_to_a_frozen_inventory_aborts),
        TEST(many_reaches_are_found_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
