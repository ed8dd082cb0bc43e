// Every form of settings file as one tree, and the paths of clis.def through it. Judges no value.
#include <string.h>

#include "collect/cloud.h"
#include "parse/ini.h"
#include "parse/netrc.h"
#include "parse/toml.h"
#include "parse/yaml.h"

static struct ra_json *member(struct ra_arena *a, struct ra_json *object, struct ra_span key, enum ra_json_type type)
{
    struct ra_json *m = ra_new(a, struct ra_json), **last = &object->child;
    while (*last)
        last = &(*last)->next;
    m->type = type;
    m->key = key;
    *last = m;
    return m;
}

static struct ra_json *object_named(struct ra_arena *a, struct ra_json *root, struct ra_span key)
{
    for (struct ra_json *m = root->child; m; m = m->next)
        if (m->type == RA_JSON_OBJECT && ra_span_eq(m->key, key))
            return m;
    key = ra_span_of(ra_strndup(a, key)); // git's section names are borrowed from the iterator
    return member(a, root, key, RA_JSON_OBJECT);
}

// Keys before the first section stand at the top.
static struct ra_json *ini_tree(struct ra_arena *a, struct ra_span text, bool git)
{
    struct ra_ini it = {.rest = text, .git = git};
    struct ra_json *root = ra_new(a, struct ra_json);
    struct ra_span key, value;
    root->type = RA_JSON_OBJECT;
    while (ra_ini_next(&it, &key, &value)) {
        struct ra_json *in = it.section.n ? object_named(a, root, it.section) : root;
        if (git) { // keys are not case-sensitive
            char *low = ra_strndup(a, key);
            for (char *p = low; *p; p++)
                *p = (char)(*p >= 'A' && *p <= 'Z' ? *p - 'A' + 'a' : *p);
            key = ra_span_of(low);
        }
        member(a, in, key, RA_JSON_STRING)->text = git ? ra_span_of(ra_git_value(a, value)) : value;
    }
    return root;
}

static struct ra_json *netrc_tree(struct ra_arena *a, struct ra_span text)
{
    struct ra_netrc it = {.rest = text, .line = 1};
    struct ra_json *root = ra_new(a, struct ra_json);
    struct ra_netrc_entry e;
    root->type = RA_JSON_OBJECT;
    while (ra_netrc_next(&it, &e)) {
        struct ra_json *m = object_named(a, root, e.machine);
        member(a, m, RA_SPAN("login"), RA_JSON_STRING)->text = e.login;
        member(a, m, RA_SPAN("password"), RA_JSON_STRING)->text = e.password;
    }
    return root;
}

static struct ra_json *whole(struct ra_arena *a, struct ra_span text)
{
    struct ra_json *root = ra_new(a, struct ra_json);
    root->type = RA_JSON_STRING;
    root->text = ra_span_trim(text);
    return root;
}

struct ra_json *ra_cli_tree(struct ra_arena *a, enum ra_cli_form form, struct ra_span text)
{
    struct ra_json *tree = NULL;
    switch (form) {
    case RA_CLI_INI:
    case RA_CLI_GIT:
        return ini_tree(a, text, form == RA_CLI_GIT);
    case RA_CLI_NETRC:
        return netrc_tree(a, text);
    case RA_CLI_JSON:
        return ra_json_parse(a, text, true, &tree, NULL) ? NULL : tree;
    case RA_CLI_TOML:
        return ra_toml_parse(a, text, &tree, NULL) ? NULL : tree;
    case RA_CLI_YAML:
        return ra_yaml_parse(a, text, &tree, NULL) ? NULL : tree;
    case RA_CLI_TEXT:
    case RA_CLI_EXISTS:
        return whole(a, text);
    }
    return NULL;
}

// Does `key` fit an element with at most one '*'? *ret_star gets what that stood for.
static bool fits(struct ra_span element, struct ra_span key, struct ra_span *ret_star)
{
    ptrdiff_t star = ra_span_chr(element, '*');
    *ret_star = key;
    if (star < 0)
        return ra_span_eq(element, key);
    size_t before = (size_t)star, after = element.n - before - 1;
    if (key.n < before + after || memcmp(key.p, element.p, before) != 0 ||
        memcmp(key.p + key.n - after, element.p + before + 1, after) != 0)
        return false;
    *ret_star = ra_span_cut(key, before, key.n - before - after);
    return true;
}

static void step(const struct ra_json *node, struct ra_span path, struct ra_span star, ra_cli_found *found, void *arg)
{
    struct ra_span element, met;
    if (path.n == 0) {
        found(arg, node, ra_json_text(node));
        return;
    }
    if (ra_span_is(path, "@")) {
        found(arg, node, star);
        return;
    }
    ptrdiff_t slash = ra_span_chr(path, '/');
    bool at = slash < 0 && ra_span_ends(path, "@");
    element = ra_span_cut(path, 0, slash >= 0 ? (size_t)slash : at ? path.n - 1 : path.n);
    path = slash >= 0 ? ra_span_cut(path, (size_t)slash + 1, path.n) : at ? RA_SPAN("@") : (struct ra_span){"", 0};
    if (node->type != RA_JSON_OBJECT && node->type != RA_JSON_ARRAY)
        return;
    for (const struct ra_json *m = node->child; m; m = m->next) {
        bool item = node->type == RA_JSON_ARRAY && ra_span_is(element, "*");
        if (item || (node->type == RA_JSON_OBJECT && fits(element, m->key, &met)))
            step(m, path, item ? star : met, found, arg);
    }
}

void ra_cli_walk(const struct ra_json *tree, const char *path, ra_cli_found *found, void *arg)
{
    step(tree, ra_span_of(path), (struct ra_span){"", 0}, found, arg);
}
