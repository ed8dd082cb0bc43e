// A comment on a pull request, or a job's summary: the sentence, how it comes about, what to do as a checklist, the
// findings, and folded away the rest and what was looked at. Never longer than a forge takes: each part has its share, and
// what does not fit is left out by whole rows and counted, never the verdict and never the word on what was not seen.
// Names are inert: nobody is pinged and nothing is referenced by what an audited machine calls its files.
#include <string.h>

#include "reports/parts.h"
#include "reports/phrases.h"

// GitHub takes 65,536 characters. In bytes, of which no text has fewer than characters.
enum { WHOLE = 64000 };
enum { NAMES = 4000, STEPS = 6000, CUTS = 12000, GAPS = 6000, REST = 8000 }; // the shares; findings have what is left
// Of one text from outside; longer ones are cut, and say so. One byte may become six.
enum { MOST_SENTENCE = 1500, MOST_TEXT = 800, MOST_ID = 400, MOST_IDS = 4 };
static const char full[] = "the full report (`--format json`) has everything";

// The text, or its beginning at a whole character.
static void clip(struct ra_buf *out, const char *text, size_t most)
{
    size_t n = text ? strlen(text) : 0;
    bool cut = n > most;
    if (cut)
        for (n = most; n && ((unsigned char)text[n] & 0xC0) == 0x80;)
            n--;
    if (n)
        ra_buf_add(out, text, n);
    if (cut)
        ra_buf_puts(out, " [cut]");
}

static void prose(struct ra_buf *out, const char *text, size_t most)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    clip(&b, text, most);
    ra_escape_markdown(out, ra_buf_view(&b).p);
}

static void code(struct ra_buf *out, const char *text)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    clip(&b, text, MOST_ID);
    ra_escape_code(out, ra_buf_view(&b).p);
}

// Adds the item where the part stays within its share.
static bool fits(struct ra_buf *part, const struct ra_buf *item, size_t share)
{
    if (part->n + item->n > share)
        return false;
    ra_buf_span(part, ra_buf_view(item));
    return true;
}

// ---- what must be said ------------------------------------------------------------------------------

static void gaps(struct ra_buf *out, const struct ra_inventory *inv)
{
    size_t more = 0;
    for (size_t i = 0; i < inv->n_coverage; i++) {
        if (!ra_surface_gap(NULL, inv, inv->coverage[i], 0))
            continue;
        RA_CLEANUP(ra_buf_free) struct ra_buf item = {0};
        ra_buf_puts(&item, out->n ? ", " : "");
        code(&item, inv->coverage[i]->collector);
        more += !fits(out, &item, NAMES);
    }
    if (more)
        ra_buf_printf(out, " and %zu more", more);
    if (inv->n_coverage == 0)
        ra_buf_puts(out, "nothing was looked at");
}

static void head(struct ra_buf *out, const struct ra_inventory *inv, const struct ra_verdict *v)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf gap = {0}, b = {0};
    const struct ra_worst *w = &v->worst;
    ra_buf_printf(out, "## reachaudit: %s\n\n", ra_verdict_word(v->verdict));
    clip(&b, w->sentence, MOST_SENTENCE);
    RA_CLEANUP(ra_buf_free) struct ra_buf told = {0};
    ra_escape_markdown(&told, ra_buf_view(&b).p);
    if (told.n && told.p[0] >= 'a' && told.p[0] <= 'z')
        told.p[0] = (char)(told.p[0] - 'a' + 'A');
    ra_buf_span(out, ra_buf_view(&told));
    ra_buf_puts(out, ".\n\n");
    gaps(&gap, inv);
    if (gap.n)
        ra_buf_printf(out, "**Not everything was seen:** %s. What was not seen counts as the most that it may be.\n\n", gap.p);
    ra_buf_printf(out, "| | radius | score |\n|---|---|---|\n| worst case, every unknown at its worst | %s | %d |\n"
                  "| proved, from what was measured alone | %s | %d |\n",
                  ra_radius_name(w->radius), w->score, ra_radius_name(w->proved.radius), w->proved.score);
    ra_buf_puts(out, "| the profile ");
    code(out, v->profile.name);
    ra_buf_printf(out, " accepts | %s | ", ra_radius_name(v->profile.radius));
    if (v->profile.score >= 0)
        ra_buf_printf(out, "%d |\n", v->profile.score);
    else
        ra_buf_puts(out, "any |\n");
}

