"""Reads the markdown report back, and holds it against what a forge would make of it.

read() knows the few forms of line that the format uses; whatever stands in them outside code must be plain language.
rendered() asks cmark-gfm, which is GitHub's own: no link, no image, no tag but ours, nobody mentioned outside code.
"""
import html
import re
import subprocess
from html.parser import HTMLParser

from read import need, text_of

CODE = re.compile(r"`([^`|\n]+)`|<code>((?:[A-Za-z0-9/ \u0080-\U0010ffff]|&#\d+;)+)</code>")
PLAIN = r"[A-Za-z0-9'(),;.: \x00-]*"
LINKED = re.compile(r"GH-\d|www\.|\d{7}|[A-Za-z]\.[A-Za-z]|:[a-z]+:|://")  # what a forge makes of words that look plain
LINES = [re.compile(p % {"p": PLAIN} + "$") for p in (
    r"## reachaudit: (?:PASS|FAIL|INCOMPLETE)", r"%(p)s", r"### (?:How it would happen|To pass, do these[a-z() ]*|Findings)",
    r"\*\*Not everything was seen:\*\* %(p)s", r"\|(?: ?| %(p)s )\|(?: %(p)s \|)+", r"\|(?:---\|)+", r"\d+\. %(p)s",
    r"- (?:\[ \] )?%(p)s", r"<details><summary>%(p)s</summary>", r"</details>")]


def without_fences(text):
    """The lines outside fences; a fence is closed by one of its own length."""
    lines, fence = [], None
    for line in text.split("\n"):
        mark = re.match(r"  (`{3,})(sh)?$", line)
        if fence:
            if mark and mark[1] == fence:
                fence = None
            else:
                need("`" * len(fence) not in line, "a fence is longer than what it holds")
        elif mark and mark[2]:
            fence = mark[1]
        else:
            lines.append(line)
    need(fence is None, "every fence is closed")
    return lines


def span(found):
    return found[1] if found[1] else html.unescape(found[2])


def read(data):
    text = text_of(data)
    need(len(text) < 65000 and len(data) < 65000, "too long: %d characters" % len(text))
    folds = [line.split(">")[0] for line in text.split("\n") if line.startswith(("<details>", "</details>"))]
    need(folds == ["<details", "</details"] * (len(folds) // 2) and text.endswith("\n"), "whole to the end: %s" % folds)
    findings, left, tables = [], 0, 0
    for line in without_fences(text):
        plain = CODE.sub("\x00", line)
        need(any(p.match(plain) for p in LINES) and not LINKED.search(plain), "not plain outside code: %r" % plain[:120])
        if line == "| status | severity | what | where | check |":
            tables += 1
        more = re.match(r"and (\d+) more, see the full report", line)
        left += int(more[1]) if more else 0
        cells = [c.strip() for c in line.split(" | ")]
        if tables and line.startswith("| ") and len(cells) == 5 and cells[0] != "| status":
            where = [span(m) for m in CODE.finditer(cells[3])]
            findings.append((span(CODE.match(cells[4])), cells[0][2:], cells[1], tuple(where)))
    return {"verdict": re.match(r"## reachaudit: ([A-Z]+)\n", text)[1].lower(), "rows": findings, "left": left,
            "gap": "**Not everything was seen:**" in text, "sentence": text.split("\n")[2]}


class Page(HTMLParser):
    OURS = {"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "ol", "ul", "li", "code", "pre", "details",
            "summary", "strong", "input", "em", "br"} - {"em", "br"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.strange, self.prose, self.rows = [], set(), [], []

    def handle_starttag(self, tag, attrs):
        if tag not in self.OURS:
            self.strange.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag == "td":
            self.rows[-1].append("")
        if tag != "input":
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.strange.add("/" + tag)

    def handle_startendtag(self, tag, attrs):
        if tag != "input":
            self.strange.add(tag)

    def handle_comment(self, data):
        self.strange.add("comment")

    def handle_data(self, data):
        if "td" in self.open:
            self.rows[-1][-1] += data
        if "code" not in self.open:
            self.prose.append(data)


def rendered(data):
    """(rows of cells as text, what is wrong) of the page that GitHub's renderer makes."""
    done = subprocess.run(["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e", "strikethrough", "-e", "tagfilter",
                           "-e", "tasklist"], input=data, stdout=subprocess.PIPE, check=True)
    page = Page()
    page.feed(done.stdout.decode())
    page.close()
    wrong = sorted(page.strange) + page.open
    wrong += [p for p in page.prose if re.search(r"[@#<>$]|GH-\d|www\.|://", p)]
    return [r for r in page.rows if len(r) == 5], wrong
