// Decoders of tokens that carry their own limits: PyPI's macaroons, AWS key ids, Azure's shared access signatures.
#include "parse/claims.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "parse/json.h"
#include "parse/keys.h"

// ---- macaroons --------------------------------------------------------------------------------------

enum { END = 0, LOCATION = 1, IDENTIFIER = 2 };

static bool number(struct ra_span *rest, size_t *ret)
{
    size_t n = 0;
    for (unsigned shift = 0; rest->n && shift < 28; shift += 7) {
        unsigned char c = (unsigned char)rest->p[0];
        *rest = ra_span_cut(*rest, 1, rest->n);
        n |= (size_t)(c & 0x7f) << shift;
        if (!(c & 0x80)) {
            *ret = n;
            return true;
        }
    }
    return false;
}

// One field: its type, and its bytes unless it is END.
static bool field(struct ra_span *rest, size_t *ret_type, struct ra_span *ret)
{
    size_t n = 0;
    *ret = (struct ra_span){"", 0};
    if (!number(rest, ret_type))
        return false;
    if (*ret_type == END)
        return true;
    if (!number(rest, &n) || n > rest->n)
        return false;
    *ret = ra_span_cut(*rest, 0, n);
    *rest = ra_span_cut(*rest, n, rest->n);
    return true;
}

static void name(struct ra_buf *to, const struct ra_json *list)
{
    for (const struct ra_json *m = list && list->type == RA_JSON_ARRAY ? list->child : NULL; m; m = m->next)
        if (m->text.n)
            ra_buf_printf(to, "%s%.*s", to->n ? ", " : "", (int)(m->text.n > 80 ? 80 : m->text.n), m->text.p);
}

static void expiry(const struct ra_json *at, bool *ret_has, int64_t *ret)
{
    int64_t s;
    if (ra_json_i64(at, &s) && (!*ret_has || s < *ret)) {
        *ret_has = true;
        *ret = s;
    }
}

// [0, until, since], [1, [names]], [2, [ids]], [3, user], [4, ...]; before: {"version": 1, "permissions": "user" or {"projects"}}.
static void caveat(struct ra_arena *a, struct ra_span text, struct ra_pypi *ret, struct ra_buf *projects)
{
    struct ra_json *v;
    int64_t tag = -1;
    if (ra_json_parse(a, text, false, &v, NULL)) {
        ret->other = true;
        return;
    }
    const struct ra_json *old = ra_json_get(v, "permissions"), *list = ra_json_get(old, "projects");
    bool tagged = v->type == RA_JSON_ARRAY && v->child && ra_json_i64(v->child, &tag);
    if (tagged && tag == 0)
        expiry(v->child->next, &ret->has_expiry, &ret->expires_s);
    else if (tagged && (tag == 1 || tag == 2))
        name(projects, v->child->next);
    else if (list)
        name(projects, list);
    else if (ra_json_get(v, "exp"))
        expiry(ra_json_get(v, "exp"), &ret->has_expiry, &ret->expires_s);
    else if (!(tagged && tag == 3) && !ra_span_is(ra_json_text(old), "user"))
        ret->other = true;
}

bool ra_pypi_parse(struct ra_arena *a, struct ra_span token, struct ra_pypi *ret)
{
    size_t n, type;
    struct ra_span rest, bytes;
    struct ra_buf projects RA_CLEANUP(ra_buf_free) = {0};
    *ret = (struct ra_pypi){0};
    if (!ra_span_starts(token, "pypi-"))
        return false;
    char *raw = ra_base64_decode(a, ra_span_cut(token, 5, token.n), &n);
    rest = (struct ra_span){raw ? raw : "", raw ? n : 0};
    if (rest.n < 4 || rest.p[0] != 2)
        return false;
    rest = ra_span_cut(rest, 1, rest.n);
    // The head: a location, an identifier, an end. Then sections of caveats; an empty one ends them.
    for (bool head = true;; head = false) {
        bool empty = true;
        for (;;) {
            if (!field(&rest, &type, &bytes))
                return false;
            if (type == END)
                break;
            empty = false;
            if (head && type == LOCATION)
                ret->host = ra_strndup(a, bytes);
            else if (!head && type == IDENTIFIER)
                caveat(a, bytes, ret, &projects);
        }
        if (empty && !head)
            break;
        if (empty)
            return false;
    }
    ret->projects = projects.n ? ra_strndup(a, ra_buf_view(&projects)) : NULL;
    return true;
}

