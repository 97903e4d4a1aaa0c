"""Loopback ports: free ones for tests and the demo, fixed ones for `make serve`."""

import os
import socket
from collections.abc import Mapping

from devkit.errors import DevkitError

HOST = "127.0.0.1"


def listen(port: int = 0, *, setting: str = "") -> socket.socket:
    """Open a listening socket on loopback; 0 takes any free port.

    The caller hands the open socket to the server it starts, so nobody can take the port in between.
    Raises DevkitError naming `setting` (the variable that moves the port) when the port is taken.
    """
    try:
        # With SO_REUSEADDR: a port is not taken because somebody listened there a minute ago.
        return socket.create_server((HOST, port), backlog=512)
    except OSError as error:
        hint = f"; choose another with {setting}" if setting else ""
        raise DevkitError(
            f"port {port} on {HOST} is taken or forbidden ({os.strerror(error.errno or 0)}){hint}"
        ) from error


def free_port() -> int:
    """A port nobody listens on now, for servers that can only be told a number."""
    with listen() as sock:
        return int(sock.getsockname()[1])


def configured(setting: str, default: int, env: Mapping[str, str] = os.environ) -> int:
    """The port named by the variable `setting`, or `default`; raises DevkitError for anything but 1-65535."""
    raw = env.get(setting) or str(default)
    if not raw.isascii() or not raw.isdigit() or not 0 < int(raw) < 65536:
        raise DevkitError(f"{setting} must be a port number from 1 to 65535, not {raw!r}")
    return int(raw)
