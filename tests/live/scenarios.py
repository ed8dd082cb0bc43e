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


TWICE = '/opt/reachaudit --format text --format json=/tmp/report.json "$@"; status=$?; echo; cat /tmp/report.json >&2; ' \
        "exit $status"


def run(argv, options):
    """Exit status, the text, and what else was printed with the report as JSON at its end: one audit gives both."""
    done = subprocess.run(argv + ["sh", "-c", TWICE, "sh", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=60)
    return done.returncode, done.stdout.decode()[:-1], done.stderr.decode()


STATUS = {"pass": 0, "fail": 1, "incomplete": 3}


def scenario(name, argv, options, sentence, worst, proved, path, says=(), never=(), kept=True):
    """sentence: all of the first paragraph; worst, proved: radii; path: rules of the steps; kept: is the text kept?"""
    if only and name not in only:
        return None
    verdict = sentence.split(":")[0].lower()
    code = STATUS[verdict]
    status, text, err = run(argv, options)
    if not check(status == code, "%s: exit status %d, got %d\n%s%s" % (name, code, status, text[:1500], err[-500:])):
        return None
    report = json.loads(err[err.index("{"):])
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
        check(value not in text + err, "%s: prints a secret of %d bytes" % (name, len(value)))
    if kept:
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
    script = ["mount -t tmpfs tmpfs /sys", "mkdir -p %s" % box.DMI, "cp %s/* %s" % (box.LAPTOP, box.DMI),
              "mount -t tmpfs tmpfs /opt", "touch /opt/reachaudit", "mount --bind %s /opt/reachaudit" % binary,
              "mount -t tmpfs tmpfs /run", "touch /run/docker.sock /run/agent.sock",
              "mount --bind %s /run/docker.sock" % docker, "mount --bind %s /run/agent.sock" % agent,
              "mount -t tmpfs tmpfs /home", "mkdir /home/agent", "mount --bind %s /home/agent" % home,
              "mount -t tmpfs tmpfs /tmp", "hostname laptop", "cd /home/agent/mine",
              "exec setpriv --reuid=%d --regid=%d --groups=12001 env -i PATH=/usr/bin HOME=/home/agent "
              'SSH_AUTH_SOCK=/run/agent.sock "$@"' % (box.UID, box.GID)]
    argv = ["nsenter", "--net=" + netns, "unshare", "-m", "-u", "--propagation", "private", "sh", "-ec",
            "\n".join(script), "sh"]
    report = scenario(
        "a-laptop", argv, [], "FAIL: the worst iteration could act in the cluster prod at https://k8s.corp.test:6443, "
        "with the Kubernetes token read in /home/agent/.kube/config, through the default route over eth0.",
        "organization", "person", ["cluster"], says=["Box none: nothing separates this process", "Start it in a box"], kept=False)
    follows = {c["id"]: c["radius"] for c in report["consequences"]} if report else {}
    for consequence in () if report is None else (
            "so:your-account", "so:host-root/socket:/run/docker.sock", "so:signed-as-you/socket:/run/agent.sock",
            "so:source-disclosed"):
        check(follows.get(consequence) in ("person", "organization"), "a: %s follows: %r" % (
            consequence, follows.get(consequence)))
    for place in () if report is None else planted.FILE_IDS[:-1] + ["file:~/.config/google-chrome/Default/Cookies"]:
        check("so:disclosed/" + place in follows, "a: %s is disclosed" % place)


# ---- (b) (c) (d) (g) (i) (j), in bubblewrap --------------------------------------------------------

TREE = "the worst iteration could wreck the working tree /home/agent/project, which its remote can restore, as of your " \
       "last fetch."
GITHUB = "github.com:\n    user: dev\n    oauth_token: %s\n    git_protocol: https\n"


def token(name):
    planted.write(made.path(name), "hosts.yml", GITHUB % markers.github("o"))
    box.own(made.path(name))
    return made.path(name)


def seed(netns):
    tree = made.project("tree")
    airgapped = ["--profile", "airgapped"]
    scenario("b-seed", boxed((tree, PROJECT)), airgapped, "PASS: " + TREE, "worktree", "worktree", ["worktree"],
             says=["Before you use the result", "file:~/project/.git/hooks"])
    scenario("d-token-asleep", boxed((tree, PROJECT), (token("gh"), box.HOME + "/.config/gh")), airgapped, "PASS: " + TREE,
             "worktree", "worktree", ["worktree"],
             says=["Asleep: no way out was found", "hosts.yml#github.com would be organization (GitHub CLI login)"])
    scenario("g-docker-socket", boxed((tree, PROJECT), (made.listener("tests.sock"), "/run/docker.sock")), [],
             "FAIL: the worst iteration could become root on the host, through /run/docker.sock.", "person", "person",
             ["host-root"], says=["Leave the socket out of the box"])
    needs = profile("needs", "extends: airgapped\nneeds:\n  - {kind: program, locator: git}\n"
                    "  - {kind: program, locator: terraform}\n")
    scenario("i-missing-tool", boxed((tree, PROJECT), needs), ["--profile", needs[1]],
             "FAIL: the task needs the program terraform, which is not there; " + TREE, "worktree", "worktree",
             ["worktree"], says=["missing: program terraform", "Put program terraform into the box"],
             never=["program git"])
    scenario("j-source", boxed((tree, PROJECT), netns=netns), [],
             "FAIL: the worst iteration could send out the private source of /home/agent/project, through the default "
             "route over eth0.", "person", "person", ["source"])
    public = profile("public", "extends: overnight\nsource: public\n")
    scenario("j-public", boxed((tree, PROJECT), public, netns=netns), ["--profile", public[1]],
             "FAIL: bytes can leave through the default route over eth0 (the first of 2 causes); " + TREE, "worktree", "worktree", ["worktree"])
    opened = profile("opened", "extends: overnight\nsource: public\nallow:\n  - {kind: egress}\n")
    scenario("j-public-allowed", boxed((tree, PROJECT), opened, netns=netns), ["--profile", opened[1]], "PASS: " + TREE,
             "worktree", "worktree", ["worktree"])
    made.write("tree/notes.txt", "only here\n")
    os.chown(made.path("tree/notes.txt"), box.UID, box.GID)
    scenario("c-unsaved", boxed((tree, PROJECT)), airgapped, "FAIL: the worst iteration could destroy work that nothing "
             "can restore: files that git does not know (worktree:untracked).", "person", "person", ["worktree", "unsaved"])


def renamed():
    """A home, and parts of one, mounted under names that tell nothing."""
    home = made.path("dev")
    planted.credential_files(markers, home, key=False)
    box.own(home)
    disk = made.path("disk")
    os.mkdir(disk)
    args = boxed((home + "/.aws", "/creds", "ro"), (home + "/.netrc", "/n", "ro"), (home + "/.config", "/settings", "ro"),
                 (disk + "/home/dev", "/data", "ro"), chdir=box.HOME)
    script = ["mount -t tmpfs -o mode=755 tmpfs %s" % disk, "mkdir %s/home" % disk, "cp -a %s %s/home/dev" % (home, disk)]
    argv = ["unshare", "-m", "--propagation", "private", "sh", "-ec", "\n".join(script + ['exec "$@"']), "sh"] + args
    report = scenario("l-renamed", argv, ["--profile", "airgapped"],
                      "PASS: the worst iteration could break only the box that it runs in.", "sandbox", "sandbox", ["box"])
    asleep = {r["id"] for r in report["reaches"] if r.get("dormant")} if report else set()
    for place in () if report is None else (
            "file:/creds/credentials#default", "file:/n#api.corp.test", "file:/settings/gh/hosts.yml#github.com",
            "file:/data/.kube/config#admin", "file:/data/.npmrc#npm.corp.test"):
        check(place in asleep, "l: %s is told and asleep" % place)


# ---- (e) a pod behind a proxy ---------------------------------------------------------------------

def pod():
    netns, log = made.proxied_network()
    tree = made.project("task")
    hosts = made.write("var/lib/kubelet/pods/0a1b/etc-hosts", "127.0.0.1 localhost\n192.0.2.1 proxy.corp.test\n")
    env = {"HTTPS_PROXY": "http://proxy.corp.test:3128", "HTTP_PROXY": "http://proxy.corp.test:3128"}
    mounts = [(tree, "/project"), (hosts, "/etc/hosts")]
    check(made.dial(netns, "198.51.100.22", 22) == "SSH-2.0-forge", "e: the forge answers the direct way")
    check("unreachable" in made.dial(netns, "203.0.113.9", 443), "e: nothing else does")
    check("403" in made.dial(netns, "192.0.2.1", 3128, b"CONNECT evil.test:443 HTTP/1.1\r\n\r\n"), "e: the proxy forbids")
    check(open(log).read().split() == ["CONNECT", "evil.test:443", "HTTP/1.1"], "e: the proxy saw only what it was asked")
    report = scenario("e-bypass", made.container(binary, netns, mounts, env), ["--profile", "egress-filtered"],
                      "FAIL: the worst iteration could send out the private source of /project, through the route to "
                      "198.51.100.22/32 over eth0.", "person", "person", ["source"])
    check(report is None or report["target"]["box"]["kind"] == "pod", "e: in a pod")
    made.script(["ip route del 198.51.100.22/32"], netns)
    scenario("e-proxy-alone", made.container(binary, netns, mounts, env), ["--profile", "egress-filtered"],
             "FAIL: the worst iteration could send out the private source of /project, through the proxy "
             "http://proxy.corp.test:3128.", "person", "person", ["source"])
    filtered = profile("filtered", "extends: egress-filtered\nsource: public\nallow:\n"
                       '  - {kind: egress, locator: "route/192.0.2.1/32/eth0"}\n')
    scenario("e-proxy-allowed", made.container(binary, netns, mounts + [filtered], env), ["--profile", filtered[1]],
             "PASS: the worst iteration could wreck the working tree /project, which its remote can restore, as of your last "
             "fetch.", "worktree", "worktree", ["worktree"])


# ---- (h) sudo -------------------------------------------------------------------------------------

def sudo_files(rules_mode):
    """/etc of a container in which the user may become root without a password; some of it is root's own to read."""
    made.write("etc/passwd", "root:x:0:0::/root:/bin/sh\nagent:x:%d:%d::%s:/bin/sh\n" % (box.UID, box.GID, box.HOME))
    made.write("etc/group", "root:x:0:\nagent:x:%d:\n" % box.GID)
    made.write("etc/shadow", "root:*:19000::::::\nagent:*:19000::::::\n", 0o640)
    made.write("etc/sudoers", "agent ALL=(ALL) NOPASSWD: ALL\n", rules_mode)
    made.write("etc/hosts", "127.0.0.1 localhost box\n")
    made.write("etc/pam.d/sudo", "".join("%s required pam_permit.so\n" % k for k in ("auth", "account", "session")))
    return [(made.path("etc", n), "/etc/" + n) for n in os.listdir(made.path("etc"))]


def sudo(netns):
    """Real sudo in containers: what it means depends on what the box's root may do."""
    alone, tree, theirs = made.namespace()[0], made.project("sudo-tree"), made.project("their-tree")
    files = sudo_files(0o444)
    program = [(p, p) for p in ("/usr/bin/sudo", "/usr/lib/sudo", "/usr/libexec/sudo") if os.path.exists(p)]
    docker = "-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw," \
             "+sys_chroot,+mknod,+audit_write,+setfcap"
    socket = (made.listener("root.sock", 0o660, 0), "/run/docker.sock")
    public = profile("open", "extends: overnight\nsource: public\nallow:\n  - {kind: egress}\n")
    made.own(theirs, made.MAPPED + box.UID)

    def one(name, options, net=alone, work=tree, mounts=(), **more):
        argv = made.container(binary, net, [(work, "/project"), *mounts], **more)
        done = subprocess.run(argv + ["sudo", "-n", "id", "-u"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30)
        check(done.stdout == b"0\n", "%s: sudo works: %r" % (name, done.stderr[-300:]))
        return name, argv, options

    wreck = "PASS: the worst iteration could wreck the working tree /project, which its remote can restore, as of your last fetch."
    file = "INCOMPLETE: the worst iteration could use a file that sudo lets it read, which may open anything."
    scenario(*one("h-sudo-userns", ["--profile", "airgapped"], work=theirs, copies=files + program, user_namespace=True),
             wreck, "worktree", "worktree", ["worktree"], says=["sudo -n reachaudit"], never=["on the host, through"])
    scenario(*one("h-sudo-container", ["--profile", "airgapped"], copies=files, capabilities=docker), wreck,
             "worktree", "worktree", ["worktree"], says=["sudo -n reachaudit"], never=["on the host, through"])
    scenario(*one("h-sudo-secret", ["--profile", public[1]], netns, mounts=[public], copies=files, capabilities=docker),
             file, "organization", "worktree", ["unseen-secret"], never=["on the host, through"])
    scenario(*one("h-sudo-socket", [], mounts=[socket], copies=files, capabilities=docker), file, "organization",
             "worktree", ["unseen-secret"], says=["A socket commands the host: socket:/run/docker.sock"])
    # The same where permission hides it better: under another name, in a closed directory, a home of somebody else.
    hidden, closed = made.path("hidden"), made.path("home", "ann")
    for d in (hidden, closed):
        os.makedirs(d)
        os.chmod(d, 0o700)
    for name, mount, what in (("h-sudo-renamed", (socket[0], "/srv/x.sock"), "socket:/srv/x.sock"),
                              ("h-sudo-closed", (hidden, "/srv/kept"), "mount:/srv/kept#closed"),
                              ("h-sudo-home", (closed, "/home/ann"), "mount:/home/ann")):
        scenario(*one(name, ["--profile", "airgapped"], mounts=[mount], copies=files, capabilities=docker),
                 "INCOMPLETE: the worst iteration could use %s, which may be anything." % mount[1], "person", "worktree",
                 ["unseen"], says=[what, "sudo -n reachaudit"], kept=False)
    scenario(*one("h-sudo-privileged", [], copies=files), "FAIL: the worst iteration could become root on the host, "
             "through sudo without a password.", "person", "person", ["host-root"])
    scenario(*one("h-sudo-hidden", [], copies=sudo_files(0o440)), "INCOMPLETE: the worst iteration could use the rights "
             "that sudo gives, which may be anything.", "person", "worktree", ["unseen"], says=["no-new-privileges"])


def main():
    box.require(["bwrap", "setpriv", "ip", "unshare", "nsenter", "git", "ssh-agent", "ssh-keygen", "sudo"])
    netns = made.open_network()
    laptop(netns)
    seed(netns)
    renamed()
    pod()
    sudo(netns)
    finish()


main()
