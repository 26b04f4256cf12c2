"""How a command opens the installation it works on, and names who acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from yunqi.cli.answers import hear, in_json
from yunqi.cli.remote import Remote, find_remote, read_token, refuse_remote
from yunqi.kernel.clock import parse_local
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import day_start

if TYPE_CHECKING:
    from collections.abc import Callable

    from yunqi.client import Client
    from yunqi.client.http import HttpTransport
    from yunqi.operations.installation import Installation

LANGUAGE = "yunqi.language"
"""Where a call keeps the language that it speaks."""
opener: Callable[[Any], Installation] | None = None
"""Set by bootstrap: makes an installation from settings. The command line itself knows no engine."""


@contextmanager
def open_site(ctx: click.Context) -> Iterator[Installation]:
    """The installation of this call's settings, closed at its end; raises `Problem` command.local for one elsewhere."""
    refuse_remote(ctx)
    with open_settings(ctx.find_root().obj) as installation:
        yield installation


@contextmanager
def open_settings(settings: Any) -> Iterator[Installation]:
    """The installation of these settings, closed at the end of the block."""
    if opener is None:
        raise RuntimeError("the command line was started without bootstrap")
    installation = opener(settings)
    try:
        yield installation
    finally:
        installation.close()


@contextmanager
def open_client(ctx: click.Context, actor: str | None = None, second: str | None = None) -> Iterator[Client]:
    """The client of what this call works on. `actor` and `second`: persons as `--as` and `--second` name them.

    Raises `Problem` as.remote: elsewhere the token says who acts, and nobody else can be named.
    """
    from yunqi.client import Client

    remote = find_remote(ctx)
    if remote is None:
        from yunqi.cli.local import LocalTransport

        with open_site(ctx) as site, Client(hear(ctx, LocalTransport(site, actor, second))) as client:
            yield client
        return
    if actor or second:
        raise Problem(
            "as.remote",
            "--as 与 --second 只用于本机：{server} 由令牌确定经办人",
            field="as",
            server=remote.server,
            way_out="请去掉该选项；须由另一人复核的事项，由其以自己的令牌执行 yunqi proposal agree",
        )
    with Client(hear(ctx, connect(ctx, remote))) as client:
        yield client


def connect(ctx: click.Context, remote: Remote) -> HttpTransport:
    """The way to an installation elsewhere, with the token for it."""
    from yunqi.client.http import HttpTransport

    token, ca = read_token(remote)
    return HttpTransport(remote.server, token, ca=ca, language=language_of(ctx))


def language_of(ctx: click.Context) -> str:
    """The language that this call speaks."""
    return str(ctx.find_root().meta.get(LANGUAGE, "zh_CN"))


def asking(function: Any) -> Any:
    """The options of every command that asks the installation: who asks, at the machine itself, and `--json`."""
    option = click.option("--as", "actor", metavar="单位/姓名", help="经办人(仅用于本机;远程由令牌确定)")
    return option(in_json(function))


def asking_two(function: Any) -> Any:
    """The options that name the person who asks and the one who agrees, at the machine itself."""
    option = click.option("--second", metavar="单位/姓名", help="复核人(仅用于本机);不填则提出复核事项,待另一人同意")
    return asking(option(function))


def parse_at(text: str | None, field: str = "at") -> datetime | None:
    """An instant as people type it: `2026-10-08 09:30[:00]` in Beijing time, or ISO 8601 with a zone.

    Raises `Problem` time.unreadable naming field, value and form.
    """
    if text is None:
        return None
    try:
        return parse_local(text)
    except ValueError as error:
        raise Problem(
            "time.unreadable",
            "时间「{value}」无法识别",
            field=field,
            value=text,
            way_out="请按「2026-10-08 09:30:00」填写（北京时间），或写明时区",
        ) from error


def parse_on(text: str, field: str = "on") -> date:
    """A date `YYYY-MM-DD`; raises `Problem` date.unreadable."""
    try:
        on = date.fromisoformat(text.strip())
        for day in (on, on + timedelta(days=1)):  # its span must be instants
            day_start(day)
    except (ValueError, OverflowError) as error:
        raise Problem(
            "date.unreadable", "日期「{value}」无法识别", field=field, value=text, way_out="请按 2026-10-08 的形式填写"
        ) from error
    return on


def parse_fields(pairs: tuple[str, ...]) -> dict[str, Any]:
    """The fields of an order from `name=value` words; raises `Problem` spec.field.

    >>> parse_fields(("vcpus=2", "network=main"))
    {'vcpus': '2', 'network': 'main'}
    """
    fields: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise Problem(
                "spec.field",
                "规格「{value}」的写法不对",
                field="set",
                value=pair,
                way_out="请写成 名称=值，例如 vcpus=2",
            )
        fields[name] = value
    return fields


def parse_day(text: str | None, field: str) -> date | None:
    """A day as `YYYY-MM-DD`; raises `Problem` date.unreadable."""
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise Problem(
            "date.unreadable",
            "日期「{value}」无法识别",
            field=field,
            value=text,
            way_out="请按 YYYY-MM-DD 填写",
        ) from error
