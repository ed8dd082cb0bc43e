"""Reads each format back, with nothing but the standard library and the rules that the format's own readers follow.

Every reader takes the bytes of one report and returns {"verdict": word, "findings": [(check, status, severity, ids)]}; a
key that a format has no room for is left out. What breaks the format's grammar raises Broken.
"""
import json
import re
import xml.etree.ElementTree as xml


class Broken(Exception):
    pass


def need(ok, what):
    if not ok:
        raise Broken(what)


UNSAFE = [(0, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5),
          (0x180B, 0x180F), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F),
          (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0xFFFE, 0xFFFF), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)]


HIDDEN = re.compile("[%s]" % "".join("%s-%s" % (re.escape(chr(low)), re.escape(chr(high))) for low, high in UNSAFE))


def visible(text):
    """What a person is shown in place of what cannot be seen."""
    text = HIDDEN.sub(lambda m: ("\\x%02x" if ord(m[0]) < 0x80 else "\\u{%04x}") % ord(m[0]), text)
    return re.sub(r"(?<=#)#(?=[A-Za-z]*\[)", r"\\x23", text)


def text_of(data):
    text = data.decode("utf-8")  # strictly
    bad = HIDDEN.search(text.replace("\n", ""))
    need(not bad, "characters that act or hide: %r" % bad)
    return text


def strict_json(text):
    def pairs(items):
        need(len({k for k, _ in items}) == len(items), "a key twice")
        return dict(items)
    return json.loads(text, object_pairs_hook=pairs, parse_constant=lambda c: need(False, c))


def row(f):
    return f["check"], f["status"], f["severity"], tuple(f["reaches"])


def read_json(data):
    report = strict_json(text_of(data))
    need(report["schema"] == "reachaudit-report/1", "schema")
    return {"verdict": report["verdict"], "findings": [row(f) for f in report["findings"]], "report": report}


def read_jsonl(data):
    lines = text_of(data).split("\n")
    need(lines.pop() == "", "the last line ends")
    rows = [strict_json(line) for line in lines]
    need(all(r["schema"] == "reachaudit-report/1" for r in rows), "every line names its schema")
    types = [r["type"] for r in rows]
    need(types == ["verdict"] + ["finding"] * (len(rows) - 2) + ["summary"], "types %s" % set(types))
    need(rows[-1]["findings"] == len(rows) - 2, "the summary counts the findings")
    return {"verdict": rows[0]["verdict"], "findings": [row(f) for f in rows[1:-1]], "worst_case": rows[0]["worst_case"],
            "coverage": rows[-1]["coverage"]}


KINDS = {"pass": "pass", "fail": "fail", "open": "unknown", "notApplicable": "not-applicable"}


def read_sarif(data):
    log = strict_json(text_of(data))
    need(log["version"] == "2.1.0" and len(log["runs"]) == 1, "one run of 2.1.0")
    run, findings = log["runs"][0], []
    rules = run["tool"]["driver"]["rules"]
    need(len({r["id"] for r in rules}) == len(rules), "a rule twice")
    for r in run["results"]:
        need(rules[r["ruleIndex"]]["id"] == r["ruleId"], "ruleIndex is ruleId's")
        status = KINDS[r["kind"]]
        if r["suppressions"]:
            need(status == "fail" and r["suppressions"][0]["kind"] == "external", "a suppression of what fails")
            status = "waived"
        need((r["level"] == "none") == (r["kind"] != "fail"), "level none where nothing fails")
        need(r["properties"]["status"] == status, "the property says the same")
        places = r["locations"] + r.get("relatedLocations", [])
        ids = [p["logicalLocations"][0]["fullyQualifiedName"] for p in places if "logicalLocations" in p]
        need(all(p["physicalLocation"]["artifactLocation"]["uri"] for p in places), "an address everywhere")
        need(ids == r["properties"]["reaches"], "locations are the reaches")
        need("](" not in r["message"]["text"], "no link in a message")
        findings.append((r["ruleId"], status, r["properties"]["severity"], tuple(ids)))
    prints = [r["partialFingerprints"]["reachaudit/v1"] for r in run["results"]]
    need(len(set(prints)) == len(prints), "a fingerprint twice")
    return {"verdict": run["properties"]["verdict"], "findings": findings, "run": run,
            "exit_status": run["invocations"][0]["exitCode"],
            "gaps": len(run["invocations"][0]["toolExecutionNotifications"])}


# ---- JUnit ------------------------------------------------------------------------------------------

