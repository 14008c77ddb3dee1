"""Addresses of `saraban`."""

from django.urls import URLPattern

app_name = "saraban"
urlpatterns: list[URLPattern] = []
