// The report for programs, schema "reachaudit-report/1": the fields of reachaudit-report(5) in that order,
// described by reachaudit-report-1.schema.json. Says everything that the inventory and the verdict hold for
// readers and decides nothing. Optional fields are left out, never null; an unknown uid is null.
#include "reports/json_parts.h"

#include "model/stored_report.h"
#include "model/write.h"

static void number_or_null(struct ra_json_out *w, const char *key, int64_t value)
{
    ra_json_key(w, key);
    if (value < 0)
        ra_json_str(w, NULL);
    else
        ra_json_int(w, value);
}

static void target(struct ra_json_out *w, const struct ra_target_facts *t)
{
    ra_json_key(w, "target");
    ra_json_open(w, '{');
    ra_json_kstr(w, "kind", t->kind ? t->kind : "self");
    ra_json_kstr(w, "locator", t->locator ? t->locator : "self");
    number_or_null(w, "uid", t->uid);
    number_or_null(w, "gid", t->gid);
    ra_write_optional(w, "hostname", t->hostname);
    ra_write_optional(w, "worktree", t->worktree);
    ra_json_key(w, "box");
    ra_json_open(w, '{');
    ra_json_kstr(w, "kind", t->box.kind ? t->box.kind : "unknown");
    ra_json_kbool(w, "shared_kernel", t->box.shared_kernel);
    ra_json_kstr(w, "evidence", t->box.evidence ? t->box.evidence : "");
    ra_json_close(w, '}');
    ra_json_close(w, '}');
}

static void profile(struct ra_json_out *w, const struct ra_profile_facts *p)
{
    ra_json_key(w, "profile");
    ra_json_open(w, '{');
    ra_json_kstr(w, "name", p->name);
    ra_json_kstr(w, "digest", p->digest);
    ra_json_kstr(w, "radius", ra_radius_name(p->radius));
    if (p->score >= 0)
        ra_json_kint(w, "score", p->score);
    ra_json_kstr(w, "fail_on", ra_severity_name(p->fail_on));
    ra_json_kstr(w, "unknown", p->unknown);
    ra_json_kstr(w, "source", p->source);
    ra_json_kstr(w, "supervision", p->supervision);
    ra_json_close(w, '}');
}

static void step(struct ra_json_out *w, const struct ra_step *s)
{
    ra_json_open(w, '{');
    ra_json_kstr(w, "rule", s->rule);
    ra_write_texts(w, "needs", s->needs, s->n_needs);
    ra_json_kstr(w, "gives", s->gives);
    ra_json_kstr(w, "certainty", ra_certainty_name(s->certainty));
    ra_json_kstr(w, "when", ra_when_name(s->when));
    ra_write_optional(w, "sentence", s->sentence);
    ra_json_close(w, '}');
}

static void path(struct ra_json_out *w, const struct ra_verdict *v, const size_t *steps, size_t n)
{
    ra_json_key(w, "path");
    ra_json_open(w, '[');
    for (size_t i = 0; i < n; i++)
        step(w, &v->steps[steps[i]]);
    ra_json_close(w, ']');
}

static void terms(struct ra_json_out *w, const struct ra_score_terms *t)
{
    if (t->n == 0)
        return;
    ra_json_key(w, "terms");
    ra_json_open(w, '{');
    ra_json_kstr(w, "severity", ra_severity_name(t->severity));
    ra_json_kbool(w, "certain", t->certain);
    ra_json_kint(w, "consequences", (int64_t)t->n);
    ra_json_close(w, '}');
}

static void worst_case(struct ra_json_out *w, const struct ra_verdict *v)
{
    const struct ra_worst *worst = &v->worst;
    ra_json_key(w, "worst_case");
    ra_json_open(w, '{');
    ra_json_kstr(w, "radius", ra_radius_name(worst->radius));
    ra_json_kint(w, "score", worst->score);
    terms(w, &worst->terms);
    ra_json_kstr(w, "sentence", worst->sentence);
    ra_json_kstr(w, "consequence", worst->consequence);
    path(w, v, worst->path, worst->n_path);
    ra_json_key(w, "proved");
    ra_json_open(w, '{');
    ra_json_kstr(w, "radius", ra_radius_name(worst->proved.radius));
    ra_json_kint(w, "score", worst->proved.score);
    terms(w, &worst->proved.terms);
    ra_write_optional(w, "sentence", worst->proved.sentence);
    ra_write_optional(w, "consequence", worst->proved.consequence);
    ra_json_close(w, '}');
    ra_json_key(w, "trifecta");
    ra_json_open(w, '{');
    for (size_t i = 0; i < RA_COUNT(worst->legs); i++) {
        ra_json_key(w, worst->legs[i].name);
        ra_json_open(w, '{');
        ra_json_kstr(w, "state", ra_state_name(worst->legs[i].state));
        ra_write_texts(w, "reaches", worst->legs[i].reaches, worst->legs[i].n_reaches);
        ra_json_close(w, '}');
    }
    ra_json_close(w, '}');
    ra_json_close(w, '}');
}

