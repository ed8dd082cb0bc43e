"""Known situations, each as a real box with the real program in it, and the sentence that a user must read there.

Beside the sentence: exit status, verdict, both radii, the path's rules, and what the text must and must not say. The
text itself is kept in scenarios/NAME.text, without what differs from kernel to kernel; `--update` writes it anew.
"""
import difflib
import json
import os
import re
import subprocess
import sys

from check import check, finish
import box
import planted
import scenario_boxes as made
from markers import Markers

arguments = [a for a in sys.argv[1:] if a != "--update"]
update = "--update" in sys.argv
binary, only = os.path.abspath(arguments[0]), arguments[2:]
KEPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "scenarios")
PROJECT = box.HOME + "/project"
markers = Markers(20)  # the same secrets each time: their digests stand in the kept texts


def steady(text):
    """Without numbers of places, kernel-dependent holes, and this run's directory."""
    text = text.replace(os.path.basename(made.work), "ra-scenarios")
    text = re.sub(r"^Looked at \d+ places", "Looked at N places", text, flags=re.M)
    text = re.sub(r"^Places by surface: [^E]*", "Places by surface: ...\n\n", text, flags=re.M)
    return re.sub(r"SHA256:[A-Za-z0-9+/]{43}", "SHA256:...", text)


def compare(name, text):
    at = os.path.join(KEPT, name + ".text")
    if update:
        open(at, "w").write(text)
    kept = open(at).read() if os.path.exists(at) else ""
    diff = list(difflib.unified_diff(kept.splitlines(), text.splitlines(), "kept", "got", "", "", 1, ""))
    check(not diff, "%s: the text as it was kept:\n  %s" % (name, "\n  ".join(diff[:60])))


