"""Asking a service: where a credential goes and where it never does, and honest answers to every bad server.

Everything over real TLS on loopback. The driver asks rows of the table with a token from stdin; the servers log
what arrived."""
import base64
import os
import subprocess
import sys
import tempfile
import time

from check import check, finish
from markers import Markers
import box
import tls

driver = os.path.abspath(sys.argv[1])
box.require(["openssl"], root=False)
keep = tempfile.TemporaryDirectory(prefix="ra-ask-")
work = keep.name
markers = Markers(20261121)
token = markers.github()
ca = tls.Authority(os.path.join(work, "ca"))
said = []


def ask(server, *rows, host=None, base=None, provider="github", env=(), secret=token, options=(), trust=ca.file):
    """[(row, err, status, bytes, json?, why)] and the seconds it took."""
    environment = {"PATH": os.environ["PATH"], "SSL_CERT_FILE": trust}
    environment.update(env)
    start = time.monotonic()
    done = subprocess.run([driver, *options, provider, host or server.host, base or server.url, *rows],
                          input=secret + "\n", capture_output=True, text=True, env=environment, timeout=120)
    said.append(done.stdout + done.stderr)
    if done.returncode != 0:
        check(False, "driver: %s %s" % (done.returncode, done.stderr))
    lines = [l.split(" ", 5) for l in done.stdout.splitlines()]
    return [(l[0], l[1], int(l[2]), int(l[3]), l[4] == "json", l[5] if len(l) > 5 else "") for l in lines], \
        time.monotonic() - start


def one(server, *rows, **more):
    answers, took = ask(server, *(rows or ("GITHUB_USER",)), **more)
    return answers[0] + (took,) if answers else ("", "", 0, 0, False, "", took)


# ---- the good case --------------------------------------------------------------------------------
good = tls.Server(ca, {"GET /user": tls.answer(200, {"login": "mona"}, {"X-OAuth-Scopes": "repo"})})
row, err, status, n, is_json, why, took = one(good)
check((err, status, is_json) == ("ok", 200, True), "a good server: %s %s %s" % (err, status, why))
sent = good.requests[0]
check(sent.headers.get("authorization") == "Bearer " + token, "the token goes into one header")
check(sent.headers.get("user-agent", "").startswith("reachaudit/"), "says who asks")
check(sent.headers.get("accept") == "application/vnd.github+json", "the provider's own header")
check(not {"cookie", "accept-encoding", "expect"} & set(sent.headers), "no cookie, no compression, no expectation")

# ---- bad certificates, plain http -------------------------------------------------------------------
other = tls.Authority(os.path.join(work, "other"))
for what, server, words in (
        ("another authority", tls.Server(other, {}), "not trusted"),
        ("expired", tls.Server(ca, {}, expired=True), "has expired"),
        ("another name", tls.Server(ca, {}, names=["wrong.test"]), "another name")):
    _, err, status, _, _, why, took = one(server)
    check(err == "EPROTO" and words in why, "certificate, %s: %s %s" % (what, err, why))
    check(not server.requests, "certificate, %s: nothing was sent" % what)
    server.stop()
plain = tls.Server(None, {"GET /user": tls.answer(200, {})})
check(one(plain)[1] == "ok", "plain http to this machine")
plain.clear()
for host in ("ghe.corp.test", "127.0.0.1.corp.test", "0.0.0.0"):
    _, err, _, _, _, why, _ = one(plain, host="%s:%d" % (host, plain.port), base="http://%s:%d" % (host, plain.port))
    check(err == "EPERM", "plain http to %s: %s %s" % (host, err, why))
_, err, _, _, _, why, _ = one(good, host=plain.host, base="https://" + plain.host)
check(err == "EPROTO", "TLS to a server without it: %s %s" % (err, why))
check(not plain.requests, "and it got nothing")

