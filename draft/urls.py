"""Addresses of `draft`."""

from django.urls import URLPattern

app_name = "draft"
urlpatterns: list[URLPattern] = []
