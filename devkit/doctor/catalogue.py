"""Every check in the order in which it is printed."""

from __future__ import annotations

from devkit.doctor import deployed, files, stripe_checks
from devkit.doctor.checks import DEPLOYMENT, FILES, SECRETS, Check

_OPEN = (
    "for each, its name in small letters: gcloud run services add-iam-policy-binding <name> --region {region} "
    "--member=allUsers --role=roles/run.invoker --project {project}"
)
_STRAY = "REGION is {region}: deploy, then delete those elsewhere"
_PAGE = "REGION is {region}: correct the page (and the app), or the parameter"
_SETTING = "remove it from functions/.env and functions/.env.{project}"
_NO_APP_CHECK = "remove ENFORCE_APP_CHECK=false from the .env files"
_WHSEC = "copy the endpoint's signing secret from Stripe's dashboard"
_QR_KEYS = 'set {{"<id>": "<base64 of 32 random bytes>"}}'
_KEY_RIGHTS = "set a key that may write PaymentIntents and read Charges and Events"

CHECKS = (
    Check("firebase.json", FILES, files.firebase_json, "restore it in firebase.json"),
    Check("local settings", FILES, files.local_settings, _SETTING),
    Check("App Check", FILES, files.app_check, _NO_APP_CHECK),
    Check("region in the pages", FILES, files.region, _PAGE),
    Check("secret STRIPE_SECRET_KEY", SECRETS, stripe_checks.stripe_key),
    Check("secret STRIPE_WEBHOOK_SECRETS", SECRETS, stripe_checks.webhook_secrets, _WHSEC),
    Check("secret QR_SIGNING_KEYS", SECRETS, stripe_checks.qr_keys, _QR_KEYS),
    Check("Stripe's answer to the key", SECRETS, stripe_checks.accepted, _KEY_RIGHTS),
    Check("webhook URL", SECRETS, stripe_checks.url),
    Check("webhook events", SECRETS, stripe_checks.events),
    Check("webhook API version", SECRETS, stripe_checks.version),
    Check("webhook status", SECRETS, stripe_checks.status),
    Check("functions deployed", DEPLOYMENT, deployed.functions, "{deploy}"),
    Check("functions open", DEPLOYMENT, deployed.public, _OPEN),
    Check("region deployed", DEPLOYMENT, deployed.region, _STRAY),
    Check("secrets bound", DEPLOYMENT, deployed.secrets, "{deploy}"),
    Check("App Check deployed", DEPLOYMENT, deployed.app_check, "{deploy}"),
    Check("indexes", DEPLOYMENT, deployed.indexes, "{deploy}"),
    Check("TTL policies", DEPLOYMENT, deployed.ttl, "{deploy}"),
    Check("indexes switched off", DEPLOYMENT, deployed.exemptions, "{deploy}"),
    Check("rules", DEPLOYMENT, deployed.rules, "{deploy}"),
)
