// The lists of a stored report: consequences, findings, remedies, and what the profile excused.
#include "model/stored_parts.h"

RA_FIELD_WORD(severity, enum ra_severity)
RA_FIELD_WORD(certainty, enum ra_certainty)
RA_FIELD_WORD(radius, enum ra_radius)
RA_FIELD_WORD(status, enum ra_status)
RA_FIELD_WORD(when, enum ra_when)

// Its presence says that the consequence sleeps.
static int read_dormant(struct ra_fields *f, const cJSON *v, void *to)
{
    struct ra_consequence *c = to;
    c->dormant = true;
    return read_radius(f, v, &c->dormant_radius);
}

// Likewise: that it is proved, and how far.
static int read_proved(struct ra_fields *f, const cJSON *v, void *to)
{
    struct ra_consequence *c = to;
    c->proved = true;
    return read_radius(f, v, &c->proved_radius);
}

static int read_consequence(struct ra_fields *f, const cJSON *v, void *to)
{
    struct told {
        struct ra_consequence so;
        uint64_t step;
    } got = {0};
    static const struct ra_field rows[] = {
        {"id", true, offsetof(struct told, so.id), ra_field_text},
        {"radius", true, offsetof(struct told, so.radius), read_radius},
        {"severity", true, offsetof(struct told, so.severity), read_severity},
        {"certainty", true, offsetof(struct told, so.certainty), read_certainty},
        {"when", true, offsetof(struct told, so.when), read_when},
        {"proved", false, offsetof(struct told, so), read_proved},
        {"dormant", false, offsetof(struct told, so), read_dormant},
        {"step", true, offsetof(struct told, step), ra_field_count},
    };
    struct ra_reading *r = to;
    struct ra_verdict *out = &r->ret->verdict;
    int code = ra_fields_pick(f, v, rows, RA_COUNT(rows), &got);
    got.so.step = (size_t)got.step;
    if (!code)
        *RA_PUSH(f, out->consequences, out->n_consequences, r->cap_consequences) = got.so;
    return code;
}

static int read_finding(struct ra_fields *f, const cJSON *v, void *to)
{
    struct told {
        struct ra_finding finding;
        struct ra_field_list reaches;
        struct ra_stored_path path;
    } got = {0};
    static const struct ra_field rows[] = {
        {"check", true, offsetof(struct told, finding.check), ra_field_text},
        {"ref", false, offsetof(struct told, finding.ref), ra_field_text},
        {"title", true, offsetof(struct told, finding.title), ra_field_text},
        {"status", true, offsetof(struct told, finding.status), read_status},
        {"severity", true, offsetof(struct told, finding.severity), read_severity},
        {"certainty", true, offsetof(struct told, finding.certainty), read_certainty},
        {"radius", true, offsetof(struct told, finding.radius), read_radius},
        {"reaches", true, offsetof(struct told, reaches), ra_field_texts},
        {"path", true, offsetof(struct told, path), ra_stored_path_read},
        {"message", true, offsetof(struct told, finding.message), ra_field_text},
        {"remedy", true, offsetof(struct told, finding.remedy), ra_field_text},
        {"profile_line", false, offsetof(struct told, finding.profile_line), ra_field_line},
        {"waiver", false, offsetof(struct told, finding.waiver), ra_field_text},
        {"later", false, offsetof(struct told, finding.later), ra_field_flag},
    };
    struct ra_reading *r = to;
    struct ra_verdict *out = &r->ret->verdict;
    int code = ra_fields_pick(f, v, rows, RA_COUNT(rows), &got);
    if (code)
        return code;
    got.finding.reaches = got.reaches.items;
    got.finding.n_reaches = got.reaches.n;
    got.path.finding = out->n_findings;
    *RA_PUSH(f, out->findings, out->n_findings, r->cap_findings) = got.finding;
    if (got.path.n)
        *RA_PUSH(f, r->paths, r->n_paths, r->cap_paths) = got.path;
    return 0;
}

static int read_cut(struct ra_fields *f, const cJSON *v, void *to)
{
    struct told {
        const char *remedy;
        struct ra_field_list cuts;
    } got = {0};
    static const struct ra_field rows[] = {
        {"remedy", true, offsetof(struct told, remedy), ra_field_text},
        {"cuts", true, offsetof(struct told, cuts), ra_field_texts},
    };
    struct ra_reading *r = to;
    struct ra_verdict *out = &r->ret->verdict;
    int code = ra_fields_pick(f, v, rows, RA_COUNT(rows), &got);
    if (!code)
        *RA_PUSH(f, out->cuts, out->n_cuts, r->cap_cuts) = (struct ra_cut){got.remedy, got.cuts.items, got.cuts.n};
    return code;
}

static int read_cuts(struct ra_fields *f, const cJSON *v, void *to)
{
    return ra_field_each(f, v, read_cut, to);
}

static int read_exact(struct ra_fields *f, const cJSON *v, void *to)
{
    return ra_field_flag(f, v, &((struct ra_reading *)to)->ret->verdict.cut_exact);
}

int ra_stored_to_pass_read(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {{"exact", true, 0, read_exact}, {"steps", true, 0, read_cuts}};
    return ra_fields_pick(f, v, rows, RA_COUNT(rows), to);
}

static int read_waiver(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {
        {"check", true, offsetof(struct ra_waiver_used, check), ra_field_text},
        {"reach", true, offsetof(struct ra_waiver_used, reach), ra_field_text},
        {"reason", true, offsetof(struct ra_waiver_used, reason), ra_field_text},
        {"owner", false, offsetof(struct ra_waiver_used, owner), ra_field_text},
        {"expires", false, offsetof(struct ra_waiver_used, expires), ra_field_text},
        {"status", true, offsetof(struct ra_waiver_used, status), ra_field_text},
        {"line", true, offsetof(struct ra_waiver_used, line), ra_field_line},
    };
    struct ra_reading *r = to;
    struct ra_verdict *out = &r->ret->verdict;
    return ra_fields_pick(f, v, rows, RA_COUNT(rows), RA_PUSH(f, out->waivers, out->n_waivers, r->cap_waivers));
}

static int read_override(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {
        {"check", false, offsetof(struct ra_override_used, check), ra_field_text},
        {"severity", false, offsetof(struct ra_override_used, severity), ra_field_text},
        {"grant", false, offsetof(struct ra_override_used, grant), ra_field_text},
        {"radius", false, offsetof(struct ra_override_used, radius), ra_field_text},
        {"reason", false, offsetof(struct ra_override_used, reason), ra_field_text},
        {"line", true, offsetof(struct ra_override_used, line), ra_field_line},
    };
    struct ra_reading *r = to;
    struct ra_verdict *out = &r->ret->verdict;
    struct ra_override_used *u = RA_PUSH(f, out->overrides, out->n_overrides, r->cap_overrides);
    int code = ra_fields_pick(f, v, rows, RA_COUNT(rows), u);
    bool of_check = u->check && u->severity && !u->grant && !u->radius;
    bool of_grant = u->grant && u->radius && u->reason && !u->check && !u->severity;
    return code || of_check || of_grant ? code : ra_field_bad(f, "is neither of a check nor of a grant");
}

#define EACH(what, item)                                                          \
    int ra_stored_##what##_read(struct ra_fields *f, const cJSON *v, void *to)    \
    {                                                                             \
        return ra_field_each(f, v, item, to);                                     \
    }
EACH(consequences, read_consequence)
EACH(findings, read_finding)
EACH(waivers, read_waiver)
EACH(overrides, read_override)