def run(argv, *options):
    done = subprocess.run(argv + ["/opt/reachaudit", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def scenario(name, argv, options=(), sentence="", code=1, verdict="fail", worst="", proved="", path=(), says=(), never=()):
    if only and name not in only:
        return
    status, text, err = run(argv, *options)
    if not check(status == code, "%s: exit status %d, got %d\n%s%s" % (name, code, status, text[:1500], err[-500:])):
        return
    report = json.loads(run(argv, "--format", "json", *options)[1])
    first = " ".join(text.split("\n\n")[0].split())
    check(first == sentence, "%s: says %r" % (name, first))
    case = report["worst_case"]
    found = (report["verdict"], case["radius"], case["proved"]["radius"], tuple(s["rule"] for s in case["path"]))
    check(found == (verdict, worst, proved, tuple(path)), "%s: got %r" % (name, found))
    flat = " ".join(text.split())
    for words in says:
        check(words in flat, "%s: must say %r" % (name, words))
    for words in never:
        check(words not in flat, "%s: must not say %r" % (name, words))
    for value in markers.canaries:
        check(value not in text + json.dumps(report) + err, "%s: prints a secret of %d bytes" % (name, len(value)))
    compare(name, steady(text))
    return report


def boxed(*binds, netns=None, env=(), more=(), chdir=PROJECT):
    """A bubblewrap box as the seed's recipe makes it; binds are "[ro:]source:target"."""
    args = box.bwrap(binary, network=netns is not None, env=env, chdir=chdir)
    at = args.index("--chdir")
    for source, target, *how in binds:
        args[at:at] = ["--ro-bind" if how else "--bind", source, target]
    args[-1:-1] = ["--hostname", "box", *more]
    return box.as_user(["env", "-i"] + args, netns)


def profile(name, text):
    return made.write(name + ".yaml", "profile: %s\n%s" % (name, text)), "/opt/%s.yaml" % name, "ro"


# ---- (a) no box -----------------------------------------------------------------------------------

def laptop(netns):
    """The machine itself, as the user: own home, tool logins, a browser, an SSH agent, the docker group."""
    home = made.path("laptop")
    planted.credential_files(markers, home)
    planted.write(home, ".config/google-chrome/Default/Cookies", "SQLite format 3\0" + "\0" * 84)
    os.rename(made.project("mine"), home + "/mine")
    box.own(home)
    agent, docker = made.ssh_agent(home + "/.ssh/id_ed25519"), made.listener("docker.sock", 0o660, 12001)
    script = ["mount -t tmpfs tmpfs /opt", "touch /opt/reachaudit", "mount --bind %s /opt/reachaudit" % binary,
              "mount -t tmpfs tmpfs /run", "touch /run/docker.sock /run/agent.sock",
              "mount --bind %s /run/docker.sock" % docker, "mount --bind %s /run/agent.sock" % agent,
              "mount -t tmpfs tmpfs /home", "mkdir /home/agent", "mount --bind %s /home/agent" % home,
              "mount -t tmpfs tmpfs /tmp", "hostname laptop", "cd /home/agent/mine",
              "exec setpriv --reuid=%d --regid=%d --groups=12001 env -i PATH=/usr/bin HOME=/home/agent "
              'SSH_AUTH_SOCK=/run/agent.sock "$@"' % (box.UID, box.GID)]
    scenario("a-laptop", ["nsenter", "--net=" + netns, "unshare", "-m", "-u", "--propagation", "private", "sh", "-ec",
                          "\n".join(script), "sh"], sentence="?", worst="organization", proved="person")


# ---- (b) (c) (d) (i) (j) bubblewrap ----------------------------------------------------------------

def seed(netns):
    tree = made.project("tree")
    scenario("b-seed", boxed((tree, PROJECT)), ["--profile", "airgapped"], code=0, verdict="pass", worst="worktree",
             proved="worktree", path=["worktree"])
    gh = made.path("gh")
    planted.write(gh, "hosts.yml", "github.com:\n    user: dev\n    oauth_token: %s\n    git_protocol: https\n" %
                  markers.github("o"))
    box.own(gh)
    scenario("d-token-asleep", boxed((tree, PROJECT), (gh, box.HOME + "/.config/gh")), ["--profile", "airgapped"], code=0,
             verdict="pass", worst="worktree", proved="worktree", path=["worktree"],
             says=["Asleep", "hosts.yml#github.com would be"])
    needs = profile("needs", "extends: airgapped\nneeds:\n  - {kind: program, locator: git}\n"
                    "  - {kind: program, locator: terraform}\n")
    scenario("i-missing-tool", boxed((tree, PROJECT), needs), ["--profile", needs[1]], worst="worktree",
             proved="worktree", path=["worktree"], says=["terraform"])
    scenario("j-source", boxed((tree, PROJECT), netns=netns), worst="person", proved="person", path=["source"])
    public = profile("public", "extends: overnight\nsource: public\nallow:\n  - {kind: egress}\n")
    scenario("j-public", boxed((tree, PROJECT), public, netns=netns), ["--profile", public[1]], code=0, verdict="pass",
             worst="worktree", proved="worktree", path=["worktree"])
    docker = made.listener("docker2.sock")
    scenario("g-docker-socket", boxed((tree, PROJECT), (docker, "/run/docker.sock")), worst="person", proved="person",
             path=["host-root"])
    made.write("tree/notes.txt", "only here\n")
    os.chown(made.path("tree/notes.txt"), box.UID, box.GID)
    scenario("c-unpushed", boxed((tree, PROJECT)), ["--profile", "airgapped"], worst="person", proved="person",
             path=["worktree", "unsaved"])


# ---- (e) a pod behind a proxy ---------------------------------------------------------------------

def pod():
    netns, log = made.proxied_network()
    tree = made.project("task")
    hosts = made.write("var/lib/kubelet/pods/0a1b/etc-hosts", "127.0.0.1 localhost\n192.0.2.1 proxy.corp.test\n")
    env = {"HTTPS_PROXY": "http://proxy.corp.test:3128", "HTTP_PROXY": "http://proxy.corp.test:3128"}
    argv = made.container(binary, netns, [(tree, "/work"), (hosts, "/etc/hosts")], env)
    check(made.dial(netns, "198.51.100.22", 22) == "SSH-2.0-forge", "e: the forge answers the direct way")
    check("unreachable" in made.dial(netns, "203.0.113.9", 443), "e: nothing else does")
    check("403" in made.dial(netns, "192.0.2.1", 3128, b"CONNECT evil.test:443 HTTP/1.1\r\n\r\n"), "e: the proxy forbids")
    check(open(log).read().split() == ["CONNECT", "evil.test:443", "HTTP/1.1"], "e: the proxy saw only what it was asked")
    scenario("e-bypass", argv, ["--profile", "egress-filtered"], worst="person", proved="person", path=["source"])


# ---- (h) sudo -------------------------------------------------------------------------------------

def sudo_files(rules_mode):
    """/etc of a container in which the user may become root without a password, and a file that is root's own."""
    made.write("etc/passwd", "root:x:0:0::/root:/bin/sh\nagent:x:%d:%d::%s:/bin/sh\n" % (box.UID, box.GID, box.HOME))
    made.write("etc/group", "root:x:0:\nagent:x:%d:\n" % box.GID)
    made.write("etc/shadow", "root:*:19000::::::\nagent:*:19000::::::\n", 0o640)
    made.write("etc/sudoers", "agent ALL=(ALL) NOPASSWD: ALL\n", rules_mode)
    made.write("etc/hosts", "127.0.0.1 localhost box\n")
    made.write("etc/pam.d/sudo", "".join("%s required pam_permit.so\n" % k for k in ("auth", "account", "session")))
    return [(made.path("etc", n), "/etc/" + n) for n in os.listdir(made.path("etc"))]


def sudo(netns):
    """Real sudo in containers: what it means depends on what the box's root may do."""
    alone, tree = made.namespace()[0], made.project("sudo-tree")
    files = sudo_files(0o444)
    theirs = files + [(p, p) for p in ("/usr/bin/sudo", "/usr/lib/sudo", "/usr/libexec/sudo") if os.path.exists(p)]
    docker = "-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw," \
             "+sys_chroot,+mknod,+audit_write,+setfcap"
    socket = (made.listener("root.sock", 0o660, 0), "/run/docker.sock")
    public = profile("open", "extends: overnight\nsource: public\nallow:\n  - {kind: egress}\n")

    def one(name, options, net=alone, mounts=(), **more):
        argv = made.container(binary, net, [(tree, "/work"), *mounts], **more)
        done = subprocess.run(argv + ["sudo", "-n", "id", "-u"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30)
        check(done.stdout == b"0\n", "%s: sudo works: %r" % (name, done.stderr[-300:]))
        return name, argv, options

    scenario(*one("h-sudo-userns", ["--profile", "airgapped"], copies=theirs, user_namespace=True),
             code=0, verdict="pass", worst="worktree", proved="worktree", path=["worktree"], never=["root on the host"])
    scenario(*one("h-sudo-secret", ["--profile", public[1]], netns, [public], copies=files, capabilities=docker),
             code=3, verdict="incomplete", worst="organization", proved="worktree", path=["?"], never=["root on the host"])
    scenario(*one("h-sudo-socket", [], mounts=[socket], copies=files, capabilities=docker), code=3, verdict="incomplete",
             worst="person", proved="worktree", path=["host-root"])
    scenario(*one("h-sudo-privileged", [], copies=files), worst="person", proved="person", path=["host-root"])
    scenario(*one("h-sudo-hidden", [], copies=sudo_files(0o440)), code=3, verdict="incomplete", worst="person",
             proved="worktree", path=["?"])


def main():
    box.require(["bwrap", "setpriv", "ip", "unshare", "nsenter", "git", "ssh-agent", "ssh-keygen", "sudo"])
    netns = made.open_network()
    laptop(netns)
    seed(netns)
    pod()
    sudo(netns)
    finish()


main()