# ---- nobody there -----------------------------------------------------------------------------------
nobody = "127.0.0.1:%d" % tls.free_port()
_, err, _, _, _, why, took = one(good, host=nobody, base="https://" + nobody)
check(err == "ECONNREFUSED" and took < 5, "refused: %s %s" % (err, why))
_, err, _, _, _, why, took = one(good, host="nowhere.invalid", base="https://nowhere.invalid")
check(err in ("EHOSTUNREACH", "ETIMEDOUT") and took < 20, "no such name: %s %s %.1f s" % (err, why, took))

# ---- bad answers ------------------------------------------------------------------------------------
GIB = 1 << 30
bad = tls.Server(ca, {
    "GET /user": [tls.answer(200, b'{"login": "mo')],
    "GET /rate_limit": tls.answer(200, b"", stream=tls.huge(2 * GIB)),
})
_, err, status, n, is_json, why, _ = one(bad)
check((err, status, is_json) == ("ok", 200, False), "truncated JSON is none: %s %s" % (err, why))
_, err, _, n, _, why, took = one(bad, "GITHUB_RATE_LIMIT")
check(err == "EMSGSIZE" and n <= 2 << 20 and took < 10, "2 GiB: %s %s %d bytes, %.1f s" % (err, why, n, took))
bad.table["GET /user"] = tls.answer(200, b"", {"Content-Length": str(2 * GIB)}, stream=tls.huge(GIB))
check(one(bad)[1] == "EMSGSIZE", "2 GiB, announced")
bad.table["GET /user"] = tls.answer(200, b"{}", {"X-Filler-%d" % i: "x" * 4000 for i in range(40)})
check(one(bad)[1] == "EMSGSIZE", "too many headers")
bad.table["GET /user"] = tls.answer(200, b"", {"Content-Length": "500"}, stream=lambda out: out.write(b'{"login"'))
_, err, _, _, _, why, _ = one(bad)
check(err == "ECONNRESET", "cut short: %s %s" % (err, why))
bad.table["GET /user"] = tls.answer(200, b"", {"Content-Length": "500"}, stream=tls.slow(0.5, 100))
_, err, _, _, _, why, took = one(bad)
check(err == "ETIMEDOUT" and took < 20, "a byte now and then: %s %s %.1f s" % (err, why, took))
bad.stop()

# ---- redirects --------------------------------------------------------------------------------------
elsewhere = tls.Server(ca, {})
moved = tls.Server(ca, {"GET /new": tls.answer(200, {"login": "mona"})})


def redirect(to, status=301):
    moved.table["GET /user"] = tls.answer(status, b"", {"Location": to})
    return one(moved)


for to in (elsewhere.url + "/user", "//" + elsewhere.host + "/user", "http://" + moved.host + "/new",
           moved.url.replace("127.0.0.1", "localhost") + "/new", moved.url.replace("//", "//a@") + "/new", "file:///etc/passwd",
           "https://127.0.0.1:%d\\@%s/new" % (moved.port, elsewhere.host)):
    _, err, _, _, _, why, _ = redirect(to)
    check(err == "EXDEV", "redirect to %s: %s %s" % (to, err, why))
check(not elsewhere.connections, "the other server heard nothing")
check(redirect(moved.url + "/new")[1:3] == ("ok", 200), "redirect on the same host")
check(redirect("/new", 307)[1:3] == ("ok", 200), "redirect by path")
check(redirect("/user")[1] == "ELOOP", "a circle")
moved.stop()

# ---- limits -----------------------------------------------------------------------------------------
limited = tls.Server(ca, {"GET /user": [tls.answer(429, {}, {"Retry-After": "1"}), tls.answer(200, {"login": "mona"})]})
_, err, status, _, _, why, took = one(limited)
check((err, status) == ("ok", 200) and 1 <= took < 5, "429 and a second's wait: %s %s %.1f s" % (err, why, took))
check(len(limited.requests) == 2, "asked twice, no more")


def stops(what, reply, words):
    limited.clear()
    limited.table["GET /user"] = reply
    limited.table["GET /rate_limit"] = tls.answer(200, {})
    answers, took = ask(limited, "GITHUB_USER", "/", "GITHUB_RATE_LIMIT", "GITHUB_RATE_LIMIT")
    check(answers[-1][1] == "EDQUOT" and words in answers[-1][5], "%s: %s" % (what, answers))
    check(len(limited.requests) <= 2 and took < 15, "%s: no more is asked (%d)" % (what, len(limited.requests)))


