"""The connections to Stripe: one pool for all threads, so that each finds a connection that is open already.

Under Stripe's SDK, which decides what is repeated. Nothing here looks for a proxy, keeps cookies or follows a redirect.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any

import stripe
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util import create_urllib3_context, parse_url

_CONNECTIONS = 32
_COMPRESSED = {"Accept-Encoding": "gzip, deflate"}


class _InOnePiece:
    """Sends a request's head and body together: one system call and one packet, where the library makes two."""

    _parts: list[bytes] | None = None

    def request(self, *arguments: Any, **keywords: Any) -> None:
        self._parts = []
        try:
            super().request(*arguments, **keywords)  # type: ignore[misc]
            whole = b"".join(self._parts)
        finally:
            self._parts = None
        super().send(whole)  # type: ignore[misc]

    def send(self, data: Any) -> None:
        if self._parts is None:
            super().send(data)  # type: ignore[misc]
        else:
            self._parts.append(data)


class _Connection(_InOnePiece, HTTPConnection):
    """To a simulator."""


class _SecureConnection(_InOnePiece, HTTPSConnection):
    """To Stripe."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class PooledClient(stripe.HTTPClient):
    """Carries the SDK's requests to the one address of Stripe's API."""

    name = "urllib3"

    def __init__(self, base: str, timeout_seconds: float) -> None:
        """To ``base``, with so long to connect, and so long until each part of the answer."""
        super().__init__()
        self._base = base
        self._pool = _pool(base, urllib3.Timeout(connect=timeout_seconds, read=timeout_seconds))

    def request(  # type: ignore[override]  # the rest is the SDK's own
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """One attempt.

        Raises:
            APIConnectionError: no whole answer came, so the effect is unknown; the SDK repeats it unless nothing could
                be sent because Stripe's certificate is not right.
        """
        path = url.removeprefix(self._base)
        sent = {**(headers or {}), **_COMPRESSED}
        try:
            answer = self._pool.urlopen(
                method.upper(), path, body=post_data, headers=sent, retries=False, redirect=False
            )
        except urllib3.exceptions.SSLError as error:
            raise _unanswered(error, repeat=False) from error
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise _unanswered(error, repeat=True) from error
        return answer.data, answer.status, answer.headers

    def close(self) -> None:
        """Give the connections back."""
        self._pool.close()


def _pool(base: str, timeout: urllib3.Timeout) -> HTTPConnectionPool:
    address = parse_url(base)
    keywords: dict[str, Any] = {"port": address.port, "timeout": timeout, "maxsize": _CONNECTIONS}
    if address.scheme == "http":
        return _Pool(str(address.host), **keywords)
    return _SecurePool(str(address.host), ssl_context=_verifying(), **keywords)


def _verifying() -> ssl.SSLContext:
    """Trusts the authorities that the SDK trusts. Made once, not for each connection."""
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.load_verify_locations(stripe.ca_bundle_path)
    return context


def _unanswered(error: Exception, *, repeat: bool) -> stripe.APIConnectionError:
    told = f"no answer from Stripe: {type(error).__name__}"
    return stripe.APIConnectionError(told, should_retry=repeat)  # type: ignore[no-untyped-call]
