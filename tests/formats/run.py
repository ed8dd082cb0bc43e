"""Every format says the same: each is read back and held against the json report of the same audit, over recorded hosts
and root file systems; no name acts in any of them; no secret is in any of them, whatever rows reports.def has.

usage: run.py REACHAUDIT
"""
import atexit
import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
for folder in ("../live", "../tools"):
    sys.path.append(os.path.join(HERE, folder))

import hosts  # noqa: E402
import markdown  # noqa: E402
import policy  # noqa: E402
import read  # noqa: E402
from check import check, finish  # noqa: E402

binary = os.path.abspath(sys.argv[1])
work = tempfile.mkdtemp(prefix="ra-formats-")
atexit.register(shutil.rmtree, work, True)
must_run = os.environ.get("RA_TESTS_MUST_RUN") == "1"

WAIVES = """profile: waiving
extends: overnight
waive:
  - {check: "secret/*", reach: "file:~/**", reason: "known | `here` @octocat <b>", owner: platform, expires: 2099-01-01}
  - {check: network/service, reach: "service:**", reason: "a [link](http://e.test) ]]> in it", owner: platform, expires: 2099-01-01}
"""
LIGHT = "profile: light\nextends: overnight\nunknown: warn\nfail_on: critical\nradius: organization\nmust_see: []\n"
CASES = {  # name: arguments
    "clean": ["recorded:hosts/clean"], "exposed": ["recorded:hosts/exposed"], "asleep": ["recorded:hosts/asleep"],
    "names": ["recorded:hosts/names"], "blind-mountinfo": ["recorded:hosts/blind-mountinfo"],
    "blind-proc": ["recorded:hosts/blind-proc"], "blind-home": ["recorded:hosts/blind-home"],
    "skipped": ["recorded:hosts/clean", "--skip", "files,git"], "airgapped": ["recorded:hosts/clean", "--profile", "airgapped"],
    "supervised": ["recorded:hosts/exposed", "--profile", "supervised"], "stamp": ["recorded:hosts/asleep", "--stamp"],
    "waived": ["recorded:hosts/exposed", "--profile", "./waives.yaml"],
    "waived-names": ["recorded:hosts/names", "--profile", "./waives.yaml"],
    "light": ["recorded:hosts/blind-home", "--profile", "./light.yaml"],
    "rootfs": ["rootfs:hosts/exposed/root"], "rootfs-clean": ["rootfs:hosts/clean/root"], "rootfs-names": ["rootfs:hosts/names/root"],
}
formats = [line.split("\t")[0] for line in
           subprocess.run([binary, "list", "reports"], stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()]


def audit(name, args):
    """{format: bytes} of one audit."""
    out = os.path.join(work, "out-" + name)
    os.makedirs(out)
    options = ["--format=%s=%s/%s" % (f, out, f) for f in formats]
    done = subprocess.run([binary, *args, *options], cwd=work, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env={"PATH": "/usr/bin:/bin"}, timeout=120)
    if not check(done.returncode in (0, 1, 3), "%s: a verdict, got %d %r" % (name, done.returncode, done.stderr[-300:])):
        return done.returncode, None
    return done.returncode, {f: open(os.path.join(out, f), "rb").read() for f in formats}


def shown(rows):
    """Rows as a person reads them."""
    return [(c, s, v, tuple(read.visible(i) for i in ids)) for c, s, v, ids in rows]


def clipped(ids):
    """The first four, of each the first 400 bytes at a whole character."""
    cut = [i.encode()[:400].decode("utf-8", "ignore") + " [cut]" if len(i.encode()) > 400 else i for i in ids]
    return tuple(read.visible(i) for i in cut[:4])


def same_table(name, want, got):
    """The markdown rows: the gravest whole, and no more left out than it says."""
    loud = [f for f in want if f[1] in ("fail", "unknown", "waived")]
    rest = [f for f in want if f not in loud]
    rows = [(c, s, v, clipped(ids)) for c, s, v, ids in loud], [(c, s, v, clipped(ids)) for c, s, v, ids in rest]
    n = len([r for r in got["rows"] if r[1] in ("fail", "unknown", "waived")])
    check(got["rows"] == rows[0][:n] + rows[1][:len(got["rows"]) - n], "%s: markdown has the rows" % name)
    check(len(got["rows"]) + got["left"] == len(want), "%s: markdown counts what it leaves out: %d and %d of %d" % (
        name, len(got["rows"]), got["left"], len(want)))


def same_annotations(name, want, got, report):
    counts = {}
    for _, status, _, _ in want:
        counts[status] = counts.get(status, 0) + 1
    check(got["counts"] == counts, "%s: github counts %s, not %s" % (name, counts, got["counts"]))
    loud = [f for f in want if f[1] in ("fail", "unknown", "waived")]
    check(len(got["annotated"]) + got["hidden"] == len(loud), "%s: github: %d shown and %d hidden of %d" % (
        name, len(got["annotated"]), got["hidden"], len(loud)))
    known = {(c, s, v, ", ".join(read.visible(i) for i in ids)) for c, s, v, ids in loud}
    for c, s, v, about, path in got["annotated"]:
        check((c, s, v, about) in known, "%s: github: %s about %r is a finding" % (name, c, about[:80]))
        check(path is None or not path.startswith("/"), "%s: github: %r is below the working tree" % (name, path))
    tree = report["target"].get("worktree")
    if name == "names" and check(tree, "names: has a working tree"):
        check(any(p for *_, p in got["annotated"]), name + ": github: a finding stands at its file")


def compare(name, code, out):
    got = {}
    for f in sorted(formats, key=lambda name: name != "json"):
        try:
            reader = markdown.read if f == "markdown" else getattr(read, "read_" + f, None)
            if reader:
                got[f] = reader(out[f])
                check(got[f]["verdict"] == got["json"]["verdict"], "%s: %s: the same verdict" % (name, f))
        except (read.Broken, ValueError, KeyError, IndexError, TypeError, AttributeError) as e:
            check(False, "%s: %s: %s %s" % (name, f, type(e).__name__, e))
    if len(got) < 7: # said above
        return got
    want, report = got["json"]["findings"], got["json"]["report"]
    check(code == report["exit_status"], "%s: the exit status" % name)
    for f in ("jsonl", "sarif"):
        check(f in got and got[f]["findings"] == want, "%s: %s: the same findings" % (name, f))
    check("junit" in got and sorted(got["junit"]["findings"]) == sorted(shown(want)), name + ": junit: the same findings")
    check(sorted(got["policyreport"]["findings"]) == sorted(
        (c, s, v, tuple(read.in_policy(i) for i in ids[:8])) for c, s, v, ids in want), name + ": policyreport: the same findings")
    policy.check_object(name, got["policyreport"]["report"])
    same_table(name, want, got["markdown"])
    same_annotations(name, want, got["github"], report)
    numbers(name, got, want, report)
    gap(name, got, report)
    return got


def numbers(name, got, want, report):
    worst, counts, checks = report["worst_case"], {}, {}
    for c, status, severity, _ in want:
        counts[status, severity] = counts.get((status, severity), 0) + 1
        checks[c, status] = checks.get((c, status), 0) + 1
    om = got["openmetrics"]
    check(om["counts"] == counts and om["checks"] == checks, name + ": openmetrics: the same counts")
    check((om["score"], om["proved"]) == (worst["score"], worst["proved"]["score"]), name + ": openmetrics: the scores")
    states = {s: sum(r["state"] == s for r in report["reaches"]) for s in ("present", "denied", "unknown")}
    check(om["reaches"] == states, name + ": openmetrics: the reaches")
    check(om["samples"] < 400, "%s: openmetrics: few series, got %d" % (name, om["samples"]))
    check(got["jsonl"]["worst_case"] == worst and got["jsonl"]["coverage"] == report["coverage"], name + ": jsonl: all of it")
    props = got["sarif"]["run"]["properties"]
    check(props["worst_case"]["sentence"] == worst["sentence"] and props["proved"]["score"] == worst["proved"]["score"] and
          props["worst_case"].get("consequence") == worst["consequence"], name + ": sarif: the worst case")
    check(got["sarif"]["exit_status"] == report["exit_status"], name + ": sarif: the exit code")
    check(got["junit"]["worst"] == (worst["radius"], worst["score"], worst["proved"]["radius"]), name + ": junit: the worst case")
    check(got["policyreport"]["worst"] == (worst["radius"], worst["score"], worst["proved"]["radius"]), name + ": policyreport: the worst case")
    check(got["policyreport"]["green"] == (report["verdict"] == "pass"), name + ": policyreport: no failure exactly where the gate opens")
    check(got["junit"]["green"] == (report["verdict"] == "pass"), name + ": junit is green exactly where the gate opens")


def gap(name, got, report):
    """What was not seen is said in each."""
    static = report["target"]["kind"] == "rootfs"
    gaps = [c for c in report["coverage"] if (c["status"] != "ran" or c["not_seen"]) and
            not (static and c["status"] == "unsupported")]
    check(got["sarif"]["gaps"] == len(gaps), "%s: sarif tells %d gaps, not %d" % (name, len(gaps), got["sarif"]["gaps"]))
    check(got["openmetrics"]["gaps"] == len(gaps), name + ": openmetrics tells the gaps")
    never = sum(static and c["status"] == "unsupported" for c in report["coverage"])
    check(got["junit"]["gaps"] == len(gaps) + never, name + ": junit: no unseen surface is green")
    check(got["policyreport"]["gaps"] == len(gaps), name + ": policyreport tells the gaps")
    check(got["markdown"]["gap"] == bool(gaps), name + ": markdown says first that not all was seen")
    check((b"reachaudit%3A not everything was seen" in github[name]) == bool(gaps), name + ": github says so too")
    wants_gap = name.startswith("blind") or name in ("skipped", "light")
    check(bool(gaps) == wants_gap or name.startswith("rootfs"), name + ": the case is what it is meant to be")


github = {}


def inert(name, out):
    """No byte that acts, in any row of reports.def."""
    for f, data in out.items():
        for what in (b"\x1b", b"\x07", "\u202e".encode(), "\u009b".encode(), "\u200b".encode(), b"\r"):
            check(what not in data, "%s: %s holds %r" % (name, f, what))
        lines = data.decode().split("\n")
        bad = [line for line in lines if "##[" in line or (f != "github" and line.lstrip().startswith("::"))]
        check(not bad, "%s: %s: a line that a runner obeys: %r" % (name, f, bad[:1]))


def no_secret(name, out, values):
    for f, data in out.items():
        for value in values:
            raw = value.encode()
            forms = {raw, base64.b64encode(raw).rstrip(b"="), raw.hex().encode()}
            if len(raw) >= 16:
                forms |= {raw[:len(raw) // 2], raw[len(raw) // 2:]}
            if not check(not any(form in data for form in forms), "%s: %s: a secret of %d bytes is printed" % (name, f, len(raw))):
                break


def render_later(name, out):
    """A stored report gives the same bytes in every format."""
    stored = os.path.join(work, "out-" + name, "json")
    again = os.path.join(work, "again-" + name)
    os.makedirs(again)
    done = subprocess.run([binary, "render", stored, *["--format=%s=%s/%s" % (f, again, f) for f in formats]],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    check(not done.stderr, "%s: render: %r" % (name, done.stderr[-300:]))
    for f in formats:
        path = os.path.join(again, f)
        check(os.path.exists(path) and open(path, "rb").read() == out[f], "%s: %s rendered later is the same" % (name, f))


def as_a_page(name, data):
    rows, wrong = markdown.rendered(data)
    check(not wrong, "%s: the page that GitHub would show: %s" % (name, wrong[:3]))
    got = [(r[0], r[1], r[3], r[4]) for r in rows]
    want = [(s, v, " ".join(ids), c) for c, s, v, ids in markdown.read(data)["rows"]]
    check([(s, v, w.split(" and ")[0] if " more" in w else w, c) for s, v, w, c in got] ==
          [(s, v, w.split(" and ")[0] if " more" in w else w, c) for s, v, w, c in want], name + ": its cells are whole")


def at_any_size(out):
    """Far more than a forge takes, all of it hostile: whole rows, whole fences, and the verdict and the gap are there."""
    report = read.read_json(out["json"])["report"]
    nasty = "".join(hosts.NASTY[:-1])
    report["findings"] = [dict(f, reaches=f["reaches"] * 9, message=nasty * 2) for f in report["findings"] * 5]
    report["worst_case"]["sentence"] = "the worst " + "\u202e`|<@\u00e9" * 5000
    report["worst_case"]["path"] = report["worst_case"]["path"] * 200
    report["to_pass"]["steps"] = [{"remedy": "Do `run %s %s` now" % ("`" * n, nasty[:n]), "cuts": []} for n in range(1, 400)]
    report["coverage"] = [dict(report["coverage"][0], collector="%s%d" % (nasty[n % 99:][:40], n), status="failed",
                               not_seen=[nasty] * 20) for n in range(300)]
    big = os.path.join(work, "big.json")
    with open(big, "w") as f:
        json.dump(report, f)
    done = subprocess.run([binary, "render", big, "--format=markdown"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    try:
        got = markdown.read(done.stdout)
    except read.Broken as e:
        return check(False, "big: markdown: %s" % e)
    check(got["verdict"] == "fail" and got["gap"] and got["sentence"].startswith("The worst"), "big: the verdict and the gap")
    check(len(got["rows"]) + got["left"] == len(report["findings"]) and got["rows"], "big: %d rows and %d left" % (
        len(got["rows"]), got["left"]))
    check(not shutil.which("cmark-gfm") or not markdown.rendered(done.stdout)[1], "big: nothing acts on the page")
    policy.at_any_size(binary, work, report)
    again = subprocess.run([binary, "render", big, "--format=github"], stdout=subprocess.PIPE, timeout=60).stdout
    try:
        got = read.read_github(again)
        check(got["verdict"] == "fail" and got["hidden"] > 900, "big: github counts what it hides")
    except read.Broken as e:
        check(False, "big: github: %s" % e)


def fingerprints():
    """The same in the next run, after a token was renewed and a line moved; another place has another."""
    def prints(name):
        done = subprocess.run([binary, "recorded:hosts/" + name, "--format=sarif"], cwd=work, stdout=subprocess.PIPE, timeout=60)
        results = read.read_sarif(done.stdout)["run"]["results"]
        return {(r["ruleId"], r["properties"]["reaches"][0].split("#L")[0]): r["partialFingerprints"]["reachaudit/v1"] for r in results}
    first = prints("exposed")
    hosts.people(os.path.join(work, "hosts"), "renewed", "open", 77)
    history = os.path.join(work, "hosts/renewed/root", hosts.HOME, ".bash_history")
    text = open(history).read()
    with open(history, "w") as f:
        f.write("pwd\npwd\n" + text)
    check(prints("renewed") == first, "fingerprints outlive a renewed token and a moved line")
    check(len(set(first.values())) == len(first), "fingerprints tell places apart")
    netrc = os.path.join(work, "hosts/renewed/root", hosts.HOME, ".netrc")
    text = open(netrc).read()
    with open(netrc, "w") as f:
        f.write(text.replace("api.corp.test", "other.corp.test"))
    check(len(set(prints("renewed").values()) - set(first.values())) == 1, "another place has another fingerprint")


def by_their_reader(name, data):
    from prometheus_client.openmetrics.parser import text_string_to_metric_families
    try:
        check(len(list(text_string_to_metric_families(data.decode()))) > 10, name + ": Prometheus reads it")
    except ValueError as e:
        check(False, "%s: Prometheus: %s" % (name, e))


def helpers():
    """Readers that others wrote; missing ones are named, and forbidden where skips are."""
    found = [shutil.which("cmark-gfm")]
    try:
        import prometheus_client.openmetrics.parser  # noqa: F401
        found.append(True)
    except ImportError:
        found.append(None)
    for ok, package in zip(found, ("cmark-gfm", "python3-prometheus-client")):
        if not ok:
            print("without %s some of this cannot run" % package)
            check(not must_run, package + " is there")
    return found


def set_up():
    for name, text in (("waives.yaml", WAIVES), ("light.yaml", LIGHT)):
        open(os.path.join(work, name), "w").write(text)
    return hosts.build(os.path.join(work, "hosts"))


def main():
    canaries = set_up()
    page, metrics = helpers()
    verdicts, statuses = set(), set()
    for name, args in CASES.items():
        code, out = audit(name, args)
        if not out:
            continue
        github[name] = out["github"]
        got = compare(name, code, out)
        if "json" not in got:
            continue
        verdicts.add(got["json"]["verdict"])
        statuses |= {f[1] for f in got["json"]["findings"]}
        inert(name, out)
        render_later(name, out)
        for host, values in canaries.items():
            if "hosts/%s" % host in args[0]:
                no_secret(name, out, values)
        if page:
            as_a_page(name, out["markdown"])
        if metrics:
            by_their_reader(name, out["openmetrics"])
        if name == "names":
            at_any_size(out)
    fingerprints()
    check(verdicts == {"pass", "fail", "incomplete"}, "the cases show every verdict, got %s" % verdicts)
    check({"pass", "fail", "unknown", "waived"} <= statuses, "the cases show the statuses, got %s" % statuses)
    finish()


if __name__ == "__main__":
    main()
