// The inventory as JSON: what is written is read back the same, and nothing else is read at all.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "model/inventory.h"

static struct ra_arena arena;
static struct ra_inventory inv;

static int fill(void **state)
{
    (void)state;
    static const char *only[] = {"env", "files"}, *hosts[] = {"forge.test"};
    ra_inventory_init(&inv, &arena);
    inv.target = (struct ra_target_facts){"self", "self", 1000, 100, "h\xC3\xB6st", "/w", "/home/u", {"docker", true, "cgroup"}};
    inv.asked = (struct ra_asked){.only = only, .n_only = 2, .hosts = hosts, .n_hosts = 1, .connect = true};
    struct ra_evidence e = {"files", RA_METHOD_ATTEMPTED, 13, {"/home/u/\t\"\\\x01", 3, 9, "open"}};
    struct ra_reach *r = ra_reach_add(&inv, RA_KIND_FILE, "file:~/a#b", "/home/u/a", RA_STATE_DENIED, e);
    r->role = "worktree";
    r->ref = "K001";
    r->title = "what a \xF0\x9F\x94\x91 is";
    r->settled_by = "root";
    r->access = RA_READ | RA_SEND;
    r->traits = RA_TRAIT_LIVE | RA_TRAIT_LAUNCHER;
    r->cap = RA_SEVERITY_LOW;
    ra_reach_text(&inv, r, "text", "");
    ra_reach_number(&inv, r, "least", -RA_EXACT_NUMBER);
    ra_reach_number(&inv, r, "most", RA_EXACT_NUMBER);
    ra_reach_flag(&inv, r, "yes", true);
    ra_reach_flag(&inv, r, "no", false);
    e.outcome = -5;
    e.source = (struct ra_source){0};
    r = ra_reach_add(&inv, RA_KIND_PROGRAM, "program:npm", NULL, RA_STATE_PRESENT, e);
    ra_unknown_add(&inv, "network", RA_RADIUS_NOTHING, RA_TRAIT_CHANNEL, NULL, e);
    ra_link_add(&inv, "holds", "file:~/a#b", "password:file:~/a#b");
    struct ra_coverage *c = ra_coverage_add(&inv, "files");
    c->status = RA_RUN_PARTIAL;
    c->looked = UINT64_MAX;
    c->reason = "why";
    ra_coverage_not_seen(&inv, c, "one");
    ra_coverage_add(&inv, "env");
    return 0;
}

static int end(void **state)
{
    (void)state;
    ra_arena_free(&arena);
    return 0;
}

static char *json_of(const struct ra_inventory *i)
{
    struct ra_buf out = {0};
    ra_inventory_write(i, &out);
    char *s = ra_strndup(&arena, ra_buf_view(&out));
    ra_buf_free(&out);
    return s;
}

static struct ra_inventory read_back(const char *json)
{
    struct ra_inventory back;
    struct ra_error err = {0};
    if (ra_inventory_read(&arena, ra_span_of(json), &back, &err))
        fail_msg("%s", err.text);
    return back;
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    for (int frozen = 0; frozen < 2; frozen++)
        for (int i = 0; i < 4; i++) {
            bool stamp = i & 1, dated = i & 2;
            if (frozen)
                ra_inventory_freeze(&inv);
            inv.stamp = stamp;
            inv.now_s = dated ? 1700000000 : -1;
            char *json = json_of(&inv);
            struct ra_inventory back = read_back(json);
            assert_string_equal(json_of(&back), json);
            assert_int_equal(back.frozen, frozen);
            assert_int_equal(back.stamp, stamp);
            assert_int_equal(back.now_s, dated ? 1700000000 : -1);
            assert_true((strstr(json, "\"time\"") != NULL) == dated);
        }
}

