"""What somebody typed to find a case: its number, words of it, or who it is about."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_

from engine.cases.marks import found_by
from engine.facade import ReadContext
from engine.storage.models import cases


def matching(ctx: ReadContext, text: str) -> ColumnElement[bool]:
    """The cases these words find, as a condition on table `cases`; visibility is a condition of its own."""
    every_word = and_(*(cases.c.title.icontains(word, autoescape=True) for word in text.split()))
    return or_(cases.c.no.icontains(text, autoescape=True), every_word, found_by(ctx.keys, text))
