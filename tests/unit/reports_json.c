// The JSON report says what inventory and verdict say, in the order of reachaudit-report(5), and is well-formed
// whatever the text in it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <cJSON.h>

#include "reports_small.h"

static cJSON *render(struct small *s, struct ra_buf *b)
{
    const struct ra_report_options o = {.width = 80};
    ra_report_find("json")->write(&s->inv, &s->v, &o, b);
    cJSON *root = cJSON_ParseWithLengthOpts(b->p, b->n + 1, NULL, true);
    assert_non_null(root);
    return root;
}

static const char *str(const cJSON *v, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(v, key));
}

static double num(const cJSON *v, const char *key)
{
    return cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(v, key));
}

static void keys_are(const cJSON *object, const char *want)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf got = {0};
    for (const cJSON *i = object->child; i; i = i->next)
        ra_buf_printf(&got, "%s%s", i == object->child ? "" : " ", i->string);
    assert_string_equal(ra_buf_view(&got).p, want);
}

static void fields_and_order(void **state)
{
    (void)state;
    struct small s;
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    small_make(&s, "API");
    cJSON *root = render(&s, &b);
    keys_are(root, "schema tool target asked profile verdict exit_status reasons worst_case reaches steps consequences "
                   "findings to_pass coverage waivers overrides missing");
    const cJSON *target = cJSON_GetObjectItem(root, "target");
    keys_are(target, "kind locator uid gid worktree box");
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(target, "gid")));
    const cJSON *worst = cJSON_GetObjectItem(root, "worst_case");
    keys_are(worst, "radius score sentence consequence path proved trifecta");
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(worst, "path")), 2);
    keys_are(cJSON_GetArrayItem(cJSON_GetObjectItem(worst, "path"), 0), "rule needs gives certainty when sentence");
    const cJSON *reach = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "reaches"), 0);
    keys_are(reach, "id kind locator access state radius severity dormant ceiling details evidence");
    assert_string_equal(str(reach, "radius"), "organization");
    const cJSON *details = cJSON_GetObjectItem(reach, "details");
    assert_int_equal(num(details, "length"), 40);
    assert_true(cJSON_IsTrue(cJSON_GetObjectItem(details, "exported")));
    const cJSON *unknown = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "reaches"), 1);
    assert_string_equal(str(unknown, "ceiling"), "person");
    assert_string_equal(str(unknown, "settled_by"), "a look from outside");
    const cJSON *evidence = cJSON_GetArrayItem(cJSON_GetObjectItem(unknown, "evidence"), 0);
    assert_string_equal(str(evidence, "outcome"), "EACCES");
    const cJSON *finding = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "findings"), 0);
    keys_are(finding, "check ref title status severity certainty radius reaches path message remedy profile_line");
    assert_int_equal(num(cJSON_GetArrayItem(cJSON_GetObjectItem(root, "consequences"), 0), "step"), 1);
    cJSON_Delete(root);
    ra_arena_free(&s.arena);
}

static void hostile_text_stays_text(void **state)
{
    (void)state;
    struct small s;
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    small_make(&s, "\"},\n\033]0;x\a{\\\xFF\xE2\x80\xAE##[y ##vso[z] ## [");
    cJSON *root = render(&s, &b);
    for (size_t i = 0; i < b.n; i++)
        assert_true((unsigned char)b.p[i] >= 0x20 || b.p[i] == '\n');
    const cJSON *reach = cJSON_GetArrayItem(cJSON_GetObjectItem(root, "reaches"), 0);
    assert_string_equal(str(reach, "locator"), "\"},\n\033]0;x\a{\\\xEF\xBF\xBD\xE2\x80\xAE##[y ##vso[z] ## [");
    assert_null(strstr(b.p, "##["));
    assert_null(strstr(b.p, "##vso["));
    cJSON_Delete(root);
    ra_arena_free(&s.arena);
}

static void stamp_only_when_asked(void **state)
{
    (void)state;
    struct small s;
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    small_make(&s, "API");
    s.inv.now_s = 1795255200;
    cJSON *root = render(&s, &b);
    assert_null(str(root, "stamp"));
    cJSON_Delete(root);
    ra_buf_clear(&b);
    s.inv.stamp = true;
    root = render(&s, &b);
    assert_string_equal(str(root, "stamp"), "2026-11-21T10:00:00Z");
    cJSON_Delete(root);
    ra_arena_free(&s.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fields_and_order), cmocka_unit_test(hostile_text_stays_text),
                                       cmocka_unit_test(stamp_only_when_asked)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
