// Reads the command line by the table of options.def. Checks each value where it is read, so that nothing is
// audited for an hour before a typing mistake in --format is noticed. Does not open anything.
#include "cli/options.h"

#include <string.h>

#include "cli/values.h"
#include "model/target.h"

#define NOTHING RA_TAKES_NOTHING
#define VALUE RA_TAKES_VALUE
#define MAYBE RA_TAKES_MAYBE
#define SCANS (RA_ON_AUDIT | RA_ON_GATE | RA_ON_SNAPSHOT | RA_ON_PROFILE)
#define ASKS (RA_ON_AUDIT | RA_ON_GATE | RA_ON_SNAPSHOT | RA_ON_TOKEN)
#define READS (RA_ON_EXPLAIN | RA_ON_DIFF) // judge where they are given a snapshot
#define JUDGES (RA_ON_AUDIT | RA_ON_GATE | RA_ON_EVALUATE)
#define TELLS (JUDGES | RA_ON_RENDER | RA_ON_MERGE | RA_ON_TOKEN) // write reports

static const struct ra_option_row rows[] = {
#define RA_OPTION(id, name, letter, takes, on, metavar, help) {name, letter, takes, on, metavar, help, ra_take_##id},
#include "cli/options.def"
#undef RA_OPTION
};

const struct ra_option_row *ra_option_row(size_t i)
{
    return i < RA_COUNT(rows) ? &rows[i] : NULL;
}

struct reader {
    struct ra_arena *a;
    char **argv;
    int argc, at;
    enum ra_on on;
    struct ra_options *o;
    struct ra_error *err;
};

static int apply(struct reader *r, const struct ra_option_row *row, const char *shown, const char *value)
{
    if (!(row->on & (unsigned)r->on))
        return ra_fail(r->err, RA_E_USAGE, "%s: not an option of this command", shown);
    if (row->takes == RA_TAKES_NOTHING && value)
        return ra_fail(r->err, RA_E_USAGE, "%s: takes no value", shown);
    if (row->takes == RA_TAKES_VALUE && !value) {
        if (r->at + 1 >= r->argc)
            return ra_fail(r->err, RA_E_USAGE, "%s: needs a value, %s", shown, row->metavar);
        value = r->argv[++r->at];
    }
    if (row->take(r->o, r->a, value, r->err))
        return ra_wrap(r->err, "%s", shown);
    return 0;
}

static int long_option(struct reader *r, const char *arg)
{
    const char *eq = strchr(arg, '=');
    struct ra_span name = {arg + 2, eq ? (size_t)(eq - arg) - 2 : strlen(arg) - 2};
    const char *shown = ra_strndup(r->a, (struct ra_span){arg, name.n + 2});
    for (size_t i = 0; i < RA_COUNT(rows); i++)
        if (ra_span_is(name, rows[i].name))
            return apply(r, &rows[i], shown, eq ? eq + 1 : NULL);
    return ra_fail(r->err, RA_E_USAGE, "%s: unknown option", shown);
}

static int short_options(struct reader *r, const char *arg)
{
    for (const char *c = arg + 1; *c; c++) {
        const char *shown = ra_strfmt(r->a, "-%c", *c);
        const struct ra_option_row *row = NULL;
        for (size_t i = 0; i < RA_COUNT(rows); i++)
            if (rows[i].letter && rows[i].letter == *c)
                row = &rows[i];
        if (!row)
            return ra_fail(r->err, RA_E_USAGE, "%s: unknown option", shown);
        bool rest_is_value = row->takes == RA_TAKES_VALUE && c[1];
        int e = apply(r, row, shown, rest_is_value ? c + 1 : NULL);
        if (e || rest_is_value)
            return e;
    }
    return 0;
}

void ra_strings_add(struct ra_arena *a, struct ra_strings *s, const char *item)
{
    s->items = ra_grow(a, s->items, s->n, &s->cap, sizeof *s->items);
    s->items[s->n++] = item;
}

