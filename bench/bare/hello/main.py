"""The least a function can be: it imports firebase_functions and answers."""

from firebase_functions import https_fn
from flask import Request, Response


@https_fn.on_request()
def hello(_: Request) -> Response:
    """Answers at once."""
    return Response("hello")
