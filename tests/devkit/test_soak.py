"""A small slice of `make soak`, and that the soak would notice if something were wrong."""

from __future__ import annotations

from devkit.soak.run import come_to_rest, soak
from devkit.soak.shared import Tally
from devkit.soak.summary import summary
from devkit.stack import Stack

# Its disturbances begin by killing a server and then a worker.
SEED = 125
CAPTURE = {"payment_intent_id": "pi_1", "decision": "capture", "amount_captured": 700}
VOID = {"payment_intent_id": "pi_1", "decision": "void", "amount_captured": 0}


def test_purchases_among_kills_leave_the_books_in_agreement(clean: None, stack: Stack) -> None:
    soaked = soak(stack, seed=SEED, seconds=6, clients=3)
    told = summary(soaked, stack.folder)
    assert soaked.wrong == [], told
    assert soaked.tally.counts["purchases"] > 0, told
    assert soaked.tally.counts["phones' purchases"] > 0, told
    # Which of the two comes first, a busy machine decides; one of them always comes.
    assert soaked.tally.counts["killed: server"] + soaked.tally.counts["killed: worker"] > 0, told
    assert len(soaked.world.consultation.tickets) > 0, told
    assert len(soaked.world.checkout.purchases) > 0, told

    # The control: one yen too many on one payment does not go unnoticed.
    payment, fields = next(iter(soaked.world.consultation.payments.items()))
    wrong_amount = fields.get("amountCaptured", 0) + 1
    stack.db.document(f"payment_intents/{payment}").update({"amountCaptured": wrong_amount})
    _, wrong = come_to_rest(stack, Tally())
    assert any(payment in line and f"{wrong_amount} on the payment" in line for line in wrong)


def test_what_a_client_was_told_must_come_true() -> None:
    tally = Tally()
    tally.promised(CAPTURE)
    assert tally.broken_promises({"pi_1": {"status": "captured", "amountCaptured": 700}}) == []
    assert tally.broken_promises({"pi_1": {"status": "captured", "amountCaptured": 5000}})
    assert tally.broken_promises({"pi_1": {"status": "canceled", "amountCaptured": 0}})
    assert tally.broken_promises({})


def test_two_clients_must_be_told_the_same() -> None:
    tally = Tally()
    for answer in (VOID, VOID):
        tally.promised(answer)
    canceled = {"pi_1": {"status": "canceled", "amountCaptured": 0}}
    assert tally.broken_promises(canceled) == []
    tally.promised(CAPTURE)
    assert tally.broken_promises(canceled)


def test_an_undecided_payment_promises_nothing() -> None:
    tally = Tally()
    tally.promised({**VOID, "decision": None})
    assert tally.broken_promises({}) == []
