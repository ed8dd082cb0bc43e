// `audit`: looks, judges, reports. Also the part of it that gate, evaluate and explain share.
#include "cli/audit.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/answers.h"
#include "cli/out.h"
#include "cli/out_way.h"

enum { WIDTH = 80 }; // fixed: the same state gives the same bytes, whatever the window

static bool stdout_has_colour(void)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    return !(no && *no) && !(term && strcmp(term, "dumb") == 0) && isatty(STDOUT_FILENO);
}

static void renders(struct ra_arena *a, struct ra_job *job)
{
    const struct ra_options *o = job->options;
    job->renders = ra_new_array(a, struct ra_render, o->n_outputs ? o->n_outputs : 1);
    job->n_renders = o->n_outputs;
    for (size_t i = 0; i < o->n_outputs; i++) {
        job->renders[i].format = o->outputs[i].format;
        job->renders[i].options = (struct ra_report_options){
            .width = WIDTH,
            .colour = !o->outputs[i].file && stdout_has_colour(),
            .verbose = o->verbose,
            .quiet = o->quiet,
        };
    }
}

// Every report that can be written is. The first that cannot gives the status and *err; the others are told at once,
// but not by gate, which says three lines.
static int write_reports(const struct ra_job *job, const struct ra_outcome *out, struct ra_error *err)
{
    const struct ra_options *o = job->options;
    struct ra_error one = {0};
    int status = out->status;
    for (size_t i = 0; i < o->n_outputs; i++) {
        const char *file = o->outputs[i].file;
        if (!(file ? ra_out_file(file, out->reports[i], &one) : ra_out_stdout(out->reports[i], &one)))
            continue;
        if (status != RA_EXIT_INTERNAL)
            *err = one;
        else if (!job->refusal)
            ra_out_fail(&one);
        status = RA_EXIT_INTERNAL;
    }
    return status;
}

int ra_audit_run(struct ra_arena *a, struct ra_job *job, bool to_stdout, struct ra_outcome *ret, struct ra_error *err)
{
    const struct ra_options *o = job->options;
    *ret = (struct ra_outcome){.status = RA_EXIT_USAGE};
    for (size_t i = 0; i < o->n_outputs; i++) {
        const char *file = o->outputs[i].file;
        if (!file && !to_stdout)
            return ra_fail(err, RA_E_USAGE, "--format %s: this command writes no report to stdout; name a file",
                           o->outputs[i].format->name), RA_EXIT_USAGE;
        if (file && ra_out_may(file, err))
            return ra_wrap(err, "--format"), RA_EXIT_USAGE;
        for (size_t k = 0; k < i; k++)
            if (file && o->outputs[k].file && ra_out_same(file, o->outputs[k].file))
                return ra_fail(err, RA_E_USAGE, "--format: two reports cannot go to the same file, %.150s and %.150s",
                               o->outputs[k].file, file), RA_EXIT_USAGE;
    }
    renders(a, job);
    if (ra_answers_may(o, err))
        return RA_EXIT_USAGE;
    ra_pipe_run(a, job, ret);
    if (ra_answers_keep(a, o, ret, err))
        return RA_EXIT_INTERNAL;
    return ret->whole ? write_reports(job, ret, err) : ret->status;
}

void ra_text_by_default(struct ra_arena *a, struct ra_options *o)
{
    if (o->n_outputs)
        return;
    o->outputs = ra_new(a, struct ra_output);
    o->outputs[o->n_outputs++] = (struct ra_output){ra_report_find("text"), NULL};
}

int ra_audit_tell(struct ra_arena *a, struct ra_job *job)
{
    struct ra_error err = {0};
    struct ra_outcome out;
    int status = ra_audit_run(a, job, true, &out, &err);
    for (size_t i = 0; i < out.notes.n && !job->options->quiet; i++)
        ra_out_line(out.notes.items[i]);
    if (out.error)
        ra_out_error("%s", out.error);
    else if (err.code)
        ra_out_fail(&err);
    ra_buf_free(&out.raw);
    return status;
}

// Looks, so that the hosts are known, and judges nothing.
static int dry(struct ra_arena *a, struct ra_job *job)
{
    struct ra_outcome out;
    job->what = RA_JOB_SNAPSHOT;
    ra_pipe_run(a, job, &out);
    for (size_t i = 0; i < out.notes.n; i++)
        ra_out_line(out.notes.items[i]);
    if (out.error)
        ra_out_error("%s", out.error);
    ra_buf_free(&out.raw);
    return out.whole ? RA_EXIT_PASS : out.status;
}

int ra_command_audit(int argc, char **argv, const struct ra_self *self);
int ra_command_audit(int argc, char **argv, const struct ra_self *self)
{
    RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
    struct ra_options o;
    struct ra_error err = {0};
    struct ra_job job;
    int status;
    if (!ra_command_begin(&a, argc, argv, RA_ON_AUDIT, &o, &status))
        return status;
    ra_text_by_default(&a, &o);
    if (ra_options_target(&o, &err) || ra_job_prepare(&a, RA_JOB_AUDIT, &o, self, &job, &err))
        return ra_command_fail(&err);
    ra_consents_say(&o);
    if (!o.dry_run)
        return ra_audit_tell(&a, &job);
    return ra_job_asks(&o) ? dry(&a, &job) : RA_EXIT_PASS;
}

int ra_command_evaluate(int argc, char **argv, const struct ra_self *self);
int ra_command_evaluate(int argc, char **argv, const struct ra_self *self)
{
    RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
    RA_CLEANUP(ra_buf_free) struct ra_buf snapshot = {0};
    struct ra_options o;
    struct ra_error err = {0};
    struct ra_job job;
    int status;
    if (!ra_command_begin(&a, argc, argv, RA_ON_EVALUATE, &o, &status))
        return status;
    ra_text_by_default(&a, &o);
    if (o.args.n != 1)
        ra_fail(&err, RA_E_USAGE, "evaluate: needs one SNAPSHOT");
    else if (!ra_read_input(o.args.items[0], RA_MAX_INVENTORY_BYTES, &snapshot, &err))
        ra_job_prepare(&a, RA_JOB_EVALUATE, &o, self, &job, &err);
    if (err.code)
        return ra_command_fail(&err);
    job.snapshot = ra_buf_view(&snapshot);
    return ra_audit_tell(&a, &job);
}
