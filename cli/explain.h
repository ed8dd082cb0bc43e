// What the two files of `explain` share.
#ifndef RA_CLI_EXPLAIN_H
#define RA_CLI_EXPLAIN_H

#include "model/stored_report.h"
#include "reports/text.h"

// A reach or a consequence by its id: what is known, what it unlocks, how to cut it. False where the report has none.
bool ra_explain_reach(struct ra_text *t, struct ra_arena *a, const struct ra_stored_report *r, const char *id);
void ra_explain_step(struct ra_text *t, const struct ra_step *s, unsigned hang, const char *lead);

#endif
