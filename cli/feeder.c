// The feeder of `merge`, in the scanner's place and confined like it: opens one file after the other and hands its bytes
// to the judge, which opens nothing. Parses nothing; holds one file at a time.
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "cli/cli.h"
#include "cli/frame.h"
#include "cli/job.h"
#include "host/host.h"

static int feed(const char *name, int out, struct ra_buf *b)
{
    char why[200];
    ra_buf_clear(b);
    ra_buf_add(b, name, strlen(name) + 1);
    size_t head = b->n;
    if (ra_read_regular(name, head + RA_MAX_FLEET_REPORT_BYTES, b, why))
        return ra_frame_send(out, RA_FRAME_FILE, ra_buf_view(b));
    b->n = head;
    ra_buf_puts(b, why);
    return ra_frame_send(out, RA_FRAME_UNREAD, ra_buf_view(b));
}

void ra_feeder_main(const struct ra_job *job, int out)
{
    struct ra_buf b = {0};
    ra_hide_memory();
    int e = ra_confine_scanner();
    if (e) {
        char text[200];
        snprintf(text, sizeof text, "reachaudit: the reader of files runs unconfined here: %s", strerror(e));
        e = ra_frame_send(out, RA_FRAME_NOTE, ra_span_of(text));
    }
    for (size_t i = 0; i < job->files.n && !e; i++)
        e = feed(job->files.items[i], out, &b);
    if (!e)
        e = ra_frame_send_status(out, RA_FRAME_DONE, 0, "");
    _exit(e ? RA_EXIT_INTERNAL : RA_EXIT_PASS);
}
