"""`/healthz` says which part is down and nothing else; the real parts are asked."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client, override_settings

from eoffice import health


def down() -> bool:
    raise ConnectionError("a word that strangers must not read")


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bool]]:
    """All parts well; a test may break one."""
    made: dict[str, Callable[[], bool]] = dict.fromkeys(health.PARTS, lambda: True)
    monkeypatch.setattr(health, "PARTS", made)
    return made


def test_all_well(client: Client, parts: dict[str, Callable[[], bool]]) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "redis": "ok", "worker": "ok", "beat": "ok", "storage": "ok"}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("broken", ["database", "redis", "worker", "beat", "storage"])
def test_one_part_down(client: Client, parts: dict[str, Callable[[], bool]], broken: str) -> None:
    parts[broken] = down
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {**dict.fromkeys(parts, "ok"), broken: "down"}
    assert "strangers" not in answer.text


def test_only_some_parts_may_be_asked_for(client: Client, parts: dict[str, Callable[[], bool]]) -> None:
    """The web's own container check: a missing worker does not take the web away."""
    parts["worker"] = down
    answer = client.get("/healthz", {"only": "database,storage"})
    assert (answer.status_code, answer.json()) == (200, {"database": "ok", "storage": "ok"})


def test_unknown_parts_are_not_a_way_to_a_false_yes(client: Client, parts: dict[str, Callable[[], bool]]) -> None:
    parts["worker"] = down
    assert client.get("/healthz", {"only": "nothing"}).status_code == 503


@pytest.mark.django_db
def test_real_database_redis_and_storage_answer(client: Client, tmp_path: Path) -> None:
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        answer = client.get("/healthz", {"only": "database,redis,storage"})
        assert default_storage.listdir("health") == ([], [])  # the probe is taken away again
    assert answer.json() == {"database": "ok", "redis": "ok", "storage": "ok"}


def test_without_a_worker_nobody_answers_the_ping() -> None:
    assert health.PARTS["worker"]() is False
