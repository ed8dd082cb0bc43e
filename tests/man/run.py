"""The manual: every page is clean mdoc, reachaudit-checks(7) is what the table says, and reachaudit(1) names every
option and subcommand that the program knows.

usage: run.py REACHAUDIT MAN_CHECKS [--update]"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
failed = []


def out(*argv):
    return subprocess.run(argv, stdout=subprocess.PIPE, check=True).stdout.decode()


def examples(binary):
    """Every profile that the manual shows can be read; the one of a narrow token passes where the token is narrow and
    fails where it is not."""
    page = open(os.path.join(TOP, "man", "reachaudit-profile.5")).read()
    shown = re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", page, re.M | re.S)
    with tempfile.TemporaryDirectory(prefix="ra-man-") as here:
        for text in shown:
            path = os.path.join(here, text.split("\n")[0].replace("profile: ", "") + ".yaml")
            open(path, "w").write(text)
            done = subprocess.run([binary, "profile", "check", path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            if done.returncode:
                failed.append("%s cannot be read: %s" % (os.path.basename(path), done.stdout.decode()))
        narrow = os.path.join(here, "one-narrow-token.yaml")
        for case, wanted in (("evaluate-narrow-token", 0), ("evaluate-unsettled-grant", 1), ("evaluate-force-push", 1)):
            stored = os.path.join(TOP, "tests", "golden", case, "input.json")
            code = subprocess.run([binary, "evaluate", stored, "--profile", narrow, "--format", "json"],
                                  stdout=subprocess.DEVNULL).returncode
            if code != wanted:
                failed.append("the manual's narrow token: %s gives %d, not %d" % (case, code, wanted))
    if len(shown) < 2:
        failed.append("reachaudit-profile(5) shows no profile")


def main(binary, tool, update):
    page = os.path.join(TOP, "man", "reachaudit-checks.7")
    text = out(tool)
    if update:
        open(page, "w").write(text)
    if not os.path.exists(page) or open(page).read() != text:
        failed.append("reachaudit-checks.7 is not what checks.def says; run tests/man/run.py with --update")
    pages = sorted(os.listdir(os.path.join(TOP, "man")))
    if len(pages) < 4:
        failed.append("pages are missing: %s" % pages)
    if shutil.which("mandoc"):
        for name in pages:
            done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", os.path.join(TOP, "man", name)],
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            if done.returncode or done.stdout:
                failed.append(done.stdout.decode())
    elif os.environ.get("RA_TESTS_MUST_RUN"):
        failed.append("mandoc is missing")
    manual = open(os.path.join(TOP, "man", "reachaudit.1")).read()
    for command in re.findall(r"^  (\w+) ", out(binary, "--help").split("Options")[0], re.M):
        if ".It Cm %s\n" % command not in manual:
            failed.append("reachaudit(1) does not name the subcommand " + command)
        if not re.search(r"^\.(Op )?Cm %s\b" % command, manual.split(".Sh DESCRIPTION")[0], re.M):
            failed.append("the synopsis of reachaudit(1) leaves out " + command)
        for option in re.findall(r"--([a-z-]+)", "\n".join(out(binary, command, "--help").splitlines()[2:])):
            if not re.search(r"^\.It .*(Fl |, )-%s\b" % option, manual, re.M):
                failed.append("reachaudit(1) does not name --%s of %s" % (option, command))
    examples(binary)
    print("\n".join(failed) or "the manual is right")
    return 1 if failed else 0


sys.exit(main(sys.argv[1], sys.argv[2], "--update" in sys.argv))
