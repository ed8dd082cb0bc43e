"""One measured run of a command."""
import subprocess
import time


def measure(argv, cwd, env):
    """(seconds, peak resident KiB) of one run: the largest process counts, not the sum.

    time(1) starts it, being small: a child's peak begins with what its parent had at the fork.
    """
    begin = time.perf_counter()
    done = subprocess.run(["/usr/bin/time", "-q", "-f", "%M"] + argv, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, cwd=cwd, env=env)
    return time.perf_counter() - begin, int(done.stderr.split()[-1])
