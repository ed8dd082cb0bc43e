// The git collector on real repositories made by git itself: what would be lost is found, a pushed tree is clean,
// and nothing that a hostile repository asks for is run.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four above first
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/path.h"
#include "catalogue/recognise.h"
#include "collect/collect.h"
#include "collect/git_internal.h"

int ra_collect_git(struct ra_collect *c, struct ra_error *err);

static char top[64]; // one directory for all cases; each uses names of its own

static const char *const prelude =
    "set -e; export HOME=$PWD/home GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@corp.test "
    "GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@corp.test; mkdir -p home; "
    "pushed() { git init -q --bare -b main $1.git; git init -q -b main $1; cd $1; git remote add origin ../$1.git; "
    "echo one >file; mkdir -p sub; echo two >sub/other; git add -A; git commit -qm first; "
    "git push -q -u origin main; }; ";

static void shell(const char *script)
{
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    char *all = ra_strfmt(&a, "cd %s; %s %s", top, prelude, script);
    pid_t pid = fork();
    if (pid == 0) {
        execl("/bin/sh", "sh", "-c", all, (char *)NULL);
        _exit(127);
    }
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (status != 0)
        fail_msg("this script failed: %s", script);
}

struct look {
    struct ra_arena arena;
    struct ra_self self;
    struct ra_inventory inv;
    struct ra_collect c;
};

static void look_at(struct look *l, const char *name)
{
    struct ra_error err = {0};
    const char **environ_ = ra_new_array(&l->arena, const char *, 2);
    environ_[0] = ra_strfmt(&l->arena, "HOME=%s/home", top);
    l->self = (struct ra_self){.environ_ = environ_};
    ra_inventory_init(&l->inv, &l->arena);
    l->inv.target.box.kind = "none";
    ra_scrub_set_shapes(ra_recognise_for_scrub);
    l->c = (struct ra_collect){.arena = &l->arena, .inv = &l->inv, .name = "git"};
    l->c.host = ra_host_live(&l->arena, &l->self, 1000);
    l->c.cover = ra_coverage_add(&l->inv, "git");
    l->c.cover->status = RA_RUN_RAN;
    l->c.home = ra_strfmt(&l->arena, "%s/home", top);
    l->c.worktree = name ? ra_path_join(&l->arena, top, name) : NULL;
    assert_int_equal(ra_collect_git(&l->c, &err), 0);
    ra_inventory_freeze(&l->inv);
}

static void look_end(struct look *l)
{
    ra_host_close(l->c.host);
    ra_scrub_forget_all();
    ra_arena_free(&l->arena);
}

// The repositories themselves are no losses, and the cases are each other's siblings.
static bool is_own_loss(const struct ra_reach *r)
{
    bool of_another = r->role || ra_span_find(ra_span_of(r->id), RA_SPAN("/tmp/")) >= 0 ||
                      strncmp(r->id, "unknown:token:", 14) == 0;
    return (r->kind == RA_KIND_WORKTREE || r->kind == RA_KIND_UNKNOWN) && !of_another;
}

// Ids of the working tree's own losses, joined; so that "nothing else" is part of every assertion.
static const char *losses(struct look *l)
{
    const char *all = "";
    for (size_t i = 0; i < l->inv.n_reaches; i++)
        if (is_own_loss(l->inv.reaches[i]) && strcmp(l->inv.reaches[i]->id, "worktree:reflog") != 0)
            all = ra_strfmt(&l->arena, "%s%s ", all, l->inv.reaches[i]->id);
    return all;
}

static void assert_lost(struct look *l, const char *id, int64_t number, const char *key)
{
    const struct ra_reach *r = ra_reach_find(&l->inv, id);
    assert_non_null(r);
    assert_int_equal(r->state, RA_STATE_PRESENT);
    assert_true(r->traits & RA_TRAIT_UNSAVED);
    assert_int_equal(r->least, RA_RADIUS_PERSON);
    assert_int_equal(r->ceiling, RA_RADIUS_PERSON);
    const struct ra_detail *d = ra_detail_find(r, key);
    assert_non_null(d);
    assert_int_equal(d->number, number);
}

static void pushed_is_clean(void **state)
{
    (void)state;
    shell("pushed clean");
    struct look l = {0};
    look_at(&l, "clean");
    assert_string_equal(losses(&l), "");
    assert_int_equal(l.c.cover->status, RA_RUN_RAN);
    assert_true(l.c.cover->looked > 3);
    look_end(&l);
}

