"""A model of GitHub over real TLS: accounts, organizations, repositories with rules, tokens of each kind.

It decides by its own tables what a token may do (permission, role, rules, single sign-on), answers with the headers that
GitHub answers with, and changes nothing: any verb but GET, and any POST but a GraphQL query, is answered 500 and counts as
a defect of whoever asked. Paths are those of an Enterprise Server: /api/v3, /api/graphql, /OWNER/NAME.git.
"""
import base64
import json
import re
import threading
import urllib.parse

import tls

ROLES = ["none", "pull", "triage", "push", "maintain", "admin"]
# path under a repository -> (permission, level, least role); a private repository needs the permission, a public one only
# where PUBLIC_TOO says so
REPO = [
    (r"", "metadata", "read", "pull"),
    (r"/commits", "contents", "read", "pull"),
    (r"/contents/.*", "contents", "read", "pull"),
    (r"/branches", "contents", "read", "pull"),
    (r"/branches/.+/protection", "administration", "read", "admin"),
    (r"/branches/.+", "contents", "read", "pull"),
    (r"/rules/branches/.+", "metadata", "read", "pull"),
    (r"/rulesets/\d+", "metadata", "read", "pull"),
    (r"/actions/permissions", "administration", "read", "admin"),
    (r"/interaction-limits/pulls/creation-cap", "administration", "write", "admin"),
    (r"/actions/secrets", "secrets", "read", "push"),
    (r"/actions/organization-secrets", "secrets", "read", "push"),
    (r"/actions/variables", "actions_variables", "read", "push"),
    (r"/actions/artifacts", "actions", "read", "pull"),
    (r"/environments", "actions", "read", "pull"),
    (r"/environments/.+/secrets", "environments", "read", "push"),
    (r"/dependabot/secrets", "dependabot_secrets", "read", "push"),
    (r"/codespaces/secrets", "codespaces_secrets", "write", "push"),
    (r"/agents/secrets", "agent_secrets", "read", "push"),
    (r"/agents/variables", "agent_variables", "read", "push"),
    (r"/deployments", "deployments", "read", "pull"),
    (r"/issues", "issues", "read", "pull"),
    (r"/pulls", "pull_requests", "read", "pull"),
    (r"/hooks", "repository_hooks", "read", "admin"),
    (r"/pages", "pages", "read", "pull"),
    (r"/code-scanning/alerts", "security_events", "read", "push"),
    (r"/dependabot/alerts", "vulnerability_alerts", "read", "push"),
    (r"/secret-scanning/alerts", "secret_scanning_alerts", "read", "push"),
    (r"/codespaces", "codespaces", "read", "pull"),
    (r"/codespaces/new", "codespaces", "write", "pull"),
]
PUBLIC_TOO = {"administration", "secrets", "actions_variables", "environments", "dependabot_secrets", "codespaces_secrets",
              "agent_secrets", "agent_variables", "repository_hooks"}
ORG = [
    (r"/actions/permissions", "organization_administration", "read"),
    (r"/rulesets", "organization_administration", "write"),
    (r"/teams", "members", "read"),
    (r"/actions/secrets", "organization_secrets", "read"),
    (r"/actions/variables", "organization_actions_variables", "read"),
    (r"/organization-roles", "organization_custom_org_roles", "read"),
    (r"/custom-repository-roles", "organization_custom_roles", "read"),
    (r"/actions/runners", "organization_self_hosted_runners", "read"),
    (r"/hooks", "organization_hooks", "read"),
]
USER = {"/user/keys": ("keys", "read:public_key"), "/user/ssh_signing_keys": ("git_signing_ssh_public_keys", "read:ssh_signing_key"),
        "/user/gpg_keys": ("gpg_keys", "read:gpg_key"), "/user/codespaces/secrets": ("codespaces_user_secrets", "codespace")}


