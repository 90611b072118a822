"""Why a file is not taken."""

from __future__ import annotations


class Unfit(Exception):
    """The content is not what the name says, or not safe to pass on; the sentence says what to do."""


def must_be(right: bool, kind: str) -> None:
    """Raises Unfit unless the content begins as files of this kind do."""
    if not right:
        raise Unfit(f"文件内容不是 {kind}，可能改过扩展名或已损坏，请用原来的程序重新保存后再传。")
