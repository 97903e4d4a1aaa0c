"""What the daily reconciliation compares of points: each balance with its entries, and with what its owner is shown.

There are two walks, both by uid: over ``point_balances``, and over ``users``, for points that somebody is shown without
having a balance. A page is judged by reading it together, which changes nothing. What differs is compared once more by
itself, freshly read; then what is shown is put right, if the balance is in order. All else is left to people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from google.cloud.firestore_v1.aggregation import AggregationQuery
from google.cloud.firestore_v1.base_aggregation import SumAggregation
from google.cloud.firestore_v1.base_query import FieldFilter

from common import documents
from common.documents import Doc, LostRace, Unit, user_ref
from common.invariants import violations
from common.pages import ids_after
from common.retry import run_until_committed
from common.worker_pool import workers
from payments.domain import Compared, Judge, Walk
from points import invariants
from points.balance import SHOWN, balance_ref

PAGE = 300
MOST = 10_000
"""How many a run looks at: neither collection ever gets smaller."""

Fields = dict[str, Any]
ById = dict[str, Fields]


def balances_after(uid: str) -> list[str]:
    """The uids of a page of balances after this one; after ``""`` the first."""
    return ids_after("point_balances", uid, PAGE)


def users_after(uid: str) -> list[str]:
    """The uids of a page of profiles after this one; after ``""`` the first."""
    return ids_after("users", uid, PAGE)


def judge_balances(uids: Sequence[str]) -> list[bool]:
    """Whether all is well with each of these balances, as far as can be seen from a page that is read together."""
    with workers() as pool:
        entries = {entry["userId"]: entry for entry in pool.each(_sum_of_entries, uids)}
    kept, shows = _kept(uids), _shows(uids)
    return [not _wrong(_only(kept, uid), _only(shows, uid), _only(entries, uid)) for uid in uids]


def judge_users(uids: Sequence[str]) -> list[bool]:
    """Whether each of these profiles shows no points, or has a balance, which the other walk looks at."""
    showing = [uid for uid, user in _shows(uids).items() if violations((invariants.shown,), _records({}, {uid: user}))]
    kept = _kept(showing)
    return [uid not in showing or uid in kept for uid in uids]


def compare(uid: str) -> Compared:
    """Compare one customer's points, freshly read, and show them anew if they are shown wrongly.

    Raises:
        Busy: they change all the time.
    """
    return run_until_committed(lambda: _compare(uid))


def _compare(uid: str) -> Compared:
    (before,) = documents.read(balance_ref(uid))
    shows, entries = _shows([uid]), {uid: _sum_of_entries(uid)}
    (balance,) = documents.read(balance_ref(uid))
    if balance.update_time != before.update_time:
        # An entry was posted meanwhile, so these are not of one moment.
        raise LostRace
    kept = _by_uid([balance])
    left = violations((invariants.balances,), _records(kept, {}, entries))
    wrong = violations((invariants.shown,), _records(kept, shows))
    if left or not wrong or not balance.exists:
        return Compared(uid, differences=(*left, *wrong))
    _show(balance)
    # Its owner may have left no room for it.
    shown = violations((invariants.shown,), _records(kept, _shows([uid]))) != wrong
    return Compared(uid, repaired=tuple(wrong)) if shown else Compared(uid, differences=tuple(wrong))


def _show(balance: Doc) -> None:
    """Show a balance as it is, guarded by it, so that no older one is shown."""
    unit = Unit()
    unit.update_as_read(balance, {"version": balance.get("version", 0) + 1})
    unit.show(user_ref(balance.id), {field: balance.get(field, 0) for field in SHOWN})
    unit.commit()


def _wrong(kept: ById, shows: ById, entries: ById) -> list[str]:
    return violations((invariants.balances, invariants.shown), _records(kept, shows, entries))


def _records(kept: ById, shows: ById, entries: ById | None = None) -> dict[str, ById]:
    return {"balances": kept, "users": shows, "transactions": entries or {}}


def _sum_of_entries(uid: str) -> Fields:
    """One entry that stands for all of a customer's."""
    query = documents.collection("transactions").where(filter=FieldFilter("userId", "==", uid))
    summed = AggregationQuery(query)
    summed.add_aggregations([SumAggregation(field, alias=field) for field in ("delta", "earned")])
    answer: Any = summed.get()  # the library's annotation leaves out that it is a list of lists
    return {"userId": uid, **{found.alias: int(found.value) for found in answer[0]}}


def _kept(uids: Sequence[str]) -> ById:
    return _by_uid(documents.read(*map(balance_ref, uids)) if uids else [])


def _shows(uids: Sequence[str]) -> ById:
    """Only what they show: a profile may be as large as its owner likes."""
    return _by_uid(documents.read(*map(user_ref, uids), fields=SHOWN))


def _by_uid(docs: Iterable[Doc]) -> ById:
    return {doc.id: doc.data for doc in docs if doc.data is not None}


def _only(by_uid: ById, uid: str) -> ById:
    return {uid: by_uid[uid]} if uid in by_uid else {}


def _judge(fine: Callable[[Sequence[str]], list[bool]]) -> Judge:
    return lambda uids: [Compared(uid) if well else None for uid, well in zip(uids, fine(uids), strict=True)]


BALANCES = Walk("balances", balances_after, compare, _judge(judge_balances), MOST)
USERS = Walk("users", users_after, compare, _judge(judge_users), MOST)
