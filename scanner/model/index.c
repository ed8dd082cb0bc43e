// An open-addressing table, at most half full, under a keyed hash.
#include "model/index.h"

#include <string.h>

#include "model/hash.h"

struct ra_index {
    struct ra_reach **slots;
    size_t n, cap; // cap is a power of two
};

struct ra_index *ra_index_new(struct ra_arena *a, size_t expected)
{
    struct ra_index *x = ra_new(a, struct ra_index);
    x->cap = 64;
    while (x->cap < 2 * expected)
        x->cap *= 2;
    x->slots = ra_new_array(a, struct ra_reach *, x->cap);
    return x;
}

static void put(struct ra_index *x, struct ra_reach *r)
{
    size_t i = ra_hash(ra_span_of(r->id)) & (x->cap - 1);
    while (x->slots[i])
        i = (i + 1) & (x->cap - 1);
    x->slots[i] = r;
}

void ra_index_put(struct ra_arena *a, struct ra_index *x, struct ra_reach *r)
{
    if (2 * (x->n + 1) > x->cap) {
        struct ra_index *bigger = ra_index_new(a, x->cap);
        for (size_t i = 0; i < x->cap; i++)
            if (x->slots[i])
                put(bigger, x->slots[i]);
        x->slots = bigger->slots;
        x->cap = bigger->cap;
    }
    put(x, r);
    x->n++;
}

struct ra_reach *ra_index_find(const struct ra_index *x, const char *id)
{
    for (size_t i = ra_hash(ra_span_of(id)) & (x->cap - 1); x->slots[i]; i = (i + 1) & (x->cap - 1))
        if (strcmp(x->slots[i]->id, id) == 0)
            return x->slots[i];
    return NULL;
}
