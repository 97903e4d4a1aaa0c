"""An emulator whose port somebody took a moment before starts on another one."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from devkit import emulator
from devkit.emulator import Emulator
from devkit.errors import DevkitError
from devkit.ports import HOST, free_port


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as sock:
        # Nobody listens there, so whoever asks is told so at once.
        sock.bind((HOST, 0))
        yield sock.getsockname()[1]


@pytest.mark.parametrize("starts", [3, 1], ids=["", "without another try"])
def test_a_port_that_was_taken_meanwhile_is_left_to_whoever_has_it(
    monkeypatch: pytest.MonkeyPatch, taken: int, starts: int
) -> None:
    ports = iter([taken, free_port(), free_port()])
    monkeypatch.setattr(emulator, "_STARTS", starts)
    monkeypatch.setattr(emulator, "free_port", lambda: next(ports))
    if starts == 1:
        with pytest.raises(DevkitError, match="already in use"):
            Emulator.start(env={})
        return
    with Emulator.start(env={}) as started:
        assert started.answers()
        assert started.host != f"{HOST}:{taken}"
