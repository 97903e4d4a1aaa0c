"""A Firestore emulator of one measurement's own: nothing of an earlier one is in its memory or its indexes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from common import documents
from devkit.emulator import Emulator


@contextmanager
def fresh_firestore() -> Iterator[Emulator]:
    """Start one that the functions' code in this process uses until the block ends."""
    own = {name: value for name, value in os.environ.items() if name != "FIRESTORE_EMULATOR_HOST"}
    with Emulator.start(env=own) as emulator:
        os.environ["FIRESTORE_EMULATOR_HOST"] = emulator.host
        documents.client.forget()
        yield emulator
