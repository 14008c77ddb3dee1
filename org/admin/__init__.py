"""The pages of unit admins and the central admin."""

from org.admin.agencies import AgencyAdmin, HolidayAdmin
from org.admin.groups import GroupAdmin
from org.admin.people import UserAdmin
from org.admin.posts import AppointmentAdmin, PositionAdmin
from org.admin.units import UnitAdmin

__all__ = ["AgencyAdmin", "AppointmentAdmin", "GroupAdmin", "HolidayAdmin", "PositionAdmin", "UnitAdmin", "UserAdmin"]
