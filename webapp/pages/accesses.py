"""谁看过: for auditors, who saw the personal data of a citizen."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from engine.queries.accesses import accesses_of
from engine.vocabulary import label
from webapp.guard import actor, engine, guarded

blueprint = Blueprint("accesses", __name__)
READERS = "auditor"
_ERASED = "个人信息已清除，只列这一件"


@blueprint.get("/cases/<no>/accesses")
@guarded(READERS)
def show(no: str) -> str:
    """Every access to the citizen of a case, in all their cases."""
    found = engine().read_as(actor(), accesses_of, no)
    return render_template(
        "accesses.html",
        no=no,
        case_href=url_for("case.show", no=no),
        citizen=_ERASED if found.erased else "　".join(part for part in (found.name, found.phone) if part),
        total=found.total,
        lines=[
            {
                "at": each.at,
                "by": each.by,
                "what": label("access", each.what),
                "whole": each.clear,
                "looks_href": url_for("looks.show", person=each.person),
                "no": each.no,
                "href": url_for("case.show", no=each.no),
            }
            for each in found.items
        ],
    )
