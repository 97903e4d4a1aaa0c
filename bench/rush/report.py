"""The rows of docs/scale.md that the model writes: one rush as deployed, and others with one lever moved each."""

from __future__ import annotations

import multiprocessing
import signal
import sys
import time
from collections.abc import Iterable, Iterator, Mapping

from bench.pages import Report
from bench.rush.outcome import Outcome, run
from bench.rush.parameters import Rush

DEPLOYED = Rush()


def _warmed(rush: Rush) -> Rush:
    return rush._replace(served_before=20_000.0)


def _more_instances(rush: Rush) -> Rush:
    return rush._replace(min_instances=20, max_instances=100)


def _raised(rush: Rush) -> Rush:
    return rush._replace(stripe_endpoint=100.0, stripe_account=400.0)


RUSHES: Mapping[str, Rush] = {
    "as deployed": DEPLOYED,
    "50 blocks only": DEPLOYED._replace(most_blocks=50),
    "4 tiers of 250 blocks": DEPLOYED._replace(tiers=4),
    "a document bears 5 writes/s": DEPLOYED._replace(document_writes=5.0),
    "Firestore warmed up": _warmed(DEPLOYED),
    "`MIN_INSTANCES` 20, `MAX_INSTANCES` 100": _more_instances(DEPLOYED),
    "Stripe's limits × 4": _raised(DEPLOYED),
    "4 tiers, warmed up, instances, Stripe": _raised(_more_instances(_warmed(DEPLOYED._replace(tiers=4)))),
    "naive twin": DEPLOYED._replace(naive=True),
    "naive twin, no limit of a document": DEPLOYED._replace(naive=True, document_writes=1_000.0),
}
_QUICK_SHARE = 40


def smaller(rush: Rush, share: int) -> Rush:
    """The same rush with everything divided that is many: buyers, places, blocks, instances, Stripe's limits."""
    return rush._replace(
        buyers=rush.buyers // share,
        places=rush.places // share,
        most_blocks=max(1, rush.most_blocks // share),
        min_instances=rush.min_instances // share,
        max_instances=max(1, rush.max_instances // share),
        served_before=rush.served_before / share,
        stripe_endpoint=rush.stripe_endpoint / share,
        stripe_account=rush.stripe_account / share,
    )


def report_rushes(report: Report, *, quick: bool = False) -> None:
    """Run every rush. The figures depend on the seed alone, so they are the same on every machine."""
    began = time.monotonic()
    outcomes = (run(smaller(rush, _QUICK_SHARE)) for rush in RUSHES.values()) if quick else _at_once(RUSHES.values())
    for (name, rush), outcome in zip(RUSHES.items(), outcomes, strict=True):
        print(f"{name}: told after {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
        _add(report, name, outcome)
        if rush == DEPLOYED:
            _add_minutes(report, outcome)


def _at_once(rushes: Iterable[Rush]) -> Iterator[Outcome]:
    """The outcomes in the order of the rushes, as many at a time as there are processors."""
    with multiprocessing.get_context("spawn").Pool(initializer=_end_when_told) as pool:
        yield from pool.imap(run, rushes)


def _end_when_told() -> None:
    """A process of the pool ends with the pool; Ctrl-C is the parent's to handle."""
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _add(report: Report, name: str, outcome: Outcome) -> None:
    for fault, count in outcome.faults.items():
        report.expect(count == 0, f"{name}: {count} {fault}")
    report.row(
        "rush",
        name,
        f"{outcome.places_sold:,}",
        _waits(outcome.hold),
        _waits(outcome.sold_out),
        f"{outcome.payable[0]:,.0f} / {outcome.payable[1]:,.0f}",
        f"{outcome.held_by:,.0f}",
        f"{outcome.most_holds_a_second:,.0f}",
        f"{outcome.most_paid_a_second:,.1f}",
        f"{outcome.turned_away:,}",
    )
    report.row(
        "rush-load",
        name,
        f"{outcome.conflicts_an_order:.2f}",
        f"{outcome.hottest_writes_a_second:.1f}",
        f"{outcome.most_operations_a_second:,.0f}",
        f"{outcome.asked_of_stripe:,}",
        f"{outcome.refused_by_stripe:,}",
        f"{outcome.never_payable:,}",
        f"{outcome.instances:,}",
        f"{outcome.refused_calls:,}",
        f"{outcome.reads:,} / {outcome.writes:,}",
        f"{outcome.usd:.2f}",
    )


def _add_minutes(report: Report, outcome: Outcome) -> None:
    for minute, (held, paid) in enumerate(outcome.timeline):
        report.row("rush-minutes", f"{minute}", f"{held:,.1f}", f"{paid:,.1f}")


def _waits(waits: tuple[float, float, float]) -> str:
    return " / ".join(f"{seconds:,.2f}" for seconds in waits)
