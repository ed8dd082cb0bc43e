// The parts of an inventory that a snapshot and a report write alike, as JSON. Private text has been scrubbed before:
// these write what they are given.
#ifndef RA_MODEL_WRITE_H
#define RA_MODEL_WRITE_H

#include "base/json_out.h"
#include "model/inventory.h"

void ra_write_optional(struct ra_json_out *w, const char *key, const char *value); // nothing where NULL
void ra_write_texts(struct ra_json_out *w, const char *key, const char *const *items, size_t n);
// The names of the bits that are set, first to last.
void ra_write_set(struct ra_json_out *w, const char *key, unsigned bits, unsigned n, const char *(*name)(unsigned bit));
// At most RA_EXACT_NUMBER, which every reader of JSON keeps whole.
void ra_write_count(struct ra_json_out *w, const char *key, uint64_t n);
// "tool", "asked", "details", "evidence": the key and its value.
void ra_write_tool(struct ra_json_out *w, const struct ra_inventory *inv);
void ra_write_asked(struct ra_json_out *w, const struct ra_asked *a);
void ra_write_details(struct ra_json_out *w, const struct ra_reach *r);
void ra_write_evidence(struct ra_json_out *w, const struct ra_reach *r);

#endif
