"""The browser of the end-to-end tests: `python -m devkit.browser` prints the one that the machine has."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from devkit.cli import run
from devkit.errors import DevkitError

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OUTSIDE_PATH = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find_browser(env: Mapping[str, str] = os.environ) -> Path:
    """The browser that KIPPU_BROWSER names (a path, or a name on PATH), else a Chromium or Chrome.

    Raises DevkitError (one line, with what to do) when there is none.
    """
    wanted = env.get("KIPPU_BROWSER")
    for name in (wanted,) if wanted else (*_NAMES, *_OUTSIDE_PATH):
        if found := shutil.which(name, path=env.get("PATH", "")):
            return Path(found)
    if wanted:
        raise DevkitError(f"KIPPU_BROWSER names no browser: {wanted}")
    raise DevkitError("no Chromium or Chrome found: put one on PATH, or name one in KIPPU_BROWSER")


def find_or_install_browser() -> Path:
    """The machine's browser, else Playwright's own, which is downloaded when it is first needed.

    Raises DevkitError when the download fails.
    """
    try:
        return find_browser()
    except DevkitError:
        if "KIPPU_BROWSER" in os.environ:
            raise
    done = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr, check=False)
    if done.returncode != 0:
        raise DevkitError("no Chromium or Chrome found, and Playwright's could not be installed")
    # Known to the library alone, which is loaded only here.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def main() -> int:
    """Print the machine's browser."""
    print(find_browser())
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
