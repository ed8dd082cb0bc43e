"""Logins of package and image registries against models of both: who it is, what it may publish, where tokens are handed
out. The registries are this machine's: no other one is named anywhere.
"""
import base64

from service import *

# ---- packages ---------------------------------------------------------------------------------------
ACCOUNTS = {}  # credential as it comes -> account


def packages(request):
    account = ACCOUNTS.get(request.headers.get("authorization", ""))
    path = request.path[len("/repo"):] if request.path.startswith("/repo") else request.path
    if not account:
        return tls.answer(200, {}) if path == "/-/whoami" else tls.answer(401, {"message": "no"})
    if path == "/-/whoami":
        return tls.answer(200, {"username": account["name"]})
    if path == "/-/npm/v1/user":
        return tls.answer(200, {"name": account["name"], "tfa": account["tfa"] and {"mode": account["tfa"], "pending": False}})
    if path == "/-/npm/v1/tokens":
        return tls.answer(200, {"objects": [{"token": "abcdef", "readonly": r} for r in account["tokens"]], "urls": {}})
    if path == "/-/user/%s/package" % account["name"]:
        return tls.answer(200, account["packages"])
    return tls.answer(404, {"message": "Not Found"})


def login(name="mona", tfa=None, tokens=(False,), packages=None, value=None):
    value = value or markers.npm()
    ACCOUNTS["Bearer " + value] = {"name": name, "tfa": tfa, "tokens": tokens, "packages": packages or {}}
    return value


npm = Service(packages)
line = lambda host, value, path="/": {".npmrc": "//%s%s:_authToken=%s\n" % (host, path, value)}


def ask(title, value, service=npm, path="/", **more):
    told = audit("npm", line(service.host, value, path), service, **more)
    service.check_requests(title, lambda r: r.headers.get("authorization") == "Bearer " + value)
    return told


def grants(service, **states):
    return {"grants": {service.host + name: s for name, s in states["of"].items()}}


told = ask("publishes", login(packages={"left": "write", "right": "read"}))
told.expect("publishes", **grants(npm, of={"/mona:packages=write": "present", "/mona:packages=read": "present"}))
check(not told.unknown and told.fact("login") == "mona" and len(npm.lines()) == 4, "publishes: all told by four: %s" % npm.lines())
told = ask("reads", login(tokens=(True, True), packages={"left": "write"}))
told.expect("reads", **grants(npm, of={"/mona:packages=write": "denied", "/mona:packages=create": "denied"}))
told = ask("asks a code", login(tfa="auth-and-writes", packages={"left": "write"}))
told.expect("asks a code", **grants(npm, of={"/mona:packages=write": "unknown"}))
told = ask("nobody", markers.npm())
check(told.unknown and not told.grants and "whom it takes" in told.fact("not asked further"), "an empty answer is nobody's")
below = Service(packages, base="/repo")
told = ask("below a path", login(packages={"left": "write"}), below, "/repo/")
told.expect("below a path", **grants(below, of={"/mona:packages=write": "present"}))

pair = base64.b64encode(("mona:" + markers.password()).encode()).decode()
ACCOUNTS["Basic " + pair] = {"name": "mona", "tfa": None, "tokens": (False,), "packages": {"left": "write"}}
told = audit("npm", {".npmrc": "//%s/:_auth=%s\n" % (npm.host, markers.keep(pair))}, npm)
told.expect("user and password", **grants(npm, of={"/mona:packages=write": "present"}))
forge = markers.github()
told = audit("npm", line(npm.host, forge), npm)
check(all("/api/v3/" in l for l in npm.lines()), "a forge's token in a registry's settings is asked about as the forge's: %s" % npm.lines())
value = login(packages={"left": "write"})
audit("npm", {}, npm, env={"NPM_TOKEN": value})
check(not npm.lines(), "a token of no registry goes to none")
told = audit("npm", {}, npm, env={"NPM_TOKEN": value, "NPM_CONFIG_REGISTRY": below.url + "/"}, hosts=[below.host])
told.expect("environment", **grants(below, of={"/mona:packages=write": "present"}))
odd_answers("npm", line(npm.host, value), npm)

# ---- images -----------------------------------------------------------------------------------------
USERS = {}  # pair -> {image: actions}


def token(access):
    part = lambda v: base64.urlsafe_b64encode(json.dumps(v).encode()).decode().rstrip("=")
    return markers.keep(".".join([part({"alg": "ES256", "typ": "JWT"}), part({"iss": "x", "access": access}), markers.chars(60)]))


def images(request, realm=None):
    host = request.headers["host"]
    held = request.headers.get("authorization", "")
    if request.path == "/v2/":
        return tls.answer(401, {}, {"WWW-Authenticate": 'Bearer realm="%s/token",service="images"' % (realm or "https://" + host)})
    user = USERS.get(held)
    if not request.path.startswith("/token?service=images&scope=") or user is None:
        return tls.answer(401, {"details": "incorrect username or password"})
    kind, name, actions = request.path.split("scope=")[1].replace("%3A", ":").replace("%2F", "/").replace("%2C", ",").split(":")
    granted = [a for a in actions.split(",") if a in user.get(name, [])]
    return tls.answer(200, {"token": token([{"type": kind, "name": name, "actions": granted}] if granted else [])})


def docker(service, user="mona"):
    pair = base64.b64encode(("%s:%s" % (user, markers.password())).encode()).decode()
    USERS["Basic " + pair] = {"mona/app": ["pull", "push"], "acme/app": ["pull"]}
    return {".docker/config.json": json.dumps({"auths": {service.host: {"auth": markers.keep(pair)}}})}


registry = Service(images, api="(/token)?")
told = audit("docker", docker(registry), registry)
check(told.grants.get(registry.host + ":other-images=use", {}).get("state") == "unknown", "images: the others are unknown")
check(told.fact("login") == "mona" and not told.unknown, "images: the login counts: %s" % told.fact("not asked further"))
registry.check_requests("images", lambda r: ("authorization" in r.headers) == (r.path != "/v2/"))
told = audit("docker", docker(registry), registry, remote="https://forge.test/acme/app.git")
told.expect("images of the working tree", **grants(registry, of={"/mona/app:images=write": "present", "/mona/app:images=delete": "denied",
                                                                 "/acme/app:images=write": "denied", "/acme/app:images=read": "present"}))
away_realm = Service(lambda r: images(r, elsewhere.url))
told = audit("docker", docker(away_realm), away_realm)
check(told.unknown and len(away_realm.lines()) == 1 and "another host" in told.fact("not asked further"),
      "a realm elsewhere gets no login: %s" % told.fact("not asked further"))
stranger = {".docker/config.json": json.dumps({"auths": {registry.host: {"auth": markers.keep(
    base64.b64encode(("x:" + markers.password()).encode()).decode())}}})}
told = audit("docker", stranger, registry)
check(told.unknown and not told.grants, "a login that is not taken")


def simple(request):
    if request.headers.get("authorization") not in USERS:
        return tls.answer(401, {}, {"WWW-Authenticate": 'Basic realm="images"'})
    return tls.answer(200, {"repositories": ["acme/app"]} if "_catalog" in request.path else {})


basic = Service(simple)
told = audit("docker", docker(basic), basic)
told.expect("a registry with logins", **grants(basic, of={"/acme/app:images=read": "present", ":other-images=use": "unknown"}))
basic.check_requests("a registry with logins")
odd_answers("docker", docker(registry), registry)
finish()
