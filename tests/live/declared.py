"""What settings promise, in real boxes: a proxy with and without a way past it, an agent's sandbox that is active and
one that is not, rules that deny what can be read, and a managed policy that can be rewritten. Each promise that holds
must leave no finding."""
import atexit
import json
import os
import shutil
import subprocess
import tempfile
import sys

from check import check, finish
import box
from markers import Markers

binary = os.path.abspath(sys.argv[1])
box.require(["bwrap", "setpriv", "ip", "unshare", "nsenter"])
work = tempfile.mkdtemp(prefix="ra-declared-")
os.chmod(work, 0o755)
atexit.register(shutil.rmtree, work, True)
tool = os.path.join(work, "reachaudit")  # where the user without rights can run it
shutil.copy(binary, tool)
os.chmod(tool, 0o755)
markers = Markers(os.getpid())
PROXY = {"HTTPS_PROXY": "http://bot:%s@proxy.corp.test:3128" % markers.password()}
SETTINGS = "agent:claude-code/user:~/.claude/settings.json#"


def home(name, settings):
    path = os.path.join(work, name)
    os.makedirs(os.path.join(path, ".claude"))
    os.makedirs(os.path.join(path, "project/.git"))
    for name, text in ((".claude/settings.json", json.dumps(settings)), ("project/.env", "DEBUG=1\n"),
                       (".sshkeys", "x\n")):
        with open(os.path.join(path, name), "w") as f:
            f.write(text)
    box.own(path)
    return path


def findings(result, check_id, what):
    code, report, out, err = result
    if not check(report is not None, "%s: a report: %r" % (what, err[-300:])):
        return []
    check(not any(c.encode() in out + err for c in markers.canaries), what + ": no password is printed")
    return [f for f in report["findings"] if f["check"] == check_id]


def one(result, check_id, status, what):
    found = findings(result, check_id, what)
    if check([f["status"] for f in found] == [status],
             "%s: one finding, %s: %r" % (what, status, [(f["status"], f["message"]) for f in found])):
        check(found[0]["severity"] == "low" and found[0]["radius"] == "nothing", what + ": low, and no radius of its own")
        return found[0]
    return {"reaches": [], "message": "", "remedy": ""}


def proxies():
    closed = box.audit(box.bwrap(binary, env=PROXY))
    one(closed, "network/proxy-not-enforced", "pass", "proxy, loopback alone")
    check(closed[0] == 0, "proxy, loopback alone: the run passes")
    open_ = box.audit(box.bwrap(binary, network=True, env=PROXY), box.network_namespace(atexit.register))
    f = one(open_, "network/proxy-not-enforced", "fail", "proxy and a veth with a default route")
    check(f["reaches"] == ["egress:route/default/v0", "env:HTTPS_PROXY"], "proxy: both are named: %r" % f["reaches"])
    check("proxy.corp.test:3128" in f["message"], "proxy: by its address: " + f["message"])
    none = box.audit(box.bwrap(binary, network=True), box.network_namespace(atexit.register))
    check(not findings(none, "network/proxy-not-enforced", "no proxy"), "no proxy, no promise")


def outside(where, env, argv):
    """The audit as a user without rights and without a box; argv goes before it."""
    line = box.as_user(["env", "-i", "-C", where + "/project", "PATH=/usr/bin:/bin", "HOME=" + where] +
                       ["%s=%s" % e for e in env.items()] + argv)
    done = subprocess.run(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    try:
        return done.returncode, json.loads(done.stdout), done.stdout, done.stderr
    except ValueError:
        return done.returncode, None, done.stdout, done.stderr


def sandboxes():
    check_id = "agent/sandbox-not-active"
    where = home("sandbox", {"sandbox": {"enabled": True, "failIfUnavailable": True, "allowUnsandboxedCommands": False}})
    inside = box.audit(box.bwrap(binary, where, env={"CLAUDECODE": "1"}, chdir=box.HOME + "/project"))
    check(not findings(inside, check_id, "active"), "a command in a real sandbox: nothing to say")
    audit = [tool, "--format", "json"]
    agent = os.path.join(work, "claude")  # a program of that name that starts a command
    os.symlink(os.path.realpath("/bin/sh"), agent)
    command = [agent, "-c", " ".join(audit) + "; exit $?"]
    elsewhere = one(outside(where, {}, audit), check_id, "unknown", "an audit started elsewhere")
    check("as one of its own commands" in elsewhere["remedy"], "elsewhere: what would settle it: " + elsewhere["remedy"])
    one(outside(where, {"CLAUDECODE": "1"}, audit), check_id, "unknown", "the mark without the agent")
    one(outside(where, {}, command), check_id, "unknown", "the agent without the mark")
    f = one(outside(where, {"CLAUDECODE": "1"}, command), check_id, "fail", "a command of the agent without a sandbox")
    check(f["reaches"] == [SETTINGS + "sandbox.enabled"] and "(line 1, column " in f["message"],
          "command: the setting and its place: %r %s" % (f["reaches"], f["message"]))


def rules():
    check_id = "agent/rule-not-enforced"
    where = home("rules", {"permissions": {"deny": ["Read(./.env)", "Read(~/.gone/**)", "WebFetch"]}})
    args = box.bwrap(binary, where, chdir=box.HOME + "/project")
    f = one(box.audit(args), check_id, "fail", "a rule and a file that can be read")
    check(f["reaches"] == [SETTINGS + "permissions.deny[Read(./.env)]", "file:~/project/.env"],
          "rule: it and the file: %r" % f["reaches"])
    hidden = args[:-3] + ["--ro-bind", "/dev/null", box.HOME + "/project/.env"] + args[-3:]
    check("--ro-bind /dev/null %s/project/.env" % box.HOME in f["remedy"], "rule: the remedy: " + f["remedy"])
    check(not findings(box.audit(hidden), check_id, "hidden"), "the remedy makes the rule hold")
    opened = box.audit(box.bwrap(binary, where, network=True, chdir=box.HOME), box.network_namespace(atexit.register))
    web = one(opened, check_id, "fail", "a denied network and a route")
    check(web["reaches"] == [SETTINGS + "permissions.deny[WebFetch]", "egress:route/default/v0"], "network: %r" % web)


def managed():
    where = os.path.join(work, "policy")
    os.makedirs(where)
    with open(os.path.join(where, "managed-settings.json"), "w") as f:
        f.write("{}")
    box.own(where)
    args = box.bwrap(binary)
    for how, expected in (("--bind", ["fail"]), ("--ro-bind", [])):
        result = box.audit(args[:-3] + [how, where, "/etc/claude-code"] + args[-3:])
        found = findings(result, "agent/managed-writable", how)
        check([f["status"] for f in found] == expected, "managed, %s: %r" % (how, found))


proxies()
sandboxes()
rules()
managed()
finish()
