"""Storing and reading bytes. Bytes leave only through views that started at `visible_to`."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from io import BytesIO
from typing import IO

import filetype
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection

from common.access import Invalid, TooLarge
from files.models import StoredFile
from files.pdf import BadPdf, page_count

CHUNK = 1 << 20
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
    "INSERT INTO files_storedfile (sha256, size, media_type, path, pages, created_at) "  # noqa: S608 – own names only
    "VALUES (%s, %s, %s, %s, %s, statement_timestamp()) ON CONFLICT (sha256) DO UPDATE SET path = EXCLUDED.path "
    f"RETURNING {', '.join(_COLUMNS)}"
)
ALLOWED_WORDS = "PDF, PNG, JPEG, TIFF, DOCX, XLSX, PPTX, ODT, ODS, ZIP หรือข้อความล้วน"


def store(stream: IO[bytes], *, name: str, only_pdf: bool = False) -> StoredFile:
    """Hash while copying, sniff the real type, and keep the bytes once under their SHA-256.

    `name` is the original name, used in refusals only. Raises `Invalid` (empty, unknown or disallowed type,
    broken PDF) and `TooLarge`, each with a Thai sentence; nothing is kept then.
    """
    limit = settings.UPLOAD_LIMIT_MB * 1024 * 1024
    digest, size = hashlib.sha256(), 0
    with tempfile.SpooledTemporaryFile(max_size=8 * CHUNK) as copy:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > limit:
                raise TooLarge(f"ไฟล์ “{name}” ใหญ่เกิน {settings.UPLOAD_LIMIT_MB} เมกะไบต์ โปรดลดขนาดหรือแบ่งไฟล์")
            digest.update(chunk)
            copy.write(chunk)
        if not size:
            raise Invalid(f"ไฟล์ “{name}” ว่างเปล่า")
        copy.seek(0)
        media_type = sniff(copy.read(8192), name)
        if media_type not in ALLOWED or (only_pdf and media_type != "application/pdf"):
            wanted = "PDF" if only_pdf else ALLOWED_WORDS
            raise Invalid(f"ไฟล์ “{name}” ไม่ใช่ชนิดที่รับได้ ({wanted})")
        copy.seek(0)
        pages = _pages(copy.read(), name) if media_type == "application/pdf" else None
        copy.seek(0)
        return _keep(copy, digest.hexdigest(), size, media_type, pages)


def store_bytes(content: bytes, *, name: str) -> StoredFile:
    """`store` for bytes already in memory (a rendered or signed PDF)."""
    return store(BytesIO(content), name=name)


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


def _keep(copy: IO[bytes], sha256: str, size: int, media_type: str, pages: int | None) -> StoredFile:
    path = f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
    if not default_storage.exists(path):
        default_storage.save(path, File(copy))
    with connection.cursor() as cursor:
        cursor.execute(_ONE_ROW, (sha256, size, media_type, path, pages))
        return StoredFile.from_db("default", _COLUMNS, cursor.fetchone())


def read(stored: StoredFile) -> bytes:
    """The whole content. Raises FileNotFoundError when storage has lost it."""
    with default_storage.open(stored.path, "rb") as stream:
        return bytes(stream.read())


def chunks(stored: StoredFile) -> Iterator[bytes]:
    """The content piece by piece, for a streaming answer."""
    with default_storage.open(stored.path, "rb") as stream:
        while chunk := stream.read(CHUNK):
            yield bytes(chunk)
