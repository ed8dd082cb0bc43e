"""Slack, Anthropic, OpenAI, Hugging Face: tokens whose answers tell them, against models of each service."""
import base64

from service import *


def first(told, name):
    return told.grants.get(name, {"state": "absent"})["state"]


# ---- Slack ------------------------------------------------------------------------------------------
TOKENS = {}


def slack(request):
    held = TOKENS.get(request.headers.get("authorization", ""))
    if request.line != "GET /api/auth.test":
        return tls.answer(404, {})
    if not held:
        return tls.answer(200, {"ok": False, "error": "invalid_auth"})
    return tls.answer(200, {"ok": True, "team": "acme", "user": "bot", "team_id": "T1", "url": "https://acme.slack.test/"},
                      {"X-OAuth-Scopes": held} if held != "none told" else {})


service = Service(slack, api="(/api)?")


def with_url(value):  # a place that says where its token belongs
    return {".git-credentials": "https://x:%s@%s\n" % (value, service.host)}


def token(scopes):
    value = markers.slack()
    TOKENS["Bearer " + value] = scopes
    return value


told = audit("slack", with_url(token("chat:write,channels:history")), service)
check((first(told, "acme:messages=read"), first(told, "acme:workspace=administer"), told.fact("login")) == ("present", "denied", "bot"),
      "slack: by scopes: %s" % {g: r["state"] for g, r in told.grants.items()})
check(not told.unknown and len(service.lines()) == 1, "slack: one request tells it: %s" % told.unknown)
service.check_requests("slack", lambda r: r.headers["authorization"] in TOKENS)
told = audit("slack", with_url(token("none told")), service)
check(first(told, "acme:scope=unknown") == "unknown", "slack: no header, no scopes: unknown")
told = audit("slack", with_url(markers.slack()), service)
check(told.unknown and not told.grants and "not accepted from here" in told.fact("not asked further"), "slack: a stranger")
odd_answers("slack", with_url(token("admin")), service)

# ---- Anthropic --------------------------------------------------------------------------------------
KEYS = {}


def anthropic(request):
    kind = KEYS.get(request.headers.get("x-api-key", ""))
    if not kind or request.headers.get("anthropic-version") != "2023-06-01":
        return tls.answer(401, {"type": "error", "error": {"type": "authentication_error", "message": "invalid x-api-key"}})
    path = request.path.split("?")[0]
    if kind == "key" and path in ("/v1/models", "/v1/messages/batches"):
        return tls.answer(200, {"data": []}, {"anthropic-organization-id": "org-acme"})
    if kind == "admin" and path in ("/v1/organizations/me", "/v1/organizations/users"):
        return tls.answer(200, {"name": "Acme", "data": []})
    return tls.answer(403, {"type": "error", "error": {"type": "permission_error", "message": "no"}})


models = Service(anthropic)
at = lambda variable, service, path="": {variable: service.url + path}
key, admin = markers.anthropic(), markers.keep("sk-" + "ant-admin01-" + markers.chars(93) + "AA")
KEYS.update({key: "key", admin: "admin"})
told = audit("anthropic", {}, models, env={"ANTHROPIC_API_KEY": key, **at("ANTHROPIC_BASE_URL", models)})
check((first(told, "data=read"), first(told, "models=use")) == ("present", "present") and not told.unknown, "anthropic: a key: %s" %
      told.fact("not asked further"))
models.check_requests("anthropic", lambda r: r.headers.get("x-api-key") == key and "authorization" not in r.headers)
told = audit("anthropic", {".env": "ANTHROPIC_ADMIN_KEY=%s\n" % admin}, models, env=at("ANTHROPIC_BASE_URL", models))
check(first(told, "Acme:organization=administer") == "present", "anthropic: an admin key: %s" % list(told.grants))
told = audit("anthropic", {}, models, env={"ANTHROPIC_API_KEY": markers.anthropic(), **at("ANTHROPIC_BASE_URL", models)})
check(not told.grants and "does not know it" in told.fact("answer"), "anthropic: a dead key")
odd_answers("anthropic", {}, models, env={"ANTHROPIC_API_KEY": key, **at("ANTHROPIC_BASE_URL", models)})

# ---- OpenAI -----------------------------------------------------------------------------------------


def openai(request):
    allowed = KEYS.get(request.headers.get("authorization", ""))
    if allowed is None:
        return tls.answer(401, {"error": {"message": "Incorrect API key provided", "code": "invalid_api_key"}})
    what = request.path.split("?")[0][len("/v1/"):]
    if what not in allowed:
        return tls.answer(403, {"error": {"message": "You have insufficient permissions for this operation. Missing scopes: api.x"}})
    return tls.answer(200, {"data": []}, {"openai-organization": "acme"})


completions = Service(openai, base="/v1")
key, restricted, admin = [markers.keep("sk-" + kind + markers.chars(60)) for kind in ("proj-", "proj-", "admin-")]
KEYS.update({"Bearer " + key: ["models", "files"], "Bearer " + restricted: [], "Bearer " + admin: ["organization/projects"]})
for value, kind, wanted in ((key, "a key", {"data=read": "present", "models=use": "unknown"}),
                            (restricted, "a restricted key", {"data=read": "denied", "models=use": "unknown"}),
                            (admin, "an admin key", {"organization=administer": "present"})):
    told = audit("openai", {}, completions, env={"OPENAI_API_KEY": value, **at("OPENAI_BASE_URL", completions)})
    told.expect("openai, " + kind, grants=wanted)
    completions.check_requests("openai, " + kind, lambda r: r.headers.get("authorization") == "Bearer " + value)
