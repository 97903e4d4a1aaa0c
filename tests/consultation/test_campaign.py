"""createTicketCodes: until when codes are good is a date and a time; there is no code that nobody was shown."""

from __future__ import annotations

from typing import Any

import pytest
from google.api_core import exceptions

from common.documents import PASSING
from common.firestore_api import FirestoreApi
from tests.support.calls import refused
from tests.support.clock import HOUR
from tests.support.concurrency import at_once
from tests.support.driver import Driver
from tests.support.round_trips import Named, RoundTrips

UNTIL = "2099-01-01T00:00:00Z"
LOST = [*PASSING, exceptions.AlreadyExists]
"""How a commit that took effect may be answered; the last one where the client repeated it by itself."""


@pytest.mark.parametrize(
    "until",
    ["20271231235959", 1830265199, "1830265199", "2027-12-31", "2027-12-31T23:59:59", "next year", True, None, ""],
)
def test_what_is_no_time_is_refused_and_makes_no_code(driver: Driver, until: object) -> None:
    with refused("INVALID_ARGUMENT"):
        driver.by_admin("createTicketCodes", count=1, valid_until=until)
    assert driver.count("ticket_codes") == 0


@pytest.mark.parametrize("until", ["2027-12-31T23:59:59Z", "2027-12-31T23:59:59.5+09:00", "2027-12-31 23:59:59+00:00"])
def test_a_time_with_its_zone_is_taken(driver: Driver, until: str) -> None:
    assert len(driver.by_admin("createTicketCodes", count=2, valid_until=until)["codes"]) == 2
    assert driver.count("ticket_codes") == 2


def answers_lost(patch: pytest.MonkeyPatch, error: type[Exception], times: int, effect: bool = True) -> None:
    """The next commits take effect, and this is all that is heard of them."""
    commit, left = FirestoreApi.commit, [times]

    def lose(api: FirestoreApi, *args: Any, **kwargs: Any) -> Any:
        if left[0] == 0:
            return commit(api, *args, **kwargs)
        left[0] -= 1
        if effect:
            commit(api, *args, **kwargs)
        raise error("the answer was lost", *([None] if error is exceptions.RetryError else []))

    patch.setattr(FirestoreApi, "commit", lose)


def codes(driver: Driver) -> set[str]:
    return {doc.id for doc in driver.db.collection("ticket_codes").list_documents()}


@pytest.mark.parametrize("effect", [True, False], ids=["took effect", "did not"])
@pytest.mark.parametrize("error", LOST)
def test_after_a_lost_answer_exactly_the_codes_that_are_shown_are_there(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, error: type[Exception], effect: bool
) -> None:
    with monkeypatch.context() as patch:
        answers_lost(patch, error, times=1, effect=effect)
        answer = driver.by_admin("createTicketCodes", count=3, valid_until=UNTIL)
    assert set(answer["codes"]) == codes(driver)
    assert len(answer["codes"]) == 3


def test_when_nothing_is_heard_at_all_the_repetition_shows_what_was_made(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def make() -> Any:
        return driver.by_admin("createTicketCodes", count=3, valid_until=UNTIL, batch_id="summer-2027")

    with monkeypatch.context() as patch:
        answers_lost(patch, exceptions.DeadlineExceeded, times=2, effect=False)
        with refused("BUSY"):
            make()
    shown = make()["codes"]
    assert set(shown) == codes(driver)
    assert make()["codes"] == shown


@pytest.mark.parametrize("batch", [{"batch_id": "spring"}, {}], ids=["named", "not named"])
def test_killed_after_its_commit(driver: Driver, round_trips: RoundTrips, batch: dict[str, str]) -> None:
    """With the batch named the repetition finds the codes; the control without it makes others, as a new call must."""
    with round_trips.killed(Named("firestore commit", "after")):
        driver.by_admin("createTicketCodes", count=2, valid_until=UNTIL, **batch)
    shown = driver.by_admin("createTicketCodes", count=2, valid_until=UNTIL, **batch)["codes"]
    assert (set(shown) == codes(driver)) is bool(batch)
    assert len(shown) == 2


def test_one_batch_asked_for_many_times_at_once_is_made_once(driver: Driver) -> None:
    def make() -> Any:
        return driver.by_admin("createTicketCodes", count=5, valid_until=UNTIL, batch_id="b-1")

    answers = at_once([make] * 10)
    assert {tuple(answer["codes"]) for answer in answers} == {tuple(answers[0]["codes"])}
    assert set(answers[0]["codes"]) == codes(driver)


@pytest.mark.parametrize(
    "other",
    [{"count": 4}, {"max_redemptions": 2}, {"valid_until": "2098-01-01T00:00:00Z"}, {"imecon_id": "imecon-1"}],
)
def test_a_batchs_name_is_good_for_the_same_codes_only(driver: Driver, other: dict[str, Any]) -> None:
    given = {"count": 3, "valid_until": UNTIL, "batch_id": "b-1"}
    driver.by_admin("createTicketCodes", **given)
    before = codes(driver)
    with refused("INVALID_ARGUMENT") as caught:
        driver.by_admin("createTicketCodes", **given | other)
    assert caught.value.details["fields"] == [{"field": "batchId", "problem": "used_for_other_codes"}]
    assert codes(driver) == before


def test_the_same_time_in_another_zone_is_the_same(driver: Driver) -> None:
    first = driver.by_admin("createTicketCodes", count=1, valid_until="2099-01-01T00:00:00Z", batch_id="b")
    again = driver.by_admin("createTicketCodes", count=1, valid_until="2099-01-01T09:00:00+09:00", batch_id="b")
    assert again["codes"] == first["codes"]


def test_batches_belong_to_their_administrator_and_equal_calls_without_a_name_to_nobody(driver: Driver) -> None:
    given = {"count": 1, "valid_until": UNTIL}
    made = [
        *driver.by_admin("createTicketCodes", **given, batch_id="b")["codes"],
        *driver.call("createTicketCodes", {**given, "batch_id": "b"}, "another", admin=True)["codes"],
        *driver.by_admin("createTicketCodes", **given)["codes"],
        *driver.by_admin("createTicketCodes", **given)["codes"],
    ]
    assert len(set(made)) == 4


@pytest.mark.parametrize("batch_id", ["a.b", "a/b", "__b", "b_", "x" * 101, 7, ["b"]])
def test_a_batch_id_that_cannot_be_is_refused(driver: Driver, batch_id: object) -> None:
    with refused("INVALID_ARGUMENT"):
        driver.by_admin("createTicketCodes", count=1, valid_until=UNTIL, batch_id=batch_id)
    assert codes(driver) == set()


def test_a_batch_is_kept_for_a_day(driver: Driver) -> None:
    driver.by_admin("createTicketCodes", count=1, valid_until=UNTIL, batch_id="b")
    left = driver.document("ticket_code_batches/admin.b")["expireAt"] - driver.now()
    assert 23 * HOUR < left.total_seconds() <= 24 * HOUR
