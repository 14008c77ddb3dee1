"""Compiles locale/*/LC_MESSAGES/*.po to .mo without gettext's tools. `--check` fails when a .mo is stale.

The .mo files are committed, so a fresh clone needs neither this script nor msgfmt. Reads the plain entries that our
files hold: msgctxt, msgid, msgid_plural, msgstr and msgstr[0] (Thai has one plural form).
"""

import ast
import struct
import sys
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "locale"
CONTEXT, PLURAL = "\x04", "\x00"


def entries(text: str) -> dict[str, str]:
    """Catalogue keys (context and plural joined as gettext does) to their translations."""
    found: dict[str, str] = {}
    for block in text.split("\n\n"):
        parts: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if line.startswith("#") or not line.strip():
                continue
            if not line.startswith('"'):
                name, _, line = line.partition(" ")
            parts[name] = parts.get(name, "") + ast.literal_eval(line)
        if "msgid" in parts:
            key = parts["msgid"] + (PLURAL + parts["msgid_plural"] if "msgid_plural" in parts else "")
            key = parts["msgctxt"] + CONTEXT + key if "msgctxt" in parts else key
            if key in found:
                raise ValueError(f"twice: {key}")
            found[key] = parts.get("msgstr", parts.get("msgstr[0]", ""))
    return found


def compiled(catalogue: dict[str, str]) -> bytes:
    """The catalogue in gettext's binary form (sorted keys, no hash table)."""
    pairs = sorted((key.encode(), value.encode()) for key, value in catalogue.items())
    start = 7 * 4 + 16 * len(pairs)
    keys, values = b"", b""
    key_table, value_table = [], []
    for key, _ in pairs:
        key_table += [len(key), start + len(keys)]
        keys += key + b"\0"
    for _, value in pairs:
        value_table += [len(value), start + len(keys) + len(values)]
        values += value + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    return head + struct.pack(f"<{4 * len(pairs)}I", *key_table, *value_table) + keys + values


def main(arguments: list[str]) -> int:
    """Write every .mo, or with --check name the stale ones."""
    stale = []
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        target, wanted = source.with_suffix(".mo"), compiled(entries(source.read_text(encoding="utf-8")))
        if not target.exists() or target.read_bytes() != wanted:
            stale.append(target)
            if "--check" not in arguments:
                target.write_bytes(wanted)
    for path in stale:
        print(f"{'stale' if '--check' in arguments else 'written'}: {path.relative_to(LOCALE.parent)}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
