"""A real sshd with forced commands in front of git: --online=ssh logs in with each key that the audit found, hears the
greeting that a push begins with, and tells who may push. Only to servers whose key is known; nothing is ever pushed.

usage: peers_sshd.py REACHAUDIT FOLDER [slow]    slow: servers that answer nothing, each ten seconds
"""
import hashlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time

from check import check, finish
from markers import Markers
import box
from sshd import Sshd, USER_ID, program

binary, folder = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
box.require(["git", "ssh-keygen", "ssh-agent", "ssh-add", "unshare"])
server_program = program(folder)
keep = tempfile.TemporaryDirectory(prefix="ra-sshd-")
work, base = keep.name, os.path.join(keep.name, "repositories")
os.chmod(work, 0o755)
PLAIN = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@a.test",
         "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@a.test", "HOME": work}
said = []


def git(*argv, text=None):
    return subprocess.run(["git", *argv], env=PLAIN, input=text, capture_output=True, text=True, check=True, timeout=120).stdout


def bare(name, refs=1):
    path = os.path.join(base, name)
    git("init", "-q", "--bare", "-b", "main", path)
    commit = git("-C", path, "commit-tree", git("-C", path, "mktree", text="").strip(), "-m", "first").strip()
    with open(os.path.join(path, "packed-refs"), "w") as f:
        f.write("# pack-refs with: peeled fully-peeled sorted \n")
        f.write("".join("%s refs/heads/branch-%05d\n" % (commit, i) for i in range(refs - 1)))
        f.write("%s refs/heads/main\n" % commit)
    box_own(path)


def box_own(path):
    for top, dirs, files in os.walk(path):
        for name in [top] + [os.path.join(top, f) for f in files]:
            os.chown(name, USER_ID, USER_ID)


def key(name, kind="ed25519", words=""):
    path = os.path.join(work, "key_" + name)
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", words, "-C", name, "-f", path], check=True)
    with open(path + ".pub") as f:
        return f.read()


def bytes_of(path):
    h = hashlib.sha256()
    for top, dirs, files in sorted(os.walk(path)):
        for name in sorted(files):
            with open(os.path.join(top, name), "rb") as f:
                h.update((os.path.join(top, name) + "\0").encode() + f.read())
    return h.hexdigest()


# ---- a forge ----------------------------------------------------------------------------------------
ROLES = {"writer": "ed25519", "elliptic": "ecdsa", "reader": "ed25519", "fetcher": "ed25519", "shell": "ed25519",
         "hidden": "ed25519", "silent": "ed25519", "sso": "ed25519", "old": "rsa", "agent": "ed25519", "confirmed": "ed25519"}
public = {name: key(name, kind) for name, kind in ROLES.items()}
key("stranger")
key("locked", words=Markers(20261204).password())
with open(os.path.join(work, "forced"), "w") as f:
    f.write("""#!/bin/sh
echo "$1 $SSH_ORIGINAL_COMMAND" >> %s/sshd/asked
cd %s
case $1 in
reader) echo "ERROR: The key you are authenticating with has been marked as read only." >&2; exit 1 ;;
hidden) echo "ERROR: Repository not found." >&2; exit 1 ;;
sso) echo "ERROR: The 'acme' organization has enabled or enforced SAML SSO." >&2; exit 1 ;;
fetcher) exec git-upload-pack /%s/acme/app.git ;;
shell) echo "sh: 1: git-receive-pack: not found" >&2; exit 127 ;;
silent) exec sleep 60 ;;
*) exec git-shell -c "$SSH_ORIGINAL_COMMAND" ;;
esac
""" % (work, base, base))
os.chmod(os.path.join(work, "forced"), 0o755)
bare("acme/app.git")
bare("acme/many.git", 20000)
with open(os.path.join(work, ".gitconfig"), "w") as f:
    f.write("[safe]\n\tdirectory = *\n")
server = Sshd(server_program, work, public, os.path.join(work, "forced"))
before = bytes_of(base)


