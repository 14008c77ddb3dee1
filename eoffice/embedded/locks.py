"""File locks between processes. The kernel drops them when their holder dies, however it dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file `path` alone, waiting for whoever has it."""
    handle = _open(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class Taken(Exception):
    """Another living process holds the lock."""


@contextmanager
def exclusive_or_taken(path: Path) -> Iterator[None]:
    """Hold the lock file `path` alone, or raise `Taken` at once."""
    handle = _open(path)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Taken(path) from error
        yield
    finally:
        os.close(handle)


class Guests:
    """A shared lock: who holds it uses the servers. Enter and leave only under an exclusive lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None

    def enter(self) -> None:
        """Be counted as a user of the servers."""
        self._handle = _open(self.path)
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def leave(self) -> bool:
        """Stop being counted; true when nobody else is left."""
        if self._handle is None:
            return False
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            return True
        finally:
            os.close(self._handle)
            self._handle = None


def _open(path: Path) -> int:
    """A descriptor of the lock file that children do not inherit (Python's default)."""
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
