// The html report: what is special to HTML or to a terminal is inert, the policy names the style and the script, the
// picture is made of whole numbers, and full rings count what they do not show. Whether a browser agrees is tests/html.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/digest.h"
#include "reports/html.h"
#include "reports/html_rings.h"
#include "reports_small.h"

static void escapes(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"", ""},
        {"plain /path-1.txt", "plain /path-1.txt"},
        {"<script>alert(\"1\")</script>", "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;"},
        {"a&amp;'b", "a&amp;amp;&#39;b"},
        {"\xC3\xA9\xE6\xBC\xA2", "\xC3\xA9\xE6\xBC\xA2"},
        {"a\n\t\x1b[2J\x7f", "a\\x0a\\x09\\x1b[2J\\x7f"},
        {"\xE2\x80\xAEgnp.exe", "\\u{202e}gnp.exe"},
        {"\xC2\x9B<", "\\u{009b}&lt;"},
        {"\xFF<\xC3", "\\xff&lt;\\xc3"},
        {"\xF3\xA0\x81\x81", "\\u{e0041}"},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        ra_escape_xml(&b, rows[i].from);
        assert_string_equal(ra_buf_view(&b).p, rows[i].to);
    }
}

static void commands_are_code(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
    } rows[] = {
        {"Run `a <b>` or `c`, then `d", "Run <code>a &lt;b&gt;</code> or <code>c</code>, then `d"},
        {"`<i>`", "<code>&lt;i&gt;</code>"},
        {"none", "none"},
        {"``", "<code></code>"},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        ra_html_prose(&(struct ra_html){.out = &b}, rows[i].from);
        assert_string_equal(b.p, rows[i].to);
    }
}

static char *page(struct small *s, struct ra_buf *b)
{
    ra_report_find("html")->write(&s->inv, &s->v, &(struct ra_report_options){.width = 80}, b);
    assert_true(ra_span_utf8(ra_buf_view(b)));
    return b->p;
}

static void says_it_in_order(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "<!DOCTYPE html>", "Content-Security-Policy", "<style>", "</style>", "<h1>", "FAIL",
        "the worst iteration could send out the token in API.", "Audited", "uid 1000", "Box", "bubblewrap", "Profile", "overnight",
        "<main>", "Blast radius", "<svg", "limit: grant", "</svg>", "so:disclosed/env:API", "How it would happen",
        "the token can be read in the variable API", "a default route carries it out (likely, later)", "Proved beside assumed",
        "a live secret can be left", "The lethal trifecta", "private data", "env:API", "To pass", "type=\"checkbox\"",
        "Start without API.", "secret/disclosed", "To know more", "unknown:sockets", "2 findings, after looking at 12 places",
        "A live secret can leave", "line 7 of the profile", "K001", "What was looked at", "not everything was seen",
        "/proc/1/environ: EACCES", "The score", "Exit status 1 (fail).", "<script>", "</html>"};
    struct small s;
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    small_make(&s, "API");
    small_reasons[0] = "a live secret can be left";
    const char *at = page(&s, &b);
    small_reasons[0] = "a live secret can be sent out";
    for (size_t i = 0; i < RA_COUNT(parts); i++) {
        const char *found = strstr(at, parts[i]);
        if (!found)
            fail_msg("missing or out of order: %s\nafter: %.300s", parts[i], at);
        at = found + 1;
    }
    ra_arena_free(&s.arena);
}

static void nothing_found_is_never_nothing_looked_at(void **state)
{
    (void)state;
    struct small s;
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    small_make(&s, "API");
    s.v.n_findings = s.v.n_consequences = s.v.worst.n_path = s.v.n_cuts = 0;
    const char *text = page(&s, &b);
    assert_non_null(strstr(text, "None, after looking at 12 places in 1 surface."));
    assert_non_null(strstr(text, "Nothing follows from what was found."));
    assert_null(strstr(text, "0 finding"));
    assert_null(strstr(text, "id=\"cut\""));
    ra_arena_free(&s.arena);
}

