"""Loads Django once, makes the database ready, then forks web, worker and beat from what is loaded.

Loading the platform costs seconds of one core; done once instead of four times it halves the start.
Run as `python -m eoffice.launcher.nursery PLAN`, a JSON object: `ready` the file that says the children
run, `log` the folder of their logs, `children` their Python modules with arguments, by name.
"""

import importlib
import json
import logging
import os
import runpy
import sys
from pathlib import Path

from django.db import connections

from eoffice.embedded.places import log_end
from eoffice.launcher.make_ready import make_ready

SHARED = ("eoffice.wsgi", "eoffice.celery", "celery.bin.celery", "celery.apps.worker", "kombu.transport.redis", "redis")


def main(plan: dict[str, object]) -> int:
    """Live as long as all children do; gives the exit code of the first one that ends."""
    ready, log = Path(str(plan["ready"])), Path(str(plan["log"]))
    children = plan["children"]
    assert isinstance(children, dict)
    found = make_ready()
    for name in SHARED:
        importlib.import_module(name)
    connections.close_all()  # a forked connection would be shared
    pids = {_fork(command, log / f"{name}.log"): name for name, command in children.items()}
    part = ready.with_suffix(".part")
    part.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    part.rename(ready)  # whole, or not there: the launcher waits for it
    pid, status = os.wait()
    code = os.waitstatus_to_exitcode(status)
    print(f"{pids[pid]} หยุดทำงาน (รหัส {code})\n{log_end(log / f'{pids[pid]}.log')}", flush=True)
    return code or 1


def _fork(command: list[str], log: Path) -> int:
    """A child that leads a session of its own, writes to `log` and runs `python -m COMMAND…`; gives its pid."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        os.setsid()
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.argv = command
        runpy.run_module(command[0], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except Exception:
        logging.getLogger(__name__).exception("%s ended by an error", command[0])
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
