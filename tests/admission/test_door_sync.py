"""syncScans: whoever was let in without a network is on record once, and nobody by a code that is not ours."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.support.admissions import ORGANIZER, Ordered
from tests.support.calls import Json, reason_of, refused
from tests.support.clock import MINUTE
from tests.support.concurrency import at_once
from tests.support.driver import Driver
from tests.support.guards_off import without_preconditions

DUPLICATE = "同じチケットで重ねて入場がありました"


def bought(driver: Driver, quantity: int = 1, **more: Any) -> Ordered:
    event = driver.published(**{"transferable": True, "price": 0, **more})
    return driver.places_held(event, "ann", quantity)


def sync(driver: Driver, ordered: Ordered, *scans: Json) -> list[Json]:
    return driver.sync(ordered.event, *scans)


def let_in(driver: Driver, ordered: Ordered, number: int = 0, **more: Any) -> Json:
    """What became of somebody whom a phone let in."""
    (answer,) = sync(driver, ordered, driver.offline_scan(driver.shown(ordered, number), **more))
    return answer


def seen(ticket: Json) -> tuple[Any, ...]:
    return ticket["status"], ticket.get("inside"), ticket.get("entries", 0), ticket.get("duplicates", 0)


def forged(token: str) -> str:
    head, claims, signature = token.split(".")
    return f"{head}.{claims}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


def duplicates_told(driver: Driver) -> int:
    return sum(text.startswith(DUPLICATE) for text in driver.pushed(ORGANIZER))


def test_whoever_was_let_in_is_in_as_of_when_they_came(driver: Driver) -> None:
    ordered = bought(driver)
    came = driver.now()
    driver.advance(3 * MINUTE)
    scan = driver.offline_scan(driver.shown(ordered), at=came, gate="北")
    (answer,) = sync(driver, ordered, scan)
    assert (answer["scan_id"], answer["result"], answer["recorded"]) == (scan["scan_id"], "ok", True)
    assert (answer["duplicate"], answer["problem"], answer["detail"]) == (False, None, None)
    assert (answer["seat_number"], answer["tier"], answer["direction"]) == ("1", "ga", "entry")
    ticket, (entry,) = driver.event_ticket(ordered), driver.entries(ordered)
    assert seen(ticket) == ("used", True, 1, 0)
    assert ticket["entered_at"] == entry["at"] == came
    assert (entry["offline"], entry["gate"], entry["scan_id"]) == (True, "北", scan["scan_id"])
    assert entry["recorded_at"] - came >= timedelta(minutes=3)
    kept = driver.document(f"event_scans/{scan['scan_id']}")
    assert (kept["result"], kept["entry"], kept["expire_at"]) == ("ok", f"{ordered.id}.0.1", None)
    assert scan["token"] not in str(driver.everything())


def test_the_same_batch_again_changes_nothing(driver: Driver) -> None:
    ordered = bought(driver, 2)
    token = driver.shown(ordered)
    scans = [
        driver.offline_scan(token),
        driver.offline_scan(token),
        driver.offline_scan(forged(token)),
        driver.offline_scan(token, "already_used"),
    ]
    answers = sync(driver, ordered, *scans)
    before = driver.everything()
    driver.advance(MINUTE)
    assert sync(driver, ordered, *scans) == answers
    assert sync(driver, ordered, *reversed(scans)) == list(reversed(answers))
    assert driver.everything() == before


def test_two_phones_without_a_network_admit_one_ticket_twice(driver: Driver) -> None:
    """Both are in: that is a fact. One of them is a duplicate, and the organiser is told once."""
    ordered = bought(driver)
    token = driver.shown(ordered)
    (first,), (second,) = (sync(driver, ordered, driver.offline_scan(token)) for _ in range(2))
    assert (first["duplicate"], second["duplicate"]) == (False, True)
    assert (second["result"], second["recorded"], second["detail"]) == ("ok", True, "already_used")
    assert [entry["duplicate"] for entry in driver.entries(ordered)] == [False, True]
    assert seen(driver.event_ticket(ordered)) == ("used", True, 2, 1)
    assert duplicates_told(driver) == 1


def test_two_phones_that_tell_of_one_ticket_at_the_same_time(driver: Driver) -> None:
    ordered = bought(driver)
    token = driver.shown(ordered)
    batches = [[driver.offline_scan(token)] for _ in range(6)]
    answers = at_once([partial(sync, driver, ordered, *batch) for batch in batches])
    assert sorted(answer[0]["duplicate"] for answer in answers) == [False] + [True] * 5
    assert seen(driver.event_ticket(ordered)) == ("used", True, 6, 5)
    assert duplicates_told(driver) == 5


def test_control_without_compare_and_set_entries_are_lost(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    ordered = bought(driver)
    token = driver.shown(ordered)
    without_preconditions(monkeypatch)
    batches = [[driver.offline_scan(token)] for _ in range(6)]
    at_once([partial(sync, driver, ordered, *batch) for batch in batches])
    assert len(driver.entries(ordered)) < 6


def test_one_batch_sent_twice_at_the_same_time_is_recorded_once(driver: Driver) -> None:
    ordered = bought(driver, 3)
    scans = [driver.offline_scan(driver.shown(ordered, number)) for number in range(3)]
    answers = at_once([partial(sync, driver, ordered, *scans)] * 4)
    assert all(answer == answers[0] for answer in answers)
    assert not any(each["duplicate"] for each in answers[0])
    assert driver.count("event_entries") == 3
    assert duplicates_told(driver) == 0


def test_a_code_that_is_not_ours_lets_nobody_in_whatever_the_phone_said(driver: Driver) -> None:
    ordered = bought(driver)
    token = driver.shown(ordered)
    for code in (forged(token), "https://example.com/", "切符", token[:-1], f"{token}A"):
        (answer,) = sync(driver, ordered, scan := driver.offline_scan(code))
        assert (answer["result"], answer["recorded"], answer["ticket_id"]) == ("invalid", False, None)
        kept = driver.document(f"event_scans/{scan['scan_id']}")
        assert (kept["result"], kept["entry"]) == ("invalid", None)
        assert kept["expire_at"] - kept["recorded_at"] == timedelta(days=90)
    assert driver.count("event_entries") == 0
    assert seen(driver.event_ticket(ordered)) == ("valid", None, 0, 0)


def test_a_ticket_of_another_event_lets_nobody_in_and_shows_nothing(driver: Driver) -> None:
    ordered, other = bought(driver), bought(driver)
    scans = [driver.offline_scan(driver.shown(other)), driver.offline_scan(ticket_id=f"{other.id}.0")]
    for answer in sync(driver, ordered, *scans):
        assert (answer["result"], answer["recorded"]) == ("wrong_event", False)
        assert (answer["ticket_id"], answer["seat_number"]) == (None, None)
    assert sync(driver, ordered, driver.offline_scan(ticket_id=f"{'0' * 40}.0"))[0]["result"] == "invalid"
    assert driver.count("event_entries") == 0


def test_what_a_phone_refused_is_kept_as_it_said(driver: Driver) -> None:
    ordered = bought(driver)
    scans = [driver.offline_scan(driver.shown(ordered), said) for said in ("already_used", "wrong_gate", "blocked")]
    for scan, answer in zip(scans, sync(driver, ordered, *scans), strict=True):
        assert (answer["result"], answer["recorded"]) == (scan["result"], False)
        assert driver.document(f"event_scans/{scan['scan_id']}")["result"] == scan["result"]
    assert seen(driver.event_ticket(ordered)) == ("valid", None, 0, 0)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "cancelled", "ended_because": "unpaid"}, "unpaid"),
        ({"blocked": True}, "blocked"),
        ({"generation": 2}, "transferred"),
    ],
)
def test_a_ticket_that_was_revoked_meanwhile_stays_that_and_the_entry_is_kept(
    driver: Driver, fields: Json, problem: str
) -> None:
    ordered = bought(driver)
    token = driver.shown(ordered)
    driver.db.document(f"event_tickets/{ordered.id}.0").update(fields)
    (answer,) = sync(driver, ordered, driver.offline_scan(token))
    assert (answer["result"], answer["recorded"], answer["problem"]) == ("ok", True, problem)
    (entry,) = driver.entries(ordered)
    assert (entry["problem"], entry["duplicate"]) == (problem, False)
    ticket = driver.event_ticket(ordered)
    assert (ticket["status"], ticket.get("inside"), ticket["entries"]) == (fields.get("status", "valid"), None, 1)


def test_the_old_code_of_a_ticket_that_is_in_already_is_a_duplicate_too(driver: Driver) -> None:
    ordered = bought(driver)
    old = driver.shown(ordered)
    driver.accept(driver.offer(ordered), "bob")
    let_in(driver, ordered)
    (answer,) = sync(driver, ordered, driver.offline_scan(old))
    assert (answer["problem"], answer["duplicate"]) == ("transferred", True)
    assert seen(driver.event_ticket(ordered)) == ("used", True, 2, 1)


def test_gates_and_times_judge_nobody_who_is_in(driver: Driver) -> None:
    """Somebody let in before the doors, or at another tier's gate, is in, and their ticket is used."""
    begins = driver.now() + timedelta(days=2)
    opens = begins - timedelta(hours=1)
    ordered = bought(driver, 2, event_date=begins.isoformat(), doors_open_at=opens.isoformat())
    early = let_in(driver, ordered)
    assert (early["recorded"], early["problem"], early["detail"]) == (True, None, "wrong_time")
    driver.db.document(f"events/{ordered.event}").update({"tier_gates": {"ga": ["北"]}})
    driver.freeze(begins)
    wrong = let_in(driver, ordered, 1, gate="南")
    assert (wrong["recorded"], wrong["problem"], wrong["detail"]) == (True, None, "wrong_gate")
    assert driver.event_ticket(ordered, 1)["status"] == "used"


