"""A callable that does nothing but what the SDK does for it: the token is verified, the envelope read and written."""

from typing import Any

import firebase_admin
from firebase_functions import https_fn

firebase_admin.initialize_app()


@https_fn.on_call()
def nothing(_: https_fn.CallableRequest[Any]) -> dict[str, bool]:
    """Answers at once."""
    return {"ok": True}
