"""Classified letters: nothing readable lies anywhere, and only named people with clearance read them."""

from __future__ import annotations

import base64
import io
import logging
import os
from pathlib import Path
from typing import Any, cast

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.urls import reverse

from audit.models import AccessLog, AuditEvent
from common.access import Invalid, Refused
from common.vault import lock_away, take_out
from draft.actions.classified import drop_reader, name_reader, set_secrecy
from draft.actions.comments import comment, settle
from draft.actions.parts import describe, refer_by_words, refer_to
from draft.actions.propose import propose
from draft.actions.review import pass_review, return_draft, submit
from draft.actions.versions import keep_version
from draft.actions.writing import begin, discard
from draft.models import Comment, Draft, DraftVersion
from files.actions import read, size_of, store
from files.models import StoredFile
from files.sealing import BrokenSeal
from intray import actions as intray
from intray.models import Endorsement, RoutingStep
from org.actor import Actor
from outbox.actions import drain
from saraban.actions.dispatch import Addressee, dispatch
from saraban.actions.numbers import issue_number
from saraban.models import Enclosure, Letter, LetterParty, LetterStatus, Secrecy
from saraban.models.sealed import SealBroken, Sealed
from saraban.selectors import awaiting_number, entries_of
from saraban.trail import trail_of
from tests.classified import cleared, secret_draft
from tests.drafting import content_of, enclose, rewrite, written
from tests.tray import PASSPHRASE, only_step
from tests.world import World

pytestmark = pytest.mark.django_db
# Workers of one run share the store and Redis: each looks for words of its own.
MARKER = "ราชสีห์คำราม" + "กขคงจฉชซ"[int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 8]
SECOND = "มังกรเหินฟ้า"
BODY = f"<p>ด้วย{MARKER}ในเนื้อความ</p><p>จึงเรียนมาเพื่อโปรดทราบ</p>"


_OLD_FILES: set[Path] = set()


@pytest.fixture(autouse=True)
def files_of_this_test() -> None:
    """What lay in the store before belongs to other runs."""
    _OLD_FILES.clear()
    _OLD_FILES.update(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())


def everything_kept() -> dict[str, str]:
    """Every row of every table as text, every key of Redis, every file of the store, every mail."""
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM public."{table}" t')
            found[f"table {table}"] = "\n".join(row[0] for row in cursor.fetchall())
    client: Any = cast(Any, cache)._cache.get_client()
    for key in client.scan_iter("*"):
        value = client.get(key) if client.type(key) == b"string" else b""
        found[f"redis {key!r}"] = key.decode(errors="replace") + (value or b"").decode("utf-8", errors="replace")
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file() and path not in _OLD_FILES:
            found[f"file {path}"] = path.name + path.read_bytes().decode("utf-8", errors="replace")
    for one in mail.outbox:
        found[f"mail {one.subject}"] = one.subject + str(one.body)
    return found


def where_readable(*words: str) -> list[str]:
    """The places at which one of the words can be read, also as base64, as JSON escapes or as UTF-16."""
    forms: list[str] = []
    for word in words:
        escaped = word.encode("unicode_escape").decode()
        forms += [word, escaped, base64.b64encode(word.encode()).decode()[:-4]]
    return [place for place, text in everything_kept().items() if any(form in text for form in forms)]


