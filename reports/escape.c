// Makes text from outside inert where it is shown: on a terminal, in XML, in Markdown, as a workflow command, as the
// label of a metric, in a SARIF message. The only place that does; every format goes through it. Wherever a person reads,
// what cannot be seen is spelt out first, as for a terminal. Does not wrap, does not know JSON.
#include "reports/report.h"

#include <string.h>

#include "base/unicode.h"

void ra_escape_terminal(struct ra_buf *out, const char *text)
{
    const struct ra_span all = ra_span_of(text);
    struct ra_span s = all;
    while (s.n) {
        uint32_t c = 0;
        size_t n = ra_utf8_decode(s, &c);
        if (n == 0 || ra_unicode_command(all, all.n - s.n))
            ra_buf_printf(out, "\\x%02x", (unsigned char)s.p[0]);
        else if (!ra_unicode_unsafe(c))
            ra_buf_add(out, s.p, n);
        else if (n == 1)
            ra_buf_printf(out, "\\x%02x", (unsigned)c);
        else
            ra_buf_printf(out, "\\u{%04x}", (unsigned)c);
        s = ra_span_cut(s, n ? n : 1, s.n);
    }
}

// In the newer form the line begins with it, after what the runner takes for blanks, which are not all ASCII.
void ra_escape_line(struct ra_buf *out, size_t begin)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf rest = {0};
    size_t at = begin;
    while (at < out->n && (out->p[at] == ' ' || (unsigned char)out->p[at] >= 0x80))
        at++;
    bool colons = at + 1 < out->n && out->p[at] == ':' && out->p[at + 1] == ':';
    size_t from = colons ? at + 1 : begin;
    ra_buf_span(&rest, ra_span_cut(ra_buf_view(out), from, out->n));
    if (!colons && ra_span_find(ra_buf_view(&rest), ra_span_of("##")) < 0)
        return;
    out->n = colons ? at : begin;
    ra_buf_puts(out, colons ? "\\x3a" : "");
    ra_escape_terminal(out, ra_buf_view(&rest).p);
}

struct swap {
    char c;
    const char *with;
};

// The visible text with single characters replaced.
static void swapped(struct ra_buf *out, const char *text, const struct swap *swaps, size_t n_swaps)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf seen = {0};
    ra_escape_terminal(&seen, text);
    for (size_t i = 0; i < seen.n; i++) {
        size_t k = 0;
        while (k < n_swaps && swaps[k].c != seen.p[i])
            k++;
        if (k < n_swaps)
            ra_buf_puts(out, swaps[k].with);
        else
            ra_buf_putc(out, seen.p[i]);
    }
}

void ra_escape_xml(struct ra_buf *out, const char *text)
{
    static const struct swap swaps[] = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}};
    swapped(out, text, swaps, RA_COUNT(swaps));
}

void ra_escape_label(struct ra_buf *out, const char *text)
{
    static const struct swap swaps[] = {{'\\', "\\\\"}, {'"', "\\\""}};
    swapped(out, text, swaps, RA_COUNT(swaps));
}

void ra_escape_message(struct ra_buf *out, const char *text)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf seen = {0};
    ra_escape_terminal(&seen, text);
    struct ra_span s = ra_buf_view(&seen);
    for (ptrdiff_t i; (i = ra_span_find(s, ra_span_of("]("))) >= 0; s = ra_span_cut(s, (size_t)i + 1, s.n)) {
        ra_buf_add(out, s.p, (size_t)i + 1);
        ra_buf_putc(out, ' ');
    }
    ra_buf_span(out, s);
}

// ---- workflow commands ------------------------------------------------------------------------------

void ra_escape_command(struct ra_buf *out, const char *text)
{
    static const struct swap swaps[] = {{'%', "%25"}};
    swapped(out, text, swaps, RA_COUNT(swaps));
}

void ra_escape_property(struct ra_buf *out, const char *text)
{
    static const struct swap swaps[] = {{'%', "%25"}, {':', "%3A"}, {',', "%2C"}};
    swapped(out, text, swaps, RA_COUNT(swaps));
}

