"""Become another program, one that dies with the process that started it: `python launch.py PPID COMMAND...`.

A developer may kill the stack with SIGKILL, or a test run may crash; what it started must not stay behind. On
Linux the kernel delivers SIGTERM to this process when its parent ends. Elsewhere the orderly stop has to do.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1

if __name__ == "__main__":
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            # The parent ended before the kernel knew our wish: nobody is left to work for.
            sys.exit(0)
    os.execvp(command[0], command)  # noqa: S606 (replacing this process is the purpose)
