// Writes reports and messages. A report file is complete or not there at all. Creates nothing but those files and
// the one beside each that becomes it.
#include "cli/out.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/io.h"
#include "catalogue/recognise.h"
#include "cli/out_way.h"
#include "model/scrub.h"
#include "reports/report.h"

// While bytes are on their way no signal may cut them in half: a reader that left or a size limit must come back as
// an errno, and ^C must not leave half a file. All is put back afterwards, because gate starts COMMAND in this process.
struct calm {
    sigset_t mask;
    struct sigaction pipe, size;
};

static void calm_begin(struct calm *c, bool to_file)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigset_t block;
    sigemptyset(&block);
    if (to_file) {
        sigaddset(&block, SIGINT);
        sigaddset(&block, SIGTERM);
        sigaddset(&block, SIGHUP);
        sigaddset(&block, SIGQUIT);
    }
    sigprocmask(SIG_BLOCK, &block, &c->mask);
    sigaction(SIGPIPE, &ignore, &c->pipe);
    sigaction(SIGXFSZ, &ignore, &c->size);
}

static void calm_end(const struct calm *c)
{
    sigaction(SIGXFSZ, &c->size, NULL);
    sigaction(SIGPIPE, &c->pipe, NULL);
    sigprocmask(SIG_SETMASK, &c->mask, NULL);
}

int ra_out_stdout(struct ra_span bytes, struct ra_error *err)
{
    struct calm c;
    calm_begin(&c, false);
    int e = ra_write_all(STDOUT_FILENO, bytes);
    calm_end(&c);
    return e ? ra_fail(err, RA_E_SYSTEM, "stdout: %s; the report is not whole", strerror(e)) : 0;
}

int ra_out_may(const char *file, struct ra_error *err)
{
    RA_CLEANUP(ra_out_way_end) struct ra_out_way way = {.dir = -1};
    struct ra_error none = {0};
    struct stat st;
    if (ra_out_way(file, &way, &none)) {
        if (none.code == RA_E_USAGE)
            *err = none;
        return none.code == RA_E_USAGE ? none.code : 0; // what stands in the way may be gone by then
    }
    if (!*way.name)
        return ra_fail(err, RA_E_USAGE, "%.300s: names no file", file);
    if (fstatat(way.dir, way.name, &st, AT_SYMLINK_NOFOLLOW) < 0)
        return 0;
    if (S_ISLNK(st.st_mode))
        return ra_fail(err, RA_E_USAGE, "%.300s: is a symbolic link; reports are never written through one", file);
    if (!S_ISREG(st.st_mode))
        return ra_fail(err, RA_E_USAGE, "%.300s: is there and is no regular file", file);
    return 0;
}

// A new file beside the one that it becomes. O_EXCL never follows a link.
static int create_beside(int dir, char ret_name[64])
{
    for (unsigned try = 0; try < 100; try++) {
        snprintf(ret_name, 64, ".reachaudit-%ld-%u", (long)getpid(), try);
        int fd = openat(dir, ret_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

static int fill(int fd, struct ra_span bytes)
{
    int e = ra_write_all(fd, bytes);
    // A file system may find out only now that it is full; those that cannot sync say EINVAL.
    if (!e && fsync(fd) < 0 && errno != EINVAL && errno != EROFS)
        e = errno;
    if (close(fd) < 0 && !e)
        e = errno;
    return e;
}

int ra_out_file(const char *file, struct ra_span bytes, struct ra_error *err)
{
    RA_CLEANUP(ra_out_way_end) struct ra_out_way way = {.dir = -1};
    struct calm c;
    char beside[64];
    if (ra_out_way(file, &way, err))
        return err->code;
    calm_begin(&c, true);
    int fd = create_beside(way.dir, beside);
    int e = fd < 0 ? errno : fill(fd, bytes);
    if (!e && renameat(way.dir, beside, way.dir, way.name) < 0)
        e = errno;
    if (e && fd >= 0)
        unlinkat(way.dir, beside, 0);
    calm_end(&c);
    return e ? ra_fail(err, RA_E_SYSTEM, "%.300s: %s; the report is not written", file, strerror(e)) : 0;
}

// A message may quote what the user named or a line of a file: a token in it is not to be shown.
void ra_out_line(const char *text)
{
    RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
    RA_CLEANUP(ra_buf_free) struct ra_buf line = {0};
    ra_scrub_set_shapes(ra_recognise_for_scrub);
    ra_escape_terminal(&line, ra_scrub(&a, text));
    ra_escape_line(&line, 0);
    ra_buf_putc(&line, '\n');
    struct calm c;
    calm_begin(&c, false);
    // Nobody is left to be told where stderr fails; the exit status still says all.
    (void)ra_write_all(STDERR_FILENO, ra_buf_view(&line));
    calm_end(&c);
}

void ra_out_error(const char *fmt, ...)
{
    char text[1200] = "reachaudit: ";
    size_t n = strlen(text);
    va_list args;
    va_start(args, fmt);
    vsnprintf(text + n, sizeof text - n, fmt, args);
    va_end(args);
    ra_out_line(text);
}

void ra_out_fail(const struct ra_error *err)
{
    if (err->line)
        ra_out_error("line %u, column %u: %s", err->line, err->column, err->text);
    else
        ra_out_error("%s", err->text);
}
