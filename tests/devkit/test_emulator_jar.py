"""Where the Firestore emulator's jar comes from, in which order, and that a download is never trusted unchecked."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from devkit import emulator_jar
from devkit.emulator_jar import Release, download, find_jar
from devkit.errors import DevkitError

JAR = b"PK" + bytes(range(256)) * 4096


@pytest.fixture
def release() -> Iterator[Release]:
    """A published jar on a loopback server."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = JAR if self.path.endswith("-v9.9.jar") else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}/cloud-firestore-emulator-v9.9.jar"
    yield Release(url, len(JAR), hashlib.sha256(JAR).hexdigest())
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any emulator: nothing in the places where this one may have its own."""
    monkeypatch.setattr(emulator_jar, "_USUAL_SDKS", ("~/google-cloud-sdk",))
    return tmp_path


def put(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"")
    return file


def component(sdk: Path) -> Path:
    return put(sdk / "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar")


def gcloud(sdk: Path, script: str = "") -> Path:
    program = put(sdk / "bin" / "gcloud")
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program.parent


def test_gclouds_component_comes_before_the_cache(home: Path) -> None:
    put(home / ".cache/firebase/emulators/cloud-firestore-emulator-v1.22.0.jar")
    jar = component(home / "sdk")
    assert find_jar({"HOME": str(home), "PATH": str(gcloud(home / "sdk"))}) == jar


def test_the_sdks_root_can_be_named_or_be_in_a_usual_place(home: Path) -> None:
    usual = component(home / "google-cloud-sdk")
    assert find_jar({"HOME": str(home), "PATH": ""}) == usual
    named = component(home / "elsewhere")
    assert find_jar({"HOME": str(home), "PATH": "", "CLOUDSDK_ROOT_DIR": str(home / "elsewhere")}) == named


def test_a_gcloud_that_is_only_a_wrapper_is_asked_for_its_root(home: Path) -> None:
    jar = component(home / "real")
    env = {"HOME": str(home), "PATH": str(gcloud(home / "wrapped", f"echo {home / 'real'}"))}
    assert find_jar(env) == jar


def test_the_newest_jar_of_firebase_tools_wins_by_number(home: Path) -> None:
    cache = home / ".cache/firebase/emulators"
    for version in ("1.19.9", "1.19.10", "1.2.11"):
        put(cache / f"cloud-firestore-emulator-v{version}.jar")
    assert find_jar({"HOME": str(home), "PATH": ""}).name == "cloud-firestore-emulator-v1.19.10.jar"


def test_without_any_it_is_downloaded_once(home: Path, release: Release) -> None:
    env = {"HOME": str(home), "PATH": ""}
    jar = find_jar(env, release)
    assert jar == home / ".cache/kippu/cloud-firestore-emulator-v9.9.jar"
    assert jar.read_bytes() == JAR
    # Nothing listens at the second address: only the kept file can answer.
    elsewhere = replace(release, url="http://127.0.0.1:9/cloud-firestore-emulator-v9.9.jar")
    assert find_jar(env, elsewhere) == jar


@pytest.mark.parametrize(
    "wrong", [{"sha256": "0" * 64}, {"size": len(JAR) - 1}], ids=["another file", "longer than published"]
)
def test_a_file_that_is_not_the_published_one_is_discarded(
    home: Path, release: Release, wrong: dict[str, object]
) -> None:
    lying = Release(**({"url": release.url, "size": release.size, "sha256": release.sha256} | wrong))  # type: ignore[arg-type]
    if "size" in wrong:
        # Read one chunk at a time, a file that is too long is cut and then fails its checksum.
        lying = replace(lying, sha256=hashlib.sha256(JAR[:-1]).hexdigest())
    with pytest.raises(DevkitError, match="not the published file"):
        download(lying, home)
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("path", ["missing.jar", ""], ids=["not found", "nobody there"])
def test_a_failed_download_says_what_to_do(home: Path, release: Release, path: str) -> None:
    base = release.url.rsplit("/", 1)[0] if path else "http://127.0.0.1:9"
    with pytest.raises(DevkitError, match="gcloud components install") as caught:
        download(replace(release, url=f"{base}/{path or 'x.jar'}"), home)
    assert "\n" not in str(caught.value)
    assert list(home.iterdir()) == []
