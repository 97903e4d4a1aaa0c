"""Every check in the order in which it is printed; docs/operations.md says what must be true."""

from devkit.doctor import alerts, deployment, documents, files, firestore, return_page, secrets, webhook
from devkit.doctor.checks import DEPLOYMENT, FILES, SECRETS, Check

_PAGE = "REGION is {region}: correct the page (and the app), or the parameter"
_SIGNING = "copy the endpoint's signing secret from Stripe's dashboard"
_NEW_KEY = "make new keys with the command of docs/deploying.md, and rotate them (docs/operations.md)"
_RIGHTS = (
    "set a key that may write PaymentIntents, Checkout Sessions, Charges and Refunds, and read Disputes and Events"
)
_GRANT = (
    "for each, its name in small letters: gcloud run services add-iam-policy-binding <name> --region {region} "
    "--member=allUsers --role=roles/run.invoker --project {project}"
)
_JOBS = "resume it in the Cloud Scheduler console of {project}; where it is missing or differs: {deploy}"
_IMPORT = "delete what is old or twice, and import ops/alerts (docs/operations.md) into {project}"
_DOCUMENTS = "correct it in the console of {project}, as docs/deploying.md says (First documents)"
_REWRITE = "restore the rewrite in firebase.json, with the region {region}"
_HOSTING = "{deploy}, then npx firebase deploy --only hosting:app --project {project}"
_APP_LINK = "correct the parameter, or serve the file that Play Console shows (docs/checkout-for-apps.md) for {project}"
_STORAGE = "set up Storage in the Firebase console, then {deploy}"

CHECKS = (
    Check("firebase.json", FILES, files.firebase_json, "restore it in firebase.json"),
    Check("local settings", FILES, files.local_settings, "remove it from functions/.env and functions/.env.{project}"),
    Check("App Check", FILES, files.app_check, "remove ENFORCE_APP_CHECK=false from the .env files"),
    Check("region in the pages", FILES, files.region_in_the_pages, _PAGE),
    Check("Hosting", FILES, return_page.hosting, _REWRITE),
    Check("secret STRIPE_SECRET_KEY", SECRETS, secrets.stripe_key),
    Check("secret STRIPE_WEBHOOK_SECRETS", SECRETS, secrets.webhook_secrets, _SIGNING),
    Check("secret QR_SIGNING_KEYS", SECRETS, secrets.qr_keys, _NEW_KEY),
    Check("secret CHECKOUT_KEYS", SECRETS, secrets.checkout_keys, _NEW_KEY),
    Check("secret TICKET_KEYS", SECRETS, secrets.ticket_keys, _NEW_KEY),
    Check("Stripe's answer to the key", SECRETS, secrets.key_accepted, _RIGHTS),
    Check("webhook URL", SECRETS, webhook.webhook_url),
    Check("webhook events", SECRETS, webhook.webhook_events),
    Check("webhook API version", SECRETS, webhook.webhook_version),
    Check("webhook status", SECRETS, webhook.webhook_status),
    Check("functions deployed", DEPLOYMENT, deployment.deployed, "{deploy}"),
    Check("functions open", DEPLOYMENT, deployment.open_to_all, _GRANT),
    Check("region deployed", DEPLOYMENT, deployment.region, "REGION is {region}: deploy, then delete those elsewhere"),
    Check("secrets bound", DEPLOYMENT, deployment.secrets_bound, "{deploy}"),
    Check("App Check deployed", DEPLOYMENT, deployment.app_check, "{deploy}"),
    Check("schedules", DEPLOYMENT, deployment.schedules, _JOBS),
    Check("indexes", DEPLOYMENT, firestore.indexes, "{deploy}"),
    Check("TTL policies", DEPLOYMENT, firestore.ttl, "{deploy}"),
    Check("indexes switched off", DEPLOYMENT, firestore.exemptions, "{deploy}"),
    Check("rules", DEPLOYMENT, firestore.rules, "{deploy}"),
    Check("storage rules", DEPLOYMENT, firestore.storage_rules, _STORAGE),
    Check("first documents", DEPLOYMENT, documents.first_documents, _DOCUMENTS),
    Check("return page", DEPLOYMENT, return_page.page, _HOSTING),
    Check("App Link", DEPLOYMENT, return_page.app_link, _APP_LINK),
    Check("alert policies", DEPLOYMENT, alerts.policies, _IMPORT),
)