stops("429, a long wait", tls.answer(429, {}, {"Retry-After": "3600"}), "rate limit")
stops("429 again and again", tls.answer(429, {}, {"Retry-After": "1"}), "rate limit")
stops("secondary limit", tls.answer(403, {"message": "You have exceeded a secondary rate limit."}), "rate limit")
stops("quota used up", tls.answer(403, {}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "5000"}), "rate limit")
stops("quota nearly used up", tls.answer(200, {}, {"X-RateLimit-Remaining": "499", "X-RateLimit-Limit": "5000"}), "quota")
answers, _ = ask(good, *["GITHUB_USER"] * 30, options=("--calls", "12"))
check([a[1] for a in answers] == ["ok"] * 12 + ["EDQUOT"] * 18, "the budget: %s" % [a[1] for a in answers])
limited.stop()

# ---- many at once -----------------------------------------------------------------------------------
far = tls.Server(ca, {"GET /user": tls.answer(200, {})}, delay=0.2)
answers, took = ask(far, *["GITHUB_USER"] * 80)
check(all(a[1] == "ok" for a in answers) and len(answers) == 80, "80 at once")
check(far.connections <= 9, "over %d connections" % far.connections)
check(took < 1.5 * 80 / 8 * 0.2 + 1, "80 requests, 8 at once, 0.2 s each: %.1f s" % took)
far.stop()

# ---- pages ------------------------------------------------------------------------------------------
good.table["GET /user"] = tls.answer(200, {}, {"Link": '<%s/user?page=2&a=b,c>; rel="next", <%s/x>; rel="last"' %
                                               (good.url, good.url)})
answer = one(good)
check(answer[5] == "next=%s/user?page=2&a=b,c" % good.url, "the next page: " + answer[5])
check(one(good, "link:GITHUB_USER=%s/user?page=2" % good.url)[1] == "ok", "is asked")
for link in (elsewhere.url + "/user", "https://127.0.0.1:%d@%s/" % (good.port, elsewhere.host), "nonsense"):
    check(one(good, "link:GITHUB_USER=" + link)[1] in ("EPERM", "EINVAL"), "but not " + link)
check(one(good, "link:GITHUB_USER=%s/elsewhere" % good.url, base=good.url + "/api/v3")[1] == "EPERM", "nor above the base")
check(not elsewhere.connections, "and the other server heard nothing")

# ---- where a credential goes ------------------------------------------------------------------------
for host, base in (("github.com", good.url), ("127.0.0.2:%d" % good.port, good.url), (good.host, elsewhere.url),
                   ("127.0.0.1", good.url), ("github.com.evil.test", "https://api.github.com"),
                   ("github.com", "https://api.github.com.evil.test"), ("github.com", "https://api.github.com:8443"),
                   ("github.com", "https://user@api.github.com"), ("github.com", "https://api.github.com."),
                   ("github.com", "https://evil.test/api.github.com"), ("github.com", "http://api.github.com"),
                   ("a.ghe.com", "https://api.b.ghe.com"), ("a.ghe.com", "https://api.x.a.ghe.com")):
    good.clear()
    err = one(good, host=host, base=base)[1]
    check(err in ("EPERM", "EINVAL") and not good.requests, "a token of %s to %s: %s" % (host, base, err))
dead = tls.Server(ca, {"GET /user": tls.answer(401, {"message": "Bad credentials"})})
check(one(dead)[1:3] == ("ok", 401), "401 is an answer")
check(one(good, secret="a\x01b")[1] == "EINVAL", "a control character is no credential")

