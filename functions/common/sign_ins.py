"""Sign-ins of Firebase Authentication: their addresses, and their end with their accounts."""

from __future__ import annotations

import firebase_admin

from common.environment import refuse_local_settings_when_deployed
from common.made_once import MadeOnce

TIMEOUT_SECONDS = 10
"""Of a request. The SDK's own two minutes are longer than a call may take."""


@MadeOnce
def _app() -> firebase_admin.App:
    """An app of its own: the one that verifies tokens has other settings, and a schedule has none."""
    refuse_local_settings_when_deployed()
    return firebase_admin.initialize_app(options={"httpTimeout": TIMEOUT_SECONDS}, name="sign-ins")


def exists(uid: str) -> bool:
    """Whether somebody can sign in as this user."""
    from firebase_admin import auth

    try:
        auth.get_user(uid, app=_app())
    except auth.UserNotFoundError:
        return False
    return True


def address(uid: str) -> str | None:
    """The mail address that a user signs in with; ``None`` if there is none.

    Raises:
        FirebaseError: it could not be looked up now.
    """
    from firebase_admin import auth

    try:
        found: str | None = auth.get_user(uid, app=_app()).email
    except auth.UserNotFoundError:
        return None
    return found


def delete(uid: str) -> None:
    """Delete a user's sign-in, if there is one.

    Raises:
        FirebaseError: it could not be deleted now.
    """
    from firebase_admin import auth

    try:
        auth.delete_user(uid, app=_app())
    except auth.UserNotFoundError:
        return
