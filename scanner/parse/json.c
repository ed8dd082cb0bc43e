// Reads JSON and JSONC into nodes with positions. Strict where readers disagree about meaning;
// one thing is taken that strict readers take too: half a surrogate pair, as U+FFFD.
#include "parse/json.h"

#include <string.h>

#include "parse/reader.h"

struct reader {
    struct ra_reader r;
    bool jsonc;
};

static int value(struct reader *j, struct ra_json **ret);

static int fail(struct reader *j, const char *what)
{
    return ra_reader_fail(&j->r, what);
}

static int comment(struct reader *j)
{
    unsigned line = j->r.line, column = j->r.column;
    if (!j->jsonc)
        return fail(j, "comments are not allowed here");
    if (ra_reader_starts(&j->r, "//")) {
        while (ra_reader_peek(&j->r, 0) >= 0 && ra_reader_peek(&j->r, 0) != '\n')
            ra_reader_skip(&j->r, 1);
        return 0;
    }
    for (ra_reader_skip(&j->r, 2); !ra_reader_starts(&j->r, "*/"); ra_reader_skip(&j->r, 1))
        if (ra_reader_peek(&j->r, 0) < 0)
            return ra_fail_at(j->r.err, line, column, "this comment is not closed");
    ra_reader_skip(&j->r, 2);
    return 0;
}

static int blanks(struct reader *j)
{
    for (;;) {
        int c = ra_reader_peek(&j->r, 0);
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
            ra_reader_skip(&j->r, 1);
            continue;
        }
        int next = c == '/' ? ra_reader_peek(&j->r, 1) : -1;
        if (next != '/' && next != '*')
            return 0;
        int code = comment(j);
        if (code)
            return code;
    }
}

