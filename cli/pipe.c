// The keeper's part: starts scanner and judge, collects what they say, and is afterwards as it was born. It parses
// nothing but frames. A child that dies, or a stream that is not whole, is status 4 and never a pass.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/limits.h"
#include "cli/cli.h"
#include "cli/frame.h"
#include "cli/job.h"
#include "cli/progress.h"
#include "host/children.h"

static volatile sig_atomic_t told_to_end;

static void on_signal(int n)
{
    told_to_end = n;
}

// What is changed while children run, and put back.
struct birth {
    sigset_t mask;
    struct sigaction on_int, on_term, on_child;
};

static void watch(int n, struct sigaction *born)
{
    struct sigaction act = {.sa_handler = on_signal};
    sigaction(n, NULL, born);
    if (born->sa_handler != SIG_IGN) // `nohup` and a shell's background jobs stay so
        sigaction(n, &act, NULL);
}

static void change(struct birth *b)
{
    sigset_t block;
    sigemptyset(&block);
    sigaddset(&block, SIGINT);
    sigaddset(&block, SIGTERM);
    told_to_end = 0;
    sigprocmask(SIG_BLOCK, &block, &b->mask); // taken only in ppoll: no signal falls between check and wait
    watch(SIGINT, &b->on_int);
    watch(SIGTERM, &b->on_term);
    struct sigaction plain = {.sa_handler = SIG_DFL}; // where it was ignored, waitpid would not know our children
    sigaction(SIGCHLD, &plain, &b->on_child);
}

static void restore(const struct birth *b)
{
    sigprocmask(SIG_SETMASK, &b->mask, NULL);
    sigaction(SIGINT, &b->on_int, NULL);
    sigaction(SIGTERM, &b->on_term, NULL);
    sigaction(SIGCHLD, &b->on_child, NULL);
}

// Both ends above 2: where the program was born without stdout, a pipe must not become it.
static int make_pipe(int ret[2])
{
    int p[2];
    if (pipe2(p, O_CLOEXEC) < 0)
        return errno;
    int e = 0;
    for (int i = 0; i < 2; i++) {
        ret[i] = fcntl(p[i], F_DUPFD_CLOEXEC, 3);
        if (ret[i] < 0)
            e = errno;
    }
    close(p[0]);
    close(p[1]);
    return e;
}

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

// stdin and stdout are not the children's business; a closed 0 to 2 would be taken by the next file opened.
static void quiet_stdio(void)
{
    int null = open("/dev/null", O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    for (int fd = 0; fd <= 2; fd++) {
        bool keep = fd == 2 && fcntl(fd, F_GETFD) >= 0;
        if (!keep && null >= 0)
            dup2(null, fd);
    }
    if (null > 2)
        close(null);
}

static void close_all_but(int in, int out)
{
    int keep[2] = {in < out ? in : out, in < out ? out : in};
    unsigned from = 3;
    for (int i = 0; i < 2; i++) {
        if (keep[i] < 0)
            continue;
        if (from < (unsigned)keep[i])
            close_range(from, (unsigned)keep[i] - 1, 0);
        from = (unsigned)keep[i] + 1;
    }
    close_range(from, ~0u, 0);
}

static void settle_child(pid_t keeper)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != keeper)
        _exit(RA_EXIT_INTERNAL);
    struct sigaction plain = {.sa_handler = SIG_DFL}, ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGINT, &plain, NULL);
    sigaction(SIGTERM, &plain, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    quiet_stdio();
}

struct keeper {
    pid_t scanner, judge; // 0 = none
    int seen[2], said[2]; // scanner to judge; last child to keeper
    pid_t self;
};

static bool unjudged(const struct ra_job *job)
{
    return job->what == RA_JOB_SNAPSHOT || job->what == RA_JOB_TOKEN;
}

static int start_scanner(struct keeper *k, const struct ra_job *job)
{
    k->scanner = fork();
    if (k->scanner == 0) {
        settle_child(k->self);
        int out = unjudged(job) ? k->said[1] : k->seen[1];
        close_all_but(-1, out); // inherited ones are audited from what main saw; nobody here may write to them
        if (job->what == RA_JOB_MERGE)
            ra_feeder_main(job, out);
        if (job->what == RA_JOB_TOKEN)
            ra_token_main(job, out);
        ra_scanner_main(job, out);
    }
    return k->scanner < 0 ? errno : 0;
}

static int start_judge(struct keeper *k, const struct ra_job *job)
{
    k->judge = fork();
    if (k->judge == 0) {
        settle_child(k->self);
        int in = k->seen[0];
        close_all_but(in, k->said[1]);
        ra_judge_main(job, in, k->said[1]);
    }
    return k->judge < 0 ? errno : 0;
}

static int start(struct keeper *k, const struct ra_job *job)
{
    int e = make_pipe(k->said);
    bool given = job->what == RA_JOB_EVALUATE || job->what == RA_JOB_RENDER;
    if (!e && !given && !unjudged(job))
        e = make_pipe(k->seen);
    if (!e && !given)
        e = start_scanner(k, job);
    if (!e && !unjudged(job))
        e = start_judge(k, job);
    close_end(&k->said[1]);
    close_end(&k->seen[0]);
    close_end(&k->seen[1]);
    return e;
}

