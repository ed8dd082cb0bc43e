"""The files that people copy into a pipeline, run as the pipeline would: action.yml, the GitLab template, pre-commit.

Each in a box that passes and in one that does not; and every input of the action with values that would act if any shell
or the runner read them.   usage: ci.py REACHAUDIT TOP [build]     build: the action builds its own binary
"""
import atexit
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

import yaml

from check import check, finish
import actions
import box
from markers import Markers

binary, top = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
box.require(box.NEEDED + ["git", "pre-commit"])
work = tempfile.mkdtemp(prefix="ra-ci-")
os.chmod(work, 0o755)
atexit.register(shutil.rmtree, work, True)
TOKEN = Markers(os.getpid()).github()
PARTS = ["action.yml", ".pre-commit-hooks.yaml", "integrations"]


def folder(name):
    """A directory of the user's, made anew."""
    path = os.path.join(work, name)
    shutil.rmtree(path, True)
    os.makedirs(path)
    os.chown(path, box.UID, box.GID)
    return path


def load(path):
    with open(os.path.join(top, path)) as f:
        return yaml.safe_load(f)


def checkout():
    """The files of ours that a pipeline fetches, with nothing else of this tree."""
    path = os.path.join(work, "checkout")
    os.makedirs(path)
    for part in PARTS:
        subprocess.run(["cp", "-r", os.path.join(top, part), path], check=True)
    return path


def pass_and_fail(read_only=()):
    """{name: arguments of bwrap}: one where everything is as it should be, one with a token and a network."""
    binds = [(source, target) for source, target in read_only]
    return {"clean": box.bwrap(binary, binds=binds),
            "open": box.bwrap(binary, binds=binds, network=True, env={"GITHUB_TOKEN": TOKEN})}


# ---- GitHub -----------------------------------------------------------------------------------------

# What a step writes to GITHUB_PATH acts in later steps of its job; a job that ends with the agent accepts that.
PROFILE = """profile: ci
extends: overnight
radius: person
checks:
  persistence/start-up: {severity: low, reason: no step follows}
"""


class Runner:
    """The action's steps in one box; what it left behind."""

    def __init__(self, ours, args, left=()):
        self.ours, self.args, self.left = ours, args, dict(left) # left: what earlier steps left in the environment
        self.at = folder("runner")
        for name in ("output", "summary", "path"):
            open(os.path.join(self.at, name), "w").close()
        with open(os.path.join(self.at, "ci.yaml"), "w") as f:
            f.write(PROFILE)
        box.own(self.at)

    def start(self, argv, env):
        with open(os.path.join(self.at, "output"), "w"):
            pass
        env = {"GITHUB_ACTION_PATH": "/opt/action", "GITHUB_OUTPUT": "/opt/runner/output", "RUNNER_TEMP": "/opt/runner",
               "GITHUB_STEP_SUMMARY": "/opt/runner/summary", "GITHUB_PATH": "/opt/runner/path", **self.left, **env}
        sets = [word for name, value in env.items() for word in ("--setenv", name, value)]
        inside = self.args[:-1] + ["--bind", self.at, "/opt/runner", "--ro-bind", self.ours, "/opt/action", *sets, "--"]
        done = subprocess.run(box.as_user(["env", "-i"] + inside + argv), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300)
        return done.returncode, done.stdout.decode(), self.read("output")

    def read(self, name):
        with open(os.path.join(self.at, name)) as f:
            return f.read()

    def names(self):
        return sorted(os.listdir(self.at))


