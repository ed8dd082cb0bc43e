// `explain`: why. A check: what it catches and what to do. A reach or a consequence: its evidence, what follows, what
// was found. The worst case: how it comes about. Reads a json report, given or made by an audit here and now; so it
// says nothing that the report does not hold.
#include <string.h>

#include "base/limits.h"
#include "checks/evaluate.h"
#include "cli/audit.h"
#include "cli/out.h"
#include "parse/json.h"
#include "reports/text.h"

enum { WIDTH = 80, LABEL = 11 };

static const char *text_of(struct ra_arena *a, const struct ra_json *v, const char *key)
{
    const struct ra_json *m = ra_json_get(v, key);
    return m ? ra_strndup(a, m->text) : "";
}

static bool holds(const struct ra_json *list, const char *id)
{
    for (const struct ra_json *i = list ? list->child : NULL; i; i = i->next)
        if (ra_span_is(i->text, id))
            return true;
    return false;
}

static void joined(struct ra_buf *b, const struct ra_json *list)
{
    for (const struct ra_json *i = list ? list->child : NULL; i; i = i->next) {
        if (i != list->child)
            ra_buf_puts(b, ", ");
        ra_buf_span(b, i->text);
    }
}

static void say_check(struct ra_text *t, const struct ra_check *c)
{
    ra_text_item(t, c->id, LABEL, RA_TINT_BOLD, c->title);
    ra_text_item(t, "Catches", LABEL, RA_TINT_NONE, c->catches);
    ra_text_item(t, "Remedy", LABEL, RA_TINT_NONE, c->remedy);
    ra_text_item(t, "See", LABEL, RA_TINT_NONE, "reachaudit-checks(7)");
}

static void say_step(struct ra_text *t, struct ra_arena *a, const struct ra_json *step, unsigned hang,
                     const char *lead)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    joined(&b, ra_json_get(step, "needs"));
    ra_buf_printf(&b, " gives %s (rule %s; %s, %s)", text_of(a, step, "gives"), text_of(a, step, "rule"),
                  text_of(a, step, "certainty"), text_of(a, step, "when"));
    ra_text_item(t, lead, hang, RA_TINT_NONE, b.p);
}

static void say_evidence(struct ra_text *t, struct ra_arena *a, const struct ra_json *reach)
{
    const struct ra_json *list = ra_json_get(reach, "evidence");
    ra_text_heading(t, "Evidence");
    for (const struct ra_json *e = list ? list->child : NULL; e; e = e->next) {
        RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
        ra_buf_printf(&b, "%s by %s: %s", text_of(a, e, "method"), text_of(a, e, "collector"),
                      text_of(a, e, "outcome"));
        const struct ra_json *source = ra_json_get(e, "source");
        for (const struct ra_json *s = source ? source->child : NULL; s; s = s->next) {
            ra_buf_puts(&b, ", ");
            ra_buf_span(&b, s->key);
            ra_buf_putc(&b, ' ');
            ra_buf_span(&b, s->text);
        }
        ra_text_item(t, "  -", 4, RA_TINT_NONE, b.p);
    }
}

static void say_details(struct ra_text *t, const struct ra_json *reach)
{
    const struct ra_json *list = ra_json_get(reach, "details");
    for (const struct ra_json *d = list ? list->child : NULL; d; d = d->next) {
        RA_CLEANUP(ra_buf_free) struct ra_buf key = {0}, value = {0};
        ra_buf_span(&key, d->key);
        ra_buf_span(&value, d->type == RA_JSON_TRUE ? RA_SPAN("yes") : d->type == RA_JSON_FALSE ? RA_SPAN("no") : d->text);
        ra_text_item(t, ra_buf_view(&key).p, LABEL, RA_TINT_NONE, ra_buf_view(&value).p);
    }
}

