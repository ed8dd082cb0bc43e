"""What a GitHub token may do, against a model of GitHub over real TLS on loopback: each kind of token, roles, rules and
bypass, single sign-on, and every odd answer. The model decides by its own tables; the audit's grants must agree with it.

usage: github.py ASK_GRANTS REACHAUDIT TOP
"""
import json
import os
import re
import subprocess
import sys
import tempfile
import time

from check import check, finish
from github_server import GitHub, Repo
from markers import Markers
import box
import tls

driver, binary = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
box.require(["openssl", "git"], root=False)
keep = tempfile.TemporaryDirectory(prefix="ra-github-")
ca = tls.Authority(os.path.join(keep.name, "ca"))
markers = Markers(20261122)
TYPES = {"classic": "classic-pat", "oauth": "oauth", "fine": "fine-grained-pat", "user": "app-user",
         "installation": "installation", "actions": "installation"}
said = []


def secret(kind):
    if kind == "fine":
        return markers.keep("github" + "_pat_" + markers.chars(22) + "_" + markers.chars(59))
    if kind in ("installation", "actions"):
        return markers.keep("gh" + "s_123456_ey" + markers.chars(60) + "." + markers.chars(200) + "." + markers.chars(86, "ab-_9"))
    return markers.github({"classic": "p", "oauth": "o", "user": "u"}[kind])


class Told:
    """The inventory that came back."""

    def __init__(self, hub, server, token, remotes=(), objects=25, kind=None):
        hub.calls.clear()
        start = time.monotonic()
        done = subprocess.run([driver, "github", kind or TYPES[token.kind], server.host, str(objects),
                               *[server.host + "/" + r for r in remotes]],
                              input=token.value, capture_output=True, text=True, timeout=120,
                              env={"PATH": os.environ["PATH"], "SSL_CERT_FILE": ca.file})
        self.seconds = time.monotonic() - start
        said.append(done.stdout + done.stderr)
        check(done.returncode == 0, "the driver ends well: %s %s" % (done.returncode, done.stderr[-500:]))
        self.calls = list(hub.calls)
        reaches = json.loads(done.stdout)["reaches"] if done.returncode == 0 else []
        prefix = "grant:github:%s/" % server.host
        self.grants = {r["id"][len(prefix):]: r for r in reaches if r["id"].startswith(prefix)}
        facts = next((r for r in reaches if r["id"].startswith("token:")), {"details": {}})
        self.facts = facts["details"]

    def state(self, grant):
        """Of a right that is not told by itself: excluded where the object's first grant says so, else absent."""
        if grant in self.grants:
            return self.grants[grant]["state"]
        thing, right = grant.rsplit(":", 1)
        for name, reach in self.grants.items():
            if name.rsplit(":", 1)[0] == thing and right in reach["details"].get("excluded", "").split(", "):
                return "denied"
        return "absent"

    def expect(self, what, **states):
        """expect("acme/app", contents_write="present"): '_' at its last place is '=', others are '-'"""
        for name, state in states.items():
            right = "=".join(name.rsplit("_", 1)).replace("_", "-")
            got = self.state("%s:%s" % (what, right))
            check(got == state, "%s: %s %s is %s, expected %s" % (self.title, what, right, got, state))

    def titled(self, title):
        self.title = title
        return self


server = tls.Server(ca, {})


def ask(title, hub, token, remotes=(), **more):
    server.table = {re.compile(""): hub.answer}
    hub.url = server.url
    told = Told(hub, server, token, remotes, **more).titled(title)
    check(not hub.defects, "%s: nothing but GET and queries: %s" % (title, hub.defects[:3]))
    return told


def world(**more):
    hub = GitHub(**more)
    hub.org("acme", 42, {"mona": "member", "root": "admin"})
    hub.add(Repo("acme/app", roles={"mona": "push", "root": "admin"}, secrets=3, environments=[("prod", True), ("test", False)]),
            Repo("mona/notes", roles={"mona": "admin"}),
            Repo("acme/site", private=False, roles={"mona": "pull", "root": "admin"}),
            Repo("acme/old", roles={"mona": "push", "root": "admin"}, archived=True))
    return hub


# ---- each kind of token -----------------------------------------------------------------------------
hub = world()
t = hub.token(secret("classic"), "classic", "mona", ["repo", "workflow", "gist", "read:org"], expires="2027-01-31 10:00:00 UTC")
told = ask("classic", hub, t, ["acme/app"])
check(told.facts.get("told") is True and told.facts.get("login") == "mona", "classic: who it is")
check(told.facts.get("expires") == "2027-01-31 10:00:00 UTC", "classic: until when")
check(told.facts.get("private repositories") == "3", "classic: how many private repositories: %s" % told.facts)
told.expect("acme/app", contents_read="present", contents_write="present", default_branch_push="present",
            default_branch_land="present", default_branch_rewrite="present", repository_delete="denied",
            administration_write="denied", workflows_write="present", secrets_write="present", issues_write="present")
