// Makes text from outside safe for a terminal and for HTML. The only place that does; every report and message for
// people goes through it. What stays is what a terminal prints as itself: it moves no cursor, changes no
// colour and cannot reorder or hide its neighbours. Does not wrap, does not know JSON.
// Sources: ECMA-48 (C0, C1), Unicode UAX #9 (bidirectional controls), Unicode general category Cf,
// HTML Living Standard 13.1 (character references).
#include "reports/report.h"

#include <stdint.h>

struct range {
    uint32_t from, to;
};
// Ranges are closed and sorted.
static const struct range unsafe[] = {
    {0x0000, 0x001F},   // C0
    {0x007F, 0x009F},   // DEL, C1
    {0x00AD, 0x00AD},   // soft hyphen: invisible
    {0x034F, 0x034F},   // combining grapheme joiner: invisible
    {0x061C, 0x061C},   // Arabic letter mark
    {0x115F, 0x1160},   // Hangul fillers: look like nothing
    {0x17B4, 0x17B5},   // invisible Khmer vowels
    {0x180B, 0x180F},   // Mongolian selectors
    {0x200B, 0x200F},   // zero width, left-to-right and right-to-left marks
    {0x2028, 0x202E},   // line and paragraph separators, embeddings and overrides
    {0x2060, 0x206F},   // invisible operators, isolates
    {0x3164, 0x3164},   // Hangul filler
    {0xFE00, 0xFE0F},   // variation selectors
    {0xFEFF, 0xFEFF},   // byte order mark
    {0xFFA0, 0xFFA0},   // half-width Hangul filler
    {0xFFF0, 0xFFFB},   // unassigned, interlinear annotation
    {0x1D173, 0x1D17A}, // musical controls
    {0xE0000, 0xE0FFF}, // tags, more variation selectors
};

static bool is_unsafe(uint32_t c)
{
    for (size_t i = 0; i < RA_COUNT(unsafe) && unsafe[i].from <= c; i++)
        if (c <= unsafe[i].to)
            return true;
    return false;
}

// Length of the well-formed sequence at s, or 0.
static size_t decode(struct ra_span s, uint32_t *ret)
{
    unsigned char c = (unsigned char)s.p[0];
    size_t n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
    if (n == 1) {
        *ret = c;
        return 1;
    }
    if (n > s.n || !ra_span_utf8(ra_span_cut(s, 0, n)))
        return 0;
    uint32_t v = c & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++)
        v = v << 6 | ((unsigned char)s.p[i] & 0x3F);
    *ret = v;
    return n;
}

// The character that `s` begins with, as \xNN or \u{NNNN} where it is not safe to show; else false, and the caller
// writes its *ret_n bytes.
static bool escaped(struct ra_buf *out, struct ra_span s, size_t *ret_n)
{
    uint32_t c = 0;
    size_t n = decode(s, &c);
    *ret_n = n ? n : 1;
    if (n == 0)
        ra_buf_printf(out, "\\x%02x", (unsigned char)s.p[0]);
    else if (!is_unsafe(c))
        return false;
    else
        ra_buf_printf(out, n == 1 ? "\\x%02x" : "\\u{%04x}", (unsigned)c);
    return true;
}

void ra_escape_terminal(struct ra_buf *out, const char *text)
{
    size_t n;
    for (struct ra_span s = ra_span_of(text); s.n; s = ra_span_cut(s, n, s.n))
        if (!escaped(out, s, &n))
            ra_buf_add(out, s.p, n);
}

static const char *html_reference(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return NULL;
    }
}

void ra_escape_html(struct ra_buf *out, const char *text)
{
    size_t n;
    for (struct ra_span s = ra_span_of(text); s.n; s = ra_span_cut(s, n, s.n)) {
        const char *reference = html_reference(s.p[0]);
        n = 1;
        if (reference)
            ra_buf_puts(out, reference);
        else if (!escaped(out, s, &n))
            ra_buf_add(out, s.p, n);
    }
}
