"""A register as XLSX or CSV. Rows come from the actor's own selection; nothing here asks who may see them.

Cells are text: what begins like a formula is neutralised, control characters are dropped (CWE-1236).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from common.rows import RegisterRow
from common.thai import date_short
from saraban.models import RegisterFolder

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_WIDTHS = (12, 12, 22, 14, 30, 30, 60, 30, 30)
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
    writer = csv.writer(_Line())
    yield b"\xef\xbb\xbf" + str(writer.writerow(headings)).encode()
    for row in rows:
        yield str(writer.writerow([harmless(cell) for cell in cells_of(row)])).encode()


def xlsx_file(title: str, headings: tuple[str, ...], rows: Iterable[RegisterRow]) -> IO[bytes]:
    """The register as a workbook, read from its beginning. Rows pass one by one into openpyxl's own temporary file."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "ทะเบียน")
    sheet.freeze_panes = "A2"
    for at, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.append([_cell(sheet, heading, bold=True) for heading in headings])
    for row in rows:
        sheet.append([_cell(sheet, harmless(cell)) for cell in cells_of(row)])
    out = BytesIO()
    book.save(out)
    out.seek(0)
    return out


def _cell(sheet: Any, text: str, *, bold: bool = False) -> Cell:
    """A text cell, whatever its text looks like."""
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if bold:
        cell.font = Font(bold=True)
    return cell