odd_answers("openai", {}, completions, env={"OPENAI_API_KEY": key, **at("OPENAI_BASE_URL", completions)})

# ---- Hugging Face -----------------------------------------------------------------------------------


def hub(request):
    told = KEYS.get(request.headers.get("authorization", ""))
    return tls.answer(200, told) if told and request.line == "GET /api/whoami-v2" else \
        tls.answer(401, {"error": "Invalid credentials in Authorization header"})


faces = Service(hub)


def face(role, **more):
    value = markers.keep("h" + "f_" + markers.chars(34))
    KEYS["Bearer " + value] = {"name": "mona", "type": "user", "orgs": [{"name": "acme", "roleInOrg": "write"}],
                               "auth": {"type": "access_token", "accessToken": {"role": role, **more}}}
    return value


def ask(value):
    told = audit("huggingface", {".cache/huggingface/token": value}, faces, env=at("HF_ENDPOINT", faces))
    faces.check_requests("hugging face", lambda r: r.headers.get("authorization") == "Bearer " + value)
    return told


told = ask(face("write"))
told.expect("hugging face, write", grants={"mona:repositories=write": "present", "acme:repositories=write": "present"})
check(not told.unknown and told.fact("login") == "mona", "hugging face: told")
ask(face("read")).expect("hugging face, read", grants={"acme:repositories=write": "denied", "acme:repositories=read": "present"})
ask(face("fineGrained", fineGrained={"global": [], "scoped": [
    {"entity": {"type": "dataset", "name": "acme/data"}, "permissions": ["repo.content.read", "repo.write"]}]})).expect(
        "hugging face, fine-grained", grants={"acme/data:repositories=write": "present", "mona:repositories=write": "absent"})
told = ask(markers.keep("h" + "f_" + markers.chars(34)))
check(not told.grants and "does not know it" in told.fact("answer"), "hugging face: a dead token")
odd_answers("huggingface", {".cache/huggingface/token": face("write")}, faces, env=at("HF_ENDPOINT", faces))

# ---- what tokens say of themselves, asked of nobody -----------------------------------------------------


def macaroon(*caveats):
    """PyPI's form: version 2, location and identifier, a section a caveat, an end, a signature."""
    field = lambda kind, text: bytes([kind]) + bytes([len(text)]) + text
    raw = b"\x02" + field(1, b"index.test") + field(2, b"an-identifier-of-its-own-1234567890") + b"\0"
    for c in caveats:
        raw += field(2, json.dumps(c).encode()) + b"\0"
    raw += b"\0" + field(6, os.urandom(32))
    return markers.keep("py" + "pi-" + base64.urlsafe_b64encode(raw).decode().rstrip("="))


def jwt(**claims):
    part = lambda v: base64.urlsafe_b64encode(json.dumps(v).encode()).decode().rstrip("=")
    return markers.keep(".".join([part({"alg": "ES256", "typ": "JWT"}), part(claims), markers.chars(86)]))


def offline(**variables):
    told = audit("x", {}, service, env=variables, online=False)
    check(not [s for s in servers if s.server.connections], "offline: not one packet")
    return told


LATER, BEFORE = 4102444800, 1000000000
check("projects: left, right" == offline(TWINE_PASSWORD=macaroon([1, ["left", "right"]], [3, "u"])).fact("scope"), "pypi: projects")
check("the whole account" == offline(TWINE_PASSWORD=macaroon([3, "u"])).fact("scope"), "pypi: the account")
told = offline(TWINE_PASSWORD=macaroon([0, BEFORE, 0], [1, ["left"]]))
check(told.fact("expires") == BEFORE and "live" not in json.dumps(told.secrets), "pypi: ended")
told = offline(SERVICE_TOKEN=jwt(iss="https://login.test", sub="svc", scp="a b", aud=["x", "y"], roles=["Role.Write"], exp=LATER))
check((told.fact("issuer"), told.fact("subject"), told.fact("scopes"), told.fact("audience"), told.fact("roles"), told.fact("expires")) ==
      ("https://login.test", "svc", "a b", "x, y", "Role.Write", LATER), "jwt: %s" % [s["details"] for s in told.secrets])
told = offline(KUBE_TOKEN=jwt(iss="kubernetes", exp=LATER, **{"kubernetes.io": {"namespace": "prod", "serviceaccount": {"name": "ci"}}}))
check((told.fact("namespace"), told.fact("service account")) == ("prod", "ci"), "jwt: of a cluster")
anon, service_role = [offline(SUPABASE_KEY=jwt(iss="supabase", role=r, exp=LATER)) for r in ("anon", "service_role")]
check(not anon.unknown and service_role.unknown and service_role.fact("role") == "service_role", "supabase: whose key it is")
told = offline(AWS_ACCESS_KEY_ID="ASIA" + "QNZGKIQY56JQ7WML", AWS_SECRET_ACCESS_KEY=markers.aws_secret())
check(told.fact("account") == "029608264753", "aws: the account of a key: %s" % [s["details"] for s in told.secrets])
sas = "https://acct.blob.test/c/f.txt?sv=2022-11-02&sr=%s&sp=%s&se=2099-01-01T00%%3A00%%3A00Z&sig="
one = offline(BLOB_URL=sas % ("b", "r") + markers.chars(43) + "%3D")
check(one.fact("permissions") == "r" and one.fact("account") == "acct" and not one.unknown, "sas: one object, read: %s" %
      [s["details"] for s in one.secrets])
check(offline(BLOB_URL=sas % ("c", "rwdl") + markers.chars(43) + "%3D").unknown, "sas: a container, everything")
finish()
