"""Commands that speak Chinese, and errors that end in one sentence on stderr instead of a traceback."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import click
from sqlalchemy.exc import OperationalError

from engine.errors import BadInput, Busy, EngineError
from engine.settings import TRACEBACK

_HEADINGS = {"Options": "选项", "Commands": "命令", "Positional arguments": "参数"}
_USAGE = {"[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]…"}


class _Formatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        for english, chinese in _USAGE.items():
            args = args.replace(english, chinese)
        super().write_usage(prog, args, "用法：")

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{_HEADINGS.get(heading, heading)}：\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(name, said.replace("[required]", "（必填）")) for name, said in rows], col_max, col_spacing)


class _Context(click.Context):
    formatter_class = _Formatter


class PlainCommand(click.Command):
    """A command whose help is Chinese throughout."""

    context_class = _Context

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这段说明。"
        return option


class PlainGroup(PlainCommand, click.Group):
    """A group of such commands. Exit codes: 0 done, 1 refused or failed, 2 wrong usage."""

    command_class = PlainCommand
    group_class = type

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None:
            raise click.UsageError(f"没有命令 {args[0]}。", ctx)
        return super().resolve_command(ctx, args)

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        with _told():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        with _told():
            return super().invoke(ctx)


class Told(click.ClickException):
    """A failure already in words for whoever typed the command."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file, err=True)


class WrongUsage(Told):
    """The command was typed wrong."""

    exit_code = 2


@contextmanager
def _told() -> Iterator[None]:
    """Turn what goes wrong inside into a sentence; BANCHENG_TRACEBACK=1 lets the unforeseen show where it came from."""
    try:
        yield
    except (click.exceptions.Exit, Told, BrokenPipeError):  # whoever reads our output may stop reading
        raise
    except click.UsageError as error:
        raise WrongUsage(_usage(error)) from error
    except (click.Abort, KeyboardInterrupt) as error:
        raise Told("已取消。") from error
    except Exception as error:  # the edge of the process
        if os.environ.get(TRACEBACK) == "1":
            raise
        raise Told(sentence(error)) from error


def sentence(error: Exception) -> str:
    """One line for whoever typed the command."""
    if isinstance(error, BadInput):
        return "；".join(f"{name}：{said.rstrip('。')}" for name, said in error.fields.items())
    if isinstance(error, OperationalError) or (isinstance(error, Busy) and error.__cause__ is not None):
        return f"错误：数据库连不上，或一直被占用：{_first_line(error.__cause__ or error)}"
    if isinstance(error, EngineError | ValueError | OSError | click.ClickException):
        return f"错误：{_first_line(error)}"
    return f"内部错误（{type(error).__name__}）：{_first_line(error)}"


def _first_line(error: BaseException) -> str:
    said = error.format_message() if isinstance(error, click.ClickException) else str(error)
    return said.strip().partition("\n")[0]


def _usage(error: click.UsageError) -> str:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    hint = f"\n用 {error.ctx.command_path} --help 查看说明。" if error.ctx else ""
    return f"用法不对：{_usage_sentence(error)}{hint}"


def _usage_sentence(error: click.UsageError) -> str:
    match error:
        case click.NoSuchOption():
            return f"没有选项 {error.option_name}。"
        case click.BadOptionUsage():
            return f"选项 {error.option_name} 的写法不对。"
        case click.MissingParameter() if error.param is not None:
            return f"缺少 {error.param.get_error_hint(error.ctx)}。"
        case click.BadParameter() if error.param is not None:
            return f"{error.param.get_error_hint(error.ctx)}：{error.message}"
    return error.message
