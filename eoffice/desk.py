"""The home desk and the help page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """What waits for me, my deadlines, recent letters."""
    return render(request, "eoffice/desk.html")


def help_page(request: HttpRequest) -> HttpResponse:
    """Short help and the keyboard."""
    return render(request, "eoffice/help.html")
