"""Every parameter and secret of the bundle, declared once (a second declaration of a name is an error in the SDK).

Values are read where they are used, never at import: an unbound secret reads as ``""`` and must fail closed.
The one exception is ``ENFORCE_APP_CHECK``, which the SDK's decorator needs as a plain ``bool``.
"""

from __future__ import annotations

from firebase_functions.params import BoolParam, IntParam, SecretParam, StringParam

from common.errors import Reason, Refusal

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
PUSH_NOTIFICATIONS = BoolParam(
    "PUSH_NOTIFICATIONS",
    default=True,
    description="Write ff_user_push_notifications documents, which FlutterFlow's deployed trigger sends.",
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


def required(secret: SecretParam) -> str:
    """A secret's value.

    Raises:
        Refusal: ``NOT_CONFIGURED`` when it is unbound or blank.
    """
    value = secret.value.strip()
    if not value:
        raise Refusal(Reason.NOT_CONFIGURED)
    return value
