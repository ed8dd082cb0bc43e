// NAME=value lines of .env files, as shells and the dotenv libraries read them. Nothing is expanded.
#include "parse/ini.h"

// Index past the closing quote of s (whose first byte is the quote), where only blanks or a comment
// follow on its line; 0 where that is not so, and the text is a plain value.
static size_t quoted(struct ra_span s)
{
    size_t i = 1;
    while (i < s.n && s.p[i] != s.p[0])
        i += s.p[i] == '\\' && s.p[0] != '\'' ? 2 : 1;
    if (i >= s.n)
        return 0;
    size_t past = i + 1;
    for (i = past; i < s.n && (s.p[i] == ' ' || s.p[i] == '\t' || s.p[i] == '\r'); i++)
        ;
    return i >= s.n || s.p[i] == '\n' || s.p[i] == '#' ? past : 0;
}

static struct ra_span without_comment(struct ra_span v)
{
    for (size_t i = 0; i < v.n; i++)
        if (v.p[i] == '#' && (i == 0 || v.p[i - 1] == ' ' || v.p[i - 1] == '\t'))
            return ra_span_trim(ra_span_cut(v, 0, i));
    return v;
}

static size_t name_length(struct ra_span s)
{
    size_t n = 0;
    while (n < s.n && (s.p[n] == '_' || (n && (s.p[n] == '.' || s.p[n] == '-' || (s.p[n] >= '0' && s.p[n] <= '9'))) ||
                       ((s.p[n] | 32) >= 'a' && (s.p[n] | 32) <= 'z')))
        n++;
    return n;
}

bool ra_dotenv_next(struct ra_span *rest, unsigned *line, struct ra_span *ret_key, struct ra_span *ret_value)
{
    struct ra_span text;
    while (ra_span_line(rest, &text)) {
        ++*line;
        text = ra_span_trim(text);
        if (*line == 1 && ra_span_starts(text, "\xEF\xBB\xBF"))
            text = ra_span_cut(text, 3, text.n);
        if (ra_span_starts(text, "export ") || ra_span_starts(text, "export\t"))
            text = ra_span_trim(ra_span_cut(text, 7, text.n));
        size_t n = name_length(text);
        struct ra_span after = ra_span_trim(ra_span_cut(text, n, text.n));
        if (n == 0 || after.n == 0 || (after.p[0] != '=' && !ra_span_starts(after, ": ")))
            continue;
        struct ra_span value = ra_span_trim(ra_span_cut(after, 1, after.n));
        *ret_key = ra_span_cut(text, 0, n);
        *ret_value = without_comment(value);
        if (value.n == 0 || (value.p[0] != '"' && value.p[0] != '\'' && value.p[0] != '`'))
            return true;
        struct ra_span all = {value.p, (size_t)(rest->p + rest->n - value.p)};
        size_t end = quoted(all);
        if (end == 0)
            return true;
        *ret_value = ra_span_cut(all, 1, end - 2);
        for (; rest->p < all.p + end && ra_span_line(rest, &text);)
            ++*line;
        return true;
    }
    return false;
}
