"""Blind is not safe: a box that hides what the audit rests on never passes. An empty environment hides nothing."""
import atexit
import os
import shutil
import subprocess
import sys
import tempfile

from check import check, finish
import box

binary = sys.argv[1]
box.require()
work = tempfile.mkdtemp(prefix="ra-blind-")
os.chmod(work, 0o755)
atexit.register(shutil.rmtree, work, True)


def never_passes(args, what):
    code, report, out, err = box.audit(args)
    check(code not in (0, 2), "%s: never 0, got %d" % (what, code))
    if check(report is not None, "%s: a report all the same (%r)" % (what, err[-300:])):
        check(report["verdict"] != "pass", "%s: no pass" % what)
        check(any(r["id"].startswith("unknown:") for r in report["reaches"]), "%s: the unknown is a reach" % what)


def without(args, first, count):
    at = args.index(first)
    return args[:at] + args[at + count:]


def main():
    clean = box.bwrap(binary)
    code, report, _, err = box.audit(clean)
    check(code == 0, "the same box with everything in sight passes: %d %r" % (code, err[-300:]))
    never_passes(without(clean, "--proc", 2), "/proc missing")
    closed = os.path.join(work, "closed")
    os.makedirs(closed)
    os.chmod(closed, 0)  # root's own: the box's user may not even list it
    never_passes(box.bwrap(binary, closed, chdir="/"), "own home unreadable")
    for name in ("env", "process", "files", "sockets", "mounts", "network", "git", "agent"):
        code, report, _, _ = box.audit(clean, options=["--skip", name])
        check(code == 3 and report["verdict"] == "incomplete", "--skip %s: incomplete, got %d" % (name, code))
    bare = subprocess.run(box.as_user(["env", "-i"] + clean[:-1] + ["--", "/usr/bin/env", "-i", "/opt/reachaudit"]),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    check(bare.stdout.startswith(b"PASS"), "an empty environment is not blindness: %r" % bare.stdout[:300])
    finish()


main()