static void steps(struct ra_buf *out, const struct ra_verdict *v)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf part = {0};
    size_t n = v->worst.n_path, shown = 0;
    for (; shown < n; shown++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf item = {0}, told = {0};
        ra_phrase_step(&told, &v->steps[v->worst.path[shown]]);
        ra_buf_printf(&item, "%zu. ", shown + 1);
        prose(&item, told.p, MOST_TEXT);
        ra_buf_putc(&item, '\n');
        if (!fits(&part, &item, STEPS))
            break;
    }
    if (n)
        ra_buf_puts(out, "\n### How it would happen\n\n");
    ra_buf_span(out, ra_buf_view(&part));
    if (shown < n)
        ra_buf_printf(out, "\nand %zu more steps; %s\n", n - shown, full);
}

// ---- the checklist ----------------------------------------------------------------------------------

static size_t longest_run(struct ra_span s)
{
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < s.n; i++) {
        run = s.p[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    return longest;
}

// The commands of a remedy once more, each to be copied: what stands between backticks and has arguments.
static void commands(struct ra_buf *out, const char *remedy)
{
    struct ra_span rest = ra_span_of(remedy);
    for (ptrdiff_t at; (at = ra_span_chr(rest, '`')) >= 0;) {
        rest = ra_span_cut(rest, (size_t)at + 1, rest.n);
        ptrdiff_t end = ra_span_chr(rest, '`');
        if (end < 0)
            return;
        RA_CLEANUP(ra_buf_free) struct ra_buf raw = {0}, seen = {0};
        ra_buf_span(&raw, ra_span_cut(rest, 0, (size_t)end));
        rest = ra_span_cut(rest, (size_t)end + 1, rest.n);
        if (!raw.n || !strchr(raw.p, ' ') || raw.p[0] == '-') // a word or an option is no command
            continue;
        ra_escape_terminal(&seen, raw.p);
        size_t fence = longest_run(ra_buf_view(&seen)) + 1;
        fence = fence < 3 ? 3 : fence;
        ra_buf_puts(out, "\n  ");
        for (size_t i = 0; i < fence; i++)
            ra_buf_putc(out, '`');
        ra_buf_puts(out, "sh\n");
        size_t begin = out->n;
        ra_buf_printf(out, "  %s", seen.p);
        ra_escape_line(out, begin);
        ra_buf_puts(out, "\n  ");
        for (size_t i = 0; i < fence; i++)
            ra_buf_putc(out, '`');
        ra_buf_putc(out, '\n');
    }
}

static void to_pass(struct ra_buf *out, const struct ra_verdict *v)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf part = {0};
    size_t shown = 0;
    for (; shown < v->n_cuts; shown++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf item = {0};
        const char *remedy = v->cuts[shown].remedy;
        bool whole = strlen(remedy) <= MOST_TEXT * 2;
        ra_buf_puts(&item, "- [ ] ");
        prose(&item, remedy, MOST_TEXT * 2);
        ra_buf_putc(&item, '\n');
        if (whole)
            commands(&item, remedy); // a command that was cut is none
        if (!fits(&part, &item, CUTS))
            break;
    }
    if (v->n_cuts)
        ra_buf_printf(out, "\n### To pass, do these%s\n\n", v->cut_exact ? " (the smallest set)" : "");
    ra_buf_span(out, ra_buf_view(&part));
    if (shown < v->n_cuts)
        ra_buf_printf(out, "\nand %zu more; %s\n", v->n_cuts - shown, full);
}

// ---- findings ---------------------------------------------------------------------------------------

static void row(struct ra_buf *out, const struct ra_finding *f)
{
    ra_buf_printf(out, "| %s | %s | ", ra_status_name(f->status), ra_severity_name(f->severity));
    prose(out, f->title, MOST_TEXT);
    if (f->status == RA_STATUS_WAIVED) {
        ra_buf_puts(out, "; waived: ");
        prose(out, f->waiver, MOST_TEXT);
    }
    ra_buf_puts(out, " | ");
    for (size_t i = 0; i < f->n_reaches && i < MOST_IDS; i++) {
        ra_buf_puts(out, i ? " " : "");
        code(out, f->reaches[i]);
    }
    if (f->n_reaches > MOST_IDS)
        ra_buf_printf(out, " and %zu more", f->n_reaches - MOST_IDS);
    ra_buf_puts(out, " | ");
    code(out, f->check);
    ra_buf_puts(out, " |\n");
}

