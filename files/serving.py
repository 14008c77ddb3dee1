"""Answers that carry bytes. Nothing here asks who may read: the caller's view started at `visible_to`."""

from __future__ import annotations

import re
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from files.actions import chunks, size_of
from files.models import StoredFile
from files.pdf import BadPdf
from files.previews import SCREEN, WIDTHS, page_image

_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; sandbox"
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\u0080-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\"*/:<>?\\|]+")
_INLINE = ("application/pdf", "image/png", "image/jpeg")


def image_answer(
    request: HttpRequest, stored: StoredFile, page: int, *, marks: tuple[str, ...] = ()
) -> HttpResponseBase:
    """Page `page` of `stored` as PNG in the width asked for (`?w=`). 404 for other widths and pages that are not there.

    Browsers keep the image but ask again each time, so a right that ended ends here too; a marked (classified) page is
    kept by nobody.
    """
    wanted = request.GET.get("w", str(SCREEN))
    if wanted not in {str(width) for width in WIDTHS} or page < 1:
        raise Http404
    etag = quote_etag(f"{stored.sha256[:32]}-{page}-{wanted}")
    if not stored.is_sealed and not marks and (known := get_conditional_response(request, etag=etag)):
        return _private(known)
    try:
        image = page_image(stored, page, int(wanted), marks=marks)
    except BadPdf as error:
        raise Http404(str(error)) from error
    answer = HttpResponse(image, content_type="image/png")
    if marks or stored.is_sealed:
        answer["Cache-Control"] = "no-store"
        return answer
    answer["ETag"] = etag
    return _private(answer)


def file_answer(stored: StoredFile, *, name: str, title: str = "", inline: bool = False) -> HttpResponseBase:
    """The stored bytes as they are, under the plain `name` (ASCII) and, for people, `title` (any language).

    Attached unless `inline` is asked for a PDF or an image; a browser that shows it does so in an empty sandbox.
    """
    shown = inline and stored.media_type in _INLINE
    media_type = stored.media_type if stored.media_type != "text/plain" else "text/plain; charset=utf-8"
    answer = StreamingHttpResponse(chunks(stored), content_type=media_type)
    answer["Content-Length"] = str(size_of(stored))
    answer["Content-Disposition"] = disposition(name, title, inline=shown)
    answer["Content-Security-Policy"] = _SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def disposition(name: str, title: str = "", *, inline: bool = False) -> str:
    """A Content-Disposition whose plain name is harmless ASCII and whose `filename*` keeps the human title."""
    plain = _UNSAFE.sub("_", name.encode("ascii", "ignore").decode()).strip(" ._;") or "file"
    kind = "inline" if inline else "attachment"
    human = clean_title(title)
    words = f'{kind}; filename="{plain}"'
    return f"{words}; filename*=UTF-8''{quote(human, safe='')}" if human else words


def clean_title(title: str, *, longest: int = 120) -> str:
    """`title` without what file systems refuse (or what turns the reading direction), its ending kept, at most `longest` characters."""
    clean = " ".join(_UNSAFE.sub(" ", title).split()).strip(" .")
    stem, dot, suffix = clean.rpartition(".")
    if dot and 0 < len(suffix) <= 5:
        return f"{stem[: longest - len(suffix) - 1].strip(' .')}.{suffix}"
    return clean[:longest]


def _private(answer: HttpResponseBase) -> HttpResponseBase:
    answer["Cache-Control"] = "private, no-cache"
    return answer
