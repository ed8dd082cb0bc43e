"""The html report in a real browser without any network: nothing runs that should not, nothing is asked for, nothing
sticks out of a phone, the filters filter, and axe-core (argument "axe") finds nothing to complain about.

usage: browse.py REACHAUDIT [axe DIR [all]]     DIR keeps axe-core between runs
"""
import atexit
import os
import shutil
import subprocess
import sys
import tempfile

from driver import Browser, alone
import pages
from check import check, finish
from box import must_run, require

AXE = "4.10.3"
VIEWS = [(390, False), (390, True), (1280, False), (1280, True)]

OPEN_ALL = "document.querySelectorAll('details').forEach(function (d) { d.open = true; });"
STATE = """
  return {
    pwned: typeof window.pwned, asked: performance.getEntriesByType('resource').length,
    wide: document.documentElement.scrollWidth - innerWidth,
    live: document.querySelectorAll('img, iframe, object, embed, base, form, link, [style], [onclick], [onload], ' +
      '[onerror], script[src], a:not([href^="#"])').length,
    scripts: document.scripts.length,
  };"""
# Names of rings, the limit's label and dots: which of them cover one another on the screen, and how tall the names are.
RINGS = """
  function all(what) { return Array.from(document.querySelectorAll('.picture ' + what)); }
  function meet(a, b) {
    a = a.getBoundingClientRect(); b = b.getBoundingClientRect();
    return a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;
  }
  var texts = all('.name').concat(all('.pill')), dots = all('.dot').concat(all('.badge circle')).concat(all('.reach'));
  var found = [];
  texts.forEach(function (t, i) {
    dots.concat(texts.slice(0, i)).forEach(function (d) { if (meet(t, d)) found.push(t.textContent + ' and ' + d.outerHTML); });
  });
  return {found: found, dots: dots.length, size: Math.min.apply(null, all('.name').map(function (n) {
    return n.getBoundingClientRect().height; }))};"""


def sound(browser, page, width, dark):
    what = "%s at %d%s" % (page.name, width, " dark" if dark else "")
    browser.view(width, dark=dark)
    browser.open(page.path)
    for opened in (False, True):
        if opened:
            browser.run(OPEN_ALL)
        state = browser.run(STATE)
        check(state["pwned"] == "undefined" and state["live"] == 0 and state["scripts"] == 1, "%s: inert: %s" % (what, state))
        check(state["asked"] == 0, what + ": asks for nothing")
        check(state["wide"] <= 0, "%s: %s px too wide" % (what, state["wide"]))
    rings = browser.run(RINGS)
    check(not rings["found"], "%s: in the picture meet %s" % (what, rings["found"][:3]))
    check(rings["dots"] > 0 and rings["size"] >= 10, "%s: names of rings are %s px tall" % (what, rings["size"]))
    noise = browser.messages()
    check(not noise, "%s: console: %s" % (what, noise[:3]))


def visible(browser):
    return browser.run("return Array.from(document.querySelectorAll('.findings > li')).filter(function (i) {"
                       "return i.offsetHeight > 0; }).reduce(function (n, i) {"
                       "return n + i.querySelectorAll('.one').length; }, 0);")


