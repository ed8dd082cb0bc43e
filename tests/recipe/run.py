"""The docker and podman recipes, where no engine is at hand: the script runs with a stand-in that only writes down its
arguments; a recorded host is made of what each argument gives; the audit of that host must pass the recipe's profile.
Without any one of the arguments that narrow the box, the same host is wider, and where the profile cares, fails.

usage: run.py REACHAUDIT TOP
"""
import os
import shutil
import subprocess
import sys
import tempfile

binary, top = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
DEFAULT_CAPS = "00000000a80425fb"  # what docker leaves a container, capabilities(7)
failed = []


def check(ok, what):
    if not ok:
        failed.append(what)
        print("FAILED: " + what)


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, mode)


class Box:
    """What `run ARGUMENTS IMAGE COMMAND` gives. An argument that is not known here ends the test."""

    def __init__(self, argv):
        self.network, self.caps, self.no_new_privs, self.seccomp = "open", DEFAULT_CAPS, 0, 2
        self.read_only, self.uid, self.mounts, self.tmpfs, self.env, self.cwd = False, 0, [], [], {}, "/"
        assert argv[0] == "run", argv
        at = 1
        while argv[at].startswith("-"):
            at += self.option(argv[at], argv[at + 1])
        self.command = argv[at + 1:]

    def option(self, name, value):
        if name in ("--rm", "-i"):
            return 1
        if name == "--read-only":
            self.read_only = True
            return 1
        if name == "--network" and value == "none":
            self.network = "closed"
        elif name == "--user":
            self.uid = int(value.split(":")[0])
        elif name == "--cap-drop" and value == "ALL":
            self.caps = "0" * 16
        elif name == "--security-opt" and value == "no-new-privileges":
            self.no_new_privs = 1
        elif name == "--tmpfs":
            self.tmpfs.append(value.split(":")[0])
        elif name == "--env":
            self.env.update([value.split("=", 1)])
        elif name == "--workdir":
            self.cwd = value
        elif name == "-v":
            parts = value.split(":")
            self.mounts.append((parts[0], parts[1], parts[2:] == ["ro"]))
        elif not (name == "--userns" and value == "keep-id"):
            raise SystemExit("FAILED: an argument that this test does not know: %s %s" % (name, value))
        return 2


def mountinfo(box, engine):
    store = "/var/lib/docker/overlay2" if engine == "docker" else "/var/lib/containers/storage/overlay"
    access = "ro" if box.read_only else "rw"
    lines = ["100 42 0:50 / / %s,relatime - overlay overlay %s,lowerdir=%s/l/A,upperdir=%s/x/diff,workdir=%s/x/work" %
             (access, "rw", store, store, store),
             "101 100 0:51 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw",
             "102 100 0:52 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755",
             "103 102 0:53 / /dev/pts rw,nosuid,noexec,relatime - devpts devpts rw,mode=620,ptmxmode=666"]
    for i, path in enumerate(box.tmpfs):
        lines.append("%d 100 0:%d / %s rw,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw" % (110 + i, 60 + i, path))
    for i, (source, target, ro) in enumerate(box.mounts):
        lines.append("%d 100 254:0 %s %s %s,relatime - ext4 /dev/vda rw" % (130 + i, source, target, "ro" if ro else "rw"))
    return "\n".join(lines) + "\n"


