"""Answers that are not to be believed: a proxy and an authority that the audited environment chose may add to what a
credential can do, and take nothing away; recorded answers say that they are; a server that answers too much gets no memory.

Everything on loopback: the proxy opens every tunnel to a server of our own, which has a certificate for the vendor's name.
"""
import json
import os
import re
import resource
import socket
import subprocess
import sys
import tempfile
import threading

from check import check, finish
from markers import Markers
import box
import tls

binary = os.path.abspath(sys.argv[1])
box.require(["openssl"], root=False)
keep = tempfile.TemporaryDirectory(prefix="ra-distrust-")
work = keep.name
home = os.path.join(work, "home")
os.makedirs(home)
markers = Markers(20261123)
ca = tls.Authority(os.path.join(work, "ca"))
token = markers.github()
said = []


def run(*args, text=None, **more):
    env = dict({"PATH": "/usr/bin:/bin", "HOME": home, "SSL_CERT_FILE": ca.file}, **more)
    done = subprocess.run([binary, *args], env=env, cwd=home, input=text if text is not None else "", capture_output=True,
                          text=True, timeout=200)
    said.append(done.stdout + done.stderr)
    return done.returncode, done.stdout, done.stderr


def snapshot(*args, **more):
    status, out, err = run("snapshot", "--only", "env", *args, **more)
    try:
        return {r["id"]: r for r in json.loads(out)["reaches"]}, err
    except ValueError:
        check(False, "no snapshot: %s %s" % (status, err))
        return {}, err


def scope_of(reaches):
    return [i for i in reaches if i.startswith("unknown:token:github:") and i.endswith("/scope")]


def live(reaches):
    return [i for i, r in reaches.items() if i.startswith("token:github:") and "live" in r["traits"]]


class Tunnel:
    """An HTTP proxy that opens every tunnel to one port of this machine."""

    def __init__(self, port):
        self.to, self.asked = port, []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                one, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(one,), daemon=True).start()

    def serve(self, one):
        head = b""
        while b"\r\n\r\n" not in head:
            part = one.recv(4096)
            if not part:
                return
            head += part
        self.asked.append(head.split(b"\r\n")[0].decode())
        other = socket.create_connection(("127.0.0.1", self.to))
        one.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        threading.Thread(target=self.pump, args=(one, other), daemon=True).start()
        self.pump(other, one)

    @staticmethod
    def pump(a, b):
        try:
            for part in iter(lambda: a.recv(65536), b""):
                b.sendall(part)
            b.shutdown(socket.SHUT_WR)
        except OSError:
            pass


# ---- between us and the vendor ------------------------------------------------------------------------
nobody = {re.compile(""): tls.answer(401, {"message": "Bad credentials"})}
nothing = {"GET /user": tls.answer(200, {"login": "mona", "id": 1, "type": "User"}, {"X-OAuth-Scopes": ""}),
           "GET /rate_limit": tls.answer(200, {"resources": {}}, {"X-OAuth-Scopes": ""}),
           "GET /user/repos": tls.answer(200, [])}
middle = tls.Server(ca, nobody, names=["api.github.com", "github.com"])
tunnel = Tunnel(middle.port)
WAY = {"https_proxy": tunnel.url, "GITHUB_TOKEN": token}
for what, table in (("the token is dead", nobody), ("the token has no scopes", nothing)):
    middle.table = table
    middle.clear()
    reaches, err = snapshot("--online=tokens", GITHUB_API_URL="https://api.github.com", **WAY)
    check(len(tunnel.asked) >= 1 and "api.github.com:443" in tunnel.asked[0] and middle.requests, "%s: asked: %s" % (what, err))
    check(len(live(reaches)) == 1 and len(scope_of(reaches)) == 1,
          "%s, says one whom only the environment vouches for: nothing is lowered" % what)
    told = [r["details"].get("not believed", "") for i, r in reaches.items() if i.startswith("token:github:")]
    check(told and "SSL_CERT_FILE" in told[0], "%s: and the report says why: %s" % (what, told))

# A server of the person's own, named, and its private authority: believed straight, not through the environment's proxy.
own = tls.Server(ca, {k.replace(" /", " /api/v3/"): v for k, v in nothing.items()})
named = dict(GITHUB_TOKEN=token, GITHUB_API_URL=own.url + "/api/v3")
reaches, err = snapshot("--online=tokens", "--host", own.host, **named)
check(not scope_of(reaches), "named, and asked straight, it is believed: %s" % err)
far = tls.Server(ca, own.table, names=["ghe.corp.test"])
to_far = Tunnel(far.port)
reaches, err = snapshot("--online=tokens", "--host", "ghe.corp.test", GITHUB_TOKEN=token, https_proxy=to_far.url,
                        GITHUB_API_URL="https://ghe.corp.test/api/v3")