static void untracked_modified_ignored(void **state)
{
    (void)state;
    shell("pushed dirty; mkdir new; printf 12345 >new/a; printf 123 >'new/b c'; echo changed >file; rm sub/other; "
          "echo built/ >.git/info/exclude; mkdir built; echo x >built/x");
    struct look l = {0};
    look_at(&l, "dirty");
    assert_string_equal(losses(&l), "worktree:ignored worktree:modified worktree:untracked ");
    assert_lost(&l, "worktree:untracked", 2, "count");
    assert_lost(&l, "worktree:untracked", 8, "bytes");
    assert_lost(&l, "worktree:modified", 2, "count");
    const struct ra_reach *r = ra_reach_find(&l.inv, "worktree:ignored");
    assert_false(r->traits & RA_TRAIT_UNSAVED);
    assert_int_equal(r->least, RA_RADIUS_NOTHING);
    assert_int_equal(r->ceiling, RA_RADIUS_WORKTREE);
    look_end(&l);
}

static void ignored_that_matters(void **state)
{
    (void)state;
    shell("pushed kept; printf '.env*\\n*.log\\n' >.git/info/exclude; echo A=1 >.env; echo A=1 >.env.example; echo x >x.log");
    struct look l = {0};
    look_at(&l, "kept");
    assert_string_equal(losses(&l), "worktree:ignored ");
    assert_lost(&l, "worktree:ignored", 3, "count");
    assert_string_equal(ra_detail_find(ra_reach_find(&l.inv, "worktree:ignored"), "notable")->text, ".env");
    look_end(&l);
}

static void unpushed_branches(void **state)
{
    (void)state;
    shell("pushed ahead; git checkout -q -b feature/x; echo a >>file; git commit -qam a; echo b >>file; "
          "git commit -qam b; git checkout -q -b 'fix#1' main; echo c >>file; git commit -qam c; "
          "git branch same main; git checkout -q main");
    struct look l = {0};
    look_at(&l, "ahead");
    assert_string_equal(losses(&l), "worktree:unpushed/feature/x worktree:unpushed/fix%231 ");
    assert_lost(&l, "worktree:unpushed/feature/x", 2, "commits");
    assert_lost(&l, "worktree:unpushed/fix%231", 1, "commits");
    look_end(&l);
}

static void behind_is_clean(void **state)
{
    (void)state;
    shell("pushed behind; echo a >>file; git commit -qam a; git push -q; git reset -q --hard HEAD~1");
    struct look l = {0};
    look_at(&l, "behind");
    assert_string_equal(losses(&l), "");
    look_end(&l);
}

static void on_no_branch(void **state)
{
    (void)state;
    shell("pushed loose; git checkout -q --detach; echo a >>file; git commit -qam a");
    struct look l = {0};
    look_at(&l, "loose");
    assert_string_equal(losses(&l), "worktree:unpushed/HEAD ");
    look_end(&l);
}

static void stashed(void **state)
{
    (void)state;
    shell("pushed stashed; echo a >>file; git stash -q; echo b >>file; git stash -q");
    struct look l = {0};
    look_at(&l, "stashed");
    assert_string_equal(losses(&l), "worktree:stash ");
    assert_lost(&l, "worktree:stash", 2, "count");
    look_end(&l);
}

static void without_remote(void **state)
{
    (void)state;
    shell("git init -q -b main alone; cd alone; echo a >file; git add -A; git commit -qm a");
    struct look l = {0};
    look_at(&l, "alone");
    assert_string_equal(losses(&l), "worktree:no-remote worktree:unpushed/main ");
    look_end(&l);
    shell("git init -q -b main hollow");
    look_at(&l, "hollow");
    assert_string_equal(losses(&l), "");
    look_end(&l);
}

static void not_a_repository(void **state)
{
    (void)state;
    shell("mkdir plain empty; echo a >plain/file");
    struct look l = {0};
    look_at(&l, "plain");
    assert_string_equal(losses(&l), "worktree:not-a-repository ");
    assert_lost(&l, "worktree:not-a-repository", 1, "entries");
    look_end(&l);
    look_at(&l, "empty");
    assert_string_equal(losses(&l), "");
    look_end(&l);
    look_at(&l, "absent");
    assert_string_equal(losses(&l), "");
    look_end(&l);
    look_at(&l, NULL);
    assert_int_equal(l.inv.n_reaches, 0);
    assert_int_equal(l.c.cover->status, RA_RUN_RAN);
    look_end(&l);
}

