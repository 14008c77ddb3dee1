"""The one admin site."""

from django.contrib.admin import AdminSite


class UnitAdminSite(AdminSite):
    """Django's admin in our words."""

    site_header = "e-Office · ผู้ดูแลหน่วยงาน"
    site_title = "e-Office"
    index_title = "โครงสร้าง บุคคล แฟ้มทะเบียน และสิทธิ์"
