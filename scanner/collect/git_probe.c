// A short-lived child, the only place where libgit2 runs, looks at one repository and says what is only there: files
// in git_probe_tree.c, commits in git_probe_history.c. It opens no transport, runs no hook, filter driver or
// fsmonitor (libgit2 knows the built-in crlf and ident filters only), writes no index, and counts instead of
// collecting.
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/limits.h"
#include "collect/git_probe_internal.h"

void ra_git_probe_failed(struct ra_git_probe *p, const char *part)
{
    const git_error *e = git_error_last();
    ra_git_fact_put(p->out, RA_GIT_ERROR, 0, part, e && e->message ? e->message : "no reason given");
}

// Everything the library would otherwise take from its surroundings. Returns false where it refuses an option.
static bool set_up(const struct ra_git_question *q)
{
    const char *extensions[] = {"worktreeconfig", "partialclone"};
    const char *home = q->home ? q->home : "", *xdg = q->config_home ? q->config_home : "";
    return git_libgit2_init() > 0 &&
           git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_SYSTEM, q->home ? "/etc" : "") == 0 &&
           git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_GLOBAL, home) == 0 &&
           git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_XDG, xdg) == 0 &&
           git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_PROGRAMDATA, "") == 0 &&
           git_libgit2_opts(GIT_OPT_SET_TEMPLATE_PATH, "") == 0 &&
           git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0) == 0 &&
           git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, RA_COUNT(extensions)) == 0 &&
           git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)RA_GIT_CACHE_BYTES) == 0 &&
           git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, (size_t)RA_GIT_WINDOW_BYTES) == 0 &&
           git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, (size_t)RA_GIT_MAPPED_BYTES) == 0 &&
           git_libgit2_opts(GIT_OPT_SET_MWINDOW_FILE_LIMIT, (size_t)RA_GIT_OPEN_PACKS) == 0;
}

static int count_stash(size_t index, const char *message, const git_oid *id, void *payload)
{
    (void)index, (void)message, (void)id;
    ++*(uint64_t *)payload;
    return 0;
}

// A hostile core.worktree would send the walk through somebody's home: what is looked at is always our tree.
static bool settle_worktree(struct ra_git_probe *p)
{
    const char *says = git_repository_workdir(p->repo);
    struct stat st;
    if (says && stat(says, &st) == 0 && st.st_dev == p->q->dev && st.st_ino == p->q->ino)
        return true;
    if (says)
        ra_git_fact_put(p->out, RA_GIT_ELSEWHERE, 0, says, NULL);
    return says && git_repository_set_workdir(p->repo, p->q->worktree, 0) == 0;
}

static void stashes(struct ra_git_probe *p)
{
    uint64_t n = 0;
    int r = git_stash_foreach(p->repo, count_stash, &n);
    if (r && r != GIT_ENOTFOUND && r != GIT_EBAREREPO)
        ra_git_probe_failed(p, "stash");
    if (n)
        ra_git_fact_put(p->out, RA_GIT_STASH, n, NULL, NULL);
}

static void commits(struct ra_git_probe *p)
{
    ra_git_probe_history(p);
    if (!p->q->tree_only)
        stashes(p);
}

static void files(struct ra_git_probe *p)
{
    if (settle_worktree(p))
        ra_git_probe_tree(p);
    else if (!git_repository_is_bare(p->repo))
        ra_git_probe_failed(p, "working tree");
}

// ---- both halves at once --------------------------------------------------------------------------

// Each with a repository and an answer of its own, since the library shares none of them between threads.
struct half {
    const char *name;
    void (*look)(struct ra_git_probe *p);
    const struct ra_git_question *q;
    struct ra_buf out;
    pthread_t thread;
    bool running;
};

static void *run_half(void *arg)
{
    struct half *h = arg;
    struct ra_git_probe p = {.q = h->q, .out = &h->out};
    if (git_repository_open_ext(&p.repo, h->q->worktree, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL))
        ra_git_probe_failed(&p, "repository");
    else
        h->look(&p);
    git_repository_free(p.repo);
    return NULL;
}

static void nudge(int number)
{
    (void)number;
}

// Opening a FIFO waits for its other end; a signal ends the wait with EINTR, which the library takes for a failure.
// Regular files know no such waiting.
static void join_nudging(struct half *h, unsigned *left)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    for (; h->running && *left; --*left) {
        until.tv_nsec += RA_GIT_NUDGE_MS * 1000000l;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        h->running = pthread_timedjoin_np(h->thread, NULL, &until) == ETIMEDOUT;
        if (h->running)
            pthread_kill(h->thread, SIGALRM);
    }
}

// A half that is late goes on until the process ends, so that its answer and the library are left alone.
static bool take(struct half *h, unsigned *left, struct ra_buf *out)
{
    join_nudging(h, left);
    if (h->running) {
        ra_git_fact_put(out, RA_GIT_LATE, 0, h->name, NULL);
        return false;
    }
    ra_buf_span(out, ra_buf_view(&h->out));
    ra_buf_free(&h->out);
    return true;
}

void ra_git_probe_run(void *question, struct ra_buf *out)
{
    // They outlive this function where they are late.
    static struct half halves[] = {{.name = "commits", .look = commits}, {.name = "files", .look = files}};
    struct ra_git_probe p = {.q = question, .out = out};
    struct sigaction on = {.sa_handler = nudge}; // no SA_RESTART
    unsigned left = RA_GIT_HALF_MS / RA_GIT_NUDGE_MS;
    bool whole = true;
    sigaction(SIGALRM, &on, NULL);
    if (!set_up(p.q)) {
        ra_git_probe_failed(&p, "library");
    } else {
        for (size_t i = 0; i < RA_COUNT(halves); i++) {
            halves[i].q = question;
            halves[i].running = pthread_create(&halves[i].thread, NULL, run_half, &halves[i]) == 0;
            if (!halves[i].running)
                run_half(&halves[i]);
        }
        for (size_t i = 0; i < RA_COUNT(halves); i++)
            whole &= take(&halves[i], &left, out);
    }
    if (whole)
        git_libgit2_shutdown();
    ra_git_fact_put(out, RA_GIT_DONE, 0, NULL, NULL);
}
