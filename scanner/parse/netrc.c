// netrc entries, as curl, git and ftp read them. Source: netrc(5), curl's documentation of quoted values.
#include "parse/netrc.h"

// The next token and the line it stands on; a token in double quotes may hold blanks, no line break.
static bool token(struct ra_netrc *it, struct ra_span *ret, unsigned *ret_line, bool *ret_first)
{
    struct ra_span *s = &it->rest;
    size_t i = 0, start, n;
    for (; i < s->n && (s->p[i] == ' ' || s->p[i] == '\t' || s->p[i] == '\r' || s->p[i] == '\n'); i++)
        if (s->p[i] == '\n') {
            it->line++;
            it->mid_line = false;
        }
    start = i;
    *ret_line = it->line;
    *ret_first = !it->mid_line;
    it->mid_line = true;
    if (i < s->n && s->p[i] == '"') {
        for (i++; i < s->n && s->p[i] != '"' && s->p[i] != '\n'; i++)
            i += s->p[i] == '\\' && i + 1 < s->n && s->p[i + 1] != '\n';
        if (i < s->n && s->p[i] == '"') {
            *ret = ra_span_cut(*s, start + 1, i - start - 1);
            *s = ra_span_cut(*s, i + 1, s->n);
            return true;
        }
    }
    for (n = start; n < s->n && s->p[n] != ' ' && s->p[n] != '\t' && s->p[n] != '\r' && s->p[n] != '\n';)
        n++;
    *ret = ra_span_cut(*s, start, n - start);
    *s = ra_span_cut(*s, n, s->n);
    return ret->n > 0;
}

static void skip_line(struct ra_netrc *it)
{
    struct ra_span line;
    ptrdiff_t at = ra_span_chr(it->rest, '\n');
    if (at < 0)
        it->rest = ra_span_cut(it->rest, it->rest.n, 0);
    else if (ra_span_line(&it->rest, &line))
        it->line++;
    it->mid_line = false;
}

// A macro's body ends at the first empty line.
static void skip_macro(struct ra_netrc *it)
{
    struct ra_span line;
    skip_line(it);
    while (ra_span_line(&it->rest, &line)) {
        it->line++;
        if (ra_span_trim(line).n == 0)
            return;
    }
}

static bool keyword(struct ra_netrc *it, struct ra_span word, bool first, struct ra_netrc_entry *entry)
{
    struct ra_span ignored, *to = NULL;
    unsigned line;
    if (ra_span_is(word, "login") || ra_span_is(word, "user"))
        to = &entry->login;
    else if (ra_span_is(word, "password") || ra_span_is(word, "passwd"))
        to = &entry->password;
    else if (ra_span_is(word, "account") || ra_span_is(word, "port"))
        to = &ignored;
    else if (ra_span_is(word, "macdef"))
        skip_macro(it);
    else if (first && ra_span_starts(word, "#"))
        skip_line(it);
    return !to || token(it, to, &line, &first);
}

bool ra_netrc_next(struct ra_netrc *it, struct ra_netrc_entry *ret)
{
    struct ra_netrc_entry entry = {RA_SPAN(""), RA_SPAN(""), RA_SPAN(""), false, 0};
    struct ra_span word;
    unsigned line;
    bool first, open = false;
    for (;;) {
        struct ra_netrc before = *it;
        if (!token(it, &word, &line, &first))
            break;
        bool machine = ra_span_is(word, "machine") || ra_span_is(word, "host");
        if (!machine && !ra_span_is(word, "default")) {
            if (!keyword(it, word, first, &entry))
                break;
            continue;
        }
        if (open) { // it begins the next entry
            *it = before;
            break;
        }
        open = true;
        entry = (struct ra_netrc_entry){RA_SPAN(""), RA_SPAN(""), RA_SPAN(""), !machine, line};
        if (machine && !token(it, &entry.machine, &line, &first))
            break;
    }
    if (open)
        *ret = entry;
    return open;
}
