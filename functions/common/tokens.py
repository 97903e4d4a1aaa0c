"""Who calls: the ID token and the App Check token of a call, verified by the Admin SDK.

What is wrong with a token is told to nobody, and only its kind goes to the log: what the Admin SDK says of a token
holds parts of it, however long.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from firebase_admin import app_check, auth
from flask import Request

from common import log
from common.errors import CallReason, Refusal

_SCHEME = "Bearer "


def verified_claims(request: Request, *, enforce_app_check: bool) -> dict[str, Any]:
    """The claims of the caller's ID token.

    Raises:
        Refusal: ``UNAUTHENTICATED``: it, or an App Check token that there must be, is missing or not valid.
    """
    authorization = request.headers.get("Authorization", "")
    if not authorization.startswith(_SCHEME):
        raise Refusal(CallReason.UNAUTHENTICATED)
    claims = _verified(auth.verify_id_token, authorization.removeprefix(_SCHEME))
    if enforce_app_check:
        _verified(app_check.verify_token, request.headers.get("X-Firebase-AppCheck", ""))
    return claims


def _verified(verify: Callable[[str], dict[str, Any]], token: str) -> dict[str, Any]:
    try:
        return verify(token)
    except Exception as error:
        log.about(problem=type(error).__name__)
        raise Refusal(CallReason.UNAUTHENTICATED) from error
