"""QR codes as drawings."""

from __future__ import annotations

import io


def qr_svg(text: str) -> bytes:
    """`text` as a QR code in SVG: error correction M, the quiet zone of four modules in it, no size of its own."""
    import segno  # only letters with a link need it

    out = io.BytesIO()
    segno.make_qr(text, error="m").save(
        out, kind="svg", border=4, xmldecl=False, omitsize=True, svgclass=None, lineclass=None, nl=False
    )
    return out.getvalue()
