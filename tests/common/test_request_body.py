"""Bodies are read up to a limit, also those that do not say how long they are."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Request
from werkzeug.test import create_environ

from common import request_body

MOST = 1_000


class Stream:
    """What a client sends: so many bytes, a few at a time. Counts how many were asked for."""

    def __init__(self, length: int, *, breaks: bool = False) -> None:
        self.left, self.breaks, self.given = length, breaks, 0

    def read(self, size: int) -> bytes:
        if self.breaks and not self.left:
            raise OSError("the client is gone")
        piece = min(size, 100, self.left)
        self.left -= piece
        self.given += piece
        return b" " * piece


def request(stream: Any, length: int | None = None) -> Request:
    """As gunicorn gives it: the server ends the stream, whether or not the length was said before."""
    said = {} if length is None else {"CONTENT_LENGTH": str(length)}
    return Request({**create_environ(method="POST"), "wsgi.input": stream, "wsgi.input_terminated": True, **said})


@pytest.mark.parametrize("said", [True, False])
@pytest.mark.parametrize("length", [0, 1, MOST - 1, MOST])
def test_a_body_up_to_the_limit_is_read_and_kept(length: int, said: bool) -> None:
    found = request(Stream(length), length if said else None)
    assert request_body.read(found, MOST) == b" " * length
    assert found.get_data() == b" " * length


@pytest.mark.parametrize("said", [True, False])
@pytest.mark.parametrize("length", [MOST + 1, MOST + 2, 10 * MOST])
def test_a_longer_one_is_not(length: int, said: bool) -> None:
    assert request_body.read(request(Stream(length), length if said else None), MOST) is None


def test_of_a_body_without_an_end_no_more_than_the_limit_is_read() -> None:
    endless = Stream(1_000 * MOST)
    assert request_body.read(request(endless), MOST) is None
    assert endless.given == MOST + 1


def test_of_a_body_that_is_said_to_be_too_long_nothing_is_read() -> None:
    long = Stream(1_000 * MOST)
    assert request_body.read(request(long, 1_000 * MOST), MOST) is None
    assert long.given == 0


def test_a_body_that_breaks_off_is_none() -> None:
    assert request_body.read(request(Stream(10, breaks=True)), MOST) is None


def test_where_no_server_ends_the_stream_there_is_no_body_without_a_length() -> None:
    found = request(Stream(10))
    del found.environ["wsgi.input_terminated"]
    assert request_body.read(found, MOST) == b""
