"""Two scenarios of a token and its forge, live: a box whose only way out leads to one host, where a model of GitHub answers
over TLS, and `--online=tokens` asks it what the token may do. (f) one narrow grant: that is the worst case. (k) a token that
may force-push the working tree's own remote: wrecking the tree is then for good.   usage: forge.py REACHAUDIT TOP
"""
import os
import re
import subprocess
import sys

if "RA_INSIDE" not in os.environ:  # the server's address lives in a network namespace of the test's own
    os.execvpe("unshare", ["unshare", "-n", sys.executable, *sys.argv], {**os.environ, "RA_INSIDE": "1"})

from check import check, finish
from github_server import GitHub, Repo
from markers import Markers
import box
import scenario_boxes as boxes
import tls

binary = os.path.abspath(sys.argv[1])
box.require(["bwrap", "git", "ip", "nsenter", "openssl", "setpriv", "unshare"])
FORGE, AGENT, PROJECT = "192.0.2.1", "192.0.2.2", box.HOME + "/app"
PROFILE = """profile: queue-worker
summary: an unattended run on an open project with one narrow token
radius: grant
fail_on: medium
source: public
allow:
  - {kind: token, role: agent-session}
  - {kind: token, locator: "token:github:*"} # its rights are within the radius, or the run does not pass
  - {kind: egress, locator: "route/192.0.2.1/32/*"}
"""
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
inside = boxes.namespace()[0]
boxes.wire(inside, str(os.getpid()), "eth0", (AGENT + " peer %s/32" % FORGE, FORGE + " peer %s/32" % AGENT))
ca = tls.Authority(boxes.path("ca"))
hub, markers = GitHub(), Markers(20261121)
hub.org("acme", 42, {"mona": "member"})
hub.add(Repo("acme/app", roles={"mona": "push"}))
server = tls.Server(ca, {re.compile(""): hub.answer}, names=tls.LOOPBACK + [FORGE], address=FORGE)
hub.url = server.url


def project(name):
    """A pushed working tree whose remote is the forge, as of its last fetch."""
    at = boxes.path(name)
    git = ["git", "-C", at, "-c", "user.name=t", "-c", "user.email=t@example.test"]
    subprocess.run(["git", "init", "-q", "-b", "main", at], check=True)
    boxes.write(name + "/main.c", "int main(void) { return 0; }\n")
    for line in (["add", "."], ["commit", "-qm", "one"], ["remote", "add", "origin", server.url + "/acme/app.git"],
                 ["update-ref", "refs/remotes/origin/main", "HEAD"], ["branch", "-q", "--set-upstream-to=origin/main"]):
        subprocess.run(git + line, check=True)
    box.own(at)
    return at


def audit(name, token, profile):
    args = box.bwrap(binary, network=True, binds=[(project(name), PROJECT)], chdir=PROJECT,
                     env={"SSL_CERT_FILE": "/opt/ca.pem"})
    os.chmod(ca.file, 0o644)
    os.chmod(os.path.dirname(ca.file), 0o755)
    login = boxes.write(name + ".yml", '"%s":\n    user: mona\n    oauth_token: %s\n' % (server.host, token))
    at = args.index("--clearenv")
    args[at:at] = ["--ro-bind", boxes.write(name + ".yaml", profile), "/opt/profile.yaml", "--ro-bind", ca.file, "/opt/ca.pem",
                   "--ro-bind", login, box.HOME + "/.config/gh/hosts.yml"]
    options = ["--online=tokens", "--host", server.host, "--profile", "/opt/profile.yaml"]
    status, report, out, err = box.audit(args, inside, options)
    check(report is not None, "%s: a report: %r" % (name, err[-300:]))
    check(token.encode() not in out + err, "%s: the token is nowhere in it" % name)
    return status, report or {"worst_case": {}, "reaches": []}


token = markers.keep("github" + "_pat_" + markers.chars(22) + "_" + markers.chars(59))
hub.token(token, "fine", "mona", permissions={"metadata": "read", "issues": "write"}, repositories=["acme/app"], owner="acme")
status, report = audit("narrow", token, PROFILE)
worst = report["worst_case"]
print("(f)", status, worst.get("sentence"))
check(worst.get("radius") == "grant", "(f) the worst case is one grant: %s" % worst.get("radius"))
check(status == 0, "(f) and the profile that allows it passes: %d %s" % (status, report.get("reasons")))
check("the GitHub token" in worst.get("sentence", "") and "route to 192.0.2.1/32" in worst["sentence"], "(f) says how: %s" % worst)
states = {r["id"].split("/", 1)[1]: r["state"] for r in report["reaches"] if r["id"].startswith("grant:")}
check(states.get("acme/app:default-branch=push") == "denied" and states.get("acme/app:issues=write") == "unknown",
      "(f) no push; issues may be written for all that GitHub tells: %s" % states)

token = markers.github("o")
hub.token(token, "oauth", "mona", ["repo"])
status, report = audit("rewrites", token, PROFILE)
worst = report["worst_case"]
print("(k)", status, worst.get("sentence"))
lost = [c for c in report.get("consequences", []) if c["id"].startswith("so:lost-for-good")]
check(lost and lost[0]["radius"] == "person" and lost[0]["certainty"] == "certain", "(k) the work could be lost for good: %s" % lost)
check(status == 1 and worst.get("radius") in ("person", "organization"), "(k) fails: %d %s" % (status, worst.get("radius")))
check(not hub.defects and not server.mutations() or all(m.startswith("POST /api/graphql") for m in server.mutations()),
      "nothing was changed at the forge: %s" % server.mutations())
finish()
