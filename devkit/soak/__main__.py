"""`make soak`: the served stack under load, kills and faults, then the fault tests at full length.

KIPPU_SOAK_MINUTES (10) is how long the load runs. `--seed` repeats the choices of an earlier soak: who buys what and
what goes wrong; what meets what in time is the machine's. Exits 1 on any violation.
"""

import argparse
import os
import secrets
import subprocess
import sys

from devkit import local
from devkit.cli import run
from devkit.process import ROOT
from devkit.stack import Stack

# The invariants are deployed with the functions, which lie in a folder of their own.
sys.path.append(str(local.FUNCTIONS_DIR))

from devkit.soak.run import soak
from devkit.soak.summary import evidence, summary

_MINUTES = os.environ.get("KIPPU_SOAK_MINUTES", "10")
_FAULT_TESTS = "tests/faults"
_FAULT_TESTS_MINUTES = 60


def main() -> int:
    """Soak, print, and run the fault tests."""
    parser = argparse.ArgumentParser(prog="make soak", description="the served stack under load, kills and faults")
    parser.add_argument("--seed", type=int, help="repeat an earlier soak's choices")
    parser.add_argument("--minutes", type=float, default=_MINUTES, help=f"of load (default: {_MINUTES})")
    parser.add_argument("--clients", type=int, default=6, help="purchases at once (default: 6)")
    parser.add_argument("--stack-only", action="store_true", help="leave out the fault tests")
    parser.add_argument("--tests-only", action="store_true", help="run nothing but the fault tests")
    options = parser.parse_args()
    if options.tests_only:
        return _fault_tests()
    seed = secrets.randbelow(1_000_000) if options.seed is None else options.seed
    print(f"soak: {options.minutes:g} minutes with seed {seed}", file=sys.stderr, flush=True)
    with Stack() as stack:
        soaked = soak(stack, seed=seed, seconds=60 * options.minutes, clients=options.clients)
        if soaked.wrong:
            print(f"{evidence(soaked, stack)}\n")
        print(summary(soaked, stack.folder))
    return max(int(bool(soaked.wrong)), 0 if options.stack_only else _fault_tests())


def _fault_tests() -> int:
    """Run them with KIPPU_SOAK=1, which makes them long; 1 when they fail or take too long."""
    print(f"soak: {_FAULT_TESTS}, at most {_FAULT_TESTS_MINUTES} minutes", file=sys.stderr, flush=True)
    seconds = 60 * _FAULT_TESTS_MINUTES
    # Two processes: the state machines take half an hour each, and mostly wait for their emulators.
    command = [sys.executable, "-m", "pytest", _FAULT_TESTS, f"--timeout={seconds}", "-n2", "--dist=worksteal"]
    try:
        ended = subprocess.run(command, env={**os.environ, "KIPPU_SOAK": "1"}, cwd=ROOT, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        print(f"soak: the fault tests took more than {_FAULT_TESTS_MINUTES} minutes", file=sys.stderr)
        return 1
    return int(ended.returncode != 0)


if __name__ == "__main__":
    sys.exit(run(main))
