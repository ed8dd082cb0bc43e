"""How long `merge` takes and how much memory it needs for more and more reports.

usage: merge.py REACHAUDIT [MOST]"""
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

binary, most = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20000


def one_run(names):
    """Seconds, and the most memory that a process of the program held, in KiB; in a child, whose own count is new."""
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        begin = time.monotonic()
        subprocess.run([binary, "merge", "--from", "-", "--format", "json"], input=names, stdout=subprocess.DEVNULL)
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        os.write(write_end, json.dumps([time.monotonic() - begin, used]).encode())
        os._exit(0)
    os.close(write_end)
    os.waitpid(pid, 0)
    return json.loads(os.read(read_end, 200))


def main():
    with tempfile.TemporaryDirectory(prefix="ra-bench-") as here:
        report = json.loads(subprocess.run([binary, "--format", "json"], stdout=subprocess.PIPE, cwd=here).stdout)
        n = 0
        print("%8s %10s %10s %12s" % ("reports", "seconds", "KiB", "bytes each"))
        for count in (100, 1000, 5000, most):
            for n in range(n, count):
                report["target"]["hostname"] = "host-%d" % n
                report["worst_case"]["sentence"] = "the worst iteration of host %d could break only its box" % n
                with open(os.path.join(here, "%06d.json" % n), "w") as f:
                    json.dump(report, f)
            names = "".join(os.path.join(here, "%06d.json\n" % i) for i in range(count)).encode()
            seconds, used = one_run(names)
            print("%8d %10.2f %10d %12d" % (count, seconds, used, os.path.getsize(os.path.join(here, "000000.json"))))


main()
