"""Several hands at the same moment, each with a database connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connections


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start together; each result is what it returned or raised."""
    gate = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(n: int, call: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[n] = call()
        except Exception as error:  # noqa: BLE001 – the test looks at what was raised
            results[n] = error
        finally:
            connections.close_all()

    crew = [threading.Thread(target=run, args=(n, call)) for n, call in enumerate(calls)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join(30)
    return results
