// Opens what explain and diff were given. A snapshot goes through the judge, as `evaluate` would send it; nothing of
// a file is judged in this process.
#include "cli/stored.h"

#include <string.h>

#include "base/limits.h"
#include "catalogue/recognise.h"
#include "cli/values.h"
#include "model/scrub.h"

// Runs the job with one json report and copies it out.
static int report_of(struct ra_arena *a, struct ra_job *job, struct ra_buf *ret, struct ra_error *err)
{
    struct ra_outcome out;
    job->renders = ra_new(a, struct ra_render);
    job->renders->format = ra_report_find("json");
    job->n_renders = 1;
    ra_pipe_run(a, job, &out);
    if (out.whole)
        ra_buf_span(ret, out.reports[0]);
    else
        ra_fail(err, out.status == 2 ? RA_E_USAGE : RA_E_SYSTEM, "%s", out.error);
    ra_buf_free(&out.raw);
    return err->code;
}

static int judged(struct ra_arena *a, const char *file, struct ra_span snapshot, const struct ra_options *o,
                  struct ra_buf *ret, struct ra_error *err)
{
    struct ra_options *alone = ra_new(a, struct ra_options);
    struct ra_job job;
    *alone = *o;
    alone->args = (struct ra_strings){0};
    ra_strings_add(a, &alone->args, file);
    if (ra_job_prepare(a, RA_JOB_EVALUATE, alone, NULL, &job, err))
        return err->code;
    job.snapshot = snapshot;
    return report_of(a, &job, ret, err);
}

static int read_file(struct ra_arena *a, const char *file, const struct ra_options *o, struct ra_buf *ret,
                     struct ra_error *err)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf text = {0};
    if (ra_read_input(file, RA_MAX_INVENTORY_BYTES, &text, err))
        return err->code;
    const char *schema = ra_stored_schema(a, ra_buf_view(&text), err);
    if (err->code)
        return ra_input_error(err, "report", file);
    if (schema && strcmp(schema, RA_INVENTORY_SCHEMA) == 0)
        return judged(a, file, ra_buf_view(&text), o, ret, err);
    if (!schema || strcmp(schema, RA_REPORT_SCHEMA) != 0)
        return ra_fail(err, RA_E_USAGE, "%.200s: is no report of schema %s and no snapshot of schema %s", file,
                       RA_REPORT_SCHEMA, RA_INVENTORY_SCHEMA);
    ra_buf_span(ret, ra_buf_view(&text));
    return 0;
}

int ra_stored_open(struct ra_arena *a, const char *file, const struct ra_options *o, const struct ra_self *self,
                   struct ra_stored_report *ret, struct ra_error *err)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf text = {0};
    struct ra_job job;
    if (file) {
        if (read_file(a, file, o, &text, err))
            return err->code;
    } else if (ra_job_prepare(a, RA_JOB_AUDIT, o, self, &job, err) || report_of(a, &job, &text, err)) {
        return err->code;
    }
    ra_scrub_set_shapes(ra_recognise_for_scrub); // the file may come from anywhere
    if (ra_stored_report_read(a, ra_buf_view(&text), ret, err))
        return ra_input_error(err, "report", file ? file : "of this process");
    return 0;
}
