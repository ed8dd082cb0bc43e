"""AWS keys against a model of STS and IAM that checks each signature by itself and decides by a policy."""
import datetime
import fnmatch
import hashlib
import hmac
import urllib.parse

from service import *

KEYS = {}  # id -> (secret, session or None, arn, policy)


def digest(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signed(request):
    """The key's id, or the code of the error."""
    found = re.fullmatch(r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, SignedHeaders=([^,]+), "
                         r"Signature=([0-9a-f]{64})", request.headers.get("authorization", ""))
    if not found:
        return None, "MissingAuthenticationToken"
    name, day, region, service, headers, signature = found.groups()
    if name not in KEYS:
        return None, "InvalidClientTokenId"
    secret, session, _, _ = KEYS[name]
    if request.headers.get("x-amz-security-token") != session:
        return None, "InvalidClientTokenId"
    stamp = request.headers["x-amz-date"]
    then = datetime.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
    if abs((datetime.datetime.now(datetime.timezone.utc) - then).total_seconds()) > 300 or day != stamp[:8]:
        return None, "SignatureDoesNotMatch"
    canonical = "\n".join([request.method, "/", "", *["%s:%s" % (h, request.headers[h].strip()) for h in headers.split(";")], "",
                           headers, hashlib.sha256(request.body).hexdigest()])
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, "/".join([day, region, service, "aws4_request"]),
                      hashlib.sha256(canonical.encode()).hexdigest()])
    key = ("AWS4" + secret).encode()
    for part in (day, region, service, "aws4_request"):
        key = digest(key, part)
    ok = hmac.compare_digest(hmac.new(key, text.encode(), hashlib.sha256).hexdigest(), signature)
    ok = ok and {"host", "x-amz-date", "content-type"} <= set(headers.split(";"))
    return (name, service) if ok else (None, "SignatureDoesNotMatch")


def error(code):
    return tls.answer(403, "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>no</Message></Error></ErrorResponse>" % code,
                      {"Content-Type": "text/xml"})


def decide(policy, action):
    said = "implicitDeny"
    for effect, pattern in policy:
        if fnmatch.fnmatch(action.lower(), pattern.lower()):
            if effect == "Deny":
                return "explicitDeny"
            said = "allowed"
    return said


def cloud(request):
    name, service = signed(request)
    if not name:
        return error(service)
    form = urllib.parse.parse_qs(request.body.decode(), strict_parsing=True)
    _, _, arn, policy = KEYS[name]
    action = form["Action"][0]
    if action == "GetCallerIdentity" and service == "sts":
        return tls.answer(200, "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>%s</Arn><UserId>X</UserId><Account>%s</Account>"
                          "</GetCallerIdentityResult></GetCallerIdentityResponse>" % (arn, arn.split(":")[4]), {"Content-Type": "text/xml"})
    if action == "SimulatePrincipalPolicy" and service == "iam":
        source = form["PolicySourceArn"][0]
        if decide(policy, "iam:SimulatePrincipalPolicy") != "allowed":
            return error("AccessDenied")
        if "assumed-role" in source or source.split(":")[4] != arn.split(":")[4]:
            return error("InvalidInput")
        names = [form["ActionNames.member.%d" % i][0] for i in range(1, len(form)) if "ActionNames.member.%d" % i in form]
        out = "".join("<member><EvalActionName>%s</EvalActionName><EvalResourceName>*</EvalResourceName><EvalDecision>%s</EvalDecision>"
                      "<MatchedStatements><member><SourcePolicyId>p</SourcePolicyId></member></MatchedStatements>"
                      "<MissingContextValues/></member>" % (n, decide(policy, n)) for n in names)
        return tls.answer(200, "<SimulatePrincipalPolicyResponse><SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated>"
                          "<EvaluationResults>%s</EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>" % out,
                          {"Content-Type": "text/xml"})
    return error("InvalidAction")


