// Reads single values of a profile: text, words, patterns with variables, and the shape of maps and lists. Every
// refusal names what was expected there and where it stands.
#include "checks/profile_internal.h"

#include <string.h>

#include "base/buf.h"

static const char *type_word(const struct ra_json *v)
{
    switch (v->type) {
    case RA_JSON_NULL: return "nothing";
    case RA_JSON_FALSE:
    case RA_JSON_TRUE: return "a truth value";
    case RA_JSON_NUMBER: return "a number";
    case RA_JSON_STRING: return "text";
    case RA_JSON_ARRAY: return "a list";
    case RA_JSON_OBJECT: return "a map";
    }
    return "something else";
}

int ra_profile_text(struct ra_profile_reader *r, const struct ra_json *v, const char **ret)
{
    if (v->type != RA_JSON_STRING)
        return ra_fail_at(r->err, v->line, v->column, "'%.*s' must be text, not %s%s", (int)v->key.n, v->key.p,
                          type_word(v), v->type == RA_JSON_NUMBER ? " (put it in quotes)" : "");
    if (v->text.n == 0)
        return ra_fail_at(r->err, v->line, v->column, "'%.*s' must not be empty", (int)v->key.n, v->key.p);
    *ret = ra_strndup(r->arena, v->text);
    return 0;
}

static int variable(struct ra_profile_reader *r, const struct ra_json *v, struct ra_span name, const char **ret)
{
    const struct ra_profile_vars none = {0}, *vars = r->vars ? r->vars : &none;
    if (ra_span_is(name, "worktree"))
        *ret = vars->worktree;
    else if (ra_span_is(name, "home"))
        *ret = vars->home;
    else
        return ra_fail_at(r->err, v->line, v->column, "there is no variable ${%.*s}; there are ${worktree} and ${home}",
                          (int)name.n, name.p);
    if (!*ret)
        return ra_fail_at(r->err, v->line, v->column, "${%.*s} has no value for this target", (int)name.n, name.p);
    return 0;
}

int ra_profile_pattern(struct ra_profile_reader *r, const struct ra_json *v, const char **ret)
{
    const char *raw;
    int rc = ra_profile_text(r, v, &raw);
    if (rc)
        return rc;
    RA_CLEANUP(ra_buf_free) struct ra_buf out = {0};
    for (const char *p = raw; *p;) {
        if (p[0] != '$' || p[1] != '{') {
            ra_buf_putc(&out, *p++);
            continue;
        }
        const char *end = strchr(p, '}'), *value = NULL;
        if (!end)
            return ra_fail_at(r->err, v->line, v->column, "a variable is not closed: %s", p);
        rc = variable(r, v, (struct ra_span){p + 2, (size_t)(end - p - 2)}, &value);
        if (rc)
            return rc;
        ra_buf_puts(&out, value);
        p = end + 1;
    }
    *ret = ra_strndup(r->arena, ra_buf_view(&out));
    return 0;
}

static bool listed(struct ra_span key, const char *keys)
{
    struct ra_span rest = ra_span_of(keys), word;
    while (ra_span_word(&rest, &word))
        if (ra_span_eq(word, key))
            return true;
    return false;
}

int ra_profile_object(struct ra_profile_reader *r, const struct ra_json *v, const char *what, const char *keys)
{
    if (v->type != RA_JSON_OBJECT)
        return ra_fail_at(r->err, v->line, v->column, "%s must be a map, not %s", what, type_word(v));
    for (const struct ra_json *m = v->child; m; m = m->next)
        if (!listed(m->key, keys))
            return ra_fail_at(r->err, m->key_line, m->key_column, "%s has no key '%.*s'; it has: %s", what,
                              (int)m->key.n, m->key.p, keys);
    return 0;
}

int ra_profile_array(struct ra_profile_reader *r, const struct ra_json *v, const char *what, size_t *ret_n)
{
    *ret_n = 0;
    if (v->type == RA_JSON_NULL) // "allow:" with nothing after it
        return 0;
    if (v->type != RA_JSON_ARRAY)
        return ra_fail_at(r->err, v->line, v->column, "'%s' must be a list, not %s", what, type_word(v));
    for (const struct ra_json *m = v->child; m; m = m->next)
        ++*ret_n;
    return 0;
}

int ra_profile_radius(struct ra_profile_reader *r, const struct ra_json *v, enum ra_radius *ret)
{
    static const char words[] = "nothing sandbox worktree grant person organization";
    const char *word;
    int rc = ra_profile_text(r, v, &word);
    if (!rc && !ra_radius_parse(word, ret))
        rc = ra_fail_at(r->err, v->line, v->column, "'%.*s' cannot be '%s'; it is one of %s", (int)v->key.n, v->key.p, word,
                        words);
    return rc;
}

int ra_profile_severity(struct ra_profile_reader *r, const struct ra_json *v, enum ra_severity *ret)
{
    const char *word;
    int rc = ra_profile_text(r, v, &word);
    if (rc)
        return rc;
    if (!ra_severity_parse(word, ret))
        return ra_fail_at(r->err, v->line, v->column,
                          "'%s' is no severity; there are info, low, medium, high and critical", word);
    return 0;
}
