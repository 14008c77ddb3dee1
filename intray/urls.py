"""Addresses of `intray`."""

from django.urls import URLPattern

app_name = "intray"
urlpatterns: list[URLPattern] = []
