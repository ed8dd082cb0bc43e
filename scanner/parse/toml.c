// The grammar of TOML 1.0, the reading half: lines, keys, lists and inline tables. Which keys may stand where is
// toml_table.c's, scalars are toml_value.c's.
#include "parse/toml.h"

#include "parse/toml_table.h"
#include "parse/toml_value.h"

static void blanks(struct ra_toml *t)
{
    while (ra_reader_peek(&t->r, 0) == ' ' || ra_reader_peek(&t->r, 0) == '\t')
        ra_reader_skip(&t->r, 1);
}

static bool line_break(struct ra_toml *t)
{
    size_t n = ra_reader_starts(&t->r, "\n") ? 1 : ra_reader_starts(&t->r, "\r\n") ? 2 : 0;
    ra_reader_skip(&t->r, n);
    return n > 0;
}

static int comment(struct ra_toml *t)
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
static int space(struct ra_toml *t)
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
static int key_part(struct ra_toml *t, struct ra_toml_key *ret, bool *ret_more)
{
    blanks(t);
    *ret = (struct ra_toml_key){.line = t->r.line, .column = t->r.column};
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

static int value(struct ra_toml *t, unsigned depth, struct ra_json **ret);

static int key_value(struct ra_toml *t, struct ra_toml_container *table)
{
    struct ra_toml_key key;
    bool more;
    int code;
    struct ra_json *v, *there;
    while (!(code = key_part(t, &key, &more)) && more)
        if ((code = ra_toml_dotted_step(t, &table, &key)))
            break;
    if (code)
        return code;
    if ((there = ra_toml_find(t, table, key.text)))
        return ra_toml_taken(t, &key, there);
    if (ra_reader_peek(&t->r, 0) != '=')
        return ra_reader_fail(&t->r, "expected '=' after a key");
    ra_reader_skip(&t->r, 1);
    blanks(t);
    if ((code = value(t, table->depth + 1, &v)))
        return code;
    ra_toml_add(t, table, &key, v);
    return 0;
}

static int list(struct ra_toml *t, struct ra_toml_container *c)
{
    int code;
    struct ra_json *v;
    ra_reader_skip(&t->r, 1);
    for (;;) {
        if ((code = space(t)))
            return code;
        if (ra_reader_peek(&t->r, 0) == ']')
            break;
        if ((code = value(t, c->depth + 1, &v)) || (ra_toml_append(c, v), code = space(t)))
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
static int inline_table(struct ra_toml *t, struct ra_toml_container *c)
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

static int value(struct ra_toml *t, unsigned depth, struct ra_json **ret)
{
    int c = ra_reader_peek(&t->r, 0);
    if (c == '{' || c == '[') {
        enum ra_json_type type = c == '{' ? RA_JSON_OBJECT : RA_JSON_ARRAY;
        struct ra_toml_container *made = ra_toml_container_new(t, type, RA_TOML_CLOSED, depth);
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

static int header(struct ra_toml *t)
{
    bool item = ra_reader_starts(&t->r, "[["), more;
    struct ra_toml_container *at = t->root;
    struct ra_toml_key key;
    int code;
    ra_reader_skip(&t->r, item ? 2 : 1);
    while (!(code = key_part(t, &key, &more)) && more)
        if ((code = ra_toml_header_step(t, &at, &key)))
            break;
    if (code)
        return code;
    if (!ra_reader_starts(&t->r, item ? "]]" : "]"))
        return ra_reader_fail(&t->r, item ? "expected ']]' after a list's name" : "expected ']' after a table's name");
    ra_reader_skip(&t->r, item ? 2 : 1);
    return item ? ra_toml_open_item(t, at, &key) : ra_toml_open_table(t, at, &key);
}

static int document(struct ra_toml *t)
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

int ra_toml_parse(struct ra_arena *a, struct ra_span input, struct ra_json **ret, struct ra_error *err)
{
    struct ra_toml t = {.r = ra_reader_start(a, input, err)};
    int code = check_text(input, err);
    if (code)
        return code;
    t.root = t.table = ra_toml_container_new(&t, RA_JSON_OBJECT, RA_TOML_HEADER, 0);
    code = document(&t);
    ra_toml_forget(&t);
    if (!code)
        *ret = &t.root->json;
    return code;
}
