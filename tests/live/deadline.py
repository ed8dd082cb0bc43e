"""The keeper gives up: a child that stops moving costs the verdict (status 4), never the gate.

The program is built for this test with a short limit; a scanner or a judge is stopped by its pid while it works."""
import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from check import check, finish
import box

binary = os.path.abspath(sys.argv[1])
box.require()
LIMIT_S = 4
work = tempfile.mkdtemp(prefix="ra-deadline-")
os.chmod(work, 0o755)
atexit.register(shutil.rmtree, work, True)
mark = os.path.join(work, "ran")
os.makedirs(mark)
os.chown(mark, box.UID, box.GID)


def parents():
    out = {}
    for name in os.listdir("/proc"):
        try:
            with open("/proc/%s/stat" % int(name)) as f:
                comm, rest = f.read().rsplit(")", 1)
            out[int(name)] = (int(rest.split()[1]), comm.split("(", 1)[1])
        except (ValueError, OSError):
            pass
    return out


def below(pid):
    """Processes of the program below `pid`, parents before children, in the order of their start."""
    table, found, ends = parents(), [], [pid]
    while ends:
        ends = sorted(p for p, (parent, _) in table.items() if parent in ends)
        found += [p for p in ends if table[p][1] == "reachaudit"]
    return found


def gate(which):
    """Runs the gate; the which-th child of its keeper is stopped as soon as it is there. -1: none is."""
    args = box.bwrap(binary, binds=[(mark, "/opt/ran")])
    start = time.monotonic()
    p = subprocess.Popen(box.as_user(["env", "-i"] + args + ["/opt/reachaudit", "gate", "--", "/usr/bin/touch", "/opt/ran/it"]),
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    stopped = None
    while which >= 0 and not stopped and p.poll() is None and time.monotonic() - start < 10:
        seen = below(p.pid)
        children = [c for c in seen[1:] if parents().get(c, (0,))[0] == seen[0]]
        if len(children) > which:
            stopped = children[which]
            os.kill(stopped, signal.SIGSTOP)
    try:
        out, err = p.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        p.kill()
        out, err = p.communicate()
        check(False, "child %d stopped: the gate hangs" % which)
    took = time.monotonic() - start
    if stopped:
        check(not os.path.exists("/proc/%d" % stopped), "the stopped child %d is gone" % which)
    check(which < 0 or stopped, "child %d was met at work" % which)
    return p.returncode, out, err, took


for name, which in (("scanner", 0), ("judge", 1)):
    status, out, err, took = gate(which)
    check(status == 4, "a stopped %s: status 4, got %d: %r" % (name, status, err[-300:]))
    check(b"nothing was decided" in err and out == b"", "a stopped %s: says so: %r" % (name, err))
    check(LIMIT_S - 1 < took < LIMIT_S + 20, "a stopped %s: after the limit, %.1f s" % (name, took))
    check(not os.listdir(mark), "a stopped %s: COMMAND never ran" % name)
# The same box with nobody stopped: what was refused above is refused for the stop alone.
status, out, err, took = gate(-1)
check(status == 0 and os.listdir(mark) == ["it"], "nobody stopped: COMMAND runs: %d %r" % (status, err[-300:]))
finish()