def press(browser, key):
    browser.do("/actions", actions=[{"type": "key", "id": "k", "actions": [
        {"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]}])


def filters(browser, page):
    findings = page.report["findings"]
    browser.view(1280)
    browser.open(page.path)
    check(visible(browser) == len(findings), "all findings are there at first")
    fails = sum(f["status"] == "fail" for f in findings)
    high = sum(f["status"] == "fail" and f["severity"] == "high" for f in findings)
    for value, group, want in (("fail", "status", fails), ("high", "severity", high)):
        browser.run("document.querySelector('[data-%s=%s]').focus();" % (group, value))
        press(browser, "\ue007")  # Enter
        check(visible(browser) == want, "%s: %d of %d findings" % (value, visible(browser), want))
        told = browser.run("return document.getElementById('shown').textContent;")
        check(told == "Showing %d of %d." % (want, len(findings)), "what the screen reader hears: " + told)
        check(browser.run("var b = document.activeElement, s = getComputedStyle(b); return b.dataset.%s === '%s' && "
                          "b.getAttribute('aria-pressed') === 'true' && s.outlineStyle !== 'none' && "
                          "parseFloat(s.outlineWidth) >= 2;" % (group, value)), value + ": pressed, and its focus is seen")
    press(browser, " ")
    check(visible(browser) == fails, "pressed again, it asks for nothing")
    check(0 < high < fails < len(findings), "the page has something to filter")


def without_script(browser, page):
    """The tree that a screen reader gets, since no script can be asked."""
    browser.view(1280, script=False)
    browser.open(page.path)
    tree = browser.cdp("Accessibility.getFullAXTree")["nodes"]
    names = [(n["role"]["value"], n.get("name", {}).get("value", "")) for n in tree if not n.get("ignored")]
    check(not any(role == "button" for role, _ in names), "without the script there are no buttons")
    titles = [f["title"] for f in page.report["findings"]]
    headings = [name for role, name in names if role == "heading"]
    check(set(titles) <= set(headings), "without the script every finding is there")
    check(any(role == "image" and name.startswith("Blast radius Six rings") for role, name in names), "the picture has a name")
    check(sum(role == "checkbox" for role, _ in names) == len(page.report["to_pass"]["steps"]), "the checklist can be ticked")
    for role in ("banner", "main", "contentinfo", "navigation"):
        check(any(r == role for r, _ in names), "landmark " + role)
    browser.view(1280)


def on_paper(browser, page):
    browser.view(1280, media="print")
    browser.open(page.path)
    seen = browser.run("return ['nav', '#filters', '.words li', '.picture'].map(function (s) {"
                       "return document.querySelector(s).getBoundingClientRect().height > 0; });")
    check(seen == [False, False, True, True], "on paper: no buttons, everything unfolded: %s" % seen)
    check(browser.run("return getComputedStyle(document.body).backgroundColor;") == "rgb(255, 255, 255)", "on white paper")


def axe_source(folder):
    """axe-core's text; None where it cannot be had."""
    path = os.path.join(folder, "node_modules/axe-core/axe.min.js")
    if not os.path.exists(path) or '"%s"' % AXE not in open(os.path.join(os.path.dirname(path), "package.json")).read():
        os.makedirs(folder, exist_ok=True)
        done = subprocess.run(["npm", "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund",
                               "--no-save", "axe-core@" + AXE], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        if done.returncode:
            print(done.stdout.decode(errors="replace")[-800:])
            return None
    return path


def accessible(browser, source, page, width, dark):
    browser.view(width, dark=dark)
    browser.open(page.path)
    browser.run(OPEN_ALL)
    got = browser.run_async(source + "; var done = arguments[arguments.length - 1];"
                            "axe.run(document, {resultTypes: ['violations', 'passes']}).then(function (r) { done({"
                            "  bad: r.violations.map(function (v) { return v.id + ': ' + v.nodes.length + ' ' + "
                            "    v.nodes[0].html.slice(0, 160) + ' ' + v.nodes[0].failureSummary; }),"
                            "  good: r.passes.length}); }, function (e) { done({bad: [String(e)], good: 0}); });")
    check(not got["bad"], "%s at %d%s: %s" % (page.name, width, " dark" if dark else "", got["bad"]))
    check(got["good"] > 15, "axe looked at something: %d" % got["good"])


class Fleet:
    """The merged view of all pages' reports, and of one that could not be read."""
    name = "fleet"

    def __init__(self, folder, binary, made):
        self.path = os.path.join(folder, "fleet.html")
        files = [os.path.join(folder, "none.json")]
        for page in made.values():
            files.append(os.path.join(folder, page.name + ".fleet.json"))
            with open(files[-1], "wb") as f:
                f.write(page.json)
        subprocess.run([binary, "merge", *files, "--format", "html=" + self.path], timeout=60)


def fleet_is_sound(browser, page):
    for width, dark in VIEWS[:1] + VIEWS[3:]:
        browser.view(width, dark=dark)
        browser.open(page.path)
        browser.run(OPEN_ALL)
        state = browser.run(STATE)
        check(state["pwned"] == "undefined" and state["live"] == 0 and state["scripts"] == 0 and state["asked"] == 0,
              "fleet at %d: inert: %s" % (width, state))
        check(state["wide"] <= 0, "fleet at %d: %s px too wide" % (width, state["wide"]))
        noise = browser.messages()
        check(not noise, "fleet at %d: console: %s" % (width, noise[:3]))


def main():
    binary, axe = os.path.abspath(sys.argv[1]), len(sys.argv) > 2 and sys.argv[2] == "axe"
    require(["chromium", "chromedriver", "unshare", "ip"] + (["npm"] if axe else []), root=False)
    if axe and not os.environ.get("RA_BROWSER_ALONE") and not axe_source(sys.argv[3]):
        print("skipped: axe-core cannot be installed here")
        sys.exit(1 if must_run() else 77)
    alone()
    work = tempfile.mkdtemp(prefix="ra-html-")
    atexit.register(shutil.rmtree, work, True)
    made = pages.make(binary, work)
    with Browser() as browser:
        browser.open("/dev/null")
        browser.messages()
        if axe:
            source = open(axe_source(sys.argv[3])).read()
            accessible(browser, source, made["exposed"], *VIEWS[0])
            accessible(browser, source, made["hostile"], *VIEWS[3])
            fleet = Fleet(work, binary, made)
            accessible(browser, source, fleet, *VIEWS[0])
            accessible(browser, source, fleet, *VIEWS[3])
            for name in ("clean", "exposed", "asleep", "blind", "hostile") if len(sys.argv) > 4 else ():
                for width, dark in VIEWS:
                    accessible(browser, source, made[name], width, dark)
        else:
            for page in made.values():
                for width, dark in VIEWS[:1] + VIEWS[3:] if page.name != "exposed" else VIEWS:
                    sound(browser, page, width, dark)
            filters(browser, made["exposed"])
            without_script(browser, made["exposed"])
            on_paper(browser, made["exposed"])
            fleet_is_sound(browser, Fleet(work, binary, made))
    finish()


main()
