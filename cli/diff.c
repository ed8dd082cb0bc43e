// `diff`: what a second report can reach that the first could not. Compares ids, so that reports of different targets
// compare too. Judges nothing anew: a reach is what each report says of it.
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/out.h"
#include "cli/stored.h"

struct line {
    const char *id, *text;
};
struct difference {
    struct ra_arena *a;
    struct line *lines;
    size_t n, cap;
    bool more; // a new reach, or a wider one
};

static void add(struct difference *d, const char *word, const char *id, const char *text)
{
    d->lines = ra_grow(d->a, d->lines, d->n, &d->cap, sizeof *d->lines);
    d->lines[d->n++] = (struct line){id, ra_strfmt(d->a, "%s %s: %s", word, id, text)};
}

// ---- one reach ------------------------------------------------------------------------------------

struct side {
    const struct ra_reach *r;
    const struct ra_reach_view *view;
};

static bool within(const struct side *s)
{
    return s->r && (s->r->state == RA_STATE_PRESENT || s->r->state == RA_STATE_UNKNOWN);
}

static const char *access_words(struct ra_arena *a, unsigned access)
{
    const char *words = NULL;
    for (unsigned bit = 0; bit < RA_ACCESS_BITS; bit++)
        if (access >> bit & 1)
            words = words ? ra_strfmt(a, "%s+%s", words, ra_access_name(bit)) : ra_access_name(bit);
    return words ? words : "none";
}

static const char *whole(struct ra_arena *a, const struct side *s)
{
    return ra_strfmt(a, "%s, access %s, radius %s, severity %s%s", ra_state_name(s->r->state),
                     access_words(a, s->r->access), ra_radius_name(s->view->radius),
                     ra_severity_name(s->view->severity), s->view->dormant ? ", dormant" : "");
}

struct change { // of one reach that both reports have
    const char *text;
    bool wider, narrower;
};

static void changed(struct ra_arena *a, struct change *c, const char *what, const char *from, const char *to)
{
    c->text = ra_strfmt(a, "%s%s%s %s -> %s", c->text ? c->text : "", c->text ? ", " : "", what, from, to);
}

static void compare(struct ra_arena *a, const struct side *was, const struct side *is, struct change *c)
{
    bool seen = was->r->state == RA_STATE_UNKNOWN && is->r->state == RA_STATE_PRESENT;
    if (was->r->state != is->r->state) {
        c->wider |= seen; // what may have been is now certain
        changed(a, c, "state", ra_state_name(was->r->state), ra_state_name(is->r->state));
    }
    if (was->r->access != is->r->access) {
        c->wider |= (is->r->access & ~was->r->access) != 0;
        c->narrower |= (was->r->access & ~is->r->access) != 0;
        changed(a, c, "access", access_words(a, was->r->access), access_words(a, is->r->access));
    }
    if (was->view->radius != is->view->radius) {
        c->wider |= is->view->radius > was->view->radius;
        c->narrower |= is->view->radius < was->view->radius;
        changed(a, c, "radius", ra_radius_name(was->view->radius), ra_radius_name(is->view->radius));
    }
    if (was->view->severity != is->view->severity) {
        c->wider |= is->view->severity > was->view->severity;
        c->narrower |= is->view->severity < was->view->severity;
        changed(a, c, "severity", ra_severity_name(was->view->severity), ra_severity_name(is->view->severity));
    }
    if (was->view->dormant != is->view->dormant) {
        c->wider |= was->view->dormant;
        c->narrower |= is->view->dormant;
        changed(a, c, "dormant", was->view->dormant ? "yes" : "no", is->view->dormant ? "yes" : "no");
    }
}

// A detail that stands for content: hooks, settings. Counts and sizes come and go with the work itself.
static bool is_digest(const struct ra_detail *d)
{
    return d->type == RA_DETAIL_TEXT && (strncmp(d->key, "hook.", 5) == 0 || strncmp(d->key, "sha256", 6) == 0);
}

static const char *digest_of(struct ra_arena *a, const struct ra_reach *r, const char *key)
{
    const struct ra_detail *d = ra_detail_find(r, key);
    return d && d->type == RA_DETAIL_TEXT ? ra_strfmt(a, "%.12s", d->text) : "none";
}

static void compare_digests(struct ra_arena *a, const struct ra_reach *was, const struct ra_reach *is, struct change *c)
{
    for (size_t i = 0; i < was->n_details + is->n_details; i++) {
        bool old = i < was->n_details;
        const struct ra_detail *d = old ? &was->details[i] : &is->details[i - was->n_details];
        if (!is_digest(d) || (!old && ra_detail_find(was, d->key)))
            continue;
        const char *before = digest_of(a, was, d->key), *now = digest_of(a, is, d->key);
        if (strcmp(before, now) != 0)
            changed(a, c, d->key, before, now);
    }
}

