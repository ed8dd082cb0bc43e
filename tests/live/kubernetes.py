"""Kubernetes logins against a model of a cluster that decides by role bindings: tokens, client certificates, the pod's own."""
import base64

from service import *

BINDINGS = {}  # user -> {namespace or "*": [rule]}
CLUSTER_SCOPED = {"namespaces", "nodes", "persistentvolumes", "clusterrolebindings", "clusterroles", "users", "groups",
                  "mutatingwebhookconfigurations", "certificatesigningrequests"}
USERS = {}     # token -> user
state = {"incomplete": False, "spaces": ["default", "team-a", "prod"]}


def rule(verbs, groups, resources):
    return {"verbs": verbs.split(), "apiGroups": groups, "resources": resources.split()}


def allows(r, attributes):
    whole = attributes["resource"] + ("/" + attributes["subresource"] if attributes["subresource"] else "")
    return (any(v in ("*", attributes["verb"]) for v in r["verbs"]) and
            any(g in ("*", attributes["group"]) for g in r["apiGroups"]) and
            any(n in ("*", whole) or (attributes["subresource"] and n == "*/" + attributes["subresource"]) for n in r["resources"]))


def rules_of(user, space):
    bound = BINDINGS.get(user, {})
    return bound.get("*", []) + (bound.get(space, []) if space else [])


def may(user, attributes):
    space = "" if attributes["resource"] in CLUSTER_SCOPED else attributes["namespace"]
    return any(allows(r, attributes) for r in rules_of(user, space))


def cluster(request, user=None):
    held = request.headers.get("authorization", "")
    user = user or USERS.get(held[7:] if held.startswith("Bearer ") else "")
    if not user:
        return tls.answer(401, {"kind": "Status", "reason": "Unauthorized", "message": "Unauthorized"})
    path, body = request.path.split("?")[0], json.loads(request.body or b"{}")
    path = path[path.index("/api"):] if "/api" in path else path
    spec = body.get("spec", {})
    if path == "/apis/authentication.k8s.io/v1/selfsubjectreviews":
        return tls.answer(201, {"status": {"userInfo": {"username": user, "groups": ["system:authenticated"]}}})
    if path == "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews":
        told = {"incomplete": state["incomplete"], "nonResourceRules": [],
                "resourceRules": [] if state["incomplete"] else rules_of(user, spec["namespace"])}
        if state["incomplete"]:
            told["evaluationError"] = "webhook authorizer does not support user rule resolution"
        return tls.answer(201, {"status": told})
    if path == "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews":
        return tls.answer(201, {"status": {"allowed": may(user, spec["resourceAttributes"])}})
    if path == "/api/v1/namespaces" and request.method == "GET":
        if may(user, {"verb": "list", "group": "", "resource": "namespaces", "subresource": "", "namespace": ""}):
            return tls.answer(200, {"items": [{"metadata": {"name": n}} for n in state["spaces"]]})
    return tls.answer(403, {"kind": "Status", "status": "Failure", "reason": "Forbidden", "message": "forbidden", "code": 403})


def token(user):
    value = markers.keep("k8s-" + markers.chars(40))
    USERS[value] = user
    return value


private = tls.Authority(os.path.join(keep.name, "cluster-ca"), "a cluster's own authority")
service = Service(cluster, authority=private)
b64 = lambda path: base64.b64encode(open(path, "rb").read()).decode()


def config(users, server=None, authority=private.file, space=None, clusters=()):
    """users: name -> lines of its login."""
    out = "apiVersion: v1\nkind: Config\nclusters:\n"
    every = [("c0", server or service.url)] + [("c%d" % (i + 1), url) for i, url in enumerate(clusters)]
    for name, url in every:
        out += "- name: %s\n  cluster:\n    server: %s\n" % (name, url)
        out += "    certificate-authority-data: %s\n" % b64(authority) if authority else ""
    out += "contexts:\n"
    for user in users:
        for name, _ in every:
            out += "- name: %s-%s\n  context:\n    cluster: %s\n    user: %s\n" % (name, user, name, user)
            out += "    namespace: %s\n" % space if space else ""
    out += "users:\n"
    for name, login in users.items():
        out += "- name: %s\n  user:\n%s" % (name, "".join("    %s: %s\n" % x for x in login.items()))
    return {".kube/config": out}


def grants(**states):
    return {"grants": {service.host + name: s for name, s in states["of"].items()}}


bearer = lambda r: r.headers.get("authorization", "").startswith("Bearer k8s-")

