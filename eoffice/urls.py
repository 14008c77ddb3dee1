"""Every address of the product. Each stands in the permission matrix (tests/matrix)."""

from django.contrib import admin
from django.urls import include, path

from eoffice import desk, health
from saraban.urls import links_patterns

urlpatterns = [
    path("", desk.home, name="desk"),
    path("help/", desk.help_page, name="help"),
    path("healthz", health.healthz, name="healthz"),
    path("accounts/", include("accounts.urls")),
    path("notices/", include("notifications.urls")),
    path("saraban/", include("saraban.urls")),
    path("e/", include(links_patterns)),
    path("draft/", include("draft.urls")),
    path("intray/", include("intray.urls")),
    path("signing/", include("signing.urls")),
    path("admin/", admin.site.urls),
]

handler500 = "eoffice.failures.server_error"
