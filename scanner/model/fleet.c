// Rows of a fleet. Texts are cut to a fixed length and kept once, since the reports of one fleet say much the same:
// what a report adds to memory is bounded, whatever stands in it.
#include "model/fleet.h"

#include <stdlib.h>
#include <string.h>

#include "model/hash.h"
#include "model/scrub.h"

// ---- texts, kept once -----------------------------------------------------------------------------

struct ra_fleet_texts {
    const char **slots;
    size_t n, cap; // cap is a power of two
};

static size_t slot_of(const struct ra_fleet_texts *t, const char *text)
{
    size_t i = ra_hash(ra_span_of(text)) & (t->cap - 1);
    while (t->slots[i] && strcmp(t->slots[i], text) != 0)
        i = (i + 1) & (t->cap - 1);
    return i;
}

static void grow(struct ra_fleet *f)
{
    struct ra_fleet_texts *t = f->texts, bigger = {.cap = t->cap ? 4 * t->cap : 1024};
    bigger.slots = ra_new_array(f->arena, const char *, bigger.cap);
    for (size_t i = 0; i < t->cap; i++)
        if (t->slots[i])
            bigger.slots[slot_of(&bigger, t->slots[i])] = t->slots[i];
    bigger.n = t->n;
    *t = bigger;
}

static const char *keep(struct ra_fleet *f, const char *text)
{
    struct ra_fleet_texts *t = f->texts;
    if (2 * (t->n + 1) > t->cap)
        grow(f);
    size_t i = slot_of(t, text);
    if (!t->slots[i]) {
        t->slots[i] = ra_strdup(f->arena, text);
        t->n++;
    }
    return t->slots[i];
}

// No character is cut in half.
static const char *keep_cut(struct ra_fleet *f, const char *text)
{
    char cut[RA_FLEET_TEXT_BYTES + 4];
    size_t n = text ? strlen(text) : 0;
    if (n <= RA_FLEET_TEXT_BYTES)
        return text ? keep(f, text) : NULL;
    n = RA_FLEET_TEXT_BYTES;
    while (n && ((unsigned char)text[n] & 0xC0) == 0x80)
        n--;
    memcpy(cut, text, n);
    memcpy(cut + n, "...", 4);
    return keep(f, cut);
}

// ---- rows -----------------------------------------------------------------------------------------

void ra_fleet_init(struct ra_fleet *f, struct ra_arena *a)
{
    *f = (struct ra_fleet){.arena = a, .tool_version = RA_VERSION, .texts = ra_new(a, struct ra_fleet_texts)};
}

static void findings(struct ra_fleet *f, struct ra_fleet_row *row, const struct ra_verdict *v)
{
    struct ra_fleet_top tops[RA_FLEET_TOPS] = {{0}};
    for (size_t i = 0; i < v->n_findings; i++) {
        const struct ra_finding *one = &v->findings[i];
        row->fails += one->status == RA_STATUS_FAIL;
        row->unknowns += one->status == RA_STATUS_UNKNOWN;
        row->waived += one->status == RA_STATUS_WAIVED;
        if (row->n_tops == RA_FLEET_TOPS || (one->status != RA_STATUS_FAIL && one->status != RA_STATUS_UNKNOWN))
            continue;
        tops[row->n_tops++] = (struct ra_fleet_top){keep_cut(f, one->check), keep_cut(f, one->title), one->status,
                                                    one->severity, keep_cut(f, one->n_reaches ? one->reaches[0] : NULL)};
    }
    struct ra_fleet_top *kept = ra_new_array(f->arena, struct ra_fleet_top, row->n_tops ? row->n_tops : 1);
    memcpy(kept, tops, row->n_tops * sizeof *kept);
    row->tops = kept;
}

// A name may hold what no report shows.
static const char *shown(struct ra_fleet *f, const char *name)
{
    RA_CLEANUP(ra_arena_free) struct ra_arena scratch = {0};
    return keep(f, ra_scrub(&scratch, name));
}

