"""100,000 files and 10,000 branches: the git surface against git's own answers on the same warm tree.

The ratio that counts is to `git status` alone, although the audit answers more: which commits no remote has, which
only a reflog leads to, which other repositories are in reach. git's commands for those stand beside it. Then a small
repository, for what does not grow. Minimum of interleaved runs, peak of the largest process.
"""
import os
import shutil
import subprocess
import sys
import tempfile

from timing import measure

RUNS = 7
ENV = {"PATH": "/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@corp.test",
       "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@corp.test"}


def git(where, *args, **more):
    subprocess.run(["git", *args], cwd=where, env=ENV, check=True, stdout=subprocess.DEVNULL, **more)


def plant(tree, files, branches, pushed):
    """A pushed tree of so many files in folders of a hundred; of the branches, `pushed` in ten are on the remote."""
    os.makedirs(tree)
    git(tree, "init", "-q", "--bare", "-b", "main", tree + ".git")
    git(tree, "init", "-q", "-b", "main")
    git(tree, "remote", "add", "origin", tree + ".git")
    for d in range(max(files // 100, 1)):
        folder = "%s/d%03d/e%02d" % (tree, d // 50, d % 50)
        os.makedirs(folder)
        for f in range(min(files, 100)):
            with open("%s/f%d.txt" % (folder, f), "w") as out:
                out.write("%d %d\n" % (d, f))
    git(tree, "add", "-A")
    git(tree, "commit", "-qm", "first")
    git(tree, "push", "-q", "-u", "origin", "main")
    lines = []
    for i in range(branches):
        lines.append("commit refs/heads/b%06d\ncommitter a <a@corp.test> %d +0000\ndata 2\nx\nfrom refs/heads/main\n\n"
                     % (i, 1700000000 + i))
        if i % 10 < pushed:
            lines.append("reset refs/remotes/origin/b%06d\nfrom refs/heads/b%06d\n\n" % (i, i))
    git(tree, "fast-import", "--quiet", input="".join(lines).encode())
    git(tree, "status")  # refreshes the index, as any use does


def bench(title, tree, binary, home):
    env = dict(ENV, HOME=home)
    subjects = {
        "git status --porcelain --ignored": ["git", "status", "--porcelain", "--ignored"],
        "git log --branches --not --remotes": ["git", "log", "--branches", "--not", "--remotes", "--format=%h"],
        "git log --reflog --not --all": ["git", "log", "--reflog", "--not", "--all", "--format=%h"],
        "reachaudit --only git": [binary, "--only", "git", "-q"],
        "reachaudit --help (start-up alone)": [binary, "--help"],
    }
    best = {name: (9e9, 0) for name in subjects}
    for _ in range(RUNS):
        for name, argv in subjects.items():
            t, kib = measure(argv, tree, env)
            best[name] = (min(best[name][0], t), max(best[name][1], kib))
    base_t, base_kib = best["git status --porcelain --ignored"]
    print("%-40s %10s %8s %12s %8s" % (title, "wall ms", "ratio", "peak KiB", "ratio"))
    for name, (t, kib) in best.items():
        print("%-40s %10.1f %8.2f %12d %8.2f" % (name, t * 1000, t / base_t, kib, kib / base_kib))


def main():
    binary = os.path.abspath(sys.argv[1])
    top = tempfile.mkdtemp(prefix="ra-bench-")
    try:
        os.mkdir(top + "/home")
        for title, files, branches, pushed in (("100,000 files, 10,000 branches", 100000, 10000, 5),
                                               ("100 files, 100 branches", 100, 100, 5)):
            tree = "%s/%d-%d/tree" % (top, files, branches)
            plant(tree, files, branches, pushed)
            bench(title, tree, binary, top + "/home")
    finally:
        shutil.rmtree(top, True)


main()
