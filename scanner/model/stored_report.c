// A report from its JSON, into the same types that it was written from. Strict about what it reads, since a half-read
// report must not become an all-clear of `diff`; silent about fields that a later version may add. Judges nothing.
#include "model/stored_report.h"

#include "base/limits.h"
#include "model/json_strict.h"
#include "model/stored_parts.h"

RA_FIELD_WORD(severity, enum ra_severity)
RA_FIELD_WORD(radius, enum ra_radius)
RA_FIELD_WORD(verdict, enum ra_judgement)

static int read_schema(struct ra_fields *f, const cJSON *v, void *to)
{
    (void)to;
    if (cJSON_IsString(v) && strcmp(v->valuestring, RA_INVENTORY_SCHEMA) == 0)
        return ra_field_bad(f, "is a snapshot; `evaluate` judges it");
    if (!cJSON_IsString(v) || strcmp(v->valuestring, RA_REPORT_SCHEMA) != 0)
        return ra_field_bad(f, "must be \"%s\"", RA_REPORT_SCHEMA);
    return 0;
}

static int read_tool_name(struct ra_fields *f, const cJSON *v, void *to)
{
    (void)to;
    return cJSON_IsString(v) && strcmp(v->valuestring, "reachaudit") == 0 ? 0 : ra_field_bad(f, "must be \"reachaudit\"");
}

static int read_tool(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {
        {"name", true, 0, read_tool_name},
        {"version", false, offsetof(struct ra_inventory, tool_version), ra_field_text},
    };
    return ra_fields_pick(f, v, rows, RA_COUNT(rows), &((struct ra_reading *)to)->ret->inv);
}

// ---- when, and what the report is about -----------------------------------------------------------

static bool number(const char *s, size_t n, int *ret)
{
    *ret = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        *ret = *ret * 10 + (s[i] - '0');
    }
    return true;
}

// "2026-11-21T10:00:00Z", as reports write it. Days since 1970 by the Gregorian calendar; years begin in March here, so
// that leap days end them.
static bool unix_seconds(const char *s, int64_t *ret)
{
    static const unsigned char days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int y, m, d, hour, minute, second;
    if (strlen(s) != 20 || s[4] != '-' || s[7] != '-' || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s[19] != 'Z')
        return false;
    if (!number(s, 4, &y) || !number(s + 5, 2, &m) || !number(s + 8, 2, &d) || !number(s + 11, 2, &hour) ||
        !number(s + 14, 2, &minute) || !number(s + 17, 2, &second))
        return false;
    if (y < 1970 || m < 1 || m > 12 || d < 1 || d > days[m - 1] || hour > 23 || minute > 59 || second > 59)
        return false;
    if (m == 2 && d == 29 && (y % 4 || (y % 100 == 0 && y % 400)))
        return false;
    int64_t year = m <= 2 ? y - 1 : y, from_march = m <= 2 ? m + 9 : m - 3;
    int64_t day = 365 * year + year / 4 - year / 100 + year / 400 + (153 * from_march + 2) / 5 + d - 1 - 719468;
    *ret = day * 86400 + hour * 3600 + minute * 60 + second;
    return true;
}

static int read_stamp(struct ra_fields *f, const cJSON *v, void *to)
{
    struct ra_inventory *inv = &((struct ra_reading *)to)->ret->inv;
    if (!cJSON_IsString(v))
        return ra_field_bad(f, "a string was expected");
    inv->stamp = true;
    if (strcmp(v->valuestring, "unknown") == 0 || unix_seconds(v->valuestring, &inv->now_s))
        return 0;
    return ra_field_bad(f, "is no time as 2026-11-21T10:00:00Z");
}

static int read_id_or_null(struct ra_fields *f, const cJSON *v, void *to)
{
    uint64_t n = 0;
    int code = cJSON_IsNull(v) ? 0 : ra_field_count(f, v, &n);
    *(int64_t *)to = cJSON_IsNull(v) ? -1 : (int64_t)n;
    return code;
}

