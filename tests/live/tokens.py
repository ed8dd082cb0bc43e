"""--online=tokens, end to end: consent first, each credential to its own host only, and nothing lowered by a failure.

The scanner stays without IP; the asker has it; without --online nobody sends a packet.
"""
import base64
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

from check import check, finish
from markers import Markers
import box
import tls

binary = os.path.abspath(sys.argv[1])
box.require(["openssl", "unshare", "ip"], root=False)
keep = tempfile.TemporaryDirectory(prefix="ra-tokens-")
work = keep.name
home = os.path.join(work, "home")
markers = Markers(20261122)
ca = tls.Authority(os.path.join(work, "ca"))
said = []


def write(path, text):
    full = os.path.join(home, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w") as f:
        f.write(text)
    os.chmod(full, 0o600)


REPOSITORY = {"id": 1, "name": "app", "full_name": "mona/app", "private": True, "fork": False, "archived": False,
              "disabled": False, "default_branch": "main", "visibility": "private", "owner": {"login": "mona", "type": "User"},
              "permissions": {"admin": True, "maintain": True, "push": True, "triage": True, "pull": True}}


def account(scopes="repo"):
    return {"GET /api/v3/user": tls.answer(200, {"login": "mona", "id": 1, "type": "User"}, {"X-OAuth-Scopes": scopes}),
            "GET /api/v3/rate_limit": tls.answer(200, {"resources": {}}, {"X-OAuth-Scopes": scopes}),
            "GET /api/v3/user/repos": tls.answer(200, [REPOSITORY]), "GET /api/v3/user/orgs": tls.answer(200, []),
            "GET /api/v3/user/teams": tls.answer(200, []), "GET /api/v3/user/memberships/orgs": tls.answer(200, [])}


def environment(**more):
    return dict({"PATH": "/usr/bin:/bin", "HOME": home, "SSL_CERT_FILE": ca.file}, **more)


def start(args, env, stdin=subprocess.DEVNULL):
    return subprocess.Popen([binary, *args], env=env, cwd=home, stdin=stdin, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def run(*args, text=None, **more):
    child = start(args, environment(**more), subprocess.PIPE if text is not None else subprocess.DEVNULL)
    out, err = child.communicate(text, timeout=200)
    said.append(out + err)
    return child.returncode, out, err


def snapshot(*args, **more):
    status, out, err = run("snapshot", *args, **more)
    try:
        reaches = {r["id"]: r for r in json.loads(out)["reaches"]}
    except ValueError:
        check(False, "no snapshot: %s %s" % (status, err))
        reaches = {}
    return reaches, err


def scope_of(reaches):
    return [i for i in reaches if i.startswith("unknown:token:github:") and i.endswith("/scope")]


os.makedirs(home)
token = markers.github()
server = tls.Server(ca, account())
api = server.url + "/api/v3"
ONLY = ("--only", "env,files")
ASK = ("--online=tokens", *ONLY)

# ---- consent --------------------------------------------------------------------------------------
status, out, err = run("--online=tokens", "--dry-run", "--only", "env", GITHUB_TOKEN=token)
check(status == 0 and out == "" and "asks github.com about 1 credential" in err, "dry run: %s %s %s" % (status, out, err))
check("at most 300 requests" in err and "last use" in err and "audit logs" in err, "what it costs: " + err)
status, out, err = run("--online", "--dry-run", "--host", server.host, "--only", "env", GITHUB_TOKEN=token, GITHUB_API_URL=api)
check(status == 0 and "asks %s about 1 credential" % server.host in err, "dry run of another host: " + err)
_, _, err = run("--online", "--dry-run", "--only", "env", GITHUB_TOKEN=token, GITHUB_API_URL=api)
check("--host %s allows it" % server.host in err and "0 requests" in err, "a host that nobody named: " + err)
_, _, err = run("--online", "--dry-run", "--only", "env")
check("0 hosts, 0 requests" in err, "nothing to ask: " + err)
_, _, err = run("--online", "--dry-run", "--only", "env", GITHUB_TOKEN=token, https_proxy="http://me:" + markers.password() + "@proxy.test:3128")
check("through the proxy http://proxy.test:3128" in err, "the proxy is named, without its password: " + err)
check(server.connections == 0, "not one connection until now")

# ---- asked, and told --------------------------------------------------------------------------------
before, _ = snapshot(*ONLY, GITHUB_TOKEN=token, GITHUB_API_URL=api)
check(len(scope_of(before)) == 1 and server.connections == 0, "without --online the scope is unknown, and nothing is sent")
reaches, err = snapshot(*ASK, "--host", server.host, GITHUB_TOKEN=token, GITHUB_API_URL=api)
check("asks " + server.host in err, "says so first: " + err)
check(len(server.requests) >= 1 and not server.mutations(), "asked: %s" % [r.line for r in server.requests])
basic = "Basic " + base64.b64encode(("x-access-token:" + token).encode()).decode()
check({r.headers.get("authorization") for r in server.requests} <= {"Bearer " + token, basic}, "each with the token")
check(not scope_of(reaches), "its scope is told: %s" % scope_of(reaches))
secret = [r for i, r in reaches.items() if i.startswith("token:github:")]
check(len(secret) == 1 and secret[0]["least"] == "grant" and secret[0]["details"].get("login") == "mona", "by itself one grant: %s" % secret)
check(any(i.startswith("grant:github:") for i in reaches), "grants: %s" % [i for i in reaches if i.startswith("grant")])
links = json.loads(run("snapshot", *ASK, "--host", server.host, GITHUB_TOKEN=token, GITHUB_API_URL=api)[1])["links"]
check(any(l["rule"] == "gives" and l["to"].startswith("grant:") for l in links), "and links to them")
status, out, err = run(*ASK, "--host", server.host, "--format", "json", GITHUB_TOKEN=token, GITHUB_API_URL=api)
asked = json.loads(out)["asked"]
check(asked["online"] == ["tokens"] and asked["hosts"] == [server.host], "the report says what was asked: %s" % asked)

# ---- hosts that only a file names -------------------------------------------------------------------
trap = tls.Server(ca, account())
write(".config/gh/hosts.yml", "%s:\n    oauth_token: %s\n    user: mona\n" % (trap.host, markers.github("o")))
write(".git-credentials", "https://mona:%s@%s\n" % (markers.github(), trap.host))
write(".netrc", "machine 127.0.0.1 login mona password %s\n" % markers.github())
write("project/.env", "GITHUB_API_URL=%s/api/v3\nGITHUB_TOKEN=%s\n" % (trap.url, token))
server.clear()
reaches, err = snapshot(*ASK, "--host", server.host, GITHUB_TOKEN=token, GITHUB_API_URL=api)
check(trap.connections == 0, "a file alone makes nobody ask its host")
check("--host %s allows it" % trap.host in err, "but says what it left: " + err)
check(len(server.requests) >= 1 and not any(c in r for r in server.requests for c in markers.canaries if c != token), "one token, its own host")
os.unlink(os.path.join(home, "project/.env"))
reaches, err = snapshot(*ASK, "--host", trap.host)
check(len({r.headers.get("authorization") for r in trap.requests if r.line == "GET /api/v3/user"}) == 2, "named, it is asked about both of its tokens: %s" % err)
check(not any(token in r for r in trap.requests), "and never hears of another's")
trap.clear()
for name in (".config/gh/hosts.yml", ".git-credentials", ".netrc"):
    os.unlink(os.path.join(home, name))

# ---- nothing is lowered by a failure ----------------------------------------------------------------


def still_unknown(what, **more):
    start_s = time.monotonic()
    found, err = snapshot(*ASK, "--host", server.host, GITHUB_TOKEN=token, GITHUB_API_URL=api, **more)
    check(len(scope_of(found)) == 1, "%s: the scope stays unknown: %s" % (what, err))
    check(time.monotonic() - start_s < 60, "%s: in %.0f s" % (what, time.monotonic() - start_s))
    return found


fine, server.table = server.table, {re.compile(""): tls.answer(500, b"broken")}
still_unknown("500")
server.table = {re.compile(""): tls.answer(200, b'{"login": "mo')}
still_unknown("truncated JSON")
server.table = {re.compile(""): tls.answer(429, {}, {"Retry-After": "600"})}
still_unknown("rate limit")
server.table = {re.compile(""): tls.answer(302, b"", {"Location": trap.url + "/api/v3/user"})}
still_unknown("redirect elsewhere")
check(trap.connections == 0, "the other server heard nothing")
server.table = {re.compile(""): tls.answer(200, b"", stream=tls.huge(1 << 30))}
still_unknown("a gigabyte")
stranger = tls.Authority(os.path.join(work, "stranger"))
server.table = fine
still_unknown("a certificate of nobody's", SSL_CERT_FILE=stranger.file)
server.table = fine


def children(pid):
    found = []
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and int(open("/proc/%s/stat" % entry).read().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(entry))
        except OSError:
            pass
    return found


server.delay = 30
server.clear()
child = start(["snapshot", *ASK, "--host", server.host], environment(GITHUB_TOKEN=token, GITHUB_API_URL=api))
deadline = time.monotonic() + 20
while not server.requests and time.monotonic() < deadline:
    time.sleep(0.05)
scanner = children(child.pid)
askers = [p for s in scanner for p in children(s)]
scanner_status = open("/proc/%d/status" % scanner[0]).read() if scanner else ""
check("Seccomp:\t2" in scanner_status and len(askers) == 1, "a scanner and one asker: %s %s" % (scanner, askers))
asker_status = open("/proc/%d/status" % askers[0]).read() if askers else ""
check("Seccomp:\t2" in asker_status and "NoNewPrivs:\t1" in asker_status, "the asker is confined")
if askers:
    os.kill(askers[0], signal.SIGKILL)
out, err = child.communicate(timeout=60)
said.append(out + err)
found = {r["id"]: r for r in json.loads(out)["reaches"]}
check(len(scope_of(found)) == 1 and "ended early" in err, "an asker that dies lowers nothing: " + err)
server.delay = 0

# ---- two dead tokens --------------------------------------------------------------------------------
dead = tls.Server(ca, {re.compile(""): tls.answer(401, {"message": "Bad credentials"})})
names = ["A_TOKEN", "B_TOKEN", "C_TOKEN", "D_TOKEN"]
reaches, err = snapshot("--online=tokens", "--only", "env", "--host", dead.host, GITHUB_API_URL=dead.url + "/api/v3",
                        **{n: markers.github() for n in names})
check(len({r.headers.get("authorization") for r in dead.requests}) == 2, "after two dead tokens the host is left alone")
live = [i for i, r in reaches.items() if i.startswith("token:github:") and "live" in r["traits"]]
check(len(live) == 2 and len(scope_of(reaches)) == 2, "two are dead, two stay unknown: %s" % live)

# ---- record, replay, token --------------------------------------------------------------------------
store = os.path.join(work, "answers")
status, asked, err = run("token", "--online", "--host", server.host, "--record", store, text=token + "\n")
check(status == 0 and "login: mona" in asked and "token:github:" in asked, "token: %s %s %s" % (status, asked, err))
check(all(os.stat(os.path.join(store, f)).st_mode & 0o777 == 0o600 for f in os.listdir(store)) and os.listdir(store), "recorded")
server.clear()
status, replayed, err = run("token", "--online", "--host", server.host, "--replay", store, text=token + "\n")
check(replayed == asked and not server.connections, "replayed: the same words, and no packet")
status, out, err = run("token", text=token)
check(status == 0 and "--online=tokens asks" in out and not server.connections, "token without --online: " + out)
status, out, err = run("token", text="no credential at all\n")
check(status == 2 and out == "", "what is no credential: %s %s" % (status, err))
check(run("token", token[:0] + "x", text="")[0] == 2, "never as an argument")
check(run("--record", store, "--only", "env")[0] == 2, "--record without --online=tokens")
for path in os.listdir(store):
    said.append(open(os.path.join(store, path)).read())

# ---- not one packet ---------------------------------------------------------------------------------


def packets(*args):
    """Packets that are sent in a network namespace, where every address has a route, while an audit runs in it."""
    counter = "cat /sys/class/net/lo/statistics/tx_packets"
    script = ("mount -t sysfs none /sys && ip link set lo up && ip route add default dev lo && %s; %s >/dev/null 2>&1; %s" %
              (counter, " ".join(args), counter))
    done = subprocess.run(["unshare", "--net", "--mount", "sh", "-c", script], env=environment(GITHUB_TOKEN=token), cwd=home,
                          capture_output=True, text=True, timeout=200)
    n = [int(x) for x in done.stdout.split()]
    return n[1] - n[0] if len(n) == 2 else "no count: %s %s" % (done.stdout, done.stderr)


if os.geteuid() == 0:
    for args in ((binary, "--only", "env,files"), (binary, "token", "<", "/dev/null"),
                 (binary, "--only", "env", "--online", "--dry-run"),
                 (binary, "--only", "env", "--online", "--host", server.host, "--replay", store)):
        n = packets(*args)
        check(n == 0, "not one packet: %s: %s" % (args[1:], n))
    n = packets("timeout", "40", binary, "--only", "env", "--online")
    check(isinstance(n, int) and n > 0, "and with --online there are some, so that this counts: %s" % n)
elif box.must_run():
    check(False, "the count of packets needs root")

for canary in markers.canaries:
    check(not any(canary in text for text in said), "no secret in any output")
    check(not any(canary in r.line for s in (server, trap, dead) for r in s.requests), "nor in any URL")
finish()
