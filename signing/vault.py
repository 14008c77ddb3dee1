"""Secrets at rest: key stores under a key outside the database, and passphrases held for minutes in memory only."""

from __future__ import annotations

import os
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured

from common.access import Refused
from common.cache import cache_away

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PASSPHRASE_SECONDS = 15 * 60
_NONCE = 12


def _cipher() -> AESGCM:
    if not settings.KEY_ENCRYPTION_KEY:
        raise ImproperlyConfigured("KEY_ENCRYPTION_KEY is empty")
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # loads OpenSSL: only where a secret is handled

    return AESGCM(sha256(b"e-office key store\0" + settings.KEY_ENCRYPTION_KEY.encode()).digest())


def lock_away(secret: bytes, *, context: str) -> bytes:
    """`secret` under AES-256-GCM, bound to `context`: it opens again only with the same."""
    nonce = os.urandom(_NONCE)
    return nonce + _cipher().encrypt(nonce, secret, context.encode())


def take_out(locked: bytes, *, context: str) -> bytes:
    """What `lock_away` locked. Raises ValueError when key, context or bytes are not the same."""
    from cryptography.exceptions import InvalidTag

    try:
        return _cipher().decrypt(locked[:_NONCE], locked[_NONCE:], context.encode())
    except InvalidTag as error:
        raise ValueError("the vault does not open") from error


def hold_passphrase(job_key: str, passphrase: str) -> None:
    """Keep a passphrase, encrypted, in Redis for at most fifteen minutes. Raises `Refused` when Redis is away."""
    try:
        cache.set(_name(job_key), lock_away(passphrase.encode(), context=job_key), PASSPHRASE_SECONDS)
    except cache_away() as error:
        raise Refused("ระบบลงนามยังไม่พร้อมในขณะนี้ ยังไม่มีการลงนามใด ๆ โปรดลองอีกครั้งในอีกสักครู่") from error


def held_passphrase(job_key: str) -> str | None:
    """The passphrase held for a job, or None when it has gone."""
    try:
        locked = cache.get(_name(job_key))
    except cache_away():
        return None
    return take_out(locked, context=job_key).decode() if locked else None


def forget_passphrase(job_key: str) -> None:
    """Wipe it after use. Redis being away is no harm: it forgets by itself."""
    try:
        cache.delete(_name(job_key))
    except cache_away():
        return


def _name(job_key: str) -> str:
    return f"signing-passphrase:{job_key}"
