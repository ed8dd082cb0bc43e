// The scalars of TOML 1.0. Dates are checked and then kept as text; floats are checked, never computed.
#include "parse/toml_value.h"

#include <string.h>

#include "base/buf.h"
#include "parse/keys.h"

static bool is_digit(int c, unsigned base)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0') < base;
    return base == 16 && (c | 32) >= 'a' && (c | 32) <= 'f';
}

// End of the string's text in r->in, `from` being past its opening quotes; false where it is not closed. Up to two
// quotes may stand before the closing three.
static bool text_end(const struct ra_reader *r, size_t from, char quote, bool multi, size_t *ret)
{
    struct ra_span in = r->in;
    for (size_t i = from; i < in.n; i++) {
        if (in.p[i] == '\\' && quote == '"' && i + 1 < in.n && (multi || in.p[i + 1] != '\n')) {
            i++;
        } else if (in.p[i] == '\n' && !multi) {
            return false;
        } else if (in.p[i] == quote && (!multi || (in.n - i >= 3 && in.p[i + 1] == quote && in.p[i + 2] == quote))) {
            for (size_t extra = 0; multi && extra < 2 && in.n - i > 3 && in.p[i + 3] == quote; extra++)
                i++;
            *ret = i;
            return true;
        }
    }
    return false;
}

// A backslash at a line's end takes the line break and all blanks after it away.
static bool line_continues(const struct ra_reader *r)
{
    size_t i = 1;
    int c;
    while ((c = ra_reader_peek(r, i)) == ' ' || c == '\t')
        i++;
    return c == '\n' || (c == '\r' && ra_reader_peek(r, i + 1) == '\n');
}

// The cursor is on a backslash. Puts what it stands for; false with *err set.
static bool escape(struct ra_reader *r, bool multi, size_t end, char *to, size_t *ret_n)
{
    static const char names[] = "btnfr\"\\", means[] = "\b\t\n\f\r\"\\";
    int c = ra_reader_peek(r, 1);
    const char *at = c > 0 ? strchr(names, c) : NULL;
    uint32_t code;
    *ret_n = 0;
    if (at) {
        to[0] = means[at - names];
        *ret_n = 1;
        ra_reader_skip(r, 2);
        return true;
    }
    if (c == 'u' || c == 'U') {
        unsigned digits = c == 'u' ? 4 : 8;
        if (!ra_reader_hex(r, 2, digits, &code) || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) {
            ra_reader_fail(r, "this escape names no Unicode character");
            return false;
        }
        *ret_n = ra_utf8_put(to, code);
        ra_reader_skip(r, 2 + digits);
        return true;
    }
    if (!multi || !line_continues(r)) {
        ra_reader_fail(r, "unknown escape in a string");
        return false;
    }
    ra_reader_skip(r, 1);
    while (r->at < end && ((c = ra_reader_peek(r, 0)) == ' ' || c == '\t' || c == '\r' || c == '\n'))
        ra_reader_skip(r, 1);
    return true;
}

int ra_toml_string(struct ra_reader *r, bool key, struct ra_span *ret)
{
    char quote = (char)ra_reader_peek(r, 0);
    bool multi = !key && ra_reader_peek(r, 1) == quote && ra_reader_peek(r, 2) == quote;
    size_t quotes = multi ? 3 : 1, end, n = 0;
    if (!text_end(r, r->at + quotes, quote, multi, &end))
        return ra_reader_fail(r, "this string is not closed");
    ra_reader_skip(r, quotes);
    if (multi && (ra_reader_starts(r, "\n") || ra_reader_starts(r, "\r\n")))
        ra_reader_skip(r, ra_reader_starts(r, "\n") ? 1 : 2);
    struct ra_span raw = ra_span_cut(r->in, r->at, end - r->at);
    char *out = quote == '"' && ra_span_chr(raw, '\\') >= 0 ? ra_alloc(r->arena, raw.n + 1) : NULL;
    while (r->at < end) {
        unsigned char c = (unsigned char)r->in.p[r->at];
        bool line_break = multi && (c == '\n' || (c == '\r' && ra_reader_peek(r, 1) == '\n'));
        size_t put = 1;
        if ((c < 0x20 && c != '\t' && !line_break) || c == 0x7F)
            return ra_reader_fail(r, "control character in a string");
        if (out && c == '\\') {
            if (!escape(r, multi, end, out + n, &put))
                return RA_E_INPUT;
        } else {
            if (out)
                out[n] = (char)c;
            ra_reader_skip(r, 1);
        }
        n += put;
    }
    ra_reader_skip(r, quotes);
    *ret = out ? (struct ra_span){out, n} : raw;
    return 0;
}

