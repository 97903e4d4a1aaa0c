"""The return page as a browser gets it: how it is asked for in process, and what stands on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode

import httpx
from werkzeug.test import TestResponse

from devkit import local
from devkit.inprocess import InProcessFunctions

from .checkouts import Bought
from .driver import Driver

_VOID = {"meta", "link"}


@dataclass(frozen=True)
class Link:
    """A link on a page."""

    href: str
    text: str
    attributes: dict[str, str | None]

    @property
    def query(self) -> dict[str, str]:
        """The parameters of its address."""
        return dict(parse_qsl(self.href.partition("?")[2], strict_parsing=True))


@dataclass
class Page(HTMLParser):
    """What stands on a page. Reading it fails when its tags are not balanced or an attribute stands twice.

    Attributes:
        tags: every tag that was opened, in order, with its attributes.
        texts: what a person reads in each kind of element.
    """

    html: str
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)
        self.close()
        assert self._open == [], self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), (tag, attrs)
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag, tag

    def handle_data(self, data: str) -> None:
        for tag in set(self._open):
            self.texts[tag][-1] += data

    @property
    def language(self) -> str | None:
        (attributes,) = self.attributes("html")
        return attributes["lang"]

    @property
    def heading(self) -> str:
        (heading,) = self.texts["h1"]
        return heading

    @property
    def links(self) -> list[Link]:
        found = zip(self.attributes("a"), self.texts.get("a", []), strict=True)
        return [Link(str(attributes["href"]), text, attributes) for attributes, text in found]

    @property
    def button(self) -> Link | None:
        """What opens the app."""
        return next((link for link in self.links if link.attributes.get("class") == "button"), None)

    @property
    def translation(self) -> Link:
        """What leads to the other language."""
        (link,) = [link for link in self.links if "hreflang" in link.attributes]
        return link

    def attributes(self, tag: str) -> list[dict[str, str | None]]:
        """Those of each element of a kind."""
        return [attributes for name, attributes in self.tags if name == tag]


def ask(
    driver: Driver, query: Mapping[str, str] | str, method: str = "GET", headers: Mapping[str, str] | None = None
) -> TestResponse:
    """The answer of checkoutPage in this process to parameters, or to the bytes of a query."""
    assert isinstance(driver.functions, InProcessFunctions)
    text = query if isinstance(query, str) else urlencode(query)
    url = local.function_url("", local.RETURN_PAGE)
    return driver.functions.app.test_client().open(url, method=method, query_string=text, headers=dict(headers or {}))


def visit(driver: Driver, bought: Bought, **more: str) -> Page:
    """The page of a purchase, which is there."""
    answer = ask(driver, {"purchase_token": driver.token(bought), **more})
    assert answer.status_code == 200, answer.text
    return Page(answer.text)


def safe(answer: TestResponse | httpx.Response) -> Page:
    """The page in an answer, after a look at what every answer must have, whatever was asked."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    policy = dict(rule.partition(" ")[::2] for rule in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert policy["style-src"].startswith("'sha256-")
    assert not policy.keys() & {"script-src", "script-src-elem", "script-src-attr"}
    assert not headers.keys() & {"location", "refresh", "set-cookie", "access-control-allow-origin"}
    page = Page(answer.text)
    assert headers["content-language"] == page.language
    used = {tag for tag, _ in page.tags}
    assert not used & {"script", "iframe", "object", "embed", "form", "base", "img"}, used
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "style"]
    for link in page.links:
        # To itself, or to the app: the addresses of the local stack's parameters.
        assert link.href.startswith(("?", "https://app.example/purchase", "kippu-demo://purchase")), link
    return page
