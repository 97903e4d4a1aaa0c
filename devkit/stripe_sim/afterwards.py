"""What happens to a payment later: the dashboard edits it, a refund comes to nothing, a cardholder disputes it."""

from __future__ import annotations

from typing import Any

from devkit.stripe_sim import disputes, intent_updates, params, refunds, specs
from devkit.stripe_sim.errors import ApiError, Json
from devkit.stripe_sim.events import AUTOMATIC
from devkit.stripe_sim.people import People, copied, whole


class Afterwards(People):
    """Controls of one account; each returns a copy of the object. `ApiError` is Stripe's refusal."""

    # The dashboard.

    def edit_metadata(self, payment_intent: str, changes: dict[str, str] | None) -> Json:
        """Edits the metadata: an empty value removes its key, `None` removes all."""
        encoded = "" if changes is None else dict(changes)
        return self.edit(payment_intent, metadata=params.metadata_changes("metadata", encoded))

    def edit(self, payment_intent: str, **changes: Any) -> Json:
        """Edits other fields as well, such as `amount` and `description`, where Stripe lets one."""
        if unknown := changes.keys() - specs.UPDATE_INTENT.keys():
            raise ValueError(f"no such parameters: {', '.join(sorted(unknown))}")
        with self._account.lock:
            return copied(intent_updates.update(self._account, self._intent(payment_intent), changes))

    def dashboard_refund(self, payment_intent: str, amount: int | None = None, status: str | None = None) -> Json:
        """Refunds what was captured, or `amount` of it. It begins as `status`: succeeded unless the card says else."""
        if status is not None and status not in refunds.STATUSES:
            raise ValueError(f"a refund begins as one of {', '.join(refunds.STATUSES)}")
        given: Json = {"payment_intent": payment_intent} | ({} if amount is None else {"amount": whole(amount)})
        with self._account.lock:
            self._account.catch_up()
            return copied(refunds.create(self._account, given, AUTOMATIC, status))

    # Stripe and the banks.

    def forget(self, payment_intent: str) -> None:
        """Makes a PaymentIntent unknown, with its charges, refunds and disputes: deleted test data, another account.

        Its events stay listed and can still be delivered.
        """
        with self._account.lock:
            known = self._intent(payment_intent)
            self._account.intents.remove(known["id"])
            for collection in (self._account.charges, self._account.refunds, self._account.disputes):
                for obj in [obj for obj in collection if obj["payment_intent"] == known["id"]]:
                    collection.remove(obj["id"])

    def fail_refund(self, refund: str, reason: str = "expired_or_canceled_card") -> Json:
        """Lets a refund fail, also one that had succeeded: the money is back on the account's balance."""
        return self.move_refund(refund, "failed", reason)

    def move_refund(self, refund: str, status: str, failure_reason: str | None = None) -> Json:
        """Lets a refund go on to `succeeded`, `failed`, `canceled` or `pending`."""
        with self._account.lock:
            self._account.catch_up()
            known = self._account.refunds.require(refund, "id", in_path=True)
            return copied(refunds.move(self._account, known, status, AUTOMATIC, failure_reason))

    def dispute(self, payment_intent: str, status: str = "needs_response", reason: str = "fraudulent") -> Json:
        """Lets the cardholder dispute the captured charge, or with `warning_needs_response` only inquire about it."""
        with self._account.lock:
            charge = self._account.charge_of(self._intent(payment_intent))
            if charge is None:
                raise ApiError(400, "This PaymentIntent has no charge.")
            return copied(disputes.open_dispute(self._account, charge, status, reason))

    def unmark_dispute(self, payment_intent: str) -> Json:
        """Lets the charge not say any more that it is or was disputed. Whether Stripe ever does is not confirmed."""
        with self._account.lock:
            charge = self._account.charge_of(self._intent(payment_intent))
            if charge is None:
                raise ApiError(400, "This PaymentIntent has no charge.")
            charge["disputed"] = False
            return copied(charge)

    def move_dispute(self, dispute: str, status: str) -> Json:
        """Lets a dispute go on: `under_review`, `won`, `lost`, `warning_closed`, or an inquiry to `needs_response`."""
        with self._account.lock:
            self._account.catch_up()
            return copied(disputes.move(self._account, disputes.require(self._account, dispute), status, AUTOMATIC))
