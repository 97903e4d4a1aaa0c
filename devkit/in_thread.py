"""A server of the local stack that runs in a thread of the process that needs it."""

import threading
from http.server import ThreadingHTTPServer
from typing import Self

from devkit.process import Stoppable


class ServerInThread(Stoppable):
    """Serves from ``start``, or the beginning of its `with` block, until it is stopped."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def start(self) -> Self:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self.start()
