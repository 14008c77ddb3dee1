"""Storing and reading bytes. Bytes leave only through views that started at `visible_to`."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from io import BytesIO
from typing import IO, cast

import filetype
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction

from common.access import Invalid, TooLarge
from common.relations import referring
from common.vault import Relocked, lock_away, new_key, relock_column, take_out
from files.models import StoredFile
from files.pdf import BadPdf, page_count
from files.sealing import Sealer, content_size, opened

CHUNK, HEAD = 1 << 20, 8192
OFFICE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
ALLOWED = {
    "application/pdf",
    "image/png",
    "image/jpeg",
    "image/tiff",
    "application/zip",
    "text/plain",
    *OFFICE.values(),
}
_COLUMNS = [field.attname for field in StoredFile._meta.concrete_fields]
# One content has one row, also for those who store it at the same moment; the first one's type stays.
_ONE_ROW = (
    "INSERT INTO files_storedfile (sha256, size, media_type, path, pages, data_key, created_at) "  # noqa: S608 – own names only
    "VALUES (%s, %s, %s, %s, %s, %s, statement_timestamp()) ON CONFLICT (sha256) DO UPDATE SET path = EXCLUDED.path "
    f"RETURNING {', '.join(_COLUMNS)}"
)
ALLOWED_WORDS = "PDF, PNG, JPEG, TIFF, DOCX, XLSX, PPTX, ODT, ODS, ZIP หรือข้อความล้วน"


def store(stream: IO[bytes], *, name: str, only_pdf: bool = False, sealed: bool = False) -> StoredFile:
    """Hash while copying, sniff the real type, and keep the bytes once under their SHA-256.

    `name` is the original name, used in refusals only. `sealed` (a classified letter's file) keeps them encrypted under a
    key of their own; nothing of them touches the disk in the clear. Raises `Invalid` (empty, unknown or disallowed type,
    broken PDF) and `TooLarge`, each with a Thai sentence; nothing is kept then.
    """
    limit = settings.UPLOAD_LIMIT_MB * 1024 * 1024
    key = new_key() if sealed else None
    with tempfile.SpooledTemporaryFile(max_size=8 * CHUNK) as copy:
        sink = _Sink(copy, key)
        while chunk := stream.read(CHUNK):
            sink.write(chunk)
            if sink.taken > limit:
                raise TooLarge(f"ไฟล์ “{name}” ใหญ่เกิน {settings.UPLOAD_LIMIT_MB} เมกะไบต์ โปรดลดขนาดหรือแบ่งไฟล์")
        if not sink.taken:
            raise Invalid(f"ไฟล์ “{name}” ว่างเปล่า")
        sink.finish()
        media_type = sniff(sink.head, name)
        if media_type not in ALLOWED or (only_pdf and media_type != "application/pdf"):
            wanted = "PDF" if only_pdf else ALLOWED_WORDS
            raise Invalid(f"ไฟล์ “{name}” ไม่ใช่ชนิดที่รับได้ ({wanted})")
        copy.seek(0)
        pages = None
        if media_type == "application/pdf":
            pages = _pages(b"".join(opened(copy, key)) if key else copy.read(), name)
        copy.seek(0)
        return _keep(copy, sink, media_type, pages, key)


class _Sink:
    """Where an upload goes: straight into the copy, or sealed on its way. `taken` counts the content, `size` the copy."""

    def __init__(self, copy: IO[bytes], key: bytes | None) -> None:
        self.head, self.taken, self.size = b"", 0, 0
        self.digest = hashlib.sha256()
        self._copy = copy
        self._sealer = Sealer(key, self._put) if key else None

    def write(self, chunk: bytes) -> None:
        self.taken += len(chunk)
        self.head += chunk[: HEAD - len(self.head)]
        if self._sealer:
            self._sealer.write(chunk)
        else:
            self._put(chunk)

    def finish(self) -> None:
        if self._sealer:
            self._sealer.finish()

    def _put(self, piece: bytes) -> None:
        self.digest.update(piece)
        self.size += len(piece)
        self._copy.write(piece)


def store_bytes(content: bytes, *, name: str, sealed: bool = False) -> StoredFile:
    """`store` for bytes already in memory (a rendered or signed PDF)."""
    return store(BytesIO(content), name=name, sealed=sealed)


def sniff(head: bytes, name: str) -> str:
    """The media type the content shows; the name decides only between kinds of one container."""
    found = filetype.guess_mime(head)
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if found in (None, "application/zip") and head.startswith(b"PK\x03\x04"):
        return OFFICE.get(suffix, "application/zip")
    if found is None:
        try:
            text = head.decode("utf-8", errors="strict" if len(head) < 8192 else "ignore")
        except UnicodeDecodeError:
            return "application/octet-stream"
        return "application/octet-stream" if "\x00" in text else "text/plain"
    return str(found)


def _pages(content: bytes, name: str) -> int:
    try:
        return page_count(content)
    except BadPdf as error:
        raise Invalid(f"ไฟล์ “{name}” เปิดเป็น PDF ไม่ได้: {error}") from error


def _keep(copy: IO[bytes], sink: _Sink, media_type: str, pages: int | None, key: bytes | None) -> StoredFile:
    sha256 = sink.digest.hexdigest()
    path = f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
    locked = lock_away(key, context=_context(sha256)) if key else None
    with transaction.atomic(), connection.cursor() as cursor:
        known = default_storage.exists(path)
        if known:  # whoever is unlinking the same bytes ends first, or sees our row
            cursor.execute(_SAME_BYTES, [sha256])
        if not known or not default_storage.exists(path):
            default_storage.save(path, File(copy))
        cursor.execute(_ONE_ROW, (sha256, sink.size, media_type, path, pages, locked))
        return StoredFile.from_db("default", _COLUMNS, cursor.fetchone())


_SAME_BYTES = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def _context(sha256: str) -> str:
    """What a file's key is bound to: the sealed bytes it opens."""
    return f"file:{sha256}"


def _key_of(stored: StoredFile) -> bytes | None:
    return take_out(bytes(stored.data_key), context=_context(stored.sha256)) if stored.data_key is not None else None


def read(stored: StoredFile) -> bytes:
    """The whole content. Raises FileNotFoundError when storage has lost it, `BrokenSeal` when it was changed there."""
    return b"".join(chunks(stored))


def chunks(stored: StoredFile) -> Iterator[bytes]:
    """The content piece by piece, for a streaming answer."""
    key = _key_of(stored)
    with default_storage.open(stored.path, "rb") as stream:
        if key is not None:
            yield from opened(cast("IO[bytes]", stream), key)
            return
        while chunk := stream.read(CHUNK):
            yield bytes(chunk)


def size_of(stored: StoredFile) -> int:
    """How many bytes `chunks` gives: of a sealed file only its last chunk tells."""
    key = _key_of(stored)
    if key is None:
        return stored.size
    with default_storage.open(stored.path, "rb") as stream:
        return content_size(cast("IO[bytes]", stream), key, stored.size)


def reseal(stored: StoredFile, *, sealed: bool) -> StoredFile:
    """The same content as another row, sealed or in the clear: a letter was classified, or its class was taken away."""
    with tempfile.SpooledTemporaryFile(max_size=8 * CHUNK) as copy:
        key = new_key() if sealed else None
        sink = _Sink(copy, key)
        for chunk in chunks(stored):
            sink.write(chunk)
        sink.finish()
        copy.seek(0)
        return _keep(copy, sink, stored.media_type, stored.pages, key)


def discard(stored: StoredFile) -> bool:
    """Forget a content nothing refers to any more: its row now, its bytes and images once the transaction stands.

    Returns whether it was; a content that another letter, enclosure or job still names stays.
    """
    for model, name in referring(StoredFile):
        if model._base_manager.filter(**{name: stored}).exists():
            return False
    sha256, path = stored.sha256, stored.path
    StoredFile.objects.filter(pk=stored.pk).delete()
    transaction.on_commit(lambda: _unlink(sha256, path))
    return True


def _unlink(sha256: str, path: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_SAME_BYTES, [sha256])
        if StoredFile.objects.filter(sha256=sha256).exists():
            return
        default_storage.delete(path)
        folder = previews_of(sha256)
        if default_storage.exists(folder):
            for name in default_storage.listdir(folder)[1]:
                default_storage.delete(f"{folder}{name}")


def relock_keys(batch: int) -> Iterator[Relocked]:
    """Bring the files' keys under the key that locks now."""
    return relock_column(StoredFile.objects.all(), "data_key", lambda one: _context(one.sha256), batch=batch)


def previews_of(sha256: str) -> str:
    """The folder of a content's page images."""
    return f"previews/{sha256[:2]}/{sha256}/"