def test_an_old_picture_of_a_rotating_code_that_a_phone_took_is_an_entry(driver: Driver) -> None:
    ordered = bought(driver)
    driver.db.document(f"events/{ordered.event}").update({"rotating_qr": True})
    driver.advance(MINUTE + 1)
    minute = int(driver.now().timestamp()) // 60
    old = driver.shown(ordered, seat=None, minute=minute - 10)
    (answer,) = sync(driver, ordered, driver.offline_scan(old))
    assert (answer["recorded"], answer["detail"]) == (True, "stale")


def test_a_time_to_come_is_taken_as_now_and_kept_as_it_was_said(driver: Driver) -> None:
    now = driver.freeze()
    ordered = bought(driver, 3)
    times = [now + timedelta(hours=2), now - timedelta(days=400), now]
    scans = [driver.offline_scan(driver.shown(ordered, number), at=at) for number, at in enumerate(times)]
    sync(driver, ordered, *scans)
    assert [driver.entries(ordered, number)[0]["at"] for number in range(3)] == [now, times[1], now]
    claimed = [driver.document(f"event_scans/{scan['scan_id']}")["claimed_at"] for scan in scans]
    assert claimed == [times[0].isoformat(), None, None]


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00"])
def test_any_time_may_be_claimed(driver: Driver, at: str) -> None:
    ordered = bought(driver)
    scan = {**driver.offline_scan(driver.shown(ordered)), "scanned_at": at}
    assert sync(driver, ordered, scan)[0]["recorded"]


