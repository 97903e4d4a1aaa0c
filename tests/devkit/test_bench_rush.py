"""The model of a rush: what its parts do, that nothing is sold twice in it, and that its levers move the right way."""

from __future__ import annotations

import functools

import pytest

from bench import pages
from bench.rush.blocks import Blocks
from bench.rush.clock import Clock, Process
from bench.rush.firestore import Document, Firestore, Seen
from bench.rush.order import Answer, Order, Status
from bench.rush.outcome import Outcome, run
from bench.rush.parameters import Rush, Spread
from bench.rush.platform import Instance, Service
from bench.rush.report import RUSHES, report_rushes, smaller
from bench.rush.stripe import Stripe

ALL_WELL = {"oversold": 0, "stranded": 0, "without places": 0}
ALL_PAY = {"abandon": 0.0, "late": 0.0}
SMALL = Rush(buyers=600, places=200, arrive_seconds=5.0, served_before=20_000.0, document_writes=100.0)


@functools.cache
def small(**changes: object) -> Outcome:
    return run(SMALL._replace(**changes))  # type: ignore[arg-type]


def _run(*processes: Process[None], rush: Rush = SMALL) -> Clock:
    clock = Clock(rush.seed)
    for process in processes:
        clock.start(process)
    clock.run()
    return clock


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_is_sold_twice_and_nothing_is_held_for_nobody(seed: int) -> None:
    outcome = small(seed=seed, late=0.3, abandon=0.3, hold_seconds=60.0, grace_seconds=5.0, comes_back=0.8)
    assert outcome.faults == ALL_WELL
    assert outcome.voided > 0, "somebody paid too late for places that others had taken over"


def test_without_the_guard_of_the_commits_places_are_sold_twice() -> None:
    assert small(guarded=False, **ALL_PAY).faults["oversold"] > 0


def test_every_place_is_sold_when_all_who_hold_pay() -> None:
    assert small(**ALL_PAY, quantities=(1,)).places_sold == SMALL.places


def test_nobody_is_told_sold_out_while_there_is_room_for_all() -> None:
    outcome = small(buyers=100, **ALL_PAY, quantities=(1,))
    assert (outcome.places_sold, outcome.sold_out) == (100, (0.0, 0.0, 0.0))


def test_abandoned_places_are_sold_to_those_who_come_back() -> None:
    left_alone = small(abandon=0.5, late=0.0, comes_back=0.0, quantities=(1,))
    taken_over = small(abandon=0.5, late=0.0, comes_back=0.9, quantities=(1,))
    assert left_alone.places_sold < taken_over.places_sold
    assert taken_over.faults == ALL_WELL


def test_one_seed_tells_one_story_and_another_seed_another() -> None:
    assert run(SMALL) == small()
    assert run(SMALL._replace(seed=2)) != small()


def test_more_blocks_have_fewer_conflicts() -> None:
    conflicts = [
        small(block_places=1, most_blocks=blocks, quantities=(1,)).conflicts_an_order for blocks in (2, 10, 100)
    ]
    assert conflicts == sorted(conflicts, reverse=True)
    assert conflicts[0] > 2 * conflicts[2]


def test_a_document_that_bears_more_is_waited_for_less() -> None:
    assert small(document_writes=1.0).hold[1] > small(document_writes=100.0).hold[1]


def test_stripe_sets_the_pace_of_purchases() -> None:
    slow, fast = (small(stripe_endpoint=rate, pays_after=Spread(1.0, 2.0)) for rate in (1.0, 25.0))
    assert slow.most_paid_a_second <= 1.2 < fast.most_paid_a_second
    assert slow.payable[1] > fast.payable[1]
    assert slow.faults == fast.faults == ALL_WELL


def test_an_order_that_stripe_never_takes_gives_its_places_back() -> None:
    outcome = small(stripe_endpoint=0.5, hold_seconds=60.0, grace_seconds=5.0, comes_back=0.0)
    assert outcome.never_payable > 0
    assert outcome.faults == ALL_WELL


def test_more_instances_refuse_fewer_calls() -> None:
    few, many = (small(buyers=4_000, arrive_seconds=2.0, max_instances=most) for most in (1, 20))
    assert few.refused_calls > many.refused_calls
    assert few.sold_out[1] > many.sold_out[1]


def test_the_naive_twin_is_slower_by_far() -> None:
    naive, blocks = (small(naive=naive, document_writes=1.0, **ALL_PAY) for naive in (True, False))
    assert naive.most_holds_a_second * 4 < blocks.most_holds_a_second
    assert naive.faults == ALL_WELL


def test_blocks_are_as_large_as_a_commit_to_all_of_them_allows() -> None:
    assert Rush(places=4_990).block_sizes == [[20] * 240 + [19] * 10]
    assert Rush(places=20_000).block_sizes == [[80] * 250]
    assert Rush(places=20_000, tiers=4).block_sizes == [[20] * 250] * 4


