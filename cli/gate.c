// `gate`: audits here and becomes COMMAND only on pass. COMMAND starts in this very process, which has changed nothing
// of itself: same descriptors, limits, environment, signal mask and dispositions. Never writes to stdout; a refusal
// is three lines on stderr.
#include <errno.h>
#include <ctype.h>
#include <string.h>
#include <unistd.h>

#include "cli/audit.h"
#include "cli/out.h"

static void quoted(struct ra_buf *b, const char *arg)
{
    bool plain = *arg != 0;
    for (const char *c = arg; *c; c++)
        plain &= isalnum((unsigned char)*c) || strchr("-_=./,:@%+", *c) != NULL;
    if (plain) {
        ra_buf_puts(b, arg);
        return;
    }
    ra_buf_putc(b, '\'');
    for (const char *c = arg; *c; c++)
        if (*c == '\'')
            ra_buf_puts(b, "'\\''");
        else
            ra_buf_putc(b, *c);
    ra_buf_putc(b, '\'');
}

// The same audit without the gate: what --refuse takes is left out.
static void how_to_see_more(int argc, char **argv)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    ra_buf_puts(&b, "The whole report: reachaudit audit");
    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--refuse") == 0) {
            i++;
            continue;
        }
        if (strncmp(argv[i], "--refuse=", 9) == 0)
            continue;
        ra_buf_putc(&b, ' ');
        quoted(&b, argv[i]);
    }
    ra_out_line(ra_buf_view(&b).p);
}

static int refused(const struct ra_options *o, int status, struct ra_outcome *out, const struct ra_error *err, int argc,
                   char **argv)
{
    if (out->whole && !err->code) {
        struct ra_span rest = out->reports[out->n_reports - 1], line;
        RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
        while (ra_span_line(&rest, &line))
            ra_out_line(ra_strndup(&a, line));
    } else {
        ra_out_error("%s", out->error ? out->error : err->text);
        ra_out_line("COMMAND was not started.");
    }
    how_to_see_more(argc, argv);
    return o->refuse && !out->signal ? o->refuse : status;
}

static int become(char **command)
{
    execvp(command[0], command);
    int e = errno;
    ra_out_error("%s: %s", command[0], strerror(e));
    return e == ENOENT ? 127 : 126;
}

int ra_command_gate(int argc, char **argv, const struct ra_self *self);
int ra_command_gate(int argc, char **argv, const struct ra_self *self)
{
    RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
    struct ra_options o;
    struct ra_error err = {0};
    struct ra_outcome out = {.status = RA_EXIT_USAGE};
    struct ra_job job;
    int status;
    if (!ra_command_begin(&a, argc, argv, RA_ON_GATE, &o, &status))
        return status;
    if (!o.command || !o.command[0])
        ra_fail(&err, RA_E_USAGE, "gate: needs a command after --");
    else if (o.args.n && strcmp(o.args.items[0], "self") != 0)
        ra_fail(&err, RA_E_USAGE, "%s: gate audits here, where COMMAND would run; -- goes before the command",
                o.args.items[0]);
    if (err.code)
        return ra_command_fail(&err);
    if (ra_job_prepare(&a, RA_JOB_AUDIT, &o, self, &job, &err))
        return refused(&o, RA_EXIT_USAGE, &out, &err, argc, argv);
    job.refusal = true;
    ra_consents_say(&o);
    status = ra_audit_run(&a, &job, false, &out, &err);
    bool passed = status == RA_EXIT_PASS && out.whole;
    if (!passed)
        status = refused(&o, status, &out, &err, argc, argv);
    ra_buf_free(&out.raw);
    return passed ? become(o.command) : status;
}
