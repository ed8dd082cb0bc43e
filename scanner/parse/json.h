// JSON and JSONC with line and column for every value: settings files of agents and credential stores.
// Strict JSON by default; `jsonc` also takes // and /* */ comments and trailing commas. Duplicate keys are kept
// and reported by ra_json_duplicate. Strings stay in the input where they have no escapes.
#ifndef RA_PARSE_JSON_H
#define RA_PARSE_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/span.h"

enum ra_json_type { RA_JSON_NULL, RA_JSON_FALSE, RA_JSON_TRUE, RA_JSON_NUMBER, RA_JSON_STRING, RA_JSON_ARRAY,
                    RA_JSON_OBJECT };

struct ra_json {
    enum ra_json_type type;
    unsigned line, column; // of the value, 1-based
    struct ra_span key;    // decoded; members of objects only
    unsigned key_line, key_column;
    struct ra_span text;   // string: decoded; number: as written
    struct ra_json *child, *next; // first member or item; next sibling
};

// One document; anything after it but blanks is an error. *ret borrows from `input` and the arena.
int ra_json_parse(struct ra_arena *a, struct ra_span input, bool jsonc, struct ra_json **ret, struct ra_error *err);
// Member of an object, the last of that name (as most readers do); NULL where v is NULL, no object, or without it.
const struct ra_json *ra_json_get(const struct ra_json *v, const char *key);
// Dotted path of members: "permissions.defaultMode".
const struct ra_json *ra_json_at(const struct ra_json *v, const char *dotted);
bool ra_json_is_true(const struct ra_json *v);
struct ra_span ra_json_text(const struct ra_json *v); // string's text, else empty
bool ra_json_i64(const struct ra_json *v, int64_t *ret);
// The first key given twice in one object anywhere below v; NULL where none.
const struct ra_json *ra_json_duplicate(const struct ra_json *v);

#endif
