// The rules of merging (inventory.h), one function each.
#include "model/join.h"

#include <string.h>

int ra_compare_text(const char *a, const char *b)
{
    if (!a || !b)
        return (a != NULL) - (b != NULL);
    return a == b ? 0 : strcmp(a, b);
}

const char *ra_join_text(const char *a, const char *b)
{
    if (!a || !b)
        return a ? a : b;
    return strcmp(a, b) <= 0 ? a : b;
}

enum ra_state ra_join_state(enum ra_state a, enum ra_state b)
{
    static const int sureness[] = {
        [RA_STATE_ABSENT] = 0, [RA_STATE_DENIED] = 1, [RA_STATE_UNKNOWN] = 2, [RA_STATE_PRESENT] = 3};
    return sureness[a] >= sureness[b] ? a : b;
}

static int compare_number(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

int ra_compare_detail_value(const struct ra_detail *a, const struct ra_detail *b)
{
    int c = compare_number(a->type, b->type);
    if (!c)
        c = compare_number(a->number, b->number);
    return c ? c : ra_compare_text(a->text, b->text);
}

int ra_compare_evidence(const struct ra_evidence *a, const struct ra_evidence *b)
{
    int c = ra_compare_text(a->collector, b->collector);
    if (!c)
        c = compare_number(a->method, b->method);
    if (!c)
        c = ra_compare_text(a->source.path, b->source.path);
    if (!c)
        c = compare_number(a->source.line, b->source.line);
    if (!c)
        c = compare_number(a->source.column, b->source.column);
    if (!c)
        c = ra_compare_text(a->source.call, b->source.call);
    return c ? c : compare_number(a->outcome, b->outcome);
}

void ra_push_reach(struct ra_inventory *inv, struct ra_reach *r)
{
    inv->reaches = ra_grow(inv->arena, inv->reaches, inv->n_reaches, &inv->cap_reaches, sizeof(struct ra_reach *));
    inv->reaches[inv->n_reaches++] = r;
}

void ra_push_evidence(struct ra_arena *a, struct ra_reach *r, struct ra_evidence e)
{
    if (!r->evidence) { // most reaches have one or two
        r->cap_evidence = 2;
        r->evidence = ra_new_array(a, struct ra_evidence, r->cap_evidence);
    }
    r->evidence = ra_grow(a, r->evidence, r->n_evidence, &r->cap_evidence, sizeof e);
    r->evidence[r->n_evidence++] = e;
}

void ra_join_detail(struct ra_arena *a, struct ra_reach *r, struct ra_detail d)
{
    for (size_t i = 0; i < r->n_details; i++)
        if (strcmp(r->details[i].key, d.key) == 0) {
            if (ra_compare_detail_value(&d, &r->details[i]) < 0)
                r->details[i] = d;
            return;
        }
    r->details = ra_grow(a, r->details, r->n_details, &r->cap_details, sizeof d);
    r->details[r->n_details++] = d;
}

void ra_join_reach(struct ra_arena *a, struct ra_reach *into, const struct ra_reach *from)
{
    into->locator = ra_join_text(into->locator, from->locator);
    into->role = ra_join_text(into->role, from->role);
    into->ref = ra_join_text(into->ref, from->ref);
    into->title = ra_join_text(into->title, from->title);
    into->settled_by = ra_join_text(into->settled_by, from->settled_by);
    into->access |= from->access;
    into->traits |= from->traits;
    into->state = ra_join_state(into->state, from->state);
    if (from->least > into->least)
        into->least = from->least;
    if (from->ceiling > into->ceiling)
        into->ceiling = from->ceiling;
    if (from->cap > into->cap)
        into->cap = from->cap;
    into->narrowed |= from->narrowed;
    for (size_t i = 0; i < from->n_details; i++)
        ra_join_detail(a, into, from->details[i]);
    for (size_t i = 0; i < from->n_evidence; i++)
        ra_push_evidence(a, into, from->evidence[i]);
}
