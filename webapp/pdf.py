"""A page as a PDF file: WeasyPrint, and nothing else here knows of it.

It draws what it is given and fetches nothing: no picture, no style sheet, no font from anywhere but the system's fonts.
Its libraries (Pango, HarfBuzz) belong to the system; without them pages are printed by the browser.
"""

from __future__ import annotations

import threading
import warnings
from functools import cache
from importlib.resources import files
from types import ModuleType

_ONE_AT_A_TIME = threading.Lock()  # Pango's fonts are shared by the threads of a process


class PdfMissing(Exception):
    """The system libraries that draw a PDF are not installed."""


def pdf_of(html: str) -> bytes:
    """The page as PDF, in the style of `static/print.css`. Raises PdfMissing."""
    weasyprint = _weasyprint()
    with _ONE_AT_A_TIME:
        nothing = weasyprint.urls.URLFetcher(allowed_protocols=())
        sheet = weasyprint.CSS(string=_style(), url_fetcher=nothing)
        content: bytes = weasyprint.HTML(string=html, url_fetcher=nothing).write_pdf(stylesheets=[sheet])
    return content


@cache
def _style() -> str:
    return files("webapp").joinpath("static", "print.css").read_text(encoding="utf-8")


def _weasyprint() -> ModuleType:
    """Imported when the first PDF is asked for: it takes memory, and a house without its libraries still runs."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of a system whose HarfBuzz is old
            import weasyprint
    except OSError:
        raise PdfMissing from None
    found: ModuleType = weasyprint
    return found
