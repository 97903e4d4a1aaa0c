"""The local stack: emulator, Stripe simulator and function server. Nothing here is ever deployed."""

import sys
from pathlib import Path

# What is deployed lies in a folder of its own; several tools here import from it.
sys.path.append(str(Path(__file__).resolve().parent.parent / "functions"))