// An empty text stands for none.
static int read_box_evidence(struct ra_fields *f, const cJSON *v, void *to)
{
    const char **ret = to;
    int code = ra_field_text(f, v, ret);
    if (!code && !**ret)
        *ret = NULL;
    return code;
}

static int read_box(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {
        {"kind", true, offsetof(struct ra_box, kind), ra_field_text},
        {"shared_kernel", true, offsetof(struct ra_box, shared_kernel), ra_field_flag},
        {"evidence", true, offsetof(struct ra_box, evidence), read_box_evidence},
    };
    return ra_fields_pick(f, v, rows, RA_COUNT(rows), to);
}

static int read_target(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {
        {"kind", true, offsetof(struct ra_target_facts, kind), ra_field_text},
        {"locator", true, offsetof(struct ra_target_facts, locator), ra_field_text},
        {"uid", true, offsetof(struct ra_target_facts, uid), read_id_or_null},
        {"gid", true, offsetof(struct ra_target_facts, gid), read_id_or_null},
        {"hostname", false, offsetof(struct ra_target_facts, hostname), ra_field_text},
        {"worktree", false, offsetof(struct ra_target_facts, worktree), ra_field_text},
        {"box", true, offsetof(struct ra_target_facts, box), read_box},
    };
    return ra_fields_pick(f, v, rows, RA_COUNT(rows), &((struct ra_reading *)to)->ret->inv.target);
}

int ra_stored_score_read(struct ra_fields *f, const cJSON *v, void *to)
{
    int64_t n = 0;
    int code = ra_field_number(f, v, &n);
    if (!code && (n < 0 || n > 100))
        return ra_field_bad(f, "must be from 0 to 100");
    *(int *)to = (int)n;
    return code;
}

static int read_profile(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {
        {"name", true, offsetof(struct ra_profile_facts, name), ra_field_text},
        {"digest", true, offsetof(struct ra_profile_facts, digest), ra_field_text},
        {"radius", true, offsetof(struct ra_profile_facts, radius), read_radius},
        {"score", false, offsetof(struct ra_profile_facts, score), ra_stored_score_read},
        {"fail_on", true, offsetof(struct ra_profile_facts, fail_on), read_severity},
        {"unknown", true, offsetof(struct ra_profile_facts, unknown), ra_field_text},
        {"source", true, offsetof(struct ra_profile_facts, source), ra_field_text},
        {"supervision", true, offsetof(struct ra_profile_facts, supervision), ra_field_text},
    };
    return ra_fields_pick(f, v, rows, RA_COUNT(rows), &((struct ra_reading *)to)->ret->verdict.profile);
}

// ---- the whole ------------------------------------------------------------------------------------

static int read_asked(struct ra_fields *f, const cJSON *v, void *to)
{
    return ra_stored_asked_read(f, v, &((struct ra_reading *)to)->ret->inv.asked);
}

static int read_reaches(struct ra_fields *f, const cJSON *v, void *to)
{
    return ra_field_each(f, v, ra_stored_reach_read, ((struct ra_reading *)to)->ret);
}

static int read_coverage(struct ra_fields *f, const cJSON *v, void *to)
{
    return ra_field_each(f, v, ra_stored_coverage_read, &((struct ra_reading *)to)->ret->inv);
}

static int read_judgement(struct ra_fields *f, const cJSON *v, void *to)
{
    return read_verdict(f, v, &((struct ra_reading *)to)->ret->verdict.verdict);
}

static int read_status(struct ra_fields *f, const cJSON *v, void *to)
{
    int64_t n = 0;
    int code = ra_field_number(f, v, &n);
    ((struct ra_reading *)to)->ret->verdict.exit_status = n >= 0 && n <= 255 ? (int)n : -1;
    return code;
}

static int read_reasons(struct ra_fields *f, const cJSON *v, void *to)
{
    struct ra_field_list l = {0};
    struct ra_verdict *out = &((struct ra_reading *)to)->ret->verdict;
    int code = ra_field_texts(f, v, &l);
    out->reasons = l.items;
    out->n_reasons = l.n;
    return code;
}

