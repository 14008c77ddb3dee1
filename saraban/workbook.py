"""A register as a workbook (XLSX). A module of its own: openpyxl loads with the first one that is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import BytesIO
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from common.rows import RegisterRow
from saraban.exports import cells_of, harmless

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_WIDTHS = (12, 12, 22, 14, 30, 30, 60, 30, 30)


def xlsx_file(title: str, headings: tuple[str, ...], rows: Iterable[RegisterRow]) -> IO[bytes]:
    """The register as a workbook, read from its beginning. Rows pass one by one into openpyxl's own temporary file."""
    return xlsx_of(title, headings, map(cells_of, rows), _WIDTHS)


def xlsx_of(
    title: str, headings: tuple[str, ...], lines: Iterable[tuple[str, ...]], widths: tuple[int, ...]
) -> IO[bytes]:
    """The same of any list's lines; `widths` of the columns in characters."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "ทะเบียน")
    sheet.freeze_panes = "A2"
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    sheet.append([_cell(sheet, heading, bold=True) for heading in headings])
    for line in lines:
        sheet.append([_cell(sheet, harmless(cell)) for cell in line])
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
