"""GitLab tokens against a model of a server that decides by scope, level and the branch: the list, push, protection."""
import base64
import urllib.parse

from service import *

LEVELS = {"guest": 10, "reporter": 20, "developer": 30, "maintainer": 40, "owner": 50}


class Project:
    def __init__(self, name, private=True, members=(), group=(), protected=None, user_space=False):
        """protected: None, or {"push": level, "force": bool}"""
        self.name, self.private, self.members, self.group = name, private, dict(members), dict(group)
        self.protected, self.user_space = protected, user_space

    def level(self, user):
        return max(LEVELS.get(self.members.get(user), 0), LEVELS.get(self.group.get(user), 0))

    def told(self, user):
        access = lambda m: {"access_level": LEVELS[m[user]]} if user in m else None
        space = self.name.rsplit("/", 1)[0]
        return {"id": 1, "path_with_namespace": self.name, "default_branch": "main", "archived": False,
                "visibility": "private" if self.private else "public",
                "namespace": {"kind": "user" if self.user_space else "group", "full_path": space},
                "permissions": {"project_access": access(self.members), "group_access": access(self.group)}}


class Forge:
    def __init__(self, *projects, admins=()):
        self.projects, self.tokens, self.admins = {p.name: p for p in projects}, {}, admins

    def token(self, user, *scopes):
        value = markers.keep("gl" + "pat-" + markers.chars(20))
        self.tokens[value] = (user, set(scopes))
        return value

    def answer(self, request):
        held, path = request.headers.get("authorization", ""), urllib.parse.urlsplit(request.path).path
        git = re.fullmatch(r"/(.+)\.git/info/refs", path)
        if git:
            value = base64.b64decode(held[6:]).decode().split(":", 1)[1] if held.startswith("Basic ") else ""
            user, scopes = self.tokens.get(value, (None, set()))
            project = self.projects.get(git.group(1))
            if not user:
                return tls.answer(401, "HTTP Basic: Access denied")
            if not project or (project.private and not project.level(user)):
                return tls.answer(404, "The project you were looking for could not be found")
            if not scopes & {"api", "write_repository"} or project.level(user) < 30:
                return tls.answer(403, "You are not allowed to push code to this project.")
            return tls.answer(200, b"001f# service=git-receive-pack\n0000",
                              {"Content-Type": "application/x-git-receive-pack-advertisement"})
        user, scopes = self.tokens.get(held[7:] if held.startswith("Bearer ") else "", (None, set()))
        if not user:
            return tls.answer(401, {"message": "401 Unauthorized"})
        if path == "/api/v4/personal_access_tokens/self":
            return tls.answer(200, {"scopes": sorted(scopes), "expires_at": "2027-02-03", "active": True, "revoked": False})
        if not scopes & {"api", "read_api"} and not (path == "/api/v4/user" and "read_user" in scopes):
            return tls.answer(403, {"error": "insufficient_scope", "scope": "api read_api"})
        if path == "/api/v4/user":
            return tls.answer(200, {"username": user, "is_admin": user in self.admins})
        if path == "/api/v4/projects":
            return tls.answer(200, [p.told(user) for p in self.projects.values() if p.level(user)])
        one = re.fullmatch(r"/api/v4/projects/([^/]+)(/.*)?", path)
        project = self.projects.get(urllib.parse.unquote(one.group(1))) if one else None
        if not project or (project.private and not project.level(user)):
            return tls.answer(404, {"message": "404 Project Not Found"})
        guard, level = project.protected, project.level(user)
        if one.group(2) == "/repository/branches/main":
            return tls.answer(200, {"name": "main", "protected": bool(guard),
                                    "can_push": level >= (LEVELS[guard["push"]] if guard else 30)})
        if one.group(2) == "/protected_branches/main":
            return tls.answer(200, {"name": "main", "allow_force_push": guard["force"]}) if guard else \
                tls.answer(404, {"message": "404 Not found"})
        return tls.answer(200, project.told(user)) if not one.group(2) else tls.answer(404, {"message": "404 Not Found"})


forge = Forge(Project("acme/app", members={"mona": "developer", "root": "owner"}, protected={"push": "maintainer", "force": False}),
              Project("acme/sub/lib", group={"mona": "maintainer", "root": "owner"}, protected={"push": "developer", "force": True}),
              Project("mona/notes", members={"mona": "owner"}, user_space=True),
              Project("acme/site", private=False, members={"mona": "guest"}), admins={"root"})
