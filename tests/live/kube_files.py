"""The Kubernetes files that people copy, without a cluster: the init container keeps the agent from starting, the job's
audit writes its report without a token, and its second container hands that in, to a real HTTPS server on loopback.

usage: kube_files.py REACHAUDIT TOP
"""
import atexit
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

from check import check, finish
import box
from markers import Markers
import tls

binary, top = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
box.require(box.NEEDED + ["curl", "openssl"])
work = tempfile.mkdtemp(prefix="ra-kube-")
os.chmod(work, 0o755)
atexit.register(shutil.rmtree, work, True)
MARKERS = Markers(os.getpid())
ACCOUNT = MARKERS.password()  # what stands for a service account's token


def load(name):
    with open(os.path.join(top, "integrations/kubernetes", name)) as f:
        return list(yaml.safe_load_all(f))


def container(spec, name):
    return [c for c in spec.get("initContainers", []) + spec["containers"] if c["name"] == name][0]


def argv(one):
    return one["command"] + one.get("args", [])


def inside(one, binds=(), **more):
    """One container, in a box with its mounts and environment; images have reachaudit on PATH."""
    env = {e["name"]: e["value"] for e in one.get("env", [])}
    args = box.bwrap(binary, binds=binds, env={**env, **more.pop("env", {})}, **more)
    return args[:-1] + ["--setenv", "PATH", "/opt:/usr/bin", "--"]


def run(args, command, netns=None):
    return subprocess.run(box.as_user(["env", "-i"] + args + command, netns), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=120)


def mode(spec):
    check(spec["automountServiceAccountToken"] is False and spec["restartPolicy"] == "Never", "no token, and no second try")
    check(spec["securityContext"]["runAsNonRoot"] and spec["enableServiceLinks"] is False, "no root, no links")
    for c in spec["initContainers"] + spec["containers"]:
        own = c["securityContext"]
        check(own["capabilities"] == {"drop": ["ALL"]} and own["readOnlyRootFilesystem"] and not own["allowPrivilegeEscalation"],
              c["name"] + ": nothing is left to it")


def agent_pod():
    pod, = load("agent-pod.yaml")
    spec = pod["spec"]
    mode(spec)
    first, agent = container(spec, "reachaudit"), container(spec, "agent")
    for key in ("image", "env", "workingDir", "volumeMounts", "securityContext"):
        check(first[key] == agent[key], "the init container is as the agent's: " + key)
    token = {"env": {"GITHUB_TOKEN": MARKERS.github()}, "network": True}
    gate = argv(agent)
    check(gate[-1] == "your-agent" and gate[:2] == ["reachaudit", "gate"], "the agent's own command is gated: %r" % gate)
    gate = gate[:-1] + ["/usr/bin/echo", "the agent started"]
    for more, want in (({}, 0), (token, 1)):
        done = run(inside(first, **more), argv(first))
        check(done.returncode == want, "the init container ends %d: %d %r" % (want, done.returncode, done.stderr[-200:]))
        done = run(inside(agent, **more), gate)
        check(done.returncode == want and (done.stdout == b"the agent started\n") == (want == 0), "and so does gate: %d %r" % (
            done.returncode, done.stderr[-200:]))


# ---- the report -------------------------------------------------------------------------------------

