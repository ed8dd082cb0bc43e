// `render`: a stored report, in any format. Judges nothing, looks at nothing: the bytes are those that the audit itself
// would have written. What the report says is read in the judge's process, confined, since it may come from anywhere.
#include <string.h>

#include "base/limits.h"
#include "cli/audit.h"

int ra_command_render(int argc, char **argv, const struct ra_self *self);
int ra_command_render(int argc, char **argv, const struct ra_self *self)
{
    RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
    RA_CLEANUP(ra_buf_free) struct ra_buf report = {0};
    struct ra_options o;
    struct ra_error err = {0};
    struct ra_job job;
    int status;
    if (!ra_command_begin(&a, argc, argv, RA_ON_RENDER, &o, &status))
        return status;
    ra_text_by_default(&a, &o);
    const char *file = o.args.n == 1 ? o.args.items[0] : NULL;
    if (!file)
        ra_fail(&err, RA_E_USAGE, "render: needs one REPORT, or - for standard input");
    else if (strcmp(file, "-") == 0)
        ra_read_stdin(RA_MAX_INVENTORY_BYTES, &report, &err);
    else
        ra_read_input(file, RA_MAX_INVENTORY_BYTES, &report, &err);
    if (err.code || ra_job_prepare(&a, RA_JOB_RENDER, &o, self, &job, &err))
        return ra_command_fail(&err);
    job.snapshot = ra_buf_view(&report);
    return ra_audit_tell(&a, &job);
}
