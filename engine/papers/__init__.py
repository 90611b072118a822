"""Papers people bring: what may be kept as an attachment. Pure; nothing here is opened, drawn or unpacked to disk."""

from engine.papers.check import ALLOWED, EXTENSIONS, Paper, checked, clean_name, renamed

__all__ = ["ALLOWED", "EXTENSIONS", "Paper", "checked", "clean_name", "renamed"]
