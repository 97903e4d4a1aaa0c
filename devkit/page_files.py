"""The pages' own files: `python -m devkit.page_files` writes what names them all, and tests compare.

``SHA256SUMS`` names a page's files that come from npm packages. The door's service worker caches every file of that
page under a version that is a hash of them all.
"""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path

from devkit.pages import DOOR, PAGES, Page

WORKER = DOOR.folder / "sw.js"
_IMPORT_MAP = re.compile(r'<script type="importmap">(.*?)</script>')
# Read again at every start, or nothing that a page loads.
_NOT_CACHED = {"sw.js", "config.json", "vendor/SHA256SUMS"}


def sums_file(page: Page) -> Path:
    """Where the sums of a page's vendored files are."""
    return page.vendor / "SHA256SUMS"


def vendored(page: Page) -> list[Path]:
    """The files that come from elsewhere."""
    return sorted(file for file in page.vendor.rglob("*") if file.is_file() and file != sums_file(page))


def sums(page: Page) -> str:
    """The text of ``SHA256SUMS``, as ``sha256sum --check`` reads it in ``vendor/``."""
    return "".join(f"{_digest(file)}  {file.relative_to(page.vendor).as_posix()}\n" for file in vendored(page))


def worker() -> str:
    """The service worker's text, with the door's files and their version."""
    folder = DOOR.folder
    files = [file for file in sorted(folder.rglob("*")) if _is_cached(file)]
    paths = ["/door/", *(f"/door/{file.relative_to(folder).as_posix()}" for file in files if file.name != "index.html")]
    version = hashlib.sha256("".join(map(_digest, files)).encode()).hexdigest()[:16]
    text = re.sub(r"^const VERSION = .*;$", f'const VERSION = "{version}";', WORKER.read_text("utf-8"), flags=re.M)
    return re.sub(r"^const FILES = .*;$", f"const FILES = {json.dumps(paths)};", text, flags=re.M)


def import_map(page: Page) -> str:
    """The page's import map, exactly as it stands there."""
    found = _IMPORT_MAP.search((page.folder / "index.html").read_text("utf-8"))
    assert found is not None
    return found[1]


def import_map_source(page: Page) -> str:
    """What lets the page's import map in: the source expression of its hash, for the policy in firebase.json."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(import_map(page).encode()).digest()).decode()}'"


def _is_cached(file: Path) -> bool:
    licence = file.name.startswith("LICENSE")
    return file.is_file() and not licence and file.relative_to(DOOR.folder).as_posix() not in _NOT_CACHED


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def main() -> int:
    """Write them all."""
    for page in PAGES:
        sums_file(page).write_text(sums(page), encoding="utf-8")
    WORKER.write_text(worker(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
