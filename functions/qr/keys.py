"""The signing keys and the audience of this deployment."""

from __future__ import annotations

from common import documents
from common.alerts import Alert
from common.params import QR_SIGNING_KEYS
from common.signing_keys import Keys, configured


def signing_keys() -> Keys:
    """The configured keys.

    Raises:
        Refusal: ``NOT_CONFIGURED`` when there are none, or they are not usable.
    """
    return configured(QR_SIGNING_KEYS, Alert.QR_KEYS_UNUSABLE)


def audience() -> str:
    """The project's id: a code of one project is worth nothing in another."""
    return documents.project()
