// Turns drafts into findings: overrides of the profile first, then allow, then waivers. None of them touches a
// consequence, a radius or the score. What is denied is never allowed.
#include <string.h>

#include "checks/judge.h"
#include "checks/profile_internal.h"
#include "checks/sentence.h"

static const char *id_text(const struct ra_judge *j, const struct ra_reach *r)
{
    const char *colon = strchr(r->id, ':');
    return colon ? ra_id_decode(j->arena, colon + 1) : r->id;
}

// For allow the whole access must be named: "read" allows nobody to write.
unsigned ra_judge_matched(struct ra_judge *j, const struct ra_matcher *list, size_t n, size_t reach, bool whole_access)
{
    const struct ra_reach *r = j->inv->reaches[reach];
    for (size_t i = 0; i < n; i++) {
        const struct ra_matcher *m = &list[i];
        if (m->in) // speaks of a secret in its places only: allowed_in
            continue;
        if (whole_access && m->access && r->access & ~m->access)
            continue;
        if (ra_matcher_matches(m, r->kind, r->locator, r->role, r->access) ||
            (m->locator && ra_matcher_matches(m, r->kind, id_text(j, r), r->role, r->access)))
            return m->line ? m->line : 1;
    }
    return 0;
}

unsigned ra_judge_allowed(struct ra_judge *j, size_t reach)
{
    const struct ra_profile *p = j->profile;
    if (p->n_allow == 0 || ra_judge_matched(j, p->deny, p->n_deny, reach, false))
        return 0;
    return ra_judge_matched(j, p->allow, p->n_allow, reach, true);
}

// A line that allows this secret in this very place.
static unsigned allowed_in(struct ra_judge *j, size_t secret, size_t place)
{
    const struct ra_profile *p = j->profile;
    const char *id = j->inv->reaches[place]->id;
    for (size_t i = 0; i < p->n_allow; i++) {
        struct ra_matcher m = p->allow[i];
        if (!m.in || !(ra_pattern_matches(m.in, id) || ra_pattern_matches(m.in, ra_id_decode(j->arena, id))))
            continue;
        m.in = NULL;
        if (!ra_judge_matched(j, p->deny, p->n_deny, secret, false) && ra_judge_matched(j, &m, 1, secret, true))
            return p->allow[i].line;
    }
    return 0;
}

// A secret may be used for all that it is known to let one do: each of its rights that reaches as far as a grant is
// allowed, wherever it comes from, and nothing else of it is left to be known.
static unsigned allowed_by_rights(struct ra_judge *j, size_t secret)
{
    const struct ra_reach *r = j->inv->reaches[secret];
    const struct ra_profile *p = j->profile;
    size_t n, at = 0;
    const struct ra_link *gives = ra_gives_of(j->inv, r->id, &n);
    unsigned line = 0;
    if (!ra_kind_is_secret(r->kind) || r->ceiling > RA_RADIUS_GRANT || n == 0 || ra_scope_unknown(j->inv, secret) ||
        ra_judge_matched(j, p->deny, p->n_deny, secret, false))
        return 0;
    for (size_t i = 0; i < n; i++) {
        at = ra_reach_index(j->inv, gives[i].to);
        if (at == RA_NO_INDEX || j->inv->reaches[at]->state == RA_STATE_DENIED || j->opens[at] < RA_RADIUS_GRANT)
            continue;
        line = ra_judge_allowed(j, at);
        if (!line)
            return 0;
    }
    return line;
}

// The thing itself is allowed, or every place where it was found, or everything that it gives.
static unsigned allowed_finding(struct ra_judge *j, const struct ra_draft *d)
{
    if (d->fixed || d->n_reaches == 0)
        return 0;
    unsigned line = ra_judge_allowed(j, d->reaches[0]);
    if (!line)
        line = allowed_by_rights(j, d->reaches[0]);
    if (!line && d->n_reaches == 1)
        return allowed_in(j, d->reaches[0], d->reaches[0]);
    for (size_t i = 1; !line && i < d->n_reaches; i++) {
        unsigned place = ra_judge_allowed(j, d->reaches[i]);
        place = place ? place : allowed_in(j, d->reaches[0], d->reaches[i]);
        if (!place)
            return 0;
        if (i + 1 == d->n_reaches)
            line = place;
    }
    return line;
}

// Names come from the audited box, and a remedy is there to be pasted.
static const char *shell_word(struct ra_judge *j, const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+@%:,=~";
    if (text[strspn(text, plain)] == 0)
        return text;
    RA_CLEANUP(ra_buf_free) struct ra_buf out = {0};
    ra_buf_putc(&out, '\'');
    for (const char *p = text; *p; p++)
        if (*p == '\'')
            ra_buf_puts(&out, "'\\''");
        else
            ra_buf_putc(&out, *p == '`' ? '?' : *p); // a backtick would end the command in the text
    ra_buf_putc(&out, '\'');
    return ra_strndup(j->arena, ra_buf_view(&out));
}

