"""The deployed surface: one name per function, each loaded from its own module.

A deployed instance serves one function, which ``FUNCTION_TARGET`` names, and imports only that one's module; where it
is not set, as in discovery, all are imported. Nothing here or below does I/O at import.
"""

import gc
import os
from importlib import import_module

# What is imported stays, so looking for garbage in it is a tenth of a start, and would be part of calls later.
gc.disable()

from common.environment import refuse_local_settings_when_deployed  # noqa: E402
from common.served import EVERYTHING, served, serves  # noqa: E402

PURCHASES = {
    "consultation": {
        "createPaymentIntent": "consultation.purchase",
        "confirmTicket": "consultation.confirm",
        "redeemTicketCode": "consultation.redeem",
        "answerConsultation": "consultation.session",
        "endConsultation": "consultation.session",
        "capturePaymentIntent": "consultation.capture_and_cancel",
        "cancelPaymentIntent": "consultation.capture_and_cancel",
        "createTicketCodes": "consultation.campaign",
        "stopCampaign": "consultation.stop_campaign",
        "saveTicketType": "consultation.saving",
        "saveConsultant": "consultation.saving",
    },
    "checkout": {
        "createCheckoutSession": "checkout.create",
        "confirmCheckout": "checkout.confirm",
        "cancelCheckout": "checkout.confirm",
        "getDevice": "checkout.get_device",
        "restoreLicense": "checkout.restore",
        "findPurchases": "checkout.administration",
        "refundPurchase": "checkout.administration",
        "settleCheckouts": "checkout.schedule",
        "checkoutPage": "checkout.return_page",
    },
    "admission": {
        "createEvent": "admission.create_event",
        "updateEvent": "admission.update_event",
        "publishEvent": "admission.publish_event",
        "closeEvent": "admission.publish_event",
        "deleteEvent": "admission.publish_event",
        "setOrganizerMembers": "admission.members",
        "setEventStaff": "admission.members",
        "getEventDetails": "admission.details",
        "getSeatMap": "admission.details",
        "purchaseTicket": "admission.purchase",
        "payOrder": "admission.purchase",
        "confirmOrder": "admission.confirm",
        "abandonOrder": "admission.confirm",
        "cancelTicket": "admission.cancel_ticket",
        "cancelEvent": "admission.cancel_event",
        "getUserTickets": "admission.user_tickets",
        "exportAttendees": "admission.export",
        "getDoorBundle": "admission.door.bundle",
        "syncScans": "admission.door.sync",
        "offerTransfer": "admission.door.transfer",
        "acceptTransfer": "admission.door.transfer",
        "getTicketQR": "admission.door.ticket_qr",
        "validateTicket": "admission.door.validate",
        "undoEntry": "admission.door.undo",
        "findTickets": "admission.door.find_tickets",
        "searchEvents": "admission.search",
        "joinWaitlist": "admission.join_waitlist",
        "leaveWaitlist": "admission.leave_waitlist",
        "expireOrders": "admission.schedule",
        "settleOrders": "admission.schedule",
    },
}
"""The functions of each kind of purchase."""
OF_EVERY_PURCHASE = {
    "stripeWebhook": "entrypoints.stripe_webhook",
    "voidExpiredAuthorizations": "entrypoints.sweeps",
    "endOverdueSessions": "entrypoints.sweeps",
    "reconcilePayments": "entrypoints.reconcile",
    "inspectTicket": "backoffice.inspect_ticket",
    "refundPayment": "backoffice.refund_payment",
    "resumeDecision": "backoffice.resume_decision",
    "runSchedule": "backoffice.run_schedule",
    "resolveIncident": "backoffice.resolve_incident",
}
OF_EVERY_DOMAIN = {"deleteAccount": "entrypoints.delete_account"}
OTHERS = {
    "points": {
        "issueSecureQR": "qr.issue",
        "verifySecureQR": "qr.verify",
        "recordQRUsage": "qr.usage",
        "checkQRUsage": "qr.usage",
        "requestPointAward": "points.offer_award",
        "awardPoints": "points.answer_award",
        "declinePointAward": "points.answer_award",
        "usePoints": "points.spend",
        "reversePoints": "points.reverse",
        "saveStore": "shops.saving",
        "saveStaff": "shops.saving",
    },
}
"""The functions of domains that ask nothing of Stripe."""


def _served(domains: dict[str, dict[str, str]]) -> dict[str, str]:
    """The functions of those that the parameter ``DOMAINS`` names."""
    return {name: module for domain, modules in domains.items() if serves(domain) for name, module in modules.items()}


if unknown := served() - {EVERYTHING, *PURCHASES, *OTHERS}:
    raise RuntimeError(f"DOMAINS in functions/.env: nothing here is called {', '.join(sorted(unknown))}")
MODULES = _served(PURCHASES)
if MODULES:
    MODULES |= OF_EVERY_PURCHASE
MODULES |= _served(OTHERS) | OF_EVERY_DOMAIN

refuse_local_settings_when_deployed()

_target = os.environ.get("FUNCTION_TARGET")
for _name in [_target] if _target else MODULES:
    globals()[_name] = getattr(import_module(MODULES[_name]), _name)
gc.freeze()
gc.enable()
