"""Every parameter and secret of the bundle, declared once (a second declaration of a name is an error in the SDK).

Values are read where they are used, never at import: an unbound secret reads as ``""`` and must fail closed.
The exceptions are ``ENFORCE_APP_CHECK``, which the SDK's decorator needs as a plain ``bool``, and ``DOMAINS``, which
decides what there is to import (``common.served``).
"""

from __future__ import annotations

from firebase_functions.params import BoolParam, IntParam, SecretParam, SelectInput, SelectOption, StringParam

from common.environment import deployed, is_local_secret
from common.errors import CallReason, Refusal

REGION = StringParam(
    "REGION",
    default="asia-northeast1",
    description="Region of every function. The app must call the same one.",
)
ENFORCE_APP_CHECK = BoolParam(
    "ENFORCE_APP_CHECK",
    default=True,
    description="Refuse callable requests without a valid App Check token.",
)
THREADS = IntParam(
    "THREADS",
    default=32,
    description="Serving threads of one instance, which is also the concurrency declared for it.",
)
MEMORY_MB = IntParam(
    "MEMORY_MB",
    default=256,
    description="Memory of one instance in MiB.",
    input=SelectInput([SelectOption(256), SelectOption(512), SelectOption(1024)]),
)
MIN_INSTANCES = IntParam(
    "MIN_INSTANCES",
    default=0,
    description="Instances kept warm for each function that somebody stands and waits for.",
)
MAX_INSTANCES = IntParam(
    "MAX_INSTANCES",
    default=20,
    description="The most instances of each function, so that an attack cannot cost more than they do.",
)
CALL_TIMEOUT_SECONDS = IntParam(
    "CALL_TIMEOUT_SECONDS",
    default=60,
    description="When the platform ends a call or a webhook that has not been answered.",
)
DOMAINS = StringParam(
    "DOMAINS",
    default="all",
    description="What is deployed, comma-separated: consultation, checkout, admission, points; or all.",
)
PUSH_NOTIFICATIONS = BoolParam(
    "PUSH_NOTIFICATIONS",
    default=True,
    description="Write ff_user_push_notifications documents, which FlutterFlow's deployed trigger sends.",
)
MAIL = BoolParam(
    "MAIL",
    default=False,
    description="Write mail documents, which Firebase's extension Trigger Email sends. Of events only.",
)
POINTS_AWARD_MOST_JPY = IntParam(
    "POINTS_AWARD_MOST_JPY",
    default=1_000_000,
    description="The largest payment in JPY that a store may offer points for.",
)
POINTS_DAY_MOST_JPY = IntParam(
    "POINTS_DAY_MOST_JPY",
    default=1_000_000,
    description="The most JPY that one store may offer one customer points for in a day, all awards together.",
)
POINTS_DAY_MOST_AWARDS = IntParam(
    "POINTS_DAY_MOST_AWARDS",
    default=50,
    description="The most awards that one store may offer one customer in a day.",
)
POINTS_STORE_DAY_JPY = IntParam(
    "POINTS_STORE_DAY_JPY",
    default=3_000_000,
    description="A person is told each time that a store's offers to all customers of a day reach so many JPY more.",
)

CHECKOUT_PAGE_URL = StringParam(
    "CHECKOUT_PAGE_URL",
    default="",
    description="Where Stripe's Checkout page sends people back to. Firebase Hosting's /pay/return when empty.",
)
CHECKOUT_APP_LINK = StringParam(
    "CHECKOUT_APP_LINK",
    default="",
    description="The App Link (https) by which the return page opens the app, on another host than the page's own.",
)
CHECKOUT_APP_SCHEME = StringParam(
    "CHECKOUT_APP_SCHEME",
    default="",
    description="An address of the app's own scheme (name://path) that opens it, instead of the App Link or beside it.",
)
CHECKOUT_ANDROID_PACKAGE = StringParam(
    "CHECKOUT_ANDROID_PACKAGE",
    default="",
    description="The Android app that the App Link opens, by its package. Only make doctor looks at it.",
)
CHECKOUT_ANDROID_FINGERPRINTS = StringParam(
    "CHECKOUT_ANDROID_FINGERPRINTS",
    default="",
    description="Its signing certificates' SHA-256 fingerprints, comma-separated. Only make doctor looks at them.",
)
CHECKOUT_KONBINI = BoolParam(
    "CHECKOUT_KONBINI",
    default=False,
    description="Let licences also be paid in cash at convenience stores, which takes days.",
)

STRIPE_SECRET_KEY = SecretParam("STRIPE_SECRET_KEY", description="Stripe secret or restricted API key.")
STRIPE_WEBHOOK_SECRETS = SecretParam(
    "STRIPE_WEBHOOK_SECRETS",
    description="Signing secrets of the webhook endpoint, comma-separated; two while a secret is rotated.",
)
QR_SIGNING_KEYS = SecretParam(
    "QR_SIGNING_KEYS",
    description='Keys of the QR codes, {"kid": "base64 of 32 bytes or more"}. The first signs, all verify.',
)
CHECKOUT_KEYS = SecretParam(
    "CHECKOUT_KEYS",
    description='Keys of purchase tokens and licence codes, {"kid": "base64 of 32 bytes or more"}, as QR_SIGNING_KEYS.',
)
TICKET_KEYS = SecretParam(
    "TICKET_KEYS",
    description='Keys of event tickets, {"kid": "base64 of a 32-byte Ed25519 seed"}. The first signs, all verify.',
)


def required(secret: SecretParam) -> str:
    """A secret's value.

    Raises:
        Refusal: ``NOT_CONFIGURED`` when it is unbound or blank, or the local stack's in a deployed function.
    """
    value = secret.value.strip()
    if not value or (is_local_secret(value) and deployed()):
        raise Refusal(CallReason.NOT_CONFIGURED)
    return value
