"""The seed's own recipe: a real git checkout, bound writable into a real bubblewrap box without network.

Pushed, it passes `airgapped` with radius worktree and says what to look at before the result is used; work that no
remote has fails, and is named.
"""
import atexit
import os
import shutil
import subprocess
import sys
import tempfile

from check import check, finish
import box

binary = sys.argv[1]
box.require(["bwrap", "setpriv", "git"])
work = tempfile.mkdtemp(prefix="ra-worktree-")
os.chown(work, box.UID, box.GID)
os.chmod(work, 0o755)
atexit.register(shutil.rmtree, work, True)
PROJECT = box.HOME + "/project"
HOOKS = "file:~/project/.git/hooks"
HEADING = "Before you use the result"


def as_user(*argv):
    environment = ["env", "-i", "PATH=/usr/bin:/bin", "HOME=" + work, "GIT_CONFIG_NOSYSTEM=1"]
    subprocess.run(box.as_user(environment + list(argv)), check=True, stdout=subprocess.DEVNULL, timeout=60)


def git(repository, *argv):
    as_user("git", "-C", repository, "-c", "user.name=t", "-c", "user.email=t@example.test", *argv)


def write(path, text, mode=0o644):
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, mode)
    os.chown(path, box.UID, box.GID)


def commit(repository, name, text):
    write(os.path.join(repository, name), text)
    git(repository, "add", name)
    git(repository, "commit", "-qm", name)


def pushed(name):
    """A clone with one commit, which its remote has."""
    remote, repository = os.path.join(work, name + ".git"), os.path.join(work, name)
    as_user("git", "init", "-q", "--bare", "-b", "main", remote)
    as_user("git", "init", "-q", "-b", "main", repository)
    git(repository, "remote", "add", "origin", remote)
    commit(repository, "main.c", "int main(void) { return 0; }\n")
    git(repository, "push", "-q", "-u", "origin", "main")
    return repository


def boxed(repository, git_read_only=False):
    args = box.bwrap(binary, binds=[(repository, PROJECT)], chdir=PROJECT)
    if git_read_only:
        at = args.index("--chdir")
        args[at:at] = ["--ro-bind", os.path.join(repository, ".git"), PROJECT + "/.git"]
    return args


def text(args, *options):
    argv = box.as_user(["env", "-i"] + args + ["/opt/reachaudit", *options])
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    return done.returncode, done.stdout.decode()


def section(printed, heading):
    """The lines below a heading of the text report, as one line."""
    below = printed.partition("\n" + heading + "\n")[2].partition("\n\n")[0]
    return " ".join(below.split())


def passing():
    repository = pushed("clean")
    write(os.path.join(repository, ".git/hooks/pre-commit"), "#!/bin/sh\ntrue\n", 0o755)
    args = boxed(repository)
    for profile in ("airgapped", "overnight"):
        code, report, _, err = box.audit(args, options=["--profile", profile])
        if not check(report is not None, "%s: a report (%r)" % (profile, err[-300:])):
            return
        check(code == 0 and report["verdict"] == "pass", "%s: passes, got %d: %r" % (
            profile, code, [f["message"] for f in report["findings"] if f["status"] != "pass"]))
        for part in (report["worst_case"], report["worst_case"]["proved"]):
            check(part["radius"] == "worktree", "%s: radius worktree, got %r" % (profile, part))
        check(report["target"].get("worktree") == PROJECT, "%s: the working tree is named" % profile)
    hooks = [r for r in report["reaches"] if r["id"] == HOOKS]
    check(hooks and "hook.pre-commit" in hooks[0]["details"], "the hook that is there is told by its digest")
    code, printed = text(args, "--profile", "airgapped")
    check(code == 0 and printed.startswith("PASS"), "the text says PASS first")
    said = section(printed, HEADING)
    check(HOOKS in said and "ls .git/hooks" in said, "the hook is told for later, with what to look at: %r" % said)
    check("way out no" in " ".join(printed.split()), "no way out")


def strict():
    """What needs a person to use the result fails where the profile counts what is possible."""
    profile = os.path.join(work, "strict.yaml")
    write(profile, "profile: strict\nextends: airgapped\ncertainty: possible\n")
    args = boxed(os.path.join(work, "clean"))
    at = args.index("--chdir")
    args[at:at] = ["--ro-bind", profile, "/opt/strict.yaml"]
    code, report, _, err = box.audit(args, options=["--profile", "/opt/strict.yaml"])
    if check(report is not None, "strict: a report (%r)" % err[-300:]):
        planted = [f for f in report["findings"] if f["check"] == "worktree/planted"]
        check(code == 1 and planted and all(f["status"] == "fail" for f in planted), "strict: the hook fails")


def read_only_git():
    args = boxed(os.path.join(work, "clean"), git_read_only=True)
    code, report, _, err = box.audit(args, options=["--profile", "airgapped"])
    if check(report is not None, "read-only .git: a report (%r)" % err[-300:]):
        check(code == 0, "read-only .git: passes, got %d" % code)
        check(not [f for f in report["findings"] if f["check"] == "worktree/planted" and HOOKS in f["reaches"]],
              "read-only .git: no hook can be planted")
    check(HOOKS not in section(text(args, "--profile", "airgapped")[1], HEADING), "read-only .git: nothing to look at")


def failing(name, reach, number=None):
    """Work that no remote has: fails, proved, and is named in both reports."""
    args = boxed(os.path.join(work, name))
    code, report, _, err = box.audit(args, options=["--profile", "airgapped"])
    if not check(report is not None, "%s: a report (%r)" % (name, err[-300:])):
        return
    check(code == 1 and report["verdict"] == "fail", "%s: fails, got %d" % (name, code))
    check(report["worst_case"]["proved"]["radius"] == "person", "%s: proved person" % name)
    found = {r["id"]: r for r in report["reaches"]}
    check(reach in found, "%s: %s is a reach, among %r" % (name, reach, sorted(found)))
    if number and reach in found:
        check(found[reach]["details"].get(number[0]) == number[1], "%s: %s %s, got %r" % (
            name, number[1], number[0], found[reach]["details"]))
    check(any(f["status"] == "fail" and reach in f["reaches"] for f in report["findings"]),
          "%s: it is part of a failing finding" % name)
    code, printed = text(args, "--profile", "airgapped")
    check(code == 1 and reach in " ".join(printed.split()), "%s: the text names %s" % (name, reach))


def main():
    passing()
    strict()
    read_only_git()
    repository = pushed("unpushed")
    git(repository, "checkout", "-qb", "feature-x")
    for i in range(2):
        commit(repository, "work%d.c" % i, "int work%d;\n" % i)
    failing("unpushed", "worktree:unpushed/feature-x", ("commits", 2))
    write(os.path.join(pushed("untracked"), "notes.txt"), "only here\n")
    failing("untracked", "worktree:untracked", ("count", 1))
    repository = pushed("stashed")
    write(os.path.join(repository, "main.c"), "int main(void) { return 1; }\n")
    git(repository, "stash", "-q")
    failing("stashed", "worktree:stash", ("count", 1))
    finish()


main()
