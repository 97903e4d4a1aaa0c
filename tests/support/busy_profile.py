"""A profile whose owner's app writes to it all the time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from google.api_core.exceptions import GoogleAPICallError
from google.cloud import firestore


@contextmanager
def written_to_all_the_time(db: firestore.Client, uid: str, writers: int) -> Iterator[None]:
    """So many threads never leave ``users/{uid}`` alone."""
    over, profile = threading.Event(), db.document(f"users/{uid}")

    def write(number: int) -> None:
        count = 0
        while not over.is_set():
            try:
                profile.set({f"field-{number}": (count := count + 1)}, merge=True)
            except GoogleAPICallError:
                continue

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()
