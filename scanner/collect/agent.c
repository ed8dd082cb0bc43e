// What do coding agents here have permission to do unasked, what do their settings hold and who may rewrite them?
// Walks the table of settings files, reads each and hands it to its reader. The agents' own credentials are read
// by the files collector; what a permission is worth is judged elsewhere.
#include <string.h>

#include "base/path.h"
#include "collect/agent_internal.h"
#include "parse/toml.h"

int ra_collect_agent(struct ra_collect *c, struct ra_error *err);

static const struct row {
    const char *agent, *scope, *override, *folder, *file;
    enum ra_agent_format format;
    void (*read)(const struct ra_agent_file *f);
} rows[] = {
#define RA_AGENT_FILE(agent, scope, override, folder, file, format, reader) \
    {agent, scope, override, folder, file, RA_AGENT_##format, ra_agent_read_##reader},
#include "catalogue/agents.def"
#undef RA_AGENT_FILE
};

// ---- what the readers share -----------------------------------------------------------------------

struct ra_reach *ra_agent_setting_at(const struct ra_agent_file *f, const char *key, unsigned line, unsigned column,
                                     const char *ref, unsigned traits, const char *title)
{
    struct ra_collect *c = f->c;
    char *name = ra_strfmt(c->arena, "%s/%s:%s", f->agent, f->scope, ra_path_tilde(c->arena, f->path, c->home));
    char *part = ra_scrub(c->arena, key);
    if (part && strlen(part) > RA_MAX_RULE_SHOWN_BYTES) // once it is scrubbed: half a secret is not known for one
        part = ra_strfmt(c->arena, "%.*s...", RA_MAX_RULE_SHOWN_BYTES, part);
    struct ra_reach *r =
        ra_reach_add(c->inv, RA_KIND_AGENT, ra_id(c->arena, RA_KIND_AGENT, name, part), f->path,
                     RA_STATE_PRESENT, ra_seen_at(c, RA_METHOD_OBSERVED, f->path, line, column));
    r->ref = ref ? ref : r->ref;
    r->title = title;
    r->traits |= traits;
    r->least = r->ceiling = RA_RADIUS_NOTHING;
    return r;
}

struct ra_reach *ra_agent_setting(const struct ra_agent_file *f, const char *key, const struct ra_json *at,
                                  const char *ref, unsigned traits, const char *title)
{
    return ra_agent_setting_at(f, key, at ? at->line : 1, at ? at->column : 1, ref, traits, title);
}

bool ra_agent_of_tree(const struct ra_agent_file *f)
{
    return strcmp(f->scope, "project") == 0 || strcmp(f->scope, "local") == 0;
}

bool ra_agent_too_wide(const struct ra_collect *c, struct ra_span dir)
{
    static const char *const homes[] = {"~", "~/", "$HOME", "${HOME}", "$HOME/", "${HOME}/"};
    for (size_t i = 0; i < RA_COUNT(homes); i++)
        if (ra_span_is(dir, homes[i]))
            return true;
    if (dir.n == 0 || dir.p[0] != '/')
        return false;
    char *path = ra_path_clean(c->arena, ra_strndup(c->arena, dir));
    return strcmp(path, "/") == 0 || (c->home && ra_path_inside(c->home, path));
}

const char *ra_agent_join(const struct ra_collect *c, const struct ra_json *list)
{
    struct ra_buf all RA_CLEANUP(ra_buf_free) = {0};
    if (list && list->type == RA_JSON_STRING)
        return ra_scrub_span(c->arena, list->text);
    for (const struct ra_json *v = list && list->type == RA_JSON_ARRAY ? list->child : NULL; v; v = v->next)
        if (v->type == RA_JSON_STRING)
            ra_buf_printf(&all, "%s%s", all.n ? ", " : "", ra_scrub_span(c->arena, v->text));
    return ra_strndup(c->arena, ra_buf_view(&all));
}

void ra_agent_read_limits(const struct ra_agent_file *f)
{
    (void)f; // limits are protections, never reaches; only that they can be read or rewritten is of interest
}

// ---- one file -------------------------------------------------------------------------------------

static void problem(const struct ra_agent_file *f, unsigned line, unsigned column, const char *what)
{
    struct ra_reach *r = ra_agent_setting_at(f, NULL, line, column, "AG-014", 0, "agent settings that cannot be read");
    ra_reach_text(f->c->inv, r, "problem", ra_strfmt(f->c->arena, "line %u, column %u: %s", line, column, what));
}

static struct ra_json *parse(struct ra_agent_file *f, enum ra_agent_format format)
{
    struct ra_error err = {0}, lenient = {0};
    struct ra_json *doc = NULL;
    struct ra_arena *a = f->c->arena;
    int r = format == RA_AGENT_TOML ? ra_toml_parse(a, f->text, &doc, &err)
                                    : ra_json_parse(a, f->text, format == RA_AGENT_JSONC, &doc, &err);
    if (r == 0)
        return doc;
    problem(f, err.line, err.column, err.text);
    // Whether the agent itself forgives comments differs by version: what it may obey is judged all the same.
    if (format == RA_AGENT_JSON && ra_json_parse(a, f->text, true, &doc, &lenient) == 0)
        return doc;
    return NULL;
}

static void judge_text(struct ra_agent_file *f, const struct row *row)
{
    if (row->format == RA_AGENT_RULES || row->format == RA_AGENT_IGNORE) {
        row->read(f);
        ra_agent_secrets_text(f);
        return;
    }
    if (ra_span_trim(f->text).n == 0)
        return;
    struct ra_json *doc = parse(f, row->format);
    if (doc && doc->type != RA_JSON_OBJECT) {
        problem(f, doc->line, doc->column, "not a table of settings");
        doc = NULL;
    }
    f->doc = doc;
    if (!doc) {
        ra_agent_secrets_text(f);
        return;
    }
    const struct ra_json *twice = ra_json_duplicate(doc);
    if (twice) {
        char *key = ra_strfmt(f->c->arena, "duplicate/%s", ra_scrub_span(f->c->arena, twice->key));
        ra_agent_setting_at(f, key, twice->key_line, twice->key_column, "AG-014", 0,
                            "a key given twice: readers differ in which one counts");
    }
    row->read(f);
}

struct walk {
    struct ra_collect *c;
    struct ra_agent_claims *claims;
};

// Returns false where there is no such file.
static bool one_file(struct walk *w, const struct row *row, const char *path)
{
    struct ra_collect *c = w->c;
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_agent_file f = {.c = c, .agent = row->agent, .scope = row->scope, .path = path, .claims = w->claims};
    struct ra_reply r = ra_host_read(c->host, path, RA_MAX_SETTINGS_BYTES, &text);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_ABSENT)
        return false;
    const char *shown = ra_path_tilde(c->arena, path, c->home);
    if (state == RA_STATE_UNKNOWN || r.truncated)
        ra_unseen(c, shown, ra_strfmt(c->arena, "%s was not read%s", shown, r.truncated ? " whole" : ""), r, path);
    f.text = ra_buf_view(&text);
    if (ra_span_starts(f.text, "\xEF\xBB\xBF"))
        f.text = ra_span_cut(f.text, 3, f.text.n);
    if (state == RA_STATE_PRESENT && r.truncated)
        ra_agent_secrets_text(&f);
    else if (state == RA_STATE_PRESENT)
        judge_text(&f, row);
    if (row->format != RA_AGENT_IGNORE)
        ra_agent_writable(&f);
    return true;
}

