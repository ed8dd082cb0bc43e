// The asker: a child of the scanner, made before the scanner confines itself. It alone may speak IP, and only it gets
// the values of credentials; it gives back what services said, scrubbed.
#ifndef RA_CLI_ASKER_H
#define RA_CLI_ASKER_H

#include "cli/job.h"
#include "model/inventory.h"

struct ra_asker_link {
    pid_t pid; // 0 = none
    int fd, out;
    struct ra_host *host; // the target's: its environment and what it trusts
};

// Starts it where the job asks about tokens; *ret is zero otherwise. 0 or an errno.
int ra_asker_start(const struct ra_job *job, struct ra_asker_link *ret);
// Fits ra_scan_options.ask; arg is the link. Sends what the collectors hold, waits a bounded time, and adds what came
// back; what did not come stays as unknown as it was. Answers to keep go on through `out`.
void ra_asker_ask(void *arg, struct ra_inventory *inv, struct ra_buf *held);

#endif
