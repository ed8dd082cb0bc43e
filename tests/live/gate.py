"""gate: COMMAND starts in an untouched process, refusals say three lines and nothing on stdout."""
import atexit
import os
import shutil
import subprocess
import sys
import tempfile

from check import check, finish
import box
from markers import Markers

binary = sys.argv[1]
box.require()
work = tempfile.mkdtemp(prefix="ra-gate-")
os.chmod(work, 0o755)
atexit.register(shutil.rmtree, work, True)

# Prints everything that a parent can hand down.
PROBE = r"""
import ctypes, os, resource, signal
libc = ctypes.CDLL(None)
print(sorted(os.environ.items()))
print([(n, resource.getrlimit(getattr(resource, n))) for n in sorted(dir(resource)) if n.startswith('RLIMIT_')])
print('dumpable', libc.prctl(3, 0, 0, 0, 0), 'no_new_privs', libc.prctl(39, 0, 0, 0, 0))
print('fds', sorted((fd, os.readlink('/proc/self/fd/' + fd).split(':')[0]) for fd in os.listdir('/proc/self/fd')
                    if os.path.exists('/proc/self/fd/' + fd)))
status = dict(l.split(':', 1) for l in open('/proc/self/status').read().splitlines())
print({k: status[k].strip() for k in ('SigBlk', 'SigIgn', 'SigCgt', 'Seccomp', 'CapEff', 'CapBnd', 'Uid', 'Groups')})
print(os.getcwd(), os.umask(0))
"""
probe = os.path.join(work, "probe.py")
with open(probe, "w") as f:
    f.write(PROBE)


def run(args, argv, **more):
    return subprocess.run(box.as_user(["env", "-i"] + args + argv), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=120, **more)


def passes():
    args = box.bwrap(binary, binds=[(probe, "/opt/probe.py")], env={"COLOUR": "blue"})
    plain = run(args, ["/usr/bin/python3", "/opt/probe.py"])
    gated = run(args, ["/opt/reachaudit", "gate", "--", "/usr/bin/python3", "/opt/probe.py"])
    check(gated.returncode == 0, "gate passes in a clean box: %r" % gated.stderr[-400:])
    check(plain.stdout == gated.stdout, "COMMAND sees the same process:\n%s\n%s" % (plain.stdout, gated.stdout))
    check(len(plain.stdout.splitlines()) == 6, "the probe said all six lines: %r" % plain.stderr[-300:])
    check(run(args, ["/opt/reachaudit", "gate", "--", "/usr/bin/sh", "-c", "exit 7"]).returncode == 7,
          "COMMAND's own status")
    check(run(args, ["/opt/reachaudit", "gate", "--", "/nowhere/x"]).returncode == 127, "not found is 127")
    check(run(args, ["/opt/reachaudit", "gate", "--", "/opt/probe.py"]).returncode == 126, "not executable is 126")


def refused(done, status, what):
    check(done.returncode == status, "%s: status %d, got %d" % (what, status, done.returncode))
    check(done.stdout == b"", "%s: nothing on stdout" % what)
    check(len(done.stderr.splitlines()) == 3, "%s: three lines, got %r" % (what, done.stderr))


def refuses():
    markers = Markers(os.getpid())
    home = os.path.join(work, "home")
    os.makedirs(home)
    with open(os.path.join(home, "notes"), "w") as f:
        f.write("unsaved work\n")
    box.own(home)
    mark = os.path.join(work, "ran")
    os.makedirs(mark)
    os.chown(mark, box.UID, box.GID)
    ran = ["/usr/bin/touch", "/opt/ran/it"]
    args = box.bwrap(binary, home, network=True, binds=[(mark, "/opt/ran")], env={"GITHUB_TOKEN": markers.github()})
    gate = ["/opt/reachaudit", "gate"]
    refused(run(args, gate + ["--"] + ran), 1, "fail")
    refused(run(args, gate + ["--refuse", "42", "--"] + ran), 42, "--refuse 42")
    clean = box.bwrap(binary, binds=[(mark, "/opt/ran")])
    refused(run(clean, gate + ["--skip", "files", "--"] + ran), 3, "incomplete")
    usage = run(clean, gate + ["--profile", "no-such", "--"] + ran)
    check(usage.returncode == 2 and usage.stdout == b"", "a usage error is 2, got %d" % usage.returncode)
    check(not os.listdir(mark), "COMMAND never ran")


passes()
refuses()
finish()
