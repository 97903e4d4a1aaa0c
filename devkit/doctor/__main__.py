"""Run with `make doctor`; ends with 1 when anything is wrong, with 2 when a project could not be looked at whole."""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence

from devkit.cli import run
from devkit.doctor.checks import LATER, OK, SKIPPED, WRONG, Case
from devkit.doctor.google import GoogleProject, authorized
from devkit.doctor.local_stack import LocalProject
from devkit.doctor.project import Project, Repository, Unavailable
from devkit.doctor.table import CHECKS
from devkit.local import PROJECT


def main(arguments: Sequence[str]) -> int:
    """Print one line per check and a sum."""
    parser = argparse.ArgumentParser("make doctor", description="Checks a project before and after a deployment.")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--project", default="", help="the Firebase project; without it only files are checked")
    where.add_argument("--local", action="store_true", help="the stack of `make serve`")
    parser.add_argument("--live", action="store_true", help="the project is to take real money")
    parser.add_argument("--before", action="store_true", help="nothing is deployed yet")
    options = parser.parse_args(arguments)

    name = PROJECT if options.local else options.project
    project = LocalProject.serving() if options.local else _project(name)
    case = Case(Repository(name), project, live=options.live, before=options.before)
    lines = [check.line(case) for check in CHECKS]
    print(*lines, sep="\n")
    sums = Counter(line.status for line in lines)
    print(", ".join(f"{sums[status]} {status}" for status in (OK, SKIPPED, WRONG)))
    unseen = any(line.status == SKIPPED and line.detail != LATER for line in lines)
    return 1 if sums[WRONG] else 2 if unseen and name else 0


def _project(name: str) -> Project | Unavailable:
    if not name:
        return Unavailable("no project named: make doctor ARGS='--project <project>'")
    try:
        return GoogleProject(name, authorized(name))
    except Unavailable as error:
        return error


if __name__ == "__main__":
    sys.exit(run(lambda: main(sys.argv[1:])))
