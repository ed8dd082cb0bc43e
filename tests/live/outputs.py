"""Report files, render, merge and progress: several reports at once, each whole or not there; a stored report in every
format, byte for byte as the audit wrote it; a fleet in every format, whatever the order; one line on a terminal.

usage: outputs.py REACHAUDIT TOP [slow]     slow: every recorded host, more reports, more terminals"""
import html.parser
import itertools
import json
import os
import pty
import random
import re
import resource
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as xml

from check import check, finish
import box

binary, top, slow = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3:] == ["slow"]
box.require(["unshare", "mount", "setpriv"])
work = tempfile.mkdtemp(prefix="ra-outputs-")
os.chmod(work, 0o755)


def run(*argv, data=None, cwd=work, **more):
    done = subprocess.run([binary, *argv], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd,
                          timeout=120, **more)
    return done.returncode, done.stdout, done.stderr.decode()


def in_work(*parts):
    return os.path.join(work, *parts)


FORMATS = [line.split("\t")[0] for line in run("list", "reports")[1].decode().splitlines()]
HOSTS = {}


def make_hosts():
    subprocess.run([sys.executable, os.path.join(top, "tests", "tools", "hosts.py"), in_work("hosts")], check=True)
    for name in sorted(os.listdir(in_work("hosts"))):
        HOSTS[name] = "recorded:" + os.path.join("hosts", name)


# ---- several at once --------------------------------------------------------------------------------

def leftovers(folder):
    return [n for n in os.listdir(folder) if n.startswith(".reachaudit")]


def several():
    folder = in_work("several")
    os.mkdir(folder)
    names = {f: os.path.join(folder, "out." + f) for f in FORMATS}
    open(names["json"], "w").write("old")
    os.chmod(names["json"], 0o644)
    os.link(names["json"], os.path.join(folder, "linked"))
    old = os.umask(0)
    code, out, err = run(HOSTS["exposed"], "--format", "text", *["--format=%s=%s" % (f, n) for f, n in names.items()])
    os.umask(old)
    check(code == 1 and not err, "all formats at once: %d %r" % (code, err))
    check(open(names["text"], "rb").read() == out, "the file says what stdout says")
    for f, name in names.items():
        alone = run(HOSTS["exposed"], "--format", f)[1]
        check(open(name, "rb").read() == alone, f + " beside others is what it is alone")
        check(stat.S_IMODE(os.stat(name).st_mode) == 0o600, "%s has mode %o" % (f, stat.S_IMODE(os.stat(name).st_mode)))
    check(open(os.path.join(folder, "linked")).read() == "old", "another name of the old file keeps the old file")
    check(not leftovers(folder), "nothing else is left: %s" % os.listdir(folder))


def refused():
    folder = in_work("refused")
    os.mkdir(folder)
    victim = os.path.join(folder, "victim")
    open(victim, "w").write("mine")
    os.symlink("victim", os.path.join(folder, "link"))
    os.mkfifo(os.path.join(folder, "fifo"))
    os.mkdir(os.path.join(folder, "dir"))
    os.symlink("dir", os.path.join(folder, "ours"))
    os.symlink("dir", os.path.join(folder, "theirs"))
    os.lchown(os.path.join(folder, "theirs"), box.UID, box.GID)
    os.symlink("loop", os.path.join(folder, "loop"))
    for name, what in (("link", "symbolic link"), ("fifo", "no regular file"), ("dir", "no regular file"),
                       ("/dev/null", "no regular file"), ("/dev/stdout", "symbolic link"),
                       ("theirs/x", "link of another user"), ("theirs/../dir/x", "link of another user"), ("dir/", "names no file")):
        code, out, err = run(HOSTS["clean"], "--format=json=" + name, "--format=text=other", cwd=folder_with_hosts(folder))
        check(code == 2 and what in err and not out, "%s is refused: %d %r" % (name, code, err))
        check(not os.path.exists(os.path.join(folder, "other")), name + ": before anything is audited or written")
    check(open(victim).read() == "mine", "what the link leads to is untouched")
    for one, two in (("a", "./a"), ("dir/a", "ours/a"), ("a", os.path.join(folder, "a"))):
        code, out, err = run(HOSTS["clean"], "--format=json=" + one, "--format=text=" + two, cwd=folder)
        check(code == 2 and "same file" in err, "%s and %s are one file: %d %r" % (one, two, code, err))
    code, out, err = run(HOSTS["clean"], "--format=json=ours/x", cwd=folder)
    check(code == 0 and os.path.exists(os.path.join(folder, "dir", "x")), "a link of one's own on the way is followed: " + err)
    code, out, err = run(HOSTS["clean"], "--format=json=loop/x", cwd=folder)
    check(code == 4 and "loop/x" in err, "links in a circle: %d %r" % (code, err))


