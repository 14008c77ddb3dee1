"""People and structure: agencies, units, positions, users, appointments, groups of positions, holidays."""

from org.models.groups import GroupMember, RightsGroup
from org.models.people import BY_ORDER, FULL_POWERS, STANDS_IN, Appointment, Capacity, PlatformRole, User
from org.models.structure import Agency, AgencyKind, Holiday, LetterCode, Position, Unit

__all__ = [
    "BY_ORDER",
    "FULL_POWERS",
    "STANDS_IN",
    "Agency",
    "AgencyKind",
    "Appointment",
    "Capacity",
    "GroupMember",
    "Holiday",
    "LetterCode",
    "PlatformRole",
    "Position",
    "RightsGroup",
    "Unit",
    "User",
]
