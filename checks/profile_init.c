// `profile init`: begins with the narrowest limits that the worst case fits into and lets nothing be; judges; adds one
// exact line for each finding that still blocks; judges again. Exact means: this thing, with this access, in this
// place, so that whatever is added later meets no line. What is only possible counts where that costs no radius.
#include "checks/profile_init.h"

#include <stdio.h>
#include <string.h>

#include "checks/judge.h"

enum { ROUNDS = 8 }; // an allowed unknown comes back as a surface that was not seen, and no finding comes back twice

struct line {
    const char *text;
    const struct ra_finding *why; // the widest finding that it answers
    int round;                    // in which it was added
};
struct lines {
    struct line *items;
    size_t n, cap;
};

struct init {
    struct ra_arena *a;
    const struct ra_inventory *inv;
    enum ra_certainty certainty;
    const char *worst; // its sentence
    enum ra_radius radius;
    int score, round;
    struct lines allow, waive;
};

// ---- YAML -----------------------------------------------------------------------------------------

// The code point at the front and its length in bytes; 0 where it is no UTF-8.
static size_t code_point(struct ra_span s, uint32_t *ret)
{
    unsigned char first = (unsigned char)s.p[0];
    size_t n = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (n > s.n || !ra_span_utf8(ra_span_cut(s, 0, n)))
        return 0;
    *ret = n == 1 ? first : first & (0x7fu >> n);
    for (size_t i = 1; i < n; i++)
        *ret = *ret << 6 | ((unsigned char)s.p[i] & 0x3f);
    return n;
}

// A double-quoted scalar in ASCII. A star stands for what cannot be written: the first half of "${", which would be
// read as a variable, and a byte that is not UTF-8.
static const char *quoted(struct ra_arena *a, const char *text)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf b = {0};
    struct ra_span rest = ra_span_of(text);
    ra_buf_putc(&b, '"');
    while (rest.n) {
        uint32_t c = 0;
        size_t n = code_point(rest, &c);
        if (n == 0 || (c == '$' && rest.n > 1 && rest.p[1] == '{'))
            ra_buf_putc(&b, '*');
        else if (c == '"' || c == '\\')
            ra_buf_printf(&b, "\\%c", (char)c);
        else if (c >= 0x20 && c < 0x7f)
            ra_buf_putc(&b, (char)c);
        else
            ra_buf_printf(&b, "\\U%08X", c);
        rest = ra_span_cut(rest, n ? n : 1, rest.n);
    }
    ra_buf_putc(&b, '"');
    return ra_strndup(a, ra_buf_view(&b));
}

static const char *comment(struct ra_arena *a, const char *text)
{
    char *copy = ra_strdup(a, text);
    for (char *p = copy; *p; p++)
        if (*p < 0x20 || *p > 0x7e)
            *p = '?';
    return copy;
}

static const char *flow_list(struct ra_arena *a, unsigned access)
{
    const char *text = NULL;
    for (unsigned bit = 0; bit < RA_ACCESS_BITS; bit++)
        if (access >> bit & 1)
            text = text ? ra_strfmt(a, "%s, %s", text, ra_access_name(bit)) : ra_access_name(bit);
    return text;
}

static void write_lines(struct ra_buf *out, const char *key, const struct lines *l)
{
    if (l->n == 0)
        return;
    ra_buf_printf(out, "%s:\n", key);
    for (size_t i = 0; i < l->n; i++)
        ra_buf_printf(out, "  - %s # review: %s, %s, %s\n", l->items[i].text, l->items[i].why->check,
                      ra_status_name(l->items[i].why->status), ra_radius_name(l->items[i].why->radius));
}

static void write_must_see(struct init *w, struct ra_buf *out)
{
    struct ra_judge j = {.arena = w->a, .inv = w->inv};
    size_t n = 0;
    ra_buf_puts(out, "must_see: [");
    for (size_t i = 0; i < w->inv->n_coverage; i++)
        if (!ra_coverage_gap(&j, w->inv->coverage[i]->collector))
            ra_buf_printf(out, "%s%s", n++ ? ", " : "", quoted(w->a, w->inv->coverage[i]->collector));
    ra_buf_puts(out, "]\n");
    for (size_t i = 0; i < w->inv->n_coverage; i++) {
        const char *gap = ra_coverage_gap(&j, w->inv->coverage[i]->collector);
        if (gap)
            ra_buf_printf(out, "# review: not asked for, because it was not seen whole: %s\n", comment(w->a, gap));
    }
}