def job():
    account, role, binding, cron = load("report-cronjob.yaml")
    of = {"apiGroups": ["wgpolicyk8s.io"], "resources": ["policyreports"]}
    own = "reachaudit-" + cron["spec"]["jobTemplate"]["spec"]["template"]["spec"]["hostname"]
    check(role["rules"] == [{**of, "verbs": ["create"]}, {**of, "resourceNames": [own], "verbs": ["patch"]}],
          "the role may add reports and change its own one: %r" % role["rules"])
    check(binding["subjects"] == [{"kind": "ServiceAccount", "name": account["metadata"]["name"]}] and
          binding["roleRef"]["name"] == role["metadata"]["name"], "and is that account's")
    spec = cron["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    mode(spec)
    check(spec["serviceAccountName"] == account["metadata"]["name"], "the account is used")
    audit, report = container(spec, "audit"), container(spec, "report")
    mounts = {c["name"]: {m["name"] for m in c["volumeMounts"]} for c in (audit, report)}
    check("account" not in mounts["audit"] and "account" in mounts["report"], "only the second sees the token: %r" % mounts)
    check(audit["image"] == report["image"], "one image")
    return spec, audit, report


def folder(name, files=()):
    path = os.path.join(work, name)
    os.makedirs(path)
    for file, text in dict(files).items():
        with open(os.path.join(path, file), "w") as f:
            f.write(text)
    box.own(path)
    return path


def audited(audit, name, host, **more):
    """The audit's container, on a host of that name; returns its folder of reports."""
    at = folder("report-" + name)
    args = inside(audit, binds=[(at, "/report")], **more)
    args[args.index("--proc"):args.index("--proc")] = ["--unshare-uts", "--hostname", host]
    return at, run(args, argv(audit))


def handed_in(spec, report, at, server, ca, netns=None):
    account = folder("account-" + os.path.basename(at) + str(len(server.requests)), {"token": ACCOUNT, "namespace": "night", "ca.crt": open(ca.file).read()})
    host, port = server.host.rsplit(":", 1)
    args = inside(report, binds=[(at, "/report"), (account, "/var/run/secrets/reachaudit")], network=True,
                  env={"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port})
    return run(args, argv(report))


def cron():
    spec, audit, report = job()
    path = "/apis/wgpolicyk8s.io/v1alpha2/namespaces/night/policyreports/reachaudit-nightly-agent?fieldManager=reachaudit&force=true"
    ca = tls.Authority(os.path.join(work, "ca"))
    server = tls.Server(ca, {"PATCH " + path: tls.answer(201, {})})
    for name, more, verdict in (("clean", {}, "pass"), ("open", {"network": True, "env": {"GITHUB_TOKEN": MARKERS.github()}}, "fail")):
        at, done = audited(audit, name, spec["hostname"], **more)
        check(done.returncode == 0, "%s: a verdict is a result: %d %r" % (name, done.returncode, done.stderr[-300:]))
        with open(os.path.join(at, "policyreport.json")) as f:
            text = f.read()
        made = json.loads(text)
        check(made["metadata"]["name"] == "reachaudit-nightly-agent" and made["results"][0]["result"] == verdict, name + ": the report: %r" % made["metadata"])
        before = len(server.requests)
        done = handed_in(spec, report, at, server, ca)
        check(done.returncode == 0, "%s: handed in: %d %r" % (name, done.returncode, done.stderr[-300:]))
        got = server.requests[before:]
        check(len(got) == 1 and got[0].method == "PATCH" and got[0].path == path, name + ": one request: %r" % [(g.method, g.path) for g in got])
        check(got and got[0].headers["authorization"] == "Bearer " + ACCOUNT and
              got[0].headers["content-type"] == "application/apply-patch+yaml", name + ": as the account")
        check(got and got[0].body.decode() == text, name + ": the whole report, byte for byte")
        check(ACCOUNT.encode() not in done.stdout + done.stderr, name + ": the token is not printed")
    refused = tls.Server(ca, {re.compile("PATCH .*"): tls.answer(403, {"kind": "Status"})})
    done = handed_in(spec, report, at, refused, ca)
    check(done.returncode != 0 and b"403" in done.stderr, "a refusal fails the job: %d %r" % (done.returncode, done.stderr))
    stranger = tls.Authority(os.path.join(work, "stranger"))
    done = handed_in(spec, report, at, server, stranger)
    check(done.returncode != 0, "so does a server of another authority: %d" % done.returncode)
    nothing = folder("nothing", {"policyreport.json": "{}\n"})
    done = handed_in(spec, report, nothing, server, ca)
    check(done.returncode == 1 and b"no name" in done.stderr, "so does a report that is none: %d" % done.returncode)
    at, done = audited({**audit, "args": [audit["args"][0].replace("overnight", "nowhere")]}, "wrong", spec["hostname"])
    check(done.returncode == 1 and not os.listdir(at), "an audit that decided nothing fails the job: %d" % done.returncode)


agent_pod()
cron()
finish()
