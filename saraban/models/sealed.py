"""Columns whose words are encrypted when their letter is classified (ADR 6). Plain letters pay nothing for them.

A classified letter has a data key, locked by a key outside the database (`common.vault`). What is written into a sealed
column of the letter, or of a row that belongs to it, is put under that key by AES-256-GCM, bound to table, column and
letter, and padded so that its length tells little. It is opened when somebody first asks for the attribute.

What goes around the model is refused, so that nothing is written in the clear by mistake: `.update()` and
`.bulk_update()` of a sealed column raise `TypeError`; `.values()` of one gives a `Sealed`, which shows nothing.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.query_utils import DeferredAttribute

from common.vault import NONCE, lock_away, new_key, take_out

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

    from saraban.models.letters import Letter

    _Field = models.Field[Any, Any]
    _TextField = models.TextField[str, str]
    _JSONField = models.JSONField[Any, Any]
else:
    _Field, _TextField, _JSONField = object, models.TextField, models.JSONField

MARK = "sealed:1:"
MASKED = "(ข้อความมีชั้นความลับ)"
_BLOCK = 64
_RECENT = 256


class SealBroken(ValueError):
    """A sealed column does not open with its letter's key: it was changed, moved, or its key is gone."""


class Sealed:
    """The token of a sealed column as the database holds it. Shown anywhere, it says nothing."""

    __slots__ = ("token",)

    def __init__(self, token: str) -> None:
        self.token = token

    def __str__(self) -> str:
        return MASKED

    __repr__ = __str__


class _Ready:
    """A value that has passed `pre_save`: what may be written."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


# -- keys ---------------------------------------------------------------------------------------


def new_letter_key(letter_id: int) -> bytes:
    """A fresh data key for a letter, locked: the value of `Letter.data_key`."""
    return lock_away(new_key(), context=key_context(letter_id))


def key_context(letter_id: int) -> str:
    """What a letter's key is bound to."""
    return f"letter:{letter_id}"


class _Recent:
    """The data keys opened last in this process, by letter: a page of remarks asks for one key many times."""

    def __init__(self) -> None:
        self._keys: OrderedDict[int, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, letter_id: int) -> bytes | None:
        with self._lock:
            if letter_id in self._keys:
                self._keys.move_to_end(letter_id)
            return self._keys.get(letter_id)

    def put(self, letter_id: int, key: bytes) -> bytes:
        with self._lock:
            self._keys[letter_id] = key
            while len(self._keys) > _RECENT:
                self._keys.popitem(last=False)
        return key


_recent = _Recent()


def _key(letter: Letter) -> bytes | None:
    """The letter's data key; None of a letter that has none. Raises `SealBroken` when no key of the settings opens it."""
    if letter.data_key is None:
        return None
    try:
        return take_out(bytes(letter.data_key), context=key_context(letter.pk))
    except ValueError as error:
        raise SealBroken(f"the key of letter {letter.pk} does not open") from error


# -- words --------------------------------------------------------------------------------------


def seal_words(letter: Letter, words: str, *, place: str) -> str:
    """`words` as they may lie anywhere outside the letter's own columns: as they are, or sealed when it is classified.

    `place` (table.column, or the name of a message) is bound in: a token opens only there. Empty words stay empty.
    """
    if not words or not letter.must_be_sealed:
        return words
    key = _key(letter)
    if key is None:
        raise SealBroken(f"letter {letter.pk} is classified and has no key")
    return _sealed(words, key, place, letter.pk)


def open_words(letter: Letter, words: str, *, place: str) -> str:
    """What `seal_words` gave, opened. Raises `SealBroken`."""
    return _open(words, letter.pk, letter, place) if words.startswith(MARK) else words


def _sealed(words: str, key: bytes, place: str, letter_id: int) -> str:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # loads OpenSSL: only for classified letters

    plain = words.encode() + b"\x80"
    plain += b"\0" * (-len(plain) % _BLOCK)
    nonce = os.urandom(NONCE)
    return MARK + base64.b64encode(nonce + AESGCM(key).encrypt(nonce, plain, _bound(place, letter_id))).decode()


def _open(token: str, letter_id: int, letter: Letter | None, place: str) -> str:
    """The words of a token. Of a letter that is not classified, what looks like a token and is none was typed so."""
    recent = _recent.get(letter_id)
    words = _tried(token, recent, place, letter_id) if recent else None
    if words is not None:
        return words
    if letter is None:
        from saraban.models.letters import Letter

        letter = Letter.objects.only("data_key", "secrecy").get(pk=letter_id)
    key = _key(letter)
    words = _tried(token, _recent.put(letter_id, key), place, letter_id) if key else None
    if words is not None:
        return words
    if letter.must_be_sealed:
        raise SealBroken(f"{place} of letter {letter_id} does not open")
    return token


