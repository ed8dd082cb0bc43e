"""Other targets than this process: a root file system, plain and malicious, and another process of the same user.

What both ways of asking can see, they tell alike; and nothing outside the root is ever opened.
usage: targets.py REACHAUDIT TOP [debootstrap]"""
import atexit
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time

from check import check, finish
import box
import planted
from markers import Markers

binary = os.path.abspath(sys.argv[1])
box.require(["bwrap", "setpriv", "unshare", "strace", "mount", "busybox", "ssh-keygen"])
work = tempfile.mkdtemp(prefix="ra-targets-")
os.chmod(work, 0o755)
atexit.register(shutil.rmtree, work, True)
quick = tempfile.mkdtemp(prefix="ra-targets-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None)
atexit.register(shutil.rmtree, quick, True)
started = []


def end_all():
    for p in started:
        p.kill()
        p.wait()


atexit.register(end_all)


def run(*argv, user=False, **more):
    argv = [binary, *argv]
    return subprocess.run(box.as_user(argv) if user else argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=120, **more)


def report(done, what):
    try:
        return json.loads(done.stdout)
    except ValueError:
        check(False, "%s: a report, got %d %r" % (what, done.returncode, done.stderr[-300:]))
        return None


def present(found):
    return {r["id"]: r for r in found["reaches"] if r["state"] == "present"}


def secrets(found):
    return {i for i in present(found) if i.split(":")[0] in ("token", "key", "password")}


def places(found):
    """Ids of files that hold a secret: what one can read, the other can read."""
    return {n for s in found["steps"] if s["rule"] in ("readable", "shipped") for n in s["needs"]
            if n.startswith("file:")} | {i for i, r in present(found).items()
                                         if i.startswith("file:") and "read" in r["access"] and "#" in i}


# ---- roots ------------------------------------------------------------------------------------------

def plain_root(markers, top):
    """A small machine: busybox, two people, credentials in both homes and in /etc."""
    for name in ("bin", "etc", "root", "home/dev", "tmp", "proc", "dev", "opt", "var/lib"):
        os.makedirs(os.path.join(top, name))
    shutil.copy(shutil.which("busybox"), os.path.join(top, "bin/busybox"))
    os.symlink("busybox", os.path.join(top, "bin/sh"))
    planted.write(top, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\ndev:x:1000:1000:dev:/home/dev:/bin/sh\n", 0o644)
    planted.write(top, "etc/group", "root:x:0:\ndev:x:1000:\n", 0o644)
    fill(markers, top)


def fill(markers, top):
    os.makedirs(os.path.join(top, "home/dev"), exist_ok=True)
    planted.credential_files(markers, os.path.join(top, "root"))
    planted.credential_files(markers, os.path.join(top, "home/dev"), key=False)
    planted.write(top, "etc/environment", "LANG=C\nNPM_TOKEN=%s\n" % markers.npm(), 0o644)
    os.makedirs(os.path.join(top, "opt/shared"), exist_ok=True)
    planted.write(top, "opt/shared/pgpass", "db.corp.test:5432:app:app:%s\n" % markers.password())
    for name in (".pgpass",):  # people keep such files as links; an absolute one means the root's own /opt
        os.symlink("/opt/shared/pgpass", os.path.join(top, "root", name))
    os.symlink("../../opt/../opt/shared/pgpass", os.path.join(top, "home/dev/.pgpass"))


def inside(top):
    """`self`, as root in that very root. It brings its own libraries, where no credential is looked for."""
    needed = re.findall(r"(/\S+) \(0x", subprocess.run(["ldd", binary], stdout=subprocess.PIPE, check=True).stdout.decode())
    libraries = {os.path.dirname(os.path.realpath(path)) for path in needed}
    loader = next(os.path.realpath(path) for path in needed if "/ld-" in path)
    argv = ["env", "-i", "bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--bind", top, "/", "--proc",
            "/proc", "--dev", "/dev", "--ro-bind", binary, "/opt/reachaudit", "--ro-bind", loader, "/opt/loader"]
    where = []
    for i, folder in enumerate(sorted(libraries)):
        where.append("/opt/lib%d" % i)
        argv += ["--ro-bind", folder, where[-1]]
    return argv + ["--clearenv", "--setenv", "HOME", "/root", "--chdir", "/tmp", "--", "/opt/loader", "--library-path",
                   ":".join(where), "/opt/reachaudit"]


def same_as_inside(markers, top, what):
    from_outside = report(run("rootfs:" + top, "--format", "json"), what)
    done = subprocess.run(inside(top) + ["--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    from_inside = report(done, what + " from inside")
    if not from_outside or not from_inside:
        return
    ours, theirs = secrets(from_outside), {i for i in secrets(from_inside) if "process:" not in i}
    check(len(ours) > 15, "%s: the planted secrets are found, got %d" % (what, len(ours)))
    check(ours == theirs, "%s: the same secrets as from inside: %s" % (what, sorted(ours ^ theirs)))
    ours, theirs = places(from_outside), places(from_inside)
    check(ours == theirs, "%s: in the same files: %s" % (what, sorted(ours ^ theirs)))
    for name in planted.FILE_IDS[:-1] + ["file:~/.pgpass", "file:/home/dev/.netrc#api.corp.test", "file:/home/dev/.pgpass"]:
        check(any(i == name or i.startswith(name + "#") for i in ours), "%s: %s is a reach" % (what, name))
    check(from_outside["verdict"] == "fail" and from_outside["profile"]["name"] == "image",
          "%s: a secret in it fails by itself" % what)
    return json.dumps(from_outside).encode()


def judged_later(markers, top):
    """A snapshot, judged: the same verdict and bytes as the direct audit."""
    kept = os.path.join(work, "kept.json")
    boxed = ["env", "-i"] + box.as_user(box.bwrap(binary)) + ["/opt/reachaudit"]  # nothing there changes meanwhile
    for who, target in (([binary], "rootfs:" + top), (boxed, "self")):
        ask = lambda argv: subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
        done = ask(who + ["snapshot", target, "--now", "2026-11-21"])
        check(done.returncode == 0, "snapshot %s: %r" % (target, done.stderr))
        with open(kept, "wb") as f:
            f.write(done.stdout)
        for profile in ([], ["--profile", "overnight"], ["--profile", "supervised"], ["--profile", "image"]):
            later = run("evaluate", kept, "--format", "json", *profile)
            now = ask(who + [target, "--format", "json", "--now", "2026-11-21"] + profile)
            check(later.returncode == now.returncode, "%s %s: the same status" % (target, profile))
            check(later.stdout == now.stdout and later.stdout, "%s %s: the same bytes" % (target, profile))


# ---- a malicious root -----------------------------------------------------------------------------

def malicious_root(markers, top, outside):
    """Every trick that leads out, at the places where credentials are looked for."""
    home = os.path.join(top, "root")
    for name in ("etc", "root/.config", "root/.ssh", "root/.docker", "home/a", "mnt", "var/lib", "run"):
        os.makedirs(os.path.join(top, name))
    planted.write(top, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\nup:x:1:1::/../../..%s:/bin/sh\n"
                  "loop:x:2:2::/home/loop:/bin/sh\nodd:x:3:3::/home/a\x1b[31m:/bin/sh\nself:x:4:4::/proc/self/root:/bin/sh\n"
                  % outside, 0o644)
    planted.write(top, "root/.npmrc", "//npm.corp.test/:_authToken=%s\n" % markers.npm())
    link = lambda target, name: os.symlink(target, os.path.join(top, name))
    link(outside + "/.netrc", "root/.netrc")                                # absolute
    link("../" * 40 + outside.lstrip("/") + "/.pypirc", "root/.pypirc")     # climbing
    link("/proc/self/root" + outside + "/.git-credentials", "root/.git-credentials")  # magic, by name
    link("/proc/1/root" + outside + "/.pgpass", "root/.pgpass")
    link("/dev/fd/3", "root/.s3cfg")
    link(".aws-b", "root/.aws"), link(".aws", "root/.aws-b")                # a loop
    link(outside, "root/.kube")                                            # a directory that leads out
    link("/home/loop", "home/loop")
    os.mkfifo(os.path.join(home, ".vault-token"))
    os.mkfifo(os.path.join(home, ".config/gh"))
    os.mknod(os.path.join(home, ".bash_history"), stat.S_IFCHR | 0o666, os.makedev(5, 1))  # the console
    os.mknod(os.path.join(home, ".mysql_history"), stat.S_IFBLK | 0o666, os.makedev(7, 0))
    s = socket.socket(socket.AF_UNIX)
    here = os.getcwd()
    os.chdir(home + "/.ssh")
    s.bind("id_ed25519")
    s.listen(1)
    os.chdir(here)
    for i in range(60):  # the way to the end is long
        deep = os.path.join(top, "/".join(["home/a"] + ["d"] * (i + 1)))
        os.mkdir(deep)
    os.makedirs(os.path.join(top, "etc/cron.d"))
    with open(os.path.join(top, "etc/cron.d/odd\nname\x1b[31m"), "w") as f:
        f.write("x")
    return s


def many_entries(top, n):
    folder = os.path.join(top, "root/.ssh-many")
    os.makedirs(folder)
    for i in range(n):
        os.close(os.open(os.path.join(folder, "id_%d" % i), os.O_CREAT))
    os.makedirs(os.path.join(top, "root/.config/gcloud/legacy_credentials"))
    for i in range(n):
        os.mkdir(os.path.join(top, "root/.config/gcloud/legacy_credentials/a%d" % i))


def leads_out(name, args, line, top):
    """Is this call, made after the root was opened, more than a look at one name in a directory of it held open?"""
    if name == "connect":
        return True
    if name not in ("open", "openat", "openat2", "readlink", "readlinkat") or '"/etc/localtime"' in args:
        return False  # the judge asks for the time zone
    m = re.search(r"= \d+<(.*)>$", line.rstrip())
    went = m.group(1) if m else top
    if '"/dev/null"' in args and went in ("/dev/null", top):
        return False
    if not re.match(r"\d+<", args) or re.match(r'\d+<.*?>, "[^"]*/', args):
        return True  # by a path, or by more than one element: the kernel would walk
    if went != top and not went.startswith(top + "/"):
        return True
    if name == "readlinkat":
        return False
    if "O_PATH" not in args and re.search(r"\.vault-token|config/gh|bash_history|mysql_history|id_ed25519\"", args):
        return True  # a FIFO, a device, a socket
    return "O_NOFOLLOW" not in args


def traced(top, mounts):
    """An audit of `top` under strace. `mounts` is done first, in a mount namespace of its own."""
    trace = os.path.join(work, "trace")
    argv = ["strace", "-f", "-y", "-s", "300", "-e", "trace=%file,%desc,%network", "-o", trace, binary,
            "rootfs:" + top, "--format", "json"]
    argv = ["unshare", "-m", "sh", "-c", mounts + ' exec "$@"', "sh"] + argv
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=280)
    begun, opens, bad = False, 0, []
    for line in open(trace, errors="replace"):
        m = re.match(r"\d+ +(\w+)\((.*)", line)
        if not m:
            continue
        name, args = m.groups()
        if begun:
            opens += name == "openat"
            if leads_out(name, args, line, top):
                bad.append(line)
        begun |= name == "openat" and '"%s"' % top in args  # before it stand the loader and the keeper
    check(opens > 100, "malicious: the trace saw the audit: %d opens" % opens)
    check(not bad, "malicious: nothing outside is opened, no FIFO, device or socket: %s" % bad[:3])
    for line in ('openat(AT_FDCWD</x>, "/etc/passwd", O_RDONLY|O_NOFOLLOW) = 5</etc/passwd>',
                 'openat(4<%s/root>, ".netrc", O_RDONLY) = 5<%s/root/.netrc>' % (top, top),
                 'openat(4<%s/root>, ".netrc", O_RDONLY|O_NOFOLLOW) = 5</elsewhere/.netrc>' % top,
                 'openat(4<%s/root>, "a/b", O_RDONLY|O_NOFOLLOW) = 5<%s/root/a/b>' % (top, top),
                 'openat(4<%s/root>, ".vault-token", O_RDONLY|O_NOFOLLOW|O_NONBLOCK) = 5<%s/root/.vault-token>' % (top, top)):
        name, args = re.match(r"(\w+)\((.*)", line).groups()
        check(leads_out(name, args, line, top), "this test notices %s" % line)
    return done


def malicious(markers):
    top, outside = os.path.join(work, "bad"), os.path.join(work, "outside")
    os.makedirs(outside)
    planted.credential_files(markers, outside)
    planted.write(outside, "config", "token: %s\n" % markers.password())
    keep = malicious_root(markers, top, outside)
    os.mkdir(os.path.join(top, "root/.gnupg"))
    os.makedirs(os.path.join(top, "root/.config/gcloud"))
    os.makedirs(os.path.join(top, "proc"))
    open(os.path.join(top, "root/.cargo-file"), "w").close()
    mounts = "mount --bind {0} {1}/root/.config/gcloud; mount -t proc proc {1}/proc; " \
             "mount --bind {0}/.netrc {1}/root/.cargo-file;".format(outside, top)
    begin = time.time()
    done = traced(top, mounts)
    found = report(done, "malicious")
    keep.close()
    if not found:
        return done.stdout + done.stderr
    check(time.time() - begin < 120, "malicious: it ends")
    check(done.returncode == 1, "malicious: its own secret fails it: %d" % done.returncode)
    held = places(found)
    check("file:~/.npmrc#npm.corp.test" in held, "malicious: what is in it is found")
    check(held == {"file:~/.npmrc#npm.corp.test"}, "malicious: and nothing from elsewhere: %s" % sorted(held))
    text = run("rootfs:" + top, "-v")
    check(b"\x1b" not in text.stdout + text.stderr, "malicious: no escape reaches the terminal")
    files = [c for c in found["coverage"] if c["collector"] == "files"][0]
    check(files["status"] == "partial", "malicious: what could not be looked at is said: %s" % files["status"])
    seen = " ".join(files["not_seen"])
    check("gcloud" in seen, "malicious: a mount below is no part of it, and is named: %s" % seen[:300])
    return done.stdout + done.stderr + text.stdout


def crowded(markers):
    top = os.path.join(quick, "crowd")
    for name in ("etc", "root"):
        os.makedirs(os.path.join(top, name))
    planted.write(top, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n", 0o644)
    many_entries(top, 60000)
    begin = time.time()
    done = run("rootfs:" + top, "--format", "json")
    check(done.returncode in (0, 3), "crowded: a verdict, got %d %r" % (done.returncode, done.stderr[-200:]))
    check(time.time() - begin < 60, "crowded: it ends in %.0f s" % (time.time() - begin))


def usage(top):
    gone = subprocess.Popen(["true"])
    gone.wait()
    waiting = subprocess.Popen(["true"])  # ended, not waited for
    os.waitid(os.P_PID, waiting.pid, os.WEXITED | os.WNOWAIT)
    thread = [t for t in os.listdir("/proc/self/task")][0]
    for target, text in (("rootfs:" + top + "/none", "no such directory"),
                         ("rootfs:" + top + "/etc/passwd", "is not a directory"),
                         ("pid:%d" % gone.pid, "no such process"), ("pid:%d" % waiting.pid, "the process has ended"),
                         ("pid:me", "no process number"), ("pid:0", "no process number"), ("pid:", "names nothing")):
        done = run(target)
        check(done.returncode == 2 and done.stdout == b"" and text in done.stderr.decode(),
              "%s: 2 and a sentence, got %d %r" % (target, done.returncode, done.stderr))
        check(len(done.stderr.splitlines()) == 1, "%s: one line" % target)
    done = run("rootfs:" + top, "self")
    check(done.returncode == 2, "two targets: 2 for now")
    waiting.wait()


# ---- another process ---------------------------------------------------------------------------------

def holder(argv, env=None, cwd=None):
    """argv runs a shell that says up and waits; returns Popen and the pid of the waiting shell as we see it."""
    p = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, cwd=cwd)
    started.append(p)
    p.stdout.readline()
    at = p.pid
    while True:  # down the only line of children
        try:
            children = open("/proc/%d/task/%d/children" % (at, at)).read().split()
        except OSError:
            break
        if not children:
            break
        at = int(children[-1])
    return p, at


WAIT = "echo up; read never"
INHERITED = ("GITHUB_TOKEN", "DATABASE_URL", "AWS_SECRET_ACCESS_KEY")


def compared(outside, inner, what, but=()):
    """What `self` says inside is said from outside too, where it can be told: the same state or unknown, and nothing
    that is not so."""
    ours, theirs = {r["id"]: r for r in outside["reaches"]}, {r["id"]: r for r in inner["reaches"]}
    skip = lambda i: i.startswith(("unknown:", "box:", "fd:")) or any(i.startswith(b) for b in but)
    missing = {i for i, r in theirs.items() if not skip(i) and r["state"] == "present" and i not in ours}
    check(not missing, "%s: nothing that self sees is missed: %s" % (what, sorted(missing)[:8]))
    wrong = {i for i, r in theirs.items() if i in ours and not skip(i) and ours[i]["state"] not in (r["state"], "unknown")}
    check(not wrong, "%s: no state differs: %s" % (what, [(i, theirs[i]["state"], ours[i]["state"]) for i in sorted(wrong)[:8]]))
    extra = {i for i, r in ours.items() if not skip(i) and r["state"] == "present" and i not in theirs}
    check(not extra, "%s: nothing that self does not see is told as present: %s" % (what, sorted(extra)[:8]))
    check(secrets(inner) == secrets(outside), "%s: the same secrets: %s" % (what, sorted(secrets(inner) ^ secrets(outside))))


def without_box(markers, home, env):
    """Out of a box: the same machine, so that nearly everything can be told."""
    environ = {"HOME": home, "PATH": "/usr/bin:/bin", **env}
    sh = box.as_user(["/bin/sh", "-c", WAIT])
    p, pid = holder(sh, env=environ, cwd=home + "/project")
    outside = report(run("pid:%d" % pid, "--format", "json", user=True, env={"PATH": "/usr/bin:/bin"}), "pid")
    by_root = report(run("pid:%d" % pid, "--format", "json", env={"PATH": "/usr/bin:/bin"}), "pid by root")
    p.stdin.close()
    p.wait()
    inner = report(subprocess.run(box.as_user([binary, "--format", "json"]), stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, env=environ, cwd=home + "/project", timeout=120), "self")
    if not (outside and by_root and inner):
        return
    for name in planted.ENVIRONMENT_IDS:
        check(name in present(outside), "pid: %s is a reach" % name)
    check(outside["target"]["kind"] == "pid" and outside["target"]["uid"] == box.UID, "pid: who was audited")
    check(outside["target"]["worktree"] == home + "/project", "pid: its working tree: %r" % outside["target"])
    check(outside["verdict"] == "fail", "pid: fails as self does: %s" % outside["verdict"])
    compared(outside, inner, "pid without a box", but=("process:", "socket:"))
    mine = {i: r["state"] for i, r in present(by_root).items()}
    check(mine == {i: r["state"] for i, r in present(outside).items()},
          "pid: root tells what the user tells: %s" % sorted(set(mine) ^ set(present(outside)))[:8])


def within_box(markers, home, env):
    args = box.bwrap(binary, home, env=env, chdir=box.HOME + "/project")
    p, pid = holder(["env", "-i"] + box.as_user(args + ["/bin/sh", "-c", WAIT]))
    check(os.readlink("/proc/%d/ns/net" % pid) != os.readlink("/proc/self/ns/net"), "pid in a box: it is in the box")
    done = run("pid:%d" % pid, "--format", "json", user=True, env={"PATH": "/usr/bin:/bin"})
    outside = report(done, "pid in a box")
    code, inner, _, err = box.audit(args)
    if not outside or not check(inner is not None, "self in a box: %r" % err[-300:]):
        return
    check(done.returncode == code or code == 0 and done.returncode == 3, "pid in a box: as self, or not all told: %d" %
          done.returncode)
    check(outside["target"]["box"]["kind"] == inner["target"]["box"]["kind"], "pid in a box: the box is named: %s" %
          outside["target"]["box"])
    for name in planted.ENVIRONMENT_IDS + planted.FILE_IDS:
        check(name in present(outside) or "env:" + name in present(outside), "pid in a box: %s is a reach" % name)
    compared(outside, inner, "pid in a box", but=("process:", "socket:"))
    reasons = {c["collector"]: " ".join(c["not_seen"]) for c in outside["coverage"]}
    check("only the process itself could try" in reasons["process"], "pid in a box: why the probes are unknown: %s" %
          reasons["process"])
    check(not [r for r in outside["reaches"] if r["kind"] == "egress" and r["state"] == "present"],
          "pid in a box: our own routes are not told as its own")
    q, empty = holder(["env", "-i"] + box.as_user(box.bwrap(binary) + ["/bin/sh", "-c", WAIT]))
    done = run("pid:%d" % empty, "--format", "json", user=True, env={"PATH": "/usr/bin:/bin"})
    code, inner, _, err = box.audit(box.bwrap(binary))
    check(code == 0 and done.returncode == 3, "a clean box passes from inside; from outside not all is told: %d %d" %
          (code, done.returncode))
    compared(report(done, "pid in a clean box"), inner, "pid in a clean box", but=("process:", "socket:"))
    # It ends while it is audited: never a pass.
    for delay in (0.0, 0.01, 0.03):
        q, late = holder(["env", "-i"] + box.as_user(box.bwrap(binary) + ["/bin/sh", "-c", WAIT]))
        audit = subprocess.Popen(box.as_user([binary, "pid:%d" % late, "-q"]), stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE)
        time.sleep(delay)
        os.kill(late, signal.SIGKILL)
        text = audit.communicate(timeout=60)
        q.wait()
        check(audit.returncode in (2, 3), "pid that ends (%.2f s): 2 or 3, got %d %r" % (delay, audit.returncode, text))


def of_another(markers):
    """Somebody else's process: refused fields are unknown, and say so."""
    p, pid = holder(["setpriv", "--reuid=12001", "--regid=12001", "--clear-groups", "/bin/sh", "-c", WAIT], env={"GITHUB_TOKEN": markers.github(), "PATH": "/usr/bin:/bin"})
    done = run("pid:%d" % pid, "--format", "json", user=True, env={"PATH": "/usr/bin:/bin"})
    found = report(done, "another's")
    if not found:
        return
    check(done.returncode in (1, 3) and found["target"]["uid"] == 12001, "another's: no pass: %d" % done.returncode)
    cover = {c["collector"]: c for c in found["coverage"]}
    check("not permitted" in " ".join(cover["env"]["not_seen"]), "another's: the environment was not permitted: %s" % cover["env"])
    for name in ("files", "process", "sockets"):
        check(cover[name]["status"] != "ran", "another's: %s was not seen whole" % name)
    ours = [r["id"] for r in found["reaches"] if r["state"] == "present" and r["kind"] in ("file", "env", "mount")]
    check(not ours, "another's: nothing of ours is told as its own: %s" % ours[:5])


def no_canary(markers, printed):
    for value in markers.canaries:
        check(value.encode() not in printed, "a secret was printed (%d bytes)" % len(value))


def main():
    markers = Markers(os.getpid())
    top = os.path.join(work, "root")
    if "debootstrap" in sys.argv[3:]:
        box.require(["debootstrap"])
        done = subprocess.run(["debootstrap", "--variant=minbase", "bookworm", top], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=280)
        if done.returncode:
            print("skipped: debootstrap could not fetch a root: %r" % done.stdout[-300:])
            sys.exit(1 if box.must_run() else 77)
        fill(markers, top)
        same_as_inside(markers, top, "debootstrap")
        finish()
    plain_root(markers, top)
    printed = same_as_inside(markers, top, "rootfs") or b""
    judged_later(markers, top)
    usage(top)
    printed += malicious(markers)
    crowded(markers)
    home = os.path.join(work, "home")
    os.makedirs(home)
    planted.plant(markers, home)
    env = planted.environment(markers)
    box.own(home)
    without_box(markers, home, env)
    within_box(markers, home, env)
    of_another(markers)
    no_canary(markers, printed)
    finish()


main()
