// "worst_case" of a stored report.
#include "model/stored_parts.h"

RA_FIELD_WORD(state, enum ra_state)
RA_FIELD_WORD(severity, enum ra_severity)
RA_FIELD_WORD(radius, enum ra_radius)

static int read_text_or_null(struct ra_fields *f, const cJSON *v, void *to)
{
    return cJSON_IsNull(v) ? 0 : ra_field_text(f, v, to);
}

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
        {"score", true, offsetof(struct ra_worst, proved.score), ra_stored_score_read},
        {"terms", false, offsetof(struct ra_worst, proved.terms), read_terms},
        {"sentence", false, offsetof(struct ra_worst, proved.sentence), ra_field_text},
        {"consequence", false, offsetof(struct ra_worst, proved.consequence), ra_field_text},
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

int ra_stored_worst_read(struct ra_fields *f, const cJSON *v, void *to)
{
    struct told {
        struct ra_worst worst;
        struct ra_stored_path path;
    } got = {.path.finding = RA_NO_PLACE};
    static const struct ra_field rows[] = {
        {"radius", true, offsetof(struct told, worst.radius), read_radius},
        {"score", true, offsetof(struct told, worst.score), ra_stored_score_read},
        {"terms", false, offsetof(struct told, worst.terms), read_terms},
        {"sentence", true, offsetof(struct told, worst.sentence), ra_field_text},
        {"consequence", true, offsetof(struct told, worst.consequence), read_text_or_null},
        {"path", true, offsetof(struct told, path), ra_stored_path_read},
        {"proved", true, offsetof(struct told, worst), read_proved},
        {"trifecta", true, offsetof(struct told, worst.legs), read_trifecta},
    };
    struct ra_reading *r = to;
    int code = ra_fields_pick(f, v, rows, RA_COUNT(rows), &got);
    if (code)
        return code;
    r->ret->verdict.worst = got.worst;
    *RA_PUSH(f, r->paths, r->n_paths, r->cap_paths) = got.path;
    return 0;
}
