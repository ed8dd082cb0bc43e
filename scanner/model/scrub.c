// Makes text fit to be shown: finds what must not appear and puts "[secret]" in its place. What a secret looks
// like is not known here: values come from learnt.c, shapes from the finder that the scanner hands in.
#include "model/scrub.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/error.h"
#include "model/learnt.h"
#include "model/percent.h"

static const char mark[] = "[secret]";
enum { MARK_BYTES = sizeof mark - 1 };
static ra_scrub_shapes *find_shape;

struct range {
    size_t from, to;
};
struct ranges {
    struct range *items;
    size_t n, cap;
};
// The text as it is, or with its percent escapes undone: `at` then says where each byte came from.
struct view {
    struct ra_span text, whole;
    const size_t *at; // n + 1 places; NULL = the text itself
};

void ra_scrub_set_shapes(ra_scrub_shapes *find)
{
    find_shape = find;
}

bool ra_scrub_has_shape(struct ra_span value)
{
    size_t at, n;
    return find_shape && find_shape(value, 0, &at, &n) && at == 0 && n == value.n;
}

static void free_ranges(struct ranges *r)
{
    free(r->items);
}

// What a former scrubbing left must stay: "secret" is a well-known password.
static bool in_mark(struct ra_span text, struct range r)
{
    for (size_t s = r.to > MARK_BYTES ? r.to - MARK_BYTES : 0; s <= r.from && s + MARK_BYTES <= text.n; s++)
        if (memcmp(text.p + s, mark, MARK_BYTES) == 0)
            return true;
    return false;
}

static void add(struct ranges *to, const struct view *v, size_t from, size_t n)
{
    struct range r = {v->at ? v->at[from] : from, v->at ? v->at[from + n] : from + n};
    if (in_mark(v->whole, r))
        return;
    struct range *last = to->n ? &to->items[to->n - 1] : NULL;
    if (last && r.from >= last->from && r.from <= last->to) {
        if (r.to > last->to)
            last->to = r.to;
        return;
    }
    if (to->n == to->cap) {
        to->cap = to->cap ? to->cap * 2 : 16;
        to->items = reallocarray(to->items, to->cap, sizeof *to->items);
        if (!to->items)
            ra_oom();
    }
    to->items[to->n++] = r;
}

static bool base64_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("+/-_=", c));
}

// Returns false where the whole text has to go.
static bool find_learnt(const struct view *v, struct ranges *out)
{
    struct ra_span t = v->text;
    for (size_t i = 0; i + RA_LEARNT_LEAST_BYTES <= t.n; i++) {
        struct ra_learnt_hit hit = ra_learnt_at(t, i);
        if (!hit.n)
            continue;
        if (hit.flags & RA_LEARNT_LONG)
            return false;
        size_t from = i, to = i + hit.n;
        if (hit.flags & RA_LEARNT_BASE64) { // the characters beside it carry a few of its bits
            from -= from && base64_char(t.p[from - 1]);
            to += to < t.n && base64_char(t.p[to]);
        }
        add(out, v, from, to - from);
    }
    return true;
}

static void find_shapes(const struct view *v, struct ranges *out)
{
    size_t from = 0, at, n;
    while (find_shape && from < v->text.n && find_shape(v->text, from, &at, &n)) {
        if (at < from || n == 0 || n > v->text.n || at > v->text.n - n)
            return;
        add(out, v, at, n);
        from = at + n;
    }
}

