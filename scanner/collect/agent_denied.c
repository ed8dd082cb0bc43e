// The files that a rule of an agent denies, tried by the real call: one byte read, or opened for writing and closed.
// A few that answer are enough; it does not list them all, and never walks what the kernel makes.
// Patterns are gitignore's with the agents' anchors: "//x" the root, "~/x" the home, "/x" the settings' own place,
// "./x" and "a/x" where the agent starts, "x" at any depth below that. Source: the vendors' permission references.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "collect/agent_internal.h"
#include "collect/view.h"

enum { DEPTH = 16 };

static const char *below(const struct ra_collect *c, const char *dir, const char *rest)
{
    while (*rest == '/')
        rest++;
    return dir ? ra_path_join(c->arena, dir, rest) : NULL;
}

struct ra_agent_pattern ra_agent_pattern(const struct ra_collect *c, const char *text, const char *base,
                                         const char *root, bool absolute)
{
    struct ra_agent_pattern p = {0};
    const char *slash = strchr(text, '/');
    if (!*text || strlen(text) > RA_MAX_PATTERN_BYTES || strpbrk(text, "[]{}\\!"))
        return p;
    if (strncmp(text, "//", 2) == 0)
        p.glob = ra_path_clean(c->arena, text + 1);
    else if (strcmp(text, "~") == 0 || strncmp(text, "~/", 2) == 0)
        p.glob = below(c, c->home, text + 1);
    else if (text[0] == '/')
        p.glob = absolute ? ra_path_clean(c->arena, text) : below(c, root, text);
    else if (strncmp(text, "./", 2) == 0 || (slash && slash[1]))
        p.glob = below(c, base, text);
    else
        p.glob = base ? below(c, base, ra_strfmt(c->arena, "**/%s", text)) : NULL;
    if (!p.glob)
        return p;
    size_t plain = strcspn(p.glob, "*?");
    const char *any = strstr(p.glob, "/**/");
    p.near = any ? ra_strfmt(c->arena, "%.*s%s", (int)(any - p.glob), p.glob, any + 3) : NULL;
    p.any_depth = strstr(p.glob, "**") != NULL;
    p.from = p.glob[plain] ? ra_path_dir(c->arena, ra_strndup(c->arena, (struct ra_span){p.glob, plain + 1})) : p.glob;
    return p;
}

struct attempt {
    struct ra_collect *c;
    const struct ra_agent_pattern *p, *excluded;
    size_t n_excluded;
    struct ra_agent_budget *budget;
    bool write;
    struct ra_agent_denied *ret;
};

// Once the budget is spent, nothing matches and everything is unsure.
static bool done(struct attempt *t)
{
    bool spent = t->budget->entries == 0 || t->budget->steps == 0;
    t->ret->unsure |= spent;
    return spent || t->ret->n == RA_COUNT(t->ret->paths);
}

// "a/**/x" is also "a/x".
static bool matches(struct attempt *t, const struct ra_agent_pattern *p, const char *path)
{
    size_t *steps = &t->budget->steps;
    return ra_glob_within(p->glob, path, "/", '?', steps) || (p->near && ra_glob_within(p->near, path, "/", '?', steps));
}

// A pattern that names a directory covers what lies in it.
static bool covers(struct attempt *t, const struct ra_agent_pattern *p, const char *path)
{
    if (!p->glob || !ra_path_inside(path, p->from))
        return false;
    char *at = ra_strdup(t->c->arena, path);
    for (size_t n = strlen(at), least = strlen(p->from); n && n >= least; at[n] = 0) {
        if (matches(t, p, at))
            return true;
        while (n > 1 && at[n - 1] != '/')
            n--;
        n = n > 1 ? n - 1 : 0;
    }
    return false;
}

static void one(struct attempt *t, const char *path, char type)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    for (size_t i = 0; i < t->n_excluded; i++)
        if (covers(t, &t->excluded[i], path))
            return;
    if (t->budget->steps == 0) // what was not compared may be taken out again
        return;
    if ((type != 'f' && type != 'l' && type != '?') || (type == 'l' && t->write))
        return;
    struct ra_reply r = t->write ? ra_host_open_write(t->c->host, path) : ra_host_read(t->c->host, path, 1, &text);
    if (r.err == EINVAL || r.err == EISDIR) // neither a regular file nor a link to one
        return;
    enum ra_state state = ra_looked(t->c, r, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN)
        t->ret->unsure = true;
    if (state != RA_STATE_PRESENT)
        return;
    if (t->ret->n == 0)
        t->ret->reply = (struct ra_reply){.call = r.call};
    t->ret->paths[t->ret->n++] = path;
}

