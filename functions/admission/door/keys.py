"""The keys that sign tickets, of which phones at the door get the public halves."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from common import log
from common.alerts import Alert
from common.errors import CallReason, Refusal
from common.made_once import MadeOnce
from common.params import TICKET_KEYS
from common.signing_keys import Keys, configured

SEED_BYTES = 32


@MadeOnce
def _key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def private_keys() -> dict[str, Ed25519PrivateKey]:
    """The configured keys by their id. The first signs.

    Raises:
        Refusal: ``NOT_CONFIGURED`` when there are none, or they are not usable.
    """
    seeds = configured(TICKET_KEYS, Alert.TICKET_KEYS_UNUSABLE)
    try:
        refuse_other_length(seeds)
    except ValueError as error:
        log.error(Alert.TICKET_KEYS_UNUSABLE, problem=str(error))
        raise Refusal(CallReason.NOT_CONFIGURED) from error
    return {kid: _key(seed) for kid, seed in seeds.items()}


def public_keys() -> dict[str, Ed25519PublicKey]:
    """Their public halves. Raises what ``private_keys`` does."""
    return {kid: key.public_key() for kid, key in private_keys().items()}


def refuse_other_length(seeds: Keys) -> None:
    """Check that every key is as long as a seed of Ed25519.

    Raises:
        ValueError: one is not. Names no key.
    """
    if any(len(seed) != SEED_BYTES for seed in seeds.values()):
        raise ValueError(f"a key is not {SEED_BYTES} bytes long")
