"""What the scenarios are made of: network namespaces with something at the other end, listeners outside the box, a
project with its remote, and containers assembled by hand (overlay root, namespaces, pivot_root), since no engine is at
hand everywhere. Ends only what it started.
"""
import atexit
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import box

MAPPED = 100000  # what root of a container's user namespace is outside
work = tempfile.mkdtemp(prefix="ra-scenarios-")
os.chown(work, box.UID, box.GID)
os.chmod(work, 0o755)
started = []


def end_all():
    for p in reversed(started):
        p.kill()
        p.wait()
    shutil.rmtree(work, True)


atexit.register(end_all)


def start(argv, ready=None, **more):
    """A process outside the box; with `ready` it is waited for that line."""
    p = subprocess.Popen(argv, stdout=subprocess.PIPE if ready else subprocess.DEVNULL, **more)
    started.append(p)
    if ready and p.stdout.readline().strip() != ready:
        raise SystemExit("could not be started: %r" % argv)
    return p


def script(lines, netns=None):
    """Shell lines, as root, in a network namespace if any."""
    enter = ["nsenter", "--net=" + netns] if netns else []
    subprocess.run(enter + ["sh", "-ec", "\n".join(lines)], check=True, timeout=60)


def path(*parts):
    return os.path.join(work, *parts)


def write(name, text, mode=0o644):
    full = path(name)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w") as f:
        f.write(text)
    os.chmod(full, mode)
    return full


# ---- networks -------------------------------------------------------------------------------------

def namespace():
    """A network namespace with loopback up and no IPv6; its file and the process that holds it."""
    holder = start(["unshare", "-n", "sh", "-ec", "sysctl -qw net.ipv6.conf.all.disable_ipv6=1 "
                    "net.ipv6.conf.default.disable_ipv6=1; ip link set lo up; echo up; exec sleep 600"], b"up")
    return "/proc/%d/ns/net" % holder.pid, str(holder.pid)


def wire(inside, outside_pid, name, addresses):
    """A veth pair from the namespace `inside` to that of the process `outside_pid`."""
    near, far = addresses
    script(["ip link add %s type veth peer name up0 netns %s" % (name, outside_pid), "ip addr add %s dev %s" % (near, name),
            "ip link set %s up" % name], inside)
    script(["ip addr add %s dev up0" % far, "ip link set up0 up"], "/proc/%s/ns/net" % outside_pid)


def open_network():
    """A default route that leads into a namespace where nothing forwards."""
    inside = namespace()
    wire(inside[0], namespace()[1], "eth0", ("192.0.2.2/24", "192.0.2.1/24"))
    script(["ip route add default via 192.0.2.1"], inside[0])
    return inside[0]


PROXY = """import re, socket, sys, threading
def serve(c):
    asked = c.recv(4096).split(b"\\r\\n")[0].decode()
    print(asked, file=log, flush=True)
    c.sendall(b"HTTP/1.1 403 Forbidden\\r\\n\\r\\n" if ".corp.test" not in asked else b"HTTP/1.1 200 OK\\r\\n\\r\\n")
    c.close()
def banner(c):
    c.sendall(b"SSH-2.0-forge\\r\\n")
    c.close()
log = open(sys.argv[1], "w")
def listen(address, port, each):
    s = socket.create_server((address, port))
    def loop():
        while True:
            each(s.accept()[0])
    threading.Thread(target=loop).start()
listen("192.0.2.1", 3128, serve)
listen("198.51.100.22", 22, banner)
print("up", flush=True)
"""


def proxied_network():
    """A scanning proxy at the next hop, which writes down what it is asked for and forbids most, and behind it the
    forge, of which the routing table lets through the direct way. No default route. Returns the namespace and the log."""
    inside, outside = namespace(), namespace()
    wire(inside[0], outside[1], "eth0", ("192.0.2.2 peer 192.0.2.1/32", "192.0.2.1 peer 192.0.2.2/32"))
    script(["ip addr add 198.51.100.22/32 dev lo"], outside[0])
    script(["ip route add 198.51.100.22/32 via 192.0.2.1"], inside[0])
    log = path("proxy.log")
    start(["nsenter", "--net=" + outside[0], sys.executable, write("proxy.py", PROXY), log], b"up")
    return inside[0], log


def dial(netns, address, port, say=b"", timeout=5):
    """What a direct connection from the namespace is answered, or the error's name."""
    code = ("import socket,sys\ntry:\n s=socket.create_connection((%r,%d),%d)\n s.sendall(%r)\n"
            " sys.stdout.write(s.recv(99).decode())\nexcept OSError as e:\n print(e.strerror or e)\n" %
            (address, port, timeout, say))
    done = subprocess.run(["nsenter", "--net=" + netns, sys.executable, "-c", code], stdout=subprocess.PIPE, timeout=30)
    return done.stdout.decode().strip()


# ---- things outside the box -----------------------------------------------------------------------

def listener(name, mode=0o666, gid=-1):
    """A unix socket whose server runs outside every box, and takes each connection without a word."""
    at = path(name)
    s = socket.socket(socket.AF_UNIX)
    s.bind(at)
    s.listen(16)
    os.chmod(at, mode)
    os.chown(at, 0, gid)
    started.append(Ending(s))
    return at


class Ending:
    """A socket among the processes to end."""

    def __init__(self, s):
        self.kill = self.wait = s.close


def ssh_agent(key):
    """A real agent outside the box with one key."""
    at = path("agent", "agent.sock")
    os.makedirs(os.path.dirname(at))
    os.chown(os.path.dirname(at), box.UID, box.GID)
    start(box.as_user(["ssh-agent", "-D", "-a", at]))
    for _ in range(200):
        if os.path.exists(at):
            break
        time.sleep(0.02)
    subprocess.run(box.as_user(["env", "SSH_AUTH_SOCK=" + at, "ssh-add", "-q", key]), check=True)
    return at