def whole_story(world: World, sign_class: str) -> Letter:
    """Draft, autosave, enclosures, comment, return, versions, a reader, propose, sign, number, seal."""
    author, reviewer, signer = cleared(world, "clerk"), cleared(world, "office-head"), world.actor("governor")
    posts: dict[str, Any] = {
        "reviewers": (reviewer.position.pk,),
        "signers": (signer.position.pk,),
        "sign_class": sign_class,
    }
    words: dict[str, Any] = {"subject": f"เรื่อง{MARKER}", "addressee": f"ผู้ว่าการ{MARKER}", "body": BODY}
    letter = secret_draft(author, **posts, **words)
    enclose(author, letter, f"{MARKER}.txt")
    one = Enclosure.objects.get(letter=letter)
    describe(by=author, letter_id=letter.pk, words={one.pk: (f"บัญชี{MARKER}", f"1 {MARKER}")})
    refer_by_words(by=author, letter_id=letter.pk, sender=f"กรม{MARKER}", number="มท 1/1", dated="1/1/2569")
    keep_version(by=author, letter_id=letter.pk, note=f"ฉบับ{MARKER}")
    registrar = world.actor("secret-registrar")
    name_reader(by=author, letter_id=letter.pk, position_id=registrar.position.pk, reason=f"เพราะ{MARKER}")
    submit(by=author, letter_id=letter.pk, note=f"เสนอ{MARKER}")
    remark = comment(by=reviewer, letter_id=letter.pk, text=f"ความเห็น{MARKER}", quote=MARKER)
    return_draft(by=reviewer, letter_id=letter.pk, reason=f"แก้{MARKER}")
    settle(by=author, letter_id=letter.pk, comment_id=remark.pk, settled=True)
    rewrite(author, letter, body=f"{BODY}<p>{MARKER}อีกครั้ง</p>")
    submit(by=author, letter_id=letter.pk, note=f"เสนออีก{MARKER}")
    pass_review(by=reviewer, letter_id=letter.pk, note=f"ผ่าน{MARKER}")
    drain()
    step = only_step(letter)
    intray.return_step(by=signer, step_id=step.pk, reason=f"ไม่ลงนาม{MARKER}")
    submit(by=author, letter_id=letter.pk, note=f"เสนอสาม{MARKER}")
    pass_review(by=reviewer, letter_id=letter.pk, note="")
    drain()
    step = only_step(letter)
    if sign_class == "TYPED":
        intray.sign_typed(by=signer, step_id=step.pk, confirmation="ยืนยันลงนาม")
    else:
        intray.sign_with_certificate(by=signer, step_id=step.pk, passphrase=PASSPHRASE)
    drain()
    letter.refresh_from_db()
    assert letter.status == LetterStatus.SIGNED
    issue_number(by=world.actor("secret-registrar"), letter_id=letter.pk)
    drain()
    letter.refresh_from_db()
    assert letter.sealed
    return letter


