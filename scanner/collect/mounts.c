// What of the host do the mounts show, and may it be written? Judges a mount by the directory that it shows
// (mountinfo's root field), by what is in it, and by statvfs and access; a tmpfs of the box's own and a read-only
// /usr are nothing. The working tree's own mount is told apart. Opens no file. Source: proc_pid_mountinfo(5).
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "collect/collect.h"
#include "collect/mounts.h"
#include "collect/view.h"

struct mounts {
    struct ra_collect *c;
    struct ra_view view;
    bool boxed, unboxed;
    bool image_root; // the box's root is an image, not the machine's
};

struct rights {
    bool read, write;
    bool refused; // the right to write is refused by permission alone, which root does not ask for
    enum ra_state state;
    struct ra_reply reply;
};

// access() and statvfs() prove a refusal; their consent is an observation. What was not told counts as a right.
static struct rights rights_of(struct mounts *m, const char *path)
{
    struct ra_host *h = m->c->host;
    struct ra_fs fs = {0};
    struct rights r = {0};
    r.reply = ra_host_access(h, path, R_OK);
    r.state = ra_state_of(r.reply, RA_ON_PATH);
    struct ra_reply write = ra_host_access(h, path, W_OK), asked = ra_host_statfs(h, path, &fs);
    enum ra_state writes = ra_state_of(write, RA_ON_PATH);
    bool read_only = asked.err == 0 && fs.read_only;
    if (r.state == RA_STATE_ABSENT)
        r.state = RA_STATE_UNKNOWN;
    r.read = r.state != RA_STATE_DENIED;
    r.write = (writes == RA_STATE_PRESENT || writes == RA_STATE_UNKNOWN) && !read_only;
    r.refused = writes == RA_STATE_DENIED && (write.err == EACCES || write.err == EPERM) && asked.err == 0 && !read_only;
    if (r.write && (writes == RA_STATE_UNKNOWN || r.state == RA_STATE_DENIED))
        r.reply = write, r.state = writes;
    return r;
}

static struct ra_reach *mount_reach(struct mounts *m, const char *point, const struct ra_mount *mount,
                                    const struct rights *rights)
{
    struct ra_collect *c = m->c;
    char *id = ra_id(c->arena, RA_KIND_MOUNT, ra_path_tilde(c->arena, point, c->home), NULL);
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_MOUNT, id, point, rights->state,
                                      ra_seen(c, RA_METHOD_OBSERVED, rights->reply, point));
    r->access |= (rights->read ? RA_READ : 0u) | (rights->write ? RA_WRITE : 0u);
    r->least = RA_RADIUS_NOTHING;
    if (mount) {
        ra_reach_text(c->inv, r, "file-system", mount->fstype);
        ra_reach_text(c->inv, r, "shows", mount->root);
        ra_reach_flag(c->inv, r, "read-only", !rights->write);
    }
    return r;
}

// What could be read and may not be written, told apart: permission holds nobody who becomes root.
static void refused(struct mounts *m, const char *point, const struct rights *rights, unsigned traits,
                    enum ra_radius ceiling, const char *title)
{
    struct ra_collect *c = m->c;
    if (!rights->refused || m->unboxed)
        return;
    struct ra_reach *r = ra_reach_add(c->inv, RA_KIND_MOUNT,
                                      ra_id(c->arena, RA_KIND_MOUNT, ra_path_tilde(c->arena, point, c->home), "write"),
                                      point, RA_STATE_DENIED,
                                      ra_seen(c, RA_METHOD_OBSERVED, (struct ra_reply){EACCES, "access", false}, point));
    r->access |= RA_WRITE;
    r->traits |= traits;
    r->least = RA_RADIUS_NOTHING;
    r->ceiling = ceiling;
    r->title = title;
}

static bool exists(struct mounts *m, const char *dir, const char *leaf)
{
    struct ra_stat st;
    char *path = ra_path_join(m->c->arena, dir, leaf);
    struct ra_reply r = ra_host_stat(m->c->host, path, &st);
    enum ra_state state = ra_looked(m->c, r, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN)
        ra_unseen(m->c, "contents", ra_strfmt(m->c->arena, "whether there is %s", path), r, path);
    return state == RA_STATE_PRESENT;
}

