"""The pages that the tests of the html report look at: recorded hosts, and one whose every text is hostile.

Each is made twice, as html and as json, from the same audit, so that one can be held against the other.
"""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
sys.path[:0] = [os.path.join(TESTS, "tools"), os.path.join(TESTS, "live")]

import hosts  # noqa: E402
import planted  # noqa: E402
from markers import Markers  # noqa: E402

# What an attacker would put into a name: to close what it stands in, to run, to load, to link, to hide, to reorder.
HOSTILE = ("\"'><script>window.pwned=1</script><img src=x onerror=window.pwned=1><svg/onload=window.pwned=1>"
           "</title></style></script></details><a href=javascript:window.pwned=1>x</a>&lt;`<b>`"
           "<!--[x](javascript:alert(1)) https://evil.test/\u202egnp.exe\u2066\u200b\u0007\u001b[2J\u009b\ufeff")
CALM = "<b onclick='x'>\"&lt;\u202e"  # shorter: for texts of which there are hundreds

PROFILE = """profile: hostile
extends: overnight
waive:
  - {check: network/egress, reach: "egress:link/peer0", reason: %s, owner: %s, expires: 2027-03-31}
checks:
  network/service: {severity: low, reason: %s}
needs:
  - {kind: program, locator: %s}
"""


def run(binary, *args):
    done = subprocess.run([binary, *args], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=100)
    if done.returncode not in (0, 1, 3):
        raise RuntimeError("%s: %d %r" % (args, done.returncode, done.stderr[-500:]))
    return done.stdout


class Page:
    def __init__(self, folder, name, binary, *args):
        self.name = name
        self.path = os.path.join(folder, name + ".html")
        both = run(binary, *args, "--format", "json", "--format", "html=" + self.path)
        self.json, self.report = both, json.loads(both)
        with open(self.path, "rb") as f:
            self.bytes = f.read()


secrets = []  # what no page may hold, once the pages are made


def many(top, n):
    """A box whose environment holds n tokens."""
    m = Markers(7)
    secrets.append(m)
    env = {"PATH": "/usr/bin", "HOME": "/" + hosts.HOME, **{"CI_TOKEN_%03d" % i: m.github() for i in range(n)}}
    hosts.skeleton(top, "many", "open", env, "/" + hosts.HOME)


def spoil(value, with_, keep):
    """Every text replaced that no program compares with a word of its own."""
    if isinstance(value, dict):
        return {k: v if k in keep else spoil(v, with_, keep) for k, v in value.items()}
    if isinstance(value, list):
        return [spoil(v, with_, keep) for v in value]
    return value + with_ if isinstance(value, str) else value


def hostile(top, binary, host):
    """A snapshot with hostile names, hosts, paths and reasons wherever the format lets a text be free."""
    snapshot = json.loads(run(binary, "snapshot", host))
    closed = {"id", "kind", "state", "access", "traits", "least", "ceiling", "cap", "collector", "method", "outcome"}
    for r in snapshot["reaches"]:
        r.update(spoil({k: v for k, v in r.items() if k not in closed | {"evidence", "details"}}, HOSTILE[:120], ()))
        r["title"] = r.get("title", "") + HOSTILE
        r["details"] = {k: v + CALM if isinstance(v, str) else v for k, v in r["details"].items()}
    target = snapshot["target"]
    target.update(locator=HOSTILE, hostname=HOSTILE, home="/home/" + CALM, worktree="/w/" + CALM)
    target["box"]["evidence"] = HOSTILE
    for c in snapshot["coverage"]:
        c["status"], c["reason"], c["not_seen"] = "partial", HOSTILE, [HOSTILE, CALM]
    path = os.path.join(top, "hostile.json")
    with open(path, "w") as f:
        json.dump(snapshot, f)
    profile = os.path.join(top, "hostile.yaml")
    with open(profile, "w") as f:
        f.write(PROFILE % tuple(json.dumps(t) for t in (HOSTILE, HOSTILE, HOSTILE, "none" + CALM)))
    return ["evaluate", path, "--profile", profile]


def hostile_ids(top):
    """A box whose variables and files carry hostile names, so that the ids do."""
    m = Markers(9)
    secrets.append(m)
    env = {"PATH": "/usr/bin", "HOME": "/" + hosts.HOME,
           "\"><img src=x onerror=window.pwned=1>_TOKEN": m.github(), "javascript:window.pwned_TOKEN": m.github(),
           "A\u202eB\u0001_TOKEN": m.github(), "</script><script>window.pwned</script>_TOKEN": m.github()}
    home = os.path.join(hosts.skeleton(top, "names", "open", env, "/" + hosts.HOME), "root", hosts.HOME)
    planted.write(home, "project/.env", "<svg/onload=window.pwned>_SECRET=%s\n" % m.password())
    planted.write(home, ".netrc", "machine <b>x.test login a password %s\n" % m.password())


def make(binary, top):
    """All pages, by name; what the hosts look like is in tests/tools/hosts.py."""
    hosts.build(top)
    secrets.append(Markers(1))  # the seed, and the order, of tests/tools/hosts.py
    planted.environment(secrets[-1])
    planted.credential_files(secrets[-1], os.path.join(top, "again"), key=False)
    many(top, 300)
    hostile_ids(top)
    at = {n: "recorded:" + os.path.join(top, n) for n in ("clean", "exposed", "asleep", "many", "names", "blind-proc")}
    pages = [Page(top, "clean", binary, at["clean"]), Page(top, "exposed", binary, at["exposed"]),
             Page(top, "asleep", binary, at["asleep"], "--profile", "airgapped"),
             Page(top, "blind", binary, at["blind-proc"]), Page(top, "many", binary, at["many"]),
             Page(top, "names", binary, at["names"]),
             Page(top, "hostile", binary, *hostile(top, binary, at["exposed"]))]
    stored = os.path.join(top, "stored.json")
    with open(stored, "wb") as f:
        f.write(pages[1].json)
    pages.append(Page(top, "rendered", binary, "render", stored))
    return {p.name: p for p in pages}
