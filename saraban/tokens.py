"""Names nobody guesses, short enough to be typed from paper: Crockford's base 32 in small letters."""

from __future__ import annotations

import re
import secrets

from saraban.models.links import TOKEN_LENGTH

SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"  # without i, l, o and u
_READ_AS = str.maketrans("ilo", "110")
_LEFT_OUT = re.compile(r"[\s-]")
_TOKEN = re.compile(f"[{SIGNS}]{{{TOKEN_LENGTH}}}")


def new_token() -> str:
    """26 signs of 5 bits."""
    return "".join(secrets.choice(SIGNS) for _ in range(TOKEN_LENGTH))


def read_token(typed: str) -> str:
    """The token somebody typed: capitals, hyphens and the letters easily taken for 0 and 1 are understood; "" for none."""
    token = _LEFT_OUT.sub("", typed[:80]).lower().translate(_READ_AS)
    return token if _TOKEN.fullmatch(token) else ""
