#include "base/json_out.h"

#include <inttypes.h>
#include <string.h>

#include "base/unicode.h"

struct ra_json_out ra_json_out_to(struct ra_buf *to, bool compact)
{
    struct ra_json_out w = {.to = to, .compact = compact};
    w.first[0] = true;
    return w;
}

static void newline(struct ra_json_out *w)
{
    if (w->compact)
        return;
    ra_buf_putc(w->to, '\n');
    for (unsigned i = 0; i < w->depth; i++)
        ra_buf_puts(w->to, "  ");
}

static void before_value(struct ra_json_out *w)
{
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    if (!w->first[w->depth])
        ra_buf_putc(w->to, ',');
    w->first[w->depth] = false;
    if (w->depth)
        newline(w);
}

void ra_json_open(struct ra_json_out *w, char bracket)
{
    before_value(w);
    ra_buf_putc(w->to, bracket);
    if (w->depth + 1 < RA_JSON_DEPTH)
        w->depth++;
    w->first[w->depth] = true;
}

void ra_json_close(struct ra_json_out *w, char bracket)
{
    bool empty = w->first[w->depth];
    w->depth--;
    if (!empty)
        newline(w);
    ra_buf_putc(w->to, bracket);
    if (w->depth == 0)
        ra_buf_putc(w->to, '\n');
}

// What a terminal, an editor or a runner of pipelines would act on is written as escapes: the same string to whoever parses it, and inert to
// whoever looks at it. Source: RFC 8259 section 7 (surrogate pairs).
static void escaped(struct ra_json_out *w, uint32_t point)
{
    if (point > 0xFFFF) {
        ra_buf_printf(w->to, "\\u%04x", (unsigned)(0xD800 + ((point - 0x10000) >> 10)));
        point = 0xDC00 + ((point - 0x10000) & 0x3FF);
    }
    ra_buf_printf(w->to, "\\u%04x", (unsigned)point);
}

static void quoted(struct ra_json_out *w, struct ra_span s)
{
    ra_buf_putc(w->to, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        uint32_t point = 0;
        size_t len = ra_utf8_decode(ra_span_cut(s, i, s.n), &point);
        if (c == '"' || c == '\\')
            ra_buf_printf(w->to, "\\%c", c);
        else if (len == 0)
            ra_buf_puts(w->to, "\xEF\xBF\xBD");
        else if (ra_unicode_command(s, i) || ra_unicode_unsafe(point))
            escaped(w, point);
        else
            ra_buf_add(w->to, s.p + i, len);
        i += len ? len - 1 : 0;
    }
    ra_buf_putc(w->to, '"');
}

void ra_json_key(struct ra_json_out *w, const char *key)
{
    before_value(w);
    quoted(w, ra_span_of(key));
    ra_buf_puts(w->to, w->compact ? ":" : ": ");
    w->after_key = true;
}

void ra_json_span(struct ra_json_out *w, struct ra_span s)
{
    before_value(w);
    quoted(w, s);
}

void ra_json_str(struct ra_json_out *w, const char *s)
{
    if (s) {
        ra_json_span(w, ra_span_of(s));
        return;
    }
    before_value(w);
    ra_buf_puts(w->to, "null");
}

void ra_json_int(struct ra_json_out *w, int64_t v)
{
    before_value(w);
    ra_buf_printf(w->to, "%" PRId64, v);
}

void ra_json_bool(struct ra_json_out *w, bool v)
{
    before_value(w);
    ra_buf_puts(w->to, v ? "true" : "false");
}

void ra_json_kstr(struct ra_json_out *w, const char *key, const char *s)
{
    ra_json_key(w, key);
    ra_json_str(w, s);
}

void ra_json_kint(struct ra_json_out *w, const char *key, int64_t v)
{
    ra_json_key(w, key);
    ra_json_int(w, v);
}

void ra_json_kbool(struct ra_json_out *w, const char *key, bool v)
{
    ra_json_key(w, key);
    ra_json_bool(w, v);
}
