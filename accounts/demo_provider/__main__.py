"""`python -m accounts.demo_provider PORT SITE_URL`: becomes the provider's process on 127.0.0.1:PORT.

`python -m accounts.demo_provider --ready` ends with 0 when it could start, else says in Thai why not.
It refuses to run where EOFFICE_DEMO is not on.
"""

from __future__ import annotations

import os
import sys

from accounts.demo_provider import place


def main(arguments: list[str]) -> int:
    """Check, then replace this process by Node (same process id, so whoever started us can end it)."""
    if os.environ.get("EOFFICE_DEMO", "").lower() not in ("1", "true", "yes", "on"):
        sys.stderr.write("ThaiD (จำลอง) ใช้ได้เฉพาะการสาธิต (EOFFICE_DEMO)\n")
        return 2
    try:
        command = place.command()
        place.modules()
        if arguments == ["--ready"]:
            return 0
        port, site_url = int(arguments[0]), arguments[1]
        told = place.given(port, [place.client(f"{site_url}{place.CALLBACK}")])
    except place.NotThere as missing:
        sys.stderr.write(f"{missing}\n")
        return 1
    os.environ.update(THAID_DEMO=told, NODE_ENV="production")
    return os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
