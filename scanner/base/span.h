// Bytes from outside: a pointer and a length, borrowed, never NUL-terminated until validated.
#ifndef RA_BASE_SPAN_H
#define RA_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ra_span {
    const char *p;
    size_t n;
};

#define RA_SPAN(literal) ((struct ra_span){"" literal, sizeof(literal) - 1})

struct ra_span ra_span_of(const char *s); // NULL gives an empty span
struct ra_span ra_span_cut(struct ra_span s, size_t from, size_t n); // clamped to s
bool ra_span_eq(struct ra_span a, struct ra_span b);
bool ra_span_is(struct ra_span a, const char *s);
bool ra_span_is_nocase(struct ra_span a, const char *s); // ASCII
bool ra_span_starts(struct ra_span a, const char *prefix);
bool ra_span_starts_nocase(struct ra_span a, const char *prefix);
bool ra_span_ends(struct ra_span a, const char *suffix);
// Index of the first occurrence, or -1.
ptrdiff_t ra_span_find(struct ra_span haystack, struct ra_span needle);
ptrdiff_t ra_span_find_nocase(struct ra_span haystack, const char *needle);
ptrdiff_t ra_span_chr(struct ra_span s, char c);
// Without spaces, tabs, CR and LF at both ends.
struct ra_span ra_span_trim(struct ra_span s);
// Takes the next line (without its LF or CRLF) off *rest; false at the end.
bool ra_span_line(struct ra_span *rest, struct ra_span *ret_line);
// Takes the text up to `sep` (or all that is left) off *rest; false where *rest.p is NULL already.
bool ra_span_until(struct ra_span *rest, char sep, struct ra_span *ret_part);
// Next run of bytes that are not blanks (space, tab); false at the end.
bool ra_span_word(struct ra_span *rest, struct ra_span *ret_word);
// Whole span as a decimal / base-N number; false on rubbish, sign or overflow.
bool ra_span_u64(struct ra_span s, unsigned base, uint64_t *ret);
bool ra_span_utf8(struct ra_span s); // well-formed UTF-8 without NUL

#endif
