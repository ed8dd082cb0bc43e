// The writer of the text report: wraps at the width, indents, tints. Knows nothing of verdicts.
// Columns are counted in code points; wide characters may make a line look longer than it counts.
#include "reports/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char *tint_on(enum ra_tint tint)
{
    switch (tint) {
    case RA_TINT_NONE:
        return "";
    case RA_TINT_BOLD:
        return "\033[1m";
    case RA_TINT_GOOD:
        return "\033[1;32m";
    case RA_TINT_BAD:
        return "\033[1;31m";
    case RA_TINT_DOUBT:
        return "\033[1;33m";
    }
    return "";
}

static void tinted(struct ra_text *t, enum ra_tint tint, struct ra_span s)
{
    bool on = t->colour && tint != RA_TINT_NONE;
    if (on)
        ra_buf_puts(t->out, tint_on(tint));
    ra_buf_span(t->out, s);
    if (on)
        ra_buf_puts(t->out, "\033[0m");
}

static unsigned columns(struct ra_span s)
{
    unsigned n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

static void spaces(struct ra_text *t, unsigned n)
{
    while (n--)
        ra_buf_putc(t->out, ' ');
}

void ra_text_heading(struct ra_text *t, const char *title)
{
    ra_buf_putc(t->out, '\n');
    tinted(t, RA_TINT_BOLD, ra_span_of(title));
    ra_buf_putc(t->out, '\n');
}

// A command between backticks stays whole, so that it can be pasted; without the backticks, which are for reports
// that know of them.
static bool next_word(struct ra_span *rest, struct ra_span *ret, struct ra_span *ret_tail)
{
    *ret_tail = (struct ra_span){"", 0};
    while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '\t'))
        *rest = ra_span_cut(*rest, 1, rest->n);
    ptrdiff_t end = rest->n && rest->p[0] == '`' ? ra_span_chr(ra_span_cut(*rest, 1, rest->n), '`') : -1;
    if (end <= 0)
        return ra_span_word(rest, ret);
    *ret = ra_span_cut(*rest, 1, (size_t)end);
    *rest = ra_span_cut(*rest, (size_t)end + 2, rest->n);
    if (rest->n && rest->p[0] != ' ')
        ra_span_word(rest, ret_tail); // the comma or full stop behind it
    return true;
}

static void end_line(struct ra_text *t, size_t begin)
{
    if (!t->colour) // a terminal is no runner, and the sequences are our own
        ra_escape_line(t->out, begin);
    ra_buf_putc(t->out, '\n');
}

// The first word of a report is the verdict, which scripts look for at the beginning of a line: a name with blanks in
// it must not write another one there.
static bool like_a_verdict(struct ra_span word)
{
    return ra_span_starts(word, "PASS") || ra_span_starts(word, "FAIL") || ra_span_starts(word, "INCOMPLETE");
}

// `begin` is where the line begins that is under way.
static void wrap(struct ra_text *t, size_t begin, unsigned at, unsigned hang, struct ra_span rest)
{
    struct ra_span word, tail;
    bool first = true;
    while (next_word(&rest, &word, &tail)) {
        unsigned n = columns(word) + columns(tail);
        if (!first && at + 1 + n > t->width) {
            end_line(t, begin);
            begin = t->out->n;
            at = hang == 0 && like_a_verdict(word) ? 1 : hang;
            spaces(t, at);
            first = true;
        }
        if (!first) {
            ra_buf_putc(t->out, ' ');
            at++;
        }
        ra_buf_span(t->out, word);
        ra_buf_span(t->out, tail);
        at += n;
        first = false;
    }
    end_line(t, begin);
}

void ra_text_item(struct ra_text *t, const char *lead, unsigned hang, enum ra_tint tint, const char *body)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf safe_lead = {0}, safe_body = {0};
    ra_escape_terminal(&safe_lead, lead);
    ra_escape_terminal(&safe_body, body);
    size_t begin = t->out->n;
    tinted(t, tint, ra_buf_view(&safe_lead));
    unsigned at = columns(ra_buf_view(&safe_lead));
    if (at >= hang && at > 0) {
        ra_buf_putc(t->out, ' ');
        at++;
    }
    if (at < hang) {
        spaces(t, hang - at);
        at = hang;
    }
    wrap(t, begin, at, hang, ra_buf_view(&safe_body));
}

void ra_text_itemf(struct ra_text *t, const char *lead, unsigned hang, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    RA_CLEANUP(ra_buf_free) struct ra_buf body = {0};
    if (n > 0) {
        vsnprintf(ra_buf_room(&body, (size_t)n + 1), (size_t)n + 1, fmt, again);
        body.n += (size_t)n;
    }
    va_end(again);
    ra_text_item(t, lead, hang, RA_TINT_NONE, ra_buf_view(&body).p);
}

void ra_text_more(struct ra_text *t, size_t n, size_t shown)
{
    if (n > shown)
        ra_text_itemf(t, "", 2, "... and %zu more; -v shows all.", n - shown);
}
