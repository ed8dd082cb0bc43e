"""The html report read back: it is well formed, says what the json report says, and holds nothing that acts.

usage: parse.py REACHAUDIT
"""
import atexit
import base64
import collections
import hashlib
import html.parser
import os
import re
import shutil
import sys
import tempfile

import pages
from check import check, finish

VOID = {"meta", "input"}
# Every element that the report may hold, and every attribute; what is not here is a way in.
ELEMENTS = set("html head meta title style body header main footer nav section figure figcaption div p span strong em h1 "
               "h2 h3 ul ol li dl dt dd a code label input button details summary table caption thead tbody tr th td "
               "script svg desc circle rect line text tspan g".split())
ATTRIBUTES = set("lang charset http-equiv content name class id aria-labelledby aria-label aria-hidden aria-pressed role "
                 "hidden type scope href data-status data-severity focusable viewbox cx cy r x y x1 x2 y1 y2 width height "
                 "rx transform".split())
LINKS = {"#picture", "#path", "#cut", "#findings", "#coverage", "#score"}
# Controls, bidirectional overrides and what is invisible: shown as \\xNN and \\u{NNNN} instead.
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffd]")


class Reader(html.parser.HTMLParser):
    """Text, headings and ids of a page; a complaint for whatever is not as it must be."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.page, self.open, self.text, self.ids, self.levels = page, [], [], [], []
        self.codes, self.titles, self.findings, self.counts = [], [], [], collections.Counter()
        self.group, self.group_codes, self.inside = {}, [], False
        self.blocks = {"style": "", "script": ""}
        self.policy = None
        self.feed(page.bytes.decode("utf-8"))
        self.close()
        self.expect(not self.open, "left open: %s" % self.open)
        self.all = " ".join("".join(self.text).split())

    def expect(self, ok, what):
        if not ok:
            check(False, "%s: %s" % (self.page.name, what))

    def handle_starttag(self, tag, attrs):
        self.counts[tag] += 1
        self.expect(tag in ELEMENTS, "element %s" % tag)
        self.expect(len(dict(attrs)) == len(attrs), "%s has an attribute twice" % tag)
        for name, value in attrs:
            self.expect(name in ATTRIBUTES, "%s has attribute %s" % (tag, name))
            self.expect(value is None or "\n" not in value, "%s: %s of several lines" % (tag, name))
        self.levels += [int(tag[1])] if tag in ("h1", "h2", "h3") else []
        at = dict(attrs)
        self.expect("href" not in at or (tag == "a" and at["href"] in LINKS), "link to %r" % at.get("href"))
        self.ids += [at["id"]] if "id" in at else []
        if at.get("http-equiv") == "Content-Security-Policy":
            self.policy = at["content"]
        if tag == "li" and "data-status" in at:
            self.group = {"status": at["data-status"], "severity": at["data-severity"]}
            self.group_codes, self.inside = [], False
        elif tag == "li" and at.get("class") == "one":
            self.findings.append({**self.group, "codes": list(self.group_codes)})
            self.inside = True
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.open.pop()

    def handle_endtag(self, tag):
        self.expect(self.open and self.open[-1] == tag, "</%s> while %s is open" % (tag, self.open[-3:]))
        if self.open:
            self.open.pop()

    def handle_comment(self, data):
        self.expect(False, "a comment")

    def unknown_decl(self, data):
        self.expect(False, "a declaration")

    def handle_data(self, data):
        tag = self.open[-1] if self.open else ""
        if tag in self.blocks:
            self.blocks[tag] += data
            return
        self.expect(not UNSAFE.search(data), "unsafe character in %r" % data[:60])
        self.text.append(data)
        if tag == "code":
            self.codes.append(data)
            if self.inside:
                self.findings[-1]["codes"].append(data)
            else:
                self.group_codes.append(data)
        if tag == "title" and "svg" in self.open:
            self.titles.append(data)


# As the report shows a text, and as a reader of HTML with collapsed blanks sees it.
def shown(text):
    out = ""
    for c in text:
        o = ord(c)
        if o < 32 or 127 == o:
            out += "\\x%02x" % o
        elif UNSAFE.match(c):
            out += "\\u{%04x}" % o
        else:
            out += c
    return " ".join(out.replace("`", "").split())


def follows_policy(reader):
    def digest(text):
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    want = ("default-src 'none'; style-src 'sha256-%s'; script-src 'sha256-%s'; base-uri 'none'; form-action 'none'" %
            (digest(reader.blocks["style"]), digest(reader.blocks["script"])))
    check(reader.policy == want, "%s: the policy names the two blocks and nothing else" % reader.page.name)
    check(reader.counts["script"] == 1 and reader.counts["style"] == 1, "%s: one script, one style" % reader.page.name)
    own = reader.blocks["style"] + reader.blocks["script"]
    check(not re.search(r"url\(|@import|https?:|//|eval|innerHTML|fetch|XMLHttp|import\(", own),
          "%s: style and script ask for nothing" % reader.page.name)


def well_built(reader):
    name = reader.page.name
    check(len(set(reader.ids)) == len(reader.ids), "%s: ids are unique" % name)
    levels = reader.levels
    check(levels.count(1) == 1 and levels[0] == 1, "%s: one heading of the first level" % name)
    check(all(b <= a + 1 for a, b in zip(levels, levels[1:])), "%s: no level is left out" % name)
    for what in ("header", "main", "footer", "nav", "figure", "svg", "table", "caption"):
        check(reader.counts[what] >= 1, "%s: has a %s" % (name, what))
    check(reader.page.bytes.decode("utf-8").startswith("<!DOCTYPE html>"), "%s: begins as HTML" % name)


def says_the_same(reader):
    r, name = reader.page.report, reader.page.name
    codes = {" ".join(c.split()) for c in reader.codes}
    first = "%s: %s" % (r["verdict"].upper(), shown(r["worst_case"]["sentence"]).rstrip("."))
    check(first in reader.all, "%s: the sentence: %s" % (name, first[:100]))
    check("Exit status %d (%s)." % (r["exit_status"], r["verdict"]) in reader.all, name + ": the exit status")
    check(shown(r["profile"]["name"]) in reader.all, name + ": the profile")
    for c in r["consequences"]:
        check(shown(c["id"]) in codes, "%s: consequence %s" % (name, c["id"]))
    check(len(reader.findings) == len(r["findings"]), "%s: %d of %d findings" % (name, len(reader.findings), len(r["findings"])))
    for mine, f in zip(reader.findings, r["findings"]):
        same = (mine["status"], mine["severity"]) == (f["status"], f["severity"])
        want = {shown(i) for i in [f["check"], *f["reaches"]]}
        check(same and want <= {" ".join(c.split()) for c in mine["codes"]},
              "%s: finding %s %s, got %s" % (name, f["check"], f["reaches"], mine))
    for step in r["to_pass"]["steps"]:
        check(shown(step["remedy"]) in reader.all, "%s: remedy %s" % (name, step["remedy"][:60]))
    for c in r["coverage"]:
        check(all(shown(line) in reader.all for line in c["not_seen"]), "%s: what %s did not see" % (name, c["collector"]))
    check(re.search(r"after looking at \d+ places? in \d+ surfaces?\.", reader.all), name + ": how much was looked at")
    for key in ("score", "radius"):
        check(str(r["worst_case"][key]) in reader.all, "%s: %s" % (name, key))


def draws_them_all(reader):
    """Each consequence is a dot with its id, or counted as one of so many more in its ring."""
    more = sum(int(n) for n in re.findall(r'<tspan class="more"> \+(\d+)', reader.page.bytes.decode()))
    dots = [t for t in reader.titles if t.startswith(("so:", "Step "))]
    n = len(reader.page.report["consequences"])
    check(len(dots) + more == n, "%s: %d dots and %d more for %d" % (reader.page.name, len(dots), more, n))
    middles = [(float(x), float(y), float(r)) for x, y, r in re.findall(
        r'<circle(?: class="dot[^"]*")? cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)">?', reader.page.bytes.decode())
        if (x, y) not in (("200", "200"), ("10", "10"))]
    close = [(a, b) for i, a in enumerate(middles) for b in middles[:i]
             if (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 < (a[2] + b[2] - 0.1) ** 2]
    check(not close, "%s: dots that touch: %s" % (reader.page.name, close[:3]))
    check(reader.page.name != "exposed" or len(middles) > 30, "the dots are read")
    check((reader.page.name == "many") == (more > 0), "%s: only the full rings are counted" % reader.page.name)


def main():
    work = tempfile.mkdtemp(prefix="ra-html-")
    atexit.register(shutil.rmtree, work, True)
    made = pages.make(os.path.abspath(sys.argv[1]), work)
    for page in made.values():
        reader = Reader(page)
        follows_policy(reader)
        well_built(reader)
        says_the_same(reader)
        draws_them_all(reader)
        check(len(page.bytes) < 300 * 1024, "%s: %d bytes" % (page.name, len(page.bytes)))
        print("%-8s %-10s %6d bytes, %3d findings" % (page.name, page.report["verdict"], len(page.bytes),
                                                   len(page.report["findings"])))
    canaries = {c.encode() for m in pages.secrets for c in m.canaries}
    with open(os.path.join(work, "exposed", "environ"), "rb") as f:
        planted = f.read()
        check(sum(c in planted for c in canaries) >= 5, "the canaries are those of the hosts")
    for page in made.values():
        check(not any(c in page.bytes for c in canaries), page.name + ": no secret")
    check(made["rendered"].bytes == made["exposed"].bytes, "a stored report gives the same page")
    check(len(made["many"].report["findings"]) >= 300, "the page of many has many")
    check("None, after looking at" in Reader(made["clean"]).all or made["clean"].report["findings"], "clean")
    check(b"window.pwned" in made["hostile"].bytes and b"window.pwned" in made["names"].bytes, "the hostile texts are there")
    finish()


main()
