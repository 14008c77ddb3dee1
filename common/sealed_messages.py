"""One-time messages of pages: they may name what a person just did, and the session lies in the database.

So they are locked, whatever they say, until the next page shows them.
"""

from __future__ import annotations

import base64
from typing import Any

from django.contrib.messages.storage.session import SessionStorage

from common.vault import lock_away, take_out

_CONTEXT = "messages"


class LockedSessionStorage(SessionStorage):
    """Django's session storage with its content under the key from outside the database."""

    def serialize_messages(self, messages: Any) -> str:
        """The messages as they lie in the session."""
        return base64.b64encode(
            lock_away(str(super().serialize_messages(messages)).encode(), context=_CONTEXT)
        ).decode()

    def deserialize_messages(self, data: Any) -> Any:
        """The messages again; none when their key is gone."""
        if not data:
            return None
        try:
            return super().deserialize_messages(take_out(base64.b64decode(data), context=_CONTEXT).decode())
        except ValueError:
            return None