service = Service(forge.answer, api="(/api/v4)?")


def ask(title, value, **more):
    files = {".config/glab-cli/config.yml": "hosts:\n    %s:\n        token: %s\n" % (service.host, value)}
    told = audit("gitlab", files, service, **more)
    service.check_requests(title, lambda r: value in r or base64.b64encode(("oauth2:" + value).encode()).decode() in r)
    return told


def grants(**states):
    return {"grants": {service.host + name: s for name, s in states["of"].items()}}


everything = forge.token("mona", "api")
told = ask("api", everything)
told.expect("api", **grants(of={
    "/acme/app:contents=write": "present", "/acme/app:default-branch=push": "denied", "/acme/app:default-branch=rewrite": "denied",
    "/acme/app:workflows=write": "present", "/acme/app:administration=write": "denied", "/acme/app:contents=read": "present",
    "/acme/sub/lib:default-branch=push": "present", "/acme/sub/lib:default-branch=rewrite": "present",
    "/acme/sub/lib:administration=write": "present", "/acme/sub/lib:repository=delete": "denied",
    "/mona/notes:repository=delete": "present", "/mona/notes:default-branch=rewrite": "present",
    "/acme/site:contents=write": "denied", "/acme/site:contents=read": "absent", "/acme/site:issues=write": "present",
    "/mona:keys=write": "present", "/mona:site=administer": "denied", "/mona:other-projects=use": "absent"}))
check(not told.unknown and told.fact("login") == "mona" and told.fact("expires") == "2027-02-03", "api: all is told: %s" % told.unknown)
print("api, 4 projects: %d requests" % len(service.lines()))

told = ask("an owner and administrator", forge.token("root", "api", "admin_mode"))
told.expect("root", **grants(of={"/root:site=administer": "present", "/acme/sub:group=administer": "present",
                                 "/acme/app:repository=delete": "present", "/acme/app:default-branch=push": "present"}))
told = ask("administrator without admin mode", forge.token("root", "api"))
told.expect("root, api", **grants(of={"/root:site=administer": "unknown"}))
told = ask("read", forge.token("mona", "read_api", "read_user"))
told.expect("read", **grants(of={"/acme/app:contents=read": "present", "/acme/app:contents=write": "denied",
                                 "/acme/app:issues=write": "denied", "/mona:keys=write": "denied"}))
check(not told.unknown, "read: all is told")
told = ask("git alone", forge.token("mona", "write_repository"))
told.expect("git alone", **grants(of={":keys=write": "denied", ":other-projects=use": "unknown"}))
check(all(g["state"] != "present" for g in told.grants.values()), "git alone, no remote: nothing is proved")
told = ask("registry", forge.token("mona", "write_registry", "read_user"))
told.expect("registry", **grants(of={"/mona:registry=write": "present", "/mona:keys=write": "denied"}))

# ---- the working tree's own remote ---------------------------------------------------------------------
told = ask("git alone, with a remote", forge.token("mona", "write_repository"), remote=service.url + "/acme/app.git")
told.expect("git alone, with a remote", **grants(of={"/acme/app:contents=write": "present", "/acme/app:default-branch=push": "unknown",
                                                     "/acme/app:administration=write": "denied"}))
told = ask("a remote", everything, remote="git@127.0.0.1:acme/sub/lib.git")
told.expect("a remote over ssh", **grants(of={"/acme/sub/lib:default-branch=rewrite": "present"}))

before = audit("gitlab", {"x": ""}, service, env={"GITLAB_TOKEN": everything}, hosts=[])
check(not service.lines() and not before.grants, "a token of the vendor's own host does not go here")
told = audit("gitlab", {"x": ""}, service, env={"GITLAB_TOKEN": everything, "GITLAB_HOST": service.url})
told.expect("environment", **grants(of={"/mona:keys=write": "present"}))
stranger = ask("a stranger", markers.keep("gl" + "pat-" + markers.chars(20)))
check(stranger.unknown and not stranger.grants, "a stranger: unknown: %s" % list(stranger.grants))
odd_answers("gitlab", {".config/glab-cli/config.yml": "hosts:\n    %s:\n        token: %s\n" % (service.host, everything)}, service)
finish()
