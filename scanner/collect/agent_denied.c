// The files that a rule of an agent denies, tried by the real call: one byte read, or opened for writing and closed.
// A few that answer are enough; it does not list them all, and never walks what the kernel makes.
// Patterns are gitignore's with the agents' anchors: "//x" the root, "~/x" the home, "/x" the settings' own place,
// "./x" and "a/x" where the agent starts, "x" at any depth below that. Source: the vendors' permission references.
#include <errno.h>
#include <string.h>

#include "base/path.h"
#include "collect/agent_internal.h"

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
    if (!*text || strpbrk(text, "[]{}\\!"))
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
    p.any_depth = strstr(p.glob, "**") != NULL;
    p.from = p.glob[plain] ? ra_path_dir(c->arena, ra_strndup(c->arena, (struct ra_span){p.glob, plain + 1})) : p.glob;
    return p;
}

// "a/**/x" is also "a/x".
static bool matches(const struct ra_collect *c, const char *glob, const char *path)
{
    if (ra_path_match(glob, path))
        return true;
    const char *any = strstr(glob, "/**/");
    return any && ra_path_match(ra_strfmt(c->arena, "%.*s%s", (int)(any - glob), glob, any + 3), path);
}

// A pattern that names a directory covers what lies in it.
bool ra_agent_covers(const struct ra_collect *c, const struct ra_agent_pattern *p, const char *path)
{
    if (!p->glob || !ra_path_inside(path, p->from))
        return false;
    for (; strlen(path) >= strlen(p->from); path = ra_path_dir(c->arena, path)) {
        if (matches(c, p->glob, path))
            return true;
        if (strcmp(path, "/") == 0)
            break;
    }
    return false;
}

struct attempt {
    struct ra_collect *c;
    const struct ra_agent_pattern *p, *excluded;
    size_t n_excluded, *budget;
    bool write;
    struct ra_agent_denied *ret;
};

static bool done(struct attempt *t)
{
    if (*t->budget == 0)
        t->ret->unsure = true;
    return *t->budget == 0 || t->ret->n == RA_COUNT(t->ret->paths);
}

static void one(struct attempt *t, const char *path, char type)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    for (size_t i = 0; i < t->n_excluded; i++)
        if (ra_agent_covers(t->c, &t->excluded[i], path))
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

static bool is_kernels(const char *path)
{
    return ra_path_inside(path, "/proc") || ra_path_inside(path, "/sys") || ra_path_inside(path, "/dev");
}

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
    if (is_kernels(dir) || depth > DEPTH || done(t))
        return;
    struct ra_reply r = ra_host_list(t->c->host, t->c->arena, dir, 0, &names);
    if (r.truncated || ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN)
        t->ret->unsure = true;
    for (size_t i = 0; i < names.n && !done(t); i++) {
        const char *path = ra_path_join(t->c->arena, dir, names.items[i].name);
        bool in = covered || matches(t->c, t->p->glob, path);
        --*t->budget;
        if (names.items[i].type != 'd') {
            if (in)
                one(t, path, names.items[i].type);
        } else if (in || ((t->p->any_depth || slashes(path) < slashes(t->p->glob)) && !passed_over(names.items[i].name))) {
            visit(t, path, in, depth + 1);
        }
    }
}

void ra_agent_try(struct ra_collect *c, const struct ra_agent_pattern *p, const struct ra_agent_pattern *excluded,
                  size_t n_excluded, bool write, size_t *budget, struct ra_agent_denied *ret)
{
    struct attempt t = {c, p, excluded, n_excluded, budget, write, ret};
    struct ra_stat st = {0};
    if (is_kernels(p->from)) {
        ret->unsure = true;
        return;
    }
    struct ra_reply r = ra_host_stat(c->host, p->from, &st);
    if (ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN)
        ret->unsure = true;
    if (r.err)
        return;
    if (st.type == 'd')
        visit(&t, p->from, matches(c, p->glob, p->from), 0);
    else if (matches(c, p->glob, p->from))
        one(&t, p->from, st.type);
}
