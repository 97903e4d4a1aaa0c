"""The run: start the stack, tell the stories, compare the books. `python -m devkit.demo [--qr-image FILE] [--stay]`."""

import argparse
import contextlib
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx

from devkit.cli import Stopped, run
from devkit.client import CallableError
from devkit.demo import admission, checkout, consultation, door, points
from devkit.demo.books import compare_books
from devkit.demo.run import Demo, Timeline
from devkit.errors import DevkitError
from devkit.process import ROOT
from devkit.serve import console_of, watch
from devkit.stack import Ports, Stack

QR_IMAGE = ROOT / "build" / "demo-qr.png"
STORIES = (*consultation.STORIES, *points.STORIES, *checkout.STORIES, *admission.STORIES, *door.STORIES)
_CUT_SHORT = 130  # what a shell reports after Ctrl-C


def main(stories: Sequence[Callable[[Demo], None]] = STORIES, qr_image: Path = QR_IMAGE, *, stay: bool = False) -> int:
    """Tell the stories on free ports and return the exit code; everything is stopped on any way out.

    `qr_image` is where the code is written that somebody shows; the last one stays. With `stay` the stack goes on,
    on its documented ports, until somebody stops it.
    """
    timeline = Timeline(sys.stdout)
    timeline.line("Kippu demo: starting the Firestore emulator, the Stripe simulator and the functions")
    try:
        with Stack(ports=Ports.fixed() if stay else None) as stack:
            # A shared emulator (FIRESTORE_EMULATOR_HOST) may hold somebody's work: not ours to count, nor to drop.
            for name in ("tickets", "transactions", "purchases", "event_orders"):
                if stack.db.collection(name).limit(1).get():
                    where = f"the emulator at {stack.emulator.host}"
                    raise DevkitError(f"{where} holds {name} already: the demo needs an empty one")
            timeline.table([*stack.addresses().items(), ("times", "hours:minutes since a story began")], left=(0, 1))
            demo = Demo(stack, timeline, qr_image)
            for tell in stories:
                tell(demo)
            differences = compare_books(timeline, stack.db, stack.simulator)
            if stay:
                _stay(stack, timeline)
            return differences
    except (CallableError, httpx.HTTPError) as error:
        raise DevkitError(f"the demo was cut short: {error!r}") from error
    except Stopped:
        # A demo that was cut short has not shown that the books agree.
        return _CUT_SHORT


def _stay(stack: Stack, timeline: Timeline) -> None:
    """Leave the data to be looked at until somebody stops it, which is a good end."""
    timeline.line(console_of(stack))
    timeline.line("Ctrl-C stops it")
    with contextlib.suppress(Stopped):
        watch(stack)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m devkit.demo", description="The whole story on local emulators.")
    parser.add_argument("--qr-image", type=Path, default=QR_IMAGE, help="where to write the QR code that is shown")
    parser.add_argument("--stay", action="store_true", help="go on afterwards, to look at what it left in the console")
    arguments = parser.parse_args()
    sys.exit(run(lambda: main(qr_image=arguments.qr_image, stay=arguments.stay)))
