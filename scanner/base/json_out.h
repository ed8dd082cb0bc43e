// A streaming JSON writer into a buffer: two spaces of indent, keys in the order written, commas by
// itself. Strings are bytes from outside: what is not well-formed UTF-8 becomes U+FFFD; what moves a cursor, reorders or
// hides its neighbours is written as \uXXXX.
#ifndef RA_BASE_JSON_OUT_H
#define RA_BASE_JSON_OUT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

enum { RA_JSON_DEPTH = 16 };

struct ra_json_out {
    struct ra_buf *to;
    unsigned depth;
    bool compact;              // one line, no spaces (JSON lines)
    bool first[RA_JSON_DEPTH]; // nothing written yet at this depth
    bool after_key;
};

struct ra_json_out ra_json_out_to(struct ra_buf *to, bool compact);
void ra_json_open(struct ra_json_out *w, char bracket); // '{' or '['
void ra_json_close(struct ra_json_out *w, char bracket); // '}' or ']'
void ra_json_key(struct ra_json_out *w, const char *key);
void ra_json_str(struct ra_json_out *w, const char *s); // NULL writes null
void ra_json_span(struct ra_json_out *w, struct ra_span s);
void ra_json_int(struct ra_json_out *w, int64_t v);
void ra_json_bool(struct ra_json_out *w, bool v);
// key and value at once
void ra_json_kstr(struct ra_json_out *w, const char *key, const char *s);
void ra_json_kint(struct ra_json_out *w, const char *key, int64_t v);
void ra_json_kbool(struct ra_json_out *w, const char *key, bool v);

#endif
