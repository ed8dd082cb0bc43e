// Audit and judge, as audit, gate, evaluate and explain share it.
#ifndef RA_CLI_AUDIT_H
#define RA_CLI_AUDIT_H

#include "cli/cli.h"
#include "cli/job.h"

// Runs the job and writes every report that the options name; those for stdout only where `to_stdout`. Answers the
// exit status; where it is no verdict, ret->error or *err says why and nothing has been printed about it.
int ra_audit_run(struct ra_arena *a, struct ra_job *job, bool to_stdout, struct ra_outcome *ret, struct ra_error *err);

// The same, with what is to be said on stderr: notes, and why there is no verdict.
int ra_audit_tell(struct ra_arena *a, struct ra_job *job);
// Text on stdout, where the options name no report.
void ra_text_by_default(struct ra_arena *a, struct ra_options *o);

#endif
