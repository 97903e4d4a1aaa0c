"""`make serve`: the local stack on its documented ports, until Ctrl-C."""

import json
import sys
import time

from devkit.cli import run
from devkit.stack import Ports, Stack


def main() -> int:
    """Start the stack, print `ready` and its addresses as one line of JSON, and watch over its processes."""
    with Stack(ports=Ports.fixed(), keep_logs=False) as stack:
        print("ready", json.dumps(stack.addresses()), sep="\n", flush=True)
        while True:
            for process in stack.processes:
                process.check()
            time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(run(main))
