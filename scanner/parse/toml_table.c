// The tables of a TOML document. Who may add to a table depends on how it came to be, which each table remembers.
// Members are found through one ordered tree, so that no file makes the search slow.
#include "parse/toml_table.h"

#include <search.h>
#include <string.h>

struct named {
    const struct ra_toml_container *table;
    struct ra_json *member;
};

static int by_table_and_key(const void *left, const void *right)
{
    const struct named *a = left, *b = right;
    if (a->table != b->table)
        return (uintptr_t)a->table < (uintptr_t)b->table ? -1 : 1;
    struct ra_span x = a->member->key, y = b->member->key;
    int order = x.n && y.n ? memcmp(x.p, y.p, x.n < y.n ? x.n : y.n) : 0;
    return order ? order : x.n < y.n ? -1 : x.n > y.n;
}

struct ra_json *ra_toml_find(struct ra_toml *t, const struct ra_toml_container *table, struct ra_span key)
{
    struct ra_json name = {.key = key};
    struct named wanted = {table, &name};
    struct named *const *found = tfind(&wanted, &t->members, by_table_and_key);
    return found ? (*found)->member : NULL;
}

void ra_toml_append(struct ra_toml_container *to, struct ra_json *v)
{
    *to->tail = v;
    to->tail = &v->next;
}

void ra_toml_add(struct ra_toml *t, struct ra_toml_container *table, const struct ra_toml_key *key, struct ra_json *v)
{
    struct named *e = ra_new(t->r.arena, struct named);
    v->key = key->text;
    v->key_line = key->line;
    v->key_column = key->column;
    *e = (struct named){table, v};
    if (!tsearch(e, &t->members, by_table_and_key))
        ra_oom();
    ra_toml_append(table, v);
}

struct ra_toml_container *ra_toml_container_new(struct ra_toml *t, enum ra_json_type type, enum ra_toml_origin origin,
                                                unsigned depth)
{
    if (depth > RA_MAX_DEPTH) {
        ra_fail_at(t->r.err, t->r.line, t->r.column, "nested deeper than %d levels", RA_MAX_DEPTH);
        return NULL;
    }
    struct ra_toml_container *c = (struct ra_toml_container *)(void *)ra_reader_node(&t->r, type, sizeof *c);
    if (!c)
        return NULL;
    c->origin = origin;
    c->depth = depth;
    c->tail = &c->json.child;
    return c;
}

// The container that a node of type object or array is; NULL for others.
static struct ra_toml_container *container_of_node(struct ra_json *v)
{
    return v && (v->type == RA_JSON_OBJECT || v->type == RA_JSON_ARRAY) ? (struct ra_toml_container *)(void *)v : NULL;
}

static struct ra_toml_container *add_table(struct ra_toml *t, struct ra_toml_container *table, const struct ra_toml_key *key,
                                           enum ra_toml_origin origin)
{
    struct ra_toml_container *c = ra_toml_container_new(t, RA_JSON_OBJECT, origin, table->depth + 1);
    if (c) {
        c->json.line = key->line;
        c->json.column = key->column;
        ra_toml_add(t, table, key, &c->json);
    }
    return c;
}

int ra_toml_taken(struct ra_toml *t, const struct ra_toml_key *key, const struct ra_json *by)
{
    const char *what = by->type != RA_JSON_OBJECT && by->type != RA_JSON_ARRAY ? "key" : "table or list";
    return ra_fail_at(t->r.err, key->line, key->column, "a %s of this name is already there, on line %u", what,
                      by->key_line);
}

// One step of `[a.b.c]` before its last part.
int ra_toml_header_step(struct ra_toml *t, struct ra_toml_container **table, const struct ra_toml_key *key)
{
    struct ra_json *v = ra_toml_find(t, *table, key->text);
    struct ra_toml_container *c = container_of_node(v);
    if (!v) {
        *table = add_table(t, *table, key, RA_TOML_IMPLICIT);
        return *table ? 0 : RA_E_INPUT;
    }
    if (!c || c->origin == RA_TOML_CLOSED)
        return ra_toml_taken(t, key, v);
    *table = c->origin == RA_TOML_TABLES ? c->last : c;
    return 0;
}

// One step of `a.b.c = value` before its last part.
int ra_toml_dotted_step(struct ra_toml *t, struct ra_toml_container **table, const struct ra_toml_key *key)
{
    struct ra_json *v = ra_toml_find(t, *table, key->text);
    struct ra_toml_container *c = container_of_node(v);
    if (!v) {
        *table = add_table(t, *table, key, RA_TOML_DOTTED);
        return *table ? 0 : RA_E_INPUT;
    }
    if (!c || (c->origin != RA_TOML_DOTTED && c->origin != RA_TOML_IMPLICIT))
        return ra_toml_taken(t, key, v);
    c->origin = RA_TOML_DOTTED;
    *table = c;
    return 0;
}

// The last part of `[a.b]`.
int ra_toml_open_table(struct ra_toml *t, struct ra_toml_container *parent, const struct ra_toml_key *key)
{
    struct ra_json *v = ra_toml_find(t, parent, key->text);
    struct ra_toml_container *c = container_of_node(v);
    if (!v)
        return (t->table = add_table(t, parent, key, RA_TOML_HEADER)) ? 0 : RA_E_INPUT;
    if (!c || c->origin != RA_TOML_IMPLICIT)
        return ra_toml_taken(t, key, v);
    c->origin = RA_TOML_HEADER;
    t->table = c;
    return 0;
}

// The last part of `[[a.b]]`: one more item.
int ra_toml_open_item(struct ra_toml *t, struct ra_toml_container *parent, const struct ra_toml_key *key)
{
    struct ra_json *v = ra_toml_find(t, parent, key->text);
    struct ra_toml_container *c = container_of_node(v);
    if (v && (!c || c->origin != RA_TOML_TABLES))
        return ra_toml_taken(t, key, v);
    if (!c) {
        if (!(c = ra_toml_container_new(t, RA_JSON_ARRAY, RA_TOML_TABLES, parent->depth + 1)))
            return RA_E_INPUT;
        ra_toml_add(t, parent, key, &c->json);
    }
    if (!(c->last = ra_toml_container_new(t, RA_JSON_OBJECT, RA_TOML_HEADER, c->depth + 1)))
        return RA_E_INPUT;
    c->last->json.line = key->line;
    c->last->json.column = key->column;
    ra_toml_append(c, &c->last->json);
    t->table = c->last;
    return 0;
}

static void nothing(void *named)
{
    (void)named; // the arena owns it
}

void ra_toml_forget(struct ra_toml *t)
{
    tdestroy(t->members, nothing);
}
