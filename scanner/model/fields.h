// Reading a strict JSON object into a struct by a table of its fields: an unknown field, a field twice, a missing
// one and a wrong type are errors that name their path. Keys are compared with case.
#ifndef RA_MODEL_FIELDS_H
#define RA_MODEL_FIELDS_H

#include <cJSON.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/error.h"

struct ra_fields {
    struct ra_arena *arena; // owns every text read
    struct ra_error *err;
    char path[200]; // of the value at hand, cut where it is longer
    size_t n_path;
};
typedef int ra_field_read(struct ra_fields *f, const cJSON *value, void *to);
struct ra_field {
    const char *name;
    bool required;
    size_t offset; // in the struct being filled
    ra_field_read *read;
};

// RA_E_INPUT with "path: ..." before the text.
int ra_field_bad(struct ra_fields *f, const char *fmt, ...) RA_PRINTF(2, 3);
int ra_fields_read(struct ra_fields *f, const cJSON *object, const struct ra_field *rows, size_t n, void *to);
// Calls read(f, item, to) for each item of an array.
int ra_field_each(struct ra_fields *f, const cJSON *array, ra_field_read *read, void *to);
// Goes down to a member or an item while it is read; ra_field_leave with what enter returned.
size_t ra_field_enter(struct ra_fields *f, const char *key);
void ra_field_leave(struct ra_fields *f, size_t was);

int ra_field_text(struct ra_fields *f, const cJSON *value, void *to);   // const char **
int ra_field_flag(struct ra_fields *f, const cJSON *value, void *to);   // bool *
int ra_field_number(struct ra_fields *f, const cJSON *value, void *to); // int64_t *
int ra_field_count(struct ra_fields *f, const cJSON *value, void *to);  // uint64_t *, not negative
int ra_field_line(struct ra_fields *f, const cJSON *value, void *to);   // unsigned *, from 1

#endif