def folder_with_hosts(folder):
    if not os.path.lexists(os.path.join(folder, "hosts")):
        os.symlink(in_work("hosts"), os.path.join(folder, "hosts"))
    return folder


def not_whole():
    """One that cannot be written ends 4, is named, leaves nothing behind, and the others are whole."""
    folder = in_work("full")
    os.makedirs(os.path.join(folder, "small"))
    folder_with_hosts(folder)
    script = """set -e
mount -t tmpfs -o size=16k,mode=700 tmpfs small
echo old > small/keep
set +e
"$1" recorded:hosts/exposed --format json=small/keep --format text=good.txt --format sarif=small/new \
  --format jsonl=small/b --format html=gone/x 2> err
echo $? > status
ls -A small > listing
cat small/keep > kept
"""
    done = subprocess.run(["unshare", "-m", "sh", "-c", script, "sh", binary], cwd=folder, timeout=60, stderr=subprocess.PIPE)
    read = lambda name: open(os.path.join(folder, name)).read()
    check(done.returncode == 0, "the full disk was made: %r" % done.stderr)
    check(read("status") == "4\n", "a full disk ends 4: " + read("status"))
    err = read("err")
    for name in ("small/keep", "small/new", "small/b", "gone/x"):
        check(name in err, name + " is named: " + err)
    check(err.count("No space left on device") == 3, "and why: " + err)
    check(read("listing") == "keep\n" and read("kept") == "old\n", "no part of a file is left, the old one is: " + read("listing"))
    check(read("good.txt").encode() == run("recorded:hosts/exposed", cwd=folder)[1], "the one that could be written is whole")
    os.chmod(os.path.join(folder, "small"), 0o500)
    shutil.copy(binary, in_work("reachaudit"))
    os.chmod(in_work("reachaudit"), 0o755)
    mine = in_work("mine")
    os.mkdir(mine)
    os.chown(mine, box.UID, box.GID)
    for argv, codes in ((["--format", "json=/root-only/x"], (4,)), (["--format", "json=%s/small/x" % folder], (4,)),
                        (["--format", "json=x"], (0, 1, 3))):
        done = subprocess.run(box.as_user([in_work("reachaudit"), "--only", "env", *argv]), cwd=mine, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"PATH": "/usr/bin:/bin"})
        check(done.returncode in codes, "%s: %d %r" % (argv, done.returncode, done.stderr))
    check(os.listdir(mine) == ["x"], "and nothing more: %s" % os.listdir(mine))
    limited = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
    code, out, err = run("recorded:hosts/exposed", "--format", "json=limited.json", cwd=folder, preexec_fn=limited)
    check(code == 4 and "limited.json" in err and not os.path.exists(os.path.join(folder, "limited.json")),
          "a size limit is an error, not a signal: %d %r" % (code, err))
    check(not leftovers(folder), "nothing is left: %s" % leftovers(folder))


# ---- render -----------------------------------------------------------------------------------------