static bool matters(const struct ra_finding *f)
{
    return f->status == RA_STATUS_FAIL || f->status == RA_STATUS_UNKNOWN || f->status == RA_STATUS_WAIVED;
}

// The rows that matter, or all others. `share` bounds the whole of it.
static void table(struct ra_buf *out, const struct ra_verdict *v, bool want, size_t share)
{
    enum { CLOSING = 200 }; // for the line that counts the rest
    size_t left = 0;
    share = share > CLOSING ? share - CLOSING : 0;
    ra_buf_puts(out, "| status | severity | what | where | check |\n|---|---|---|---|---|\n");
    size_t begin = out->n;
    for (size_t i = 0; i < v->n_findings; i++) {
        if (matters(&v->findings[i]) != want)
            continue;
        RA_CLEANUP(ra_buf_free) struct ra_buf item = {0};
        row(&item, &v->findings[i]);
        if (left || out->n - begin + item.n > share)
            left++; // the gravest are shown, with none missing between them
        else
            ra_buf_span(out, ra_buf_view(&item));
    }
    if (left)
        ra_buf_printf(out, "\nand %zu more, see the full report (`--format json`)\n", left);
}

static size_t count(const struct ra_verdict *v, bool want)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n_findings; i++)
        n += matters(&v->findings[i]) == want;
    return n;
}

// ---- folded away ------------------------------------------------------------------------------------

static void coverage(struct ra_buf *out, const struct ra_inventory *inv)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf part = {0}, looked = {0};
    size_t n = 0, shown = 0;
    for (size_t i = 0; i < inv->n_coverage; i++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf item = {0}, why = {0};
        if (!ra_surface_gap(&why, inv, inv->coverage[i], 5))
            continue;
        n++;
        ra_buf_puts(&item, "- ");
        prose(&item, why.p, MOST_TEXT);
        ra_buf_putc(&item, '\n');
        shown += fits(&part, &item, GAPS);
    }
    ra_phrase_looked(&looked, inv, NULL);
    ra_buf_printf(out, "\n<details><summary>What was looked at: %s%s</summary>\n\n", looked.p,
                  n ? "; not all was seen" : "");
    ra_buf_span(out, ra_buf_view(&part));
    if (shown < n)
        ra_buf_printf(out, "\nand %zu more surfaces; %s\n", n - shown, full);
    if (!n)
        ra_buf_puts(out, inv->n_coverage ? "Nothing was left out.\n" : "Nothing was looked at.\n");
    ra_buf_puts(out, "\n</details>\n");
}

void ra_report_markdown(const struct ra_inventory *inv, const struct ra_verdict *v, const struct ra_report_options *o,
                        struct ra_buf *out)
{
    (void)o;
    RA_CLEANUP(ra_buf_free) struct ra_buf top = {0}, end = {0}, target = {0};
    size_t others = count(v, false);
    head(&top, inv, v);
    steps(&top, v);
    to_pass(&top, v);
    coverage(&end, inv);
    ra_phrase_target(&target, inv);
    ra_buf_puts(&end, "\nAudited: ");
    prose(&end, target.p, MOST_TEXT);
    ra_buf_printf(&end, ". Exit status %d.\n", v->exit_status);
    ra_buf_span(out, ra_buf_view(&top));
    if (count(v, true)) {
        ra_buf_puts(out, "\n### Findings\n\n");
        table(out, v, true, WHOLE - out->n - end.n - (others ? REST : 0));
    }
    if (others) {
        ra_buf_printf(out, "\n<details><summary>%zu that pass or do not apply</summary>\n\n", others);
        table(out, v, false, WHOLE - out->n - end.n);
        ra_buf_puts(out, "\n</details>\n");
    }
    ra_buf_span(out, ra_buf_view(&end));
}
