// Reads a profile: which keys there are, what each must be, and how one profile extends another (scalars: ours win;
// lists: theirs, then ours). It opens no file: the caller brings the text of what is extended.
#include "checks/profile_internal.h"

#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/limits.h"
#include "parse/yaml.h"

static int no_word(struct ra_profile_reader *r, const struct ra_json *v, const char *word, const char *words)
{
    return ra_fail_at(r->err, v->line, v->column, "'%.*s' cannot be '%s'; it is one of %s", (int)v->key.n, v->key.p,
                      word, words);
}

// One of the words in `words` (blank between them), which are kept as they are.
static int one_of(struct ra_profile_reader *r, const struct ra_json *v, const char *words, const char **ret)
{
    const char *given;
    int rc = ra_profile_text(r, v, &given);
    if (rc)
        return rc;
    struct ra_span rest = ra_span_of(words), word;
    while (ra_span_word(&rest, &word))
        if (ra_span_is(word, given)) {
            *ret = given;
            return 0;
        }
    return no_word(r, v, given, words);
}

static int read_name(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret)
{
    return ra_profile_text(r, v, &ret->name);
}
static int read_summary(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret)
{
    return ra_profile_text(r, v, &ret->summary);
}
static int read_extends(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret)
{
    const char *name;
    (void)ret;
    return ra_profile_text(r, v, &name);
}
static int read_radius(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret)
{
    return ra_profile_radius(r, v, &ret->radius);
}
static int read_score(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret)
{
    int64_t n;
    if (v->type != RA_JSON_NUMBER || !ra_json_i64(v, &n) || n < 0 || n > 100)
        return ra_fail_at(r->err, v->line, v->column, "'score' must be a whole number from 0 to 100");
    ret->score = (int)n;
    return 0;
}
static int read_fail_on(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret)
{
    return ra_profile_severity(r, v, &ret->fail_on);
}
static int read_certainty(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret)
{
    const char *word = NULL;
    int rc = one_of(r, v, "likely possible", &word);
    if (!rc)
        ra_certainty_parse(word, &ret->certainty);
    return rc;
}
static int read_unknown(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret)
{
    const char *word = NULL;
    int rc = one_of(r, v, "incomplete warn", &word);
    if (!rc)
        ret->unknown_warns = strcmp(word, "warn") == 0;
    return rc;
}
static int read_source(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret)
{
    const char *word = NULL;
    int rc = one_of(r, v, "private public", &word);
    if (!rc)
        ret->source_private = strcmp(word, "private") == 0;
    return rc;
}
static int read_supervision(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret)
{
    return one_of(r, v, "none sampled full", &ret->supervision);
}
static int read_allow(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret)
{
    return ra_profile_matchers(r, v, "allow", &ret->allow, &ret->n_allow);
}
static int read_deny(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret)
{
    return ra_profile_matchers(r, v, "deny", &ret->deny, &ret->n_deny);
}
static int read_needs(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret)
{
    return ra_profile_matchers(r, v, "needs", &ret->needs, &ret->n_needs);
}

static const struct {
    const char *key;
    int (*read)(struct ra_profile_reader *r, const struct ra_json *v, struct ra_profile *ret);
} fields[] = {
    {"profile", read_name},       {"summary", read_summary},     {"extends", read_extends},
    {"radius", read_radius},      {"score", read_score},         {"fail_on", read_fail_on},
    {"certainty", read_certainty}, {"unknown", read_unknown},    {"source", read_source},
    {"supervision", read_supervision}, {"must_see", ra_profile_names}, {"allow", read_allow},
    {"deny", read_deny},          {"needs", read_needs},         {"waive", ra_profile_waivers},
    {"checks", ra_profile_overrides}, {"grants", ra_profile_grants},
};
#define KEYS                                                                                                   \
    "profile summary extends radius score fail_on certainty unknown source supervision must_see allow deny " \
    "needs waive checks grants"

