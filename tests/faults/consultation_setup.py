"""Brings one buyer's consultation to where a fault is to happen, beyond what the driver itself does."""

from __future__ import annotations

from collections.abc import Callable

from google.cloud.firestore_v1.base_query import FieldFilter

from tests.support.calls import reason_of
from tests.support.consultations import IMECON, Consultation
from tests.support.driver import Driver

Setup = Callable[[Driver, str], Consultation]
"""Brings a consultation of the named buyer to some point, as ``Driver.held`` does."""
Step = Callable[[Driver, Consultation], object]
"""Something done about it, as ``Driver.cancel`` is."""


def nothing_bought(driver: Driver, buyer: str) -> Consultation:
    return Consultation(buyer)


def purchase_unanswered(fault: str) -> Setup:
    """A ticket whose PaymentIntent the app does not know, because Stripe failed with this fault."""

    def prepare(driver: Driver, buyer: str) -> Consultation:
        driver.simulator.fault(fault, method="POST", path="/v1/payment_intents")
        assert reason_of(lambda: driver.bought(buyer)) == "PAYMENT_UNAVAILABLE"
        mine = FieldFilter("user_ref", "==", driver.db.document("users", buyer))
        (ticket,) = driver.db.collection("tickets").where(filter=mine).stream()
        return Consultation(buyer, ticket=ticket.id)

    return prepare


def held_to_reopen(driver: Driver, buyer: str) -> Consultation:
    """A ticket that was bought and paid to reopen the room of the consultation just ended."""
    return driver.held(buyer, chat_room_id=driver.ended(buyer).room)


def given_perk_code(driver: Driver, buyer: str) -> Consultation:
    """A code for the consultant that nobody used yet."""
    return Consultation(buyer, code=driver.perk_code(imecon_id=IMECON))


def unpaid_and_given_perk_code(driver: Driver, buyer: str) -> Consultation:
    """A closed payment sheet, and a code for the same consultant."""
    driver.bought(buyer)
    return given_perk_code(driver, buyer)


def unpaid_at_an_old_price(driver: Driver, buyer: str) -> Consultation:
    """A purchase of a type, the buyer's own, whose price was changed since."""
    on_sale = driver.db.document("ticket_types", buyer)
    on_sale.set({"amount": 4000, "currency": "jpy", "active": True})
    consultation = driver.bought(buyer, ticket_type=buyer)
    on_sale.update({"amount": 5000})
    return consultation


def perk_active(driver: Driver, buyer: str) -> Consultation:
    consultation = driver.perk(buyer)
    driver.answer(consultation)
    return consultation


def records_lost(driver: Driver, buyer: str) -> Consultation:
    """A held payment whose records were never written."""
    consultation = driver.paid(buyer)
    ticket = driver.db.document("tickets", consultation.ticket)
    for document in [*ticket.collection("history").list_documents(), ticket]:
        document.delete()
    driver.db.document("payment_intents", consultation.payment).delete()
    driver.db.document("ticket_locks", f"{buyer}__{consultation.imecon}").delete()
    return consultation


def after(setup: Setup, *steps: Step) -> Setup:
    """The same consultation after something more was done about it."""

    def prepare(driver: Driver, buyer: str) -> Consultation:
        consultation = setup(driver, buyer)
        for step in steps:
            step(driver, consultation)
        return consultation

    return prepare


def decision_unfinished(setup: Setup, decide: Step, fault: str = "429") -> Setup:
    """A decision that was made while Stripe failed, so that it is still to be carried out."""

    def prepare(driver: Driver, buyer: str) -> Consultation:
        consultation = setup(driver, buyer)
        driver.simulator.fault(fault, method="POST")
        decide(driver, consultation)
        assert driver.ticket(consultation)["due_action"] == "resume"
        return consultation

    return prepare


def side_by_side(*setups: Setup) -> Setup:
    """Several buyers at once, named ``{buyer}.{number}``; the consultation is the first one's."""

    def prepare(driver: Driver, buyer: str) -> Consultation:
        consultations = [setup(driver, f"{buyer}.{number}") for number, setup in enumerate(setups)]
        return consultations[0]

    return prepare


def webhook_unreachable(setup: Setup) -> Setup:
    """Stripe cannot deliver its events to the endpoint, from before the setup on."""

    def prepare(driver: Driver, buyer: str) -> Consultation:
        driver.simulator.add_webhook("http://127.0.0.1:9/never-reached")
        driver.simulator.webhooks("hold")
        return setup(driver, buyer)

    return prepare
