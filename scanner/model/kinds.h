// The kinds of kinds.def and the ids built from them.
#ifndef RA_MODEL_KINDS_H
#define RA_MODEL_KINDS_H

#include "base/arena.h"
#include "base/words.h"

enum ra_kind {
#define RA_KIND(n, ...) RA_KIND_##n,
#include "model/kinds.def"
#undef RA_KIND
    RA_KIND_COUNT
};

struct ra_kind_row {
    const char *name; // the id's prefix
    enum ra_radius least, ceiling;
    enum ra_severity cap;
    const char *title;
};
const struct ra_kind_row *ra_kind_row(enum ra_kind kind);
bool ra_kind_parse(const char *name, enum ra_kind *ret);
bool ra_kind_is_secret(enum ra_kind kind); // token, key, password

// kind + ":" + text, scrubbed first (a token in a file's name never shows), then percent-encoding control
// characters, '%', bytes that are not UTF-8, and '#' inside `text`; `part` (may be NULL) is treated likewise and
// appended after one '#'. Reversible by ra_id_decode. text NULL reads as empty.
char *ra_id(struct ra_arena *a, enum ra_kind kind, const char *text, const char *part);
// Every %XX back to its byte; what is no such triple (or would be a NUL) stays as it is.
char *ra_id_decode(struct ra_arena *a, const char *encoded);
// Percent-encoding alone, for parts of ids that are put together by hand.
char *ra_id_encode(struct ra_arena *a, const char *text);

#endif