static void every_field_survives(void **state)
{
    (void)state;
    ra_inventory_freeze(&inv);
    struct ra_inventory back = read_back(json_of(&inv));
    assert_string_equal(back.tool_version, inv.tool_version);
    assert_int_equal(back.target.uid, 1000);
    assert_int_equal(back.target.gid, 100);
    assert_string_equal(back.target.hostname, inv.target.hostname);
    assert_string_equal(back.target.home, "/home/u");
    assert_string_equal(back.target.worktree, "/w");
    assert_string_equal(back.target.box.kind, "docker");
    assert_true(back.target.box.shared_kernel);
    assert_true(back.asked.connect);
    assert_int_equal(back.asked.n_only, 2);
    assert_string_equal(back.asked.only[1], "files");
    assert_string_equal(back.asked.hosts[0], "forge.test");
    const struct ra_reach *r = ra_reach_find(&back, "file:~/a#b");
    assert_non_null(r);
    assert_int_equal(r->kind, RA_KIND_FILE);
    assert_int_equal(r->access, RA_READ | RA_SEND);
    assert_int_equal(r->traits, RA_TRAIT_LIVE | RA_TRAIT_LAUNCHER);
    assert_int_equal(r->state, RA_STATE_DENIED);
    assert_int_equal(r->least, RA_RADIUS_NOTHING);
    assert_int_equal(r->ceiling, RA_RADIUS_ORGANIZATION);
    assert_int_equal(r->cap, RA_SEVERITY_LOW);
    assert_string_equal(r->settled_by, "root");
    assert_string_equal(r->title, "what a \xF0\x9F\x94\x91 is");
    assert_int_equal(ra_detail_find(r, "least")->number, -RA_EXACT_NUMBER);
    assert_int_equal(ra_detail_find(r, "most")->number, RA_EXACT_NUMBER);
    assert_int_equal(ra_detail_find(r, "no")->type, RA_DETAIL_FLAG);
    assert_int_equal(r->evidence[0].outcome, 13);
    assert_int_equal(r->evidence[0].source.column, 9);
    assert_string_equal(r->evidence[0].source.path, "/home/u/\t\"\\\x01");
    assert_null(ra_reach_find(&back, "program:npm")->role);
    assert_string_equal(back.links[0].to, "password:file:~/a#b");
    assert_string_equal(back.coverage[0]->collector, "files");
    assert_string_equal(back.coverage[0]->not_seen[0], "one");
    assert_true(back.coverage[0]->looked == (uint64_t)RA_EXACT_NUMBER);
}

static void a_ceiling_is_written_where_something_is_open(void **state)
{
    (void)state;
    ra_inventory_freeze(&inv);
    const char *json = json_of(&inv);
    const char *program = strstr(json, "\"program:npm\""), *unknown = strstr(json, "\"unknown:network\"");
    assert_non_null(program);
    assert_non_null(unknown);
    const char *next = strstr(program, "\"ceiling\"");
    assert_true(next > unknown); // nothing..nothing, known: left out; unknown: there
}

static void an_unfrozen_one_can_go_on(void **state)
{
    (void)state;
    struct ra_inventory back = read_back(json_of(&inv));
    struct ra_evidence e = {"env", RA_METHOD_OBSERVED, 0, {0}};
    size_t n = back.n_reaches;
    ra_reach_add(&back, RA_KIND_FILE, "file:~/a#b", NULL, RA_STATE_PRESENT, e);
    assert_int_equal(back.n_reaches, n);
    ra_reach_add(&back, RA_KIND_FILE, "file:new", NULL, RA_STATE_PRESENT, e);
    assert_int_equal(back.n_reaches, n + 1);
}

// ---- hostile input --------------------------------------------------------------------------------

// The valid text with its first `old` replaced; NULL puts `fresh` in the place of all of it.
struct mistake {
    const char *old, *fresh, *message;
    unsigned line;
};

