"""What a storm looks at when it is over: the outbox at rest, and the mails that came."""

from __future__ import annotations

import re
from collections import Counter

from tests.storms.running import Running, until

WAITING = "SELECT count(*) FROM outbox_outboxmessage WHERE state <> 'DONE'"
MESSAGE_ID = re.compile(rb"^Message-ID: (<\S+>)", re.MULTILINE | re.IGNORECASE)


def at_rest(house: Running) -> None:
    """Wait until every message of the outbox is done; a dead one is a failure at once."""

    def rests() -> bool:
        dead = house.ask("SELECT topic, key, error FROM outbox_outboxmessage WHERE state = 'DEAD'")
        assert not dead, dead
        return house.count(WAITING) == 0

    try:
        until(rests, "the outbox comes to rest", patience=180)
    except AssertionError as error:
        left = house.ask("SELECT topic, key, attempts, next_at, error FROM outbox_outboxmessage WHERE state <> 'DONE'")
        raise AssertionError(f"{error}: {left[:10]}\n{house.log('worker')}") from error


class Post:
    """The mails since this was made: those that the notices ask for, and those that came."""

    def __init__(self, house: Running) -> None:
        self.house = house
        self.last_notice = house.count("SELECT coalesce(max(id), 0) FROM notifications_notification")
        self.before = self._all()

    def wanted(self) -> list[str]:
        """Message-IDs, one for each notice and person."""
        return list(self.house.inside("mails_wanted", self.last_notice))

    def came(self) -> Counter[str]:
        """How often each mail came, by Message-ID."""
        return self._all() - self.before

    def _all(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for file in (self.house.var / "mail").glob("*.eml"):
            named = MESSAGE_ID.search(file.read_bytes())
            assert named is not None, file
            found[named.group(1).decode()] += 1
        return found
