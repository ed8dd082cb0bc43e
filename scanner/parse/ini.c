// Entries of INI-like files. Made for finding what is kept in them: where dialects disagree, nothing
// is dropped. It knows no file's own keys and expands no ${references} or includes.
#include "parse/ini.h"

#include <string.h>

static size_t indent_of(struct ra_span line)
{
    size_t n = 0;
    while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
        n++;
    return n;
}

static bool bare_name(struct ra_span s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool letter = (c | 32) >= 'a' && (c | 32) <= 'z';
        if (!letter && c != '-' && c != '_' && c != '.' && (c < '0' || c > '9'))
            return false;
    }
    return s.n > 0;
}

// Where the key ends: the first '=', or a ':' after a bare name that begins no URL. -1 where neither is.
static ptrdiff_t separator(struct ra_span text, bool git)
{
    ptrdiff_t equals = ra_span_chr(text, '='), colon = git ? -1 : ra_span_chr(text, ':');
    if (colon > 0 && (equals < 0 || colon < equals) && bare_name(ra_span_trim(ra_span_cut(text, 0, (size_t)colon))) &&
        !ra_span_starts(ra_span_cut(text, (size_t)colon, 3), "://"))
        return colon;
    return equals;
}

static struct ra_span unquoted(struct ra_span v)
{
    if (v.n >= 2 && (v.p[0] == '"' || v.p[0] == '\'') && v.p[v.n - 1] == v.p[0]) {
        struct ra_span inner = ra_span_cut(v, 1, v.n - 2);
        if (!memchr(inner.p, v.p[0], inner.n))
            return inner;
    }
    return v;
}

static bool comment_or_blank(struct ra_span trimmed)
{
    return trimmed.n == 0 || trimmed.p[0] == '#' || trimmed.p[0] == ';';
}

// An indented line that reads as an entry of its own stays one; "https://host/?a=b" does not read so.
static bool continues(const struct ra_ini *it, struct ra_span line)
{
    struct ra_span text = ra_span_trim(line);
    if (indent_of(line) <= it->indent || comment_or_blank(text) || text.p[0] == '[')
        return false;
    ptrdiff_t at = separator(text, false);
    struct ra_span name = ra_span_trim(ra_span_cut(text, 0, at < 0 ? 0 : (size_t)at));
    return name.n == 0 || ra_span_chr(name, ' ') >= 0 || ra_span_find(name, RA_SPAN("://")) >= 0;
}

static struct ra_span plain_value(struct ra_ini *it, struct ra_span value)
{
    const char *start = value.p;
    struct ra_span line;
    for (struct ra_span ahead = it->rest; ra_span_line(&ahead, &line) && continues(it, line); it->rest = ahead) {
        it->lines_read++;
        value = (struct ra_span){start, (size_t)(line.p + line.n - start)};
    }
    return unquoted(ra_span_trim(value));
}

// A git value ends at its line's end, unless a backslash stands there, and at a comment outside quotes. `value`
// begins in the line already taken; `line` ends it.
static struct ra_span git_value(struct ra_ini *it, struct ra_span value)
{
    size_t n = 0, end = value.n;
    size_t all = (size_t)(it->rest.p + it->rest.n - value.p); // to the end of the input
    bool quoted = false, comment = false;
    for (; n < all && value.p[n] != '\n'; n++) {
        char c = value.p[n];
        if (comment)
            continue;
        if (c == '\\' && n + 1 < all) {
            n += value.p[n + 1] == '\r' && n + 2 < all && value.p[n + 2] == '\n' ? 2 : 1;
            it->lines_read += value.p[n] == '\n';
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == '#' || c == ';')) {
            comment = true;
            end = n;
        }
    }
    if (!comment)
        end = n;
    it->rest = (struct ra_span){value.p + n + (n < all), all - n - (n < all)};
    return ra_span_trim((struct ra_span){value.p, end});
}

static struct ra_span git_unquoted(struct ra_span v)
{
    bool whole = v.n >= 2 && v.p[0] == '"' && v.p[v.n - 1] == '"';
    for (size_t i = 1; whole && i + 1 < v.n; i++)
        if (v.p[i] == '\\')
            i++, whole = i + 1 < v.n;
        else if (v.p[i] == '"')
            whole = false;
    return whole ? ra_span_cut(v, 1, v.n - 2) : v;
}

static void put(struct ra_ini *it, char c)
{
    if (it->section.n < sizeof it->section_text)
        it->section_text[it->section.n++] = c;
}

// `[name "sub"]`; returns what follows the bracket, where git allows an entry.
static struct ra_span git_section(struct ra_ini *it, struct ra_span text)
{
    size_t i = 1;
    it->section = (struct ra_span){it->section_text, 0};
    for (; i < text.n && text.p[i] != ']' && text.p[i] != ' ' && text.p[i] != '\t' && text.p[i] != '"'; i++)
        put(it, text.p[i] >= 'A' && text.p[i] <= 'Z' ? (char)(text.p[i] | 32) : text.p[i]);
    while (i < text.n && (text.p[i] == ' ' || text.p[i] == '\t'))
        i++;
    if (i < text.n && text.p[i] == '"') {
        put(it, '.');
        for (i++; i < text.n && text.p[i] != '"'; i++) {
            i += text.p[i] == '\\' && i + 1 < text.n;
            put(it, text.p[i]);
        }
        i++;
    }
    while (i < text.n && text.p[i] != ']')
        i++;
    return ra_span_trim(ra_span_cut(text, i + 1, text.n));
}

static struct ra_span plain_section(struct ra_ini *it, struct ra_span text)
{
    ptrdiff_t close = ra_span_chr(text, ']');
    it->section = ra_span_trim(ra_span_cut(text, 1, close < 0 ? text.n : (size_t)close - 1));
    return RA_SPAN("");
}

bool ra_ini_next(struct ra_ini *it, struct ra_span *ret_key, struct ra_span *ret_value)
{
    struct ra_span line;
    if (!it->section.p)
        it->section = RA_SPAN("");
    if (it->git) // *it may have been copied since
        it->section.p = it->section_text;
    while (ra_span_line(&it->rest, &line)) {
        struct ra_span text = ra_span_trim(line);
        it->lines_read++;
        if (it->lines_read == 1 && ra_span_starts(text, "\xEF\xBB\xBF"))
            text = ra_span_trim(ra_span_cut(text, 3, text.n));
        if (text.n && text.p[0] == '[')
            text = it->git ? git_section(it, text) : plain_section(it, text);
        if (comment_or_blank(text))
            continue;
        it->line = it->lines_read;
        it->indent = indent_of(line);
        ptrdiff_t at = separator(text, it->git);
        *ret_key = ra_span_trim(ra_span_cut(text, 0, at < 0 ? text.n : (size_t)at));
        struct ra_span value = ra_span_cut(text, at < 0 ? text.n : (size_t)at + 1, text.n);
        if (!it->git)
            *ret_value = plain_value(it, value);
        else if (at >= 0)
            *ret_value = git_unquoted(git_value(it, value));
        else
            *ret_value = RA_SPAN("");
        return true;
    }
    return false;
}

char *ra_git_value(struct ra_arena *a, struct ra_span value)
{
    char *out = ra_alloc(a, value.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        if (c == '"')
            continue;
        if (c == '\\' && i + 1 < value.n) {
            c = value.p[++i];
            if (c == '\r' && i + 1 < value.n && value.p[i + 1] == '\n')
                c = value.p[++i];
            if (c == '\n')
                continue;
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'b' ? '\b' : c;
        }
        out[n++] = c;
    }
    return out;
}
