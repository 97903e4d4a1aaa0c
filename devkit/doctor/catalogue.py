"""Every check in the order in which it is printed."""

from __future__ import annotations

from devkit.doctor import deployed, files, stripe_checks
from devkit.doctor.checks import Check

CHECKS: tuple[tuple[str, Check], ...] = (
    ("firebase.json", files.firebase_json),
    ("local settings", files.local_settings),
    ("App Check", files.app_check),
    ("region in the pages", files.region),
    ("secret STRIPE_SECRET_KEY", stripe_checks.stripe_key),
    ("secret STRIPE_WEBHOOK_SECRETS", stripe_checks.webhook_secrets),
    ("secret QR_SIGNING_KEYS", stripe_checks.qr_keys),
    ("Stripe's answer to the key", stripe_checks.accepted),
    ("webhook URL", stripe_checks.url),
    ("webhook events", stripe_checks.events),
    ("webhook API version", stripe_checks.version),
    ("webhook status", stripe_checks.status),
    ("functions deployed", deployed.functions),
    ("functions open", deployed.public),
    ("region deployed", deployed.region),
    ("secrets bound", deployed.secrets),
    ("App Check deployed", deployed.app_check),
    ("indexes", deployed.indexes),
    ("TTL policies", deployed.ttl),
    ("indexes switched off", deployed.exemptions),
    ("rules", deployed.rules),
)
