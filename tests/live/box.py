"""Runs the audited binary in real bubblewrap boxes as a user without rights. Needs root to become that user."""
import json
import os
import shutil
import subprocess
import sys
import time

UID = GID = 12000
NEEDED = ["bwrap", "setpriv", "ip", "ssh-agent", "ssh-keygen", "unshare"]


def must_run():
    return os.environ.get("RA_TESTS_MUST_RUN") == "1"


def require(tools=NEEDED, root=True):
    """Ends the test as skipped (77) where it cannot run; as failed where skips are forbidden."""
    missing = [t for t in tools if not shutil.which(t)]
    if root and os.geteuid() != 0:
        missing.append("root")
    if missing:
        print("skipped: needs " + ", ".join(missing))
        sys.exit(1 if must_run() else 77)


def as_user(argv, netns=None):
    """argv run as the user without rights, in the network namespace of the given pid if any."""
    enter = ["nsenter", "--net=" + netns] if netns else []
    return enter + ["setpriv", "--reuid=%d" % UID, "--regid=%d" % GID, "--clear-groups"] + argv


def own(path):
    for top, dirs, files in os.walk(path):
        for name in [top] + [os.path.join(top, f) for f in files]:
            os.lchown(name, UID, GID)


HOME = "/home/agent"
# What the firmware of a person's machine says of it: with a route, a box without it may be on a cloud's.
LAPTOP = os.path.join(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), "fixtures/dmi/laptop")
DMI = "/sys/class/dmi/id"


def bwrap(binary, home=None, read_only=False, network=False, binds=(), env=(), chdir=HOME):
    """bwrap arguments for one box; home None = an empty one that lives only in the box."""
    args = ["bwrap", "--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try",
            "--new-session", "--die-with-parent", "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin",
            "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--proc", "/proc", "--dev", "/dev",
            "--tmpfs", "/tmp", "--dir", "/run"]
    args += ["--ro-bind", LAPTOP, DMI] if network else ["--unshare-net"]
    if home:
        args += ["--ro-bind" if read_only else "--bind", home, HOME]
    else:
        args += ["--tmpfs", "/home", "--dir", HOME]
    for source, target in binds:
        args += ["--bind", source, target]
    args += ["--ro-bind", binary, "/opt/reachaudit", "--clearenv", "--setenv", "PATH", "/usr/bin", "--setenv", "HOME",
             HOME]
    for name, value in dict(env).items():
        args += ["--setenv", name, value]
    return args + ["--chdir", chdir, "--"]


def audit(args, netns=None, options=(), clean=True, env=None, timeout=120):
    """Runs the audit in the box that `args` describes; returns (exit status, report, stdout, stderr)."""
    argv = as_user((["env", "-i"] if clean else []) + args +
                   ["/opt/reachaudit", "--format", "json", *options], netns)
    done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout, env=env)
    try:
        report = json.loads(done.stdout)
    except ValueError:
        report = None
    return done.returncode, report, done.stdout, done.stderr


def every_format(binary, args, netns=None):
    """The bytes of every report that the program can write, whatever rows its table has, from one audit in the box."""
    done = subprocess.run([binary, "list", "reports"], stdout=subprocess.PIPE, check=True)
    names = [line.split("\t")[0] for line in done.stdout.decode().splitlines()]
    script = "/opt/reachaudit -v %s >&2; cat %s" % (" ".join("--format %s=/tmp/report.%s" % (n, n) for n in names),
                                                 " ".join("/tmp/report.%s" % n for n in names))
    done = subprocess.run(as_user(["env", "-i"] + args + ["/usr/bin/sh", "-c", script], netns), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=120)
    assert not done.returncode and len(names) > 2, "%d reports: %r" % (len(names), done.stderr[-300:])
    return done.stdout + done.stderr


def network_namespace(at_end):
    """A namespace of its own with a default route that leads nowhere; returns its file. at_end(end) is told what ends it."""
    holder = subprocess.Popen(["unshare", "-n", "sleep", "600"])

    def end():
        holder.kill()
        holder.wait()
    at_end(end)
    path = "/proc/%d/ns/net" % holder.pid
    ours = os.readlink("/proc/self/ns/net")
    for _ in range(200):
        if os.readlink(path) != ours:
            break
        time.sleep(0.02)
    inside = ["nsenter", "--net=" + path]
    for line in ["ip link set lo up", "ip link add v0 type veth peer name v1", "ip addr add 192.0.2.2/24 dev v0",
                 "ip link set v0 up", "ip link set v1 up", "ip route add default via 192.0.2.1 dev v0"]:
        subprocess.run(inside + line.split(), check=True)
    return path
