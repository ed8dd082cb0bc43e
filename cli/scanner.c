// The scanner: a child of the keeper that looks at the target and says what it saw, as frozen inventory, through one
// pipe. Confined before the first collector runs. Judges nothing.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/asker.h"
#include "cli/cli.h"
#include "cli/frame.h"
#include "cli/job.h"
#include "cli/progress.h"
#include "collect/scan.h"

// --now on a recorded host, whose clock is a file.
static int64_t fixed_now_s;
static struct ra_reply fixed_now(struct ra_host *h, int64_t *ret)
{
    (void)h;
    *ret = fixed_now_s;
    return (struct ra_reply){0, "clock_gettime", false};
}

static struct ra_host *open_host(struct ra_arena *a, const struct ra_job *job, struct ra_error *err)
{
    const struct ra_options *o = job->options;
    if (strcmp(o->target_kind, "self") == 0)
        return ra_host_live(a, job->self, o->now_s);
    if (strcmp(o->target_kind, "rootfs") == 0)
        return ra_host_root(a, o->target_at, o->now_s, err);
    if (strcmp(o->target_kind, "pid") == 0)
        return ra_host_process(a, strtol(o->target_at, NULL, 10), job->self, o->now_s, err);
    struct ra_host *h = ra_host_recorded(a, o->target_at, err);
    if (h && o->now_s >= 0) {
        struct ra_host_ops *ops = ra_new(a, struct ra_host_ops);
        *ops = *h->ops;
        ops->now = fixed_now;
        fixed_now_s = o->now_s;
        h->ops = ops;
    }
    return h;
}

static void note(int out, const char *what, int e)
{
    char text[200];
    snprintf(text, sizeof text, "reachaudit: the %s: %s", what, strerror(e));
    ra_frame_send(out, RA_FRAME_NOTE, ra_span_of(text));
}

void ra_scanner_main(const struct ra_job *job, int out)
{
    const struct ra_options *o = job->options;
    struct ra_arena a = {0};
    struct ra_error err = {0};
    ra_hide_memory();
    struct ra_asker_link asker;
    int e = ra_asker_start(job, &asker);
    if (e)
        note(out, "asker did not start, so that nothing is asked", e);
    struct ra_host *host = open_host(&a, job, &err);
    if (!host) {
        ra_wrap(&err, "target %s", job->options->target_kind);
        ra_frame_send_status(out, RA_FRAME_ERROR, RA_EXIT_USAGE, err.text);
        _exit(RA_EXIT_USAGE);
    }
    e = ra_confine_scanner();
    if (e)
        note(out, "scanner runs unconfined here", e);
    struct ra_scan_options scan = {
        .only = o->only.items,
        .n_only = o->only.n,
        .skip = o->skip.items,
        .n_skip = o->skip.n,
        .connect = !o->no_connect,
        .stamp = o->stamp,
        .target_kind = o->target_kind,
        .target_locator = o->target_at,
        .progress = ra_progress_surface,
        .ask = asker.pid ? ra_asker_ask : NULL,
        .ask_arg = &asker,
        .hold = asker.pid && (ra_job_asks_about(o, "tokens") || ra_job_asks_about(o, "ssh")),
    };
    asker.host = host;
    asker.out = out;
    if (strcmp(o->target_kind, "self") == 0)
        for (; scan.n_profiles < job->n_profile_files; scan.n_profiles++)
            scan.profiles[scan.n_profiles] = job->profile_files[scan.n_profiles];
    struct ra_inventory inv = {.asked = {
        .online = ra_job_online(&a, o), .n_online = o->dry_run ? 0 : o->online.n, // collectors ask by it
        .hosts = o->hosts.items, .n_hosts = o->hosts.n,
        .only = o->only.items, .n_only = o->only.n,
        .skip = o->skip.items, .n_skip = o->skip.n,
        .connect = !o->no_connect,
    }};
    ra_scan(&a, host, &scan, &inv);
    struct ra_buf json = {0};
    ra_inventory_write(&inv, &json);
    e = ra_frame_send(out, RA_FRAME_INVENTORY, ra_buf_view(&json));
    if (!e)
        e = ra_frame_send_status(out, RA_FRAME_DONE, 0, "");
    _exit(e ? RA_EXIT_INTERNAL : RA_EXIT_PASS);
}
