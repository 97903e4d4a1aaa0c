"""The body of a request, read up to a limit, whether or not its length was said before (chunked)."""

from __future__ import annotations

from flask import Request
from werkzeug.exceptions import HTTPException


def read(request: Request, most: int) -> bytes | None:
    """The body, or ``None`` when it is longer than ``most`` bytes or broke off. No more of it is read than that.

    The request keeps it, so that whoever asks it later gets the same bytes.
    """
    # A stream that goes on at the limit looks like one that ends there, so one byte more is asked for.
    request.max_content_length = most + 1
    try:
        body = request.get_data()
    except HTTPException:
        return None
    return body if len(body) <= most else None
