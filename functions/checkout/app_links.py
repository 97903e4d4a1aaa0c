"""The addresses that open the app: parameters of the deployment, with nothing of a request in them but its token."""

from __future__ import annotations

import functools
import re
from urllib.parse import urlencode

from firebase_functions.params import StringParam

from common import configuration
from common.params import CHECKOUT_APP_LINK, CHECKOUT_APP_SCHEME

_APP_LINK = re.compile(r"https://[A-Za-z0-9.-]+(:\d+)?([/?#][^\s\"'<>\\]*)?")
_OWN_SCHEME = re.compile(r"(?!(https?|javascript|vbscript|data|file|blob):)[a-z][a-z0-9+.-]*:[^\s\"'<>\\]*")


def app_links(purchase_token: str | None) -> list[str]:
    """What opens the app, best first: its App Link, and its own scheme. Those that are configured.

    Args:
        purchase_token: one that was verified, for the app to confirm with.
    """
    found = (_usable(CHECKOUT_APP_LINK, _APP_LINK), _usable(CHECKOUT_APP_SCHEME, _OWN_SCHEME))
    return [_with_token(address, purchase_token) for address in found if address]


def _usable(parameter: StringParam, grammar: re.Pattern[str]) -> str:
    return _checked(parameter.name, parameter.value.strip(), grammar)


@functools.lru_cache(maxsize=8)
def _checked(name: str, address: str, grammar: re.Pattern[str]) -> str:
    """The address, or ``""`` if it is none of that kind, which the operator is told once."""
    if not address or grammar.fullmatch(address):
        return address
    configuration.invalid("functions/.env", name, "no address of that kind")
    return ""


def _with_token(address: str, purchase_token: str | None) -> str:
    if purchase_token is None:
        return address
    base, mark, fragment = address.partition("#")
    return f"{base}{'&' if '?' in base else '?'}{urlencode({'purchase_token': purchase_token})}{mark}{fragment}"
