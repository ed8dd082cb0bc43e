// A report from its JSON, into the same types that it was written from. Strict about what it reads, since a half-read
// report must not become an all-clear of `diff`; silent about fields that a later version may add. Judges nothing.
#include "model/stored_report.h"

#include <string.h>

#include "base/limits.h"
#include "model/fields.h"
#include "model/json_strict.h"

RA_FIELD_WORD(state, enum ra_state)
RA_FIELD_WORD(severity, enum ra_severity)
RA_FIELD_WORD(certainty, enum ra_certainty)
RA_FIELD_WORD(radius, enum ra_radius)
RA_FIELD_WORD(status, enum ra_status)
RA_FIELD_WORD(when, enum ra_when)
RA_FIELD_WORD(verdict, enum ra_judgement)

// Appends a zeroed item to an array of the arena and answers it.
#define PUSH(f, items, n, cap) \
    ((items) = ra_grow((f)->arena, (items), (n), &(cap), sizeof *(items)), memset(&(items)[n], 0, sizeof *(items)), &(items)[(n)++])

struct reading { // capacities that a verdict does not keep
    struct ra_stored_report *ret;
    size_t cap_steps, cap_consequences, cap_findings, cap_cuts;
};

static int read_schema(struct ra_fields *f, const cJSON *v, void *to)
{
    (void)to;
    if (!cJSON_IsString(v) || strcmp(v->valuestring, RA_REPORT_SCHEMA) != 0)
        return ra_field_bad(f, "must be \"%s\"", RA_REPORT_SCHEMA);
    return 0;
}

static int read_score(struct ra_fields *f, const cJSON *v, void *to)
{
    int64_t n = 0;
    int code = ra_field_number(f, v, &n);
    if (!code && (n < 0 || n > 100))
        return ra_field_bad(f, "must be from 0 to 100");
    *(int *)to = (int)n;
    return code;
}

static int read_text_or_null(struct ra_fields *f, const cJSON *v, void *to)
{
    return cJSON_IsNull(v) ? 0 : ra_field_text(f, v, to);
}

// ---- what the report is about ---------------------------------------------------------------------

static int read_box(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {{"kind", true, 0, ra_field_text}};
    return ra_fields_pick(f, v, rows, RA_COUNT(rows), to);
}

static int read_target(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {
        {"kind", true, offsetof(struct ra_stored_report, inv.target.kind), ra_field_text},
        {"locator", true, offsetof(struct ra_stored_report, inv.target.locator), ra_field_text},
        {"worktree", false, offsetof(struct ra_stored_report, inv.target.worktree), ra_field_text},
        {"box", true, offsetof(struct ra_stored_report, box), read_box},
    };
    return ra_fields_pick(f, v, rows, RA_COUNT(rows), ((struct reading *)to)->ret);
}

static int read_profile(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {
        {"name", true, offsetof(struct ra_profile_facts, name), ra_field_text},
        {"digest", true, offsetof(struct ra_profile_facts, digest), ra_field_text},
        {"radius", true, offsetof(struct ra_profile_facts, radius), read_radius},
        {"fail_on", true, offsetof(struct ra_profile_facts, fail_on), read_severity},
    };
    return ra_fields_pick(f, v, rows, RA_COUNT(rows), &((struct reading *)to)->ret->verdict.profile);
}

// ---- worst case -----------------------------------------------------------------------------------

static int read_terms(struct ra_fields *f, const cJSON *v, void *to)
{
    struct told {
        enum ra_severity severity;
        bool certain;
        uint64_t n;
    } got = {0};
    static const struct ra_field rows[] = {
        {"severity", true, offsetof(struct told, severity), read_severity},
        {"certain", true, offsetof(struct told, certain), ra_field_flag},
        {"consequences", true, offsetof(struct told, n), ra_field_count},
    };
    int code = ra_fields_pick(f, v, rows, RA_COUNT(rows), &got);
    *(struct ra_score_terms *)to = (struct ra_score_terms){got.severity, got.certain, (size_t)got.n};
    return code;
}

static int read_proved(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {
        {"radius", true, offsetof(struct ra_worst, proved.radius), read_radius},
        {"score", true, offsetof(struct ra_worst, proved.score), read_score},
        {"terms", false, offsetof(struct ra_worst, proved.terms), read_terms},
    };
    return ra_fields_pick(f, v, rows, RA_COUNT(rows), to);
}

