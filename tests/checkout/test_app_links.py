"""What opens the app: addresses that the deployment sets, and never a request."""

from __future__ import annotations

import pytest

from checkout import app_links as links
from checkout.app_links import app_links

LINK, SCHEME = "https://app.example/purchase", "kippu-demo://purchase"
TOKEN = "p_1.local.A_-"


@pytest.fixture(autouse=True)
def _checked_anew() -> None:
    links._checked.cache_clear()


def with_parameters(monkeypatch: pytest.MonkeyPatch, link: str, scheme: str) -> list[str]:
    monkeypatch.setenv("CHECKOUT_APP_LINK", link)
    monkeypatch.setenv("CHECKOUT_APP_SCHEME", scheme)
    return app_links(None)


def test_those_of_the_local_stack() -> None:
    assert app_links(None) == [LINK, SCHEME]


def test_the_app_link_comes_first_and_either_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    assert with_parameters(monkeypatch, LINK, SCHEME) == [LINK, SCHEME]
    assert with_parameters(monkeypatch, "", SCHEME) == [SCHEME]
    assert with_parameters(monkeypatch, LINK, " ") == [LINK]
    assert with_parameters(monkeypatch, "", "") == []


@pytest.mark.parametrize(
    ("address", "with_token"),
    [
        (LINK, f"{LINK}?purchase_token={TOKEN}"),
        (f"{LINK}?from=page", f"{LINK}?from=page&purchase_token={TOKEN}"),
        (f"{LINK}#top", f"{LINK}?purchase_token={TOKEN}#top"),
        ("https://app.example:8443", f"https://app.example:8443?purchase_token={TOKEN}"),
    ],
)
def test_the_token_is_a_parameter_of_it(monkeypatch: pytest.MonkeyPatch, address: str, with_token: str) -> None:
    assert with_parameters(monkeypatch, address, "") == [address]
    assert app_links(TOKEN) == [with_token]


@pytest.mark.parametrize(
    ("link", "scheme"),
    [
        *(
            (link, "")
            for link in ("http://app.example", "app.example", "https://", "https://a b", "javascript:alert(1)")
        ),
        *(
            ("", scheme)
            for scheme in ("https://app.example", "javascript:alert(1)", "data:text/html,x", "kippu", "://x")
        ),
        ("", "intent://x<script>"),
        ("https://app.example/\\evil.example", ""),
        ("https://user@evil.example/", ""),
    ],
)
def test_a_slip_is_no_link_and_the_operator_is_told_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], link: str, scheme: str
) -> None:
    assert with_parameters(monkeypatch, link, scheme) == []
    assert with_parameters(monkeypatch, link, scheme) == []
    (line,) = capsys.readouterr().err.splitlines()
    assert '"configuration invalid"' in line
    assert ("CHECKOUT_APP_LINK" if link else "CHECKOUT_APP_SCHEME") in line
