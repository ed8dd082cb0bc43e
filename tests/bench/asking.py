"""What --online=tokens costs: requests and time for a fine-grained token that sees a hundred private repositories, on a
server that answers each request after a fixed delay. The yardstick is requests / concurrency x round trip, where the
round trip is measured against the same server, one request after another over one connection.

usage: asking.py REACHAUDIT
"""
import http.client
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
import time

import tls
from github_server import GitHub, Repo
from markers import Markers

CONCURRENT, MOST_REQUESTS, MOST_RATIO, RUNS = 8, 150, 1.5, 5
GUARD = {"enforce_admins": {"enabled": True}, "allow_force_pushes": {"enabled": False},
         "required_pull_request_reviews": {"required_approving_review_count": 1}}


def world():
    hub = GitHub()
    hub.org("acme", 42, {"mona": "member"})
    hub.add(*[Repo("acme/r%03d" % i, roles={"mona": "admin" if i % 3 == 0 else "push"}, secrets=i,
                   protection=GUARD if i % 2 else None,
                   rulesets=[{"id": 100 + i % 7, "rules": [{"type": "deletion"}], "bypass": "never"}] if i % 5 == 0 else [])
              for i in range(100)])
    return hub


def round_trip(server, ca, token):
    """Seconds of one request, the least of many: a connection that is open already."""
    context = ssl.create_default_context(cafile=ca.file)
    connection = http.client.HTTPSConnection("127.0.0.1", server.port, context=context, timeout=20)
    took = []
    for _ in range(12):
        start = time.perf_counter()
        connection.request("GET", "/api/v3/rate_limit", headers={"Authorization": "Bearer " + token})
        connection.getresponse().read()
        took.append(time.perf_counter() - start)
    connection.close()
    return sorted(took)[len(took) // 2]


def main():
    binary, bad = os.path.abspath(sys.argv[1]), False
    with tempfile.TemporaryDirectory(prefix="ra-bench-") as home:
        ca, markers, hub = tls.Authority(os.path.join(home, "ca")), Markers(1), world()
        token = markers.keep("github" + "_pat_" + markers.chars(22) + "_" + markers.chars(59))
        hub.token(token, "fine", "mona", owner="acme", permissions={"contents": "write", "administration": "read",
                                                                    "issues": "read", "secrets": "read"})
        env = {"PATH": "/usr/bin:/bin", "HOME": home, "SSL_CERT_FILE": ca.file, "GITHUB_TOKEN": token}
        print("%-44s %9s %9s %12s %7s" % ("a hundred private repositories", "requests", "seconds", "yardstick s", "ratio"))
        for delay in (0.04, 0.12):
            server = tls.Server(ca, {re.compile(""): hub.answer}, delay=delay)
            hub.url = server.url
            env["GITHUB_API_URL"] = server.url + "/api/v3"
            trip = round_trip(server, ca, token)
            argv = [binary, "snapshot", "--only", "env"]
            runs = []
            for _ in range(RUNS):
                start = time.perf_counter()
                subprocess.run(argv, env=env, cwd=home, stdout=subprocess.DEVNULL, check=True)
                alone = time.perf_counter() - start
                hub.calls.clear()
                start = time.perf_counter()
                done = subprocess.run([*argv, "--online=tokens", "--host", server.host], env=env, cwd=home,
                                      capture_output=True, text=True, check=True)
                runs.append(time.perf_counter() - start - alone)
            calls = list(hub.calls)
            counted = [r for r in json.loads(done.stdout)["reaches"] if r["id"].startswith("token:github:")]
            changing = [c for c in calls if not c.startswith("GET ") and c != "POST /api/graphql"] + hub.defects
            floor = len(calls) / CONCURRENT * trip
            took = min(runs)
            print("%-44s %9d %9.2f %12.2f %7.2f" % ("round trip of %.0f ms" % (trip * 1000), len(calls), took, floor, took / floor))
            told = counted and counted[0]["details"].get("private repositories") == "100"
            bad |= took / floor > MOST_RATIO or len(calls) > MOST_REQUESTS or bool(changing) or not told
            server.stop()
    if bad:
        print("beyond what is promised: %d requests, a ratio of %.1f, no changing verb, all counted" % (MOST_REQUESTS, MOST_RATIO))
    sys.exit(bad)


if __name__ == "__main__":
    main()
