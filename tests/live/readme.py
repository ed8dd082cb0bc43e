"""The README's commands, run as they stand: every indented block whose lines start with a program we have."""
import os
import re
import subprocess
import sys
import tempfile

import yaml

from check import check, finish
import box

binary, top = os.path.abspath(sys.argv[1]), sys.argv[2]
box.require()


def blocks(text):
    """Indented code blocks, continuation lines joined."""
    for block in re.findall(r"(?:^    .*\n)+", text, re.M):
        yield re.sub(r" \\\n\s*", " ", "\n".join(line[4:] for line in block.splitlines()) + "\n")


def run(line, cwd):
    path = os.path.dirname(binary) + ":/usr/bin:/bin"
    return subprocess.run(box.as_user(["env", "-i", "PATH=" + path, "HOME=" + cwd, "sh", "-c", line]), cwd=cwd,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)


def first_screen(text):
    """The pictures are there, small and real; the gate in CI uses inputs and outputs that the action has."""
    pictures = re.findall(r'<img src="([^"]+)"[^>]* alt="[^"]{20,}"', text)
    check(len(pictures) == 2 and text.index("<img") < text.index("\n## "), "two pictures, with words, first: %r" % pictures)
    for name in pictures:
        with open(os.path.join(top, name), "rb") as f:
            data = f.read()
        check(data.startswith(b"\x89PNG") and 10000 < len(data) < 150 * 1024, "%s: %d bytes" % (name, len(data)))
    block = re.search(r"(?:^    .*\n)*^    jobs:\n(?:^    .*\n)+", text, re.M)[0]
    steps = yaml.safe_load(block)["jobs"]["agent"]["steps"]
    ours = [step for step in steps if "/reachaudit@" in step.get("uses", "")]
    with open(os.path.join(top, "action.yml")) as f:
        action = yaml.safe_load(f)
    check(len(ours) == 1 and set(ours[0]["with"]) <= set(action["inputs"]), "the gate in CI: %r" % ours)
    check("run" in steps[steps.index(ours[0]) + 1] and len(block.splitlines()) <= 11, "the agent comes after it")
    check(all("`%s`" % n in text for n in ("verdict", "score", "radius")), "its outputs are named")
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        check(os.path.exists(os.path.join(top, link)), "a link that leads nowhere: " + link)


def main():
    with open(os.path.join(top, "README.md")) as f:
        first_screen(f.read())
    seen = {"box": 0, "own": 0}
    with tempfile.TemporaryDirectory() as cwd:
        os.chmod(cwd, 0o755)
        os.chown(cwd, box.UID, box.GID)
        for block in blocks(open(os.path.join(top, "README.md")).read()):
            for line in block.splitlines():
                line = line.split("  #")[0].strip()
                if line.startswith("env -i bwrap"):
                    done = run(line, cwd)
                    seen["box"] += 1
                    check(done.returncode == 0 and done.stdout.startswith(b"PASS"),
                          "the box of the README passes: %r %r" % (done.stdout[:200], done.stderr[:200]))
                elif line.startswith("reachaudit") and "your-agent" not in line and "./" not in line:
                    done = run(line, cwd)
                    seen["own"] += 1
                    check(done.returncode in (0, 1, 3), "%s: %d %r" % (line, done.returncode, done.stderr[:200]))
                    said = done.stderr if "--dry-run" in line else done.stdout
                    check(said or os.listdir(cwd), line + ": prints something, or writes the file it names")
    check(seen["box"] >= 1 and seen["own"] >= 3, "the README's commands were found: %r" % seen)
    finish()


main()
