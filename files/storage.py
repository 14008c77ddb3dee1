"""Where bytes lie: a file is there whole and durable, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage


class DurableStorage(FileSystemStorage):
    """A folder whose files survive a power cut once `save` has returned; a killed writer leaves no half file.

    The bytes go to a hidden file beside the place, to the disk, and only then to their name. A row that commits
    after `save` therefore never points at bytes that are not there.
    """

    def _save(self, name: str, content: File[bytes]) -> str:
        place = Path(self.path(name))
        new_folders = [folder for folder in place.parents if not folder.exists()]
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place.parent, prefix=".", suffix=".part", delete=False) as part:
            beside = Path(part.name)
            try:
                for chunk in content.chunks():
                    part.write(chunk)
                part.flush()
                os.fsync(part.fileno())
                if self.file_permissions_mode is not None:
                    beside.chmod(self.file_permissions_mode)
                beside.replace(place)
            except BaseException:
                beside.unlink(missing_ok=True)
                raise
        for folder in (place.parent, *(made.parent for made in new_folders)):
            _flush_folder(folder)
        return name.replace("\\", "/")


def _flush_folder(folder: Path) -> None:
    """Bring a folder's list of names to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
