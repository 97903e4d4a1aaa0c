"""Where functions and their twins are measured: emulator, simulator, and recordings of what each function sends."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import NamedTuple

from werkzeug.test import TestResponse

from admission import search_index
from bench.calls import BY_NAME, Call, Item
from bench.served import ServedFunction, Wire
from bench.twin import twin
from bench.wire import Request, watched
from common import cache, documents
from devkit import local
from devkit.emulator import Emulator
from devkit.errors import DevkitError
from devkit.inprocess import InProcessFunctions
from devkit.seed import connect, seed
from devkit.sign_ins import SignIns
from devkit.stripe_sim import StripeSimulator


class Seen(NamedTuple):
    """What a function sent in one call, the ids of the item that the call was about, and the sizes of both bodies."""

    requests: list[Request]
    ids: dict[str, str]
    received_bytes: int = 0
    answered_bytes: int = 0


class Side(NamedTuple):
    """A function to serve, the folder of its `main.py`, and what makes so many requests, each about its own item."""

    name: str
    source: Path
    wires: Callable[[int], list[Wire]]


class Arena:
    """The parts that every measurement shares; `deployed` is the folder that functions are served from."""

    def __init__(self, emulator: Emulator, simulator: StripeSimulator, folder: Path) -> None:
        self.emulator, self.simulator, self.folder = emulator, simulator, folder
        self.db = connect(emulator.host)
        self.api = InProcessFunctions()
        _ = self.api.app  # loaded before threads ask for it
        # A deployment's sources come without compiled files, and none are kept from start to start.
        ignored = shutil.ignore_patterns("__pycache__", "venv")
        self.deployed = shutil.copytree(local.FUNCTIONS_DIR, folder / "functions", ignore=ignored)
        self._next = 0

    def reset(self) -> None:
        """Seeded documents only, and an empty simulator."""
        self.emulator.clear()
        self.simulator.reset()
        seed(self.db)
        batch = self.db.batch()
        for reference in search_index.refs():
            # As in a project that has had events: whether one is the first in its document is a matter of chance.
            batch.set(reference, {"version": 1}, merge=True)
        batch.commit()
        cache.forget()

    def items(self, step: str, count: int) -> list[Item]:
        """`count` new items, each led up to `step` by the functions themselves."""
        numbers = range(self._next, self._next + count)
        self._next += count
        # More would only wait for each other: most of a call is work of this process.
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda number: self._item(number, step), numbers))

    def _item(self, number: int, step: str) -> Item:
        item, batch = Item(self.api, self.simulator, number), self.db.batch()
        batch.set(self.db.document(f"users/{item.ids['uid']}"), {"display_name": "購入者"})
        batch.set(self.db.document(f"imecons/{item.ids['imecon']}"), {"active": True, "display_name": "相談員"})
        batch.commit()
        if step:
            item.reach(step)
        return item

    def record(self, function: Call) -> tuple[Seen, Seen]:
        """Call the function twice in this process: what it sends in its first call, and in a later one."""
        first, second = ((item, function.wire(item)) for item in self.items(function.after, 2))
        cache.forget()
        return self._seen(function, *first), self._seen(function, *second)

    def _seen(self, function: Call, item: Item, wire: Wire) -> Seen:
        schedule = function.kind == "schedule"
        with watched(local.PROJECT) as requests:
            answer = self._answer(f"{function.name}-0" if schedule else function.name, wire)
        if answer.status_code != 200 or answer.get_data().startswith(b"ignored"):
            raise DevkitError(f"{function.name} answered {answer.status_code} {answer.get_data(as_text=True)}")
        return Seen(requests, {} if schedule else item.ids, len(wire.body), len(answer.get_data()))

    def _answer(self, name: str, wire: Wire) -> TestResponse:
        url, headers = local.function_url("", name), dict(wire.headers)
        client = self.api.app.test_client()
        return client.open(url, method=wire.method, query_string=wire.query, data=wire.body, headers=headers)

    def side(self, name: str) -> Side:
        """The function as it is deployed, called about new items."""
        call = BY_NAME[name]
        return Side(name, self.deployed, lambda count: [call.wire(item) for item in self.items(call.after, count)])

    def serve(self, side: Side) -> ServedFunction:
        """Start it; it may not listen yet. A twin has no parameters of its own, so it gets those that are deployed."""
        own = side.source if (side.source / ".env").exists() else self.deployed
        env = local.functions_env(
            firestore_host=self.emulator.host,
            stripe_url=self.simulator.url,
            auth_host=os.environ["FIREBASE_AUTH_EMULATOR_HOST"],
            source=own,
        )
        return ServedFunction(side.name, env | {"PYTHONDONTWRITEBYTECODE": "1"}, self.folder, side.source)

    def twin(self, function: Call, seen: Seen, label: str) -> Path:
        """The folder of a twin that sends what was seen."""
        text = twin(function.name, function.kind, seen.requests, seen.ids)
        return self.source(f"{function.name}-{label}", text)

    def source(self, name: str, text: str) -> Path:
        """A folder whose `main.py` is `text`."""
        folder = self.folder / name
        folder.mkdir()
        (folder / "main.py").write_text(text, encoding="utf-8")
        return folder


@contextmanager
def arena() -> Iterator[Arena]:
    """Start it, with an emulator and a folder of its own, for the functions in this process too."""
    own = {name: value for name, value in os.environ.items() if name != "FIRESTORE_EMULATOR_HOST"}
    with (
        tempfile.TemporaryDirectory(prefix="kippu-bench-") as folder,
        Emulator.start(env=own) as emulator,
        StripeSimulator(api_keys=(local.STRIPE_KEY,)) as simulator,
        SignIns() as sign_ins,
        # What the functions log in this process is not part of the report.
        Path(folder, "in-process.log").open("w", encoding="utf-8") as log,
        redirect_stdout(log),
    ):
        os.environ |= {"FIRESTORE_EMULATOR_HOST": emulator.host, "STRIPE_API_BASE": simulator.url}
        os.environ["FIREBASE_AUTH_EMULATOR_HOST"] = sign_ins.host
        documents.connection.forget()
        yield Arena(emulator, simulator, Path(folder))
