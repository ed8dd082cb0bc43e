"""A PolicyReport against the definition that a cluster holds it against (fixtures/policyreport-crd.yaml).

The API server drops fields that the definition does not have and refuses wrong types; here both are errors.
"""
import json
import os
import subprocess

import jsonschema
import yaml

from check import check
import read

CRD = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../fixtures/policyreport-crd.yaml")
STORED = 1536 * 1024  # the most that etcd takes in one request, by default


def strict(node):
    """The definition's schema as JSON Schema: what it does not name is no field."""
    if not isinstance(node, dict):
        return node
    out = {k: strict(v) for k, v in node.items() if not k.startswith("x-") and k not in ("properties", "format")}
    if "properties" in node:
        out["properties"] = {k: strict(v) for k, v in node["properties"].items()}
        out.setdefault("additionalProperties", False)
    return out


def load():
    with open(CRD) as f:
        crd = yaml.safe_load(f)
    version = [v for v in crd["spec"]["versions"] if v["name"] == "v1alpha2"][0]
    return strict(version["schema"]["openAPIV3Schema"])


SCHEMA = load()


def broken(report):
    """What a cluster would refuse or drop."""
    return [e.message[:200] for e in jsonschema.Draft4Validator(SCHEMA).iter_errors(report)]


def check_object(name, report):
    found = broken(report)
    check(not found, "%s: policyreport: %s" % (name, found[:3]))
    for spoil in ({"summary": {"pass": "1"}}, {"extra": 1}, {"results": [{"policy": "p", "result": "maybe"}]},
                  {"results": [{"rule": "r"}]}, {"results": [{"policy": "p", "properties": {"n": 1}}]}):
        if name == "clean":
            check(broken({**report, **spoil}), "what is wrong is found: %s" % spoil)


def at_any_size(binary, work, report):
    """More findings than a cluster stores: the gravest, the verdict first, and the number of the rest."""
    big = os.path.join(work, "big-policy.json")
    report = dict(report, findings=[dict(f, message="m" * 3000, reaches=f["reaches"][:2])
                                    for f in (report["findings"] * 1500)[:1500]])
    with open(big, "w") as f:
        json.dump(report, f)
    done = subprocess.run([binary, "render", big, "--format=policyreport"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    try:
        got = read.read_policyreport(done.stdout)
    except (read.Broken, ValueError) as e:
        return check(False, "big: policyreport: %s %r" % (e, done.stderr[-300:]))
    check(len(done.stdout) < STORED * 3 // 4 and got["left"] > 0, "big: %d bytes, %d left out" % (len(done.stdout), got["left"]))
    check(got["verdict"] == "fail" and len(got["findings"]) + got["left"] == len(report["findings"]), "big: policyreport counts all")
    check_object("big", got["report"])
