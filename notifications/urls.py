"""Addresses of notices."""

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("", views.notice_list, name="list"),
    path("<int:notice_id>/", views.notice_open, name="open"),
    path("read-all/", views.notice_read_all, name="read_all"),
]
