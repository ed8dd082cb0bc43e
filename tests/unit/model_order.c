// Property: the frozen bytes depend on what was seen, never on the order of seeing, nor on how it was divided among
// processes and joined again, directly or through JSON.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "model/inventory.h"

enum { FACTS = 120, ROUNDS = 150, MAX_PARTS = 5 };

static struct ra_arena arena;
static uint64_t random_state;

static unsigned below(unsigned n)
{
    random_state ^= random_state << 13, random_state ^= random_state >> 7, random_state ^= random_state << 17;
    return (unsigned)(random_state >> 33) % n;
}

static const char *pick(const char *const *words, size_t n)
{
    return words[below((unsigned)n)];
}
#define PICK(...) pick((const char *const[]){__VA_ARGS__}, RA_COUNT(((const char *const[]){__VA_ARGS__})))

// One thing that a collector saw; enough fields to make every kind of call.
struct fact {
    enum { A_REACH, AN_UNKNOWN, A_LINK, A_MISS } type;
    enum ra_kind kind;
    const char *name, *locator, *role, *ref, *title, *settled_by, *key, *text;
    enum ra_state state;
    enum ra_radius least, ceiling;
    enum ra_severity cap;
    unsigned access, traits, detail;
    int64_t number;
    struct ra_evidence evidence;
};

static struct ra_evidence some_evidence(void)
{
    static const int outcomes[] = {0, 2, 13, 99999};
    return (struct ra_evidence){PICK("env", "files", "git"), (enum ra_method)below(4), outcomes[below(4)],
                                {PICK(NULL, "/a", "/b\xFF"), below(3), below(2), PICK(NULL, "open", "read")}};
}

static struct fact some_fact(void)
{
    return (struct fact){
        .type = below(8) < 5 ? A_REACH : (below(3) == 0 ? AN_UNKNOWN : below(2) ? A_LINK : A_MISS),
        .kind = below(2) ? RA_KIND_FILE : RA_KIND_TOKEN,
        .name = PICK("a", "b", "c#", "d%", "e\xFF", "f\xC3\xA9"),
        .locator = PICK("/x", "/y", "/z\xFE", NULL),
        .role = PICK(NULL, "launcher", "worktree"),
        .ref = PICK(NULL, "V12", "K001"),
        .title = PICK(NULL, "one", "two"),
        .settled_by = PICK(NULL, "--online=tokens", "root"),
        .key = PICK("k", "l", "m"),
        .text = PICK("p", "q\xC0", "https://u:p@h.test"),
        .state = below(3) ? RA_STATE_PRESENT : below(2) ? RA_STATE_DENIED : RA_STATE_UNKNOWN,
        .least = (enum ra_radius)below(6),
        .ceiling = (enum ra_radius)below(6),
        .cap = (enum ra_severity)below(5),
        .access = 1u << below(RA_ACCESS_BITS),
        .traits = 1u << below(RA_TRAIT_COUNT),
        .detail = below(4),
        .number = (int64_t)below(3) - 1,
        .evidence = some_evidence(),
    };
}

static void tell_reach(struct ra_inventory *inv, const struct fact *f)
{
    struct ra_reach *r = ra_reach_add(inv, f->kind, ra_id(inv->arena, f->kind, f->name, NULL), f->locator, f->state, f->evidence);
    if (f->kind == RA_KIND_TOKEN)
        ra_reach_radius(r, f->least, f->ceiling);
    r->access |= f->access;
    r->traits |= f->traits;
    r->role = f->role;
    if (f->detail == 0)
        ra_reach_text(inv, r, f->key, f->text);
    else if (f->detail == 1)
        ra_reach_number(inv, r, f->key, f->number);
    else if (f->detail == 2)
        ra_reach_flag(inv, r, f->key, f->number > 0);
}

static void tell(struct ra_inventory *inv, const struct fact *f)
{
    switch (f->type) {
    case A_REACH:
        tell_reach(inv, f);
        break;
    case AN_UNKNOWN:
        ra_unknown_add(inv, f->name, f->ceiling, f->traits, f->settled_by, f->evidence);
        break;
    case A_LINK:
        ra_link_add(inv, f->role ? "holds" : "uses", f->name, f->key);
        break;
    case A_MISS:
        ra_coverage_not_seen(inv, ra_coverage_add(inv, "files"), f->text);
        ra_coverage_add(inv, "files")->looked++;
        break;
    }
}