told.expect("mona/notes", repository_delete="denied", administration_write="present", default_branch_push="present")
told.expect("acme/old", contents_write="denied", contents_read="present")
told.expect("acme/site", contents_write="absent")
told.expect("mona", gists_write="present", keys_write="absent", packages_write="absent")
told.expect("acme", organization_administer="absent")
work = told.grants.get("acme/app:workflows=write", {"details": {}})["details"]
check((work.get("secrets"), work.get("environments"), work.get("environments that ask somebody first")) == (3, 2, 1),
      "classic: the secrets that a workflow gets: %s" % work)
check(told.grants["acme/app:default-branch=push"]["least"] == "organization" and
      told.grants["mona/notes:default-branch=push"]["least"] == "person", "whose repository it is says how far it spreads")
check("own-remote" in told.grants["acme/app:default-branch=rewrite"].get("traits", []), "the working tree's own remote")

t = hub.token(secret("oauth"), "oauth", "root", ["admin:org", "delete_repo", "repo", "write:packages", "new:thing"])
told = ask("oauth, an owner", hub, t, ["acme/app"])
told.expect("acme", organization_administer="present", members_write="present", organization_secrets_write="present")
told.expect("acme/app", repository_delete="present", administration_write="present", workflows_write="unknown")
told.expect("root", packages_write="present")
told.expect("new:thing", scope_unknown="unknown")

t = hub.token(secret("classic"), "classic", "mona", [])
told = ask("no scopes", hub, t, ["acme/app"])
told.expect("acme/app", contents_write="unknown", contents_read="absent")  # hidden, or not there: nobody says
told.expect("mona/notes", contents_read="absent")

t = hub.token(secret("fine"), "fine", "root", permissions={"issues": "write"}, repositories=["acme/app"], owner="acme",
              expires="2026-12-01 08:00:00 +0100")
told = ask("fine-grained, issues of one repository", hub, t, ["acme/app"])
told.expect("acme/app", issues_write="unknown", contents_write="denied", default_branch_push="denied", contents_read="denied",
            administration_write="denied", secrets_write="denied", workflows_write="denied", repository_delete="denied")
above = [g for g, r in told.grants.items() if r["state"] == "unknown" and r["least"] not in ("nothing", "grant") or
         r["state"] == "unknown" and r.get("ceiling") in ("person", "organization")]
check(not above, "fine-grained: nothing left that is more than one narrow grant: %s" % above)

t = hub.token(secret("fine"), "fine", "root", repositories=["acme/app"], owner="acme",
              permissions={"contents": "write", "administration": "write", "secrets": "read", "pull_requests": "write"})
told = ask("fine-grained, much", hub, t, ["acme/app"])
told.expect("acme/app", contents_write="present", default_branch_push="present", administration_write="present",
            repository_delete="present", secrets_write="unknown", workflows_write="unknown", hooks_write="denied")

t = hub.token(secret("fine"), "fine", "mona", repositories=["acme/app"], owner="acme", permissions={"contents": "read"})
told = ask("fine-grained, read only; the account may push", hub, t, ["acme/app"])
told.expect("acme/app", contents_read="present", contents_write="denied", default_branch_push="denied")

t = hub.token(secret("user"), "user", "mona", repositories=["acme/app"], permissions={"contents": "write", "metadata": "read"})
told = ask("an app for a user", hub, t, ["acme/app"])
told.expect("acme/app", contents_write="present", issues_write="denied", administration_write="denied")

for kind in ("installation", "actions"):
    t = hub.token(secret(kind), kind, repositories=["acme/app"], permissions={"contents": "write"})
    told = ask(kind, hub, t, ["acme/app"])
    told.expect("acme/app", contents_write="present", default_branch_push="present", issues_write="denied")
    check(not [c for c in told.calls if " /api/v3/user" in c], kind + ": asks nothing of a user")
check("workflow job" in told.facts.get("kind", ""), "a job's own token: %s" % told.facts.get("kind"))
told = ask("no shape", hub, t, ["acme/app"], kind="-")
told.expect("acme/app", contents_write="present")

told = ask("refresh", hub, hub.token(secret("user"), "user", "mona"), kind="refresh")
check(not told.calls and told.facts.get("can mint"), "a refresh token is never used")

