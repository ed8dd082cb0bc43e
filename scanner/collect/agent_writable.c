// May a settings file of an agent be rewritten, and who then runs what was put there? A user's file runs at the
// agent's next start, by itself; a file of the working tree when a person next uses that tree. A file that lives
// only in the box ends with it.
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "collect/agent_internal.h"
#include "collect/view.h"
#include "parse/proc.h"

static bool outside_box(struct ra_collect *c, const char *path)
{
    const char *box = c->inv->target.box.kind;
    struct ra_buf text RA_CLEANUP(ra_buf_free) = {0};
    struct ra_mount *mounts = NULL;
    size_t n = 0;
    if (!box || strcmp(box, "none") == 0 || strcmp(box, "unknown") == 0 ||
        ra_collect_read(c, "/proc/self/mountinfo", &text).err ||
        !ra_mountinfo_parse(c->arena, ra_buf_view(&text), &mounts, &n))
        return true;
    const struct ra_mount *best = NULL;
    for (size_t i = 0; i < n; i++)
        if (ra_path_inside(path, mounts[i].point) && (!best || strlen(mounts[i].point) >= strlen(best->point)))
            best = &mounts[i];
    return !best || !ra_mount_is_own(best);
}

// The open for writing follows no link, so links are resolved by hand; beyond the eighth it is a loop.
static const char *resolved(struct ra_collect *c, const char *path)
{
    for (int i = 0; i < 8; i++) {
        struct ra_stat st;
        char *to = NULL;
        if (ra_host_lstat(c->host, path, &st).err || st.type != 'l' ||
            ra_host_readlink(c->host, c->arena, path, &to).err)
            break;
        path = ra_path_join(c->arena, ra_path_dir(c->arena, path), to);
    }
    return path;
}

static void mark(struct ra_collect *c, struct ra_reach *r, bool outside, bool of_tree)
{
    r->access |= RA_WRITE;
    r->role = "agent-settings";
    if (!outside) {
        r->least = r->ceiling = RA_RADIUS_SANDBOX;
        return;
    }
    r->traits |= of_tree ? RA_TRAIT_RUNS_BY_PERSON : RA_TRAIT_RUNS_LATER | RA_TRAIT_LIMITS;
    r->ceiling = RA_RADIUS_PERSON;
    r->least = r->state == RA_STATE_PRESENT ? RA_RADIUS_PERSON : RA_RADIUS_NOTHING;
    ra_reach_text(c->inv, r, "runs", of_tree ? "when a person next starts the agent in this tree"
                                             : "at the agent's next start");
}

void ra_agent_writable(const struct ra_agent_file *f)
{
    struct ra_collect *c = f->c;
    const char *real = resolved(c, f->path);
    struct ra_reply r = ra_host_open_write(c->host, real);
    enum ra_method method = RA_METHOD_ATTEMPTED;
    enum ra_state state = ra_looked(c, r, RA_ON_PATH);
    if (state == RA_STATE_DENIED && (r.err == EACCES || r.err == EPERM)) {
        struct ra_reply dir = ra_host_access(c->host, ra_path_dir(c->arena, real), W_OK);
        if (ra_looked(c, dir, RA_ON_PATH) == RA_STATE_PRESENT) {
            r = dir;
            method = RA_METHOD_OBSERVED;
            state = RA_STATE_PRESENT; // another file can take its place
        }
    }
    if (state != RA_STATE_PRESENT && state != RA_STATE_UNKNOWN)
        return;
    struct ra_reach *reach = ra_file_reach(c, f->path, NULL, state, ra_seen(c, method, r, f->path));
    reach->title = "settings of a coding agent";
    mark(c, reach, outside_box(c, real), ra_agent_of_tree(f));
    if (strcmp(real, f->path) != 0)
        ra_reach_text(c->inv, reach, "links_to", real);
    if (method == RA_METHOD_OBSERVED)
        ra_reach_flag(c->inv, reach, "by_replacing", true);
    if (strcmp(f->scope, "managed") == 0)
        ra_agent_managed(f, state, method == RA_METHOD_OBSERVED ? "another file can take its place"
                                                                : "it can be opened for writing");
}

void ra_agent_creatable(struct ra_collect *c, const char *folder, const char *file)
{
    if (!c->home || strcmp(folder, c->home) == 0) // a writable home is the mounts collector's
        return;
    struct ra_reply r = ra_host_access(c->host, folder, W_OK);
    if (ra_looked(c, r, RA_ON_PATH) != RA_STATE_PRESENT || !outside_box(c, folder))
        return;
    struct ra_reach *reach = ra_file_reach(c, folder, NULL, RA_STATE_PRESENT, ra_seen(c, RA_METHOD_OBSERVED, r, folder));
    reach->title = "settings folder of a coding agent";
    mark(c, reach, true, false);
    ra_reach_flag(c->inv, reach, ra_strfmt(c->arena, "can_make_%s", file), true);
}
