// A report read back from its JSON, schema "reachaudit-report/1": what explain, diff, render and merge
// work from.
#ifndef RA_MODEL_STORED_REPORT_H
#define RA_MODEL_STORED_REPORT_H

#include "model/verdict.h"

#define RA_REPORT_SCHEMA "reachaudit-report/1"

// Holds all that a report says, so that every format can be written again from it, byte for byte; it can be told
// again, and never be judged again: reaches have no traits, no least radius and no cap, and there are no links. Reaches
// are in the order of the file, verdict.reaches beside them.
struct ra_stored_report {
    struct ra_inventory inv; // not frozen
    struct ra_verdict verdict;
    size_t cap_views;
};

// RA_E_INPUT or RA_E_LIMIT where it is no strict JSON, no such report, or a field has a wrong type; the text names the
// place. Texts are scrubbed, as in an inventory: a file from anywhere may hold what no report of ours would. Fields that this version does not know are passed over. *ret lives in `a`.
int ra_stored_report_read(struct ra_arena *a, struct ra_span json, struct ra_stored_report *ret, struct ra_error *err);
// Index of a reach, of the first consequence, of the first step that gives `id`; RA_NO_PLACE where there is none.
#define RA_NO_PLACE ((size_t)-1)
size_t ra_stored_reach(const struct ra_stored_report *r, const char *id);
size_t ra_stored_consequence(const struct ra_stored_report *r, const char *id);
size_t ra_stored_step(const struct ra_stored_report *r, const char *gives);
// What a strict JSON document says that it is: its "schema", or NULL. Lives in `a`.
const char *ra_stored_schema(struct ra_arena *a, struct ra_span json, struct ra_error *err);

#endif
