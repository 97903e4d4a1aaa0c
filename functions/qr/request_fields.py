"""The fields that name a reading in requests."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from common import ids

Nonce = Annotated[str, StringConstraints(pattern=f"^{ids.NONCE}$")]
"""The nonce of a code, as ``verifySecureQR`` answered it."""