// What was given up on time may still be at work, where it reads one report after the other.
static bool moves_on(const struct ra_job *job, uint64_t *count)
{
    uint64_t was = *count;
    *count = ra_progress_count();
    return job->what == RA_JOB_MERGE && *count != was;
}

// Reads until the last child has no more to say, a signal came, or a cap is met.
static int listen_to(int fd, const struct ra_job *job, const sigset_t *mask, struct ra_buf *raw)
{
    int64_t end = ra_now_ms() + RA_AUDIT_TIMEOUT_MS;
    uint64_t count = 0;
    while (!told_to_end) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        int64_t left = end - ra_now_ms(), tell = ra_progress_tell();
        if (left <= 0 && !moves_on(job, &count))
            return ETIMEDOUT;
        if (left <= 0)
            end += RA_AUDIT_TIMEOUT_MS;
        left = left <= 0 ? 0 : tell >= 0 && tell < left ? tell : left;
        int ready = ppoll(&p, 1, &(struct timespec){left / 1000, left % 1000 * 1000000}, mask);
        if (ready == 0)
            continue;
        if (ready < 0) {
            if (errno == EINTR)
                continue;
            return errno;
        }
        size_t room = 64 * 1024;
        ssize_t n = read(fd, ra_buf_room(raw, room), room);
        if (n == 0)
            return 0;
        if (n < 0 && errno != EINTR && errno != EAGAIN)
            return errno;
        if (n > 0)
            raw->n += (size_t)n;
        if (raw->n > (size_t)RA_MAX_INVENTORY_BYTES)
            return EFBIG;
    }
    return EINTR;
}

// Whoever has not ended by now has no more to say that counts.
static void finish(pid_t pid)
{
    if (pid <= 0)
        return;
    kill(pid, SIGKILL);
    ra_child_reap(pid);
}

static void unpack(struct ra_arena *a, const struct ra_job *job, struct ra_outcome *ret)
{
    struct ra_span rest = ra_buf_view(&ret->raw);
    struct ra_frame f;
    bool bad;
    size_t want = job->what == RA_JOB_SNAPSHOT ? 1 : job->n_renders + job->refusal + job->init;
    ret->reports = ra_new_array(a, struct ra_span, want ? want : 1);
    while (!ret->whole && ra_frame_next(&rest, &f, &bad)) {
        if (f.type == RA_FRAME_NOTE) {
            ret->notes.items = ra_grow(a, ret->notes.items, ret->notes.n, &ret->notes.cap, sizeof *ret->notes.items);
            ret->notes.items[ret->notes.n++] = ra_strndup(a, f.bytes);
        } else if (f.type == RA_FRAME_ANSWER) {
            ret->answers = ra_grow(a, ret->answers, ret->n_answers, &ret->cap_answers, sizeof *ret->answers);
            ret->answers[ret->n_answers++] = f.bytes;
        } else if (f.type == RA_FRAME_ERROR) {
            ret->error = ra_strndup(a, f.bytes);
            ret->status = f.status == RA_EXIT_USAGE ? RA_EXIT_USAGE : RA_EXIT_INTERNAL;
            return;
        } else if (f.type == RA_FRAME_DONE) {
            ret->whole = ret->n_reports == want && rest.n == 0 &&
                         (f.status == RA_EXIT_PASS || f.status == RA_EXIT_FAIL || f.status == RA_EXIT_INCOMPLETE);
            ret->status = ret->whole ? (int)f.status : RA_EXIT_INTERNAL;
            return;
        } else if (ret->n_reports < want)
            ret->reports[ret->n_reports++] = f.bytes;
        else
            return;
    }
}

void ra_pipe_run(struct ra_arena *a, const struct ra_job *job, struct ra_outcome *ret)
{
    *ret = (struct ra_outcome){.status = RA_EXIT_INTERNAL};
    struct keeper k = {.seen = {-1, -1}, .said = {-1, -1}, .self = getpid()};
    struct birth born;
    change(&born);
    ra_progress_begin(job->options->quiet);
    int e = start(&k, job);
    const char *what = e ? "starting" : "listening to";
    if (!e)
        e = listen_to(k.said[0], job, &born.mask, &ret->raw);
    close_end(&k.said[0]);
    finish(k.scanner);
    finish(k.judge);
    ra_progress_end();
    restore(&born);
    if (told_to_end) {
        ret->signal = told_to_end;
        ret->status = 128 + ret->signal;
        ret->error = ra_strfmt(a, "ended by signal %d; nothing was decided", ret->signal);
        return;
    }
    if (e)
        ret->error = ra_strfmt(a, "%s the scanner and the judge: %s; nothing was decided", what, strerror(e));
    else
        unpack(a, job, ret);
    if (!ret->whole && !ret->error)
        ret->error = unjudged(job) ? "the scanner ended before its inventory was whole"
                                                  : "the judge ended before its verdict was whole; nothing was decided";
}
