// YAML by libyaml's events. Made for settings: anchors, aliases and a second document are refused, tags choose
// nothing but the type of a scalar, and no key may be given twice.
#include "parse/yaml.h"

#include <string.h>
#include <yaml.h>

#include "base/limits.h"

struct level {
    struct ra_json *container;
    struct ra_json **tail;
    struct ra_span key; // of the member that is next
    unsigned key_line, key_column;
    bool has_key;
};

struct reader {
    struct ra_arena *arena;
    struct ra_error *err;
    yaml_parser_t parser;
    struct ra_span input;
    struct level levels[RA_MAX_DEPTH];
    unsigned depth;
    size_t nodes, documents;
    struct ra_json *root;
};

static int fail(struct reader *y, yaml_mark_t at, const char *what)
{
    return ra_fail_at(y->err, (unsigned)at.line + 1, (unsigned)at.column + 1, "%s", what);
}

// libyaml gives a byte offset, and no line, for text that is not UTF-8.
static int unreadable(struct reader *y)
{
    struct ra_span before = ra_span_cut(y->input, 0, y->parser.problem_offset);
    unsigned line = 1;
    for (size_t i = 0; i < before.n; i++)
        line += before.p[i] == '\n';
    return ra_fail_at(y->err, line, 1, "this line is not text that YAML allows");
}

static int problem(struct reader *y)
{
    if (y->parser.error == YAML_MEMORY_ERROR)
        ra_oom();
    if (y->parser.error == YAML_READER_ERROR)
        return unreadable(y);
    return fail(y, y->parser.problem_mark, y->parser.problem ? y->parser.problem : "not valid YAML");
}

static bool one_of(struct ra_span s, const char *const *names)
{
    for (; *names; names++)
        if (ra_span_is(s, *names))
            return true;
    return false;
}

static bool digits(struct ra_span *s)
{
    size_t n = 0;
    while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
        n++;
    *s = ra_span_cut(*s, n, s->n);
    return n > 0;
}

// Source: YAML 1.2.2, section 10.3.2 (the core schema).
static bool is_number(struct ra_span s)
{
    static const char *const special[] = {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf",
                                          "-.Inf", "-.INF", ".nan", ".NaN", ".NAN", NULL};
    uint64_t ignored;
    if (one_of(s, special))
        return true;
    if (ra_span_starts(s, "0x") || ra_span_starts(s, "0o"))
        return ra_span_u64(ra_span_cut(s, 2, s.n), s.p[1] == 'x' ? 16 : 8, &ignored);
    if (s.n && (s.p[0] == '+' || s.p[0] == '-'))
        s = ra_span_cut(s, 1, s.n);
    bool any = digits(&s);
    if (s.n && s.p[0] == '.') {
        s = ra_span_cut(s, 1, s.n);
        any |= digits(&s);
    }
    if (any && s.n && (s.p[0] | 32) == 'e') {
        s = ra_span_cut(s, s.n > 1 && (s.p[1] == '+' || s.p[1] == '-') ? 2 : 1, s.n);
        any = digits(&s);
    }
    return any && s.n == 0;
}

static enum ra_json_type core_type(struct ra_span s)
{
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
    static const char *const trues[] = {"true", "True", "TRUE", NULL};
    static const char *const falses[] = {"false", "False", "FALSE", NULL};
    if (one_of(s, nulls))
        return RA_JSON_NULL;
    if (one_of(s, trues))
        return RA_JSON_TRUE;
    if (one_of(s, falses))
        return RA_JSON_FALSE;
    return is_number(s) ? RA_JSON_NUMBER : RA_JSON_STRING;
}

// Plain scalars have the type they look like; so have those whose tag says so.
static enum ra_json_type scalar_type(const yaml_event_t *e, struct ra_span text)
{
    static const char *const typed[] = {YAML_NULL_TAG, YAML_BOOL_TAG, YAML_INT_TAG, YAML_FLOAT_TAG, NULL};
    const char *tag = (const char *)e->data.scalar.tag;
    bool by_looks = e->data.scalar.plain_implicit || (tag && one_of(ra_span_of(tag), typed));
    return by_looks ? core_type(text) : RA_JSON_STRING;
}