static const struct mistake mistakes[] = {
    // what is no JSON
    {NULL, "", "the text ends too early", 1},
    {NULL, "{", "a key in quotes was expected", 1},
    {NULL, "nope", "a value was expected", 1},
    {NULL, "\xEF\xBB\xBF{}", "a value was expected", 1},
    {NULL, "{} x", "something follows after the end", 1},
    {NULL, "\n\n{\"a\": \xFF}", "not UTF-8", 3},
    {NULL, "{\"a\": \"\xED\xA0\x80\"}", "not UTF-8", 1},
    {NULL, "{\"a\": \"b\\u0000c\"}", "a: NUL in a string", 1},
    {NULL, "{\"a\\u0000b\": 1}", "NUL in a string", 1},
    {NULL, "{\"a\": [1, {\"b\": \"\\ud800\"}]}", "a[1].b: half of a surrogate pair in a string", 1},
    {NULL, "{\"a\": \"\\ud800\\u0041\"}", "a: half of a surrogate pair in a string", 1},
    {NULL, "{\"a\": \"\\udc00\"}", "a: half of a surrogate pair in a string", 1},
    {NULL, "{\"a\": \"\\x\"}", "a: unknown escape in a string", 1},
    {NULL, "{\"a\": \"\\u12g4\"}", "a: \\u wants four hexadecimal digits", 1},
    {NULL, "{\"a\": \"b\nc\"}", "a: control character in a string", 1},
    {NULL, "{\"a\": \"b", "a: the string does not end", 1},
    {NULL, "{\"a\": \"b\\", "a: unknown escape in a string", 1},
    {NULL, "{\"a\" 1}", "a: ':' was expected", 1},
    {NULL, "{\"a\": 1 \"b\": 2}", "',' or '}' was expected", 1},
    {NULL, "{\"a\": 1,}", "a key in quotes was expected", 1},
    {NULL, "[1, 2,]", "[2]: a value was expected", 1},
    {NULL, "[1 2]", "',' or ']' was expected", 1},
    {NULL, "[01]", "[0]: not a number", 1},
    {NULL, "[-]", "[0]: not a number", 1},
    {NULL, "[-0]", "[0]: not a number", 1},
    {NULL, "[1.5]", "[0]: only whole numbers are used here", 1},
    {NULL, "[1e3]", "[0]: only whole numbers are used here", 1},
    {NULL, "[9007199254740992]", "[0]: the number is too large", 1},
    {NULL, "[99999999999999999999999]", "[0]: the number is too large", 1},
    {NULL, "[truth]", "[0]: a value was expected", 1},
    {NULL, "[NaN]", "[0]: a value was expected", 1},
    {NULL, "{'a': 1}", "a key in quotes was expected", 1},
    {NULL, "[1] // comment", "something follows after the end", 1},
    // what is no inventory
    {NULL, "[]", "an object was expected", 0},
    {NULL, "{}", "field \"schema\" is missing", 0},
    {"inventory/1", "inventory/2", "schema: must be \"reachaudit-inventory/1\"", 0},
    {"\"schema\"", "\"Schema\"", "unknown field \"Schema\"", 0},
    {"\"frozen\": true", "\"frozen\": 1", "frozen: true or false was expected", 0},
    {"\"frozen\": true", "\"frozen\": true, \"frozen\": true", "field \"frozen\" twice", 0},
    {"\"stamp\": false", "\"time\": -5, \"stamp\": false", "time: must not be negative", 0},
    {"\"uid\": 1000", "\"uid\": \"1000\"", "target.uid: a number was expected", 0},
    {"\"uid\": 1000", "\"uid\": -1", "target.uid: must not be negative", 0},
    {"\"shared_kernel\": true", "\"shared\": true", "target.box: unknown field \"shared\"", 0},
    {"\"online\": []", "\"online\": {}", "asked.online: an array was expected", 0},
    {"\"forge.test\"", "null", "asked.hosts[0]: a string was expected", 0},
    {"\"id\": \"file:~/a#b\"", "\"id\": 7", "reaches[0].id: a string was expected", 0},
    {"\"id\": \"file:~/a#b\"", "\"id\": \"token:1\"", "reaches[0]: id \"token:1\" is not of kind \"file\"", 0},
    {"\"id\": \"file:~/a#b\"", "\"id\": \"file\"", "reaches[0]: id \"file\" is not of kind \"file\"", 0},
    {"\"kind\": \"file\"", "\"kind\": \"File\"", "reaches[0].kind: unknown word \"File\"", 0},
    {"\"read\"", "\"reed\"", "reaches[0].access[0]: unknown word \"reed\"", 0},
    {"\"read\"", "\"send\"", "reaches[0].access[1]: \"send\" twice", 0},
    {"\"live\"", "1", "reaches[0].traits[0]: a string was expected", 0},
    {"\"live\"", "\"dead\"", "reaches[0].traits[0]: unknown word \"dead\"", 0},
    {"\"state\": \"denied\"", "\"state\": \"safe\"", "reaches[0].state: unknown word \"safe\"", 0},
    {"\"state\": \"denied\"", "\"state\": \"absent\"", "reaches[0]: absent reaches are not listed", 0},
    {"\"least\": \"nothing\"", "\"least\": \"galaxy\"", "reaches[0].least: unknown word \"galaxy\"", 0},
    {"\"ceiling\": \"organization\",", "", NULL, 0}, // left out it equals `least`: no mistake
    {"\"least\": \"nothing\",\n      \"ceiling\": \"organization\"", "\"least\": \"person\", \"ceiling\": \"grant\"",
     "reaches[0]: ceiling is below least", 0},
    {"\"cap\": \"low\"", "\"cap\": \"lowest\"", "reaches[0].cap: unknown word \"lowest\"", 0},
    {"\"yes\": true", "\"yes\": null", "reaches[0].details.yes: a string, a number, true or false was expected", 0},
    {"\"yes\": true", "\"text\": true", "reaches[0].details: field \"text\" twice", 0},
    {"\"collector\": \"files\",\n          \"method\"", "\"method\"", "reaches[0].evidence[0]: field \"collector\" is missing", 0},
    {"\"attempted\"", "\"guessed\"", "reaches[0].evidence[0].method: unknown word \"guessed\"", 0},
    {"\"EACCES\"", "\"EWHAT\"", "reaches[0].evidence[0].outcome: unknown word \"EWHAT\"", 0},
    {"\"line\": 3", "\"line\": 0", "reaches[0].evidence[0].source.line: must be 1 or more", 0},
    {"\"column\": 9", "\"column\": 4294967296", "reaches[0].evidence[0].source.column: must be 1 or more", 0},
    {"\"column\": 9", "\"layer\": 9", "reaches[0].evidence[0].source: unknown field \"layer\"", 0},
    {"\"program:npm\"", "\"program:npm\", \"evidence\": []", "reaches[1].evidence: a reach without evidence", 0},
    {"\"id\": \"program:npm\",\n      \"kind\": \"program\"", "\"id\": \"file:~/a#b\", \"kind\": \"file\"",
     "reaches[1]: id \"file:~/a#b\" twice", 0},
    {"\"rule\": \"holds\"", "\"rule\": []", "links[0].rule: a string was expected", 0},
    {"\"from\"", "\"form\"", "links[0]: unknown field \"form\"", 0},
    {"\"status\": \"partial\"", "\"status\": \"done\"", "coverage[0].status: unknown word \"done\"", 0},
    {"\"present\": 0", "\"present\": -1", "coverage[0].present: must not be negative", 0},
    {"\"one\"", "[\"one\"]", "coverage[0].not_seen[0]: a string was expected", 0},
    {"\"collector\": \"env\"", "\"collector\": \"files\"", "coverage[1]: collector \"files\" twice", 0},
};