def render():
    for name, host in HOSTS.items():
        stored = in_work(name + ".json")
        if not slow and name not in ("exposed", "names", "asleep"):
            run(host, "--format", "json=" + stored)
            continue
        for more in ([], ["-v"], ["-q"], ["--stamp"])[:4 if slow or name == "asleep" else 1]:
            run(host, "--format", "json=" + stored, *[m for m in more if m == "--stamp"])
            plain = [m for m in more if m != "--stamp"]
            for f in FORMATS:
                told = run(host, "--format", f, *more)[1]
                code, out, err = run("render", stored, "--format", f, *plain)
                check(code == 0 and out == told and not err,
                      "%s as %s %s is what the audit wrote: %d %r" % (name, f, more, code, err))
                if not more and f == "json":
                    check(out == open(stored, "rb").read() and run("render", "-", "--format", f, data=out)[1] == out,
                          name + ": json from stdin is the identity")
        run(host, "--format", "json=" + stored)
    exceptions()
    live = run("--format", "json")[1]
    check(run("render", "-", "--format", "json", data=live)[1] == live, "a report of this machine too")
    code, out, err = run("render", in_work("exposed.json"), *["--format=%s=r.%s" % (f, f) for f in FORMATS])
    check(code == 0 and not out and all(os.path.getsize(in_work("r." + f)) for f in FORMATS), "several at once: %d %s" % (code, err))


PROFILE = """profile: mine
extends: overnight
score: 40
waive:
  - {check: socket/host-control, reach: "socket:**", reason: "it is watched", owner: ops, expires: 2030-01-01}
  - {check: secret/disclosed, reach: "env:DATABASE_URL", reason: "a copy", owner: ops, expires: 2020-01-01}
  - {check: box/weak, reach: "box:no-such", reason: "unused", owner: ops, expires: 2030-01-01}
checks:
  network/egress: {severity: high, reason: "nothing may leave"}
grants:
  - {locator: "github:acme/app:contents=*", radius: organization, reason: "the main branch is deployed"}
needs:
  - {kind: program, locator: nobody-has-this}
"""


def exceptions():
    """What a profile excuses, counts otherwise and misses comes back too."""
    profile, stored = in_work("mine.yaml"), in_work("mine.json")
    open(profile, "w").write(PROFILE)
    for host in (HOSTS["exposed"], HOSTS["clean"]):
        code, out, err = run(host, "--profile", profile, "--now", "2026-11-21", "--format", "json=" + stored)
        check(code == 1, "the profile with exceptions: %d %r" % (code, err))
        report = json.load(open(stored))
        check(len(report["waivers"]) == 3 and report["overrides"] and report["profile"]["score"] == 40,
              "it holds them: %s" % {k: report[k] for k in ("waivers", "overrides", "missing")})
        for f in FORMATS:
            told = run(host, "--profile", profile, "--now", "2026-11-21", "--format", f)[1]
            check(run("render", stored, "--format", f)[1] == told, "with exceptions, %s is what the audit wrote" % f)
    case = os.path.join(top, "tests", "golden", "evaluate-force-push-set")
    judged = ["evaluate", os.path.join(case, "input.json"), "--profile", os.path.join(case, "input.yaml")]
    run(*judged, "--format", "json=" + stored)
    check(any("grant" in o for o in json.load(open(stored))["overrides"]), "radii of rights are among them")
    for f in FORMATS:
        check(run("render", stored, "--format", f)[1] == run(*judged, "--format", f)[1], "with rights, %s is the same" % f)