static int parse(struct ra_profile_reader *r, struct ra_span text, struct ra_json **ret)
{
    if (text.n > RA_MAX_PROFILE_BYTES)
        return ra_fail(r->err, RA_E_LIMIT, "a profile has at most %d bytes", RA_MAX_PROFILE_BYTES);
    if (ra_span_trim(text).n == 0)
        return ra_fail_at(r->err, 1, 1, "the profile is empty");
    int rc = ra_yaml_parse(r->arena, text, ret, r->err);
    return rc ? rc : ra_profile_object(r, *ret, "a profile", KEYS);
}

static int apply(struct ra_profile_reader *r, const struct ra_json *doc, struct ra_profile *ret)
{
    for (const struct ra_json *m = doc->child; m; m = m->next)
        for (size_t i = 0; i < RA_COUNT(fields); i++) {
            int rc = ra_span_is(m->key, fields[i].key) ? fields[i].read(r, m, ret) : 0;
            if (rc)
                return rc;
        }
    return 0;
}

// Texts from the innermost extended one to ours, applied in that order.
static int chain(struct ra_profile_reader *r, struct ra_span text, struct ra_span base, unsigned depth,
                 struct ra_buf *read, struct ra_profile *ret, struct ra_json **ret_doc)
{
    int rc = parse(r, text, ret_doc);
    if (rc)
        return rc;
    const struct ra_json *extends = ra_json_get(*ret_doc, "extends");
    if (extends) {
        const char *name, *builtin;
        rc = ra_profile_text(r, extends, &name);
        if (rc)
            return rc;
        builtin = ra_profile_builtin_text(name);
        if (depth >= RA_MAX_EXTENDS)
            return ra_fail_at(r->err, extends->line, extends->column, "profiles extend each other too deeply");
        if (!builtin && !base.n)
            return ra_fail_at(r->err, extends->line, extends->column,
                              "there is no profile '%s' to extend here; an extended file may itself extend only a "
                              "built-in profile",
                              name);
        struct ra_json *theirs;
        struct ra_span none = {0};
        rc = chain(r, builtin ? ra_span_of(builtin) : base, none, depth + 1, read, ret, &theirs);
        if (rc)
            return builtin ? rc : ra_wrap(r->err, "in the extended profile '%s'", name);
    }
    ra_buf_span(read, text);
    return apply(r, *ret_doc, ret);
}

int ra_profile_read(struct ra_arena *a, struct ra_span text, struct ra_span base, const struct ra_profile_vars *vars,
                    struct ra_profile *ret, struct ra_error *err)
{
    struct ra_profile_reader r = {a, vars, err};
    struct ra_profile p = {.score = -1, .fail_on = RA_SEVERITY_MEDIUM, .certainty = RA_CERTAINTY_LIKELY,
                           .source_private = true, .supervision = "none", .must_see_all = true};
    RA_CLEANUP(ra_buf_free) struct ra_buf read = {0};
    struct ra_json *doc;
    int rc = chain(&r, text, base, 0, &read, &p, &doc);
    if (rc)
        return rc;
    if (!ra_json_get(doc, "profile"))
        return ra_fail_at(err, doc->line, doc->column, "a profile needs 'profile', its name");
    if (!ra_json_get(doc, "radius") && !ra_json_get(doc, "extends"))
        return ra_fail_at(err, doc->line, doc->column, "a profile needs 'radius', the most that may be at stake");
    ra_sha256_hex(ra_buf_view(&read), p.digest);
    *ret = p;
    return 0;
}

int ra_profile_extends(struct ra_arena *a, struct ra_span text, const char **ret, struct ra_error *err)
{
    struct ra_profile_reader r = {a, NULL, err};
    struct ra_json *doc;
    int rc = parse(&r, text, &doc);
    if (rc)
        return rc;
    const struct ra_json *v = ra_json_get(doc, "extends");
    const char *name = NULL;
    rc = v ? ra_profile_text(&r, v, &name) : 0;
    if (!rc)
        *ret = name;
    return rc;
}
