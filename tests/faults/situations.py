"""Where a buyer stands when something happens: each brings a scene there and gives the sale."""

from __future__ import annotations

from collections.abc import Callable

from google.cloud.firestore_v1.base_query import FieldFilter

from .scene import Sale, Scene, reason

Situation = Callable[[Scene, str], Sale]
Step = Callable[[Scene, Sale], object]


def stranger(scene: Scene, buyer: str) -> Sale:
    return Sale(buyer)


def bought(scene: Scene, buyer: str) -> Sale:
    return scene.buy(buyer)


def unanswered(fault: str) -> Situation:
    """A ticket whose PaymentIntent the app never heard of, because Stripe failed with this fault."""

    def prepare(scene: Scene, buyer: str) -> Sale:
        scene.simulator.fault(fault, method="POST", path="/v1/payment_intents")
        assert reason(lambda: scene.buy(buyer)) == "PAYMENT_UNAVAILABLE"
        mine = FieldFilter("user_ref", "==", scene.db.document("users", buyer))
        (ticket,) = scene.db.collection("tickets").where(filter=mine).stream()
        return Sale(buyer, ticket=ticket.id, room=ticket.id)

    return prepare


def paid(scene: Scene, buyer: str) -> Sale:
    """The card is held, and nobody has told us yet."""
    sale = scene.buy(buyer)
    scene.simulator.confirm(sale.pi)
    return sale


def held(scene: Scene, buyer: str) -> Sale:
    return scene.held(buyer)


def used(scene: Scene, buyer: str) -> Sale:
    return scene.used(buyer)


def active(scene: Scene, buyer: str) -> Sale:
    return scene.active(buyer)


def over(scene: Scene, buyer: str) -> Sale:
    """A consultation that ended a moment ago, whose room can be reopened."""
    sale = scene.active(buyer)
    scene.end(sale)
    return sale


def reopening(scene: Scene, buyer: str) -> Sale:
    """A ticket that was bought and paid to reopen the room of the consultation just ended."""
    room = over(scene, buyer).room
    return scene.hold(scene.buy(buyer, room=room))


def perk_code(scene: Scene, buyer: str) -> Sale:
    return Sale(buyer, code=scene.perk_code())


def perk(scene: Scene, buyer: str) -> Sale:
    return scene.perk(buyer)


def perk_active(scene: Scene, buyer: str) -> Sale:
    sale = scene.perk(buyer)
    scene.answer(sale)
    return sale


def forgotten(scene: Scene, buyer: str) -> Sale:
    """A held payment whose records were never written."""
    sale = paid(scene, buyer)
    ticket = scene.db.document("tickets", sale.ticket)
    for document in [*ticket.collection("history").list_documents(), ticket]:
        document.delete()
    scene.db.document("payment_intents", sale.pi).delete()
    scene.db.document("ticket_locks", f"{buyer}__{sale.imecon}").delete()
    return sale


def after(state: Situation, *steps: Step) -> Situation:
    """A situation after something more was done in it."""

    def prepare(scene: Scene, buyer: str) -> Sale:
        sale = state(scene, buyer)
        for step in steps:
            step(scene, sale)
        return sale

    return prepare


def cut_short(state: Situation, decide: Step, fault: str = "429") -> Situation:
    """A decision that was made while Stripe failed, so that it is still to be carried out."""

    def prepare(scene: Scene, buyer: str) -> Sale:
        sale = state(scene, buyer)
        scene.simulator.fault(fault, method="POST")
        decide(scene, sale)
        assert scene.ticket(sale)["due_action"] == "resume"
        return sale

    return prepare


def beside(*states: Situation) -> Situation:
    """Several buyers at once, each in a situation of their own; the sale is the first one's."""

    def prepare(scene: Scene, buyer: str) -> Sale:
        sales = [state(scene, f"{buyer}.{number}") for number, state in enumerate(states)]
        return sales[0]

    return prepare


def missed(state: Situation) -> Situation:
    """What happens next, Stripe will not be able to deliver."""

    def prepare(scene: Scene, buyer: str) -> Sale:
        scene.simulator.add_webhook("http://127.0.0.1:9/never-reached")
        scene.simulator.webhooks("hold")
        return state(scene, buyer)

    return prepare
