// The smallest set of remedies after which the profile would pass. Each obstacle (a consequence beyond the limit, a
// finding that blocks) stands while every group of reaches that it needs has a member left; a remedy takes members
// away. Exact by trying all sets for up to 12 remedies, greedy beyond. The profile itself is never loosened.
#include <stdlib.h>
#include <string.h>

#include "checks/cuts_internal.h"
#include "checks/sentence.h"

#define BIT(remedy) (1u << RA_REMEDY_##remedy)

// ---- obstacles ------------------------------------------------------------------------------------

void ra_cut_member(struct ra_cutter *k, struct ra_cut_group *g, size_t reach, bool write)
{
    unsigned mask = ra_remedies_of(k->j, k->j->inv->reaches[reach], write);
    for (size_t i = 0; i < g->n; i++)
        if (g->masks[i] == mask)
            return;
    if (g->n < RA_MAX_MASKS)
        g->masks[g->n++] = mask;
    else
        g->masks[0] = 0; // too many to tell apart: not cut here
}

static bool cuttable(const struct ra_cut_group *g)
{
    for (size_t i = 0; i < g->n; i++)
        if (!g->masks[i])
            return false;
    return g->n > 0;
}

void ra_cut_way(struct ra_obstacle *o, const struct ra_cut_group *g)
{
    if (cuttable(g) && o->n < RA_MAX_GROUPS)
        o->groups[o->n++] = *g;
}

static void obstacle_keep(struct ra_cutter *k, const struct ra_obstacle *o)
{
    if (o->n == 0)
        k->whole = false;
    for (size_t i = 0; i < k->n; i++)
        if (memcmp(&k->all[i], o, sizeof(*o)) == 0)
            return;
    if (k->n == RA_MAX_OBSTACLES)
        k->whole = false;
    else if (o->n) {
        k->all = ra_grow(k->j->arena, k->all, k->n, &k->cap, sizeof(*k->all));
        k->all[k->n++] = *o;
    }
}

void ra_cut_shared(struct ra_cutter *k, const struct ra_fact *f, struct ra_cut_group *ret)
{
    const struct ra_rule_row *row = ra_rule_row(f->rule);
    struct ra_cut_group *g = &k->shared[f->rule];
    for (size_t i = 0; !k->has_shared[f->rule] && i < k->j->inv->n_reaches; i++) {
        const struct ra_reach *r = k->j->inv->reaches[i];
        if (!k->j->worst.active[i] || !row->traits || (r->traits & row->traits) != row->traits)
            continue;
        ra_cut_member(k, g, i, row->access & RA_WRITE);
        k->involved[i] = true;
    }
    k->has_shared[f->rule] = true;
    *ret = *g;
}

