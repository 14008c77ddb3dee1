"""Places on a paper made elsewhere: read, refused where they cannot stand, proposed where they can."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from draft.places import faults, overlap, propose, read_number, read_place
from saraban.sheets.kinds import KINDS
from saraban.sheets.uploaded import places_wanted, sealed_together

A4 = [(210.0, 297.0), (210.0, 297.0)]


def said(places: dict[str, list[float]], kind: str = "MEMO", signers: int = 1) -> list[str]:
    found = faults(places, places_wanted(kind, signers), A4, sealed_together(kind))
    return [f"{one.name}: {one.sentence}" for one in found]


GOOD = {
    "signer-1": [1.0, 90.0, 200.0, 72.0, 22.0],
    "registry-number": [0.0, 36.0, 38.0, 58.0, 8.0],
    "registry-date": [0.0, 105.0, 38.0, 55.0, 8.0],
}


def test_good_places_are_taken() -> None:
    assert said(GOOD) == []


@pytest.mark.parametrize(
    ("name", "place", "words"),
    [
        ("signer-1", [2.0, 90.0, 200.0, 72.0, 22.0], "หน้าที่ไม่มีในไฟล์"),
        ("signer-1", [-1.0, 90.0, 200.0, 72.0, 22.0], "หน้าที่ไม่มีในไฟล์"),
        ("signer-1", [1.0, 150.0, 200.0, 72.0, 22.0], "เลยขอบกระดาษ"),
        ("signer-1", [1.0, 90.0, 280.0, 72.0, 22.0], "เลยขอบกระดาษ"),
        ("signer-1", [1.0, -3.0, 200.0, 72.0, 22.0], "เลยขอบกระดาษ"),
        ("signer-1", [1.0, 90.0, 200.0, 20.0, 22.0], "เล็กเกินไป"),
        ("signer-1", [0.0, 40.0, 30.0, 72.0, 22.0], "ทับ"),
        ("registry-date", [1.0, 105.0, 38.0, 55.0, 8.0], "หน้าเดียวกัน"),
    ],
)
def test_places_that_cannot_be_are_refused_with_the_reason(name: str, place: list[float], words: str) -> None:
    assert any(words in one for one in said(GOOD | {name: place}))


def test_what_is_missing_is_named() -> None:
    assert said({}, signers=2) == [
        "signer-1: ยังไม่ได้วางตำแหน่งที่ลงนามลำดับที่ 1 บนไฟล์",
        "signer-2: ยังไม่ได้วางตำแหน่งที่ลงนามลำดับที่ 2 บนไฟล์",
        "registry-number: ยังไม่ได้วางตำแหน่งเลขที่บนไฟล์",
        "registry-date: ยังไม่ได้วางตำแหน่งวันที่บนไฟล์",
    ]


def test_each_kind_wants_what_its_rule_says() -> None:
    wanted = {name: [one.name for one in places_wanted(name, 1)] for name in KINDS}
    both = ["signer-1", "registry-number", "registry-date"]
    assert wanted["EXTERNAL"] == wanted["MEMO"] == wanted["ORDER"] == wanted["CERTIFICATE"] == both
    assert wanted["STAMPED"] == [*both, "agency-seal"]
    assert wanted["ANNOUNCEMENT"] == wanted["OTHER"] == wanted["NOTE"] == ["signer-1", "registry-date"]
    assert wanted["MINUTES"] == ["signer-1"]
    assert wanted["COMMUNIQUE"] == wanted["NEWS"] == ["registry-date"]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", 12.0),
        ("๑๒.๕", 12.5),
        (" 12,5 ", 12.5),
        ("-3", -3.0),
        ("", None),
        ("สิบ", None),
        ("1e400", None),
        ("nan", None),
        ("inf", None),
        ("1" * 40, None),
        ("12.345", 12.35),
    ],
)
def test_numbers_are_read_as_people_type_them(typed: str, number: float | None) -> None:
    assert read_number(typed) == pytest.approx(number, abs=0.006) if number is not None else read_number(typed) is None


def test_a_page_is_a_whole_number() -> None:
    typed = {"page": "2", "left": "1", "top": "2", "width": "50", "height": "20"}
    assert read_place(typed) == [1.0, 1.0, 2.0, 50.0, 20.0]
    assert read_place(typed | {"page": "1.5"}) is None
    assert read_place(typed | {"top": ""}) is None


sizes = st.lists(st.tuples(st.floats(148, 420), st.floats(148, 420)), min_size=1, max_size=4)


@given(kind=st.sampled_from(sorted(KINDS)), signers=st.integers(1, 4), pages=sizes, end=st.floats(0, 500))
def test_a_proposal_is_always_one_that_is_taken(
    kind: str, signers: int, pages: list[tuple[float, float]], end: float
) -> None:
    """What fits is proposed; what finds no room is left to the author, and nothing proposed is ever wrong."""
    wanted = places_wanted(kind, signers)
    offered = propose(wanted, pages, text_ends_mm=end, known={}, before={})
    wrong = [one for one in faults(offered, wanted, pages, sealed_together(kind)) if one.name in offered]
    assert wrong == []
    values = list(offered.values())
    assert not any(overlap(one, other) for at, one in enumerate(values) for other in values[:at])


def test_a_proposal_keeps_what_is_known_and_what_was_before() -> None:
    wanted = places_wanted("MEMO", 1)
    known = {"signer-1": [0.0, 100.0, 150.0, 72.0, 22.0]}
    before = {"signer-1": [1.0, 1.0, 1.0, 72.0, 22.0], "registry-number": [0.0, 40.0, 60.0, 58.0, 8.0]}
    offered = propose(wanted, A4, text_ends_mm=100, known=known, before=before)
    assert offered["signer-1"] == known["signer-1"]
    assert offered["registry-number"] == before["registry-number"]
