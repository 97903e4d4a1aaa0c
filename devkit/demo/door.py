"""The story of an event's door: everybody comes at once, to two gates, and one phone has no network."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from devkit.demo.admission import Organizer
from devkit.demo.run import Answer, Demo, expect

NORTH, SOUTH, WITHOUT_NETWORK = "north-1", "south-1", "phone-1"
_GATES = {NORTH: "北", SOUTH: "南", WITHOUT_NETWORK: "南"}
_VISITORS, _OF_ONE_BUYER, _AT_ONCE = 300, 10, 16
_OFFLINE, _COPIED = 20, 3


def a_full_house(demo: Demo) -> None:
    """Each of three hundred comes in once; who shows a copy does not, but where a phone could not know."""
    with demo.story(
        "(q) Three hundred visitors at two gates, and a phone without a network",
        "A copy of a code that is in already lets nobody in, but at the phone that cannot know it.",
    ):
        organizer = Organizer(demo)
        tier = {"tier": "ga", "name": "自由席", "price": 0, "size": _VISITORS}
        event = organizer.sells("満員御礼", tier)
        staff = {uid: {"gates": [gate]} for uid, gate in _GATES.items()}
        organizer.calls("setEventStaff", event_id=event, uids=staff)
        codes = _bought(demo, event)
        online, offline = codes[_OFFLINE:], codes[:_OFFLINE]
        copied = [*online[:_OFFLINE], *online[:_OFFLINE]]
        said = _scanned(demo, event, [*online, *copied])
        expect("answers at the gates", said, {"ok": len(online), "already_used": len(copied)})
        demo.tell("gates", "validateTicket", f"{said['ok']} came in, {said['already_used']} were in already")
        told = _told_later(demo, event, [*offline, *online[:_COPIED]])
        expect("entries of the phone without a network", sum(scan["recorded"] for scan in told), len(told))
        expect("duplicates", sum(scan["duplicate"] for scan in told), _COPIED)
        demo.tell(WITHOUT_NETWORK, "syncScans", f"{len(told)} came in, {_COPIED} of them with a ticket that was in")
        counts = demo.stack.call("getDoorBundle", {"event_id": event}, uid=NORTH)["counts"]
        wanted = {"sold": _VISITORS, "entered": _VISITORS, "inside": _VISITORS, "duplicates": _COPIED}
        expect("the counts at the door", counts, wanted)
        demo.tell(NORTH, "getDoorBundle", ", ".join(f"{count} {name}" for name, count in counts.items()))


def _bought(demo: Demo, event: str) -> list[str]:
    """The codes of everybody's tickets, as their phones show them."""

    def shown(number: int) -> list[str]:
        uid, items = f"visitor-{number}", [{"tier": "ga", "quantity": _OF_ONE_BUYER}]
        order = demo.stack.call("purchaseTicket", {"event_id": event, "request_id": "all", "items": items}, uid=uid)
        tickets = [ticket["ticket_id"] for ticket in order["tickets"]]
        return [demo.stack.call("getTicketQR", {"ticket_id": ticket}, uid=uid)["token"] for ticket in tickets]

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        codes = [code for found in pool.map(shown, range(_VISITORS // _OF_ONE_BUYER)) for code in found]
    demo.tell("visitors", "getTicketQR", f"{len(set(codes))} codes for {_VISITORS} tickets")
    return codes


def _scanned(demo: Demo, event: str, shown: list[str]) -> Counter[str]:
    """What both gates answer, in any order."""
    queue = list(enumerate(shown))
    random.Random(1).shuffle(queue)  # noqa: S311  # no secret

    def scan(number: int, token: str) -> str:
        uid = (NORTH, SOUTH)[number % 2]
        data = {"event_id": event, "token": token, "scan_id": f"demo-{number}"}
        return str(demo.stack.call("validateTicket", data, uid=uid)["result"])

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return Counter(pool.map(lambda each: scan(*each), queue))


def _told_later(demo: Demo, event: str, let_in: list[str]) -> list[Answer]:
    """What a phone tells of those whom it let in by itself, twice, because it heard no answer the first time."""
    at = datetime.fromtimestamp(demo.stack.simulator.now(), UTC).isoformat()
    scans = [
        {"scan_id": f"offline-{number}", "token": token, "scanned_at": at, "result": "ok"}
        for number, token in enumerate(let_in)
    ]
    first, again = (
        demo.stack.call("syncScans", {"event_id": event, "scans": scans}, uid=WITHOUT_NETWORK) for _ in range(2)
    )
    expect("the second answer", again, first)
    found: list[Answer] = first["scans"]
    return found


STORIES = (a_full_house,)