static void reach(struct ra_json_out *w, const struct ra_reach *r, const struct ra_reach_view *view)
{
    ra_json_open(w, '{');
    ra_json_kstr(w, "id", r->id);
    ra_json_kstr(w, "kind", ra_kind_row(r->kind)->name);
    ra_json_kstr(w, "locator", r->locator);
    ra_write_optional(w, "role", r->role);
    ra_write_optional(w, "ref", r->ref);
    ra_write_optional(w, "title", r->title);
    ra_write_set(w, "access", r->access, RA_ACCESS_BITS, ra_access_name);
    ra_json_kstr(w, "state", ra_state_name(r->state));
    ra_json_kstr(w, "radius", ra_radius_name(view->radius));
    ra_json_kstr(w, "severity", ra_severity_name(view->severity));
    if (view->dormant)
        ra_json_kbool(w, "dormant", true);
    if (r->state == RA_STATE_UNKNOWN || r->ceiling > r->least)
        ra_json_kstr(w, "ceiling", ra_radius_name(r->ceiling));
    ra_write_optional(w, "settled_by", r->settled_by);
    ra_write_details(w, r);
    ra_write_evidence(w, r);
    ra_json_close(w, '}');
}

static void reaches(struct ra_json_out *w, const struct ra_inventory *inv, const struct ra_verdict *v)
{
    ra_json_key(w, "reaches");
    ra_json_open(w, '[');
    for (size_t i = 0; i < inv->n_reaches; i++)
        if (inv->reaches[i]->state != RA_STATE_ABSENT)
            reach(w, inv->reaches[i], &v->reaches[i]);
    ra_json_close(w, ']');
}

static void derivations(struct ra_json_out *w, const struct ra_verdict *v)
{
    ra_json_key(w, "steps");
    ra_json_open(w, '[');
    for (size_t i = 0; i < v->n_steps; i++)
        step(w, &v->steps[i]);
    ra_json_close(w, ']');
    ra_json_key(w, "consequences");
    ra_json_open(w, '[');
    for (size_t i = 0; i < v->n_consequences; i++) {
        const struct ra_consequence *c = &v->consequences[i];
        ra_json_open(w, '{');
        ra_json_kstr(w, "id", c->id);
        ra_json_kstr(w, "radius", ra_radius_name(c->radius));
        ra_json_kstr(w, "severity", ra_severity_name(c->severity));
        ra_json_kstr(w, "certainty", ra_certainty_name(c->certainty));
        ra_json_kstr(w, "when", ra_when_name(c->when));
        if (c->proved)
            ra_json_kstr(w, "proved", ra_radius_name(c->proved_radius));
        if (c->dormant)
            ra_json_kstr(w, "dormant", ra_radius_name(c->dormant_radius));
        ra_json_kint(w, "step", (int64_t)c->step);
        ra_json_close(w, '}');
    }
    ra_json_close(w, ']');
}

void ra_json_finding(struct ra_json_out *w, const struct ra_verdict *v, const struct ra_finding *f)
{
    ra_json_kstr(w, "check", f->check);
    ra_write_optional(w, "ref", f->ref);
    ra_json_kstr(w, "title", f->title);
    ra_json_kstr(w, "status", ra_status_name(f->status));
    ra_json_kstr(w, "severity", ra_severity_name(f->severity));
    ra_json_kstr(w, "certainty", ra_certainty_name(f->certainty));
    ra_json_kstr(w, "radius", ra_radius_name(f->radius));
    ra_write_texts(w, "reaches", f->reaches, f->n_reaches);
    path(w, v, f->path, f->n_path);
    ra_json_kstr(w, "message", f->message ? f->message : "");
    ra_json_kstr(w, "remedy", f->remedy ? f->remedy : "");
    if (f->profile_line)
        ra_json_kint(w, "profile_line", f->profile_line);
    ra_write_optional(w, "waiver", f->waiver);
    if (f->later)
        ra_json_kbool(w, "later", true);
}

