"""What happens to people and structure. Each action asks its rule, locks the agency, writes, and leaves history."""

from org.actions.groups import add_member, create_custom_group, end_membership, rename_group
from org.actions.people import (
    create_first_central_admin,
    create_user,
    deactivate_user,
    reactivate_user,
    set_password,
    update_user,
)
from org.actions.posts import abolish_position, appoint, create_position, end_appointment, update_position
from org.actions.reference import load_reference
from org.actions.standing import end_standing_in, hand_on
from org.actions.structure import (
    create_agency,
    create_holiday,
    create_unit,
    dissolve_unit,
    last_place,
    may_move,
    move_unit,
    remove_holiday,
    undo_move_unit,
    update_agency,
    update_holiday,
    update_unit,
)

__all__ = [
    "abolish_position",
    "add_member",
    "appoint",
    "create_agency",
    "create_custom_group",
    "create_first_central_admin",
    "create_holiday",
    "create_position",
    "create_unit",
    "create_user",
    "deactivate_user",
    "dissolve_unit",
    "end_appointment",
    "end_membership",
    "end_standing_in",
    "hand_on",
    "last_place",
    "load_reference",
    "may_move",
    "move_unit",
    "reactivate_user",
    "remove_holiday",
    "rename_group",
    "set_password",
    "undo_move_unit",
    "update_agency",
    "update_holiday",
    "update_position",
    "update_unit",
    "update_user",
]
