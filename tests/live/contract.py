"""The contract, in real boxes: recipes pass their own profile, `profile init` passes here and nowhere wider, and what
judges cannot be rewritten unnoticed."""
import atexit
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile

from check import check, finish
import box
from markers import Markers

binary = os.path.abspath(sys.argv[1])
box.require(["bwrap", "setpriv", "git"])
work = tempfile.mkdtemp(prefix="ra-contract-")
os.chown(work, box.UID, box.GID)
os.chmod(work, 0o755)
atexit.register(shutil.rmtree, work, True)
markers = Markers(os.getpid())


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)
    os.chmod(path, mode)


def run(argv, **more):
    return subprocess.run(box.as_user(argv), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, **more)


def tell(done):
    return "status %d\n%s\n%s" % (done.returncode, done.stdout.decode()[-900:], done.stderr.decode()[-400:])


# ---- recipes --------------------------------------------------------------------------------------

def laptop():
    """A home with credentials, a pushed project in it, and a shell whose environment holds a token."""
    home = os.path.join(work, "user")
    project, remote = home + "/project", work + "/remote.git"
    write(home + "/.netrc", "machine api.corp.test login me password %s\n" % markers.password(), 0o600)
    write(home + "/.claude/.credentials.json", json.dumps({"claudeAiOauth": {
        "accessToken": markers.anthropic(), "refreshToken": markers.anthropic(), "expiresAt": 4102444800000}}), 0o600)
    write(project + "/main.c", "int main(void) { return 0; }\n")
    box.own(home)
    quiet = ["env", "-i", "PATH=/usr/bin:/bin", "HOME=" + home, "git", "-c", "user.name=t", "-c",
             "user.email=t@example.test", "-c", "init.defaultBranch=main"]
    for line in (["init", "-q", "--bare", remote], ["-C", project, "init", "-q"], ["-C", project, "add", "main.c"],
                 ["-C", project, "commit", "-qm", "first"], ["-C", project, "remote", "add", "origin", remote],
                 ["-C", project, "push", "-q", "-u", "origin", "main"]):
        done = run(quiet + line)
        assert done.returncode == 0, tell(done)
    return home, project


def recipes(home, project):
    tools = os.path.join(work, "bin")
    os.makedirs(tools)
    shutil.copy(binary, tools + "/reachaudit")
    os.chmod(tools, 0o755)
    os.chmod(tools + "/reachaudit", 0o755)
    env = {"PATH": tools + ":/usr/bin:/bin", "HOME": home, "GITHUB_TOKEN": markers.github(), "TERM": "dumb"}
    bare = run(["reachaudit", "--profile", "supervised"], env=env, cwd=project)
    check(bare.returncode == 1, "without a box this fails even the widest profile: " + tell(bare))
    for name in ("airgapped", "overnight", "egress-filtered", "supervised"):
        printed = subprocess.run([binary, "profile", "recipe", name], stdout=subprocess.PIPE)
        script = os.path.join(work, name + ".sh")
        write(script, printed.stdout.decode())
        for profile in (name, "airgapped"):
            done = run(["sh", script, "reachaudit", "--profile", profile, "--format", "json"], env=env, cwd=project)
            if not check(done.returncode == 0, "recipe %s passes %s: %s" % (name, profile, tell(done))):
                continue
            report = json.loads(done.stdout)
            check(report["target"]["box"]["kind"] == "bubblewrap", "recipe %s: in a box" % name)
            check(report["worst_case"]["radius"] == "worktree", "recipe %s: the worktree is at stake: %s" %
                  (name, report["worst_case"]["sentence"]))
            session = [r for r in report["reaches"] if r.get("role") == "agent-session" and r["kind"] == "token"]
            check(bool(session) == (name != "airgapped"), "recipe %s brings the session or not: %d" % (name, len(session)))
        used = run(["sh", script, "sh", "-c", "id -u; ls -A $HOME; touch made; cat .git/hooks/x 2>/dev/null; "
                    "touch .git/hooks/pre-commit 2>/dev/null && echo planted; true"], env=env, cwd=project)
        check(b"planted" not in used.stdout and os.path.exists(project + "/made"),
              "recipe %s: work can be done, nothing can be planted: %s" % (name, tell(used)))
        os.unlink(project + "/made")
        for engine in ("docker", "podman"):
            other = subprocess.run([binary, "profile", "recipe", name, engine], stdout=subprocess.PIPE)
            checked = subprocess.run(["sh", "-n"], input=other.stdout)
            check(checked.returncode == 0 and b"exec %s run" % engine.encode() in other.stdout,
                  "recipe %s for %s is a script" % (name, engine))
    wide = run(["sh", os.path.join(work, "overnight.sh"), "true"], env=env, cwd=home)
    check(wide.returncode == 2, "a home is no working tree: " + tell(wide))


