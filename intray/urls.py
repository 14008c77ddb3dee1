"""Addresses of `intray`."""

from django.urls import path

from intray.views import acts, bottleneck, followup, panel, reopen, signing, tray

app_name = "intray"
urlpatterns = [
    path("", tray.tray, name="list"),
    path("bulk/", tray.bulk, name="bulk"),
    path("sign/", signing.sign_folder, name="sign_folder"),
    path("sign/choose/", signing.choose, name="sign_choose"),
    path("sign/confirm/", signing.sign_confirm, name="sign_confirm"),
    path("sign/results/", signing.sign_results, name="sign_results"),
    path("late/", tray.late, name="late"),
    path("followup/", followup.follow_up, name="followup"),
    path("followup/chase/", followup.chase, name="chase"),
    path("followup/export/<str:form>/", followup.export, name="followup_export"),
    path("bottleneck/", bottleneck.bottleneck, name="bottleneck"),
    path("<int:letter_id>/", panel.panel, name="panel"),
    path("<int:letter_id>/act/", acts.act, name="act"),
    path("<int:letter_id>/targets/", panel.targets, name="targets"),
    path("<int:letter_id>/endorsements/", panel.endorsements, name="endorsements"),
    path("<int:letter_id>/sign/", signing.sign, name="sign"),
    path("<int:letter_id>/reopen/", reopen.reopen, name="reopen"),
    path("<int:letter_id>/recall/", acts.recall_proposal, name="recall_proposal"),
    path("<int:letter_id>/recall/<int:step_id>/", acts.recall_step, name="recall_step"),
]