static int by_secret(const void *a, const void *b)
{
    const struct ra_held *x = a, *y = b;
    if (x->secret != y->secret)
        return x->secret < y->secret ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

size_t ra_cut_first_of(const struct ra_cutter *k, size_t secret)
{
    size_t at;
    RA_SEARCH(at, k->j->worst.n_held, k->by_secret[at].secret < secret);
    return at;
}

// What a token may do is settled by taking the token away, too.
static bool scope_group(struct ra_cutter *k, size_t reach, struct ra_cut_group *g)
{
    size_t secret = ra_scope_of(k->j->inv, reach);
    size_t n = k->j->worst.n_held;
    for (size_t i = secret == RA_NO_INDEX ? n : ra_cut_first_of(k, secret); i < n && k->by_secret[i].secret == secret; i++) {
        ra_cut_member(k, g, k->by_secret[i].place, false);
        k->involved[k->by_secret[i].place] = true;
    }
    return g->n > 0;
}

static void fact_groups(struct ra_cutter *k, const struct ra_fact *f, struct ra_obstacle *o)
{
    if (f->grant != RA_NO_INDEX) {
        ra_cut_right(k, f, o);
        return;
    }
    if (f->rule == RA_RULE_TOOLS)
        ra_cut_tools(k, f->reach, o);
    enum ra_class class = ra_rule_row(f->rule)->needs;
    struct ra_cut_group own = {0};
    if (f->subject == RA_NO_INDEX && f->reach != RA_NO_INDEX)
        ra_cut_shared(k, f, &own);
    else if (f->reach != RA_NO_INDEX && !scope_group(k, f->reach, &own)) {
        ra_cut_member(k, &own, f->reach, ra_rule_row(f->rule)->access & RA_WRITE);
        k->involved[f->reach] = true;
    }
    ra_cut_way(o, &own);
    if (class != RA_CLASS_NOTHING)
        ra_cut_way(o, &k->classes[class]);
    if (f->after != RA_NO_INDEX && k->j->worst.facts[f->after].subject == RA_NO_INDEX)
        fact_groups(k, &k->j->worst.facts[f->after], o);
}

static void from_facts(struct ra_cutter *k)
{
    struct ra_judge *j = k->j;
    bool by_score = j->profile->score >= 0 && j->worst_score.score > j->profile->score;
    for (size_t i = 0; i < j->worst.n; i++) {
        const struct ra_fact *f = &j->worst.facts[i];
        bool beyond = f->radius > j->profile->radius || (by_score && f->radius == j->worst_score.radius);
        if (!f->counts || !beyond)
            continue;
        if (j->profile->unknown_warns && !ra_closure_find(&j->proved, f->rule, f->subject))
            continue;
        struct ra_obstacle o = {0};
        fact_groups(k, f, &o);
        obstacle_keep(k, &o);
    }
    if (by_score && j->worst_score.radius <= j->profile->radius)
        k->whole = false; // the score also falls with the number of consequences
}

static bool about_secret(enum ra_check_id c)
{
    return c == RA_CHECK_SECRET_DISCLOSED || c == RA_CHECK_SECRET_LAUNCHER || c == RA_CHECK_SECRET_PROCESS;
}

// What such a finding is about stays as it is: the way of doing it that its own row names takes it away.
static bool by_its_row(enum ra_check_id c)
{
    return c == RA_CHECK_SELF_TAMPER || c == RA_CHECK_SANDBOX_INACTIVE || c == RA_CHECK_RULE_UNENFORCED ||
           c == RA_CHECK_MANAGED_WRITABLE || c == RA_CHECK_PROXY_UNENFORCED;
}

static void from_finding(struct ra_cutter *k, const struct ra_kept *f)
{
    struct ra_obstacle o = {0};
    struct ra_cut_group own = {0};
    if (f->n_reaches == 0 || by_its_row(f->check)) {
        own.masks[own.n++] = 1u << ra_check_remedy(f->check);
        if (f->n_reaches)
            k->involved[f->reaches[0]] = true;
        ra_cut_way(&o, &own);
        obstacle_keep(k, &o);
        return;
    }
    if (f->n_facts == 1 && !about_secret(f->check)) {
        fact_groups(k, &k->j->worst.facts[f->facts[0]], &o);
        obstacle_keep(k, &o);
        return;
    }
    for (size_t i = about_secret(f->check) && f->n_reaches > 1 ? 1 : 0; i < f->n_reaches; i++) {
        ra_cut_member(k, &own, f->reaches[i], false);
        k->involved[f->reaches[i]] = true;
    }
    ra_cut_way(&o, &own);
    if (about_secret(f->check))
        ra_cut_way(&o, &k->classes[RA_CLASS_CHANNEL]);
    obstacle_keep(k, &o);
}

static void from_gaps(struct ra_cutter *k)
{
    for (size_t i = 0; i < k->j->v->n_reasons; i++) { // a surface that must be seen
        if (strncmp(k->j->v->reasons[i], "must see ", 9) != 0)
            continue;
        struct ra_obstacle o = {.n = 1, .groups = {{.n = 1, .masks = {BIT(LOOK_AGAIN)}}}};
        obstacle_keep(k, &o);
    }
}

static void ways(struct ra_cutter *k)
{
    for (int class = RA_CLASS_CHANNEL; class < RA_CLASS_COUNT; class++)
        for (size_t i = 0; i < k->j->inv->n_reaches; i++)
            if (k->j->worst.active[i] && ra_reach_in_class(k->j->inv->reaches[i], (enum ra_class)class)) {
                ra_cut_member(k, &k->classes[class], i, false);
                k->involved[i] = true;
            }
}

// ---- what it says to people ---------------------------------------------------------------------------

// Everything that the task needs and that is not there, in one remedy.
static const char *missing_text(struct ra_judge *j)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf out = {0};
    for (size_t i = 0; i < j->v->n_missing; i++)
        ra_buf_printf(&out, "%s%s", i == 0 ? "" : i + 1 == j->v->n_missing ? " and " : ", ", j->v->missing[i]);
    return out.n ? ra_strndup(j->arena, ra_buf_view(&out)) : NULL;
}

// Names in a remedy, where a backtick would begin a command.
static const char *names_text(struct ra_cutter *k, const size_t *reaches, size_t n)
{
    char *names = ra_strdup(k->j->arena, ra_list_words(k->j->arena, k->j->inv, reaches, n));
    for (char *p = names; *p; p++)
        if (*p == '`')
            *p = '?';
    return names;
}

