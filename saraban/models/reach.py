"""How far an actor's reading reaches, and the one reading rule built from it.

The rule: (not secret AND (folder right OR party)) OR (secret AND clearance AND (named party OR secret
registrar of its folder)). `read_all` never reaches classified rows; a unit is never a *named* party. What has no entry
yet is read by whoever will make it: a signed letter by those who may number it, a delivery by the receiving registry.
Rights belong to the groups of the active capacity only; being an administrator or superuser adds nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from org.actor import Actor
from saraban.states import LetterStatus

if TYPE_CHECKING:
    from saraban.models.letters import Letter, LetterQuerySet

_CACHE = "_saraban_reach"

# The active capacity's groups – its unit's, those of the subtrees above it, and custom ones it belongs to today –
# and every right they hold on any folder, in one query.
_RIGHTS = """
WITH RECURSIVE chain AS (
  SELECT id, parent_id, agency_id FROM org_unit WHERE id = %(unit)s
  UNION ALL
  SELECT above.id, above.parent_id, above.agency_id FROM org_unit above JOIN chain ON above.id = chain.parent_id
), groups AS (
  SELECT group_id FROM org_rightsgroup WHERE kind = 'UNIT' AND unit_id = %(unit)s
  UNION
  SELECT group_id FROM org_rightsgroup WHERE kind = 'SUBTREE' AND unit_id IN (SELECT id FROM chain)
  UNION
  SELECT g.group_id FROM org_rightsgroup g JOIN org_groupmember m ON m.rights_group_id = g.id
  WHERE g.kind = 'CUSTOM' AND m.position_id = %(position)s AND m.starts_at <= %(at)s
    AND (m.ends_at IS NULL OR m.ends_at > %(at)s)
    AND g.agency_id = (SELECT agency_id FROM chain LIMIT 1)
)
SELECT p.codename, r.content_object_id, f.owner_unit_id, f.closed_at IS NULL
FROM saraban_folderright r JOIN auth_permission p ON p.id = r.permission_id
JOIN saraban_registerfolder f ON f.id = r.content_object_id
WHERE r.group_id IN (SELECT group_id FROM groups)
"""


@dataclass(frozen=True)
class Reach:
    """Resolved ids: what the active capacity may touch. Folder ids by right, and who the actor is to a letter."""

    rights: dict[str, frozenset[int]]
    position_id: int | None
    unit_ids: tuple[int, ...]
    registry_unit_ids: tuple[int, ...]
    user_id: int
    clearance: int
    at: datetime

    def folders(self, right: str) -> frozenset[int]:
        """The folders on which the actor holds `right`."""
        return self.rights.get(right, frozenset())

    @property
    def numbering(self) -> frozenset[int]:
        """The folders in which the actor meets his own units' letters that wait for a number."""
        return self.folders("take_number") | self.folders("read_own_unit")

    @property
    def kept_whole(self) -> frozenset[int]:
        """The sending registers whose registrar the actor is: he reads every row and does the registrar's acts.

        Reading alone (an auditor's `read_all` by written order) makes nobody a registrar, though every unit takes numbers.
        """
        return self.folders("read_all") & self.folders("void_entry")

    def may(self, right: str, folder_id: int | None) -> bool:
        """Whether the actor holds `right` on the folder."""
        return folder_id is not None and folder_id in self.folders(right)


def reach_of(actor: Actor) -> Reach:
    """Resolve the actor's rights on all folders (one query, kept on the actor)."""
    kept = actor.__dict__.get(_CACHE)
    if isinstance(kept, Reach):
        return kept
    found: dict[str, set[int]] = {}
    registries: set[int] = set()
    if actor.appointment is not None:
        with connection.cursor() as cursor:
            cursor.execute(_RIGHTS, {"position": actor.position.pk, "unit": actor.position.unit_id, "at": actor.at})
            for codename, folder_id, unit_id, is_open in cursor.fetchall():
                found.setdefault(codename, set()).add(folder_id)
                if codename == "register_incoming" and is_open:
                    registries.add(unit_id)
    reach = Reach(
        rights={name: frozenset(ids) for name, ids in found.items()},
        position_id=actor.position.pk if actor.appointment else None,
        unit_ids=actor.unit_ids,
        registry_unit_ids=tuple(sorted(registries)),
        user_id=actor.user.pk,
        clearance=actor.clearance,
        at=actor.at,
    )
    actor.__dict__[_CACHE] = reach
    return reach


