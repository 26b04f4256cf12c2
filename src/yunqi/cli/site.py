"""How a command opens the installation it works on, and names who acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from yunqi.kernel.clock import BEIJING, require_utc
from yunqi.kernel.errors import Problem
from yunqi.kernel.period import day_start

if TYPE_CHECKING:
    from collections.abc import Callable

    from yunqi.operations.installation import Installation

opener: Callable[[Any], Installation] | None = None
"""Set by bootstrap: makes an installation from settings. The command line itself knows no engine."""


@contextmanager
def open_site(ctx: click.Context) -> Iterator[Installation]:
    """The installation of this call's settings, closed at its end."""
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


def acting(function: Any) -> Any:
    """The option that names the person who acts."""
    return click.option("--as", "actor", required=True, metavar="单位/姓名", help="经办人")(function)


def parse_at(text: str | None, field: str = "at") -> datetime | None:
    """An instant as people type it: `2026-10-08 09:30[:00]` in Beijing time, or ISO 8601 with a zone.

    Raises `Problem` time.unreadable naming field, value and form.
    """
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text.strip())
        return require_utc(at if at.tzinfo else at.replace(tzinfo=BEIJING))
    except (ValueError, OverflowError) as error:  # year 1 in Beijing is no year in UTC
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
