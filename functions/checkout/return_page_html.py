"""The HTML of the return page. Everything that is not written here is escaped; it runs no script. Pure."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from string import Template

from checkout import return_page_texts as texts
from checkout.return_page_texts import Message, Text

_STYLE = """
body { margin: 0; background: #ffffff; color: #1a1a1a; font: 1.0625rem/1.7 system-ui, sans-serif; }
header, main { max-width: 34rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.4; }
h2 { font-size: 1.125rem; }
a { color: #0b4f8a; display: inline-block; padding: .5rem 0; }
a:focus-visible { outline: .2rem solid #b34700; outline-offset: .2rem; }
.button { display: block; padding: .9rem 1rem; border-radius: .5rem; background: #0b4f8a; color: #ffffff;
  font-weight: 600; text-align: center; text-decoration: none; }
dt { color: #555555; font-size: .9375rem; }
dd { margin: 0 0 .75rem; }
nav { text-align: right; }
"""
_PAGE = Template(f"""<!doctype html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$heading</title>
<link rel="icon" href="data:,">
<style>{_STYLE}</style>
</head>
<body>
<header>
<nav aria-label="$languages"><a href="$translation" hreflang="$other" lang="$other">$other_language</a></nav>
</header>
<main>
<h1>$heading</h1>
$body
</main>
</body>
</html>
""")

_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    "default-src 'none'",
    f"style-src 'sha256-{_STYLE_HASH}'",
    # The empty icon, so that browsers ask for none.
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)
HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "; ".join(_POLICY),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@dataclass(frozen=True)
class Links:
    """The addresses that the page leads to.

    Attributes:
        open_app: the button's.
        open_otherwise: another one that opens the app.
        again: the same page.
        translation: the same page in the other language.
    """

    open_app: str | None
    open_otherwise: str | None
    again: str
    translation: str


def page(
    language: str, message: Message, links: Links, facts: Iterable[tuple[Text, Text]], help_texts: Iterable[Text]
) -> str:
    """The whole page in a language, ``ja`` or ``en``."""

    def say(text: Text) -> str:
        return escape(text.in_(language))

    def link(address: str | None, text: Text, how: str = "") -> str:
        return f'<p><a{how} href="{escape(address)}">{say(text)}</a></p>' if address is not None else ""

    listed = "".join(f"<dt>{say(name)}</dt><dd>{say(value)}</dd>\n" for name, value in facts)
    body = [
        *(f"<p>{say(paragraph)}</p>" for paragraph in message.paragraphs),
        link(links.open_app, texts.OPEN_APP, ' class="button"'),
        link(links.again if message.may_change else None, texts.LOOK_AGAIN),
        f"<dl>\n{listed}</dl>" if listed else "",
        f"<h2>{say(texts.IF_NOT_OPENED)}</h2>",
        *(f"<p>{say(paragraph)}</p>" for paragraph in help_texts),
        link(links.open_otherwise, texts.OPEN_OTHERWISE),
    ]
    other = "ja" if language == "en" else "en"
    return _PAGE.substitute(
        language=language,
        heading=say(message.heading),
        languages=say(texts.LANGUAGES),
        translation=escape(links.translation),
        other=other,
        other_language=escape(texts.THIS_LANGUAGE.in_(other)),
        body="\n".join(filter(None, body)),
    )