def forget_reach(actor: Actor) -> None:
    """Drop what was resolved, after rights were changed within the same request."""
    actor.__dict__.pop(_CACHE, None)


def readable(letters: LetterQuerySet, reach: Reach) -> LetterQuerySet:
    """`letters` narrowed to what `reach` may read. For pages with their own driver and single letters."""
    from saraban.models.letters import LetterParty
    from saraban.models.registers import RegisterEntry

    entries = RegisterEntry.objects.filter(letter=OuterRef("pk"))
    parties = LetterParty.objects.filter(Q(until=None) | Q(until__gt=reach.at), letter=OuterRef("pk"))
    named = Q(user_id=reach.user_id)
    if reach.position_id:
        named |= Q(position_id=reach.position_id)
    open_entry = entries.filter(
        Q(folder__in=reach.folders("read_all"))
        | Q(folder__in=reach.folders("read_own_unit"), owner_unit__in=reach.unit_ids)
    )
    awaiting = Q(status=LetterStatus.SIGNED)
    own_numbering = Q(folder__in=reach.numbering, owner_unit__in=reach.unit_ids)
    arrived = Q(unit__in=reach.registry_unit_ids, because=LetterParty.Because.DELIVERY)
    normal = Q(secrecy=0) & (
        Q(Exists(parties.filter(named | Q(unit__in=reach.unit_ids) | arrived)))
        | Q(Exists(open_entry))
        | (awaiting & (Q(folder__in=reach.folders("read_all")) | own_numbering))
    )
    secret_folders = reach.folders("secret_register")
    secret = Q(secrecy__gt=0, secrecy__lte=reach.clearance) & (
        Q(Exists(parties.filter(named)))
        | Q(Exists(entries.filter(folder__in=secret_folders)))
        | (awaiting & Q(folder__in=secret_folders))
    )
    return letters.filter(normal | secret)


