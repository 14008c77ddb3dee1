"""Passphrases held for minutes in memory only. What is kept longer is locked by `common.vault`."""

from __future__ import annotations

from django.core.cache import cache

from common.access import Refused
from common.cache import cache_away
from common.vault import lock_away, take_out

PASSPHRASE_SECONDS = 15 * 60


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
