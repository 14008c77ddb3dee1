"""Addresses of `accounts`. `thaid/callback/` is registered at DOPA: it never changes."""

from django.urls import path

from accounts import views
from accounts.views import filters

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("locked/", views.locked, name="locked"),
    path("capacity/", views.switch_capacity, name="switch_capacity"),
    path("privacy/", views.accept_or_show_privacy, name="privacy"),
    path("profile/", views.profile, name="profile"),
    path("password/", views.change_password, name="password_change"),
    path("thaid/start/", views.thaid_start, name="thaid_start"),
    path("thaid/callback/", views.thaid_callback, name="thaid_callback"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("filters/", filters.filters, name="filters"),
    path("filters/save/", filters.filter_save, name="filter_save"),
    path("filters/<int:pk>/rename/", filters.filter_rename, name="filter_rename"),
    path("filters/<int:pk>/remove/", filters.filter_remove, name="filter_remove"),
    path("people/", views.people, name="people"),
    path("people/<int:pk>/", views.person, name="person"),
    path("people/<int:pk>/invite/", views.invite, name="invite"),
    path("people/<int:pk>/invite-again/", views.invite_again, name="invite_again"),
    path("people/<int:pk>/revoke/", views.revoke, name="revoke"),
]