void ra_fleet_add(struct ra_fleet *f, const char *name, const struct ra_stored_report *r)
{
    const struct ra_verdict *v = &r->verdict;
    const struct ra_target_facts *t = &r->inv.target;
    struct ra_fleet_row *row = ra_new(f->arena, struct ra_fleet_row);
    *row = (struct ra_fleet_row){
        .report = shown(f, name),
        .place = f->n_rows,
        .verdict = v->verdict,
        .exit_status = v->exit_status,
        .radius = v->worst.radius,
        .proved_radius = v->worst.proved.radius,
        .score = v->worst.score,
        .proved_score = v->worst.proved.score,
        .sentence = keep_cut(f, v->worst.sentence),
        .consequence = keep_cut(f, v->worst.consequence),
        .kind = keep_cut(f, t->kind),
        .locator = keep_cut(f, t->locator),
        .hostname = keep_cut(f, t->hostname),
        .worktree = keep_cut(f, t->worktree),
        .box = keep_cut(f, t->box.kind),
        .profile = keep_cut(f, v->profile.name),
        .digest = keep_cut(f, v->profile.digest),
        .limit = v->profile.radius,
        .now_s = r->inv.stamp ? r->inv.now_s : -1,
        .remedy = keep_cut(f, v->n_cuts ? v->cuts[0].remedy : NULL),
        .n_remedies = v->n_cuts,
    };
    findings(f, row, v);
    f->rows = ra_grow(f->arena, f->rows, f->n_rows, &f->cap_rows, sizeof(struct ra_fleet_row *));
    f->rows[f->n_rows++] = row;
}

void ra_fleet_add_unread(struct ra_fleet *f, const char *name, const struct ra_error *why)
{
    RA_CLEANUP(ra_arena_free) struct ra_arena scratch = {0};
    f->unread = ra_grow(f->arena, f->unread, f->n_unread, &f->cap_unread, sizeof *f->unread);
    f->unread[f->n_unread++] =
        (struct ra_fleet_unread){shown(f, name), keep_cut(f, ra_scrub(&scratch, why->text)), why->line, why->column};
}

// ---- the whole ------------------------------------------------------------------------------------

static int grave(enum ra_judgement v)
{
    switch (v) {
    case RA_VERDICT_FAIL: return 2;
    case RA_VERDICT_INCOMPLETE: return 1;
    case RA_VERDICT_PASS: return 0;
    }
    return 1;
}

static int by_worst(const void *a, const void *b)
{
    const struct ra_fleet_row *x = *(struct ra_fleet_row *const *)a, *y = *(struct ra_fleet_row *const *)b;
    if (x->radius != y->radius)
        return x->radius > y->radius ? -1 : 1;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    if (x->verdict != y->verdict)
        return grave(x->verdict) > grave(y->verdict) ? -1 : 1;
    int c = strcmp(x->report, y->report);
    return c ? c : x->place < y->place ? -1 : x->place > y->place;
}

static int by_name(const void *a, const void *b)
{
    const struct ra_fleet_unread *x = a, *y = b;
    int c = strcmp(x->report, y->report);
    return c ? c : strcmp(x->reason, y->reason);
}

void ra_fleet_finish(struct ra_fleet *f)
{
    static const int status[] = {[RA_VERDICT_PASS] = 0, [RA_VERDICT_FAIL] = 1, [RA_VERDICT_INCOMPLETE] = 3};
    if (f->n_rows > 1)
        qsort(f->rows, f->n_rows, sizeof *f->rows, by_worst);
    if (f->n_unread > 1)
        qsort(f->unread, f->n_unread, sizeof *f->unread, by_name);
    memset(f->by_verdict, 0, sizeof f->by_verdict);
    memset(f->by_radius, 0, sizeof f->by_radius);
    for (size_t i = 0; i < f->n_rows; i++) {
        f->by_verdict[f->rows[i]->verdict]++;
        f->by_radius[f->rows[i]->radius]++;
    }
    f->verdict = f->by_verdict[RA_VERDICT_FAIL]                                        ? RA_VERDICT_FAIL
                 : f->by_verdict[RA_VERDICT_INCOMPLETE] || f->n_unread || !f->n_rows ? RA_VERDICT_INCOMPLETE
                                                                                       : RA_VERDICT_PASS;
    f->exit_status = status[f->verdict];
}