# ---- an audit ---------------------------------------------------------------------------------------
class Told:
    def __init__(self, keys, remotes=None, known=None, options=("--online=ssh",), host=True, env=None, hashed=False,
                 command=("snapshot",)):
        server.clear()
        home = tempfile.mkdtemp(dir=work)
        tree, ssh = os.path.join(home, "tree"), os.path.join(home, ".ssh")
        os.makedirs(ssh, 0o700)
        git("init", "-q", "-b", "main", tree)
        for i, remote in enumerate(remotes or ["ssh://git@%s%s/acme/app.git" % (server.host, base)]):
            git("-C", tree, "remote", "add", "r%d" % i, remote)
        for i, name in enumerate(keys):
            with open(os.path.join(work, "key_" + name)) as f, open(os.path.join(ssh, "id_%s" % ROLES.get(name, "ed25519")
                                                                                  if i == 0 else "id_%d.pem" % i), "w") as out:
                out.write(f.read())
                os.fchmod(out.fileno(), 0o600)
        with open(os.path.join(ssh, "known_hosts"), "w") as f:
            f.write(server.known() if known is None else known)
        if hashed:
            subprocess.run(["ssh-keygen", "-q", "-H", "-f", f.name], check=True, capture_output=True)
        options = [*options, *(["--host", server.host] if host else [])]
        start = time.monotonic()
        done = subprocess.run([binary, *command, "--only", "files,git,sockets", *options], cwd=tree, capture_output=True,
                              text=True, timeout=120, env={"PATH": os.environ["PATH"], "HOME": home, **(env or {})})
        self.seconds = time.monotonic() - start
        said.append(done.stdout + done.stderr)
        self.err, self.asked, self.log = done.stderr, server.asked(), server.said()
        self.reaches = json.loads(done.stdout)["reaches"] if done.stdout.startswith("{") else []
        self.grants = [r for r in self.reaches if r["id"].startswith("grant:git:") and r["id"].endswith(":push")]
        self.state = "+".join(r["state"] for r in self.grants) or "none"
        self.why = "; ".join(r["details"].get("reason", "") for r in self.grants)

    def expect(self, what, state, asked=1, why=""):
        check(self.state == state and why in self.why, "%s: %s (%s), expected %s %s: %s" %
              (what, self.state, self.why, state, why, self.err))
        check(len(self.asked) == asked, "%s: %d commands, not %d: %s" % (what, len(self.asked), asked, self.asked))
        check(all(" git-receive-pack '" in line for line in self.asked), "%s: one command only: %s" % (what, self.asked))
        return self


told = Told(["writer"])
told.expect("a writer", "present")
check("own-remote" in told.grants[0]["traits"], "of the working tree's own remote")
check("logs in to %s as git with 1 key" % server.host in told.err and "at most 1 login;" in told.err, "says so first: " + told.err)
Told(["elliptic"], known=server.known("ecdsa")).expect("another kind of key, and of the server's key", "present")
Told(["writer"], known="# mine\n\n" + server.known(), hashed=True).expect("known by a hashed name", "present")
Told(["reader"]).expect("a reader", "denied")
Told(["hidden"]).expect("a repository that the key does not see", "denied")
Told(["fetcher"]).expect("a command that only fetches", "denied")
Told(["stranger"]).expect("a key that the server does not take", "denied", asked=0)
Told(["sso"]).expect("single sign-on", "unknown", why="single sign-on")
Told(["shell"]).expect("a server without git", "unknown", why="no git")
Told(["writer"], remotes=["ssh://git@%s/nowhere/app.git" % server.host]).expect("no such repository", "denied")
Told(["old"]).expect("a key that this program cannot sign with", "none" if "nothing to ask" in said[-1] else "unknown", asked=0)
Told(["locked"]).expect("a key with a passphrase", "none", asked=0)
told = Told(["reader", "writer"])
check(told.state == "present" and len(told.asked) == 2, "two keys, one may: %s %s" % (told.state, told.asked))

# ---- whose server ---------------------------------------------------------------------------------------
Told(["writer"], known="").expect("a server that nobody knows", "unknown", asked=0, why="not among the known hosts")
check("Accepted" not in server.said() and "userauth" not in server.said(), "and no key was shown to it: " + server.said())
lie = server.known().split()[0] + " " + " ".join(public["stranger" if "stranger" in public else "reader"].split()[:2]) + "\n"
Told(["writer"], known=lie).expect("a server with another key than the known one", "unknown", asked=0, why="another")
check("Accepted" not in server.said(), "and no login")
told = Told(["writer"], known="@revoked * " + " ".join(server.known().split()[1:]) + "\n" + server.known())
told.expect("a server whose key is revoked", "unknown", asked=0, why="revoked")
Told(["writer"], known=server.known("ecdsa")).expect("the one key that is known, of several", "present")