static void linked_worktree(void **state)
{
    (void)state;
    shell("pushed parent; git worktree add -q ../linked -b side; cd ../linked; echo a >>file; git commit -qam a");
    struct look l = {0};
    look_at(&l, "linked");
    assert_string_equal(losses(&l), "worktree:unpushed/side ");
    const struct ra_reach *r = ra_reach_find(&l.inv, ra_file_id(&l.c, ra_path_join(&l.arena, top, "parent/.git/config"), NULL));
    assert_non_null(r);
    assert_non_null(ra_detail_find(r, "dot_git"));
    look_end(&l);
}

static const struct ra_reach *other(struct look *l, const char *path, const char *part)
{
    char *id = ra_id(&l->arena, RA_KIND_WORKTREE, ra_path_join(&l->arena, top, path), part);
    return ra_reach_find(&l->inv, id);
}

static void submodules_are_looked_into(void **state)
{
    (void)state;
    shell("pushed inner; cd ..; pushed outer; git -c protocol.file.allow=always submodule --quiet add ../inner.git in; "
          "git commit -qm sub; git push -q");
    struct look l = {0};
    look_at(&l, "outer");
    assert_string_equal(losses(&l), "");
    assert_string_equal(other(&l, "outer/in", NULL)->role, "submodule");
    assert_null(other(&l, "outer/in", "unpushed/main"));
    look_end(&l);
    shell("cd outer/in; echo own >>file; git commit -qam own; echo new >new");
    look_at(&l, "outer");
    const struct ra_reach *r = other(&l, "outer/in", "unpushed/main");
    assert_non_null(r);
    assert_true(r->traits & RA_TRAIT_UNSAVED);
    assert_int_equal(ra_detail_find(r, "commits")->number, 1);
    assert_string_equal(ra_detail_find(r, "cost")->text, "1 commit on 1 branch and 1 untracked file (4 bytes)");
    assert_int_equal(other(&l, "outer/in", NULL)->traits, 0); // the working tree's mount says it
    look_end(&l);
}

static void nested_and_siblings(void **state)
{
    (void)state;
    shell("mkdir -p area; cd area; git init -q -b main tree; git init -q -b main tree/deep/er; cd tree/deep/er; "
          "echo a >a; git add a; git commit -qm a; cd ../../../; git init -q -b main beside; echo x >beside/x; "
          "git init -q --bare tree/store.git; mkdir plain");
    struct look l = {0};
    look_at(&l, "area/tree");
    assert_string_equal(other(&l, "area/tree/deep/er", NULL)->role, "nested");
    assert_non_null(other(&l, "area/tree/deep/er", "unpushed/main"));
    assert_non_null(other(&l, "area/tree/deep/er", "no-remote"));
    assert_string_equal(other(&l, "area/tree/store.git", NULL)->role, "nested");
    const struct ra_reach *r = other(&l, "area/beside", NULL);
    assert_string_equal(r->role, "sibling");
    assert_true(r->traits & RA_TRAIT_WORK);
    assert_true(r->traits & RA_TRAIT_PRIVATE_SOURCE);
    assert_int_equal(r->access, RA_READ | RA_WRITE);
    assert_non_null(other(&l, "area/beside", "untracked"));
    assert_null(other(&l, "area/plain", NULL));
    look_end(&l);
}

static void checkouts_share_branches(void **state)
{
    (void)state;
    shell("pushed trunk; git worktree add -q ../limb -b limb; cd ../limb; echo a >>file; git commit -qam a; echo n >n; "
          "git worktree add -q --detach ../twig; cd ../twig; echo b >>file; git commit -qam b");
    struct look l = {0};
    look_at(&l, "trunk");
    assert_string_equal(losses(&l), "worktree:unpushed/limb ");
    assert_string_equal(other(&l, "limb", NULL)->role, "linked-worktree");
    assert_non_null(other(&l, "limb", "untracked"));
    assert_null(other(&l, "limb", "unpushed/limb")); // told once, with the working tree
    assert_int_equal(ra_detail_find(other(&l, "twig", "unpushed/HEAD"), "commits")->number, 1);
    look_end(&l);
    look_at(&l, "limb");
    assert_string_equal(losses(&l), "worktree:unpushed/limb worktree:untracked ");
    assert_string_equal(other(&l, "trunk", NULL)->role, "linked-worktree");
    look_end(&l);
}