// ---- what the kernel makes ----------------------------------------------------------------------------

static int by_name(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

struct ra_agent_budget ra_agent_budget_new(struct ra_collect *c)
{
    struct ra_agent_budget b = {.entries = RA_MAX_DENIED_ENTRIES, .steps = RA_MAX_DENIED_STEPS};
    struct ra_view v;
    ra_view_read(c->arena, c->host, &v);
    b.kernels = ra_new_array(c->arena, const char *, v.n_mounts + 1);
    for (size_t i = 0; i < v.n_mounts; i++)
        if (ra_fs_is_pseudo(v.mounts[i].fstype))
            b.kernels[b.n_kernels++] = v.mounts[i].point;
    if (b.n_kernels > 1)
        qsort(b.kernels, b.n_kernels, sizeof *b.kernels, by_name);
    return b;
}

static bool is_kernels(const struct attempt *t, const char *dir)
{
    return ra_path_inside(dir, "/proc") || ra_path_inside(dir, "/sys") || ra_path_inside(dir, "/dev") ||
           (t->budget->n_kernels &&
            bsearch(&dir, t->budget->kernels, t->budget->n_kernels, sizeof dir, by_name) != NULL);
}

// The directory without links, so that it is known for what it is; NULL where links lead in a circle. *ret_kernels: it
// is the kernel's, or lies in something of the kernel's.
static const char *plain(struct attempt *t, const char *dir, bool *ret_kernels)
{
    enum { MOST_LINKS = 40 }; // as many as the kernel follows
    struct ra_arena *a = t->c->arena;
    const char *rest = dir, *reached = "/";
    int links = 0;
    *ret_kernels = is_kernels(t, "/");
    while (*(rest += strspn(rest, "/"))) {
        size_t n = strcspn(rest, "/");
        const char *at = ra_path_join(a, reached, ra_strndup(a, (struct ra_span){rest, n}));
        struct ra_stat st = {0};
        char *to = NULL;
        rest += n;
        if (ra_host_lstat(t->c->host, at, &st).err == 0 && st.type == 'l' &&
            ra_host_readlink(t->c->host, a, at, &to).err == 0) {
            if (++links > MOST_LINKS)
                return NULL;
            rest = ra_strfmt(a, "%s/%s", to, rest);
            reached = to[0] == '/' ? "/" : reached;
            continue;
        }
        reached = at;
        *ret_kernels |= is_kernels(t, reached);
    }
    return reached;
}

// ---- the walk -----------------------------------------------------------------------------------------

static size_t slashes(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += *s == '/';
    return n;
}

// Directories that hold what others made, and a great many files; a rule that names them is followed into them.
static bool passed_over(const char *name)
{
    return strcmp(name, ".git") == 0 || strcmp(name, "node_modules") == 0;
}

static void visit(struct attempt *t, const char *dir, bool covered, int depth)
{
    struct ra_names names = {0};
    if (is_kernels(t, dir) || depth > DEPTH || done(t))
        return;
    struct ra_reply r = ra_host_list(t->c->host, t->c->arena, dir, 0, &names);
    if (r.truncated || ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN)
        t->ret->unsure = true;
    for (size_t i = 0; i < names.n && !done(t); i++) {
        const char *path = ra_path_join(t->c->arena, dir, names.items[i].name);
        bool in = covered || matches(t, t->p, path);
        t->budget->entries--;
        if (names.items[i].type != 'd') {
            if (in)
                one(t, path, names.items[i].type);
        } else if (in || ((t->p->any_depth || slashes(path) < slashes(t->p->glob)) && !passed_over(names.items[i].name))) {
            visit(t, path, in, depth + 1);
        }
    }
}

void ra_agent_try(struct ra_collect *c, const struct ra_agent_pattern *p, const struct ra_agent_pattern *excluded,
                  size_t n_excluded, bool write, struct ra_agent_budget *budget, struct ra_agent_denied *ret)
{
    struct attempt t = {c, p, excluded, n_excluded, budget, write, ret};
    struct ra_stat st = {0};
    bool kernels = false;
    if (!plain(&t, p->from, &kernels) || kernels) {
        ret->unsure = true;
        return;
    }
    struct ra_reply r = ra_host_stat(c->host, p->from, &st);
    if (ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN)
        ret->unsure = true;
    if (r.err || done(&t))
        return;
    if (st.type == 'd')
        visit(&t, p->from, matches(&t, p, p->from), 0);
    else if (matches(&t, p, p->from))
        one(&t, p->from, st.type);
    done(&t);
}
