"""A register as lines of cells, and as CSV. Rows come from the actor's own selection; nothing here asks who may see them.

Cells are text: what begins like a formula is neutralised, control characters are dropped (CWE-1236).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator

from common.rows import RegisterRow
from common.thai import date_short
from saraban.models import RegisterFolder

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def columns_of(folder: RegisterFolder) -> tuple[str, ...]:
    """The headings of แบบที่ 13 (receive) and แบบที่ 14 (send and the registers kept like it), with the day of the page first."""
    kind = "รับ" if folder.is_receiving else "ส่ง"
    return ("วันที่ลงทะเบียน", f"เลขทะเบียน{kind}", "ที่", "ลงวันที่", "จาก", "ถึง", "เรื่อง", "การปฏิบัติ", "หมายเหตุ")


def cells_of(row: RegisterRow) -> tuple[str, ...]:
    """One line in the order of `columns_of`. A voided number says so before its reason."""
    remark = f"ยกเลิกเลข {row.remark}".strip() if row.voided else row.remark
    dated = date_short(row.dated) if row.dated else ""
    return (date_short(row.day), row.seq, row.number, dated, row.sender, row.addressee, row.subject, row.done, remark)


def harmless(text: str) -> str:
    """`text` as a cell that no spreadsheet takes for a formula."""
    clean = _CONTROL.sub("", text)
    return f"'{clean}" if clean.lstrip(" \n").startswith(_FORMULA) or clean.startswith(_FORMULA) else clean


class _Line:
    """What csv writes to: it hands back the line instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(headings: tuple[str, ...], rows: Iterable[RegisterRow]) -> Iterator[bytes]:
    """The register as UTF-8 lines with a byte order mark, so that spreadsheets read the Thai."""
    return csv_of(headings, map(cells_of, rows))


def csv_of(headings: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> Iterator[bytes]:
    """The same of any list's lines."""
    writer = csv.writer(_Line())
    yield b"\xef\xbb\xbf" + str(writer.writerow(headings)).encode()
    for line in lines:
        yield str(writer.writerow([harmless(cell) for cell in line])).encode()
