// Runs jobs in children, all at once. Each answer is framed by its length, so that a child that dies half-way
// is told from one that had little to say.
#include "host/children.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/io.h"
#include "base/limits.h"

enum { CHILD_MEMORY_BYTES = 1 << 30, REAP_MS = 1000 };

struct running {
    pid_t pid;
    int fd; // -1 = finished
};

static void limit(unsigned timeout_ms)
{
    rlim_t seconds = timeout_ms / 1000 + 1;
    setrlimit(RLIMIT_CPU, &(struct rlimit){seconds, seconds});
#ifndef RA_SANITIZED // their shadow memory alone is larger
    setrlimit(RLIMIT_AS, &(struct rlimit){CHILD_MEMORY_BYTES, CHILD_MEMORY_BYTES});
#endif
}

RA_NORETURN static void child_main(struct ra_child *job, int fd, pid_t parent, unsigned timeout_ms)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); // it may hold secrets
    if (job->limits)
        limit(timeout_ms);
    struct ra_buf out = {0};
    job->work(job->arg, &out);
    uint64_t n = out.n;
    if (ra_write_all(fd, (struct ra_span){(const char *)&n, sizeof n}) || ra_write_all(fd, ra_buf_view(&out)))
        _exit(1);
    _exit(0);
}

static void start(struct ra_child *job, struct running *r, unsigned timeout_ms)
{
    int fds[2];
    *r = (struct running){-1, -1};
    if (pipe2(fds, O_CLOEXEC) != 0) {
        job->err = errno;
        return;
    }
    pid_t parent = getpid();
    r->pid = fork();
    if (r->pid == 0) {
        close(fds[0]);
        child_main(job, fds[1], parent, timeout_ms);
    }
    job->err = r->pid < 0 ? errno : EIO; // EIO until the whole answer is here
    close(fds[1]);
    if (r->pid < 0)
        close(fds[0]);
    else
        r->fd = fds[0];
}

// Takes what is there; true when this child is finished.
static bool drain(struct ra_child *job, int fd)
{
    ssize_t n = read(fd, ra_buf_room(&job->out, 65536), 65536);
    if (n < 0)
        return errno != EINTR && errno != EAGAIN;
    job->out.n += (size_t)n;
    return n == 0 || job->out.n > (size_t)RA_MAX_INVENTORY_BYTES;
}

// Waits a bounded time: a child stuck inside the kernel is left behind, since waiting for it would hang too.
int ra_child_reap(pid_t pid)
{
    int status = 0;
    for (int64_t end = ra_now_ms() + REAP_MS; ra_now_ms() < end;) {
        pid_t got = waitpid(pid, &status, WNOHANG);
        if (got == pid)
            return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        if (got < 0 && errno != EINTR)
            return 0;
        nanosleep(&(struct timespec){.tv_nsec = 100000}, NULL);
    }
    return 0;
}

static void finish(struct ra_child *job, struct running *r)
{
    if (r->fd < 0)
        return;
    close(r->fd);
    r->fd = -1;
    kill(r->pid, SIGKILL); // one that closed its end is over already, and keeps the status it ended with
    job->signal_number = ra_child_reap(r->pid);
    if (job->signal_number == SIGKILL)
        job->signal_number = 0; // ours
    uint64_t n = 0;
    if (job->out.n >= sizeof n)
        memcpy(&n, job->out.p, sizeof n);
    if (job->out.n >= sizeof n && n == job->out.n - sizeof n) {
        memmove(job->out.p, job->out.p + sizeof n, n);
        job->out.n = n;
        job->out.p[n] = 0;
        job->err = 0;
    } else {
        ra_buf_clear(&job->out);
    }
}

void ra_children_run(struct ra_child *jobs, size_t n, unsigned timeout_ms)
{
    struct ra_arena arena RA_CLEANUP(ra_arena_free) = {0};
    struct running *run = ra_new_array(&arena, struct running, n);
    struct pollfd *polled = ra_new_array(&arena, struct pollfd, n);
    // A launcher may have left SIGCHLD ignored: then the end of a child could not be waited for.
    struct sigaction usual = {.sa_handler = SIG_DFL}, before;
    sigaction(SIGCHLD, &usual, &before);
    for (size_t i = 0; i < n; i++)
        start(&jobs[i], &run[i], timeout_ms);
    int64_t end = ra_now_ms() + timeout_ms;
    for (;;) {
        size_t open = 0;
        for (size_t i = 0; i < n; i++) {
            polled[i] = (struct pollfd){.fd = run[i].fd, .events = POLLIN};
            open += run[i].fd >= 0;
        }
        int64_t left = end - ra_now_ms();
        if (open == 0 || left <= 0)
            break;
        if (poll(polled, n, (int)left) < 0 && errno != EINTR)
            break;
        for (size_t i = 0; i < n; i++)
            if (run[i].fd >= 0 && polled[i].revents && drain(&jobs[i], run[i].fd))
                finish(&jobs[i], &run[i]);
    }
    for (size_t i = 0; i < n; i++)
        if (run[i].fd >= 0) {
            finish(&jobs[i], &run[i]);
            if (jobs[i].err)
                jobs[i].err = ETIMEDOUT;
        }
    sigaction(SIGCHLD, &before, NULL);
}

int ra_child_run(struct ra_child *job, unsigned timeout_ms, struct ra_buf *out)
{
    ra_children_run(job, 1, timeout_ms);
    if (!job->err)
        ra_buf_span(out, ra_buf_view(&job->out));
    ra_buf_free(&job->out);
    return job->err;
}
