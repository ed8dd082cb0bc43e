// JUnit XML, for the test page of a CI: one suite for the verdict, one for each area of the checks, one for what was
// looked at. Nothing is green that the gate would not pass: a failing finding is a failure, an unknown one that keeps the
// verdict open an error, an unseen surface never a success. What the profile does not count is skipped, in plain sight.
// Source: the schema of the Jenkins xUnit plugin (junit-10.xsd), which fixes names and order of what stands here.
#include <inttypes.h>
#include <string.h>

#include "reports/parts.h"
#include "reports/phrases.h"

enum outcome { SUCCESS, FAILURE, ERROR, SKIPPED, N_OUTCOMES };

struct suite {
    struct ra_buf cases;
    size_t n[N_OUTCOMES];
};

static void attribute(struct ra_buf *out, const char *name, const char *value)
{
    ra_buf_printf(out, " %s=\"", name);
    ra_escape_xml(out, value);
    ra_buf_putc(out, '"');
}

static void suite_free(struct suite *s)
{
    ra_buf_free(&s->cases);
}

// `what` says why, `lines` holds what follows, one fact a line; both plain text.
static void test_case(struct suite *s, const char *class, const char *name, enum outcome outcome, const char *type,
                      const char *what, const struct ra_buf *lines)
{
    static const char *const tag[] = {NULL, "failure", "error", "skipped"};
    struct ra_buf *b = &s->cases;
    s->n[outcome]++;
    ra_buf_puts(b, "    <testcase");
    attribute(b, "classname", class);
    attribute(b, "name", name);
    ra_buf_puts(b, " time=\"0\">\n");
    if (tag[outcome]) {
        ra_buf_printf(b, "      <%s", tag[outcome]);
        if (outcome != SKIPPED)
            attribute(b, "type", type);
        attribute(b, "message", what);
        ra_buf_puts(b, "/>\n");
    }
    if (lines->n) {
        struct ra_span rest = ra_buf_view(lines), line;
        ra_buf_puts(b, "      <system-out>");
        while (ra_span_line(&rest, &line)) {
            RA_CLEANUP(ra_buf_free) struct ra_buf copy = {0};
            ra_buf_span(&copy, line);
            ra_escape_xml(b, ra_buf_view(&copy).p);
            ra_buf_putc(b, '\n');
        }
        ra_buf_puts(b, "</system-out>\n");
    }
    ra_buf_puts(b, "    </testcase>\n");
}

static size_t total(const struct suite *s)
{
    return s->n[SUCCESS] + s->n[FAILURE] + s->n[ERROR] + s->n[SKIPPED];
}

static void close_suite(struct ra_buf *out, const struct ra_inventory *inv, const char *name, const struct suite *s,
                        const struct ra_buf *properties)
{
    ra_buf_puts(out, "  <testsuite");
    attribute(out, "name", name);
    ra_buf_printf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"0\"", total(s),
                  s->n[FAILURE], s->n[ERROR], s->n[SKIPPED]);
    if (inv->target.hostname)
        attribute(out, "hostname", inv->target.hostname);
    if (inv->stamp) {
        char when[RA_STAMP_BYTES];
        ra_report_stamp(inv->now_s, when);
        attribute(out, "timestamp", when);
    }
    ra_buf_puts(out, ">\n");
    if (properties)
        ra_buf_span(out, ra_buf_view(properties));
    ra_buf_span(out, ra_buf_view(&s->cases));
    ra_buf_puts(out, "  </testsuite>\n");
}

static void add(struct ra_buf *lines, const char *key, const char *value)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf one = {0};
    ra_escape_terminal(&one, value); // a line stays a line
    ra_buf_printf(lines, "%s: %s\n", key, ra_buf_view(&one).p);
}

// ---- the verdict ------------------------------------------------------------------------------------

static void property(struct ra_buf *b, const char *name, const char *value)
{
    ra_buf_puts(b, "      <property");
    attribute(b, "name", name);
    attribute(b, "value", value);
    ra_buf_puts(b, "/>\n");
}

static void number(struct ra_buf *b, const char *name, int value)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf text = {0};
    ra_buf_printf(&text, "%d", value);
    property(b, name, text.p);
}

