#include "base/span.h"

#include <string.h>
#include <strings.h>

struct ra_span ra_span_of(const char *s)
{
    return (struct ra_span){s ? s : "", s ? strlen(s) : 0};
}

struct ra_span ra_span_cut(struct ra_span s, size_t from, size_t n)
{
    if (from > s.n)
        from = s.n;
    if (n > s.n - from)
        n = s.n - from;
    return (struct ra_span){s.p + from, n};
}

bool ra_span_eq(struct ra_span a, struct ra_span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool ra_span_is(struct ra_span a, const char *s)
{
    return ra_span_eq(a, ra_span_of(s));
}

bool ra_span_is_nocase(struct ra_span a, const char *s)
{
    return a.n == strlen(s) && strncasecmp(a.p, s, a.n) == 0;
}

bool ra_span_starts(struct ra_span a, const char *prefix)
{
    size_t n = strlen(prefix);
    return a.n >= n && memcmp(a.p, prefix, n) == 0;
}

bool ra_span_starts_nocase(struct ra_span a, const char *prefix)
{
    size_t n = strlen(prefix);
    return a.n >= n && strncasecmp(a.p, prefix, n) == 0;
}

bool ra_span_ends(struct ra_span a, const char *suffix)
{
    size_t n = strlen(suffix);
    return a.n >= n && memcmp(a.p + a.n - n, suffix, n) == 0;
}

ptrdiff_t ra_span_find(struct ra_span haystack, struct ra_span needle)
{
    if (needle.n > haystack.n)
        return -1;
    const char *hit = needle.n ? memmem(haystack.p, haystack.n, needle.p, needle.n) : haystack.p;
    return hit ? hit - haystack.p : -1;
}

ptrdiff_t ra_span_find_nocase(struct ra_span haystack, const char *needle)
{
    size_t n = strlen(needle);
    for (size_t i = 0; i + n <= haystack.n; i++)
        if (strncasecmp(haystack.p + i, needle, n) == 0)
            return (ptrdiff_t)i;
    return -1;
}

ptrdiff_t ra_span_chr(struct ra_span s, char c)
{
    const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;
    return hit ? hit - s.p : -1;
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct ra_span ra_span_trim(struct ra_span s)
{
    while (s.n && blank(s.p[0]))
        s.p++, s.n--;
    while (s.n && blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool ra_span_line(struct ra_span *rest, struct ra_span *ret_line)
{
    if (rest->n == 0)
        return false;
    ptrdiff_t at = ra_span_chr(*rest, '\n');
    struct ra_span line = ra_span_cut(*rest, 0, at < 0 ? rest->n : (size_t)at);
    *rest = ra_span_cut(*rest, line.n + (at >= 0), rest->n);
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    *ret_line = line;
    return true;
}

bool ra_span_until(struct ra_span *rest, char sep, struct ra_span *ret_part)
{
    if (!rest->p)
        return false;
    ptrdiff_t at = ra_span_chr(*rest, sep);
    if (at < 0) {
        *ret_part = *rest;
        *rest = (struct ra_span){NULL, 0};
        return true;
    }
    *ret_part = ra_span_cut(*rest, 0, (size_t)at);
    *rest = ra_span_cut(*rest, (size_t)at + 1, rest->n);
    return true;
}

bool ra_span_word(struct ra_span *rest, struct ra_span *ret_word)
{
    while (rest->n && (rest->p[0] == ' ' || rest->p[0] == '\t'))
        rest->p++, rest->n--;
    size_t n = 0;
    while (n < rest->n && rest->p[n] != ' ' && rest->p[n] != '\t')
        n++;
    if (n == 0)
        return false;
    *ret_word = ra_span_cut(*rest, 0, n);
    *rest = ra_span_cut(*rest, n, rest->n);
    return true;
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'Z')
        return c - 'A' + 10;
    return 99;
}

bool ra_span_u64(struct ra_span s, unsigned base, uint64_t *ret)
{
    uint64_t v = 0;
    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        unsigned d = (unsigned)digit(s.p[i]);
        if (d >= base || v > (UINT64_MAX - d) / base)
            return false;
        v = v * base + d;
    }
    *ret = v;
    return true;
}

// Length of the well-formed sequence at p, 0 where it is malformed. Source: Unicode 15, table 3-7.
static size_t sequence(const unsigned char *p, size_t n)
{
    unsigned char c = p[0];
    size_t len = c < 0x80 ? 1 : c >= 0xC2 && c <= 0xDF ? 2 : (c & 0xF0) == 0xE0 ? 3 : c >= 0xF0 && c <= 0xF4 ? 4 : 0;
    if (len == 0 || len > n || c == 0)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    if ((c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F) || (c == 0xF0 && p[1] < 0x90) ||
        (c == 0xF4 && p[1] > 0x8F))
        return 0;
    return len;
}

bool ra_span_utf8(struct ra_span s)
{
    for (size_t i = 0; i < s.n;) {
        size_t len = sequence((const unsigned char *)s.p + i, s.n - i);
        if (len == 0)
            return false;
        i += len;
    }
    return true;
}
