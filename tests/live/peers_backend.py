"""git's own server for HTTPS (git http-backend) behind TLS and a login, as any forge: who may push is told by the
advertisement that a push begins with, and nothing is ever pushed.

usage: peers_backend.py REACHAUDIT TOP
"""
import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.parse

from check import check, finish
from markers import Markers
import box
import tls

binary = os.path.abspath(sys.argv[1])
box.require(["openssl", "git"], root=False)
BACKEND = os.path.join(subprocess.run(["git", "--exec-path"], capture_output=True, text=True).stdout.strip(), "git-http-backend")
if not os.path.exists(BACKEND):
    print("skipped: needs git-http-backend")
    sys.exit(1 if box.must_run() else 77)
keep = tempfile.TemporaryDirectory(prefix="ra-backend-")
work, base = keep.name, os.path.join(keep.name, "repositories")
markers = Markers(20261201)
ca = tls.Authority(os.path.join(work, "ca"))
PLAIN = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@a.test",
         "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@a.test", "HOME": work}
LOGINS = {"writer": markers.password(), "reader": markers.password(), "odd:p@": markers.keep(markers.password() + "/%:@")}
WRITERS = {"writer", "odd:p@"}
said, sent = [], []


def git(*argv, text=None):
    return subprocess.run(["git", *argv], env=PLAIN, input=text, capture_output=True, text=True, check=True, timeout=120).stdout


# ---- a forge ----------------------------------------------------------------------------------------
def bare(name, refs=1):
    path = os.path.join(base, name)
    git("init", "-q", "--bare", "-b", "main", path)
    tree = git("-C", path, "mktree", text="").strip()
    commit = git("-C", path, "commit-tree", tree, "-m", "first").strip()
    with open(os.path.join(path, "packed-refs"), "w") as f:
        f.write("# pack-refs with: peeled fully-peeled sorted \n")
        f.write("".join("%s refs/heads/branch-%05d\n" % (commit, i) for i in range(refs - 1)))
        f.write("%s refs/heads/main\n" % commit)
    git("-C", path, "config", "http.receivepack", "true")
    return path


def who(request):
    kind, _, rest = request.headers.get("authorization", "").partition(" ")
    both = base64.b64decode(rest).decode() if kind == "Basic" else ""
    return next((login for login, password in LOGINS.items() if both == login + ":" + password), None)


def cgi(request, login):
    path, _, query = request.path.partition("?")
    done = subprocess.run([BACKEND], input=request.body, capture_output=True, timeout=60, env={
        **PLAIN, "GIT_PROJECT_ROOT": base, "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": urllib.parse.unquote(path),
        "QUERY_STRING": query, "REQUEST_METHOD": request.method, "REMOTE_USER": login, "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": request.headers.get("content-type", "")})
    head, _, body = done.stdout.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().splitlines())
    return int(headers.pop("Status", "200").split()[0]), headers, body


def counted(body):
    """The body in pieces with a pause between, and how many bytes went out before the other end closed."""
    def stream(out):
        for at in range(0, len(body), 16384):
            out.write(body[at:at + 16384])
            sent[-1] += 16384
            time.sleep(0.02)
    return stream


def forge(request):
    login = who(request)
    if not login:
        return tls.answer(401, "who?", {"WWW-Authenticate": 'Basic realm="git"'})
    if "git-receive-pack" in request.path and login not in WRITERS:
        return tls.answer(403, "you may read only")
    status, headers, body = cgi(request, login)
    if len(body) < 1 << 16:
        return tls.answer(status, body, headers)
    sent.append(0)
    headers["Content-Length"] = str(len(body))
    return tls.answer(status, b"", headers, stream=counted(body))


def bytes_of(path):
    """One digest over every file of a folder and its name."""
    h = hashlib.sha256()
    for top, dirs, files in sorted(os.walk(path)):
        for name in sorted(files):
            with open(os.path.join(top, name), "rb") as f:
                h.update((os.path.join(top, name) + "\0").encode() + f.read())
    return h.hexdigest()


# ---- an audit ---------------------------------------------------------------------------------------
class Told:
    def __init__(self, lines, remotes, options=("--online=tokens",), host=True, config=""):
        server.clear()
        home = tempfile.mkdtemp(dir=work)
        tree = os.path.join(home, "tree")
        git("init", "-q", "-b", "main", tree)
        for i, remote in enumerate(remotes):
            git("-C", tree, "remote", "add", "r%d" % i, remote)
        with open(os.path.join(tree, ".git/config"), "a") as f:
            f.write(config)
        if lines:
            with open(os.path.join(home, ".git-credentials"), "w") as f:
                f.write("".join(line + "\n" for line in lines))
        options = [*options, *(["--host", server.host] if host else [])]
        done = subprocess.run([binary, "snapshot", "--only", "files,git", *options], cwd=tree, capture_output=True, text=True,
                              env={"PATH": os.environ["PATH"], "HOME": home, "SSL_CERT_FILE": ca.file}, timeout=120)
        said.append(done.stdout + done.stderr)
        self.err = done.stderr
        self.reaches = {r["id"]: r for r in json.loads(done.stdout)["reaches"]} if done.stdout else {}
        self.lines = [r.line for r in server.requests]

    def grant(self, path, right="push"):
        name = "grant:git:%s/%s:%s" % (server.host, path, right)
        return self.reaches.get(name, {"state": "absent", "details": {}})


