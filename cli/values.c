// What each option does with its value. An error is one clause; the caller puts the option's name before it.
#include "cli/values.h"

#include <ctype.h>
#include <string.h>

#include "checks/profile.h"
#include "collect/collect.h"
#include "parse/keys.h"

#define TAKE(id) \
    int ra_take_##id(struct ra_options *o, struct ra_arena *a, const char *value, struct ra_error *err)
#define FLAG(id)                                                \
    TAKE(id)                                                    \
    {                                                           \
        (void)a, (void)value, (void)err;                        \
        o->id = true;                                           \
        return 0;                                               \
    }
FLAG(no_connect)
FLAG(dry_run)
FLAG(stamp)
FLAG(verbose)
FLAG(quiet)
FLAG(help)
FLAG(version)

// Adds the comma-separated words of `value` that `known` knows; a word given twice counts once.
static int words(struct ra_strings *to, struct ra_arena *a, const char *value, bool (*known)(const char *word),
                 const char *what, const char *hint, struct ra_error *err)
{
    struct ra_span rest = ra_span_of(value), part;
    while (ra_span_until(&rest, ',', &part)) {
        const char *word = ra_strndup(a, part);
        if (!*word)
            return ra_fail(err, RA_E_USAGE, "an empty name in the list");
        if (!known(word))
            return ra_fail(err, RA_E_USAGE, "unknown %s \"%s\"%s", what, word, hint);
        bool again = false;
        for (size_t i = 0; i < to->n; i++)
            again |= strcmp(to->items[i], word) == 0;
        if (!again)
            ra_strings_add(a, to, word);
    }
    return to->n ? 0 : ra_fail(err, RA_E_USAGE, "an empty list");
}

static bool is_collector(const char *word)
{
    for (size_t i = 0; i < ra_n_collectors; i++)
        if (strcmp(ra_collectors[i].name, word) == 0)
            return true;
    return false;
}

TAKE(only)
{
    return words(&o->only, a, value, is_collector, "collector", "; `list collectors` names them", err);
}

TAKE(skip)
{
    return words(&o->skip, a, value, is_collector, "collector", "; `list collectors` names them", err);
}

static bool is_consent(const char *word)
{
    for (size_t i = 0; ra_consent(i); i++)
        if (strcmp(ra_consent(i), word) == 0)
            return true;
    return false;
}

TAKE(online)
{
    struct ra_buf hint RA_CLEANUP(ra_buf_free) = {0};
    for (size_t i = 0; ra_consent(i); i++)
        ra_buf_printf(&hint, "%s%s", i == 0 ? "; there are " : ra_consent(i + 1) ? ", " : " and ", ra_consent(i));
    return words(&o->online, a, value ? value : "tokens", is_consent, "consent", ra_buf_view(&hint).p, err);
}

TAKE(host)
{
    size_t n = strlen(value);
    bool good = n > 0 && n < 256 && value[0] != '-';
    for (size_t i = 0; i < n && good; i++)
        good = isalnum((unsigned char)value[i]) || strchr(".-:[]_", value[i]);
    if (!good)
        return ra_fail(err, RA_E_USAGE, "\"%.80s\" is no host name or host:port", value);
    ra_strings_add(a, &o->hosts, value);
    return 0;
}

TAKE(record)
{
    (void)a;
    o->record = value;
    return *value ? 0 : ra_fail(err, RA_E_USAGE, "an empty name");
}

TAKE(replay)
{
    (void)a;
    o->replay = value;
    return *value ? 0 : ra_fail(err, RA_E_USAGE, "an empty name");
}

TAKE(profile)
{
    (void)a;
    if (!*value)
        return ra_fail(err, RA_E_USAGE, "an empty name");
    if (ra_profile_builtin_text(value) || strpbrk(value, "/.")) {
        o->profile = value;
        return 0;
    }
    return ra_fail(err, RA_E_USAGE,
                   "unknown profile \"%s\"; `profile list` names the built-in ones, a file is written as ./%s", value,
                   value);
}

TAKE(format)
{
    const char *eq = strchr(value, '=');
    const char *name = ra_strndup(a, (struct ra_span){value, eq ? (size_t)(eq - value) : strlen(value)});
    const struct ra_report_format *format = ra_report_find(name);
    if (!format)
        return ra_fail(err, RA_E_USAGE, "unknown format \"%s\"; `list reports` names them", name);
    if (eq && !eq[1])
        return ra_fail(err, RA_E_USAGE, "no file after \"%s=\"", name);
    o->outputs = ra_grow(a, o->outputs, o->n_outputs, &o->cap_outputs, sizeof *o->outputs);
    o->outputs[o->n_outputs++] = (struct ra_output){format, eq && strcmp(eq + 1, "-") != 0 ? eq + 1 : NULL};
    return 0;
}

TAKE(radius)
{
    (void)a;
    return ra_radius_parse(value, &o->radius)
               ? 0
               : ra_fail(err, RA_E_USAGE,
                         "\"%.40s\" is no radius; there are nothing, sandbox, worktree, grant, person and organization",
                         value);
}

TAKE(output)
{
    (void)a;
    if (!*value)
        return ra_fail(err, RA_E_USAGE, "an empty file name");
    o->file = strcmp(value, "-") == 0 ? NULL : value;
    return 0;
}

TAKE(from)
{
    (void)a;
    if (!*value)
        return ra_fail(err, RA_E_USAGE, "an empty file name");
    o->from = value;
    return 0;
}

TAKE(refuse)
{
    (void)a;
    uint64_t n;
    if (!ra_span_u64(ra_span_of(value), 10, &n) || n < 1 || n > 255)
        return ra_fail(err, RA_E_USAGE, "\"%.40s\" is no exit status from 1 to 255", value);
    o->refuse = (int)n;
    return 0;
}

bool ra_date_parse(const char *text, int64_t *ret_unix_s)
{
    struct ra_span s = ra_span_of(text);
    char whole[32];
    if (s.n != 10)
        return ra_rfc3339(s, ret_unix_s);
    memcpy(whole, text, 10);
    memcpy(whole + 10, "T00:00:00Z", 11);
    return ra_rfc3339(ra_span_of(whole), ret_unix_s);
}

TAKE(now)
{
    (void)a;
    if (!ra_date_parse(value, &o->now_s) || o->now_s < 0)
        return ra_fail(err, RA_E_USAGE, "\"%.60s\" is no date as 2026-11-21 or 2026-11-21T10:00:00Z", value);
    return 0;
}