// What a command calls it: a descriptor by its number, all else by where it is.
static const char *shell_name(struct ra_arena *a, const struct ra_reach *r)
{
    if (r->kind == RA_KIND_FD) // fd:7/socket
        return ra_strndup(a, (struct ra_span){r->id + 3, strcspn(r->id + 3, "/")});
    return r->locator && r->locator[0] ? r->locator : r->id;
}

const char *ra_judge_words(struct ra_judge *j, const char *template, const struct ra_draft *d)
{
    RA_CLEANUP(ra_buf_free) struct ra_buf out = {0};
    const char *names = d->it, *mark;
    while ((mark = strstr(template, "{it}"))) {
        const struct ra_reach *r = d->n_reaches ? j->inv->reaches[d->reaches[0]] : NULL;
        if (!names)
            names = shell_word(j, !r ? "it" : shell_name(j->arena, r));
        ra_buf_add(&out, template, (size_t)(mark - template));
        ra_buf_puts(&out, names);
        template = mark + strlen("{it}");
    }
    ra_buf_puts(&out, template);
    return ra_strndup(j->arena, ra_buf_view(&out));
}

// A sentence that begins with an id keeps it as it is.
static const char *sentence(struct ra_judge *j, const char *s)
{
    if (strncmp(s, "the ", 4) != 0 && strncmp(s, "something ", 10) != 0)
        return s;
    return ra_strfmt(j->arena, "%c%s", s[0] - 'a' + 'A', s + 1);
}

static void add_step(size_t *path, size_t *n, size_t step)
{
    for (size_t i = 0; i < *n; i++)
        if (path[i] == step)
            return;
    path[(*n)++] = step;
}

static void fill_path(struct ra_judge *j, const struct ra_draft *d, struct ra_finding *f)
{
    f->path = ra_new_array(j->arena, size_t, 3 * d->n_facts + 1);
    for (size_t i = 0; i < d->n_facts; i++) {
        const struct ra_fact *fact = &j->worst.facts[d->facts[i]];
        if (fact->after != RA_NO_INDEX)
            add_step(f->path, &f->n_path, fact->after);
        add_step(f->path, &f->n_path, d->facts[i]);
    }
}

static void profile_says(struct ra_judge *j, const struct ra_draft *d, struct ra_finding *f)
{
    for (size_t i = 0; i < j->profile->n_overrides; i++)
        if (strcmp(j->profile->overrides[i].check, f->check) == 0) {
            f->severity = j->profile->overrides[i].severity;
            f->profile_line = j->profile->overrides[i].line;
        }
    if (f->status != RA_STATUS_FAIL && f->status != RA_STATUS_UNKNOWN)
        return;
    unsigned line = allowed_finding(j, d);
    if (line) {
        f->status = RA_STATUS_PASS;
        f->profile_line = line;
        f->message = ra_strfmt(j->arena, "%s Allowed by line %u of the profile.", f->message, line);
        return;
    }
    const struct ra_waiver *w = ra_waiver_for(j, d);
    if (!w)
        return;
    f->status = RA_STATUS_WAIVED;
    f->waiver = w->reason;
    f->profile_line = w->line;
}

void ra_judge_add(struct ra_judge *j, const struct ra_draft *d)
{
    const struct ra_check *row = ra_check_row((size_t)d->check);
    const struct ra_reach *first = d->n_reaches ? j->inv->reaches[d->reaches[0]] : NULL;
    struct ra_finding f = {.check = row->id, .ref = first && first->ref ? first->ref : row->ref, .title = row->title,
                           .status = d->status, .severity = d->severity, .certainty = d->certainty,
                           .radius = d->radius, .message = sentence(j, d->message),
                           .profile_line = d->line, .later = d->later};
    f.remedy = d->remedy ? d->remedy : ra_judge_words(j, row->remedy, d);
    f.reaches = ra_new_array(j->arena, const char *, d->n_reaches + 1);
    // Drafts begin with the thing itself; people recognise a secret by its places, a right by
    // who gives it.
    size_t turn = first && (ra_kind_is_secret(first->kind) || first->kind == RA_KIND_GRANT) ? 1 : 0;
    for (size_t i = 0; i < d->n_reaches; i++)
        f.reaches[f.n_reaches++] = j->inv->reaches[d->reaches[(i + turn) % d->n_reaches]]->id;
    fill_path(j, d, &f);
    profile_says(j, d, &f);
    j->findings = ra_grow(j->arena, j->findings, j->n_findings, &j->cap_findings, sizeof(*j->findings));
    j->findings[j->n_findings++] =
        (struct ra_kept){f, d->check, d->reaches, d->facts, d->n_reaches, d->n_facts};
}
