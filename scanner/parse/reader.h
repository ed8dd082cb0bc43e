// What the readers of nested text (JSON, TOML) share: a cursor that knows its line and column, and
// nodes under the caps of limits.h. Private to scanner/parse.
#ifndef RA_PARSE_READER_H
#define RA_PARSE_READER_H

#include "base/limits.h"
#include "parse/json.h"

struct ra_reader {
    struct ra_arena *arena;
    struct ra_error *err;
    struct ra_span in;
    size_t at;             // next byte
    unsigned line, column; // of the next byte, 1-based; columns count characters, not bytes
    unsigned depth;
    size_t nodes;
};

// At the first byte of `in`, after a byte order mark.
struct ra_reader ra_reader_start(struct ra_arena *a, struct ra_span in, struct ra_error *err);
// The next byte, or the one `ahead` of it; -1 at the end.
int ra_reader_peek(const struct ra_reader *r, size_t ahead);
void ra_reader_skip(struct ra_reader *r, size_t n); // clamped to the input
bool ra_reader_starts(const struct ra_reader *r, const char *text);
struct ra_span ra_reader_from(const struct ra_reader *r, size_t start); // start .. next byte
int ra_reader_fail(struct ra_reader *r, const char *what);              // at the next byte
// A new node at the next byte; NULL, with *err set, beyond RA_MAX_NODES.
struct ra_json *ra_reader_node(struct ra_reader *r, enum ra_json_type type, size_t size_bytes);
int ra_reader_enter(struct ra_reader *r); // one level deeper; fails beyond RA_MAX_DEPTH
// `n` hexadecimal digits that lie `ahead`; false where they are not.
bool ra_reader_hex(const struct ra_reader *r, size_t ahead, unsigned n, uint32_t *ret);
// UTF-8 of a code point (surrogates become U+FFFD); returns its length, at most 4.
size_t ra_utf8_put(char *to, uint32_t code);

#endif
