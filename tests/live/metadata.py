"""A cloud's identity service: told offline without a packet, asked by consent, in namespaces of our own.

A server stands at the clouds' link-local address in a second namespace; a box in the first has a route there."""
import atexit
import json
import os
import subprocess
import sys
import tempfile
import time

from check import check, finish
import box

binary, top = os.path.abspath(sys.argv[1]), sys.argv[2]
box.require(["bwrap", "setpriv", "ip", "unshare", "nsenter"])
keep = tempfile.TemporaryDirectory(prefix="ra-metadata-")
work = keep.name
os.chmod(work, 0o755)
AT = "169.254.169.254"
SERVICE = "service:%s:80/tcp" % AT
CANARY = "AKIA" + "CANARY" * 2 + "0000"

SERVER = r"""
import http.server, json, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with open(sys.argv[2], "a") as log:
            log.write(json.dumps({"method": self.command, "path": self.path, "headers": dict(self.headers.items())}) + "\n")
        with open(sys.argv[1]) as f:
            rules = json.load(f)
        for path, need, status, headers, body in rules:
            if path != "*" and path != self.path:
                continue
            if any(self.headers.get(k) != v for k, v in need.items()):
                continue
            if status == 0:
                time.sleep(40)
                return
            self.send_response(status)
            for k, v in headers.items():
                self.send_header(k, v)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())
            return
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()
    do_PUT = do_POST = do_HEAD = do_GET
    def log_message(self, *a):
        pass
http.server.ThreadingHTTPServer.daemon_threads = True
s = http.server.ThreadingHTTPServer(("169.254.169.254", 80), Handler)
print("up", flush=True)
s.serve_forever()
"""


def start(argv):
    p = subprocess.Popen(argv, stdout=subprocess.PIPE)
    atexit.register(p.wait)
    atexit.register(p.kill)
    assert p.stdout.readline().strip() == b"up", argv
    return p


def namespace():
    p = start(["unshare", "-n", "sh", "-ec", "ip link set lo up; echo up; exec sleep 600"])
    return str(p.pid), "/proc/%d/ns/net" % p.pid


def script(netns, *lines):
    for line in lines:
        subprocess.run(["nsenter", "--net=" + netns] + line.split(), check=True)


here_pid, here = namespace()
there_pid, there = namespace()
script(here, "ip link add eth0 type veth peer name up0 netns " + there_pid, "ip addr add 192.0.2.2/24 dev eth0",
       "ip link set eth0 up")
script(there, "ip addr add 192.0.2.1/24 dev up0", "ip link set up0 up", "ip addr add %s/32 dev lo" % AT)
ROUTE = "ip route add %s/32 via 192.0.2.1" % AT
script(here, ROUTE)

rules, log = os.path.join(work, "rules"), os.path.join(work, "log")


def behave(*table):
    """(path or *, headers that it must have, status or 0 for silence, headers, body); the rest is 404."""
    with open(rules, "w") as f:
        json.dump(table, f)
    open(log, "w").close()


def asked():
    with open(log) as f:
        return [json.loads(line) for line in f]


def firmware(**files):
    """A directory that stands at /sys/class/dmi/id."""
    d = tempfile.mkdtemp(prefix="dmi-", dir=work)
    os.chmod(d, 0o755)
    for name, text in files.items():
        with open(os.path.join(d, name), "w") as f:
            f.write(text + "\n")
    return d


MACHINES = {"aws": firmware(sys_vendor="Amazon EC2"), "gcp": firmware(product_name="Google Compute Engine"),
            "azure": firmware(sys_vendor="Microsoft Corporation", chassis_asset_tag="7783-7084-3265-9085-8269-3286-77"),
            "laptop": box.LAPTOP, "blank": firmware()}


def audit(machine, *options, env=(), clean=True):
    args = box.bwrap(binary, network=True, binds=[(MACHINES[machine], box.DMI)], env=env)
    if machine == "blank":  # a processor that tells nothing either
        args = args[:-1] + ["--ro-bind", "/dev/null", "/proc/cpuinfo", "--"]
    start_s = time.monotonic()
    code, report, out, err = box.audit(args, here, options)
    took = time.monotonic() - start_s
    check(report is not None, "%s %s: a report: %r" % (machine, options, err[-300:]))
    check(CANARY.encode() not in out + err, "%s %s: no credential is shown" % (machine, options))
    reaches = {r["id"]: r for r in report["reaches"]} if report else {}
    for call in asked():
        check(call["method"] == "GET" and "/token" not in call["path"] and "security-credentials/r" not in call["path"],
              "never a credential, never a session: %s %s" % (call["method"], call["path"]))
    return code, report, reaches, err.decode(), took


