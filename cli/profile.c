// `profile`: shows the built-in contracts and checks one of the user's. Audits nothing, judges nothing.
#include <string.h>

#include "checks/profile.h"
#include "cli/cli.h"
#include "cli/job.h"
#include "cli/out.h"

// Stand-ins, so that a profile that uses the variables can be checked away from its working tree.
static const struct ra_profile_vars vars = {.worktree = "/worktree", .home = "/home/user"};

static int list(struct ra_arena *a, struct ra_buf *out, struct ra_error *err)
{
    const char *name;
    for (size_t i = 0; (name = ra_profile_builtin_name(i)); i++) {
        struct ra_profile p;
        if (ra_profile_read(a, ra_span_of(ra_profile_builtin_text(name)), (struct ra_span){NULL, 0}, &vars, &p, err))
            return ra_input_error(err, "profile", name);
        ra_buf_printf(out, "%s\t%s\n", name, p.summary ? p.summary : "");
    }
    return 0;
}

static int show(const char *name, struct ra_buf *out, struct ra_error *err)
{
    const char *text = ra_profile_builtin_text(name);
    if (!text)
        return ra_fail(err, RA_E_USAGE, "profile show: no built-in profile is named \"%.100s\"", name);
    ra_buf_puts(out, text);
    return 0;
}

static int check(struct ra_arena *a, struct ra_options *o, const char *file, struct ra_buf *out, struct ra_error *err)
{
    struct ra_job job;
    struct ra_profile p;
    o->profile = file;
    if (ra_job_prepare(a, RA_JOB_AUDIT, o, NULL, &job, err))
        return err->code;
    if (ra_profile_read(a, job.profile, job.profile_base, &vars, &p, err))
        return ra_input_error(err, "profile", file);
    ra_buf_puts(out, file);
    ra_buf_printf(out, ": is a valid profile, named %s\n", p.name);
    return 0;
}

int ra_command_profile(int argc, char **argv, const struct ra_self *self);
int ra_command_profile(int argc, char **argv, const struct ra_self *self)
{
    (void)self;
    RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
    RA_CLEANUP(ra_buf_free) struct ra_buf text = {0};
    struct ra_options o;
    struct ra_error err = {0};
    int status;
    if (!ra_command_begin(&a, argc, argv, RA_ON_PROFILE, &o, &status))
        return status;
    const char *what = o.args.n ? o.args.items[0] : "";
    if (o.args.n == 1 && strcmp(what, "list") == 0)
        list(&a, &text, &err);
    else if (o.args.n == 2 && strcmp(what, "show") == 0)
        show(o.args.items[1], &text, &err);
    else if (o.args.n == 2 && strcmp(what, "check") == 0)
        check(&a, &o, o.args.items[1], &text, &err);
    else
        ra_fail(&err, RA_E_USAGE, "profile: needs list, show NAME or check FILE");
    if (!err.code)
        ra_out_stdout(ra_buf_view(&text), &err);
    return err.code ? ra_command_fail(&err) : RA_EXIT_PASS;
}
