// Is this text JSON as RFC 8259 and RFC 7493 want it? cJSON lets much pass (NUL in strings, control bytes, "01",
// text after the end, duplicate keys); this check comes before it, so that what cJSON then reads has one meaning.
#ifndef RA_MODEL_JSON_STRICT_H
#define RA_MODEL_JSON_STRICT_H

#include "base/error.h"
#include "base/span.h"

// One value, nothing after it; well-formed UTF-8; no NUL and no lone surrogate in strings; whole numbers within
// RA_EXACT_NUMBER only; at most RA_MAX_DEPTH deep, and no more values than RA_MIN_NODE_BYTES allows. 0, RA_E_INPUT with line and column, or RA_E_LIMIT; the text names
// the path of the mistake. Duplicate keys are left to the caller, who knows the fields.
int ra_json_strict(struct ra_span json, struct ra_error *err);

#endif
