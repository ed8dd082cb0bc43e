"""GitHub's own recorded traffic (@octokit/fixtures), served over TLS: what is told equals what the recorded headers and
bodies say, odd values in them (a limit's reset in milliseconds) harm nothing, and what was never recorded is unknown.

The recordings know neither /rate_limit nor rulesets nor git. Where a case needs those, the answers are ours, with the
recorded headers; each says so. Recorded URLs are turned to this server, as a replay must, except where told otherwise.

usage: peers_fixtures.py REACHAUDIT FOLDER
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import time

from check import check, finish
from markers import Markers
import box
import npm
import tls

binary, folder = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
box.require(["openssl", "git"], root=False)
recorded = os.path.join(npm.install(folder, "@octokit/fixtures@23.1.2"), "@octokit/fixtures/scenarios/api.github.com")
keep = tempfile.TemporaryDirectory(prefix="ra-fixtures-")
ca = tls.Authority(os.path.join(keep.name, "ca"))
markers = Markers(20261203)
token = markers.github()
server = tls.Server(ca, {})
said = []


def scenario(name, form="normalized"):
    with open(os.path.join(recorded, name, form + "-fixture.json")) as f:
        return json.load(f)


def headers_of(record):
    raw = record.get("rawHeaders")
    headers = dict(zip(raw[::2], raw[1::2])) if raw else record["headers"]
    return {k: str(v) for k, v in headers.items()
            if k.lower() not in ("content-length", "connection", "transfer-encoding", "content-encoding", "date", "server")}


def served(record, turn=True, status=None, body=None):
    """One recorded answer; `turn`: its URLs lead here."""
    here = (lambda text: text.replace("https://api.github.com", server.url + "/api/v3")) if turn else lambda text: text
    body = record["response"] if body is None else body
    text = body if isinstance(body, str) else json.dumps(body)
    return tls.answer(status or record["status"], here(text), {k: here(v) for k, v in headers_of(record).items()})


def table(name, form="normalized", turn=True):
    """Every recorded GET of a scenario, and each object that it made under its own address."""
    found = {}
    for record in scenario(name, form):
        body = record["response"]
        if record["method"] == "get":
            found["GET /api/v3" + record["path"]] = served(record, turn)
        elif record["method"] in ("post", "patch") and isinstance(body, dict) and "full_name" in body:
            found.setdefault("GET /api/v3/repos/" + body["full_name"], served(record, turn, 200))
    return found


class Told:
    def __init__(self, answers, remotes=()):
        server.clear()
        server.table = answers
        home = tempfile.mkdtemp(dir=keep.name)
        subprocess.run(["git", "init", "-q", home], check=True)
        for i, name in enumerate(remotes):
            subprocess.run(["git", "-C", home, "remote", "add", "r%d" % i, "%s/%s.git" % (server.url, name)], check=True)
        start = time.monotonic()
        done = subprocess.run([binary, "snapshot", "--only", "env,git", "--online=tokens", "--host", server.host], cwd=home,
                              capture_output=True, text=True, timeout=120,
                              env={"PATH": os.environ["PATH"], "HOME": home, "SSL_CERT_FILE": ca.file,
                                   "GITHUB_TOKEN": token, "GITHUB_API_URL": server.url + "/api/v3"})
        self.seconds = time.monotonic() - start
        said.append(done.stdout + done.stderr)
        reaches = json.loads(done.stdout)["reaches"] if done.stdout else []
        self.ids = {r["id"]: r for r in reaches}
        self.details = next((r["details"] for r in reaches if r["id"].startswith("token:github:")), {})
        self.unknown = any(i.startswith("unknown:token:github:") and i.endswith("/scope") for i in self.ids)
        check(not [r.line for r in server.requests if r.method not in ("GET", "HEAD") and r.line != "POST /api/graphql"],
              "nothing but reading")

    def grant(self, thing, right):
        found = self.ids.get("grant:github:%s/%s:%s" % (server.host, thing, right))
        if found:
            return found["state"]
        denied = [r for i, r in self.ids.items() if i.startswith("grant:github:%s/%s:" % (server.host, thing)) and
                  right in r["details"].get("excluded", "").split(", ")]
        return "denied" if denied else "absent"


FORMS = ("raw", "normalized")
ROOT = {form: scenario("get-root", form)[0] for form in FORMS}
SCOPES = headers_of(ROOT["raw"])["X-OAuth-Scopes"]
check("delete_repo" in SCOPES and "admin:public_key" in SCOPES, "the recording tells scopes: " + SCOPES)
HELLO = "octokit-fixture-org/hello-world"
PUSH = tls.answer(200, b"001f# service=git-receive-pack\n0000", {"Content-Type": "application/x-git-receive-pack-advertisement"})

# ---- recordings alone: nothing proves that the token lives, so nothing is told ------------------------
told = Told({**table("get-root"), **table("get-repository"), **table("get-organization"), **table("get-content")}, [HELLO])
check(told.unknown and "scopes" not in told.details, "never recorded: the scope stays unknown: %s" % told.details)

# ---- the limits of our own, with the headers of the recorded root -------------------------------------
for form in FORMS:
    limit = served(ROOT[form], body={"resources": {}})
    answers = {**table("get-repository", form), **table("get-organization", form), **table("get-content", form),
               "GET /api/v3/rate_limit": limit}
    told = Told(answers, [HELLO])
    check(told.details.get("scopes") == SCOPES, "%s: the recorded scopes, as recorded: %s" % (form, told.details))
    check(not told.unknown, "%s: so they are told" % form)
    check(told.seconds < 30, "%s: in %.1f s" % (form, told.seconds))
    reads = [r.line for r in server.requests]
    check("GET /api/v3/repos/" + HELLO in reads, "%s: the recorded repository is asked for: %s" % (form, reads[:8]))
    check(told.grant(HELLO, "contents=write") != "present", "%s: git was not recorded and answers 404: nothing is proved" % form)
    check(told.grant(HELLO, "contents=read") == "absent", "%s: reading public code is no right" % form)
    told = Told({**answers, "GET /%s.git/info/refs" % HELLO: PUSH}, [HELLO])
    check(told.grant(HELLO, "contents=write") == "present", "%s: and with git's answer it may be pushed to" % form)
    check(told.grant(HELLO, "repository=delete") in ("present", "unknown"),
          "%s: delete_repo and the recorded role of an admin" % form)
    check(told.grant(HELLO, "default-branch=push") == "unknown", "%s: its rules were not recorded" % form)
    account = [i for i, r in told.ids.items() if i.startswith("grant:github:") and r["state"] == "present"]
    for right in ("keys=write", "gists=write", "signing-keys=write"):
        check(any(i.endswith(":" + right) for i in account), "%s: the recorded scopes give %s: %s" % (form, right, account))
    check(not any(i.endswith("packages=write") for i in account), "%s: and no packages" % form)
check(headers_of(ROOT["normalized"])["x-ratelimit-reset"] == "1507651200000", "the reset in milliseconds was among them")

# ---- a recorded limit that is used up, its reset in milliseconds --------------------------------------
spent = served(ROOT["normalized"], status=403, body={"message": "API rate limit exceeded"})
spent.headers["x-ratelimit-remaining"] = "0"
told = Told({"GET /api/v3/rate_limit": spent, "GET /api/v3/user": spent}, [HELLO])
check(told.unknown and told.seconds < 20 and len(server.requests) <= 2, "a limit until the year 49746 is not waited for: %.1f s, %s" %
      (told.seconds, [r.line for r in server.requests]))

# ---- recorded protection of a branch -------------------------------------------------------------------
raw = scenario("branch-protection", "raw")
made = next(r for r in raw if r["method"] == "post" and r["status"] == 201)["response"]["full_name"]
bodies = [r for r in raw if r["path"].endswith("/protection") and r["status"] in (200, 404)]
check([r["status"] for r in bodies] == [404, 200, 200], "three recorded states: %s" % [r["status"] for r in bodies])
limit = served(ROOT["raw"], body={"resources": {}})
ours = {"GET /api/v3/rate_limit": limit, "GET /%s.git/info/refs" % made: PUSH,
        "GET /api/v3/repos/%s/rules/branches/main" % made: tls.answer(200, []),
        "GET /api/v3/repos/%s/branches/main" % made: tls.answer(200, {"name": "main", "protected": True}, headers_of(ROOT["raw"]))}
for record, push, rewrite in zip(bodies, ("present", "present", "denied"), ("present", "unknown", "denied")):
    at = "GET /api/v3" + record["path"]
    told = Told({**table("branch-protection", "raw"), **ours, at: served(record)}, [made])
    title = "protection answered %s%s" % (record["status"], "" if record["status"] == 404 else
                                          ", admins %s" % record["response"]["enforce_admins"]["enabled"])
    got = told.grant(made, "default-branch=push"), told.grant(made, "default-branch=rewrite")
    check(got == (push, rewrite), "%s: push and rewrite are %s, expected %s" % (title, got, (push, rewrite)))
    check(told.grant(made, "administration=write") == "present", "%s: an admin may take it away" % title)

# ---- a recorded rename ----------------------------------------------------------------------------------
raw = scenario("rename-repository", "raw")
old = next(r for r in raw if r["method"] == "get" and r["status"] == 301)
name = old["path"][len("/repos/"):]
new = next(r for r in raw if r["method"] == "get" and r["status"] == 200)["response"]["full_name"]
for turn in (True, False):
    answers = table("rename-repository", "raw", turn)
    told = Told({**answers, "GET /api/v3/rate_limit": limit, "GET /%s.git/info/refs" % name: PUSH,
                 "GET /%s.git/info/refs" % new: PUSH}, [name])
    followed = any("/repositories/" in r.line for r in server.requests)
    grants = sorted(i for i in told.ids if "rename" in i and i.startswith("grant:"))
    check(followed == turn, "renamed, %s: %s" % ("here: followed" if turn else "elsewhere: the token does not go", grants))
    check(any(told.ids[i]["state"] == "present" for i in grants) if turn else True, "renamed: what it may do: %s" % grants)
    check(turn or not any(told.ids[i]["state"] == "denied" for i in grants), "elsewhere: nothing is excluded: %s" % grants)

check(all(r.headers.get("authorization") for r in server.requests), "each with the token")
for canary in markers.canaries:
    check(not any(canary in s for s in said), "no token in any output")
finish()