// ---- addresses --------------------------------------------------------------------------------------

// Bytes that stand for themselves in a path of an address. Source: RFC 3986 section 3.3, without what a relative one
// could be misread for (':').
void ra_escape_path(struct ra_buf *out, const char *path)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/@+,=";
    for (const char *p = path; *p; p++)
        if (strchr(plain, *p))
            ra_buf_putc(out, *p);
        else
            ra_buf_printf(out, "%%%02X", (unsigned char)*p);
}

// ---- Markdown ---------------------------------------------------------------------------------------

// A code span ends every meaning that Markdown and a forge give to text: mentions, references, links, HTML, formulas.
// What would end the span, or a table's cell, stands between tags instead, as entities, which are never structure.
// Sources: CommonMark 2.5, 6.1; GitHub Flavored Markdown 4.10.
void ra_escape_code(struct ra_buf *out, const char *text)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf seen = {0};
    ra_escape_terminal(&seen, text && *text ? text : "(empty)");
    if (out->n && out->p[out->n - 1] == '`')
        ra_buf_putc(out, ' '); // two spans that touch would be one
    if (!strpbrk(seen.p, "`|")) {
        ra_buf_printf(out, "`%s`", seen.p);
        return;
    }
    ra_buf_puts(out, "<code>");
    for (size_t i = 0; i < seen.n; i++) {
        unsigned char c = (unsigned char)seen.p[i];
        bool plain = c >= 0x80 || c == ' ' || c == '/' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
        if (plain)
            ra_buf_putc(out, (char)c);
        else
            ra_buf_printf(out, "&#%u;", c);
    }
    ra_buf_puts(out, "</code>");
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Words of a sentence, and short numbers: nothing that a forge makes a link of ("GH-12", "www.x", a commit).
static bool is_plain(struct ra_span w)
{
    uint64_t number;
    if (w.n <= 6 && ra_span_u64(w, 10, &number))
        return true;
    for (size_t i = 0; i < w.n; i++) {
        bool joins = (w.p[i] == '-' || w.p[i] == '\'') && i > 0 && i + 1 < w.n && is_letter(w.p[i - 1]) && is_letter(w.p[i + 1]);
        if (!is_letter(w.p[i]) && !joins)
            return false;
    }
    return true;
}

static void code_span(struct ra_buf *out, struct ra_span s)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf copy = {0};
    ra_buf_span(&copy, s);
    ra_escape_code(out, copy.p);
}

// One word with the punctuation of the sentence around it.
static void word(struct ra_buf *out, struct ra_span w)
{
    while (w.n && w.p[0] == '(') {
        ra_buf_putc(out, '(');
        w = ra_span_cut(w, 1, w.n);
    }
    size_t n = w.n;
    while (n && strchr(",;.:)", w.p[n - 1]))
        n--;
    struct ra_span core = ra_span_cut(w, 0, n);
    if (is_plain(core))
        ra_buf_span(out, core);
    else
        code_span(out, core);
    ra_buf_span(out, ra_span_cut(w, n, w.n));
}

static void words(struct ra_buf *out, struct ra_span s)
{
    for (size_t i = 0; i < s.n;) {
        size_t n = 0;
        while (i + n < s.n && s.p[i + n] != ' ')
            n++;
        if (n)
            word(out, ra_span_cut(s, i, n));
        else
            ra_buf_putc(out, ' ');
        i += n ? n : 1;
    }
}

void ra_escape_markdown(struct ra_buf *out, const char *text)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf seen = {0};
    ra_escape_terminal(&seen, text);
    struct ra_span s = ra_buf_view(&seen);
    for (ptrdiff_t at; (at = ra_span_chr(s, '`')) >= 0;) {
        struct ra_span rest = ra_span_cut(s, (size_t)at + 1, s.n);
        ptrdiff_t end = ra_span_chr(rest, '`');
        if (end <= 0)
            break;
        words(out, ra_span_cut(s, 0, (size_t)at));
        code_span(out, ra_span_cut(rest, 0, (size_t)end));
        s = ra_span_cut(rest, (size_t)end + 1, rest.n);
    }
    words(out, s);
}