static void write_profile(struct init *w, struct ra_buf *out)
{
    ra_buf_puts(out, "# Made by `reachaudit profile init`: the tightest profile that passes on the state it saw.\n"
                     "# A line marked \"review\" lets something be: take it out where the task does not need it.\n"
                     "profile: tight\n"
                     "summary: what was within reach when this was made, and nothing more\n");
    ra_buf_printf(out, "radius: %s # the worst case: %s\n", ra_radius_name(w->radius), comment(w->a, w->worst));
    ra_buf_printf(out, "score: %d # review: rises with the number of consequences at this radius\n", w->score);
    ra_buf_printf(out, "fail_on: info\ncertainty: %s%s\nunknown: incomplete\nsource: private\nsupervision: none\n",
                  ra_certainty_name(w->certainty),
                  w->certainty == RA_CERTAINTY_LIKELY ? " # what needs a bug, or a person who uses the result, goes beyond this radius" : "");
    write_must_see(w, out);
    write_lines(out, "allow", &w->allow);
    write_lines(out, "waive", &w->waive);
}

// ---- lines ----------------------------------------------------------------------------------------

// Sorted, each once. False where it was there in an earlier round and did not help.
static bool keep(struct init *w, struct lines *l, const char *text, const struct ra_finding *why)
{
    size_t low;
    RA_SEARCH(low, l->n, strcmp(l->items[low].text, text) < 0);
    if (low < l->n && strcmp(l->items[low].text, text) == 0) {
        if (why->radius > l->items[low].why->radius)
            l->items[low].why = why;
        return l->items[low].round == w->round;
    }
    l->items = ra_grow(w->a, l->items, l->n, &l->cap, sizeof *l->items);
    memmove(l->items + low + 1, l->items + low, (l->n - low) * sizeof *l->items);
    l->items[low] = (struct line){text, why, w->round};
    l->n++;
    return true;
}

// The thing itself: kind, the text of its id, the access that it has now, and where: a secret in `place`, anything
// else as itself and not for what may be put into it.
static const char *allow_line(struct init *w, const struct ra_reach *r, const char *place)
{
    const char *colon = strchr(r->id, ':'), *text = colon ? ra_id_decode(w->a, colon + 1) : "";
    const char *line = ra_strfmt(w->a, "{kind: %s", ra_kind_row(r->kind)->name);
    if (*text)
        line = ra_strfmt(w->a, "%s, locator: %s", line, quoted(w->a, text));
    if (r->access)
        line = ra_strfmt(w->a, "%s, access: [%s]", line, flow_list(w->a, r->access));
    if (r->role && *r->role)
        line = ra_strfmt(w->a, "%s, role: %s", line, quoted(w->a, r->role));
    return ra_strfmt(w->a, "%s, in: %s}", line, quoted(w->a, place));
}

static const struct ra_reach *reach_of(const struct init *w, const char *id)
{
    size_t i = ra_reach_index(w->inv, id);
    return i == RA_NO_INDEX ? NULL : w->inv->reaches[i];
}

// A finding names a secret after its places. No line allows what was not seen,
// or who judges.
static bool allow(struct init *w, const struct ra_finding *f)
{
    bool any = false;
    const struct ra_reach *last = f->n_reaches ? reach_of(w, f->reaches[f->n_reaches - 1]) : NULL;
    if (!last || strcmp(f->check, ra_check_row(RA_CHECK_BLIND)->id) == 0 ||
        strcmp(f->check, ra_check_row(RA_CHECK_SELF_TAMPER)->id) == 0)
        return false;
    size_t places = f->n_reaches > 1 ? f->n_reaches - 1 : 1;
    for (size_t i = 0; i < places; i++)
        any |= keep(w, &w->allow, allow_line(w, last, f->reaches[i]), f);
    return any;
}