static void say_facts(struct ra_text *t, struct ra_arena *a, const struct ra_json *reach)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf access = {0}, b = {0};
    joined(&access, ra_json_get(reach, "access"));
    ra_text_itemf(t, "", 0, "%s", text_of(a, reach, "id"));
    ra_text_item(t, "Where", LABEL, RA_TINT_NONE, text_of(a, reach, "locator"));
    ra_buf_puts(&b, text_of(a, reach, "state"));
    if (access.n)
        ra_buf_printf(&b, "; access: %s", access.p);
    ra_text_item(t, "State", LABEL, RA_TINT_NONE, b.p);
    ra_buf_clear(&b);
    ra_buf_printf(&b, "%s, severity %s", text_of(a, reach, "radius"), text_of(a, reach, "severity"));
    if (ra_json_get(reach, "ceiling"))
        ra_buf_printf(&b, "; at most %s", text_of(a, reach, "ceiling"));
    if (ra_json_is_true(ra_json_get(reach, "dormant")))
        ra_buf_puts(&b, "; dormant, because no way out was found");
    ra_text_item(t, "Radius", LABEL, RA_TINT_NONE, b.p);
    if (ra_json_get(reach, "settled_by"))
        ra_text_item(t, "Settled by", LABEL, RA_TINT_NONE, text_of(a, reach, "settled_by"));
    say_details(t, reach);
}

static void say_following(struct ra_text *t, struct ra_arena *a, const struct ra_json *report, const char *id)
{
    const struct ra_json *steps = ra_json_get(report, "steps"), *findings = ra_json_get(report, "findings");
    bool any = false;
    for (const struct ra_json *s = steps ? steps->child : NULL; s; s = s->next)
        if (holds(ra_json_get(s, "needs"), id) || ra_span_is(ra_json_text(ra_json_get(s, "gives")), id)) {
            if (!any)
                ra_text_heading(t, "What follows");
            any = true;
            say_step(t, a, s, 4, "  -");
        }
    any = false;
    for (const struct ra_json *f = findings ? findings->child : NULL; f; f = f->next)
        if (holds(ra_json_get(f, "reaches"), id)) {
            if (!any)
                ra_text_heading(t, "What the checks say");
            any = true;
            ra_text_itemf(t, "  -", 4, "%s, %s [%s]: %s", text_of(a, f, "status"), text_of(a, f, "severity"),
                          text_of(a, f, "check"), text_of(a, f, "message"));
            if (*text_of(a, f, "remedy"))
                ra_text_itemf(t, "", 4, "Remedy: %s", text_of(a, f, "remedy"));
        }
}

static bool say_reach(struct ra_text *t, struct ra_arena *a, const struct ra_json *report, const char *id)
{
    const struct ra_json *reaches = ra_json_get(report, "reaches"), *so = ra_json_get(report, "consequences");
    for (const struct ra_json *r = reaches ? reaches->child : NULL; r; r = r->next)
        if (ra_span_is(ra_json_text(ra_json_get(r, "id")), id)) {
            say_facts(t, a, r);
            say_evidence(t, a, r);
            say_following(t, a, report, id);
            return true;
        }
    for (const struct ra_json *c = so ? so->child : NULL; c; c = c->next)
        if (ra_span_is(ra_json_text(ra_json_get(c, "id")), id)) {
            ra_text_itemf(t, "", 0, "%s", id);
            ra_text_itemf(t, "Radius", LABEL, "%s, severity %s (%s, %s)", text_of(a, c, "radius"),
                          text_of(a, c, "severity"), text_of(a, c, "certainty"), text_of(a, c, "when"));
            say_following(t, a, report, id);
            return true;
        }
    return false;
}

