"""Due work: every unfinished purchase says when it must be looked at next, and sweeps look at those whose time came.

One index, ``(due_action, due_at)``, read page by page. An item is decided by its own compare-and-set, so two sweeps at
once, or one killed in the middle, do no harm; an item that fails is met again later, ever less often, and reported from
its third try on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from common import clock, documents, ids, incidents, log
from common.alerts import Alert
from common.deadline import Deadline
from common.documents import PASSING, Doc, Unit
from common.errors import Refusal
from common.retry import run_until_committed
from common.schedule_runs import Run
from payments.purchase import RESUME_AFTER, Purchase

PAGE = 100
LONGEST_WAIT = timedelta(hours=1)
REPORTED_TRIES = 3
LATE = timedelta(minutes=30)


@dataclass(frozen=True)
class DueWork:
    """A domain's due work.

    Attributes:
        domain: whose it is.
        collection: where its purchases are; they have ``due_action`` and ``due_at`` while they are unfinished.
        every_minute: the actions that are looked for every minute.
        every_five_minutes: the actions that may wait longer.
        catch_up: brings the purchase of an id up to date, and gives it; ``None`` if there is none any more.
        longest_wait: the longest time between two tries of a purchase.
    """

    domain: str
    collection: str
    every_minute: tuple[str, ...]
    every_five_minutes: tuple[str, ...]
    catch_up: Callable[[str], Purchase | None]
    longest_wait: Callable[[Purchase], timedelta] = lambda _: LONGEST_WAIT


def due(work: DueWork, actions: tuple[str, ...], deadline: Deadline, run: Run) -> Iterator[str]:
    """The ids of what is due, oldest first, until the deadline; a page at a time, so that memory stays flat.

    Args:
        run: learns since when something is due.
    """
    query = (
        documents.collection(work.collection)
        .where(filter=FieldFilter("due_action", "in", actions))
        .where(filter=FieldFilter("due_at", "<=", clock.now()))
        .order_by("due_at")
        .select(["due_at"])
        .limit(PAGE)
    )
    last: Any = None
    while not deadline.passed:
        page: list[Any] = list((query.start_after(last) if last else query).stream())
        if not page:
            return
        if last is None:
            run.met(page[0].get("due_at"))
            _report_lateness(work, page[0].get("due_at"), actions)
        for snapshot in page:
            if deadline.passed:
                return
            yield snapshot.id
        last = page[-1]


def _report_lateness(work: DueWork, oldest: datetime, actions: tuple[str, ...]) -> None:
    """Report a backlog that one run after the other did not catch up with. A failing item is no backlog: it waits."""
    late = clock.now() - oldest
    if late > LATE:
        log.error(Alert.SWEEP_LATE, collection=work.collection, actions=actions, seconds=int(late.total_seconds()))


def catch_up(work: DueWork, id_: str) -> bool:
    """Bring one item up to date, or postpone it. Whether it is finished.

    Its failure is its own: the others go on, and it is met again later.
    """
    with _own_failure(work, id_):
        purchase = work.catch_up(id_)
        if purchase is None or purchase.time("due_at") is None:
            return True
    # Also one that failed: it would hide what is due behind it.
    with _own_failure(work, id_):
        run_until_committed(lambda: _postpone(work, id_))
    return False


@contextmanager
def _own_failure(work: DueWork, id_: str) -> Iterator[None]:
    try:
        yield
    except Refusal as refusal:
        log.warning("sweep item left", collection=work.collection, id=id_, reason=refusal.reason.name)
    except PASSING as error:
        log.warning("sweep item left", collection=work.collection, id=id_, reason=type(error).__name__)
    except Exception:  # noqa: BLE001  # one bad item must not stop the others
        log.exception(Alert.SWEEP_ITEM_FAILED, collection=work.collection, id=id_)


def _postpone(work: DueWork, id_: str) -> None:
    """Give an item that is still due another time, later after each try, and report it from the third on."""
    (doc,) = documents.read(documents.ref(work.collection, id_))
    purchase, now = Purchase(doc), clock.now()
    if not purchase.passed("due_at", now):
        return
    tries = int(doc.get("tries", 0)) + 1
    wait = min(RESUME_AFTER * 2**tries, work.longest_wait(purchase))
    unit = Unit()
    # No line in the history: what is wrong with an item may be its history.
    unit.update_as_read(doc, {"tries": tries, "due_at": now + wait})
    if tries >= REPORTED_TRIES:
        what = {"collection": work.collection, "id": id_, "decision": doc.get("decision"), "tries": tries}
        what["due_action"] = doc.get("due_action")
        incidents.opened(unit, Alert.SWEEP_STUCK, work.domain, id_, what, doc.get("decided_at"))
    unit.commit()


def close_incidents() -> None:
    """Resolve the incidents of what was stuck, or could not be carried out, and is not any more.

    Those that were not seen for longest first: what is still stuck is seen again with every try, so it hides nothing.
    """
    kinds = [incidents.kind_of(alert) for alert in (Alert.SWEEP_STUCK, Alert.DECISION_NOT_CARRIED_OUT)]
    query = (
        documents.collection(incidents.COLLECTION)
        .where(filter=FieldFilter("status", "==", incidents.OPEN))
        .where(filter=FieldFilter("kind", "in", kinds))
        .order_by("seen_at")
        .limit(PAGE)
    )
    found = [Doc.found(each) for each in query.stream(timeout=documents.RPC_TIMEOUT_SECONDS)]
    refs = {each.id: reference for each in found if (reference := _about(each.get("details"))) is not None}
    now = documents.read_page(refs.values())
    incidents.resolve_open(
        each for each in found if each.id in refs and not _stuck(each["details"], now[refs[each.id].path])
    )


def _about(details: Any) -> firestore.DocumentReference | None:
    """The document that an incident of due work is about; ``None`` if a hand made it say nothing."""
    named = [details.get(name) for name in ("collection", "id")] if isinstance(details, Mapping) else []
    return documents.ref(*map(str, named)) if named and all(map(ids.usable, named)) else None


def _stuck(details: Mapping[str, Any], doc: Doc) -> bool:
    """Whether what an incident tells of is still due for the same, and was tried as often as that."""
    waits = doc.get("due_at") is not None and doc.get("due_action") == details.get("due_action")
    reported = REPORTED_TRIES if details.get("tries") else 0
    return waits and int(doc.get("tries") or 0) >= reported
