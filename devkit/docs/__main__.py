"""Run with `make docs`."""

import sys

from devkit.docs import main

sys.exit(main(sys.argv[1:]))
