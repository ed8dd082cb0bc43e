"""The Kubernetes files and the policyreport format against a real API server: it takes the definition, the account, the
role, the pod and the job as they stand; the job's second container stores a report with the account's own token; what
is stored is what was written; and the account can do nothing else. And what --online=tokens tells of a login is what its
roles grant.

Needs RA_KUBE_APISERVER, the binary that tests/tools/kube_apiserver.sh builds, and etcd. Registered only where that
variable is set while the build is set up: nothing else can make it run.   usage: kube_server.py REACHAUDIT TOP
"""
import atexit
import base64
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import yaml

from check import check, finish
import box
import tls

binary, top = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
server = os.environ.get("RA_KUBE_APISERVER", "")
box.require(box.NEEDED + ["etcd", "curl", "openssl", server or "RA_KUBE_APISERVER"])
work = tempfile.mkdtemp(prefix="ra-kube-server-")
os.chmod(work, 0o755)
atexit.register(shutil.rmtree, work, True)
ADMIN = base64.b32encode(os.urandom(15)).decode().lower()


def free():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def begin(*argv, log):
    process = subprocess.Popen(argv, cwd=work, stdin=subprocess.DEVNULL, stdout=open(os.path.join(work, log), "w"), stderr=subprocess.STDOUT)

    def end():
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    atexit.register(end)
    return process


