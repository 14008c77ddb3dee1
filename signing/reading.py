"""Opening PDFs for signing and judging. Files come from outside: what they may cost is bounded here, once.

A cross-reference stream of a few hundred kilobytes can claim forty million objects; pyHanko would count them all.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

from pyhanko.pdf_utils.decode_limits import (
    DEFAULT_PURPOSE_LIMITS,
    DecodeLimits,
    DecodePurpose,
    DocumentDecodeBudget,
    StreamDecodeLimits,
)
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from files.pdf import MAX_BYTES, BadPdf

MIB = 1024 * 1024
MAX_REVISIONS = 256
MAX_TABLE_ENTRIES = 300_000
BROKEN = (
    PdfError,
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    RuntimeError,  # too deep, or of a kind pyHanko cannot read
    AssertionError,
    MemoryError,
)
_LIMITS = DecodeLimits(
    per_stream=StreamDecodeLimits(max_output_size=64 * MIB),
    per_purpose={
        **DEFAULT_PURPOSE_LIMITS,
        DecodePurpose.XREF_STREAM: StreamDecodeLimits(max_output_size=2 * MIB),
        DecodePurpose.OBJECT_STREAM: StreamDecodeLimits(max_ratio=100, ratio_floor=MIB, max_output_size=16 * MIB),
    },
    document_budget=DocumentDecodeBudget(base_allowance=64 * MIB, max_ratio=20),
)


def open_reader(pdf: bytes) -> PdfFileReader:
    """A pyHanko reader of `pdf` within the bounds; raises `BadPdf`."""
    with refusing("ไฟล์นี้ไม่ใช่ PDF หรือข้อมูลภายในเสียหาย"):
        _screen(pdf)
        reader = PdfFileReader(io.BytesIO(pdf), strict=False, decode_limits=_LIMITS)
        if reader.encrypted:
            raise BadPdf("ไฟล์ PDF ถูกเข้ารหัส จึงตรวจสอบหรือลงลายมือชื่อไม่ได้")
        return reader


def open_writer(pdf: bytes) -> IncrementalPdfFileWriter:
    """A pyHanko writer that appends to `pdf`, within the bounds; raises `BadPdf`."""
    with refusing("ไฟล์ PDF เสียหาย จึงลงลายมือชื่ออิเล็กทรอนิกส์ไม่ได้"):
        _screen(pdf)
        return IncrementalPdfFileWriter(io.BytesIO(pdf), decode_limits=_LIMITS)


@contextmanager
def refusing(sentence: str) -> Iterator[None]:
    """Whatever a broken file makes pyHanko raise becomes `BadPdf` with this Thai sentence."""
    try:
        yield
    except BadPdf:
        raise
    except BROKEN as error:
        raise BadPdf(sentence) from error


def _screen(pdf: bytes) -> None:
    if len(pdf) > MAX_BYTES:
        raise BadPdf("ไฟล์ PDF มีขนาดใหญ่เกินกว่าที่ระบบอ่านได้")
    if b"%PDF-" not in pdf[:1024]:
        raise BadPdf("ไฟล์นี้ไม่ใช่ PDF")
    entries = pdf.count(b" 00000 n") + pdf.count(b" 65535 f")
    if pdf.count(b"startxref") > MAX_REVISIONS or entries > MAX_TABLE_ENTRIES:
        raise BadPdf("ไฟล์ PDF มีโครงสร้างใหญ่หรือถูกต่อเติมหลายครั้งเกินกว่าที่ระบบอ่านได้")
