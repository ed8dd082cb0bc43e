// Steps of a stored report, and the paths over them: a report writes a path's steps in full, the verdict keeps their
// places, found here in a time that grows with their number.
#include <stdlib.h>

#include "model/stored_parts.h"

RA_FIELD_WORD(certainty, enum ra_certainty)
RA_FIELD_WORD(when, enum ra_when)

static int step(struct ra_fields *f, const cJSON *v, struct ra_step *ret)
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
        {"sentence", false, offsetof(struct told, step.sentence), ra_field_text},
    };
    int code = ra_fields_pick(f, v, rows, RA_COUNT(rows), &got);
    *ret = got.step;
    ret->needs = got.needs.items;
    ret->n_needs = got.needs.n;
    return code;
}

static int read_step(struct ra_fields *f, const cJSON *v, void *to)
{
    struct ra_reading *r = to;
    struct ra_verdict *out = &r->ret->verdict;
    return step(f, v, RA_PUSH(f, out->steps, out->n_steps, r->cap_steps));
}

int ra_stored_steps_read(struct ra_fields *f, const cJSON *v, void *to)
{
    return ra_field_each(f, v, read_step, to);
}

static int read_path_step(struct ra_fields *f, const cJSON *v, void *to)
{
    struct ra_stored_path *p = to;
    return step(f, v, RA_PUSH(f, p->steps, p->n, p->cap));
}

int ra_stored_path_read(struct ra_fields *f, const cJSON *v, void *to)
{
    return ra_field_each(f, v, read_path_step, to);
}

// ---- which of the steps it is ---------------------------------------------------------------------

static int by_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "");
}

static int by_content(const struct ra_step *a, const struct ra_step *b)
{
    int c = strcmp(a->gives, b->gives);
    if (!c)
        c = strcmp(a->rule, b->rule);
    if (!c)
        c = (int)a->certainty - (int)b->certainty;
    if (!c)
        c = (int)a->when - (int)b->when;
    if (!c)
        c = by_text(a->sentence, b->sentence);
    if (!c && a->n_needs != b->n_needs)
        c = a->n_needs < b->n_needs ? -1 : 1;
    for (size_t i = 0; !c && i < a->n_needs; i++)
        c = strcmp(a->needs[i], b->needs[i]);
    return c;
}

static int by_pointee(const void *a, const void *b)
{
    const struct ra_step *const *x = a, *const *y = b;
    return by_content(*x, *y);
}

int ra_stored_paths_resolve(struct ra_fields *f, struct ra_reading *r)
{
    struct ra_verdict *v = &r->ret->verdict;
    const struct ra_step **sorted = ra_new_array(f->arena, const struct ra_step *, v->n_steps + 1);
    for (size_t i = 0; i < v->n_steps; i++)
        sorted[i] = &v->steps[i];
    if (v->n_steps > 1)
        qsort(sorted, v->n_steps, sizeof *sorted, by_pointee);
    for (size_t i = 0; i < r->n_paths; i++) {
        const struct ra_stored_path *p = &r->paths[i];
        size_t *places = ra_new_array(f->arena, size_t, p->n + 1);
        for (size_t k = 0; k < p->n; k++) {
            const struct ra_step *key = &p->steps[k];
            const struct ra_step **at =
                v->n_steps ? bsearch(&key, sorted, v->n_steps, sizeof *sorted, by_pointee) : NULL;
            if (!at && p->finding == RA_NO_PLACE)
                return ra_field_bad(f, "worst_case.path[%zu]: is not among the steps", k);
            if (!at)
                return ra_field_bad(f, "findings[%zu].path[%zu]: is not among the steps", p->finding, k);
            places[k] = (size_t)(*at - v->steps);
        }
        if (p->finding == RA_NO_PLACE) {
            v->worst.path = places;
            v->worst.n_path = p->n;
        } else {
            v->findings[p->finding].path = places;
            v->findings[p->finding].n_path = p->n;
        }
    }
    return 0;
}