static int read_missing(struct ra_fields *f, const cJSON *v, void *to)
{
    struct ra_field_list l = {0};
    struct ra_verdict *out = &((struct ra_reading *)to)->ret->verdict;
    int code = ra_field_texts(f, v, &l);
    out->missing = l.items;
    out->n_missing = l.n;
    return code;
}

// What keeps a report from passing, whoever wrote it: told by one part, it must be told by the verdict.
static const char *contradiction(const struct ra_verdict *v)
{
    const struct ra_profile_facts *p = &v->profile;
    const struct ra_worst *w = &v->worst;
    bool warns = strcmp(p->unknown, "warn") == 0;
    if (v->verdict != RA_VERDICT_FAIL && (w->proved.radius > p->radius || (p->score >= 0 && w->proved.score > p->score)))
        return "the proved worst case is beyond the profile";
    if (v->verdict != RA_VERDICT_FAIL && v->n_missing)
        return "something that the task needs is missing";
    if (v->verdict == RA_VERDICT_PASS && !warns && (w->radius > p->radius || (p->score >= 0 && w->score > p->score)))
        return "the worst case is beyond the profile";
    for (size_t i = 0; i < v->n_findings; i++) {
        const struct ra_finding *one = &v->findings[i];
        bool counts = one->severity >= p->fail_on;
        if (counts && v->verdict != RA_VERDICT_FAIL && one->status == RA_STATUS_FAIL)
            return "a finding fails that counts";
        if (counts && v->verdict == RA_VERDICT_PASS && !warns && one->status == RA_STATUS_UNKNOWN)
            return "a finding is unknown that counts";
    }
    return w->radius < w->proved.radius || w->score < w->proved.score ? "the worst case is less than what is proved" : NULL;
}

static int whole(struct ra_fields *f, const struct ra_verdict *got)
{
    static const int status[] = {[RA_VERDICT_PASS] = 0, [RA_VERDICT_FAIL] = 1, [RA_VERDICT_INCOMPLETE] = 3};
    if (got->exit_status != status[got->verdict])
        return ra_field_bad(f, "exit_status: of %s it is %d", ra_verdict_name(got->verdict), status[got->verdict]);
    for (size_t i = 0; i < got->n_consequences; i++)
        if (got->consequences[i].step >= got->n_steps)
            return ra_field_bad(f, "consequences[%zu].step: there is no such step", i);
    const char *wrong = contradiction(got);
    return wrong ? ra_field_bad(f, "verdict: %s, and yet %s", ra_verdict_name(got->verdict), wrong) : 0;
}

static int read_report(struct ra_fields *f, const cJSON *v, struct ra_reading *r)
{
    static const struct ra_field rows[] = {
        {"schema", true, 0, read_schema},
        {"tool", true, 0, read_tool},
        {"stamp", false, 0, read_stamp},
        {"target", true, 0, read_target},
        {"asked", true, 0, read_asked},
        {"profile", true, 0, read_profile},
        {"verdict", true, 0, read_judgement},
        {"exit_status", true, 0, read_status},
        {"reasons", false, 0, read_reasons},
        {"worst_case", true, 0, ra_stored_worst_read},
        {"reaches", true, 0, read_reaches},
        {"steps", true, 0, ra_stored_steps_read},
        {"consequences", true, 0, ra_stored_consequences_read},
        {"findings", true, 0, ra_stored_findings_read},
        {"to_pass", true, 0, ra_stored_to_pass_read},
        {"coverage", true, 0, read_coverage},
        {"waivers", true, 0, ra_stored_waivers_read},
        {"overrides", true, 0, ra_stored_overrides_read},
        {"missing", true, 0, read_missing},
    };
    int code = ra_fields_pick(f, v, rows, RA_COUNT(rows), r);
    if (!code)
        code = ra_stored_paths_resolve(f, r);
    return code ? code : whole(f, &r->ret->verdict);
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
    struct ra_fields f = {.arena = a, .err = err, .scrub = true};
    struct ra_reading r = {.ret = ret};
    *ret = (struct ra_stored_report){0};
    ra_inventory_init(&ret->inv, a);
    ret->inv.now_s = -1;
    ret->verdict.profile.score = -1;
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
