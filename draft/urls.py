"""Addresses of `draft`."""

from django.urls import path

from draft.views import edit, lists, parts, preview, review, versions

app_name = "draft"
urlpatterns = [
    path("", lists.drafts, name="list"),
    path("new/", lists.new, name="new"),
    path("answer/<int:letter_id>/", lists.answer, name="answer"),
    path("<int:letter_id>/", edit.edit, name="edit"),
    path("<int:letter_id>/autosave/", edit.autosave, name="autosave"),
    path("<int:letter_id>/settle/", edit.settle, name="settle"),
    path("<int:letter_id>/convert/", edit.change_kind, name="convert"),
    path("<int:letter_id>/discard/", edit.give_up, name="discard"),
    path("<int:letter_id>/enclosures/", parts.attach_files, name="attach"),
    path(
        "<int:letter_id>/enclosures/<int:enclosure_id>/up/", parts.shift_enclosure, {"way": "up"}, name="enclosure_up"
    ),
    path(
        "<int:letter_id>/enclosures/<int:enclosure_id>/down/",
        parts.shift_enclosure,
        {"way": "down"},
        name="enclosure_down",
    ),
    path("<int:letter_id>/enclosures/<int:enclosure_id>/remove/", parts.take_off, name="enclosure_remove"),
    path("<int:letter_id>/references/", parts.references, name="references"),
    path("<int:letter_id>/references/<int:reference_id>/remove/", parts.uncite, name="reference_remove"),
    path("<int:letter_id>/addressees/", parts.addressees, name="addressees"),
    path("<int:letter_id>/preview/", preview.preview, name="preview"),
    path("<int:letter_id>/preview/<slug:name>/<int:page>.png", preview.preview_image, name="preview_image"),
    path("<int:letter_id>/versions/", versions.versions, name="versions"),
    path("<int:letter_id>/versions/keep/", versions.keep, name="keep"),
    path("<int:letter_id>/versions/compare/", versions.compare_versions, name="compare"),
    path("<int:letter_id>/versions/<int:no>/restore/", versions.bring_back, name="restore"),
    path("<int:letter_id>/review/", review.read, name="review"),
    path("<int:letter_id>/comments/", review.comment, name="comment"),
    path(
        "<int:letter_id>/comments/<int:comment_id>/done/", review.settle_comment, {"way": "done"}, name="comment_done"
    ),
    path(
        "<int:letter_id>/comments/<int:comment_id>/reopen/",
        review.settle_comment,
        {"way": "reopen"},
        name="comment_reopen",
    ),
    path("<int:letter_id>/submit/", review.send, name="submit"),
    path("<int:letter_id>/pass/", review.decide, {"verb": "pass"}, name="pass"),
    path("<int:letter_id>/return/", review.decide, {"verb": "return"}, name="return"),
    path("<int:letter_id>/recall/", review.decide, {"verb": "recall"}, name="recall"),
]