@pytest.mark.parametrize("sign_class", ["TYPED", "CERTIFICATE"])
def test_after_a_whole_story_nothing_readable_lies_anywhere(
    world: World, sign_class: str, caplog: pytest.LogCaptureFixture, django_capture_on_commit_callbacks: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    letter = whole_story(world, sign_class)
    assert where_readable(MARKER) == []
    assert MARKER not in caplog.text
    # … and those who may read it find everything.
    assert MARKER in letter.subject and MARKER in letter.addressee
    assert MARKER in content_of(letter).body
    assert any(MARKER in one.text for one in Comment.objects.filter(letter=letter))
    assert all(MARKER in one.body for one in DraftVersion.objects.filter(letter=letter))
    assert any(MARKER in one.text for one in Endorsement.objects.filter(letter=letter))
    assert any(MARKER in one.note for one in RoutingStep.objects.filter(letter=letter))
    said = [step.what for step in trail_of(letter, world.actor("governor").at, whole=True).steps]
    assert any(f"เพราะ{MARKER}" in words for words in said), said
    assert letter.document is not None and letter.document.is_sealed
    assert read(letter.document).startswith(b"%PDF")


def test_an_ordinary_draft_that_becomes_classified_is_sealed_with_all_that_hangs_on_it(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    author, reviewer = cleared(world, "clerk"), cleared(world, "office-head")
    with django_capture_on_commit_callbacks(execute=True):
        letter = written(
            author,
            kind="MEMO",
            subject=f"เรื่อง{MARKER}",
            addressee=MARKER,
            body=BODY,
            reviewers=(reviewer.position.pk,),
            signers=(world.actor("governor").position.pk,),
        )
        enclose(author, letter, f"{MARKER}.txt")
        submit(by=author, letter_id=letter.pk, note=f"เสนอ{MARKER}")
        comment(by=reviewer, letter_id=letter.pk, text=f"ความเห็น{MARKER}")
        return_draft(by=reviewer, letter_id=letter.pk, reason=f"เพราะ{MARKER}")
    plain_file = Enclosure.objects.get(letter=letter).file
    assert plain_file is not None and default_storage.exists(plain_file.path)
    assert len(where_readable(MARKER)) > 7
    with django_capture_on_commit_callbacks(execute=True):
        set_secrecy(by=author, letter_id=letter.pk, secrecy=1, reason=f"พบ{MARKER}")
    assert where_readable(MARKER) == []
    assert not default_storage.exists(plain_file.path)
    assert not StoredFile.objects.filter(pk=plain_file.pk).exists()
    letter = Letter.objects.get(pk=letter.pk)
    assert letter.subject == f"เรื่อง{MARKER}" and content_of(letter).body == BODY
    assert letter.folder == world.folder("pte-secret-send")
    one = Enclosure.objects.select_related("file").get(letter=letter)
    assert one.file is not None and MARKER in read(one.file).decode() and one.original_name == f"{MARKER}.txt"
    said = [step.what for step in trail_of(letter, author.at, whole=True).steps]
    assert any(f"เพราะ{MARKER}" in words for words in said), said
    set_secrecy(by=author, letter_id=letter.pk, secrecy=0, reason="ไม่เป็นความลับแล้ว")
    letter = Letter.objects.get(pk=letter.pk)
    assert any(f"เพราะ{MARKER}" in step.what for step in trail_of(letter, author.at, whole=True).steps)
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject FROM saraban_letter WHERE id = %s", [letter.pk])
        assert cursor.fetchone()[0] == f"เรื่อง{MARKER}"


def test_bytes_that_another_letter_refers_to_are_not_unlinked(
    world: World, django_capture_on_commit_callbacks: Any
) -> None:
    author = cleared(world, "clerk")
    one, other = written(author), written(author)
    enclose(author, one, "เดียวกัน.txt")
    enclose(author, other, "เดียวกัน.txt")
    with django_capture_on_commit_callbacks(execute=True):
        set_secrecy(by=author, letter_id=one.pk, secrecy=2, reason="ลับ")
    shared, own = Enclosure.objects.get(letter=other).file, Enclosure.objects.get(letter=one).file
    assert shared is not None and own is not None and shared.pk != own.pk
    assert read(shared) == read(own) and default_storage.exists(shared.path)


def test_only_named_people_with_clearance_read(world: World) -> None:
    author = cleared(world, "clerk")
    letter = secret_draft(author, subject=MARKER)

    def reads(actor: Actor) -> bool:
        return Letter.objects.visible_to(actor).filter(pk=letter.pk).exists()

    assert reads(author)
    for name in ("governor", "office-head", "province-registrar", "secret-registrar", "province-admin", "superuser"):
        assert not reads(world.actor(name)), name
    governor = world.actor("governor")
    name_reader(by=author, letter_id=letter.pk, position_id=governor.position.pk, reason="ผู้บังคับบัญชา")
    assert reads(governor)
    party = LetterParty.objects.get(letter=letter, because="READER")
    drop_reader(by=author, letter_id=letter.pk, party_id=party.pk, reason="พ้นความจำเป็น")
    assert not reads(world.actor("governor"))
    vice = world.actor("vice1")
    with pytest.raises(Invalid, match=f"{vice.user.full_name}.*ลับมาก"):
        name_reader(by=author, letter_id=letter.pk, position_id=vice.position.pk, reason="ลองดู")


def test_who_lacks_the_clearance_is_named_and_the_author_needs_it_too(world: World) -> None:
    with pytest.raises(Refused, match="ไม่ได้รับอนุญาตให้เข้าถึงชั้นลับ"):
        begin(by=world.actor("clerk"), kind="MEMO", secrecy=1)
    author = cleared(world, "clerk", 1)
    with pytest.raises(Refused, match="กระดาษเท่านั้น"):
        begin(by=author, kind="MEMO", secrecy=3)
    with pytest.raises(Refused, match="ลับมาก"):
        begin(by=author, kind="MEMO", secrecy=2)
    head = world.actor("office-head")
    letter = secret_draft(
        author, secrecy=1, subject="เรื่อง", addressee="ผู้ว่าราชการจังหวัด", body=BODY, signers=(head.position.pk,)
    )
    with pytest.raises(Invalid, match=f"{head.user.full_name}.*ยังไม่ได้รับอนุญาต"):
        propose(by=author, letter_id=letter.pk)


def test_it_is_numbered_by_the_secret_registrar_and_nobody_else_sees_even_a_count(world: World) -> None:
    author, governor = cleared(world, "clerk"), world.actor("governor")
    letter = secret_draft(
        author,
        subject=MARKER,
        addressee="ผู้ว่าราชการจังหวัด",
        body=BODY,
        signers=(governor.position.pk,),
        sign_class="TYPED",
    )
    propose(by=author, letter_id=letter.pk)
    drain()
    intray.sign_typed(by=governor, step_id=only_step(letter).pk, confirmation="ยืนยันลงนาม")
    drain()
    ordinary, secret = world.actor("province-registrar"), world.actor("secret-registrar")
    assert letter.pk not in {one.pk for one in awaiting_number(ordinary)}
    assert letter.pk in {one.pk for one in awaiting_number(secret)}
    with pytest.raises(Refused):
        issue_number(by=ordinary, letter_id=letter.pk)
    entry = issue_number(by=secret, letter_id=letter.pk)
    drain()
    folder = world.folder("pte-secret-send")
    assert entry in entries_of(secret, folder) and not entries_of(ordinary, folder).exists()
    with pytest.raises(Refused, match="ยังส่งทางระบบไม่ได้"):
        dispatch(by=secret, letter_id=letter.pk, to=[Addressee(world.unit("MDES", "central"))])


def test_a_classified_letter_is_not_numbered_from_an_ordinary_register_nor_the_other_way(world: World) -> None:
    author = cleared(world, "clerk")
    letter = secret_draft(author)
    assert letter.folder == world.folder("pte-secret-send")
    rewrite(author, letter, folder=world.folder("pte-send").pk)
    assert content_of(letter).folder == world.folder("pte-secret-send").pk
    plain = written(author)
    before = content_of(plain).folder
    rewrite(author, plain, folder=world.folder("pte-secret-send").pk)
    assert content_of(plain).folder == before


def test_a_reference_never_carries_words_of_a_higher_class(world: World) -> None:
    author = cleared(world, "clerk")
    secret, plain = secret_draft(author, subject=MARKER), written(author)
    with pytest.raises(Refused, match="ชั้นความลับสูงกว่า"):
        refer_to(by=author, letter_id=plain.pk, target_id=secret.pk)
    assert begin(by=author, kind="MEMO", answers=secret).secrecy == Secrecy.VERY_SECRET


def test_what_goes_around_the_fields_is_refused(world: World) -> None:
    letter = secret_draft(cleared(world, "clerk"), subject=MARKER)
    with pytest.raises(TypeError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(subject=MARKER)
    with pytest.raises(TypeError), transaction.atomic():
        Draft.objects.filter(letter=letter).update(fields={"subject": MARKER})
    shown = Letter.objects.filter(pk=letter.pk).values_list("subject", flat=True).get()
    assert isinstance(shown, Sealed) and MARKER not in f"{shown} {shown!r}"
    letter.subject = MARKER
    with pytest.raises(TypeError):
        Letter.objects.bulk_update([letter], ["subject"])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE saraban_letter SET subject = 'อ่านได้' WHERE id = %s",
        "UPDATE saraban_letter SET data_key = NULL WHERE id = %s",
        "UPDATE saraban_enclosure SET file_id = (SELECT min(id) FROM files_storedfile WHERE data_key IS NULL) WHERE letter_id = %s",
    ],
)
def test_the_database_refuses_open_words_and_files_of_a_classified_letter(world: World, statement: str) -> None:
    author = cleared(world, "clerk")
    letter = secret_draft(author, subject=MARKER)
    enclose(author, letter, "ก.txt")
    store(io.BytesIO(MARKER.encode()), name="ก.txt")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [letter.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_moved_or_changed_token_does_not_open(world: World) -> None:
    author = cleared(world, "clerk")
    one, other = secret_draft(author, subject=MARKER), secret_draft(author, subject=SECOND)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE saraban_letter a SET subject = b.subject FROM saraban_letter b WHERE a.id = %s AND b.id = %s",
            [one.pk, other.pk],
        )
        cursor.execute("UPDATE saraban_letter SET addressee = subject WHERE id = %s", [other.pk])
    for moved, name in ((one, "subject"), (other, "addressee")):
        with pytest.raises(SealBroken):
            getattr(Letter.objects.get(pk=moved.pk), name)


def test_a_line_of_the_trail_may_be_sealed_and_nothing_else(world: World) -> None:
    letter = written(world.actor("clerk"))
    line = AuditEvent.objects.filter(letter_id=letter.pk).latest("id")
    for change in (
        {"label": "อื่น"},
        {"detail": {"sealed": "x", "more": 1}},
        {"detail": {"sealed": "x"}, "verb": "other"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AuditEvent.objects.filter(pk=line.pk).update(**change)


def test_words_that_look_like_a_token_stay_what_a_person_typed(world: World) -> None:
    author = cleared(world, "clerk")
    letter = written(author, subject="sealed:1:QUJD")
    assert Letter.objects.get(pk=letter.pk).subject == "sealed:1:QUJD"
    set_secrecy(by=author, letter_id=letter.pk, secrecy=1, reason="ลับ")
    assert Letter.objects.get(pk=letter.pk).subject == "sealed:1:QUJD"


def test_discarding_keeps_its_reason_sealed(world: World) -> None:
    author = cleared(world, "clerk")
    letter = secret_draft(author, subject=MARKER)
    discard(by=author, letter_id=letter.pk, reason=f"เลิกเพราะ{MARKER}")
    assert where_readable(MARKER) == []


@pytest.mark.parametrize("size", [1, 65_535, 65_536, 65_537, 3 * 65_536, 200_001])
def test_sealed_files_give_back_their_bytes_and_not_their_size(world: World, size: int) -> None:
    content = b"a" * size
    stored = store(io.BytesIO(content), name="ก.txt", sealed=True)
    again = store(io.BytesIO(content), name="ก.txt", sealed=True)
    assert read(stored) == content == read(again) and size_of(stored) == size
    assert stored.sha256 != again.sha256 and stored.size % (65_536 + 16) == 0
    assert b"aaaaaaaa" not in Path(default_storage.path(stored.path)).read_bytes()


def test_a_changed_or_cut_file_is_noticed(world: World) -> None:
    stored = store(io.BytesIO(b"b" * 150_000), name="ก.txt", sealed=True)
    place = Path(default_storage.path(stored.path))
    whole = place.read_bytes()
    for broken in (whole[:-65_552], whole[65_552:], whole[:100] + b"x" + whole[101:], b""):
        place.write_bytes(broken)
        with pytest.raises(BrokenSeal):
            read(stored)
    place.write_bytes(whole)
    assert len(read(stored)) == 150_000


def test_keys_are_brought_under_a_new_key_in_batches(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    author = cleared(world, "clerk")
    letters = [secret_draft(author, subject=f"{MARKER}{n}") for n in range(3)]
    enclose(author, letters[0], "ก.txt")
    stored = Enclosure.objects.get(letter=letters[0]).file
    assert stored is not None
    with override_settings(KEY_ENCRYPTION_KEY="ใหม่", KEY_ENCRYPTION_KEYS_BEFORE=[settings.KEY_ENCRYPTION_KEY]):
        assert Letter.objects.get(pk=letters[1].pk).subject == f"{MARKER}1"
        call_command("rewrap_keys", batch=2)
        call_command("rewrap_keys", batch=2)
    assert "letters: 2 looked at, 2 under the new key" in capsys.readouterr().out
    with override_settings(KEY_ENCRYPTION_KEY="ใหม่", KEY_ENCRYPTION_KEYS_BEFORE=[]):
        assert take_out(lock_away(b"x", context="c"), context="c") == b"x"
        assert Letter.objects.get(pk=letters[2].pk).subject == f"{MARKER}2"
        assert read(StoredFile.objects.get(pk=stored.pk)).decode().endswith("ก.txt")


def test_every_reading_is_on_record(world: World) -> None:
    author = cleared(world, "clerk")
    letter = secret_draft(author, subject=MARKER)
    before = AccessLog.objects.filter(letter_id=letter.pk).count()
    answer = world.client("clerk").get(reverse("draft:edit", args=[letter.pk]))
    assert answer.status_code == 200
    assert AccessLog.objects.filter(letter_id=letter.pk, user=author.user).count() == before + 1
