// Reads the lists of a profile: allow, deny, needs, waive, checks, must_see. Items of an extended profile stay in
// front of ours.
#include "checks/profile_internal.h"

#include <stdio.h>
#include <string.h>

static int kind_of(struct ra_profile_reader *r, const struct ra_json *v, struct ra_matcher *m)
{
    const char *word;
    int rc = ra_profile_text(r, v, &word);
    if (rc)
        return rc;
    if (strcmp(word, "*") == 0)
        return 0;
    if (!ra_kind_parse(word, &m->kind))
        return ra_fail_at(r->err, v->line, v->column, "'%s' is no kind; 'reachaudit list kinds' names them", word);
    m->any_kind = false;
    return 0;
}

static int access_word(struct ra_profile_reader *r, const struct ra_json *v, unsigned *set)
{
    unsigned bit;
    char word[16] = "";
    if (v->type == RA_JSON_STRING && v->text.n < sizeof(word))
        memcpy(word, v->text.p, v->text.n);
    if (!ra_access_parse(word, &bit))
        return ra_fail_at(r->err, v->line, v->column,
                          "'access' must be of read, write, execute, connect, sign, resolve, send");
    *set |= bit;
    return 0;
}

static int access_of(struct ra_profile_reader *r, const struct ra_json *v, unsigned *set)
{
    if (v->type != RA_JSON_ARRAY)
        return access_word(r, v, set);
    if (!v->child)
        return ra_fail_at(r->err, v->line, v->column, "'access' must not be empty");
    for (const struct ra_json *item = v->child; item; item = item->next) {
        int rc = access_word(r, item, set);
        if (rc)
            return rc;
    }
    return 0;
}

static int matcher(struct ra_profile_reader *r, const struct ra_json *v, const char *what, struct ra_matcher *m)
{
    bool allow = strcmp(what, "allow") == 0;
    int rc = ra_profile_object(r, v, what, allow ? "kind locator access role in" : "kind locator access role");
    if (rc)
        return rc;
    if (!v->child)
        return ra_fail_at(r->err, v->line, v->column, "an item of '%s' that names nothing would match everything",
                          what);
    *m = (struct ra_matcher){.any_kind = true, .line = v->line};
    for (const struct ra_json *f = v->child; f && !rc; f = f->next) {
        if (ra_span_is(f->key, "kind"))
            rc = kind_of(r, f, m);
        else if (ra_span_is(f->key, "locator"))
            rc = ra_profile_pattern(r, f, &m->locator);
        else if (ra_span_is(f->key, "access"))
            rc = access_of(r, f, &m->access);
        else if (ra_span_is(f->key, "in"))
            rc = ra_profile_pattern(r, f, &m->in);
        else
            rc = ra_profile_text(r, f, &m->role);
    }
    return rc;
}

int ra_profile_matchers(struct ra_profile_reader *r, const struct ra_json *v, const char *what,
                        struct ra_matcher **list, size_t *n)
{
    size_t more;
    int rc = ra_profile_array(r, v, what, &more);
    if (rc || !more)
        return rc;
    struct ra_matcher *all = ra_new_array(r->arena, struct ra_matcher, *n + more);
    if (*n)
        memcpy(all, *list, *n * sizeof(*all));
    size_t at = *n;
    for (const struct ra_json *item = v->child; item; item = item->next) {
        rc = matcher(r, item, what, &all[at++]);
        if (rc)
            return rc;
    }
    *list = all;
    *n = at;
    return 0;
}

