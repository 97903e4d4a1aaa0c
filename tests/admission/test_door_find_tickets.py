"""findTickets: who has no code to show is found, by whoever stands at the door."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.admissions import ORGANIZER, Ordered
from tests.support.calls import Json, refused
from tests.support.driver import Driver


def named(driver: Driver, event: str, buyer: str, *names: str) -> Ordered:
    ordered = Ordered(event, buyer, [{"tier": "ga", "quantity": len(names)}])
    driver.order_places(ordered, names=list(names))
    return ordered


def find(driver: Driver, event: str, **asked: Any) -> list[str]:
    return sorted(found["holder_name"] for found in driver.find_tickets(event, **asked)["tickets"])


def test_anybody_is_found_by_a_part_of_their_name_however_it_is_written(driver: Driver) -> None:
    event = driver.published(price=0)
    named(driver, event, "a", "ヤマダ アオイ", "SUZUKI Ren", "佐藤　花子")
    for asked, found in {
        "やまだ": "ヤマダ アオイ",
        "ﾔﾏﾀﾞｱｵｲ": "ヤマダ アオイ",
        "アオイ　山": "",
        "ｓｕｚｕ": "SUZUKI Ren",
        "ren suzuki": "SUZUKI Ren",
        "花子": "佐藤　花子",
        "佐藤花": "佐藤　花子",
        "%": "",
    }.items():
        assert find(driver, event, name=asked) == ([found] if found else []), asked


def test_a_seat_is_found_and_what_is_shown_is_enough_to_let_them_in(driver: Driver) -> None:
    event = driver.published(price=0)
    ordered = named(driver, event, "a", "山田")
    seat = driver.document(f"event_tickets/{ordered.id}.0")["seat_number"]
    (found,) = driver.find_tickets(event, seat_number=seat)["tickets"]
    assert found == {
        "ticket_id": f"{ordered.id}.0", "tier": "ga", "seat_number": seat, "holder_name": "山田", "status": "valid",
        "inside": False, "entered_at": None,
    }  # fmt: skip
    driver.let_in_by_hand(event, found["ticket_id"])
    (found,) = driver.find_tickets(event, seat_number=seat, name="山")["tickets"]
    assert (found["status"], found["inside"]) == ("used", True)
    assert driver.find_tickets(event, seat_number=seat, name="川")["tickets"] == []


def test_of_other_events_nobody_is_found(driver: Driver) -> None:
    event, other = driver.published(price=0), driver.published(price=0)
    named(driver, other, "a", "山田")
    assert find(driver, event, name="山田") == []


@pytest.mark.parametrize(("page", "looked_at"), [(2, 1000), (20, 3)], ids=["a full page", "all that one call reads"])
def test_pages_are_bounded_and_together_show_everybody_once(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, page: int, looked_at: int
) -> None:
    from admission.door import find_tickets

    monkeypatch.setattr(find_tickets, "PAGE", page)
    monkeypatch.setattr(find_tickets, "MOST_LOOKED_AT", looked_at)
    event = driver.published(price=0)
    names = [f"山田{number}" for number in range(4)]
    named(driver, event, "a", *names, "佐藤")
    found: list[str] = []
    more: Json = {}
    for _ in range(5):
        answer = driver.find_tickets(event, name="山田", **more)
        assert len(answer["tickets"]) <= min(page, looked_at)
        found += [each["holder_name"] for each in answer["tickets"]]
        if answer["next"] is None:
            break
        more = {"cursor": answer["next"]}
    assert sorted(found) == names
    assert answer["next"] is None


def test_somebody_must_be_asked_for_and_by_whoever_stands_there(driver: Driver) -> None:
    event = driver.published(price=0)
    nobody: tuple[Json, ...] = ({}, {"name": " "}, {"name": "\u3000"}, {"name": "\x00"})
    for asked in nobody:
        with refused("INVALID_ARGUMENT"):
            driver.find_tickets(event, **asked)
    driver.set_staff(event, over={"gates": [], "until": (driver.now() - timedelta(seconds=1)).isoformat()})
    for uid in ("stranger", "over"):
        with refused("PERMISSION_DENIED"):
            driver.find_tickets(event, uid=uid, name="山")
    assert driver.find_tickets(event, uid=ORGANIZER, name="山")["tickets"] == []
