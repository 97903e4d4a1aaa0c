"""Find the Firestore emulator's jar: gcloud's component, firebase-tools' cache, or a checksummed download."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from devkit.errors import DevkitError

MAIN_CLASS = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"

_COMPONENT = Path("platform/cloud-firestore-emulator/cloud-firestore-emulator.jar")
_USUAL_SDKS = (
    "~/google-cloud-sdk",
    "/usr/lib/google-cloud-sdk",
    "/usr/share/google-cloud-sdk",
    "/opt/google-cloud-sdk",
    "/usr/local/google-cloud-sdk",
    "/opt/homebrew/share/google-cloud-sdk",
    "/snap/google-cloud-cli/current",
)


@dataclass(frozen=True)
class Release:
    """One published emulator jar: address, size in bytes, SHA-256 in hex."""

    url: str
    size: int
    sha256: str

    @property
    def file_name(self) -> str:
        """Name of the jar, which carries its version."""
        return self.url.rsplit("/", 1)[-1]


# As published in the downloadableEmulatorInfo.json of firebase-tools 15.34.
RELEASE = Release(
    url="https://storage.googleapis.com/firebase-preview-drop/emulator/cloud-firestore-emulator-v1.22.0.jar",
    size=136_707_194,
    sha256="9b6498b7f62714d67f48f59b3818883cd682dbcd46b9f59511de81c97bb5166c",
)


def find_jar(env: Mapping[str, str] = os.environ, release: Release = RELEASE) -> Path:
    """Path of an emulator jar, downloading `release` only when the machine has none.

    Raises DevkitError (one line, with what to do) when there is none and the download fails.
    """
    for sdk in _gcloud_roots(env):
        if (jar := sdk / _COMPONENT).is_file():
            return jar
    cached = _newest(_home(env) / ".cache/firebase/emulators")
    return cached or download(release, _home(env) / ".cache/kippu")


def download(release: Release, folder: Path) -> Path:
    """The jar of `release` in `folder`, fetched once; a file of another size or checksum is never kept.

    Raises DevkitError when the download fails or is not the published file.
    """
    target = folder / release.file_name
    if target.is_file() and target.stat().st_size == release.size:
        # It was verified when it was put there under this name.
        return target
    folder.mkdir(parents=True, exist_ok=True)
    # A name of our own per process: two runs may download at once, and the rename decides.
    partial = target.with_suffix(f".{os.getpid()}.part")
    print(f"fetching the Firestore emulator ({release.size >> 20} MB) from {release.url}", file=sys.stderr)
    try:
        digest = _fetch(release, partial)
        if digest != release.sha256:
            raise DevkitError(f"{release.url} is not the published file (SHA-256 {digest}); it was discarded")
        partial.replace(target)
    except OSError as error:
        raise DevkitError(
            f"no Firestore emulator found and its download failed ({error}): run `gcloud components install "
            "cloud-firestore-emulator`, or set FIRESTORE_EMULATOR_HOST to one that runs"
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return target


def _fetch(release: Release, target: Path) -> str:
    """Stream the file to `target`, never more than its published size; return its SHA-256."""
    sha = hashlib.sha256()
    written = 0
    request = urllib.request.Request(release.url, headers={"User-Agent": "kippu-devkit"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as body, target.open("wb") as file:  # noqa: S310
        while written <= release.size and (chunk := body.read(1 << 20)):
            written += file.write(chunk)
            sha.update(chunk)
    return sha.hexdigest()


def _home(env: Mapping[str, str]) -> Path:
    return Path(env.get("HOME") or Path.home())


def _gcloud_roots(env: Mapping[str, str]) -> Iterator[Path]:
    """Folders that may be a Google Cloud SDK; the cheap guesses first, asking gcloud takes a second."""
    if named := env.get("CLOUDSDK_ROOT_DIR"):
        yield Path(named)
    gcloud = shutil.which("gcloud", path=env.get("PATH", ""))
    if gcloud:
        yield Path(gcloud).resolve().parent.parent
    for usual in _USUAL_SDKS:
        yield Path(usual.replace("~", str(_home(env)), 1))
    if gcloud and (root := _ask(gcloud, env)):
        yield root


def _ask(gcloud: str, env: Mapping[str, str]) -> Path | None:
    """The root that a wrapped gcloud (a distribution's script) reports."""
    command = [gcloud, "info", "--format=value(installation.sdk_root)"]
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return Path(done.stdout.strip()) if done.stdout.strip() else None


def _newest(folder: Path) -> Path | None:
    """The cached jar with the highest version; names compare as numbers, so 1.19.10 beats 1.19.9."""
    jars = folder.glob("cloud-firestore-emulator-v*.jar")
    return max(jars, key=lambda jar: [int(n) for n in _version(jar).split(".") if n.isdigit()], default=None)


def _version(jar: Path) -> str:
    return jar.stem.rpartition("-v")[2]
