"""Packages from npm, fetched at test time into a folder of the build directory, once. No script of a package runs.

Without npm, or without an answer of its registry, the test is skipped, and fails where skips are forbidden.
"""
import os
import shutil
import subprocess
import sys
import tarfile

import box


def skip(why):
    print("skipped: " + why)
    sys.exit(1 if box.must_run() else 77)


def npm(folder, *argv):
    for tool in ("node", "npm"):
        if not shutil.which(tool):
            skip("needs " + tool)
    os.makedirs(folder, exist_ok=True)
    try:
        done = subprocess.run(["npm", *argv], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=240)
    except subprocess.TimeoutExpired:
        skip("npm got no answer")
    if done.returncode:
        skip("npm could not fetch: %s" % done.stdout.decode(errors="replace")[-300:])


def install(folder, *packages):
    """The folder of node_modules, with these packages ("name@version") in it."""
    stamp = os.path.join(folder, "installed")
    if not os.path.exists(stamp):
        npm(folder, "install", "--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--prefix", folder, *packages)
        open(stamp, "w").close()
    return os.path.join(folder, "node_modules")


def files(folder, package, *paths):
    """Some files of a package that would be large when installed: only its archive comes, and leaves."""
    wanted = {"package/" + path: os.path.join(folder, os.path.basename(path)) for path in paths}
    if not all(os.path.exists(out) for out in wanted.values()):
        npm(folder, "pack", package)
        archive = next(os.path.join(folder, f) for f in os.listdir(folder) if f.endswith(".tgz"))
        with tarfile.open(archive) as tar:
            for name, out in wanted.items():
                with open(out + ".part", "wb") as part:
                    shutil.copyfileobj(tar.extractfile(name), part)
                os.rename(out + ".part", out)
        os.unlink(archive)
    return list(wanted.values())
