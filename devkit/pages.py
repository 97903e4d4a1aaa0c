"""The pages that Firebase Hosting serves as files, and the headers that firebase.json gives them."""

import fnmatch
import json
from dataclasses import dataclass
from pathlib import Path

from devkit.process import ROOT


@dataclass(frozen=True)
class Page:
    """A page without a build step; what comes from npm packages lies in its `vendor/` as it does in `node_modules/`.

    Attributes:
        target: the Hosting target of its site.
        site: the folder that is the site's root.
        path: where the page is on its site.
    """

    target: str
    site: Path
    path: str

    @property
    def folder(self) -> Path:
        return self.site / self.path.strip("/")

    @property
    def vendor(self) -> Path:
        return self.folder / "vendor"

    def headers(self, path: str | None = None) -> dict[str, str]:
        """The headers that firebase.json gives a path of its site; without one, the page."""
        sites = json.loads((ROOT / "firebase.json").read_text("utf-8"))["hosting"]
        (rows,) = [site["headers"] for site in sites if site["target"] == self.target]
        asked = self.path if path is None else path
        matching = [row["headers"] for row in rows if fnmatch.fnmatchcase(asked, row["source"].replace("**", "*"))]
        return {header["key"]: header["value"] for headers in matching for header in headers}


DOOR = Page("app", ROOT / "hosting", "/door/")
CONSOLE = Page("console", ROOT / "console", "/")
PAGES = (DOOR, CONSOLE)
