"""`python -m devkit.demo [--qr-image FILE]`."""

import argparse
import sys
from pathlib import Path

from devkit.cli import run
from devkit.demo.show import QR_IMAGE, main

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m devkit.demo", description="The whole story on local emulators.")
    parser.add_argument("--qr-image", type=Path, default=QR_IMAGE, help="where to write the QR code that is shown")
    arguments = parser.parse_args()
    sys.exit(run(lambda: main(qr_image=arguments.qr_image)))
