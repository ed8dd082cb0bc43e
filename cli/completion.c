// `completion`: a script that teaches a shell to complete this command line. Made when the program is built and
// installed with it; not named in --help. The words come from the tables, so that the script never knows less.
#include "cli/completion.h"

#include <ctype.h>
#include <string.h>

#include "checks/evaluate.h"
#include "checks/profile.h"
#include "cli/out.h"
#include "cli/values.h"
#include "collect/collect.h"
#include "model/target.h"

static void word(struct ra_buf *b, const char *s)
{
    ra_buf_printf(b, "%s%s", b->n ? " " : "", s);
}

static const char *kept(struct ra_arena *a, const struct ra_buf *b)
{
    return ra_strndup(a, ra_buf_view(b));
}

const char *ra_complete_commands(struct ra_arena *a)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    for (size_t i = 0; i < ra_n_commands; i++)
        if (*ra_commands[i].summary)
            word(&b, ra_commands[i].name);
    return kept(a, &b);
}

const char *ra_complete_options(struct ra_arena *a, enum ra_on on)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    const struct ra_option_row *row;
    for (size_t i = 0; (row = ra_option_row(i)); i++) {
        if (!(row->on & (unsigned)on))
            continue;
        if (row->takes != RA_TAKES_VALUE)
            word(&b, ra_strfmt(a, "--%s", row->name));
        if (row->takes != RA_TAKES_NOTHING)
            word(&b, ra_strfmt(a, "--%s=", row->name));
        if (row->letter)
            word(&b, ra_strfmt(a, "-%c", row->letter));
    }
    return kept(a, &b);
}

// ---- values ---------------------------------------------------------------------------------------

static void profiles(struct ra_buf *b)
{
    for (size_t i = 0; ra_profile_builtin_name(i); i++)
        word(b, ra_profile_builtin_name(i));
}

static void formats(struct ra_buf *b)
{
    for (size_t i = 0; i < ra_n_report_formats; i++)
        word(b, ra_report_formats[i].name);
}

static void collectors(struct ra_buf *b)
{
    word(b, "@list");
    for (size_t i = 0; i < ra_n_collectors; i++)
        word(b, ra_collectors[i].name);
}

static void consents(struct ra_buf *b)
{
    word(b, "@list");
    for (size_t i = 0; ra_consent(i); i++)
        word(b, ra_consent(i));
}

static void radii(struct ra_buf *b)
{
    for (enum ra_radius r = RA_RADIUS_NOTHING; r <= RA_RADIUS_ORGANIZATION; r++)
        word(b, ra_radius_name(r));
}

static const struct {
    const char *option;
    void (*words)(struct ra_buf *b);
} values[] = {
    {"profile", profiles}, {"format", formats},  {"only", collectors},
    {"skip", collectors},  {"online", consents}, {"radius", radii},
};

const char *ra_complete_value(struct ra_arena *a, const struct ra_option_row *row)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    for (size_t i = 0; i < RA_COUNT(values); i++)
        if (strcmp(values[i].option, row->name) == 0)
            values[i].words(&b);
    if (row->metavar && strstr(row->metavar, "FILE") && strcmp(row->name, "format") != 0)
        word(&b, "@files");
    return kept(a, &b);
}

// ---- arguments ------------------------------------------------------------------------------------

static void targets(struct ra_buf *b)
{
    const struct ra_target_kind *kind;
    for (size_t i = 0; (kind = ra_target_kind(i)); i++) {
        if (!kind->built)
            continue;
        word(b, kind->name);
        if (strcmp(kind->name, "self") != 0)
            ra_buf_putc(b, ':');
    }
}

static void checks(struct ra_buf *b)
{
    const struct ra_check *c;
    for (size_t i = 0; (c = ra_check_row(i)); i++)
        word(b, c->id);
}

static void metavar(struct ra_buf *b, struct ra_span name)
{
    static const char *const files[] = {"REPORT", "SNAPSHOT", "FILE", "OLD", "NEW", "PATH"};
    if (ra_span_is(name, "TARGET"))
        targets(b);
    else if (ra_span_is(name, "CHECK"))
        checks(b);
    else if (ra_span_is(name, "N"))
        profiles(b);
    for (size_t i = 0; i < RA_COUNT(files); i++)
        if (ra_span_is(name, files[i]) && (b->n < 6 || !strstr(b->p, "@files")))
            word(b, "@files");
}

static void token(struct ra_arena *a, struct ra_buf *b, struct ra_span t)
{
    if (t.n && isupper((unsigned char)t.p[0]))
        metavar(b, t);
    else if (t.n && islower((unsigned char)t.p[0]))
        word(b, ra_strndup(a, t));
}

// "list | show N | check FILE": alternatives, each a word or a METAVAR and what follows it.
const char *ra_complete_argument(struct ra_arena *a, const struct ra_command *c, bool later)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    struct ra_span rest = ra_span_of(c->synopsis), choice, t;
    while (ra_span_until(&rest, '|', &choice))
        for (size_t at = 0; ra_span_word(&choice, &t); at++) {
            bool option = t.p[0] == '-' && t.n > 1, again = ra_span_ends(t, "...");
            while (t.n && (t.p[0] == '[' || t.p[0] == ']'))
                t = ra_span_cut(t, 1, t.n);
            while (t.n && strchr("[].", t.p[t.n - 1]))
                t.n--;
            if (option || (t.n && t.p[0] == '-' && t.n > 1))
                break; // an option and its value, or a command of another program
            if (ra_span_is(t, "OPTION"))
                continue;
            if (later ? at > 0 || again : at == 0)
                token(a, &b, t);
        }
    return kept(a, &b);
}

static const struct {
    const char *name;
    void (*write)(struct ra_arena *a, struct ra_buf *out);
} shells[] = {{"bash", ra_completion_bash}, {"zsh", ra_completion_zsh}, {"fish", ra_completion_fish}};

int ra_command_completion(int argc, char **argv, const struct ra_self *self);
int ra_command_completion(int argc, char **argv, const struct ra_self *self)
{
    (void)self;
    RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
    RA_CLEANUP(ra_buf_free) struct ra_buf text = {0};
    struct ra_options o;
    struct ra_error err = {0};
    int status;
    if (!ra_command_begin(&a, argc, argv, RA_ON_COMPLETION, &o, &status))
        return status;
    for (size_t i = 0; i < RA_COUNT(shells) && o.args.n == 1; i++)
        if (strcmp(shells[i].name, o.args.items[0]) == 0) {
            shells[i].write(&a, &text);
            return ra_out_stdout(ra_buf_view(&text), &err) ? ra_command_fail(&err) : RA_EXIT_PASS;
        }
    ra_out_error("completion: needs one of bash, zsh, fish");
    return RA_EXIT_USAGE;
}