static int read_leg(struct ra_fields *f, const cJSON *v, void *to)
{
    struct told {
        enum ra_state state;
        struct ra_field_list reaches;
    } got = {0};
    static const struct ra_field rows[] = {
        {"state", true, offsetof(struct told, state), read_state},
        {"reaches", true, offsetof(struct told, reaches), ra_field_texts},
    };
    struct ra_leg *leg = to;
    int code = ra_fields_pick(f, v, rows, RA_COUNT(rows), &got);
    leg->state = got.state;
    leg->reaches = got.reaches.items;
    leg->n_reaches = got.reaches.n;
    return code;
}

static int read_trifecta(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {
        {"private_data", true, 0, read_leg},
        {"untrusted_input", true, sizeof(struct ra_leg), read_leg},
        {"way_out", true, 2 * sizeof(struct ra_leg), read_leg},
        {"unsupervised", true, 3 * sizeof(struct ra_leg), read_leg},
    };
    struct ra_leg *legs = to;
    for (size_t i = 0; i < RA_COUNT(rows); i++)
        legs[i].name = rows[i].name;
    return ra_fields_pick(f, v, rows, RA_COUNT(rows), to);
}

static int read_worst(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {
        {"radius", true, offsetof(struct ra_worst, radius), read_radius},
        {"score", true, offsetof(struct ra_worst, score), read_score},
        {"terms", false, offsetof(struct ra_worst, terms), read_terms},
        {"sentence", true, offsetof(struct ra_worst, sentence), ra_field_text},
        {"consequence", true, offsetof(struct ra_worst, consequence), read_text_or_null},
        {"proved", true, 0, read_proved},
        {"trifecta", true, offsetof(struct ra_worst, legs), read_trifecta},
    };
    return ra_fields_pick(f, v, rows, RA_COUNT(rows), &((struct reading *)to)->ret->verdict.worst);
}

// ---- lists ----------------------------------------------------------------------------------------

static int read_reaches(struct ra_fields *f, const cJSON *v, void *to)
{
    return ra_field_each(f, v, ra_stored_reach_read, ((struct reading *)to)->ret);
}

static int read_step(struct ra_fields *f, const cJSON *v, void *to)
{
    struct told {
        struct ra_step step;
        struct ra_field_list needs;
    } got = {0};
    static const struct ra_field rows[] = {
        {"rule", true, offsetof(struct told, step.rule), ra_field_text},
        {"needs", true, offsetof(struct told, needs), ra_field_texts},
        {"gives", true, offsetof(struct told, step.gives), ra_field_text},
        {"certainty", true, offsetof(struct told, step.certainty), read_certainty},
        {"when", true, offsetof(struct told, step.when), read_when},
    };
    struct reading *r = to;
    struct ra_verdict *out = &r->ret->verdict;
    int code = ra_fields_pick(f, v, rows, RA_COUNT(rows), &got);
    got.step.needs = got.needs.items;
    got.step.n_needs = got.needs.n;
    if (!code)
        *PUSH(f, out->steps, out->n_steps, r->cap_steps) = got.step;
    return code;
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
        {"step", true, offsetof(struct told, step), ra_field_count},
    };
    struct reading *r = to;
    struct ra_verdict *out = &r->ret->verdict;
    int code = ra_fields_pick(f, v, rows, RA_COUNT(rows), &got);
    got.so.step = (size_t)got.step;
    if (!code)
        *PUSH(f, out->consequences, out->n_consequences, r->cap_consequences) = got.so;
    return code;
}

static int read_finding(struct ra_fields *f, const cJSON *v, void *to)
{
    struct told {
        struct ra_finding finding;
        struct ra_field_list reaches;
    } got = {0};
    static const struct ra_field rows[] = {
        {"check", true, offsetof(struct told, finding.check), ra_field_text},
        {"title", true, offsetof(struct told, finding.title), ra_field_text},
        {"status", true, offsetof(struct told, finding.status), read_status},
        {"severity", true, offsetof(struct told, finding.severity), read_severity},
        {"radius", true, offsetof(struct told, finding.radius), read_radius},
        {"reaches", true, offsetof(struct told, reaches), ra_field_texts},
        {"message", true, offsetof(struct told, finding.message), ra_field_text},
        {"remedy", true, offsetof(struct told, finding.remedy), ra_field_text},
    };
    struct reading *r = to;
    struct ra_verdict *out = &r->ret->verdict;
    int code = ra_fields_pick(f, v, rows, RA_COUNT(rows), &got);
    got.finding.reaches = got.reaches.items;
    got.finding.n_reaches = got.reaches.n;
    if (!code)
        *PUSH(f, out->findings, out->n_findings, r->cap_findings) = got.finding;
    return code;
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
    struct reading *r = to;
    struct ra_verdict *out = &r->ret->verdict;
    int code = ra_fields_pick(f, v, rows, RA_COUNT(rows), &got);
    if (!code)
        *PUSH(f, out->cuts, out->n_cuts, r->cap_cuts) = (struct ra_cut){got.remedy, got.cuts.items, got.cuts.n};
    return code;
}