// Decodes one escape, the cursor being on its backslash; returns the bytes put, 0 on an error.
static size_t escape(struct reader *j, char *to)
{
    static const char names[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
    int c = ra_reader_peek(&j->r, 1);
    const char *at = c > 0 ? strchr(names, c) : NULL;
    if (at) {
        *to = means[at - names];
        ra_reader_skip(&j->r, 2);
        return 1;
    }
    uint32_t code, low;
    if (c != 'u' || !ra_reader_hex(&j->r, 2, 4, &code)) {
        fail(j, c == 'u' ? "expected four hexadecimal digits after \\u" : "unknown escape in a string");
        return 0;
    }
    ra_reader_skip(&j->r, 6);
    if (code >= 0xD800 && code < 0xDC00 && ra_reader_starts(&j->r, "\\u") && ra_reader_hex(&j->r, 2, 4, &low) &&
        low >= 0xDC00 && low < 0xE000) {
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        ra_reader_skip(&j->r, 6);
    }
    return ra_utf8_put(to, code);
}

// The cursor is on the opening quote. Finds the end first, so that text without escapes is borrowed
// and text with escapes gets one allocation of the right size.
static int string(struct reader *j, struct ra_span *ret)
{
    unsigned line = j->r.line, column = j->r.column;
    size_t start = j->r.at + 1, end = start;
    bool escapes = false;
    while (end < j->r.in.n && j->r.in.p[end] != '"' && j->r.in.p[end] != '\n') {
        bool backslash = j->r.in.p[end] == '\\';
        escapes |= backslash;
        end += backslash && end + 1 < j->r.in.n && j->r.in.p[end + 1] != '\n' ? 2 : 1;
    }
    if (end >= j->r.in.n || j->r.in.p[end] != '"')
        return ra_fail_at(j->r.err, line, column, "this string is not closed");
    struct ra_span raw = ra_span_cut(j->r.in, start, end - start);
    if (!ra_span_utf8(raw) && !memchr(raw.p, 0, raw.n))
        return ra_fail_at(j->r.err, line, column, "this string is not valid UTF-8");
    char *out = escapes ? ra_alloc(j->r.arena, raw.n + 1) : NULL;
    size_t n = 0;
    ra_reader_skip(&j->r, 1);
    while (j->r.at < end) {
        unsigned char c = (unsigned char)j->r.in.p[j->r.at];
        if (c < 0x20)
            return fail(j, "control character in a string");
        size_t put = 1;
        if (c == '\\') {
            if ((put = escape(j, out + n)) == 0)
                return RA_E_INPUT;
        } else {
            if (out)
                out[n] = (char)c;
            ra_reader_skip(&j->r, 1);
        }
        n += put;
    }
    ra_reader_skip(&j->r, 1);
    *ret = out ? (struct ra_span){out, n} : raw;
    return 0;
}

static bool digits(struct reader *j)
{
    size_t start = j->r.at;
    for (int c; (c = ra_reader_peek(&j->r, 0)) >= '0' && c <= '9';)
        ra_reader_skip(&j->r, 1);
    return j->r.at > start;
}

static int number(struct reader *j, struct ra_json *v)
{
    size_t start = j->r.at;
    if (ra_reader_peek(&j->r, 0) == '-')
        ra_reader_skip(&j->r, 1);
    bool zero = ra_reader_peek(&j->r, 0) == '0';
    if (zero)
        ra_reader_skip(&j->r, 1);
    else if (!digits(j))
        return fail(j, "expected a digit");
    if (zero && ra_reader_peek(&j->r, 0) >= '0' && ra_reader_peek(&j->r, 0) <= '9')
        return fail(j, "a number does not begin with 0");
    if (ra_reader_peek(&j->r, 0) == '.') {
        ra_reader_skip(&j->r, 1);
        if (!digits(j))
            return fail(j, "expected a digit after the point");
    }
    if (ra_reader_peek(&j->r, 0) == 'e' || ra_reader_peek(&j->r, 0) == 'E') {
        int sign = ra_reader_peek(&j->r, 1);
        ra_reader_skip(&j->r, sign == '+' || sign == '-' ? 2 : 1);
        if (!digits(j))
            return fail(j, "expected a digit in the exponent");
    }
    v->type = RA_JSON_NUMBER;
    v->text = ra_reader_from(&j->r, start);
    return 0;
}

static int member_key(struct reader *j, struct ra_json *at)
{
    int code;
    if (ra_reader_peek(&j->r, 0) != '"')
        return fail(j, "expected a key in double quotes");
    at->key_line = j->r.line;
    at->key_column = j->r.column;
    if ((code = string(j, &at->key)) || (code = blanks(j)))
        return code;
    if (ra_reader_peek(&j->r, 0) != ':')
        return fail(j, "expected ':' after a key");
    ra_reader_skip(&j->r, 1);
    return blanks(j);
}

// Members or items, the cursor being on the opening bracket.
static int container(struct reader *j, struct ra_json *v, char close)
{
    bool object = close == '}';
    struct ra_json **tail = &v->child;
    int code = ra_reader_enter(&j->r);
    v->type = object ? RA_JSON_OBJECT : RA_JSON_ARRAY;
    ra_reader_skip(&j->r, 1);
    for (bool first = true; !code; first = false) {
        struct ra_json key = {0};
        if ((code = blanks(j)))
            return code;
        if (ra_reader_peek(&j->r, 0) == close && (first || j->jsonc))
            break;
        if ((object && (code = member_key(j, &key))) || (code = value(j, tail)))
            return code;
        if (object) {
            (*tail)->key = key.key;
            (*tail)->key_line = key.key_line;
            (*tail)->key_column = key.key_column;
        }
        tail = &(*tail)->next;
        if ((code = blanks(j)))
            return code;
        if (ra_reader_peek(&j->r, 0) == close)
            break;
        if (ra_reader_peek(&j->r, 0) != ',')
            return fail(j, object ? "expected ',' or '}' after a member" : "expected ',' or ']' after an item");
        ra_reader_skip(&j->r, 1);
    }
    ra_reader_skip(&j->r, 1);
    j->r.depth--;
    return code;
}

static int word(struct reader *j, struct ra_json *v)
{
    static const struct {
        const char *text;
        enum ra_json_type type;
    } words[] = {{"null", RA_JSON_NULL}, {"false", RA_JSON_FALSE}, {"true", RA_JSON_TRUE}};
    for (size_t i = 0; i < RA_COUNT(words); i++)
        if (ra_reader_starts(&j->r, words[i].text)) {
            v->type = words[i].type;
            ra_reader_skip(&j->r, strlen(words[i].text));
            return 0;
        }
    return fail(j, "expected a value");
}

static int value(struct reader *j, struct ra_json **ret)
{
    struct ra_json *v = ra_reader_node(&j->r, RA_JSON_NULL, sizeof *v);
    if (!v)
        return RA_E_INPUT;
    *ret = v;
    int c = ra_reader_peek(&j->r, 0);
    if (c == '{')
        return container(j, v, '}');
    if (c == '[')
        return container(j, v, ']');
    if (c == '-' || (c >= '0' && c <= '9'))
        return number(j, v);
    if (c != '"')
        return word(j, v);
    v->type = RA_JSON_STRING;
    return string(j, &v->text);
}

int ra_json_parse(struct ra_arena *a, struct ra_span input, bool jsonc, struct ra_json **ret, struct ra_error *err)
{
    struct reader j = {.r = ra_reader_start(a, input, err), .jsonc = jsonc};
    struct ra_json *root = NULL;
    int code;
    if ((code = blanks(&j)) || (code = value(&j, &root)) || (code = blanks(&j)))
        return code;
    if (j.r.at < j.r.in.n)
        return fail(&j, "expected the end of the document");
    *ret = root;
    return 0;
}