def record(box, engine, host):
    shutil.rmtree(host, True)
    shutil.copytree(os.path.join(top, "fixtures/hosts/bwrap"), host, symlinks=True)
    root = os.path.join(host, "root")
    for here, _, files in os.walk(root):
        if ".keep" in files:
            os.unlink(os.path.join(here, ".keep"))
    shutil.rmtree(root + "/home")
    for pid in ("1", "2"):
        proc = os.path.join(root, "proc", pid)
        lines = open(proc + "/status").read().splitlines()
        new = {"CapPrm": "0" * 16 if box.uid else box.caps, "CapEff": "0" * 16 if box.uid else box.caps,
               "CapBnd": box.caps, "NoNewPrivs": box.no_new_privs, "Seccomp": box.seccomp}
        lines = ["%s:\t%s" % (l.split(":")[0], new[l.split(":")[0]]) if l.split(":")[0] in new else l for l in lines]
        write(proc + "/status", "\n".join(lines) + "\n")
        write(proc + "/mountinfo", mountinfo(box, engine))
    write(root + "/proc/1/comm", "reachaudit\n")
    write(root + "/proc/1/stat", open(root + "/proc/1/stat").read().replace("(bwrap)", "(reachaudit)"))
    for path in box.tmpfs:
        os.makedirs(root + path, exist_ok=True)
    for source, target, _ in box.mounts:
        if os.path.isdir(source):
            os.makedirs(root + target, exist_ok=True)
        elif os.path.isfile(source):
            write(root + target, open(source, errors="replace").read()[:4096])
    dumps = os.path.join(top, "fixtures/netlink", box.network)
    for dump in os.listdir(dumps):
        shutil.copy(os.path.join(dumps, dump), host)
    frozen = ["/"] if box.read_only else []
    frozen += [target for _, target, ro in box.mounts if ro] + ["/proc"]
    write(host + "/readonly", "\n".join(p for p in frozen if p != "/") + "\n" + ("/usr\n/etc\n/run\n" if box.read_only else ""))
    sockets = [t for s, t, _ in box.mounts if s.endswith(".sock")]
    write(host + "/sockets", "".join("%s ok 0 0\n" % t for t in sockets))
    write(host + "/self", "pid=2\nuid=%d\neuid=%d\ngid=%d\negid=%d\ngroups=%d\ncwd=%s\nno_new_privs=%d\nseccomp=%d\n"
          "now=1793534400\nexe=/usr/local/bin/reachaudit\n" % (*[box.uid] * 5, box.cwd, box.no_new_privs, box.seccomp))
    write(host + "/environ", "".join("%s=%s\n" % e for e in box.env.items()))
    write(host + "/fds", "0 c /dev/null\n1 p pipe:[1]\n2 p pipe:[2]\n")
    probes = ("userns socket_packet socket_vsock socket_inet socket_alg socket_netlink bpf perf userfaultfd io_uring "
              "keyctl ptrace open_by_handle kexec").split()
    write(host + "/probes", "".join("%s EPERM\n" % p for p in probes) + "landlock ok 7\n")


def audit(argv, engine, profile, work, what, want):
    box = Box(argv)
    host = os.path.join(work, "host")
    record(box, engine, host)
    done = subprocess.run([binary, "recorded:" + host, "--profile", profile], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    text = done.stdout.decode() + done.stderr.decode()
    check(done.returncode in want, "%s %s, %s: status %d\n%s" % (engine, profile, what, done.returncode, text[:1500]))
    check(engine in text, "%s %s, %s: the box is told" % (engine, profile, what))


def without(argv, name, n=2):
    at = argv.index(name)
    return argv[:at] + argv[at + n:]


def main():
    work = tempfile.mkdtemp(prefix="ra-recipe-")
    try:
        home = os.path.join(work, "u")
        project, tools = home + "/project", os.path.join(work, "bin")
        os.makedirs(project)
        write(home + "/.claude/.credentials.json", "{}\n", 0o600)
        write(tools + "/reachaudit", "#!/bin/sh\n", 0o755)
        for engine in ("docker", "podman"):
            write(tools + "/" + engine, '#!/bin/sh\nfor a in "$@"; do printf "%s\\n" "$a"; done\n', 0o755)
            for profile in ("airgapped", "overnight", "egress-filtered", "supervised"):
                script = subprocess.run([binary, "profile", "recipe", profile, engine], stdout=subprocess.PIPE).stdout
                write(work + "/recipe.sh", script.decode())
                env = {"PATH": tools + ":/usr/bin:/bin", "HOME": home, "GITHUB_TOKEN": "not passed on"}
                said = subprocess.run(["sh", work + "/recipe.sh", "reachaudit"], cwd=project, env=env,
                                      stdout=subprocess.PIPE, check=True).stdout.decode()
                argv = said.splitlines()
                argv[argv.index("--user") + 1] = "12000:12000"
                check("not passed on" not in said, "%s %s: the shell's environment stays outside" % (engine, profile))
                audit(argv, engine, profile, work, "as printed", {0})
                socket = argv[:1] + ["-v", "/run/docker.sock:/run/docker.sock"] + argv[1:]
                audit(socket, engine, profile, work, "with a control socket", {1, 3})
                if profile == "airgapped":
                    audit(without(argv, "--network"), engine, profile, work, "with a network", {1, 3})
    finally:
        shutil.rmtree(work, True)
    print("recipes: %d failed" % len(failed))
    return 1 if failed else 0


sys.exit(main())
