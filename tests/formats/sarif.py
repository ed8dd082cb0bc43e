"""SARIF against the public tools: the official schema with ajv, and, with "multitool", the SARIF Multitool's own rules.

usage: sarif.py REACHAUDIT BUILD_DIR [multitool]

The packages are installed by npm into BUILD_DIR, once. Without npm or without its registry the test is skipped, and
fails where skips are forbidden.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

import run
from check import check, finish

PACKAGES = {False: ["@microsoft/jest-sarif@1.0.0-beta.0"], True: ["@microsoft/sarif-multitool@5.7.0"]}


def skip(why):
    print("skipped: " + why)
    sys.exit(1 if run.must_run else 77)


def install(folder, packages):
    stamp = os.path.join(folder, "installed")
    if os.path.exists(stamp):
        return
    for tool in ("node", "npm"):
        if not shutil.which(tool):
            skip("needs " + tool)
    os.makedirs(folder, exist_ok=True)
    try:
        done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefix", folder,
                               *packages], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=240)
    except subprocess.TimeoutExpired:
        skip("npm got no answer")
    if done.returncode:
        skip("npm could not install: %s" % done.stdout.decode(errors="replace")[-300:])
    open(stamp, "w").close()


def told(tool, file):
    """What the tool calls an error; what it only recommends is no concern of ours. None where it did not speak."""
    out = tempfile.mktemp(".told.sarif", dir=run.work)
    done = subprocess.run([tool, "validate", file, "--rule-kind", "Sarif;Gh", "--level", "Error", "--output", out, "--quiet"],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
                          env={"PATH": "/usr/bin:/bin", "HOME": run.work, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"})
    name = os.path.basename(os.path.dirname(file))
    if not check(os.path.exists(out), "%s: the tool ran: %r" % (name, done.stdout[-300:])):
        return None
    results = json.load(open(out, encoding="utf-8-sig"))["runs"][0]["results"]
    return [(r["ruleId"], r["message"]) for r in results if r.get("level") == "error"]


def multitool(folder, files):
    tool = os.path.join(folder, "node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool")
    os.chmod(tool, 0o755)
    for file in files:
        wrong = told(tool, file)
        check(wrong == [], "%s: errors: %s" % (os.path.basename(os.path.dirname(file)), (wrong or [])[:2]))
    broken = json.load(open(files[0]))
    place = broken["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    place["artifactLocation"]["uri"] = "a b:\\c%zz"
    place["region"] = {"startLine": 5, "endLine": 2}
    json.dump(broken, open(files[0], "w"))
    check(told(tool, files[0]), "the tool sees what is broken")


def main():
    heavy = sys.argv[3:] == ["multitool"]
    folder = os.path.join(os.path.abspath(sys.argv[2]), "npm-multitool" if heavy else "npm-schema")
    install(folder, PACKAGES[heavy])
    run.set_up()
    run.formats[:] = ["json", "sarif"]
    for name, args in run.CASES.items():
        run.audit(name, args)
    files = [os.path.join(run.work, "out-" + name, "sarif") for name in run.CASES]
    for file in files:  # tools go by the name
        os.rename(file, file + ".sarif")
    files = [f + ".sarif" for f in files]
    fleet = os.path.join(run.work, "fleet.sarif")
    reports = [os.path.join(run.work, "out-" + name, "json") for name in run.CASES] + [os.path.join(run.work, "no report")]
    subprocess.run([run.binary, "merge", *reports, "--format", "sarif=" + fleet], timeout=60)
    check(len(json.load(open(fleet))["runs"]) == len(reports), "a fleet has a run for each report, and one for the unread")
    files.append(fleet)
    if heavy:
        multitool(folder, [f for f in files if f == fleet or f.split("out-")[1].split("/")[0] in ("names", "waived", "blind-home", "rootfs")])
        return finish()
    script = ["node", os.path.join(run.HERE, "ajv.js"), folder]
    done = subprocess.run(script + files, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    check(done.returncode == 0, "the schema: %s" % done.stdout.decode()[:2000])
    broken = json.load(open(files[0]))
    broken["runs"][0]["results"] = [{"kind": "maybe"}]
    json.dump(broken, open(files[0], "w"))
    done = subprocess.run(script + files[:1], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    check(done.returncode == 1, "the schema refuses what is broken")
    finish()


main()