static const char *with_mistake(const char *valid, const struct mistake *m)
{
    if (!m->old)
        return m->fresh;
    const char *at = strstr(valid, m->old);
    if (!at)
        fail_msg("the valid text has no %s", m->old);
    return ra_strfmt(&arena, "%.*s%s%s", (int)(at - valid), valid, m->fresh, at + strlen(m->old));
}

static void mistakes_are_named_with_their_place(void **state)
{
    (void)state;
    ra_inventory_freeze(&inv);
    const char *valid = json_of(&inv);
    for (size_t i = 0; i < RA_COUNT(mistakes); i++) {
        struct ra_inventory back = {.n_reaches = 77};
        struct ra_error err = {0};
        int code = ra_inventory_read(&arena, ra_span_of(with_mistake(valid, &mistakes[i])), &back, &err);
        assert_int_equal(code, mistakes[i].message ? RA_E_INPUT : 0);
        if (!mistakes[i].message)
            continue;
        assert_string_equal(err.text, mistakes[i].message);
        assert_int_equal(err.code, RA_E_INPUT);
        assert_int_equal(err.line, mistakes[i].line);
        assert_int_equal(back.n_reaches, 77); // untouched
    }
}

static void an_unknown_reach_needs_its_ceiling(void **state)
{
    (void)state;
    ra_inventory_freeze(&inv);
    char *json = json_of(&inv), *at = strstr(strstr(json, "unknown:network"), "\"ceiling\": \"nothing\",");
    assert_non_null(at);
    memset(at, ' ', strlen("\"ceiling\": \"nothing\","));
    struct ra_inventory back;
    struct ra_error err = {0};
    assert_int_equal(ra_inventory_read(&arena, ra_span_of(json), &back, &err), RA_E_INPUT);
    assert_string_equal(err.text, "reaches[2]: an unknown reach needs a ceiling");
}

