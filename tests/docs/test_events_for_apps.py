"""The page and the Dart code for apps that show event tickets and check them name what there is."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import main as deployed
from admission.door.check import Result
from common.errors import all_reasons
from devkit.kit.items import stem
from devkit.process import ROOT
from tests.support import dart
from tests.support.pages import codes, dart_files, section, table, text

PAGE = ROOT / "docs" / "events-for-apps.md"
FUNCTIONS = ("getTicketQR", "validateTicket", "offerTransfer", "acceptTransfer")
SECTIONS = ("Show the ticket", "Transfer", "Scan in the app")
FILES = dart_files(*(section(PAGE, title) for title in SECTIONS))
PACKAGES = {"qr_flutter", "mobile_scanner"}
each_file = pytest.mark.parametrize("file", FILES.values(), ids=list(FILES))


def endpoint(name: str) -> Any:
    """What a function declares of itself."""
    return getattr(deployed, name).__kippu__


def answered(*functions: str) -> set[str]:
    """The fields of the functions' answers."""
    return {name for each in functions for name in endpoint(each).response.model_fields}


def asked(*functions: str) -> set[str]:
    return {name for each in functions for name in endpoint(each).request.model_fields}


def test_the_code_makes_every_call_with_what_it_accepts() -> None:
    called = dart.calls("\n".join(map(text, FILES.values())))
    assert {name for name, _ in called} == {*FUNCTIONS}
    for name, fields in called:
        dart.assert_accepted(name, fields)


@each_file
def test_it_reads_only_fields_that_are_answered(file: Path) -> None:
    read = set(re.findall(r"\['(\w+)'\]", text(file)))
    added_for_live_qr, in_a_code = {"askAgainAfter", "goneAfter"}, {"t", "g"}
    assert read <= answered(*FUNCTIONS) | {"ok", "error", "reason", "message"} | added_for_live_qr | in_a_code


@each_file
def test_a_file_is_one_widget_or_action_of_its_name_and_says_what_it_does(file: Path) -> None:
    declared = r"^(?:Future<\w+>|String|class) ([A-Za-z]\w*)(?:\(| extends StatefulWidget)"
    (public,) = re.findall(declared, text(file), flags=re.M)
    assert re.sub(r"(?<=[a-z])(?=[A-Z])", "_", public).lower() == file.stem
    assert re.search(rf"^/// .*\n(///.*\n)*\S+ {public}\b", text(file), flags=re.M)
    # FlutterFlow's custom code takes neither.
    assert not re.search(r"\bextension\b|^\S.*\w<T\b", text(file), flags=re.M)


@pytest.mark.parametrize(("name", "part"), [("ticket_qr", "LiveQr"), ("ticket_scanner", "CodeCamera")])
def test_a_widget_looks_whether_it_is_seen_and_survives_what_is_thrown(name: str, part: str) -> None:
    assert f"{part}(" in text(FILES[name])
    inner = text(FILES[name].with_name(f"{stem(part)}.dart"))
    assert "VisibilityWatch(" in inner
    waiting = re.findall(r"^  Future<\w+> \w+\(.*?\) async \{\n(.*?)^  \}", inner, flags=re.M | re.S)
    waiting = [body for body in waiting if "await " in body]
    assert waiting
    # What is awaited may fail: a widget that stays as it is then does nothing ever after.
    assert [body for body in waiting if not re.search(r"^    try \{", body, flags=re.M)] == []


def test_what_is_seen_is_in_front_on_top_and_on_its_tab() -> None:
    watch = text(FILES["ticket_qr"].with_name("visibility_watch.dart"))
    assert {"AppLifecycleListener", "isCurrent", "TickerMode"} <= set(re.findall(r"\w+", watch))


def test_there_is_a_text_for_each_result_and_for_no_other() -> None:
    assert sorted(re.findall(r"case '(\w+)':", text(FILES["door_text"]))) == sorted(Result)


def test_what_the_sections_name_exists() -> None:
    said = {name for title in SECTIONS for name in codes(section(PAGE, title))}
    reasons = {name for name in said if re.fullmatch(r"[A-Z]+(_[A-Z]+)+", name)}
    assert reasons <= {reason.name for reason in all_reasons()}
    fields = {name for name in said if re.fullmatch(r"[a-z]+(_[a-z]+)+", name)}
    assert fields <= answered(*FUNCTIONS) | asked(*FUNCTIONS, "createEvent") | PACKAGES | {"event_tickets"}
    names = {name for name in said if re.fullmatch(r"[a-z]+([A-Z]\w*)+", name)}
    assert names <= {*deployed.MODULES, "eventId", "onScan"}


def test_the_reasons_of_a_transfer_are_those_of_its_calls() -> None:
    listed = {codes(reason)[0] for reason, _ in table(section(PAGE, "Transfer"), "reason")}
    assert listed <= {reason.name for each in ("offerTransfer", "acceptTransfer") for reason in endpoint(each).reasons}


def test_the_example_of_an_event_is_accepted() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", section(PAGE, "For organisers"), flags=re.S)
    endpoint("createEvent").request.model_validate(json.loads(example))