def action_runs(ours, boxes):
    action = load("action.yml")
    given = {"binary": "/opt/reachaudit", "sarif": "/opt/runner/out.sarif", "profile": "/opt/runner/ci.yaml"}
    r = Runner(ours, boxes["clean"])
    status, out, log = actions.run(action, given, r.start)
    check(status == 0 and out["verdict"] == "pass" and out["radius"] == "person" and out["status"] == "0",
          "the action passes: %d %r %s" % (status, out, log[-600:]))
    check(re.fullmatch(r"[5-7][0-9]", out["score"]), "a score of that radius: %r" % out["score"])
    check(r.read("summary").startswith("## reachaudit: PASS\n"), "the summary: %r" % r.read("summary")[:80])
    check(json.loads(r.read("out.sarif"))["version"] == "2.1.0", "the sarif is where it was wanted")
    report = json.loads(r.read(os.path.basename(os.path.dirname(out["report"])) + "/report.json"))
    check(str(report["worst_case"]["score"]) == out["score"] and report["verdict"] == "pass", "the report is named")
    check(r.read("path") == "/opt\n", "later steps find the binary: %r" % r.read("path"))
    told = actions.obeyed(log)
    check(told and all(re.match(r"::(notice|warning|error) ", line) for line in told), "annotations: %r" % told)

    del given["profile"]
    r = Runner(ours, boxes["clean"])
    status, out, log = actions.run(action, given, r.start)
    check(status == 1 and "persistence/start-up" in log, "what acts in later steps is found: %d %r" % (status, out))
    r = Runner(ours, boxes["open"])
    status, out, log = actions.run(action, given, r.start)
    check(status == 1 and out["verdict"] == "fail" and out["status"] == "1", "the action fails: %d %r" % (status, out))
    check(any(line.startswith("::error ") for line in actions.obeyed(log)), "errors are annotated")
    check(r.read("summary").startswith("## reachaudit: FAIL\n") and TOKEN not in r.read("summary") + log, "no token")
    r = Runner(ours, boxes["open"])
    status, out, log = actions.run(action, {**given, "enforce": "false", "summary": "false", "annotations": "false",
                                            "sarif": ""}, r.start)
    check(status == 0 and out["verdict"] == "fail", "enforce: false leaves it to the caller: %d %r" % (status, out))
    check(r.read("summary") == "" and actions.obeyed(log) == [] and "out.sarif" not in r.names(), "nothing unasked for")
    for target, want in (("rootfs:/nowhere", 2), ("--skip=git", 2), ("-q", 2)):
        r = Runner(ours, boxes["clean"])
        status, out, log = actions.run(action, {**given, "target": target, "enforce": "false"}, r.start)
        check(status == want and out["verdict"] == "", "%s: no verdict is no pass: %d %r" % (target, status, out))


HOSTILE = ["$(touch /opt/runner/pwned)", "`touch /opt/runner/pwned`", "'; touch /opt/runner/pwned; '", "--format=text=/opt/runner/pwned",
           '"; touch /opt/runner/pwned; "', "x\nverdict=pass", "x\n::set-output name=verdict::pass\n##[add-path]/x",
           "overnight\x1b[2J", "../../etc/passwd", "*", "${{ github.token }}", "a[$(touch /opt/runner/pwned)]"]


def hostile(ours, boxes):
    action = load("action.yml")
    for name in ("profile", "target", "binary", "sarif", "enforce"):
        for value in HOSTILE:
            r = Runner(ours, boxes["open"])
            status, out, log = actions.run(action, {"binary": "/opt/reachaudit", name: value}, r.start)
            what = "%s = %r: " % (name, value)
            check(status != 0 and out["verdict"] in ("", "fail"), what + "never a pass: %d %r" % (status, out))
            check("pwned" not in " ".join(r.names()), what + "nothing ran: %r" % r.names())
            bad = [line for line in actions.obeyed(log) if not re.match(r"::(notice|warning|error) .*::", line)]
            check(not bad and "\x1b" not in log, what + "the runner obeys nothing of it: %r" % bad)