def _tried(token: str, key: bytes, place: str, letter_id: int) -> str | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        locked = base64.b64decode(token.removeprefix(MARK), validate=True)
        plain = AESGCM(key).decrypt(locked[:NONCE], locked[NONCE:], _bound(place, letter_id))
    except (InvalidTag, ValueError):
        return None
    return plain.rstrip(b"\0")[:-1].decode()


def _bound(place: str, letter_id: int) -> bytes:
    return f"{place}:{letter_id}".encode()


# -- fields -------------------------------------------------------------------------------------


class SealedAttribute(DeferredAttribute):
    """Opens a sealed value when it is first asked for. It has `__set__`, so that it is asked before the row's own dict."""

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        value = instance.__dict__[name] if name in instance.__dict__ else super().__get__(instance, cls)
        if isinstance(value, Sealed):
            field: Any = self.field
            value = instance.__dict__[name] = field.open_on(instance, value)
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class _SealedField(_Field):
    """What both kinds share. `letter` names the way to the letter: "letter", "step.letter", or "" on the letter itself."""

    descriptor_class: Any = SealedAttribute

    def __init__(self, *args: Any, letter: str = "letter", **kwargs: Any) -> None:
        self.letter_path = letter
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.letter_path != "letter":
            kwargs["letter"] = self.letter_path
        return name, path, args, kwargs

    @property
    def place(self) -> str:
        """Table and column, which every value is bound to."""
        return f"{self.model._meta.db_table}.{self.column}"

    def open_on(self, instance: models.Model, value: Sealed) -> Any:
        """The value of `instance` opened. Raises `SealBroken`."""
        steps = self.letter_path.split(".") if self.letter_path else []
        owner: Any = instance
        for step in steps[:-1]:
            owner = getattr(owner, step)
        if not steps:
            return self.from_words(_open(value.token, owner.pk, owner, self.place))
        last = steps[-1]
        letter = owner._state.fields_cache.get(last)
        return self.from_words(_open(value.token, getattr(owner, f"{last}_id"), letter, self.place))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, Sealed):
            return _Ready(value.token)
        value = super().pre_save(model_instance, add)
        owner: Any = model_instance
        for step in self.letter_path.split(".") if self.letter_path else []:
            owner = getattr(owner, step)
        return _Ready(self.written(owner, value))

    def get_db_prep_save(self, value: Any, connection: BaseDatabaseWrapper) -> Any:
        if isinstance(value, _Ready):
            return super().get_db_prep_save(value.value, connection)
        if value is None or hasattr(value, "resolve_expression"):
            return super().get_db_prep_save(value, connection)
        raise TypeError(f"{self.place} is written by save() or create() only: it may have to be sealed")

    def written(self, letter: Letter, value: Any) -> Any:
        """`value` as it goes into the database. What is empty tells nothing and stays as it is."""
        if not value:
            return value
        words = self.to_words(value)
        sealed = seal_words(letter, words, place=self.place)
        return value if sealed is words else sealed

    def to_words(self, value: Any) -> str:
        """A value as words to seal."""
        return str(value)

    def from_words(self, words: str) -> Any:
        """A value from its opened words."""
        return words


def written_value(row: models.Model, name: str) -> Any:
    """What `save()` would write into a sealed column: for the few inserts made in plain SQL."""
    return row._meta.get_field(name).pre_save(row, True).value  # type: ignore[union-attr]


def sealed_fields(model: type[models.Model]) -> list[Any]:
    """The sealed columns of a model."""
    return [field for field in model._meta.concrete_fields if isinstance(field, _SealedField)]


class SealedTextField(_SealedField, _TextField):
    """Text. `max_length` is held by this field, since the column must hold the longer sealed form."""

    def written(self, letter: Letter, value: Any) -> Any:
        if value and self.max_length and len(value) > self.max_length:
            raise ValueError(f"{self.place}: longer than {self.max_length} characters")
        return super().written(letter, value)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | Sealed | None:
        return Sealed(value) if value and value.startswith(MARK) else value


class SealedJSONField(_SealedField, _JSONField):
    """JSON; sealed, the column holds one JSON string."""

    def to_words(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, cls=self.encoder)

    def from_words(self, words: str) -> Any:
        return json.loads(words, cls=self.decoder)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        found = super().from_db_value(value, expression, connection)
        return Sealed(found) if isinstance(found, str) and found.startswith(MARK) else found
