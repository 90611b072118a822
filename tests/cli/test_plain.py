"""Help is Chinese, errors are one sentence, exit codes tell refused from mistyped."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from engine.cli.plain import PlainGroup
from tests.cli.conftest import Bancheng
from webapp.command import main


def every_command(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield words
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from every_command(child, (*words, name))


WORDS = list(every_command(main))


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_help_speaks_chinese(bancheng: Bancheng, words: tuple[str, ...]) -> None:
    shown = bancheng(*words, "--help")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("用法：bancheng")
    assert re.search(r"Usage|Options|Commands|Show this|required|\[OPTIONS\]", shown.stdout) is None


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_an_unknown_option_is_wrong_usage(bancheng: Bancheng, words: tuple[str, ...]) -> None:
    refused = bancheng(*words, "--wrong")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("用法不对：没有选项 --wrong。")
    assert refused.stdout == ""


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["fly"], "没有命令 fly。"),
        (["calendar", "fly"], "没有命令 fly。"),
        (["replay"], "缺少 'FILE'。"),
        (["token", "create"], "缺少 '--user'。"),
        (["token", "create", "--user"], "选项 --user 的写法不对。"),
        (["replay", "nowhere.json"], "'FILE'：没有这个文件：nowhere.json"),
        (["calendar", "import", "nowhere.csv"], "'FILE'：没有这个文件：nowhere.csv"),
        (["simulate", "nowhere", "--accepted", "2026-10-08T17:00"], "'[FILE]'：没有这个文件或文件夹：nowhere"),
        (["publish", "nowhere"], "'DIR'：没有这个文件夹：nowhere"),
        (["check", "--law", "murphy", "x"], "'--law'：“murphy”不行，请填 closed-loop。"),
        (["run", "--port", "eighty"], "'--port'：“eighty”不行，请填 0 到 65535 之间的整数。"),
        (["run", "--demo", "--clock", "noon"], "'--clock'：“noon”不是时刻，请写成 2026-10-08T17:00+08:00 这样。"),
        (["run", "--clock", "2026-10-08T17:00"], "--clock 只能和 --demo 一起用。"),
        (["run", "--busy"], "--busy 只能和 --demo 一起用，不和 --no-cases 一起用。"),
        (["run", "--demo", "--no-cases", "--busy"], "--busy 只能和 --demo 一起用，不和 --no-cases 一起用。"),
    ],
)
def test_what_is_mistyped_is_said_in_a_sentence(bancheng: Bancheng, words: list[str], sentence: str) -> None:
    refused = bancheng(*words)
    assert refused.exit_code == 2
    assert refused.stderr.splitlines()[0] == f"用法不对：{sentence}"


def test_without_a_command_the_help_is_shown(bancheng: Bancheng) -> None:
    shown = bancheng()
    assert shown.exit_code == 2
    assert "replay" in shown.stderr


def test_the_version_is_a_number(bancheng: Bancheng) -> None:
    assert re.fullmatch(r"bancheng \d+\.\d+\.\d+\n", bancheng("--version").stdout)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://somewhere", "错误：不支持的数据库“mysql”，请使用 sqlite:/// 或 postgresql://"),
        ("postgresql://127.0.0.1:1/nothing", "错误：数据库连不上，或一直被占用："),
        ("sqlite:////nowhere/at/all.db", "错误：数据库连不上，或一直被占用："),
    ],
)
def test_an_unusable_database_is_one_line(
    bancheng: Bancheng, monkeypatch: pytest.MonkeyPatch, url: str, sentence: str
) -> None:
    monkeypatch.setenv("BANCHENG_DATABASE_URL", url)
    refused = bancheng("token", "create", "--user", "w1")
    assert refused.exit_code == 1
    assert refused.stderr.startswith(sentence)
    assert refused.stderr.count("\n") == 1


def test_a_setting_that_is_no_number_is_named(bancheng: Bancheng, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANCHENG_SWEEP_SECONDS", "often")
    assert "BANCHENG_SWEEP_SECONDS" in bancheng("token", "create", "--user", "w1").stderr


@click.group(cls=PlainGroup)
def fragile() -> None:
    """A command with a defect."""


@fragile.command()
def breaks() -> None:
    """Divides by nothing."""
    raise ZeroDivisionError("division by zero")


def test_an_unforeseen_error_is_one_line_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BANCHENG_TRACEBACK", raising=False)
    failed = CliRunner().invoke(fragile, ["breaks"])
    assert (failed.exit_code, failed.stderr) == (1, "内部错误（ZeroDivisionError）：division by zero\n")


def test_where_it_came_from_is_shown_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANCHENG_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        CliRunner().invoke(fragile, ["breaks"], catch_exceptions=False)