class Cluster:
    """etcd and an API server on loopback, with an administrator's token."""

    def __init__(self):
        self.ca = tls.Authority(os.path.join(work, "ca"))
        certificate, key = self.ca.issue()
        own = os.path.join(work, "account.key")
        subprocess.run(["openssl", "genrsa", "-out", own, "2048"], check=True, stderr=subprocess.DEVNULL)
        with open(os.path.join(work, "tokens.csv"), "w") as f:
            f.write('%s,admin,1,"system:masters"\n' % ADMIN)
        client, peer, self.port = free(), free(), free()
        store = "http://127.0.0.1:%d" % client
        peers = "http://127.0.0.1:%d" % peer
        begin("etcd", "--data-dir", os.path.join(work, "etcd"), "--listen-client-urls", store, "--advertise-client-urls", store,
              "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers, "--initial-cluster", "default=" + peers, log="etcd.log")
        self.process = begin(
            server, "--etcd-servers=" + store, "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1",
            "--secure-port=%d" % self.port, "--tls-cert-file=" + certificate, "--tls-private-key-file=" + key,
            "--client-ca-file=" + self.ca.file, "--token-auth-file=" + os.path.join(work, "tokens.csv"),
            "--authorization-mode=RBAC", "--service-account-key-file=" + own, "--service-account-signing-key-file=" + own,
            "--service-account-issuer=https://kubernetes.default.svc", "--service-cluster-ip-range=10.0.0.0/24",
            "--endpoint-reconciler-type=none", "--disable-admission-plugins=ServiceAccount", log="api.log")
        self.context = ssl.create_default_context(cafile=self.ca.file)

    def call(self, method, path, body=None, token=ADMIN):
        """(status, JSON) of one request."""
        request = urllib.request.Request("https://127.0.0.1:%d%s" % (self.port, path), method=method,
                                         data=None if body is None else json.dumps(body).encode(),
                                         headers={"Authorization": "Bearer " + token, "Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=self.context))
        try:
            with opener.open(request, timeout=20) as got:
                text = got.read()
                return got.status, json.loads(text) if text.startswith(b"{") else {}
        except urllib.error.HTTPError as e:
            return e.code, json.loads(e.read() or b"{}")

    def wait(self, path, seconds=90):
        for _ in range(seconds * 2):
            try:
                if self.call("GET", path)[0] == 200:
                    return True
            except (OSError, ValueError):
                if self.process.poll() is not None:
                    break
            time.sleep(0.5)
        with open(os.path.join(work, "api.log")) as f:
            print(f.read()[-2000:])
        return check(False, "the API server answers " + path)


def load(path):
    with open(os.path.join(top, path)) as f:
        return list(yaml.safe_load_all(f))


def put(cluster, path, body, what):
    status, got = cluster.call("POST", path, body)
    check(status in (200, 201), "%s is taken: %d %s" % (what, status, got.get("message")))


def set_up(cluster):
    """Returns the job's pod."""
    crd, = load("fixtures/policyreport-crd.yaml")
    put(cluster, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd, "the definition")
    put(cluster, "/api/v1/namespaces", {"metadata": {"name": "night"}}, "the namespace")
    account, role, binding, cron = load("integrations/kubernetes/report-cronjob.yaml")
    put(cluster, "/api/v1/namespaces/night/serviceaccounts", account, "the account")
    put(cluster, "/apis/rbac.authorization.k8s.io/v1/namespaces/night/roles", role, "the role")
    put(cluster, "/apis/rbac.authorization.k8s.io/v1/namespaces/night/rolebindings", binding, "the binding")
    version = "batch/v1" if cluster.call("GET", "/apis/batch/v1/namespaces/night/cronjobs")[0] == 200 else "batch/v1beta1"
    put(cluster, "/apis/%s/namespaces/night/cronjobs?dryRun=All&fieldValidation=Strict" % version,
        {**cron, "apiVersion": version}, "the job")
    pod, = load("integrations/kubernetes/agent-pod.yaml")
    put(cluster, "/api/v1/namespaces/night/pods?dryRun=All&fieldValidation=Strict", pod, "the agent's pod")
    return cron["spec"]["jobTemplate"]["spec"]["template"]["spec"]


def token_of(cluster, account):
    status, got = cluster.call("POST", "/api/v1/namespaces/night/serviceaccounts/%s/token" % account,
                               {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600}})
    check(status == 201, "a token for the account: %d %s" % (status, got.get("message")))
    return got["status"]["token"]


def boxed(one, binds, env, network=False):
    env = {**{e["name"]: e["value"] for e in one.get("env", [])}, **env}
    args = box.bwrap(binary, binds=binds, env=env, network=network)
    args[args.index("--proc"):args.index("--proc")] = ["--unshare-uts", "--hostname", "nightly-agent"]
    done = subprocess.run(box.as_user(["env", "-i"] + args[:-1] + ["--setenv", "PATH", "/opt:/usr/bin", "--"] + one["command"] + one["args"]),
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    check(done.returncode == 0, "%s: %d %r" % (one["name"], done.returncode, done.stderr[-300:]))


def told(cluster, token, namespace=None):
    """{right: state} that --online=tokens tells of a kubeconfig's token, and whether its scope is still unknown."""
    home = tempfile.mkdtemp(dir=work)
    os.makedirs(os.path.join(home, ".kube"))
    host = "127.0.0.1:%d" % cluster.port
    with open(cluster.ca.file, "rb") as f:
        authority = base64.b64encode(f.read()).decode()
    config = {"clusters": [{"name": "c", "cluster": {"server": "https://" + host, "certificate-authority-data": authority}}],
              "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u", **({"namespace": namespace} if namespace else {})}}],
              "users": [{"name": "u", "user": {"token": token}}]}
    with open(os.path.join(home, ".kube", "config"), "w") as f:
        yaml.safe_dump({"apiVersion": "v1", "kind": "Config", **config}, f)
    done = subprocess.run([binary, "--only", "files,env", "--format", "json", "--online=tokens", "--host", host], cwd=home,
                          env={"PATH": os.environ["PATH"], "HOME": home}, capture_output=True, text=True, timeout=120)
    check(done.stdout.startswith("{"), "a report: %r" % done.stderr[-300:])
    check(token not in done.stdout + done.stderr, "the token is nowhere in what is said")
    reaches = json.loads(done.stdout)["reaches"]
    start = "grant:kubernetes:" + host
    return ({r["id"][len(start):]: r["state"] for r in reaches if r["id"].startswith(start)},
            [r["id"] for r in reaches if r["id"].startswith("unknown:token") and r["id"].endswith("/scope")])