static void say_worst_case(struct ra_text *t, struct ra_arena *a, const struct ra_json *report)
{
    const struct ra_json *w = ra_json_get(report, "worst_case"), *proved = ra_json_get(w, "proved");
    const struct ra_json *path = ra_json_get(w, "path");
    ra_text_itemf(t, "", 0, "%s: %s.", text_of(a, report, "verdict"), text_of(a, w, "sentence"));
    ra_text_itemf(t, "Worst case", LABEL + 2, "%s, score %s", text_of(a, w, "radius"), text_of(a, w, "score"));
    ra_text_itemf(t, "Proved", LABEL + 2, "%s, score %s", text_of(a, proved, "radius"), text_of(a, proved, "score"));
    if (*text_of(a, w, "consequence"))
        ra_text_item(t, "Consequence", LABEL + 2, RA_TINT_NONE, text_of(a, w, "consequence"));
    if (path && path->child)
        ra_text_heading(t, "Step by step");
    unsigned n = 0;
    for (const struct ra_json *s = path ? path->child : NULL; s; s = s->next)
        say_step(t, a, s, 5, ra_strfmt(a, "%3u.", ++n));
}

// The report to explain from: the file that was named, or an audit of this process.
static int obtain(struct ra_arena *a, struct ra_options *o, const struct ra_self *self, struct ra_buf *ret,
                  struct ra_error *err)
{
    if (o->args.n == 2)
        return ra_read_input(o->args.items[1], RA_MAX_INVENTORY_BYTES, ret, err);
    struct ra_job job;
    struct ra_outcome out;
    if (ra_job_prepare(a, RA_JOB_AUDIT, o, self, &job, err))
        return err->code;
    struct ra_render json = {.format = ra_report_find("json")};
    job.renders = &json;
    job.n_renders = 1;
    ra_pipe_run(a, &job, &out);
    if (out.whole)
        ra_buf_span(ret, out.reports[0]);
    else
        ra_fail(err, RA_E_SYSTEM, "%s", out.error);
    ra_buf_free(&out.raw);
    return err->code;
}

static int explain_report(struct ra_arena *a, struct ra_options *o, const struct ra_self *self, struct ra_text *t,
                          struct ra_error *err)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf text = {0};
    const char *what = o->args.items[0], *from = o->args.n == 2 ? o->args.items[1] : "the report of this process";
    struct ra_json *report = NULL;
    if (obtain(a, o, self, &text, err))
        return err->code;
    if (ra_json_parse(a, ra_buf_view(&text), false, &report, err))
        return ra_input_error(err, "report", from);
    if (!ra_span_is(ra_json_text(ra_json_get(report, "schema")), "reachaudit-report/1"))
        return ra_fail(err, RA_E_USAGE, "%.300s: is no report of schema reachaudit-report/1", from);
    if (strcmp(what, "worst-case") == 0)
        say_worst_case(t, a, report);
    else if (!say_reach(t, a, report, what))
        return ra_fail(err, RA_E_USAGE, "%.150s: not in %.150s", what, from);
    return 0;
}

int ra_command_explain(int argc, char **argv, const struct ra_self *self);
int ra_command_explain(int argc, char **argv, const struct ra_self *self)
{
    RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
    RA_CLEANUP(ra_buf_free) struct ra_buf out = {0};
    struct ra_text t = {.out = &out, .width = WIDTH};
    struct ra_options o;
    struct ra_error err = {0};
    int status;
    if (!ra_command_begin(&a, argc, argv, RA_ON_EXPLAIN, &o, &status))
        return status;
    const char *what = o.args.n ? o.args.items[0] : "";
    const struct ra_check *check = ra_check_find(what);
    if (o.args.n < 1 || o.args.n > 2 || (check && o.args.n > 1))
        ra_fail(&err, RA_E_USAGE, "explain: needs a CHECK, a REACH [REPORT] or worst-case [REPORT]");
    else if (check)
        say_check(&t, check);
    else if (strcmp(what, "worst-case") != 0 && !strchr(what, ':'))
        ra_fail(&err, RA_E_USAGE, "%.200s: no such check (`list checks` names them), and no id of a reach", what);
    else
        explain_report(&a, &o, self, &t, &err);
    if (!err.code)
        ra_out_stdout(ra_buf_view(&out), &err);
    return err.code ? ra_command_fail(&err) : RA_EXIT_PASS;
}