static void policy_names_the_blocks(void **state)
{
    (void)state;
    struct small s;
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    small_make(&s, "API");
    const char *text = page(&s, &b);
    static const char *const tags[][2] = {{"<style>", "</style>"}, {"<script>", "</script>"}};
    for (size_t i = 0; i < 2; i++) {
        const char *from = strstr(text, tags[i][0]) + strlen(tags[i][0]), *to = strstr(from, tags[i][1]);
        char digest[44];
        RA_CLEANUP(ra_buf_free) struct ra_buf want = {0};
        ra_sha256_base64((struct ra_span){from, (size_t)(to - from)}, digest);
        ra_buf_printf(&want, "'sha256-%s='", digest);
        assert_non_null(strstr(text, want.p));
        assert_null(strstr(to + 1, tags[i][0]));
    }
    ra_arena_free(&s.arena);
}

static void hostile_text_is_inert(void **state)
{
    (void)state;
    static const char bad[] = "\"><img src=x onerror=alert(1)><script>pwned()</script>\xE2\x80\xAE\033[2J\xFF";
    struct small s;
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    small_make(&s, "API");
    struct ra_waiver_used waiver = {.check = bad, .reach = bad, .reason = bad, .owner = bad, .expires = bad, .status = "used", .line = 3};
    struct ra_override_used override = {.check = bad, .severity = bad, .reason = bad, .line = 4};
    const char *missing[] = {bad}, *ids[] = {bad, bad};
    s.v.worst.sentence = s.v.profile.name = s.inv.target.hostname = s.inv.target.box.kind = s.inv.target.box.evidence = bad;
    s.inv.target.locator = s.inv.target.worktree = s.inv.tool_version = s.inv.coverage[0]->collector = bad;
    s.inv.coverage[0]->reason = s.inv.coverage[0]->not_seen[0] = s.inv.reaches[0]->title = s.inv.reaches[0]->id = bad;
    s.inv.reaches[1]->id = s.inv.reaches[1]->settled_by = bad;
    s.v.waivers = &waiver, s.v.n_waivers = 1, s.v.overrides = &override, s.v.n_overrides = 1;
    s.v.missing = missing, s.v.n_missing = 1, s.v.reasons = missing;
    s.v.findings[0] = (struct ra_finding){.check = bad, .ref = bad, .title = bad, .message = bad, .remedy = bad,
                                          .waiver = bad, .reaches = ids, .n_reaches = 2, .later = true};
    s.v.cuts[0] = (struct ra_cut){bad, ids, 2};
    s.v.consequences[0].id = s.v.steps[1].gives = s.v.steps[0].sentence = s.v.steps[1].sentence = bad;
    const char *text = page(&s, &b);
    assert_null(strstr(text, "<img"));
    assert_null(strstr(text, "<script>pwned"));
    assert_null(strstr(text, "\xE2\x80\xAE"));
    assert_null(memchr(b.p, '\033', b.n));
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, "&lt;script&gt;pwned()&lt;/script&gt;\\u{202e}\\x1b[2J\\xff")); at++)
        n++;
    assert_true(n > 25);
    ra_arena_free(&s.arena);
}

// ---- the picture ----------------------------------------------------------------------------------

static void crowd(struct small *s, size_t n, struct ra_rings *ret)
{
    struct ra_consequence *all = ra_new_array(&s->arena, struct ra_consequence, n);
    for (size_t i = 0; i < n; i++)
        all[i] = (struct ra_consequence){.id = ra_strfmt(&s->arena, "so:%zu", i), .radius = (enum ra_radius)(i % RA_RINGS),
            .certainty = RA_CERTAINTY_CERTAIN, .proved = true, .proved_radius = (enum ra_radius)(i % RA_RINGS)};
    if (n > 7)
        all[4].id = "so:readable/env:API", all[5].id = "so:disclosed/env:API"; // both on the path
    s->v.consequences = all;
    s->v.n_consequences = n;
    ra_rings_place(&s->arena, &s->v, ret);
}

static long square(long x)
{
    return x * x;
}

