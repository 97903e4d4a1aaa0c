"""The bundle is named in firebase.json, and nothing else is uploaded (tests/e2e/upload.test.mjs packs it)."""

from __future__ import annotations

import json

from common.params import REGION
from devkit.local import FUNCTIONS_DIR, RETURN_PAGE
from devkit.process import ROOT


def test_every_folder_of_the_bundle_is_named_and_no_other() -> None:
    (entry,) = json.loads((ROOT / "firebase.json").read_text(encoding="utf-8"))["functions"]
    (named,) = [pattern for pattern in entry["ignore"] if pattern.startswith("!{")]
    # Each is named by its last name, wherever it stands.
    folders = {file.parent.name for file in FUNCTIONS_DIR.glob("*/**/*.py") if "venv" not in file.parts}
    # A folder that is not named would be missing in the cloud, where the functions then do not start.
    assert set(named[2:-1].split(",")) == folders | {"*.py", "requirements.txt"}


def test_hosting_serves_the_return_page_and_the_door_page_and_on_a_site_of_its_own_the_console() -> None:
    hosting, console = json.loads((ROOT / "firebase.json").read_text(encoding="utf-8"))["hosting"]
    assert (hosting["target"], console["target"], console["public"]) == ("app", "console", "console")
    assert "rewrites" not in console
    (rewrite,) = hosting["rewrites"]
    assert rewrite == {"source": "/pay/**", "function": {"functionId": RETURN_PAGE, "region": REGION.default}}
    # A file below /pay would be served instead.
    public = ROOT / hosting["public"]
    assert {file.name for file in public.iterdir()} == {"404.html", "door"}


def test_the_local_project_has_a_site_for_each_target() -> None:
    # The CLI refuses to serve or deploy a target that no site is named for.
    sites = json.loads((ROOT / ".firebaserc").read_text(encoding="utf-8"))["targets"]["demo-kippu"]["hosting"]
    assert {target: len(names) for target, names in sites.items()} == {"app": 1, "console": 1}
