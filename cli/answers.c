// Keeps answers as files. The names come from the asker, a child: one that could leave the directory is refused.
#include "cli/answers.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/path.h"
#include "cli/out.h"

int ra_answers_may(const struct ra_options *o, struct ra_error *err)
{
    struct stat st;
    const char *dir = o->record ? o->record : o->replay;
    const char *option = o->record ? "--record" : "--replay";
    if (!dir)
        return 0;
    if (o->record && o->replay)
        return ra_fail(err, RA_E_USAGE, "--record and --replay: answers are either asked for or taken from a directory");
    if (!ra_job_asks(o))
        return ra_fail(err, RA_E_USAGE, "%s: only with --online=tokens", option);
    if (o->record && !o->dry_run && mkdir(dir, 0700) < 0 && errno != EEXIST)
        return ra_fail(err, RA_E_USAGE, "%s: %.300s: %s", option, dir, strerror(errno));
    if (!o->dry_run && (stat(dir, &st) < 0 || !S_ISDIR(st.st_mode)))
        return ra_fail(err, RA_E_USAGE, "%s: %.300s: is no directory", option, dir);
    return 0;
}

int ra_answers_keep(struct ra_arena *a, const struct ra_options *o, const struct ra_outcome *out, struct ra_error *err)
{
    for (size_t i = 0; o->record && i < out->n_answers; i++) {
        struct ra_span bytes = out->answers[i], name;
        if (!ra_span_until(&bytes, 0, &name) || !bytes.p || !name.n || name.p[0] == '.' || ra_span_chr(name, '/') >= 0)
            return ra_fail(err, RA_E_INTERNAL, "an answer without a proper name");
        if (ra_out_file(ra_path_join(a, o->record, ra_strndup(a, name)), bytes, err))
            return ra_wrap(err, "--record");
    }
    return 0;
}
