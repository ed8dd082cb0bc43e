"""Five people's homes, built from markers: does the audit find every planted credential, in its state, and nothing else?

Each home is seen from a bubblewrap box with a route, by a user without rights, so that what is live is awake. A row is
a place and its state; precision and recall are counted over rows, and printed.
"""
import atexit
import importlib
import os
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "../people"))

from check import check, finish
import box
from person import ENCRYPTED, EXPIRED, LIVE, Keys, Person

PEOPLE = ["web", "data", "sre", "mobile", "security"]
# Rows that are known not to be told rightly yet: {(person, id): why}. Empty is the aim.
KNOWN = {}

binary = sys.argv[1]
box.require(box.NEEDED + ["openssl", "gpg", "gpgconf", "git"])
work = tempfile.mkdtemp(prefix="ra-homes-")
os.chmod(work, 0o755)
atexit.register(shutil.rmtree, work, True)


def state_of(report, place, secrets):
    """live where it is disclosed, else why none of its secrets is."""
    if any(c["id"] == "so:disclosed/" + place for c in report["consequences"]):
        return LIVE
    details = [r["details"] for r in report["reaches"] if r["id"] in secrets]
    if any(d.get("protection", "none") not in ("none", "not told by the file") or "kept" in d for d in details):
        return ENCRYPTED
    if any("expires" in d for d in details):
        return EXPIRED
    return "neither"


def told(report):
    """{id: state} of every credential that the report tells of below the home, and of logins that programs keep.

    One that opens nothing beyond the box (a debug key whose password everybody knows) is told, and is no credential.
    """
    held = {}
    idle = {c["id"] for c in report["consequences"] if c["radius"] in ("nothing", "sandbox")}
    for step in report["steps"]:
        if step["rule"] == "holds" and "so:disclosed/" + step["needs"][0] not in idle:
            held.setdefault(step["needs"][0], set()).add(step["gives"])
    rows = {place: state_of(report, place, secrets) for place, secrets in held.items() if place.startswith("file:~/")}
    for reach in report["reaches"]:
        if reach["id"].startswith("password:program:"):
            rows[reach["id"]] = state_of(report, reach["id"], {reach["id"]})
    return rows


def audit(name, person, netns):
    args = box.bwrap(binary, person.home, network=True, chdir=box.HOME + "/project",
                     env={"PATH": box.HOME + "/bin:/usr/bin"})
    code, report, out, err = box.audit(args, netns)
    if not check(report is not None, "%s: a report (stderr: %r)" % (name, err[-400:])):
        return None
    check(code == 1, "%s: fails, got %d" % (name, code))
    files = [c for c in report["coverage"] if c["collector"] in ("files", "cloud")]
    check(all(c["status"] == "ran" and not c["not_seen"] for c in files), "%s: seen whole: %r" % (name, files))
    printed = out + err + box.every_format(binary, args, netns)
    shown = [v for v in person.m.canaries if len(v) > 8 and v.encode() in printed]
    check(not shown, "%s: %d planted values are printed" % (name, len(shown)))
    programs(name, person, {r["id"]: r for r in report["reaches"]})
    return told(report)


def programs(name, person, reaches):
    for program, wanted in person.programs.items():
        if not check(program in reaches, "%s: %s is in PATH" % (name, program)):
            continue
        got = reaches[program]["details"]
        check(reaches[program]["locator"].startswith(box.HOME + "/bin/"), "%s: %s is the first in PATH" % (name, program))
        for key, value in wanted.items():
            check(got.get(key) == value, "%s: %s.%s is %r, told as %r" % (name, program, key, value, got.get(key)))
    check(not os.path.exists(os.path.join(person.home, "RAN")), name + ": no program was run")


def compare(name, person, rows):
    wanted, got = set(person.truth.items()), set(rows.items())
    known = {row for row in wanted ^ got if (name, row[0]) in KNOWN}
    for row in sorted(wanted - got - known):
        check(False, "%s: %s is %s, told as %s" % (name, *row, rows.get(row[0], "nothing")))
    for row in sorted(got - wanted - known):
        if row[0] not in person.truth:
            check(False, "%s: %s is no credential, told as %s" % (name, *row))
    for who, place in KNOWN:
        if who == name:
            gap = any(r[0] == place for r in known)
            print("%s: %s: %s" % ("known gap" if gap else "right by now, take it off the list", place, KNOWN[who, place]))
    return len(wanted & got), len(got), len(wanted)


def line(name, files, right, got, wanted):
    precision, recall = right / got if got else 0, right / wanted
    print("%-10s %4d files %4d planted %4d told  precision %.3f  recall %.3f" % (name, files, wanted, got, precision, recall))


def main():
    netns = box.network_namespace(atexit.register)
    total = [0, 0, 0, 0]
    for number, name in enumerate(PEOPLE):
        home = os.path.join(work, name)
        os.makedirs(home)
        keys = Keys(os.getpid() * 8 + number)
        keys.work = tempfile.mkdtemp(dir=work)
        person = Person(keys, home)
        importlib.import_module(name).build(person)
        check(25 <= person.files <= 60, "%s: %d files" % (name, person.files))
        box.own(home)
        rows = audit(name, person, netns)
        if rows is None:
            continue
        counts = (person.files,) + compare(name, person, rows)
        line(name, *counts)
        total = [a + b for a, b in zip(total, counts)]
    if total[3]:
        line("all", *total)
    finish()


main()