def bad_reports():
    good = open(in_work("exposed.json")).read()
    token = "gh" + "p_" + "".join(random.Random(7).choices("abcdefghijklmnopqrstuvwxyzABCDEFGH0123456789", k=36))
    cut = good.replace('"overnight"', '"overn', 1)
    for text, what in ((good[:2000], "line "), (good.replace('"fail"', '"maybe"', 1), 'verdict: unknown word "maybe"'),
                       (good.replace('"exit_status": 1', '"exit_status": 0'), "exit_status: of fail it is 1"),
                       (cut, "line "), ("[" * 100000, "line 1"), ("", "line 1"), ("\0", "line 1"), ("{}", "schema"),
                       (run("snapshot", HOSTS["clean"])[1].decode(), "is a snapshot"),
                       (good.replace('"step": ', '"step": 9999', 1), "there is no such step"),
                       (good + "{}", "something follows")):
        code, out, err = run("render", "-", data=text.encode())
        check(code == 2 and not out and what in err, "render says %r of a bad report: %d %r" % (what, code, err[:300]))
    planted = good.replace("the worst iteration", "%s the worst iteration" % token).encode()
    for f in FORMATS:
        code, out, err = run("render", "-", "--format", f, data=planted)
        check(code == 0 and token.encode() not in out, "a token planted in a stored report is not shown in " + f)
    for argv in (["render"], ["render", "a", "b"], ["render", "/nonexistent"], ["render", work],
                 ["render", in_work("exposed.json"), "--profile", "overnight"]):
        code, out, err = run(*argv)
        check(code == 2 and err and not out, "%s is a usage error: %d %r" % (argv, code, err))


def places(value, at=()):
    if at:
        yield at
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield from places(value[key], at + (key,))


def changed_reports():
    """A report changed at random is told or refused, and nothing else."""
    mixed = random.Random(5)
    whole = json.load(open(in_work("clean.json")))
    ways, all_formats = list(places(whole)), ["--format=%s=changed.%s" % (f, f) for f in FORMATS]
    seen = {0: 0, 2: 0}
    for _ in range(150):
        report, at = json.loads(json.dumps(whole)), mixed.choice(ways)
        inside = report
        for key in at[:-1]:
            inside = inside[key]
        if mixed.random() < 0.3:
            del inside[at[-1]]
        else:
            inside[at[-1]] = mixed.choice([None, "", 0, -1, 2**53, True, [], {}, "x" * 3000, "`" * 50, "so:", "fail", "\u202e|<"])
        code, out, err = run("render", "-", *all_formats, data=json.dumps(report).encode())
        seen[code] = seen.get(code, 0) + 1
    check(set(seen) == {0, 2} and seen[0] > 5 and seen[2] > 50, "changed at random: %s" % seen)


# ---- merge ------------------------------------------------------------------------------------------

