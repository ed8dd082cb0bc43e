// The cursor shared by the JSON and TOML readers. It never looks outside its input, and counting
// goes byte by byte, so that positions cost nothing extra even in a file of one line.
#include "parse/reader.h"

#include <string.h>

struct ra_reader ra_reader_start(struct ra_arena *a, struct ra_span in, struct ra_error *err)
{
    struct ra_reader r = {.arena = a, .err = err, .in = in, .line = 1, .column = 1};
    if (ra_span_starts(in, "\xEF\xBB\xBF"))
        r.at = 3;
    return r;
}

int ra_reader_peek(const struct ra_reader *r, size_t ahead)
{
    return ahead < r->in.n - r->at ? (unsigned char)r->in.p[r->at + ahead] : -1;
}

void ra_reader_skip(struct ra_reader *r, size_t n)
{
    for (; n && r->at < r->in.n; n--) {
        unsigned char c = (unsigned char)r->in.p[r->at++];
        if (c == '\n') {
            r->line++;
            r->column = 1;
        } else if ((c & 0xC0) != 0x80) {
            r->column++;
        }
    }
}

bool ra_reader_starts(const struct ra_reader *r, const char *text)
{
    return ra_span_starts(ra_span_cut(r->in, r->at, r->in.n), text);
}

struct ra_span ra_reader_from(const struct ra_reader *r, size_t start)
{
    return ra_span_cut(r->in, start, r->at - start);
}

int ra_reader_fail(struct ra_reader *r, const char *what)
{
    return ra_fail_at(r->err, r->line, r->column, "%s", what);
}

struct ra_json *ra_reader_node(struct ra_reader *r, enum ra_json_type type, size_t size_bytes)
{
    if (++r->nodes > RA_MAX_NODES) {
        ra_fail_at(r->err, r->line, r->column, "more than %d values", RA_MAX_NODES);
        return NULL;
    }
    struct ra_json *v = ra_alloc(r->arena, size_bytes);
    v->type = type;
    v->line = r->line;
    v->column = r->column;
    v->key = v->text = RA_SPAN("");
    return v;
}

int ra_reader_enter(struct ra_reader *r)
{
    if (++r->depth > RA_MAX_DEPTH)
        return ra_fail_at(r->err, r->line, r->column, "nested deeper than %d levels", RA_MAX_DEPTH);
    return 0;
}

bool ra_reader_hex(const struct ra_reader *r, size_t ahead, unsigned n, uint32_t *ret)
{
    struct ra_span digits = ra_span_cut(ra_span_cut(r->in, r->at, r->in.n), ahead, n);
    uint64_t v;
    if (digits.n != n || !ra_span_u64(digits, 16, &v))
        return false;
    *ret = (uint32_t)v;
    return true;
}

size_t ra_utf8_put(char *to, uint32_t code)
{
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        code = 0xFFFD;
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    size_t n = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n; i-- > 1; code >>= 6)
        to[i] = (char)(0x80 | (code & 0x3F));
    to[0] = (char)(lead[n] | code);
    return n;
}
