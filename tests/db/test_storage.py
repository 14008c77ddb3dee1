"""Stored bytes are whole or absent, and one content has one row."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile, File
from django.db import connections

from files.actions import read, store_bytes
from files.models import StoredFile
from files.storage import DurableStorage


class Broken(File[bytes]):
    """A source that breaks off after its first piece."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"half"
        raise OSError("the disk is full")


def test_a_writer_that_dies_leaves_no_half_file(tmp_path: Path) -> None:
    storage = DurableStorage(location=tmp_path)
    with pytest.raises(OSError, match="full"):
        storage.save("ab/cd/abcd", Broken(None))
    assert not storage.exists("ab/cd/abcd")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_name_shows_its_bytes_only_when_they_are_all_there(tmp_path: Path) -> None:
    storage = DurableStorage(location=tmp_path)

    class Watched(ContentFile[bytes]):
        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            yield b"first "
            assert not storage.exists("ab/whole")
            yield b"second"

    storage.save("ab/whole", Watched(b"first second"))
    assert (tmp_path / "ab/whole").read_bytes() == b"first second"
    assert (tmp_path / "ab/whole").stat().st_mode & 0o777 == 0o644


@pytest.mark.django_db(transaction=True)
def test_one_content_stored_by_many_at_once_has_one_row() -> None:
    def keep(_: int) -> Any:
        try:
            return store_bytes("เนื้อความเดียวกัน".encode(), name="a.txt").pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        rows = set(pool.map(keep, range(12)))
    assert rows == {StoredFile.objects.get().pk}
    assert read(StoredFile.objects.get()) == "เนื้อความเดียวกัน".encode()
