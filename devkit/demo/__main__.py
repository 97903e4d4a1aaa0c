"""The run: start the stack, tell the stories, compare the books. `python -m devkit.demo [--qr-image FILE]`."""

import argparse
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
from devkit.stack import Stack

QR_IMAGE = ROOT / "build" / "demo-qr.png"
STORIES = (*consultation.STORIES, *points.STORIES, *checkout.STORIES, *admission.STORIES, *door.STORIES)
_CUT_SHORT = 130  # what a shell reports after Ctrl-C


def main(stories: Sequence[Callable[[Demo], None]] = STORIES, qr_image: Path = QR_IMAGE) -> int:
    """Tell the stories on free ports and return the exit code; everything is stopped on any way out.

    `qr_image` is where the code is written that somebody shows; the last one stays.
    """
    timeline = Timeline(sys.stdout)
    timeline.line("Kippu demo: starting the Firestore emulator, the Stripe simulator and the functions")
    try:
        with Stack() as stack:
            # A shared emulator (FIRESTORE_EMULATOR_HOST) may hold somebody's work: not ours to count, nor to drop.
            for name in ("tickets", "transactions", "purchases", "event_orders"):
                if stack.db.collection(name).limit(1).get():
                    where = f"the emulator at {stack.emulator.host}"
                    raise DevkitError(f"{where} holds {name} already: the demo needs an empty one")
            timeline.table([*stack.addresses().items(), ("times", "hours:minutes since a story began")], left=(0, 1))
            demo = Demo(stack, timeline, qr_image)
            for tell in stories:
                tell(demo)
            return compare_books(timeline, stack.db, stack.simulator)
    except (CallableError, httpx.HTTPError) as error:
        raise DevkitError(f"the demo was cut short: {error!r}") from error
    except Stopped:
        # A demo that was cut short has not shown that the books agree.
        return _CUT_SHORT


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m devkit.demo", description="The whole story on local emulators.")
    parser.add_argument("--qr-image", type=Path, default=QR_IMAGE, help="where to write the QR code that is shown")
    arguments = parser.parse_args()
    sys.exit(run(lambda: main(qr_image=arguments.qr_image)))
