// What is said to save work: only steps that the losses at hand need, in the order in which they can be done, and in
// the repository that they are of.
#include "checks_small.h"

// id: "worktree:stash", or "worktree:~/other#stash" of another repository.
static void lose(const char *id, const char *locator)
{
    const char *name = id + strlen("worktree:"), *part = strchr(name, '#');
    struct ra_span whole = {name, part ? (size_t)(part - name) : strlen(name)};
    struct ra_evidence e = {"git", RA_METHOD_OBSERVED, 0, {.path = "/home/u/project"}};
    struct ra_reach *r = ra_reach_add(&small_inv, RA_KIND_WORKTREE,
                                      ra_id(&small_arena, RA_KIND_WORKTREE, ra_strndup(&small_arena, whole),
                                            part ? part + 1 : NULL),
                                      locator, RA_STATE_PRESENT, e);
    r->traits |= RA_TRAIT_UNSAVED;
    ra_reach_radius(r, RA_RADIUS_PERSON, RA_RADIUS_PERSON);
}

static void each_loss_has_its_own_steps(void **state)
{
    (void)state;
    static const struct {
        const char *id, *at, *remedy;
    } rows[] = {
        {"worktree:unpushed/main", "/home/u/project", "Save it elsewhere first: `git push --all`"},
        {"worktree:unpushed", "/home/u/project", "Save it elsewhere first: `git push --all`"},
        {"worktree:unpushed/HEAD", "/home/u/project", "Save it elsewhere first: `git branch NAME HEAD`, then `git push --all`"},
        {"worktree:unpushed/HEADLESS", "/home/u/project", "Save it elsewhere first: `git push --all`"},
        {"worktree:untracked", "/home/u/project", "Save it elsewhere first: `git add -A && git commit`, then `git push --all`"},
        {"worktree:stash", "/home/u/project", "Save it elsewhere first: `git stash branch NAME && git add -A && git commit` "
         "for each stash, then `git push --all`"},
        {"worktree:tags", "/home/u/project", "Save it elsewhere first: `git push --tags`"},
        {"worktree:ignored", "/home/u/project", "Save it elsewhere first: copy what git ignores out of the tree "
         "(`git status --ignored` lists it)"},
        {"worktree:no-remote", "/home/u/project", "Save it elsewhere first: `git remote add origin URL`, then `git push --all`"},
        {"worktree:not-a-repository", "/home/u/project", "Save it elsewhere first: `git init`, then `git remote add origin URL`, "
         "then `git add -A && git commit`, then `git push --all`"},
        {"worktree:~/other#modified", "/home/u/other", "Save it elsewhere first, in /home/u/other: `git add -A && git commit`, "
         "then `git push --all`"},
        // one that the table does not know yet: the words for all
        {"worktree:something-new", "/home/u/project", "Save it elsewhere first: `git add -A && git commit`, then "
         "`git push --all`; before that a stash becomes a branch (`git stash branch NAME`), and a tree without a remote "
         "gets one"},
    };
    for (size_t i = 0; i < RA_COUNT(rows); i++) {
        small_start("bubblewrap");
        small_tree();
        lose(rows[i].id, rows[i].at);
        small_judge("airgapped");
        const struct ra_finding *f = small_finding("worktree/work-at-risk");
        assert_non_null(f);
        assert_string_equal(f->remedy, rows[i].remedy);
        assert_int_equal(small_verdict.n_cuts, 1);
        assert_string_equal(small_verdict.cuts[0].remedy, rows[i].remedy);
        ra_arena_free(&small_arena);
    }
}

static void together_each_step_is_said_once(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_tree();
    lose("worktree:unpushed/main", "/home/u/project");
    lose("worktree:untracked", "/home/u/project");
    lose("worktree:tags", "/home/u/project");
    small_judge("airgapped");
    assert_int_equal(small_verdict.n_cuts, 1);
    assert_string_equal(small_verdict.cuts[0].remedy,
                        "Save it elsewhere first: `git add -A && git commit`, then `git push --all`, then `git push --tags`");
    ra_arena_free(&small_arena);
    small_start("bubblewrap");
    small_tree();
    lose("worktree:unpushed/main", "/home/u/project");
    lose("worktree:~/other#stash", "/home/u/other");
    small_judge("airgapped");
    assert_string_equal(small_verdict.cuts[0].remedy,
                        "Save it elsewhere first, in each of these repositories: `git stash branch NAME && git add -A && "
                        "git commit` for each stash, then `git push --all`");
    ra_arena_free(&small_arena);
}

// Another look at the tree is as blind as the first; git alone can tell.
static void what_nobody_knows_is_saved_too(void **state)
{
    (void)state;
    small_start("bubblewrap");
    small_tree();
    lose("worktree:tags", "/home/u/project");
    struct ra_reach *r = small_inv.reaches[small_inv.n_reaches - 1];
    r->state = RA_STATE_UNKNOWN;
    r->least = RA_RADIUS_NOTHING;
    small_judge("airgapped");
    assert_int_equal(small_verdict.verdict, RA_VERDICT_INCOMPLETE);
    assert_int_equal(small_verdict.n_cuts, 1);
    assert_string_equal(small_verdict.cuts[0].remedy, "Save it elsewhere first: `git push --tags`");
    ra_arena_free(&small_arena);
}

// The box that is offered where there is none binds the tree as it is: it saves nothing.
static void a_box_saves_no_work(void **state)
{
    (void)state;
    small_start("none");
    small_tree();
    small_add("box:none", RA_STATE_PRESENT, 0, RA_TRAIT_NO_BOX, RA_RADIUS_PERSON, RA_RADIUS_PERSON);
    lose("worktree:unpushed/main", "/home/u/project");
    small_route();
    small_judge("overnight");
    assert_int_equal(small_verdict.n_cuts, 2);
    assert_string_equal(small_verdict.cuts[0].remedy, "Save it elsewhere first: `git push --all`");
    assert_non_null(strstr(small_verdict.cuts[1].remedy, "Start it in a box: `env -i "));
    ra_arena_free(&small_arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_loss_has_its_own_steps),
        cmocka_unit_test(together_each_step_is_said_once),
        cmocka_unit_test(what_nobody_knows_is_saved_too),
        cmocka_unit_test(a_box_saves_no_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