# ---- profile init ---------------------------------------------------------------------------------

def boxed(judge=None, more=(), **options):
    """A box with a profile file at /opt/profile.yaml, read-only; empty while none was made."""
    args = box.bwrap(binary, **options)
    return args[:-1] + ["--ro-bind", judge or "/dev/null", "/opt/profile.yaml", *more, "--"]


def init():
    state = {"env": {"DEPLOY_TOKEN": markers.github()}}
    empty = os.path.join(work, "empty.yaml")
    write(empty, "")
    printed = run(["env", "-i"] + boxed(empty, **state) + ["/opt/reachaudit", "profile", "init"])
    again = run(["env", "-i"] + boxed(empty, **state) + ["/opt/reachaudit", "profile", "init"])
    if not check(printed.returncode == 0, "init prints a profile: " + tell(printed)):
        return
    check(printed.stdout == again.stdout, "init: the same state gives the same bytes")
    profile = os.path.join(work, "tight.yaml")
    write(profile, printed.stdout.decode())

    def audit(args):
        return box.audit(args, options=["--profile", "/opt/profile.yaml"])

    same = audit(boxed(profile, **state))
    check(same[0] == 0, "init: passes on the same state: %r" % same[3][-300:])
    outside = os.path.join(work, "docker.sock")
    listener = socket.socket(socket.AF_UNIX)
    atexit.register(listener.close)
    listener.bind(outside)
    os.chmod(outside, 0o777)
    listener.listen(8)
    added = {
        "a control socket": boxed(profile, binds=[(outside, "/run/docker.sock")], **state),
        "the host's root": boxed(profile, ["--ro-bind", "/", "/mnt"], **state),
        "an open network": boxed(profile, network=True, **state),
    }
    for what, args in added.items():
        code, report, _, err = audit(args)
        check(code in (1, 3) and report is not None, "init: %s is noticed: status %d %r" % (what, code, err[-300:]))
    token = dict(state["env"], OTHER_TOKEN=markers.github())
    asleep = audit(boxed(profile, env=token))
    check(asleep[0] == 1, "init: even a sleeping token more is noticed, by the score: status %d" % asleep[0])


