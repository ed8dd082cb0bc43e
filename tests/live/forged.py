"""Reports and snapshots that somebody else made, or broke: no secret of theirs is shown, not even a half; no line of any
format is a command of a runner; one that contradicts itself is none; memory goes by their length, whatever they hold.

usage: forged.py REACHAUDIT TOP"""
import copy
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile

from check import check, finish
from markers import Markers

binary, top = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
work = tempfile.mkdtemp(prefix="ra-forged-")
WORDS = {"access", "traits", "ceiling", "certainty", "fail_on", "kind", "least", "cap", "method", "outcome", "radius", "rule",
         "schema", "severity", "state", "status", "unknown", "verdict", "when", "proved", "dormant", "digest", "stamp"}


def run(*argv, **more):
    done = subprocess.run([binary, *argv], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=work,
                          timeout=120, **more)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def put(value, name="f.json"):
    with open(os.path.join(work, name), "w") as f:
        f.write(value if isinstance(value, str) else json.dumps(value))
    return name


def everywhere(value, text, key=""):
    """The same with `text` before every text that is no word of the program's own."""
    if isinstance(value, dict):
        return {k: everywhere(v, text, k) for k, v in value.items()}
    if isinstance(value, list):
        return [everywhere(v, text, key) for v in value]
    if not isinstance(value, str) or value == "reachaudit" or (key in WORDS and key != "unknown"):
        return value
    kind, colon, rest = value.partition(":")
    return kind + colon + text + rest if key in ("id", "from", "to") and colon and kind != "so" else text + value


FORMATS = [line.split("\t")[0] for line in run("list", "reports")[1].splitlines()]


def secrets(report, snapshot):
    made = Markers(os.getpid())
    values = [made.github(), made.anthropic(), made.npm(), made.pypi()]
    good = put(report, "good.json")
    for value in values:
        def none(what, argv):
            code, out, err = run(*argv)
            shown = [n for n in range(16, len(value) + 1, 8) if value[:n] in out + err or value[-n:] in out + err]
            check(code in (0, 1, 2, 3) and not shown, "%s: %d characters of a secret: %d %r" % (what, max(shown or [0]), code, err[-200:]))
        forged, name = everywhere(report, value + " "), put(everywhere(report, value + " "))
        for argv in (["diff", good, name], ["diff", name, good], ["explain", "worst-case", name],
                     ["explain", forged["reaches"][0]["id"], name], ["merge", name, "-v"]):
            none(argv[0], argv)
        for f in FORMATS:
            none("render " + f, ["render", name, "--format", f, "-v"])
            none("evaluate " + f, ["evaluate", put(everywhere(snapshot, value + " "), "s.json"), "--format", f, "-v"])
        for broken in ('{"%s": [' % value, json.dumps({value: 1}), json.dumps(dict(report, verdict=value)),
                       json.dumps(dict(report, reaches=[dict(report["reaches"][0], id=value)]))):
            for command in ("render", "merge", "evaluate"):
                none("broken, " + command, [command, put(broken)])


def commands(report):
    for name in ("##[add-path]/x", "a ::set-output name=verdict::pass", "\u3000 ::error::x", "x `::error::x y` `##`[group]z",
                 "##vso[task.setvariable variable=x]y"):
        forged = put(everywhere(report, name + " "))
        for f in FORMATS:
            for more in ([], ["-v"]):
                code, out, _ = run("render", forged, "--format", f, *more)
                bad = [line for line in out.split("\n") if re.search(r"##[a-z]*\[", line) or (line.lstrip().startswith("::") and not (
                    f == "github" and re.match(r"::(error|warning|notice) [^:]*::", line)))]
                check(code == 0 and not bad, "%s, %r: a runner obeys %r" % (f, name, bad[:1]))
        _, out, _ = run("merge", forged, "-v")
        check(not re.search(r"^\s*::|##\[", out, re.M), "merge, %r" % name)


def contradictions(passing, failing):
    def changed(report, **more):
        report = copy.deepcopy(report)
        for path, value in more.items():
            at = report
            *way, last = path.split("__")
            for key in way:
                at = at[int(key) if key.isdigit() else key]
            at[last] = value
        return report
    says_pass = changed(failing, verdict="pass", exit_status=0)
    says_open = changed(failing, verdict="incomplete", exit_status=3)
    grave = {"status": "fail", "severity": "critical"}
    cases = {"fails, and says pass": says_pass, "fails, and says incomplete": says_open,
             "a finding fails": changed(passing, findings=[{**passing["findings"][0], **grave}]),
             "a finding is open": changed(passing, findings=[{**passing["findings"][0], **grave, "status": "unknown"}]),
             "something is missing": changed(passing, missing=["npm"]),
             "proved is wider": changed(passing, worst_case__proved__radius="organization"),
             "assumed is wider": changed(passing, worst_case__radius="organization"),
             "beyond the score": changed(passing, profile__score=0, worst_case__score=90)}
    check(run("merge", put(passing, "p.json"))[0] == 0, "what passes passes")
    for what, report in cases.items():
        name = put(report)
        for argv, want in ((["render", name], 2), (["merge", "p.json", name], 3), (["diff", "p.json", name], 2)):
            code, out, err = run(*argv)
            check(code == want and "and yet" in out + err, "%s: %s: %d %r" % (what, argv[0], code, (err or out)[:200]))


def memory(report):
    """A value costs far more than its bytes: of few bytes there are not many."""
    text = json.dumps(report)
    for filler in ('"more": [%s1]' % ("1," * (15 << 20)), '"reasons": [%s""]' % ('"",' * (10 << 20)), '"more": [%s[]]' % ("[]," * (10 << 20))):
        name = put(text[:-1] + "," + filler + "}")
        limit = 700 << 20
        for argv, want in ((["render", name], 2), (["merge", name, "p.json"], 3)):
            code, out, err = run(*argv, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
            check(code == want and "so few bytes" in out + err, "%s of %s: %d %r" % (argv[0], filler[:12], code, (err or out)[-200:]))


def main():
    subprocess.run([sys.executable, os.path.join(top, "tests", "tools", "hosts.py"), os.path.join(work, "hosts")], check=True)
    failing = json.loads(run("recorded:hosts/exposed", "--format=json")[1])
    passing = json.loads(run("recorded:hosts/clean", "--format=json")[1])
    snapshot = json.loads(run("snapshot", "recorded:hosts/clean")[1])
    check((failing["verdict"], passing["verdict"]) == ("fail", "pass"), "a report of each")
    secrets(passing, snapshot)
    commands(failing)
    contradictions(passing, failing)
    memory(passing)
    shutil.rmtree(work, True)
    finish()


main()
