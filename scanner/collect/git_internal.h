// What the parts of the git collector say to each other. The probe (a short-lived child, the only place where
// libgit2 runs) writes facts about one repository; the collector reads them back and trusts none of them.
#ifndef RA_COLLECT_GIT_INTERNAL_H
#define RA_COLLECT_GIT_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"
#include "collect/collect.h"

// ---- the wire (git_facts.c) -----------------------------------------------------------------------

// X(name, "word on the wire") what it says. A text of "more" means: at least.
#define RA_GIT_FACTS(X)                                                            \
    X(ERROR, "error")         /* name: the part that failed; text: the library's own sentence */ \
    X(CAPPED, "capped")       /* name: what was cut; number: the cap */            \
    X(REMOTE, "remote")       /* name: a configured remote */                      \
    X(UNPUSHED, "unpushed")   /* name: branch; number: commits on no remote-tracking ref; text: more */ \
    X(UNSURE, "unsure")       /* name: branch whose history ends early here */     \
    X(TOTAL, "total")         /* number: commits of all unpushed branches, each once; name: branches; text: more */ \
    X(REFLOG, "reflog")       /* number: commits that only a reflog leads to; text: more */ \
    X(TAGGED, "tagged")       /* number: commits that only tags lead to; name: one of the tags; text: more */ \
    X(UNTRACKED, "untracked") /* number: files; name: bytes in decimal */          \
    X(MODIFIED, "modified")   /* number: files changed in the tree or the index */ \
    X(FILTERED, "filtered")   /* number: files that only a filter, which is never run, could tell changed or not */ \
    X(HELD, "held")           /* number: files that git is told not to compare, with another time or size; text: size */ \
    X(IGNORED, "ignored")     /* number: ignored entries, folders counted once */  \
    X(IGNORED_FILES, "files") /* number: ignored files, those in folders too; name: bytes; text: more */ \
    X(NOTABLE, "notable")     /* name: an ignored path that a clone would not bring back; text: untracked */ \
    X(STASH, "stash")         /* number: stashes */                                \
    X(SHALLOW, "shallow")     /* the clone has not the whole history */            \
    X(ELSEWHERE, "elsewhere") /* name: core.worktree, where it is not the tree we look at */ \
    X(LATE, "late")           /* name: the half that took too long */              \
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

void ra_git_fact_put(struct ra_buf *out, enum ra_git_fact_kind kind, uint64_t number, const char *name,
                     const char *text);
// Takes the next fact off *rest; false at the end or at the first thing that is not a fact (rest->n stays > 0).
bool ra_git_fact_next(struct ra_span *rest, struct ra_git_fact *ret);

// ---- the probe (git_probe*.c) ---------------------------------------------------------------------

struct ra_git_question {
    const char *worktree;              // absolute
    const char *home, *config_home;    // the target's; NULL: no such settings are read
    uint64_t dev, ino;                 // of the worktree, to recognise it
    bool tree_only;                    // its branches are told with another checkout: only a HEAD on none of them
};
// Runs in the child. `question` is a struct ra_git_question. Appends facts to *out; opens no transport,
// writes nothing, runs nothing.
void ra_git_probe_run(void *question, struct ra_buf *out);

// ---- places (git_place.c, git_find.c) -------------------------------------------------------------

// Where git keeps what a checkout shares: hooks and config.
struct ra_git_place {
    const char *git_dir; // the .git directory, or what a .git file names
    const char *common;  // the same, or the main repository's for a linked worktree
    const char *says;    // how .git leads there, where it is no plain directory; NULL otherwise
};
struct ra_git_repo {
    const char *path;  // of the checkout, or of a bare repository
    const char *role;  // "repository" (the working tree's own), "submodule", "nested", "linked-worktree", "sibling"
    bool own;          // the working tree's own
    bool inside;       // lies in the working tree, which already says that it can be read and written
    bool bare;
    bool shared;       // its branches are told with a checkout that came before
    uint64_t dev, ino; // of `path`
    struct ra_git_place at;
    // RA_STATE_DENIED where what is lost with it cannot be lost: the files, and what lies in .git.
    enum ra_state tree_write, git_write, read;
};

// Finds out where the repository of repo->path is. Returns the state of its .git; what else is not said is unseen.
enum ra_state ra_git_place_find(struct ra_collect *c, struct ra_git_repo *repo);
// False where something stands in the way of opening it safely: a file that is none (a FIFO would wait for ever),
// files that include one another, borrowed object stores in a circle. What it was is told as unseen.
bool ra_git_place_sound(struct ra_collect *c, const struct ra_git_repo *repo);
// Can what is in `path` be destroyed? Denied only where neither rights nor ownership help.
enum ra_state ra_git_place_write(struct ra_collect *c, const char *path);
// Something of this repository was not seen: unknown:git/<what>, or unknown:git/<path>#<what> for another one.
void ra_git_unseen(struct ra_collect *c, const struct ra_git_repo *repo, const char *what, const char *line,
                   struct ra_reply r);

struct ra_git_list {
    struct ra_git_repo *items;
    size_t n, cap;
};
// Appends the repositories in reach beside `own`: in the working tree, its other checkouts, and its siblings.
void ra_git_find(struct ra_collect *c, const struct ra_git_repo *own, struct ra_git_list *ret);

// ---- what is told (git_story.c, git_config.c, git_programs.c) -------------------------------------

// The repository as a reach of its own, which carries what is no loss by itself.
struct ra_reach *ra_git_reach(struct ra_collect *c, const struct ra_git_repo *repo);
// A loss: worktree:<what>, or worktree:<path>#<what>.
struct ra_reach *ra_git_lost(struct ra_collect *c, const struct ra_git_repo *repo, const char *what,
                             enum ra_state state, const char *title, bool in_git_dir);
// Asks the probe and tells what it says.
void ra_git_story(struct ra_collect *c, const struct ra_git_repo *repo, struct ra_reach *about, size_t *stuck);
// Hooks and config as places that run code when a person uses the tree, and what secrets config holds.
void ra_git_config_collect(struct ra_collect *c, const struct ra_git_repo *repo, struct ra_reach *about);
// Names on `about` the program that this setting makes git run, if it is one; never its arguments.
void ra_git_program(struct ra_collect *c, struct ra_reach *about, struct ra_span section, struct ra_span key,
                    struct ra_span value);
// git_cost.c: "3 commits on 2 branches, 14 untracked files (2.1 MB) and .env"; numbers of 0 are left out. NULL where all are 0.
struct ra_git_cost {
    uint64_t commits, branches, stashes, modified, untracked, untracked_bytes, n_notable;
    bool more; // commits: at least
    const char *notable[3];
};
const char *ra_git_cost_words(struct ra_arena *a, const struct ra_git_cost *cost);

#endif
