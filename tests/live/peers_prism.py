"""GitHub's published description served by a mock that others wrote (prism), behind TLS: whole audits of each kind of token
make no request that the description does not know or whose parameters it refuses, and read the examples that GitHub
publishes. The mock sends no scope headers and no git; those are added in front of it.

usage: peers_prism.py REACHAUDIT DESCRIPTION_FOLDER PRISM_FOLDER
"""
import http.client
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

binary, described, folder = (os.path.abspath(a) for a in sys.argv[1:4])
box.require(["openssl", "git", "node"], root=False)
modules = npm.install(folder, "@stoplight/prism-cli@5.16.0")
description = npm.files(described, "@octokit/openapi@23.0.2", "generated/api.github.com.json")[0]
keep = tempfile.TemporaryDirectory(prefix="ra-prism-")
ca = tls.Authority(os.path.join(keep.name, "ca"))
markers = Markers(20261205)
port = tls.free_port()
mock = subprocess.Popen(["node", os.path.join(modules, "@stoplight/prism-cli/dist/index.js"), "mock", "-h", "127.0.0.1", "-p",
                         str(port), description], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
said, answered = [], []
HEADERS = {"classic": {"X-OAuth-Scopes": "repo, workflow, admin:org, gist"}, "fine": {}, "installation": {}}
kind = "classic"
ENTERPRISE = re.compile(r"/orgs/[^/]+/custom-repository-roles")  # described elsewhere: see peers_openapi.py


def ask_mock(path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Accept": "application/json", "Authorization": "Bearer x"})
    reply = connection.getresponse()
    body = reply.read()
    connection.close()
    return reply.status, body


def front(request):
    path, _, query = request.path.partition("?")
    headers = {**HEADERS[kind], "X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "4990"}
    if path.endswith("/info/refs"):
        return tls.answer(200, b"001f# service=git-receive-pack\n0000", {"Content-Type": "application/x-git-receive-pack-advertisement"})
    if request.method != "GET":
        return tls.answer(200, {"errors": [{"message": "Field 'refUpdateRule' doesn't exist on type 'Ref'"}]}, headers)
    if not path.startswith("/api/v3/"):
        return tls.answer(404, {"message": "Not Found"})
    # A path of a file is one parameter (x-multi-segment), which the mock takes only without slashes.
    path = re.sub(r"/contents/(.+)", lambda m: "/contents/" + m.group(1).replace("/", "%2F"), path)
    status, body = ask_mock(path[len("/api/v3"):] + ("?" + query if query else ""))
    answered.append((status, request.line, body))
    return tls.answer(status, body, {**headers, "Content-Type": "application/json"})


try:
    for _ in range(240):
        try:
            if ask_mock("/rate_limit")[0] == 200:
                break
        except OSError:
            pass
        check(mock.poll() is None, "the mock runs")
        time.sleep(0.5)
    check(ask_mock("/nothing/like/this")[0] == 404, "the mock knows what is not described")
    check(ask_mock("/user/repos?visibility=secret")[0] == 422, "and what no parameter may be")
    server = tls.Server(ca, {re.compile(""): front})
    home = keep.name
    subprocess.run(["git", "init", "-q", home + "/work"], check=True)
    subprocess.run(["git", "-C", home + "/work", "remote", "add", "origin", server.url + "/octocat/Hello-World.git"], check=True)
    for kind, token in (("classic", markers.github()),
                        ("fine", markers.keep("github" + "_pat_" + markers.chars(22) + "_" + markers.chars(59))),
                        ("installation", markers.keep("gh" + "s_123456_ey" + markers.chars(60) + "." + markers.chars(200) + "." +
                                                      markers.chars(86, "ab-_9")))):
        answered.clear()
        done = subprocess.run([binary, "snapshot", "--only", "env,git", "--online=tokens", "--host", server.host], cwd=home + "/work",
                              env={"PATH": os.environ["PATH"], "HOME": home, "SSL_CERT_FILE": ca.file, "GITHUB_TOKEN": token,
                                   "GITHUB_API_URL": server.url + "/api/v3"}, capture_output=True, text=True, timeout=200)
        said.append(done.stdout + done.stderr)
        reaches = json.loads(done.stdout)["reaches"] if done.stdout else []
        check(len(answered) > 5, "%s: the mock was asked: %d %s" % (kind, len(answered), done.stderr[-300:]))
        ours = [(s, line, body[:160]) for s, line, body in answered if s in (400, 404, 405, 415, 422) and not ENTERPRISE.search(line)]
        check(not ours, "%s: no request that the description refuses: %s" % (kind, ours[:3]))
        check(any(r["id"].startswith("grant:github:") for r in reaches), "%s: grants are told" % kind)
        check(not any(i.startswith("unknown:token:github:") and i.endswith("/scope") for i in (r["id"] for r in reaches)),
              "%s: the scope is told" % kind)
        print("%s: %d requests, %s" % (kind, len(answered), {s: sum(1 for a in answered if a[0] == s) for s in {a[0] for a in answered}}))
finally:
    mock.terminate()
    try:
        mock.wait(10)
    except subprocess.TimeoutExpired:
        mock.kill()
        mock.wait()
for canary in markers.canaries:
    check(not any(canary in s for s in said), "no token in any output")
finish()
