"""`make soak`: the served stack under load, kills and faults, then the fault tests at full length.

KIPPU_SOAK_MINUTES (10) is how long the load runs. `--seed` repeats the choices of an earlier soak: who buys what and
what goes wrong; what meets what in time is the machine's. Exits 1 on any violation.
"""

import argparse
import os
import secrets
import subprocess
import sys

from devkit.cli import run
from devkit.process import ROOT
from devkit.soak.run import soak
from devkit.soak.summary import evidence, summary
from devkit.stack import Stack

# A single test of a state machine takes half an hour.
_FAULT_TEST_SECONDS = 3600


def main() -> int:
    """Soak, print, and run the fault tests."""
    minutes = float(os.environ.get("KIPPU_SOAK_MINUTES", "10"))
    parser = argparse.ArgumentParser(prog="make soak", description="the served stack under load, kills and faults")
    parser.add_argument("--seed", type=int, help="repeat an earlier soak's choices")
    parser.add_argument("--clients", type=int, default=6, help="purchases at once (default: 6)")
    parser.add_argument("--stack-only", action="store_true", help="leave out the fault tests")
    options = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if options.seed is None else options.seed
    print(f"soak: {minutes:g} minutes with seed {seed}", file=sys.stderr, flush=True)
    with Stack() as stack:
        soaked = soak(stack, seed=seed, seconds=60 * minutes, clients=options.clients)
        if soaked.wrong:
            print(f"{evidence(soaked, stack)}\n")
        print(summary(soaked, stack.folder))
    failed = not options.stack_only and _fault_tests() != 0
    return int(failed or bool(soaked.wrong))


def _fault_tests() -> int:
    """Run them with KIPPU_SOAK=1, which makes them long; returns pytest's exit code."""
    print("soak: tests/faults, about an hour", file=sys.stderr, flush=True)
    # Two processes: they mostly wait for their emulators.
    options = [f"--timeout={_FAULT_TEST_SECONDS}", "-n2", "--dist=worksteal"]
    command = [sys.executable, "-m", "pytest", "tests/faults", *options]
    return subprocess.run(command, env={**os.environ, "KIPPU_SOAK": "1"}, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(run(main))