static void reflog_and_tags(void **state)
{
    (void)state;
    shell("pushed past; echo a >>file; git commit -qam a; git tag -a -m t kept; echo b >>file; git commit -qam b; "
          "git reset -q --hard HEAD~2; git tag light");
    struct look l = {0};
    look_at(&l, "past");
    assert_string_equal(losses(&l), "worktree:tags ");
    const struct ra_reach *r = ra_reach_find(&l.inv, "worktree:tags");
    assert_int_equal(r->state, RA_STATE_UNKNOWN);
    assert_int_equal(ra_detail_find(r, "count")->number, 1);
    assert_string_equal(ra_detail_find(r, "one_tag")->text, "kept");
    r = ra_reach_find(&l.inv, "worktree:reflog");
    assert_non_null(r);
    assert_int_equal(ra_detail_find(r, "count")->number, 1);
    assert_false(r->traits & RA_TRAIT_UNSAVED); // given up once
    look_end(&l);
    // A release tag that no branch leads to, as a clone brings it.
    shell("pushed maker; git checkout -q --detach; echo r >>file; git commit -qam release; git tag v1; "
          "git push -q origin v1; cd ..; git clone -q maker.git taken");
    look_at(&l, "taken");
    assert_string_equal(losses(&l), "");
    look_end(&l);
}

// Merges between branches: each branch has its own count, and the sum counts every commit once.
static void merged_branches(void **state)
{
    (void)state;
    shell("pushed knots; git checkout -q -b a; git commit -q --allow-empty -m 1; git commit -q --allow-empty -m 2; "
          "git checkout -q -b b HEAD~1; git commit -q --allow-empty -m 3; git merge -q -m 4 a; git checkout -q -b c; "
          "git commit -q --allow-empty -m 5");
    struct look l = {0};
    look_at(&l, "knots");
    assert_lost(&l, "worktree:unpushed/a", 2, "commits");
    assert_lost(&l, "worktree:unpushed/b", 4, "commits");
    assert_lost(&l, "worktree:unpushed/c", 5, "commits");
    const struct ra_reach *r = ra_reach_find(&l.inv, "worktree:unpushed/a");
    assert_string_equal(ra_detail_find(r, "cost")->text, "5 commits on 3 branches");
    look_end(&l);
}

static void many_branches_are_told_together(void **state)
{
    (void)state;
    shell("pushed wide; git commit -q --allow-empty -m x; for i in $(seq 40); do git branch b$i; done");
    struct look l = {0};
    look_at(&l, "wide");
    assert_lost(&l, "worktree:unpushed", 41, "branches");
    assert_lost(&l, "worktree:unpushed", 1, "commits");
    size_t told = 0;
    for (size_t i = 0; i < l.inv.n_reaches; i++)
        told += strncmp(l.inv.reaches[i]->id, "worktree:unpushed/", 18) == 0;
    assert_int_equal(told, RA_GIT_MAX_BRANCHES_TOLD);
    look_end(&l);
}

static void what_a_wipe_costs(void **state)
{
    (void)state;
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    assert_null(ra_git_cost_words(&a, &(struct ra_git_cost){0}));
    struct ra_git_cost cost = {.commits = 3, .branches = 2, .untracked = 14, .untracked_bytes = 2100000, .n_notable = 1,
                               .notable = {".env"}};
    assert_string_equal(ra_git_cost_words(&a, &cost), "3 commits on 2 branches, 14 untracked files (2.1 MB) and .env");
    cost = (struct ra_git_cost){.commits = 9, .branches = 1, .more = true, .stashes = 1, .n_notable = 5,
                                .notable = {"a.db", "b.db", "c.db"}};
    assert_string_equal(ra_git_cost_words(&a, &cost),
                        "at least 9 commits on 1 branch, 1 stash, a.db, b.db, c.db and 2 more such files");
    cost = (struct ra_git_cost){.untracked = 1, .untracked_bytes = 999950};
    assert_string_equal(ra_git_cost_words(&a, &cost), "1 untracked file (1.0 MB)");
}

