"""Real ssh-agents, gpg-agents, keyrings and sudo: what the audit says of them is held against their own answers."""
import atexit
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from check import check, finish
import box

binary = os.path.abspath(sys.argv[1])
box.require(["ssh-agent", "ssh-keygen", "ssh-add", "gpg", "gpgconf", "gpg-connect-agent", "gnome-keyring-daemon",
             "secret-tool", "dbus-run-session", "dbus-send", "sudo", "setpriv", "unshare",
             "nsenter", "mount"])
work = tempfile.mkdtemp(prefix="ra-agents-")
os.chmod(work, 0o755)
atexit.register(shutil.rmtree, work, True)
started = []


def end_all():
    for p in started:
        p.kill()
        p.wait()


atexit.register(end_all)
tool = os.path.join(work, "reachaudit")  # where the user without rights can run it
shutil.copy(binary, tool)
os.chmod(tool, 0o755)


def directory(name):
    path = os.path.join(work, name)
    os.makedirs(path, mode=0o700)
    os.chown(path, box.UID, box.GID)
    return path


def user(argv, env, inside=None, **more):
    enter = ["nsenter", "--mount=" + inside] if inside else []
    line = enter + ["setpriv", "--reuid=%d" % box.UID, "--regid=%d" % box.GID, "--clear-groups", *more.pop("flags", []),
                    "env", "-i", "PATH=/usr/bin:/bin"] + ["%s=%s" % e for e in env.items()] + argv
    return subprocess.run(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, cwd="/", **more)


def audit(only, env, inside=None, flags=()):
    import json
    done = user([tool, "--only", only, "--format", "json"], env, inside, flags=list(flags))
    try:
        return json.loads(done.stdout)
    except ValueError:
        check(False, "a report: %d %r" % (done.returncode, done.stderr[-300:]))
        return {"reaches": [], "consequences": [], "coverage": []}


def ids(report):
    return {r["id"]: r for r in report["reaches"]}


def until(ready):
    for _ in range(500):
        if ready():
            return True
        time.sleep(0.02)
    return False


