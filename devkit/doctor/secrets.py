"""Checks of the five secrets, and of what Stripe says to its key."""

import re
from collections.abc import Callable

from admission.door.keys import refuse_other_length
from common import signing_keys
from common.environment import is_local_secret
from common.key_strength import refuse_guessable
from common.signing_keys import Keys
from devkit.doctor.checks import Case, Found, Wrong

_KEY = re.compile(r"(?:sk|rk)_(test|live)_\w+")
# Stripe's have 32 characters and more after the prefix.
_WEBHOOK_SECRET = re.compile(r"whsec_(\w{24,})")
_FEWEST_CHARACTERS = 10


def stripe_key(case: Case) -> Found:
    """A secret key of the wanted mode, and not a public one."""
    key = case.secret("STRIPE_SECRET_KEY")
    found = _KEY.fullmatch(key)
    wanted = "live" if case.live else "test"
    if not found:
        raise Wrong("not a secret or restricted key (sk_…, rk_…)", "copy it again from Stripe's dashboard")
    if found[1] != wanted:
        remedy = f"set the key of {wanted} mode, or run this {'without' if case.live else 'with'} --live"
        raise Wrong(f"a key of {found[1]} mode, {wanted} mode is wanted", remedy)
    if not case.repository.local and is_local_secret(key):
        raise Wrong("the local stack's, which is public", "set a key from Stripe's dashboard")
    return f"{wanted} mode"


def webhook_secrets(case: Case) -> Found:
    """Signing secrets that can be Stripe's."""
    secrets = [secret.strip() for secret in case.secret("STRIPE_WEBHOOK_SECRETS").split(",")]
    if case.repository.local:
        return f"{len(secrets)} in force"
    problems = (_signing_problem(secret) for secret in secrets)
    return [problem for problem in problems if problem] or f"{len(secrets)} in force"


def _signing_problem(secret: str) -> str:
    found = _WEBHOOK_SECRET.fullmatch(secret)
    if is_local_secret(secret):
        return "the local stack's, which is public"
    if not secret.startswith("whsec_"):
        return "not whsec_… separated by commas"
    if not found:
        return "shorter than Stripe's, or no whsec_…"
    return "too simple to be Stripe's" if len(set(found[1])) < _FEWEST_CHARACTERS else ""


def qr_keys(case: Case) -> Found:
    """The keys of rotating codes."""
    return _keys(case, "QR_SIGNING_KEYS")


def checkout_keys(case: Case) -> Found:
    """The keys of purchase tokens and licence codes."""
    return _keys(case, "CHECKOUT_KEYS")


def ticket_keys(case: Case) -> Found:
    """The keys of event tickets."""
    return _keys(case, "TICKET_KEYS", refuse_other_length)


def _keys(case: Case, secret: str, refuse: Callable[[Keys], None] = lambda _: None) -> Found:
    """Keys that nobody can guess, each under one id."""
    try:
        keys = signing_keys.parse(case.secret(secret))
        refuse(keys)
        if not case.repository.local:
            refuse_guessable(keys)
    except ValueError as error:
        # A JSON error's text may hold a piece of a key.
        return ["not JSON" if hasattr(error, "doc") else str(error)]
    if len(set(keys.values())) < len(keys):
        return ["one key stands under two ids"]
    return f"{len(keys)} in force"


def key_accepted(case: Case) -> Found:
    """Stripe knows the key, and it may do what the functions do."""
    problem = case.stripe.key_problem(checkout=case.repository.serves("checkout"))
    return [problem] if problem else "accepted"