static void every_cut_text_is_refused(void **state)
{
    (void)state;
    const char *json = json_of(&inv);
    size_t n = strlen(json) - 1; // the last byte is a newline
    for (size_t i = 0; i < n; i++) {
        struct ra_inventory back;
        // A copy of its own, so that a sanitizer sees any look beyond it.
        char *cut = malloc(i + 1);
        memcpy(cut, json, i);
        assert_int_equal(ra_inventory_read(&arena, (struct ra_span){cut, i}, &back, NULL), RA_E_INPUT);
        free(cut);
    }
}

static void every_flipped_byte_is_refused_or_read(void **state)
{
    (void)state;
    const char *json = json_of(&inv);
    size_t n = strlen(json);
    static const char bytes[] = {0, 1, '"', '\\', '{', ']', '9', '-', ',', (char)0xC3, (char)0xFF};
    for (size_t i = 0; i < n; i++) {
        struct ra_arena scratch = {0};
        struct ra_inventory back;
        char *changed = malloc(n);
        memcpy(changed, json, n);
        changed[i] = bytes[i % sizeof bytes];
        int code = ra_inventory_read(&scratch, (struct ra_span){changed, n}, &back, NULL);
        assert_true(code == 0 || code == RA_E_INPUT);
        free(changed);
        ra_arena_free(&scratch);
    }
}

static void deep_and_long_texts_are_refused(void **state)
{
    (void)state;
    struct ra_inventory back;
    struct ra_error err = {0};
    struct ra_buf deep = {0};
    for (int i = 0; i < 100000; i++)
        ra_buf_putc(&deep, '[');
    assert_int_equal(ra_inventory_read(&arena, ra_buf_view(&deep), &back, &err), RA_E_LIMIT);
    assert_int_equal(err.code, RA_E_LIMIT);
    assert_non_null(strstr(err.text, "[0][0]"));
    assert_non_null(strstr(err.text, "nested deeper than 64"));
    ra_buf_free(&deep);
    // Never looked at, so it need not exist.
    struct ra_span endless = {"{}", (size_t)RA_MAX_INVENTORY_BYTES + 1};
    assert_int_equal(ra_inventory_read(&arena, endless, &back, &err), RA_E_LIMIT);
    assert_string_equal(err.text, "the inventory is longer than 536870912 bytes");
}

static void many_fields_of_one_thing_end_soon(void **state)
{
    (void)state;
    struct ra_buf rows = {0};
    struct ra_inventory back;
    struct ra_error err = {0};
    ra_inventory_freeze(&inv);
    const char *valid = json_of(&inv);
    for (int i = 0; i < 60000; i++) // details of one reach: sorted, not compared each with each
        ra_buf_printf(&rows, "\"k%d\": %d,", i, i);
    struct mistake many = {"\"yes\": true", ra_strfmt(&arena, "%s \"yes\": true", rows.p), NULL, 0};
    assert_int_equal(ra_inventory_read(&arena, ra_span_of(with_mistake(valid, &many)), &back, &err), 0);
    ra_buf_clear(&rows);
    for (int i = 0; i < 2000; i++)
        ra_buf_printf(&rows, "{\"collector\": \"c%d\", \"status\": \"ran\", \"looked\": 0, \"present\": 0, \"denied\": 0,"
                             "\"absent\": 0, \"unknown\": 0, \"not_seen\": []},", i);
    many = (struct mistake){"\"coverage\": [", ra_strfmt(&arena, "\"coverage\": [%s", rows.p), NULL, 0};
    assert_int_equal(ra_inventory_read(&arena, ra_span_of(with_mistake(valid, &many)), &back, &err), RA_E_INPUT);
    assert_string_equal(err.text, "coverage[1000]: more than 1000 collectors");
    ra_buf_free(&rows);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, fill, end)
    const struct CMUnitTest tests[] = {
        TEST(what_is_written_is_read_back),
        TEST(every_field_survives),
        TEST(a_ceiling_is_written_where_something_is_open),
        TEST(an_unfrozen_one_can_go_on),
        TEST(mistakes_are_named_with_their_place),
        TEST(an_unknown_reach_needs_its_ceiling),
        TEST(every_cut_text_is_refused),
        TEST(every_flipped_byte_is_refused_or_read),
        TEST(deep_and_long_texts_are_refused),
        TEST(many_fields_of_one_thing_end_soon),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
