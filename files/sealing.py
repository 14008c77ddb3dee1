"""Classified bytes at rest: AES-256-GCM in chunks of 64 KiB, so that a large file streams in little memory.

A key seals one content once, so a chunk's nonce is its place (eleven bytes) and one byte that marks the last: chunks
cannot be dropped, added, exchanged or cut off without being noticed (the STREAM construction of Hoang, Reyhanitabar,
Rogaway and Vizár, 2015). The content is padded to whole chunks; its exact length, which would tell a known file, is
known only to who opens the last one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO

CHUNK = 64 * 1024
_TAG = 16
_STORED = CHUNK + _TAG
_KIND = b"e-office file 1"
_END = b"\x80"


class BrokenSeal(OSError):
    """What lies in storage was not sealed with this key, or was changed or cut off."""


class Sealer:
    """Takes the content piece by piece and hands sealed chunks to `out`; `finish` closes it."""

    def __init__(self, key: bytes, out: Callable[[bytes], object]) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # loads OpenSSL: only for classified files

        self._cipher, self._out = AESGCM(key), out
        self._rest, self._place = bytearray(), 0

    def write(self, piece: bytes) -> None:
        """Seal the next bytes."""
        self._rest += piece
        while len(self._rest) >= CHUNK:
            self._seal(bytes(self._rest[:CHUNK]), last=False)
            del self._rest[:CHUNK]

    def finish(self) -> None:
        """Pad and seal what is left: always one more chunk, which says that it is the last."""
        self._seal((bytes(self._rest) + _END).ljust(CHUNK, b"\0"), last=True)

    def _seal(self, chunk: bytes, *, last: bool) -> None:
        self._out(self._cipher.encrypt(_nonce(self._place, last=last), chunk, _KIND))
        self._place += 1


def opened(stream: IO[bytes], key: bytes) -> Iterator[bytes]:
    """The content of a sealed stream, chunk by chunk. Raises `BrokenSeal` at the first that is not as it was sealed."""
    place, now = 0, stream.read(_STORED)
    while now:
        following = stream.read(_STORED)
        yield _open(now, key, place, last=not following)
        place, now = place + 1, following
    if not place:
        raise BrokenSeal("empty")


def content_size(stream: IO[bytes], key: bytes, stored_size: int) -> int:
    """How long the content is: only the last chunk is read."""
    places = stored_size // _STORED
    if places < 1 or stored_size % _STORED:
        raise BrokenSeal("cut off")
    stream.seek((places - 1) * _STORED)
    return (places - 1) * CHUNK + len(_open(stream.read(_STORED), key, places - 1, last=True))


def _open(chunk: bytes, key: bytes, place: int, *, last: bool) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        plain = AESGCM(key).decrypt(_nonce(place, last=last), chunk, _KIND)
    except (InvalidTag, ValueError) as error:
        raise BrokenSeal(f"chunk {place}") from error
    if not last:
        return plain
    content = plain.rstrip(b"\0")
    if not content.endswith(_END):
        raise BrokenSeal("padding")
    return content[:-1]


def _nonce(place: int, *, last: bool) -> bytes:
    return place.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