check(far.requests and len(scope_of(reaches)) == 1, "named, and asked through the environment's proxy, it is not: %s" % err)
status, out, err = run("token", "--online", "--host", "ghe.corp.test", text=token, https_proxy=to_far.url)
check("What else it may do is not known" in out, "token: %s" % out)
_, err = snapshot("--online=tokens", **WAY)
check("SSL_CERT_FILE" in err, "whom it trusts is said before the first byte: %s" % err)

# ---- the environment of the audited process is not the asker's ------------------------------------------
with open(os.path.join(work, "openssl.cnf"), "w") as f:
    f.write("openssl_conf = all\n[all]\nproviders = p\n[p]\nnull = n\n[n]\nactivate = 1\n")
reaches, err = snapshot("--online=tokens", "--host", own.host, OPENSSL_CONF=os.path.join(work, "openssl.cnf"), **named)
check(not scope_of(reaches), "settings of a library, and so its modules, are not taken from there: %s" % err)

# ---- recorded answers say so -----------------------------------------------------------------------------
store = os.path.join(work, "answers")
run("--online=tokens", "--only", "env", "--host", own.host, "--record", store, **named)
check(len(os.listdir(store)) > 1, "recorded")
ASK = ("--online=tokens", "--only", "env", "--host", own.host)
_, out, err = run(*ASK, "--replay", store, "--format", "json", **named)
report = json.loads(out)
check(report["asked"]["online"] == ["tokens=replayed"], "a report of recorded answers says so: %s" % report["asked"])
status, out, err = run(*ASK, "--replay", store, **named)
check("recorded answers" in out, "and in words: %s" % out)
reaches, err = snapshot("--online=tokens", "--host", own.host, "--replay", store, **named)
secret = [r for i, r in reaches.items() if i.startswith("token:github:")]
check(secret and {e["method"] for e in secret[0]["evidence"] if e["collector"] == "tokens"} == {"declared"},
      "a file said it, nobody was asked: %s" % secret)
status, out, err = run("gate", *ASK, "--replay", store, "--", "/bin/true", **named)
check(status == 2 and "--replay" in err, "no gate opens by recorded answers: %s %s" % (status, err))

# ---- too much ------------------------------------------------------------------------------------------


def flooded(what, body, most_kib=300 * 1024):
    """Every question is answered with this; the list has a next page for ever."""
    answer = tls.answer(200, body, {"Content-Type": "application/json",
                                    "Link": '<%s/api/v3/user/repos?page=2>; rel="next"' % own.url})
    table = {re.compile(r"GET /api/v3/(user/repos|repos)"): answer, re.compile(r"GET /.*info/refs"): tls.answer(404, b"")}
    own.table = {k: v for k, v in first.items() if k != "GET /api/v3/user/repos"}
    own.table.update(table)
    found, err = snapshot("--online=tokens", "--host", own.host, **named)
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    check(used < most_kib, "%s: %d KiB" % (what, used))
    check(scope_of(found) or any(r["state"] == "unknown" for i, r in found.items() if i.startswith("grant:")),
          "%s: what was not read is unknown: %s" % (what, err))
    return found


first = dict(own.table)
long = "x" * 20000
flooded("numbers", b"[" + b"0," * 190000 + b"0]")
found = flooded("long names", json.dumps([{"full_name": "%s%d/app" % (long, i), "private": True, "default_branch": "main",
                                           "permissions": {"admin": True}} for i in range(100)]))
check(all(len(i) < 2000 for i in found), "an id stays short: %d" % max(len(i) for i in found))
first["GET /api/v3/user"] = tls.answer(200, {"login": "m" * 1000000}, {"X-OAuth-Scopes": "repo"})
first["GET /api/v3/rate_limit"] = tls.answer(200, {"resources": {}}, {"X-OAuth-Scopes": ",".join("s%d" % i for i in range(9000))})
found = flooded("a long login, many scopes", b"[]")
check(max(len(str(v)) for r in found.values() for v in r["details"].values()) < 2000, "a detail stays short")
check(len(found) < 6000, "%d reaches" % len(found))

for canary in markers.canaries:
    check(not any(canary in text for text in said), "no secret in any output")
finish()