class Tags(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen, self.text = [], []

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text.append(data)


def parse(f, out):
    """What a fleet says in this format: {report: verdict}, in order; unread ones are "unread"."""
    text = out.decode()
    if f in ("json", "jsonl"):
        lines = [json.loads(line) for line in text.splitlines()] if f == "jsonl" else None
        members = [x for x in lines if x["type"] == "member"] if lines else json.loads(text)["members"]
        unread = [x for x in lines if x["type"] == "unread"] if lines else json.loads(text)["unread"]
        return {**{m["report"]: m["verdict"] for m in members}, **{u["report"]: "unread" for u in unread}}
    if f == "junit":
        kind = {"failure": "fail", "error": "incomplete"}
        return {c.get("name"): next(("unread" if e.get("type") == "unread" else kind[e.tag] for e in c if e.tag in kind), "pass")
                for c in xml.fromstring(out).iter("testcase")}
    if f == "sarif":
        found = {}
        for one in json.loads(text)["runs"]:
            if "properties" in one:
                found[one["automationDetails"]["id"].split("/", 1)[1]] = one["properties"]["verdict"]
            else:
                for note in one["invocations"][0]["toolExecutionNotifications"]:
                    found[note["message"]["text"].split(": ")[0]] = "unread"
        return found
    if f == "html":
        tags = Tags()
        tags.feed(text)
        check(not [t for t, a in tags.seen if t in ("script", "iframe", "img", "link", "object")], "html: nothing that acts")
        return {**dict((name, verdict) for verdict, name in re.findall(
            r'<span class="status">(\w+)</span>.*?<h3><code>(.*?)</code></h3>', text, re.S)),
            **{name: "unread" for name in re.findall(r'<li><code>(.*?)</code>: ', text)}}
    if f == "policyreport":
        return {r["properties"]["report"]: "unread" if r["rule"] == "unread" else r["properties"]["verdict"]
                for r in json.loads(text)["results"]}
    if f == "openmetrics":
        word = {"0": "pass", "1": "fail", "3": "incomplete"}
        try:
            from prometheus_client.openmetrics.parser import text_string_to_metric_families
            check(len(list(text_string_to_metric_families(text))) == 7, "openmetrics: Prometheus reads the fleet")
        except ImportError:
            check(not box.must_run(), "python3-prometheus-client is there")
        return {name: word[n] for name, n in re.findall(r'^reachaudit_member_exit_status\{place="\d+",report="(.*?)"\} (\d)', text, re.M)}
    if f == "markdown":
        return {**dict((r[1], r[0]) for r in re.findall(r"^\| (pass|fail|incomplete) .*? \| `(.*?)` \|", text, re.M)),
                **{name: "unread" for name in re.findall(r"^- `(.*?)`: ", text, re.M)}}
    if f == "github":
        return {**{name: verdict for verdict, name in re.findall(r"title=(fail|incomplete)%3A .*?::(.*?): ", text)},
                **{name: "unread" for line in re.findall(r"could not be read::(.*)", text)
                   for name in re.findall(r"(\S+\.json): ", line)}}
    assert f == "text", f
    return {**{r[1]: r[0] for r in re.findall(r"^  (pass|fail|incomplete) .* (\S+\.json)$", text, re.M)},
            **{name: "unread" for name in re.findall(r"^  - (\S+): ", text, re.M)}}


def merge():
    fleet = in_work("fleet")
    os.mkdir(fleet)
    for name in HOSTS:
        shutil.copy(in_work(name + ".json"), fleet)
    open(os.path.join(fleet, "broken.json"), "w").write('{\n "schema":')
    names = sorted(os.listdir(fleet)) + ["missing.json"]
    want = {n: json.load(open(os.path.join(fleet, n)))["verdict"] for n in names[:-1] if n != "broken.json"}
    want.update({"broken.json": "unread", "missing.json": "unread"})
    worst = json.loads(run("merge", *names, "--format", "json", cwd=fleet)[1])
    keys = [(m["worst_case"]["radius"], m["worst_case"]["score"], m["verdict"], m["report"]) for m in worst["members"]]
    radii, order = ["nothing", "sandbox", "worktree", "grant", "person", "organization"], ["pass", "incomplete", "fail"]
    check(keys == sorted(keys, key=lambda k: (-radii.index(k[0]), -k[1], -order.index(k[2]), k[3])), "worst first: %s" % keys)
    check(worst["unread"][0].get("line") == 2, "what could not be read is named with its place: %s" % worst["unread"])
    check(worst["verdict"] == "fail" and worst["exit_status"] == 1 and worst["reports"] == len(names), "the fleet's own verdict")
    against_schema(worst)
    mixed = random.Random(3)
    for f in FORMATS:
        code, out, err = run("merge", *names, "--format", f, cwd=fleet)
        check(code == 1 and not err, "%s: the worst gives the status: %d %r" % (f, code, err))
        for _ in range(2):
            shuffled = mixed.sample(names, len(names)) + names[:2]
            check(run("merge", *shuffled, "--format", f, cwd=fleet)[1] == out, f + ": the order of arguments changes nothing")
        got = parse(f, out)
        full = {n: v for n, v in want.items() if not (f == "github" and v == "pass") and not (f == "openmetrics" and v == "unread")}
        check(got == full, "%s says of each what the report says: wanted %s, got %s" % (f, full, got))
        check(run("merge", *names, "--format", f, "-v", cwd=fleet)[0] == 1, f + " with -v")
        for lone in (["broken.json"], ["clean.json"]):
            code, out, err = run("merge", *lone, "--format", f, cwd=fleet)
            check(code == (3 if lone == ["broken.json"] else 0) and out, "%s of %s: %d" % (f, lone, code))
    for some, status in ((["clean.json", "asleep.json"], 0), (["clean.json", "missing.json"], 3),
                         (["clean.json", "blind-home.json"], 3), (["clean.json", "exposed.json", "missing.json"], 1)):
        check(run("merge", *some, cwd=fleet)[0] == status, "%s ends %d: %d" % (some, status, run("merge", *some, cwd=fleet)[0]))
    lists = "\n".join(names) + "\n"
    whole = run("merge", *names, cwd=fleet)[1]
    check(run("merge", "--from", "-", data=lists.encode(), cwd=fleet)[1] == whole, "names from standard input")
    check(run("merge", "--from", "-", data=lists.replace("\n", "\0").encode(), cwd=fleet)[1] == whole, "and with NULs")
    open(in_work("list"), "w").write(lists)
    check(run("merge", "--from", in_work("list"), names[0], cwd=fleet)[1] == whole, "and from a file, beside arguments")
    for argv in (["merge"], ["merge", "-"], ["merge", "--from", "/nonexistent"], ["merge", "--from", "/dev/null"]):
        code, out, err = run(*argv)
        check(code == 2 and err and not out, "%s is a usage error: %d %r" % (argv, code, err))
    hostile(fleet)


def against_schema(fleet):
    from jsonschema import Draft202012Validator
    schema = json.load(open(os.path.join(top, "reports", "reachaudit-fleet-1.schema.json")))
    for e in Draft202012Validator(schema).iter_errors(fleet):
        check(False, "the fleet's schema: %s: %s" % (list(e.absolute_path), e.message[:200]))


def hostile(fleet):
    """Names and texts that try to act; a report whose texts are huge."""
    report = json.load(open(os.path.join(fleet, "exposed.json")))
    bad = "<script>alert(1)</script> \x1b[31m ::error::x %0A ##[error]y | `x` @everyone [a](http://x.test) \u202e\"'"
    report["worst_case"]["sentence"] = bad
    report["target"]["hostname"] = bad
    report["findings"][0]["title"] = "long " * 100000
    name = "a<b>&\"'\x1b[31m\n::error::z|`.json"
    json.dump(report, open(os.path.join(fleet, name), "w"))
    for f in FORMATS:
        code, out, err = run("merge", name, "clean.json", "--format", f, "-v", cwd=fleet)
        text = out.decode()
        check(code == 1 and len(out) < 60000, "%s of a hostile report is small: %d, %d bytes" % (f, code, len(out)))
        check("\x1b" not in text and "\u202e" not in text, f + ": no control passes")
        check(not re.search(r"^::error::|##\[error\]", text, re.M) or f not in ("github",), f + ": no command of GitHub")
        check("<script>alert" not in text or f not in ("html", "junit"), f + ": no tag")
        if f == "markdown":
            check("<" not in re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)|</?code>", "", text), "markdown: what could act is code")
        if f == "junit":
            xml.fromstring(out)
    os.unlink(os.path.join(fleet, name))


def many():
    """Thousands of reports in memory that hardly grows: what a report leaves behind is a row."""
    folder = in_work("many")
    os.mkdir(folder)
    source = [in_work(n + ".json") for n in ("clean", "asleep")]
    count = 2000 if slow else 800
    for i in range(count):
        os.link(source[i % 2], os.path.join(folder, "%05d.json" % i))
    names = ("\n".join(os.path.join(folder, n) for n in sorted(os.listdir(folder))) + "\n").encode()

    def peak(data):
        script = "import resource,subprocess,sys; c=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL).returncode; " \
                 "print(c, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        done = subprocess.run([sys.executable, "-c", script, binary, "merge", "-q", "--from", "-"], input=data,
                              stdout=subprocess.PIPE, timeout=200)
        return [int(n) for n in done.stdout.split()]
    code, few = peak(b"\n".join(names.splitlines()[:300]) + b"\n")
    code2, all_of_them = peak(names)
    check(code == code2 == 0, "they pass: %d %d" % (code, code2))
    check(all_of_them - few < (count - 300) * 4, "a report leaves less than 4 KiB: %d KiB for 300, %d for %d" % (few, all_of_them, count))
    print("merge: %d KiB for 300 reports, %d KiB for %d" % (few, all_of_them, count))