# ---- rules of the default branch ---------------------------------------------------------------------
PULL = {"type": "pull_request", "parameters": {"required_approving_review_count": 1}}
GUARD = {"enforce_admins": {"enabled": True}, "allow_force_pushes": {"enabled": False},
         "required_pull_request_reviews": {"required_approving_review_count": 1}}
for title, account, facts, states in (
        ("a ruleset", "mona", {"rulesets": [{"id": 1, "rules": [PULL], "bypass": "never"}]}, ("denied", "denied", "denied")),
        ("a ruleset that it may bypass", "mona", {"rulesets": [{"id": 1, "rules": [PULL], "bypass": "always"}]},
         ("present", "present", "present")),
        ("bypass by pull request", "mona", {"rulesets": [{"id": 1, "rules": [PULL], "bypass": "pull_requests_only"}]},
         ("denied", "present", "denied")),
        ("bypass not told", "mona", {"rulesets": [{"id": 1, "rules": [PULL]}]}, ("unknown", "unknown", "unknown")),
        ("force-pushes forbidden", "mona", {"rulesets": [{"id": 1, "rules": [{"type": "non_fast_forward"}], "bypass": "never"}]},
         ("present", "present", "denied")),
        ("protection", "mona", {"protection": GUARD}, ("denied", "denied", "denied")),
        ("protection that spares administrators", "root", {"protection": {**GUARD, "enforce_admins": {"enabled": False}}},
         ("present", "present", "present")),
        ("protection of administrators too", "root", {"protection": GUARD}, ("denied", "denied", "denied"))):
    hub = GitHub()
    hub.add(Repo("acme/app", roles={"mona": "push", "root": "admin"}, branches=("topic",), **facts))
    told = ask(title, hub, hub.token(secret("classic"), "classic", account, ["repo"]), ["acme/app"])
    told.expect("acme/app", contents_write="present", default_branch_push=states[0], default_branch_land=states[1],
                default_branch_rewrite=states[2], branches_rewrite="present")
told = ask("a workflow might approve", hub, hub.token(secret("classic"), "classic", "mona", ["repo", "workflow"]), ["acme/app"])
told.expect("acme/app", default_branch_push="denied", default_branch_land="unknown")

# ---- an Enterprise Server without the newer questions -------------------------------------------------
hub = world(old=True)
told = ask("older server", hub, hub.token(secret("classic"), "classic", "mona", ["repo"]), ["acme/app"])
told.expect("acme/app", contents_write="present", default_branch_push="unknown", default_branch_rewrite="unknown",
            contents_read="present")
check(any("/branches/main" in c for c in told.calls), "older server: GraphQL knows no such field, so the branch is asked")
told = ask("older server, fine-grained", hub, hub.token(secret("fine"), "fine", "root", owner="acme",
           permissions={"contents": "write", "administration": "read"}), ["acme/app"])
told.expect("acme/app", administration_write="unknown", contents_write="present")

# ---- pages, renames, what hides itself ---------------------------------------------------------------
hub = GitHub(per_page=2)
hub.add(*[Repo("mona/r%d" % i, roles={"mona": "admin"}) for i in range(5)])
told = ask("pages", hub, hub.token(secret("classic"), "classic", "mona", ["repo"]))
check(told.facts.get("private repositories") == "5", "pages are followed: %s" % told.facts)
told = ask("a limit on repositories", hub, hub.token(secret("classic"), "classic", "mona", ["repo"]), objects=2)
told.expect("mona/r0", default_branch_push="present")
told.expect("mona/r4", default_branch_push="absent")
told.expect("mona+others", contents_read="present", default_branch_push="unknown", administration_write="present")
check(told.grants["mona+others:contents=read"]["details"].get("repositories") == 3, "the rest is counted")
check(told.grants["mona+others:contents=read"].get("title") == "read the private code of 3 more repositories that mona sees",
      "in words: %s" % told.grants["mona+others:contents=read"].get("title"))
check("not looked at" in told.grants["mona+others:default-branch=push"]["details"].get("reason", ""), "and says why")

hub = GitHub()
hub.add(Repo("acme/new-name", private=False, roles={"root": "admin"}, was="acme/old-name"))
told = ask("a renamed stranger", hub, hub.token(secret("classic"), "classic", "mona", ["repo"]), ["acme/old-name"])
told.expect("acme/new-name", contents_write="denied", default_branch_push="denied")

