"""Golden cases: each directory holds `cmd` (arguments, one shell-quoted line), `exit`, and optionally `stdout.text`,
`stdout.json`, `stderr.txt`, byte for byte. An unknown file name is an error.

usage: run.py REACHAUDIT [--update] [CASE...]

The command runs in a directory of its own that holds the case's `input*` files and `hosts`, the recorded hosts of
tests/tools/hosts.py (environment RA_HOSTS). A json report is also held against the shipped schema."""
import difflib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMA = os.path.join(HERE, "..", "..", "reports", "reachaudit-report-1.schema.json")
KNOWN = {"cmd", "exit", "stdout.text", "stdout.json", "stderr.txt"}


# How many places each surface looks at grows with every row of a table: not what a golden case is about, and the
# live tests demand a least number.
COUNTS = [(re.compile(r'("(?:looked|present|denied|unknown)": )\d+'), r"\1N"),
          (re.compile(r"^Looked at \d+ places", re.M), "Looked at N places"),
          (re.compile(r"^Places by surface: [a-z]+\s\d+(?:,\s[a-z]+\s\d+)*", re.M), "Places by surface: ...")]


def steady(text):
    for pattern, put in COUNTS:
        text = pattern.sub(put, text)
    return text


def execute(binary, case):
    line = open(os.path.join(case, "cmd")).read().strip()
    assert "\n" not in line, "cmd is one line"
    env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "REACHAUDIT": binary}
    with tempfile.TemporaryDirectory(prefix="ra-golden-") as here:
        if os.environ.get("RA_HOSTS"):
            os.symlink(os.path.abspath(os.environ["RA_HOSTS"]), os.path.join(here, "hosts"))
        for name in os.listdir(case):
            if name.startswith("input"):
                shutil.copy(os.path.join(case, name), here)
        before = sorted(os.listdir(here))
        done = subprocess.run([binary, *shlex.split(line)], cwd=here, env=env, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
        assert sorted(os.listdir(here)) == before, "the command left %s" % os.listdir(here)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def against_schema(out):
    from jsonschema import Draft202012Validator
    errors = Draft202012Validator(json.load(open(SCHEMA))).iter_errors(json.loads(out))
    return ["schema: %s: %s" % ("/".join(map(str, e.absolute_path)), e.message[:200]) for e in errors]


def compare(case, name, got):
    path = os.path.join(case, name)
    if not os.path.exists(path):
        return []
    want = open(path).read()
    return list(difflib.unified_diff(want.splitlines(), got.splitlines(), name + " wanted", name + " got", "", "", 2, ""))


def run(binary, case, update):
    strange = [f for f in os.listdir(case) if f not in KNOWN and f.split(".")[0] != "input"]
    if strange or not os.path.exists(os.path.join(case, "cmd")):
        return ["unknown file, or no cmd: %s" % strange]
    code, out, err = execute(binary, case)
    got = {"exit": "%d\n" % code, "stdout.text": steady(out), "stdout.json": steady(out), "stderr.txt": err}
    if update:
        for name, text in got.items():
            if name == "exit" or os.path.exists(os.path.join(case, name)):
                open(os.path.join(case, name), "w").write(text)
    if not os.path.exists(os.path.join(case, "exit")):
        return ["no file named exit"]
    problems = [line for name in sorted(KNOWN - {"cmd"}) for line in compare(case, name, got[name])]
    if out.startswith("{") and '"schema": "reachaudit-report/1"' in out:
        problems += against_schema(out)
    return problems


def main(argv):
    update = "--update" in argv
    argv = [a for a in argv if a != "--update"]
    binary = os.path.abspath(argv[0])
    cases = argv[1:] or sorted(c for c in os.listdir(HERE) if os.path.isdir(os.path.join(HERE, c)) and c[0] != "_")
    failed = 0
    for case in cases:
        problems = run(binary, os.path.join(HERE, case), update)
        failed += bool(problems)
        if problems:
            print("FAILED %s\n  %s" % (case, "\n  ".join(problems)))
    print("%d golden cases, %d failed" % (len(cases), failed))
    return 1 if failed or not cases else 0


sys.exit(main(sys.argv[1:]))
