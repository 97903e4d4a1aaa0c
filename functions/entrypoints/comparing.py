"""Compares pages of things, keeps what differs, and counts what was compared.

A page is judged together, by documents that were read together. What differs there, or cannot be judged so, is compared
by itself, freshly read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from common import log
from common.alerts import Alert
from common.deadline import Deadline
from common.documents import Doc
from common.worker_pool import Workers
from entrypoints import kinds
from entrypoints.kinds import Kind
from entrypoints.report import Report, Stage
from payments import open_differences
from payments.domain import Compared, one_by_one
from payments.failures import Rejected, Unavailable
from payments.open_differences import PURCHASES, Subject

T = TypeVar("T")
_Result = tuple[Subject, Compared] | None
"""What was compared; ``None`` if it failed, which is its own matter."""


@dataclass
class Comparing:
    """One run.

    Attributes:
        counted: the purchases that it has compared, so that each is counted once.
    """

    report: Report
    pool: Workers
    counted: set[Subject] = field(default_factory=set)

    @contextmanager
    def part_of(self, stage: Stage) -> Iterator[None]:
        """A part of a stage. What cannot be read ends it, is reported, and ends nothing else."""
        with stage.timed():
            try:
                yield
            except (Unavailable, Rejected):
                self.report.failed += 1
            except Exception:  # noqa: BLE001  # one part must not hide the others
                log.exception(Alert.RECONCILE_ITEM_FAILED)
                self.report.failed += 1

    def page(self, stage: Stage, kind: Kind, page: Sequence[Any], deadline: Deadline) -> int:
        """Compare a page, in its order, until the deadline. How many were done."""
        judged = zip(page, _judged(kind, page), strict=True)
        results = self.pool.each(partial(_compared, kind), until(deadline, judged))
        return sum(self._count(stage, result) for result in results)

    def kept(self, stage: Stage, page: Sequence[Doc], deadline: Deadline) -> int:
        """Look again at a page of what is kept, until the deadline. How many were done."""
        results = self.pool.each(_compared_again, until(deadline, page))
        return sum(self._count(stage, result) for result in results)

    def _count(self, stage: Stage, result: _Result) -> int:
        stage.items += 1
        if result is None:
            self.report.failed += 1
            return 1
        subject, found = result
        self.report.repaired += [open_differences.typed(subject, line, "repaired") for line in found.repaired]
        if subject not in self.counted and (found.at_stripe or subject.walk == PURCHASES):
            self.counted.add(subject)
            self.report.count(found)
        return 1


def until(deadline: Deadline, items: Iterable[T]) -> Iterator[T]:
    """The items that can be begun before the deadline."""
    for item in items:
        if deadline.passed:
            return
        yield item


def _judged(kind: Kind, page: Sequence[Any]) -> Sequence[Compared | None]:
    try:
        return kind.judge(page)
    except Exception as error:  # noqa: BLE001  # one odd document must not hide the others of its page
        log.warning("page compared one by one", problem=repr(error))
        return one_by_one(page)


def _compared(kind: Kind, judged: tuple[Any, Compared | None]) -> _Result:
    """Compare what could not be judged, or differs: freshly read, twice, because a call that comes in between two
    readings looks like a difference."""
    item, found = judged
    try:
        if found is None or found.differences:
            found = kind.compare(item)
            if found.differences:
                return _compared_by_id(kind.subject(item, found.id))
        return kind.subject(item, found.id), found
    except Exception:  # noqa: BLE001  # one bad item must not hide the others
        log.exception(Alert.RECONCILE_ITEM_FAILED, id=kind.shown(item))
        return None


def _compared_again(kept: Doc) -> _Result:
    subject = open_differences.subject_of(kept)
    try:
        result = _compared_by_id(subject)
        if not result[1].differences:
            open_differences.resolved(kept)
        return result
    except _NotServed:
        # It stays as it is.
        return subject, Compared(subject.id)
    except Exception:  # noqa: BLE001  # one bad item must not hide the others
        log.exception(Alert.RECONCILE_ITEM_FAILED, walk=f"{subject.domain}.{subject.walk}")
        return None


class _NotServed(Exception):
    """Nothing here compares such a thing any more."""


def _compared_by_id(subject: Subject) -> tuple[Subject, Compared]:
    """Compare something by its id, and keep what differs."""
    compare = kinds.by_id(subject)
    if compare is None:
        raise _NotServed
    found = compare(subject.id)
    if found.differences:
        open_differences.keep(subject, found.differences)
    return subject, found
