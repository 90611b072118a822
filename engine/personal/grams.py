"""Texts as they are searched: folded, and cut into grams, so that what lies within a text is found without reading it.

Every run of characters without space is cut into single characters and pairs; a number of a case also into fours, for
its pairs are those of every other. A word lies within a text only if all grams of the word are grams of the text.
"""

from __future__ import annotations

import unicodedata

LEAST_DESCRIBED = 2  # characters: how often a single one occurs would tell which it is
_FOUR = 4


def folded_text(text: str) -> str:
    """The text as it is compared: one width, no difference between capital and small letters."""
    return unicodedata.normalize("NFKC", text).casefold()


def words_of(text: str) -> list[str]:
    """The words somebody typed, folded, each once."""
    return list(dict.fromkeys(folded_text(text).split()))


def of_text(folded: str) -> set[str]:
    """Every gram by which a title is found."""
    return {character for character in folded if not character.isspace()} | pairs(folded)


def of_number(folded: str) -> set[str]:
    """Every gram by which a number is found."""
    return of_text(folded) | _runs(folded, _FOUR)


def pairs(folded: str) -> set[str]:
    """Every two neighbouring characters without space."""
    return _runs(folded, 2)


def asked_of_text(word: str) -> set[str]:
    """The grams a text must have for the word to lie within it."""
    return pairs(word) or {word}


def asked_of_number(word: str) -> set[str]:
    """The grams a number must have for the word to lie within it."""
    return _runs(word, _FOUR) or asked_of_text(word)


def _runs(folded: str, length: int) -> set[str]:
    found = {folded[at : at + length] for at in range(len(folded) - length + 1)}
    return {run for run in found if not any(character.isspace() for character in run)}
