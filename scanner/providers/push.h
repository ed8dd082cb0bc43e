// May this credential push? Asked of any forge that speaks git over HTTPS, by the advertisement that a push begins
// with and that a fetch of refs begins with just so: nothing is pushed, no hook runs, no program is started.
#ifndef RA_PROVIDERS_PUSH_H
#define RA_PROVIDERS_PUSH_H

#include "providers/provider.h"

struct ra_push {
    enum ra_state state; // PRESENT: may write to the repository; DENIED: may not; UNKNOWN: could not be told
    const char *why;     // UNKNOWN only
};

// Reads one answer to "GET <repository>.git/info/refs?service=git-receive-pack" (a row with base WEB and BASIC).
// What the branches' own rules say is not asked here: they speak only when something is pushed.
struct ra_push ra_push_told(struct ra_arena *a, const struct ra_answer *answer);
// Tells it as grants of the working tree's own remote "host/path", where no file knows more of the forge (git.c).
void ra_push_tell(struct ra_provide *p, const char *object, struct ra_push told, struct ra_evidence from);
void ra_provide_git(struct ra_provide *p);

#endif
