// One reach of the inventory's JSON, with its details and evidence.
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "model/fields.h"
#include "model/index.h"
#include "model/join.h"
#include "model/scrub.h"
#include "model/stored_report.h"

RA_FIELD_WORD(state, enum ra_state)
RA_FIELD_WORD(method, enum ra_method)
RA_FIELD_WORD(severity, enum ra_severity)
RA_FIELD_WORD(radius, enum ra_radius)
RA_FIELD_WORD(kind, enum ra_kind)

#define SET(fn)                                                                                              \
    static int read_##fn##_item(struct ra_fields *f, const cJSON *v, void *to)                               \
    {                                                                                                        \
        unsigned *set = to, bit = 0;                                                                         \
        if (!cJSON_IsString(v))                                                                              \
            return ra_field_bad(f, "a string was expected");                                                 \
        if (!ra_##fn##_parse(v->valuestring, &bit))                                                          \
            return ra_field_bad(f, "unknown word \"%.60s\"", ra_field_shown(f, v->valuestring));             \
        if (*set & bit)                                                                                      \
            return ra_field_bad(f, "\"%s\" twice", v->valuestring);                                          \
        *set |= bit;                                                                                         \
        return 0;                                                                                            \
    }                                                                                                        \
    static int read_##fn(struct ra_fields *f, const cJSON *v, void *to)                                      \
    {                                                                                                        \
        return ra_field_each(f, v, read_##fn##_item, to);                                                    \
    }
SET(access)
SET(trait)

// ---- evidence -------------------------------------------------------------------------------------

static int read_outcome(struct ra_fields *f, const cJSON *v, void *to)
{
    int *ret = to;
    if (!cJSON_IsString(v))
        return ra_field_bad(f, "a string was expected");
    *ret = ra_errno_parse(v->valuestring);
    if (*ret < 0 && strcmp(v->valuestring, ra_errno_name(-1)) != 0)
        return ra_field_bad(f, "unknown word \"%.60s\"", ra_field_shown(f, v->valuestring));
    return 0;
}

static int read_source(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {
        {"path", false, offsetof(struct ra_source, path), ra_field_text},
        {"line", false, offsetof(struct ra_source, line), ra_field_line},
        {"column", false, offsetof(struct ra_source, column), ra_field_line},
        {"call", false, offsetof(struct ra_source, call), ra_field_text},
    };
    return ra_fields_read(f, v, rows, RA_COUNT(rows), to);
}

static int read_evidence_item(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {
        {"collector", true, offsetof(struct ra_evidence, collector), ra_field_text},
        {"method", true, offsetof(struct ra_evidence, method), read_method},
        {"outcome", true, offsetof(struct ra_evidence, outcome), read_outcome},
        {"source", true, offsetof(struct ra_evidence, source), read_source},
    };
    struct ra_evidence e = {0};
    int code = ra_fields_read(f, v, rows, RA_COUNT(rows), &e);
    if (!code)
        ra_push_evidence(f->arena, to, e);
    return code;
}

// The readers of details and evidence get the reach itself, not a field of it: their rows have offset 0.
static int read_evidence(struct ra_fields *f, const cJSON *v, void *to)
{
    if (cJSON_IsArray(v) && !v->child)
        return ra_field_bad(f, "a reach without evidence");
    return ra_field_each(f, v, read_evidence_item, to);
}

// ---- details --------------------------------------------------------------------------------------

static int read_detail(struct ra_fields *f, const cJSON *v, struct ra_detail *d)
{
    if (cJSON_IsString(v)) {
        d->type = RA_DETAIL_TEXT;
        return ra_field_text(f, v, &d->text);
    }
    if (cJSON_IsBool(v)) {
        d->type = RA_DETAIL_FLAG;
        d->number = cJSON_IsTrue(v);
        return 0;
    }
    d->type = RA_DETAIL_NUMBER;
    return cJSON_IsNumber(v) ? ra_field_number(f, v, &d->number)
                             : ra_field_bad(f, "a string, a number, true or false was expected");
}

static int by_text(const void *x, const void *y)
{
    const char *const *a = x, *const *b = y;
    return strcmp(*a, *b);
}

static int check_keys(struct ra_fields *f, const struct ra_reach *r)
{
    if (r->n_details < 2)
        return 0;
    const char **keys = ra_new_array(f->arena, const char *, r->n_details);
    for (size_t i = 0; i < r->n_details; i++)
        keys[i] = r->details[i].key;
    qsort(keys, r->n_details, sizeof *keys, by_text);
    for (size_t i = 1; i < r->n_details; i++)
        if (strcmp(keys[i - 1], keys[i]) == 0)
            return ra_field_bad(f, "field \"%.60s\" twice", ra_field_shown(f, keys[i]));
    return 0;
}

static int read_details(struct ra_fields *f, const cJSON *v, void *to)
{
    struct ra_reach *r = to;
    if (!cJSON_IsObject(v))
        return ra_field_bad(f, "an object was expected");
    for (const cJSON *member = v->child; member; member = member->next) {
        struct ra_detail d = {.key = f->scrub ? ra_scrub(f->arena, member->string) : ra_strdup(f->arena, member->string)};
        size_t was = ra_field_enter(f, d.key);
        int code = read_detail(f, member, &d);
        if (code)
            return code;
        ra_field_leave(f, was);
        r->details = ra_grow(f->arena, r->details, r->n_details, &r->cap_details, sizeof d);
        r->details[r->n_details++] = d;
    }
    return check_keys(f, r);
}

// ---- reaches --------------------------------------------------------------------------------------

static int check_id(struct ra_fields *f, const struct ra_inventory *inv, const struct ra_reach *r)
{
    const char *name = ra_kind_row(r->kind)->name;
    size_t n = strlen(name);
    if (strncmp(r->id, name, n) != 0 || r->id[n] != ':')
        return ra_field_bad(f, "id \"%.80s\" is not of kind \"%s\"", ra_field_shown(f, r->id), name);
    if (r->state == RA_STATE_ABSENT)
        return ra_field_bad(f, "absent reaches are not listed");
    return ra_index_find(inv->index, r->id) ? ra_field_bad(f, "id \"%.80s\" twice", ra_field_shown(f, r->id)) : 0;
}

static int check_reach(struct ra_fields *f, struct ra_reach *r, bool has_ceiling)
{
    if (!has_ceiling && r->state == RA_STATE_UNKNOWN)
        return ra_field_bad(f, "an unknown reach needs a ceiling");
    if (!has_ceiling)
        r->ceiling = r->least;
    if (r->ceiling < r->least)
        return ra_field_bad(f, "ceiling is below least");
    return 0;
}

int ra_reach_read(struct ra_fields *f, const cJSON *v, void *to)
{
    static const struct ra_field rows[] = {
        {"id", true, offsetof(struct ra_reach, id), ra_field_text},
        {"kind", true, offsetof(struct ra_reach, kind), read_kind},
        {"locator", true, offsetof(struct ra_reach, locator), ra_field_text},
        {"role", false, offsetof(struct ra_reach, role), ra_field_text},
        {"ref", false, offsetof(struct ra_reach, ref), ra_field_text},
        {"title", false, offsetof(struct ra_reach, title), ra_field_text},
        {"access", true, offsetof(struct ra_reach, access), read_access},
        {"traits", true, offsetof(struct ra_reach, traits), read_trait},
        {"state", true, offsetof(struct ra_reach, state), read_state},
        {"least", true, offsetof(struct ra_reach, least), read_radius},
        {"ceiling", false, offsetof(struct ra_reach, ceiling), read_radius},
        {"cap", true, offsetof(struct ra_reach, cap), read_severity},
        {"settled_by", false, offsetof(struct ra_reach, settled_by), ra_field_text},
        {"details", true, 0, read_details},
        {"evidence", true, 0, read_evidence},
    };
    struct ra_inventory *inv = to;
    struct ra_reach *r = ra_new(f->arena, struct ra_reach);
    r->narrowed = true;
    int code = ra_fields_read(f, v, rows, RA_COUNT(rows), r);
    if (!code)
        code = check_reach(f, r, cJSON_GetObjectItemCaseSensitive(v, "ceiling") != NULL);
    if (!code)
        code = check_id(f, inv, r);
    if (code)
        return code;
    ra_push_reach(inv, r);
    ra_index_put(f->arena, inv->index, r);
    return 0;
}

int ra_stored_reach_read(struct ra_fields *f, const cJSON *v, void *to)
{
    struct told {
        struct ra_reach reach;
        struct ra_reach_view view;
    } got = {.reach.narrowed = true};
    static const struct ra_field rows[] = {
        {"id", true, offsetof(struct told, reach.id), ra_field_text},
        {"kind", true, offsetof(struct told, reach.kind), read_kind},
        {"locator", true, offsetof(struct told, reach.locator), ra_field_text},
        {"role", false, offsetof(struct told, reach.role), ra_field_text},
        {"ref", false, offsetof(struct told, reach.ref), ra_field_text},
        {"title", false, offsetof(struct told, reach.title), ra_field_text},
        {"access", true, offsetof(struct told, reach.access), read_access},
        {"state", true, offsetof(struct told, reach.state), read_state},
        {"radius", true, offsetof(struct told, view.radius), read_radius},
        {"severity", true, offsetof(struct told, view.severity), read_severity},
        {"dormant", false, offsetof(struct told, view.dormant), ra_field_flag},
        {"ceiling", false, offsetof(struct told, reach.ceiling), read_radius},
        {"settled_by", false, offsetof(struct told, reach.settled_by), ra_field_text},
        {"details", true, offsetof(struct told, reach), read_details},
        {"evidence", true, offsetof(struct told, reach), read_evidence},
    };
    struct ra_stored_report *ret = to;
    int code = ra_fields_pick(f, v, rows, RA_COUNT(rows), &got);
    if (!code)
        code = check_id(f, &ret->inv, &got.reach);
    if (!code && got.reach.state == RA_STATE_UNKNOWN && !cJSON_GetObjectItemCaseSensitive(v, "ceiling"))
        return ra_field_bad(f, "an unknown reach needs a ceiling");
    if (code)
        return code;
    struct ra_reach *r = ra_new(f->arena, struct ra_reach);
    *r = got.reach;
    ret->verdict.reaches =
        ra_grow(f->arena, ret->verdict.reaches, ret->inv.n_reaches, &ret->cap_views, sizeof *ret->verdict.reaches);
    ret->verdict.reaches[ret->inv.n_reaches] = got.view;
    ra_push_reach(&ret->inv, r);
    ra_index_put(f->arena, ret->inv.index, r);
    return 0;
}
