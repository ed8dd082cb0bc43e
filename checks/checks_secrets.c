// One finding for each live secret, with every place that gives it; and one more where the launcher or another
// process is such a place, because what helps there is something else. Dormant ones are told and never fail.
#include <string.h>

#include "checks/judge.h"
#include "checks/sentence.h"

static int by_secret(const void *a, const void *b)
{
    const struct ra_held *x = a, *y = b;
    if (x->secret != y->secret)
        return x->secret < y->secret ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static bool wanted(const struct ra_judge *j, enum ra_check_id check, size_t place)
{
    const struct ra_reach *r = j->inv->reaches[place];
    bool process = r->kind == RA_KIND_PROCESS, launcher = process && r->traits & RA_TRAIT_LAUNCHER;
    if (check == RA_CHECK_SECRET_LAUNCHER)
        return launcher;
    if (check == RA_CHECK_SECRET_PROCESS)
        return process && !launcher;
    return true;
}

static const char *remedy_of(struct ra_judge *j, const struct ra_held *held, size_t n)
{
    bool used[RA_REMEDY_COUNT] = {0};
    const char *text = NULL;
    for (size_t i = 0; i < n; i++) {
        enum ra_kind kind = j->inv->reaches[held[i].place]->kind;
        enum ra_remedy r = wanted(j, RA_CHECK_SECRET_LAUNCHER, held[i].place)  ? RA_REMEDY_EMPTY_LAUNCHER
                           : wanted(j, RA_CHECK_SECRET_PROCESS, held[i].place) ? RA_REMEDY_OWN_PROCESSES
                           : kind == RA_KIND_ENV                               ? RA_REMEDY_EMPTY_ENVIRONMENT
                           : ra_kind_is_secret(kind)                           ? RA_REMEDY_NARROW_SECRET
                           : j->worst.shipped                                  ? RA_REMEDY_BUILD_WITHOUT
                                                                               : RA_REMEDY_HIDE_FILES;
        if (used[r])
            continue;
        used[r] = true;
        text = text ? ra_strfmt(j->arena, "%s. %s", text, ra_remedy_text(r)) : ra_remedy_text(r);
    }
    return text;
}

static void message_of(struct ra_judge *j, struct ra_draft *d, bool awake)
{
    const struct ra_inventory *inv = j->inv;
    size_t secret = d->reaches[0], way = j->worst.way[RA_CLASS_CHANNEL];
    const char *what = ra_reach_words(j->arena, inv->reaches[secret]);
    const char *where = d->n_reaches > 1 ? ra_list_words(j->arena, inv, d->reaches + 1, d->n_reaches - 1) : "the box";
    if (j->worst.shipped)
        d->message = ra_strfmt(j->arena, "%s can be read in %s by whoever gets these files; it may open up to: %s.", what,
                               where, ra_radius_name(j->opens[secret]));
    else if (awake)
        d->message = ra_strfmt(j->arena, "%s can be read in %s and sent out through %s; it may open up to: %s.", what,
                               where, ra_reach_words(j->arena, inv->reaches[way]), ra_radius_name(j->opens[secret]));
    else
        d->message = ra_strfmt(j->arena,
                               "%s can be read in %s, but nothing carries it out; with a way out it would open up to: %s.",
                               what, where, ra_radius_name(j->opens[secret]));
}

// held: all pairs of one secret.
static void report(struct ra_judge *j, const struct ra_held *held, size_t n, enum ra_check_id check)
{
    const struct ra_reach *secret = j->inv->reaches[held[0].secret];
    size_t *reaches = ra_new_array(j->arena, size_t, n + 1), *facts = ra_new_array(j->arena, size_t, 1);
    struct ra_draft d = {.check = check, .reaches = reaches, .facts = facts, .n_reaches = 1};
    bool awake = ra_closure_awake(&j->worst), proved = false;
    const struct ra_fact *best = NULL;
    reaches[0] = held[0].secret;
    for (size_t i = 0; i < n; i++) {
        if (!wanted(j, check, held[i].place))
            continue;
        if (held[i].place != held[i].secret)
            reaches[d.n_reaches++] = held[i].place;
        const struct ra_fact *f =
            ra_closure_find(&j->worst, awake ? ra_closure_discloses(&j->worst) : RA_RULE_READABLE, held[i].place);
        if (f && (!best || (f->secret == held[i].secret && f->certainty > best->certainty)))
            best = f;
        proved |= ra_judge_present(j, held[i].place);
    }
    if (!best)
        return;
    facts[0] = (size_t)(best - j->worst.facts);
    d.n_facts = 1;
    proved &= ra_judge_present(j, held[0].secret) && ra_closure_awake(&j->proved);
    d.radius = secret->ceiling > secret->least ? secret->ceiling : secret->least;
    d.severity = ra_severity_of(d.radius) < secret->cap ? ra_severity_of(d.radius) : secret->cap;
    d.certainty = best->certainty;
    d.status = !awake || j->opens[held[0].secret] <= RA_RADIUS_SANDBOX ? RA_STATUS_PASS
               : proved                                                ? RA_STATUS_FAIL
                                                                       : RA_STATUS_UNKNOWN;
    if (!awake && d.severity > RA_SEVERITY_LOW)
        d.severity = RA_SEVERITY_LOW;
    message_of(j, &d, awake);
    if (!awake && check == RA_CHECK_SECRET_DISCLOSED)
        d.check = RA_CHECK_SECRET_DORMANT;
    d.remedy = check == RA_CHECK_SECRET_DISCLOSED ? remedy_of(j, held, n) : NULL;
    if (!awake)
        d.radius = RA_RADIUS_SANDBOX;
    ra_judge_add(j, &d);
}

void ra_check_secrets(struct ra_judge *j)
{
    size_t n = j->worst.n_held;
    struct ra_held *held = ra_new_array(j->arena, struct ra_held, n + 1);
    if (n)
        memcpy(held, j->worst.held, n * sizeof(*held));
    if (n > 1)
        qsort(held, n, sizeof(*held), by_secret);
    for (size_t at = 0, end; at < n; at = end) {
        bool launcher = false, process = false;
        for (end = at; end < n && held[end].secret == held[at].secret; end++) {
            launcher |= wanted(j, RA_CHECK_SECRET_LAUNCHER, held[end].place);
            process |= wanted(j, RA_CHECK_SECRET_PROCESS, held[end].place);
        }
        report(j, held + at, end - at, RA_CHECK_SECRET_DISCLOSED);
        if (launcher)
            report(j, held + at, end - at, RA_CHECK_SECRET_LAUNCHER);
        if (process)
            report(j, held + at, end - at, RA_CHECK_SECRET_PROCESS);
    }
}
