// SARIF 2.1.0, for code scanning: the checks as rules, one result a finding (sarif_results.c), and what was not seen as
// notifications of the run, so that a log without results never looks like a clean machine. Decides nothing.
// Source: Static Analysis Results Interchange Format (SARIF) Version 2.1.0, OASIS.
#include "reports/sarif.h"

#include <string.h>

#include "model/write.h"

#define SCHEMA "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
enum { MOST_PLACES = 20 }; // named in one notification; the json report has them all

const char *ra_sarif_level(enum ra_severity severity)
{
    switch (severity) {
    case RA_SEVERITY_INFO:
    case RA_SEVERITY_LOW:
        return "note";
    case RA_SEVERITY_MEDIUM:
        return "warning";
    case RA_SEVERITY_HIGH:
    case RA_SEVERITY_CRITICAL:
        return "error";
    }
    return "error";
}

// The middle of the bands in which code scanning sorts: low from 0.1, medium from 4, high from 7, critical from 9.
const char *ra_sarif_security(enum ra_severity severity)
{
    static const char *const score[] = {"0.0", "2.0", "5.5", "8.0", "9.5"};
    return score[severity];
}

void ra_sarif_message(struct ra_sarif *s, const char *key, const char *text)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf safe = {0};
    ra_escape_message(&safe, text);
    ra_json_key(&s->w, key);
    ra_json_open(&s->w, '{');
    ra_json_kstr(&s->w, "text", ra_buf_view(&safe).p);
    ra_json_close(&s->w, '}');
}

// ---- rules ------------------------------------------------------------------------------------------

size_t ra_sarif_rule(const struct ra_sarif *s, const char *check)
{
    size_t at = ra_check_text_find(check), known = 0;
    if (at != RA_NO_CHECK)
        return at;
    while (ra_check_text(known))
        known++;
    for (at = 0; at < s->n_strange && strcmp(s->strange[at], check) != 0;)
        at++;
    return known + at;
}

static void find_strange(struct ra_sarif *s)
{
    for (size_t i = 0; i < s->v->n_findings; i++) {
        const char *check = s->v->findings[i].check;
        bool seen = ra_check_text_find(check) != RA_NO_CHECK;
        for (size_t k = 0; k < s->n_strange && !seen; k++)
            seen = strcmp(s->strange[k], check) == 0;
        if (seen)
            continue;
        s->strange = ra_grow(s->arena, s->strange, s->n_strange, &s->cap_strange, sizeof(*s->strange));
        s->strange[s->n_strange++] = check;
    }
}

// The gravest that the rule found here; false where it found nothing.
static bool gravest(const struct ra_verdict *v, const char *check, enum ra_severity *ret)
{
    bool any = false;
    *ret = RA_SEVERITY_INFO;
    for (size_t i = 0; i < v->n_findings; i++) {
        const struct ra_finding *f = &v->findings[i];
        if (f->status == RA_STATUS_NOT_APPLICABLE || strcmp(f->check, check) != 0)
            continue;
        any = true;
        *ret = f->severity > *ret ? f->severity : *ret;
    }
    return any;
}

static void help(struct ra_sarif *s, const struct ra_check_text *rule)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf remedy = {0}, marked = {0};
    const char *rest = rule->remedy;
    for (const char *at; (at = strstr(rest, "{it}")); rest = at + strlen("{it}")) {
        ra_buf_add(&remedy, rest, (size_t)(at - rest));
        ra_buf_puts(&remedy, "it");
    }
    ra_buf_puts(&remedy, rest);
    ra_escape_markdown(&marked, remedy.p);
    ra_json_key(&s->w, "help");
    ra_json_open(&s->w, '{');
    ra_json_kstr(&s->w, "text", ra_strfmt(s->arena, "Catches %s. Remedy: %s.", rule->catches, remedy.p));
    ra_json_kstr(&s->w, "markdown", ra_strfmt(s->arena, "**Catches** %s.\n\n**Remedy**: %s.\n\n`reachaudit explain %s`",
                                              rule->catches, marked.p, rule->id));
    ra_json_close(&s->w, '}');
}

static void rule_object(struct ra_sarif *s, const struct ra_check_text *rule)
{
    enum ra_severity worst;
    bool found = gravest(s->v, rule->id, &worst);
    struct ra_json_out *w = &s->w;
    ra_json_open(w, '{');
    ra_json_kstr(w, "id", rule->id);
    ra_sarif_message(s, "shortDescription", ra_strfmt(s->arena, "%s.", rule->title));
    if (rule->catches) {
        ra_sarif_message(s, "fullDescription", ra_strfmt(s->arena, "%s: %s.", rule->title, rule->catches));
        help(s, rule);
        ra_json_kstr(w, "helpUri", ra_strfmt(s->arena, "man:reachaudit-checks(7)#%s", rule->id));
    }
    ra_json_key(w, "defaultConfiguration");
    ra_json_open(w, '{');
    ra_json_kstr(w, "level", found ? ra_sarif_level(worst) : "warning");
    ra_json_close(w, '}');
    ra_json_key(w, "properties");
    ra_json_open(w, '{');
    if (found)
        ra_json_kstr(w, "security-severity", ra_sarif_security(worst));
    const char *area = ra_strndup(s->arena, ra_span_cut(ra_span_of(rule->id), 0, strcspn(rule->id, "/")));
    const char *const tags[] = {"security", area};
    ra_write_texts(w, "tags", tags, RA_COUNT(tags));
    ra_json_close(w, '}');
    ra_json_close(w, '}');
}

