// A recognizer for strict JSON, by recursive descent, bounded in depth. It builds nothing.
#include "model/json_strict.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "base/limits.h"
#include "model/inventory.h"
#include "model/percent.h"
#include "model/scrub.h"

struct place { // where in the document, innermost first
    const struct place *up;
    struct ra_span key; // of an object's member, between its quotes
    size_t index;       // of an array's item, where key.p is NULL
};
struct reader {
    struct ra_span text;
    size_t at;
    unsigned depth;
    size_t nodes, most_nodes;
    struct ra_error *err;
};

static int value(struct reader *r, const struct place *up);

static size_t put_path(char *out, size_t room, const struct place *p)
{
    if (!p)
        return 0;
    size_t n = put_path(out, room, p->up);
    RA_CLEANUP(ra_arena_free) struct ra_arena scratch = {0};
    // Before it is cut: a half of a secret has no shape.
    int more = p->key.p ? snprintf(out + n, room - n, "%s%.40s", n ? "." : "", ra_scrub_span(&scratch, p->key))
                        : snprintf(out + n, room - n, "[%zu]", p->index);
    n += more > 0 ? (size_t)more : 0;
    return n < room ? n : room - 1;
}

RA_PRINTF(3, 4)
static int bad(struct reader *r, const struct place *p, const char *fmt, ...)
{
    char path[160] = "", what[160];
    va_list args;
    va_start(args, fmt);
    vsnprintf(what, sizeof what, fmt, args);
    va_end(args);
    put_path(path, sizeof path, p);
    unsigned line = 1, column = 1;
    for (size_t i = 0; i < r->at && i < r->text.n; i++) {
        column = r->text.p[i] == '\n' ? 1 : column + 1;
        line += r->text.p[i] == '\n';
    }
    return ra_fail_at(r->err, line, column, "%s%s%s", path, *path ? ": " : "", what);
}

// What bad has said is a limit.
static int limit(struct reader *r)
{
    if (r->err)
        r->err->code = RA_E_LIMIT;
    return RA_E_LIMIT;
}

static void skip_blanks(struct reader *r)
{
    while (r->at < r->text.n && strchr(" \t\r\n", r->text.p[r->at]) && r->text.p[r->at])
        r->at++;
}

static bool take(struct reader *r, char c)
{
    skip_blanks(r);
    if (r->at >= r->text.n || r->text.p[r->at] != c)
        return false;
    r->at++;
    return true;
}

// The four digits after "\u", or -1.
static int unit(const struct reader *r, size_t at)
{
    int v = 0;
    if (at + 4 > r->text.n)
        return -1;
    for (size_t i = 0; i < 4; i++) {
        int d = ra_hex_value(r->text.p[at + i]);
        if (d < 0)
            return -1;
        v = v * 16 + d;
    }
    return v;
}

static int escape(struct reader *r, const struct place *p)
{
    char c = r->at + 1 < r->text.n ? r->text.p[r->at + 1] : 0;
    if (c != 'u') {
        if (!c || !strchr("\"\\/bfnrt", c))
            return bad(r, p, "unknown escape in a string");
        r->at += 2;
        return 0;
    }
    int v = unit(r, r->at + 2);
    if (v < 0)
        return bad(r, p, "\\u wants four hexadecimal digits");
    if (v == 0)
        return bad(r, p, "NUL in a string");
    size_t n = 6;
    if (v >= 0xD800 && v < 0xE000) {
        bool second = r->at + 7 < r->text.n && r->text.p[r->at + 6] == '\\' && r->text.p[r->at + 7] == 'u';
        int low = second ? unit(r, r->at + 8) : -1;
        if (v >= 0xDC00 || low < 0xDC00 || low >= 0xE000)
            return bad(r, p, "half of a surrogate pair in a string");
        n = 12;
    }
    r->at += n;
    return 0;
}

static int string(struct reader *r, const struct place *p, struct ra_span *ret)
{
    size_t start = ++r->at; // after the quote
    while (r->at < r->text.n && r->text.p[r->at] != '"') {
        unsigned char c = (unsigned char)r->text.p[r->at];
        if (c < 0x20)
            return bad(r, p, c ? "control character in a string" : "NUL in a string");
        if (c == '\\') {
            int code = escape(r, p);
            if (code)
                return code;
        } else
            r->at++;
    }
    if (r->at >= r->text.n)
        return bad(r, p, "the string does not end");
    *ret = ra_span_cut(r->text, start, r->at - start);
    r->at++;
    return 0;
}

