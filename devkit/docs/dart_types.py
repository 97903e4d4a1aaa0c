"""flutterflow/lib/data/: what the callables that apps use ask for and answer, as Dart classes, one file a domain.

FlutterFlow's Code File takes classes and enums, and reads a file by itself: so no file imports another one, and how a
field is read stands in its line (`dart_values.py`).
"""

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pydantic import BaseModel

import main as deployed
from common.callable import Endpoint
from devkit.docs.dart_reasons import reasons_file
from devkit.docs.dart_values import Field, answer_fields, parts, request_fields, wrapped
from devkit.docs.markdown import prose

FOLDER = "flutterflow/lib/data"
_HEAD = "// Written by `make docs` from the functions: change those, not this.\n"
_NOTE = "// What is missing in an answer is null where it may be, and else 0, '', false, [] or {}. Times are UTC.\n"
_WIDTH = 110
_DOMAINS = {"admission.door.": "door", "admission.": "events", "qr.": "points", "entrypoints.": "account"}


def dart_types(endpoints: Mapping[str, Endpoint]) -> dict[str, str]:
    """The files: their path from the repository's root, and their text."""
    domains: dict[str, list[Endpoint]] = defaultdict(list)
    for name, endpoint in endpoints.items():
        if called_by_apps(endpoint):
            domains[_domain(deployed.MODULES[name])].append(endpoint)
    files = {domain: _HEAD + _NOTE + "\n".join(("", *_classes(found))) for domain, found in domains.items()}
    reasons = {reason for found in domains.values() for endpoint in found for reason in endpoint.reasons}
    return {f"{FOLDER}/{name}.dart": text for name, text in {**files, "reasons": _HEAD + reasons_file(reasons)}.items()}


def called_by_apps(endpoint: Endpoint) -> bool:
    """Whether others than administrators and support may call it, who have the console."""
    return not endpoint.who.startswith("an administrator")


def request_class(endpoint: Endpoint) -> str:
    """`<Function>Request`."""
    return f"{_capital(endpoint.name)}Request"


def answer_class(endpoint: Endpoint, endpoints: Iterable[Endpoint]) -> str:
    """`<Function>Answer`. Where several of the functions answer alike, it is named after what they answer."""
    alike = [other for other in endpoints if other.response is endpoint.response]
    name = endpoint.response.__name__ if len(alike) > 1 else _capital(endpoint.name)
    return f"{name.removesuffix('View').removesuffix('Response').removesuffix('Answer')}Answer"


def _domain(module: str) -> str:
    return next((name for start, name in _DOMAINS.items() if module.startswith(start)), module.partition(".")[0])


def _classes(endpoints: list[Endpoint]) -> Iterable[str]:
    """The classes of a file, each once."""
    found: dict[str, str] = {}
    for endpoint in endpoints:
        answer = answer_class(endpoint, endpoints)
        found |= {part.__name__: _request(part.__name__, part) for part in parts(endpoint.request)}
        about = f"{_first_line(endpoint.summary)} Answered with [{answer}]."
        found[request_class(endpoint)] = _request(request_class(endpoint), endpoint.request, about, endpoint.name)
        found |= {part.__name__: _answer(part.__name__, part) for part in parts(endpoint.response)}
        found[answer] = _answer(answer, endpoint.response)
    return found.values()


def _request(name: str, model: type[BaseModel], about: str | None = None, function: str | None = None) -> str:
    fields = request_fields(model)
    body = ["  dynamic toJson() => {", *(_entry(field) for field in fields), "      };"]
    constant = [f"  static const String functionName = '{function}';", ""] if function else []
    return _class(name, about or _first_line(model.__doc__), fields, constant, body)


def _answer(name: str, model: type[BaseModel]) -> str:
    fields = answer_fields(model)
    body = [
        f"  static {name} fromJson(dynamic json) {{",
        "    final data = json is Map ? json : const {};",
        f"    return {name}(",
        *(_argument(field) for field in fields),
        "    );",
        "  }",
    ]
    return _class(name, _first_line(model.__doc__), fields, [], body)


def _entry(field: Field) -> str:
    given = f"if ({field.is_given}) " if field.is_given else ""
    line = f"        {given}'{field.wire}': {field.written},"
    return line if len(line) <= _WIDTH else f"        {given}'{field.wire}': {wrapped(field.written, 8)},"


def _argument(field: Field) -> str:
    line = f"      {field.name}: {field.read},"
    return line if len(line) <= _WIDTH else f"      {field.name}: {wrapped(field.read, 6)},"


def _class(name: str, about: str, fields: list[Field], constant: list[str], body: list[str]) -> str:
    arguments = [f"    {'required ' if field.required else ''}this.{field.name}," for field in fields]
    lines = [
        *(f"/// {line}" for line in textwrap.wrap(about, _WIDTH)),
        f"class {name} {{",
        *(["  const " + name + "({", *arguments, "  });"] if fields else [f"  const {name}();"]),
        "",
        *constant,
        *(line for field in fields for line in _declared(field)),
        "",
        *body,
        "}",
        "",
    ]
    return "\n".join(lines)


def _declared(field: Field) -> Iterator[str]:
    yield from (f"  /// {line}" for line in textwrap.wrap(field.about, _WIDTH))
    yield f"  final {field.type} {field.name};"


def _first_line(text: str | None) -> str:
    return prose(text or "").partition("\n")[0]


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]
