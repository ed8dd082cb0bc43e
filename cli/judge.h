// What the files of the judge's process share. Private to cli/.
#ifndef RA_CLI_JUDGE_H
#define RA_CLI_JUDGE_H

#include "cli/job.h"

// Tells the keeper why there is no answer, and ends.
RA_NORETURN void ra_judge_stop(int out, int status, const char *text);
// MERGE: takes the feeder's files from `in`, one at a time, and sends the fleet in every format asked for.
RA_NORETURN void ra_judge_fleet(const struct ra_job *job, struct ra_arena *a, int in, int out);

#endif