static const char *cut_text(struct ra_cutter *k, enum ra_remedy remedy, const size_t *reaches, size_t n)
{
    const char *text = ra_remedy_text(remedy), *mark = strstr(text, "{it}");
    struct ra_draft d = {.reaches = reaches, .n_reaches = n};
    if (remedy == RA_REMEDY_PROVIDE)
        d.it = missing_text(k->j);
    const char *saved = remedy == RA_REMEDY_SAVE_WORK && n ? ra_save_words(k->j, reaches, n) : NULL;
    if (saved)
        return saved;
    if (!mark || n < 2)
        return ra_judge_words(k->j, text, &d);
    return ra_strfmt(k->j->arena, "%s, and the same for %s", ra_judge_words(k->j, text, &d),
                     names_text(k, reaches + 1, n - 1));
}

static bool blocked_by(const struct ra_cutter *k, enum ra_remedy remedy, const struct ra_kept *f)
{
    if (!ra_finding_blocks(k->j, &f->finding))
        return false;
    if (f->n_reaches == 0)
        return ra_check_remedy(f->check) == remedy;
    for (size_t i = 0; i < f->n_reaches; i++)
        if (ra_remedies_of(k->j, k->j->inv->reaches[f->reaches[i]], true) >> remedy & 1)
            return true;
    for (size_t i = 0; i < f->n_facts; i++) {
        const size_t way = k->j->worst.facts[f->facts[i]].way;
        if (way != RA_NO_INDEX && ra_remedies_of(k->j, k->j->inv->reaches[way], true) >> remedy & 1)
            return true;
    }
    return false;
}

// Names what a remedy takes away: the reaches where they are few, else the checks.
static void cut_add(struct ra_cutter *k, enum ra_remedy remedy)
{
    enum { FEW = 8 };
    struct ra_judge *j = k->j;
    size_t *reaches = ra_new_array(j->arena, size_t, j->inv->n_reaches + 1), n = 0;
    for (size_t i = 0; i < j->inv->n_reaches; i++)
        if (k->involved[i] && ra_remedies_of(j, j->inv->reaches[i], true) >> remedy & 1)
            reaches[n++] = i;
    struct ra_cut *cut = &j->v->cuts[j->v->n_cuts++];
    cut->remedy = cut_text(k, remedy, reaches, n);
    cut->cuts = ra_new_array(j->arena, const char *, (n > FEW || n == 0 ? RA_CHECK_COUNT : n) + 1);
    for (size_t i = 0; n <= FEW && i < n; i++)
        cut->cuts[cut->n_cuts++] = j->inv->reaches[reaches[i]]->id;
    if (cut->n_cuts)
        return;
    bool named[RA_CHECK_COUNT] = {0};
    for (size_t i = 0; i < j->n_findings; i++)
        named[j->findings[i].check] |= blocked_by(k, remedy, &j->findings[i]);
    for (size_t i = 0; i < RA_CHECK_COUNT; i++)
        if (named[i])
            cut->cuts[cut->n_cuts++] = ra_check_row(i)->id;
}

void ra_cuts(struct ra_judge *j)
{
    struct ra_cutter k = {.j = j, .whole = true};
    k.involved = ra_new_array(j->arena, bool, j->inv->n_reaches + 1);
    j->v->cuts = ra_new_array(j->arena, struct ra_cut, RA_REMEDY_COUNT);
    j->v->cut_exact = true;
    if (j->v->verdict == RA_VERDICT_PASS)
        return;
    k.by_secret = ra_new_array(j->arena, struct ra_held, j->worst.n_held + 1);
    if (j->worst.n_held) {
        memcpy(k.by_secret, j->worst.held, j->worst.n_held * sizeof(*k.by_secret));
        qsort(k.by_secret, j->worst.n_held, sizeof(*k.by_secret), by_secret);
    }
    ways(&k);
    from_facts(&k);
    for (size_t i = 0; i < j->n_findings; i++)
        if (ra_finding_blocks(j, &j->findings[i].finding))
            from_finding(&k, &j->findings[i]);
    from_gaps(&k);
    unsigned used = 0, bits[RA_REMEDY_COUNT];
    size_t n = 0;
    for (size_t i = 0; i < k.n; i++)
        for (size_t g = 0; g < k.all[i].n; g++)
            for (size_t m = 0; m < k.all[i].groups[g].n; m++)
                used |= k.all[i].groups[g].masks[m];
    for (unsigned r = 0; r < RA_REMEDY_COUNT; r++)
        if (used >> r & 1)
            bits[n++] = 1u << r;
    unsigned chosen = ra_cut_choose(k.all, k.n, bits, n);
    j->v->cut_exact = k.whole && n <= RA_EXACT_REMEDIES;
    for (unsigned r = 0; r < RA_REMEDY_COUNT; r++)
        if (chosen >> r & 1)
            cut_add(&k, (enum ra_remedy)r);
}
