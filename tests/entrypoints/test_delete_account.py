"""deleteAccount: what is open is voided, the books stay, the rest is gone, whoever dies or comes in between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from common import accounts, pages
from devkit.sign_ins import SignIns
from entrypoints import account_deletion
from tests.support.calls import reason_of, refused
from tests.support.clock import HOUR, MINUTE
from tests.support.concurrency import at_once, refusals
from tests.support.consultations import BUYER, IMECON, Consultation
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver
from tests.support.points import STORE, staff_of
from tests.support.round_trips import Point, RoundTrips

NAME, NOTE, WORDS, ANSWER = "山田花子", "my-own-note", "内緒の話です", "コンサルタントの返事"
DONE = {"ok": True, "deleted": True}
PERSONAL = (NAME, NOTE, WORDS)


def leave(driver: Driver, uid: str = BUYER) -> Any:
    return driver.call("deleteAccount", {}, uid)


def say(driver: Driver, room: str, uid: str, text: str) -> None:
    """A message, as the app writes it."""
    sender = driver.db.document("users", uid)
    fields = {
        "sender_ref": sender,
        "text": text,
        "created_at": driver.now(),
        "image_url": f"https://example.com/{text}",
    }
    driver.db.collection(f"chat_rooms/{room}/messages").add(fields)


def lived_in(driver: Driver, uid: str = BUYER) -> dict[str, Consultation]:
    """An account with a bit of everything in it."""
    driver.db.document(f"users/{uid}").set({"display_name": NAME, "email": f"{uid}@example.com"})
    driver.db.document(f"users/{uid}/fcm_tokens/1").set({"fcm_token": NAME, "device_type": "iOS"})
    driver.db.document(f"users/{uid}/drafts/1/pages/1").set({"text": WORDS})
    own: dict[str, Any] = {"session_id": NOTE, "metadata": {"note": NOTE}}
    ended = driver.ended(uid, **own)
    say(driver, ended.room, uid, WORDS)
    say(driver, ended.room, IMECON, ANSWER)
    driver.earn(5_000, uid)
    driver.use_points(driver.store_read(uid), 5, uid)
    pairs = driver.more_consultants(3)
    return {
        "ended": ended,
        "unpaid": driver.bought(uid, **own),
        "held": driver.held(uid, pairs[0], **own),
        "used": driver.used(uid, pairs[1], **own),
        "perk": driver.perk(uid, pairs[2]),
    }


def left_of(driver: Driver, *words: str) -> list[str]:
    """The documents in which one of these words is left."""
    wanted = [word.encode() for word in words]
    return [path for path, raw in snapshot(driver.db).items() if any(word in raw for word in wanted)]


def below(driver: Driver, uid: str = BUYER) -> list[str]:
    return [path for path in snapshot(driver.db) if path == f"users/{uid}" or path.startswith(f"users/{uid}/")]


def nothing_is_left(driver: Driver, sign_ins: SignIns, uid: str = BUYER) -> None:
    """Of the person; and the books are in order."""
    assert below(driver, uid) == []
    assert left_of(driver, *PERSONAL) == []
    assert [
        path for path in snapshot(driver.db) if path.startswith((f"rate_limits/{uid}.", f"stamps/{STORE}.{uid}"))
    ] == []
    pushes = FieldFilter("user_refs", "==", f"users/{uid}")
    assert list(driver.db.collection("ff_user_push_notifications").where(filter=pushes).stream()) == []
    assert sign_ins.deleted == [uid]
    driver.agrees()


def test_what_is_open_is_voided_the_books_stay_and_the_rest_is_gone(driver: Driver, sign_ins: SignIns) -> None:
    had = lived_in(driver)
    assert set(left_of(driver, *PERSONAL)) > {f"users/{BUYER}"}
    assert leave(driver) == DONE
    for name in ("unpaid", "held", "used"):
        ticket = driver.ticket(had[name])
        assert (ticket["status"], ticket["cancel_reason"]) == ("cancelled", "account_deleted")
        assert driver.stripe_status(had[name]) == "canceled"
    assert driver.ticket(had["perk"])["status"] == "cancelled"
    ended = driver.ticket(had["ended"])
    assert (ended["status"], ended["amount"], ended["metadata"], ended["session_id"]) == ("completed", 5000, {}, None)
    payment = driver.payment(had["ended"])
    assert (payment["status"], payment["userId"], payment["metadata"], payment["sessionId"]) == (
        "captured",
        BUYER,
        {},
        None,
    )
    assert [path.split("/")[0] for path in left_of(driver, ANSWER)] == ["chat_rooms"]
    nothing_is_left(driver, sign_ins)


def test_asked_again_it_answers_the_same(driver: Driver, sign_ins: SignIns) -> None:
    lived_in(driver)
    assert [leave(driver), leave(driver)] == [DONE, DONE]
    nothing_is_left(driver, sign_ins)


def test_two_taps_at_once_do_it_once(driver: Driver, sign_ins: SignIns) -> None:
    lived_in(driver)
    assert refusals(at_once([lambda: leave(driver)] * 2)) == []
    assert leave(driver) == DONE
    nothing_is_left(driver, sign_ins)


def test_whoever_has_nothing_may_leave_too(driver: Driver, sign_ins: SignIns) -> None:
    assert leave(driver) == DONE
    assert sign_ins.deleted == [BUYER]


# Whose account


def test_only_an_administrator_names_another(driver: Driver, sign_ins: SignIns) -> None:
    before = snapshot(driver.db)
    with refused("PERMISSION_DENIED"):
        driver.call("deleteAccount", {"uid": BUYER}, "stranger")
    assert changed(before, snapshot(driver.db)) == []
    assert driver.call("deleteAccount", {"uid": "stranger"}, "stranger") == DONE
    assert driver.by_admin("deleteAccount", uid=BUYER) == DONE
    assert sign_ins.deleted == ["stranger", BUYER]


def test_what_a_hand_has_begun_an_administrator_finishes(driver: Driver, sign_ins: SignIns) -> None:
    """Profile and sign-in deleted in the console, with money still held."""
    had = {
        "unpaid": driver.bought(),
        "held": driver.held(BUYER, "imecon-2"),
        "used": driver.used(BUYER, *driver.more_consultants(1)),
    }
    driver.db.document(f"users/{BUYER}").delete()
    sign_ins.deleted.append(BUYER)
    assert driver.by_admin("deleteAccount", uid=BUYER) == DONE
    assert {driver.stripe_status(had[name]) for name in ("unpaid", "held", "used")} == {"canceled"}
    nothing_is_left(driver, sign_ins)


# While a session runs


@pytest.mark.parametrize("uid", [BUYER, IMECON])
@pytest.mark.parametrize("running", [Driver.active, lambda driver: _perk_active(driver)], ids=["paid", "perk"])
def test_refused_while_a_session_runs(
    driver: Driver, sign_ins: SignIns, uid: str, running: Callable[[Driver], Consultation]
) -> None:
    session = running(driver)
    before = snapshot(driver.db)
    with refused("SESSION_IN_PROGRESS"):
        leave(driver, uid)
    assert changed(before, snapshot(driver.db)) == []
    driver.advance(10 * MINUTE)
    driver.end(session)
    assert leave(driver, uid) == DONE
    assert driver.ticket(session)["status"] == "completed"


def _perk_active(driver: Driver) -> Consultation:
    consultation = driver.perk()
    driver.answer(consultation)
    return consultation


def test_a_session_past_its_time_is_ended_and_paid_first(driver: Driver) -> None:
    session = driver.active()
    driver.advance(31 * MINUTE)
    assert leave(driver) == DONE
    assert driver.stripe_status(session) == "succeeded"
    driver.agrees()


def test_a_capture_that_is_decided_does_not_wait_for_stripe(driver: Driver, sign_ins: SignIns) -> None:
    session = driver.active()
    driver.advance(10 * MINUTE)
    driver.simulator.fault("drop_before", path=".*/capture", times=100)
    driver.end(session)
    assert leave(driver) == DONE
    driver.simulator.clear_faults()
    driver.minutes_pass()
    assert driver.stripe_status(session) == "succeeded"
    # Whoever has left is told of it all the same, until the last look.
    driver.advance(70 * MINUTE)
    driver.sweep()
    nothing_is_left(driver, sign_ins)


def test_a_session_that_begins_meanwhile_is_waited_for(
    driver: Driver, round_trips: RoundTrips, sign_ins: SignIns
) -> None:
    used = driver.used()
    with round_trips.watching() as calls:
        leave(driver, "somebody-without-anything")
    begun = calls.index("firestore commit") + 1
    with round_trips.interrupted(Point(begun, "after"), lambda: driver.answer(used)), refused("SESSION_IN_PROGRESS"):
        leave(driver)
    assert driver.ticket(used)["status"] == "active"
    driver.advance(31 * MINUTE)
    driver.sweep()
    driver.advance(15 * MINUTE)
    driver.sweep()
    assert driver.stripe_status(used) == "succeeded"
    assert BUYER in sign_ins.deleted
    driver.agrees()


def test_what_stripe_cannot_void_now_is_voided_by_the_schedule(driver: Driver, sign_ins: SignIns) -> None:
    had = lived_in(driver)
    driver.simulator.fault("drop_before", path=".*/cancel", times=100)
    assert leave(driver) == DONE
    assert driver.ticket(had["held"])["decision"] == "void"
    driver.simulator.clear_faults()
    driver.minutes_pass()
    assert {driver.stripe_status(had[name]) for name in ("unpaid", "held", "used")} == {"canceled"}
    nothing_is_left(driver, sign_ins)


# A consultant


def test_a_consultant_who_leaves_keeps_nobody_waiting(driver: Driver, sign_ins: SignIns) -> None:
    held, used, unpaid = driver.held("held"), driver.used("used"), driver.bought("unpaid")
    code = driver.perk_code(imecon_id=IMECON)
    perk = driver.perk("perk", code=code)
    assert leave(driver, IMECON) == DONE
    for consultation in (held, used, unpaid):
        assert driver.ticket(consultation)["cancel_reason"] == "account_deleted"
        assert driver.stripe_status(consultation) == "canceled"
    assert driver.ticket(perk)["status"] == "cancelled"
    assert driver.document(f"ticket_codes/{code}")["redeemed_count"] == 0, "the use was not given back"
    told = {
        push["user_refs"] for push in _all(driver, "ff_user_push_notifications") if "辞退" in push["notification_title"]
    }
    assert told == {"users/held", "users/used", "users/unpaid", "users/perk"}
    assert driver.document(f"imecons/{IMECON}") == {"active": False}
    with refused("IMECON_UNAVAILABLE"):
        driver.advance(MINUTE)
        driver.purchase("another")
    nothing_is_left(driver, sign_ins, IMECON)


def test_what_was_sold_before_every_instance_knew_is_voided_at_the_last_look(driver: Driver, sign_ins: SignIns) -> None:
    driver.bought("somebody-else")
    leave(driver, IMECON)
    late = driver.held("late")
    assert below(driver, IMECON) == [f"users/{IMECON}/pending_consultations/{late.ticket}"]
    driver.advance(70 * MINUTE)
    driver.sweep()
    assert driver.ticket(late)["cancel_reason"] == "account_deleted"
    nothing_is_left(driver, sign_ins, IMECON)


def _all(driver: Driver, collection: str) -> list[dict[str, Any]]:
    return [found.to_dict() or {} for found in driver.db.collection(collection).stream()]


# A customer and staff


def test_points_are_forfeited_by_an_entry(driver: Driver) -> None:
    driver.earn(5_000, BUYER)
    driver.use_points(driver.store_read(BUYER), 5, BUYER)
    leave(driver)
    (entry,) = [entry for entry in _all(driver, "transactions") if entry["type"] == "forfeit"]
    assert (entry["userId"], entry["delta"], entry["earned"], entry["balanceAfter"]) == (BUYER, -45, -50, 0)
    assert sum(entry["delta"] for entry in _all(driver, "transactions")) == 0
    (usage,) = _all(driver, "store_point_usage")
    assert (usage["userName"], usage["userId"], usage["pointsUsed"]) == (None, BUYER, 5)
    (forfeited,) = [each.id for each in driver.db.collection("transactions").stream() if each.id.startswith("forfeit.")]
    with refused("TRANSACTION_NOT_REVERSIBLE"):
        driver.reverse_points(forfeited)
    driver.agrees()


def test_staff_who_leave_work_at_no_store(driver: Driver) -> None:
    staff = staff_of(STORE)
    driver.db.document(f"store_staff/{STORE}").set({"uids": [staff, "colleague"]})
    scanned = driver.scanned()
    leave(driver, staff)
    assert driver.document(f"store_staff/{STORE}") == {"uids": ["colleague"]}
    with refused("PERMISSION_DENIED"):
        driver.offer_points(scanned)


# Calls with a token that is still good


def _calls_of(driver: Driver, uid: str) -> dict[str, Callable[[], object]]:
    """What earns or uses something, each of which would be answered."""
    code = driver.perk_code()
    award, read = driver.offered_points(1_200, uid), driver.store_read(uid)
    return {
        "createPaymentIntent": lambda: driver.purchase(uid),
        "redeemTicketCode": lambda: driver.redeem_code(code, uid, imecon_id="imecon-2"),
        "awardPoints": lambda: driver.accept_points(award, uid),
        "usePoints": lambda: driver.use_points(read, 5, uid),
    }


@pytest.mark.parametrize("guard", ["on", "off"])
def test_a_token_that_is_still_good_buys_and_earns_nothing(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, guard: str
) -> None:
    driver.freeze()
    calls = _calls_of(driver, BUYER)
    leave(driver)
    if guard == "off":
        monkeypatch.setattr(accounts, "is_deleted", lambda *_: False)
    answered = {name: reason_of(call) for name, call in calls.items()}
    assert answered == dict.fromkeys(calls, "ACCOUNT_DELETED" if guard == "on" else "ok")
    assert bool(below(driver)) is (guard == "off")


def test_whoever_comes_again_under_the_same_uid_starts_from_nothing(driver: Driver, sign_ins: SignIns) -> None:
    """With a sign-in that names its uid itself, an hour later, when no old token is good any more."""
    lived_in(driver)
    leave(driver)
    driver.advance(70 * MINUTE)
    driver.sweep()
    consultation = driver.held()
    assert driver.user(BUYER)["pending_ticket_ids"] == [consultation.ticket]
    assert driver.earn(1_200, BUYER)["newTotalPoints"] == 12
    driver.agrees()
    driver.cancel(consultation)
    sign_ins.again.add(BUYER)
    assert leave(driver) == DONE
    assert sign_ins.deleted == [BUYER, BUYER]
    assert below(driver) == []
    driver.agrees()


def test_whoever_comes_again_before_the_last_look_keeps_what_they_have(driver: Driver, sign_ins: SignIns) -> None:
    leave(driver)
    sign_ins.again.add(BUYER)
    driver.db.document(f"users/{BUYER}").set({"display_name": "anew"})
    driver.advance(70 * MINUTE)
    driver.sweep()
    assert driver.user(BUYER) == {"display_name": "anew"}
    assert driver.document(f"account_deletions/{BUYER}")["due_at"] is None


def test_a_profile_that_an_open_app_writes_again_is_removed_at_the_last_look(driver: Driver, sign_ins: SignIns) -> None:
    leave(driver)
    driver.db.document(f"users/{BUYER}").set({"display_name": NAME})
    driver.advance(70 * MINUTE)
    driver.sweep()
    nothing_is_left(driver, sign_ins)
    assert driver.document(f"account_deletions/{BUYER}")["due_at"] is None


# Killed, late and big


@pytest.mark.parametrize("back", ["its owner", "the schedule"])
@pytest.mark.timeout(600)
def test_killed_anywhere_it_is_finished_all_the_same(
    driver: Driver, round_trips: RoundTrips, sign_ins: SignIns, emulator: Any, back: str
) -> None:
    lived_in(driver)
    with round_trips.watching() as calls:
        leave(driver)
    begun = calls.index("firestore commit") + 1
    # Each third: all of them take minutes, and the kill matrix has every one of a smaller account.
    for call in range(1, len(calls) + 1, 3):
        driver.start_over(emulator)
        sign_ins.reset()
        lived_in(driver)
        with round_trips.killed(Point(call, "after")):
            leave(driver)
        if back == "its owner":
            assert leave(driver) == DONE
        driver.advance(10 * MINUTE)
        driver.sweep()
        if back == "its owner" or call >= begun:
            nothing_is_left(driver, sign_ins)


def test_a_sign_in_that_cannot_be_deleted_now_is_deleted_by_the_schedule(
    driver: Driver, sign_ins: SignIns, capsys: pytest.CaptureFixture[str]
) -> None:
    sign_ins.out_of_order = True
    assert leave(driver) == {"ok": True, "deleted": False}
    assert '"sign-in not deleted"' in capsys.readouterr().out
    sign_ins.out_of_order = False
    driver.advance(10 * MINUTE)
    driver.sweep()
    assert sign_ins.deleted == [BUYER]
    assert driver.document(f"account_deletions/{BUYER}")["status"] == "deleted"


def test_a_big_account_is_deleted_piece_by_piece(
    driver: Driver, sign_ins: SignIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    had = lived_in(driver)
    for _ in range(5):
        say(driver, had["ended"].room, BUYER, WORDS)
    monkeypatch.setattr(account_deletion, "Deadline", _OfPieces)
    answers = [leave(driver)["deleted"] for _ in range(30)]
    assert answers[0] is False
    assert answers[-1] is True
    nothing_is_left(driver, sign_ins)


class _OfPieces:
    """A deadline that passes when it was asked a few times."""

    def __init__(self, _: float) -> None:
        self._left = 30

    @property
    def passed(self) -> bool:
        self._left -= 1
        return self._left < 0


def test_an_account_bigger_than_a_page_is_deleted_at_once(
    driver: Driver, sign_ins: SignIns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE", 2)
    had = lived_in(driver)
    for number in range(5):
        say(driver, had["ended"].room, BUYER, WORDS)
        driver.db.document(f"users/{BUYER}/fcm_tokens/token-{number}").set({"fcm_token": NAME})
    assert leave(driver) == DONE
    nothing_is_left(driver, sign_ins)


# Only theirs


def test_what_is_somebody_elses_stays(driver: Driver) -> None:
    """Also of a uid that begins with this one, and a collection of the app's own that is called like ours."""
    other = f"{BUYER}.too"
    for uid in (BUYER, other):
        assert reason_of(lambda uid=uid: driver.redeem_code("0000-0000-0000", uid)) == "CODE_INVALID"  # type: ignore[misc]
    driver.held(other)
    driver.db.collection("boards/1/messages").add(
        {"sender_ref": driver.db.document("users", BUYER), "text": "the app's"}
    )
    others = {path for path in snapshot(driver.db) if other in path or path.startswith("boards/")}
    leave(driver)
    assert others <= set(snapshot(driver.db))
    assert driver.document(f"rate_limits/{BUYER}.codes") == {}
    driver.agrees()


def test_requests_of_others_to_a_consultant_stay_when_a_buyer_leaves(driver: Driver) -> None:
    driver.held(BUYER)
    driver.held("other")
    leave(driver)
    assert [request["user_id"] for request in driver.user(IMECON)["dm_requests"]] == ["other"]
    assert driver.count(f"users/{IMECON}/pending_consultations") == 1


def test_a_deletion_says_when_and_by_whom(driver: Driver) -> None:
    driver.by_admin("deleteAccount", uid=BUYER)
    record = driver.document(f"account_deletions/{BUYER}")
    assert (record["status"], record["due_action"]) == ("deleted", "leave")
    lines = driver.db.collection(f"account_deletions/{BUYER}/history").stream()
    assert [(line.get("event"), line.get("actor")) for line in lines] == [("begun", "admin"), ("deleted", "admin")]
    assert isinstance(record["deleted_at"], type(driver.now()))


def test_hours_later_nothing_is_due_any_more(driver: Driver) -> None:
    leave(driver)
    for _ in range(3):
        driver.advance(HOUR)
        driver.sweep()
    due = driver.db.collection("account_deletions").where(filter=FieldFilter("due_at", "!=", None))
    assert isinstance(due, firestore.Query)
    assert list(due.stream()) == []
