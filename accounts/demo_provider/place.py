"""Where the provider's parts lie, and what it is told: Node, its modules, citizens, clients. No Django here."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = ROOT / ".cache"
HERE = Path(__file__).resolve().parent
OLDEST_NODE = (20, 19)
CLIENT_ID = "e-office-demo"
CLIENT_SECRET = "demo-only-client-secret"  # noqa: S105 - of the demo's own provider on 127.0.0.1
CALLBACK = "/accounts/thaid/callback/"


class NotThere(RuntimeError):
    """Node or the provider's modules are missing; the text is a Thai sentence."""


def citizens() -> list[dict[str, Any]]:
    """The invented people of fixtures/thaid.toml."""
    found: list[dict[str, Any]] = tomllib.loads((ROOT / "fixtures/thaid.toml").read_text(encoding="utf-8"))["citizen"]
    return found


def environment(port: int, site_url: str) -> dict[str, str]:
    """The variables with which the web process meets the provider on `port`."""
    return {
        "THAID_ENABLED": "1",
        "THAID_ISSUER": f"http://127.0.0.1:{port}",
        "THAID_CLIENT_ID": CLIENT_ID,
        "THAID_CLIENT_SECRET": CLIENT_SECRET,
        "THAID_REDIRECT_URI": f"{site_url}{CALLBACK}",
        "THAID_REQUIRE_NONCE": "1",
    }


def given(port: int, clients: list[dict[str, Any]]) -> str:
    """The JSON that server.mjs reads from THAID_DEMO."""
    shown = []
    for one in citizens():
        title, given_name, family_name = one["name"]
        note = f"บัญชี {one['account']}" if "account" in one else "ไม่มีบัญชีในระบบ"
        if "account" in one and not one["linked"]:
            note += " ยังไม่ได้ผูก ต้องมีคำเชิญ"
        facts = {"pid": one["pid"], "title": title, "given_name": given_name, "family_name": family_name}
        shown.append(facts | {"ial": one["ial"], "note": note})
    told = {"issuer": f"http://127.0.0.1:{port}", "port": port, "modules": str(modules()), "citizens": shown}
    return json.dumps(told | {"clients": clients}, ensure_ascii=False)


def client(redirect_uri: str, **changes: Any) -> dict[str, Any]:
    """How e-Office is registered at the provider."""
    facts = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "redirect_uris": [redirect_uri]}
    return facts | {"token_endpoint_auth_method": "client_secret_basic"} | changes


def modules() -> Path:
    """The folder of the installed modules. Raises `NotThere`."""
    folder = CACHE / "thaid-demo" / "node_modules"
    if not (folder / "oidc-provider").is_dir():
        raise NotThere("ยังไม่ได้ติดตั้ง ThaiD (จำลอง) จึงเข้าสู่ระบบด้วย ThaiD ไม่ได้ในการสาธิตนี้")
    return folder


def node() -> str:
    """A Node that is new enough: of the machine, or of the wheel under .cache/node. Raises `NotThere`."""
    for name in (shutil.which("node"), str(CACHE / "node" / "bin" / "node")):
        if name and os.access(name, os.X_OK) and _version(name) >= OLDEST_NODE:
            return name
    raise NotThere(f"ThaiD (จำลอง) ต้องใช้ Node.js {OLDEST_NODE[0]}.{OLDEST_NODE[1]} ขึ้นไป")


def command() -> list[str]:
    """The command line of the provider; it reads THAID_DEMO from its environment."""
    return [node(), str(HERE / "server.mjs")]


def _version(name: str) -> tuple[int, ...]:
    told = subprocess.run([name, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - Node itself
    parts = told.stdout.strip().lstrip("v").split(".")[:2]
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else (0,)