# ---- an agent -------------------------------------------------------------------------------------------
sock = os.path.join(work, "agent.sock")
agent = subprocess.Popen(["ssh-agent", "-D", "-a", sock], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    for _ in range(100):
        if os.path.exists(sock):
            break
        time.sleep(0.05)
    with_agent = {"SSH_AUTH_SOCK": sock}

    def add(name, *options):
        subprocess.run(["ssh-add", "-q", *options, os.path.join(work, "key_" + name)], check=True, capture_output=True,
                       env={"PATH": os.environ["PATH"], **with_agent})

    add("agent")
    Told([], env=with_agent).expect("a key of an agent", "present")
    Told([], env=with_agent, options=()).expect("without consent", "none", asked=0)
    subprocess.run(["ssh-add", "-q", "-D"], env={"PATH": os.environ["PATH"], **with_agent}, capture_output=True)
    add("confirmed", "-c")
    Told([], env=with_agent).expect("an agent that nobody lets sign", "unknown", asked=0, why="did not sign")
finally:
    agent.terminate()
    agent.wait(10)

# ---- consent ----------------------------------------------------------------------------------------------
for options, host, command, words in (((), False, ("snapshot",), ""), (("--online=tokens",), True, ("snapshot",), ""),
                                      (("--online=ssh",), False, ("snapshot",), "allows it"),
                                      (("--online=ssh", "--dry-run"), True, (), "logs in to")):
    told = Told(["writer"], options=options, host=host, command=command)
    check(not told.asked and "Connection from" not in told.log, "nobody was called with %s: %s" % (options, told.log))
    check(words in told.err, "%s: says: %s" % (options, told.err))

# ---- servers that are silent, or never are ---------------------------------------------------------------------
if "slow" in sys.argv:
    told = Told(["silent"])
    told.expect("a command that says nothing", "unknown", why="in time")
    check(told.seconds < 30, "a command that says nothing: %.1f s" % told.seconds)
    deaf = socket.socket()
    deaf.bind(("127.0.0.1", 0))
    deaf.listen(8)
    name = "127.0.0.1:%d" % deaf.getsockname()[1]
    told = Told(["writer"], remotes=["ssh://git@%s/acme/app.git" % name], options=("--online=ssh", "--host", name), host=False,
                known=server.known().replace(str(server.port), name.split(":")[1]))
    told.expect("a server that does not answer", "unknown", asked=0, why="in time")
    check(told.seconds < 30, "and that takes no longer: %.1f s" % told.seconds)
    deaf.close()


def babble(listener):
    connection, _ = listener.accept()
    try:
        while True:
            connection.sendall(b"x" * 1000 + b"\r\n")
    except OSError:
        connection.close()


loud = socket.socket()
loud.bind(("127.0.0.1", 0))
loud.listen(1)
threading.Thread(target=babble, args=(loud,), daemon=True).start()
name = "127.0.0.1:%d" % loud.getsockname()[1]
told = Told(["writer"], remotes=["ssh://git@%s/acme/app.git" % name], options=("--online=ssh", "--host", name), host=False,
            known=server.known().replace(str(server.port), name.split(":")[1]))
told.expect("a server that talks without end", "unknown", asked=0)
check(told.seconds < 30, "and that ends: %.1f s" % told.seconds)
loud.close()

# ---- many branches, and nothing pushed ------------------------------------------------------------------------
told = Told(["writer"], remotes=["ssh://git@%s%s/acme/many.git" % (server.host, base)])
told.expect("20,000 branches", "present")
check(told.seconds < 20, "20,000 branches: %.1f s" % told.seconds)
check(bytes_of(base) == before, "not a byte of any repository changed")
private = [open(os.path.join(work, f)).read() for f in os.listdir(work) if f.startswith("key_") and not f.endswith(".pub")]
check(len(private) > 10 and not any(line in s for p in private for line in p.splitlines()[1:-1] for s in said), "no key in any output")
server.stop()
finish()
