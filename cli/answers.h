// --record and --replay: the directory of answers that services gave.
#ifndef RA_CLI_ANSWERS_H
#define RA_CLI_ANSWERS_H

#include "cli/job.h"

// Before anything is asked: may they be used as they are given? Makes the directory of --record where there is none.
int ra_answers_may(const struct ra_options *o, struct ra_error *err);
// Writes each answer of the outcome, mode 0600, whole or not at all.
int ra_answers_keep(struct ra_arena *a, const struct ra_options *o, const struct ra_outcome *out, struct ra_error *err);

#endif
