"""The rotating code can be scanned: its image decodes to the very token, and is coarse enough for a phone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import segno
from PIL import Image

from devkit import qr_image
from devkit.errors import DevkitError
from devkit.local import PROJECT
from devkit.qr_image import MAX_VERSION, read, write, write_scannable
from qr import tokens
from qr.tokens import QrType

NOW = datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)
# Google's limits: a project id has at most 30 characters, a uid that Firebase gives out has 28.
LONGEST_PROJECT = "p" * 30
LONGEST_UID = "Uu1" * 9 + "U"
LONGEST_KID = "k" * 16


def issued(type_: QrType, target_id: str, project: str = LONGEST_PROJECT, kid: str = LONGEST_KID) -> str:
    token, _ = tokens.issue(type_, target_id, {kid: b"a signing key of thirty-two byte"}, project, NOW)
    return token


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "screens" / "code.png"


@pytest.mark.parametrize(
    ("type_", "target_id", "version"),
    [
        (QrType.USER_POINT_EARN, LONGEST_UID, 15),
        (QrType.STORE_POINT_USE, "s" * 20, 15),  # an id that Firestore made
        (QrType.STORE_POINT_USE, "s" * 40, 15),  # the longest that the documentation allows for
    ],
    ids=str,
)
def test_the_longest_token_decodes_to_itself_at_version_15_or_less(
    type_: QrType, target_id: str, version: int, file: Path
) -> None:
    assert len(target_id) in (20, 28, 40)
    token = issued(type_, target_id)
    scan = write_scannable(token, file)
    assert (scan.text, scan.version, scan.error_correction) == (token, version, "M")
    assert tokens.verify(scan.text, {LONGEST_KID: b"a signing key of thirty-two byte"}, LONGEST_PROJECT, NOW)


def test_a_token_of_the_local_stack_is_coarser() -> None:
    assert len(issued(QrType.USER_POINT_EARN, "hanako", PROJECT, "local")) < 331  # what 13-M holds


def test_a_scanner_reads_it_from_a_small_tilted_and_dim_screen(file: Path) -> None:
    token = issued(QrType.USER_POINT_EARN, LONGEST_UID)
    write(token, file)
    with Image.open(file) as image:
        grey = image.convert("L").resize((340, 340)).rotate(11, expand=True, fillcolor=255)
        grey.point(lambda level: 90 + level // 4).save(file)
    assert read(file).text == token


# ---- Controls


def test_what_is_read_is_the_written_file_and_nothing_else(file: Path) -> None:
    mine, other = (issued(QrType.USER_POINT_EARN, uid) for uid in ("hanako", "kenji"))
    assert write_scannable(mine, file).text == mine
    write(other, file)
    assert read(file).text == other


def test_an_image_of_another_token_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = issued(QrType.USER_POINT_EARN, "kenji")
    monkeypatch.setattr(qr_image, "write", lambda _text, file: write(other, file))
    with pytest.raises(DevkitError, match="does not decode to what was written"):
        write_scannable(issued(QrType.USER_POINT_EARN, "hanako"), file)


def test_a_token_that_needs_more_than_version_15_is_refused(file: Path) -> None:
    with pytest.raises(DevkitError, match=f"17-M: more than {MAX_VERSION}-M"):
        write_scannable(issued(QrType.STORE_POINT_USE, "s" * 100), file)


def test_another_error_correction_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def boosted(text: str, file: Path) -> None:
        segno.make_qr(text, error="L", boost_error=False).save(str(file), scale=4)

    monkeypatch.setattr(qr_image, "write", boosted)
    file.parent.mkdir()
    with pytest.raises(DevkitError, match="-L: more than"):
        write_scannable(issued(QrType.USER_POINT_EARN, "hanako"), file)


def test_an_image_without_a_code_or_with_two_is_refused(file: Path) -> None:
    write("one", file)
    with Image.open(file) as code:
        pair = Image.new("L", (code.width * 2, code.height), 255)
        pair.save(file.with_name("none.png"))
        pair.paste(code, (0, 0))
        pair.paste(code, (code.width, 0))
        pair.save(file.with_name("two.png"))
    with pytest.raises(DevkitError, match="shows 0 QR codes"):
        read(file.with_name("none.png"))
    with pytest.raises(DevkitError, match="shows 2 QR codes"):
        read(file.with_name("two.png"))
