"""The README tells every setting and every command there is, and none there is not."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from tests.support.source import ROOT, module

README = (ROOT / "README.md").read_text("utf-8")
SETTING = re.compile(r"BANCHENG_[A-Z0-9_]+")


def commands(command: click.Command, path: str = "bancheng") -> Iterator[tuple[str, click.Command]]:
    """(`bancheng audit verify`, command) of every command that does something."""
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from commands(child, f"{path} {name}")
    else:
        yield path, command


def shipped_commands() -> dict[str, click.Command]:
    from webapp.command import main

    return dict(commands(main))


def settings() -> set[str]:
    return {name for text in module("engine/settings.py").strings() for name in SETTING.findall(text)}


def test_every_setting_stands_in_the_readme() -> None:
    assert settings()
    assert sorted(settings() - set(SETTING.findall(README))) == []


def test_the_readme_names_no_setting_that_is_not_read() -> None:
    assert sorted(set(SETTING.findall(README)) - settings()) == []


def test_every_command_stands_in_the_readme() -> None:
    told = {path for path in shipped_commands() if re.search(rf"`{path}[ `]", README)}
    assert sorted(shipped_commands().keys() - told) == []


def test_the_readme_names_no_command_that_is_not_there() -> None:
    shipped = shipped_commands()
    told = re.findall(r"`(bancheng [a-z][a-z -]*)", README)
    assert [line for line in told if not any(f"{line} ".startswith(f"{path} ") for path in shipped)] == []


def test_every_command_says_what_it_does() -> None:
    assert [path for path, command in shipped_commands().items() if not command.help] == []
