"""What one gunicorn worker of the local stack serves; KIPPU_FUNCTIONS_DIR names the folder of main.py."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from devkit import local
from devkit.clock import install_offset_clock
from devkit.functions_app import create_app, load_functions

_source = Path(os.environ.get("KIPPU_FUNCTIONS_DIR", str(local.FUNCTIONS_DIR)))
sys.path.insert(0, str(_source))
install_offset_clock()

app = create_app(load_functions(_source))