static void one_pattern(struct walk *w, const struct row *row, const char *folder)
{
    struct ra_collect *c = w->c;
    struct ra_names names = {0};
    struct ra_reply r = ra_host_list(c->host, c->arena, folder, 0, &names);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN || r.truncated)
        ra_unseen(c, folder, ra_strfmt(c->arena, "%s was not listed whole", folder), r, folder);
    for (size_t i = 0; i < names.n; i++)
        if (ra_span_ends(ra_span_of(names.items[i].name), row->file + 1))
            one_file(w, row, ra_path_join(c->arena, folder, names.items[i].name));
}

static void one_folder(struct walk *w, const struct row *row, const char *folder)
{
    struct ra_collect *c = w->c;
    if (row->file[0] == '*')
        one_pattern(w, row, folder);
    else if (!one_file(w, row, ra_path_join(c->arena, folder, row->file)) && strcmp(row->scope, "user") == 0)
        ra_agent_creatable(c, folder, row->file);
}

static void one_row(struct walk *w, const struct row *row)
{
    struct ra_collect *c = w->c;
    const char *base = row->folder[0] == '~' ? c->home : row->folder[0] == '@' ? c->worktree : "/";
    const char *rest = row->folder[0] == '/' ? row->folder + 1 : row->folder[1] ? row->folder + 2 : "";
    if (base)
        one_folder(w, row, ra_path_join(c->arena, base, rest));
    bool whole = row->override && row->override[0] == '=';
    const char *other = row->override ? ra_host_getenv(c->host, row->override + whole) : NULL;
    if (!other || other[0] != '/')
        return;
    if (whole) {
        one_file(w, row, ra_path_clean(c->arena, other));
        return;
    }
    const char *below = strchr(rest, '/'); // "~/.codex/rules": the variable stands for "~/.codex"
    one_folder(w, row, ra_path_join(c->arena, other, below ? below + 1 : ""));
}

int ra_collect_agent(struct ra_collect *c, struct ra_error *err)
{
    (void)err;
    // Without a home no agent has user settings; that the home could not be found out is the scan's to say.
    struct walk w = {c, ra_agent_claims_new(c)};
    for (size_t i = 0; i < RA_COUNT(rows); i++)
        one_row(&w, &rows[i]);
    ra_agent_claims_judge(w.claims);
    return 0;
}
