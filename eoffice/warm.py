"""After a process has started: what its first letter, signature or export would otherwise wait for.

Starting loads none of the heavy libraries (`tests/architecture/test_start.py` holds that); a process that serves
people loads them beside its work, a little after it is open.
"""

from __future__ import annotations

import gc
import importlib
import logging
import threading

log = logging.getLogger(__name__)
HEAVY = (
    "saraban.sheets.rendering",  # WeasyPrint, fontTools, pikepdf
    "signing.pades",  # pyHanko
    "signing.timestamps",  # requests
    "saraban.workbook",  # openpyxl
    "accounts.backends",  # the OpenID Connect library, jwt
)
PAGE = '<html lang="th"><title>ก</title><body>ก</body></html>'
AFTER_SECONDS = 10.0  # until then the processors belong to the start itself


def settle() -> None:
    """Tell the garbage collector what stays: what is loaded is looked at no more, and what comes, less often.

    Setting and signing a letter makes objects by the hundred thousand; at Python's own thresholds the collector takes
    a seventh of the time (`scripts/bench sign`).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def warm_up() -> None:
    """Load the heavy modules and set a page, which reads the faces. What fails here will say so where it is used."""
    try:
        for name in HEAVY:
            importlib.import_module(name)
        from files.typesetting import typeset

        typeset(PAGE)
        settle()
    except Exception:
        log.exception("warming up failed")


def warm_up_soon() -> None:
    """Warm up in a thread of this process; for a process that forks no more."""
    timer = threading.Timer(AFTER_SECONDS, warm_up)
    timer.daemon = True
    timer.name = "warm-up"
    timer.start()