def project(name):
    """A checkout with one commit, pushed to a remote outside, owned by the user."""
    repository, remote = path(name), path(name + ".git")
    git = ["env", "-i", "PATH=/usr/bin:/bin", "HOME=" + work, "GIT_CONFIG_NOSYSTEM=1", "git"]
    me = ["-C", repository, "-c", "user.name=t", "-c", "user.email=t@example.test"]
    for line in (["init", "-q", "--bare", "-b", "main", remote], ["init", "-q", "-b", "main", repository],
                 me + ["remote", "add", "origin", remote], me + ["commit", "-q", "--allow-empty", "-m", "first"],
                 me + ["push", "-q", "-u", "origin", "main"]):
        subprocess.run(box.as_user(git + line), check=True, stdout=subprocess.DEVNULL, timeout=60)
    return repository


# ---- boxes ----------------------------------------------------------------------------------------

def container(binary, netns, mounts=(), env=(), copies=(), user_namespace=False, capabilities=None, chdir="/project"):
    """argv of a container: an overlay root, /usr read-only, namespaces of its own, a user without rights in it, who may
    still gain them (no_new_privs is not set). `mounts`: (source, target) or (source, target, "ro"); `copies`: pairs of
    a file outside and its place, owned by the box's root. capabilities: setpriv's bounding set."""
    base = tempfile.mkdtemp(prefix="box-", dir=work)
    q, root, low = shlex.quote, base + "/root", base + "/low"
    first = MAPPED if user_namespace else 0
    for d in ("usr", "proc", "dev", "tmp", "opt", "run", "etc", "project", "home/agent", "old"):
        os.makedirs(os.path.join(low, d))
    for link in ("bin", "lib", "lib64"):
        os.symlink("usr/" + link, os.path.join(low, link))
    shutil.copytree(box.LAPTOP, low + box.DMI)
    lines = ["mount -t tmpfs -o mode=755 tmpfs %s" % root, "mkdir %s/u %s/w %s/r" % ((root,) * 3),
             "mount -t overlay overlay -o lowerdir=%s,upperdir=%s/u,workdir=%s/w %s/r" % (low, root, root, root),
             "cd %s/r" % root, "mount --bind /usr usr", "mount -o remount,bind,ro usr", "mount -t proc proc proc",
             "mount -t tmpfs -o mode=755,nosuid tmpfs dev", "mount -t tmpfs -o mode=1777,nosuid tmpfs tmp",
             "for d in null zero full random urandom; do touch dev/$d; mount --bind /dev/$d dev/$d; done",
             "touch opt/reachaudit", "mount --bind %s opt/reachaudit" % q(binary), "mount -o remount,bind,ro opt/reachaudit"]
    for source, target in copies:
        if not target.startswith("/usr/"):
            shutil.copytree(source, low + target) if os.path.isdir(source) else shutil.copy(source, low + target)
            continue
        kept = base + "/" + target.replace("/", "-")
        shutil.copytree(source, kept) if os.path.isdir(source) else shutil.copy2(source, kept)
        lines.append("mount --bind %s %s" % (kept, q(target[1:])))
        own(kept, first)
    own(low, first)
    own(low + "/home/agent", first + box.UID)
    for source, target, *how in mounts:
        kind = "mkdir -p" if os.path.isdir(source) else "touch"
        lines += ["mkdir -p %s" % q(os.path.dirname(target)[1:] or "."), "%s %s" % (kind, q(target[1:])),
                  "mount --bind %s %s" % (q(source), q(target[1:]))]
        if how:
            lines.append("mount -o remount,bind,ro %s" % q(target[1:]))
    keep = ["--bounding-set=" + capabilities] if capabilities else []
    lines += ["hostname box", "pivot_root . old", "umount -l /old", "rmdir /old", "cd " + q(chdir),
              "exec setpriv --reuid=%d --regid=%d --clear-groups %s env -i %s \"$@\"" % (
                  box.UID, box.GID, " ".join(keep), " ".join(
                      "%s=%s" % (k, q(v)) for k, v in {"PATH": "/usr/bin", "HOME": box.HOME, **dict(env)}.items()))]
    os.makedirs(root)
    enter = ["nsenter", "--net=" + netns]
    if user_namespace:
        os.chown(root, first, first)
        os.chmod(base, 0o755)
        enter += ["nsenter", "--user=/proc/%s/ns/user" % mapped(first)]
    return enter + ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--uts", "--ipc", "--propagation", "private",
                    "sh", "-ec", "\n".join(lines), "sh"]


def own(top, uid):
    for at, _, files in os.walk(top):
        for name in [at] + [os.path.join(at, f) for f in files]:
            if not os.path.islink(name):
                mode = os.stat(name).st_mode
                os.chown(name, uid, uid)
                os.chmod(name, mode & 0o7777)  # chown takes the set-user-ID bit away
    if os.path.isfile(top):
        mode = os.stat(top).st_mode
        os.chown(top, uid, uid)
        os.chmod(top, mode & 0o7777)


def mapped(first):
    """The pid of a process in a user namespace whose root is a plain user outside."""
    p = start(["unshare", "--user", "sh", "-c", "echo up; exec sleep 600"], b"up")
    for name in ("uid_map", "gid_map"):
        with open("/proc/%d/%s" % (p.pid, name), "w") as f:
            f.write("0 %d 65536\n" % first)
    return p.pid
