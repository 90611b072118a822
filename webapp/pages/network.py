"""全区联络机制网络图: the district's liaison network, drawn and as a table, to look at and to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, render_template, request, url_for

from engine.directory import Directory, Unit, Window
from engine.directory.units import HALL
from engine.facade import ReadContext
from engine.queries.liaison import LiaisonLine, liaison_book
from engine.vocabulary import LIAISON_POST, label
from webapp.guard import actor, engine, guarded
from webapp.network_chart import Face, drawn
from webapp.network_layout import Network, chart
from webapp.pages.liaison import LIGHTS, shown

blueprint = Blueprint("network", __name__, url_prefix="/liaison/network")

TITLE = "全区联络机制网络图"
_PAPERS = {"a4": "A4", "a3": "A3"}
_ROLES = {"leading_group": 5, "window_host": 4, "workgroup": 3}  # kind of a unit → the tier it stands for


@blueprint.get("")
@guarded()
def show() -> str:
    """The chart, and the same as a table; `paper` says for which size it is printed."""
    lines, directory = engine().read_as(actor(), _found)
    paper = request.args.get("paper", "a4")
    paper = paper if paper in _PAPERS else "a4"
    return render_template(
        "network.html",
        title=TITLE,
        svg=drawn(chart(_network(directory)), _faces(lines, directory), TITLE),
        lines=[shown(line) for line in lines],
        posts=list(LIAISON_POST.values()),
        book_href=url_for("liaison.show"),
        paper=paper,
        papers=[
            {"label": word, "href": url_for("network.show", paper=key), "current": key == paper}
            for key, word in _PAPERS.items()
        ],
        printed_at=engine().clock.now(),
    )


def _found(ctx: ReadContext) -> tuple[tuple[LiaisonLine, ...], Directory]:
    return liaison_book(ctx), ctx.directory


def _network(directory: Directory) -> Network:
    desks = [unit for unit in directory.desks() if unit.code != HALL]
    kinds = {unit.kind: unit.code for unit in directory.units.values()}
    of_kind = {
        kind: tuple(unit.code for unit in desks if unit.kind == kind) for kind in ("subcenter", "bureau", "town_center")
    }
    parents = {
        code: parent
        for code in of_kind["subcenter"]
        if (parent := directory.unit(code).parent) is not None and parent in of_kind["bureau"]
    }
    return Network(
        above=(kinds["leading_group"], kinds["window_host"], HALL, kinds["workgroup"]),
        windows=tuple(directory.windows),
        subcenters=of_kind["subcenter"],
        parents=parents,
        bureaus=of_kind["bureau"],
        towns=of_kind["town_center"],
    )


def _faces(lines: Sequence[LiaisonLine], directory: Directory) -> Mapping[str, Face]:
    offices = {unit.code: Face(unit.short, (_role(unit),)) for unit in directory.units.values()}
    windows = {code: _window(window) for code, window in directory.windows.items()}
    return {**offices, **windows, **{line.unit.code: _face(line) for line in lines if line.unit.code != HALL}}


def _role(unit: Unit) -> str:
    tier = _ROLES.get(unit.kind)
    return "首问负责，派单到各单位" if tier is None else f"{tier} 级：{label('tier', tier)}"


def _window(window: Window) -> Face:
    """A remark in brackets behind the place is left out."""
    return Face(f"{window.code[1:]} 号窗口", (window.location.partition("(")[0],))


def _face(line: LiaisonLine) -> Face:
    a, b = (line.contacts[post] for post in ("a", "b"))
    told = [_plain(a.name, line), a.phone or b.phone, _plain(b.name, line)]
    words = label("freshness", line.state)
    return Face(line.unit.short, tuple(each for each in told if each), LIGHTS[line.state], words, line.unit.vertical)


def _plain(name: str | None, line: LiaisonLine) -> str | None:
    """On the node of a unit its name need not stand again before that of a person."""
    return None if name is None else name.removeprefix(line.unit.short) or name