static void ignored_directories_are_counted(void **state)
{
    (void)state;
    shell("pushed heavy; printf 'node_modules/\ndata/\n' >.git/info/exclude; mkdir -p node_modules/m data/in; "
          "printf 12345 >node_modules/m/cert.pem; printf 123 >data/in/prod.sqlite");
    struct look l = {0};
    look_at(&l, "heavy");
    assert_lost(&l, "worktree:ignored", 2, "count");
    assert_lost(&l, "worktree:ignored", 2, "files");
    assert_lost(&l, "worktree:ignored", 8, "bytes");
    const struct ra_reach *r = ra_reach_find(&l.inv, "worktree:ignored");
    assert_string_equal(ra_detail_find(r, "notable")->text, "data/in/prod.sqlite");
    look_end(&l);
}

static void programs_are_named(void **state)
{
    (void)state;
    shell("pushed tools; git config core.fsmonitor true; git config core.sshCommand '/opt/ssh -i key'; "
          "git config credential.helper '!f() { echo password=hunter22; }; f'; git config alias.st status; "
          "git config alias.x '!/opt/x'; git config filter.big.clean '/opt/clean %f'");
    struct look l = {0};
    look_at(&l, "tools");
    const struct ra_reach *r = other(&l, "tools", NULL);
    assert_null(ra_detail_find(r, "runs.core.fsmonitor")); // the one that is built in
    assert_null(ra_detail_find(r, "runs.alias.st"));
    assert_string_equal(ra_detail_find(r, "runs.core.sshcommand")->text, "/opt/ssh ...");
    assert_string_equal(ra_detail_find(r, "runs.credential.helper")->text, "a shell command");
    assert_string_equal(ra_detail_find(r, "runs.alias.x")->text, "/opt/x");
    assert_string_equal(ra_detail_find(r, "runs.filter.big.clean")->text, "/opt/clean ...");
    struct ra_buf out RA_CLEANUP(ra_buf_free) = {0};
    ra_inventory_write(&l.inv, &out);
    assert_true(ra_span_find(ra_buf_view(&out), RA_SPAN("hunter22")) < 0);
    look_end(&l);
}

static void large_files_elsewhere(void **state)
{
    (void)state;
    shell("pushed lfs; mkdir -p .git/lfs/objects/ab; echo x >.git/lfs/objects/ab/c");
    struct look l = {0};
    look_at(&l, "lfs");
    assert_string_equal(losses(&l), "worktree:lfs ");
    assert_int_equal(ra_reach_find(&l.inv, "worktree:lfs")->state, RA_STATE_UNKNOWN);
    look_end(&l);
    shell("cd lfs; echo 'git lfs pre-push \"$@\"' >.git/hooks/pre-push"); // it sends them before the commits
    look_at(&l, "lfs");
    assert_string_equal(losses(&l), "");
    assert_non_null(ra_detail_find(other(&l, "lfs", NULL), "lfs"));
    look_end(&l);
}

// git status is silent about them; a wipe is not.
static void told_not_to_compare(void **state)
{
    (void)state;
    shell("pushed mute; git update-index --assume-unchanged file; git update-index --skip-worktree sub/other");
    struct look l = {0};
    look_at(&l, "mute");
    assert_string_equal(losses(&l), "");
    look_end(&l);
    shell("cd mute; echo mine >>file");
    look_at(&l, "mute");
    assert_string_equal(losses(&l), "worktree:held ");
    assert_lost(&l, "worktree:held", 1, "count");
    look_end(&l);
}

// Filters are not run, so that a file of the same size behind one may or may not have changed.
static void filtered_is_unknown(void **state)
{
    (void)state;
    shell("pushed sieve; git config filter.up.clean 'tr a-z A-Z'; echo '* filter=up' >.git/info/attributes; "
          "printf 'ONE\n' >file");
    struct look l = {0};
    look_at(&l, "sieve");
    assert_string_equal(losses(&l), "worktree:modified ");
    assert_int_equal(ra_reach_find(&l.inv, "worktree:modified")->state, RA_STATE_UNKNOWN);
    look_end(&l);
}