def metadata_ids(reaches):
    return sorted(i for i in reaches if i.startswith("unknown:metadata") or i == SERVICE)


def consequences(report):
    return {c["id"]: c for c in report["consequences"]}


ONLINE = "--online=metadata"
ROLES = "/latest/meta-data/iam/security-credentials/"
AWS = [(ROLES, {}, 200, {"Server": "EC2ws"}, "builder-role"),
       (ROLES + "builder-role", {}, 200, {}, json.dumps({"AccessKeyId": CANARY}))]

# ---- nothing listens -------------------------------------------------------------------------------
behave()
_, report, reaches, err, took = audit("aws", ONLINE)
check(metadata_ids(reaches) == [], "nothing listens: absent: %r" % metadata_ids(reaches))
check("asks %s" % AT in err and "at most 1 requests" in err, "the consent names the address and the calls: %r" % err)
check(took < 20, "and it takes %.1f s" % took)

start(["nsenter", "--net=" + there, sys.executable, "-c", SERVER, rules, log])

# ---- AWS -------------------------------------------------------------------------------------------
behave(*AWS)
code, report, reaches, err, _ = audit("aws")
r = reaches.get("unknown:metadata", {})
check(r.get("ceiling") == "organization" and r.get("details", {}).get("cloud") == "aws" and
      r.get("settled_by", "").startswith(ONLINE), "offline: unknown, with its ceiling: %r" % r)
check(report["worst_case"]["radius"] == "organization" and report["worst_case"]["proved"]["radius"] != "organization",
      "it counts in the worst case, and is not proved")
check(asked() == [], "not one request without consent")

code, report, reaches, err, _ = audit("aws", ONLINE)
r = reaches.get(SERVICE, {})
check(r.get("state") == "present" and r.get("details", {}).get("role") == "builder-role" and r.get("severity") == "critical",
      "asked: the role is named: %r" % r)
check(metadata_ids(reaches) == [SERVICE], "and nothing is unknown of it any more: %r" % metadata_ids(reaches))
c = consequences(report).get("so:identity/" + SERVICE, {})
check(c.get("radius") == "organization" and c.get("certainty") == "certain", "so the run can act as it: %r" % c)
check([a["path"] for a in asked()] == [ROLES], "one request: %r" % asked())
check(report["asked"]["online"] == ["metadata"], "what was asked is in the report")

open(log, "w").close()
_, _, _, err, _ = audit("aws", ONLINE)
args = box.as_user(["env", "-i"] + box.bwrap(binary, network=True, binds=[(MACHINES["aws"], box.DMI)]) +
                   ["/opt/reachaudit", ONLINE, "--dry-run"], here)
before = len(asked())
dry = subprocess.run(args, capture_output=True, text=True, timeout=60)
check(dry.returncode == 0 and "asks %s" % AT in dry.stderr and len(asked()) == before, "--dry-run says it and stops: %r" % dry.stderr)

for status, word in ((401, "session"), (403, "refused"), (500, "500"), (302, "302")):
    behave((ROLES, {}, status, {"Location": "http://192.0.2.1/"} if status == 302 else {}, ""))
    _, report, reaches, _, _ = audit("aws", ONLINE)
    ids = metadata_ids(reaches)
    check(len(ids) == 1 and ids[0].startswith("unknown:metadata"), "%d: unknown: %r" % (status, ids))
    check(ids and reaches[ids[0]].get("ceiling", reaches[ids[0]]["radius"]) == "organization", "%d: at its ceiling" % status)
    if ids and status != 302:
        check(word in reaches[ids[0]]["details"].get("reason", ""), "%d: says why: %r" % (status, reaches[ids[0]]["details"]))

behave()
_, _, reaches, _, _ = audit("aws", ONLINE)
check(metadata_ids(reaches) == [], "a machine without a role: %r" % metadata_ids(reaches))
behave((ROLES, {}, 200, {}, "<html>please log in</html>"))
_, _, reaches, _, _ = audit("aws", ONLINE)
check(metadata_ids(reaches) == ["unknown:metadata/aws"], "a page is no list of roles: %r" % metadata_ids(reaches))

