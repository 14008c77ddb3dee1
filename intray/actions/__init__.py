"""What may be done in the tray: every write is a verb with `by`."""

from intray.actions.chasing import chase
from intray.actions.closing import close, close_letter, reopen
from intray.actions.decisions import acknowledge, approve, endorse, instruct, prepare, return_step
from intray.actions.proposals import recall_proposal, receive_proposal
from intray.actions.routes import forward, open_step, recall_step, release, start_route, take
from intray.actions.signatures import sign_typed, sign_with_certificate, signature_done

__all__ = [
    "acknowledge",
    "approve",
    "chase",
    "close",
    "close_letter",
    "endorse",
    "forward",
    "instruct",
    "open_step",
    "prepare",
    "recall_proposal",
    "recall_step",
    "receive_proposal",
    "release",
    "reopen",
    "return_step",
    "sign_typed",
    "sign_with_certificate",
    "signature_done",
    "start_route",
    "take",
]