// Takes digits with single underscores between them off *s; false where there is none or an underscore is loose.
static bool digits(struct ra_span *s, unsigned base)
{
    size_t i = 0;
    while (i < s->n && (is_digit(s->p[i], base) || (s->p[i] == '_' && i && s->p[i - 1] != '_')))
        i++;
    if (i == 0 || s->p[i - 1] == '_')
        return false;
    *s = ra_span_cut(*s, i, s->n);
    return true;
}

static bool decimal(struct ra_span s, bool *ret_integer)
{
    if (s.n && (s.p[0] == '+' || s.p[0] == '-'))
        s = ra_span_cut(s, 1, s.n);
    *ret_integer = false;
    if (ra_span_is(s, "inf") || ra_span_is(s, "nan"))
        return true;
    if (s.n > 1 && s.p[0] == '0' && (is_digit(s.p[1], 10) || s.p[1] == '_'))
        return false;
    if (!digits(&s, 10))
        return false;
    *ret_integer = s.n == 0;
    if (s.n && s.p[0] == '.') {
        s = ra_span_cut(s, 1, s.n);
        if (!digits(&s, 10))
            return false;
    }
    if (s.n && (s.p[0] | 32) == 'e') {
        s = ra_span_cut(s, s.n > 1 && (s.p[1] == '+' || s.p[1] == '-') ? 2 : 1, s.n);
        if (!digits(&s, 10))
            return false;
    }
    return s.n == 0;
}

static bool number(struct ra_span s, bool *ret_integer)
{
    unsigned base = ra_span_starts(s, "0x") ? 16 : ra_span_starts(s, "0o") ? 8 : ra_span_starts(s, "0b") ? 2 : 10;
    if (base == 10)
        return decimal(s, ret_integer);
    struct ra_span rest = ra_span_cut(s, 2, s.n);
    *ret_integer = true;
    return digits(&rest, base) && rest.n == 0;
}

static struct ra_span without_underscores(struct ra_arena *a, struct ra_span s)
{
    if (ra_span_chr(s, '_') < 0)
        return s;
    char *out = ra_alloc(a, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '_')
            out[n++] = s.p[i];
    return (struct ra_span){out, n};
}

// A local date or time is completed to a point in time, so that one reader knows the calendar.
static bool date(struct ra_span s)
{
    struct ra_buf full = {0};
    int64_t ignored;
    bool time_only = s.n > 2 && s.p[2] == ':', offset = false;
    for (size_t i = 10; i < s.n; i++) {
        bool sign = s.p[i] == '+' || s.p[i] == '-';
        offset |= sign || (s.p[i] | 32) == 'z';
        if (s.p[i] == 'U' || (sign && (time_only || s.n - i != 6)))
            return false;
    }
    if (time_only && offset)
        return false;
    if (time_only)
        ra_buf_puts(&full, "1970-01-01T");
    ra_buf_span(&full, s);
    ra_buf_puts(&full, s.n == 10 && !time_only ? "T00:00:00Z" : offset ? "" : "Z");
    bool good = ra_rfc3339(ra_buf_view(&full), &ignored);
    ra_buf_free(&full);
    return good;
}

// "1979-" or "07:"; not "123e-5".
static bool begins_date(struct ra_span s)
{
    size_t n = 0;
    while (n < s.n && n < 5 && is_digit(s.p[n], 10))
        n++;
    return n < s.n && ((n == 4 && s.p[n] == '-') || (n == 2 && s.p[n] == ':'));
}

static bool in_word(int c)
{
    return is_digit(c, 10) || ((c | 32) >= 'a' && (c | 32) <= 'z') || (c > 0 && strchr("+-_.:", c));
}

int ra_toml_scalar(struct ra_reader *r, struct ra_json *v)
{
    size_t start = r->at, n = 0;
    bool integer;
    while (in_word(ra_reader_peek(r, n)))
        n++;
    struct ra_span word = ra_span_cut(r->in, start, n);
    bool dated = begins_date(word);
    if (n == 10 && dated && ra_reader_peek(r, n) == ' ' && is_digit(ra_reader_peek(r, n + 1), 10)) {
        for (n++; in_word(ra_reader_peek(r, n));)
            n++;
        word = ra_span_cut(r->in, start, n);
    }
    if (n == 0)
        return ra_reader_fail(r, "expected a value");
    if (ra_span_is(word, "true") || ra_span_is(word, "false")) {
        v->type = word.n == 4 ? RA_JSON_TRUE : RA_JSON_FALSE;
    } else if (dated && date(word)) {
        v->type = RA_JSON_STRING;
        v->text = word;
    } else if (!dated && number(word, &integer)) {
        int64_t ignored;
        v->type = RA_JSON_NUMBER;
        v->text = without_underscores(r->arena, word);
        if (integer && !ra_json_i64(v, &ignored))
            return ra_reader_fail(r, "this integer does not fit in 64 bits");
    } else {
        return ra_reader_fail(r, dated ? "this is no date or time" : "expected a value");
    }
    ra_reader_skip(r, n);
    return 0;
}