// ---- AWS key ids ------------------------------------------------------------------------------------

bool ra_aws_account(struct ra_span id, char ret[13])
{
    uint64_t bits = 0;
    if (id.n != 20)
        return false;
    for (size_t i = 4; i < 14; i++) { // ten characters of five bits: more than the 48 that matter
        char c = id.p[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7')))
            return false;
        bits = bits << 5 | (uint64_t)(c >= 'A' ? c - 'A' : c - '2' + 26);
    }
    if (!(bits >> 49)) // the first bit marks the layout
        return false;
    uint64_t account = (bits >> 2 & 0x7fffffffff80ull) >> 7;
    if (account > 999999999999ull)
        return false;
    snprintf(ret, 13, "%012llu", (unsigned long long)account);
    return true;
}

// ---- Azure's signatures -----------------------------------------------------------------------------

static const char *unescaped(struct ra_arena *a, struct ra_span s)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    for (size_t i = 0; i < s.n; i++) {
        uint64_t byte;
        if (s.p[i] == '%' && i + 2 < s.n && ra_span_u64(ra_span_cut(s, i + 1, 2), 16, &byte) && byte >= ' ') {
            ra_buf_putc(&text, (char)byte);
            i += 2;
        } else
            ra_buf_putc(&text, s.p[i]);
    }
    return ra_strndup(a, ra_buf_view(&text));
}

static struct ra_span run_around(struct ra_span text, size_t at)
{
    static const char ends[] = " \t\r\n\"'<>`;";
    size_t from = at, to = at;
    while (from > 0 && !strchr(ends, text.p[from - 1]))
        from--;
    while (to < text.n && text.p[to] && !strchr(ends, text.p[to]))
        to++;
    return ra_span_cut(text, from, to - from);
}

bool ra_sas_parse(struct ra_arena *a, struct ra_span text, struct ra_sas *ret)
{
    ptrdiff_t at = ra_span_find(text, RA_SPAN("sig="));
    *ret = (struct ra_sas){0};
    if (at < 0)
        return false;
    struct ra_span rest = run_around(text, (size_t)at), part, key;
    ptrdiff_t host = ra_span_find(rest, RA_SPAN("://")), query = ra_span_chr(rest, '?');
    if (host >= 0 && (query < 0 || host < query)) {
        struct ra_span label = ra_span_cut(rest, (size_t)host + 3, rest.n);
        size_t n = 0;
        while (n < label.n && label.p[n] != '.' && label.p[n] != '/' && label.p[n] != '?')
            n++;
        ret->account = ra_strndup(a, ra_span_cut(label, 0, n));
    }
    rest = ra_span_cut(rest, query < 0 ? 0 : (size_t)query + 1, rest.n);
    bool version = false;
    while (ra_span_until(&rest, '&', &part)) {
        struct ra_span value = part;
        if (!ra_span_until(&value, '=', &key) || !value.p)
            continue;
        if (!version && ra_span_find(value, RA_SPAN("sv=")) == 0) // NAME=sv=...: of a connection string or a variable
            ra_span_until(&value, '=', &key);
        const char *is = ra_span_is(key, "sig") ? NULL : unescaped(a, value); // the signature is no claim
        version |= ra_span_is(key, "sv");
        if (ra_span_is(key, "sp"))
            ret->permissions = is;
        else if (ra_span_is(key, "ss"))
            ret->services = is;
        else if (ra_span_is(key, "srt"))
            ret->types = is;
        else if (ra_span_is(key, "sr"))
            ret->resource = is;
        else if (ra_span_is(key, "si"))
            ret->policy = is;
        else if (ra_span_is(key, "se"))
            ret->has_expiry = ra_rfc3339(ra_span_of(is), &ret->expires_s);
    }
    return version && (ret->permissions || ret->policy);
}
