"""Files that come in and go out: read once, never drawn, always told to be saved."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from io import BytesIO
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request, send_file

from engine.errors import BadInput, TooLarge
from engine.papers import Paper, checked, clean_name
from engine.queries.papers import Download

View = TypeVar("View", bound=Callable[..., Any])
_AROUND = 100_000  # bytes of a request beside its file
_SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


def takes_file(view: View) -> View:
    """This view takes a file: its request may be as big as one. Stands below the route decorator."""
    return takes_files(1)(view)


def takes_files(most: int) -> Callable[[View], View]:
    """This view takes so many files at once. Stands below the route decorator."""

    def declare(view: View) -> View:
        view.takes_file = most  # type: ignore[attr-defined]
        return view

    return declare


def install(app: Flask) -> None:
    """Set the limit before anything reads the request."""
    app.before_request(_limit)


def _limit() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    files: int = getattr(view, "takes_file", 0)
    if files:
        request.max_content_length = files * most_bytes() + _AROUND


def most_bytes() -> int:
    """How big one file may be."""
    most: int = current_app.extensions["settings"].max_attachment_bytes
    return most


def sent_paper(part: str, beside: Collection[str] = ()) -> tuple[Paper, Mapping[str, str]]:
    """The one file of the request, checked, and the texts beside it; raises BadInput, TooLarge."""
    known = {part, *beside}
    wrong = {name: "没有这个字段，请检查名称。" for name in (*request.form, *request.files) if name not in known}
    if wrong:
        raise BadInput(wrong)
    files = [file for file in request.files.getlist(part) if file.filename]
    if len(files) != 1:
        raise BadInput({part: "请选一个文件；几个文件请分几次上传。"})
    try:
        paper = checked(files[0].filename or "", files[0].stream.read(), most_bytes())
    except BadInput as refused:
        raise BadInput({part: refused.fields["file"]}) from None
    finally:
        files[0].stream.seek(0)  # the fingerprint of the request reads it too
    return paper, {name: text for name, text in request.form.items() if text}


def sent_papers(part: str, most: int) -> list[Paper]:
    """The files chosen in a form, checked, none of them too; raises BadInput for `part` that names the file."""
    files = [file for file in request.files.getlist(part) if file.filename]
    if len(files) > most:
        raise BadInput({part: f"一次最多附 {most} 个文件，请先少选几个。"})
    return [_taken(part, file.filename or "", file.stream.read()) for file in files]


def _taken(part: str, name: str, content: bytes) -> Paper:
    try:
        return checked(name, content, most_bytes())
    except BadInput as refused:
        why = refused.fields["file"]
    except TooLarge as refused:
        why = refused.message
    raise BadInput({part: f"“{clean_name(name)}”没有附上：{why}"})


def as_archive(content: bytes, name: str) -> Response:
    """A zip as a download."""
    answer = send_file(BytesIO(content), "application/zip", as_attachment=True, download_name=name, etag=False)
    answer.headers["Content-Security-Policy"] = _SANDBOX
    answer.headers["Cache-Control"] = "no-store"
    return answer


def handed_out(found: Download) -> Response:
    """A paper as a download (RFC 6266): no browser draws it, and nothing in it runs."""
    answer = send_file(
        BytesIO(found.content), found.media_type, as_attachment=True, download_name=found.name, etag=False
    )
    answer.headers["Content-Security-Policy"] = _SANDBOX
    answer.headers["Cache-Control"] = "no-store"
    return answer
