"""Files from outside may be anything: each is refused with one Thai sentence, in time and memory that are bounded."""

from __future__ import annotations

import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from files import pdf as pages
from files.pdf import BadPdf, page_count, page_png, page_text
from saraban.sheets import typeset_letter
from signing.errors import SigningFailed
from signing.fields import free_fields, plan_fields, prepare
from signing.keys import SigningKey
from signing.pades import sign
from signing.validation import validate
from tests.pdf.conftest import Signers
from tests.pdf.papers import memo

BOMB = zlib.compress(b"\0" * 200_000_000, 1)
TAIL = b"trailer\n<</Root 1 0 R/Size 3>>\nstartxref\n%d\n%%%%EOF"
LOOP = (
    b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[2 0 R]>>>>\nendobj\n"
    b"2 0 obj\n<</Type/Pages/Kids[2 0 R]/Parent 2 0 R/Count 9>>\nendobj\n"
)
UNREADABLE = {
    "empty": b"",
    "text": b"hello",
    "only a header": b"%PDF-1.7\n",
    "cross-references that begin again": b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f \n"
    b"trailer\n<</Size 1/Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF",
    "deep arrays": b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000 + b"\nendobj\n" + TAIL % 9,
    "bomb": b"%PDF-1.7\n1 0 obj\n<</Type/XRef/W[1 4 2]/Size 99999999/Root 2 0 R/Filter/FlateDecode/Length "
    + b"%d>>\nstream\n" % len(BOMB)
    + BOMB
    + b"\nendstream\nendobj\nstartxref\n9\n%%EOF",
}
ODD = {
    "pages that contain themselves": LOOP
    + b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n%010d 00000 n \n" % LOOP.index(b"2 0 obj")
    + TAIL % len(LOOP),
    "half a letter": typeset_letter(memo()).pdf[:15_000],
}


def readers(data: bytes, signers: Signers) -> list[Callable[[], object]]:
    return [
        lambda: page_count(data),
        lambda: page_png(data, 0, 300),
        lambda: page_text(data, 0),
        lambda: validate(data, [signers.authority.root]),
        lambda: free_fields(data),
        lambda: prepare(data, plan_fields({}, signers=(), registry=())),
        lambda: sign(data, field="signer-1", key=signers.governor),
    ]


@pytest.mark.parametrize("kind", UNREADABLE)
def test_every_reader_refuses_what_is_no_pdf(kind: str, signers: Signers) -> None:
    for read in readers(UNREADABLE[kind], signers):
        with pytest.raises(BadPdf) as refusal:
            read()
        assert any("ก" <= letter <= "ฮ" for letter in str(refusal.value))


@pytest.mark.parametrize("kind", ODD)
def test_what_is_odd_is_read_or_refused_and_nothing_else(kind: str, signers: Signers) -> None:
    outcomes = set()
    for read in readers(ODD[kind], signers):
        try:
            read()
            outcomes.add("read")
        except (BadPdf, SigningFailed) as refusal:
            outcomes.add("refused")
            assert any("ก" <= letter <= "ฮ" for letter in str(refusal))
    assert "refused" in outcomes


def test_validation_of_a_bomb_ends_and_stays_small(tmp_path: Path) -> None:
    """In a process of its own with 1.5 GB of address space and a minute: it must end by itself with `BadPdf`."""
    file = tmp_path / "bomb.pdf"
    file.write_bytes(UNREADABLE["bomb"])
    script = (
        "import resource, sys, pathlib; resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000,) * 2)\n"
        "from files.pdf import BadPdf\nfrom signing.validation import validate\n"
        f"data = pathlib.Path({str(file)!r}).read_bytes()\n"
        "try:\n    validate(data, [])\nexcept BadPdf:\n    print('refused')\n"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert answer.stdout.strip() == "refused", answer.stderr[-2000:]


def test_images_are_bounded() -> None:
    data = typeset_letter(memo()).pdf
    for width in (0, -5, 100_000):
        with pytest.raises(BadPdf):
            page_png(data, 0, width)
    for page in (-1, 1, 10**9):
        with pytest.raises(BadPdf):
            page_text(data, page)


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    data = typeset_letter(memo()).pdf
    monkeypatch.setattr(pages, "MAX_BYTES", len(data) - 1)
    with pytest.raises(BadPdf):
        page_count(data)


def test_a_key_never_shows_itself(signers: Signers) -> None:
    key: SigningKey = signers.governor
    assert "signer" not in repr(key)