def ssh():
    home = directory("ssh")
    sock = os.path.join(home, "agent.sock")
    env = {"HOME": home, "SSH_AUTH_SOCK": sock}
    agent = subprocess.Popen(box.as_user(["ssh-agent", "-D", "-a", sock]), stdout=subprocess.DEVNULL)
    started.append(agent)
    until(lambda: os.path.exists(sock))
    empty = ids(audit("sockets", env))
    check(empty["socket:~/agent.sock"]["details"].get("keys") == 0, "ssh: an agent without keys says so")
    for name in ("plain", "confirm", "lifetime", "bound", "old", "ca"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", os.path.join(home, name)], check=True)
    at = lambda name: os.path.join(home, name)  # noqa: E731
    subprocess.run(["ssh-keygen", "-q", "-s", at("ca"), "-I", "agent-cert", "-n", "git,root", "-V", "+1h", "-O",
          "force-command=/bin/true", "-O", "source-address=10.0.0.0/8", at("plain.pub")], check=True)
    subprocess.run(["ssh-keygen", "-q", "-s", at("ca"), "-I", "old-cert", "-V", "20200101:20200102", at("old.pub")], check=True)
    with open(at("hosts"), "w") as f:
        f.write("forge.corp.test %s\n" % " ".join(open(at("ca.pub")).read().split()[:2]))
    os.chmod(at("hosts"), 0o644)
    box.own(home)
    for line in (["plain"], ["-c", "confirm"], ["-t", "600", "lifetime"], ["-H", at("hosts"), "-h", "forge.corp.test", "bound"],
                 ["old"]):
        done = user(["ssh-add", "-q"] + line[:-1] + [at(line[-1])], env)
        check(done.returncode == 0, "ssh: ssh-add %s: %r" % (line, done.stderr))
    listed = user(["ssh-add", "-l"], env).stdout.decode().splitlines()
    prints = {line.split()[1] for line in listed}
    report = audit("sockets", env)
    seen = ids(report)
    agent_reach = seen.get("socket:~/agent.sock", {"details": {}, "state": None})
    check(agent_reach["state"] == "present", "ssh: the agent answers")
    check(agent_reach["details"].get("keys") == len(listed) == 7,
          "ssh: as many identities as ssh-add lists: %r, %d" % (agent_reach["details"].get("keys"), len(listed)))
    check("confirmation" in agent_reach["details"].get("limits", ""), "ssh: what the list does not tell is said once")
    mine = {i.split("key:ssh:")[1] for i in seen if i.startswith("key:ssh:")}
    check(mine == prints, "ssh: the same fingerprints as ssh-add: %r %r" % (mine ^ prints, len(mine)))
    shown = subprocess.run(["ssh-keygen", "-L", "-f", at("plain-cert.pub")], stdout=subprocess.PIPE).stdout.decode()
    cert = [r for r in report["reaches"] if r["details"].get("certificate-id") == "agent-cert"]
    if check(len(cert) == 1, "ssh: the certificate is told"):
        d = cert[0]["details"]
        check(d.get("principals") == "git,root" and "git" in shown, "ssh: principals: %r" % d)
        check(d.get("force-command") == "/bin/true" and d.get("source-address") == "10.0.0.0/8", "ssh: critical options")
        check(d.get("certificate-expired") is False and abs(d.get("valid-before", 0) - time.time() - 3600) < 120,
              "ssh: its end: %r" % d)
    old = [r for r in report["reaches"] if r["details"].get("certificate-id") == "old-cert"]
    check(len(old) == 1 and old[0]["details"].get("certificate-expired") is True and
          old[0]["details"].get("principals") == "any", "ssh: an expired certificate, for any principal")
    check(user(["ssh-add", "-l"], env).stdout.decode().splitlines() == listed, "ssh: the agent is as it was")


def gpg():
    home = directory("gpg")
    env = {"HOME": home, "GNUPGHOME": os.path.join(home, "keys")}
    user(["mkdir", "-m", "700", env["GNUPGHOME"]], env, check=True)
    before = ids(audit("sockets", env))
    check(not [i for i in before if "gpg-agent" in i], "gpg: nothing where no agent runs")
    check(not [n for n in os.listdir(env["GNUPGHOME"]) if n.startswith("S.")], "gpg: the audit starts no agent")
    done = user(["gpg", "--batch", "--passphrase", "", "--quick-gen-key", "T <t@example.test>", "ed25519", "sign", "1d"], env)
    check(done.returncode == 0, "gpg: a key: %r" % done.stderr[-200:])
    info = user(["gpg-connect-agent", "keyinfo --list", "/bye"], env).stdout.decode()
    where = user(["gpgconf", "--list-dirs", "agent-socket"], env).stdout.decode().strip()
    seen = ids(audit("sockets", env))
    for leaf in ("", ".extra", ".ssh", ".browser"):
        name = "socket:" + where.replace(home, "~", 1) + leaf
        r = seen.get(name)
        if not check(r is not None, "gpg: %s is a reach, got %r" % (name, [i for i in seen if "gnupg" in i or "gpg" in i])):
            continue
        check(r["state"] == "unknown" and "sign" in r["access"], "gpg: %s: %s" % (name, r["state"]))
        check({e["method"] for e in r["evidence"]} == {"observed"}, "gpg: %s is only looked at" % name)
        check("keyinfo" in (r["settled_by"] or ""), "gpg: %s says what would settle it" % name)
    # Named by SSH_AUTH_SOCK it is still not connected: a connection may start the agent.
    named = ids(audit("sockets", {**env, "SSH_AUTH_SOCK": where + ".ssh"}))
    methods = {e["method"] for i, r in named.items() if i.endswith("S.gpg-agent.ssh") for e in r["evidence"]}
    check(methods == {"observed"}, "gpg: SSH_AUTH_SOCK does not make it connected: %s" % methods)
    check(user(["gpg-connect-agent", "keyinfo --list", "/bye"], env).stdout.decode() == info, "gpg: the agent is as it was")
    user(["gpgconf", "--kill", "all"], env)
    gone = ids(audit("sockets", env))
    check(not [i for i in gone if i.endswith("S.gpg-agent")], "gpg: gone with its agent")


def with_a_name():
    """A mount namespace in which our user has a name: the machine's /etc is never changed."""
    etc = os.path.join(work, "etc")
    os.makedirs(etc, mode=0o755)
    lines = {"passwd": "radev:x:%d:%d::/nonexistent:/bin/sh\n" % (box.UID, box.GID), "group": "radev:x:%d:\n" % box.GID,
             "shadow": "radev:*:19000:0:99999:7:::\n"}
    for name, line in lines.items():
        shutil.copy("/etc/" + name, etc)
        with open(os.path.join(etc, name), "a") as f:
            f.write(line)
        os.chmod(os.path.join(etc, name), 0o640 if name == "shadow" else 0o644)
    holder = subprocess.Popen(["unshare", "-m", "sleep", "600"])
    started.append(holder)
    ns = "/proc/%d/ns/mnt" % holder.pid
    check(until(lambda: os.readlink(ns) != os.readlink("/proc/self/ns/mnt")), "a mount namespace")
    for name in lines:
        subprocess.run(["nsenter", "--mount=" + ns, "mount", "--bind", os.path.join(etc, name), "/etc/" + name], check=True)
    return ns


KEYRING = r"""
Q="dbus-send --session --print-reply --dest=org.freedesktop.secrets"
owner() { dbus-send --session --print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus \
  org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | tail -1; }
locked() { $Q /org/freedesktop/secrets/collection/login org.freedesktop.DBus.Properties.Get \
  string:org.freedesktop.Secret.Collection string:Locked | tail -1; }
audit() { TOOL --only sockets --format json=$OUT/$1.json $2 >/dev/null 2>&1; }
audit asleep; audit asleep-asked --online=local; owner
case $1 in
open) printf 'pw\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null
      printf %s "$SECRET" | secret-tool store --label=forge service forge.corp.test;;
locked) gnome-keyring-daemon --start --components=secrets >/dev/null;;
esac
locked; audit quiet; audit asked --online=local; locked
"""


def keyring(ns):
    """The Secret Service in a session of its own, open and then locked; without consent it stays unknown."""
    import json
    home = directory("keyring")
    secret = "Pw" + os.urandom(9).hex()
    for name in ("run", "out"):
        os.makedirs(os.path.join(home, name), mode=0o700)
    box.own(home)
    out = os.path.join(home, "out")
    env = {"HOME": home, "XDG_RUNTIME_DIR": os.path.join(home, "run"), "OUT": out, "SECRET": secret}
    for state in ("open", "locked"):
        done = user(["timeout", "-k", "1", "40", "dbus-run-session", "--", "bash", "-c", KEYRING.replace("TOOL", tool),
                     "keyring", state], env, ns)
        said = [w for w in done.stdout.decode().split() if w in ("true", "false")]
        if not check(said == ["false"] + ["true" if state == "locked" else "false"] * 2,
                     "keyring %s: the service's own words: %r %r" % (state, said, done.stderr[-300:])):
            continue
        seen = {}
        for name in ("asleep", "asleep-asked", "quiet", "asked"):
            text = open(os.path.join(out, name + ".json")).read()
            check(secret not in text, "keyring: the secret is not printed")
            seen[name] = ids(json.loads(text))
        # "asleep": nobody served the name, before and after; looking and asking start nothing.
        for name in ("asleep", "asleep-asked", "quiet"):
            r = seen[name].get("unknown:secret-service", {})
            check(r.get("settled_by") == "--online=local", "keyring %s, %s: unknown: %r" % (state, name, r))
        check(seen["quiet"]["unknown:secret-service"]["details"].get("daemon") == "gnome-keyring-d",
              "keyring %s: its daemon is in sight" % state)
        check("unknown:secret-service" not in seen["asked"], "keyring %s: asked, it is known" % state)
        login = [r for i, r in seen["asked"].items() if i.endswith("#secrets/login") and i.startswith("socket:")]
        if check(len(login) == 1, "keyring %s: the login collection is told" % state):
            check(login[0]["details"]["locked"] is (state == "locked") and login[0]["details"]["items"] == 1,
                  "keyring %s: %r" % (state, login[0]["details"]))
        secrets = [i for i in seen["asked"] if i.startswith("password:socket:")]
        check(len(secrets) == (1 if state == "open" else 0), "keyring %s: open secrets: %r" % (state, secrets))


CASES = [  # rules, may it run a shell as root without a password?
    ("", False),
    ("radev ALL=(ALL:ALL) NOPASSWD: ALL\n", True),
    ("%radev ALL=(ALL:ALL) NOPASSWD: ALL\n", True),
    ("%sudo ALL=(ALL:ALL) NOPASSWD: ALL\n", False),
    ("radev ALL=(ALL:ALL) ALL\n", False),
    ("#12000 ALL=NOPASSWD: /bin/sh\n", True),
    ("radev ALL=NOPASSWD: ALL\nradev ALL=(ALL) ALL\n", False),
    ("radev ALL=(ALL) ALL\nradev ALL=NOPASSWD: /bin/sh\n", True),
    ("radev ALL=(nobody) NOPASSWD: ALL\n", False),
    ("radev nowhere=NOPASSWD: ALL\n", False),
    ("ALL, !radev ALL=NOPASSWD: ALL\n", False),
    ("User_Alias WHO = bob, radev\nCmnd_Alias SHELLS = /bin/dash, \\\n /bin/sh\nWHO ALL = (root) NOPASSWD: SHELLS\n", True),
    ("Defaults:radev !authenticate\nradev ALL=(ALL) ALL\n", True),
    ("Defaults exempt_group=radev\nradev ALL=(ALL) ALL\n", True),
]
LISTED = [  # rules of single commands, told as sudo lists them
    "radev ALL=NOPASSWD: /usr/bin/apt-get update, /usr/sbin/service web restart\n",
    "Cmnd_Alias C = /usr/bin/id, !/usr/bin/su\nradev ALL=(root) NOPASSWD: C, PASSWD: /usr/bin/env\n",
]


def sudo(ns):
    etc, inside = os.path.join(work, "etc"), ["nsenter", "--mount=" + ns]
    with open(etc + "/sudoers", "w") as f:
        f.write("Defaults env_reset\nroot ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n")
    os.chmod(etc + "/sudoers", 0o444)
    os.makedirs(etc + "/sudoers.d", mode=0o755)
    for name in ("sudoers", "sudoers.d"):
        subprocess.run(inside + ["mount", "--bind", os.path.join(etc, name), "/etc/" + name], check=True)
    env = {"HOME": "/nonexistent"}

    def rules(text):
        path = etc + "/sudoers.d/case"
        with open(path, "w") as f:
            f.write(text)
        os.chmod(path, 0o444)

    for text, root in CASES:
        rules(text)
        done = user(["sudo", "-n", "/bin/sh", "-c", "id -u"], env, ns)
        really = done.stdout.strip() == b"0"
        check(really == root, "sudo itself, %r: %r" % (text, done.stderr[-200:]))
        report = audit("process", env, ns)
        said = any(c["id"] == "so:host-root/process:self#sudo" for c in report["consequences"])
        check(said == really, "sudo: %r is %s, the audit says %s" % (text, really, said))
        check(really or not said, "sudo: %r" % text)
    for text in LISTED:
        rules(text)
        answer = user(["sudo", "-n", "-l"], env, ns).stdout.decode()
        listed = re.sub(r"\s+", " ", answer.split("commands on", 1)[-1])
        d = ids(audit("process", env, ns)).get("process:self#sudo", {"details": {}})["details"]
        for command in d.get("commands", "nothing").split("; "):
            check(command in listed, "sudo: %r is in sudo's own list %r" % (command, listed))
        check(d.get("rules-without-password") == len(d.get("commands", "").split("; ")), "sudo: they are counted: %r" % d)
        check("unknown:sudo" in ids(audit("process", env, ns)), "sudo: what single commands can do is unknown")

    rules(CASES[1][0])
    plain = ids(audit("process", env, ns, ["--no-new-privs"]))
    check(not [i for i in plain if "sudo" in i], "sudo: nothing under no_new_privs")
    os.chmod(etc + "/sudoers", 0o440)
    closed = ids(audit("process", env, ns))
    check("process:self#sudo" not in closed and closed.get("unknown:sudo", {}).get("settled_by") == "sudo -n -l",
          "sudo: rules that only root reads are unknown")
    os.chmod(etc + "/sudoers", 0o444)
    real = os.path.realpath(shutil.which("sudo"))
    for line in (["mount", "--bind", real, real], ["mount", "-o", "remount,bind,nosuid", real]):
        subprocess.run(inside + line, check=True)
    check(user(["sudo", "-n", "true"], env, ns).returncode != 0, "sudo itself raises nothing on a nosuid mount")
    bound = ids(audit("process", env, ns))
    check(not [i for i in bound if "sudo" in i and "group" not in i], "sudo: nothing on a nosuid mount")


ssh()
gpg()
name = with_a_name()
keyring(name)
sudo(name)
finish()
