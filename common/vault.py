"""Secrets at rest under a key from outside the database: key stores, passphrases held for minutes, data keys of letters.

`settings.KEY_ENCRYPTION_KEY` locks; it and every key of `settings.KEY_ENCRYPTION_KEYS_BEFORE` open, so a key can be
changed while the platform runs (`scripts/manage rewrap_keys` then brings everything under the new one).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from django.db.models import QuerySet

NONCE = 12
KEY_BYTES = 32


@lru_cache(maxsize=16)
def _cipher(key: str) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # loads OpenSSL: only where a secret is handled

    return AESGCM(sha256(b"e-office key store\0" + key.encode()).digest())


def _keys() -> tuple[str, ...]:
    """The key that locks, then those that only open any more. Raises ImproperlyConfigured without one."""
    if not settings.KEY_ENCRYPTION_KEY:
        raise ImproperlyConfigured("KEY_ENCRYPTION_KEY is empty")
    return (settings.KEY_ENCRYPTION_KEY, *(key for key in settings.KEY_ENCRYPTION_KEYS_BEFORE if key))


def lock_away(secret: bytes, *, context: str) -> bytes:
    """`secret` under AES-256-GCM, bound to `context`: it opens again only with the same."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(_keys()[0]).encrypt(nonce, secret, context.encode())


def take_out(locked: bytes, *, context: str) -> bytes:
    """What `lock_away` locked. Raises ValueError when no key opens it, or context or bytes are not the same."""
    return _opened(locked, context)[0]


def relock(locked: bytes, *, context: str) -> bytes | None:
    """`locked` under the key that locks now; None when it is already. Raises ValueError as `take_out` does."""
    secret, at = _opened(locked, context)
    return lock_away(secret, context=context) if at else None


def _opened(locked: bytes, context: str) -> tuple[bytes, int]:
    """The secret, and the place of the key that opened it (0: the one that locks)."""
    from cryptography.exceptions import InvalidTag

    for at, key in enumerate(_keys()):
        try:
            return _cipher(key).decrypt(locked[:NONCE], locked[NONCE:], context.encode()), at
        except InvalidTag:
            continue
    raise ValueError("the vault does not open")


def new_key() -> bytes:
    """A fresh data key for AES-256-GCM."""
    return os.urandom(KEY_BYTES)


@dataclass(frozen=True, slots=True)
class Relocked:
    """One batch of a key change: rows looked at, and those that were under an older key."""

    seen: int
    changed: int


def relock_column(
    rows: QuerySet[Any], column: str, context: Callable[[Any], str], *, batch: int = 500
) -> Iterator[Relocked]:
    """Bring what `lock_away` put into `column` under the key that locks now, `batch` rows a transaction.

    It may be stopped and begun again at any time: what is under the new key already is passed over.
    """
    last = 0
    while True:
        with transaction.atomic():
            locked = rows.filter(pk__gt=last).exclude(**{column: None}).select_for_update(of=("self",))
            page = list(locked.order_by("pk")[:batch])
            changed = 0
            for row in page:
                secret = bytes(getattr(row, column))
                fresh = relock(secret, context=context(row)) if secret else None
                if fresh is not None:
                    rows.filter(pk=row.pk).update(**{column: fresh})
                    changed += 1
        if not page:
            return
        last = page[-1].pk
        yield Relocked(len(page), changed)
