"""A lock holds pinned versions with their hashes and nothing else: no address, no option."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "check_repository.py"
_spec = importlib.util.spec_from_file_location("check_repository", SCRIPT)
assert _spec is not None
assert _spec.loader is not None
check = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(check)
HASH = "--hash=sha256:" + "0a" * 32


@pytest.mark.parametrize("line", [
    f"django==5.2.19 \\\n    {HASH} \\\n    {HASH}\n",
    f"psycopg[binary]==3.2.1 ; python_version >= '3.11' \\\n    {HASH}\n",
])  # fmt: skip
def test_a_pin_with_hashes_is_what_a_lock_is_made_of(tmp_path: Path, line: str) -> None:
    lock = tmp_path / "a.lock"
    lock.write_text(line)
    pins, faults = check.read_lock(lock)
    assert (len(pins), faults) == (1, [])


@pytest.mark.parametrize("line", [
    "django==5.2.19\n",
    f"django>=5.2 {HASH}\n",
    f"django @ somewhere/django.whl {HASH}\n",
    f"django==5.2.19 {HASH} --option\n",
    "--option somewhere\n",
    "# somewhere\n",
])  # fmt: skip
def test_anything_else_is_a_fault(tmp_path: Path, line: str) -> None:
    lock = tmp_path / "a.lock"
    lock.write_text(line)
    _, faults = check.read_lock(lock)
    assert len(faults) == 1
