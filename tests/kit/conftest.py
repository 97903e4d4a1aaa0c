"""What the tests of the package for apps share: the Dart VM, which not every machine has."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from devkit.kit import vm


@pytest.fixture(scope="session")
def dart() -> Path:
    """The Dart VM. Without one the test is skipped; under `make kit` (KIPPU_KIT=1) it fails."""
    if found := vm.find():
        return found
    if os.environ.get("KIPPU_KIT"):
        pytest.fail("there is no Dart VM: `make kit` fetches one")
    pytest.skip("there is no Dart VM: make kit fetches one")
