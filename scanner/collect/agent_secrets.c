// Which strings of a settings file are secrets: environment blocks, headers, arguments, URLs, and what people
// approved once ("Bash(TOKEN=... curl ...)"). Each becomes a place, named by where it stands in the file. What a
// value is worth is the recogniser's word.
#include <ctype.h>
#include <string.h>

#include "catalogue/recognise.h"
#include "collect/agent_internal.h"

struct spot {
    const struct ra_agent_file *f;
    const char *part;
    unsigned line, column;
};

static bool found(const struct spot *s, const char *hint, struct ra_span value)
{
    struct ra_collect *c = s->f->c;
    struct ra_secret_fact fact = {0};
    if (value.n == 0)
        return false;
    if (!ra_recognise_value(value, &fact) &&
        (fact.placeholder || !ra_recognise_named(ra_span_of(hint), value, &fact)))
        return false;
    if (fact.placeholder)
        return false;
    struct ra_evidence e = ra_seen_at(c, RA_METHOD_OBSERVED, s->f->path, s->line, s->column);
    struct ra_reach *place = ra_file_reach(c, s->f->path, s->part, RA_STATE_PRESENT, e);
    place->title = "settings of a coding agent";
    return ra_secret_found(c, place, value, hint, NULL, e) != NULL;
}

// Shapes anywhere inside a longer text.
static void embedded(const struct spot *s, struct ra_span text)
{
    struct ra_secret_fact fact;
    for (size_t from = 0, at, n; ra_recognise_next(text, from, &at, &n, &fact) && n > 0; from = at + n)
        found(s, "", ra_span_cut(text, at, n));
}

static struct ra_span unquoted(struct ra_span w)
{
    while (w.n && strchr("\"'()", w.p[0]))
        w = ra_span_cut(w, 1, w.n);
    while (w.n && strchr("\"'),;", w.p[w.n - 1]))
        w.n--;
    return w;
}

// "TOKEN=x", "--password=x": the name is what stands before '='.
static bool assignment(const struct spot *s, struct ra_span word)
{
    ptrdiff_t eq = ra_span_chr(word, '=');
    if (eq <= 0)
        return false;
    size_t from = (size_t)eq;
    while (from > 0 && (isalnum((unsigned char)word.p[from - 1]) || strchr("_-.", word.p[from - 1])))
        from--;
    while (from < (size_t)eq && word.p[from] == '-')
        from++;
    const char *name = ra_strndup(s->f->c->arena, ra_span_cut(word, from, (size_t)eq - from));
    return found(s, name, unquoted(ra_span_cut(word, (size_t)eq + 1, word.n)));
}

static bool scheme(struct ra_span word)
{
    return ra_span_is_nocase(word, "bearer") || ra_span_is_nocase(word, "basic") || ra_span_is_nocase(word, "token");
}

// What the word before says about this one: a flag's name, or an authorization scheme.
static const char *hint_of(struct ra_arena *a, struct ra_span before)
{
    before = unquoted(before);
    if (scheme(before))
        return "token";
    if (!ra_span_starts(before, "--") && !(ra_span_ends(before, ":") && before.n > 1))
        return NULL;
    while (before.n && before.p[0] == '-')
        before = ra_span_cut(before, 1, before.n);
    while (before.n && before.p[before.n - 1] == ':')
        before.n--;
    return ra_span_chr(before, '=') >= 0 ? NULL : ra_strndup(a, before);
}

static void words(const struct spot *s, struct ra_span text)
{
    struct ra_span word, before = {"", 0};
    while (ra_span_word(&text, &word)) {
        const char *hint = hint_of(s->f->c->arena, before);
        if (!assignment(s, word) && hint && !scheme(unquoted(word)))
            found(s, hint, unquoted(word));
        before = word;
    }
}

static void one_string(const struct spot *s, const char *hint, struct ra_span value)
{
    if (found(s, hint, value))
        return;
    embedded(s, value);
    words(s, value);
}

static bool compound(const struct ra_json *v)
{
    return v->type == RA_JSON_OBJECT || v->type == RA_JSON_ARRAY;
}

// Keys whose value names a command or a variable, however much the key sounds like a secret.
static const char *key_hint(struct ra_arena *a, struct ra_span key)
{
    static const char *const ends[] = {"Helper", "Refresh", "Export", "_env_var", "env_key", "Command", "_store"};
    for (size_t i = 0; i < RA_COUNT(ends); i++)
        if (ra_span_ends(key, ends[i]))
            return "";
    return ra_strndup(a, key);
}

static void walk(const struct ra_agent_file *f, const struct ra_json *v, const char *part, const char *hint)
{
    struct ra_arena *a = f->c->arena;
    size_t index = 0;
    if (v->type == RA_JSON_STRING) {
        one_string(&(struct spot){f, part, v->line, v->column}, hint, v->text);
        return;
    }
    struct ra_span before = {"", 0};
    for (const struct ra_json *m = compound(v) ? v->child : NULL; m; m = m->next, index++) {
        const char *dot = *part ? "." : "";
        if (v->type == RA_JSON_OBJECT) {
            const char *key = ra_scrub_span(a, m->key);
            walk(f, m, ra_strfmt(a, "%s%s%s", part, dot, key), key_hint(a, m->key));
            continue;
        }
        const char *flag = hint_of(a, before);
        walk(f, m, ra_strfmt(a, "%s%s%zu", part, dot, index), flag ? flag : "");
        before = m->type == RA_JSON_STRING ? m->text : (struct ra_span){"", 0};
    }
}

void ra_agent_secrets(const struct ra_agent_file *f, const struct ra_json *v, const char *part)
{
    if (v)
        walk(f, v, part, "");
}

void ra_agent_secrets_text(const struct ra_agent_file *f)
{
    struct ra_span rest = f->text, line;
    for (unsigned n = 1; ra_span_line(&rest, &line); n++)
        embedded(&(struct spot){f, ra_strfmt(f->c->arena, "L%u", n), n, 1}, line);
}
