// Questions to a parsed tree (JSON, TOML and YAML alike). None of them fails: what is not there, or is of another
// type, answers NULL, empty or false.
#include "parse/json.h"

#include <stdlib.h>
#include <string.h>

static const struct ra_json *member(const struct ra_json *v, struct ra_span key)
{
    const struct ra_json *found = NULL;
    if (v && v->type == RA_JSON_OBJECT)
        for (const struct ra_json *m = v->child; m; m = m->next)
            if (ra_span_eq(m->key, key))
                found = m;
    return found;
}

const struct ra_json *ra_json_get(const struct ra_json *v, const char *key)
{
    return member(v, ra_span_of(key));
}

const struct ra_json *ra_json_at(const struct ra_json *v, const char *dotted)
{
    struct ra_span rest = ra_span_of(dotted), name;
    while (v && ra_span_until(&rest, '.', &name))
        v = member(v, name);
    return v;
}

bool ra_json_is_true(const struct ra_json *v)
{
    return v && v->type == RA_JSON_TRUE;
}

struct ra_span ra_json_text(const struct ra_json *v)
{
    return v && v->type == RA_JSON_STRING ? v->text : RA_SPAN("");
}

// TOML and YAML also write +1, 0x1F, 0o17, 0b1.
static unsigned base_of(struct ra_span *s)
{
    static const struct {
        const char *prefix;
        unsigned base;
    } prefixes[] = {{"0x", 16}, {"0o", 8}, {"0b", 2}};
    for (size_t i = 0; i < RA_COUNT(prefixes); i++)
        if (ra_span_starts(*s, prefixes[i].prefix)) {
            *s = ra_span_cut(*s, 2, s->n);
            return prefixes[i].base;
        }
    return 10;
}

bool ra_json_i64(const struct ra_json *v, int64_t *ret)
{
    if (!v || v->type != RA_JSON_NUMBER || v->text.n == 0)
        return false;
    struct ra_span s = v->text;
    bool negative = s.p[0] == '-';
    if (negative || s.p[0] == '+')
        s = ra_span_cut(s, 1, s.n);
    unsigned base = base_of(&s);
    uint64_t n;
    if (!ra_span_u64(s, base, &n) || n > (uint64_t)INT64_MAX + negative)
        return false;
    *ret = negative ? (int64_t)(0 - n) : (int64_t)n;
    return true;
}

static bool before(const struct ra_json *a, const struct ra_json *b)
{
    return a->key_line < b->key_line || (a->key_line == b->key_line && a->key_column < b->key_column);
}

static int by_key(const void *left, const void *right)
{
    const struct ra_json *a = *(const struct ra_json *const *)left, *b = *(const struct ra_json *const *)right;
    int order = a->key.n && b->key.n ? memcmp(a->key.p, b->key.p, a->key.n < b->key.n ? a->key.n : b->key.n) : 0;
    if (order == 0 && a->key.n != b->key.n)
        order = a->key.n < b->key.n ? -1 : 1;
    return order ? order : before(a, b) ? -1 : 1;
}

static void earlier(const struct ra_json **best, const struct ra_json *other)
{
    if (other && (!*best || before(other, *best)))
        *best = other;
}

// Sorted, so that a hostile file of many keys costs n log n.
static const struct ra_json *among_members(const struct ra_json *object, size_t n)
{
    const struct ra_json **sorted = calloc(n, sizeof *sorted), *best = NULL;
    if (!sorted)
        ra_oom();
    size_t i = 0;
    for (const struct ra_json *m = object->child; m; m = m->next)
        sorted[i++] = m;
    qsort(sorted, n, sizeof *sorted, by_key);
    for (i = 1; i < n; i++)
        if (ra_span_eq(sorted[i - 1]->key, sorted[i]->key))
            earlier(&best, sorted[i]);
    free(sorted);
    return best;
}

const struct ra_json *ra_json_duplicate(const struct ra_json *v)
{
    const struct ra_json *best = NULL;
    size_t n = 0;
    if (!v)
        return NULL;
    for (const struct ra_json *m = v->child; m; m = m->next, n++)
        if (m->child)
            earlier(&best, ra_json_duplicate(m));
    if (v->type == RA_JSON_OBJECT && n > 1)
        earlier(&best, among_members(v, n));
    return best;
}
