"""What one collector learns to be a secret, no other shows: a password without a shape, met again where nothing says so.

It stands in a login file, and again in a branch's and a remote's name, a socket's, a listener's program, a mount."""
import atexit
import os
import shutil
import socket
import subprocess
import sys
import tempfile

from check import check, finish
from markers import Markers
import box

binary = os.path.abspath(sys.argv[1])
box.require()
work = tempfile.mkdtemp(prefix="ra-learnt-")
os.chmod(work, 0o755)
atexit.register(shutil.rmtree, work, True)
markers = Markers(20261201)
secret = markers.password()
weak = "localhost"  # as good a password as any, and a word that stands in many a place
home = os.path.join(work, "home")
project = os.path.join(home, "project")
os.makedirs(project)


def write(path, text):
    with open(os.path.join(home, path), "w") as f:
        f.write(text)
    os.chmod(os.path.join(home, path), 0o600)


def build(known):
    """`known`: the login file is there; without it nobody can know that the word is a secret."""
    if known:
        write(".netrc", "machine db.corp.test login a password %s\nmachine e.corp.test login b password %s\n" % (secret, weak))
    elif os.path.exists(os.path.join(home, ".netrc")):
        os.unlink(os.path.join(home, ".netrc"))
    box.own(home)


git = ["env", "-i", "PATH=/usr/bin:/bin", "HOME=" + home, "GIT_CONFIG_NOSYSTEM=1", "git", "-C", project]
for line in (["init", "-q", "-b", "main"], ["-c", "user.name=t", "-c", "user.email=t@example.test", "commit", "-q",
                                            "--allow-empty", "-m", "first"],
             ["branch", "try-" + secret], ["remote", "add", "origin", "https://git.corp.test/%s/app.git" % secret]):
    subprocess.run(git + line, check=True)
listener = socket.socket(socket.AF_UNIX)
listener.bind(os.path.join(home, "s-%s.sock" % secret))
listener.listen()
shared = os.path.join(work, "shared")
os.makedirs(shared)
args = box.bwrap(binary, home, binds=[(shared, "/srv/" + secret)], env={"DB_URL_OF": weak}, chdir=box.HOME + "/project")
talk = args + ["/usr/bin/sh", "-c", "/usr/bin/python3 -c 'import time; time.sleep(100)' %s & /opt/reachaudit --format json; kill $!" % secret]


def look():
    code, report, out, err = box.audit(args)
    every = box.every_format(binary, args)
    beside = subprocess.run(box.as_user(["env", "-i"] + talk), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    check(report is not None and beside.stdout.startswith(b"{"), "both reports came: %r" % err[-300:])
    return report, out + err + every + beside.stdout + beside.stderr


build(False)
report, said = look()
places = {r["kind"] for r in report["reaches"] if secret in r["id"] + r["locator"] + str(r.get("details"))}
check({"socket", "worktree"} <= places, "as long as nothing says that it is secret, it is shown by several collectors: %r" % places)
build(True)
report, said = look()
check(secret.encode() not in said, "told to be a secret by one collector, it is shown by none")
ids = [r["id"] for r in report["reaches"]]
check(any(i.startswith("password:file:~/.netrc#") for i in ids), "the password itself is told of")
check(any("[secret]" in i for i in ids), "the places stay, without it: %r" % [i for i in ids if "secret]" in i])
listed = {i for c in report["consequences"] for i in [c["id"]]}
check(len(listed) == len(report["consequences"]), "no consequence twice")
known = set(ids)
for step in report["steps"]:
    for need in step["needs"]:
        check(need in known or need.startswith("so:"), "what a step needs is a reach that is told of: %s" % need)
finish()
