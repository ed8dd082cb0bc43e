// Reads what the judge will need and cannot open itself: the profile, and the file that it extends. Regular files
// only, so that a FIFO in their place cannot hold up the gate.
#include "cli/job.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "checks/profile.h"
#include "cli/frame.h"
#include "model/target.h"

#define DEFAULT_PROFILE "overnight"
#define DEFAULT_PROFILE_STATIC "image"

bool ra_read_regular(const char *path, size_t max_bytes, struct ra_buf *out, char ret_why[200])
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    int e = fd < 0 || fstat(fd, &st) < 0 ? errno : 0;
    bool regular = !e && S_ISREG(st.st_mode);
    if (regular)
        e = ra_read_to_end(fd, max_bytes, out);
    if (fd >= 0)
        close(fd);
    if (e == EFBIG)
        snprintf(ret_why, 200, "larger than %zu bytes", max_bytes);
    else
        snprintf(ret_why, 200, "%s", e ? strerror(e) : "is no regular file");
    return regular && !e;
}

int ra_read_input(const char *path, size_t max_bytes, struct ra_buf *out, struct ra_error *err)
{
    char why[200];
    return ra_read_regular(path, max_bytes, out, why) ? 0 : ra_fail(err, RA_E_USAGE, "%.300s: %s", path, why);
}

int ra_read_stdin(size_t max_bytes, struct ra_buf *out, struct ra_error *err)
{
    int e = ra_read_to_end(STDIN_FILENO, max_bytes, out);
    if (e == EFBIG)
        return ra_fail(err, RA_E_USAGE, "standard input: larger than %zu bytes", max_bytes);
    return e ? ra_fail(err, RA_E_USAGE, "standard input: %s", strerror(e)) : 0;
}

static int read_text(struct ra_arena *a, const char *path, struct ra_span *ret, struct ra_error *err)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    int e = ra_read_input(path, RA_MAX_PROFILE_BYTES, &b, err);
    if (!e)
        *ret = (struct ra_span){ra_strndup(a, ra_buf_view(&b)), b.n};
    return e;
}

int ra_input_error(struct ra_error *err, const char *kind, const char *name)
{
    const struct ra_error at = *err;
    char position[64] = "";
    if (at.line)
        snprintf(position, sizeof position, "line %u, column %u: ", at.line, at.column);
    return ra_fail(err, RA_E_USAGE, "%s %.100s: %s%.250s", kind, name, position, at.text);
}

// Where it was named and where it really lies: whoever may change one or the other may change what is read.
static void remember(struct ra_arena *a, struct ra_job *job, const char *path)
{
    char *real = realpath(path, NULL), *here = getcwd(NULL, 0);
    const char *named = path[0] == '/' ? ra_path_clean(a, path) : here ? ra_path_join(a, here, path) : NULL;
    if (named)
        job->profile_files[job->n_profile_files++] = named;
    if (real && (!named || strcmp(real, named) != 0))
        job->profile_files[job->n_profile_files++] = ra_strdup(a, real);
    free(real);
    free(here);
}

static int load_profile(struct ra_arena *a, struct ra_job *job, struct ra_error *err)
{
    const char *name = job->profile_name;
    const char *text = ra_profile_builtin_text(name);
    if (text) {
        job->profile = ra_span_of(text);
        return 0;
    }
    if (read_text(a, name, &job->profile, err))
        return ra_wrap(err, "--profile");
    remember(a, job, name);
    const char *base = NULL;
    if (ra_profile_extends(a, job->profile, &base, err))
        return ra_input_error(err, "profile", name);
    if (!base || ra_profile_builtin_text(base))
        return 0;
    base = ra_path_join(a, ra_path_dir(a, name), base);
    if (read_text(a, base, &job->profile_base, err))
        return ra_wrap(err, "profile %.150s: extends", name);
    remember(a, job, base);
    return 0;
}

const char *ra_default_profile(const char *named, const char *target_kind)
{
    return named ? named : ra_target_is_static(target_kind) ? DEFAULT_PROFILE_STATIC : DEFAULT_PROFILE;
}

int ra_job_prepare(struct ra_arena *a, int what, const struct ra_options *o, const struct ra_self *self,
                   struct ra_job *ret, struct ra_error *err)
{
    *ret = (struct ra_job){.what = what, .self = self, .options = o};
    ret->profile_name = ra_default_profile(o->profile, o->target_kind);
    return what == RA_JOB_AUDIT || what == RA_JOB_EVALUATE ? load_profile(a, ret, err) : 0;
}
