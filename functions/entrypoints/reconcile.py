"""reconcilePayments: once a day Stripe and Firestore are laid side by side, and what differs is settled or reported.

Each domain says what it lists and how it compares (``payments.domain.Comparison``). What is still different afterwards
no rule allows to repair: it is written to ``reconciliations/{time}``, with the time in Tokyo, and logged as an error
for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from common import clock, documents, log
from common.alerts import Alert
from common.deadline import Deadline
from common.params import STRIPE_SECRET_KEY
from common.scheduled import TOKYO, scheduled
from common.worker_pool import workers
from entrypoints import domains
from entrypoints.recovery import Recovered, recover_missed, recover_recorded
from payments import gateway
from payments.domain import Compared, Comparison, Listing
from payments.failures import Rejected, Unavailable
from payments.pace import STRIPE_CALLS_PER_SECOND, Pace

WINDOW = timedelta(days=4)
"""What is listed at Stripe: longer than a hold may wait. What is older is open, and is looked at anyway."""
REPORTED_DIFFERENCES = 200

_Key = tuple[str, str]
"""A domain and the id of a purchase of it."""
_Result = tuple[_Key, Compared | None]


@dataclass
class Report:
    """What a run did and found. ``reconciliations/{time}`` shows it."""

    started_at: datetime
    events_recovered: int = 0
    intents: int = 0
    tickets: int = 0
    failed: int = 0
    captured_at_stripe: int = 0
    captured_in_firestore: int = 0
    complete: bool = True
    differences: list[str] = field(default_factory=list)

    def as_document(self) -> dict[str, Any]:
        fields = {**vars(self), "differences": self.differences[:REPORTED_DIFFERENCES]}
        return {**fields, "difference_count": len(self.differences), "finished_at": clock.now()}

    def summary(self) -> dict[str, Any]:
        counts = {name: value for name, value in vars(self).items() if isinstance(value, int)}
        return {**counts, "differences": len(self.differences)}

    def count(self, found: Compared | None) -> None:
        """Add one comparison; ``None`` for one that failed."""
        if found is None:
            self.failed += 1
            return
        self.differences += found.differences
        self.intents += found.at_stripe
        self.tickets += not found.at_stripe
        self.captured_at_stripe += found.captured_at_stripe
        self.captured_in_firestore += found.captured_in_firestore


@scheduled(schedule="every day 04:00", secrets=(STRIPE_SECRET_KEY,))
def reconcilePayments(deadline: Deadline) -> None:  # noqa: N802
    """Compares Stripe with Firestore, settles what the rules allow, and reports every difference that is left."""
    run = _Run(Report(clock.now()), deadline)
    with gateway.throttled(Pace(STRIPE_CALLS_PER_SECOND)), workers() as pool:
        run.recover(lambda recovered: recover_missed(recovered, run.report.started_at, deadline))
        run.recover(lambda recovered: recover_recorded(recovered, deadline))
        for listing in dict.fromkeys(domain.comparison.listing for domain in _compared()):
            with run.own_failure():
                run.count_all(pool.each(partial(_compare_listed, listing), run.listed(listing)))
        for domain in _compared():
            with run.own_failure():
                run.count_all(pool.each(partial(_compare_open, domain), run.open(domain)))
    _publish(run.report)


@dataclass(frozen=True)
class _Compared:
    """A domain that compares something."""

    name: str
    comparison: Comparison


def _compared() -> list[_Compared]:
    return [_Compared(each.name, each.comparison) for each in domains.every() if each.comparison is not None]


@dataclass
class _Run:
    """One run: what it found, and which purchases it has looked at."""

    report: Report
    deadline: Deadline
    seen: set[_Key] = field(default_factory=set)

    @contextmanager
    def own_failure(self) -> Iterator[None]:
        """What cannot be listed ends its own part of the run only; what can be compared still is, and is reported."""
        try:
            yield
        except (Unavailable, Rejected):
            self._incomplete()
        except Exception:  # noqa: BLE001  # one domain must not hide the others
            log.exception(Alert.RECONCILE_ITEM_FAILED)
            self._incomplete()

    def _incomplete(self) -> None:
        self.report.failed += 1
        self.report.complete = False

    def recover(self, recover: Callable[[Recovered], None]) -> None:
        """Recover events, and count what was recovered also if it ends early."""
        recovered = Recovered()
        with self.own_failure():
            recover(recovered)
        self.report.events_recovered += recovered.settled
        self.report.failed += recovered.failed
        self.report.complete &= recovered.complete

    def listed(self, listing: Listing) -> Iterator[Any]:
        """What Stripe lists of ours, for the domains that compare this list, and of domains that nothing serves."""
        comparing = {domain.name for domain in _compared() if domain.comparison.listing == listing}
        others = {domain.name for domain in domains.every()} - comparing
        listed = listing.created_since(self.report.started_at - WINDOW)
        return self._until_deadline(fact for fact in listed if fact.origin.ours and fact.origin.domain not in others)

    def open(self, domain: _Compared) -> Iterator[str]:
        """What is not finished and was not listed."""
        return self._until_deadline(id_ for id_ in domain.comparison.open_ids() if (domain.name, id_) not in self.seen)

    def _until_deadline(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            if self.deadline.passed:
                self.report.complete = False
                return
            yield item

    def count_all(self, results: Iterable[_Result]) -> None:
        for key, found in results:
            self.seen.add(key)
            self.report.count(found)


def _compare_listed(listing: Listing, fact: Any) -> _Result:
    name = fact.origin.domain
    comparison = {domain.name: domain.comparison for domain in _compared()}.get(name)
    if comparison is None:
        differences = () if fact.at_rest else (f"{fact.id}: nothing here serves {name}",)
        return (name, fact.id), Compared(fact.amount_received, differences=differences)
    id_ = comparison.id_of(fact)
    again = partial(listing.retrieve, fact.id)
    return (name, id_), _twice(id_, lambda: comparison.compare_fact(fact), lambda: comparison.compare_fact(again()))


def _compare_open(domain: _Compared, id_: str) -> _Result:
    compare = partial(domain.comparison.compare_open, id_)
    return (domain.name, id_), _twice(id_, compare, compare)


def _twice(id_: str, compare: Callable[[], Compared], again: Callable[[], Compared]) -> Compared | None:
    """Compare, and once more if something differs: documents are read one after the other, so a call in between looks
    like a difference. ``None`` if it fails, which is this item's own matter."""
    try:
        found = compare()
        return again() if found.differences else found
    except Exception:  # noqa: BLE001  # one bad item must not hide the others
        log.exception(Alert.RECONCILE_ITEM_FAILED, id=id_)
        return None


def _publish(report: Report) -> None:
    name = f"{report.started_at.astimezone(TOKYO):%Y-%m-%dT%H:%M:%S}"
    documents.ref("reconciliations", name).set(report.as_document())
    incomplete = report.failed or not report.complete
    if report.differences:
        log.error(Alert.RECONCILE_DIFFERENCES, **report.summary())
    if incomplete:
        log.error(Alert.RECONCILE_INCOMPLETE, **report.summary())
    if not (report.differences or incomplete):
        log.info("reconciled", **report.summary())
