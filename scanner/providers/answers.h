// What an answer of a service means, as one table for all of them: answers.def, first fitting row wins. Rests on the
// wording of refusals where the status alone says too little; wording that is in no row is "not told", never "no".
// Judges no right: its callers do.
#ifndef RA_PROVIDERS_ANSWERS_H
#define RA_PROVIDERS_ANSWERS_H

#include "providers/provider.h"

enum ra_means {
    RA_MEANS_YES,        // answered: where the object needs a permission, it is held
    RA_MEANS_REFUSED,    // the permission is not held
    RA_MEANS_UNTOLD,     // neither
    RA_MEANS_DEAD,       // the service does not know the credential
    RA_MEANS_UNPROTECTED // the branch has no protection of the classic kind
};
struct ra_meaning {
    enum ra_means means;
    const char *why; // UNTOLD, DEAD and REFUSED: plain words, static or the answer's own
    bool stop;       // nothing more is asked of this host with this credential
};

// When a row holds: flags of answers.def.
enum ra_answer_when {
    RA_IF_ANY = 0,
    RA_IF_LISTED = 1, // the same credential was shown the object in a list
    RA_IF_NO_JSON = 2 // the body is none
};

struct ra_meaning ra_answer_means(struct ra_arena *a, const char *provider, const struct ra_answer *answer, bool listed);
// May the conversation go on after this answer? YES: true. Else a fact of the credential tells why nothing more is
// asked, or that it is dead; its scope stays unknown.
bool ra_answer_goes_on(struct ra_provide *p, enum ra_request request, const struct ra_answer *answer);
// "https://host" of the credential with its path, as a base.
const char *ra_own_base(struct ra_provide *p);
// Is the credential's host this machine itself?
bool ra_own_machine(struct ra_provide *p);

#define RA_PROVIDER(name, title, home) void ra_provide_##name(struct ra_provide *p);
#include "providers/providers.def"
#undef RA_PROVIDER

#endif