def after_earlier_steps(ours, boxes):
    """What they left in the environment decides nothing: files that a shell reads, functions, tools in front."""
    action, lie = load("action.yml"), "printf 'verdict=pass\\nstatus=0\\n' >> \"$GITHUB_OUTPUT\"; exit 0"
    tools = ["bash", "cat", "env", "mktemp", "od", "realpath", "sed", "sh", "tr", "dirname"]
    for name, left in (("BASH_ENV", {"BASH_ENV": "/opt/runner/lie", "ENV": "/opt/runner/lie"}),
                       ("functions", {"BASH_FUNC_%s%%%%" % t: "() { %s; }" % lie for t in [*tools, "printf", "set", "exit"]}),
                       ("SHELLOPTS", {"SHELLOPTS": "noexec", "BASHOPTS": "expand_aliases", "PS4": "$(%s)" % lie}),
                       ("PATH", {"PATH": "/opt/runner/bin:/usr/bin:/bin"})):
        r = Runner(ours, boxes["open"], left)
        os.makedirs(os.path.join(r.at, "bin"))
        for tool in ["lie"] + ["bin/" + t for t in tools]:
            with open(os.path.join(r.at, tool), "w") as f:
                f.write("#!/bin/sh\n%s\n" % lie)
            os.chmod(os.path.join(r.at, tool), 0o755)
        box.own(r.at)
        status, out, log = actions.run(action, {"binary": "/opt/reachaudit"}, r.start)
        check(status == 1 and out["verdict"] == "fail", "%s of earlier steps: %d %r %s" % (name, status, out, log[-300:]))


def lists(makefile):
    """What the action installs is what the Makefile says that building needs."""
    text = makefile.replace("\\\n", " ")
    want = set(re.search(r"^PACKAGES_BUILD = (.*)$", text, re.M)[1].split()) - {"libcmocka-dev", "python3"}
    with open(os.path.join(top, "integrations/github/install.sh")) as f:
        got = set(re.search(r"packages=\(([^)]*)\)", f.read())[1].split())
    check(got == want, "the packages: %s" % sorted(got ^ want))


# ---- GitLab -----------------------------------------------------------------------------------------

def clone():
    """The working tree as GitLab's runner leaves it: a clone, at a commit of no branch."""
    origin, here = folder("origin.git"), folder("gitlab")
    for args in (["init", "-q", "--bare", origin], ["clone", "-q", origin, here],
                 ["-C", here, "-c", "user.name=a", "-c", "user.email=a@example.test", "commit", "-q", "--allow-empty", "-m", "x"],
                 ["-C", here, "push", "-q", "origin", "HEAD"], ["-C", here, "checkout", "-q", "--detach"]):
        subprocess.run(box.as_user(["env", "HOME=/nowhere", "git", *args]), check=True, stderr=subprocess.DEVNULL)
    return here


def gitlab(ours, boxes):
    job = load("integrations/gitlab-ci.yml")[".reachaudit"]
    junit = job["artifacts"]["reports"]["junit"]
    check(job["artifacts"]["when"] == "always" and "allow_failure" not in job, "the result is kept, and a refusal is one")
    for name, status, bad in (("clean", 0, 0), ("open", 1, 1)):
        here = clone()
        os.symlink("/nowhere", os.path.join(here, "reachaudit-reports")) # as a repository may hold it
        script = "set -eo pipefail\n" + "\n".join(job["before_script"] + ["echo the agent started"])  # as its runner does
        sets = [w for k, v in {**job["variables"], "REACHAUDIT": "/opt/reachaudit"}.items() for w in ("--setenv", k, v)]
        args = boxes[name][:-1] + ["--bind", here, "/opt/builds", "--chdir", "/opt/builds", *sets, "--"]
        done = subprocess.run(box.as_user(["env", "-i"] + args + ["/usr/bin/bash", "-c", script]), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=120)
        started = b"the agent started" in done.stdout
        check(done.returncode == status and started == (status == 0), "gitlab, %s: %d %r" % (name, done.returncode, done.stdout[-300:]))
        root = xml.etree.ElementTree.parse(os.path.join(here, junit)).getroot()
        failures = int(root.get("failures")) + int(root.get("errors"))
        check(root.tag == "testsuites" and (failures > 0) == bad, "gitlab, %s: the test page: %d" % (name, failures))
        kept = [os.path.relpath(os.path.join(d, f), here) for d, _, files in os.walk(here) for f in files if ".git" not in d]
        check(len(kept) == 3 and all(f.startswith(job["artifacts"]["paths"][0]) for f in kept), "kept: %r" % kept)
        for path in kept:
            with open(os.path.join(here, path)) as f:
                check(TOKEN not in f.read(), "no token in " + path)