def key(arn, *policy, session=False):
    """policy: "Allow s3:*" """
    name, secret = markers.aws_id(), markers.aws_secret()
    if session:
        name = markers.keep("AS" + "IA" + name[4:])
    token = markers.keep(markers.chars(300)) if session else None
    KEYS[name] = (secret, token, arn, [p.split(" ") for p in policy])
    return name, secret, token


service = Service(cloud)
ACCOUNT = "123456789012"
at_home = {"AWS_ENDPOINT_URL": service.url}


def files(one, more=""):
    name, secret, session = one
    return {".aws/credentials": "[default]\naws_access_key_id = %s\naws_secret_access_key = %s\n%s%s" % (
        name, secret, "aws_session_token = %s\n" % session if session else "", more)}


def ask(title, one, env=at_home, more="", **rest):
    told = audit("aws", files(one, more), service, env=env, **rest)
    service.check_requests(title, lambda r: one[0] in r and one[1] not in r)
    return told


def grants(**states):
    return {"grants": {ACCOUNT + name: s for name, s in states["of"].items()}}


user = "arn:aws:iam::%s:user/team/dev" % ACCOUNT
told = ask("administrator", key(user, "Allow *"))
told.expect("administrator", **grants(of={":identities=write": "present", ":data=delete": "present", ":account=close": "present",
                                          ":other-actions=use": "unknown", ":account=administer": "absent"}))
check(not told.unknown and told.fact("login") == user and len(service.lines()) == 2, "administrator: two requests tell it: %s %s" %
      (service.lines(), told.fact("not asked further")))
reader = key(user, "Allow iam:SimulatePrincipalPolicy", "Allow s3:Get*", "Deny iam:*User*", "Deny sts:*", "Deny cloudtrail:*")
told = ask("reader", reader)
told.expect("reader", **grants(of={":data=read": "present", ":data=delete": "unknown", ":roles=assume": "denied", ":audit=stop": "denied",
                                   ":identities=write": "unknown"}))
told = ask("root", key("arn:aws:iam::%s:root" % ACCOUNT))
told.expect("root", **grants(of={":account=administer": "present"}))
told = ask("may not ask", key(user, "Allow s3:*"))
told.expect("may not ask", **grants(of={":data=read": "unknown", ":identities=write": "unknown"}))
check(not told.unknown, "may not ask: unknown by name")
role = key("arn:aws:sts::%s:assumed-role/deploy/s" % ACCOUNT, "Allow *", session=True)
told = ask("a session", role)
told.expect("a session", **grants(of={":secrets=read": "present"}))
check(not told.unknown, "a session: its token is worth nothing more: %s" % told.unknown)
told = audit("aws", {}, service, env={**at_home, "AWS_ACCESS_KEY_ID": role[0], "AWS_SECRET_ACCESS_KEY": role[1],
                                      "AWS_SESSION_TOKEN": role[2], "AWS_REGION": "eu-west-1"})
told.expect("environment", **grants(of={":secrets=read": "present"}))

# ---- what does not fit ---------------------------------------------------------------------------------
told = ask("a secret of another key", (reader[0], markers.aws_secret(), None))
check(told.unknown and "did not take the signature" in told.fact("not asked further"), "another key's secret: %s" % told.fact("not asked further"))
told = ask("an unknown key", (markers.aws_id(), markers.aws_secret(), None))
check(told.unknown and "does not know the key" in told.fact("not asked further"), "an unknown key")
told = audit("aws", {".aws/credentials": "[default]\naws_secret_access_key = %s\n" % markers.aws_secret()}, service, env=at_home)
check(told.unknown and not service.lines(), "half a key is not asked about: %s" % service.lines())
other = Service(cloud)
told = audit("aws", files(reader, "endpoint_url = %s\n" % other.url), service, env=at_home)
check(told.unknown and not service.lines() and not other.lines(), "a profile with its own address is of that address")
odd_answers("aws", files(reader), service, env=at_home)
finish()
