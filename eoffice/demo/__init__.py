"""The demo: a province, a ministry and a local agency with named people, loaded through the actions.

One module per topic; each loader looks at what is there and adds what is missing, so loading twice changes nothing.
A later topic (certificates, letters) is a module with `load(say)` and a place in `LOADERS`.
"""

from __future__ import annotations

from collections.abc import Callable

from eoffice.demo import certificates, platform, structure, thaid

Say = Callable[[str], object]

LOADERS: tuple[Callable[[Say], None], ...] = (platform.load, structure.load, certificates.load, thaid.load)


def load(say: Say) -> None:
    """Run every loader in order. `say` gets one Thai line for each thing that was added."""
    for loader in LOADERS:
        loader(say)
