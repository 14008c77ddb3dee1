"""Addresses of `saraban`."""

from django.urls import URLPattern, path

from saraban.views import files, finding, incoming, letter, outgoing, paper, registers, sealing, sending

app_name = "saraban"
urlpatterns: list[URLPattern] = [
    path("registry/", incoming.incoming, name="incoming"),
    path("registry/outgoing/", outgoing.outgoing, name="outgoing"),
    path("registry/receive/<int:delivery_id>/", incoming.receive, name="receive"),
    path("registry/received/<int:entry_id>/", incoming.received, name="received"),
    path("registry/send-back/<int:delivery_id>/", incoming.send_back, name="send_back"),
    path("registry/receive-many/", incoming.receive_many, name="receive_many"),
    path("registry/received-many/", incoming.received_many, name="received_many"),
    path("registry/paper/", paper.receive_paper, name="receive_paper"),
    path("registry/number/<int:letter_id>/", outgoing.number, name="number"),
    path("registry/numbered/<int:letter_id>/", outgoing.numbered, name="numbered"),
    path("registry/seal/<int:letter_id>/", sealing.seal, name="seal"),
    path("registry/seal/<int:letter_id>/retry/", sealing.seal_retry, name="seal_retry"),
    path("registry/dispatch/<int:letter_id>/", sending.dispatch, name="dispatch"),
    path("registry/recall/<int:delivery_id>/", sending.recall, name="recall"),
    path("registry/void/<int:entry_id>/", outgoing.void, name="void"),
    path("letter/<int:letter_id>/", letter.letter, name="letter"),
    path("letter/<int:letter_id>/print/", letter.letter_print, name="letter_print"),
    path("letter/<int:letter_id>/page/<int:page>.png", files.page_image, name="page_image"),
    path("letter/<int:letter_id>/document/", files.document, name="document"),
    path("letter/<int:letter_id>/enclosure/<int:enclosure_id>/", files.enclosure, name="enclosure"),
    path(
        "letter/<int:letter_id>/enclosure/<int:enclosure_id>/page/<int:page>.png",
        files.enclosure_page,
        name="enclosure_page",
    ),
    path("registers/", registers.registers, name="registers"),
    path("registers/<int:folder_id>/", registers.register, name="register"),
    path("registers/<int:folder_id>/print/", registers.register_print, name="register_print"),
    path("registers/<int:folder_id>/export/<str:form>/", registers.register_export, name="register_export"),
    path("registers/entry/<int:entry_id>/", registers.entry_edit, name="entry_edit"),
    path("all/", finding.all_letters, name="all"),
    path("search/", finding.search, name="search"),
]