# ---- Google ----------------------------------------------------------------------------------------
ACCOUNTS, NEED, FLAVOR = "/computeMetadata/v1/instance/service-accounts/", {"Metadata-Flavor": "Google"}, {"Metadata-Flavor": "Google"}
SCOPE = "https://www.googleapis.com/auth/"
for scopes, ceiling in ((["logging.write", "monitoring.write"], "grant"), (["cloud-platform"], "organization")):
    text = "".join(SCOPE + s + "\n" for s in scopes)
    behave((ACCOUNTS, NEED, 200, FLAVOR, "12-compute@developer.gserviceaccount.com/\ndefault/\n"),
           (ACCOUNTS + "default/scopes", NEED, 200, FLAVOR, text),
           (ACCOUNTS + "12-compute%40developer.gserviceaccount.com/scopes", NEED, 200, FLAVOR, text),
           (ACCOUNTS + "default/token", NEED, 200, FLAVOR, CANARY))
    _, report, reaches, _, _ = audit("gcp", ONLINE)
    r = reaches.get(SERVICE, {})
    check(metadata_ids(reaches) == [SERVICE] and r.get("details", {}).get("scopes", "").startswith(scopes[0]) and
          "12-compute@" in r["details"].get("accounts", ""), "gcp: accounts and scopes: %r" % r)
    check(r.get("ceiling", r.get("radius")) == ceiling, "gcp: %s may reach %s: %r" % (scopes, ceiling, r))
    check(consequences(report).get("so:identity/" + SERVICE, {}).get("radius") == ceiling, "gcp: and so the consequence")
behave((ACCOUNTS, NEED, 200, FLAVOR, "default/\n"))
_, _, reaches, _, _ = audit("gcp", ONLINE)
check(reaches.get(SERVICE, {}).get("ceiling") == "organization", "gcp: scopes that are not told narrow nothing")
behave((ACCOUNTS, NEED, 200, FLAVOR, ""))
_, _, reaches, _, _ = audit("gcp", ONLINE)
check(metadata_ids(reaches) == [], "gcp: no account, no identity: %r" % metadata_ids(reaches))

# ---- Azure -----------------------------------------------------------------------------------------
behave(("/metadata/instance/compute?api-version=2021-02-01", {"Metadata": "true"}, 200, {}, json.dumps({"name": "vm1"})))
_, report, reaches, _, _ = audit("azure", ONLINE)
r = reaches.get("unknown:metadata/azure", {})
check(metadata_ids(reaches) == ["unknown:metadata/azure"] and "token" in r.get("details", {}).get("reason", ""),
      "azure: the service is there; who it is, is told only with a token: %r" % r)
check("--online" not in r.get("settled_by", ""), "azure: asking again would not settle it: %r" % r.get("settled_by"))

# ---- a machine that tells nothing, and a laptop -------------------------------------------------------
behave(*AWS)
_, _, reaches, _, _ = audit("blank")
check(metadata_ids(reaches) == ["unknown:metadata"], "no firmware: unknown: %r" % metadata_ids(reaches))
_, _, reaches, err, _ = audit("blank", ONLINE)
check(metadata_ids(reaches) == [SERVICE] and len(asked()) > 3, "then every cloud is asked: %r" % metadata_ids(reaches))
behave(("*", {}, 403, {}, ""))
_, _, reaches, err, _ = audit("blank", ONLINE)
check(metadata_ids(reaches) == ["unknown:metadata/" + AT], "somebody refuses everything: %r" % metadata_ids(reaches))
behave(*AWS)
code, report, reaches, _, _ = audit("laptop")
check(metadata_ids(reaches) == [] and asked() == [], "a laptop raises no alarm: %r" % metadata_ids(reaches))
_, _, reaches, _, _ = audit("laptop", ONLINE)
check(metadata_ids(reaches) == [SERVICE], "whoever asks is told all the same: %r" % metadata_ids(reaches))

# ---- silence ---------------------------------------------------------------------------------------
behave(("*", {}, 0, {}, ""))
_, _, reaches, _, took = audit("blank", ONLINE)
check(metadata_ids(reaches) == ["unknown:metadata"], "no answer leaves it unknown: %r" % metadata_ids(reaches))
check(took < 40 and len(asked()) == 1, "after one question, %.1f s" % took)

# ---- no route --------------------------------------------------------------------------------------
script(here, "ip route del %s/32" % AT)
behave(*AWS)
_, report, reaches, _, _ = audit("aws")
check(metadata_ids(reaches) == [], "without a route it is absent: %r" % metadata_ids(reaches))
_, _, reaches, _, _ = audit("aws", ONLINE)
check(metadata_ids(reaches) == [] and asked() == [], "asked or not: %r" % metadata_ids(reaches))
finish()
