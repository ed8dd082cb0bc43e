// The two halves of the git probe share one open repository.
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
// Remotes, and branches with commits that are only here.
void ra_git_probe_history(struct ra_git_probe *p);

#endif