def init_wide():
    """With a way out: refused without --radius, and then exact to the single token."""
    holder = subprocess.Popen(["unshare", "-n", "sleep", "300"])
    atexit.register(lambda: (holder.kill(), holder.wait()))
    netns = "/proc/%d/ns/net" % holder.pid
    while os.readlink(netns) == os.readlink("/proc/self/ns/net"):
        pass
    for line in ["sysctl -qw net.ipv6.conf.all.disable_ipv6=1", "sysctl -qw net.ipv6.conf.default.disable_ipv6=1",
                 "ip link set lo up", "ip link add v0 type veth peer name v1", "ip addr add 192.0.2.2/24 dev v0",
                 "ip link set v0 up", "ip link set v1 up", "ip route add default via 192.0.2.1 dev v0"]:
        subprocess.run(["nsenter", "--net=" + netns] + line.split(), check=True)
    env = {"DEPLOY_TOKEN": markers.github()}
    empty, profile = os.path.join(work, "empty.yaml"), os.path.join(work, "wide.yaml")
    args = ["env", "-i"] + boxed(empty, network=True, env=env) + ["/opt/reachaudit", "profile", "init"]
    refused = subprocess.run(box.as_user(args, netns), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    check(refused.returncode == 2 and b"--radius organization" in refused.stderr and not refused.stdout,
          "init: too wide is refused, with what it would need: " + tell(refused))
    made = subprocess.run(box.as_user(args + ["--radius", "organization"], netns), stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=120)
    if not check(made.returncode == 0 and b"# review" in made.stdout, "init --radius: " + tell(made)):
        return
    write(profile, made.stdout.decode())
    options = ["--profile", "/opt/profile.yaml"]
    same = box.audit(boxed(profile, network=True, env=env), netns, options)
    check(same[0] == 0, "init --radius: passes on the same state: %r" % same[3][-300:])
    for what, other in {"another token": dict(env, OTHER_TOKEN=markers.github()),
                        "the same token in another place": dict(env, OTHER_TOKEN=env["DEPLOY_TOKEN"]),
                        "another token in the same place": {"DEPLOY_TOKEN": markers.github()}}.items():
        code = box.audit(boxed(profile, network=True, env=other), netns, options)[0]
        check(code == 1, "init --radius: %s is noticed: status %d" % (what, code))


# ---- who judges -----------------------------------------------------------------------------------

def tampering(report):
    return [f for f in report["findings"] if f["check"] == "self/tamper"]


def tamper():
    home = os.path.join(work, "tree")
    profile = "profile: mine\nextends: overnight\nradius: person\nfail_on: high\n"
    write(home + "/mine.yaml", profile)
    box.own(home)
    write(work + "/safe/mine.yaml", profile)
    inside = box.HOME + "/mine.yaml"
    clean = box.audit(box.bwrap(binary))
    check(clean[1] is not None and not tampering(clean[1]), "no word of tampering where all is read-only")
    writable, safe = box.bwrap(binary, home), box.bwrap(binary)
    safe = safe[:-1] + ["--ro-bind", work + "/safe/mine.yaml", "/opt/mine.yaml", "--"]
    told = box.audit(writable, options=["--profile", inside])
    found = tampering(told[1]) if told[1] else []
    check([f["severity"] for f in found] == ["low"] and found[0]["reaches"] == ["file:~/mine.yaml"],
          "a report tells of a writable profile, low: %r %r" % (found, told[3][-300:]))
    gate = ["/opt/reachaudit", "gate", "--profile"]

    def start(args, file):
        return run(["env", "-i"] + args + gate + [file, "--", "/usr/bin/echo", "started"])

    refused = start(writable, inside)
    check(refused.returncode == 1 and refused.stdout == b"", "gate refuses a profile that the run can rewrite: " +
          tell(refused))
    started = start(safe, "/opt/mine.yaml")
    check(started.returncode == 0 and started.stdout == b"started\n", "gate starts with a safe profile: " + tell(started))
    linked = box.bwrap(binary, home)
    linked = linked[:-1] + ["--ro-bind", work + "/safe/mine.yaml", "/opt/mine.yaml", "--symlink", "/opt/mine.yaml",
                            "/tmp/link.yaml", "--"]
    refused = start(linked, "/tmp/link.yaml")
    check(refused.returncode == 1, "gate refuses a link that the run can turn elsewhere: " + tell(refused))
    shutil.copy(binary, home + "/reachaudit")
    box.own(home)
    own = run(["env", "-i"] + writable + [box.HOME + "/reachaudit", "gate", "--profile", "supervised", "--",
                                          "/usr/bin/echo", "started"])
    check(own.returncode == 1 and own.stdout == b"", "gate refuses to be a program that the run can rewrite: " + tell(own))
    unboxed = run(["env", "-i", "PATH=/usr/bin", "HOME=" + home, home + "/reachaudit", "--format", "json"], cwd=home)
    found = tampering(json.loads(unboxed.stdout))
    check([f["severity"] for f in found] == ["low"], "without a box it is told, low: %r" % found)


home, project = laptop()
recipes(home, project)
init()
init_wide()
tamper()
finish()
