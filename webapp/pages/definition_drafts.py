"""A draft of the process: what is in it, what is wrong with it, what would differ, and the way to approval."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases import policy
from engine.definitions.checked import checked, known
from engine.definitions.commands import BeginDraft, DefinitionCommand, DiscardDraft, PutFiles, RemoveFile
from engine.definitions.difference.drawings import MarkedDrawing, marked_drawings
from engine.definitions.drafts import Draft
from engine.definitions.examining import Examined
from engine.definitions.laxer import LAXER
from engine.definitions.report import Excuses, in_words
from engine.definitions.submitting import Submission, submit
from engine.definitions.unpacking import packed, placed, unpacked
from engine.errors import BadInput, DiagramRefused, EngineError, RunsDiffer
from engine.facade import ReadContext
from engine.queries.approvals import approval_rows
from engine.queries.definition_drafts import OpenedDraft, named_elements, opened_draft
from engine.queries.people import displays
from engine.queries.processes import definition_id
from engine.queries.versions import version_files, version_of
from engine.storage.idempotency import StoredAnswer
from engine.vocabulary import label
from webapp.answers import as_json
from webapp.errors import failure_of
from webapp.files import as_archive, takes_file
from webapp.guard import actor, engine, guarded
from webapp.limits import PUBLISH, UPLOAD, limited
from webapp.once import fingerprint, perform
from webapp.pages import sending
from webapp.pages.marked import marked

blueprint = Blueprint("definition_drafts", __name__, url_prefix="/designer/drafts")

EDITORS = {".bpmn": ("diagram", "画图"), ".dmn": ("table", "改表"), ".json": ("form", "改表单")}
_UNREAD = frozenset({"XML", "FORM", "FILE", "TOO_BIG", "TOO_DEEP", "TOO_SLOW", "TOO_HEAVY", "OUTSIDE", "CRASH"})
_WORDS = ("reason", "because", "confirmed")


@dataclass(frozen=True)
class Tried:
    """What came of an attempt: problems by field, runs that come out otherwise, what was found."""

    problems: dict[str, str] = field(default_factory=dict)
    runs: tuple[Any, ...] = ()
    status: int = 200


NOTHING_TRIED = Tried()
_CANNOT_BE_TOLD: dict[str, Any] = {"differences": None, "drawings": []}


@blueprint.post("")
@guarded(*policy.DESIGNING)
def begin() -> Response:
    """Begin a draft from a version, and go there."""
    command = BeginDraft(number("from"), request.form.get("title", ""))
    answered = perform(command, _told, sending.sent_key())
    return redirect(url_for("definition_drafts.show", id=answered.answer.body["id"]), 303)


@blueprint.get("/<int:id>")
@guarded(*policy.DESIGNING)
def show(id: int) -> Response:
    """The draft and its files; with `check` everything that is wrong with it, which takes a while."""
    return _page(id, look=request.args.get("check") == "1")


@blueprint.post("/<int:id>/submit")
@guarded(*policy.DESIGNING, recent=True)
@limited(PUBLISH)
def ask(id: int) -> Response:
    """Through the gate, and ask for approval; or what to mend or to confirm."""
    reason, because, confirmed = (request.form.get(name, "") for name in _WORDS)
    asked = Submission(id, number("revision"), reason, Excuses(because, confirmed))

    def work() -> StoredAnswer:
        return StoredAnswer(303, {"id": submit(engine(), actor(), asked).id})

    try:
        key = sending.sent_key()
        done = work() if key is None else engine().answer_once(actor(), key, fingerprint(), work).answer
    except EngineError as error:
        return _page(id, tried=_of(error), look=True)
    return redirect(url_for("publishing.one", id=done.body["id"]), 303)


@blueprint.post("/<int:id>/import")
@guarded(*policy.DESIGNING)
@limited(UPLOAD)
@takes_file
def take_in(id: int) -> Response:
    """Put uploaded files into the draft, each in the place of its namesake."""
    sent = [each for each in request.files.getlist("file") if each.filename]
    try:
        if len(sent) != 1:
            raise BadInput({"file": "请选一个文件；几个文件请放进一个 .zip。"})
        given = unpacked(sent[0].filename or "", sent[0].stream.read())
        among = engine().read_as(actor(), opened_draft, id).files
        engine().execute(PutFiles(id, placed(given, among), number("revision")), actor())
    except (BadInput, DiagramRefused) as error:
        return _page(id, tried=_of(error, "file"))
    return redirect(url_for("definition_drafts.show", id=id), 303)


@blueprint.post("/<int:id>/remove")
@guarded(*policy.DESIGNING)
def remove(id: int) -> Response:
    """Take a file out."""
    do(RemoveFile(id, request.form.get("name", ""), number("revision")))
    return redirect(url_for("definition_drafts.show", id=id, _anchor="files"), 303)


@blueprint.get("/<int:id>/archive")
@guarded(*policy.DESIGNING)
def archive(id: int) -> Response:
    """All files as a zip, as any modeler opens them."""
    return as_archive(packed(engine().read_as(actor(), opened_draft, id).files), f"draft-{id}.zip")


@blueprint.post("/<int:id>/discard")
@guarded(*policy.DESIGNING)
def discard(id: int) -> Response:
    """Give the draft up."""
    do(DiscardDraft(id, number("revision")))
    return redirect(url_for("designer.show"), 303)


def do(command: DefinitionCommand) -> None:
    """Carry out a command of a form, once however often it is sent."""
    perform(command, _told, sending.sent_key())


def number(name: str) -> int:
    """A number of the form; 0, which is nobody's, for anything else."""
    given = request.form.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def _told(ctx: ReadContext, draft: Draft) -> StoredAnswer:
    return StoredAnswer(303, {"id": draft.id})