static void reach(struct difference *d, const struct side *was, const struct side *is)
{
    struct change c = {0};
    if (!within(was) && !within(is))
        return;
    if (!within(was)) {
        d->more = true;
        add(d, "new", is->r->id, ra_strfmt(d->a, "%s%s", was->r ? "was denied, is " : "", whole(d->a, is)));
    } else if (!within(is)) {
        add(d, "lost", was->r->id, ra_strfmt(d->a, "%s%s", is->r ? "is denied, was " : "was ", whole(d->a, was)));
    } else {
        compare(d->a, was, is, &c);
        compare_digests(d->a, was->r, is->r, &c);
        d->more |= c.wider;
        if (c.text)
            add(d, c.wider ? "wider" : c.narrower ? "narrower" : "changed", is->r->id, c.text);
    }
}

// ---- two reports ----------------------------------------------------------------------------------

static int by_id(const void *a, const void *b)
{
    const struct side *x = a, *y = b;
    return strcmp(x->r->id, y->r->id);
}

static struct side *sides(struct ra_arena *a, const struct ra_stored_report *r)
{
    struct side *all = ra_new_array(a, struct side, r->inv.n_reaches + 1);
    for (size_t i = 0; i < r->inv.n_reaches; i++)
        all[i] = (struct side){r->inv.reaches[i], &r->verdict.reaches[i]};
    if (r->inv.n_reaches > 1)
        qsort(all, r->inv.n_reaches, sizeof *all, by_id);
    return all;
}

static void reaches(struct difference *d, const struct ra_stored_report *old, const struct ra_stored_report *new)
{
    struct side *was = sides(d->a, old), *is = sides(d->a, new), none = {0};
    size_t i = 0, k = 0;
    while (i < old->inv.n_reaches || k < new->inv.n_reaches) {
        int c = i == old->inv.n_reaches ? 1 : k == new->inv.n_reaches ? -1 : strcmp(was[i].r->id, is[k].r->id);
        reach(d, c <= 0 ? &was[i] : &none, c >= 0 ? &is[k] : &none);
        i += c <= 0;
        k += c >= 0;
    }
}

static void fact(struct difference *d, const char *what, const char *was, const char *is)
{
    if (strcmp(was ? was : "", is ? is : "") != 0)
        add(d, "changed", what, ra_strfmt(d->a, "%s -> %s", was ? was : "none", is ? is : "none"));
}

// The same reaches can be worth more under another profile or another rule: the worst case is compared by itself.
static void worst_case(struct difference *d, const struct ra_worst *was, const struct ra_worst *is)
{
    if (was->radius == is->radius && was->score == is->score)
        return;
    bool wider = is->radius > was->radius;
    d->more |= wider;
    add(d, wider ? "wider" : is->radius < was->radius ? "narrower" : "changed", "worst-case",
        ra_strfmt(d->a, "%s %d -> %s %d; %s", ra_radius_name(was->radius), was->score, ra_radius_name(is->radius),
                  is->score, is->sentence));
}

static int by_line(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    int c = strcmp(x->id, y->id);
    return c ? c : strcmp(x->text, y->text);
}

static void compare_reports(struct difference *d, const struct ra_stored_report *old, const struct ra_stored_report *new)
{
    struct ra_arena *a = d->a;
    fact(d, "target", ra_strfmt(a, "%s %s", old->inv.target.kind, old->inv.target.locator),
         ra_strfmt(a, "%s %s", new->inv.target.kind, new->inv.target.locator));
    fact(d, "box", old->inv.target.box.kind, new->inv.target.box.kind);
    fact(d, "profile", ra_strfmt(a, "%s %.12s", old->verdict.profile.name, old->verdict.profile.digest),
         ra_strfmt(a, "%s %.12s", new->verdict.profile.name, new->verdict.profile.digest));
    fact(d, "verdict", ra_verdict_name(old->verdict.verdict), ra_verdict_name(new->verdict.verdict));
    worst_case(d, &old->verdict.worst, &new->verdict.worst);
    reaches(d, old, new);
    if (d->n > 1)
        qsort(d->lines, d->n, sizeof *d->lines, by_line);
}

int ra_command_diff(int argc, char **argv, const struct ra_self *self);
int ra_command_diff(int argc, char **argv, const struct ra_self *self)
{
    RA_CLEANUP(ra_arena_free) struct ra_arena a = {0};
    RA_CLEANUP(ra_buf_free) struct ra_buf out = {0};
    struct ra_options o;
    struct ra_error err = {0};
    struct ra_stored_report old, new;
    struct difference d = {.a = &a};
    int status;
    if (!ra_command_begin(&a, argc, argv, RA_ON_DIFF, &o, &status))
        return status;
    if (o.args.n != 2)
        ra_fail(&err, RA_E_USAGE, "diff: needs OLD and NEW, two json reports or snapshots");
    if (err.code || ra_stored_open(&a, o.args.items[0], &o, self, &old, &err) ||
        ra_stored_open(&a, o.args.items[1], &o, self, &new, &err))
        return ra_command_fail(&err);
    compare_reports(&d, &old, &new);
    for (size_t i = 0; i < d.n; i++) {
        ra_escape_terminal(&out, d.lines[i].text);
        ra_buf_putc(&out, '\n');
    }
    if (ra_out_stdout(ra_buf_view(&out), &err))
        return ra_command_fail(&err);
    return d.more ? RA_EXIT_FAIL : RA_EXIT_PASS;
}
