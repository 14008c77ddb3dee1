"""The life of a link between an account and a ThaiD identity, as a table."""

from django.db import models

from common.states import Machine


class LinkState(models.TextChoices):
    PENDING = "PENDING", "รอยืนยันตัวตน"
    ACTIVE = "ACTIVE", "ผูกแล้ว"
    REVOKED = "REVOKED", "ยกเลิกแล้ว"


THAID_LINK = Machine(
    "thaid_link",
    "การผูกบัญชีกับ ThaiD",
    LinkState,
    start=(LinkState.PENDING,),
    moves={
        "activate": ((LinkState.PENDING,), LinkState.ACTIVE, "ผูกบัญชี"),
        "revoke": ((LinkState.PENDING, LinkState.ACTIVE), LinkState.REVOKED, "ยกเลิกการผูกบัญชี"),
    },
)
