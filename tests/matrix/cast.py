"""Who stands before the addresses, and who reads each staged letter – written down by hand from the rule, never asked of it.

The rule: a normal letter is read by its parties (its author's post, reviewers called, posts and units it was sent to)
and by whoever's rights on the register show its entry (`read_all`: the registrar, the auditor by order; `read_own_unit`:
posts of the unit that owns the letter and heads above), from the moment it is signed and waits for that entry. A
classified one is read by named posts with clearance and by the secret registrar. Everybody else is a stranger.
"""

from __future__ import annotations

from tests.world import ROLES

ANONYMOUS = "anonymous"  # has not signed in
ENDED = "ended"  # signed in; the only appointment has just ended
STAT_ADMIN = "stat-admin"  # administers the province's statistics office and nothing else

Names = frozenset[str]
EVERYBODY: Names = frozenset([*ROLES, STAT_ADMIN])
STRANGERS_AT_THE_DOOR: Names = frozenset([ANONYMOUS, ENDED])
VISITORS = [*sorted(EVERYBODY), ENDED, ANONYMOUS]

WITHOUT_POST: Names = frozenset({"central-admin", "superuser"})
WITH_POST = EVERYBODY - WITHOUT_POST
MINISTRY: Names = frozenset(
    {"permsec", "deputy1", "division-head", "ministry-registrar", "ministry-clerk", "ministry-admin"}
)
LOCAL: Names = frozenset({"local-clerk", "local-registrar"})
PROVINCE = WITH_POST - MINISTRY - LOCAL
UNIT_ADMINS: Names = frozenset({"province-admin", STAT_ADMIN, "ministry-admin"})
ADMINS = UNIT_ADMINS | {"central-admin"}

AUTHOR: Names = frozenset({"clerk"})
SIGNER: Names = frozenset({"governor"})
AT_THE_SIGNER: Names = SIGNER | {"secretary"}  # prepares on the same post, signs nothing

READERS: dict[str, Names] = {
    "draft": AUTHOR,
    "filed": AUTHOR,
    "review": AUTHOR | {"office-head"},
    "proposed": AUTHOR | AT_THE_SIGNER,
    "signed": AUTHOR | AT_THE_SIGNER | {"province-registrar", "auditor", "office-head"},
    "numbered": AUTHOR | AT_THE_SIGNER | {"province-registrar", "auditor", "office-head"},
    "sent": AUTHOR | AT_THE_SIGNER | {"province-registrar", "auditor", "office-head", "stat-clerk"},
    "received": frozenset({"ministry-registrar", "permsec", "deputy1"}),
    "arrived": LOCAL,
    "closed": frozenset({"ministry-registrar", "ministry-clerk", "division-head"}),
    "batched": frozenset({"ministry-registrar", "deputy1"}),
    "secret": frozenset({"governor", "secret-registrar"}),
    "secretdraft": frozenset({"governor", "secret-registrar"}),
}
REGISTRARS: Names = AUTHOR | {"province-registrar", "office-head"}  # may number and send letters of the clerk's unit
REGISTERING: Names = frozenset(  # hold a receiving register of their unit
    {
        *("clerk", "province-registrar", "secret-registrar", "stat-clerk", "governor", "secretary", "vice1"),
        *("ministry-registrar", "ministry-clerk", "permsec", "deputy1", "local-registrar"),
    }
)
