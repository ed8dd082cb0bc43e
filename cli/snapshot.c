// `snapshot`: what the scanner saw, unjudged: the frozen inventory, schema "reachaudit-inventory/1".
#include "cli/answers.h"
#include "cli/cli.h"
#include "cli/job.h"
#include "cli/out.h"

int ra_command_snapshot(int argc, char **argv, const struct ra_self *self);
int ra_command_snapshot(int argc, char **argv, const struct ra_self *self)
{
    RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
    struct ra_options o;
    struct ra_error err = {0};
    struct ra_job job;
    struct ra_outcome out;
    int status;
    if (!ra_command_begin(&a, argc, argv, RA_ON_SNAPSHOT, &o, &status))
        return status;
    if (ra_options_target(&o, &err) || (o.file && ra_out_may(o.file, &err)) ||
        ra_answers_may(&o, &err) || ra_job_prepare(&a, RA_JOB_SNAPSHOT, &o, self, &job, &err))
        return ra_command_fail(&err);
    ra_consents_say(&o);
    ra_pipe_run(&a, &job, &out);
    for (size_t i = 0; i < out.notes.n; i++)
        ra_out_line(out.notes.items[i]);
    status = out.status;
    if (ra_answers_keep(&a, &o, &out, &err))
        status = ra_command_fail(&err);
    else if (!out.whole)
        ra_out_error("%s", out.error);
    else if (o.file ? ra_out_file(o.file, out.reports[0], &err) : ra_out_stdout(out.reports[0], &err))
        status = ra_command_fail(&err);
    ra_buf_free(&out.raw);
    return status;
}