// A shallow clone cannot say whether older commits are on the remote; a lie would be "present" or nothing.
static void shallow_is_unknown(void **state)
{
    (void)state;
    shell("pushed deep; echo a >>file; git commit -qam a; echo b >>file; git commit -qam b; git push -q; cd ..; "
          "git clone -q --depth 1 file://$PWD/deep.git shallow; cd shallow; echo c >>file; git commit -qam c");
    struct look l = {0};
    look_at(&l, "shallow");
    const struct ra_reach *r = ra_reach_find(&l.inv, "worktree:unpushed/main");
    assert_non_null(r);
    assert_int_equal(r->state, RA_STATE_UNKNOWN);
    assert_string_equal(r->settled_by, "git fetch --unshallow");
    assert_int_equal(r->ceiling, RA_RADIUS_PERSON);
    look_end(&l);
}

static void broken_is_unknown(void **state)
{
    (void)state;
    shell("pushed broken; rm -rf .git/objects; mkdir void; mkdir void/.git; echo a >void/file; "
          "pushed bent; printf 'ref: refs/heads/\\001\\n' >.git/HEAD; printf '[core' >.git/config");
    static const char *const names[] = {"broken", "broken/void", "broken/bent"};
    for (size_t i = 0; i < RA_COUNT(names); i++) {
        struct look l = {0};
        look_at(&l, names[i]);
        assert_non_null(ra_span_find(ra_span_of(losses(&l)), RA_SPAN("unknown:git")) >= 0 ? "" : NULL);
        assert_int_equal(l.c.cover->status, RA_RUN_PARTIAL);
        look_end(&l);
    }
}

static void hostile_runs_nothing(void **state)
{
    (void)state;
    shell("pushed hostile; printf '#!/bin/sh\\ntouch %s\\n' $HOME/../marker >run; chmod +x run; mv run ..; M=$PWD/../run; "
          "for h in post-index-change pre-commit post-checkout fsmonitor-watchman reference-transaction; do "
          "cp $M .git/hooks/$h; done; "
          "git config core.fsmonitor $M; git config core.untrackedCache true; git config filter.evil.clean $M; "
          "git config filter.evil.process $M; git config filter.evil.required true; git config diff.external $M; "
          "git config diff.evil.textconv $M; git config core.sshCommand $M; git config credential.helper $M; "
          "git config core.pager $M; git config core.alternateRefsCommand $M; git config gpg.program $M; "
          "printf '* filter=evil diff=evil\\n' >.git/info/attributes; printf 'ONE\\n' >file; rm -f ../marker; "
          "cp -a .git ../before");
    struct look l = {0};
    look_at(&l, "hostile");
    shell("test ! -e marker; diff -r before hostile/.git");
    assert_string_equal(losses(&l), "worktree:modified ");
    shell("cd hostile; git status >/dev/null 2>&1 || true; test -e ../marker"); // git itself would have run it
    const struct ra_reach *r = ra_reach_find(&l.inv, ra_file_id(&l.c, ra_path_join(&l.arena, top, "hostile/.git/hooks"), NULL));
    assert_non_null(r);
    assert_true(r->traits & RA_TRAIT_RUNS_BY_PERSON);
    assert_true(r->access & RA_WRITE);
    assert_int_equal(strlen(ra_detail_find(r, "hook.pre-commit")->text), 64);
    assert_null(ra_detail_find(r, "hook.pre-push.sample"));
    look_end(&l);
}

static void worktree_elsewhere(void **state)
{
    (void)state;
    shell("pushed astray; mkdir -p ../home/private; echo a >../home/private/b; git config core.worktree $HOME");
    struct look l = {0};
    look_at(&l, "astray");
    assert_string_equal(losses(&l), "unknown:git/core.worktree ");
    look_end(&l);
}

static void secrets_in_config(void **state)
{
    (void)state;
    char token[41] = "gh";
    strncat(token, "p_", 3);
    for (size_t i = 4; i < 40; i++)
        token[i] = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY"[(i * 7) % 32];
    struct ra_arena a RA_CLEANUP(ra_arena_free) = {0};
    shell(ra_strfmt(&a, "pushed leaky; git config remote.other.url https://bot:%s@forge.test/a.git", token));
    struct look l = {0};
    look_at(&l, "leaky");
    char *path = ra_path_join(&l.arena, top, "leaky/.git/config");
    const struct ra_reach *r = ra_reach_find(&l.inv, ra_file_id(&l.c, path, "remote.other.url"));
    assert_non_null(r);
    assert_int_equal(l.inv.n_links, 1);
    assert_string_equal(l.inv.links[0].rule, "holds");
    assert_string_equal(l.inv.links[0].from, r->id);
    struct ra_buf out RA_CLEANUP(ra_buf_free) = {0};
    ra_inventory_write(&l.inv, &out);
    assert_true(ra_span_find(ra_buf_view(&out), ra_span_of(token)) < 0);
    r = ra_reach_find(&l.inv, ra_file_id(&l.c, path, NULL));
    assert_non_null(r);
    assert_string_equal(ra_detail_find(r, "remote.other")->text, "forge.test");
    look_end(&l);
}

