"""The text of a draft without a database: cleaned, typed as plain text, compared, commented."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.access import TooLarge
from draft import salutations
from draft.anchors import Mark, locate, mark
from draft.body import MAX_LENGTH, clean, from_text, plain, to_text
from draft.content import Content
from draft.words import ADDED, REMOVED, SAME, compare_blocks, compare_words, segment

HOSTILE = [
    "<script>alert(1)</script><p>ก</p>",
    '<p onclick="alert(1)" style="position:fixed" class="x" id="draft">ก</p>',
    '<p><a href="javascript:alert(1)">ก</a><img src=x onerror=alert(1)></p>',
    "<svg><script>alert(1)</script><p>ก</p></svg>",
    "<math><mi><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mi></math><p>ก</p>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><p>ก</p>",
    "<p>ก</p><!-- <p>ซ่อน</p> --><template><p onload=x>ข</p></template>",
    '<table><tr><td colspan="9999999" onmouseover="x">ก</td></tr></table>',
    "<form action=//x><input name=csrfmiddlewaretoken><button>ก</button></form>",
    '<link rel=stylesheet href="//x"><base href="//x"><meta http-equiv=refresh content="0;//x">ก',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>ก</p></noscript>",
]
FORBIDDEN = [
    "<script",
    "<svg",
    "<img",
    "<iframe",
    "<form",
    "<input",
    "<button",
    "<link",
    "<base",
    "<meta",
    "<style",
    "style=",
    "onclick",
    "onerror",
    "onmouse",
    "onload",
    "javascript:",
    "class=",
    "id=",
    "<!--",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_html_leaves_only_words_and_the_few_elements_of_a_letter(source: str) -> None:
    done = clean(source)
    assert not [part for part in FORBIDDEN if part in done.lower()]
    assert clean(done) == done
    assert "alert" not in plain(done)


def test_deep_nesting_and_length_are_bounded() -> None:
    assert len(clean("<ul><li>" * 3000 + "ก")) < 100_000
    to_text(clean("<table><tr><td>" * 2000 + "ก"))
    with pytest.raises(TooLarge):
        clean("ก" * (MAX_LENGTH + 1))


def test_loose_words_and_foreign_blocks_become_paragraphs() -> None:
    assert clean("ลอย <b>หนา</b><div>กล่อง</div>ท้าย") == "<p>ลอย <b>หนา</b></p><p>กล่อง</p><p>ท้าย</p>"
    assert clean("<p>ก</p><p> &nbsp; </p><p><br></p>") == "<p>ก</p>"
    assert clean("<h1>หัว</h1><p><strong>เข้ม</strong><em>เอน</em></p>") == "<p>หัว</p><p><b>เข้ม</b><i>เอน</i></p>"


def test_plain_text_makes_paragraphs_lists_and_tables() -> None:
    text = "ย่อหน้าแรก\nบรรทัดที่สอง\n\n1. หนึ่ง\n2. สอง\n\n- จุด\n\n| ก | ข |\n| 1 | 2 |\n\nจบ <b>ไม่หนา</b>"
    assert from_text(text) == (
        "<p>ย่อหน้าแรก<br>บรรทัดที่สอง</p><ol><li>หนึ่ง</li><li>สอง</li></ol><ul><li>จุด</li></ul>"
        "<table><tbody><tr><td>ก</td><td>ข</td></tr><tr><td>1</td><td>2</td></tr></tbody></table>"
        "<p>จบ &lt;b&gt;ไม่หนา&lt;/b&gt;</p>"
    )
    assert from_text("๓. สาม\n๔. สี่") == '<ol start="3"><li>สาม</li><li>สี่</li></ol>'


def test_without_scripts_an_edit_of_one_paragraph_keeps_the_form_of_the_others() -> None:
    before = clean('<p>คง<b>หนา</b></p><p>แก้ตรงนี้</p><table><tr><th>ก</th><td colspan="2">ข</td></tr></table>')
    after = from_text(to_text(before).replace("แก้ตรงนี้", "แก้แล้ว"), before)
    assert after == before.replace("แก้ตรงนี้", "แก้แล้ว")


words = st.text(alphabet="กขคงจ าิ่้เ ABC 12.,-|<>&\"'", min_size=1, max_size=14)
runs = st.tuples(st.sampled_from(["{}", "<b>{}</b>", "<i>{}</i>", "<u>{}</u>"]), words).map(
    lambda run: run[0].format(run[1].replace("&", "&amp;").replace("<", "&lt;"))
)
inline = st.lists(runs, min_size=1, max_size=3).map("".join)
block = st.one_of(
    inline.map("<p>{}</p>".format),
    st.tuples(st.sampled_from(["ol", "ul"]), st.lists(inline, min_size=1, max_size=3)).map(
        lambda one: f"<{one[0]}>{''.join(f'<li>{item}</li>' for item in one[1])}</{one[0]}>"
    ),
    st.lists(inline, min_size=1, max_size=2).map(
        lambda cells: f"<table><tbody><tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr></tbody></table>"
    ),
)
body = st.lists(block, max_size=4).map("".join).map(clean)


@settings(max_examples=150, deadline=None)
@given(body)
def test_saving_without_scripts_and_without_a_change_changes_nothing(source: str) -> None:
    assert from_text(to_text(source).replace("\n", "\r\n"), source) == source


@settings(max_examples=150, deadline=None)
@given(body)
def test_adding_a_paragraph_without_scripts_loses_no_word(source: str) -> None:
    """Signs at the head of a line (a number, a dash) may be read as a list; every other letter stays."""
    after = plain(from_text(f"{to_text(source)}\n\nย่อหน้าใหม่", source))
    letters = [letter for letter in plain(source) if letter.isalpha() or "\u0e30" <= letter <= "\u0e4e"]
    assert [letter for letter in after if letter.isalpha() or "\u0e30" <= letter <= "\u0e4e"] == [*letters, *"ย่อหน้าใหม่"]


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="กาขิค้ง่จ ดต ทธน1๒3,. ABพ", max_size=60), st.text(alphabet="กาขิค้ง่จ ดต ทธน1๒3,. ABพ", max_size=60))
def test_a_comparison_holds_both_texts(old: str, new: str) -> None:
    assert "".join(segment(old)) == old
    found = compare_words(old, new)
    assert "".join(run.text for run in found if run.kind in (SAME, REMOVED)) == old
    assert "".join(run.text for run in found if run.kind in (SAME, ADDED)) == new


def test_a_comparison_reads_by_words_and_whole_numbers() -> None:
    found = compare_words("จัดประชุมวันที่ 3 จำนวน 4,102 ฉบับ", "จัดสัมมนาวันที่ 3 จำนวน 4,120 ฉบับ")
    assert [(run.kind, run.text) for run in found if run.kind != SAME] == [
        (REMOVED, "ประชุม"),
        (ADDED, "สัมมนา"),
        (REMOVED, "4,102"),
        (ADDED, "4,120"),
    ]


def test_an_inserted_paragraph_does_not_upset_the_others() -> None:
    shown = compare_blocks(["เรื่องเดิม นี้", "จบ"], ["ย่อหน้าใหม่ทั้งหมด", "เรื่องเดิม นั้น", "จบ"])
    kinds = [[run.kind for run in runs] for runs in shown]
    assert kinds == [[ADDED], [SAME, REMOVED, ADDED], [SAME]]


BODY = "<p>ด้วยจังหวัด <b>ปทุมธานี</b> จะจัดประชุม</p><p>จัดประชุม ครั้งที่ 2</p>"


def test_a_comment_finds_its_words_across_elements_blanks_and_repetitions() -> None:
    text = plain(BODY)
    first, second = locate(BODY, "จัด ประชุม", "ปทุมธานี จะ"), locate(BODY, "จัดประชุม", "จะจัดประชุม")
    assert first and second and first < second
    assert text[slice(*first)] == text[slice(*second)] == "จัดประชุม"
    assert locate(BODY, "ปทุมธานีจะ", "")
    assert locate(BODY, "ประชุมใหญ่", "") is None


def test_a_comment_follows_its_words_after_an_edit() -> None:
    moved = BODY.replace("<p>ด้วย", "<p>ย่อหน้าใหม่</p><p>อนึ่ง ด้วย").replace("ครั้งที่ 2", "ครั้งที่ 3")
    place = locate(moved, "จัดประชุม", "จะจัดประชุม")
    assert place and plain(moved)[slice(*place)] == "จัดประชุม" and plain(moved)[place[1] :].strip() == "ครั้งที่ 3"


def test_marks_may_overlap_and_change_no_word() -> None:
    first, second = locate(BODY, "จังหวัด ปทุม", ""), locate(BODY, "ปทุมธานี จะจัด", "")
    assert first and second
    shown = mark(BODY, [Mark(*first, 1), Mark(*second, 2)])
    assert plain(shown).replace("1", "", 1).replace("2", "", 1) == plain(BODY)
    assert shown.count('href="#comment-1"') == shown.count('href="#comment-2"') == 1


def test_every_opening_has_its_closing() -> None:
    table = salutations.shipped()
    assert table.is_pair("เรียน", "ขอแสดงความนับถือ")
    assert table.is_pair("กราบเรียน", "ขอแสดงความนับถืออย่างยิ่ง")
    assert not table.is_pair("เรียน", "ขอแสดงความนับถืออย่างยิ่ง")
    assert not table.is_pair("กราบเรียน", "ขอแสดงความนับถือ")
    assert not any(table.is_pair("นมัสการ", row.closing) for row in table.values() if row.opening != "นมัสการ")
    assert len(table["high_office"].posts) == 14


def test_posts_that_are_owed_a_higher_opening_are_known() -> None:
    table = salutations.shipped()
    owed = table.owed_to("นายกรัฐมนตรี (ผ่านปลัดสำนักนายกรัฐมนตรี)")
    assert owed and owed.opening == "กราบเรียน"
    assert table.owed_to("เลขาธิการนายกรัฐมนตรี") is None
    assert table.owed_to("ผู้ว่าราชการจังหวัดปทุมธานี") is None


def test_the_signers_name_stands_where_the_form_asks_for_it() -> None:
    row = salutations.shipped()["king"]
    assert "(ชื่อ)" not in row.opening_for("นายสมชาย ใจดี") + row.closing_for("นายสมชาย ใจดี")


def test_content_survives_json_and_names_what_differs() -> None:
    content = Content(subject="ก", signers=(3, 1), folder=7, urgency=2, circular=True, body="<p>ข</p>", due="1/2/2570")
    assert Content.from_json({**content.to_json(), "references": ["x"]}, content.body) == content
    assert content.differing(Content(subject="ก", body="<p>ข</p>")) == [
        "urgency",
        "circular",
        "folder",
        "signers",
        "due",
    ]
