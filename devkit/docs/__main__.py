"""Run with `make docs`."""

from __future__ import annotations

import sys

from devkit.docs import main

sys.exit(main(sys.argv[1:]))