# ---- progress ---------------------------------------------------------------------------------------

def on_terminal(argv, hold_s=0, term="xterm"):
    """What a terminal sees on stderr, and stdout of a pipe. hold_s: the first child is stopped that long."""
    read_end, write_end = os.pipe()
    pid, fd = pty.fork()
    if pid == 0:
        os.dup2(write_end, 1)
        os.chdir(work)
        os.execve(binary, [binary, *argv], {"PATH": "/usr/bin:/bin", "TERM": term, "HOME": work})
    os.close(write_end)
    children = "/proc/%d/task/%d/children" % (pid, pid)
    if hold_s:
        end, first = time.time() + 10, None
        while not first and time.time() < end:
            try:
                first = (open(children).read().split() or [None])[0]
            except FileNotFoundError:
                break
        if first:
            os.kill(int(first), signal.SIGSTOP)
            threading.Timer(hold_s, lambda: os.kill(int(first), signal.SIGCONT)).start()
    out = []
    reader = threading.Thread(target=lambda: out.append(os.fdopen(read_end, "rb").read()))
    reader.start()
    seen = b""
    while True:
        try:
            got = os.read(fd, 65536)
        except OSError:
            break
        if not got:
            break
        seen += got
    reader.join()
    os.waitpid(pid, 0)
    os.close(fd)
    return seen.decode(), out[0]