// Days since 1970-01-01 of a date of the Gregorian calendar.
static int64_t days_of(int y, int m, int d)
{
    y -= m <= 2;
    int era = y / 400, of_era = y - era * 400;
    int of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return (int64_t)era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static bool date_of(const char *s, int64_t *ret_end_s)
{
    static const int last[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int y, m, d, used = 0;
    if (strlen(s) != 10 || sscanf(s, "%4d-%2d-%2d%n", &y, &m, &d, &used) != 3 || used != 10)
        return false;
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    if (y < 1970 || m < 1 || m > 12 || d < 1 || d > last[m - 1] + (m == 2 && leap))
        return false;
    *ret_end_s = (days_of(y, m, d) + 1) * 86400;
    return true;
}

static int waiver(struct ra_profile_reader *r, const struct ra_json *v, struct ra_waiver *w)
{
    int rc = ra_profile_object(r, v, "an item of 'waive'", "check reach reason owner expires");
    *w = (struct ra_waiver){.expires_s = INT64_MAX, .line = v->line};
    for (const struct ra_json *f = rc ? NULL : v->child; f && !rc; f = f->next) {
        if (ra_span_is(f->key, "reach"))
            rc = ra_profile_pattern(r, f, &w->reach);
        else if (ra_span_is(f->key, "check"))
            rc = ra_profile_text(r, f, &w->check);
        else if (ra_span_is(f->key, "reason"))
            rc = ra_profile_text(r, f, &w->reason);
        else if (ra_span_is(f->key, "owner"))
            rc = ra_profile_text(r, f, &w->owner);
        else
            rc = ra_profile_text(r, f, &w->expires);
        if (!rc && ra_span_is(f->key, "expires") && !date_of(w->expires, &w->expires_s))
            rc = ra_fail_at(r->err, f->line, f->column, "'expires' must be a date such as 2027-03-31, not '%s'",
                            w->expires);
    }
    if (rc)
        return rc;
    if (!w->check || !w->reach || !w->reason)
        return ra_fail_at(r->err, v->line, v->column, "a waiver needs '%s'",
                          !w->check ? "check" : !w->reach ? "reach" : "reason");
    if (ra_pattern_is_all(w->check) && ra_pattern_is_all(w->reach))
        return ra_fail_at(r->err, v->line, v->column, "a waiver of every check for every reach would waive the audit");
    return 0;
}

int ra_profile_waivers(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret)
{
    size_t more;
    int rc = ra_profile_array(r, v, "waive", &more);
    if (rc || !more)
        return rc;
    struct ra_waiver *all = ra_new_array(r->arena, struct ra_waiver, ret->n_waive + more);
    if (ret->n_waive)
        memcpy(all, ret->waive, ret->n_waive * sizeof(*all));
    size_t at = ret->n_waive;
    for (const struct ra_json *item = v->child; item; item = item->next) {
        rc = waiver(r, item, &all[at++]);
        if (rc)
            return rc;
    }
    ret->waive = all;
    ret->n_waive = at;
    return 0;
}

static int override(struct ra_profile_reader *r, const struct ra_json *v, struct ra_override *o)
{
    int rc = ra_profile_object(r, v, "an entry of 'checks'", "severity reason");
    *o = (struct ra_override){.check = ra_strndup(r->arena, v->key), .line = v->key_line};
    const struct ra_json *severity = rc ? NULL : ra_json_get(v, "severity"), *reason = ra_json_get(v, "reason");
    if (rc)
        return rc;
    if (!severity)
        return ra_fail_at(r->err, v->line, v->column, "'%s' needs 'severity'", o->check);
    rc = ra_profile_severity(r, severity, &o->severity);
    return rc || !reason ? rc : ra_profile_text(r, reason, &o->reason);
}

// An override of an extended profile for the same check gives way to ours.
int ra_profile_overrides(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret)
{
    if (v->type == RA_JSON_NULL)
        return 0;
    if (v->type != RA_JSON_OBJECT)
        return ra_fail_at(r->err, v->line, v->column, "'checks' must be a map from check to severity");
    size_t more = 0;
    for (const struct ra_json *m = v->child; m; m = m->next)
        more++;
    struct ra_override *all = ra_new_array(r->arena, struct ra_override, ret->n_overrides + more);
    if (ret->n_overrides)
        memcpy(all, ret->overrides, ret->n_overrides * sizeof(*all));
    size_t n = ret->n_overrides;
    for (const struct ra_json *m = v->child; m; m = m->next) {
        struct ra_override o;
        int rc = override(r, m, &o);
        if (rc)
            return rc;
        size_t at = 0;
        while (at < n && strcmp(all[at].check, o.check) != 0)
            at++;
        all[at] = o;
        n += at == n;
    }
    ret->overrides = all;
    ret->n_overrides = n;
    return 0;
}

int ra_profile_names(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret)
{
    size_t more;
    int rc = ra_profile_array(r, v, "must_see", &more);
    if (rc)
        return rc;
    const char **all = ra_new_array(r->arena, const char *, ret->n_must_see + more + 1);
    if (ret->n_must_see)
        memcpy(all, ret->must_see, ret->n_must_see * sizeof(*all));
    size_t n = ret->n_must_see;
    for (const struct ra_json *item = v->child; item; item = item->next) {
        if (item->type != RA_JSON_STRING || item->text.n == 0)
            return ra_fail_at(r->err, item->line, item->column, "'must_see' must list names of collectors");
        const char *name = ra_strndup(r->arena, item->text);
        bool known = false;
        for (size_t i = 0; i < n; i++)
            known |= strcmp(all[i], name) == 0;
        if (!known)
            all[n++] = name;
    }
    ret->must_see = all;
    ret->n_must_see = n;
    ret->must_see_all = false;
    return 0;
}
