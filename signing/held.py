"""A key opened once for a batch: for as long as its passphrase is held, and never longer than a moment after its last use.

Opening a PKCS#12 file costs some ten thousand rounds of hashing on purpose; five hundred letters need not pay it each.
A process keeps one opened key at most, and asks the vault before every use, so a forgotten passphrase ends it at once.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from signing import vault
from signing.actions import open_key
from signing.models import Certificate

if TYPE_CHECKING:
    from signing.keys import SigningKey

IDLE_SECONDS = 20.0


@dataclass
class _Opened:
    name: str
    certificate_id: int
    key: SigningKey = field(repr=False)
    used: float = 0.0


_lock = threading.Lock()
_opened: list[_Opened] = []  # none or one


def held_key(name: str, certificate: Certificate) -> SigningKey | None:
    """The certificate's key by the passphrase held under `name`, or None when that is gone. Raises `SigningFailed` kinds."""
    passphrase = vault.held_passphrase(name)
    if passphrase is None:
        forget_key(name)
        return None
    with _lock:
        for one in _opened:
            if (one.name, one.certificate_id) == (name, certificate.pk):
                one.used = time.monotonic()
                return one.key
    key = open_key(certificate, passphrase)
    with _lock:
        _opened[:] = [_Opened(name, certificate.pk, key, time.monotonic())]
        _look_again(IDLE_SECONDS)
    return key


def forget_key(name: str) -> None:
    """Drop the key opened under `name` in this process."""
    with _lock:
        _opened[:] = [one for one in _opened if one.name != name]


def _look_again(seconds: float) -> None:
    timer = threading.Timer(seconds, _drop_idle)
    timer.daemon = True
    timer.name = "held-key"
    timer.start()


def _drop_idle() -> None:
    """Drop a key nobody used for a while; look again later at one that is in use."""
    with _lock:
        now = time.monotonic()
        _opened[:] = [one for one in _opened if now - one.used < IDLE_SECONDS]
        if _opened:
            _look_again(IDLE_SECONDS)
