// Kinds, ids and their encoding.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "model/inventory.h"
#include "model/scrub.h"

static struct ra_arena arena;

static void ids_are_kind_text_and_part(void **state)
{
    (void)state;
    static const struct {
        enum ra_kind kind;
        const char *text, *part, *id;
    } rows[] = {
        {RA_KIND_ENV, "GITHUB_TOKEN", NULL, "env:GITHUB_TOKEN"},
        {RA_KIND_PROCESS, "1", "environ/AWS_SECRET_ACCESS_KEY", "process:1#environ/AWS_SECRET_ACCESS_KEY"},
        {RA_KIND_FILE, "~/.aws/credentials", "default", "file:~/.aws/credentials#default"},
        {RA_KIND_EGRESS, "proxy/http://proxy:3128", NULL, "egress:proxy/http://proxy:3128"},
        {RA_KIND_FILE, "/a#b", NULL, "file:/a%23b"},
        {RA_KIND_FILE, "/a#b", "c#d", "file:/a%23b#c%23d"},
        {RA_KIND_FILE, "/100%", "", "file:/100%25#"},
        {RA_KIND_FILE, "/tab\there\x1b[31m\x7f", NULL, "file:/tab%09here%1B[31m%7F"},
        {RA_KIND_FILE, "/caf\xC3\xA9 \xE2\x82\xAC", NULL, "file:/caf\xC3\xA9 \xE2\x82\xAC"},
        {RA_KIND_FILE, "/latin\xE9", NULL, "file:/latin%E9"},
        {RA_KIND_FILE, "/cut\xE2\x82", NULL, "file:/cut%E2%82"},
        {RA_KIND_FILE, "/csi\xC2\x9B" "31m", NULL, "file:/csi%C2%9B31m"},
        {RA_KIND_FILE, "/surrogate\xED\xA0\x80", NULL, "file:/surrogate%ED%A0%80"},
        {RA_KIND_FILE, NULL, NULL, "file:"},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++)
        assert_string_equal(ra_id(&arena, rows[i].kind, rows[i].text, rows[i].part), rows[i].id);
}

static void encoding_is_reversible(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252u;
    for (int round = 0; round < 2000; round++) {
        char text[40];
        size_t n = 0;
        for (; n < sizeof text - 1; n++) {
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            text[n] = (char)(seed >> 32);
            if (!text[n])
                break;
        }
        text[n] = 0;
        const char *encoded = ra_id_encode(&arena, text);
        assert_true(ra_span_utf8(ra_span_of(encoded)));
        for (const char *p = encoded; *p; p++)
            assert_true((unsigned char)*p >= 0x20 && *p != '#' && *p != 0x7F);
        assert_string_equal(ra_id_decode(&arena, encoded), text);
    }
}

static void what_is_no_escape_decodes_to_itself(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"%", "%"}, {"%4", "%4"}, {"%zz", "%zz"}, {"%41%42c", "ABc"}, {"%c3%a9", "\xC3\xA9"}, {"a%00b", "a%00b"}, {"", ""}};
    for (size_t i = 0; i < RA_COUNT(rows); i++)
        assert_string_equal(ra_id_decode(&arena, rows[i][0]), rows[i][1]);
}

static void a_secret_in_a_name_never_becomes_an_id(void **state)
{
    (void)state;
    ra_scrub_learn(RA_SPAN("hunter2/%x"));
    assert_string_equal(ra_id(&arena, RA_KIND_FILE, "/srv/hunter2/%x/data", "hunter2/%x"), "file:/srv/[secret]/data#[secret]");
    assert_string_equal(ra_id(&arena, RA_KIND_FILE, "/srv/hunter2%2F%25x", NULL), "file:/srv/[secret]");
    assert_string_equal(ra_id(&arena, RA_KIND_EGRESS, "proxy/http://me:pw@proxy:3128", NULL),
                        "egress:proxy/http://[secret]@proxy:3128");
    ra_scrub_forget_all();
}

static void every_kind_has_a_row_that_reads_back(void **state)
{
    (void)state;
    for (unsigned i = 0; i < RA_KIND_COUNT; i++) {
        const struct ra_kind_row *row = ra_kind_row((enum ra_kind)i);
        enum ra_kind back = RA_KIND_COUNT;
        assert_non_null(row->name);
        assert_true(row->least <= row->ceiling);
        assert_true(ra_kind_parse(row->name, &back));
        assert_int_equal(back, i);
    }
    enum ra_kind untouched = RA_KIND_FD;
    assert_false(ra_kind_parse("File", &untouched));
    assert_false(ra_kind_parse(NULL, &untouched));
    assert_int_equal(untouched, RA_KIND_FD);
    assert_true(ra_kind_is_secret(RA_KIND_PASSWORD));
    assert_false(ra_kind_is_secret(RA_KIND_FILE));
}

static void every_trait_has_a_name_that_reads_back(void **state)
{
    (void)state;
    unsigned all = 0;
    for (unsigned i = 0; i < RA_TRAIT_COUNT; i++) {
        unsigned bit = 0;
        assert_true(ra_trait_parse(ra_trait_name(i), &bit));
        assert_int_equal(bit, 1u << i);
        all |= bit;
    }
    assert_int_equal(all, (1u << RA_TRAIT_COUNT) - 1);
    unsigned untouched = 7;
    assert_false(ra_trait_parse("LIVE", &untouched));
    assert_int_equal(untouched, 7);
    assert_string_equal(ra_trait_name(RA_TRAIT_COUNT), "invalid");
    assert_string_equal(ra_trait_name(RA_TRAIT_BIT_RUNS_LATER), "runs-later");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_kind_text_and_part),
        cmocka_unit_test(encoding_is_reversible),
        cmocka_unit_test(what_is_no_escape_decodes_to_itself),
        cmocka_unit_test(a_secret_in_a_name_never_becomes_an_id),
        cmocka_unit_test(every_kind_has_a_row_that_reads_back),
        cmocka_unit_test(every_trait_has_a_name_that_reads_back),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    ra_arena_free(&arena);
    return failed;
}
