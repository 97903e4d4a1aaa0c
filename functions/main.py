"""The deployed surface: one name per function, each loaded from its own module.

A deployed instance serves one function, which ``FUNCTION_TARGET`` names, and imports only that one's module; where it
is not set, as in discovery, all are imported. Nothing here or below does I/O at import.
"""

import gc
import os
from importlib import import_module

from common.environment import refuse_local_settings_when_deployed
from common.params import serves

FUNCTIONS = {
    "consultation": {
        "createPaymentIntent": "consultation.purchase",
        "confirmTicket": "consultation.confirm",
        "redeemTicketCode": "consultation.redeem",
        "answerConsultation": "consultation.session",
        "endConsultation": "consultation.session",
        "capturePaymentIntent": "consultation.capture_and_cancel",
        "cancelPaymentIntent": "consultation.capture_and_cancel",
        "createTicketCodes": "consultation.campaign",
    },
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
    },
}
"""By domain; the parameter ``DOMAINS`` says which of them are deployed."""
OF_ALL_PURCHASES = {
    "stripeWebhook": "entrypoints.stripe_webhook",
    "voidExpiredAuthorizations": "entrypoints.sweeps",
    "endOverdueSessions": "entrypoints.sweeps",
    "reconcilePayments": "entrypoints.reconcile",
}
"""Deployed with any domain that asks Stripe for anything."""
WITHOUT_STRIPE = {"points"}

_served = [domain for domain in FUNCTIONS if serves(domain)]
MODULES = {name: module for domain in _served for name, module in FUNCTIONS[domain].items()}
if set(_served) - WITHOUT_STRIPE:
    MODULES |= OF_ALL_PURCHASES

refuse_local_settings_when_deployed()

# What is imported stays, so looking for garbage in it is a tenth of a start, and would be part of calls later.
gc.disable()
_target = os.environ.get("FUNCTION_TARGET")
for _name in [_target] if _target else MODULES:
    globals()[_name] = getattr(import_module(MODULES[_name]), _name)
gc.freeze()
gc.enable()
