// Tables and keys of TOML 1.0: the reading half. Who may add to a table depends on how it came to be, which each
// table remembers. Members are found through one ordered tree, so that no file makes the search slow.
#include "parse/toml.h"

#include <search.h>
#include <string.h>

#include "parse/toml_value.h"

enum origin {
    IMPLICIT, // named on the way to another: [a.b] makes a
    HEADER,   // [a]
    DOTTED,   // a.b = 1 makes a
    CLOSED,   // an inline table or a list: what is written there is all
    TABLES    // the list that [[a]] makes
};

struct container { // every object and array
    struct ra_json json;
    enum origin origin;
    unsigned depth;
    struct ra_json **tail;
    struct container *last; // TABLES: where the next keys go
};

struct named {
    const struct container *table;
    struct ra_json *member;
};

struct reader {
    struct ra_reader r;
    struct container *root, *table; // table: of the last header
    void *members;                  // tsearch(3) tree of struct named
};

struct key {
    struct ra_span text;
    unsigned line, column;
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

static struct ra_json *find(struct reader *t, const struct container *table, struct ra_span key)
{
    struct ra_json name = {.key = key};
    struct named wanted = {table, &name};
    struct named *const *found = tfind(&wanted, &t->members, by_table_and_key);
    return found ? (*found)->member : NULL;
}

static void append(struct container *to, struct ra_json *v)
{
    *to->tail = v;
    to->tail = &v->next;
}

static void add(struct reader *t, struct container *table, const struct key *key, struct ra_json *v)
{
    struct named *e = ra_new(t->r.arena, struct named);
    v->key = key->text;
    v->key_line = key->line;
    v->key_column = key->column;
    *e = (struct named){table, v};
    if (!tsearch(e, &t->members, by_table_and_key))
        ra_oom();
    append(table, v);
}

static struct container *new_container(struct reader *t, enum ra_json_type type, enum origin origin, unsigned depth)
{
    if (depth > RA_MAX_DEPTH) {
        ra_fail_at(t->r.err, t->r.line, t->r.column, "nested deeper than %d levels", RA_MAX_DEPTH);
        return NULL;
    }
    struct container *c = (struct container *)(void *)ra_reader_node(&t->r, type, sizeof *c);
    if (!c)
        return NULL;
    c->origin = origin;
    c->depth = depth;
    c->tail = &c->json.child;
    return c;
}

// The container that a node of type object or array is; NULL for others.
static struct container *container_of_node(struct ra_json *v)
{
    return v && (v->type == RA_JSON_OBJECT || v->type == RA_JSON_ARRAY) ? (struct container *)(void *)v : NULL;
}

static struct container *add_table(struct reader *t, struct container *table, const struct key *key, enum origin origin)
{
    struct container *c = new_container(t, RA_JSON_OBJECT, origin, table->depth + 1);
    if (c) {
        c->json.line = key->line;
        c->json.column = key->column;
        add(t, table, key, &c->json);
    }
    return c;
}

static int taken(struct reader *t, const struct key *key, const struct ra_json *by)
{
    const char *what = by->type != RA_JSON_OBJECT && by->type != RA_JSON_ARRAY ? "key" : "table or list";
    return ra_fail_at(t->r.err, key->line, key->column, "a %s of this name is already there, on line %u", what,
                      by->key_line);
}

// One step of `[a.b.c]` before its last part.
static int header_step(struct reader *t, struct container **table, const struct key *key)
{
    struct ra_json *v = find(t, *table, key->text);
    struct container *c = container_of_node(v);
    if (!v) {
        *table = add_table(t, *table, key, IMPLICIT);
        return *table ? 0 : RA_E_INPUT;
    }
    if (!c || c->origin == CLOSED)
        return taken(t, key, v);
    *table = c->origin == TABLES ? c->last : c;
    return 0;
}

// One step of `a.b.c = value` before its last part.
static int dotted_step(struct reader *t, struct container **table, const struct key *key)
{
    struct ra_json *v = find(t, *table, key->text);
    struct container *c = container_of_node(v);
    if (!v) {
        *table = add_table(t, *table, key, DOTTED);
        return *table ? 0 : RA_E_INPUT;
    }
    if (!c || (c->origin != DOTTED && c->origin != IMPLICIT))
        return taken(t, key, v);
    c->origin = DOTTED;
    *table = c;
    return 0;
}

static void blanks(struct reader *t)
{
    while (ra_reader_peek(&t->r, 0) == ' ' || ra_reader_peek(&t->r, 0) == '\t')
        ra_reader_skip(&t->r, 1);
}

static bool line_break(struct reader *t)
{
    size_t n = ra_reader_starts(&t->r, "\n") ? 1 : ra_reader_starts(&t->r, "\r\n") ? 2 : 0;
    ra_reader_skip(&t->r, n);
    return n > 0;
}

static int comment(struct reader *t)
{
    int c;
    if (ra_reader_peek(&t->r, 0) != '#')
        return 0;
    while ((c = ra_reader_peek(&t->r, 0)) >= 0 && c != '\n' && !ra_reader_starts(&t->r, "\r\n")) {
        if ((c < 0x20 && c != '\t') || c == 0x7F)
            return ra_reader_fail(&t->r, "control character in a comment");
        ra_reader_skip(&t->r, 1);
    }
    return 0;
}

// Blanks, line breaks and comments.
static int space(struct reader *t)
{
    int code;
    do {
        blanks(t);
        if ((code = comment(t)))
            return code;
    } while (line_break(t));
    return 0;
}

static bool bare(int c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || c == '-';
}

// One part of a key, and the blanks around it. *ret_more where a dot follows.
static int key_part(struct reader *t, struct key *ret, bool *ret_more)
{
    blanks(t);
    *ret = (struct key){.line = t->r.line, .column = t->r.column};
    int c = ra_reader_peek(&t->r, 0), code;
    if (c == '"' || c == '\'') {
        if ((code = ra_toml_string(&t->r, true, &ret->text)))
            return code;
    } else {
        size_t start = t->r.at;
        while (bare(ra_reader_peek(&t->r, 0)))
            ra_reader_skip(&t->r, 1);
        ret->text = ra_reader_from(&t->r, start);
        if (ret->text.n == 0)
            return ra_reader_fail(&t->r, "expected a key");
    }
    blanks(t);
    *ret_more = ra_reader_peek(&t->r, 0) == '.';
    ra_reader_skip(&t->r, *ret_more);
    return 0;
}

static int value(struct reader *t, unsigned depth, struct ra_json **ret);

static int key_value(struct reader *t, struct container *table)
{
    struct key key;
    bool more;
    int code;
    struct ra_json *v, *there;
    while (!(code = key_part(t, &key, &more)) && more)
        if ((code = dotted_step(t, &table, &key)))
            break;
    if (code)
        return code;
    if ((there = find(t, table, key.text)))
        return taken(t, &key, there);
    if (ra_reader_peek(&t->r, 0) != '=')
        return ra_reader_fail(&t->r, "expected '=' after a key");
    ra_reader_skip(&t->r, 1);
    blanks(t);
    if ((code = value(t, table->depth + 1, &v)))
        return code;
    add(t, table, &key, v);
    return 0;
}

static int list(struct reader *t, struct container *c)
{
    int code;
    struct ra_json *v;
    ra_reader_skip(&t->r, 1);
    for (;;) {
        if ((code = space(t)))
            return code;
        if (ra_reader_peek(&t->r, 0) == ']')
            break;
        if ((code = value(t, c->depth + 1, &v)) || (append(c, v), code = space(t)))
            return code;
        if (ra_reader_peek(&t->r, 0) == ']')
            break;
        if (ra_reader_peek(&t->r, 0) != ',')
            return ra_reader_fail(&t->r, "expected ',' or ']' after an item");
        ra_reader_skip(&t->r, 1);
    }
    ra_reader_skip(&t->r, 1);
    return 0;
}

// On one line, without a comma at its end.
static int inline_table(struct reader *t, struct container *c)
{
    int code;
    ra_reader_skip(&t->r, 1);
    blanks(t);
    for (bool first = true; !first || ra_reader_peek(&t->r, 0) != '}'; first = false) {
        if ((code = key_value(t, c)))
            return code;
        blanks(t);
        if (ra_reader_peek(&t->r, 0) == '}')
            break;
        if (ra_reader_peek(&t->r, 0) != ',')
            return ra_reader_fail(&t->r, "expected ',' or '}' after a member");
        ra_reader_skip(&t->r, 1);
    }
    ra_reader_skip(&t->r, 1);
    return 0;
}

static int value(struct reader *t, unsigned depth, struct ra_json **ret)
{
    int c = ra_reader_peek(&t->r, 0);
    if (c == '{' || c == '[') {
        struct container *made = new_container(t, c == '{' ? RA_JSON_OBJECT : RA_JSON_ARRAY, CLOSED, depth);
        if (!made)
            return RA_E_INPUT;
        *ret = &made->json;
        return c == '{' ? inline_table(t, made) : list(t, made);
    }
    struct ra_json *v = ra_reader_node(&t->r, RA_JSON_STRING, sizeof *v);
    *ret = v;
    if (!v)
        return RA_E_INPUT;
    return c == '"' || c == '\'' ? ra_toml_string(&t->r, false, &v->text) : ra_toml_scalar(&t->r, v);
}

// The last part of `[a.b]`.
static int open_table(struct reader *t, struct container *parent, const struct key *key)
{
    struct ra_json *v = find(t, parent, key->text);
    struct container *c = container_of_node(v);
    if (!v)
        return (t->table = add_table(t, parent, key, HEADER)) ? 0 : RA_E_INPUT;
    if (!c || c->origin != IMPLICIT)
        return taken(t, key, v);
    c->origin = HEADER;
    t->table = c;
    return 0;
}

// The last part of `[[a.b]]`: one more item.
static int open_item(struct reader *t, struct container *parent, const struct key *key)
{
    struct ra_json *v = find(t, parent, key->text);
    struct container *c = container_of_node(v);
    if (v && (!c || c->origin != TABLES))
        return taken(t, key, v);
    if (!c) {
        if (!(c = new_container(t, RA_JSON_ARRAY, TABLES, parent->depth + 1)))
            return RA_E_INPUT;
        add(t, parent, key, &c->json);
    }
    if (!(c->last = new_container(t, RA_JSON_OBJECT, HEADER, c->depth + 1)))
        return RA_E_INPUT;
    c->last->json.line = key->line;
    c->last->json.column = key->column;
    append(c, &c->last->json);
    t->table = c->last;
    return 0;
}

static int header(struct reader *t)
{
    bool item = ra_reader_starts(&t->r, "[["), more;
    struct container *at = t->root;
    struct key key;
    int code;
    ra_reader_skip(&t->r, item ? 2 : 1);
    while (!(code = key_part(t, &key, &more)) && more)
        if ((code = header_step(t, &at, &key)))
            break;
    if (code)
        return code;
    if (!ra_reader_starts(&t->r, item ? "]]" : "]"))
        return ra_reader_fail(&t->r, item ? "expected ']]' after a list's name" : "expected ']' after a table's name");
    ra_reader_skip(&t->r, item ? 2 : 1);
    return item ? open_item(t, at, &key) : open_table(t, at, &key);
}

static int document(struct reader *t)
{
    int code;
    while (!(code = space(t)) && t->r.at < t->r.in.n) {
        if ((code = ra_reader_peek(&t->r, 0) == '[' ? header(t) : key_value(t, t->table)))
            return code;
        blanks(t);
        if ((code = comment(t)))
            return code;
        if (!line_break(t) && t->r.at < t->r.in.n)
            return ra_reader_fail(&t->r, "expected the end of the line");
    }
    return code;
}

static int check_text(struct ra_span input, struct ra_error *err)
{
    struct ra_span line;
    for (unsigned n = 1; ra_span_line(&input, &line); n++)
        if (!ra_span_utf8(line))
            return ra_fail_at(err, n, 1, "this line is not UTF-8 text");
    return 0;
}

static void nothing(void *named)
{
    (void)named; // the arena owns it
}

int ra_toml_parse(struct ra_arena *a, struct ra_span input, struct ra_json **ret, struct ra_error *err)
{
    struct reader t = {.r = ra_reader_start(a, input, err)};
    int code = check_text(input, err);
    if (code)
        return code;
    t.root = t.table = new_container(&t, RA_JSON_OBJECT, HEADER, 0);
    code = document(&t);
    tdestroy(t.members, nothing);
    if (!code)
        *ret = &t.root->json;
    return code;
}
