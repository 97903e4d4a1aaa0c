"""What must hold between balances, entries, awards, stamps, badges and readings. Pure.

The records are, by document id: ``balances``, ``users``, ``transactions``, ``awards``, ``stamps``, ``user_usage``,
``store_usage``, ``readings``; ``badges``, the types that each uid has; ``deleted_accounts``, the
uids of those that were ever deleted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from common.invariants import rule
from points.badges import BADGES, Standing
from points.balance import SHOWN

Fields = dict[str, Any]
ById = dict[str, Fields]


@rule
def balances(balances: ById, transactions: ById) -> Iterator[str]:
    """A balance is the sum of its entries, and never below zero."""
    available: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for entry in transactions.values():
        available[entry["userId"]] += entry["delta"]
        total[entry["userId"]] += entry["earned"]
    for uid in sorted({*balances, *available}):
        kept, posted = _numbers(balances.get(uid, {}))[:2], (available[uid], total[uid])
        if not _same(kept, posted):
            yield f"point_balances/{uid}: {_brief(kept)}, entries sum to {posted}"
        if available[uid] < 0:
            yield f"point_balances/{uid}: {available[uid]} points"


@rule
def shown(users: ById, balances: ById) -> Iterator[str]:
    """Whoever has a profile is shown their balance, and nobody points without one."""
    for uid, user in sorted(users.items()):
        shows, kept = _numbers(user), _numbers(balances.get(uid, {}))
        if not _same(shows, kept):
            yield f"users/{uid}: shows {_brief(shows)}, has {_brief(kept)}"


def _numbers(fields: Fields) -> tuple[Any, ...]:
    return tuple(fields.get(field, 0) for field in SHOWN)


def _same(some: tuple[Any, ...], others: tuple[Any, ...]) -> bool:
    """Equal, and of the same kind: 100.0 is no number of points, nor is ``True``."""
    return [*map(repr, some)] == [*map(repr, others)]


def _brief(numbers: tuple[Any, ...]) -> str:
    """For a line that people read: a number that somebody wrote by hand may be anything."""
    return f"({', '.join(repr(number)[:20] for number in numbers)})"


@rule
def awards(transactions: ById, awards: ById, readings: ById) -> Iterator[str]:
    """One award a reading; an accepted one has its one entry, any other none."""
    earned = {id_: entry for id_, entry in transactions.items() if entry["type"] == "earn"}
    for id_, award in awards.items():
        entry = earned.pop(id_, None)
        if (award["status"] == "accepted") is (entry is None):
            yield f"award {id_}: {award['status']}, entry {'missing' if entry is None else 'there'}"
        if award["points"] != award["amount"] // 100 or (entry is not None and entry["delta"] != award["points"]):
            yield f"award {id_}: {award['points']} points for {award['amount']} JPY"
        if ("reversedAt" in award) is not (f"reversal.{id_}" in transactions):
            yield f"award {id_}: shows a reversal that is not there, or not one that is"
        if entry is not None and (entry["userId"], entry["storeId"]) != (award["userId"], award["storeId"]):
            yield f"award {id_}: its entry is another's"
        claim = readings.get(award["nonce"])
        if claim is None or (claim["status"], claim["readerId"], claim["targetId"]) != (
            "used",
            award["storeId"],
            award["userId"],
        ):
            yield f"award {id_}: its reading is not its own"
    for id_ in sorted(earned):
        yield f"transaction {id_}: earned without an award"
    by_reading: defaultdict[str, list[str]] = defaultdict(list)
    for id_, award in awards.items():
        by_reading[award["nonce"]].append(id_)
    for same in by_reading.values():
        if len(same) > 1:
            yield f"{len(same)} awards for one reading, of {sorted(same)}"


@rule
def stamps(
    balances: ById,
    transactions: ById,
    awards: ById,
    stamps: ById,
    badges: dict[str, set[str]],
    deleted_accounts: set[str],
) -> Iterator[str]:
    """As many stamps as accepted awards, as many stores as cards, and the badges these deserve; unless they left."""
    kept = [award for award in awards.values() if award["userId"] not in deleted_accounts]
    accepted = Counter((award["userId"], award["storeId"]) for award in kept if award["status"] == "accepted")
    cards_kept = [card for card in stamps.values() if card["userId"] not in deleted_accounts]
    stamped = {(card["userId"], card["storeId"]): card["count"] for card in cards_kept}
    for uid, store_id in sorted({*accepted, *stamped}):
        given, shown = accepted[uid, store_id], stamped.get((uid, store_id), 0)
        if given != shown:
            yield f"stamps of {uid} at {store_id}: {shown}, awards accepted {given}"
    cards: defaultdict[str, list[int]] = defaultdict(list)
    for (uid, _), count in stamped.items():
        cards[uid].append(count)
    for uid, counts in sorted(cards.items()):
        _, total, stores = _numbers(balances.get(uid, {}))
        # An imported balance may come with stores whose cards were not.
        imported = transactions.get(f"opening.{uid}", {}).get("visitedStores", 0)
        if not len(counts) <= stores <= len(counts) + imported:
            yield f"point_balances/{uid}: visitedStores is {stores}, cards {len(counts)}"
        standing = Standing(max(counts), total, len(counts))
        for badge in BADGES:
            if badge.reached(standing) and badge.type not in badges.get(uid, set()):
                yield f"users/{uid}: badge {badge.type} is missing"


@rule
def usage(
    transactions: ById,
    user_usage: ById,
    store_usage: ById,
    readings: ById,
) -> Iterator[str]:
    """A payment in points stands in the ledger and in both histories, and consumed one reading."""
    spent = {id_: entry for id_, entry in transactions.items() if entry["type"] == "redeem"}
    for id_ in sorted({*spent, *user_usage, *store_usage}):
        entry, mine, theirs = spent.get(id_), user_usage.get(id_), store_usage.get(id_)
        if entry is None or mine is None or theirs is None:
            yield f"payment {id_}: not in the ledger and both histories"
            continue
        if not entry["points"] == -entry["delta"] == mine["pointsUsed"] == theirs["pointsUsed"]:
            yield f"payment {id_}: the histories disagree on the points"
        accounts = {(record["userId"], record["storeId"]) for record in (entry, mine, theirs)}
        if len(accounts) > 1:
            yield f"payment {id_}: the histories name others"
        status = "reversed" if f"reversal.{id_}" in transactions else "completed"
        if {mine["status"], theirs["status"]} != {status}:
            yield f"payment {id_}: should be {status}"
        claim = readings.get(id_)
        if claim is None or (claim["status"], claim["targetId"]) != ("used", entry["storeId"]):
            yield f"payment {id_}: its reading is not its own"


@rule
def reversals(transactions: ById) -> Iterator[str]:
    """A reversal takes back exactly one entry, whole."""
    for id_, entry in transactions.items():
        if entry["type"] != "reversal":
            continue
        original = transactions.get(entry["reverses"])
        if original is None or id_ != f"reversal.{entry['reverses']}":
            yield f"transaction {id_}: reverses nothing"
        elif (entry["userId"], entry["storeId"]) != (original["userId"], original["storeId"]):
            yield f"transaction {id_}: is of another account"
        elif (entry["delta"], entry["earned"]) != (-original["delta"], -original["earned"]):
            yield f"transaction {id_}: takes back {entry['delta']} of {original['delta']}"


RULES = (balances, shown, awards, stamps, usage, reversals)
