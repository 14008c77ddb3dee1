"""Addresses of document types, their templates, and letters made from them; part of `draft.urls`."""

from django.urls import path

from draft.views import doctypes, filling, rollout, templates

urlpatterns = [
    path("types/", doctypes.types, name="types"),
    path("types/new/", doctypes.new_type, name="type_new"),
    path("types/rollout/", rollout.rollout, name="rollout"),
    path("types/rollout/export/<slug:form>/", rollout.export, name="rollout_export"),
    path("types/<int:type_id>/", doctypes.type_page, name="type"),
    path("types/<int:type_id>/change/", doctypes.change, name="type_change"),
    path("types/<int:type_id>/mode/", rollout.mode, name="type_mode"),
    path("types/<int:type_id>/next/", doctypes.next_version, name="type_next"),
    path("types/<int:type_id>/retire/", doctypes.retire_type, name="type_retire"),
    path("types/<int:type_id>/fill/", filling.fill, name="fill"),
    path("types/version/<int:version_id>/", templates.template, name="template"),
    path("types/version/<int:version_id>/preview/", templates.preview, name="template_preview"),
    path(
        "types/version/<int:version_id>/preview/<slug:name>/<int:page>.png",
        templates.preview_image,
        name="template_image",
    ),
    path("types/version/<int:version_id>/publish/", templates.publish_version, name="template_publish"),
    path("types/version/<int:version_id>/discard/", templates.discard, name="template_discard"),
    path("types/version/<int:version_id>/take-up/", templates.take_up_version, name="template_take_up"),
    path("<int:letter_id>/inputs/", filling.inputs, name="inputs"),
]
