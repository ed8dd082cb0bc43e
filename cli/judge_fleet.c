// The judge's part of `merge`: reads one report after the other, keeps a row of each, and tells the fleet. A report that
// cannot be read is named, counted, and keeps the fleet from passing.
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/cli.h"
#include "cli/frame.h"
#include "cli/judge.h"
#include "cli/progress.h"
#include "reports/fleet.h"

static void add(struct ra_fleet *fleet, const struct ra_frame *f)
{
    struct ra_error err = {0};
    size_t n = strnlen(f->bytes.p, f->bytes.n);
    const char *name = f->bytes.p;
    struct ra_span rest = ra_span_cut(f->bytes, n + 1, f->bytes.n);
    RA_CLEANUP(ra_arena_free) struct ra_arena scratch = {0};
    struct ra_stored_report r;
    if (f->type == RA_FRAME_UNREAD)
        ra_fail(&err, RA_E_INPUT, "%.*s", (int)(rest.n < 200 ? rest.n : 200), rest.p);
    else
        ra_stored_report_read(&scratch, rest, &r, &err);
    if (err.code)
        ra_fleet_add_unread(fleet, name, &err);
    else
        ra_fleet_add(fleet, name, &r);
}

static void receive(struct ra_fleet *fleet, size_t all, int in, int out)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf raw = {0};
    struct ra_frame f;
    bool bad, done = false;
    size_t most = (size_t)RA_MAX_FLEET_REPORT_BYTES + (size_t)RA_MAX_LIST_BYTES;
    while (!done && ra_frame_receive(in, most, &raw, &f, &bad)) {
        done = f.type == RA_FRAME_DONE;
        if (f.type == RA_FRAME_NOTE)
            ra_frame_send(out, RA_FRAME_NOTE, f.bytes);
        else if ((f.type == RA_FRAME_FILE || f.type == RA_FRAME_UNREAD) && memchr(f.bytes.p, 0, f.bytes.n))
            add(fleet, &f);
        ra_progress_reports(fleet->n_rows + fleet->n_unread, all);
    }
    if (bad || !done)
        ra_judge_stop(out, RA_EXIT_INTERNAL, "not every report was handed over; nothing was merged");
}

void ra_judge_fleet(const struct ra_job *job, struct ra_arena *a, int in, int out)
{
    struct ra_fleet fleet;
    struct ra_buf b = {0};
    int e = 0;
    ra_fleet_init(&fleet, a);
    receive(&fleet, job->files.n, in, out);
    ra_fleet_finish(&fleet);
    for (size_t i = 0; i < job->n_renders && !e; i++) {
        const struct ra_render *one = &job->renders[i];
        ra_buf_clear(&b);
        ra_report_fleet(one->format)(&fleet, &one->options, &b);
        e = ra_frame_send(out, RA_FRAME_REPORT, ra_buf_view(&b));
    }
    if (!e)
        e = ra_frame_send_status(out, RA_FRAME_DONE, (uint32_t)fleet.exit_status, "");
    _exit(e ? RA_EXIT_INTERNAL : RA_EXIT_PASS);
}
