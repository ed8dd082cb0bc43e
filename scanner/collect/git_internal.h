// What the two halves of the git collector say to each other: the probe (a short-lived child, the only place
// where libgit2 runs) writes facts, the collector reads them back and trusts none of them.
#ifndef RA_COLLECT_GIT_INTERNAL_H
#define RA_COLLECT_GIT_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "collect/collect.h"

// RA_GIT_FACT(name, "word on the wire", what it says)
#define RA_GIT_FACTS(X)                                                            \
    X(ERROR, "error")         /* name: the part that failed; text: the library's own sentence */ \
    X(CAPPED, "capped")       /* name: what was cut; number: the cap */            \
    X(REMOTE, "remote")       /* name: a configured remote */                      \
    X(UNPUSHED, "unpushed")   /* name: branch; number: commits on no remote-tracking ref */ \
    X(UNSURE, "unsure")       /* name: branch whose history ends early here */     \
    X(UNTRACKED, "untracked") /* number: files; name: bytes in decimal */          \
    X(MODIFIED, "modified")   /* number: files changed in the tree or the index */ \
    X(IGNORED, "ignored")     /* number: ignored entries, folders counted once */  \
    X(NOTABLE, "notable")     /* name: an ignored path that a clone would not bring back */ \
    X(STASH, "stash")         /* number: stashes */                                \
    X(SUBMODULES, "submodules") /* number: submodules that are checked out */              \
    X(SHALLOW, "shallow")     /* the clone has not the whole history */            \
    X(ELSEWHERE, "elsewhere") /* name: core.worktree, where it is not the tree we look at */ \
    X(DONE, "done")           /* last: nothing was lost on the way */
enum ra_git_fact_kind {
#define X(n, s) RA_GIT_##n,
    RA_GIT_FACTS(X)
#undef X
};

struct ra_git_fact {
    enum ra_git_fact_kind kind;
    uint64_t number;
    struct ra_span name, text; // borrowed from the bytes; never with a NUL inside
};

struct ra_git_question {
    const char *worktree;              // absolute
    const char *home, *config_home;    // the target's; NULL: no such settings are read
    uint64_t dev, ino;                 // of the worktree, to recognise it
};

// Runs in the child. `question` is a struct ra_git_question. Appends facts to *out; opens no transport,
// writes nothing, runs nothing.
void ra_git_probe_run(void *question, struct ra_buf *out);

void ra_git_fact_put(struct ra_buf *out, enum ra_git_fact_kind kind, uint64_t number, const char *name,
                     const char *text);
// Takes the next fact off *rest; false at the end or at the first thing that is not a fact (rest->n stays > 0).
bool ra_git_fact_next(struct ra_span *rest, struct ra_git_fact *ret);

// Where git keeps what a checkout shares: hooks and config.
struct ra_git_place {
    const char *git_dir; // the .git directory, or what a .git file names
    const char *common;  // the same, or the main repository's for a linked worktree
    const char *says;    // how .git leads there, where it is no plain directory; NULL otherwise
};
// git_config.c: hooks and config as places that run code when a person uses the tree, and what secrets config holds.
void ra_git_config_collect(struct ra_collect *c, const struct ra_git_place *at);

#endif
