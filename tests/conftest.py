"""Every test database holds the demo: loaded once, copied aside, and put back where a test had to empty the tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from tests import sizes
from tests.world import World

_COPY = "demo_copy"
sizes.load()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database of pytest-django, with the demo and the superuser of the tests in it."""
    from accounts.models import PrivacyAcceptance
    from accounts.notice import NOTICE_VERSION
    from eoffice import demo
    from org.models import User

    with django_db_blocker.unblock():
        if not User.objects.filter(username="superuser").exists():
            demo.load(lambda line: None)
            User.objects.create_superuser("superuser", None, first_name="ซูเปอร์ยูสเซอร์")
            # Everybody has read the privacy notice; tests of the first sign-in take it back.
            PrivacyAcceptance.objects.bulk_create(
                PrivacyAcceptance(user=user, version=NOTICE_VERSION, accepted_at=user.created_at)
                for user in User.objects.all()
            )
        _copy_aside()


@pytest.fixture(autouse=True)
def demo_is_there(request: pytest.FixtureRequest) -> Iterator[None]:
    """A transactional test empties every table when it ends; the next one finds the demo again."""
    marker = request.node.get_closest_marker("django_db")
    transactional = marker is not None and bool(marker.kwargs.get("transaction"))
    if transactional or {"transactional_db", "live_server"} & set(request.fixturenames):
        request.getfixturevalue("transactional_db")
        from org.models import Agency

        if not Agency.objects.exists():
            _put_back()
    yield


@pytest.fixture
def world(db: None) -> World:
    """The cast of the demo."""
    return World()


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        return sorted(set(connection.introspection.table_names(cursor)) - {"django_migrations"})


def _copy_aside() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {_COPY} CASCADE; CREATE SCHEMA {_COPY}")
        for table in _tables():
            cursor.execute(f'CREATE TABLE {_COPY}."{table}" AS TABLE public."{table}"')


def _put_back() -> None:
    """Empty what flush and its post_migrate left, then copy every row back with its old key."""
    tables = _tables()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("TRUNCATE " + ", ".join(f'public."{table}"' for table in tables))
        for table in tables:
            cursor.execute(f'INSERT INTO public."{table}" SELECT * FROM {_COPY}."{table}"')
    ContentType.objects.clear_cache()