// Puts a value where the document is: as the root, a list's item, or a key's value.
static int place(struct reader *y, const yaml_event_t *e, enum ra_json_type type, struct ra_json **ret)
{
    if (++y->nodes > RA_MAX_NODES)
        return ra_fail_at(y->err, (unsigned)e->start_mark.line + 1, (unsigned)e->start_mark.column + 1,
                          "more than %d values", RA_MAX_NODES);
    struct ra_json *v = ra_new(y->arena, struct ra_json);
    v->type = type;
    v->line = (unsigned)e->start_mark.line + 1;
    v->column = (unsigned)e->start_mark.column + 1;
    v->key = v->text = RA_SPAN("");
    struct level *at = y->depth ? &y->levels[y->depth - 1] : NULL;
    if (!at) {
        y->root = v;
    } else {
        *at->tail = v;
        at->tail = &v->next;
        v->key = at->key;
        v->key_line = at->key_line;
        v->key_column = at->key_column;
        at->key = RA_SPAN("");
        at->has_key = false;
    }
    *ret = v;
    return 0;
}

static bool expects_key(const struct reader *y)
{
    const struct level *at = y->depth ? &y->levels[y->depth - 1] : NULL;
    return at && at->container->type == RA_JSON_OBJECT && !at->has_key;
}

static int scalar(struct reader *y, const yaml_event_t *e)
{
    struct ra_span text = {(const char *)e->data.scalar.value, e->data.scalar.length};
    struct ra_span copy = {ra_strndup(y->arena, text), text.n};
    if (e->data.scalar.anchor)
        return fail(y, e->start_mark, "anchors are not allowed here");
    if (expects_key(y)) {
        struct level *at = &y->levels[y->depth - 1];
        at->key = copy;
        at->key_line = (unsigned)e->start_mark.line + 1;
        at->key_column = (unsigned)e->start_mark.column + 1;
        at->has_key = true;
        return 0;
    }
    struct ra_json *v;
    int code = place(y, e, scalar_type(e, text), &v);
    if (!code && (v->type == RA_JSON_STRING || v->type == RA_JSON_NUMBER))
        v->text = copy;
    return code;
}

static int open_container(struct reader *y, const yaml_event_t *e, enum ra_json_type type, const yaml_char_t *anchor)
{
    struct ra_json *v;
    if (anchor)
        return fail(y, e->start_mark, "anchors are not allowed here");
    if (expects_key(y))
        return fail(y, e->start_mark, "a key must be a plain word");
    if (y->depth == RA_MAX_DEPTH)
        return ra_fail_at(y->err, (unsigned)e->start_mark.line + 1, (unsigned)e->start_mark.column + 1,
                          "nested deeper than %d levels", RA_MAX_DEPTH);
    int code = place(y, e, type, &v);
    if (!code)
        y->levels[y->depth++] = (struct level){.container = v, .tail = &v->child, .key = RA_SPAN("")};
    return code;
}

static int event(struct reader *y, const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_SCALAR_EVENT:
        return scalar(y, e);
    case YAML_MAPPING_START_EVENT:
        return open_container(y, e, RA_JSON_OBJECT, e->data.mapping_start.anchor);
    case YAML_SEQUENCE_START_EVENT:
        return open_container(y, e, RA_JSON_ARRAY, e->data.sequence_start.anchor);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        y->depth--;
        return 0;
    case YAML_ALIAS_EVENT:
        return fail(y, e->start_mark, "aliases are not allowed here");
    case YAML_DOCUMENT_START_EVENT:
        return ++y->documents > 1 ? fail(y, e->start_mark, "more than one document") : 0;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_STREAM_END_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return 0;
    }
    return 0;
}

static int events(struct reader *y)
{
    int code = 0;
    for (bool end = false; !end && !code;) {
        yaml_event_t e;
        if (!yaml_parser_parse(&y->parser, &e))
            return problem(y);
        end = e.type == YAML_STREAM_END_EVENT;
        code = event(y, &e);
        yaml_event_delete(&e);
    }
    return code;
}

int ra_yaml_parse(struct ra_arena *a, struct ra_span input, struct ra_json **ret, struct ra_error *err)
{
    struct reader y = {.arena = a, .err = err, .input = input};
    if (!yaml_parser_initialize(&y.parser))
        ra_oom();
    yaml_parser_set_encoding(&y.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&y.parser, (const unsigned char *)input.p, input.n);
    int code = events(&y);
    yaml_parser_delete(&y.parser);
    if (code)
        return code;
    if (!y.root) { // nothing but blanks and comments
        y.root = ra_new(a, struct ra_json);
        *y.root = (struct ra_json){.line = 1, .column = 1, .key = RA_SPAN(""), .text = RA_SPAN("")};
    }
    const struct ra_json *twice = ra_json_duplicate(y.root);
    if (twice)
        return ra_fail_at(err, twice->key_line, twice->key_column, "this key is given twice");
    *ret = y.root;
    return 0;
}
