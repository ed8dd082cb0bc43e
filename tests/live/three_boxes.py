"""One bubblewrap box three times: clean, exposed, asleep. No tool that only lists settings tells them apart."""
import atexit
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from check import check, finish
import box
import planted
from markers import Markers

binary = sys.argv[1]
box.require()
work = tempfile.mkdtemp(prefix="ra-boxes-")
os.chmod(work, 0o755)
atexit.register(shutil.rmtree, work, True)
started = []


def end_all():
    for p in started:
        p.kill()
        p.wait()


atexit.register(end_all)


def failing_reaches(report):
    return {r for f in report["findings"] if f["status"] == "fail" for r in f["reaches"]}


def valid(report, what):
    """Against the schema that is shipped, where its validator is installed (it is in CI)."""
    try:
        import jsonschema
    except ImportError:
        check(not box.must_run(), what + ": python3-jsonschema is missing")
        return
    schema = json.load(open(os.path.join(os.path.dirname(__file__), "../../reports/reachaudit-report-1.schema.json")))
    errors = [e.message for e in jsonschema.Draft202012Validator(schema).iter_errors(report)]
    check(not errors, "%s: the report follows its schema: %s" % (what, errors[:3]))


def ids(report):
    return {r["id"]: r for r in report["reaches"]}


def clean():
    code, report, out, err = box.audit(box.bwrap(binary))
    if not check(report is not None, "clean: a report (stderr: %r)" % err[-400:]):
        return
    valid(report, "clean")
    again = box.audit(box.bwrap(binary))[2]
    check(again == out, "clean: the same state gives the same bytes")
    check(code == 0 and report["verdict"] == "pass", "clean: passes, got %s %s" % (report["verdict"], code))
    loud = [f for f in report["findings"] if f["severity"] not in ("info", "low")]
    check(not loud, "clean: no finding above low, got %r" % [(f["check"], f["message"]) for f in loud])
    looked = sum(c["looked"] for c in report["coverage"])
    check(looked > 300, "clean: more than 300 places looked at, got %d" % looked)
    check(report["worst_case"]["radius"] in ("nothing", "sandbox"), "clean: %s" % report["worst_case"]["sentence"])


def listener(netns, port):
    code = ("import socket,time\ns=socket.socket()\ns.setsockopt(socket.SOL_SOCKET,socket.SO_REUSEADDR,1)\n"
            "s.bind(('127.0.0.1',%d))\ns.listen(5)\nprint('up',flush=True)\ntime.sleep(600)\n" % port)
    p = subprocess.Popen(["nsenter", "--net=" + netns, sys.executable, "-c", code], stdout=subprocess.PIPE)
    started.append(p)
    p.stdout.readline()


def docker_socket():
    path = os.path.join(work, "docker.sock")
    code = ("import socket\ns=socket.socket(socket.AF_UNIX)\ns.bind(%r)\ns.listen(16)\nprint('up',flush=True)\n"
            "while True:\n c,_=s.accept()\n c.close()\n" % path)
    p = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    started.append(p)
    p.stdout.readline()
    os.chmod(path, 0o666)
    return path


def ssh_agent(home):
    """A real agent outside the box, with one key, run as the user the box runs as."""
    path = os.path.join(work, "agent", "agent.sock")
    os.makedirs(os.path.dirname(path))
    os.chown(os.path.dirname(path), box.UID, box.GID)
    p = subprocess.Popen(box.as_user(["ssh-agent", "-D", "-a", path]), stdout=subprocess.DEVNULL)
    started.append(p)
    for _ in range(200):
        if os.path.exists(path):
            break
        time.sleep(0.02)
    subprocess.run(box.as_user(["env", "SSH_AUTH_SOCK=" + path, "ssh-add", "-q",
                                os.path.join(home, ".ssh/id_ed25519")]), check=True)
    return path