static void properties(struct ra_buf *b, const struct ra_inventory *inv, const struct ra_verdict *v)
{
    ra_buf_puts(b, "    <properties>\n");
    property(b, "verdict", ra_verdict_name(v->verdict));
    number(b, "exit_status", v->exit_status);
    property(b, "profile", v->profile.name);
    property(b, "worst_case.radius", ra_radius_name(v->worst.radius));
    number(b, "worst_case.score", v->worst.score);
    property(b, "worst_case.sentence", v->worst.sentence ? v->worst.sentence : "");
    property(b, "proved.radius", ra_radius_name(v->worst.proved.radius));
    number(b, "proved.score", v->worst.proved.score);
    property(b, "target", inv->target.locator ? inv->target.locator : "self");
    property(b, "version", inv->tool_version);
    ra_buf_puts(b, "    </properties>\n");
}

static void verdict(struct suite *s, const struct ra_verdict *v)
{
    static const enum outcome outcome[] = {SUCCESS, FAILURE, ERROR};
    RA_CLEANUP(ra_buf_free) struct ra_buf sentence = {0}, lines = {0};
    ra_report_sentence(v, &sentence);
    for (size_t i = 0; i < v->n_reasons; i++)
        add(&lines, "why", v->reasons[i]);
    for (size_t i = 0; i < v->worst.n_path; i++) {
        const struct ra_step *step = &v->steps[v->worst.path[i]];
        add(&lines, "step", step->sentence ? step->sentence : step->rule);
    }
    for (size_t i = 0; i < v->n_cuts; i++)
        add(&lines, "to pass", v->cuts[i].remedy);
    test_case(s, "reachaudit.verdict", "the worst case is within the profile", outcome[v->verdict],
              ra_verdict_name(v->verdict), sentence.p, &lines);
}

// ---- findings ---------------------------------------------------------------------------------------

static enum outcome judge(const struct ra_verdict *v, const struct ra_finding *f)
{
    switch (f->status) {
    case RA_STATUS_PASS:
        return SUCCESS;
    case RA_STATUS_FAIL:
        return ra_finding_counts(v, f) ? FAILURE : SKIPPED;
    case RA_STATUS_UNKNOWN:
        return ra_finding_counts(v, f) && v->verdict != RA_VERDICT_PASS ? ERROR : SKIPPED;
    case RA_STATUS_WAIVED:
    case RA_STATUS_NOT_APPLICABLE:
        return SKIPPED;
    }
    return ERROR;
}

static void finding(struct suite *s, const struct ra_verdict *v, const struct ra_finding *f)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf class = {0}, name = {0}, lines = {0}, what = {0};
    ra_buf_puts(&class, "reachaudit.");
    for (const char *p = f->check; *p; p++)
        ra_buf_putc(&class, *p == '/' ? '.' : *p);
    ra_buf_printf(&name, "%s%s", f->title, f->n_reaches ? ": " : "");
    ra_phrase_ids(&name, f->reaches, f->n_reaches, 3); // all stand below
    add(&lines, "check", f->check);
    add(&lines, "status", ra_status_name(f->status));
    add(&lines, "severity", ra_severity_name(f->severity));
    add(&lines, "certainty", ra_certainty_name(f->certainty));
    add(&lines, "radius", ra_radius_name(f->radius));
    for (size_t i = 0; i < f->n_reaches; i++)
        add(&lines, "reach", f->reaches[i]);
    if (f->message && *f->message)
        add(&lines, "message", f->message);
    if (f->remedy && *f->remedy)
        add(&lines, "remedy", f->remedy);
    if (f->status == RA_STATUS_WAIVED)
        ra_buf_printf(&what, "waived: %s", f->waiver ? f->waiver : "");
    else if (f->status == RA_STATUS_NOT_APPLICABLE)
        ra_buf_puts(&what, "does not apply here");
    else
        ra_buf_printf(&what, "%s, %s%s: %s", ra_status_name(f->status), ra_severity_name(f->severity),
                      ra_finding_counts(v, f) ? "" : ", below what the profile counts", f->message ? f->message : f->title);
    test_case(s, class.p, name.p, judge(v, f), f->check, what.p, &lines);
}

