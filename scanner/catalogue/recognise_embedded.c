// Secrets inside a value that is none as a whole: the members of a JSON, the parts of a connection string or a query.
// Does not parse them: what follows a telling name up to the next delimiter counts.
#include <string.h>

#include "catalogue/recognise_parts.h"

enum { MAX_NAME = 64 };

static bool name_char(char c)
{
    return ra_is_alnum(c) || c == '_' || c == '-' || c == '.';
}

// The name that ends before `sep`, where a quote may stand between. Empty where there is none.
static struct ra_span name_before(struct ra_span text, size_t sep, bool *ret_quoted)
{
    size_t end = sep;
    while (end && text.p[end - 1] == ' ')
        end--;
    *ret_quoted = end && (text.p[end - 1] == '"' || text.p[end - 1] == '\'');
    end -= *ret_quoted;
    end -= *ret_quoted && end && text.p[end - 1] == '\\';
    size_t start = end;
    while (start && end - start < MAX_NAME && name_char(text.p[start - 1]))
        start--;
    return ra_span_cut(text, start, end - start);
}

static struct ra_span value_after(struct ra_span text, size_t at)
{
    while (at < text.n && text.p[at] == ' ')
        at++;
    bool escaped = at + 1 < text.n && text.p[at] == '\\' && text.p[at + 1] == '"';
    at += escaped;
    char quote = at < text.n && (text.p[at] == '"' || text.p[at] == '\'') ? text.p[at] : 0;
    size_t from = at + (quote != 0), to = from;
    const char ends[] = {quote, '\\', 0}, *delimiters = quote ? ends : ";&,|{}[]<>\"' \t\r\n\\";
    while (to < text.n && text.p[to] && !strchr(delimiters, text.p[to]))
        to++;
    return ra_span_cut(text, from, to - from);
}

bool ra_recognise_embedded(struct ra_span text, size_t from, size_t *ret_next, struct ra_span *ret_name,
                           struct ra_secret_fact *ret)
{
    for (size_t at = from; at < text.n; at++) {
        bool quoted;
        if (text.p[at] != '=' && text.p[at] != ':')
            continue;
        struct ra_span name = name_before(text, at, &quoted);
        // A colon without quote or blank is a URL's, a time's or a drive's.
        if (name.n < 2 || (text.p[at] == ':' && !quoted && (at + 1 >= text.n || !strchr(" \"'", text.p[at + 1]))))
            continue;
        struct ra_span value = value_after(text, at + 1);
        struct ra_secret_fact fact = {0};
        if (value.n < 4 || !ra_recognise_named(name, value, &fact) || fact.placeholder || fact.identifier)
            continue;
        *ret = fact;
        *ret_name = name;
        *ret_next = (size_t)(value.p - text.p) + value.n;
        return true;
    }
    return false;
}