def test_in_and_out_and_in_again_in_one_batch_in_any_order(driver: Driver) -> None:
    ordered = bought(driver, reentry=True)
    token, began = driver.shown(ordered), driver.now()
    scans = [
        driver.offline_scan(token, at=began + timedelta(seconds=seconds), direction=direction)
        for seconds, direction in enumerate(("entry", "exit", "entry", "exit"))
    ]
    driver.advance(MINUTE)
    mixed = [scans[3], scans[0], scans[2], scans[1]]
    answers = sync(driver, ordered, *mixed)
    assert [answer["scan_id"] for answer in answers] == [scan["scan_id"] for scan in mixed]
    assert not any(answer["duplicate"] for answer in answers)
    assert seen(driver.event_ticket(ordered)) == ("used", False, 4, 0)
    assert driver.event_ticket(ordered)["entered_at"] == began
    assert let_in(driver, ordered)["duplicate"] is False


def test_without_re_entry_an_exit_lets_nobody_in_again(driver: Driver) -> None:
    ordered = bought(driver)
    let_in(driver, ordered)
    let_in(driver, ordered, direction="exit")
    assert let_in(driver, ordered)["duplicate"] is True


def test_what_was_looked_up_by_hand_is_recorded_too(driver: Driver) -> None:
    ordered = bought(driver)
    (answer,) = sync(driver, ordered, driver.offline_scan(ticket_id=f"{ordered.id}.0"))
    assert (answer["result"], answer["recorded"]) == ("ok", True)


