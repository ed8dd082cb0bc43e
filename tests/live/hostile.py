"""Rubbish in every parsed file, names meant for a terminal, things that would hang: nothing does."""
import atexit
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

from check import check, finish
import planted
from markers import Markers

binary = os.path.abspath(sys.argv[1])
work = tempfile.mkdtemp(prefix="ra-hostile-")
atexit.register(shutil.rmtree, work, True)
ESCAPE = "\x1b]0;owned\x07\x1b[31m"


def run(home, cwd=None, options=(), env=()):
    begin = time.time()
    done = subprocess.run([binary, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=100,
                          cwd=cwd or home, env={"HOME": home, "PATH": "/usr/bin:/bin", **dict(env)})
    return done, time.time() - begin


def sound(done, what):
    check(done.returncode in (1, 3), "%s: a verdict, got %d %r" % (what, done.returncode, done.stderr[-300:]))
    check(b"\x1b" not in done.stdout + done.stderr, "%s: no escape reaches the terminal" % what)
    check(b"\x07" not in done.stdout + done.stderr, "%s: no bell either" % what)


def rubbish():
    """Every planted file cut, flipped and replaced by noise, a few times over."""
    for round_ in range(4):
        home = os.path.join(work, "rubbish%d" % round_)
        os.makedirs(home)
        planted.plant(Markers(round_), home)
        noise = random.Random(round_)
        for here, _, files in os.walk(home):
            for name in files:
                path = os.path.join(here, name)
                data = bytearray(open(path, "rb").read())
                if round_ == 0:
                    data = data[:noise.randrange(len(data) or 1)]
                elif round_ == 1:
                    for _ in range(1 + len(data) // 20):
                        data[noise.randrange(len(data))] ^= 1 << noise.randrange(8)
                elif round_ == 2:
                    data = bytearray(noise.randbytes(5000))
                else:
                    data = bytearray(b"[" * 200000)
                open(path, "wb").write(data)
        done, took = run(home, home + "/project", ["--format", "json"])
        sound(done, "rubbish %d" % round_)
        try:
            json.loads(done.stdout)
        except ValueError as e:
            check(False, "rubbish %d: valid JSON (%s)" % (round_, e))


def hanging():
    home = os.path.join(work, "hanging")
    os.makedirs(home + "/project")
    os.mkfifo(home + "/.netrc")
    os.mkfifo(home + "/.bash_history")
    os.symlink("loop-b", home + "/loop-a")
    os.symlink("loop-a", home + "/loop-b")
    os.symlink("loop-a", home + "/.npmrc")
    os.symlink(".", home + "/.aws")
    os.makedirs(home + "/.pypirc")
    with open(home + "/project/.env", "wb") as f:
        f.write(b"A=1\n")
        f.truncate(1 << 30)
    os.symlink("/dev/zero", home + "/.git-credentials")
    done, took = run(home, home + "/project")
    sound(done, "hanging")
    check(took < 60, "hanging: done in %.1f s" % took)


def names():
    home = os.path.join(work, "names")
    os.makedirs(home + "/.ssh")
    planted.plant(Markers(9), home)
    for name in (b"id_\xff\xfe", ("id_" + ESCAPE).encode(), "id_\u202egnp.exe".encode(), b"id_\n\nPASS: nothing"):
        with open(home.encode() + b"/.ssh/" + name, "wb") as f:
            f.write(open(home + "/.ssh/id_ed25519", "rb").read())
    text, _ = run(home, home + "/project", ["-v"], {"TOKEN_" + ESCAPE: "x" * 40, "SECRET_KEY": ESCAPE + "y" * 30})
    sound(text, "names")
    check("\u202e".encode() not in text.stdout, "names: no bidirectional override")
    check(b"\nPASS" not in text.stdout, "names: no forged line")
    done, _ = run(home, home + "/project", ["--format", "json"])
    report = json.loads(done.stdout.decode("utf-8"))
    check(sum("/.ssh/id_" in r["id"] for r in report["reaches"]) >= 5, "names: every key is a reach")


def time_zone():
    """A file of the environment's choosing that never answers."""
    home = os.path.join(work, "zone")
    os.makedirs(home)
    os.mkfifo(home + "/zone")
    done, took = run(home, options=["--stamp"], env={"TZ": home + "/zone"})
    sound(done, "time zone")
    check(took < 60, "time zone: done in %.1f s" % took)


def messages():
    """A message that quotes a file or an argument quotes no token."""
    token = Markers(7).github()
    bad = os.path.join(work, "secret.yaml")
    for text in ("%s: 1\n", "profile: x\nradius: %s\n", "profile: x\nallow:\n  - {kind: %s}\n", "extends: %s\n"):
        with open(bad, "w") as f:
            f.write(text % token)
        done, _ = run(work, options=["--profile", bad])
        check(done.returncode == 2, "profile %r: status 2, got %d" % (text, done.returncode))
        check(token.encode() not in done.stdout + done.stderr, "profile %r: no token in the message" % text)
    for options in (["--profile", token], ["explain", token], ["--" + token], ["gate", "--now", token, "--", "true"]):
        done, _ = run(work, options=options)
        check(token.encode() not in done.stdout + done.stderr, "%r: no token in the message" % options[0])


def profiles():
    bad = os.path.join(work, "bad.yaml")
    for text, where in (("profile: x\nradius: grant\nradius: person\n", "line 3, column 1"), ("profile: [\n", "line "),
                        ("profile: x\nshoe_size: 44\n", "line 2, column 1"), ("profile: x\nradius: galaxy\n", "line 2, column 9")):
        with open(bad, "w") as f:
            f.write(text)
        done, _ = run(work, options=["--profile", bad])
        check(done.returncode == 2, "profile %r: status 2, got %d" % (text, done.returncode))
        check(where.encode() in done.stderr, "profile %r: position %s in %r" % (text, where, done.stderr))
        check(done.stdout == b"", "profile %r: nothing on stdout" % text)


rubbish()
hanging()
names()
time_zone()
messages()
profiles()
finish()