def login(name):
    return "https://%s:%s@%s" % (urllib.parse.quote(name, safe=""), urllib.parse.quote(LOGINS[name], safe=""), server.host)


repository, many, plain = bare("acme/app.git"), bare("acme/many.git", 20000), bare("acme/plain")
server = tls.Server(ca, {})
server.find = forge
before = bytes_of(base)
ADVERTISE = "GET /acme/app.git/info/refs?service=git-receive-pack"

told = Told([login("writer")], [server.url + "/acme/app.git"])
check(told.grant("acme/app")["state"] == "present", "a writer may push: %s %s" % (told.grant("acme/app"), told.err))
check(told.grant("acme/app", "default-branch=rewrite")["state"] == "unknown", "the forge's own rules are not known")
check("own-remote" in told.grant("acme/app")["traits"], "it is the working tree's own remote")
check(told.lines == [ADVERTISE], "one request, no more: %s" % told.lines)
told = Told([login("reader")], [server.url + "/acme/app.git"])
check(told.grant("acme/app")["state"] == "denied", "a reader may not: %s" % told.grant("acme/app"))
check(told.grant("acme/app", "default-branch=rewrite")["state"] == "denied", "nor rewrite")
told = Told([login("odd:p@")], [server.url + "/acme/app"])
check(told.grant("acme/app")["state"] == "present", "a login with characters that URLs escape: %s %s" %
      (told.grant("acme/app"), told.lines))
told = Told([login("writer")], [server.url + "/acme/plain"])
check(told.grant("acme/plain")["state"] == "present", "a repository without .git at its end: %s" % told.lines)
told = Told([login("writer").replace(LOGINS["writer"], markers.password())], [server.url + "/acme/app.git"])
check(told.grant("acme/app")["state"] == "unknown", "a wrong password: %s" % told.grant("acme/app"))
told = Told([login("writer")], [server.url + "/acme/nothing.git"])
check(told.grant("acme/nothing")["state"] == "denied", "no such repository: %s" % told.grant("acme/nothing"))
told = Told([], [server.url.replace("//", "//writer:%s@" % LOGINS["writer"]) + "/acme/app.git"])
check(told.grant("acme/app")["state"] == "present", "a login within the remote: %s" % told.lines)
header = base64.b64encode(("reader:" + LOGINS["reader"]).encode()).decode()
markers.canaries.append(header)
told = Told([], [server.url + "/acme/app.git"],
            config='[http "%s/"]\n\textraheader = AUTHORIZATION: basic %s\n' % (server.url, header))
check(told.grant("acme/app")["state"] == "denied", "a header that a CI left: %s %s" % (told.grant("acme/app"), told.lines))
told = Told([login("reader"), login("writer")], [server.url + "/acme/app.git", server.url + "/acme/plain"])
check(told.grant("acme/app")["state"] == "present", "two logins, one may: %s" % told.grant("acme/app"))
check(len(told.lines) >= 4, "both logins at both remotes: %s" % told.lines)

# ---- nothing without consent, and nothing elsewhere ---------------------------------------------------
for options, host in (((), False), ((), True), (("--online=tokens",), False)):
    told = Told([login("writer")], [server.url + "/acme/app.git"], options, host and bool(options))
    check(not told.lines and server.connections == 0, "not asked with %s: %s" % (options, told.lines))
check("--host %s allows it" % server.host in told.err, "but says so: " + told.err)
told = Told([login("writer")], ["https://elsewhere.test/acme/app.git"])
check(not told.lines, "no remote on the login's host, nothing to ask: %s" % told.lines)

# ---- a repository of many branches --------------------------------------------------------------------
start = time.monotonic()
told = Told([login("writer")], [server.url + "/acme/many.git"])
whole = len(cgi(tls.Request("GET", "/acme/many.git/info/refs?service=git-receive-pack", {}, b""), "writer")[2])
check(told.grant("acme/many")["state"] == "present", "20,000 branches: %s" % told.grant("acme/many"))
check(whole > 1 << 20 and sent and sent[-1] < whole / 4, "stopped early: %s of %d bytes" % (sent, whole))
print("20,000 branches: %d bytes of %d, %.1f s" % (sent[-1] if sent else -1, whole, time.monotonic() - start))

check(bytes_of(base) == before, "not a byte of any repository changed")
for canary in markers.canaries:
    check(not any(canary in s for s in said), "no login in any output")
finish()