// What allow does not speak to: a surface that was not seen, a working tree that is too wide.
static bool waive(struct init *w, const struct ra_finding *f)
{
    const char *reach = f->n_reaches ? f->reaches[f->n_reaches - 1] : "**";
    return keep(w, &w->waive,
                ra_strfmt(w->a, "{check: %s, reach: %s, reason: \"found by profile init; nobody decided yet\"}", f->check,
                          quoted(w->a, reach)),
                f);
}

// ---- the search -----------------------------------------------------------------------------------

static int judge(struct init *w, struct ra_span text, struct ra_verdict *ret, struct ra_error *err)
{
    struct ra_profile p;
    if (ra_profile_read(w->a, text, (struct ra_span){NULL, 0}, NULL, &p, err))
        return ra_fail(err, RA_E_INTERNAL, "profile init: line %u, column %u of its own profile: %.250s", err->line,
                       err->column, ra_strdup(w->a, err->text));
    ra_evaluate(w->a, w->inv, &p, ret);
    return 0;
}

static void measure(struct init *w, enum ra_certainty certainty)
{
    struct ra_profile p = {.name = "tight", .radius = RA_RADIUS_ORGANIZATION, .score = -1,
                           .fail_on = RA_SEVERITY_INFO, .certainty = certainty, .source_private = true,
                           .supervision = "none"};
    struct ra_verdict v;
    ra_evaluate(w->a, w->inv, &p, &v);
    w->certainty = certainty;
    w->radius = v.worst.radius;
    w->score = v.worst.score;
    w->worst = v.worst.sentence;
}

static bool blocks(const struct ra_finding *f)
{
    return f->status == RA_STATUS_FAIL || f->status == RA_STATUS_UNKNOWN;
}

// A waiver of a surface without a name would waive every surface.
static bool nobody_knows(const struct ra_finding *f)
{
    return f->n_reaches == 0 && strcmp(f->check, ra_check_row(RA_CHECK_BLIND)->id) == 0;
}

static int search(struct init *w, struct ra_buf *out, struct ra_error *err)
{
    for (w->round = 0; w->round < ROUNDS; w->round++) {
        RA_CLEANUP(ra_buf_free) struct ra_buf text = {0};
        struct ra_verdict v;
        bool any = false;
        write_profile(w, &text);
        if (judge(w, ra_buf_view(&text), &v, err))
            return err->code;
        if (v.verdict == RA_VERDICT_PASS) {
            ra_buf_span(out, ra_buf_view(&text));
            return 0;
        }
        for (size_t i = 0; i < v.n_findings; i++)
            if (blocks(&v.findings[i]) && nobody_knows(&v.findings[i]))
                return ra_fail(err, RA_E_USAGE, "profile init: %.300s Nothing can be let be that has no name",
                               v.findings[i].message);
        for (size_t i = 0; i < v.n_findings; i++)
            if (blocks(&v.findings[i]))
                any |= allow(w, &v.findings[i]) || waive(w, &v.findings[i]);
        if (!any)
            return ra_fail(err, RA_E_INTERNAL, "profile init: no line lets this be: %.300s",
                           v.n_reasons ? v.reasons[0] : "no reason was given");
    }
    return ra_fail(err, RA_E_INTERNAL, "profile init: no end was found in %d rounds", ROUNDS);
}

int ra_profile_init(struct ra_arena *a, const struct ra_inventory *inv, enum ra_radius most, struct ra_buf *out,
                    struct ra_error *err)
{
    struct init w = {.a = a, .inv = inv}, strict = w;
    measure(&w, RA_CERTAINTY_LIKELY);
    measure(&strict, RA_CERTAINTY_POSSIBLE);
    if (strict.radius == w.radius)
        w = strict;
    if (w.radius > most)
        return ra_fail(err, RA_E_USAGE,
                       "profile init: %.220s: that is radius %s, wider than %s. Cut it first (`reachaudit` says how); a "
                       "profile that lets it be needs --radius %s",
                       w.worst, ra_radius_name(w.radius), ra_radius_name(most), ra_radius_name(w.radius));
    return search(&w, out, err);
}
