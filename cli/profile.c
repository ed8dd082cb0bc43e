// `profile`: shows the built-in contracts, checks one of the user's, makes one of what is within reach here (init) and
// prints boxes that pass (recipe.c).
#include <string.h>

#include "checks/profile.h"
#include "cli/cli.h"
#include "cli/job.h"
#include "cli/out.h"
#include "cli/recipe.h"

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

// An audit whose answer is a profile.
static int init(struct ra_arena *a, struct ra_options *o, const struct ra_self *self, struct ra_buf *out,
                struct ra_error *err)
{
    struct ra_job job;
    struct ra_outcome got;
    for (size_t i = 1; i < o->args.n; i++)
        o->args.items[i - 1] = o->args.items[i];
    o->args.n--;
    if (ra_options_target(o, err) || ra_job_prepare(a, RA_JOB_AUDIT, o, self, &job, err))
        return err->code;
    job.init = true;
    ra_consents_say(o);
    ra_pipe_run(a, &job, &got);
    for (size_t i = 0; i < got.notes.n; i++)
        ra_out_line(got.notes.items[i]);
    if (got.whole)
        ra_buf_span(out, got.reports[0]);
    else
        ra_fail(err, got.status == RA_EXIT_USAGE ? RA_E_USAGE : RA_E_SYSTEM, "%s", got.error);
    ra_buf_free(&got.raw);
    return err->code;
}

static bool audits(const struct ra_options *o)
{
    return o->only.n || o->skip.n || o->online.n || o->hosts.n || o->no_connect || o->stamp || o->now_s >= 0 ||
           o->radius != RA_RADIUS_GRANT;
}

int ra_command_profile(int argc, char **argv, const struct ra_self *self);
int ra_command_profile(int argc, char **argv, const struct ra_self *self)
{
    RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
    RA_CLEANUP(ra_buf_free) struct ra_buf text = {0};
    struct ra_options o;
    struct ra_error err = {0};
    int status;
    if (!ra_command_begin(&a, argc, argv, RA_ON_PROFILE, &o, &status))
        return status;
    const char *what = o.args.n ? o.args.items[0] : "";
    if (strcmp(what, "init") == 0)
        init(&a, &o, self, &text, &err);
    else if (audits(&o))
        ra_fail(&err, RA_E_USAGE, "profile: only init audits; the others take no option");
    else if (o.args.n == 1 && strcmp(what, "list") == 0)
        list(&a, &text, &err);
    else if (o.args.n == 2 && strcmp(what, "show") == 0)
        show(o.args.items[1], &text, &err);
    else if (o.args.n == 2 && strcmp(what, "check") == 0)
        check(&a, &o, o.args.items[1], &text, &err);
    else if ((o.args.n == 2 || o.args.n == 3) && strcmp(what, "recipe") == 0)
        ra_recipe(o.args.items[1], o.args.n == 3 ? o.args.items[2] : "bwrap", &text, &err);
    else
        ra_fail(&err, RA_E_USAGE,
                "profile: needs list, show NAME, check FILE, init [TARGET] or recipe NAME [bwrap|docker|podman]");
    if (!err.code)
        ra_out_stdout(ra_buf_view(&text), &err);
    return err.code ? ra_command_fail(&err) : RA_EXIT_PASS;
}
