"""For the live tests of services beside GitHub: each service is a small model over real TLS on loopback, asked by the real
program about logins that lie where people keep them. The models decide by their own tables; the grants must agree. Each
server checks what arrived: no request that is not in the program's table of requests, the credential in its own place,
and nothing elsewhere. A test imports all of this and runs as: NAME.py REACHAUDIT TOP
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import time

from check import check
from check import finish as finish_checks
from markers import Markers
import box
import tls

binary = os.path.abspath(sys.argv[1])
box.require(["openssl"], root=False)
keep = tempfile.TemporaryDirectory(prefix="ra-services-")
ca = tls.Authority(os.path.join(keep.name, "ca"))
markers = Markers(20261123)
said, servers = [], []


def table_of_requests():
    """{(method, pattern of the path)} of every request that the program can make."""
    rows = set()
    for line in subprocess.run([binary, "list", "requests"], capture_output=True, text=True, check=True).stdout.splitlines():
        found = re.search(r"\b(GET|POST|HEAD)\s+(\S*)", line)
        path = re.escape(found.group(2)).replace(re.escape("{/}"), ".+").replace(re.escape("{}"), "[^/?&]*")
        rows.add((found.group(1), path))
    return rows


KNOWN = table_of_requests()
check(len(KNOWN) > 50, "the program lists its requests: %d" % len(KNOWN))


class Service:
    """One server of one provider. `answer` is a function of the request, or a table as tls.Server takes it."""

    def __init__(self, answer, base="", authority=ca, client=None, api=""):
        """api: a path that the provider puts before those of its requests, as a pattern."""
        self.server = tls.Server(authority, answer if isinstance(answer, dict) else {re.compile(""): answer})
        self.base, self.api = base, api
        if client:
            self.server.context.load_verify_locations(client)
            self.server.context.verify_mode = tls.ssl.CERT_REQUIRED
        self.host, self.url = self.server.host, self.server.url + base
        servers.append(self)

    def lines(self):
        return [r.line for r in self.server.requests]

    def check_requests(self, title, held=None):
        """held(request): the credential is where it belongs."""
        for r in self.server.requests:
            path = r.path[len(self.base):] if r.path.startswith(self.base) else "?" + r.path
            check(any(r.method == m and re.fullmatch(self.api + p, path) for m, p in KNOWN), "%s: %s is in no row" % (title, r.line))
            check(not held or held(r), "%s: %s came without its credential" % (title, r.line))


elsewhere = Service({})
away = tls.Server(None, {})  # what would leave this machine would go through this proxy


class Told:
    def __init__(self, provider, stdout, seconds):
        self.seconds = seconds
        self.reaches = json.loads(stdout)["reaches"] if stdout.startswith("{") else []
        self.grants = {r["id"].split(":", 2)[2]: r for r in self.reaches if r["id"].startswith("grant:%s:" % provider)}
        self.secrets = [r for r in self.reaches if r["kind"] in ("token", "key", "password")]
        # What may still be anything: an unknown scope, or a secret that counts as more than one grant by itself.
        self.unknown = [r["id"] for r in self.reaches if r["id"].startswith("unknown:") and r["id"].endswith("/scope")] + \
            [s["id"] for s in self.secrets if s.get("ceiling", "grant") not in ("nothing", "sandbox", "grant")]

    def fact(self, name):
        return next((s["details"][name] for s in self.secrets if name in s["details"]), "")

    def expect(self, title, **states):
        for name, wanted in states["grants"].items():
            got = self.grants.get(name, {"state": "absent"})["state"]
            check(got == wanted, "%s: %s is %s, expected %s; %s" % (title, name, got, wanted, self.fact("not asked further")))


homes = 0


def audit(provider, files, service, env=(), online=True, hosts=None, remote=None):
    """Runs the program in a home with these files {name: text} and gives what it told of the provider. remote: the URL of
    the remote of the working tree there."""
    global homes
    homes += 1
    home = os.path.join(keep.name, "home%d" % homes)
    for name, text in dict(files).items():
        path = os.path.join(home, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)
    os.makedirs(home, exist_ok=True)
    for s in [s.server for s in servers] + [away]:
        s.clear()
    options = ["--only", "files,env" + (",git" if remote else ""), "--format", "json"]
    if remote:
        subprocess.run(["git", "init", "-q", home], check=True)
        subprocess.run(["git", "-C", home, "remote", "add", "origin", remote], check=True)
    for host in hosts if hosts is not None else [service.host]:
        options += ["--host", host]
    if online:
        options.append("--online=tokens")
    start = time.monotonic()
    done = subprocess.run([binary, *options], cwd=home, capture_output=True, text=True, timeout=150,
                          env={"PATH": os.environ["PATH"], "HOME": home, "SSL_CERT_FILE": ca.file,
                               "https_proxy": away.url, **dict(env)})
    said.append(done.stdout + done.stderr)
    if os.environ.get("RA_TALK"):
        print(done.stderr)
    check(done.stdout.startswith("{"), "a report: %s" % done.stderr[-300:])
    check(not elsewhere.server.connections and not away.connections, "nothing goes elsewhere: %s" % done.stderr[-300:])
    return Told(provider, done.stdout, time.monotonic() - start)


# Answers that no service gives on a good day: (title, answer). Each must leave the scope unknown, and soon.
ODD = [("500", tls.answer(500, "no")), ("a sign-in page", tls.answer(200, "<html>sign in</html>")),
       ("cut off", tls.answer(200, b'{"na', {"Content-Type": "application/json"})),
       ("elsewhere", tls.answer(302, b"", {"Location": elsewhere.url + "/x"})),
       ("an hour", tls.answer(429, {}, {"Retry-After": "3600"})), ("401", tls.answer(401, {"message": "no"}))]


def odd_answers(provider, files, service, env=()):
    usual = service.server.table
    for title, reply in ODD:
        service.server.table = {re.compile(""): reply}
        told = audit(provider, files, service, env)
        check(told.unknown, "%s, %s: the scope stays unknown" % (provider, title))
        check(not [g for g, r in told.grants.items() if r["state"] != "unknown"], "%s, %s: nothing is proved or excluded: %s" %
              (provider, title, list(told.grants)))
        check(told.seconds < 30, "%s, %s: %.1f s" % (provider, title, told.seconds))
    service.server.table = usual


def finish():
    for value in markers.canaries:
        check(not any(value in text for text in said), "no secret in any output")
        check(not any(value in r for r in elsewhere.server.requests + away.requests), "no secret elsewhere")
    keep.cleanup()
    finish_checks()