def test_a_commit_on_what_has_changed_since_is_lost() -> None:
    held = list[bool]()

    def write(db: Firestore, document: Document) -> Process[None]:
        held.append((yield from db.commit([Seen(document, 0)])))

    clock, document = Clock(1), Document()
    db = Firestore(clock, SMALL)
    for _ in range(5):
        clock.start(write(db, document))
    clock.run()
    assert (held.count(True), db.lost, db.writes, document.version) == (1, 4, 1, 1)


def test_a_late_confirmation_that_finds_no_places_leaves_those_that_another_one_found() -> None:
    class OvertakenBlocks(Blocks):
        """Another call finds places while this one looks and finds none."""

        def hold(self, instance: Instance, order: Order, *, late: bool = False) -> Process[Answer]:
            yield from super().hold(instance, order, late=late)
            return Answer.SOLD_OUT

    def confirm() -> Process[None]:
        assert (yield from blocks.confirm(Instance(clock), order))

    clock, order = Clock(1), Order(2, 0)
    blocks = OvertakenBlocks(clock, SMALL, Firestore(clock, SMALL))
    order.status = Status.EXPIRED
    clock.start(confirm())
    clock.run()
    assert (order.status, blocks.faults()) == (Status.PAID, ALL_WELL)


def test_a_document_takes_a_few_writes_at_once_and_then_its_rate() -> None:
    rush = SMALL._replace(document_writes=1.0, document_burst=3, contention_seconds=2.0, commit=Spread(0.001, 0.002))
    clock = Clock(1)
    db, document, ended = Firestore(clock, rush), Document(), list[float]()

    def write() -> Process[None]:
        if (yield from db.commit([], [document])):
            ended.append(clock.now)

    for _ in range(10):
        clock.start(write())
    clock.run()
    assert [round(at) for at in ended] == [0, 0, 0, 1, 2]
    assert db.aborted == 5


def test_traffic_beyond_what_may_grow_in_five_minutes_takes_longer() -> None:
    def most(at: float) -> float:
        clock = Clock(1)
        clock.now = at
        db = Firestore(clock, SMALL._replace(served_before=100.0, read=Spread(0.01, 0.010001)))
        return [db.read(100) for _ in range(10)][-1]

    assert most(0) == pytest.approx(0.1, rel=0.01)
    assert most(300) == pytest.approx(0.1 / 1.5, rel=0.01)


def test_stripe_answers_no_more_than_its_limits() -> None:
    clock = Clock(1)
    stripe = Stripe(clock, SMALL._replace(stripe_endpoint=25.0, stripe_account=60.0))
    served = dict.fromkeys(("create", "retrieve", "capture"), 0)

    def ask(endpoint: str) -> Process[None]:
        answered = yield from stripe.ask(endpoint)
        served[endpoint] += answered

    for endpoint in served:
        for _ in range(100):
            clock.start(ask(endpoint))
    clock.run()
    assert served == {"create": 25, "retrieve": 25, "capture": 10}
    assert stripe.refused.total() == 240


def test_a_call_waits_for_a_thread_and_is_refused_after_a_while() -> None:
    clock = Clock(1)
    service = Service(clock, SMALL._replace(threads=1, max_instances=1, pending_seconds=10.0))
    answered = list[bool]()

    def call(seconds: float) -> Process[None]:
        instance = yield from service.enter()
        answered.append(instance is not None)
        if instance is not None:
            yield seconds
            service.leave(instance)

    for _ in range(4):
        clock.start(call(4.0))
    clock.run()
    assert answered == [True, True, False, False]
    assert (service.instances, service.refused) == (1, 2)
    assert service.busy_seconds == pytest.approx(8)


def test_the_threads_of_an_instance_share_its_processor() -> None:
    clock = Clock(1)
    instance = Instance(clock)
    assert [instance.compute(0.5) for _ in range(3)] == [0.5, 1.0, 1.5]


def test_the_tables_have_a_row_for_each_rush_and_their_place_in_the_page() -> None:
    report = pages.Report()
    report_rushes(report, quick=True)
    assert report.missed == []
    for name, text in report.texts().items():
        assert f"<!-- make bench: {name} -->\n{text.splitlines()[0]}\n" in pages.PAGES[name].read_text(encoding="utf-8")
        assert all(len(row) == len(pages.HEADS[name]) for row in report.rows[name])
    assert [row[0] for row in report.rows["rush"]] == list(RUSHES)


def test_a_smaller_rush_keeps_its_proportions() -> None:
    rush = smaller(Rush(), 20)
    assert rush.buyers / rush.places == 5
    assert rush.places / len(rush.block_sizes[0]) == pytest.approx(80, rel=0.05)
