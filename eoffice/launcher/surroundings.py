"""The environment of the processes we start: `.env`, the data folder, a key of this installation, fonts."""

import os
import secrets
import shutil
from pathlib import Path

import environ

from eoffice.embedded.places import make_private

ROOT = Path(__file__).resolve().parent.parent.parent
FONT_CACHE = ROOT / ".cache" / "fonts"


def settle(default_var: str) -> Path:
    """Complete this process's own environment, which children inherit; gives the data folder.

    What the caller or `.env` says always wins. The demo switch is on unless said otherwise: the scripts
    serve one machine, a production stands on docker-compose.yml.
    """
    environ.Env.read_env(ROOT / ".env")
    var = Path(os.environ.get("EOFFICE_VAR") or ROOT / default_var).resolve()
    make_private(var)
    (var / "static").mkdir(exist_ok=True)  # looked for at every load of Django
    os.environ["EOFFICE_VAR"] = str(var)
    os.environ["DJANGO_SETTINGS_MODULE"] = "eoffice.settings"
    os.environ.setdefault("EOFFICE_DEMO", "1")
    os.environ["PYTHONUNBUFFERED"] = "1"
    if not os.environ.get("SECRET_KEY") and not os.environ.get("SECRET_KEY_FILE"):
        os.environ["SECRET_KEY_FILE"] = str(_secret_key(var))
    if not _place_fonts(var):
        # The manifest of static files insists on every file a style sheet names; without fonts, do without it.
        os.environ.setdefault("EOFFICE_PLAIN_STATIC", "1")
    return var


def _secret_key(var: Path) -> Path:
    """A key of this folder's own, made once and readable by its owner only."""
    path = var / "secret-key"
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    return path


def _place_fonts(var: Path) -> bool:
    """Copy the fonts brought by the scripts to where the platform reads them; false when there are none."""
    target = Path(os.environ.get("EOFFICE_FONT_DIR") or var / "fonts")
    if FONT_CACHE.is_dir():
        for font in FONT_CACHE.iterdir():
            placed = target / font.name
            if not placed.exists() or placed.stat().st_size != font.stat().st_size:
                target.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(font, placed)
    return (target / "Sarabun-Regular.ttf").exists()
