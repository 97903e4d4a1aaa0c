"""Tables of the written pages: what there is comes from the code, what it means from devkit/docs/words/."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from firebase_functions.params import BoolParam, IntParam, SecretParam, StringParam

import main as deployed
from admission.door.check import Result
from common import params
from consultation.terms import Terms
from devkit.docs.markdown import table
from devkit.docs.words import Language, words
from devkit.errors import DevkitError
from devkit.process import ROOT

_PARAMETERS = (BoolParam, IntParam, SecretParam, StringParam)
NOTHING = '""'
"""An empty default, as it is written in a file of parameters."""
_DOOR_TEXTS = ROOT / "hosting" / "door" / "texts.js"
_HEADS: Mapping[str, Mapping[Language, tuple[str, ...]]] = {
    "functions": {"en": ("for", "functions"), "ja": ("用途", "関数")},
    "parameters": {"en": ("name", "kind", "default", "what"), "ja": ("名前", "種類", "既定値", "内容")},
    "terms": {"en": ("term", "default", "what"), "ja": ("項目", "既定値", "内容")},
    "results": {"en": ("result", "why"), "ja": ("result", "理由")},
    "answers": {"en": ("answer", "what it means", "what to do"), "ja": ("結果", "意味", "対応")},
}
_KINDS = {"en": {True: "secret", False: "parameter"}, "ja": {True: "シークレット", False: "パラメーター"}}


def functions(language: Language) -> str:
    """The functions by what they are for."""
    groups = words("functions")["groups"]
    _same("functions", [name for group in groups for name in group["functions"]], deployed.MODULES)
    return _table("functions", language, [(group[language], _codes(group["functions"])) for group in groups])


def parameters(language: Language) -> str:
    """Every parameter and secret with its default."""
    says = words("parameters")
    found = [
        each for each in vars(params).values() if isinstance(each, (BoolParam, IntParam, SecretParam, StringParam))
    ]
    _same("parameters", says, [each.name for each in found])
    by_name = {each.name: each for each in found}
    rows = [(f"`{name}`", *_declared(by_name[name], language), text[language]) for name, text in says.items()]
    return _table("parameters", language, rows)


def terms(language: Language) -> str:
    """The terms of a ticket type with their defaults."""
    says, defaults = words("terms"), asdict(Terms())
    _same("terms", says, defaults)
    return _table(
        "terms", language, [(f"`{name}`", _default(defaults[name]), says[name][language]) for name in defaults]
    )


def door_results(language: Language) -> str:
    """What a scan may be answered."""
    says = words("door")["results"]
    _same("door", says, Result)
    return _table("results", language, [(f"`{result}`", says[result][language]) for result in Result])


def door_answers(language: Language) -> str:
    """What the door page says, in the language of its screen, and what its staff do then."""
    says, shown = words("door")["answers"], door_texts()
    _same("door", {name.partition(".")[0] for name in says} - {"stale"}, Result)
    rows = []
    for name, text in says.items():
        japanese, english = shown[name]
        label = japanese if language == "ja" else f"{japanese} / {english}"
        rows.append((label, text["means"][language], text["do"][language]))
    return _table("answers", language, rows)


def door_texts() -> dict[str, tuple[str, str]]:
    """Every text of the door page: Japanese and English by its name."""
    entry = re.compile(r'^  "?([\w.]+)"?: \[\s*"(.*?)",\s*"(.*?)",?\s*\],$', flags=re.M | re.S)
    return {name: (japanese, english) for name, japanese, english in entry.findall(_DOOR_TEXTS.read_text("utf-8"))}


TABLES: Mapping[str, Callable[[Language], str]] = {
    "functions": functions,
    "parameters": parameters,
    "terms": terms,
    "door-results": door_results,
    "door-answers": door_answers,
}


def _declared(parameter: Any, language: Language) -> tuple[str, str]:
    """A parameter's kind and default. Secrets have none."""
    secret = isinstance(parameter, SecretParam)
    return _KINDS[language][secret], "–" if secret else f"`{str(parameter.default).lower() or NOTHING}`"


def _default(value: object) -> str:
    return f"`{value}`" if isinstance(value, str) else str(value)


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(name: str, language: Language, rows: Iterable[tuple[str, ...]]) -> str:
    return table(_HEADS[name][language], rows)


def _same(name: str, said: Iterable[str], known: Iterable[str]) -> None:
    """Raises DevkitError unless the words are about exactly what there is."""
    if sorted(said) != sorted(known):
        differing = ", ".join(sorted({*said} ^ {*known})) or "one is said twice"
        raise DevkitError(f"devkit/docs/words/{name}.toml and the code differ: {differing}")