hub = world()
hub.org("acme", 42, {"mona": "member"}, sso=True)
told = ask("single sign-on", hub, hub.token(secret("classic"), "classic", "mona", ["repo"], authorised=[]), ["acme/app"])
told.expect("organization-42", organization_hidden="unknown")
told.expect("acme/app", contents_write="unknown")
check(told.facts.get("private repositories", "").startswith("at least"), "a partial list is not all")
told = ask("single sign-on passed", hub, hub.token(secret("classic"), "classic", "mona", ["repo"], authorised=["acme"]), ["acme/app"])
told.expect("acme/app", contents_write="present")

# ---- odd answers --------------------------------------------------------------------------------------
def odd(title, pattern, reply, **more):
    hub = world()
    hub.faults.append((re.compile(pattern), reply))
    return ask(title, hub, hub.token(secret("classic"), "classic", "mona", ["repo"]), ["acme/app"], **more)


told = odd("401", r"rate_limit", tls.answer(401, {"message": "Bad credentials"}))
check(told.facts.get("dead") is True and len(told.calls) == 1, "a dead token is asked once")
SSO = {"X-GitHub-SSO": "required; url=https://elsewhere.test/sso"}
for title, reply in (("403", tls.answer(403, {"message": "Forbidden"})), ("403 with single sign-on", tls.answer(403, {}, SSO)),
                     ("500", tls.answer(500, "oops")), ("no JSON", tls.answer(200, "<html>")),
                     ("truncated JSON", tls.answer(200, '[{"full_name": "acme/app"'))):
    told = odd("list: " + title, r"/user/repos", reply)
    told.expect("mona", repositories_unlisted="unknown")
    check(told.facts.get("private repositories", "").startswith("at least"), "list, %s: not all" % title)
    told.expect("acme/app", contents_write="present")  # the own remote is asked by its name
# Scope and role give what git refuses: git alone may be shut, and the interface for programs writes too.
for title, reply, state in (("403", tls.answer(403, "no"), "unknown"), ("hiding 404", tls.answer(404, "no"), "unknown"),
                            ("403 with single sign-on", tls.answer(403, "no", SSO), "unknown"),
                            ("an allow list", tls.answer(403, "the organization has an IP allow list enabled"), "unknown"),
                            ("500", tls.answer(500, "no"), "unknown"), ("a sign-in page", tls.answer(200, "<html>"), "unknown"),
                            ("a redirect elsewhere", tls.answer(302, "", {"Location": "https://elsewhere.test/"}), "unknown")):
    odd("push: " + title, r"git-receive-pack", reply).expect("acme/app", contents_write=state)
for title, reply in (("404", tls.answer(404, {"message": "Not Found"})), ("403", tls.answer(403, {"message": "Forbidden"})),
                     ("a page that is not read", tls.answer(200, [], {"Link": '<https://x.test/2>; rel="next"'})),
                     ("an object", tls.answer(200, {}))):
    told = odd("rules: " + title, r"/rules/branches", reply)
    told.expect("acme/app", contents_write="present", default_branch_push="unknown", default_branch_rewrite="unknown")
