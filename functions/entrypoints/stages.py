"""The stages of a reconciliation that compare: what is kept, what Stripe lists, what the domains walk.

Each has a deadline of its own and goes on from its cursor, so none keeps another waiting for ever.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from common.deadline import Deadline
from common.pages import PAGE
from entrypoints import kinds
from entrypoints.comparing import Comparing
from entrypoints.kinds import OfStripe, Walked
from entrypoints.report import Stage
from entrypoints.slices import Slices
from payments import open_differences
from payments.attempts import CLOCK_SKEW
from payments.cursors import Cursor
from payments.open_differences import Subject

WINDOW = timedelta(days=35)
"""What is listed at Stripe again and again: longer than a purchase lives.

A bank holds money for 30 days at most, a purchase waits for its payment for a day or two, and a session follows. What
is older has ended, is walked because it has not, or is kept because it differs.
"""


def look_at_kept(run: Comparing, deadline: Deadline) -> None:
    """Look at every difference that is not resolved yet."""
    stage = run.report.stage("differences")
    with run.part_of(stage):
        cursor = Cursor("differences")
        while page := open_differences.after(cursor.get("after", "")):
            if done := run.kept(stage, page, deadline):
                cursor.move(after=page[done - 1].id)
            if done < len(page):
                return
        cursor.move(after="")
        stage.complete = True


def compare_listed(run: Comparing, deadline: Deadline) -> None:
    """Compare what Stripe lists, list after list."""
    waiting = kinds.of_stripe()
    for number, kind in enumerate(waiting):
        _compare_list(run, kind, deadline.part(1 / (len(waiting) - number)))


def _compare_list(run: Comparing, kind: OfStripe, deadline: Deadline) -> None:
    stage, started_at = run.report.stage(f"listed_{kind.listing.name}"), run.report.started_at
    with run.part_of(stage):
        cursor = Cursor(f"listed_{kind.listing.name}")
        # After a pause of the schedule it begins where the last run through the list ended.
        # Stripe's clock may be ahead of ours.
        end = started_at + CLOCK_SKEW
        begin = min(end - WINDOW, cursor.get("listed_until", end))
        slices = Slices(cursor, begin, end)
        for page in slices.pages(kind.listing.pages):
            ours = kind.ours(page)
            done = run.page(stage, kind, ours, deadline)
            if done < len(ours) or deadline.passed:
                if done:
                    slices.done_down_to(ours[done - 1].fact.created)
                return
            slices.done_down_to(page[-1].created)
        slices.begin_again(listed_until=started_at)
        stage.complete = True


def walk(run: Comparing, deadline: Deadline) -> None:
    """Walk through everything that was not walked in this run, a page of each walk after the other."""
    waiting = [walking for kind in kinds.walked() if not (walking := _Walking(run, kind)).stage.complete]
    while waiting and not deadline.passed:
        waiting = [walking for walking in waiting if walking.goes_on(deadline)]


@dataclass
class _Walking:
    """One walk on its way."""

    run: Comparing
    kind: Walked
    stage: Stage = field(init=False)
    cursor: Cursor | None = None
    ahead: list[str] = field(default_factory=list)
    seen: int = 0

    def __post_init__(self) -> None:
        self.name = f"{self.kind.domain}_{self.kind.walk.name}"
        self.stage = self.run.report.stage(self.name)

    def goes_on(self, deadline: Deadline) -> bool:
        """Compare a page. Whether another may follow in this run."""
        with self.run.part_of(self.stage):
            self.cursor = self.cursor or Cursor(self.name)
            self.ahead = self.ahead or list(self.kind.walk.after(self.cursor.get("after", "")))
            ids, self.ahead = self.ahead[:PAGE], self.ahead[PAGE:]
            if not ids:
                self.cursor.move(after="")
                self.stage.complete = True
                return False
            new = [id_ for id_ in ids if Subject(self.kind.domain, self.kind.walk.name, id_) not in self.run.counted]
            done = self.run.page(self.stage, self.kind, new, deadline)
            if done < len(new):
                if done:
                    self.cursor.move(after=new[done - 1])
                return False
            self.cursor.move(after=ids[-1])
            self.seen += len(ids)
            self.stage.complete = self.kind.walk.most is not None and self.seen >= self.kind.walk.most
            return not self.stage.complete
        return False
