// Whose homes are in sight? The target's own, those that accounts and customs name, and the same of every mount that
// is a second root (it holds an etc/passwd). Does not look inside them.
#include <string.h>

#include "base/path.h"
#include "collect/files.h"

enum { MAX_ROOTS = 16 };

static bool known_home(const struct ra_homes *h, const char *path)
{
    for (size_t i = 0; i < h->n_homes; i++)
        if (strcmp(h->homes[i].path, path) == 0)
            return true;
    return false;
}

static void push(struct ra_collect *c, struct ra_homes *h, const char *path, bool own)
{
    h->homes = ra_grow(c->arena, h->homes, h->n_homes, &h->cap_homes, sizeof(*h->homes));
    h->homes[h->n_homes++] = (struct ra_home){path, own};
}

// Our own home is what most claims rest on: not to be able to look into it is blindness, not absence.
static void own_home(struct ra_collect *c, struct ra_homes *h)
{
    struct ra_names names;
    if (!c->home) // there is none; where it could not be found out, the scan has said so
        return;
    struct ra_reply r = ra_host_list(c->host, c->arena, c->home, 0, &names);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_DENIED || state == RA_STATE_UNKNOWN)
        ra_unseen(c, "home", ra_strfmt(c->arena, "the home %s could not be listed", c->home), r, c->home);
    if (state != RA_STATE_ABSENT)
        push(c, h, c->home, true);
}

static bool nobodys(const char *path)
{
    static const char *const dirs[] = {"/usr", "/bin", "/sbin", "/dev", "/proc", "/sys", "/nonexistent", "/run"};
    if (path[0] != '/' || strcmp(path, "/") == 0)
        return true;
    for (size_t i = 0; i < RA_COUNT(dirs); i++)
        if (ra_path_inside(path, dirs[i]))
            return true;
    return false;
}

// A home that cannot be entered is one denied reach, not one for each place in it.
static void other_home(struct ra_collect *c, struct ra_homes *h, const char *root, const char *home)
{
    struct ra_stat st;
    const char *path = ra_path_clean(c->arena, ra_strfmt(c->arena, "%s/%s", root, home));
    if (nobodys(ra_path_clean(c->arena, home)) || known_home(h, path))
        return;
    if (h->n_homes >= RA_MAX_HOMES) {
        ra_unseen(c, "homes", "there are more homes than are looked at", (struct ra_reply){.truncated = true}, NULL);
        return;
    }
    struct ra_reply r = ra_host_stat(c->host, ra_strfmt(c->arena, "%s/.", path), &st);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_DENIED) {
        struct ra_reach *reach = ra_file_reach(c, path, NULL, state, ra_seen(c, RA_METHOD_ATTEMPTED, r, path));
        reach->title = "another home";
        ra_reach_radius(reach, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
    } else if (state == RA_STATE_UNKNOWN) {
        ra_unseen(c, path, ra_strfmt(c->arena, "the home %s could not be entered", path), r, path);
    } else if (state == RA_STATE_PRESENT) {
        push(c, h, path, false);
    }
}

static void homes_of_accounts(struct ra_collect *c, struct ra_homes *h, const char *root)
{
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_passwd user;
    const char *path = ra_strfmt(c->arena, "%s/etc/passwd", root);
    struct ra_reply r = ra_collect_read(c, path, &text);
    if (ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN || r.truncated)
        ra_unseen(c, "homes", ra_strfmt(c->arena, "the accounts in %s could not be read whole", path), r, path);
    if (r.err)
        return;
    struct ra_span rest = ra_buf_view(&text);
    while (ra_passwd_next(&rest, &user))
        if (user.home.n)
            other_home(c, h, root, ra_strndup(c->arena, user.home));
}

static void homes_of_root(struct ra_collect *c, struct ra_homes *h, const char *root)
{
    struct ra_names names;
    homes_of_accounts(c, h, root);
    const char *dir = ra_strfmt(c->arena, "%s/home", root);
    struct ra_reply r = ra_host_list(c->host, c->arena, dir, 0, &names);
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN)
        ra_unseen(c, "homes", ra_strfmt(c->arena, "%s could not be listed", dir), r, dir);
    if (state == RA_STATE_PRESENT)
        for (size_t i = 0; i < names.n; i++)
            if (names.items[i].type == 'd' || names.items[i].type == '?' || names.items[i].type == 'l')
                other_home(c, h, root, ra_strfmt(c->arena, "/home/%s", names.items[i].name));
    if (r.truncated)
        ra_unseen(c, "homes", "there are more homes than are looked at", r, dir);
    other_home(c, h, root, "/root");
}

// A home that is mounted under another name.
static void homes_of_mounts(struct ra_collect *c, struct ra_homes *h, const struct ra_view *view)
{
    for (size_t i = 0; i < view->n_mounts; i++)
        if (ra_path_is_home(view->mounts[i].root))
            other_home(c, h, "", view->mounts[i].point);
}

static void push_root(struct ra_collect *c, struct ra_homes *h, const char *root)
{
    h->roots = ra_grow(c->arena, h->roots, h->n_roots, &h->cap_roots, sizeof(*h->roots));
    h->roots[h->n_roots++] = root;
}

static void second_roots(struct ra_collect *c, struct ra_homes *h, const struct ra_view *view)
{
    struct ra_stat st;
    if (view->mounts_reply.err || !view->mounts_whole)
        ra_unseen(c, "roots", "the mounts could not be read, so other roots among them were not looked for",
                  view->mounts_reply, "/proc/self/mountinfo");
    for (size_t i = 0; i < view->n_mounts; i++) {
        const struct ra_mount *m = &view->mounts[i];
        if (strcmp(m->point, "/") == 0 || ra_fs_is_pseudo(m->fstype))
            continue;
        const char *passwd = ra_strfmt(c->arena, "%s/etc/passwd", m->point);
        struct ra_reply r = ra_host_stat(c->host, passwd, &st);
        if (ra_state_of(r, RA_ON_PATH) == RA_STATE_UNKNOWN)
            ra_unseen(c, "roots", ra_strfmt(c->arena, "whether %s holds a root could not be told", m->point), r, passwd);
        if (r.err || st.type != 'f')
            continue;
        if (h->n_roots > MAX_ROOTS) {
            ra_unseen(c, "roots", "there are more mounted roots than are looked at", (struct ra_reply){.truncated = true},
                      m->point);
            return;
        }
        push_root(c, h, m->point);
    }
}

void ra_homes_find(struct ra_collect *c, const struct ra_view *view, struct ra_homes *ret)
{
    own_home(c, ret);
    push_root(c, ret, "");
    second_roots(c, ret, view);
    for (size_t i = 0; i < ret->n_roots; i++)
        homes_of_root(c, ret, ret->roots[i]);
    homes_of_mounts(c, ret, view);
}