def scopes(cluster):
    """What tokens may do, by the server's own reviews, against what was granted."""
    put(cluster, "/api/v1/namespaces/night/serviceaccounts", {"metadata": {"name": "agent"}}, "an agent's account")
    put(cluster, "/apis/rbac.authorization.k8s.io/v1/namespaces/night/roles",
        {"metadata": {"name": "agent"}, "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]},
                                                  {"apiGroups": [""], "resources": ["pods/exec"], "verbs": ["create"]}]}, "its role")
    put(cluster, "/apis/rbac.authorization.k8s.io/v1/namespaces/night/rolebindings",
        {"metadata": {"name": "agent"}, "subjects": [{"kind": "ServiceAccount", "name": "agent", "namespace": "night"}],
         "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "agent"}}, "its binding")
    before = cluster.call("GET", "/api/v1/namespaces/night/secrets")[1].get("items")
    rights, unknown = told(cluster, token_of(cluster, "agent"), "night")
    for right, state in (("/night:pods=enter", "present"), (":secrets=read", "denied"), (":cluster=administer", "denied")):
        check(rights.get(right) == state, "the agent's %s is %s: %s" % (right, state, rights))
    check(not any(s == "present" for r, s in rights.items() if "secrets" in r), "no secret of the namespace is the agent's: %s" % rights)
    check(not unknown, "the agent's scope is told: %s" % unknown)
    rights, unknown = told(cluster, ADMIN)
    check(rights.get(":cluster=administer") == "present" and not unknown, "the administrator is one: %s %s" % (rights, unknown))
    rights, unknown = told(cluster, ADMIN[::-1])
    check("present" not in rights.values(), "who is nobody may nothing: %s" % rights)
    check(cluster.call("GET", "/api/v1/namespaces/night/secrets")[1].get("items") == before, "asking left nothing behind")


def main():
    cluster = Cluster()
    if not cluster.wait("/readyz") or not cluster.wait("/apis/rbac.authorization.k8s.io/v1/clusterroles/cluster-admin"):
        finish()
    spec = set_up(cluster)
    kind = "/apis/wgpolicyk8s.io/v1alpha2/namespaces/night/policyreports"
    if not cluster.wait(kind):
        finish()
    token = token_of(cluster, spec["serviceAccountName"])
    reports, account = os.path.join(work, "reports"), os.path.join(work, "account")
    for path in (reports, account):
        os.makedirs(path)
    for name, text in (("token", token), ("namespace", "night"), ("ca.crt", open(cluster.ca.file).read())):
        with open(os.path.join(account, name), "w") as f:
            f.write(text)
    box.own(reports)
    box.own(account)
    audit, = [c for c in spec["initContainers"] if c["name"] == "audit"]
    report, = [c for c in spec["containers"] if c["name"] == "report"]
    to = {"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": str(cluster.port)}
    for turn in ("pass", "fail", "pass"):  # made, then replaced, twice
        boxed(audit, [(reports, "/report")], {}, network=turn == "fail")
        boxed(report, [(reports, "/report"), (account, "/var/run/secrets/reachaudit")], to, network=True)
        with open(os.path.join(reports, "policyreport.json")) as f:
            made = json.load(f)
        status, stored = cluster.call("GET", kind + "/reachaudit-nightly-agent")
        check(status == 200 and made["results"][0]["result"] == turn, "%s: it is there: %d" % (turn, status))
        check({k: stored.get(k) for k in ("results", "summary")} == {k: made[k] for k in ("results", "summary")},
              turn + ": nothing was dropped or changed")
    for method, path in (("GET", "/api/v1/namespaces/night/secrets"), ("GET", kind), ("DELETE", kind + "/reachaudit-nightly-agent"),
                         ("GET", "/apis/wgpolicyk8s.io/v1alpha2/namespaces/default/policyreports")):
        status, _ = cluster.call(method, path, token=token)
        check(status == 403, "the account may not %s %s: %d" % (method, path, status))
    put(cluster, kind, {**made, "metadata": {"name": "of-somebody-else"}}, "another one's report")
    status, _ = cluster.call("PATCH", kind + "/of-somebody-else", made, token=token)
    check(status == 403, "the account may not change another report: %d" % status)
    bad = {**made, "metadata": {"name": "bad"}, "results": [{"policy": "p", "result": "maybe"}]}
    status, _ = cluster.call("POST", kind, bad)
    check(status == 422, "the definition refuses what is wrong: %d" % status)
    scopes(cluster)
    finish()


main()
