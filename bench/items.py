"""Many items from one: what a call needs is prepared once by the functions themselves and copied under other ids.

Thousands of calls are measured, each on documents of its own; to prepare each by calls would take longer than to
measure them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from google.cloud import firestore

from devkit.stripe_sim import StripeSimulator
from payments import gateway

_BATCH = 400
_STRIPE_THREADS = 4
_CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Call:
    """One call of a function: the user and their claims, and the data (for the webhook the event)."""

    data: Any
    uid: str = ""
    claims: Mapping[str, Any] = field(default_factory=dict)


Ids = dict[str, str]


@dataclass
class Template:
    """One prepared item: its ids by name, the documents whose path holds one, and its payment as it is at Stripe.

    Attributes:
        create: the parameters of the PaymentIntent; None when there is none.
        held: whether the card is held.
    """

    ids: Ids
    documents: dict[str, dict[str, Any]]
    create: dict[str, Any] | None
    held: bool

    @classmethod
    def of(cls, ids: Ids, db: firestore.Client, simulator: StripeSimulator) -> Template:
        """What the database and the simulator hold for these ids."""
        documents = {path: fields for path, fields in _everything(db) if any(value in path for value in ids.values())}
        held, create = False, None
        if payment := ids.get("payment"):
            create = documents[f"tickets/{ids['ticket']}"]["create_params"]
            held = simulator.payment_intent(payment)["status"] == "requires_capture"
        return cls(ids, documents, create, held)

    def copies(self, numbers: range, db: firestore.Client, simulator: StripeSimulator) -> list[Ids]:
        """Write one copy for each number and return their ids."""
        copies = [self._renamed(number) for number in numbers]
        if self.create is not None:
            with ThreadPoolExecutor(_STRIPE_THREADS) as pool:
                for ids, payment in zip(copies, pool.map(lambda ids: self._pay(ids, simulator), copies), strict=True):
                    ids["payment"] = payment
        writes = [(path, fields) for ids in copies for path, fields in self._documents(ids, db)]
        for start in range(0, len(writes), _BATCH):
            batch = db.batch()
            for path, fields in writes[start : start + _BATCH]:
                batch.set(db.document(path), fields)
            batch.commit()
        return copies

    def _renamed(self, number: int) -> Ids:
        """Ids of the same length and alphabet, so that documents keep their size."""
        uid, imecon = f"buyer-{number:06}", f"imecon-{number:06}"
        ids = {"n": f"{number:06}", "uid": uid, "imecon": imecon}
        for name, value in self.ids.items():
            if name == "ticket":
                ids[name] = value.replace(self.ids["uid"], uid)
            elif name == "code":
                tail = "".join(_CODE_LETTERS[number >> shift & 31] for shift in (15, 10, 5, 0))
                ids[name] = value[:-4] + tail
            elif name == "nonce":
                ids[name] = f"{value[:-7]}x{number:06}"
            elif name not in ids:
                ids[name] = value
        return ids

    def _pay(self, ids: Ids, simulator: StripeSimulator) -> str:
        payment = gateway.create(self._replace(self.create, ids, None), f"bench:{ids['n']}").id
        if self.held:
            simulator.confirm(payment)
        return payment

    def _documents(self, ids: Ids, db: firestore.Client) -> Iterator[tuple[str, dict[str, Any]]]:
        for path, fields in self.documents.items():
            yield self.text(path, ids), self._replace(fields, ids, db)

    def text(self, text: str, ids: Ids) -> str:
        """A text about this item, made one about the item of `ids`."""
        for name, value in sorted(self.ids.items(), key=lambda item: -len(item[1])):
            text = text.replace(value, ids[name])
        return text

    def _replace(self, value: Any, ids: Ids, db: firestore.Client | None) -> Any:
        match value:
            case str():
                return self.text(value, ids)
            case dict():
                return {key: self._replace(item, ids, db) for key, item in value.items()}
            case list():
                return [self._replace(item, ids, db) for item in value]
            case firestore.DocumentReference():
                assert db is not None
                return db.document(self.text(value.path, ids))
        return value


def _everything(db: firestore.Client) -> Iterator[tuple[str, dict[str, Any]]]:
    waiting = list(db.collections())
    while waiting:
        for reference in waiting.pop().list_documents():
            snapshot = reference.get()
            if snapshot.exists:
                yield reference.path, snapshot.to_dict() or {}
            waiting += reference.collections()


def event_of(template: Template, event: Mapping[str, Any], ids: Ids) -> dict[str, Any]:
    """A webhook's event about the template's payment, made one about the payment of `ids`."""
    ids["event"] = f"evt_bench{ids['n']}"
    copied: dict[str, Any] = json.loads(template.text(json.dumps(event), ids))
    return {**copied, "id": ids["event"]}