class Repo:
    def __init__(self, full, private=True, roles=None, default="main", archived=False, rulesets=(), protection=None,
                 branches=(), secrets=0, environments=(), workflows=True, actions=True, was=None):
        self.full, self.private, self.roles, self.default = full, private, roles or {}, default
        self.archived, self.rulesets, self.protection = archived, list(rulesets), protection
        self.branches, self.secrets, self.environments = branches, secrets, environments
        self.workflows, self.actions, self.was = workflows, actions, was
        self.owner = full.split("/")[0]

    def role(self, login):
        return self.roles.get(login, "none" if self.private else "pull")

    def json(self, role):
        rank = ROLES.index(role)
        return {"full_name": self.full, "private": self.private, "visibility": "private" if self.private else "public",
                "archived": self.archived, "disabled": False, "default_branch": self.default,
                "owner": {"login": self.owner},
                "permissions": {name: rank >= ROLES.index(name) for name in ROLES[1:]}}


class Token:
    """kind: classic, oauth, fine, user (of an app), installation, actions. permissions: {name: level}; repositories: those
    that a fine-grained or an app's token was given, None = all of `owner`."""

    def __init__(self, value, kind, login=None, scopes=(), permissions=None, repositories=None, owner=None, expires=None,
                 authorised=None, dead=False):
        self.value, self.kind, self.login, self.scopes = value, kind, login, list(scopes)
        self.permissions, self.repositories, self.owner = permissions or {}, repositories, owner
        self.expires, self.authorised, self.dead = expires, authorised, dead

    scoped = property(lambda self: self.kind in ("classic", "oauth"))
    app = property(lambda self: self.kind in ("installation", "actions"))

    def given(self, repo):
        return repo.full in self.repositories if self.repositories is not None else repo.owner == self.owner

    def level(self, repo, permission):
        """none, read or write: what the token allows there, whatever the role."""
        if self.scoped:
            if "repo" in self.scopes or (not repo.private and "public_repo" in self.scopes):
                return "write" if permission != "workflows" or "workflow" in self.scopes else "none"
            return "none" if repo.private else "read" if permission in ("contents", "metadata", "issues") else "none"
        if not self.given(repo):
            return "none"
        return "read" if permission == "metadata" else self.permissions.get(permission, "none")


