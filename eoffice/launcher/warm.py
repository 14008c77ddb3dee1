"""A program that loads Django while the database is still being made ready, and begins once it is.

Run as `python -m eoffice.launcher.warm READY MODULE ARGS…`: waits for the file READY, then runs MODULE as
`python -m MODULE ARGS…` would. On two cores this takes a third off the start.
"""

import runpy
import sys
import time
from pathlib import Path

import django


def main() -> None:
    """Load, wait, become the program. Whoever started us ends us when the file never comes."""
    ready = Path(sys.argv[1])
    sys.argv = sys.argv[2:]
    django.setup()
    while not ready.exists():
        time.sleep(0.05)
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