static void dots_keep_their_ring_and_their_distance(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 1200; n += n < 60 ? 1 : 57) {
        struct small s;
        struct ra_rings rings;
        small_make(&s, "API");
        s.v.profile.radius = (enum ra_radius)(n % RA_RINGS);
        crowd(&s, n, &rings);
        size_t shown = 0, more = 0;
        for (size_t i = 0; i < RA_RINGS; i++) {
            more += rings.more[i];
            assert_true(rings.more[i] == 0 || rings.in[i] > (i > 1 ? 20 : i ? 6 : 0));
        }
        for (size_t i = 0; i < n; i++) {
            const struct ra_dot *d = &rings.dots[i];
            if (!d->shown)
                continue;
            shown++;
            long r2 = square(d->x - RA_RING_CENTRE) + square(d->y - RA_RING_CENTRE);
            long inner = d->ring ? ra_ring_outer(d->ring - 1) : 0;
            assert_in_range(r2, square(inner + RA_DOT), square(ra_ring_outer(d->ring) - RA_DOT));
            for (size_t k = 0; k < i; k++) {
                const struct ra_dot *o = &rings.dots[k];
                long apart = (d->step ? RA_BADGE : RA_DOT) + (o->step ? RA_BADGE : RA_DOT);
                if (o->shown && square(d->x - o->x) + square(d->y - o->y) < square(apart))
                    fail_msg("%zu consequences: %zu and %zu touch", n, i, k);
            }
        }
        assert_int_equal(shown + more, n);
        assert_true(n <= 7 || (ra_rings_step(&rings, 1) && ra_rings_step(&rings, 2)));
        ra_arena_free(&s.arena);
    }
}

static void marks_tell_what_is_known(void **state)
{
    (void)state;
    struct small s;
    struct ra_rings rings;
    small_make(&s, "API");
    struct ra_consequence all[] = {
        {.id = "so:a", .radius = RA_RADIUS_PERSON, .certainty = RA_CERTAINTY_CERTAIN, .proved = true,
         .proved_radius = RA_RADIUS_PERSON},
        {.id = "so:b", .radius = RA_RADIUS_PERSON, .certainty = RA_CERTAINTY_CERTAIN, .proved = true,
         .proved_radius = RA_RADIUS_GRANT},
        {.id = "so:c", .radius = RA_RADIUS_PERSON, .certainty = RA_CERTAINTY_LIKELY},
        {.id = "so:d", .radius = RA_RADIUS_SANDBOX, .certainty = RA_CERTAINTY_CERTAIN, .proved = true,
         .proved_radius = RA_RADIUS_SANDBOX, .dormant = true, .dormant_radius = RA_RADIUS_ORGANIZATION},
        {.id = "so:e", .radius = RA_RADIUS_PERSON, .certainty = RA_CERTAINTY_POSSIBLE, .proved = true,
         .proved_radius = RA_RADIUS_PERSON},
    };
    static const enum ra_mark want[] = {RA_MARK_PROVED, RA_MARK_ASSUMED, RA_MARK_ASSUMED, RA_MARK_ASLEEP, RA_MARK_POSSIBLE};
    s.v.consequences = all;
    s.v.n_consequences = RA_COUNT(all);
    ra_rings_place(&s.arena, &s.v, &rings);
    for (size_t i = 0; i < RA_COUNT(all); i++)
        assert_int_equal(rings.dots[i].mark, want[i]);
    assert_int_equal(rings.dots[3].ring, RA_RADIUS_ORGANIZATION);
    assert_int_equal(rings.in[RA_RADIUS_SANDBOX], 0);
    ra_arena_free(&s.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes), cmocka_unit_test(commands_are_code), cmocka_unit_test(says_it_in_order),
        cmocka_unit_test(nothing_found_is_never_nothing_looked_at), cmocka_unit_test(policy_names_the_blocks),
        cmocka_unit_test(hostile_text_is_inert), cmocka_unit_test(dots_keep_their_ring_and_their_distance),
        cmocka_unit_test(marks_tell_what_is_known)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