static void to_pass(struct ra_json_out *w, const struct ra_verdict *v)
{
    ra_json_key(w, "to_pass");
    ra_json_open(w, '{');
    ra_json_kbool(w, "exact", v->cut_exact);
    ra_json_key(w, "steps");
    ra_json_open(w, '[');
    for (size_t i = 0; i < v->n_cuts; i++) {
        ra_json_open(w, '{');
        ra_json_kstr(w, "remedy", v->cuts[i].remedy);
        ra_write_texts(w, "cuts", v->cuts[i].cuts, v->cuts[i].n_cuts);
        ra_json_close(w, '}');
    }
    ra_json_close(w, ']');
    ra_json_close(w, '}');
}

static void coverage(struct ra_json_out *w, const struct ra_inventory *inv)
{
    ra_json_key(w, "coverage");
    ra_json_open(w, '[');
    for (size_t i = 0; i < inv->n_coverage; i++) {
        const struct ra_coverage *c = inv->coverage[i];
        ra_json_open(w, '{');
        ra_json_kstr(w, "collector", c->collector);
        ra_json_kstr(w, "status", ra_run_name(c->status));
        ra_write_count(w, "looked", c->looked);
        ra_write_count(w, "present", c->present);
        ra_write_count(w, "denied", c->denied);
        ra_write_count(w, "unknown", c->unknown);
        ra_write_texts(w, "not_seen", c->not_seen, c->n_not_seen);
        ra_write_optional(w, "reason", c->reason);
        ra_json_close(w, '}');
    }
    ra_json_close(w, ']');
}

static void profile_uses(struct ra_json_out *w, const struct ra_verdict *v)
{
    ra_json_key(w, "waivers");
    ra_json_open(w, '[');
    for (size_t i = 0; i < v->n_waivers; i++) {
        const struct ra_waiver_used *u = &v->waivers[i];
        ra_json_open(w, '{');
        ra_json_kstr(w, "check", u->check);
        ra_json_kstr(w, "reach", u->reach);
        ra_json_kstr(w, "reason", u->reason);
        ra_write_optional(w, "owner", u->owner);
        ra_write_optional(w, "expires", u->expires);
        ra_json_kstr(w, "status", u->status);
        ra_json_kint(w, "line", u->line);
        ra_json_close(w, '}');
    }
    ra_json_close(w, ']');
    ra_json_key(w, "overrides");
    ra_json_open(w, '[');
    for (size_t i = 0; i < v->n_overrides; i++) {
        const struct ra_override_used *u = &v->overrides[i];
        ra_json_open(w, '{');
        ra_json_kstr(w, u->grant ? "grant" : "check", u->grant ? u->grant : u->check);
        ra_json_kstr(w, u->grant ? "radius" : "severity", u->grant ? u->radius : u->severity);
        ra_write_optional(w, "reason", u->reason);
        ra_json_kint(w, "line", u->line);
        ra_json_close(w, '}');
    }
    ra_json_close(w, ']');
    ra_write_texts(w, "missing", v->missing, v->n_missing);
}

void ra_json_verdict(struct ra_json_out *w, const struct ra_inventory *inv, const struct ra_verdict *v)
{
    ra_write_tool(w, inv);
    if (inv->stamp) {
        char when[RA_STAMP_BYTES];
        ra_report_stamp(inv->now_s, when);
        ra_json_kstr(w, "stamp", when);
    }
    target(w, &inv->target);
    ra_write_asked(w, &inv->asked);
    profile(w, &v->profile);
    ra_json_kstr(w, "verdict", ra_verdict_name(v->verdict));
    ra_json_kint(w, "exit_status", v->exit_status);
    ra_write_texts(w, "reasons", v->reasons, v->n_reasons);
    worst_case(w, v);
}

void ra_json_summary(struct ra_json_out *w, const struct ra_inventory *inv, const struct ra_verdict *v)
{
    to_pass(w, v);
    coverage(w, inv);
    profile_uses(w, v);
}

void ra_report_json(const struct ra_inventory *inv, const struct ra_verdict *v, const struct ra_report_options *o,
                    struct ra_buf *out)
{
    (void)o;
    struct ra_json_out writer = ra_json_out_to(out, false), *w = &writer;
    ra_json_open(w, '{');
    ra_json_kstr(w, "schema", RA_REPORT_SCHEMA);
    ra_json_verdict(w, inv, v);
    reaches(w, inv, v);
    derivations(w, v);
    ra_json_key(w, "findings");
    ra_json_open(w, '[');
    for (size_t i = 0; i < v->n_findings; i++) {
        ra_json_open(w, '{');
        ra_json_finding(w, v, &v->findings[i]);
        ra_json_close(w, '}');
    }
    ra_json_close(w, ']');
    ra_json_summary(w, inv, v);
    ra_json_close(w, '}');
}
