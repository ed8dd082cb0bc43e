"""Where a token stands while reachaudit runs: when all that was to be asked about it has been asked, no process of the audit
holds it in memory, though the next token is still being asked about. That one is found, so the search is not blind.

usage: peers_memory.py REACHAUDIT
"""
import base64
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

from check import check, finish
from markers import Markers
import box
import tls

binary = os.path.abspath(sys.argv[1])
box.require(["openssl"])
keep = tempfile.TemporaryDirectory(prefix="ra-memory-")
home = os.path.join(keep.name, "home")
markers = Markers(20261206)
ca = tls.Authority(os.path.join(keep.name, "ca"))
first, second = markers.github("o"), markers.github("o")
account = {re.compile(r"GET /api/v3/(user|rate_limit)$"): tls.answer(200, {"login": "mona", "resources": {}}, {"X-OAuth-Scopes": "repo"}),
           re.compile(r"GET /api/v3/user/"): tls.answer(200, [])}
servers = sorted((tls.Server(ca, dict(account)), tls.Server(ca, dict(account))), key=lambda s: s.host)
quick, slow = servers
slow.delay = 8
os.makedirs(home + "/.config/gh")
with open(home + "/.config/gh/hosts.yml", "w") as f:
    f.write('"%s":\n    user: mona\n    oauth_token: %s\n"%s":\n    user: mona\n    oauth_token: %s\n' %
            (quick.host, first, slow.host, second))


def family(pid):
    found, left = [], [pid]
    while left:
        found.append(left.pop())
        for entry in os.listdir("/proc"):
            try:
                if entry.isdigit() and int(open("/proc/%s/stat" % entry).read().rsplit(")", 1)[1].split()[1]) == found[-1]:
                    left.append(int(entry))
            except OSError:
                pass
    return found


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
                while low < high:
                    part = mem.read(min(high - low, 1 << 24))
                    if not part:
                        break
                    found += part
                    low += len(part)
            except OSError:
                pass
    return found


def forms(token):
    both = base64.b64encode(("x-access-token:" + token).encode())
    return {"as it is": token.encode(), "a part of it": token[10:26].encode(), "in base64": both[24:56]}


child = subprocess.Popen([binary, "snapshot", "--only", "files", "--online=tokens", "--host", "127.0.0.1"], cwd=home,
                         env={"PATH": os.environ["PATH"], "HOME": home, "SSL_CERT_FILE": ca.file}, stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE, text=True)
stopped = []
try:
    deadline = time.monotonic() + 60
    while not slow.requests and time.monotonic() < deadline:
        time.sleep(0.05)
    check(len(quick.requests) > 1 and slow.requests, "the first is asked about, then the second: %d, %d" %
          (len(quick.requests), len(slow.requests)))
    stopped = family(child.pid)  # else the request ends while memory is read
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    memory = {pid: memory_of(pid) for pid in stopped}
    check(len(memory) >= 3 and all(len(m) > 1 << 18 for m in memory.values()), "the processes can be read: %s" %
          {p: len(m) for p, m in memory.items()})
    check(any(second.encode() in m for m in memory.values()), "the token that is being asked about is found: the search sees")
    for pid, m in memory.items():
        name = "process %d of %d" % (list(memory).index(pid) + 1, len(memory))
        for form, text in forms(first).items():
            check(text not in m, "%s holds no token that was asked about, %s" % (name, form))
finally:
    slow.delay = 0
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)
    out, err = child.communicate(timeout=120)
check(child.returncode == 0 and out.startswith("{"), "the audit ends well: " + err)
check(not any(c in out + err for c in markers.canaries), "no token in any output")
finish()
