// The judge: a child of the keeper without files, network or other programs. Gets the frozen inventory and the
// profile's text, reasons, renders every report that was asked for, and hands the bytes to the keeper.
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "catalogue/recognise.h"
#include "checks/evaluate.h"
#include "checks/profile_init.h"
#include "cli/cli.h"
#include "cli/frame.h"
#include "cli/job.h"
#include "cli/judge.h"
#include "host/host.h"
#include "model/scrub.h"
#include "model/stored_report.h"

RA_NORETURN void ra_judge_stop(int out, int status, const char *text)
{
    ra_frame_send_status(out, RA_FRAME_ERROR, (uint32_t)status, text);
    _exit(status);
}

// The scanner's inventory; its notes and errors go on to the keeper.
static struct ra_span receive(int in, int out)
{
    static struct ra_buf raw;
    static const char broken[] = "the scanner ended before its inventory was whole; nothing was decided";
    if (ra_read_to_end(in, RA_MAX_INVENTORY_BYTES, &raw))
        ra_judge_stop(out, RA_EXIT_INTERNAL, broken);
    struct ra_span rest = ra_buf_view(&raw), inventory = {NULL, 0};
    struct ra_frame f;
    bool bad, done = false;
    while (ra_frame_next(&rest, &f, &bad)) {
        if (f.type == RA_FRAME_NOTE || f.type == RA_FRAME_ANSWER)
            ra_frame_send(out, (enum ra_frame_type)f.type, f.bytes);
        else if (f.type == RA_FRAME_INVENTORY)
            inventory = f.bytes;
        else if (f.type == RA_FRAME_DONE)
            done = true;
        else if (f.type == RA_FRAME_ERROR) {
            char text[600] = "";
            memcpy(text, f.bytes.p, f.bytes.n < sizeof text ? f.bytes.n : sizeof text - 1);
            ra_judge_stop(out, f.status ? (int)f.status : RA_EXIT_INTERNAL, text);
        }
    }
    if (bad || !done || !inventory.p)
        ra_judge_stop(out, RA_EXIT_INTERNAL, broken);
    return inventory;
}

// No profile is given and none is judged: what passes here is the answer.
RA_NORETURN static void send_profile(const struct ra_job *job, struct ra_arena *a, const struct ra_inventory *inv, int out)
{
    struct ra_buf b = {0};
    struct ra_error err = {0};
    if (ra_profile_init(a, inv, job->options->radius, &b, &err))
        ra_judge_stop(out, err.code == RA_E_USAGE ? RA_EXIT_USAGE : RA_EXIT_INTERNAL, err.text);
    int e = ra_frame_send(out, RA_FRAME_REPORT, ra_buf_view(&b));
    if (!e)
        e = ra_frame_send_status(out, RA_FRAME_DONE, RA_EXIT_PASS, "");
    _exit(e ? RA_EXIT_INTERNAL : RA_EXIT_PASS);
}

static void send_reports(const struct ra_job *job, const struct ra_inventory *inv, const struct ra_verdict *v,
                         int status, int out)
{
    struct ra_buf b = {0};
    int e = 0;
    for (size_t i = 0; i < job->n_renders && !e; i++) {
        ra_buf_clear(&b);
        job->renders[i].format->write(inv, v, &job->renders[i].options, &b);
        e = ra_frame_send(out, RA_FRAME_REPORT, ra_buf_view(&b));
    }
    if (job->refusal && !e) {
        ra_buf_clear(&b);
        ra_report_refusal(v, &b);
        e = ra_frame_send(out, RA_FRAME_REPORT, ra_buf_view(&b));
    }
    if (!e)
        e = ra_frame_send_status(out, RA_FRAME_DONE, (uint32_t)status, "");
    if (e)
        _exit(RA_EXIT_INTERNAL);
}

// A stored report, told again. Its own verdict is told and no other is made, so the status is 0.
RA_NORETURN static void render(const struct ra_job *job, struct ra_arena *a, int out)
{
    struct ra_stored_report r;
    struct ra_error err = {0};
    if (ra_stored_report_read(a, job->snapshot, &r, &err)) {
        ra_input_error(&err, "report", job->options->args.items[0]);
        ra_judge_stop(out, RA_EXIT_USAGE, err.text);
    }
    send_reports(job, &r.inv, &r.verdict, RA_EXIT_PASS, out);
    _exit(RA_EXIT_PASS);
}

void ra_judge_main(const struct ra_job *job, int in, int out)
{
    struct ra_arena a = {0};
    struct ra_error err = {0};
    ra_hide_memory();
    int e = ra_confine_judge();
    if (e) {
        char text[200];
        snprintf(text, sizeof text, "reachaudit: the judge runs unconfined here: %s", strerror(e));
        ra_frame_send(out, RA_FRAME_NOTE, ra_span_of(text));
    }
    ra_scrub_set_shapes(ra_recognise_for_scrub);
    if (job->what == RA_JOB_RENDER)
        render(job, &a, out);
    if (job->what == RA_JOB_MERGE)
        ra_judge_fleet(job, &a, in, out);
    bool given = job->what == RA_JOB_EVALUATE;
    struct ra_inventory inv;
    if (ra_inventory_read(&a, given ? job->snapshot : receive(in, out), &inv, &err)) {
        ra_input_error(&err, given ? "snapshot" : "inventory", given ? job->options->args.items[0] : "of the scanner");
        ra_judge_stop(out, given ? RA_EXIT_USAGE : RA_EXIT_INTERNAL, err.text);
    }
    if (given && job->options->now_s >= 0)
        inv.now_s = job->options->now_s;
    if (job->init)
        send_profile(job, &a, &inv, out);
    struct ra_profile profile;
    struct ra_span text = job->profile;
    const char *name = job->profile_name;
    if (!job->options->profile) { // of a snapshot, only its own text tells what was audited
        name = ra_default_profile(NULL, inv.target.kind);
        text = ra_span_of(ra_profile_builtin_text(name));
    }
    const struct ra_profile_vars vars = {.worktree = inv.target.worktree, .home = inv.target.home};
    if (ra_profile_read(&a, text, job->profile_base, &vars, &profile, &err)) {
        ra_input_error(&err, "profile", name);
        ra_judge_stop(out, RA_EXIT_USAGE, err.text);
    }
    profile.gate = job->refusal;
    struct ra_verdict v;
    ra_evaluate(&a, &inv, &profile, &v);
    send_reports(job, &inv, &v, v.exit_status, out);
    _exit(RA_EXIT_PASS);
}
