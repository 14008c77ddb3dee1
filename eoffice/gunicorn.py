"""Gunicorn's configuration (`--config python:eoffice.gunicorn`): how every web of ours runs, wherever it listens."""

from __future__ import annotations

from eoffice.warm import warm_up_soon

threads = 4
preload_app = True
timeout = 60
accesslog = "-"
control_socket_disable = True


def post_worker_init(worker: object) -> None:
    """A worker is open: what it will need first is loaded beside the first requests."""
    warm_up_soon()