# ---- proxies ----------------------------------------------------------------------------------------
proxy = tls.Server(None, {})
away = {"https_proxy": proxy.url, "HTTP_PROXY": "http://127.0.0.1:1"}
_, err, _, _, _, why, _ = one(good, host="ghe.corp.test", base="https://ghe.corp.test", env=away)
check(err == "ECONNREFUSED" and "proxy" in why, "the agent's proxy: %s %s" % (err, why))
check([r.line for r in proxy.requests] == [] and proxy.connections == 1, "is asked for a tunnel, and sees no request")
proxy.clear()
check(one(good, env=away)[1] == "ok" and not proxy.connections, "this machine is not asked for by a proxy")
for names in ("ghe.corp.test", ".corp.test", "corp.test", "*", "a.test, ghe.corp.test:443"):
    one(good, host="ghe.corp.test", base="https://ghe.corp.test", env=dict(away, NO_PROXY=names))
    check(not proxy.connections, "NO_PROXY=" + names)
one(good, host="ghe.corp.test", base="https://ghe.corp.test", env=dict(away, NO_PROXY="xcorp.test,e.corp.test,ghe.corp.test:8443"))
check(proxy.connections == 1, "NO_PROXY of others")

# ---- records ----------------------------------------------------------------------------------------
stored = os.path.join(work, "recorded")
os.mkdir(stored)
clone = markers.keep("AB" + markers.chars(29))
good.table["GET /user"] = tls.answer(200, {"login": "mona", "temp_clone_token": clone, "note": "it was " + token},
                                     {"X-OAuth-Scopes": "repo", "Set-Cookie": "session=" + markers.password()})
asked = one(good, env={"RECORD": stored})
good.clear()
again = one(good, env={"REPLAY": stored})
check(again[1:3] == ("ok", 200) and again[4] and not good.connections, "a recorded answer, and no packet: %s" % (again,))
files = [open(os.path.join(stored, f)).read() for f in os.listdir(stored)]
check(len(files) == 1 and "X-OAuth-Scopes: repo" in files[0] and '"login": "mona"' in files[0], "what is kept: %s" % files)
check(one(good, "GITHUB_RATE_LIMIT", env={"REPLAY": stored})[1] == "ENOENT" and not good.connections, "what was not recorded")

# ---- memory -----------------------------------------------------------------------------------------


def memory_of(pid):
    found = b""
    with open("/proc/%d/maps" % pid) as maps, open("/proc/%d/mem" % pid, "rb", 0) as mem:
        for line in maps:
            where, mode = line.split()[:2]
            if mode[0] != "r" or "[v" in line:
                continue
            low, high = (int(x, 16) for x in where.split("-"))
            try:
                mem.seek(low)
                found += mem.read(high - low)
            except OSError:
                pass
    return found


def held(*rows, secret=token, **env):
    child = subprocess.Popen([driver, "--hold", "github", good.host, good.url, *rows], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True, env=dict({"SSL_CERT_FILE": ca.file}, **env))
    child.stdin.write(secret + "\n")
    child.stdin.flush()
    lines = []
    while not lines or (lines[-1] and lines[-1] != "held\n"):
        lines.append(child.stdout.readline())
    memory = memory_of(child.pid)
    child.stdin.close()
    child.wait()
    return lines, memory


good.table["GET /user"] = tls.answer(200, {"login": "mona"})
lines, memory = held(*["GITHUB_USER"] * 10, "/", "GITHUB_RATE_LIMIT", "GITHUB_PUSH=acme/app")
check(lines[-1] == "held\n" and len(memory) > 1 << 20, "the driver holds still: %d bytes" % len(memory))
check(b"reachaudit/" in memory, "and its memory can be read")

for form, text in (("as it is", token.encode()), ("without its prefix", token[4:].encode()),
                   ("a part of it", token[10:26].encode()), ("in base64", base64.b64encode(b"x-access-token:" + token.encode())[24:56])):
    check(text not in memory, "after the asking memory holds no token, %s" % form)

for canary in markers.canaries:
    check(not any(canary in text for text in said + files), "no secret in any output or record")
    for server in (elsewhere, plain, proxy):
        check(not any(canary in r for r in server.requests), "no secret at another server")
finish()
