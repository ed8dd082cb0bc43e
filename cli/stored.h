// Reports that explain and diff work from: read from a file, or made here and now.
#ifndef RA_CLI_STORED_H
#define RA_CLI_STORED_H

#include "cli/job.h"
#include "model/stored_report.h"

// `file` is a json report, or a snapshot, which is judged by the profile of the options; NULL is an audit of this
// process. *ret lives in `a`. RA_E_USAGE where the file cannot be read as either.
int ra_stored_open(struct ra_arena *a, const char *file, const struct ra_options *o, const struct ra_self *self,
                   struct ra_stored_report *ret, struct ra_error *err);

#endif
