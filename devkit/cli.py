"""What the command-line tools share: errors as one line, and an orderly end on Ctrl-C and SIGTERM."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from types import FrameType

from devkit.errors import DevkitError


class Stopped(BaseException):
    """The user ended the run; not an Exception, so that no handler on the way takes it for a failure."""


def run(main: Callable[[], int]) -> int:
    """Run a tool's main function and return its exit code; being stopped counts as a good end."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        # One request to stop is enough; a second must not interrupt the cleaning up.
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, signal.SIG_IGN)
        raise Stopped

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, stop)
    try:
        return main()
    except Stopped:
        return 0
    except DevkitError as error:
        print(f"kippu: {error}", file=sys.stderr)
        return 1