static bool digits(struct ra_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

// "user:password" of what follows "://", or an empty span. RFC 3986 section 3.2 ends the authority at '/', '?' and
// '#'; the last two are let into passwords, since people forget to escape them, unless a port stands before.
static struct ra_span userinfo(struct ra_span s)
{
    ptrdiff_t colon = -1, at_sign = -1;
    for (size_t i = 0; i < s.n && !strchr("/ \t\r\n\"'<>\\", s.p[i]); i++) {
        if (s.p[i] == '@')
            at_sign = (ptrdiff_t)i;
        else if (s.p[i] == ':' && colon < 0)
            colon = (ptrdiff_t)i;
        else if ((s.p[i] == '?' || s.p[i] == '#') &&
                 (colon < 0 || digits(ra_span_cut(s, (size_t)colon + 1, i - (size_t)colon - 1))))
            break;
    }
    return ra_span_cut(s, 0, colon >= 0 && at_sign > colon ? (size_t)at_sign : 0);
}

static void find_userinfo(const struct view *v, struct ranges *out)
{
    size_t from = 0;
    for (;;) {
        ptrdiff_t hit = ra_span_find(ra_span_cut(v->text, from, v->text.n), RA_SPAN("://"));
        if (hit < 0)
            return;
        from += (size_t)hit + 3;
        struct ra_span found = userinfo(ra_span_cut(v->text, from, v->text.n));
        if (found.n)
            add(out, v, from, found.n);
    }
}

static bool find_in_view(const struct view *v, struct ranges *out)
{
    find_shapes(v, out);
    find_userinfo(v, out);
    return find_learnt(v, out);
}

static bool find_unescaped(struct ra_span text, struct ranges *out)
{
    size_t n = 0, *at = calloc(text.n + 1, sizeof *at);
    char *bytes = malloc(text.n + 1);
    if (!at || !bytes)
        ra_oom();
    for (size_t i = 0; i < text.n; n++) {
        int byte = ra_percent_at(text, i);
        bytes[n] = byte < 0 ? text.p[i] : (char)byte;
        at[n] = i;
        i += byte < 0 ? 1 : 3;
    }
    at[n] = text.n;
    struct view v = {{bytes, n}, text, at};
    bool part = n == text.n || find_in_view(&v, out);
    free(bytes);
    free(at);
    return part;
}

static int by_start(const void *x, const void *y)
{
    const struct range *a = x, *b = y;
    return a->from < b->from ? -1 : a->from > b->from;
}

// Sorted and joined. Empty where nothing has to be replaced.
static void find_all(struct ra_span text, struct ranges *out)
{
    struct view plain = {text, text, NULL};
    bool part = find_in_view(&plain, out) && (ra_span_chr(text, '%') < 0 || find_unescaped(text, out));
    if (!part) {
        out->n = 0;
        add(out, &plain, 0, text.n);
    }
    if (out->n)
        qsort(out->items, out->n, sizeof *out->items, by_start);
    size_t n = 0;
    for (size_t i = 0; i < out->n; i++) {
        if (n && out->items[i].from <= out->items[n - 1].to) {
            if (out->items[i].to > out->items[n - 1].to)
                out->items[n - 1].to = out->items[i].to;
        } else
            out->items[n++] = out->items[i];
    }
    out->n = n;
}

static void put_utf8(struct ra_buf *out, struct ra_span s)
{
    if (ra_span_utf8(s)) {
        ra_buf_span(out, s);
        return;
    }
    for (size_t i = 0; i < s.n;) {
        unsigned char c = (unsigned char)s.p[i];
        size_t n = c < 0x80 ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
        bool good = n <= s.n - i && ra_span_utf8(ra_span_cut(s, i, n));
        ra_buf_add(out, good ? s.p + i : "\xEF\xBF\xBD", good ? n : 3);
        i += good ? n : 1;
    }
}

// NULL where `text` can stay as it is.
static char *scrubbed(struct ra_arena *a, struct ra_span text, bool utf8)
{
    RA_CLEANUP(free_ranges) struct ranges found = {0};
    RA_CLEANUP(ra_buf_free) struct ra_buf out = {0};
    find_all(text, &found);
    if (!found.n && (!utf8 || ra_span_utf8(text)))
        return NULL;
    size_t from = 0;
    for (size_t i = 0; i <= found.n; i++) {
        struct ra_span kept = ra_span_cut(text, from, (i < found.n ? found.items[i].from : text.n) - from);
        if (utf8)
            put_utf8(&out, kept);
        else
            ra_buf_span(&out, kept);
        if (i < found.n) {
            ra_buf_puts(&out, mark);
            from = found.items[i].to;
        }
    }
    return ra_strndup(a, ra_buf_view(&out));
}

char *ra_scrub_span(struct ra_arena *a, struct ra_span text)
{
    char *changed = scrubbed(a, text, true);
    return changed ? changed : ra_strndup(a, text);
}

char *ra_scrub(struct ra_arena *a, const char *text)
{
    return text ? ra_scrub_span(a, ra_span_of(text)) : NULL;
}

char *ra_scrub_bytes(struct ra_arena *a, struct ra_span text)
{
    char *changed = scrubbed(a, text, false);
    return changed ? changed : ra_strndup(a, text);
}

const char *ra_scrub_keep(struct ra_arena *a, const char *text)
{
    char *changed = text ? scrubbed(a, ra_span_of(text), true) : NULL;
    return changed ? changed : text;
}
