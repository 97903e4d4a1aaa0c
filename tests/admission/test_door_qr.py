"""getTicketQR: whose code it is, what it says, and that a phone's camera can read it."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from admission.door import keys, tokens
from admission.door.ticket_qr import png
from admission.door.tokens import MAX_LENGTH, TicketCode, event_hash
from devkit import qr_image
from tests.support.admissions import PRICE, Ordered
from tests.support.calls import refused
from tests.support.driver import Driver

SMALL = 200
"""Pixels a side of a code in a mail or on a small screen."""


def claims(token: str) -> Any:
    middle = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))


def code_of(answer: Any) -> str:
    return str(answer["token"])


def test_the_holder_has_the_code_of_the_present_generation_and_seat(driver: Driver) -> None:
    event = driver.published_hall()
    ordered = Ordered(event, items=[{"tier": "seat", "seat_number": "A-5"}])
    driver.order_places(ordered)
    driver.pay_sheet(ordered)
    driver.confirm_order(ordered)
    answer = driver.ticket_qr(ordered)
    assert (answer["ticket_id"], answer["expires_at"], answer["refresh_after_seconds"]) == (
        f"{ordered.id}.0",
        None,
        None,
    )
    said = claims(code_of(answer))
    assert (said["g"], said["s"]) == (1, "A-5")
    driver.db.document(f"event_tickets/{ordered.id}.0").update({"generation": 4})
    assert claims(driver.ticket_code(ordered))["g"] == 4
    # The same again: nothing of it is random, and nothing is stored.
    assert driver.ticket_code(ordered) == driver.ticket_code(ordered)


def test_nobody_elses_ticket_has_a_code_for_me(driver: Driver) -> None:
    ordered = driver.places_taken(driver.published(price=0))
    for uid in ("stranger", "organizer-1"):
        with refused("TICKET_NOT_FOUND"):
            driver.ticket_qr(ordered, uid=uid)
    with refused("TICKET_NOT_FOUND"):
        driver.ticket_qr(ordered, number=1)
    driver.db.document(f"event_tickets/{ordered.id}.0").update({"holder_id": "other"})
    with refused("TICKET_NOT_FOUND"):
        driver.ticket_qr(ordered)
    assert driver.ticket_qr(ordered, uid="other")["token"]


def test_a_used_ticket_has_a_code_and_one_that_ended_or_is_blocked_has_none(driver: Driver) -> None:
    event = driver.published(price=PRICE)
    used, cancelled, blocked = (driver.places_bought(event, name) for name in ("a", "b", "c"))
    driver.scan_ticket(event, driver.ticket_code(used))
    assert driver.ticket_code(used)
    driver.cancel_ticket(cancelled)
    driver.simulator.dispute(blocked.payment)
    driver.deliver(*driver.order_events(blocked))
    for ordered in (cancelled, blocked):
        with refused("TICKET_NOT_USABLE"):
            driver.ticket_qr(ordered)


def test_the_code_is_logged_nowhere(driver: Driver, capfd: pytest.CaptureFixture[str]) -> None:
    ordered = driver.places_taken(driver.published(price=0))
    capfd.readouterr()
    token = driver.ticket_code(ordered)
    written = "".join(capfd.readouterr()) + repr(driver.everything())
    assert not [part for part in (token, *token.split(".")[1:]) if part in written]


# Codes that rotate.


def rotating(driver: Driver) -> Ordered:
    return driver.places_taken(driver.published(price=0, rotating_qr=True))


def scanned(driver: Driver, ordered: Ordered, token: str) -> tuple[str, str | None]:
    answer = driver.scan_ticket(ordered.event, token)
    return answer["result"], answer["detail"]


@pytest.mark.parametrize(("seconds", "said"), [(0, ("ok", None)), (179, ("ok", None)), (180, ("invalid", "stale"))])
def test_a_rotating_code_is_good_to_the_end_of_the_second_minute_after_its_own_and_a_picture_of_it_is_not(
    driver: Driver, seconds: int, said: tuple[str, str | None]
) -> None:
    ordered = rotating(driver)
    minute = driver.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    driver.freeze(minute)
    answer = driver.ticket_qr(ordered)
    assert claims(answer["token"])["w"] == int(minute.timestamp()) // 60
    assert "s" not in claims(answer["token"])
    assert datetime.fromisoformat(answer["expires_at"]) == minute + timedelta(seconds=180)
    assert answer["refresh_after_seconds"] == 60
    driver.freeze(minute, seconds)
    assert scanned(driver, ordered, answer["token"]) == said


@pytest.mark.parametrize(("ahead", "said"), [(1, ("ok", None)), (2, ("invalid", "stale"))])
def test_a_door_whose_clock_is_behind_takes_the_next_minutes_code(
    driver: Driver, ahead: int, said: tuple[str, str | None]
) -> None:
    ordered, now = rotating(driver), driver.freeze()
    code = TicketCode(f"{ordered.id}.0", 1, event_hash(ordered.event), minute=int(now.timestamp()) // 60 + ahead)
    kid, key = next(iter(keys.private_keys().items()))
    assert scanned(driver, ordered, tokens.issue(code, kid, key)) == said


def test_what_was_printed_before_codes_rotated_is_stale_within_a_minute(driver: Driver) -> None:
    ordered = driver.places_taken(driver.published(price=0))
    printed = driver.ticket_code(ordered)
    assert driver.update_event(ordered.event, rotating_qr=True)["rotating_qr"] is True
    driver.advance(60)
    assert scanned(driver, ordered, printed) == ("invalid", "stale")
    assert scanned(driver, ordered, driver.ticket_code(ordered)) == ("ok", None)


# The image.


def read_back(image: bytes, tmp_path: Path, pixels: int | None = None) -> qr_image.Scan:
    file = tmp_path / "code.png"
    with Image.open(BytesIO(image)) as picture:
        (picture.resize((pixels, pixels)) if pixels else picture).save(file)
    return qr_image.read(file)


def test_the_image_is_read_back_by_a_decoder_also_as_small_as_in_a_mail(driver: Driver, tmp_path: Path) -> None:
    ordered = driver.places_taken(driver.published(price=0))
    answer = driver.ticket_qr(ordered)
    image = base64.b64decode(answer["qr_code"])
    assert image.startswith(b"\x89PNG")
    for pixels in (None, SMALL):
        scan = read_back(image, tmp_path, pixels)
        assert (scan.text, scan.error_correction) == (answer["token"], "M")
        # What docs/events-for-apps.md says of it.
        assert (len(scan.text), scan.version) == (235, 11)


def test_the_longest_code_there_can_be_is_read_back_too(tmp_path: Path) -> None:
    text = "x" * MAX_LENGTH
    scan = read_back(png(text), tmp_path, 300)
    assert (scan.text, scan.version) == (text, 12)