static void trait(struct ra_reach *r, unsigned traits, const char *ref, const char *title)
{
    r->traits |= traits;
    r->least = r->ceiling = RA_RADIUS_PERSON;
    r->ref = ref;
    r->title = title;
}

static void of_host(struct mounts *m, const struct ra_mount *mt, const struct rights *rights, unsigned traits,
                    const char *ref, const char *title)
{
    trait(mount_reach(m, mt->point, mt, rights), traits | RA_TRAIT_OUTSIDE, ref, title);
    refused(m, mt->point, rights, traits, RA_RADIUS_PERSON, title);
}

static void box_root(struct mounts *m, const struct ra_mount *mt)
{
    static const char *const whole[] = {"/", "/@", "/@rootfs", "/@root", NULL};
    if (m->image_root || !ra_mount_on_disk(mt) || strcmp(mt->fstype, "overlay") == 0 || !ra_path_is_any(mt->root, whole))
        return;
    struct rights rights = rights_of(m, "/");
    struct ra_reach *r = mount_reach(m, "/", mt, &rights);
    if (rights.read || rights.write)
        trait(r, RA_TRAIT_HOST_FILES | RA_TRAIT_OUTSIDE, "V25", "the host's root directory");
    // Homes lie on the same mount: writable there means writable by the same rights.
    if (m->c->home && exists(m, "/", m->c->home)) {
        struct rights home = rights_of(m, m->c->home);
        struct ra_reach *h = mount_reach(m, m->c->home, mt, &home);
        if (home.read || home.write)
            trait(h, RA_TRAIT_HOME_FILES | RA_TRAIT_OUTSIDE, "V27", "the person's home directory");
    }
}

// A host's /proc seen a second time: its settings may be writable even where the box's own are not.
static void second_proc(struct mounts *m, const struct ra_mount *mt)
{
    if (ra_path_inside(mt->point, "/proc"))
        return;
    char *pattern = ra_path_join(m->c->arena, mt->point, "sys/kernel/core_pattern");
    struct ra_reply r = ra_host_open_write(m->c->host, pattern);
    struct rights rights = rights_of(m, mt->point);
    struct ra_reach *at = mount_reach(m, mt->point, mt, &rights);
    if (ra_looked(m->c, r, RA_ON_DEVICE) == RA_STATE_PRESENT) {
        ra_reach_evidence(m->c->inv, at, ra_seen(m->c, RA_METHOD_ATTEMPTED, r, pattern));
        trait(at, RA_TRAIT_HOST_ROOT, "V36", "a second /proc whose settings can be written");
    } else {
        at->traits |= RA_TRAIT_WEAKENS;
        at->cap = RA_SEVERITY_LOW;
        at->ref = "V36";
        at->title = "a second /proc";
    }
}

static void remote(struct mounts *m, const struct ra_mount *mt)
{
    struct rights rights = rights_of(m, mt->point);
    struct ra_reach *r = mount_reach(m, mt->point, mt, &rights);
    r->traits |= RA_TRAIT_OUTSIDE | (rights.write ? RA_TRAIT_CHANNEL : 0u);
    r->ceiling = RA_RADIUS_PERSON;
    r->title = "files of another machine";
}