# One lateral branch per reason over covering indexes: the cost follows the page, not the table.
_NEWEST = """
SELECT letter_id FROM (
  SELECT x.letter_id FROM unnest(%(read_all)s::bigint[]) f(id) CROSS JOIN LATERAL (
    SELECT DISTINCT letter_id FROM saraban_registerentry
    WHERE folder_id = f.id AND secrecy = 0 AND letter_id < %(before)s
    ORDER BY letter_id DESC LIMIT %(limit)s) x
  UNION ALL
  SELECT x.letter_id FROM unnest(%(units)s::bigint[]) u(id) CROSS JOIN LATERAL (
    SELECT DISTINCT letter_id FROM saraban_registerentry
    WHERE owner_unit_id = u.id AND folder_id = ANY(%(read_own)s::bigint[]) AND secrecy = 0 AND letter_id < %(before)s
    ORDER BY letter_id DESC LIMIT %(limit)s) x
  UNION ALL
  SELECT x.letter_id FROM unnest(%(secret)s::bigint[]) f(id) CROSS JOIN LATERAL (
    SELECT DISTINCT letter_id FROM saraban_registerentry
    WHERE folder_id = f.id AND secrecy > 0 AND secrecy <= %(clearance)s AND letter_id < %(before)s
    ORDER BY letter_id DESC LIMIT %(limit)s) x
  UNION ALL
  SELECT x.letter_id FROM unnest(%(units)s::bigint[]) u(id) CROSS JOIN LATERAL (
    SELECT DISTINCT letter_id FROM saraban_letterparty
    WHERE unit_id = u.id AND secrecy = 0 AND (until IS NULL OR until > %(at)s) AND letter_id < %(before)s
    ORDER BY letter_id DESC LIMIT %(limit)s) x
  UNION ALL
  SELECT x.letter_id FROM unnest(%(registries)s::bigint[]) u(id) CROSS JOIN LATERAL (
    SELECT DISTINCT letter_id FROM saraban_letterparty
    WHERE unit_id = u.id AND because = 'DELIVERY' AND secrecy = 0 AND (until IS NULL OR until > %(at)s)
      AND letter_id < %(before)s
    ORDER BY letter_id DESC LIMIT %(limit)s) x
  UNION ALL
  SELECT x.letter_id FROM unnest(%(positions)s::bigint[]) p(id) CROSS JOIN LATERAL (
    SELECT DISTINCT letter_id FROM saraban_letterparty
    WHERE position_id = p.id AND secrecy <= %(clearance)s AND (until IS NULL OR until > %(at)s)
      AND letter_id < %(before)s
    ORDER BY letter_id DESC LIMIT %(limit)s) x
  UNION ALL
  (SELECT DISTINCT letter_id FROM saraban_letterparty
    WHERE user_id = %(user)s AND secrecy <= %(clearance)s AND (until IS NULL OR until > %(at)s)
      AND letter_id < %(before)s
    ORDER BY letter_id DESC LIMIT %(limit)s)
  UNION ALL
  (SELECT id FROM saraban_letter
    WHERE status = 'SIGNED' AND id < %(before)s
      AND ((secrecy = 0 AND folder_id = ANY(%(read_all)s::bigint[]))
        OR (secrecy = 0 AND folder_id = ANY(%(numbering)s::bigint[]) AND owner_unit_id = ANY(%(units)s::bigint[]))
        OR (secrecy BETWEEN 1 AND %(clearance)s AND folder_id = ANY(%(secret)s::bigint[])))
    ORDER BY id DESC LIMIT %(limit)s)
) found GROUP BY letter_id ORDER BY letter_id DESC LIMIT %(limit)s
"""
NEWEST_OF_ALL = 2**62


def newest_ids(reach: Reach, *, before: int | None = None, limit: int = 51) -> list[int]:
    """The ids of the newest `limit` letters `reach` may read, older than `before`, newest first."""
    values: dict[str, Any] = {
        "read_all": sorted(reach.folders("read_all")),
        "read_own": sorted(reach.folders("read_own_unit")),
        "secret": sorted(reach.folders("secret_register")),
        "numbering": sorted(reach.numbering),
        "units": list(reach.unit_ids),
        "registries": sorted(set(reach.registry_unit_ids) - set(reach.unit_ids)),
        "positions": [reach.position_id] if reach.position_id else [],
        "user": reach.user_id,
        "clearance": reach.clearance,
        "at": reach.at,
        "before": before if before is not None else NEWEST_OF_ALL,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, values)
        return [row[0] for row in cursor.fetchall()]


# A named party – the post acted for, or the person – reads whatever the secrecy, as far as the clearance goes.
_NAMED = """
SELECT EXISTS (
  SELECT FROM saraban_letterparty party JOIN saraban_letter letter ON letter.id = party.letter_id
  WHERE letter.id = %s AND (party.position_id = %s OR party.user_id = %s)
    AND (party.until IS NULL OR party.until > %s) AND letter.secrecy <= %s)
"""


def may_read(actor: Actor, letter: Letter) -> bool:
    """Whether `actor` may read this one letter. Whoever is named in it, as a rule, needs no look at his registers."""
    post = actor.position.pk if actor.appointment is not None else None
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [letter.pk, post, actor.user.pk, actor.at, actor.clearance])
        if cursor.fetchone()[0]:
            return True
    return type(letter).objects.visible_to(actor).filter(pk=letter.pk).exists()
