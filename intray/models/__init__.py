"""The route of a letter through positions and units, and what was written on the way."""

from intray.models.endorsements import Endorsement
from intray.models.steps import (
    HANDLED_STATES,
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
    "HANDLED_STATES",
    "LIVE_STATES",
    "OPEN_STATES",
    "STEP",
    "Chase",
    "Endorsement",
    "RoutingStep",
    "StepPurpose",
    "StepQuerySet",
    "StepState",
]
