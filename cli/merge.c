// `merge`: many stored reports as one fleet, worst first, in any format. Reads one report at a time in the judge's
// process; what cannot be read is named and keeps the fleet from passing. The exit status is the fleet's.
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cli/audit.h"
#include "cli/values.h"
#include "reports/fleet.h"

// Lines, or what stands between NULs where there is one: `find -print0`.
static void add_names(struct ra_arena *a, struct ra_strings *to, struct ra_span list)
{
    char end = list.n && memchr(list.p, 0, list.n) ? 0 : '\n';
    struct ra_span name;
    while (list.n && ra_span_until(&list, end, &name))
        if (name.n)
            ra_strings_add(a, to, ra_strndup(a, name));
}

static int read_list(struct ra_arena *a, const char *file, struct ra_strings *to, struct ra_error *err)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf list = {0};
    int e = strcmp(file, "-") == 0 ? ra_read_stdin((size_t)RA_MAX_LIST_BYTES, &list, err)
                                   : ra_read_input(file, (size_t)RA_MAX_LIST_BYTES, &list, err);
    if (e)
        return ra_wrap(err, "--from");
    add_names(a, to, ra_buf_view(&list));
    return 0;
}

static int by_bytes(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

static void sort_once(struct ra_strings *names)
{
    size_t n = 0;
    if (names->n > 1)
        qsort(names->items, names->n, sizeof *names->items, by_bytes);
    for (size_t i = 0; i < names->n; i++)
        if (n == 0 || strcmp(names->items[n - 1], names->items[i]) != 0)
            names->items[n++] = names->items[i];
    names->n = n;
}

static int gather(struct ra_arena *a, const struct ra_options *o, struct ra_strings *ret, struct ra_error *err)
{
    for (size_t i = 0; i < o->args.n; i++)
        if (strcmp(o->args.items[i], "-") == 0)
            return ra_fail(err, RA_E_USAGE, "merge: - is no report; `--from -` reads names from standard input");
        else
            ra_strings_add(a, ret, o->args.items[i]);
    if (o->from && read_list(a, o->from, ret, err))
        return err->code;
    for (size_t i = 0; i < o->n_outputs; i++)
        if (!ra_report_fleet(o->outputs[i].format))
            return ra_fail(err, RA_E_INTERNAL, "--format %s: no fleet can be told in it", o->outputs[i].format->name);
    if (!ret->n)
        return ra_fail(err, RA_E_USAGE, "merge: needs REPORTs, or --from FILE with their names");
    if (ret->n > RA_MAX_FLEET)
        return ra_fail(err, RA_E_USAGE, "merge: more than %d reports", RA_MAX_FLEET);
    sort_once(ret);
    return 0;
}

int ra_command_merge(int argc, char **argv, const struct ra_self *self);
int ra_command_merge(int argc, char **argv, const struct ra_self *self)
{
    RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
    struct ra_options o;
    struct ra_error err = {0};
    struct ra_job job;
    struct ra_strings files = {0};
    int status;
    if (!ra_command_begin(&a, argc, argv, RA_ON_MERGE, &o, &status))
        return status;
    ra_text_by_default(&a, &o);
    if (gather(&a, &o, &files, &err) || ra_job_prepare(&a, RA_JOB_MERGE, &o, self, &job, &err))
        return ra_command_fail(&err);
    job.files = files;
    return ra_audit_tell(&a, &job);
}
