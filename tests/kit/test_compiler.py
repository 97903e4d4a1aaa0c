"""The package for apps compiles, as it is and as it is pasted into FlutterFlow, and a mistake in it would be found."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from devkit.errors import DevkitError
from devkit.kit import compiler, layout
from devkit.kit.items import PACKAGE, items, stem
from tests.support.pages import FLUTTERFLOW, text

# It is no mistake, and has a helper of its own.
LENDING = "Future<int> lending() async => _lent();\n\nint _lent() => 1;"

# A mistake, the code that makes it, and what must be said of it. Each is pasted beside the page's own code.
MISTAKES = {
    "a forgotten import": (
        "Future<dynamic> whoAmI() async => FirebaseAuth.instance.currentUser?.uid;",
        "Undefined name 'FirebaseAuth'.",
    ),
    "null where there may be none": (
        """
import 'package:mobile_scanner/mobile_scanner.dart';

Future<String> firstCode(BarcodeCapture capture) async => capture.barcodes.first.rawValue;
""",
        "A value of type 'String?' can't be returned",
    ),
    "a renamed parameter": (
        """
import 'package:flutter_stripe/flutter_stripe.dart';

Future<dynamic> showSheet(String clientSecret) => Stripe.instance.initPaymentSheet(
      paymentSheetParameters: SetupPaymentSheetParameters(clientSecret: clientSecret),
    );
""",
        "No named parameter with the name 'clientSecret'.",
    ),
    "a wrong name of an action": (
        "Future<dynamic> misspelt() => callKipu('getDevice', {});",
        "Method not found: 'callKipu'.",
    ),
    "too few arguments for an action": (
        "Future<dynamic> tooFew() => callKippu('getDevice');",
        "Too few positional arguments",
    ),
    "a private helper of another file": (
        "Future<int> borrowing() async => _lent();",
        "Method not found: '_lent'.",
    ),
    "a switch that leaves something out": (
        """
Future<int> levelOf(bool? known) async => switch (known) {
      true => 1,
      false => 2,
    };
""",
        "is not exhaustively matched",
    ),
    "errorBuilder as it was before mobile_scanner 7": (
        """
import 'package:mobile_scanner/mobile_scanner.dart';

Future<Widget> camera() async => MobileScanner(errorBuilder: (context, error, child) => const SizedBox.shrink());
""",
        "can't be assigned to the parameter type 'Widget Function(BuildContext, MobileScannerException)?'",
    ),
    "a name of Flutter's and Stripe's": (
        """
import 'package:flutter_stripe/flutter_stripe.dart';

Future<dynamic> whichCard() async => [Card, Stripe];
""",
        "'Card' is imported from both",
    ),
    "a name of Firestore's and the scanner's, which FlutterFlow brings along": (
        """
import 'package:mobile_scanner/mobile_scanner.dart';

Future<dynamic> whichPlace() async => GeoPoint;
""",
        "'GeoPoint' is imported from both",
    ),
    "a name of Flutter's and intl's, which FlutterFlow brings along": (
        "Future<dynamic> whichDirection() async => TextDirection;",
        "'TextDirection' is imported from both",
    ),
}


def file_of(code: str) -> str:
    """The file that a pasted action gets."""
    ((name, _),) = layout.snippets(page(code))
    return f"app/lib/custom_code/actions/{stem(name)}.dart"


def page(*code: str) -> str:
    return "\n".join(f"```dart\n{each.strip()}\n```\n" for each in code)


@pytest.mark.usefixtures("dart")
def test_the_package_compiles(tmp_path: Path) -> None:
    assert compiler.compile(layout.PACKAGE_MAIN, layout.package(tmp_path)) == []


@pytest.mark.usefixtures("dart")
def test_what_the_page_says_compiles_as_it_is_pasted(tmp_path: Path) -> None:
    assert compiler.compile(layout.APP_MAIN, layout.pasted(tmp_path, text(FLUTTERFLOW))) == []


@pytest.fixture(scope="module")
def said(dart: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What the compiler says of the page when every mistake is pasted beside it."""
    wrong = page(LENDING, *(code for code, _ in MISTAKES.values()))
    pasted = layout.pasted(tmp_path_factory.mktemp("mistakes"), text(FLUTTERFLOW) + wrong)
    return compiler.compile(layout.APP_MAIN, pasted)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_in_its_file(mistake: str, said: list[str]) -> None:
    code, message = MISTAKES[mistake]
    of_file = [line for line in said if line.startswith(file_of(code))]
    assert of_file
    assert all(message in line for line in of_file)


def test_nothing_else_is_called_a_mistake(said: list[str]) -> None:
    files = {file_of(code) for code, _ in MISTAKES.values()}
    assert {line.partition(":")[0] for line in said} == files


@pytest.mark.usefixtures("dart")
def test_every_file_of_the_package_is_looked_at(tmp_path: Path) -> None:
    root = tmp_path / "flutterflow"
    shutil.copytree(PACKAGE / "lib", root / "lib")
    planted = [file for file in (root / "lib").rglob("*.dart") if not re.search(r"^export ", text(file), flags=re.M)]
    assert {item.file.relative_to(PACKAGE) for item in items()} <= {file.relative_to(root) for file in planted}
    for file in planted:
        file.write_text(text(file) + "\nfinal int _planted = 'text';\n", encoding="utf-8")
    found = compiler.compile(layout.PACKAGE_MAIN, layout.package(tmp_path, root))
    assert {tmp_path / line.partition(":")[0] for line in found} == {*planted}


def test_code_without_a_name_is_refused() -> None:
    with pytest.raises(DevkitError, match="declares no action"):
        layout.snippets(page("await callKippu('getDevice', {});"))


@pytest.mark.usefixtures("dart")
def test_a_program_gets_its_environment_and_input_and_says_how_it_ended(tmp_path: Path) -> None:
    main = tmp_path / "main.dart"
    main.write_text(
        "import 'dart:io';\n\n"
        "void main() {\n"
        "  stdout.write('${Platform.environment['WHO']} ${stdin.readLineSync()}');\n"
        "  exitCode = 3;\n"
        "}\n"
    )
    done = compiler.run(main, layout.package(tmp_path), env={"WHO": "花子"}, stdin="ようこそ\n")
    assert (done.returncode, done.stdout, done.stderr) == (3, "花子 ようこそ", "")


@pytest.mark.timeout(20)
def test_a_program_that_does_not_end_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = tmp_path / "dart"
    # What is started holds the output open, so that nothing comes back before it is gone, too.
    endless.write_text("#!/bin/sh\nsleep 60 &\nwait\n")
    endless.chmod(0o700)
    monkeypatch.setenv("KIPPU_DART", str(endless))
    with pytest.raises(DevkitError, match="did not end within"):
        compiler.run(tmp_path / "main.dart", tmp_path / "package_config.json", seconds=0.2)


def test_a_vm_that_fails_without_naming_an_error_is_no_success(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "dart"
    broken.write_text("#!/bin/sh\necho 'out of memory' >&2\nexit 255\n")
    broken.chmod(0o700)
    monkeypatch.setenv("KIPPU_DART", str(broken))
    with pytest.raises(DevkitError, match="code 255: out of memory"):
        compiler.compile(layout.PACKAGE_MAIN, tmp_path / "package_config.json")
