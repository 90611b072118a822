"""审计单: what an auditor's page tells of a case, on A4, as a page to print, as PDF, and as the cover of a pack."""

from __future__ import annotations

from flask import render_template

from engine.evidence.contents import Files
from engine.queries.audit_case import AuditCase
from webapp.guard import engine
from webapp.pages.audit_case_parts import context
from webapp.pages.audit_links import of_moment
from webapp.pages.prints import around
from webapp.pdf import PdfMissing, pdf_of

TITLE = "审计单"


def drawn_sheet(page: AuditCase, as_pdf: bool) -> str:
    """The sheet, with the lines up to the one the page is at."""
    no = page.told.no
    keys = engine().keys.trail
    told = context(page)
    return render_template(
        "print_audit.html",
        **{
            **around(TITLE, no, as_pdf, of_moment("audit_case.sheet_pdf", page.told)),
            "case_href": of_moment("audit_case.show", page.told),
            "told": {**told, "lines": [line for line in told["lines"] if not line.later]},
            "fingerprint": None if keys is None else keys.fingerprint,
            "printed_at": engine().clock.now(),
        },
    )


def cover(page: AuditCase) -> Files:
    """The first sheet of an evidence pack; where no PDF can be made, the page itself."""
    drawn = drawn_sheet(page, as_pdf=True)
    try:
        return {f"{TITLE}.pdf": pdf_of(drawn)}
    except PdfMissing:
        return {f"{TITLE}.html": drawn.encode()}
