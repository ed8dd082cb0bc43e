// One result a finding, with its locations, its path as a code flow and the waiver that suppresses it.
#include "model/write.h"
#include "reports/sarif.h"

// What is unknown is open, never passed over; a waived finding stays a failure, and is suppressed.
static const char *kind(enum ra_status status)
{
    switch (status) {
    case RA_STATUS_PASS:
        return "pass";
    case RA_STATUS_FAIL:
    case RA_STATUS_WAIVED:
        return "fail";
    case RA_STATUS_UNKNOWN:
        return "open";
    case RA_STATUS_NOT_APPLICABLE:
        return "notApplicable";
    }
    return "open";
}

static void locations(struct ra_sarif *s, const struct ra_finding *f)
{
    struct ra_json_out *w = &s->w;
    ra_json_key(w, "locations");
    ra_json_open(w, '[');
    ra_sarif_location(s, f->n_reaches ? f->reaches[0] : NULL, NULL);
    ra_json_close(w, ']');
    if (f->n_reaches < 2)
        return;
    ra_json_key(w, "relatedLocations");
    ra_json_open(w, '[');
    for (size_t i = 1; i < f->n_reaches; i++)
        ra_sarif_location(s, f->reaches[i], f->reaches[i]);
    ra_json_close(w, ']');
}

// A step stands where the last of its needs that has a file stands: what it takes there is what makes it happen.
static const char *scene(struct ra_sarif *s, const struct ra_step *step)
{
    for (size_t i = 0; i < step->n_needs; i++) {
        const struct ra_reach *r = ra_by_id_find(&s->reaches, step->needs[i]);
        struct ra_place at;
        if (r && ra_place_of(r, &at))
            return step->needs[i];
    }
    for (size_t i = 0; i < step->n_needs; i++)
        if (ra_by_id_find(&s->reaches, step->needs[i]))
            return step->needs[i];
    return step->gives;
}

static void code_flow(struct ra_sarif *s, const struct ra_finding *f)
{
    struct ra_json_out *w = &s->w;
    if (!f->n_path)
        return;
    ra_json_key(w, "codeFlows");
    ra_json_open(w, '[');
    ra_json_open(w, '{');
    ra_json_key(w, "threadFlows");
    ra_json_open(w, '[');
    ra_json_open(w, '{');
    ra_json_key(w, "locations");
    ra_json_open(w, '[');
    for (size_t i = 0; i < f->n_path; i++) {
        const struct ra_step *step = &s->v->steps[f->path[i]];
        ra_json_open(w, '{');
        ra_json_key(w, "location");
        ra_sarif_location(s, scene(s, step), step->sentence ? step->sentence : step->rule);
        ra_json_kint(w, "executionOrder", (int64_t)i + 1);
        ra_json_key(w, "properties");
        ra_json_open(w, '{');
        ra_json_kstr(w, "rule", step->rule);
        ra_write_texts(w, "needs", step->needs, step->n_needs);
        ra_json_kstr(w, "gives", step->gives);
        ra_json_kstr(w, "certainty", ra_certainty_name(step->certainty));
        ra_json_kstr(w, "when", ra_when_name(step->when));
        ra_json_close(w, '}');
        ra_json_close(w, '}');
    }
    ra_json_close(w, ']');
    ra_json_close(w, '}');
    ra_json_close(w, ']');
    ra_json_close(w, '}');
    ra_json_close(w, ']');
}

static void suppression(struct ra_sarif *s, const struct ra_finding *f)
{
    struct ra_json_out *w = &s->w;
    ra_json_key(w, "suppressions");
    ra_json_open(w, '[');
    if (f->status == RA_STATUS_WAIVED) {
        RA_CLEANUP(ra_buf_free) struct ra_buf why = {0};
        ra_escape_message(&why, f->waiver ? f->waiver : "");
        ra_json_open(w, '{');
        ra_json_kstr(w, "kind", "external");
        ra_json_kstr(w, "status", "accepted");
        ra_json_kstr(w, "justification", why.n ? why.p : "The profile gives no reason.");
        ra_json_close(w, '}');
    }
    ra_json_close(w, ']');
}

static void properties(struct ra_sarif *s, const struct ra_finding *f)
{
    struct ra_json_out *w = &s->w;
    ra_json_key(w, "properties");
    ra_json_open(w, '{');
    ra_json_kstr(w, "status", ra_status_name(f->status));
    ra_json_kstr(w, "severity", ra_severity_name(f->severity));
    ra_json_kstr(w, "certainty", ra_certainty_name(f->certainty));
    ra_json_kstr(w, "radius", ra_radius_name(f->radius));
    ra_json_kstr(w, "security-severity", ra_sarif_security(f->severity));
    ra_write_texts(w, "reaches", f->reaches, f->n_reaches);
    ra_write_optional(w, "remedy", f->remedy);
    ra_write_optional(w, "ref", f->ref);
    if (f->profile_line)
        ra_json_kint(w, "profile_line", f->profile_line);
    if (f->later)
        ra_json_kbool(w, "later", true);
    ra_json_close(w, '}');
}

static void result(struct ra_sarif *s, size_t at)
{
    const struct ra_finding *f = &s->v->findings[at];
    struct ra_json_out *w = &s->w;
    bool fails = f->status == RA_STATUS_FAIL || f->status == RA_STATUS_WAIVED;
    ra_json_open(w, '{');
    ra_json_kstr(w, "ruleId", f->check);
    ra_json_kint(w, "ruleIndex", (int64_t)ra_sarif_rule(s, f->check));
    ra_json_kstr(w, "kind", kind(f->status));
    ra_json_kstr(w, "level", fails ? ra_sarif_level(f->severity) : "none"); // SARIF 3.27.10
    ra_sarif_message(s, "message", f->message && *f->message ? f->message : f->title);
    locations(s, f);
    ra_json_key(w, "partialFingerprints");
    ra_json_open(w, '{');
    ra_json_kstr(w, "primaryLocationLineHash", s->fingerprints[at]);
    ra_json_kstr(w, "reachaudit/v1", s->fingerprints[at]);
    ra_json_close(w, '}');
    code_flow(s, f);
    suppression(s, f);
    properties(s, f);
    ra_json_close(w, '}');
}

void ra_sarif_results(struct ra_sarif *s)
{
    ra_json_key(&s->w, "results");
    ra_json_open(&s->w, '[');
    for (size_t i = 0; i < s->v->n_findings; i++)
        result(s, i);
    ra_json_close(&s->w, ']');
}
