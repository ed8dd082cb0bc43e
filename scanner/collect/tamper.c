// The audit's own program and profile: can the run write them, or put others in their place? A file that is a mount
// cannot be replaced from inside, whatever its directory allows; nor can what lies above a mount on its path. Writes
// nothing. Does not look at libraries, or at the kernel.
#include "collect/tamper.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "collect/view.h"

struct look {
    struct ra_collect *c;
    struct ra_view view;
    struct ra_reply reply; // what decided
    const char *how;
};

static bool is_mount(const struct look *l, const char *path)
{
    for (size_t i = 0; i < l->view.n_mounts; i++)
        if (strcmp(l->view.mounts[i].point, path) == 0)
            return true;
    return false;
}

// May it be written; or does it belong to the run, which may then change its mode?
static enum ra_state changeable(struct look *l, const char *path, struct ra_stat *ret)
{
    struct ra_host *h = l->c->host;
    struct ra_fs fs;
    l->reply = ra_host_access(h, path, W_OK);
    enum ra_state state = ra_looked(l->c, l->reply, RA_ON_PATH);
    struct ra_reply stat = ra_host_stat(h, path, ret);
    if (state != RA_STATE_DENIED || l->reply.err == EROFS || stat.err || ret->uid != h->self->euid)
        return state;
    struct ra_reply r = ra_host_statfs(h, path, &fs);
    if (r.err || fs.read_only)
        return r.err ? ra_state_of(r, RA_ON_PATH) : RA_STATE_DENIED;
    l->reply = stat;
    return RA_STATE_PRESENT;
}

static enum ra_state the_file(struct look *l, const char *path, bool running)
{
    struct ra_stat st = {0};
    enum ra_state state = changeable(l, path, &st);
    l->how = "the file can be written";
    // A program that runs cannot be opened for writing, and says nothing about afterwards.
    if (state == RA_STATE_PRESENT && !running && strcmp(l->reply.call, "stat") != 0) {
        struct ra_reply r = ra_host_open_write(l->c->host, path);
        if (ra_state_of(r, RA_ON_PATH) == RA_STATE_DENIED)
            return RA_STATE_DENIED;
        l->reply = r.err ? l->reply : r;
    }
    return state;
}

// In a sticky directory only the owner of a file, or of the directory, may replace it.
static bool sticky_keeps(const struct look *l, const char *child, const struct ra_stat *dir)
{
    struct ra_stat st;
    uid_t uid = l->c->host->self->euid;
    return dir->mode & 01000 && uid != 0 && dir->uid != uid && ra_host_lstat(l->c->host, child, &st).err == 0 &&
           st.uid != uid;
}

static enum ra_state the_way_to_it(struct look *l, const char *path)
{
    enum ra_state worst = RA_STATE_DENIED;
    while (strcmp(path, "/") != 0 && !is_mount(l, path)) {
        const char *dir = ra_path_dir(l->c->arena, path);
        struct ra_stat st = {0};
        enum ra_state state = changeable(l, dir, &st);
        if (state == RA_STATE_PRESENT && !sticky_keeps(l, path, &st)) {
            l->how = ra_strfmt(l->c->arena, "another can take its place, because %s can be written", dir);
            return state;
        }
        if (state == RA_STATE_UNKNOWN)
            worst = state;
        path = dir;
    }
    return worst;
}

static void look_at(struct look *l, const char *path, const char *judges)
{
    struct ra_collect *c = l->c;
    enum ra_state state = the_file(l, path, strcmp(judges, "program") == 0);
    if (state == RA_STATE_ABSENT)
        return;
    if (state != RA_STATE_PRESENT) {
        enum ra_state way = the_way_to_it(l, path);
        state = way == RA_STATE_DENIED ? state : way;
    }
    if (state != RA_STATE_PRESENT && state != RA_STATE_UNKNOWN)
        return;
    enum ra_method method = strcmp(l->reply.call, "open") == 0 ? RA_METHOD_ATTEMPTED : RA_METHOD_OBSERVED;
    struct ra_reach *r = ra_file_reach(c, path, NULL, state, ra_seen(c, method, l->reply, path));
    r->access |= RA_WRITE;
    ra_reach_radius(r, RA_RADIUS_NOTHING, RA_RADIUS_NOTHING);
    ra_reach_text(c->inv, r, "judges", judges);
    ra_reach_text(c->inv, r, "tamper", state == RA_STATE_PRESENT ? l->how : "not told");
}

void ra_tamper_look(struct ra_collect *c, const char *const *files, size_t n)
{
    struct look l = {.c = c};
    const char *exe = c->host->self->exe;
    ra_view_read(c->arena, c->host, &l.view);
    if (exe && exe[0] == '/')
        look_at(&l, ra_path_clean(c->arena, exe), "program");
    for (size_t i = 0; i < n; i++)
        look_at(&l, files[i], "profile");
}