# What the xsd of the Jenkins plugin allows, of what is written here.
ATTRIBUTES = {"testsuites": {"name", "tests", "failures", "errors", "time"},
              "testsuite": {"name", "tests", "failures", "errors", "skipped", "time", "hostname", "timestamp"},
              "properties": set(), "property": {"name", "value"}, "testcase": {"classname", "name", "time"},
              "failure": {"type", "message"}, "error": {"type", "message"}, "skipped": {"message"}, "system-out": set()}
CHILDREN = {"testsuites": ["testsuite"], "testsuite": ["properties", "testcase"], "properties": ["property"],
            "testcase": ["failure", "error", "skipped", "system-out"]}


def structure(node):
    need(node.tag in ATTRIBUTES and set(node.attrib) <= ATTRIBUTES[node.tag], "<%s %s>" % (node.tag, node.attrib.keys()))
    order = CHILDREN.get(node.tag, [])
    at = [order.index(c.tag) if c.tag in order else -1 for c in node]
    need(at == sorted(at) and -1 not in at, "children of <%s>: %s" % (node.tag, [c.tag for c in node]))
    for child in node:
        structure(child)


def counted(suite):
    return [len(suite.findall("testcase"))] + [len(suite.findall("testcase/" + t)) for t in ("failure", "error", "skipped")]


def read_junit(data):
    text_of(data)
    try:
        root = xml.fromstring(data)
    except xml.ParseError as e:
        raise Broken("XML: %s" % e)
    need(root.tag == "testsuites", "the root")
    structure(root)
    sums = [0, 0, 0, 0]
    for suite in root:
        told = [int(suite.get(k)) for k in ("tests", "failures", "errors", "skipped")]
        need(told == counted(suite), "%s counts %s" % (suite.get("name"), told))
        sums = [a + b for a, b in zip(sums, told)]
    need(sums[:3] == [int(root.get(k)) for k in ("tests", "failures", "errors")], "the whole counts")
    names = [(c.get("classname"), c.get("name")) for c in root.iter("testcase")]
    need(all(a and b for a, b in names), "every case has a name")
    props = {p.get("name"): p.get("value") for p in root.find("testsuite/properties")}
    need(root[0].get("name") == "reachaudit.verdict" and root[-1].get("name") == "reachaudit.coverage", "first and last suite")
    findings = []
    for case in [c for suite in root[1:-1] for c in suite.findall("testcase")]:
        facts = [line.split(": ", 1) for line in case.findtext("system-out").splitlines()]
        one = dict(facts)
        need(case.get("classname") == "reachaudit." + one["check"].replace("/", "."), "the class is the check")
        findings.append((one["check"], one["status"], one["severity"], tuple(v for k, v in facts if k == "reach")))
    unseen = [c.find("error") is not None or c.find("skipped") is not None for c in root[-1]]
    return {"verdict": props["verdict"], "findings": findings, "green": sums[1] + sums[2] == 0, "gaps": sum(unseen),
            "worst": (props["worst_case.radius"], int(props["worst_case.score"]), props["proved.radius"]), "shown": True}


# ---- GitHub -----------------------------------------------------------------------------------------

def decode(text, more=()):
    for code, c in [("%0D", "\r"), ("%0A", "\n"), *more]:
        text = text.replace(code, c)
    return text.replace("%25", "%")


def read_github(data):
    """As the runner does: a command is a line that begins with '::'; the older form is found anywhere."""
    lines = text_of(data).split("\n")
    need(lines.pop() == "", "the last line ends")
    levels, findings, verdict = {}, [], None
    for line in lines:
        found = re.match(r"::(error|warning|notice) (.*?)::(.*)$", line)
        need(found, "a line that is no annotation: %r" % line[:80])
        need("##[" not in line, "the older form: %r" % line[:80])
        props = [p.split("=", 1) for p in found[2].split(",")]
        need([p[0] for p in props] in (["title"], ["file", "title"], ["file", "line", "title"], ["file", "line", "col", "title"]),
             "properties %s" % props)
        props = {k: decode(v, [("%3A", ":"), ("%2C", ",")]) for k, v in props}
        levels[found[1]] = levels.get(found[1], 0) + 1
        message = decode(found[3]).split("\n")
        if props["title"].startswith("reachaudit"):
            verdict = verdict or props["title"].split(": ")[1].lower()
            last = message[0]
            continue
        check, status, severity = props["title"].split(" ")
        need(message[1].startswith("About: ") if len(message) > 1 else True, "what it is about")
        findings.append((check, status, severity, message[1][7:] if len(message) > 1 else "", props.get("file")))
    need(all(n <= 10 for n in levels.values()), "more than GitHub shows: %s" % levels)
    hidden = re.search(r"\. (\d+) more (?:is|are) not shown", last)
    counts = {k: int(n) for n, k in re.findall(r"(\d+) (fail|unknown|waived|pass|not-applicable)", last)}
    return {"verdict": verdict, "annotated": findings, "hidden": int(hidden[1]) if hidden else 0, "counts": counts}


