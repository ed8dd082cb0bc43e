// Annotations on GitHub, as workflow commands on stdout: the verdict, then what fails, each where its file is if that
// lies in the working tree. GitHub shows ten of each level for a step and drops the rest without a word, so the gravest
// come first, and the last notice says how many are not shown. Not the job summary: that is the markdown format.
// Source: GitHub Docs, "Workflow commands for GitHub Actions" and the limits on annotations.
#include "reports/parts.h"

enum level { ERROR, WARNING, NOTICE, N_LEVELS };
enum { MOST = 10, PLACES = 3 }; // of a level in one step; places named of one surface
static const char *const level_name[] = {"error", "warning", "notice"};

struct ra_github {
    struct ra_buf *out;
    const struct ra_inventory *inv;
    const struct ra_verdict *v;
    struct ra_by_id reaches;
    size_t left[N_LEVELS], dropped;
};

// The first of its reaches that is a file of the working tree.
static const char *file_of(const struct ra_github *g, const struct ra_finding *f, struct ra_place *ret)
{
    for (size_t i = 0; i < f->n_reaches; i++) {
        const struct ra_reach *r = ra_by_id_find(&g->reaches, f->reaches[i]);
        const char *path = r && ra_place_of(r, ret) ? ra_place_in_worktree(g->inv, ret->path) : NULL;
        if (path && *path)
            return path;
    }
    return NULL;
}

static void begin(struct ra_github *g, enum level level, const char *file, const struct ra_place *at)
{
    ra_buf_printf(g->out, "::%s ", level_name[level]);
    if (!file)
        return;
    ra_buf_puts(g->out, "file=");
    ra_escape_property(g->out, file);
    if (at->line)
        ra_buf_printf(g->out, ",line=%u", at->line);
    if (at->line && at->column)
        ra_buf_printf(g->out, ",col=%u", at->column);
    ra_buf_putc(g->out, ',');
}

static bool room(struct ra_github *g, enum level level)
{
    if (g->left[level] == 0) {
        g->dropped++;
        return false;
    }
    g->left[level]--;
    return true;
}

static void plain(struct ra_github *g, enum level level, const char *title, const char *text)
{
    begin(g, level, NULL, NULL);
    ra_buf_puts(g->out, "title=");
    ra_escape_property(g->out, title);
    ra_buf_puts(g->out, "::");
    ra_escape_command(g->out, text);
    ra_buf_putc(g->out, '\n');
}

static enum level level_of(const struct ra_finding *f, bool in_tree)
{
    switch (f->status) {
    case RA_STATUS_FAIL:
        return in_tree ? ERROR : WARNING;
    case RA_STATUS_UNKNOWN:
        return WARNING;
    case RA_STATUS_WAIVED:
    case RA_STATUS_PASS:
    case RA_STATUS_NOT_APPLICABLE:
        return NOTICE;
    }
    return WARNING;
}

static void finding(struct ra_github *g, const struct ra_finding *f)
{
    struct ra_place at = {0};
    const char *file = file_of(g, f, &at);
    enum level level = level_of(f, file != NULL);
    if (!room(g, level))
        return;
    begin(g, level, file, &at);
    ra_buf_puts(g->out, "title=");
    ra_escape_property(g->out, f->check);
    ra_buf_printf(g->out, " %s %s::", ra_status_name(f->status), ra_severity_name(f->severity));
    ra_escape_command(g->out, f->message && *f->message ? f->message : f->title);
    for (size_t i = 0; i < f->n_reaches; i++) {
        ra_buf_puts(g->out, i ? ", " : "%0AAbout: ");
        ra_escape_command(g->out, f->reaches[i]);
    }
    if (f->status == RA_STATUS_WAIVED) {
        ra_buf_puts(g->out, "%0AWaived: ");
        ra_escape_command(g->out, f->waiver ? f->waiver : "");
    } else if (f->remedy && *f->remedy) {
        ra_buf_puts(g->out, "%0ARemedy: ");
        ra_escape_command(g->out, f->remedy);
    }
    ra_buf_putc(g->out, '\n');
}

// One warning for all, so that it never falls victim to the limit.
static void gaps(struct ra_github *g)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    for (size_t i = 0; i < g->inv->n_coverage; i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf why = {0};
        if (ra_surface_gap(&why, g->inv, g->inv->coverage[i], PLACES))
            ra_buf_printf(&b, "%s%s", b.n ? ". " : "", why.p);
    }
    if (g->inv->n_coverage == 0)
        ra_buf_puts(&b, "nothing was looked at");
    if (!b.n)
        return;
    g->left[WARNING]--;
    plain(g, WARNING, "reachaudit: not everything was seen", b.p);
}

static void summary(struct ra_github *g)
{
    struct ra_tally t = ra_tally(g->v);
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    ra_buf_puts(&b, "Findings: ");
    ra_tally_words(&b, &t);
    ra_buf_printf(&b, ". Worst case %s, score %d; proved %s, score %d.", ra_radius_name(g->v->worst.radius),
                  g->v->worst.score, ra_radius_name(g->v->worst.proved.radius), g->v->worst.proved.score);
    if (g->dropped)
        ra_buf_printf(&b, " %zu more %s not shown here; the full report has %s.", g->dropped,
                      g->dropped == 1 ? "is" : "are", g->dropped == 1 ? "it" : "them");
    plain(g, NOTICE, "reachaudit", b.p);
}

void ra_report_github(const struct ra_inventory *inv, const struct ra_verdict *v, const struct ra_report_options *o,
                      struct ra_buf *out)
{
    (void)o;
    RA_CLEANUP(ra_arena_free) struct ra_arena arena = {0};
    RA_CLEANUP(ra_buf_free) struct ra_buf title = {0};
    struct ra_github g = {.out = out, .inv = inv, .v = v, .reaches = ra_by_id(&arena, inv), .left = {MOST, MOST, MOST - 1}};
    enum level level = v->verdict == RA_VERDICT_PASS ? NOTICE : ERROR; // only pass opens the gate
    ra_buf_printf(&title, "reachaudit: %s", ra_verdict_word(v->verdict));
    g.left[level]--;
    plain(&g, level, title.p, v->worst.sentence ? v->worst.sentence : "");
    gaps(&g);
    for (size_t i = 0; i < v->n_findings; i++)
        if (v->findings[i].status != RA_STATUS_PASS && v->findings[i].status != RA_STATUS_NOT_APPLICABLE)
            finding(&g, &v->findings[i]);
    summary(&g);
}