static void begin(struct ra_inventory *inv)
{
    ra_inventory_init(inv, &arena);
    ra_coverage_add(inv, "env");
    ra_coverage_add(inv, "files");
}

static void shuffle(size_t *order, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = below((unsigned)i), x = order[i - 1];
        order[i - 1] = order[k];
        order[k] = x;
    }
}

// What another process saw, as the scan gets it: frozen and through JSON, frozen, or as it is.
static void join(struct ra_inventory *to, struct ra_inventory *part)
{
    unsigned way = below(3);
    if (way > 0)
        ra_inventory_freeze(part);
    if (way < 2) {
        ra_inventory_merge(to, part);
        return;
    }
    struct ra_buf json = {0};
    struct ra_inventory back;
    struct ra_error err = {0};
    ra_inventory_write(part, &json);
    if (ra_inventory_read(&arena, ra_buf_view(&json), &back, &err))
        fail_msg("%s", err.text);
    ra_inventory_merge(to, &back);
    ra_buf_free(&json);
}

static void build(const struct fact *facts, size_t n, unsigned n_parts, struct ra_buf *out)
{
    struct ra_inventory parts[MAX_PARTS], whole;
    size_t order[FACTS], turn[MAX_PARTS];
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    shuffle(order, n);
    begin(&whole);
    for (unsigned p = 0; p < n_parts; p++) {
        turn[p] = p;
        begin(&parts[p]);
    }
    for (size_t i = 0; i < n; i++)
        tell(n_parts ? &parts[below(n_parts)] : &whole, &facts[order[i]]);
    shuffle(turn, n_parts);
    for (unsigned p = 0; p + 1 < n_parts; p++) // some join each other first
        join(below(2) ? &whole : &parts[turn[n_parts - 1]], &parts[turn[p]]);
    if (n_parts)
        join(&whole, &parts[turn[n_parts - 1]]);
    ra_inventory_freeze(&whole);
    ra_inventory_write(&whole, out);
}

// Texts that are simply assigned (role) must not differ within one process, where the last one stays.
static void agree_on_roles(struct fact *facts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (facts[i].kind == facts[k].kind && strcmp(facts[i].name, facts[k].name) == 0)
                facts[i].role = facts[k].role;
}

static void order_never_shows(void **state)
{
    (void)state;
    for (unsigned round = 1; round <= ROUNDS; round++) {
        struct fact facts[FACTS];
        random_state = round * 0x9E3779B97F4A7C15u;
        for (size_t i = 0; i < FACTS; i++)
            facts[i] = some_fact();
        agree_on_roles(facts, FACTS);
        struct ra_buf first = {0}, again = {0};
        build(facts, FACTS, 0, &first);
        for (unsigned parts = 0; parts <= MAX_PARTS; parts++) {
            ra_buf_clear(&again);
            build(facts, FACTS, parts, &again);
            assert_string_equal(first.p, again.p);
        }
        ra_buf_free(&first);
        ra_buf_free(&again);
        ra_arena_free(&arena);
    }
}

static void assigned_texts_that_differ_are_settled(void **state)
{
    (void)state;
    static const char *const words[] = {"b", "a", NULL, "c"};
    for (unsigned round = 0; round < 24; round++) {
        size_t order[4] = {0, 1, 2, 3};
        random_state = round + 1;
        shuffle(order, 4);
        struct ra_inventory whole;
        begin(&whole);
        for (size_t i = 0; i < 4; i++) {
            struct ra_inventory part;
            begin(&part);
            struct ra_reach *r = ra_reach_add(&part, RA_KIND_FILE, "file:/a", "/a", RA_STATE_PRESENT,
                                              (struct ra_evidence){"files", RA_METHOD_OBSERVED, 0, {0}});
            r->role = r->ref = r->title = r->settled_by = words[order[i]];
            join(&whole, &part);
        }
        ra_inventory_freeze(&whole);
        const struct ra_reach *r = whole.reaches[0];
        assert_string_equal(r->role, "a");
        assert_string_equal(r->ref, "a");
        assert_string_equal(r->title, "a");
        assert_string_equal(r->settled_by, "a");
        ra_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_never_shows),
        cmocka_unit_test(assigned_texts_that_differ_are_settled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
