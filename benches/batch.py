"""Letters signed as one batch by two worker processes, against one, and against the libraries as they come.

The house: a batch asked for by the signer, its letters done by the relay of the outbox, from the claim of the message to
the step that ended over a stored, validated file. The floor: bare processes that set the same papers by WeasyPrint and
open, sign and validate by pyHanko's own calls, beside the same PostgreSQL. Both in one process and in two, in turn.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Callable
from multiprocessing.synchronize import Barrier as BarrierType
from typing import Any

from benches.ground import last_line, open_database
from benches.sign import PASSPHRASE, bare_signed, demo_root

DATABASE = "bench_batch"
WARM = 3


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--letters", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    open_database(DATABASE)
    from eoffice import demo
    from eoffice.warm import warm_up
    from tests.world import World

    demo.load(lambda line: None)
    world = World()
    warm_up()  # as every process that serves
    house: dict[int, list[float]] = {1: [], 2: []}
    floor: dict[int, list[float]] = {1: [], 2: []}
    disagreements = 0
    for _ in range(options.rounds):
        for hands in (2, 1):
            took, wrong = _as_a_batch(world, options.letters, hands)
            house[hands].append(took)
            disagreements += wrong
            floor[hands].append(_race(_bare_worker, hands, options.letters, _a_sheet(world)))
    ratios = [a / b for a, b in zip(house[1], floor[1], strict=True)]
    speeds = [one / two for one, two in zip(house[1], house[2], strict=True)]
    floor_speeds = [one / two for one, two in zip(floor[1], floor[2], strict=True)]
    last_line(
        {
            "bench": "batch",
            "letters": options.letters,
            "per_letter_ms": round(statistics.median(house[1]) / options.letters * 1000, 1),
            "floor_ms": round(statistics.median(floor[1]) / options.letters * 1000, 1),
            "speed_up": round(statistics.median(speeds), 2),
            "floor_speed_up": round(statistics.median(floor_speeds), 2),
            "ratio": round(statistics.median(ratios), 2),
            "disagreements": disagreements,
        }
    )


# -- the house ------------------------------------------------------------------------------------


def _as_a_batch(world: Any, letters: int, hands: int) -> tuple[float, int]:
    """Seconds until `hands` processes have signed a batch of `letters`, and how many rows and files disagree."""
    from django.db import connections

    from intray.actions.batches import Order, start_batch
    from tests.tray import only_step

    _finish_what_is_left()
    steps = [only_step(_proposed(world)) for _ in range(letters)]
    _warm_up_batch(world)
    governor = world.actor("governor")
    ids = [one.pk for one in steps]

    def ask() -> None:  # part of the time: it stands between the person and the first signature
        start_batch(by=governor, verb="SIGN", step_ids=ids, order=Order(passphrase=PASSPHRASE))
        connections.close_all()

    return _race(_house_worker, hands, letters, None, before=ask), _disagreements(ids)


def _proposed(world: Any) -> Any:
    from tests.tray import proposed

    return proposed(world, world.actor("governor"), sign_class="CERTIFICATE")


def _warm_up_batch(world: Any) -> None:
    """A few letters signed in this process, whose memory the workers begin with: faces, templates, statements."""
    from intray.actions.batches import Order, start_batch
    from tests.tray import only_step

    ids = [only_step(_proposed(world)).pk for _ in range(WARM)]
    start_batch(by=world.actor("governor"), verb="SIGN", step_ids=ids, order=Order(passphrase=PASSPHRASE))
    _finish_what_is_left()


def _finish_what_is_left() -> None:
    from outbox.actions import drain

    drain(limit=100_000)


def _house_worker(share: int, payload: Any) -> None:
    """A worker of the relay: delivers inside the house until no letter of a batch waits."""
    from intray.models import BatchItem, ItemState
    from outbox.actions import deliver

    while BatchItem.objects.filter(state=ItemState.WAITING).exists():
        deliver(seconds=600)
        time.sleep(0.002)


def _disagreements(step_ids: list[int]) -> int:
    """Letters in which item, step, job, trail and stored file do not all say the same: signed once, and it holds."""
    from django.conf import settings

    from files.actions import read
    from intray.models import BatchItem, Endorsement, RoutingStep
    from signing.demo_ca import DemoAuthority
    from signing.models import SigningJob
    from signing.validation import validate

    root = DemoAuthority(settings.VAR_DIR / "demo-ca").root
    wrong = 0
    for step in RoutingStep.objects.filter(pk__in=step_ids).select_related("letter__document", "job"):
        document = step.letter.document
        report = validate(read(document), [root]) if document else None
        said = (
            BatchItem.objects.filter(step=step, state="DONE").count() == 1
            and step.state == "DONE"
            and step.letter.status == "SIGNED"
            and step.job is not None
            and step.job.state == "DONE"
            and step.job.result_id == step.letter.document_id
            and SigningJob.objects.filter(key=f"sign:{step.pk}").count() == 1
            and Endorsement.objects.filter(step=step, kind="SIGN").count() == 1
        )
        file_holds = report is not None and report.ok and [one.field for one in report.signatures] == ["signer-1"]
        wrong += not (said and file_holds)
    return wrong + (len(step_ids) - RoutingStep.objects.filter(pk__in=step_ids).count())


# -- the floor --------------------------------------------------------------------------------------


def _a_sheet(world: Any) -> Any:
    """The paper of one of the batch's letters, the root, and the signer's certificate."""
    from django.utils import timezone

    from saraban.actions.paper import sheet_of
    from saraban.models import Letter
    from signing.selectors import usable_certificate

    letter = Letter.objects.filter(sheet__isnull=False, status="SIGNED").select_related("sheet").latest("pk")
    return sheet_of(letter), demo_root(), usable_certificate(world.user("governor"), timezone.now())


def _bare_worker(share: int, payload: Any) -> None:
    """Sets, opens, signs and validates by the libraries as they come."""
    for _ in range(share):
        bare_signed(*payload)


# -- processes ----------------------------------------------------------------------------------------


def _race(
    worker: Callable[[int, Any], None],
    hands: int,
    letters: int,
    payload: Any,
    *,
    before: Callable[[], None] | None = None,
) -> float:
    """Seconds from the signal to start (and `before`, done here first) until the last of `hands` processes has ended."""
    from django.db import connections

    connections.close_all()
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(hands + 1, timeout=300)
    shares = [letters // hands + (n < letters % hands) for n in range(hands)]
    crew = [context.Process(target=_at_the_gate, args=(worker, share, payload, gate)) for share in shares]
    for process in crew:
        process.start()
    gate.wait()  # all have begun
    began = time.perf_counter()
    if before is not None:
        before()
    gate.wait()
    for process in crew:
        process.join()
    took = time.perf_counter() - began
    if any(process.exitcode for process in crew):
        raise RuntimeError("a worker failed")
    return took


def _at_the_gate(worker: Callable[[int, Any], None], share: int, payload: Any, gate: BarrierType) -> None:
    gate.wait()
    gate.wait()
    worker(share, payload)


if __name__ == "__main__":
    main()