# ---- all or nothing ---------------------------------------------------------------------------------
BINDINGS["root"] = {"*": [rule("*", ["*"], "*")]}
told = audit("kubernetes", config({"root": {"token": token("root")}}), service)
told.expect("administrator", **grants(of={":cluster=administer": "present", ":secrets=read": "absent"}))
check(told.fact("login") == "root" and not told.unknown, "administrator: who, and nothing unknown: %s" % told.unknown)
check(len(service.lines()) == 2, "administrator: two questions suffice: %s" % service.lines())
service.check_requests("administrator", bearer)

dev = config({"dev": {"token": token("dev")}}, space="team-a")
check(not audit("kubernetes", dev, service, online=False).grants and not service.server.connections, "not asked, no packet")
check(not audit("kubernetes", dev, service, hosts=[]).grants and not service.server.connections, "a host from a file needs --host")

# ---- one namespace ----------------------------------------------------------------------------------
BINDINGS["dev"] = {"team-a": [rule("get list create", [""], "pods pods/exec configmaps"), rule("*", ["apps"], "deployments")]}
for part in (False, True):
    state["incomplete"] = part
    told = audit("kubernetes", dev, service)
    title = "one namespace, rules told in %s" % ("part" if part else "full")
    told.expect(title, **grants(of={":cluster=administer": "denied", ":pods=enter": "denied", "/team-a:pods=enter": "present",
                                    "/team-a:workloads=run": "present", "/team-a:workloads=delete": "present",
                                    ":secrets=read": "denied", "/team-a:secrets=read": "absent", ":nodes=command": "denied",
                                    ":roles=grant": "denied", ":other-namespaces=use": "unknown"}))
    check(not told.unknown, "%s: the scope is told: %s" % (title, told.unknown))
    service.check_requests(title, bearer)
    print("%s: %d requests" % (title, len(service.lines())))
    check(len(service.lines()) < 70, "%s: a bounded number of questions" % title)
state["incomplete"] = False

# ---- other namespaces -------------------------------------------------------------------------------
BINDINGS["ops"] = {"*": [rule("list", [""], "namespaces")], "prod": [rule("get", [""], "secrets")]}
told = audit("kubernetes", config({"ops": {"token": token("ops")}}), service)
told.expect("other namespaces", **grants(of={"/prod:secrets=read": "present", ":secrets=read": "denied",
                                             ":other-namespaces=use": "absent"}))

# ---- a client certificate ---------------------------------------------------------------------------
BINDINGS["cert"] = {"*": [rule("get", [""], "secrets"), rule("create", [""], "nodes/proxy")]}
cert, key = private.issue(["cert"])
mutual = Service(lambda r: cluster(r, "cert"), authority=private, client=private.file)
told = audit("kubernetes", config({"cert": {"client-certificate-data": b64(cert), "client-key-data": b64(key)}}, mutual.url), mutual)
told.expect("certificate", grants={mutual.host + ":secrets=read": "present", mutual.host + ":nodes=command": "present",
                                   mutual.host + ":cluster=administer": "denied"})
mutual.check_requests("certificate", lambda r: "authorization" not in r.headers)

# ---- whom is trusted, where it goes -------------------------------------------------------------------
wrong = audit("kubernetes", config({"dev": {"token": token("dev")}}, authority=ca.file), service)
check(not wrong.grants and wrong.unknown and not service.lines(), "another authority: not a byte of HTTP")
check("not trusted" in wrong.fact("not asked further"), "and said so: %s" % wrong.fact("not asked further"))
BINDINGS["dev"]["*"] = [rule("get", [""], "secrets")]
rancher = Service(cluster, base="/k8s/clusters/c-x", authority=private)
both = config({"dev": {"token": token("dev")}}, rancher.url, clusters=[service.url])
told = audit("kubernetes", both, rancher, hosts=[rancher.host, service.host])
told.expect("two clusters", grants={rancher.host + ":secrets=read": "present", service.host + ":secrets=read": "present"})
rancher.check_requests("a path before the API", bearer)
check(all(l.split(" ")[1].startswith("/k8s/clusters/c-x/api") for l in rancher.lines()), "below its path: %s" % rancher.lines()[:1])
check(not told.unknown, "both were asked")
told = audit("kubernetes", both, rancher)
check(told.unknown and rancher.host + ":secrets=read" in told.grants, "one of two clusters asked: the scope stays unknown")

# ---- who is not known, odd answers --------------------------------------------------------------------
stranger = audit("kubernetes", config({"x": {"token": markers.keep("k8s-" + markers.chars(40))}}), service)
check(stranger.unknown and not stranger.grants and "did not take the login" in stranger.fact("not asked further"), "a stranger")
check(len(service.lines()) == 1, "is asked about once")
refresh = audit("kubernetes", config({"x": {"password": markers.password(), "username": "x"}}), service)
check(not service.lines(), "a password is not sent: %s" % service.lines())
odd_answers("kubernetes", dev, service)
finish()