static int number(struct reader *r, const struct place *p)
{
    size_t start = r->at;
    bool minus = r->text.p[r->at] == '-';
    r->at += minus;
    size_t first = r->at;
    while (r->at < r->text.n && r->text.p[r->at] >= '0' && r->text.p[r->at] <= '9')
        r->at++;
    struct ra_span digits = ra_span_cut(r->text, first, r->at - first);
    if (!digits.n || (digits.n > 1 && digits.p[0] == '0') || (minus && ra_span_is(digits, "0")))
        return bad(r, p, "not a number");
    if (r->at < r->text.n && strchr(".eE", r->text.p[r->at]) && r->text.p[r->at])
        return bad(r, p, "only whole numbers are used here");
    uint64_t v;
    if (!ra_span_u64(digits, 10, &v) || v > (uint64_t)RA_EXACT_NUMBER) {
        r->at = start;
        return bad(r, p, "the number is too large");
    }
    return 0;
}

static int object(struct reader *r, const struct place *up)
{
    if (take(r, '}'))
        return 0;
    do {
        struct place p = {.up = up, .key = {"", 0}};
        skip_blanks(r);
        if (r->at >= r->text.n || r->text.p[r->at] != '"')
            return bad(r, up, "a key in quotes was expected");
        int code = string(r, up, &p.key);
        if (code)
            return code;
        if (!take(r, ':'))
            return bad(r, &p, "':' was expected");
        if ((code = value(r, &p)))
            return code;
    } while (take(r, ','));
    return take(r, '}') ? 0 : bad(r, up, "',' or '}' was expected");
}

static int array(struct reader *r, const struct place *up)
{
    struct place p = {.up = up};
    if (take(r, ']'))
        return 0;
    do {
        int code = value(r, &p);
        if (code)
            return code;
        p.index++;
    } while (take(r, ','));
    return take(r, ']') ? 0 : bad(r, up, "',' or ']' was expected");
}

static int nested(struct reader *r, const struct place *p, int (*read)(struct reader *, const struct place *))
{
    if (++r->depth > RA_MAX_DEPTH) {
        bad(r, p, "nested deeper than %d", RA_MAX_DEPTH);
        return limit(r);
    }
    r->at++;
    int code = read(r, p);
    r->depth--;
    return code;
}

static int value(struct reader *r, const struct place *p)
{
    if (++r->nodes > r->most_nodes) {
        bad(r, p, "more than %zu values in so few bytes", r->most_nodes);
        return limit(r);
    }
    skip_blanks(r);
    struct ra_span rest = ra_span_cut(r->text, r->at, r->text.n), ignored;
    char c = rest.n ? rest.p[0] : 0;
    if (c == '{')
        return nested(r, p, object);
    if (c == '[')
        return nested(r, p, array);
    if (c == '"')
        return string(r, p, &ignored);
    if (c == '-' || (c >= '0' && c <= '9'))
        return number(r, p);
    static const char *const words[] = {"true", "false", "null"};
    for (size_t i = 0; i < RA_COUNT(words); i++)
        if (ra_span_starts(rest, words[i])) {
            r->at += strlen(words[i]);
            return 0;
        }
    return bad(r, p, rest.n ? "a value was expected" : "the text ends too early");
}

// Character by character, so that the first wrong one is pointed at.
static int not_utf8(struct reader *r)
{
    for (size_t n; r->at < r->text.n; r->at += n) {
        unsigned char c = (unsigned char)r->text.p[r->at];
        n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        if (n > r->text.n - r->at || !ra_span_utf8(ra_span_cut(r->text, r->at, n)))
            return bad(r, NULL, c ? "not UTF-8" : "NUL in the text");
    }
    return bad(r, NULL, "not UTF-8");
}

int ra_json_strict(struct ra_span json, struct ra_error *err)
{
    struct reader r = {.text = json, .err = err, .most_nodes = RA_MAX_NODES + json.n / RA_MIN_NODE_BYTES};
    if (!ra_span_utf8(json))
        return not_utf8(&r);
    int code = value(&r, NULL);
    if (code)
        return code;
    skip_blanks(&r);
    return r.at == json.n ? 0 : bad(&r, NULL, "something follows after the end");
}
