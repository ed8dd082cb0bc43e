// Findings about a reach by itself, whatever follows from it: ways out, inherited descriptors, and a working tree
// that is far more than a project.
#include <string.h>

#include "base/path.h"
#include "checks/judge.h"
#include "checks/sentence.h"

static const size_t *one(struct ra_judge *j, size_t reach)
{
    size_t *list = ra_new_array(j->arena, size_t, 1);
    list[0] = reach;
    return list;
}

static void egress(struct ra_judge *j, size_t i)
{
    const struct ra_reach *r = j->inv->reaches[i];
    bool present = ra_judge_present(j, i);
    struct ra_draft d = {.check = r->kind == RA_KIND_FD ? RA_CHECK_FD_INHERITED : RA_CHECK_NETWORK_EGRESS,
                         .status = present ? RA_STATUS_FAIL : RA_STATUS_UNKNOWN,
                         .severity = RA_SEVERITY_MEDIUM < r->cap ? RA_SEVERITY_MEDIUM : r->cap,
                         .certainty = present ? RA_CERTAINTY_CERTAIN : RA_CERTAINTY_LIKELY,
                         .reaches = one(j, i), .n_reaches = 1};
    d.message = ra_strfmt(j->arena, "Bytes can leave through %s.", ra_reach_words(j->arena, r));
    if (!present)
        d.message = ra_strfmt(j->arena, "Bytes may leave through %s; nobody knows.", ra_reach_words(j->arena, r));
    ra_judge_add(j, &d);
}

static void descriptor(struct ra_judge *j, size_t i)
{
    const struct ra_reach *r = j->inv->reaches[i];
    struct ra_draft d = {.check = RA_CHECK_FD_INHERITED, .status = RA_STATUS_PASS,
                         .severity = RA_SEVERITY_LOW < r->cap ? RA_SEVERITY_LOW : r->cap,
                         .certainty = RA_CERTAINTY_CERTAIN, .reaches = one(j, i), .n_reaches = 1};
    d.message = ra_strfmt(j->arena, "The process was started with %s.", ra_reach_words(j->arena, r));
    ra_judge_add(j, &d);
}

// The directory counts for what is really in it: at most low where a box shows neither a home nor the host there.
static void too_wide(struct ra_judge *j)
{
    const char *tree = j->inv->target.worktree, *home = j->inv->target.home;
    if (!tree || !(strcmp(tree, "/") == 0 || (home && ra_path_inside(home, tree))))
        return;
    bool person = j->no_box;
    for (size_t i = 0; i < j->inv->n_reaches; i++)
        person |= j->worst.active[i] && (j->inv->reaches[i]->traits & RA_TRAIT_HOME_FILES ||
                                         (j->inv->reaches[i]->traits & RA_TRAIT_HOST_FILES &&
                                          j->inv->reaches[i]->kind == RA_KIND_MOUNT));
    struct ra_draft d = {.check = RA_CHECK_WORK_TOO_WIDE, .status = person ? RA_STATUS_FAIL : RA_STATUS_PASS,
                         .severity = person ? RA_SEVERITY_HIGH : RA_SEVERITY_LOW, .certainty = RA_CERTAINTY_CERTAIN,
                         .radius = person ? RA_RADIUS_PERSON : RA_RADIUS_SANDBOX};
    d.message = ra_strfmt(j->arena, "The run works in %s, which is %s.", tree,
                          strcmp(tree, "/") == 0 ? "the root of all files"
                          : strcmp(tree, home) == 0 ? "a whole home" : "above a home");
    ra_judge_add(j, &d);
}

void ra_check_surfaces(struct ra_judge *j)
{
    for (size_t i = 0; i < j->inv->n_reaches; i++) {
        const struct ra_reach *r = j->inv->reaches[i];
        if (!j->worst.active[i] || (r->kind != RA_KIND_EGRESS && r->kind != RA_KIND_FD))
            continue;
        if (r->traits & RA_TRAIT_CHANNEL)
            egress(j, i);
        else if (r->kind == RA_KIND_FD && !(r->traits & (RA_TRAIT_HOST_FILES | RA_TRAIT_HOST_ROOT)))
            descriptor(j, i);
    }
    too_wide(j);
}
