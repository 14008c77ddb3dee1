"""The body comes from people: nothing in it may be fetched, break the form, or pass as part of it."""

from __future__ import annotations

import socket
import threading

import pytest

from files.pdf import page_count
from files.typesetting import typeset
from saraban.sheets import typeset_letter
from saraban.sheets.body import printable_body
from tests.pdf.papers import external, memo, poppler_text

AWKWARD = '<b>&"' + "ทดสอบหัวเรื่องยาวมาก</style><script>x</script>{{ sheet.number }}" * 8


def test_a_subject_of_markup_is_printed_as_typed() -> None:
    subject = AWKWARD[:500]
    for sheet in (external(subject=subject, salutation="<i>", addressee="&amp;"), memo(subject=subject)):
        pdf = typeset_letter(sheet).pdf
        flat = "".join(poppler_text(pdf, "-raw").split())
        assert "".join(subject.split()) in flat
        assert page_count(pdf) <= 2


def test_words_of_continuation_cannot_leave_their_string() -> None:
    body = '<p>"; } } body { display: none } \\ "</p>' * 60
    pdf = typeset_letter(external(body_html=body)).pdf
    assert page_count(pdf) > 1
    assert '/"; } } body' in poppler_text(pdf)


def test_nothing_in_a_page_is_fetched() -> None:
    """A page that asks for everything it can think of is set, and a listening socket hears nothing."""
    heard: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        stop = threading.Event()

        def listen() -> None:
            while not stop.is_set():
                try:
                    heard.append(listener.accept())
                except TimeoutError:
                    continue

        ear = threading.Thread(target=listen)
        ear.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        html = f"""<html lang="th"><head><title>x</title><link rel="stylesheet" href="{url}/a.css">
        <style>@import url({url}/b.css); @font-face {{ font-family: F; src: url({url}/f.ttf) }}
        body {{ background: url({url}/c.png); font-family: F }} @page {{ background: url(file:///etc/passwd) }}</style>
        </head><body><img src="{url}/d.png"><img src="file:///etc/hostname"><object data="{url}/e.svg"></object>
        <img src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'><image href='{url}/g.png'/></svg>">ข้อความ</body></html>"""
        pdf = typeset(html).pdf
        typeset_letter(
            external(body_html=f'<p>เนื้อความ<img src="{url}/h.png"></p><link href="{url}/i.css" rel="stylesheet">')
        )
        stop.set()
        ear.join()
    assert heard == []
    assert "ข้อความ" in poppler_text(pdf)
    assert b"root:" not in pdf


@pytest.mark.parametrize(
    "hostile",
    [
        '<p style="position:fixed;top:0">ปลอม</p>',
        '<p data-place="signer-1">ปลอม</p>',
        '<p class="secrecy top">ปลอม</p>',
        '<style>.urgency{display:none}</style><p onclick="x">ปลอม</p>',
        '<div id="x"><h1>ปลอม</h1></div>',
    ],
)
def test_only_what_a_letter_may_hold_is_left_of_a_body(hostile: str) -> None:
    clean = printable_body(hostile, digits=False)
    assert "ปลอม" in clean
    for word in ("style", "data-place", "class", "onclick", "<h1", "id="):
        assert word not in clean


def test_lists_go_on_counting_where_they_were_told_to() -> None:
    pdf = typeset_letter(memo(body_html='<ol start="4"><li>ข้อสี่<ol><li>ข้อย่อย</li></ol></li><li>ข้อห้า</li></ol>')).pdf
    text = poppler_text(pdf)
    assert "๔." in text and "๔.๑" in text and "๕." in text


def test_a_monstrous_table_is_printed_in_bounded_size() -> None:
    pdf = typeset_letter(memo(body_html='<table><tr><td colspan="999999999" rowspan="99999">ก</td></tr></table>')).pdf
    assert page_count(pdf) == 1
