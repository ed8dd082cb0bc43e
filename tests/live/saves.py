"""The remedy for work at risk, pasted as it is printed: afterwards git itself has the work elsewhere, and the audit agrees.

What stands for a choice (NAME, URL, FILE) is filled in as a person would; the editor that git opens writes a line.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

from box import UID, must_run, own
from check import check, finish

binary = os.path.abspath(sys.argv[1])
if not shutil.which("git"):
    print("skipped: needs git")
    sys.exit(1 if must_run() else 77)
work = tempfile.TemporaryDirectory(prefix="ra-saves-")
os.chmod(work.name, 0o755)
tool = shutil.copy(binary, os.path.join(work.name, "reachaudit"))
os.mkdir(work.name + "/home")
ENV = {"PATH": "/usr/bin:/bin", "HOME": work.name + "/home", "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a",
       "GIT_AUTHOR_EMAIL": "a@corp.test", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@corp.test",
       "GIT_EDITOR": "sh -c 'echo saved >\"$1\"' sh"}
DROP = ["setpriv", "--reuid=%d" % UID, "--regid=%d" % UID, "--clear-groups"] if os.geteuid() == 0 else []
if os.geteuid() == 0:
    own(work.name)
PUSHED = "git init -q --bare -b main ../%s.git; git init -q -b main; git remote add origin ../%s.git; echo one >file; " \
         "git add -A; git commit -qm first; git push -q -u origin main; "
STATES = {
    "modified": ("modified", "echo two >file"),
    "untracked": ("untracked", "echo two >other"),
    "unpushed": ("unpushed/main", "echo two >file; git commit -qam second"),
    "branch": ("unpushed/side", "git checkout -qb side; echo two >file; git commit -qam second; git checkout -q main"),
    "detached": ("unpushed/HEAD", "git checkout -q --detach; echo two >file; git commit -qam second"),
    "stash": ("stash", "echo two >file; git stash -q"),
    "stash-and-new": ("stash", "echo two >file; git stash -q; echo three >other"),
    "held": ("held", "git update-index --skip-worktree file; echo two >file"),
    "assumed": ("held", "git update-index --assume-unchanged file; echo two >file"),
    "no-remote": ("no-remote", "git remote remove origin; echo two >other"),
    "bare-tree": ("not-a-repository", "rm -rf .git"),
}


def shell(script, where):
    return subprocess.run(DROP + ["sh", "-ec", script], cwd=where, env=ENV, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=60)


def audit(where):
    done = subprocess.run(DROP + [tool, "--only", "git,mounts", "--format", "json"], cwd=where, env=ENV,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    return json.loads(done.stdout)


def lost(report):
    return sorted({r[len("worktree:"):] for f in report["findings"] if f["check"] == "worktree/work-at-risk"
                   and f["status"] in ("fail", "unknown") for r in f["reaches"]})


def paste(remedy, name, where):
    commands = re.findall("`([^`]*)`", remedy)
    check(commands, "%s: commands to paste: %s" % (name, remedy))
    for command in commands:
        command = re.sub(r"\bNAME\b", "kept", re.sub(r"\bURL\b", "../%s.git" % name, command)).replace(" FILE", " file")
        done = shell(command, where)
        check(done.returncode == 0, "%s: %s: %s" % (name, command, done.stdout.decode()[-300:]))


def state(name, loss, script):
    where = os.path.join(work.name, name)
    os.mkdir(where)
    own(where)
    done = shell((PUSHED % (name, name)) + script, where)
    check(done.returncode == 0, "%s: made: %s" % (name, done.stdout.decode()[-300:]))
    before = audit(where)
    check(loss in lost(before), "%s: at risk: %s" % (name, lost(before)))
    remedies = [c["remedy"] for c in before["to_pass"]["steps"] if c["remedy"].startswith("Save it elsewhere first")]
    if not check(len(remedies) == 1, "%s: one way to save all: %s" % (name, before["to_pass"])):
        return
    if name == "bare-tree":  # where the work goes is the person's choice, and need not hold what another tree pushed
        shell("rm -rf ../%s.git; git init -q --bare -b main ../%s.git" % (name, name), where)
    paste(remedies[0], name, where)
    check(lost(audit(where)) == [], "%s: nothing at risk after %s: %s" % (name, remedies[0], lost(audit(where))))
    shutil.rmtree(where)  # the next one is audited alone
    shutil.rmtree(where + ".git")


def whole():
    """Everything that the report says to do where there is no box, done: the same audit in that box passes."""
    where = os.path.join(work.name, "whole")
    os.mkdir(where)
    own(where)
    done = shell(PUSHED % ("whole", "whole") + "echo ra >>.git/info/exclude; cp ../reachaudit ra; echo two >other", where)
    check(done.returncode == 0, "whole: made: %s" % done.stdout.decode()[-300:])
    done = subprocess.run(DROP + ["./ra", "--format", "json"], cwd=where, env=ENV, stdout=subprocess.PIPE, timeout=60)
    report = json.loads(done.stdout)
    remedies = [s["remedy"] for s in report["to_pass"]["steps"]]
    boxes = [r for r in remedies if r.startswith("Start it in a box")]
    saves = [r for r in remedies if r.startswith("Save it elsewhere first")]
    if not check(done.returncode == 1 and len(boxes) == len(saves) == 1 and len(remedies) == 2, "whole: %s" % remedies):
        return
    paste(saves[0], "whole", where)
    command = re.search("`([^`]*) COMMAND`", boxes[0]).group(1)
    done = shell("export TERM=dumb; " + command + " ./ra --format text", where)
    check(done.returncode == 0 and done.stdout.startswith(b"PASS: "), "whole: %s" % done.stdout.decode()[:3000])


for name, (loss, script) in STATES.items():
    state(name, loss, script)
if shutil.which("bwrap"):
    whole()
else:
    check(not must_run(), "bwrap is there")
work.cleanup()
finish()