def progress():
    plain = run("recorded:hosts/exposed")[1]
    seen, out = on_terminal(["recorded:hosts/exposed"], 1.9)
    check(out == plain, "the line on the terminal changes no byte of the report")
    lines = re.findall(r"\rreachaudit: \d+ s[^\r\n]*\x1b\[K", seen)
    check(2 <= len(lines) <= 6, "it is written anew, not too often: %r" % seen)
    check(seen.endswith("\r\x1b[K") and "\n" not in seen, "in one line, and taken away: %r" % seen)
    check(max(len(l) for l in lines) <= 90, "it fits a line")
    check(on_terminal(["recorded:hosts/exposed", "-q"], 1.3)[0] == "", "none with -q")
    if slow:
        check(on_terminal(["recorded:hosts/exposed"], 1.6, term="dumb")[0] == "", "none on a terminal that cannot rewrite")
        check(on_terminal(["recorded:hosts/exposed"])[0] == "", "none where it is quick")
    held = subprocess.Popen([binary, "recorded:hosts/exposed"], cwd=work, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    children = "/proc/%d/task/%d/children" % (held.pid, held.pid)
    first = None
    while held.poll() is None and not first:
        first = (open(children).read().split() or [None])[0]
    if first:
        os.kill(int(first), signal.SIGSTOP)
        time.sleep(1.3)
        os.kill(int(first), signal.SIGCONT)
    out, err = held.communicate(timeout=60)
    check(first and out == plain and err == b"", "none in a pipe: %r" % err)


def main():
    try:
        make_hosts()
        several()
        refused()
        not_whole()
        render()
        bad_reports()
        changed_reports()
        merge()
        many()
        progress()
    finally:
        shutil.rmtree(work, True)
    finish()


main()
