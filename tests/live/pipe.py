"""Keeper, scanner, judge: whoever dies, whatever stdout and the report file are, no verdict is lost or invented."""
import atexit
import json
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

from check import check, finish

binary = os.path.abspath(sys.argv[1])
work = tempfile.mkdtemp(prefix="ra-pipe-")
atexit.register(shutil.rmtree, work, True)
VERDICTS = (0, 1, 3)


def run(*args, **more):
    more.setdefault("stdout", subprocess.PIPE)
    return subprocess.run([binary, *args], stderr=subprocess.PIPE, timeout=100, cwd=work, **more)


def children(pid):
    try:
        return [int(p) for p in open("/proc/%d/task/%d/children" % (pid, pid)).read().split()]
    except OSError:
        return []


def gone(pid):
    for _ in range(200):
        try:
            if open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


def with_children(act, wanted, what, args=("--format", "json")):
    """Calls act(keeper, [scanner, judge]) as soon as both run; the audit may be quicker, so that it is tried again."""
    for _ in range(20):
        p = subprocess.Popen([binary, *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=work)
        kids = []
        while len(kids) < 2 and p.poll() is None:
            kids = children(p.pid)
        if len(kids) == 2:
            act(p, kids)
        out, err = p.communicate(timeout=100)
        if p.returncode in VERDICTS:
            continue
        check(p.returncode == wanted, "%s: status %d, got %d %r" % (what, wanted, p.returncode, err))
        check(out == b"", "%s: no report" % what)
        check(all(gone(k) for k in kids), "%s: no child is left" % what)
        return err
    check(False, "%s: never in time" % what)
    return b""


def deaths():
    for index, who in enumerate(("scanner", "judge")):
        err = with_children(lambda p, kids: os.kill(kids[index], signal.SIGKILL), 4, who + " killed")
        check(len(err.splitlines()) == 1 and who.encode() in err, "%s killed: one line, got %r" % (who, err))
    for number in (signal.SIGINT, signal.SIGTERM):
        with_children(lambda p, kids: p.send_signal(number), 128 + number, "told to end by %d" % number)
        mark = os.path.join(work, "ran")
        with_children(lambda p, kids: p.send_signal(number), 128 + number, "gate told to end by %d" % number,
                      ("gate", "--refuse", "9", "--", "touch", mark))
        check(not os.path.exists(mark), "COMMAND did not run")
    with_children(lambda p, kids: p.kill(), -9, "keeper killed")
    p = subprocess.Popen([binary, "-q"], stdout=subprocess.PIPE, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    while p.poll() is None:
        p.send_signal(signal.SIGINT)
        time.sleep(0.001)
    check(p.returncode in VERDICTS, "a signal ignored at birth stays ignored: %d" % p.returncode)


def no_fork():
    uid = 50000 + os.getpid() % 10000  # the limit counts processes of a user: one that nobody else is

    def limit():
        resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
        os.setgid(uid)
        os.setuid(uid)
    if os.geteuid() == 0 and os.stat(os.path.dirname(binary)).st_mode & 1:
        shutil.copy(binary, os.path.join(work, "reachaudit"))
        os.chmod(work, 0o755)
        env = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}  # a sanitizer's build looks for leaks by a fork too
        done = subprocess.run([os.path.join(work, "reachaudit")], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              preexec_fn=limit, env=env)
        check(done.returncode == 4 and done.stdout == b"", "no fork: 4, got %d %r" % (done.returncode, done.stderr))


def stdout():
    with open("/dev/full", "w") as full:
        done = run("--format", "json", stdout=full)
    check(done.returncode == 4 and b"No space" in done.stderr, "a full stdout is 4: %r" % done.stderr)
    r, w = os.pipe()
    os.close(r)
    done = run(stdout=w)
    check(done.returncode == 4 and b"Broken pipe" in done.stderr, "a reader that left is 4: %r" % done.stderr)
    for fds in ((1,), (0, 1, 2), (0, 2)):
        done = run("--format", "json", preexec_fn=lambda: [os.close(fd) for fd in fds])
        if 1 in fds:
            check(done.returncode == 4, "closed %s: 4, got %d" % (fds, done.returncode))
        else:
            check(json.loads(done.stdout)["exit_status"] == done.returncode, "closed %s: a whole report" % (fds,))


def files():
    path = os.path.join(work, "report.json")
    open(path, "w").close()
    os.chmod(path, 0o644)
    done = run("--format", "json=report.json", "--format", "text")
    report = json.load(open(path))
    check(done.returncode in VERDICTS and report["exit_status"] == done.returncode, "a report file")
    check(done.stdout.startswith(report["verdict"].upper().encode() + b": "), "and text on stdout: %r" % done.stdout[:60])
    check(stat.S_IMODE(os.stat(path).st_mode) == 0o600, "of mode 0600")
    before = sorted(os.listdir(work))
    target = os.path.join(work, "target")
    os.symlink(target, os.path.join(work, "link"))
    os.mkfifo(os.path.join(work, "fifo"))
    for name, status in (("link", 2), ("fifo", 2), ("/dev/null", 2), (work, 2), ("none/x", 4)):
        done = run("--format", "json=" + name)
        check(done.returncode == status and len(done.stderr.splitlines()) == 1,
              "report to %s: %d, got %d %r" % (name, status, done.returncode, done.stderr))
    check(stat.S_ISCHR(os.stat("/dev/null").st_mode), "/dev/null is still a device")
    check(not os.path.exists(target), "nothing was written through the link")
    done = run("--format", "json=cut.json", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (512, 512)))
    check(done.returncode == 4 and b"File too large" in done.stderr, "a file that is cut is 4: %r" % done.stderr)
    check(sorted(os.listdir(work)) == sorted(before + ["link", "fifo"]), "nothing is left: %s" % os.listdir(work))


def same_bytes():
    a, b = run("snapshot", "-o", "s.json"), run("evaluate", "s.json", "--format", "json")
    check(a.returncode == 0 and b.returncode in VERDICTS, "snapshot, then evaluate: %r" % (a.stderr + b.stderr))
    again = run("evaluate", "s.json", "--format", "json")
    check(b.stdout == again.stdout, "the same snapshot gives the same bytes")
    text = open(os.path.join(work, "s.json")).read()
    for cut in (0, 1, len(text) // 2, len(text) - 2):
        open(os.path.join(work, "cut"), "w").write(text[:cut])
        done = run("evaluate", "cut")
        check(done.returncode == 2 and done.stdout == b"", "a snapshot cut at %d: 2, got %d" % (cut, done.returncode))


deaths()
no_fork()
stdout()
files()
same_bytes()
finish()