static void device_or_bind(struct mounts *m, const struct ra_mount *mt)
{
    struct ra_stat st;
    struct ra_reply asked = ra_host_stat(m->c->host, mt->point, &st);
    enum ra_state state = ra_looked(m->c, asked, RA_ON_PATH);
    if (state == RA_STATE_UNKNOWN)
        ra_unseen(m->c, "points", ra_strfmt(m->c->arena, "what is mounted at %s", mt->point), asked, mt->point);
    if (state != RA_STATE_PRESENT || st.type != 'd')
        return;
    const char *title = NULL;
    struct rights rights = rights_of(m, mt->point);
    if (exists(m, mt->point, "etc/passwd"))
        of_host(m, mt, &rights, RA_TRAIT_HOST_FILES, "V25", "a second root directory");
    else if (ra_mount_shows_home(mt))
        of_host(m, mt, &rights, RA_TRAIT_HOME_FILES, "V27", "a home directory of the host");
    else if (ra_mount_shows_host(mt, rights.write, &title))
        of_host(m, mt, &rights, RA_TRAIT_HOST_FILES, "V26", title);
    else if (rights.refused && ra_mount_shows_host(mt, true, &title))
        refused(m, mt->point, &rights, RA_TRAIT_HOST_FILES, RA_RADIUS_PERSON, title);
    else if (rights.write) {
        struct ra_reach *r = mount_reach(m, mt->point, mt, &rights);
        r->cap = RA_SEVERITY_LOW;
        r->title = "a writable directory from outside the box";
    }
}

static bool mounted_over(const struct mounts *m, size_t i)
{
    for (size_t j = i + 1; j < m->view.n_mounts; j++)
        if (strcmp(m->view.mounts[j].point, m->view.mounts[i].point) == 0)
            return true;
    return false;
}

static void one_mount(struct mounts *m, const struct ra_mount *mt)
{
    m->c->cover->looked++;
    m->c->cover->present++;
    if (ra_fs_is_remote(mt->fstype))
        remote(m, mt);
    else if (m->unboxed || (ra_fs_is_pseudo(mt->fstype) && strcmp(mt->fstype, "proc") != 0))
        return;
    else if (strcmp(mt->fstype, "proc") == 0)
        second_proc(m, mt);
    else if (strcmp(mt->point, "/") == 0)
        box_root(m, mt);
    else if (ra_mount_on_disk(mt))
        device_or_bind(m, mt);
}

static void worktree(struct mounts *m)
{
    struct ra_collect *c = m->c;
    if (!c->worktree)
        return;
    struct rights rights = rights_of(m, c->worktree);
    ra_looked(c, rights.reply, RA_ON_PATH);
    struct ra_reach *r = mount_reach(m, c->worktree, ra_mount_of(&m->view, c->worktree), &rights);
    r->role = "worktree";
    r->title = "the working tree";
    r->cap = ra_kind_row(RA_KIND_MOUNT)->cap; // however little its mount is worth, the source in it is
    r->traits |= (rights.read ? RA_TRAIT_PRIVATE_SOURCE : 0u) | (rights.write ? RA_TRAIT_WORK : 0u);
    if (r->least < RA_RADIUS_WORKTREE && rights.write)
        r->least = RA_RADIUS_WORKTREE;
    refused(m, c->worktree, &rights, RA_TRAIT_WORK, RA_RADIUS_WORKTREE, "the working tree");
    if (rights.state == RA_STATE_UNKNOWN)
        ra_unseen(c, "worktree", "whether the working tree can be read or written", rights.reply, c->worktree);
}

int ra_collect_mounts(struct ra_collect *c, struct ra_error *err);
int ra_collect_mounts(struct ra_collect *c, struct ra_error *err)
{
    (void)err;
    struct mounts m = {.c = c};
    ra_boxed(c, &m.boxed, &m.unboxed);
    const char *kind = c->inv->target.box.kind;
    m.image_root = m.boxed && strcmp(kind, "bubblewrap") != 0 && strcmp(kind, "namespaces") != 0;
    ra_view_read(c->arena, c->host, &m.view);
    ra_looked(c, m.view.mounts_reply, RA_ON_PATH);
    if (!m.view.mounts_whole)
        ra_unseen(c, NULL, "the mount table", (struct ra_reply){m.view.mounts_reply.err ? m.view.mounts_reply.err : EBADMSG,
                                                                "read", false}, "/proc/self/mountinfo");
    for (size_t i = 0; i < m.view.n_mounts; i++)
        if (!mounted_over(&m, i))
            one_mount(&m, &m.view.mounts[i]);
    worktree(&m);
    return 0;
}