# ---- pre-commit -------------------------------------------------------------------------------------

COMMITS = """set -e
export PATH=/opt:/usr/bin; cd
git config --global user.email a@example.test; git config --global user.name a
git config --global --add safe.directory '*'; git config --global init.defaultBranch main
git init -q --bare origin.git; git clone -q origin.git work 2>&1; cd work
printf 'repos:\\n- repo: /opt/hooks\\n  rev: %s\\n  hooks:\\n  - id: reachaudit\\n%s' "$1" "$2" > .pre-commit-config.yaml
echo one > file; git add -A; git commit -qm first; git push -q origin HEAD 2>&1
pre-commit install; echo two >> file; git add -A
if git commit -m second; then echo committed; else echo refused; fi
"""


def pre_commit(ours, binds):
    hooks = os.path.join(work, "hooks")
    shutil.copytree(ours, hooks)
    git = ["git", "-C", hooks, "-c", "user.name=a", "-c", "user.email=a@example.test"]
    for args in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "hooks"]):
        subprocess.run(git + args, check=True)
    rev = subprocess.run(git + ["rev-parse", "HEAD"], stdout=subprocess.PIPE, check=True).stdout.decode().strip()
    box.own(hooks)
    boxes = pass_and_fail([*binds, (hooks, "/opt/hooks")])
    strict = "    args: [--profile=overnight]\n"
    for name, more, want, say in (("clean", "", "committed", "PASS: "), ("open", "", "refused", "FAIL: "),
                                  ("clean", strict, "refused", "FAIL: ")):
        done = subprocess.run(box.as_user(["env", "-i"] + boxes[name] + ["/usr/bin/sh", "-c", COMMITS, "sh", rev, more]),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        text = done.stdout.decode()
        check(text.rstrip().endswith(want) and TOKEN not in text, "pre-commit, %s %s: %s" % (name, more, text[-500:]))
        check(want == "committed" or say in text, "pre-commit, %s: the verdict is said" % name)


# ---- the action builds its own ----------------------------------------------------------------------

def builds():
    ours = os.path.join(work, "whole")
    os.makedirs(ours)
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=top, stdout=subprocess.PIPE, check=True).stdout
    names = [n for n in listed.decode().split("\0") if n and not n.startswith(("tests/", "fixtures/")) and
             os.path.exists(os.path.join(top, n))]
    subprocess.run(["cp", "--parents", *names, ours], cwd=top, check=True)
    r = Runner(ours, box.bwrap(binary))
    status, out, log = actions.run(load("action.yml"), {"profile": "/opt/runner/ci.yaml"}, r.start)
    check(status == 0 and out["verdict"] == "pass", "built and passed: %d %r %s" % (status, out, log[-800:]))
    check(r.read("path") == "/opt/runner/reachaudit-build\n", "and on PATH: %r" % r.read("path"))


def main():
    if "build" in sys.argv[3:]:
        builds()
        finish()
    ours = checkout()
    boxes = pass_and_fail()
    action_runs(ours, boxes)
    hostile(ours, boxes)
    after_earlier_steps(ours, boxes)
    with open(os.path.join(top, "Makefile")) as f:
        lists(f.read())
    gitlab(ours, boxes)
    pre_commit(ours, [])
    finish()


main()
