"""Instants as forms send them: a day or a minute of Beijing time."""

from __future__ import annotations

from datetime import UTC, date, datetime

from yunqi.kernel.clock import BEIJING
from yunqi.kernel.errors import Problem
from yunqi.web.forms import Form


def read_local(form: Form, name: str) -> datetime | None:
    """The instant of a field, None when it is empty; raises `Problem` form.instant."""
    text = form.text(name)
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=BEIJING).astimezone(UTC)
    except ValueError as error:
        raise Problem(
            "form.instant", "「{value}」不是日期或时间", field=name, value=text[:40], way_out="请从日历中选择"
        ) from error


def read_day(form: Form, name: str) -> date | None:
    """The day of a field, None when it is empty; raises `Problem` form.day."""
    text = form.text(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Problem(
            "form.day", "「{value}」不是日期", field=name, value=text[:40], way_out="请填写年-月-日，例如 2026-03-31"
        ) from error


def local_value(at: datetime) -> str:
    """An instant as a field of kind datetime-local holds it.

    >>> local_value(datetime(2026, 3, 1, 1, 30, tzinfo=UTC))
    '2026-03-01T09:30'
    """
    return at.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M")
