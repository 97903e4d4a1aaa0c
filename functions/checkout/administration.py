"""findPurchases and refundPurchase: what support needs to help a buyer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import BaseModel, Field, StringConstraints, model_validator

from checkout import loaded as loading
from checkout.answers import GuidanceCode, PurchaseStatus, guidance
from checkout.purchase import CheckoutPurchase
from checkout.reasons import CheckoutReason
from checkout.records import purchase_ref
from checkout.refunding import refund_whole
from checkout.request_fields import DeviceId, PurchaseId
from common import documents, ids
from common.callable import Caller, callable_function
from common.documents import Doc
from common.errors import Refusal
from common.messages import AdministeredRequest, RequestModel, ResponseModel, Timestamp
from common.params import CHECKOUT_KEYS, STRIPE_SECRET_KEY
from payments.reasons import PaymentReason

MOST = 100


class FindPurchasesRequest(RequestModel):
    """What is known of the purchases."""

    purchase_id: PurchaseId | None = None
    device_id: DeviceId | None = None
    session_id: Annotated[str, StringConstraints(pattern=f"^{ids.CHECKOUT_SESSION}$")] | None = None
    payment_intent_id: Annotated[str, StringConstraints(pattern=f"^{ids.PAYMENT_INTENT}$")] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len(self.known()) != 1:
            raise ValueError("exactly one of purchaseId, deviceId, sessionId and paymentIntentId")
        return self

    def known(self) -> dict[str, str]:
        """What is given, by the purchase's field."""
        names = ("purchase_id", "device_id", "session_id", "payment_intent_id")
        return {name: value for name in names if (value := getattr(self, name)) is not None}


class RefundPurchaseRequest(AdministeredRequest):
    """The purchase to refund whole."""

    purchase_id: PurchaseId
    reason: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        None, description="Kept on the purchase as end_reason."
    )


class PurchaseView(BaseModel):
    """A purchase, for an administrator."""

    purchase_id: str
    device_id: str
    buyer_uid: str
    product_type: Literal["license", "daypass"]
    status: PurchaseStatus
    decision: Literal["expire", "refund"] | None = Field(
        description="What was decided. While the status does not show it yet, Stripe is still to be reached."
    )
    guidance: GuidanceCode
    end_reason: str | None
    amount: int = Field(description="JPY")
    amount_refunded: int = Field(description="JPY")
    dispute_status: str | None = Field(description="Stripe's.")
    session_id: str | None
    payment_intent_id: str | None
    created_at: Timestamp | None
    paid_at: Timestamp | None
    fulfilled_at: Timestamp | None

    @classmethod
    def of(cls, purchase: CheckoutPurchase) -> PurchaseView:
        doc = purchase.doc
        copied = ("buyer_uid", "device_id", "product_type", "status", "decision", "end_reason", "amount")
        more = ("dispute_status", "session_id", "payment_intent_id", "created_at", "paid_at", "fulfilled_at")
        return cls(
            purchase_id=purchase.id,
            guidance=guidance(purchase.state).value,
            amount_refunded=purchase.amount_refunded,
            **{name: doc.get(name) for name in (*copied, *more)},
        )


class FindPurchasesResponse(ResponseModel):
    """What was found, newest first."""

    purchases: list[PurchaseView]


class RefundPurchaseResponse(ResponseModel):
    """The purchase as it now is."""

    purchase: PurchaseView


@callable_function(who="an administrator or support", admin_only=True, support_too=True)
def findPurchases(_: Caller, request: FindPurchasesRequest) -> FindPurchasesResponse:  # noqa: N802
    """Finds purchases by their id, their device, or Stripe's ids (``cs_``, ``pi_``)."""
    ((field, value),) = request.known().items()
    found = documents.read(purchase_ref(value)) if field == "purchase_id" else _having(field, value)
    views = [PurchaseView.of(CheckoutPurchase(doc)) for doc in found if doc.exists]
    return FindPurchasesResponse(purchases=sorted(views, key=lambda view: str(view.created_at), reverse=True))


def _having(field: str, value: str) -> Iterator[Doc]:
    """The newest of a device, which may have very many; by Stripe's ids there are few."""
    query = documents.collection("purchases").where(filter=FieldFilter(field, "==", value))
    if field == "device_id":
        query = query.order_by("created_at", direction=firestore.Query.DESCENDING)
    for found in query.limit(MOST).stream(timeout=documents.RPC_TIMEOUT_SECONDS):
        yield Doc.found(found)


@callable_function(
    who="an administrator",
    admin_only=True,
    secrets=(STRIPE_SECRET_KEY, CHECKOUT_KEYS),
    reasons=(
        CheckoutReason.PURCHASE_NOT_FOUND,
        CheckoutReason.PURCHASE_NOT_REFUNDABLE,
        PaymentReason.PAYMENT_UNAVAILABLE,
    ),
)
def refundPurchase(caller: Caller, request: RefundPurchaseRequest) -> RefundPurchaseResponse:  # noqa: N802
    """Refunds what was paid, and revokes what was bought once that is done. Also again, where a refund has failed.

    If Stripe cannot be reached, the answer shows the decision, and a schedule carries it out. Repeating it answers with
    what became of it. A refund whose payment Stripe does not know is ended by it (``end_reason`` ``payment_missing``).
    """
    loaded = loading.load(request.purchase_id)
    if loaded is None:
        raise Refusal(CheckoutReason.PURCHASE_NOT_FOUND)
    refund_whole(loaded, caller.uid, request.reason or "requested")
    return RefundPurchaseResponse(purchase=PurchaseView.of(loaded.purchase))
