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
    bool scrub; // texts that nobody scrubs later
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

// RA_E_INPUT with "path: ..." before the text. What it quotes of the file goes through ra_field_shown first: a half of a
// secret has no shape by which it could be found later.
const char *ra_field_shown(struct ra_fields *f, const char *text);
int ra_field_bad(struct ra_fields *f, const char *fmt, ...) RA_PRINTF(2, 3);
int ra_fields_read(struct ra_fields *f, const cJSON *object, const struct ra_field *rows, size_t n, void *to);
// The same, but fields without a row are passed over: for what a later version may have written.
int ra_fields_pick(struct ra_fields *f, const cJSON *object, const struct ra_field *rows, size_t n, void *to);
// Calls read(f, item, to) for each item of an array.
int ra_field_each(struct ra_fields *f, const cJSON *array, ra_field_read *read, void *to);
// Goes down to a member or an item while it is read; ra_field_leave with what enter returned.
size_t ra_field_enter(struct ra_fields *f, const char *key);
void ra_field_leave(struct ra_fields *f, size_t was);

struct ra_field_list {
    const char **items;
    size_t n, cap;
};
int ra_field_text(struct ra_fields *f, const cJSON *value, void *to);   // const char **
int ra_field_flag(struct ra_fields *f, const cJSON *value, void *to);   // bool *
int ra_field_number(struct ra_fields *f, const cJSON *value, void *to); // int64_t *
int ra_field_texts(struct ra_fields *f, const cJSON *value, void *to);  // struct ra_field_list *
int ra_field_count(struct ra_fields *f, const cJSON *value, void *to);  // uint64_t *, not negative
int ra_field_line(struct ra_fields *f, const cJSON *value, void *to);   // unsigned *, from 1

// read_<fn>: a word of an enumeration of base/words.h or of kinds.
#define RA_FIELD_WORD(fn, type)                                                         \
    static int read_##fn(struct ra_fields *f, const cJSON *v, void *to)                 \
    {                                                                                   \
        type *ret = to;                                                                 \
        if (!cJSON_IsString(v))                                                         \
            return ra_field_bad(f, "a string was expected");                            \
        return ra_##fn##_parse(v->valuestring, ret)                                     \
                   ? 0                                                                  \
                   : ra_field_bad(f, "unknown word \"%.60s\"", ra_field_shown(f, v->valuestring)); \
    }

// reach_read.c: one item of "reaches", appended to the struct ra_inventory that `to` is. A ra_field_read.
int ra_reach_read(struct ra_fields *f, const cJSON *value, void *to);
// The same of a report, which says of a reach what was made of it instead of what it means to the rules. `to` is a
// struct ra_stored_report.
int ra_stored_reach_read(struct ra_fields *f, const cJSON *value, void *to);
// inventory_read.c: a row of "coverage" of a report, appended to the struct ra_inventory that `to` is; and "asked" of
// a report, a struct ra_asked. What a later version added is passed over.
int ra_stored_coverage_read(struct ra_fields *f, const cJSON *value, void *to);
int ra_stored_asked_read(struct ra_fields *f, const cJSON *value, void *to);

#endif
