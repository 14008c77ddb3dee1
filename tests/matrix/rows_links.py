"""The matrix of the public link of enclosures, of using letters again, certified copies, and kept phrases.

The pages of a link need no sign-in. A published one shows the same to everybody, one that is not yet sent only to the
letter's readers.
"""

from __future__ import annotations

from tests.matrix.cast import AUTHOR, EVERYBODY, READERS, STRANGERS_AT_THE_DOOR, Names
from tests.matrix.probe import Row

ANYBODY = EVERYBODY | STRANGERS_AT_THE_DOOR
KEEPERS: Names = AUTHOR | {"province-registrar"}
OFFICIALS: Names = AUTHOR | {"office-head"}  # of the owner unit, or its head
COUNTED: Names = frozenset({"saraban_enclosurelink"})
DAY = {"until": "31/12/2570"}

LINKS = [
    Row("links:page", "sent.token", ok=ANYBODY, public=True),
    Row("links:page", "draft.token", ok=READERS["draft"], public=True),
    Row("links:page", "nothing-like-a-token", public=True),
    Row("links:file", ("sent.token", 1), ok=ANYBODY, public=True, leaves=COUNTED),
    Row("links:file", ("sent.token", 7), public=True),
    Row("links:file", ("draft.token", 1), ok=READERS["draft"], public=True),
    Row("saraban:link", "sent", ok=KEEPERS, acts=KEEPERS, data=DAY, form=True),
    Row("saraban:link", "numbered"),
    Row("draft:link", "draft", ok=READERS["draft"], acts=AUTHOR, data=DAY, form=True),
    Row(
        "draft:link",
        "review",
        ok=READERS["review"],
        acts=frozenset({"office-head"}),
        data={"personal_data": "on"},
        form=True,
    ),
    Row("draft:link", "received"),
]

REUSE = [
    Row("draft:copy", "draft", ok=READERS["draft"], acts=AUTHOR, data={}, form=True, settled=True),
    Row(
        "draft:copy",
        "sent",
        ok=READERS["sent"],
        acts=READERS["sent"],
        data={"enclosures": "1"},
        form=True,
        settled=True,
    ),
    Row("draft:copy", "received"),
    Row("draft:copy", "secret"),
    Row(
        "draft:forward", "received", ok=READERS["received"], acts=READERS["received"], data={"kind": "MEMO"}, form=True
    ),
    Row("draft:forward", "draft", ok=READERS["draft"], data={"kind": "MEMO"}),
    Row("draft:forward", "secret", ok=READERS["secret"], data={"kind": "MEMO"}),
]

COPIES = [
    Row("saraban:certify", "numbered", ok=READERS["numbered"], acts=OFFICIALS, data={}, form=True),
    Row("saraban:certify", "proposed", ok=READERS["proposed"], data={}),
    Row("saraban:certify", "secret", ok=READERS["secret"], data={}),
    Row("saraban:certified", ("numbered", "numbered.copy"), ok=READERS["numbered"]),
    Row("saraban:certified", ("sent", "numbered.copy")),
]

WORDS = {"place": "ENDORSE", "title": "เก็บเรื่อง", "text": "เพื่อโปรดทราบและเก็บเรื่อง"}
PHRASES = [
    Row("saraban:phrases", ok=EVERYBODY),
    Row("saraban:phrase_new", ok=EVERYBODY, acts=EVERYBODY, data=WORDS, form=True),
    Row("saraban:phrase", "phrase.own", ok=AUTHOR, acts=AUTHOR, data=WORDS, form=True),
    Row("saraban:phrase", "phrase.unit", ok=AUTHOR, acts=AUTHOR, data=WORDS, form=True),
    *(
        Row(f"saraban:phrase_{verb}", name, get=False, ok=AUTHOR, acts=AUTHOR, data={}, settled=True)
        for verb, name in (
            ("up", "phrase.second"),
            ("down", "phrase.own"),
            ("remove", "phrase.own"),
            ("remove", "phrase.unit"),  # of the cast only the clerk has a post in his unit
        )
    ),
    Row("saraban:phrase_used", "phrase.own", get=False, ok=AUTHOR, acts=AUTHOR, data={}, settled=True, done="204"),
    Row("saraban:phrase_used", "phrase.unit", get=False, ok=AUTHOR, acts=AUTHOR, data={}, settled=True, done="204"),
]

ROWS = [*LINKS, *REUSE, *COPIES, *PHRASES]
