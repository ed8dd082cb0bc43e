"""Git repositories in every state, made by git; what the audit says of each is compared with git's own answers.

git status --porcelain --ignored, git log --branches --not --remotes, git stash list: each number must be the same.
Then the hostile ones: nothing runs, nothing hangs, and what was not seen is told.

usage: git_states.py BINARY TOP [slow]; slow: only those that take their time
"""
import atexit
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from box import UID, must_run, own
from check import check, finish

binary = os.path.abspath(sys.argv[1])
if not shutil.which("git"):
    print("skipped: needs git")
    sys.exit(1 if must_run() else 77)
work = tempfile.mkdtemp(prefix="ra-git-")
atexit.register(subprocess.run, ["rm", "-rf", work])  # deeper than Python would go
os.chmod(work, 0o755)
tool = shutil.copy(binary, os.path.join(work, "reachaudit"))
home = os.path.join(work, "home")
os.mkdir(home)
ENV = {"PATH": "/usr/bin:/bin", "HOME": home, "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a",
       "GIT_AUTHOR_EMAIL": "a@corp.test", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@corp.test"}
if os.geteuid() == 0:
    own(work)
DROP = ["setpriv", "--reuid=%d" % UID, "--regid=%d" % UID, "--clear-groups"] if os.geteuid() == 0 else []
PRELUDE = """set -e
pushed() { git init -q --bare -b main $1.git; git init -q -b main $1; cd $1; git remote add origin ../$1.git
           mkdir -p sub; echo one >file; echo two >sub/other; git add -A; git commit -qm first; git push -q -u origin main; }
commit() { git commit -q --allow-empty -m "$1"; }
"""


def shell(script, where):
    subprocess.run(DROP + ["sh", "-c", PRELUDE + script], cwd=where, env=ENV, check=True, stdout=subprocess.DEVNULL)


def git(where, *args):
    done = subprocess.run(DROP + ["git", *args], cwd=where, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.stdout.decode("utf-8", "surrogateescape")


def audit(where, timeout=100):
    """(report, seconds) of the working tree's surface alone."""
    begin = time.monotonic()
    done = subprocess.run(DROP + [tool, "--only", "git", "--format", "json"], cwd=where, env=ENV,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout)
    report = json.loads(done.stdout)
    check(report["exit_status"] == done.returncode, "%s: status %d" % (where, done.returncode))
    return report, time.monotonic() - begin


def reaches(report):
    return {r["id"]: r for r in report["reaches"] if r["id"].startswith(("worktree:", "unknown:git"))}


def detail(found, reach, key):
    return found.get(reach, {}).get("details", {}).get(key, 0)


# ---- compared with git ----------------------------------------------------------------------------

def branches(where, prefix):
    """What git says of each local branch, and of HEAD where it is on none: commits on no remote-tracking ref."""
    names = git(where, "for-each-ref", "--format=%(refname:short)", "refs/heads").split()
    tips = {n: "refs/heads/" + n for n in names}
    if subprocess.run(DROP + ["git", "symbolic-ref", "-q", "HEAD"], cwd=where, env=ENV,
                      stdout=subprocess.DEVNULL).returncode:
        tips["HEAD"] = "HEAD"
    counts = {}
    for name, ref in tips.items():
        n = git(where, "rev-list", "--count", ref, "--not", "--remotes").strip()
        if n not in ("", "0"):
            counts[prefix + "unpushed/" + name] = int(n)
    return counts


def status(where):
    """(changed, untracked, ignored) lines; every untracked file, ignored folders as one, renames as two."""
    lines = git(where, "status", "--porcelain", "--ignored", "--no-renames", "-z",
                "--ignore-submodules=all").split("\0")
    many = git(where, "status", "--porcelain", "-uall", "--no-renames", "-z", "--ignore-submodules=all").split("\0")
    return (sum(1 for x in lines if x and x[:2] not in ("??", "!!")), sum(1 for x in many if x[:2] == "??"),
            sum(1 for x in lines if x[:2] == "!!"))


def untracked_bytes(where):
    names = git(where, "ls-files", "-o", "--exclude-standard", "-z").split("\0")
    return sum(os.lstat(os.path.join(where, n)).st_size for n in names if n and not n.endswith("/"))


def compare(what, where, prefix="worktree:", found=None):
    if found is None:
        found = reaches(audit(where)[0])
    changed, untracked, ignored = status(where)
    stashes = len(git(where, "stash", "list").splitlines())
    for name, key, theirs in (("modified", "count", changed), ("untracked", "count", untracked),
                              ("ignored", "count", ignored), ("stash", "count", stashes),
                              ("untracked", "bytes", untracked_bytes(where))):
        ours = detail(found, prefix + name, key)
        check(ours == theirs, "%s: %s %s: git says %d, the audit %d" % (what, name, key, theirs, ours))
    theirs = branches(where, prefix)
    ours = {i: r["details"].get("commits", -1) for i, r in found.items() if i.startswith(prefix + "unpushed/")}
    ours = {i.replace("%23", "#"): n for i, n in ours.items()} if prefix == "worktree:" else ours
    check(ours == theirs, "%s: unpushed: git says %s, the audit %s" % (what, theirs, ours))
    total = len(git(where, "log", "--branches", "--not", "--remotes", "--format=%h").splitlines())
    if total and "HEAD" not in "".join(theirs):
        repository = found.get("worktree:" + (where if prefix == "worktree:" else prefix[9:-1]), {"details": {}})
        words = "%d commit%s on %d branch" % (total, "" if total == 1 else "s", len(theirs))
        check(repository["details"].get("cost", "").startswith(words), "%s: %r begins with %r" % (what, repository, words))
    return found


STATES = {
    "clean": "",
    "untracked": "mkdir -p a/b; echo 1 >a/b/c; echo 22 >'a/d e'; touch z; ln -s nowhere link",
    "modified": "echo x >>file; rm sub/other",
    "staged": "echo x >new; git add new; echo y >>file; git add file; echo z >>file; git rm -q --cached sub/other",
    "renamed": "git mv file moved; chmod +x sub/other",
    "typechange": "rm file; ln -s sub file",
    "touched": "sleep 0.01; touch file sub/other",
    "intent": "echo a >later; git add -N later",
    "conflict": "git checkout -q -b x; echo x >file; git commit -qam x; git checkout -q main; echo y >file; "
                "git commit -qam y; git merge -q x >/dev/null || true",
    "ignored": "printf '*.log\\nbuild/\\n.env\\n!keep.log\\n' >.gitignore; git add .gitignore; git commit -qm i; git push -q; "
               "mkdir -p build/deep sub/build; echo 1 >build/deep/x; echo 2 >sub/build/y; echo 3 >a.log; echo 4 >keep.log; "
               "echo A=1 >.env; mkdir logs; echo 5 >logs/b.log",
    "ignored-in-untracked": "echo '*.o' >.git/info/exclude; mkdir src; echo 1 >src/a.c; echo 2 >src/a.o; mkdir o; echo 3 >o/x.o",
    "excludes-file": "mkdir -p ~/.config/git; echo '*.mine' >~/.config/git/ignore; echo 1 >a.mine; echo 2 >b",
    "ahead": "git checkout -q -b f/x; commit 1; commit 2; git checkout -q -b 'odd#name' main; commit 3; git branch same main",
    "behind": "commit 1; git push -q; git reset -q --hard HEAD~1",
    "diverged": "commit 1; git push -q; git reset -q --hard HEAD~1; commit 2; git branch -f keep",
    "merged": "git checkout -q -b a; commit 1; git checkout -q -b b main; commit 2; git merge -q -m 3 a; git checkout -q main; "
              "git merge -q --no-ff -m 4 b",
    "criss-cross": "git checkout -q -b a; commit 1; git checkout -q -b b main; commit 2; git merge -q -m 3 a; "
                   "git checkout -q a; git merge -q -m 4 b~1; commit 5; git push -q origin b",
    "detached": "git checkout -q --detach; commit 1; commit 2",
    "deleted-upstream": "git checkout -q -b gone; commit 1; git push -q origin gone; git push -q origin :gone",
    "packed": "git checkout -q -b p; commit 1; git pack-refs --all; git gc -q; commit 2; git branch q",
    "skewed": "export GIT_COMMITTER_DATE='2001-01-01T00:00:00Z'; commit old; git push -q; unset GIT_COMMITTER_DATE; "
              "git checkout -q -b s HEAD~1; export GIT_COMMITTER_DATE='1999-01-01T00:00:00Z'; commit older; commit oldest",
    "stashed": "echo a >>file; git stash -q; echo b >u; git stash -q -u; echo c >>file; git stash -q",
    "no-remote": "git remote remove origin; commit 1",
    "two-remotes": "git init -q --bare ../second.git; git remote add two ../second.git; git checkout -q -b t; commit 1; "
                   "git push -q two t; commit 2",
    "submodules": "git init -q --bare -b main ../lib.git; git clone -q ../lib.git ../lib 2>/dev/null; (cd ../lib; "
                  "echo l >l; git add l; git commit -qm l; git push -q origin main); "
                  "git -c protocol.file.allow=always submodule --quiet add ../lib.git lib; git commit -qm s; git push -q; "
                  "cd lib; echo m >>l; git commit -qam m; echo n >n; echo o >>l; git stash -q; echo p >p",
    "nested": "git init -q -b main in/ner; cd in/ner; echo 1 >x; git add x; git commit -qm 1; echo 2 >y",
    "linked": "git worktree add -q ../limb -b limb; cd ../limb; commit 1; echo a >a; git stash -q -u; echo b >b",
    "linked-inside": "git worktree add -q ./.trees/limb -b limb2; cd .trees/limb; commit 1; echo b >b",
    "separate": "mv .git ../aside; echo 'gitdir: ../aside' >.git; commit 1; echo u >u",
    "symlinked": "mv .git ../beside; ln -s ../beside .git; commit 1; echo u >u",
    "crlf": "git config core.autocrlf true; printf 'a\\r\\nb\\r\\n' >dos; git add dos 2>/dev/null; git commit -qm d; git push -q; "
            "touch dos",
    "sparse": "git sparse-checkout set sub; echo 1 >sub/n",
    "skip-worktree": "git update-index --skip-worktree file; rm file",
    "unborn": "git checkout -q --orphan fresh; git rm -rfq .; echo a >a",
    "bytes": "printf 1 >\"$(printf 'b\\377d')\"; printf 22 >\"$(printf 'new\\nline')\"; mkdir 'sp ace'; echo 1 >'sp ace/x'",
    "index-v4": "git update-index --index-version 4; echo n >n; echo m >>file",
    "partial": "cd ..; git -C t.git config uploadpack.allowFilter true; "
               "git clone -q --filter=blob:none file://$PWD/t.git p 2>/dev/null; cd p; commit 1; echo n >n",
}


def make(kind, scripts):
    """All of them at once, for waiting is most of it."""
    def one(item):
        area = os.path.join(work, kind, item[0])
        subprocess.run(DROP + ["mkdir", "-p", area], check=True)
        shell("pushed t; " + item[1], area)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(one, scripts.items()))


def states():
    make("states", STATES)
    for name, script in STATES.items():
        area = os.path.join(work, "states", name)
        tree = os.path.join(area, "p" if name == "partial" else "t")
        found = compare(name, tree)
        check(not [i for i in found if i.startswith("unknown:") and name not in ("bytes",)],
              "%s: all was seen: %s" % (name, [i for i in found if i.startswith("unknown:")]))
        for inner in ("lib", "in/ner", ".trees/limb", "../limb", "../lib"):
            where = os.path.normpath(os.path.join(tree, inner))
            if os.path.exists(os.path.join(where, ".git")):
                at = "worktree:" + where + "#"
                if "limb" in inner:  # its branches and stashes are told once, with the working tree
                    changed, untracked, _ = status(where)
                    check(detail(found, at + "untracked", "count") == untracked, "%s: untracked in %s" % (name, inner))
                    check(at + "unpushed/limb" not in found, "%s: branches are told once" % name)
                else:
                    compare(name + " " + inner, where, at, found)


def shallow():
    area = os.path.join(work, "shallow")
    os.mkdir(area)
    own(area) if os.geteuid() == 0 else None
    shell("pushed t; commit 1; commit 2; git push -q; cd ..; git clone -q --depth 1 file://$PWD/t.git s; "
          "git clone -q --depth 1 file://$PWD/t.git r; cd s; commit 3", area)
    found = reaches(audit(area + "/s")[0])
    check(found.get("worktree:unpushed/main", {}).get("state") == "unknown", "a shallow clone cannot tell: %s" % found)
    check(detail(found, "worktree:" + area + "/s", "shallow") is True, "it is said to be shallow")
    found = reaches(audit(area + "/r")[0])
    check("worktree:unpushed/main" not in found, "a shallow clone without work is clean: %s" % sorted(found))


def sibling_rights():
    """Only what can be destroyed is work at risk; a sibling that is read-only is source that can be read."""
    if os.geteuid() != 0:
        return
    area = os.path.join(work, "rights")
    os.mkdir(area)
    own(area)
    shell("pushed t; cd ..; git init -q -b main theirs; cd theirs; echo a >a; git add a; git commit -qm a; echo b >b", area)
    before = reaches(audit(area + "/t")[0])
    at = "worktree:" + area + "/theirs"
    check({at, at + "#unpushed/main", at + "#untracked", at + "#no-remote"} <= set(before), "a sibling of our own: %s" % before)
    check(before.get(at, {}).get("access") == ["read", "write"], "may be read and written")
    for top, dirs, files in os.walk(area + "/theirs"):
        for name in [top] + [os.path.join(top, f) for f in files]:
            os.lchown(name, 0, 0)
    after = reaches(audit(area + "/t")[0])
    check([i for i in after if i.startswith(at)] == [at], "a sibling of others loses nothing: %s" % after)
    check(after[at]["access"] == ["read"], "and is only read")


def the_sentence():
    area = os.path.join(work, "sentence")
    os.mkdir(area)
    own(area) if os.geteuid() == 0 else None
    shell("pushed t; echo .env >.git/info/exclude; git checkout -q -b a; commit 1; commit 2; git checkout -q -b b main; "
          "commit 3; for i in $(seq 14); do head -c 150000 /dev/zero >u$i; done; echo A=1 >.env", area)
    words = "3 commits on 2 branches, 14 untracked files (2.1 MB) and .env"
    # The judge says it only where the working tree is known to be writable, which another surface tells.
    done = subprocess.run(DROP + [tool, "--only", "git,mounts", "--format", "json"], cwd=area + "/t", env=ENV,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=100)
    report = json.loads(done.stdout)
    messages = [f["message"] for f in report["findings"] if f["check"] == "worktree/work-at-risk"]
    check(sum("A wipe costs " + words + "." in m for m in messages) == 1, "the sentence, once: %s" % messages)


# ---- hostile --------------------------------------------------------------------------------------

HOSTILE = {
    # name: (script, what must be unknown or None, where)
    "head-fifo": ("rm .git/HEAD; mkfifo .git/HEAD", "HEAD"),
    "config-fifo": ("rm .git/config; mkfifo .git/config", "config"),
    "index-fifo": ("rm .git/index; mkfifo .git/index", "index"),
    "ignore-fifo": ("mkfifo .gitignore", None),
    "attributes-fifo": ("mkfifo sub/.gitattributes; sleep 0.01; echo x >>sub/other", None),
    "ref-fifo": ("mkfifo .git/refs/heads/pipe", None),
    "log-fifo": ("rm .git/logs/refs/heads/main; mkfifo .git/logs/refs/heads/main", None),
    "object-fifo": ("o=$(git rev-parse HEAD | sed 's,^..,&/,'); rm -f .git/objects/$o; mkfifo .git/objects/$o", ""),
    "head-zero": ("rm .git/HEAD; ln -s /dev/zero .git/HEAD", "HEAD"),
    "dot-git-fifo": ("mv .git ../g; mkfifo .git", ""),
    "dot-git-loop": ("mv .git ../g; ln -s .git .git", ""),
    "gitdir-root": ("mv .git ../g; echo 'gitdir: /' >.git", "HEAD"),
    "gitdir-self": ("mv .git ../g; echo 'gitdir: .git' >.git", ""),
    "gitdir-long": ("mv .git ../g; { printf 'gitdir: '; head -c 900000 /dev/zero | tr '\\0' a; } >.git", ""),
    "worktree-elsewhere": ("git config core.worktree /", "core.worktree"),
    "include-self": ("printf '[include]\npath=config\npath=config\npath=config\n' >>.git/config", "include"),
    "include-chain": ("printf '[include]\\npath=b\\npath=b\\n' >.git/a; printf '[include]\\npath=a\\npath=a\\n' >.git/b; "
                      "printf '[include]\npath=a\n' >>.git/config", "include"),
    "include-fifo": ("mkfifo .git/p; printf '[include]\npath=p\n' >>.git/config", "include"),
    "include-if": ("mkfifo .git/p; printf '[includeIf \"gitdir:/\"]\npath=p\n' >>.git/config", "include"),
    "alternates-loop": ("for i in 1 2 3 4; do echo ../objects; done >.git/objects/info/alternates", "alternates"),
    "alternates-fifo": ("mkfifo .git/objects/info/alternates", "alternates"),
    "alternates-outside": ("echo /proc/self/root/etc >.git/objects/info/alternates; echo /nowhere >>.git/objects/info/alternates",
                           None),
    "index-rubbish": ("head -c 5000 /dev/urandom >.git/index", "index"),
    "index-count": ("printf 'DIRC\\0\\0\\0\\2\\377\\377\\377\\377' >.git/index; head -c 400 /dev/zero >>.git/index", "index"),
    "index-sparse-giant": ("truncate -s 8G .git/index", "index"),
    "packed-giant": ("git pack-refs --all; truncate -s 8G .git/packed-refs", ""),
    "object-corrupt": ("o=$(git rev-parse HEAD^{tree} | sed 's,^..,&/,'); chmod u+w .git/objects/$o; echo x >.git/objects/$o", ""),
    "extension": ("git config core.repositoryformatversion 1; git config extensions.objectformat sha256", ""),
    "dirs-deep": ("echo deep >.git/info/exclude; python3 -c 'import os\nos.mkdir(\"deep\"); os.chdir(\"deep\")\n"
                  "for i in range(1500): os.mkdir(\"d\"); os.chdir(\"d\")'", ""),
}


def bomb(where):
    """A commit whose tree holds itself ten times over, ten deep: ten thousand million files in a few hundred bytes."""
    def make(kind, data):
        return subprocess.run(DROP + ["git", "hash-object", "-t", kind, "-w", "--stdin", "--literally"], input=data,
                              cwd=where, env=ENV, stdout=subprocess.PIPE, check=True).stdout.decode().strip()
    tree = make("tree", b"")
    for _ in range(10):
        raw = bytes.fromhex(tree)
        tree = make("tree", b"".join(b"40000 d%d\0" % i + raw for i in range(10)))
    commit = make("commit", ("tree %s\nauthor a <a> 0 +0000\ncommitter a <a> 0 +0000\n\nx\n" % tree).encode())
    git(where, "update-ref", "refs/heads/main", commit)


def million_refs(where):
    oid = git(where, "rev-parse", "HEAD").strip()
    with open(where + "/.git/packed-refs", "w") as f:
        f.write("# pack-refs with: peeled fully-peeled sorted \n")
        for i in range(1000000):
            f.write("%s refs/heads/r%07d\n" % (oid, i))


def slow():
    for name, make, unseen in (("tree-bomb", bomb, ""), ("million-refs", million_refs, "refs")):
        area = os.path.join(work, "slow", name)
        subprocess.run(DROP + ["mkdir", "-p", area], check=True)
        shell("pushed t; git checkout -q -b mine; commit 1; git checkout -q main", area)
        make(area + "/t")
        found = expect(name, area, unseen, 40)
        if name == "tree-bomb":
            check(detail(found, "worktree:unpushed/mine", "commits") == 1, "the commits are told beside a bomb")


def hostile():
    make("hostile", {name: script for name, (script, _) in HOSTILE.items()})
    for name, (_, unseen) in HOSTILE.items():
        expect(name, os.path.join(work, "hostile", name), unseen, 10)


def expect(name, area, unseen, seconds):
    report, took = audit(area + "/t")
    unknown = [r["id"] for r in report["reaches"] if r["id"].startswith("unknown:git")]
    print("%-20s %5.1f s  %s" % (name, took, " ".join(unknown)))
    check(took < seconds, "%s: %.1f s" % (name, took))
    if unseen:
        check("unknown:git/" + unseen in unknown, "%s: unknown:git/%s is told: %s" % (name, unseen, unknown))
    elif unseen == "":
        check(unknown, "%s: what was not seen is told" % name)
    coverage = [c for c in report["coverage"] if c["collector"] == "git"][0]
    check(coverage["status"] == ("ran" if not unknown else "partial"), "%s: coverage %s" % (name, coverage["status"]))
    return reaches(report)


def runs_nothing():
    area = os.path.join(work, "runs")
    os.mkdir(area)
    own(area) if os.geteuid() == 0 else None
    shell("""pushed t; M=$PWD/../run; printf '#!/bin/sh\\ntouch %s/marker\\nexit 1\\n' "$PWD/.." >$M; chmod +x $M
             for h in post-index-change pre-commit post-checkout reference-transaction fsmonitor-watchman pre-auto-gc; do
               cp $M .git/hooks/$h; done
             for k in core.fsmonitor core.sshCommand core.pager core.editor core.askPass core.alternateRefsCommand \\
                      credential.helper diff.external gpg.program filter.e.clean filter.e.smudge filter.e.process \\
                      diff.e.textconv merge.e.driver core.gitProxy uploadpack.packObjectsHook; do git config $k $M; done
             git config alias.status "!$M"; git config remote.origin.url "ext::$M"
             printf '* filter=e diff=e merge=e\\n' >.gitattributes; echo ONE >file; rm -f ../marker""", area)
    report, _ = audit(area + "/t")
    check(not os.path.exists(area + "/marker"), "nothing that the repository names was run")
    named = detail(reaches(report), "worktree:" + area + "/t", "runs.filter.e.clean")
    check(named == area + "/t/../run", "it is named: %r" % named)
    git(area + "/t", "status")
    check(os.path.exists(area + "/marker"), "git itself would have run it")


def foreign_owner():
    """git refuses another owner's repository (safe.directory); the audit reads it and runs nothing."""
    if os.geteuid() != 0:
        return
    area = os.path.join(work, "foreign")
    os.mkdir(area)
    own(area)
    shell("pushed t; echo u >u", area)
    for top, dirs, files in os.walk(area + "/t"):
        for name in [top] + [os.path.join(top, f) for f in files]:
            os.lchown(name, 0, 0)
    check("untracked" not in git(area + "/t", "status") and "u" not in git(area + "/t", "status", "--porcelain"),
          "git refuses")
    found = reaches(audit(area + "/t")[0])
    check(detail(found, "worktree:untracked", "count") == 1, "the audit counts: %s" % found)


if sys.argv[3:] == ["slow"]:
    slow()
else:
    states()
    shallow()
    sibling_rights()
    the_sentence()
    hostile()
    runs_nothing()
    foreign_owner()
finish()
