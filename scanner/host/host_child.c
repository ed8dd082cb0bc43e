// Runs a piece of work in a short-lived child and brings back the bytes it made: all of them or none. The
// parent never waits longer than it was told, whatever the child does. Closes nothing of the parent's.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host/inner.h"

enum { CHILD_MEMORY_BYTES = 1 << 30, GRACE_MS = 1000 };

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool write_all(int fd, const void *bytes, size_t n)
{
    for (const char *p = bytes; n;) {
        ssize_t put = write(fd, p, n);
        if (put < 0 && errno != EINTR)
            return false;
        if (put > 0) {
            p += put;
            n -= (size_t)put;
        }
    }
    return true;
}

static void limit_child(unsigned timeout_ms)
{
    rlim_t seconds = timeout_ms / 1000 + 1;
    setrlimit(RLIMIT_CPU, &(struct rlimit){seconds, seconds});
#ifndef RA_SANITIZED // their shadow memory alone is larger
    setrlimit(RLIMIT_AS, &(struct rlimit){CHILD_MEMORY_BYTES, CHILD_MEMORY_BYTES});
#endif
}

// The length goes first, so that the parent can tell a whole answer from a cut one whatever wait() says.
RA_NORETURN static void be_child(int to, void (*work)(void *arg, struct ra_buf *out), void *arg, bool limits,
                                 unsigned timeout_ms)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    if (limits)
        limit_child(timeout_ms);
    struct ra_buf out = {0};
    work(arg, &out);
    uint64_t n = out.n;
    bool whole = write_all(to, &n, sizeof n) && write_all(to, out.p, out.n);
    _exit(whole ? 0 : 1);
}

// Reads until the child closes its end. 0, ETIMEDOUT or EIO.
static int read_until_end(int from, struct ra_buf *got, int64_t deadline_ms)
{
    enum { CHUNK_BYTES = 64 * 1024 };
    for (;;) {
        int64_t left_ms = deadline_ms - now_ms();
        struct pollfd p = {.fd = from, .events = POLLIN};
        int ready = left_ms > 0 ? poll(&p, 1, (int)left_ms) : 0;
        if (ready == 0)
            return ETIMEDOUT;
        ssize_t n = ready > 0 ? read(from, ra_buf_room(got, CHUNK_BYTES), CHUNK_BYTES) : -1;
        if (n == 0)
            return 0;
        if (n > 0)
            got->n += (size_t)n;
        else if (errno != EINTR)
            return EIO;
        if (got->n > (size_t)RA_MAX_INVENTORY_BYTES)
            return EIO;
    }
}

// Waits a bounded time; a child stuck inside the kernel is left behind, since waiting for it would hang too.
static bool reap(pid_t pid, int64_t until_ms, int *ret_status)
{
    for (;;) {
        pid_t got = waitpid(pid, ret_status, WNOHANG);
        if (got == pid || (got < 0 && errno != EINTR))
            return true;
        if (now_ms() >= until_ms)
            return false;
        nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
    }
}

static int collect(pid_t pid, int from, struct ra_buf *out, unsigned timeout_ms, int *ret_signal)
{
    struct ra_buf got RA_CLEANUP(ra_buf_free) = {0};
    int status = 0, err = read_until_end(from, &got, now_ms() + timeout_ms);
    if (err || !reap(pid, now_ms() + GRACE_MS, &status)) {
        kill(pid, SIGKILL);
        reap(pid, now_ms() + GRACE_MS, &status);
        status = 0; // our own signal says nothing about the work
    }
    if (WIFSIGNALED(status))
        *ret_signal = WTERMSIG(status);
    uint64_t n = 0;
    if (!err && got.n >= sizeof n)
        memcpy(&n, got.p, sizeof n);
    else if (!err)
        err = EIO;
    if (!err && got.n - sizeof n != n)
        err = EIO;
    if (!err)
        ra_buf_add(out, got.p + sizeof n, got.n - sizeof n);
    return err;
}

int ra_run_child(void (*work)(void *arg, struct ra_buf *out), void *arg, struct ra_buf *out, unsigned timeout_ms,
                 bool limits, int *ret_signal)
{
    int ends[2];
    *ret_signal = 0;
    if (pipe2(ends, O_CLOEXEC))
        return EIO;
    // A launcher may have left SIGCHLD ignored: then a child's end could not be waited for.
    struct sigaction usual = {.sa_handler = SIG_DFL}, before;
    sigaction(SIGCHLD, &usual, &before);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        be_child(ends[1], work, arg, limits, timeout_ms);
    }
    close(ends[1]);
    int err = pid < 0 ? EIO : collect(pid, ends[0], out, timeout_ms, ret_signal);
    close(ends[0]);
    sigaction(SIGCHLD, &before, NULL);
    return err;
}