static int read_cuts(struct ra_fields *f, const cJSON *v, void *to)
{
    return ra_field_each(f, v, read_cut, to);
}

static int read_to_pass(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {{"steps", true, 0, read_cuts}};
    return ra_fields_pick(f, v, rows, RA_COUNT(rows), to);
}

#define EACH(what, item)                                                      \
    static int read_##what(struct ra_fields *f, const cJSON *v, void *to)     \
    {                                                                         \
        return ra_field_each(f, v, item, to);                                 \
    }
EACH(steps, read_step)
EACH(consequences, read_consequence)
EACH(findings, read_finding)

static int read_judgement(struct ra_fields *f, const cJSON *v, void *to)
{
    return read_verdict(f, v, &((struct reading *)to)->ret->verdict.verdict);
}

static int read_report(struct ra_fields *f, const cJSON *v, struct reading *r)
{
    static const struct ra_field rows[] = {
        {"schema", true, 0, read_schema},
        {"target", true, 0, read_target},
        {"profile", true, 0, read_profile},
        {"verdict", true, 0, read_judgement},
        {"worst_case", true, 0, read_worst},
        {"reaches", true, 0, read_reaches},
        {"steps", true, 0, read_steps},
        {"consequences", true, 0, read_consequences},
        {"findings", true, 0, read_findings},
        {"to_pass", true, 0, read_to_pass},
    };
    int code = ra_fields_pick(f, v, rows, RA_COUNT(rows), r);
    const struct ra_verdict *got = &r->ret->verdict;
    for (size_t i = 0; !code && i < got->n_consequences; i++)
        if (got->consequences[i].step >= got->n_steps)
            return ra_field_bad(f, "consequences[%zu].step: there is no such step", i);
    return code;
}

static int parse(struct ra_span json, cJSON **ret, struct ra_error *err)
{
    if (json.n > (size_t)RA_MAX_INVENTORY_BYTES)
        return ra_fail(err, RA_E_LIMIT, "longer than %ld bytes", RA_MAX_INVENTORY_BYTES);
    int code = ra_json_strict(json, err);
    if (code)
        return code;
    *ret = cJSON_ParseWithLength(json.p, json.n);
    return *ret ? 0 : ra_fail(err, RA_E_INTERNAL, "it passed the check but could not be read");
}

int ra_stored_report_read(struct ra_arena *a, struct ra_span json, struct ra_stored_report *ret, struct ra_error *err)
{
    cJSON *root = NULL;
    int code = parse(json, &root, err);
    if (code)
        return code;
    struct ra_fields f = {.arena = a, .err = err};
    struct reading r = {.ret = ret};
    *ret = (struct ra_stored_report){0};
    ra_inventory_init(&ret->inv, a);
    code = read_report(&f, root, &r);
    cJSON_Delete(root);
    return code;
}

const char *ra_stored_schema(struct ra_arena *a, struct ra_span json, struct ra_error *err)
{
    cJSON *root = NULL;
    if (parse(json, &root, err))
        return NULL;
    const cJSON *v = cJSON_GetObjectItemCaseSensitive(root, "schema");
    const char *schema = cJSON_IsString(v) ? ra_strdup(a, v->valuestring) : NULL;
    cJSON_Delete(root);
    return schema;
}

size_t ra_stored_reach(const struct ra_stored_report *r, const char *id)
{
    for (size_t i = 0; i < r->inv.n_reaches; i++)
        if (strcmp(r->inv.reaches[i]->id, id) == 0)
            return i;
    return RA_NO_PLACE;
}

size_t ra_stored_consequence(const struct ra_stored_report *r, const char *id)
{
    for (size_t i = 0; i < r->verdict.n_consequences; i++)
        if (strcmp(r->verdict.consequences[i].id, id) == 0)
            return i;
    return RA_NO_PLACE;
}

size_t ra_stored_step(const struct ra_stored_report *r, const char *gives)
{
    for (size_t i = 0; i < r->verdict.n_steps; i++)
        if (strcmp(r->verdict.steps[i].gives, gives) == 0)
            return i;
    return RA_NO_PLACE;
}
