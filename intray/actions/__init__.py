"""What may be done in the tray: every write is a verb with `by`."""

from intray.actions.chasing import chase
from intray.actions.closing import close, close_letter, reopen
from intray.actions.decisions import acknowledge, approve, endorse, give_opinion, instruct, prepare, return_step
from intray.actions.proposals import recall_proposal, receive_proposal
from intray.actions.revising import redirect_step, revise_route
from intray.actions.routes import forward, open_step, recall_step, release, start_route, take
from intray.actions.signatures import sign_typed, sign_with_certificate, signature_done
from intray.actions.signers import add_signer
from intray.actions.sparing import excuse_step, skip_step

__all__ = [
    "acknowledge",
    "add_signer",
    "approve",
    "chase",
    "close",
    "close_letter",
    "endorse",
    "excuse_step",
    "forward",
    "give_opinion",
    "instruct",
    "open_step",
    "prepare",
    "recall_proposal",
    "recall_step",
    "receive_proposal",
    "redirect_step",
    "release",
    "reopen",
    "return_step",
    "revise_route",
    "sign_typed",
    "sign_with_certificate",
    "signature_done",
    "skip_step",
    "start_route",
    "take",
]