def test_a_scan_id_of_something_else_stops_nothing_else(driver: Driver) -> None:
    ordered = bought(driver, 3)
    first = driver.offline_scan(driver.shown(ordered))
    sync(driver, ordered, first)
    other, third = driver.shown(ordered, 1), driver.offline_scan(driver.shown(ordered, 2))
    scans = [{**first, "token": other}, {**first, "direction": "exit"}, third, {**third, "token": other}]
    answers = sync(driver, ordered, *scans)
    assert [answer["detail"] for answer in answers] == ["scan_id_used", "scan_id_used", None, "scan_id_used"]
    assert [answer["recorded"] for answer in answers] == [False, False, True, False]
    assert seen(driver.event_ticket(ordered, 1)) == ("valid", None, 0, 0)


def test_one_scan_id_twice_in_a_batch_is_one_scan(driver: Driver) -> None:
    ordered = bought(driver)
    scan = driver.offline_scan(driver.shown(ordered))
    answers = sync(driver, ordered, scan, scan)
    assert answers[0] == answers[1]
    assert seen(driver.event_ticket(ordered)) == ("used", True, 1, 0)


def test_who_was_let_in_although_the_server_had_refused_it_unheard_is_recorded_once(driver: Driver) -> None:
    """The answer of the server was lost; without a network the phone decided otherwise."""
    ordered = bought(driver)
    let_in(driver, ordered)
    refused_ = driver.offline_scan(driver.shown(ordered), "already_used")
    sync(driver, ordered, refused_)
    for _ in range(2):
        (answer,) = sync(driver, ordered, {**refused_, "result": "ok"})
        assert (answer["recorded"], answer["duplicate"]) == (True, True)
    assert seen(driver.event_ticket(ordered)) == ("used", True, 2, 1)
    assert driver.document(f"event_scans/{refused_['scan_id']}")["expire_at"] is None
    assert duplicates_told(driver) == 1


def test_a_hundred_scans_are_one_read_and_one_commit(driver: Driver, round_trips: Any) -> None:
    event = driver.published(places=100, max_per_person=100, price=0)
    orders = [driver.places_held(event, f"fan-{number}", 10) for number in range(10)]
    scans = [driver.offline_scan(driver.shown(ordered, number)) for ordered in orders for number in range(10)]
    driver.bundle(event)
    with round_trips.watching():
        answers = driver.sync(event, *scans)
    assert round_trips.firestore == ["batch_get_documents", "commit"]
    assert all(answer["recorded"] and not answer["duplicate"] for answer in answers)
    assert driver.count("event_entries") == 100
    more = [{**scan, "scan_id": f"{scan['scan_id']}-again"} for scan in scans]
    assert all(answer["duplicate"] for answer in driver.sync(event, *more))
    assert duplicates_told(driver) == 1
    with refused("INVALID_ARGUMENT"):
        driver.sync(event, *scans, scans[0])


def test_only_who_is_at_the_door_tells(driver: Driver) -> None:
    ordered = bought(driver)
    scan = driver.offline_scan(driver.shown(ordered))
    until = (driver.now() + timedelta(minutes=30)).isoformat()
    uids = {"door-1": {"gates": ["北"], "until": until}}
    driver.call("setEventStaff", {"event_id": ordered.event, "uids": uids}, ORGANIZER)
    with refused("PERMISSION_DENIED"):
        driver.sync(ordered.event, scan, uid="ann")
    assert driver.sync(ordered.event, scan, uid="door-1")[0]["recorded"]
    assert driver.entries(ordered)[0]["gate"] == "北"
    driver.advance(30 * MINUTE)
    with refused("PERMISSION_DENIED"):
        driver.sync(ordered.event, scan, uid="door-1")
    with refused("EVENT_NOT_FOUND"):
        driver.sync("nowhere", scan)
    for wrong in ({"token": None}, {"ticket_id": f"{ordered.id}.0"}, {"result": "fine"}, {"direction": "up"}):
        with refused("INVALID_ARGUMENT"):
            sync(driver, ordered, {**scan, **wrong})


# Anything in any order.

HISTORIES = 12
STEPS = 40
TICKETS = 4


@dataclass
class Phone:
    """A phone without a network: what it knows, and what it has not told yet."""

    used: dict[str, bool] = field(default_factory=dict)
    queue: list[Json] = field(default_factory=list)


