"""`make serve`: the local stack on its documented ports, until Ctrl-C."""

import json
import sys
import time
from typing import NoReturn

from devkit.accounts import PASSWORD
from devkit.cli import run
from devkit.stack import Ports, Stack


def main() -> int:
    """Start the stack, print `ready`, its addresses as one line of JSON and where the console is, and watch over it."""
    with Stack(ports=Ports.fixed(), keep_logs=False) as stack:
        print("ready", json.dumps(stack.addresses()), console_of(stack), sep="\n", flush=True)
        watch(stack)


def console_of(stack: Stack) -> str:
    """Where people find the console, and whom they sign in as."""
    return f"the console: {stack.console.url} (sign in as admin@kippu.test, password {PASSWORD})"


def watch(stack: Stack) -> NoReturn:
    """Until it is stopped; raises DevkitError when one of its processes ends."""
    while True:
        for process in stack.processes:
            process.check()
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(run(main))
