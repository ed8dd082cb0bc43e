// One line on stderr, rewritten in place after the first second and taken away at the end. Only where stderr is a
// terminal that can do so and this is its foreground job; never with -q. A terminal that does not take bytes is passed
// over, so that telling never holds up the work.
#include "cli/progress.h"

#include <inttypes.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/io.h"
#include "collect/collect.h"

enum { FIRST_MS = 1000, AGAIN_MS = 500, MOST_COLUMNS = 79 };

struct counts {
    _Atomic uint32_t begun, finished; // sets of rows of ra_collectors
    _Atomic uint64_t reports, of;
    _Atomic uint32_t requests;
};

static struct counts *shared; // NULL where there is no memory to share: then nothing is counted
static bool tells, told;
static int64_t began_ms, due_ms;

static bool may_tell(void)
{
    const char *term = getenv("TERM");
    return isatty(STDERR_FILENO) && term && *term && strcmp(term, "dumb") != 0 && tcgetpgrp(STDERR_FILENO) == getpgrp();
}

void ra_progress_begin(bool quiet)
{
    void *p = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    shared = p == MAP_FAILED ? NULL : p;
    tells = shared && !quiet && may_tell();
    told = false;
    began_ms = ra_now_ms();
    due_ms = began_ms + FIRST_MS;
}

void ra_progress_surface(const char *collector, bool finished)
{
    for (size_t i = 0; shared && i < ra_n_collectors && i < 32; i++)
        if (strcmp(ra_collectors[i].name, collector) == 0)
            atomic_fetch_or(finished ? &shared->finished : &shared->begun, UINT32_C(1) << i);
}

void ra_progress_reports(uint64_t n, uint64_t all)
{
    if (!shared)
        return;
    atomic_store(&shared->of, all);
    atomic_store(&shared->reports, n);
}

void ra_progress_requests(unsigned n)
{
    if (shared)
        atomic_store(&shared->requests, n);
}

uint64_t ra_progress_count(void)
{
    return shared ? atomic_load(&shared->reports) + atomic_load(&shared->finished) : 0;
}

// ---- the line -------------------------------------------------------------------------------------

static unsigned columns(void)
{
    struct winsize w = {0};
    unsigned n = ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col ? w.ws_col - 1u : MOST_COLUMNS;
    return n < MOST_COLUMNS ? n : MOST_COLUMNS;
}

static void put(const char *line)
{
    struct pollfd p = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&p, 1, 0) == 1 && (p.revents & POLLOUT))
        (void)ra_write_all(STDERR_FILENO, ra_span_of(line)); // nobody is left to be told where stderr fails
}

static void describe(char *line, size_t n, int64_t seconds)
{
    uint32_t begun = atomic_load(&shared->begun), open = begun & ~atomic_load(&shared->finished);
    uint64_t of = atomic_load(&shared->of);
    unsigned requests = atomic_load(&shared->requests);
    int at = snprintf(line, n, "reachaudit: %" PRId64 " s", seconds);
    if (of) {
        snprintf(line + at, n - (size_t)at, ", %" PRIu64 " of %" PRIu64 " reports read", atomic_load(&shared->reports), of);
        return;
    }
    if (requests) {
        snprintf(line + at, n - (size_t)at, ", %u requests", requests);
        return;
    }
    if (begun)
        at += snprintf(line + at, n - (size_t)at, ", %d of %d surfaces seen", __builtin_popcount(begun & ~open),
                       __builtin_popcount(begun));
    for (size_t i = 0, shown = 0; i < ra_n_collectors && i < 32 && (size_t)at < n; i++)
        if (open >> i & 1)
            at += snprintf(line + at, n - (size_t)at, "%s%s", shown++ ? ", " : "; still ", ra_collectors[i].name);
}

int64_t ra_progress_tell(void)
{
    char text[400], line[MOST_COLUMNS + 8];
    int64_t now = ra_now_ms();
    if (!tells)
        return -1;
    if (now >= due_ms) {
        describe(text, sizeof text, (now - began_ms) / 1000);
        snprintf(line, sizeof line, "\r%.*s\033[K", (int)columns(), text);
        put(line);
        told = true;
        due_ms = now + AGAIN_MS;
    }
    return due_ms - now;
}

void ra_progress_end(void)
{
    if (told)
        put("\r\033[K");
    if (shared)
        munmap(shared, sizeof *shared);
    shared = NULL;
    tells = told = false;
}