def _of(error: EngineError, name: str = "reason") -> Tried:
    """What of an error concerns the page; anything else is told as everywhere. Raises it then."""
    if isinstance(error, RunsDiffer):
        return Tried({"confirmed": error.message}, error.runs, 409)
    if isinstance(error, DiagramRefused):
        return Tried({name: "；".join(each.message for each in error.findings[:3])}, (), 400)
    if isinstance(error, BadInput):
        return Tried(sending.problems(failure_of(error)), (), 400)
    raise error


# ------------------------------------------------------------------ the page
def _page(id: int, tried: Tried = NOTHING_TRIED, look: bool = False) -> Response:
    opened = engine().read_as(actor(), opened_draft, id)
    found = checked(engine(), opened.files) if look else known(engine(), opened.files)
    text = render_template(
        "definition_draft.html",
        **engine().read_as(actor(), _facts, opened),
        files=[_file(opened, name) for name in opened.files],
        found=None if found is None else _found(opened, found),
        **_differences(opened, found),
        check_href=url_for("definition_drafts.show", id=id, check=1, _anchor="check"),
        ladder_href=url_for("ladder.show", draft=id),
        whatif_href=url_for("whatif.show", draft=id),
        archive_href=url_for("definition_drafts.archive", id=id),
        submit=_submit(id, found, tried),
        upload={"action": url_for("definition_drafts.take_in", id=id), "problem": tried.problems.get("file")},
        remove_action=url_for("definition_drafts.remove", id=id),
        discard_action=url_for("definition_drafts.discard", id=id),
        hidden={**sending.fresh_key(), "revision": opened.draft.revision},
        versions_href=url_for("designer.show"),
    )
    return make_response(text, tried.status)


def _facts(ctx: ReadContext, opened: OpenedDraft) -> dict[str, Any]:
    draft = opened.draft
    names = displays(ctx.conn, [draft.author, draft.changed_by])
    running = ctx.versions.latest(ctx.conn, draft.key).version
    asked = [each for each in approval_rows(ctx, draft=draft.id)]
    return {
        "draft": {
            **{name: getattr(draft, name) for name in ("title", "base", "revision", "changed_at", "ended")},
            "author": names[draft.author],
            "changed_by": names[draft.changed_by],
            "state": label("draft_state", draft.state),
            "behind": running if running > draft.base and not draft.ended else None,
        },
        "running": running,
        "requests": [
            {
                "href": url_for("publishing.one", id=each.id),
                "state": label("approval_state", each.state),
                "waits": each.state == "waiting",
                "at": each.asked_at,
                "comment": each.comment,
            }
            for each in asked
        ],
    }


def _submit(id: int, found: Examined | None, tried: Tried) -> dict[str, Any]:
    laxer = [each.message for each in found.findings if each.code == LAXER] if found else []
    return {
        "action": url_for("definition_drafts.ask", id=id),
        "given": {name: request.form.get(name, "") for name in _WORDS},
        "problems": {name: said for name, said in tried.problems.items() if name != "file"},
        "laxer": laxer,
        "runs": as_json(tried.runs),
    }


def _found(opened: OpenedDraft, found: Examined) -> dict[str, Any]:
    """What is wrong, each with what its element is called."""
    names = named_elements(opened.files, {each.element for each in found.findings})
    return {
        "findings": [
            {
                "file": each.file,
                "name": names.get(each.element, "" if each.element == "-" else each.element),
                "message": each.message,
                "run": list(each.run),
            }
            for each in found.findings
        ],
        "notes": [each.message for each in found.notes],
        "proof": [verdict.sentence for verdict in found.verdicts],
    }


def _differences(opened: OpenedDraft, found: Examined | None) -> dict[str, Any]:
    """What a case would meet otherwise than by the running version; None while that cannot be said."""
    if found is None or any(each.code in _UNREAD for each in found.findings):
        return _CANNOT_BE_TOLD
    before, running = engine().read(version_files), engine().read(version_of)

    def where(drawn: MarkedDrawing) -> str:
        if not drawn.former:
            return url_for("definition_files.read", id=opened.draft.id, name=drawn.file)
        id = definition_id(drawn.process, running.version, running.definition.hash)
        return url_for("diagram.show", definition_id=id, process=drawn.process)

    try:
        parts = by_part(in_words(before, opened.files))
        return {"differences": parts, "drawings": marked(marked_drawings(before, opened.files), where)}
    except ValueError:
        return _CANNOT_BE_TOLD


def by_part(differences: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> list[dict[str, Any]]:
    """Sentences under the part they speak of: diagrams, tables, forms."""
    parts = dict.fromkeys(part for part, _ in differences)
    return [{"title": title, "sentences": [s for part, s in differences if part == title]} for title in parts]


def _file(opened: OpenedDraft, name: str) -> dict[str, Any]:
    """One file, with the way to its editor where there is one."""
    raw = url_for("definition_files.read", id=opened.draft.id, name=name)
    editor, words = next((each for ending, each in EDITORS.items() if name.endswith(ending)), ("", ""))
    href = f"{url_for('definition_drafts.show', id=opened.draft.id)}/{editor}/{name}"
    reached = editor and not opened.draft.ended and current_app.url_map.bind("").test(href, "GET")
    return {"name": name, "href": raw, "editor": {"href": href, "words": words} if reached else None}
