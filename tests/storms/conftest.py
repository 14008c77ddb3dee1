"""One platform for all storms, whole again before each of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.storms.counting import at_rest
from tests.storms.running import Running
from tests.storms.visitor import Visitor


@pytest.fixture(scope="session")
def platform() -> Iterator[Running]:
    """All parts of the real platform with the demo in it. When it closes no process may be left; its logs stay.

    Not in pytest's folder: every other run of pytest closes that to PostgreSQL's account.
    """
    var = settings.VAR_DIR / "storms"
    shutil.rmtree(var, ignore_errors=True)
    with Running(var) as running:
        running.inside("open_to_all")
        yield running


@pytest.fixture
def house(platform: Running) -> Iterator[Running]:
    """The platform with all parts up and nothing left to do, before the storm and after it."""
    platform.all_up()
    at_rest(platform)
    yield platform
    platform.all_up()
    at_rest(platform)


@pytest.fixture
def registrar(house: Running) -> Visitor:
    """The province's registrar, who numbers and sends."""
    return Visitor.sign_in(house.address, "province-registrar")
