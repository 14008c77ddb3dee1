"""The route of a letter through positions and units, and what was written on the way."""

from intray.models.batches import BATCH_ITEM, UNFINISHED, UNSUCCESSFUL, Batch, BatchItem, BatchVerb, ItemState
from intray.models.desk import Aside, DeskPlace
from intray.models.endorsements import Endorsement
from intray.models.escalations import Escalation
from intray.models.routes import ROUTE, RemindedDay, Route, RouteState
from intray.models.steps import (
    HANDLED_STATES,
    LEFT_STATES,
    LIVE_STATES,
    OPEN_STATES,
    STEP,
    Chase,
    RoutingStep,
    StepPurpose,
    StepQuerySet,
    StepState,
)

__all__ = [
    "BATCH_ITEM",
    "HANDLED_STATES",
    "LEFT_STATES",
    "LIVE_STATES",
    "OPEN_STATES",
    "ROUTE",
    "STEP",
    "UNFINISHED",
    "UNSUCCESSFUL",
    "Aside",
    "Batch",
    "BatchItem",
    "BatchVerb",
    "Chase",
    "DeskPlace",
    "Endorsement",
    "Escalation",
    "ItemState",
    "RemindedDay",
    "Route",
    "RouteState",
    "RoutingStep",
    "StepPurpose",
    "StepQuerySet",
    "StepState",
]