class GitHub:
    def __init__(self, per_page=100, old=False):
        self.repos, self.orgs, self.tokens, self.accounts = [], {}, {}, {}
        self.faults = []  # (compiled pattern over "METHOD /path?query", answer or function)
        self.per_page, self.old = per_page, old
        self.lock, self.defects, self.calls = threading.Lock(), [], []
        self.url = ""  # of the server that this model answers for

    def account(self, login, **facts):
        self.accounts[login] = facts

    def org(self, login, number, members, sso=False):
        self.orgs[login] = {"id": number, "members": members, "sso": sso}

    def add(self, *repos):
        self.repos += repos

    def token(self, *args, **facts):
        token = Token(*args, **facts)
        self.tokens[token.value] = token
        return token

    # ---- answering ----

    def answer(self, request):
        with self.lock:
            self.calls.append(request.line)
        for pattern, reply in self.faults:
            if pattern.search(request.line):
                return reply(request) if callable(reply) else reply
        path = request.path.split("?")[0]
        query = urllib.parse.parse_qs(request.path.partition("?")[2])
        token = self.who(request)
        if path == "/api/graphql" and request.method == "POST":
            return self.graphql(token, request)
        if request.method != "GET":
            self.defects.append(request.line)
            return tls.answer(500, {"message": "this model changes nothing"})
        if path.endswith(".git/info/refs"):
            return self.receive_pack(token, path, query)
        if token is None or token.dead:
            return tls.answer(401, {"message": "Bad credentials"}, self.headers(None))
        if not path.startswith("/api/v3/"):
            return self.missing(token)
        return self.rest(token, path[len("/api/v3"):], query)

    def who(self, request):
        kind, _, rest = request.headers.get("authorization", "").partition(" ")
        if kind == "Basic":
            user, _, rest = base64.b64decode(rest).decode().partition(":")
            if user != "x-access-token":
                self.defects.append("user " + user)
        return self.tokens.get(rest)

    def headers(self, token, accepted=None, **more):
        headers = {"X-RateLimit-Limit": "1000" if token and token.kind == "actions" else "5000",
                   "X-RateLimit-Remaining": "900" if token and token.kind == "actions" else "4900", **more}
        if token and token.scoped:
            headers["X-OAuth-Scopes"] = ", ".join(token.scopes)
            headers["X-Accepted-OAuth-Scopes"] = "repo" if accepted else ""
        if token and token.expires:
            headers["github-authentication-token-expiration"] = token.expires
        if token and not token.scoped and accepted:
            headers["X-Accepted-GitHub-Permissions"] = accepted
        return headers

    def missing(self, token, accepted=None):
        return tls.answer(404, {"message": "Not Found"}, self.headers(token, accepted))

    def refused(self, token, accepted):
        words = "integration" if token.app else "personal access token"
        return tls.answer(403, {"message": "Resource not accessible by " + words}, self.headers(token, accepted))

    def hidden(self, token, repo):
        """Single sign-on that the token has not passed."""
        org = self.orgs.get(repo.owner)
        return bool(org and org["sso"] and token.authorised is not None and repo.owner not in token.authorised)

    def sees(self, token, repo):
        if token.app:
            return token.given(repo)
        if repo.role(token.login) == "none" or self.hidden(token, repo):
            return False
        if token.scoped:
            return not repo.private or "repo" in token.scopes
        return token.given(repo) or not repo.private

    def pages(self, token, items, path, query, wrap=None, more=None):
        page, size = int(query.get("page", ["1"])[0]), min(self.per_page, int(query.get("per_page", ["30"])[0]))
        headers = self.headers(token, **(more or {}))
        if len(items) > page * size:
            headers["Link"] = '<%s/api/v3%s?per_page=%d&page=%d>; rel="next"' % (self.url, path, size, page + 1)
        part = items[(page - 1) * size:page * size]
        return tls.answer(200, {"total_count": len(items), wrap: part} if wrap else part, headers)

    def rest(self, token, path, query):
        if path == "/rate_limit":
            return tls.answer(200, {"resources": {}}, self.headers(token))
        if path.startswith("/user") and token.app:
            return self.refused(token, None)
        if path == "/user":
            return tls.answer(200, {"login": token.login, "id": 1, "type": "User", "site_admin": False,
                                    **self.accounts.get(token.login, {})}, self.headers(token))
        if path in USER:
            permission, scope = USER[path]
            admin = scope.replace("read:", "admin:")
            held = scope in token.scopes or admin in token.scopes if token.scoped else permission in token.permissions
            return tls.answer(200, [], self.headers(token, permission + "=read")) if held else \
                self.refused(token, permission + "=read")
        if path == "/user/repos":
            return self.user_repos(token, path, query)
        if path == "/installation/repositories" and token.app:
            role = "push" if token.permissions.get("contents") == "write" else "pull"
            return self.pages(token, [r.json(role) for r in self.repos if token.given(r)], path, query, "repositories")
        if path == "/user/installations" and token.kind == "user":
            return tls.answer(200, {"total_count": 1, "installations": [
                {"id": 11, "suspended_at": None, "permissions": token.permissions}]}, self.headers(token))
        if path == "/user/installations/11/repositories" and token.kind == "user":
            return self.pages(token, [r.json(r.role(token.login)) for r in self.repos if token.given(r) and
                                      r.role(token.login) != "none"], path, query, "repositories")
        if path == "/user/memberships/orgs":
            if token.scoped and not {"read:org", "write:org", "admin:org"} & set(token.scopes):
                return tls.answer(403, {"message": "You need at least read:org scope"}, self.headers(token, "x"))
            return tls.answer(200, [{"role": o["members"][token.login], "organization": {"login": name, "id": o["id"]}}
                                    for name, o in sorted(self.orgs.items()) if token.login in o["members"]],
                              self.headers(token))
        match = re.fullmatch(r"/orgs/([^/]+)(/.+)", path)
        if match and match.group(1) in self.orgs:
            return self.of_org(token, match.group(1), match.group(2))
        match = re.fullmatch(r"/repos/([^/]+/[^/]+)(.*)", path)
        return self.of_repo(token, match.group(1), urllib.parse.unquote(match.group(2)), query) if match else \
            self.missing(token)

    def user_repos(self, token, path, query):
        shown = [r for r in self.repos if token.login in r.roles and self.sees(token, r)]
        hidden = sorted({self.orgs[r.owner]["id"] for r in self.repos if token.login in r.roles and self.hidden(token, r)})
        more = {"X-GitHub-SSO": "partial-results; organizations=" + ",".join(map(str, hidden))} if hidden else {}
        return self.pages(token, [r.json(r.role(token.login)) for r in shown], path, query, more=more)

    def of_org(self, token, name, rest):
        for pattern, permission, level in ORG:
            if re.fullmatch(pattern, rest):
                accepted = "%s=%s" % (permission, level)
                have = token.permissions.get(permission, "none") if token.owner == name else "none"
                if token.scoped:
                    have = "write" if "admin:org" in token.scopes else "none"
                ok = ["none", "read", "write"].index(have) >= ["none", "read", "write"].index(level)
                return tls.answer(200, {"total_count": 0}, self.headers(token, accepted)) if ok else \
                    self.refused(token, accepted)
        return self.missing(token)

    def of_repo(self, token, full, rest, query):
        repo = next((r for r in self.repos if full in (r.full, r.was)), None)
        if repo and full == repo.was:
            moved = "%s/api/v3/repos/%s%s" % (self.url, repo.full, rest)
            return tls.answer(301, {"message": "Moved Permanently"}, self.headers(token, Location=moved))
        if not repo or not self.sees(token, repo):
            return self.missing(token)
        for pattern, permission, level, role in REPO:
            if re.fullmatch(pattern, rest):
                break
        else:
            return self.missing(token)
        if self.old and re.fullmatch(r"/rules.*|/interaction-limits/pulls.*|/agents/.*|/codespaces.*", rest):
            return tls.answer(404, {"message": "Not Found"}, self.headers(token))
        accepted = "%s=%s" % (permission, level)
        levels = ["none", "read", "write"]
        free = not repo.private and permission not in PUBLIC_TOO and level == "read"
        if not free and levels.index(token.level(repo, permission)) < levels.index(level):
            return self.refused(token, accepted)
        if not token.app and ROLES.index(repo.role(token.login)) < ROLES.index(role):
            return tls.answer(403, {"message": "Must have admin rights to Repository."}, self.headers(token, accepted))
        return self.content(token, repo, rest, accepted)

    def content(self, token, repo, rest, accepted):
        good = lambda body: tls.answer(200, body, self.headers(token, accepted))
        if rest == "":
            return good(repo.json("pull" if token.app else repo.role(token.login)))
        if rest.startswith("/rules/branches/"):
            on = rest[len("/rules/branches/"):] == repo.default
            return good([{**rule, "ruleset_id": s["id"], "ruleset_source_type": s.get("source", "Repository")}
                         for s in repo.rulesets for rule in s["rules"]] if on else [])
        if rest.startswith("/rulesets/"):
            found = [s for s in repo.rulesets if str(s["id"]) == rest.split("/")[-1]]
            if not found:
                return self.missing(token)
            body = {"id": found[0]["id"], "enforcement": "active", "target": "branch"}
            if found[0].get("bypass"):
                body["current_user_can_bypass"] = found[0]["bypass"]
            return good(body)
        if rest == "/branches":
            open_ones = [b for b in (repo.default,) + tuple(repo.branches) if b != repo.default or not self.guarded(repo)]
            return good([{"name": b, "protected": False} for b in open_ones])
        if rest.endswith("/protection"):
            return good(repo.protection) if repo.protection else \
                tls.answer(404, {"message": "Branch not protected"}, self.headers(token, accepted))
        if rest.startswith("/branches/"):
            return good({"name": rest[len("/branches/"):], "protected": self.guarded(repo)})
        if rest == "/actions/permissions":
            return good({"enabled": repo.actions, "allowed_actions": "all"})
        if rest == "/actions/secrets":
            return good({"total_count": repo.secrets, "secrets": []})
        if rest == "/environments":
            return good({"total_count": len(repo.environments), "environments": [
                {"name": e, "protection_rules": [{"type": "required_reviewers"}] if guarded else []}
                for e, guarded in repo.environments]})
        if rest == "/contents/.github/workflows":
            return good([{"name": "ci.yml"}]) if repo.workflows else self.missing(token, accepted)
        return good([] if "secrets" not in rest else {"total_count": 0})

    @staticmethod
    def guarded(repo):
        return bool(repo.protection or repo.rulesets)

    def receive_pack(self, token, path, query):
        repo = next((r for r in self.repos if path[1:-len(".git/info/refs")] == r.full), None)
        if query.get("service") != ["git-receive-pack"]:
            return tls.answer(403, "no such service")
        if token is None or token.dead:
            return tls.answer(401, "Bad credentials", {"WWW-Authenticate": "Basic"})
        if not repo or not (self.sees(token, repo) or not repo.private):
            return tls.answer(404, "Repository not found.")
        if self.hidden(token, repo):
            return tls.answer(403, "The '%s' organization has enabled or enforced SAML SSO." % repo.owner)
        role = "admin" if token.app else repo.role(token.login)
        if repo.archived or token.level(repo, "contents") != "write" or ROLES.index(role) < ROLES.index("push"):
            return tls.answer(403, "Write access to repository not granted.")
        refs = b"".join(b"003f" + b"0" * 40 + b" refs/heads/b%05d\n" % i for i in range(200))
        return tls.answer(200, b"001f# service=git-receive-pack\n0000" + refs + b"0000",
                          {"Content-Type": "application/x-git-receive-pack-advertisement"})

    def graphql(self, token, request):
        sent = json.loads(request.body)
        if "mutation" in sent["query"] or not sent["query"].startswith("query"):
            self.defects.append("GraphQL: " + sent["query"])
            return tls.answer(500, {})
        if token is None or token.dead:
            return tls.answer(401, {"message": "Bad credentials"}, self.headers(None))
        if self.old:
            return tls.answer(200, {"errors": [{"extensions": {"code": "undefinedField", "fieldName": "refUpdateRule"},
                                                "message": "Field 'refUpdateRule' doesn't exist on type 'Ref'"}]},
                              self.headers(token))
        shown = [r for r in self.repos if token.login in r.roles and self.sees(token, r)]
        start = int((sent.get("variables") or {}).get("after") or 0)
        nodes = [{"nameWithOwner": r.full, "viewerPermission": r.role(token.login).upper(),
                  "defaultBranchRef": {"name": r.default, "refUpdateRule": self.update_rule(r, token.login)}}
                 for r in shown[start:start + 100]]
        return tls.answer(200, {"data": {"viewer": {"login": token.login, "repositories": {
            "totalCount": len(shown), "nodes": nodes,
            "pageInfo": {"hasNextPage": len(shown) > start + 100, "endCursor": str(start + 100)}}}}}, self.headers(token))

    @staticmethod
    def update_rule(repo, login):
        """null where no protection of the classic kind binds this viewer."""
        p = repo.protection
        if not p or (repo.role(login) == "admin" and not p.get("enforce_admins", {}).get("enabled")):
            return None
        reviews = p.get("required_pull_request_reviews")
        return {"viewerCanPush": not p.get("lock_branch", {}).get("enabled", False),
                "allowsForcePushes": p.get("allow_force_pushes", {}).get("enabled", False), "allowsDeletions": False,
                "requiredApprovingReviewCount": reviews and reviews["required_approving_review_count"],
                "requiresSignatures": False,
                "requiredStatusCheckContexts": p.get("required_status_checks", {}).get("contexts", [])}
