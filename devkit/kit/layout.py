"""Where a Dart compiler finds the package for apps: as it is, and as FlutterFlow lays out what is pasted from a page.

Flutter and the plugins are the stand-ins of flutterflow/test/plugins, what FlutterFlow writes itself those of
flutterflow/test/app.
"""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from devkit.errors import DevkitError
from devkit.kit.items import KINDS, PACKAGE, index, items, stem

# What `compiler.compile` takes for all of it.
PACKAGE_MAIN = "package:kippu_flutter/kippu_flutter.dart"
APP_MAIN = "package:app/main.dart"

_APP = PACKAGE / "test" / "app"
_LANGUAGE = "3.7"

# What stands above each file of an app that FlutterFlow makes of pasted code.
_ABOVE = """\
import '/backend/backend.dart';
import '/backend/schema/structs/index.dart';
import '/backend/schema/enums/enums.dart';
import '/actions/actions.dart' as action_blocks;
import '/flutter_flow/flutter_flow_theme.dart';
import '/flutter_flow/flutter_flow_util.dart';
"""
_ABOVE_ACTION = f"""{_ABOVE}\
import '/custom_code/actions/index.dart';
import '/flutter_flow/custom_functions.dart';
import 'package:flutter/material.dart';

"""
_ABOVE_WIDGET = f"""{_ABOVE}\
import '/custom_code/widgets/index.dart';
import '/custom_code/actions/index.dart';
import '/flutter_flow/custom_functions.dart';
import 'package:flutter/material.dart';

"""
_ABOVE_FUNCTIONS = """\
import 'dart:convert';
import 'dart:math' as math;

import 'package:flutter/material.dart';
import 'package:intl/intl.dart';
import '/flutter_flow/lat_lng.dart';
import '/flutter_flow/place.dart';
import '/flutter_flow/uploaded_file.dart';
import '/backend/backend.dart';
import 'package:cloud_firestore/cloud_firestore.dart';
import '/backend/schema/structs/index.dart';
import '/backend/schema/enums/enums.dart';
import '/auth/firebase_auth/auth_util.dart';

"""


def plugins() -> dict[str, Path]:
    """The stand-ins of Flutter and the plugins, by the names of their packages."""
    return {folder.name: folder for folder in sorted((PACKAGE / "test" / "plugins").iterdir()) if folder.is_dir()}


def package_config(folder: Path, packages: Mapping[str, Path]) -> Path:
    """Write a package_config.json that names `packages`."""
    entries = [
        {"name": name, "rootUri": root.resolve().as_uri(), "packageUri": "lib/", "languageVersion": _LANGUAGE}
        for name, root in packages.items()
    ]
    file = folder / "package_config.json"
    file.write_text(json.dumps({"configVersion": 2, "packages": entries}, indent=1), encoding="utf-8")
    return file


def package(folder: Path, root: Path = PACKAGE) -> Path:
    """The package_config.json, written into `folder`, for the package as it stands in `root`, with the stand-ins."""
    return package_config(folder, {**plugins(), "kippu_flutter": root})


def snippets(page: str) -> list[tuple[str, str]]:
    """Each piece of Dart code of a page, with the public name that it declares first."""
    pieces = re.findall(r"^```dart\n(.*?)^```", page, flags=re.DOTALL | re.M)
    return [(_declared(code), code) for code in pieces]


def _declared(code: str) -> str:
    found = re.search(r"^(?!await|return|if|for)[A-Za-z][^(=;{\n]*?\b([A-Za-z]\w*)\s*(?:\(|extends)", code, flags=re.M)
    if not found:
        raise DevkitError(f"a piece of Dart code declares no action, widget or function: {code[:80]!r}")
    return found[1]


def pasted(folder: Path, page: str) -> Path:
    """Lay the snippets of a page out in `folder` as FlutterFlow does; returns the package_config.json that it writes.

    What has no name of a widget or function of the package is pasted as an action. A name that comes once more, such as
    an action that only calls the package's one, has a file that the others do not see.
    """
    app = folder / "app"
    shutil.copytree(_APP, app)
    kinds = {item.name: item.kind for item in items()}
    seen: dict[str, list[str]] = {kind: [] for kind in KINDS}
    functions = [_ABOVE_FUNCTIONS]
    again: list[str] = []
    for name, code in snippets(page):
        kind = kinds.get(name, "actions")
        if kind == "functions":
            functions.append(code)
            continue
        above = _ABOVE_WIDGET if kind == "widgets" else _ABOVE_ACTION
        file = f"{stem(name)}_{len(again)}" if name in seen[kind] else stem(name)
        if name in seen[kind]:
            again.append(f"{kind}/{file}")
        else:
            seen[kind].append(name)
        _write(app / "lib" / "custom_code" / kind / f"{file}.dart", above + code)
    for kind in ("actions", "widgets"):
        _write(app / "lib" / "custom_code" / kind / "index.dart", index(seen[kind]))
    _write(app / "lib" / "flutter_flow" / "custom_functions.dart", "\n".join(functions))
    used = ["actions/index", "widgets/index", *again]
    imports = [f"import '/custom_code/{file}.dart';\n" for file in used]
    _write(app / "lib" / "main.dart", "".join([*imports, "import '/flutter_flow/custom_functions.dart';\n"]))
    return package_config(folder, {**plugins(), "kippu_flutter": PACKAGE, "app": app})


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