@dataclass
class Night:
    """What happened so far at an event with re-entry or without, and the chance that decides what happens next."""

    driver: Driver
    chance: random.Random
    ordered: Ordered
    reentry: bool
    phones: list[Phone] = field(default_factory=lambda: [Phone(), Phone()])
    codes: dict[int, list[str]] = field(default_factory=dict)
    admitted: list[str] = field(default_factory=list)
    told: list[list[Json]] = field(default_factory=list)

    def offline(self) -> None:
        """Somebody shows a code, perhaps an old or forged one, to a phone that has no network."""
        phone, number = self.chance.choice(self.phones), self.chance.randrange(TICKETS)
        code = self.chance.choice(self.codes[number])
        if self.chance.random() < 0.15:
            phone.queue.append(self.driver.offline_scan(forged(code)))
            return
        leaves = phone.used.get(code, False) and self.chance.random() < 0.5
        said = "already_used" if phone.used.get(code) and not leaves else "ok"
        scan = self.driver.offline_scan(code, said, direction="exit" if leaves else "entry")
        phone.used[code] = phone.used.get(code, False) or not leaves
        if leaves and self.reentry:
            phone.used[code] = False
        if said == "ok":
            self.admitted.append(scan["scan_id"])
        phone.queue.append(scan)

    def at_the_online_door(self) -> None:
        """A phone with a network, which tells of each scan at once."""
        number = self.chance.randrange(TICKETS)
        used = self.driver.event_ticket(self.ordered, number)["status"] != "valid"
        scan = self.driver.offline_scan(self.codes[number][-1], "already_used" if used else "ok")
        if not used:
            self.admitted.append(scan["scan_id"])
        self.tell([scan])

    def sync(self) -> None:
        """A phone tells of some of what it has, and may do so twice."""
        phone = self.chance.choice(self.phones)
        batch = self.chance.sample(phone.queue, self.chance.randint(0, len(phone.queue)))
        phone.queue = [scan for scan in phone.queue if scan not in batch]
        self.tell(batch)
        if self.chance.random() < 0.3:
            self.tell(batch)

    def tell(self, batch: list[Json]) -> None:
        if batch:
            self.told.append(batch)
            self.driver.sync(self.ordered.event, *batch)

    def hand_on(self) -> None:
        number = self.chance.randrange(TICKETS)
        holder = self.driver.event_ticket(self.ordered, number)["holder_id"]
        to = "bob" if holder == "ann" else "ann"
        if reason_of(lambda: self.driver.accept(self.driver.offer(self.ordered, holder, number), to)) == "ok":
            self.codes[number].append(self.driver.shown(self.ordered, number))

    def give_back(self) -> None:
        reason_of(lambda: self.driver.cancel_ticket(self.ordered, self.chance.randrange(TICKETS)))

    def pass_by(self) -> None:
        self.driver.advance(self.chance.choice([1, 70]))


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_any_history_of_phones_and_tickets_is_recorded_once(driver: Driver, seed: int) -> None:
    chance = random.Random(seed)
    reentry = bool(seed % 2)
    ordered = bought(driver, TICKETS, price=0, reentry=reentry)
    night = Night(driver, chance, ordered, reentry)
    night.codes = {number: [driver.shown(ordered, number)] for number in range(TICKETS)}
    acts = [night.offline] * 6 + [night.at_the_online_door, night.sync, night.sync, night.hand_on, night.give_back]
    for _ in range(STEPS):
        chance.choice([*acts, night.pass_by])()
    for phone in night.phones:
        night.tell(phone.queue)
    entries = {number: driver.entries(ordered, number) for number in range(TICKETS)}
    recorded = [entry["scan_id"] for found in entries.values() for entry in found]
    assert sorted(recorded) == sorted(night.admitted)
    assert driver.count("event_scans") == len({scan["scan_id"] for batch in night.told for scan in batch})
    for number, found in entries.items():
        judge(driver.event_ticket(ordered, number), found, reentry)
    before = driver.everything()
    for batch in night.told:
        driver.sync(ordered.event, *batch)
    assert driver.everything() == before
    driver.agrees()


def judge(ticket: Json, entries: list[Json], reentry: bool) -> None:
    """One person at a time was in by a ticket, but for those who are marked."""
    standing = [entry for entry in entries if not entry["duplicate"] and entry["problem"] is None]
    inside, came = False, 0
    for entry in standing:
        if entry["direction"] == "exit":
            inside = False
            continue
        assert not inside, standing
        assert reentry or not came, standing
        inside, came = True, came + 1
    assert bool(ticket.get("inside")) is inside or not standing
    assert (ticket["status"] == "used") is bool(came) or ticket["status"] == "cancelled"
    assert ticket.get("duplicates", 0) == sum(entry["duplicate"] for entry in entries)
    assert ticket.get("entries", 0) == len(entries)
