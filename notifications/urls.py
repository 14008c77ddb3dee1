"""Addresses of notices."""

from django.urls import path

from notifications.views import choices, notices

app_name = "notifications"
urlpatterns = [
    path("", notices.notice_list, name="list"),
    path("<int:notice_id>/", notices.notice_open, name="open"),
    path("read-all/", notices.notice_read_all, name="read_all"),
    path("choices/", choices.choices, name="choices"),
    path("calendar/", choices.calendar, name="calendar"),
    path("calendar/end/", choices.calendar_end, name="calendar_end"),
    path("calendar/<str:secret>.ics", choices.feed, name="feed"),
]
