"""The real GitHub CLI and reachaudit ask the same server about the same token: both tell the same account and the same
scopes, for each kind of token that has scopes; for those without, gh shows none and reachaudit calls it by its kind.

usage: peers_gh.py REACHAUDIT
"""
import json
import os
import re
import subprocess
import sys
import tempfile

from check import check, finish
from github_server import GitHub, Repo
from markers import Markers
import box
import tls

binary = os.path.abspath(sys.argv[1])
box.require(["openssl", "gh"], root=False)
keep = tempfile.TemporaryDirectory(prefix="ra-gh-")
ca = tls.Authority(os.path.join(keep.name, "ca"))
markers = Markers(20261202)
hub = GitHub()
hub.org("acme", 42, {"mona": "member"})
hub.add(Repo("acme/app", roles={"mona": "push"}), Repo("mona/notes", roles={"mona": "admin"}))
server = tls.Server(ca, {re.compile(""): lambda request: gh_too(request)})
hub.url = server.url
said = []
HOME = {"PATH": os.environ["PATH"], "HOME": keep.name, "SSL_CERT_FILE": ca.file}


def gh_too(request):
    """What only gh asks: the root of the interface, and by GraphQL who the viewer is."""
    token = hub.who(request)
    if token and not token.dead and request.line == "GET /api/v3/":
        return tls.answer(200, {"current_user_url": server.url + "/api/v3/user"}, hub.headers(token))
    if token and not token.dead and request.path == "/api/graphql" and b"UserCurrent" in request.body:
        return tls.answer(200, {"data": {"viewer": {"login": token.login}}}, hub.headers(token))
    if request.line in ("GET /api/v3/", "GET /api/v3/meta"):
        return tls.answer(401, {"message": "Bad credentials"})
    return hub.answer(request)


def gh(token, *argv):
    done = subprocess.run(["gh", *argv], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, env={
        **HOME, "GH_HOST": server.host, "GH_ENTERPRISE_TOKEN": token.value, "GH_CONFIG_DIR": keep.name + "/none",
        "GH_NO_UPDATE_NOTIFIER": "1", "GH_PROMPT_DISABLED": "1", "NO_COLOR": "1"})
    return done.returncode, done.stdout + done.stderr


def names(text):
    return sorted(s for s in re.split(r"[\s,']+", text) if s and s != "none")


def told_by_gh(token):
    """(account, scopes) of `gh auth status`, and the scopes of the header that `gh api -i` shows."""
    status, text = gh(token, "auth", "status", "--hostname", server.host)
    account = re.search(r"Logged in to \S+ as (\S+)", text)
    scopes = re.search(r"Token scopes: (.*)", text)
    code, raw = gh(token, "api", "-i", "/")
    header = re.search(r"(?im)^x-oauth-scopes: *(.*?)\r?$", raw)
    return (status, account and account.group(1), names(scopes.group(1)) if scopes else None, code,
            names(header.group(1)) if header else None, text + raw)


def told_by_us(token):
    server.clear()
    done = subprocess.run([binary, "snapshot", "--only", "env", "--online=tokens", "--host", server.host], cwd=keep.name,
                          env={**HOME, "GH_HOST": server.host, "GH_ENTERPRISE_TOKEN": token.value}, capture_output=True,
                          text=True, timeout=120)
    said.append(done.stdout + done.stderr)
    found = [r for r in json.loads(done.stdout)["reaches"] if r["id"].startswith("token:github:")]
    check(len(found) == 1, "one token: %s" % done.stderr)
    return found[0]["details"]


for kind, letter, scopes in (("classic", "p", ["repo", "gist", "read:org"]), ("classic", "p", []),
                             ("classic", "p", ["public_repo", "workflow", "delete_repo", "admin:org", "user:email"]),
                             ("oauth", "o", ["repo", "read:org", "gist", "workflow"]), ("oauth", "o", ["read:packages"])):
    title = "%s with %s" % (kind, ", ".join(scopes) or "no scope")
    token = hub.token(markers.github(letter), kind, "mona", scopes)
    status, account, shown, code, header, text = told_by_gh(token)
    check(code == 0 and header == sorted(scopes), "%s: gh api sees the header: %s %s" % (title, code, text[-300:]))
    ours = told_by_us(token)
    check(ours.get("login") == (account or "mona") == "mona", "%s: the same account: %s %s" % (title, account, ours.get("login")))
    check(names(ours.get("scopes", "untold")) == header, "%s: the same scopes: gh %s, we %s" % (title, header, ours.get("scopes")))
    if shown is not None:
        check(shown == sorted(scopes), "%s: gh auth status: %s" % (title, shown))
    check(status == 0 and shown is not None or "missing required scope" in text, "%s: gh auth status speaks: %s" % (title, text))

fine = hub.token(markers.keep("github" + "_pat_" + markers.chars(22) + "_" + markers.chars(59)), "fine", "mona", owner="acme",
                 permissions={"contents": "write"})
status, account, shown, code, header, text = told_by_gh(fine)
ours = told_by_us(fine)
check(code == 0 and header is None, "fine-grained: gh sees no scopes: %s" % text)
check(account in (None, "mona") and ours.get("login") == "mona" and "scopes" not in ours, "fine-grained: nor do we: %s" % ours)
check("fine-grained" in ours.get("kind", ""), "fine-grained: by its kind: %s" % ours)

dead = hub.token(markers.github(), "classic", "mona", ["repo"], dead=True)
status, account, shown, code, header, text = told_by_gh(dead)
ours = told_by_us(dead)
check(status != 0 and code != 0, "a dead token: gh says so: %s" % text)
check("does not know" in ours.get("answer", ""), "a dead token: so do we: %s" % ours)
check(not hub.defects, "nobody changed anything: %s" % hub.defects)
for canary in markers.canaries:
    check(not any(canary in s for s in said), "no token in any output")
finish()