told = odd("429", r"/rules/branches", tls.answer(429, {"message": "slow down"}, {"Retry-After": "3600"}))
told.expect("acme/app", contents_write="present", default_branch_push="unknown")
check(told.seconds < 15, "429: an hour is not waited for")
told = odd("429 at once", r"rate_limit", tls.answer(429, {}, {"Retry-After": "3600"}))
check(told.facts.get("told") is False and len(told.calls) == 1, "429 at once: nothing more is asked: %s" % told.calls)
told = odd("429 once", r"rate_limit", lambda r, seen=[]: seen.append(1) or (
    tls.answer(429, {}, {"Retry-After": "1"}) if len(seen) == 1 else
    tls.answer(200, {}, {"X-OAuth-Scopes": "repo", "X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "4900"})))
told.expect("acme/app", contents_write="present")
told = odd("secondary limit", r"/rules/branches", tls.answer(403, {"message": "You have exceeded a secondary rate limit."}))
told.expect("acme/app", contents_write="present", default_branch_push="unknown")
told = odd("anonymous quota", r"rate_limit", tls.answer(200, {}, {"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "59"}))
check(told.facts.get("told") is False, "the quota of strangers: the token was not taken")

# ---- a hundred private repositories --------------------------------------------------------------------
hub = GitHub()
hub.org("acme", 42, {"mona": "member"})
hub.add(*[Repo("acme/r%03d" % i, roles={"mona": "admin" if i % 3 == 0 else "push"}, secrets=i,
               protection=GUARD if i % 2 else None,
               rulesets=[{"id": 100 + i % 7, "rules": [PULL], "bypass": "never"}] if i % 5 == 0 else []) for i in range(100)])
t = hub.token(secret("fine"), "fine", "mona", owner="acme",
              permissions={"contents": "write", "administration": "read", "issues": "read", "secrets": "read"})
for old in (False, True):
    hub.old = old
    told = ask("a hundred%s" % (", older server" if old else ""), hub, t, ["acme/r042"])
    verbs = [c for c in told.calls if not c.startswith("GET ") and c != "POST /api/graphql"]
    print("a hundred private repositories%s: %d requests, %d grants, %.1f s" %
          (" (older server)" if old else "", len(told.calls), len(told.grants), told.seconds))
    check(len(told.calls) <= 150, "at most 150 requests: %d" % len(told.calls))
    check(not verbs, "no verb that changes anything: %s" % verbs[:3])
    check(told.facts.get("private repositories") == "100", "all are counted: %s" % told.facts)
    check(len(told.grants) < 400, "the report is bounded: %d grants" % len(told.grants))
    told.expect("acme/r042", contents_write="present")

# ---- the audit itself: tokens where people keep them ---------------------------------------------------
def audit(home, online=True, env=(), options=()):
    """(grants by object and right, exit status, stderr) of the real program, run in a clone whose remote is the server's."""
    work = os.path.join(home, "work")
    if not os.path.isdir(work):
        subprocess.run(["git", "init", "-q", work], check=True)
        subprocess.run(["git", "-C", work, "remote", "add", "origin", server.url + "/acme/app.git"], check=True)
    environment = {"PATH": os.environ["PATH"], "HOME": home, "SSL_CERT_FILE": ca.file, **dict(env)}
    done = subprocess.run([binary, "--format", "json", *(["--online=tokens"] if online else []), *options], cwd=work,
                          env=environment, capture_output=True, text=True, timeout=200)
    said.append(done.stdout + done.stderr)
    reaches = json.loads(done.stdout)["reaches"] if done.stdout.startswith("{") else []
    prefix = "grant:github:%s/" % server.host
    return {r["id"][len(prefix):]: r for r in reaches if r["id"].startswith(prefix)}, done, reaches


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as f:
        f.write(text)


hub = world()
server.table = {re.compile(""): hub.answer}
hub.url = server.url
one, two = secret("oauth"), secret("classic")
hub.token(one, "oauth", "mona", ["repo", "gist"])
hub.token(two, "classic", "root", ["admin:org"])
home = os.path.join(keep.name, "home")
write(home + "/.config/gh/hosts.yml", '"%s":\n    user: mona\n    users:\n        mona:\n            oauth_token: %s\n'
      '        root:\n            oauth_token: %s\n' % (server.host, one, two))
for options in ([], ["--online=tokens"], ["--online=tokens", "--host", server.host, "--dry-run"]):
    hub.calls.clear()
    audit(home, online=False, options=options)
    check(not hub.calls, "asked nothing with %s: %s" % (options, hub.calls[:2]))
grants, done, reaches = audit(home, options=["--host", server.host])
state = lambda name: grants.get(name, {"state": "absent"})["state"]
check(state("acme/app:default-branch=push") == "present", "gh's active user: %s" % done.stderr[-300:])
check(state("acme:organization=administer") == "present", "gh's other user is in reach too")
check("own-remote" in json.dumps(grants.get("acme/app:default-branch=rewrite", {})) or
      grants["acme/app:default-branch=rewrite"]["severity"] == "critical", "the remote of the working tree")
check(not [r["id"] for r in reaches if r["id"].startswith("unknown:token:github") and r["id"].endswith("/scope")],
      "what was told is unknown no more")
check(not [c for c in hub.calls if not c.startswith("GET ") and c != "POST /api/graphql"], "nothing was changed")
empty = os.path.join(keep.name, "empty")
os.makedirs(empty)
grants, done, reaches = audit(empty, env={"GITHUB_TOKEN": one, "GITHUB_API_URL": server.url + "/api/v3"},
                              options=["--host", server.host])
check(state("acme/app:default-branch=push") == "present", "the environment's token, at the environment's server: %s" %
      done.stderr[-300:])
hub.tokens[one].dead = True
grants, done, reaches = audit(empty, env={"GITHUB_TOKEN": one, "GITHUB_API_URL": server.url + "/api/v3"},
                              options=["--host", server.host])
check(not grants and any("does not know it" in json.dumps(r) for r in reaches), "a dead token: %s" % done.stderr[-300:])

for value in markers.canaries:
    check(not any(value in s for s in said), "no token in any output")
finish()
