"""What helps while registering: matters found by name, the papers they need, and whether the person came before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request, url_for

from engine.cases import policy
from engine.cases.marks import missed_digits
from engine.directory.matters import Matter, matters_named
from engine.queries.came_before import NEVER, CameBefore, came_before
from engine.queries.people import group_name
from engine.vocabulary import label
from webapp.guard import actor, engine, guarded
from webapp.limits import SEARCH, limited

blueprint = Blueprint("register_hints", __name__)

_LONGEST = 100
_POSTS = tuple(sorted(policy.REGISTER))


@blueprint.get("/register/matters/<code>")
@guarded(*_POSTS)
def papers(code: str) -> str:
    """The papers of a matter, as a part of the page; raises NotFound."""
    return render_template("matter_papers.html", papers=papers_of(engine().directory.matter(code)))


@blueprint.post("/register/before")
@guarded(*_POSTS)
@limited(SEARCH)
def before() -> str:
    """Whether this person came before, as a part of the page."""
    given = {name: request.form.get(name, "").strip()[:_LONGEST] for name in ("name", "phone", "matter_code")}
    found = engine().read_as(actor(), came_before, given["name"], given["phone"], given["matter_code"] or None)
    return render_template("came_before.html", before=before_shown(found, given["phone"]))


def matter_search(code: str | None, words: str | None) -> dict[str, Any]:
    """The search for a matter on the page of registration; `words` were asked for without scripts."""
    every = list(engine().directory.matters.values())
    found = every if not words else matters_named(every, words)
    chosen = engine().directory.matters.get(code or "") or (found[0] if words and len(found) == 1 else None)
    listed = found if chosen is None or chosen in found else [chosen, *found]
    return {
        "words": words or "",
        "said": _said(words, found),
        "options": [_option(each) for each in listed],
        "chosen": None if chosen is None else chosen.code,
        "papers": None if chosen is None else papers_of(chosen),
    }


def _option(matter: Matter) -> tuple[str, str, str, str, str]:
    """Its code and name, and what else it is found by: the page looks itself while somebody types."""
    papers = (paper.name for paper in matter.materials)
    return matter.code, matter.name, matter.initials, "\n".join(matter.also_called), "\n".join(papers)


def _said(words: str | None, found: list[Matter]) -> str:
    if not words:
        return ""
    if not found:
        return f"没有叫“{words}”的事项，换个词再查，或者不选。"
    return "已选好。" if len(found) == 1 else f"找到 {len(found)} 个，请在下面选一个。"


def papers_of(matter: Matter) -> dict[str, Any]:
    """The papers of a matter, for matter_papers.html."""
    return {
        "name": matter.name,
        "unit": group_name(engine().directory, f"unit:{matter.unit}"),
        "limit": matter.told_limit,
        "window": matter.window,
        "tips": matter.tips,
        "commitment": matter.commitment,
        "materials": matter.materials,
    }


def came_with(values: Mapping[str, Any], but: str | None = None) -> CameBefore:
    """Whether the person of a registration form came before."""
    person = values.get("applicant") or {}
    if not isinstance(person, Mapping) or person.get("kind") == "anonymous":
        return NEVER
    asked = (person.get("name"), person.get("phone"), values.get("matter_code"))
    return engine().read_as(actor(), came_before, *asked, but)


def before_shown(found: CameBefore, phone: str = "") -> dict[str, Any]:
    """The cases of whoever came before, for came_before.html; `phone`: as it was typed."""
    return {
        "digits": missed_digits(phone),
        "times": found.times,
        "cases": [
            {
                "no": each.no,
                "href": url_for("case.show", no=each.no),
                "title": each.title,
                "status": label("status", each.status),
                "received_at": each.received_at,
                "matter": each.matter,
                "person": " ".join(part for part in (each.person.name, each.person.phone) if part),
            }
            for each in found.likely
        ],
    }
