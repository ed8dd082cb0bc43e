// Which programs are in PATH, and which of them are logged in? Looks only for the names of model/tools.def; nothing is
// ever run. A program by itself opens nothing: what its login opens is the secret's, which other collectors tell.
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "collect/cloud.h"
#include "model/tools.h"

// What shells search where PATH is not set.
#define USUAL_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

struct dir {
    const char *path;
    bool listed; // names are all there are; else each name is tried
    struct ra_names names;
};
struct cloud {
    struct ra_collect *c;
    struct dir *dirs;
    size_t n_dirs, cap_dirs;
};

static const char *shown(struct ra_collect *c, const char *path)
{
    return ra_path_tilde(c->arena, path, c->home);
}

static bool known_dir(const struct cloud *s, const char *path)
{
    for (size_t i = 0; i < s->n_dirs; i++)
        if (strcmp(s->dirs[i].path, path) == 0)
            return true;
    return false;
}

// A directory that cannot be listed may still be searched by name; one that cannot be searched runs nothing.
static void add_dir(struct cloud *s, const char *path)
{
    struct ra_collect *c = s->c;
    struct dir d = {.path = path};
    struct ra_stat st;
    if (known_dir(s, path))
        return;
    if (s->n_dirs >= RA_MAX_PATH_DIRS) {
        ra_unseen(c, "PATH", "PATH names more directories than are looked at", (struct ra_reply){.truncated = true}, path);
        return;
    }
    struct ra_reply r = ra_host_list(c->host, c->arena, path, 0, &d.names);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_DENIED) {
        r = ra_host_stat(c->host, ra_strfmt(c->arena, "%s/.", path), &st);
        state = ra_looked(c, r, RA_ON_PATH);
    } else {
        d.listed = state == RA_STATE_PRESENT && !r.truncated;
    }
    if (state == RA_STATE_UNKNOWN)
        ra_unseen(c, shown(c, path), ra_strfmt(c->arena, "%s, which PATH names, could not be listed", shown(c, path)), r,
                  path);
    if (state != RA_STATE_PRESENT)
        return;
    s->dirs = ra_grow(c->arena, s->dirs, s->n_dirs, &s->cap_dirs, sizeof(*s->dirs));
    s->dirs[s->n_dirs++] = d;
}

// An element that is empty or relative makes the current directory a place of programs.
static void note_relative(struct ra_collect *c, const char *path)
{
    struct ra_evidence e = {c->name, RA_METHOD_OBSERVED, 0, {.call = "environ"}};
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_ENV, ra_id(c->arena, RA_KIND_ENV, "PATH", NULL), "PATH",
                                      RA_STATE_PRESENT, e);
    r->access |= RA_READ;
    r->title = "where programs are looked for";
    ra_reach_radius(r, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
    ra_reach_text(c->inv, r, "kind", "code");
    ra_reach_text(c->inv, r, "relative_to", path);
}

static void read_path(struct cloud *s)
{
    struct ra_collect *c = s->c;
    const char *value = ra_host_getenv(c->host, "PATH"), *cwd = c->host->self->cwd;
    struct ra_span rest = ra_span_of(value ? value : USUAL_PATH), part;
    if (!c->host->self->environ_ && !c->host->at_rest) // at rest the usual ones are all there is
        ra_unseen(c, "PATH", "PATH is not known, so the usual directories were searched",
                  (struct ra_reply){.err = ENOSYS, .call = "environ"}, NULL);
    if (value && !*value)
        rest = RA_SPAN(".");
    while (ra_span_until(&rest, ':', &part)) {
        char *path = ra_strndup(c->arena, part.n ? part : RA_SPAN("."));
        if (path[0] == '/') {
            add_dir(s, ra_path_clean(c->arena, path));
        } else if (cwd && cwd[0] == '/') {
            note_relative(c, cwd);
            add_dir(s, ra_path_join(c->arena, cwd, path));
        } else {
            ra_unseen(c, "PATH", "PATH names a directory below the current one, which is not known",
                      (struct ra_reply){.err = ENOENT, .call = "getcwd"}, NULL);
        }
    }
}

static bool among(const struct dir *d, const char *name)
{
    size_t at;
    RA_SEARCH(at, d->names.n, strcmp(d->names.items[at].name, name) < 0);
    return at < d->names.n && strcmp(d->names.items[at].name, name) == 0 && d->names.items[at].type != 'd';
}

// The state of one file as a program: present where it is a regular file that this process may execute.
static enum ra_state as_program(struct cloud *s, const char *path, struct ra_reply *ret)
{
    struct ra_collect *c = s->c;
    struct ra_stat st;
    *ret = ra_host_access(c->host, path, X_OK);
    enum ra_state state = ra_looked(c, *ret, RA_ON_PATH);
    if (state == RA_STATE_PRESENT) {
        struct ra_reply r = ra_host_stat(c->host, path, &st);
        if (r.err == 0 && st.type == 'f')
            return state;
        *ret = r.err ? r : (struct ra_reply){.err = ENOENT, .call = "stat"};
        state = ra_state_of(*ret, RA_ON_PATH);
    }
    if (state == RA_STATE_UNKNOWN)
        ra_unseen(c, shown(c, path), ra_strfmt(c->arena, "whether %s can be run could not be told", shown(c, path)), *ret,
                  path);
    return state;
}

// As a shell does: the first one that may be run. One that may not is told only where no other is.
static const char *find(struct cloud *s, const char *name, enum ra_state *ret_state, struct ra_reply *ret)
{
    const char *denied = NULL;
    struct ra_reply r, why = {0};
    for (size_t i = 0; i < s->n_dirs; i++) {
        const struct dir *d = &s->dirs[i];
        if (d->listed && !among(d, name))
            continue;
        const char *path = ra_path_join(s->c->arena, d->path, name);
        *ret_state = as_program(s, path, &r);
        if (*ret_state == RA_STATE_PRESENT) {
            *ret = r;
            return path;
        }
        if (*ret_state == RA_STATE_DENIED && !denied)
            denied = path, why = r;
    }
    *ret = why;
    *ret_state = denied ? RA_STATE_DENIED : RA_STATE_ABSENT;
    return denied;
}

static void look_for(struct cloud *s, const struct ra_tool *tool)
{
    struct ra_collect *c = s->c;
    enum ra_state state;
    struct ra_reply r;
    const char *path = find(s, tool->name, &state, &r);
    if (!path)
        return;
    const char *id = ra_id(c->arena, RA_KIND_PROGRAM, tool->name, NULL);
    struct ra_reach *program = ra_reach_add(c->inv, RA_KIND_PROGRAM, id, path, state,
                                            ra_seen(c, RA_METHOD_OBSERVED, r, path));
    const struct ra_cli_row *cli = tool->login ? ra_cli_row(tool->name) : NULL;
    if (state != RA_STATE_PRESENT)
        return;
    program->access |= RA_EXECUTE;
    if (cli) {
        program->title = cli->more;
        ra_cli_login(c, cli, program);
    }
}

static bool in_path(void *arg, const char *name)
{
    struct cloud *s = arg;
    enum ra_state state;
    struct ra_reply r;
    return find(s, name, &state, &r) && state == RA_STATE_PRESENT;
}

int ra_collect_cloud(struct ra_collect *c, struct ra_error *err);
int ra_collect_cloud(struct ra_collect *c, struct ra_error *err)
{
    (void)err;
    struct cloud s = {.c = c};
    read_path(&s);
    ra_cli_keyrings(c, in_path, &s);
    for (size_t i = 0; i < ra_n_tools; i++)
        look_for(&s, &ra_tools[i]);
    return 0;
}
