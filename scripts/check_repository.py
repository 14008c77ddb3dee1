"""Checks of the repository itself: the locks follow pyproject.toml, and no file has outgrown its reader.

Prints one line per fault and exits 1 when there is any. Looks at nothing outside the repository.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
LINE_LIMIT = 450
READ_BY_PEOPLE = {".py", ".html", ".css", ".js", ".sh", ""}
NOT_OURS = {".git", ".venv", ".cache", "var", "__pycache__", "node_modules", "migrations"}
# The whole of a requirement: name, version, perhaps a marker, hashes. Whatever else a lock may hold has no place here.
PIN = re.compile(
    r"(?P<name>[A-Za-z0-9._-]+)(\[[A-Za-z0-9,._-]*])?==(?P<version>[^\s;\\]+)"
    r"( ; [^:#]+)?(?P<hashes>(\s+--hash=sha256:[0-9a-f]{64})*)"
)


def read_lock(path: Path) -> tuple[dict[str, str], list[str]]:
    """Pinned versions by canonical name, and the faults of the file itself."""
    pins: dict[str, str] = {}
    faults: list[str] = []
    text = path.read_text(encoding="utf-8")
    for requirement in re.sub(r"\\\n", " ", text).splitlines():
        line = requirement.strip()
        if not line:
            continue
        pin = PIN.fullmatch(line)
        if pin is None:
            faults.append(f"{path.name}: not a pinned version and its hashes: {line[:60]}")
        else:
            pins[canonicalize_name(pin["name"])] = pin["version"]
            if not pin["hashes"]:
                faults.append(f"{path.name}: {pin['name']} has no hash")
    return pins, faults


def missing(wanted: list[str], pins: dict[str, str], lock: str) -> Iterator[str]:
    """Direct dependencies that the lock lacks or holds in a version they do not allow."""
    for text in wanted:
        requirement = Requirement(text)
        version = pins.get(canonicalize_name(requirement.name))
        if version is None:
            yield f"{lock}: {requirement.name} of pyproject.toml is missing"
        elif not requirement.specifier.contains(version, prereleases=True):
            yield f"{lock}: {requirement.name}=={version} is not {requirement.specifier}"


def lock_faults(root: Path) -> list[str]:
    """What is wrong with the locks of the repository at `root`."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    run = project["project"]["dependencies"]
    pins, faults = read_lock(root / "requirements.lock")
    dev_pins, dev_faults = read_lock(root / "requirements-dev.lock")
    _, node_faults = read_lock(root / "scripts" / "node.lock")
    faults += dev_faults + node_faults
    faults += missing(run, pins, "requirements.lock")
    faults += missing(run + project["dependency-groups"]["dev"], dev_pins, "requirements-dev.lock")
    # scripts/lib.sh relies on it: who has the development lock has the other one too.
    faults += [
        f"requirements-dev.lock: {name} is not at {version} as in requirements.lock"
        for name, version in pins.items()
        if dev_pins.get(name) != version
    ]
    return faults


def long_files(root: Path) -> list[str]:
    """Files written for people that nobody can see whole any more."""
    faults = []
    for path in sorted(files_of(root)):
        if path.suffix in READ_BY_PEOPLE:
            lines = path.read_bytes().count(b"\n")
            if lines > LINE_LIMIT:
                faults.append(f"{path.relative_to(root)}: {lines} lines, at most {LINE_LIMIT}")
    return faults


def files_of(folder: Path) -> Iterator[Path]:
    """All files of the repository, without what tools and scripts made."""
    for entry in folder.iterdir():
        if entry.is_dir():
            if entry.name not in NOT_OURS and not (entry.name.startswith(".") and entry.name.endswith("_cache")):
                yield from files_of(entry)
        else:
            yield entry


def main() -> int:
    """Print the faults; 1 when there are any."""
    faults = lock_faults(ROOT) + long_files(ROOT)
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