// As in the real scan: the child of a confined process, which may write, connect and run nothing.
static void confined_sees_the_same(void **state)
{
    (void)state;
    shell("pushed locked; echo a >new; git checkout -q -b side; echo b >>file; git commit -qam b; git stash -q || true");
    pid_t pid = fork();
    if (pid == 0) {
        struct look l = {0};
        int refused = ra_confine_scanner();
        look_at(&l, "locked");
        _exit(refused ? 3 : strcmp(losses(&l), "worktree:unpushed/side worktree:untracked ") ? 2 : 0);
    }
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 3)
        skip(); // no seccomp here
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void rubbish_on_the_wire(void **state)
{
    (void)state;
    struct ra_buf b RA_CLEANUP(ra_buf_free) = {0};
    ra_git_fact_put(&b, RA_GIT_UNPUSHED, 7, "a\nb", NULL);
    ra_buf_add(&b, "unpushed\0x\0a\0\0", 14);
    struct ra_span rest = ra_buf_view(&b);
    struct ra_git_fact f;
    assert_true(ra_git_fact_next(&rest, &f));
    assert_int_equal(f.kind, RA_GIT_UNPUSHED);
    assert_int_equal(f.number, 7);
    assert_true(ra_span_is(f.name, "a\nb"));
    assert_false(ra_git_fact_next(&rest, &f)); // "x" is no number
    assert_true(rest.n > 0);
    rest = RA_SPAN("shout\0001\0a\0b\0");
    assert_false(ra_git_fact_next(&rest, &f));
    rest = RA_SPAN("done\0000\0a");
    assert_false(ra_git_fact_next(&rest, &f));
}

static int make_top(void **state)
{
    (void)state;
    snprintf(top, sizeof top, "%s", "/tmp/reachaudit-git-XXXXXX");
    return mkdtemp(top) ? 0 : -1;
}

static int remove_top(void **state)
{
    (void)state;
    pid_t pid = fork();
    if (pid == 0) {
        execlp("rm", "rm", "-rf", top, (char *)NULL);
        _exit(127);
    }
    return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rubbish_on_the_wire),
        cmocka_unit_test(pushed_is_clean),
        cmocka_unit_test(untracked_modified_ignored),
        cmocka_unit_test(ignored_that_matters),
        cmocka_unit_test(unpushed_branches),
        cmocka_unit_test(behind_is_clean),
        cmocka_unit_test(on_no_branch),
        cmocka_unit_test(stashed),
        cmocka_unit_test(without_remote),
        cmocka_unit_test(not_a_repository),
        cmocka_unit_test(linked_worktree),
        cmocka_unit_test(submodules_are_looked_into),
        cmocka_unit_test(nested_and_siblings),
        cmocka_unit_test(checkouts_share_branches),
        cmocka_unit_test(reflog_and_tags),
        cmocka_unit_test(merged_branches),
        cmocka_unit_test(many_branches_are_told_together),
        cmocka_unit_test(what_a_wipe_costs),
        cmocka_unit_test(ignored_directories_are_counted),
        cmocka_unit_test(programs_are_named),
        cmocka_unit_test(filtered_is_unknown),
        cmocka_unit_test(large_files_elsewhere),
        cmocka_unit_test(told_not_to_compare),
        cmocka_unit_test(shallow_is_unknown),
        cmocka_unit_test(broken_is_unknown),
        cmocka_unit_test(hostile_runs_nothing),
        cmocka_unit_test(worktree_elsewhere),
        cmocka_unit_test(secrets_in_config),
        cmocka_unit_test(confined_sees_the_same),
    };
    return cmocka_run_group_tests(tests, make_top, remove_top);
}