# ---- OpenMetrics ------------------------------------------------------------------------------------

SAMPLE = re.compile(r'(reachaudit_[a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (\d+)$')


def read_openmetrics(data):
    lines = text_of(data).split("\n")
    need(lines[-2:] == ["# EOF", ""], "ends with # EOF")
    types, samples, family = {}, {}, None
    for line in lines[:-2]:
        meta = re.match(r"# (TYPE|HELP|UNIT) (reachaudit_[a-z_]+) (.+)$", line)
        if meta:
            if meta[1] == "TYPE":
                need(meta[2] not in types, "a family twice")
                family, types[meta[2]] = meta[2], meta[3]
            need(meta[2] == family, "a family is whole")
            continue
        found = SAMPLE.match(line)
        need(found, "no sample: %r" % line[:80])
        need(found[1] == family + ("_info" if types[family] == "info" else ""), "%s below %s" % (found[1], family))
        labels = tuple(re.findall(r'([a-z_]+)="((?:[^"\\]|\\.)*)"', found[2] or ""))
        need((found[1], labels) not in samples, "a sample twice: %s" % line)
        samples[found[1], labels] = int(found[3])

    def where(name, **labels):
        return {dict(l).get(labels.get("by")) if "by" in labels else l: v for (n, l), v in samples.items() if n == name}
    stateset = {k[0][1]: v for k, v in where("reachaudit_verdict").items()}
    need(sorted(stateset.values()) == [0, 0, 1], "one verdict")
    counts = {tuple(v for _, v in k): n for k, n in where("reachaudit_findings").items() if n}
    return {"verdict": [k for k, v in stateset.items() if v][0], "counts": counts,
            "checks": {tuple(v for _, v in k): n for k, n in where("reachaudit_check_findings").items()},
            "reaches": where("reachaudit_reaches", by="state"), "samples": len(samples),
            "score": where("reachaudit_worst_case_score")[()], "proved": where("reachaudit_proved_score")[()],
            "gaps": sum(1 - v for v in where("reachaudit_surface_seen").values())}


# ---- PolicyReport -----------------------------------------------------------------------------------

MOST_TEXT = 1024


def in_policy(text):
    """As a PolicyReport shows it: the first bytes at a whole character, nothing hidden."""
    raw = text.encode()
    return visible(raw[:MOST_TEXT].decode("utf-8", "ignore")) + (" [cut]" if len(raw) > MOST_TEXT else "")


def read_policyreport(data):
    report = strict_json(text_of(data))
    need((report["apiVersion"], report["kind"]) == ("wgpolicyk8s.io/v1alpha2", "PolicyReport"), "what it is")
    need(re.fullmatch("reachaudit(-[a-z0-9]([a-z0-9-]*[a-z0-9])?)?", report["metadata"]["name"]) and
         len(report["metadata"]["name"]) < 64, "a name that a cluster takes: %r" % report["metadata"]["name"])
    first, *rest = report["results"]
    need(first["rule"] == "verdict" and all(r["rule"] != "verdict" for r in rest), "the verdict first, and once")
    left = 0
    if rest and rest[-1]["rule"] == "left-out":
        left = int(rest.pop()["properties"]["left_out"])
    counts = dict.fromkeys(("pass", "fail", "warn", "error", "skip"), 0)
    for r in report["results"]:
        counts[r["result"]] += 1
    need(sum(report["summary"].values()) == sum(counts.values()) + left and
         all(report["summary"][k] >= n for k, n in counts.items()), "the summary counts: %s %s" % (report["summary"], counts))
    gaps = [r for r in rest if r["rule"].startswith("coverage/")]
    findings = [(r["rule"], r["properties"]["status"], r["severity"],
                 tuple(r["properties"]["reach_%d" % (i + 1)] for i in range(min(8, int(r["properties"]["reaches"])))))
                for r in rest if r not in gaps]
    props = first["properties"]
    return {"verdict": props["verdict"], "findings": findings, "gaps": len(gaps), "left": left, "report": report,
            "green": not report["summary"]["fail"] + report["summary"]["error"],
            "worst": (props["radius"], int(props["score"]), props["proved_radius"])}