static int whole(const struct ra_options *o, struct ra_error *err)
{
    if (o->help || o->version)
        return 0;
    if (o->verbose && o->quiet)
        return ra_fail(err, RA_E_USAGE, "-v and -q: only one of them");
    if (o->only.n && o->skip.n)
        return ra_fail(err, RA_E_USAGE, "--only and --skip: only one of them");
    size_t to_stdout = 0;
    for (size_t i = 0; i < o->n_outputs; i++) {
        to_stdout += !o->outputs[i].file;
        for (size_t k = 0; k < i; k++)
            if (o->outputs[i].file && o->outputs[k].file && strcmp(o->outputs[i].file, o->outputs[k].file) == 0)
                return ra_fail(err, RA_E_USAGE, "--format: two reports cannot go to the same file, %s",
                               o->outputs[i].file);
    }
    if (to_stdout > 1)
        return ra_fail(err, RA_E_USAGE, "--format: only one report can go to stdout; name a file as in json=FILE");
    return 0;
}

int ra_options_parse(struct ra_arena *a, int argc, char **argv, enum ra_on on, struct ra_options *ret,
                     struct ra_error *err)
{
    *ret = (struct ra_options){.now_s = -1, .radius = RA_RADIUS_GRANT, .target_kind = "self", .target_at = "self"};
    struct reader r = {.a = a, .argv = argv, .argc = argc, .on = on, .o = ret, .err = err};
    for (; r.at < argc; r.at++) {
        const char *arg = argv[r.at];
        int e = 0;
        if (strcmp(arg, "--") == 0) {
            if (on == RA_ON_GATE)
                ret->command = argv + r.at + 1;
            else
                while (++r.at < argc)
                    ra_strings_add(a, &ret->args, argv[r.at]);
            break;
        }
        if (arg[0] == '-' && arg[1] == '-')
            e = long_option(&r, arg);
        else if (arg[0] == '-' && arg[1])
            e = short_options(&r, arg);
        else
            ra_strings_add(a, &ret->args, arg);
        if (e)
            return e;
    }
    return whole(ret, err);
}

// "pid:17" is of the kind "pid"; only "self" stands alone. NULL where it is none.
static const struct ra_target_kind *kind_of(const char *arg)
{
    size_t n = strcspn(arg, ":");
    for (size_t i = 0; ra_target_kind(i); i++) {
        const char *name = ra_target_kind(i)->name;
        bool alone = strcmp(name, "self") == 0;
        if (strlen(name) == n && strncmp(arg, name, n) == 0 && alone == !arg[n])
            return ra_target_kind(i);
    }
    return NULL;
}

bool ra_is_target(const char *arg)
{
    return kind_of(arg) != NULL;
}

static int is_pid(const char *arg, const char *at, struct ra_error *err)
{
    uint64_t pid;
    if (!ra_span_u64(ra_span_of(at), 10, &pid) || pid == 0 || pid > INT32_MAX)
        return ra_fail(err, RA_E_USAGE, "%s: \"%s\" is no process number", arg, at);
    return 0;
}

int ra_options_target(struct ra_options *o, struct ra_error *err)
{
    for (size_t i = 0; i < o->args.n; i++) {
        const char *arg = o->args.items[i], *colon = strchr(arg, ':');
        const struct ra_target_kind *kind = kind_of(arg);
        if (!kind)
            return ra_fail(err, RA_E_USAGE, "%s: unknown target; `self` is this process", arg);
        if (!kind->built)
            return ra_fail(err, RA_E_USAGE, "%s: target kind %s is not built yet", arg, kind->name);
        if (colon && !colon[1])
            return ra_fail(err, RA_E_USAGE, "%s: names nothing after the colon", arg);
        o->target_kind = kind->name;
        o->target_at = colon ? colon + 1 : arg;
        if (strcmp(kind->name, "pid") == 0 && is_pid(arg, o->target_at, err))
            return err->code;
    }
    if (o->args.n > 1)
        return ra_fail(err, RA_E_USAGE, "%s: joining several targets is not built yet", o->args.items[1]);
    return 0;
}
