// What the files of the report's reader share. Private to scanner/model.
#ifndef RA_MODEL_STORED_PARTS_H
#define RA_MODEL_STORED_PARTS_H

#include <string.h>

#include "model/fields.h"
#include "model/stored_report.h"

// Steps of a path, as they stand there; which of the report's steps they are is known when all has been read.
struct ra_stored_path {
    size_t finding; // RA_NO_PLACE: the worst case
    struct ra_step *steps;
    size_t n, cap;
};

struct ra_reading { // what a verdict does not keep
    struct ra_stored_report *ret;
    size_t cap_steps, cap_consequences, cap_findings, cap_cuts, cap_waivers, cap_overrides;
    struct ra_stored_path *paths;
    size_t n_paths, cap_paths;
};

// Appends a zeroed item to an array of the arena and answers it.
#define RA_PUSH(f, items, n, cap) \
    ((items) = ra_grow((f)->arena, (items), (n), &(cap), sizeof *(items)), memset(&(items)[n], 0, sizeof *(items)), &(items)[(n)++])

// Each is a ra_field_read; `to` is a struct ra_reading.
int ra_stored_worst_read(struct ra_fields *f, const cJSON *value, void *to);
int ra_stored_steps_read(struct ra_fields *f, const cJSON *value, void *to);
int ra_stored_consequences_read(struct ra_fields *f, const cJSON *value, void *to);
int ra_stored_findings_read(struct ra_fields *f, const cJSON *value, void *to);
int ra_stored_to_pass_read(struct ra_fields *f, const cJSON *value, void *to);
int ra_stored_waivers_read(struct ra_fields *f, const cJSON *value, void *to);
int ra_stored_overrides_read(struct ra_fields *f, const cJSON *value, void *to);
int ra_stored_score_read(struct ra_fields *f, const cJSON *value, void *to); // `to` is an int
// "path": `to` is a struct ra_stored_path.
int ra_stored_path_read(struct ra_fields *f, const cJSON *value, void *to);
// Turns the paths into places among the steps. RA_E_INPUT where a path has a step that is not among them.
int ra_stored_paths_resolve(struct ra_fields *f, struct ra_reading *r);

#endif
