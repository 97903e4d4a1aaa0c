"""A jar that runs another: firebase-tools starts the emulator with `-jar`, which gcloud's jar cannot do."""

from __future__ import annotations

import zipfile
from pathlib import Path

from devkit.emulator_jar import MAIN_CLASS

# The jar format allows 72 bytes a line with its line break; a longer value goes on after a space.
_LINE_BYTES = 70


def write_wrapper_jar(target: Path, emulator: Path) -> None:
    """Write to `target` a jar that holds nothing but the way to `emulator` and its main class."""
    attributes = {
        "Manifest-Version": "1.0",
        "Main-Class": MAIN_CLASS,
        "Class-Path": emulator.resolve().as_uri(),
    }
    lines = [line for name, value in attributes.items() for line in _folded(f"{name}: {value}")]
    with zipfile.ZipFile(target, "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF", "\r\n".join(lines) + "\r\n\r\n")


def _folded(line: str) -> list[str]:
    # A file URL is ASCII, so characters are bytes here.
    first, rest = line[:_LINE_BYTES], line[_LINE_BYTES:]
    step = _LINE_BYTES - 1
    return [first, *(f" {rest[i : i + step]}" for i in range(0, len(rest), step))]
