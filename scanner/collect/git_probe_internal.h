// The parts of the git probe share one open repository.
#ifndef RA_COLLECT_GIT_PROBE_INTERNAL_H
#define RA_COLLECT_GIT_PROBE_INTERNAL_H

#include <git2.h>

#include "collect/git_internal.h"

struct ra_git_probe {
    const struct ra_git_question *q;
    struct ra_buf *out;
    git_repository *repo;
};

// Says that `part` could not be looked at, in the library's own words.
void ra_git_probe_failed(struct ra_git_probe *p, const char *part);
// Remotes, branches with commits that are only here, commits that only tags or reflogs lead to.
void ra_git_probe_history(struct ra_git_probe *p);
// Untracked, changed and ignored files.
void ra_git_probe_tree(struct ra_git_probe *p);
// What people keep out of git because it matters, not because it can be built again.
bool ra_git_notable(const char *path);
// Directories that tools fill and fill again.
bool ra_git_rebuilt(const char *name);

// ---- commits (git_probe_walk.c) -------------------------------------------------------------------

struct ra_git_ids {
    git_oid *items;
    size_t n, cap;
};
void ra_git_ids_add(struct ra_arena *a, struct ra_git_ids *ids, const git_oid *id);

struct ra_git_walk; // commits reachable from some tips and from none of others
struct ra_git_walk *ra_git_walk_run(struct ra_git_probe *p, struct ra_arena *a, const struct ra_git_ids *from,
                                    const struct ra_git_ids *not_from);
uint64_t ra_git_walk_count(const struct ra_git_walk *w);
// Is the count sure? Unsure where history ends early here on the side that is taken away, or the cap was reached
// before both sides met: what is left may be taken away by what was not seen.
bool ra_git_walk_sure(const struct ra_git_walk *w);
// There are more than were counted.
bool ra_git_walk_more(const struct ra_git_walk *w);
// How many of them `tip` reaches; *ret_more where it may be more.
uint64_t ra_git_walk_from(struct ra_git_walk *w, const git_oid *tip, bool *ret_more);
// False where the object is not here, or is no commit.
bool ra_git_walk_has(const struct ra_git_walk *w, const git_oid *id);

#endif