def exposed(markers, home, env):
    netns = box.network_namespace(atexit.register)
    for port in (5432, 6379):
        listener(netns, port)
    binds = [(docker_socket(), "/run/docker.sock"), (ssh_agent(home), "/run/agent.sock")]
    args = box.bwrap(binary, home, network=True, binds=binds, env={**env, "SSH_AUTH_SOCK": "/run/agent.sock"},
                     chdir=box.HOME + "/project")
    code, report, out, err = box.audit(args, netns)
    if not check(report is not None, "exposed: a report (stderr: %r)" % err[-400:]):
        return out + err
    check(code == 1 and report["verdict"] == "fail", "exposed: fails, got %s %s" % (report["verdict"], code))
    valid(report, "exposed")
    again = [box.audit(args, netns)[2] for _ in range(3)]
    check(all(a == out for a in again), "exposed: the same state gives the same bytes")
    seen, failing = ids(report), failing_reaches(report)
    hurting = (planted.ENVIRONMENT_IDS + planted.FILE_IDS +
               ["socket:/run/docker.sock", "socket:/run/agent.sock", "service:127.0.0.1:5432/tcp",
                "service:127.0.0.1:6379/tcp", "egress:route/default/v0",
                "file:~/project/.mcp.json#forge.env.FORGE_TOKEN"])
    for name in hurting + planted.AGENT_IDS:
        check(name in seen, "exposed: %s is a reach" % name)
    for name in hurting:
        check(name in failing, "exposed: %s is part of a failing finding" % name)
    for name in ("socket:/run/docker.sock", "socket:/run/agent.sock"):
        methods = {e["method"] for e in seen.get(name, {"evidence": []})["evidence"]}
        check("attempted" in methods, "exposed: %s has evidence attempted, got %s" % (name, methods))
    check(report["worst_case"]["radius"] in ("person", "organization"), "exposed: worst case")
    text = subprocess.run(box.as_user(["env", "-i"] + args + ["/opt/reachaudit", "-v"], netns),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    check(text.stdout.startswith(b"FAIL"), "exposed: the text says FAIL first")
    return out + err + text.stdout + text.stderr + box.every_format(binary, args, netns)


def asleep(markers, home, env):
    args = box.bwrap(binary, home, read_only=True, env=env, chdir=box.HOME + "/project")
    code, report, out, err = box.audit(args)
    if not check(report is not None, "asleep: a report (stderr: %r)" % err[-400:]):
        return out + err
    check(code == 0 and report["verdict"] == "pass", "asleep: passes, got %s %s: %s" % (
        report["verdict"], code, [(f["check"], f["status"], f["severity"], f["message"]) for f in report["findings"]
                                  if f["status"] in ("fail", "unknown")][:6]))
    valid(report, "asleep")
    seen = ids(report)
    for name in planted.ENVIRONMENT_IDS + planted.FILE_IDS:
        if check(name in seen, "asleep: %s is a reach" % name):
            check(seen[name].get("dormant") is True, "asleep: %s is shown dormant" % name)
    woken = [c for c in report["consequences"] if c["id"].startswith("so:disclosed/")]
    check(not woken, "asleep: nothing disclosed")
    check(any(r.get("dormant") and r["radius"] not in ("nothing", "sandbox") for r in report["reaches"]),
          "asleep: the radius a dormant credential would have is shown")
    return out + err + box.every_format(binary, args)


def launcher(markers):
    """The same clean box from a shell whose environment holds a token: bwrap's own environment is found."""
    token = markers.github()
    code, report, out, err = box.audit(box.bwrap(binary), clean=False,
                                       env={"PATH": "/usr/bin:/usr/sbin:/bin:/sbin", "GITHUB_TOKEN": token})
    if not check(report is not None, "launcher: a report (stderr: %r)" % err[-400:]):
        return out + err
    check("process:1#environ/GITHUB_TOKEN" in ids(report), "launcher: its environment is a reach")
    remedies = " ".join(f["remedy"] or "" for f in report["findings"]
                        if "process:1#environ/GITHUB_TOKEN" in f["reaches"])
    check("env -i" in remedies, "launcher: the remedy names env -i, got %r" % remedies)
    return out + err


def no_canary(markers, printed):
    import base64
    for value in markers.canaries:
        raw = value.encode()
        forms = {raw, base64.b64encode(raw).rstrip(b"="), raw.hex().encode()}
        if len(raw) >= 16:
            forms |= {raw[:len(raw) // 2], raw[len(raw) // 2:]}
        for form in forms:
            if not check(form not in printed, "a secret was printed (%d bytes)" % len(form)):
                return


def main():
    markers = Markers(os.getpid())
    home = os.path.join(work, "home")
    os.makedirs(home)
    planted.plant(markers, home)
    env = planted.environment(markers)
    box.own(home)
    clean()
    printed = exposed(markers, home, env) + asleep(markers, home, env) + launcher(markers)
    no_canary(markers, printed)
    finish()


main()