static void tool(struct ra_sarif *s)
{
    struct ra_json_out *w = &s->w;
    ra_json_key(w, "tool");
    ra_json_open(w, '{');
    ra_json_key(w, "driver");
    ra_json_open(w, '{');
    ra_json_kstr(w, "name", "reachaudit");
    ra_json_kstr(w, "version", s->inv->tool_version);
    ra_json_key(w, "rules");
    ra_json_open(w, '[');
    for (size_t i = 0; ra_check_text(i); i++)
        rule_object(s, ra_check_text(i));
    for (size_t i = 0; i < s->n_strange; i++)
        rule_object(s, &(struct ra_check_text){.id = s->strange[i], .title = s->strange[i]});
    ra_json_close(w, ']');
    ra_json_close(w, '}');
    ra_json_close(w, '}');
}

// ---- the run ----------------------------------------------------------------------------------------

static void notification(struct ra_sarif *s, const char *level, const char *text)
{
    struct ra_json_out *w = &s->w;
    size_t blind = ra_check_text_find("blind/surface");
    ra_json_open(w, '{');
    ra_json_kstr(w, "level", level);
    ra_sarif_message(s, "message", text);
    if (blind != RA_NO_CHECK) {
        ra_json_key(w, "associatedRule");
        ra_json_open(w, '{');
        ra_json_kstr(w, "id", "blind/surface");
        ra_json_kint(w, "index", (int64_t)blind);
        ra_json_close(w, '}');
    }
    ra_json_close(w, '}');
}

static void notifications(struct ra_sarif *s)
{
    ra_json_key(&s->w, "toolExecutionNotifications");
    ra_json_open(&s->w, '[');
    for (size_t i = 0; i < s->inv->n_coverage; i++) {
        const struct ra_coverage *c = s->inv->coverage[i];
        RA_CLEANUP(ra_buf_free) struct ra_buf why = {0};
        if (ra_surface_gap(&why, s->inv, c, MOST_PLACES))
            notification(s, c->status == RA_RUN_FAILED ? "error" : "warning", why.p);
    }
    if (s->inv->n_coverage == 0)
        notification(s, "warning", "Nothing was looked at.");
    ra_json_close(&s->w, ']');
}

static void invocation(struct ra_sarif *s)
{
    struct ra_json_out *w = &s->w;
    ra_json_key(w, "invocations");
    ra_json_open(w, '[');
    ra_json_open(w, '{');
    if (s->inv->stamp) {
        char when[RA_STAMP_BYTES];
        ra_report_stamp(s->inv->now_s, when);
        if (when[0] != 'u') // "unknown" is no time
            ra_json_kstr(w, "endTimeUtc", when);
    }
    ra_json_kint(w, "exitCode", s->v->exit_status);
    ra_json_kstr(w, "exitCodeDescription", ra_verdict_name(s->v->verdict));
    ra_json_kbool(w, "executionSuccessful", s->v->verdict != RA_VERDICT_INCOMPLETE);
    notifications(s);
    ra_json_close(w, '}');
    ra_json_close(w, ']');
}

static void number(struct ra_json_out *w, const char *key, enum ra_radius radius, int score, const char *sentence,
                   const char *consequence)
{
    ra_json_key(w, key);
    ra_json_open(w, '{');
    ra_json_kstr(w, "radius", ra_radius_name(radius));
    ra_json_kint(w, "score", score);
    ra_write_optional(w, "sentence", sentence);
    ra_write_optional(w, "consequence", consequence);
    ra_json_close(w, '}');
}

static void properties(struct ra_sarif *s)
{
    const struct ra_worst *worst = &s->v->worst;
    struct ra_json_out *w = &s->w;
    ra_json_key(w, "properties");
    ra_json_open(w, '{');
    ra_json_kstr(w, "verdict", ra_verdict_name(s->v->verdict));
    ra_json_kstr(w, "profile", s->v->profile.name);
    number(w, "worst_case", worst->radius, worst->score, worst->sentence, worst->consequence);
    number(w, "proved", worst->proved.radius, worst->proved.score, NULL, NULL);
    ra_write_texts(w, "reasons", s->v->reasons, s->v->n_reasons);
    ra_json_close(w, '}');
}

void ra_report_sarif(const struct ra_inventory *inv, const struct ra_verdict *v, const struct ra_report_options *o,
                     struct ra_buf *out)
{
    (void)o;
    RA_CLEANUP(ra_arena_free) struct ra_arena arena = {0};
    struct ra_sarif s = {.w = ra_json_out_to(out, false), .arena = &arena, .inv = inv, .v = v,
                         .reaches = ra_by_id(&arena, inv)};
    find_strange(&s);
    ra_sarif_fingerprints(&s);
    struct ra_json_out *w = &s.w;
    ra_json_open(w, '{');
    ra_json_kstr(w, "$schema", SCHEMA);
    ra_json_kstr(w, "version", "2.1.0");
    ra_json_key(w, "runs");
    ra_json_open(w, '[');
    ra_json_open(w, '{');
    tool(&s);
    invocation(&s);
    ra_sarif_base_ids(&s);
    ra_json_kstr(w, "columnKind", "utf16CodeUnits");
    ra_sarif_results(&s);
    properties(&s);
    ra_json_close(w, '}');
    ra_json_close(w, ']');
    ra_json_close(w, '}');
}
