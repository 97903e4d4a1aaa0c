"""The door page's own files: `python -m devkit.door_files` writes what names them all, and tests compare.

The service worker caches every file of the page under a version that is a hash of them all, and ``SHA256SUMS`` names
the files that come from npm packages (they lie in ``vendor/`` as they do in ``node_modules/``).
"""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path

from devkit.process import ROOT

DOOR = ROOT / "hosting" / "door"
VENDOR = DOOR / "vendor"
SUMS = VENDOR / "SHA256SUMS"
WORKER = DOOR / "sw.js"
_IMPORT_MAP = re.compile(r'<script type="importmap">(.*?)</script>')
# Read again at every start, or nothing that a page loads.
_NOT_CACHED = {"sw.js", "config.json", "vendor/SHA256SUMS"}


def vendored() -> list[Path]:
    """The files that come from elsewhere."""
    return sorted(file for file in VENDOR.rglob("*") if file.is_file() and file != SUMS)


def sums() -> str:
    """The text of ``SHA256SUMS``, as ``sha256sum --check`` reads it in ``vendor/``."""
    return "".join(f"{_digest(file)}  {file.relative_to(VENDOR).as_posix()}\n" for file in vendored())


def worker() -> str:
    """The service worker's text, with the page's files and their version."""
    files = [file for file in sorted(DOOR.rglob("*")) if _is_cached(file)]
    paths = ["/door/", *(f"/door/{file.relative_to(DOOR).as_posix()}" for file in files if file.name != "index.html")]
    version = hashlib.sha256("".join(map(_digest, files)).encode()).hexdigest()[:16]
    text = re.sub(r"^const VERSION = .*;$", f'const VERSION = "{version}";', WORKER.read_text("utf-8"), flags=re.M)
    return re.sub(r"^const FILES = .*;$", f"const FILES = {json.dumps(paths)};", text, flags=re.M)


def import_map_source() -> str:
    """What lets the page's import map in: the source expression of its hash, for the policy in firebase.json."""
    found = _IMPORT_MAP.search((DOOR / "index.html").read_text("utf-8"))
    assert found is not None
    return f"'sha256-{base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()}'"


def _is_cached(file: Path) -> bool:
    licence = file.name.startswith("LICENSE")
    return file.is_file() and not licence and file.relative_to(DOOR).as_posix() not in _NOT_CACHED


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def main() -> int:
    """Write both."""
    SUMS.write_text(sums(), encoding="utf-8")
    WORKER.write_text(worker(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
