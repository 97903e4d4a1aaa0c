"""`make soak`: the served stack under load, kills and faults, then the fault tests at full length.

KIPPU_SOAK_MINUTES (10) is how long the load runs, the last third of it with people's hands among what goes wrong.
`--seed` repeats the choices of an earlier soak: who buys what and what goes wrong; what meets what in time is the
machine's. Exits 1 on any violation.
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

_WITH_HANDS = 0.3
"""The part of the load during which people's hands are at work too."""
_LONG_TESTS = tuple(f"tests/faults/test_{name}.py" for name in ("state_machines", "webhook_duplicates", "kill_matrix"))
_TEST_SECONDS = 900


def main() -> int:
    """Soak, print, and run the fault tests."""
    minutes = float(os.environ.get("KIPPU_SOAK_MINUTES", "10"))
    parser = argparse.ArgumentParser(prog="make soak", description="the served stack under load, kills and faults")
    parser.add_argument("--seed", type=int, help="repeat an earlier soak's choices")
    parser.add_argument("--clients", type=int, default=6, help="purchases at once (default: 6)")
    parser.add_argument("--stack-only", action="store_true", help="leave out the fault tests")
    options = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if options.seed is None else options.seed
    wrong = False
    for hands, share in ((False, 1 - _WITH_HANDS), (True, _WITH_HANDS)):
        wrong |= _soaked(seed, share * minutes, options.clients, hands)
    failed = not options.stack_only and _fault_tests(seed) != 0
    return int(failed or wrong)


def _soaked(seed: int, minutes: float, clients: int, hands: bool) -> bool:
    """Soak a fresh stack, and print what came of it. Whether anything was wrong."""
    among = "faults, kills and people's hands" if hands else "faults and kills"
    print(f"soak: {minutes:g} minutes among {among}, seed {seed}", file=sys.stderr, flush=True)
    with Stack() as stack:
        soaked = soak(stack, seed=seed, seconds=60 * minutes, clients=clients, hands=hands)
        if soaked.wrong:
            print(f"{evidence(soaked, stack)}\n")
        print(summary(soaked, stack.folder))
    return bool(soaked.wrong)


def _fault_tests(seed: int) -> int:
    """Run those that are worth more time with KIPPU_SOAK=1, which gives it to them; returns pytest's exit code."""
    print("soak: the fault tests at length, at most ten minutes on two idle cores", file=sys.stderr, flush=True)
    # Two processes: they mostly wait for their emulators.
    command = [sys.executable, "-m", "pytest", *_LONG_TESTS, "-n2", "--dist=worksteal", f"--timeout={_TEST_SECONDS}"]
    environment = {**os.environ, "KIPPU_SOAK": "1", "KIPPU_SEED": os.environ.get("KIPPU_SEED", str(seed))}
    return subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(run(main))
