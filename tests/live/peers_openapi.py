"""Every GitHub request of requests.def exists in GitHub's own published description: path, method, query parameters and
their values; it has no parameter that must be sent and is not; it starts nothing (no answer 201 or 202); and the row names
the page that the description names.

usage: peers_openapi.py TOP FOLDER
"""
import json
import os
import re
import sys

from check import check, finish
import npm
import request_rows

top, folder = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
PACKAGE = "@octokit/openapi@23.0.2"
FILES = npm.files(folder, PACKAGE, "generated/api.github.com.json", "generated/ghec.json")
# An organization of an enterprise has some addresses more, at the same host.
ENTERPRISE = {"GITHUB_ORG_REPO_ROLES"}


def concrete(path):
    """The path as it is sent: a repository's name has one slash, a branch may have some, other names none."""
    return path.replace("/repos/{/}", "/repos/acme/app").replace("{/}", "main").replace("{}", "1")


class Description:
    def __init__(self, file):
        with open(file) as f:
            self.tree = json.load(f)
        self.templates = []
        for template in self.tree["paths"]:
            parts = [".+" if p == "{path}" else "[^/]+" if p[0:1] == "{" else re.escape(p) for p in template.split("/")]
            self.templates.append((template.count("{"), template, re.compile("/".join(parts))))
        self.templates.sort(key=lambda t: t[:2])  # the most literal first, as a router takes them

    def resolved(self, node):
        while isinstance(node, dict) and "$ref" in node:
            found = self.tree
            for part in node["$ref"][2:].split("/"):
                found = found[part]
            node = found
        return node

    def operation(self, method, path):
        for _, template, pattern in self.templates:
            if pattern.fullmatch(path):
                return template, self.tree["paths"][template].get(method.lower())
        return None, None

    def fits(self, schema, value):
        schema = self.resolved(schema)
        if "enum" in schema:
            return value in [str(v) for v in schema["enum"]]
        if schema.get("type") == "integer":
            return value.isdigit() and int(value) <= schema.get("maximum", 100)
        if schema.get("type") == "boolean":
            return value in ("true", "false")
        return "type" in schema or "oneOf" in schema

    def judge(self, method, path, effect):
        """What is wrong with one request, as sentences."""
        address, _, query = path.partition("?")
        template, found = self.operation(method, concrete(address))
        if not found:
            return ["%s %s is not described" % (method, address)]
        all_of_them = [self.resolved(p) for p in found.get("parameters", []) + self.tree["paths"][template].get("parameters", [])]
        known = {p["name"]: p for p in all_of_them if p["in"] == "query"}
        sent = dict(part.split("=", 1) for part in query.split("&") if part)
        wrong = ["%s takes no %s" % (template, name) for name in sent if name not in known]
        wrong += ["%s takes no %s=%s" % (template, name, value) for name, value in sent.items()
                  if name in known and not self.fits(known[name]["schema"], value)]
        wrong += ["%s needs %s" % (template, name) for name, p in known.items() if p.get("required") and name not in sent]
        wrong += ["%s may answer %s: it starts something" % (template, status) for status in ("201", "202")
                  if status in found["responses"]]
        if found.get("deprecated"):
            wrong.append("%s is deprecated" % template)
        page = found.get("externalDocs", {}).get("url", "").partition("://")[2].partition("#")[0]
        page = page.replace("/enterprise-cloud@latest", "").replace("/reference", "")  # one page has several addresses
        if effect and not (page + "/").startswith(effect + "/") and not (effect + "/").startswith(page + "/"):
            wrong.append("%s is described at %s" % (template, page))
        return wrong


everybody, enterprise = (Description(f) for f in FILES)
judge = everybody.judge
rows = [r for r in request_rows.rows(top) if r.provider == "github" and r.base == "API"]
check(len(rows) > 40, "requests of GitHub's interface: %d" % len(rows))
for row in rows:
    for what in (enterprise if row.id in ENTERPRISE else everybody).judge(row.method, row.path, row.effect):
        check(False, "%s: %s" % (row.id, what))
    check(row.method == "GET", "%s only gets" % row.id)
for method, path, word in (("GET", "/repos/{/}/collaborator", "not described"), ("PUT", "/user", "not described"),
                           ("GET", "/user/repos?visibility=secret", "takes no visibility=secret"),
                           ("GET", "/user/repos?pages=2", "takes no pages"), ("GET", "/user/repos?per_page=101", "takes no per_page"),
                           ("GET", "/repos/{/}/stats/contributors", "starts something"),
                           ("GET", "/repos/{/}/dependency-graph/sbom/generate-report", "starts something")):
    check(any(word in w for w in judge(method, path, None)), "this judge refuses %s %s: %s" % (method, path, judge(method, path, None)))
print("%d requests of GitHub's interface are as its description has them" % len(rows))
finish()