static struct ra_span area_of(const char *check)
{
    return ra_span_cut(ra_span_of(check), 0, strcspn(check, "/"));
}

static bool area_before(const struct ra_verdict *v, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (ra_span_eq(area_of(v->findings[i].check), area_of(v->findings[at].check)))
            return true;
    return false;
}

static void close_counted(struct ra_buf *out, const struct ra_inventory *inv, const char *name, struct suite *s,
                          const struct ra_buf *props, size_t all[N_OUTCOMES])
{
    close_suite(out, inv, name, s, props);
    for (size_t i = 0; i < N_OUTCOMES; i++)
        all[i] += s->n[i];
}

// One suite an area, in the order in which the findings first name it.
static void areas(struct ra_buf *out, const struct ra_inventory *inv, const struct ra_verdict *v, size_t all[N_OUTCOMES])
{
    for (size_t i = 0; i < v->n_findings; i++) {
        if (area_before(v, i))
            continue;
        RA_CLEANUP(suite_free) struct suite s = {0};
        RA_CLEANUP(ra_buf_free) struct ra_buf name = {0};
        struct ra_span area = area_of(v->findings[i].check);
        for (size_t k = i; k < v->n_findings; k++)
            if (ra_span_eq(area_of(v->findings[k].check), area))
                finding(&s, v, &v->findings[k]);
        ra_buf_puts(&name, "reachaudit.");
        ra_buf_span(&name, area);
        close_counted(out, inv, name.p, &s, NULL, all);
    }
}

// ---- what was looked at -----------------------------------------------------------------------------

static void surface(struct suite *s, const struct ra_inventory *inv, const struct ra_verdict *v, const struct ra_coverage *c)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf name = {0}, why = {0}, lines = {0};
    bool gap = ra_surface_gap(&why, inv, c, 3);
    enum outcome o = gap ? v->verdict == RA_VERDICT_PASS ? SKIPPED : ERROR : SUCCESS;
    if (ra_phrase_never_there(inv, c)) {
        ra_buf_puts(&why, "such a target has no such surface");
        o = SKIPPED;
    }
    ra_buf_printf(&name, "%s is seen whole", c->collector);
    add(&lines, "collector", c->collector);
    add(&lines, "status", ra_run_name(c->status));
    ra_buf_printf(&lines, "looked: %" PRIu64 "\n", c->looked);
    for (size_t i = 0; i < c->n_not_seen; i++)
        add(&lines, "not seen", c->not_seen[i]);
    test_case(s, "reachaudit.coverage", name.p, o, "not-seen", ra_buf_view(&why).p, &lines);
}

static void coverage(struct suite *s, const struct ra_inventory *inv, const struct ra_verdict *v)
{
    static const struct ra_buf none;
    for (size_t i = 0; i < inv->n_coverage; i++)
        surface(s, inv, v, inv->coverage[i]);
    if (inv->n_coverage == 0)
        test_case(s, "reachaudit.coverage", "something is looked at", v->verdict == RA_VERDICT_PASS ? SKIPPED : ERROR,
                  "not-seen", "nothing was looked at", &none);
}

void ra_report_junit(const struct ra_inventory *inv, const struct ra_verdict *v, const struct ra_report_options *o,
                     struct ra_buf *out)
{
    (void)o;
    RA_CLEANUP(ra_buf_free) struct ra_buf body = {0}, props = {0};
    RA_CLEANUP(suite_free) struct suite first = {0}, last = {0};
    size_t all[N_OUTCOMES] = {0};
    properties(&props, inv, v);
    verdict(&first, v);
    close_counted(&body, inv, "reachaudit.verdict", &first, &props, all);
    areas(&body, inv, v, all);
    coverage(&last, inv, v);
    close_counted(&body, inv, "reachaudit.coverage", &last, NULL, all);
    ra_buf_printf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                  "<testsuites name=\"reachaudit\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" time=\"0\">\n",
                  all[SUCCESS] + all[FAILURE] + all[ERROR] + all[SKIPPED], all[FAILURE], all[ERROR]);
    ra_buf_span(out, ra_buf_view(&body));
    ra_buf_puts(out, "</testsuites>\n");
}
