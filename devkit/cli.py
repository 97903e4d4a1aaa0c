"""What the command-line tools share: errors as one line, and an orderly end on Ctrl-C and SIGTERM."""

import signal
import sys
from collections.abc import Callable

from devkit.errors import DevkitError

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(BaseException):
    """The user ended the run; not an Exception, so that no handler on the way takes it for a failure."""


def run(main: Callable[[], int]) -> int:
    """Run a tool's main function and return its exit code; being stopped counts as a good end."""
    for number in _SIGNALS:
        signal.signal(number, _stop)
    try:
        return main()
    except Stopped:
        return 0
    except DevkitError as error:
        print(f"kippu: {error}", file=sys.stderr)
        return 1


def _stop(*_: object) -> None:
    # One request to stop is enough; a second must not interrupt the cleaning up.
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise Stopped
