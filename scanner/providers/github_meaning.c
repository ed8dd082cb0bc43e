// What an answer of GitHub means: its rows of answers.def, in the words of the other files of this provider.
#include "providers/answers.h"
#include "providers/github.h"

static const enum ra_gh_means words[] = {
    [RA_MEANS_YES] = RA_GH_YES,   [RA_MEANS_REFUSED] = RA_GH_REFUSED,         [RA_MEANS_UNTOLD] = RA_GH_UNTOLD,
    [RA_MEANS_DEAD] = RA_GH_DEAD, [RA_MEANS_UNPROTECTED] = RA_GH_UNPROTECTED,
};

struct ra_gh_meaning ra_gh_meaning(struct ra_arena *a, const struct ra_answer *answer, bool listed)
{
    struct ra_meaning m = ra_answer_means(a, "github", answer, listed);
    return (struct ra_gh_meaning){words[m.means], m.why, m.stop};
}
